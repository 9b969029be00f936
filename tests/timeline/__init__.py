"""Tests of the timeline: outages, cut sets, paths."""
