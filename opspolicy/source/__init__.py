"""Source: what was written. Bytes on disk become Nodes that know where they stand."""
