"""A first estate: what is there already, and what a newcomer begins with."""
