"""What Markdown can't say of timers: real ones, the instants they start at, and hostile files."""

from __future__ import annotations

import time
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy import importers
from opspolicy.estate.entry import Defaults
from opspolicy.estate.estate import assemble
from opspolicy.estate.foreign import Foreign, Imported
from opspolicy.estate.sources import Source
from opspolicy.importers.systemd import read
from opspolicy.temporal.instants import parse_as_of, rfc3339
from tests import shared
from tests.laws import REPRODUCIBLE

if TYPE_CHECKING:
    from opspolicy.estate.estate import Estate

SOURCE = Source("systemd")
TIMERS = shared.load("systemd/wikimedia_timers.json") or {"jobs": []}
EXPECTED = shared.load("systemd/wikimedia_oncalendar_expected.json") or {"valid": [], "invalid": []}
MIB = 1024 * 1024
BUSY = "*:*:00/15"
"""What is right, and starts more often than is planned with; `vo-escalate` does."""
WRONG = {"1 day", "1h", "1min", "*-*-* *:%02d/%02d:00"}
"""What stands under OnCalendar there and isn't a calendar expression, as systemd says too."""
IMPORTED, PARTLY, LEFT = 328, 3, 120
HANG_GUARD_S = 10
"""A limit for a hang, not for speed: the machine may be busy."""


def timer(*settings: str) -> str:
    """Return a unit file with such settings."""
    return "\n".join(["[Timer]", *settings, ""])


def estate(files: dict[str, str], zone: str = "UTC") -> Estate:
    """Return the estate of unit files by their paths, in a zone."""
    source = Source("systemd", name="{directory}", defaults=Defaults(None, zone, None))
    reading = importers.reading(source)
    return assemble([Foreign(path, text, None, (reading,)) for path, text in files.items()])


def only_job(text: str) -> dict[str, Any]:
    """Return the one job of a unit file, in our language."""
    found = read(text, "a.timer", SOURCE)
    assert not found.problems
    assert found.document is not None
    (job,) = found.document.entries["jobs"].plain().values()  # type: ignore[attr-defined]
    assert isinstance(job, dict)
    return job


# Real timers -------------------------------------------------------------------------------------


def written(job: dict[str, Any]) -> str:
    """Return a timer of Wikimedia's as its unit file; what Puppet computes is a variable."""
    pairs = zip_longest(job["start"], job["intervals"], fillvalue="$interval")
    splay = [] if job["splay_s"] is None else [f"RandomizedDelaySec={job['splay_s']}"]
    return timer(*(f"{kind}={value}" for kind, value in pairs), *splay)


def real() -> dict[str, tuple[dict[str, Any], Imported]]:
    """Return the real timers by path, each with what it is imported as."""
    found: dict[str, tuple[dict[str, Any], Imported]] = {}
    for at, job in enumerate(TIMERS["jobs"]):
        path = f"{at}/{job['name'].replace('/', '-')}.timer"
        found[path] = (job, read(written(job), path, SOURCE))
    return found


@shared.needs_data
def test_each_real_timer_is_imported_as_it_is_or_told_of() -> None:
    imported = partly = left = 0
    for job, found in real().values():
        assert found.document is not None
        triggers = list(zip_longest(job["start"], job["intervals"], fillvalue="$interval"))
        calendar = [
            text
            for kind, text in triggers
            if kind == "OnCalendar" and "$" not in text and text != BUSY
        ]
        jobs = found.document.entries.get("jobs")
        # What starts it is in the job, or else there is a remark on it.
        assert len(found.remarks) == len(triggers) - len(calendar)
        if jobs is None:
            left += 1
            assert not calendar
            continue
        imported += 1
        partly += bool(found.remarks)
        (node,) = jobs.entries.values()
        schedule = node.entries["schedule"].plain()
        assert isinstance(schedule, dict)
        assert schedule["on_calendar"] == (calendar if len(calendar) > 1 else calendar[0])
        assert ("randomized_delay" in schedule) == bool(job["splay_s"])
    assert (imported, partly, left) == (IMPORTED, PARTLY, LEFT)
    assert imported + left == 448


