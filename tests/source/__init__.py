"""Tests of the source layer: from bytes on disk to Nodes."""
