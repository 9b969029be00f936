"""The law of reading one file again: the same is found as if all had been read anew."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import event, given, seed, settings
from hypothesis import strategies as st

from opspolicy import judge
from opspolicy.estate.estate import Estate, assemble
from opspolicy.source.files import parse
from opspolicy.timeline.horizon import Horizon
from opspolicy.timeline.timeline import Timeline
from tests import worlds
from tests.laws import REPRODUCIBLE
from tests.oracle.engine import POLICIES
from tests.oracle.estates import World, estates

if TYPE_CHECKING:
    from opspolicy.report import Finding

    Files = dict[str, dict[str, Any]]

SECTIONS = ("services", "maintenance_windows", "calendars", "jobs", "freezes")


def split(draw: st.DrawFn, declared: dict[str, Any]) -> Files:
    """Spread what an estate declares over a few files, each with the same defaults."""
    number = draw(st.integers(2, 4))
    files: Files = {f"ops/{at}.yaml": {"defaults": declared["defaults"]} for at in range(number)}
    for section in SECTIONS:
        for name, entry in declared.get(section, {}).items():
            path = draw(st.sampled_from(sorted(files)))
            files[path].setdefault(section, {})[name] = entry
    return files


def changed(draw: st.DrawFn, file: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Change a file: entries go, become those of another estate, or come from there."""
    made: dict[str, Any] = {"defaults": file["defaults"]}
    for section in SECTIONS:
        here, there = file.get(section, {}), other.get(section, {})
        entries: dict[str, Any] = {}
        for name, entry in here.items():
            become = draw(st.sampled_from(["kept", "kept", "kept", "other", "gone"]))
            if become == "kept":
                entries[name] = entry
            elif become == "other":
                entries[name] = there.get(name, entry)
        for name, entry in there.items():
            # Many of these are declared elsewhere too, so that there are two of them.
            if draw(st.integers(0, 9)) == 0:
                entries.setdefault(name, entry)
        if entries:
            made[section] = entries
    if draw(st.integers(0, 4)) == 0:
        made["teams"] = {"o1": {}}
    if draw(st.integers(0, 9)) == 0:
        made["defaults"] = {**made["defaults"], "owner": "o1"}
    return made


@st.composite
def changes(draw: st.DrawFn) -> tuple[World, Files, str, dict[str, Any]]:
    """Draw an estate in several files, and another text for one of them."""
    world, other = draw(estates()), draw(estates())
    files = split(draw, world[0])
    path = draw(st.sampled_from(sorted(files)))
    return world, files, path, changed(draw, files[path], other[0])


def found(estate: Estate, world: World) -> tuple[Finding, ...]:
    """Give all that is wrong with an estate."""
    _, as_of, horizon = world
    timeline = Timeline(estate, Horizon(as_of, as_of + horizon))
    wrong = judge.from_problems(estate, estate.problems)
    return (*wrong, *judge.judge(estate, timeline, POLICIES))


def assert_as_anew(world: World, files: Files, path: str, text: dict[str, Any]) -> None:
    """Read one file again, and all of them."""
    said = json.dumps([files, path, text, world[1:]])
    estate = assemble([parse(each, json.dumps(files[each])) for each in files])
    again = estate.reread(parse(path, json.dumps(text)))
    anew = assemble([parse(each, json.dumps({**files, path: text}[each])) for each in files])
    assert found(again, world) == found(anew, world), said
    assert again.declares_teams == anew.declares_teams, said
    for each in anew.owned():
        assert again.owner_place(each) == anew.owner_place(each), said
    if anew.duplicates:
        event("a name twice")
    if any(anew.unknown()):
        event("a name unknown")


@given(change=changes())
@settings(REPRODUCIBLE, max_examples=25)
def test_one_file_again_is_all_files_anew(change: Any) -> None:  # noqa: ANN401 - see changes
    assert_as_anew(*change)


@pytest.mark.prove
def test_one_file_again_is_all_files_anew_a_thousand_times() -> None:
    @seed(1)
    @given(change=changes())
    @settings(REPRODUCIBLE, max_examples=1000)
    def it_is(change: Any) -> None:  # noqa: ANN401 - see changes
        assert_as_anew(*change)

    it_is()


CLOSED = "calendars: {c: {timezone: UTC, hours: []}}\n"
OPEN = "calendars: {c: {timezone: UTC, hours: [{days: everyday, from: 08:00, to: 20:00}]}}\n"
DOWN = (
    "services: {s: {owner: o, customer_facing: true, business_hours: c}}\n"
    "maintenance_windows:\n"
    "  w: {owner: o, takes_down: [s], start: 2027-10-09T10:00Z, duration: 1h}\n"
)


@pytest.mark.parametrize(
    ("files", "text"),
    [
        # A calendar that others keep to, one that is gone, and a name that another file has too.
        ({"a": CLOSED, "b": DOWN}, OPEN),
        ({"a": OPEN, "b": DOWN}, CLOSED),
        ({"a": OPEN, "b": DOWN}, "services: {}\n"),
        ({"a": OPEN, "b": DOWN}, OPEN + "services: {s: }\n"),
        ({"a": OPEN, "b": DOWN}, OPEN + "services: {S: }\n"),
        ({"a": OPEN + "services: {s: }\n", "b": DOWN}, OPEN),
        ({"a": OPEN, "b": DOWN}, OPEN + "teams: {x: }\n"),
        ({"a": OPEN + "teams: {x: }\n", "b": DOWN}, OPEN),
    ],
)
def test_what_others_keep_to_is_what_it_has_become(files: dict[str, str], text: str) -> None:
    estate = worlds.estate(**files)
    again = estate.reread(parse("ops/a.yaml", text))
    anew = worlds.estate(**{**files, "a": text})
    assert worlds.findings(again) == worlds.findings(anew)
    assert worlds.findings(again) != worlds.findings(estate)


def test_only_one_file_is_read_again() -> None:
    """Where it leaves all others alone: in an estate of thousands it is done again and again."""
    estate = worlds.estate(a=OPEN, b=DOWN, c="services: {t: }\n")
    again = estate.reread(parse("ops/b.yaml", DOWN.replace("T10:", "T11:")))
    assert again.services["t"] is estate.services["t"]
    assert again.windows["w"].start != estate.windows["w"].start
    # Also where its own calendars stay as they are.
    one = worlds.estate(a=OPEN + DOWN, c="services: {t: }\n")
    again = one.reread(parse("ops/a.yaml", OPEN + DOWN.replace("T10:", "T11:")))
    assert again.services["t"] is one.services["t"]
