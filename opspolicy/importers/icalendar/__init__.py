"""Events of iCalendar files as maintenance windows or freezes, or the days of them as closed ones.

https://www.rfc-editor.org/rfc/rfc5545. Tasks, journals and free times are passed over, and so is
what is cancelled.
"""

from __future__ import annotations

from opspolicy.estate.formats import CALENDARS, FREEZES, WINDOWS
from opspolicy.importers.icalendar import content_lines
from opspolicy.importers.icalendar.event_series import check_template, events, series
from opspolicy.importers.icalendar.event_times import UTC, Malformed, Unplaced, When, length
from opspolicy.importers.shared import texts
from opspolicy.importers.shared.draft import Draft
from opspolicy.importers.shared.names import LONGEST
from opspolicy.temporal import durations
from opspolicy.temporal.durations import DAY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from opspolicy.estate.foreign import Imported
    from opspolicy.estate.sources import Source
    from opspolicy.importers.icalendar.content_lines import Property
    from opspolicy.importers.icalendar.event_series import Event, Found, Series
    from opspolicy.source.node import Node

    Values = Mapping[str, object]

ADDED = "rdate"
"""How the name ends of the starts that an event has beside those of its rule."""

KINDS = "one of `DTSTART` and `DTEND` is a day, and the other a time"


def read(text: str, path: str, source: Source) -> Imported:
    """Return what a file of calendars comes to, in the section that the source says."""
    draft = Draft(source, path)
    calendars = content_lines.read(draft, text)
    if source.into == CALENDARS:
        from opspolicy.importers.icalendar import closed_days  # noqa: PLC0415 - only for who wants days

        closed_days.add(draft, calendars)
        return draft.imported()
    for found in events(draft, calendars):
        try:
            _event(draft, found)
        except Unplaced as error:
            draft.leave(error.at.span, error.why, error.hint, found.event.what)
    return draft.imported()


def _event(draft: Draft, found: Found) -> None:
    """Add an event; raises Unplaced where nobody can tell when it is."""
    event = found.event
    check_template(event)
    begins = event.component.first("DTSTART")
    if begins is None:
        raise Unplaced(event.place, "it has no `DTSTART`", "say when it starts")
    try:
        start = event.clock.when(begins)
        starts = series(draft, event, start, found.moved)
        if starts.rule and (starts.until is None or starts.until > start.wall):
            lasting = _lasting(event, begins, start)
            _add(
                draft,
                event,
                {"schedule": _rule(draft, event, begins, starts), **lasting},
                found.which,
            )
        dates = _dates(begins, starts)
        if list(dates) == [start.wall]:
            _add(draft, event, _once(event, begins, start), found.which)
        elif dates:
            schedule = {"dates": [*dates.values()], "timezone": start.named}
            values = {"schedule": _said(begins, schedule), **_lasting(event, begins, start)}
            which = [found.which, ADDED if starts.rule else ""]
            _add(draft, event, values, "-".join(filter(None, which)))
    except Malformed:
        # It is told where it stands, as what is wrong in a file of our own is.
        if written := _as_written(draft, event, begins):
            _add(draft, event, written, found.which)


def _add(draft: Draft, event: Event, when: Values, which: str) -> None:
    """Add an entry for an event, or for the part of it that its name ends in."""
    source, component = draft.source, event.component
    into = source.into or WINDOWS
    fields = {"uid": component.text("UID"), "summary": component.text("SUMMARY")}
    key = "uid" if "{uid}" in source.names else "summary"
    if which and fields[key]:
        # A long name is cut at its end, where it differs.
        room = LONGEST - len(which) - len(source.names)
        fields[key] = f"{fields[key][: max(room, 1)]}-{which}"
    down = list(source.takes_down)
    told: Values
    if into == FREEZES:
        told = {"applies_to": {"services": down} if down else None}
    else:
        told = {"takes_down": down or None, "vendor": source.vendor or None}
    called = "reason" if into == FREEZES else "summary"
    values = {called: _summary(draft, event), **when, **told}
    draft.add(into, event.place, fields, values, what=event.what)


def _summary(draft: Draft, event: Event) -> Node | None:
    found = event.component.first("SUMMARY")
    if found is None or not found.value:
        return None
    line = texts.line(found.value)
    if line is None:
        why = "it has a control character"
        draft.leave(found.node(None).span, why, "take it out", f"`SUMMARY` of {event.what}")
        return None
    return found.node(line)


def _once(event: Event, begins: Property, start: When) -> Values:
    """Return when an event is that happens once."""
    said = {"start": begins.node(start.written()), "timezone": start.named}
    ends, lasts = event.component.first("DTEND"), event.component.first("DURATION")
    if ends is None and lasts is not None:
        return {**said, **_after(lasts, start)}
    if ends is None:
        return {**said, "end": begins.node(_next_day(begins, start).written())}
    end = _end(event, ends, start)
    if end.zone == start.zone:
        return {**said, "end": ends.node(end.written())}
    if end.is_known:
        return {**said, "end": ends.node(When(end.instant(), UTC).written())}
    # It is no zone, and is told where it stands.
    return {**said, "timezone": end.named, "end": ends.node(end.local())}


