"""Tests of the static files of an estate."""
