"""What foreign files are read as, format by format."""
