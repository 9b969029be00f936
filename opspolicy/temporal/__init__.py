"""Time: the only place where wall clocks and instants meet.

Everywhere else an instant is a whole number of seconds since 1970-01-01T00:00Z, and a stretch of
time is half-open.
"""
