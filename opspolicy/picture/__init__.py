"""What happens at the same time, as lanes over an axis, for whoever shows it."""
