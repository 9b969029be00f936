"""The parts of the GitHub Action."""
