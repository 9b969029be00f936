"""What the readers of several formats share: drafts, names, comments, and syntax."""
