"""Everything there is to see of an estate, as static files that link to each other."""