def _after(lasts: Property, start: When) -> Values:
    """Return when an event ends by its DURATION: whole days by the calendar, the rest elapses."""
    try:
        days, seconds = length(lasts.raw)
    except Malformed:
        return {"duration": lasts.node(lasts.raw)}
    if not days:
        return {"duration": lasts.node(durations.compact(seconds))}
    end = start._replace(wall=start.wall + days * DAY)
    if seconds and not end.is_known:
        why = "its `DURATION` has days and hours, which can't be added up without a zone"
        raise Unplaced(lasts.node(None), why, "say when it ends as `DTEND`")
    if seconds:
        end = When(end.instant() + seconds, UTC)
    return {"end": lasts.node(end.written())}


def _end(event: Event, ends: Property, start: When) -> When:
    """Return when an event ends by its DTEND."""
    end = event.clock.when(ends)
    if end.is_date != start.is_date:
        raise Unplaced(ends.node(None), KINDS, "write both alike")
    if "" in {end.zone, start.zone} and end.zone != start.zone:
        why = "one of `DTSTART` and `DTEND` is in a zone, and the other in none"
        raise Unplaced(ends.node(None), why, "write both alike")
    return end


def _next_day(begins: Property, start: When) -> When:
    """Return when an event ends that doesn't say: a day does by itself (section 3.6.1)."""
    if not start.is_date:
        why = "it has no `DTEND` and no `DURATION`, and so lasts no time"
        raise Unplaced(begins.node(None), why, "say when it ends as `DTEND`")
    return start._replace(wall=start.wall + DAY)


def _lasting(event: Event, begins: Property, start: When) -> Values:
    """Return how long each start of an event lasts, in elapsed time (section 3.8.5.3)."""
    ends, lasts = event.component.first("DTEND"), event.component.first("DURATION")
    if ends is None and lasts is not None:
        try:
            days, seconds = length(lasts.raw)
        except Malformed:
            return {"duration": lasts.node(lasts.raw)}
        return {"duration": lasts.node(durations.compact(days * DAY + seconds))}
    at = begins if ends is None else ends
    end = _next_day(begins, start) if ends is None else _end(event, ends, start)
    seconds = end.wall - start.wall
    if end.is_known and start.is_known and not start.is_date:
        seconds = end.instant() - start.instant()
    if seconds <= 0:
        raise Unplaced(at.node(None), "it doesn't end after it starts", "correct its `DTEND`")
    return {"duration": at.node(durations.compact(seconds))}


def _rule(draft: Draft, event: Event, begins: Property, starts: Series) -> Node:
    """Return the schedule of an event's rule."""
    start, at = starts.start, starts.at or begins
    out = [starts.out[each] for each in sorted(starts.out)]
    if starts.busiest > 1 and out:
        why = "it starts several times a day, and only days can be taken out: all starts are kept"
        draft.leave(
            out[0].span,
            why,
            "make an event of each time of day",
            f"what is taken out of {event.what}",
        )
        out = []
    zone = begins.node(UTC) if start.zone == UTC and start.named is None else start.named
    ends = starts.rule_ends
    until = None if ends is None else at.node(start._replace(wall=ends).local())
    rule, first = at.node(starts.rule), begins.node(start.local())
    said = {"rrule": rule, "start": first, "timezone": zone, "until": until, "except": out or None}
    return _said(begins, said)


def _dates(begins: Property, starts: Series) -> dict[int, Node]:
    """Return the starts that no rule names, by their readings, in order."""
    listed = dict(starts.more)
    first = starts.start.wall
    if not starts.rule and first not in starts.out:
        listed[first] = begins.node(starts.start.written())
    until = starts.until
    return {each: listed[each] for each in sorted(listed) if until is None or each < until}


def _said(at: Property, values: Values) -> Node:
    return at.node({key: each for key, each in values.items() if each is not None})


FORM = "it is written as 20271009T220000, with a Z behind it in UTC, or as the date 20271009"


def _as_written(draft: Draft, event: Event, begins: Property) -> Values:
    """Return an event whose times are none, or not all of them, as they are written."""
    ends, lasts = event.component.first("DTEND"), event.component.first("DURATION")
    said: dict[str, object] = {}
    for key, each in (("start", begins), ("end", ends or begins)):
        if ends is None and lasts is not None and key == "end":
            said["duration"] = lasts.node(lasts.raw)
            continue
        try:
            said[key] = each.node(event.clock.when(each).written())
        except Malformed:
            # What would be an instant of our own is none here, either.
            message = f"`{texts.shown(each.raw)}` is no time of iCalendar"
            draft.wrong(each.node(None).span, message, FORM)
            return {}
    return said
