"""Tests of what runs tests."""
