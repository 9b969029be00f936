"""Pages of HTML that need nothing else: frames, the planner and its scripts."""
