"""Compare: what a change does, from two whole estates and what is found in each."""
