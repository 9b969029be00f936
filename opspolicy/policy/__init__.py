"""Policy: which rules run, how severe they are, with which options, where."""
