"""Tests of what is suggested, and of the edits that do it."""
