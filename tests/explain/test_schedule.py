"""Explanations: what they claim holds, whatever is asked, and their JSON has its schema."""

from __future__ import annotations

import datetime as dt
import json
import time

import pytest
from jsonschema import Draft202012Validator

import opspolicy
from opspolicy.explain import clocks
from opspolicy.explain.document import document
from opspolicy.explain.expression import schedule_of
from opspolicy.explain.schedule import ASSUMED, GIVEN, Explanation, Question, explain
from opspolicy.explain.text import paragraphs
from opspolicy.temporal.dialects import DIALECTS
from opspolicy.temporal.durations import DAY, HOUR
from opspolicy.temporal.instants import parse_as_of
from opspolicy.temporal.recurrence import ScheduleError
from tests.shared import ROOT

AS_OF = parse_as_of("2027-02-01")
YEAR = 365 * DAY
SCHEMA = json.loads(
    (ROOT / "schemas" / "schedule-explanation.schema.json").read_text(encoding="utf-8")
)


def ask(
    expression: str,
    scheduler: str | None = None,
    timezone: str = "Europe/Berlin",
    start: str | None = None,
    number: int = 5,
) -> Explanation:
    return explain(
        Question(expression, timezone, GIVEN, scheduler, start, number, AS_OF, AS_OF + YEAR)
    )


@pytest.mark.parametrize(
    ("expression", "scheduler", "expected"),
    [
        ("0 2 * * *", None, {"cron": "0 2 * * *"}),
        ("0 2 * * *", "systemd", {"on_calendar": "0 2 * * *"}),
        ("daily", None, {"on_calendar": "daily"}),
        ("daily", "kubernetes", {"cron": "daily"}),
        ("@daily", None, {"cron": "@daily"}),
        ("Mon 02:00", None, {"on_calendar": "Mon 02:00"}),
        ("2027-10-09 06:00", None, {"on_calendar": "2027-10-09 06:00"}),
        ("2027-10-09T06:00", None, {"dates": ["2027-10-09T06:00"]}),
        ("nothing of the kind", None, {"cron": "nothing of the kind"}),
    ],
)
def test_the_kind_of_an_expression(
    expression: str, scheduler: str | None, expected: dict[str, object]
) -> None:
    assert schedule_of(expression, scheduler, None) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("every 15m", {"every": "15m"}),
        ("Every PT15M", {"every": "PT15M"}),
        ("@every 1h30m", {"every": "1h30m"}),
        ("15m", {"every": "15m"}),
        ("rate(15 minutes)", {"every": "15m"}),
        ("rate(1 hour)", {"every": "1h"}),
        ("rate(2 days)", {"every": "2d"}),
        ("FREQ=DAILY", {"rrule": "FREQ=DAILY"}),
        ("rrule:freq=daily", {"rrule": "rrule:freq=daily"}),
    ],
)
def test_what_counts_from_a_start(expression: str, expected: dict[str, object]) -> None:
    start = "2027-01-01T00:00"
    assert schedule_of(expression, None, start) == {**expected, "start": start}
    with pytest.raises(ScheduleError, match="counts from its first start"):
        schedule_of(expression, None, None)


LINES = [
    "0 2 * * *",
    "30 2 * * *",
    "*/15 * * * *",
    "0 6 */2 * mon",
    "0 3 1-31 * mon",
    "@weekly",
    "0 * * * 1",
]


@pytest.mark.parametrize("line", LINES)
def test_differences_are_the_first_there_are(line: str) -> None:
    """Held against the starts of a whole year, which the explanation doesn't expand."""
    found = ask(line)
    start, end = (dt.datetime.fromtimestamp(at, dt.UTC) for at in (AS_OF, AS_OF + YEAR))
    starts = {
        each.dialect: set(
            opspolicy.occurrences(
                line, timezone="Europe/Berlin", scheduler=each.dialect, start=start, end=end
            )
        )
        for each in found.accepted
    }
    first = starts[found.accepted[0].dialect]
    expected = {name: min(first ^ others) for name, others in starts.items() if first ^ others}
    told = {name: each for each in found.differences for name in each.dialects}
    assert {
        name: dt.datetime.fromtimestamp(each.instant, dt.UTC) for name, each in told.items()
    } == expected
    assert all(each.runs == (expected[name] in starts[name]) for name, each in told.items())


@pytest.mark.parametrize("scheduler", [None, "cron", "airflow"])
@pytest.mark.parametrize("line", LINES)
def test_the_next_starts_are_the_first_occurrences(line: str, scheduler: str | None) -> None:
    found = ask(line, scheduler)
    start = dt.datetime.fromtimestamp(AS_OF, dt.UTC)
    occurrences = opspolicy.occurrences(
        line,
        timezone="Europe/Berlin",
        scheduler=scheduler,
        start=start,
        end=start + dt.timedelta(60),
    )
    assert [each.instant for each in found.starts] == [at.timestamp() for at in occurrences[:5]]
    for each in found.starts:
        assert each.dialects


