"""A feed as iCalendar (RFC 5545, and RFC 7986 for what a calendar is called).

Each occurrence is an event of its own, in UTC: no rule to repeat by, no time zone to be read
another way, and no clock change that a client could get wrong. The description has the times on
the clock of each party.

**UID.** An event is known by what it is about, `events.Event.key`, and never by its time: kind,
service, and the occurrence of its cause (`occurrences.py`: reference, local date, number on that
date; no date for what happens once). So it keeps its UID from run to run, as `as_of` moves on, and
when its time of day changes. What is only assumed is part of it: a calendar of what would be never
overwrites the events of what is.

**SEQUENCE** is `as_of` in whole minutes since 2020-01-01, and DTSTAMP and LAST-MODIFIED are
`as_of`. RFC 5545, 3.8.7.4, wants it to rise with each significant revision, and RFC 5546, 2.1.5,
has the higher one win, then the later DTSTAMP; that it also rises where nothing was revised is
permitted, and changes nothing. The commit would be the other choice. But times also move without
one: with a new release of tzdata or of public holidays, with a file that isn't committed yet; and
after a forced push the last commit can be older than the one before, so that clients would keep
what is no longer so. Those that subscribe replace all events at each refresh, whatever the number
says (Google, Apple, Outlook, Thunderbird); it decides where a file is imported again.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from json import dumps

import icalendar
from icalendar import vDuration, vText

from opspolicy import encode
from opspolicy.dates import UTC, datetime, timedelta
from opspolicy.feeds.events import events
from opspolicy.phrases import listing
from opspolicy.record import NamedTuple
from opspolicy.temporal.durations import HOUR, MINUTE
from opspolicy.temporal.instants import parse_as_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from opspolicy.feeds.events import Alarm, Event
    from opspolicy.picture.choice import Chosen
    from opspolicy.planner.lanes import Planner

PRODUCT = "-//opspolicy//opspolicy//EN"
DOMAIN = "opspolicy"
"""What UIDs end in. No host: where a feed is made is no part of what it is about."""

FIRST_SEQUENCE = parse_as_of("2020-01-01")
"""SEQUENCE counts minutes from here, so that it fits into 31 bits for four thousand years."""

ESCAPED = r"\[([*?[])\]"
"""What stands in a pattern for a character that would match others."""

REFRESH = HOUR
"""How long a client may keep a feed; most take it for a wish."""


class Heading(NamedTuple):
    """What a calendar says of itself: what it is called, what it is about, and in which zone.

    It is made ``as_of`` an instant (UTC epoch seconds), with ``assumed`` options.
    """

    name: str
    about: tuple[str, ...]
    zone: str
    as_of: int
    assumed: tuple[str, ...] = ()


def render(planner: Planner, chosen: Chosen) -> str:
    """Return what a planner shows as iCalendar, with CRLF at the end of each line.

    ``chosen`` is whose it is, which the calendar is called by. Raises `events.TooMany`.
    """
    about = (planner.title, *planner.warnings, *filter(None, [planner.outside]))
    assumed = tuple(f"{each.option} {each.text}" for each in planner.report.what_if)
    name, as_of = _name(planner, chosen), planner.report.as_of
    return written(Heading(name, about, planner.zone, as_of, assumed), events(planner, chosen))


def written(heading: Heading, listed: Iterable[Event]) -> str:
    """Return events as iCalendar; whatever anybody called anything is text in it, and no more."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    # The first of each pair is the standard's, the other what clients had before there was one.
    for key in ("name", "x-wr-calname"):
        calendar.add(key, _text([heading.name]))
    for key in ("description", "x-wr-caldesc"):
        calendar.add(key, _text(heading.about))
    calendar.add("x-wr-timezone", _text([heading.zone]))
    # Releases before 7 don't know by the name that it is a duration, so it is given as one.
    lasts = vDuration(timedelta(seconds=REFRESH))
    calendar.add("refresh-interval", lasts, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vText(f"PT{REFRESH // HOUR}H"))
    for each in listed:
        calendar.add_component(_event(each, heading))
    text: bytes = calendar.to_ical()
    return text.decode("utf-8")


def uid(event: Event, assumed: tuple[str, ...] = ()) -> str:
    """Return the UID of an event: the same in each run, for what it is about."""
    about = dumps([event.kind, *event.key, *(["what if", *assumed] if assumed else [])])
    return f"{event.kind}-{blake2b(about.encode(), digest_size=16).hexdigest()}@{DOMAIN}"


def sequence(as_of: int) -> int:
    """Return the SEQUENCE of what is judged as of an instant: later ones have higher ones."""
    return max((as_of - FIRST_SEQUENCE) // MINUTE, 0)


def _name(planner: Planner, chosen: Chosen) -> str:
    services, teams = ([re.sub(ESCAPED, r"\1", each) for each in names] for names in chosen)
    parts = [*services, *(f"team {each}" for each in teams)]
    name = f"Operations: {listing(parts)}" if parts else "Operations"
    return f"What if: {name}" if planner.report.what_if else name


def _event(event: Event, heading: Heading) -> icalendar.Event:
    made = icalendar.Event()
    made.add("uid", uid(event, heading.assumed))
    made.add("dtstamp", _utc(heading.as_of))
    made.add("last-modified", _utc(heading.as_of))
    made.add("sequence", sequence(heading.as_of))
    if event.all_day:
        made.add("dtstart", _utc(event.start).date())
        made.add("dtend", _utc(event.end).date())
    else:
        made.add("dtstart", _utc(event.start))
        made.add("dtend", _utc(event.end))
    made.add("summary", _text([event.summary]))
    told = [*event.told]
    if event.contacts:
        told += ["", *(f"Contact: {each}" for each in event.contacts)]
    if heading.assumed:
        told.insert(0, "What if: this is what would be, and not what is planned.")
    made.add("description", _text(told))
    # Not ORGANIZER: that makes an invitation of it, to be answered.
    for each in event.contacts:
        made.add("contact", _text([each]))
    made.add("categories", [event.kind])
    made.add("status", "CONFIRMED")
    # It is nobody's appointment.
    made.add("transp", "TRANSPARENT")
    for alarm in event.alarms:
        made.add_component(_alarm(alarm))
    return made


def _alarm(alarm: Alarm) -> icalendar.Alarm:
    """Return an alarm at an instant, which no clock change between it and the event moves."""
    made = icalendar.Alarm()
    made.add("action", "DISPLAY")
    made.add("description", _text([alarm.text]))
    made.add("trigger", _utc(alarm.at), parameters={"VALUE": "DATE-TIME"})
    return made


def _text(lines: Iterable[str]) -> vText:
    """Return lines of text as one value; a line break within a line is shown, and breaks none."""
    return vText("\n".join(encode.calendar(each) for each in lines))


def _utc(instant: int) -> datetime:
    return datetime.fromtimestamp(instant, UTC)
