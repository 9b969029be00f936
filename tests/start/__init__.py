"""What a newcomer begins with."""
