"""Recurrence rules of RFC 5545: their parts, their days, and when they run."""
