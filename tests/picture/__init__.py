"""Tests of lanes and drawings."""