@pytest.mark.parametrize(
    ("expression", "scheduler", "lasts"),
    [
        # In autumn 02:00 to 03:00 comes twice, and these let the second hour pass.
        ("*/15 * * * *", "github-actions", HOUR + 15 * 60),
        ("0 0 * * * ?", "quartz", 2 * HOUR),
        ("*:0/30", "systemd", HOUR + 30 * 60),
        ("0 * * * ? *", "eventbridge", 2 * HOUR),
        # And these don't.
        ("*/15 * * * *", "kubernetes", None),
        ("*/15 * * * *", "cron", None),
        ("*/15 * * * *", "airflow", None),
        # Not on that day; not in that hour.
        ("*/15 * * * 1-5", "github-actions", None),
        ("0 4 * * *", "github-actions", None),
    ],
)
def test_a_line_that_runs_every_hour_may_pause_in_autumn(
    expression: str, scheduler: str, lasts: int | None
) -> None:
    found = ask(expression, scheduler)
    pauses = [each for each in found.effects if each.kind == clocks.PAUSE]
    assert [each.instants[1] - each.instants[0] for each in pauses] == ([lasts] if lasts else [])
    assert found.schedule is not None
    for each in pauses:
        assert found.schedule.starts(each.instants[0] + 1, each.instants[1]) == []


def test_what_is_refused_says_by_whom_and_who_accepts_it() -> None:
    found = ask("0 2 * * mon", "quartz")
    assert found.schedule is None
    assert [each.dialect for each in found.accepted] == [
        "cron",
        "kubernetes",
        "github-actions",
        "airflow",
    ]
    told = dict(paragraphs(found, "en"))
    assert told["refused"][0].startswith("by Quartz: `0 2 * * mon` has 5 fields")
    assert "Mon..Fri" in ask("Mon..Fri 02:00", "cron").question.expression
    assert dict(paragraphs(ask("Mon..Fri 02:00", "cron"), "en"))["accepted"] == ["by systemd"]


QUESTIONS = [
    ("0 2 * * *", None, None), ("0 6 */2 * mon", None, None), ("0 2 * * *", "quartz", None),
    ("*/15 * * * *", "github-actions", None), ("Mon..Fri 02:00 UTC", None, None),
    ("every 15m", None, "2027-01-01T00:00"), ("FREQ=DAILY", None, "2027-01-01T06:00"),
    ("FREQ=DAILY;BYHOUR=25", None, "2027-01-01T06:00"), ("2027-10-09T06:00", None, None),
    ("0 0 30 2 *", None, None), ("", None, None), ("\x1b[31m\u202e😀", None, None),
    ("2027-13-09T06:00", None, None), ("every 1s", None, "2027-01-01T06:00"),
    ("every 15m", None, "tomorrow"), ("x" * 4096, None, None), ("*," * 120 + "* * * * *", None, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "scheduler", "start"), QUESTIONS, ids=lambda each: repr(each)[:20]
)
def test_documents_have_their_schema(
    expression: str, scheduler: str | None, start: str | None
) -> None:
    validator = Draft202012Validator(SCHEMA)
    found = ask(expression, scheduler, start=start)
    validator.validate(document(found))
    for language in ("en", "fr"):
        assert all(lines or label == "next" for label, lines in paragraphs(found, language))


def test_a_zone_that_nobody_named_is_said_and_one_that_is_none_refused() -> None:
    found = explain(Question("0 2 * * *", "UTC", ASSUMED, None, None, 1, AS_OF, AS_OF + YEAR))
    assert [each.code for each in found.remarks] == ["OPS207"]
    assert ask("Mon 02:00 UTC").zone_from == "expression"
    with pytest.raises(ScheduleError, match="is not a time zone"):
        ask("0 2 * * *", timezone="Europe/Berln")


@pytest.mark.parametrize(
    ("expression", "scheduler"),
    [
        ("* * * * * ?", "quartz"), ("*:*:*", "systemd"), ("* * * * 1", None),
        ("0 0 29 2 1", None), ("59 23 31 12 6#5", "airflow"), ("0 0 0 29 2 ? 2199", "quartz"),
    ],
)  # fmt: skip
def test_no_expression_takes_long(expression: str, scheduler: str | None) -> None:
    """A guard against hanging, at many times what it takes."""
    begun = time.process_time()
    document(
        explain(
            Question(
                expression, "Europe/Berlin", GIVEN, scheduler, None, 1000, AS_OF, AS_OF + 5 * YEAR
            )
        )
    )
    assert time.process_time() - begun < 10


def test_an_endless_expression_is_refused_at_once() -> None:
    with pytest.raises(ScheduleError, match="4096 is the limit"):
        ask("x" * 100_000)


def test_every_scheduler_can_be_asked_for() -> None:
    for name in DIALECTS:
        assert ask("0 2 * * *", name).readings[0].dialect == name


@pytest.mark.parametrize(
    ("expression", "scheduler", "which"),
    [
        ("30 2 * * *", "cron", "first"),
        ("30 2 * * *", "github-actions", "first"),
        ("02:30", "systemd", "first"),
        ("30 2 * * ? *", "eventbridge", "first"),
        ("0 30 2 * * ?", "quartz", "second"),
        ("30 2 * * *", "airflow", "second"),
        # Both times, and at another time.
        ("30 2 * * *", "kubernetes", None),
        ("30 4 * * *", "cron", None),
    ],
)
def test_a_time_that_comes_twice_is_told_where_it_runs_once(
    expression: str, scheduler: str, which: str | None
) -> None:
    found = ask(expression, scheduler)
    once = [each for each in found.effects if each.kind == clocks.ONCE]
    assert len(once) == (which is not None)
    assert found.schedule is not None
    for each in once:
        (at,) = each.instants
        assert found.schedule.starts(each.change - HOUR, each.change + HOUR) == [at]
        assert (at < each.change) == (which == "first")
        assert f"it runs the {which} time" in " ".join(dict(paragraphs(found, "en"))["clocks"])
