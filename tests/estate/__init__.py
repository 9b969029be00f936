"""Tests of the estate: the language, declarations, references, the graph."""