@shared.needs_data
def test_no_real_timer_that_is_right_is_refused() -> None:
    declared = estate({path: written(job) for path, (job, _) in real().items()})
    assert not declared.problems
    written_there = {each.message.split("`")[1] for each in declared.invalid}
    assert written_there == WRONG == {each["spec"] for each in EXPECTED["invalid"]}
    assert len(declared.invalid) == 5
    assert len(declared.jobs) == IMPORTED


@shared.needs_data
def test_real_timers_start_when_systemd_says() -> None:
    """The next six instants of each, as systemd-analyze 252 has them."""
    (zone,) = {case["TZ"] for case in EXPECTED["valid"]}
    cases = {f"t{at}": case for at, case in enumerate(EXPECTED["valid"])}
    declared = estate(
        {f"{name}/a.timer": timer(f"OnCalendar={case['spec']}") for name, case in cases.items()},
        zone,
    )
    assert (len(cases), declared.problems, declared.invalid) == (122, (), ())
    left = [case["spec"] for name, case in cases.items() if name not in declared.jobs]
    assert left == [BUSY]
    assert [f"`{BUSY}` starts 5,760 times a day" in each.message for each in declared.left_out] == [
        True
    ]
    for name, job in declared.jobs.items():
        case, schedule = cases[name], job.schedule
        assert schedule is not None
        base, until = parse_as_of(case["base_utc"]), parse_as_of(case["next6_utc"][-1])
        assert [rfc3339(at) for at in schedule.starts(base + 1, until + 1)] == case["next6_utc"]


@shared.needs_data
def test_what_systemd_refuses_is_refused_where_it_stands() -> None:
    files = {
        f"t{at}/a.timer": timer("Persistent=yes", f"OnCalendar={case['spec']}")
        for at, case in enumerate(EXPECTED["invalid"])
    }
    places = [each.span for each in estate(files).invalid]
    assert [(each.file, each.line, each.column) for each in places] == [
        (path, 3, len("OnCalendar=") + 1) for path in files
    ]


# Spans and places --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # systemd 252, `systemd-analyze timespan`, in whole seconds.
        ("90", "1m30s"),
        ("5min 20s", "5m20s"),
        ("2 h", "2h"),
        ("48hr", "2d"),
        ("1y 12month", "730d12h"),
        ("55s500ms", "56s"),
        ("300ms20s 5day", "5d21s"),
        ("1.1h", "1h6m"),
        ("+5", "5s"),
        ("1h 30", "1h30s"),
        ("30 1h", "1h30s"),
        ("10d5h", "10d5h"),
        ("1M", "30d10h30m"),
        ("1500000\N{MICRO SIGN}s", "2s"),
        ("1500000\N{GREEK SMALL LETTER MU}s", "2s"),
        ("1us", None),
        ("0", None),
        ("999ms", None),
        ("12.34 .56", "13s"),
        ("12.34s.66", "13s"),
        ("1h30min", "1h30m"),
        ("5 20s", "25s"),
        ("1s+5", "6s"),
        ("1. 5", "refused"),
        ("00000000000000000000000005", "5s"),
        ("1.99999999999999999999999999999", "2s"),
        # What it refuses is told, and not in the job.
        ("PT20M", "refused"),
        ("P1D", "refused"),
        ("soon", "refused"),
        ("1.", "refused"),
        ("1.5.5", "refused"),
        ("5MIN", "refused"),
        ("5mins", "refused"),
        ("5mon", "refused"),
        ("0x10", "refused"),
        ("1e3", "refused"),
        ("5min,", "refused"),
        ("-5", "refused"),
        ("+.5", "refused"),
        ("+ 5", "refused"),
        ("3.sec", "refused"),
        ("1.6+78ms", "refused"),
        ("infinity 5", "refused"),
        ("99999999999999999999", "refused"),
        ("9999999999999y", "refused"),
    ],
)
def test_time_spans_are_read_as_systemd_reads_them(text: str, expected: str | None) -> None:
    found = read(timer("OnCalendar=daily", f"RandomizedDelaySec={text}"), "a.timer", SOURCE)
    told = [each.rule for each in found.remarks]
    assert told == (["invalid-schedule"] if expected == "refused" else [])
    job = only_job(timer("OnCalendar=daily", f"RandomizedDelaySec={text}"))
    delay = job["schedule"].get("randomized_delay") if isinstance(job["schedule"], dict) else None
    assert delay == (None if expected == "refused" else expected)


