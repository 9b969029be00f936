"""Tests of the drawn graph."""
