"""Whatever anybody calls anything is text in a calendar: said, seen, and nothing else."""

from __future__ import annotations

import json

import pytest

from opspolicy import encode
from opspolicy.feeds import ics
from opspolicy.feeds.events import Alarm, Event
from opspolicy.feeds.ics import Heading
from tests.feeds.feeds import feed, read
from tests.payloads import PAYLOADS, mostly_proved
from tests.sinks import ELSEWHERE, commands, visible

AS_OF = 1_819_756_800
INJECTED = (
    "x\r\nEND:VEVENT",
    "x\nEND:VEVENT\nBEGIN:VEVENT\nUID:forged",
    "x\r\n\r\nBEGIN:VALARM\r\nACTION:EMAIL\r\nATTENDEE:mailto:a@example.org\r\nEND:VALARM",
    "x\r\n ATTENDEE:mailto:a@example.org",
    "x\r\n\tfolded",
    "END:VCALENDAR",
    "BEGIN:VEVENT",
    "a;VALUE=URI:b",
    'a";X="b',
    "^n^'^^",
    "\\n\\,\\;\\\\",
    "\\",
    "x\\\r\n",
    "a,b;c:d",
    "\ud800",
    "x" * 1_000,
    "é" * 500,
    "👩" * 100,
    '<a href="https://example.org">Sign in</a>',
    "<b>Approved",
    "</td><!-- x",
    "<?php",
    *(f"{'x' * number}\r\nEND:VEVENT" for number in range(60, 80)),
)


def everywhere(text: str) -> Event:
    """Return an event with a text in each place that holds one."""
    alarms = (Alarm(AS_OF, text),)
    told = (text, f"before {text} after")
    return Event("outage", (text,), AS_OF, AS_OF + 60, text, told, (text, text), alarms)


@pytest.mark.parametrize(
    "text", [*mostly_proved(PAYLOADS), *INJECTED], ids=lambda text: ascii(text)[:40]
)
def test_it_is_text_and_nothing_else(text: str) -> None:
    heading = Heading(text, (text, text), "UTC", AS_OF, (text,))
    written = ics.written(heading, [everywhere(text), everywhere(f"{text}!")])
    # That no component and no property is there besides is looked at there.
    one, other = read(written).values()
    assert one.uid != other.uid
    expected = visible(text)
    for said in (one.summary, one.told, *one.contacts, one.alarms[0][1]):
        assert expected in visible(said), said
    assert f"{expected}!" in visible(other.summary)
    assert one.categories == ("outage",)


@pytest.mark.parametrize(
    "text", [*mostly_proved(PAYLOADS), *INJECTED], ids=lambda text: ascii(text)[:40]
)
def test_no_log_obeys_it(text: str) -> None:
    for before in range(0, 75, 7):
        event = everywhere(f"{'x' * before}{text}")
        written = ics.written(Heading(text, (text,), "UTC", AS_OF), [event])
        assert not ELSEWHERE.search(written)
        assert not [each for each in commands(written) if each.name]
        # So nothing is left to do where it is printed.
        assert encode.log(written) == written


@pytest.mark.parametrize("text", ["<b>", "</a>", "<!--", "<?x", "a<b"])
def test_no_calendar_finds_an_element(text: str) -> None:
    assert encode.calendar(text) == text.replace("<", "< ")


def test_what_is_no_element_stays() -> None:
    assert encode.calendar("a < b, 1<2, <3, <>") == "a < b, 1<2, <3, <>"


def test_an_estate_of_payloads() -> None:
    """Names can't be so; what is written beside them can."""
    said = [text for text in PAYLOADS if text.isprintable() and text.strip() == text][::3]
    estate = {
        "teams": {f"t{at}": {"title": text, "contact": text} for at, text in enumerate(said)},
        "defaults": {"timezone": "UTC"},
        "services": {
            f"s{at}": {"title": text, "owner": f"t{at}", "customer_facing": True}
            for at, text in enumerate(said)
        },
        "maintenance_windows": {
            f"w{at}": {
                "takes_down": [f"s{at}"],
                "owner": f"t{at}",
                "start": "2027-10-09T06:00",
                "duration": "1h",
                "summary": text,
                "notices": [{"at": "-1d", "channel": text, "audience": text}],
            }
            for at, text in enumerate(said)
        },
    }
    seen = {each.summary: each for each in feed(json.dumps(estate)).values()}
    for at, text in enumerate(said):
        outage = seen[f"s{at} down (w{at})"]
        assert visible(outage.told).count(visible(text)) >= 2
        assert visible(f"{text}: {text}") == visible(outage.contacts[0])
        assert visible(text) in visible(outage.alarms[0][1])
    assert "incomplete" not in {kind for each in seen.values() for kind in each.categories}
