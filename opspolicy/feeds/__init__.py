"""Calendars to subscribe to: what happens to services, one event an occurrence, as iCalendar."""
