"""The planner: every service of an estate, and what will happen to it, on one calendar."""
