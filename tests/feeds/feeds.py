"""Small feeds for tests, and what two readers of iCalendar, written by others, make of them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

import icalendar
from ical.calendar_stream import IcsCalendarStream

from opspolicy import judge
from opspolicy.feeds import ics
from opspolicy.picture.choice import EVERYBODY, Chosen
from opspolicy.planner.lanes import Drawer
from opspolicy.report import FileStatus, Report, order
from tests import worlds

if TYPE_CHECKING:
    from opspolicy.planner.lanes import Planner
    from opspolicy.timeline.timeline import Timeline

LONGEST_LINE = 75
"""Octets of a line, RFC 5545, 3.1."""

PROPERTIES = {
    "SUMMARY", "DTSTART", "DTEND", "DTSTAMP", "UID", "SEQUENCE", "CATEGORIES", "CONTACT",
    "DESCRIPTION", "LAST-MODIFIED", "STATUS", "TRANSP",
}  # fmt: skip
HEAD = {
    "VERSION", "PRODID", "CALSCALE", "METHOD", "DESCRIPTION", "X-WR-CALDESC", "NAME",
    "X-WR-CALNAME", "REFRESH-INTERVAL", "X-PUBLISHED-TTL", "X-WR-TIMEZONE",
}  # fmt: skip


class Seen(NamedTuple):
    """An event as a reader sees it; times and alarms in UTC epoch seconds."""

    uid: str
    start: int
    end: int
    summary: str
    told: str
    contacts: tuple[str, ...]
    categories: tuple[str, ...]
    alarms: tuple[tuple[int, str], ...]
    sequence: int


def read(text: str) -> dict[str, Seen]:
    """Return what both readers see of a feed, by UID; fails where they don't agree.

    And where it isn't what RFC 5545 wants of a file, or an event has what we never write.
    """
    written = text.encode()
    assert written.endswith(b"\r\n")
    lines = written.removesuffix(b"\r\n").split(b"\r\n")
    assert max(map(len, lines)) <= LONGEST_LINE
    assert not any(mark in line for line in lines for mark in (b"\r", b"\n"))
    # Folded between characters, as many readers take each line for text by itself.
    assert all(line.decode("utf-8") for line in lines)
    ours, others = _by_icalendar(written), _by_ical(text)
    assert ours == others
    assert len({each.uid for each in ours}) == len(ours)
    return {each.uid: each for each in ours}


def _by_icalendar(written: bytes) -> list[Seen]:
    calendar: Any = icalendar.Calendar.from_ical(written)
    assert {*calendar} <= HEAD
    assert {each.name for each in calendar.subcomponents} <= {"VEVENT"}
    found = []
    for event in calendar.subcomponents:
        assert {*event} <= PROPERTIES, {*event} - PROPERTIES
        assert not event.errors
        assert {each.name for each in event.subcomponents} <= {"VALARM"}
        alarms = []
        for alarm in event.subcomponents:
            assert {*alarm} == {"ACTION", "DESCRIPTION", "TRIGGER"}
            assert not alarm.subcomponents
            alarms.append((_instant(alarm["trigger"].dt), str(alarm["description"])))
        contact = event.get("contact", [])
        contacts = contact if isinstance(contact, list) else [contact]
        found.append(
            Seen(
                str(event["uid"]),
                _instant(event["dtstart"].dt),
                _instant(event["dtend"].dt),
                str(event["summary"]),
                str(event["description"]),
                tuple(map(str, contacts)),
                tuple(map(str, event["categories"].cats)),
                tuple(alarms),
                int(event["sequence"]),
            )
        )
    return found


def _by_ical(text: str) -> list[Seen]:
    calendar = IcsCalendarStream.calendar_from_ics(text)
    assert not calendar.todos
    assert not calendar.journal
    return [
        Seen(
            str(event.uid),
            _instant(event.dtstart),
            _instant(event.dtend),
            str(event.summary),
            str(event.description),
            tuple(event.contacts),
            tuple(event.categories),
            tuple((_instant(alarm.trigger), str(alarm.description)) for alarm in event.alarm),
            int(event.sequence or 0),
        )
        for event in calendar.events
    ]


def _instant(when: object) -> int:
    """Return UTC epoch seconds of an instant, which has to be one in UTC, or of a date."""
    if isinstance(when, dt.datetime):
        assert when.utcoffset() == dt.timedelta(0), when
        return int(when.timestamp())
    assert isinstance(when, dt.date), when
    return int(dt.datetime(when.year, when.month, when.day, tzinfo=dt.UTC).timestamp())


def report_of(timeline: Timeline) -> Report:
    """Return what is found on a timeline, by the recommended pack."""
    estate, (as_of, until) = timeline.estate, timeline.horizon
    found = [
        *judge.from_problems(estate, estate.problems),
        *judge.judge(estate, timeline, worlds.RECOMMENDED),
    ]
    files = tuple(FileStatus(each.path, "parsed") for each in estate.files)
    return Report(as_of, until, tuple(sorted(found, key=order)), files, estate)


def planner(timeline: Timeline, chosen: Chosen = EVERYBODY, *, everything: bool = True) -> Planner:
    """Return the planner of all of a timeline's horizon."""
    as_of, until = timeline.horizon
    drawer = Drawer(report_of(timeline), timeline, as_of, until)
    return drawer.planner(chosen, everything=everything)


def part(text: str, start: str, end: str, days: int = 180) -> dict[str, Seen]:
    """Return what a part of the judged time of one file's text has, from a time to a time."""
    timeline = worlds.timeline(worlds.estate(a=text), worlds.AS_OF, days * 86_400)
    drawn = Drawer(report_of(timeline), timeline, at(start), at(end)).planner()
    return read(ics.render(drawn, EVERYBODY))


def feed(text: str, as_of: int = worlds.AS_OF, days: int = 180) -> dict[str, Seen]:
    """Return the feed of one file's text, as both readers see it."""
    timeline = worlds.timeline(worlds.estate(a=text), as_of, days * 86_400)
    return read(ics.render(planner(timeline), EVERYBODY))


def of_kind(seen: dict[str, Seen], kind: str) -> list[Seen]:
    """Return the events of a category, in order."""
    return [each for each in seen.values() if each.categories == (kind,)]


def at(text: str) -> int:
    """Return UTC epoch seconds of `2027-10-09T06:00Z`."""
    return int(dt.datetime.fromisoformat(text).timestamp())
