"""Assertions in CEL: what they can be about, and a process of their own to check them in."""
