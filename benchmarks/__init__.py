"""Measurements: seeded estates, and whole runs as ratios to an empty Python process."""
