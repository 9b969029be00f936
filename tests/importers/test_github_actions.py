"""GitHub Actions: real cron lines come through as they are, and no text makes the reader fail."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy.estate.estate import assemble
from opspolicy.estate.foreign import Foreign, Imported
from opspolicy.estate.sources import Source
from opspolicy.importers import github_actions, reading
from opspolicy.source.limits import MIB
from opspolicy.temporal import instants
from tests import shared, worlds
from tests.laws import REPRODUCIBLE

SOURCE = Source("github-actions")
PATH = ".github/workflows/nightly.yml"
FUZZ = settings(REPRODUCIBLE, max_examples=50)
LONGEST = 10
REAL = shared.load("cron/expressions.json") or []


def read(text: str) -> Imported:
    return github_actions.read(text, PATH, SOURCE)


def test_the_line_that_is_wrong_is_pointed_at() -> None:
    text = 'on:\n  schedule:\n    - cron: "0 2 * * *"\n    - cron: "0 25 * * *"\n'
    estate = assemble([Foreign(PATH, text, None, (reading(SOURCE),))])
    (wrong,) = [each for each in worlds.findings(estate) if each.rule == "invalid-schedule"]
    assert (wrong.place.span.line, wrong.place.span.column) == (4, 13)


@pytest.mark.parametrize(
    ("zone", "starts"),
    [
        ("", ["2027-03-13T02:30:00Z", "2027-03-14T02:30:00Z"]),
        # On 14 March 2027 clocks in Toronto go from 02:00 to 03:00.
        ("timezone: America/Toronto", ["2027-03-13T07:30:00Z", "2027-03-14T07:00:00Z"]),
    ],
)
def test_when_it_runs(zone: str, starts: list[str]) -> None:
    text = f'on:\n  schedule:\n    - cron: "30 2 * * *"\n      {zone}\n'
    estate = assemble([Foreign(PATH, text, None, (reading(SOURCE),))])
    schedule = estate.jobs["nightly"].schedule
    assert schedule is not None
    low, high = (instants.parse_as_of(day) for day in ("2027-03-13", "2027-03-15"))
    assert [instants.rfc3339(at) for at in schedule.starts(low, high)] == starts


@shared.needs_data
def test_real_lines_come_through_as_they_are() -> None:
    lines = sorted({each["expr"] for each in REAL})
    root = read(json.dumps({"on": {"schedule": [{"cron": each} for each in lines]}})).document
    assert root is not None
    schedule = root.find("jobs", "nightly", "schedule")
    assert schedule is not None
    assert schedule.plain() == {"cron": lines, "timezone": "UTC"}


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=9))
KEYS = st.sampled_from(("on", "schedule", "cron", "timezone", "name", "jobs"))


@FUZZ
@given(
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
        max_leaves=20,
    )
)
def test_no_workflow_makes_it_fail(value: object) -> None:
    for each in (value, {"on": value}, {"name": value, "on": {"schedule": value}}):
        text = json.dumps(each)
        found = read(text)
        assert (found.document is None) == bool(found.problems)
        assemble([Foreign(PATH, text, None, (reading(SOURCE),))])


@FUZZ
@given(st.text(max_size=40))
def test_no_text_makes_it_fail(text: str) -> None:
    for each in (text, f"on: {{schedule: [{{cron: {text}}}]}}", f"on:\n  {text}"):
        read(each)


@pytest.mark.parametrize("piece", ["    - {timezone: A}\n", "    - {cron: a, timezone: b}\n"])
@pytest.mark.prove
def test_no_file_makes_it_hang(piece: str) -> None:
    begin = "on:\n  schedule:\n"
    start = time.perf_counter()
    read(begin + piece * ((MIB - len(begin)) // len(piece)))
    assert time.perf_counter() - start < LONGEST
