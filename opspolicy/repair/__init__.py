"""Repair: where else something could go, what that would change, and the edit that does it."""
