"""Tests on graphs and downtimes of the real world."""