def test_values_stand_where_they_are_written() -> None:
    text = (
        "[Unit]\r\n[Timer]\r\n  OnCalendar =  25:00 \r\nAccuracySec=soon\r\nOnCalendar=Mon \\\r\n 2"
    )
    declared = estate({"web1/a.timer": text})
    places = [each.span for each in declared.problems] + [each.span for each in declared.invalid]
    assert {(each.line, each.column, each.end_column) for each in places} == {
        (3, 17, 22),
        (4, 13, 17),
        (5, 12, 15),
    }


# Hostile files -----------------------------------------------------------------------------------

WORDS = st.sampled_from([
    "[Timer]", "[Timer", "[Unit]", "[]", "[", "OnCalendar=", "OnCalendar=daily", "OnCalendar", "=",
    "OnBootSec=1h", "OnClockChange=yes", "RandomizedDelaySec=1h", "AccuracySec=infinity", "\\", " ",
    "# opspolicy: name=a duration=1h", "; opspolicy: x", "# /etc/a.timer", "# /x/b.service", "%i",
    "# /etc/a.timer.d/b.conf", "{{ x }}", "<% if x %>", "$x", "Unit=", "\n", "\r\n", "\t", "é", "\0",
])  # fmt: skip
PATHS = st.sampled_from(["a.timer", "a@.timer", "a@b.timer.j2", "all.txt", "a.timer.d/b.conf", ""])


@given(PATHS, st.lists(WORDS | st.text(max_size=8), max_size=30).map("".join))
@settings(REPRODUCIBLE, max_examples=50)
def test_whatever_a_file_holds_it_is_read_or_refused(path: str, text: str) -> None:
    found = read(text, path, SOURCE)
    lines = text.count("\n") + 1
    assert (found.document is None) == bool(found.problems)
    for each in (*found.problems, *found.remarks):
        assert 1 <= each.span.line <= lines
        assert each.message


@pytest.mark.parametrize(
    ("unit", "path"),
    [
        ("\\\n", "a.timer"),
        ("OnBootSec=1\n", "a.timer"),
        ("OnCalendr=\n", "a.timer"),
        ("x\n", "a.timer"),
        ("1h ", "a.timer"),
        ("# /a.timer\n[Timer]\n", "all.txt"),
    ],
)
@pytest.mark.prove
def test_a_file_of_the_largest_size_is_read_in_time(unit: str, path: str) -> None:
    text = (timer("OnCalendar=daily", "RandomizedDelaySec=") + unit * MIB)[:MIB]
    began = time.perf_counter()
    read(text, path, SOURCE)
    assert time.perf_counter() - began < HANG_GUARD_S


@pytest.mark.parametrize("text", ["a\0b", "a\x1bb", "a\rb", "a\x85b", "a\u2028b", "a\ud800b"])
def test_what_no_text_has_is_refused(text: str) -> None:
    found = read(f"[Timer]\nOnCalendar={text}\n", "a.timer", SOURCE)
    (problem,) = found.problems
    place = (problem.span.line, problem.span.column)
    assert (problem.rule, place) == ("unreadable-file", (2, len("OnCalendar=") + 2))
    assert f"U+{ord(text[1]):04X}" in problem.message
