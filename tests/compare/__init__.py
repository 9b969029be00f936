"""Tests of what a change does: two estates, and what is found in each."""
