"""Tests of an estate and of its policies: what `*_test.yaml` says is found, and what is."""
