"""systemd's calendar expressions: text, lists, and when they run."""
