"""The story of one thing, for somebody who didn't write it."""
