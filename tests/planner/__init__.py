"""Tests of the calendar of operations."""
