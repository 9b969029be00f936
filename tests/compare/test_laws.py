"""Laws of comparing two trees: what is new on the way there is fixed on the way back."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import event, given, seed, settings
from hypothesis import strategies as st

from opspolicy import judge
from opspolicy.compare import changes, matching, standing
from opspolicy.estate.estate import assemble
from opspolicy.rules.base import OF_ALL_CAUSES as SUMS
from opspolicy.source.files import parse
from opspolicy.timeline.horizon import Horizon
from opspolicy.timeline.timeline import Timeline
from tests.laws import REPRODUCIBLE
from tests.oracle.engine import POLICIES
from tests.oracle.estates import World, estates
from tests.oracle.simulation import Grid, simulate
from tests.oracle.test_engine_equals_oracle import reproduction
from tests.repair.estates import roomy_estates
from tests.repositories import Repository, isolated
from tests.shared import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from opspolicy.compare.standing import Standing
    from opspolicy.report import Finding

    Declared = dict[str, Any]

SECTIONS = ("services", "maintenance_windows", "calendars", "jobs", "freezes")
NEW, WORSE, UNCHANGED = "new", "worse", "unchanged"


@st.composite
def changed_estates(draw: st.DrawFn) -> tuple[World, World]:
    """Draw an estate and what a change makes of it, at the same instant and horizon."""
    declared, as_of, horizon = draw(st.one_of(estates(), roomy_estates()))
    other = draw(estates())[0]
    made: Declared = dict(declared)
    for section in SECTIONS:
        entries: Declared = {}
        for name, entry in declared.get(section, {}).items():
            become = draw(st.sampled_from(["kept", "kept", "kept", "other", "longer", "gone"]))
            if become == "gone" and section in {"maintenance_windows", "jobs", "freezes"}:
                continue
            # Of another estate is taken what refers to nothing that is missing here.
            there = other.get(section, {}).get(name, entry)
            is_whole = section in {"services", "maintenance_windows", "freezes"} and (
                "calendars" not in json.dumps(there) and '"c' not in json.dumps(there)
            )
            entries[name] = there if become == "other" and is_whole else entry
            if become == "longer" and "duration" in entry:
                entries[name] = {**entry, "duration": "5h", "max_duration": "5h"}
                if section != "jobs":
                    del entries[name]["max_duration"]
        made[section] = entries
    services = made["services"]
    for window in made["maintenance_windows"].values():
        for key in ("takes_down", "degrades"):
            if key in window:
                window[key] = [each for each in window[key] if each in services]
    return (declared, as_of, horizon), (made, as_of, horizon)


def timeline(world: World) -> Timeline:
    """Read an estate."""
    declared, as_of, horizon = world
    estate = assemble([parse("estate.yaml", json.dumps(declared))])
    assert not estate.problems, reproduction(world)
    return Timeline(estate, Horizon(as_of, as_of + horizon))


def found(made: Timeline) -> tuple[Finding, ...]:
    return judge.judge(made.estate, made, POLICIES)


def against(base: Timeline, head: Timeline) -> Standing:
    """Hold what is found in one estate against what is found in another."""
    names = matching.renamed(base.estate, head.estate)
    return standing.against(found(head), found(base), names)


def by_status(stood: Standing, *statuses: str) -> set[str]:
    return {each.fingerprint for each in stood.findings if each.status in statuses}


def assert_comparing_keeps_its_laws(before: World, after: World) -> None:
    """Compare there, back, and each with itself."""
    said = f"{reproduction(before)}\n{reproduction(after)}"
    base, head = timeline(before), timeline(after)
    for each in (base, head):
        itself = against(each, each)
        # A base without a verdict is no excuse, not even for itself.
        is_broken = any(finding.incomplete for finding in found(each))
        assert {finding.status for finding in itself.findings} <= {
            NEW if is_broken else UNCHANGED
        }, said
        assert not itself.fixed, said
        assert changes.changes(each, each, {}) == changes.Changes((), ()), said
    assert not matching.renamed(base.estate, base.estate)
    if any(finding.incomplete for finding in (*found(base), *found(head))):
        event("incomplete")
        return
    there, back = against(base, head), against(head, base)
    names = matching.renamed(base.estate, head.estate)
    backwards = {new: old for old, new in names.items()}
    assert matching.renamed(head.estate, base.estate).keys() == backwards.keys() or len(names) > 1
    if names:
        event("renamed")
    else:
        # With a cause less, what all causes come to is no new finding; with one more it is.
        sums = {each.fingerprint for each in (*found(base), *found(head)) if each.limit in SUMS}
        for one, other in ((there, back), (back, there)):
            assert by_status(one, NEW) - sums == {each.fingerprint for each in other.fixed} - sums
        both = by_status(there, WORSE, UNCHANGED) - sums
        assert both == by_status(back, WORSE, UNCHANGED) - sums, said
        # What isn't worse is at no other time than it was.
        known = {finding.fingerprint: finding for finding in found(base)}
        for finding in there.findings:
            if finding.status == UNCHANGED and finding.fingerprint not in sums:
                assert not finding.occurrences - known[finding.fingerprint].occurrences, said
    for status in (NEW, WORSE, UNCHANGED):
        if by_status(there, status):
            event(f"status: {status}")
    assert_outages_differ(before, after, base, head)


def assert_outages_differ(before: World, after: World, base: Timeline, head: Timeline) -> None:
    """Hold what each service gains and loses against the oracle's steps."""
    said = f"{reproduction(before)}\n{reproduction(after)}"
    was, now = (simulate(*each).down for each in (before, after))
    made = changes.changes(base, head, {})
    told = {each.service: each for each in made.outages}
    ends = [end for down in (was, now) for each in down.values() for _, end in each]
    starts = [start for down in (was, now) for each in down.values() for start, _ in each]
    grid = Grid(min([before[1], *starts]), max([before[1] + before[2], *ends]), 60)
    for name in sorted({*was, *now}):
        old, new = grid.union(was.get(name, [])), grid.union(now.get(name, []))
        each = told.get(name)
        gained = [] if each is None else list(each.gained)
        lost = [] if each is None else list(each.lost)
        assert gained == grid.stretches(new & ~old), f"{name}\n{said}"
        assert lost == grid.stretches(old & ~new), f"{name}\n{said}"
        if gained or lost:
            event("an outage moves")


@given(worlds=changed_estates())
@settings(REPRODUCIBLE, max_examples=12)
def test_there_and_back(worlds: tuple[World, World]) -> None:
    assert_comparing_keeps_its_laws(*worlds)


@pytest.mark.prove
@pytest.mark.parametrize("shard", range(2))
def test_there_and_back_hundreds_of_times(shard: int) -> None:
    @seed(shard)
    @given(worlds=changed_estates())
    @settings(REPRODUCIBLE, max_examples=200)
    def they_hold(worlds: tuple[World, World]) -> None:
        assert_comparing_keeps_its_laws(*worlds)

    they_hold()


# Renaming ---------------------------------------------------------------------------------------


def renamed(value: Any, names: dict[str, str]) -> Any:  # noqa: ANN401 - plain YAML
    """Rename entries wherever they stand."""
    if isinstance(value, dict):
        return {names.get(key, key): renamed(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [renamed(each, names) for each in value]
    return names.get(value, value) if isinstance(value, str) else value


@given(world=estates(), data=st.data())
@settings(REPRODUCIBLE, max_examples=12)
def test_one_entry_that_is_renamed_everywhere_keeps_its_findings(
    world: World, data: st.DataObject
) -> None:
    declared, as_of, horizon = world
    sections = [each for each in ("services", "maintenance_windows", "jobs") if declared.get(each)]
    section = data.draw(st.sampled_from(sections))
    name = data.draw(st.sampled_from(sorted(declared[section])))
    # What says nothing of itself could be anything.
    if not declared[section][name]:
        return
    event(f"renamed: {section}")
    after = (renamed(declared, {name: f"{name}-by-another-name"}), as_of, horizon)
    base, head = timeline(world), timeline(after)
    if any(each.incomplete for each in found(base)):
        return
    names = matching.renamed(base.estate, head.estate)
    kept = {*declared[section][name]} if section == "services" else {"something"}
    if not names:
        # Only a service that depends on itself says other things of itself.
        assert f'"{name}"' in json.dumps(declared[section][name]) or not kept
        return
    stood = standing.against(found(head), found(base), names)
    said = reproduction(world)
    assert {each.status for each in stood.findings} <= {UNCHANGED}, said
    assert not stood.fixed, said
    made = changes.changes(base, head, names)
    assert (made.occurrences, made.outages) == ((), ()), said
    # That it has another name is said all the same.
    assert {f"{section[:-1]}/{name}": f"{section[:-1]}/{name}-by-another-name"} == names, said
    assert [each.was for each in made.declared if each.was] == [*names], said


# Bytes ------------------------------------------------------------------------------------------

SHOP = """\
defaults: {timezone: Europe/Paris, scheduler: kubernetes}
calendars:
  day: {hours: [{days: everyday, from: 08:00, to: 22:00}]}
services:
  shop: {owner: retail, customer_facing: true, business_hours: day, depends_on: [{any_of: [a, b]}, db]}
  desk: {owner: desk, customer_facing: true, business_hours: day, depends_on: [db, a]}
  db: {owner: platform}
  a: {owner: platform}
  b: {owner: web}
jobs:
  bills: {owner: billing, schedule: "0 9 * * sat", duration: 1h, requires: [db], induces_demand: [{service: shop, for: 9h}]}
"""
WINDOWS = """\
maintenance_windows:
  one: {owner: platform, takes_down: [db], start: 2027-10-09T%s, duration: 2h, timezone: Europe/Paris}
  two: {owner: web, takes_down: [a, b], schedule: {cron: "0 10 * * sat", timezone: Europe/Paris}, duration: 1h}
"""


@pytest.mark.parametrize(
    "command",
    [
        ("check", "--base", "main", "--format", "json"),
        ("diff", "main", "-v"),
        ("suggest", "maintenance_window/one", "--format", "json"),
        *(
            pytest.param(each, marks=pytest.mark.prove)
            for each in (
                ("check", "--base", "main", "--format", "text", "-v"),
                ("check", "--with", "main", "--format", "json"),
                ("diff", "main", "--format", "json"),
                ("diff", "main", "--format", "markdown"),
                ("suggest", "maintenance_window/two", "-v"),
            )
        ),
    ],
    ids=" ".join,
)
def test_the_same_to_the_byte(tmp_path: Path, command: tuple[str, ...]) -> None:
    """Over hash seeds, time zones, and the order in which files were made."""
    files = {
        "ops/shop.yaml": SHOP,
        "ops/windows.yaml": WINDOWS % "06:00",
        **{f"ops/more-{at}.yaml": f"services: {{x{at}: {{owner: o{at}}}}}\n" for at in range(5)},
    }
    expected: tuple[int, bytes] | None = None
    for at, clock in enumerate(("UTC", "Asia/Kathmandu")):
        paths = list(files)
        random.Random(at).shuffle(paths)  # noqa: S311 - an order, not a secret
        repository = Repository(tmp_path / str(at))
        for path in paths:
            repository.write(path, text=files[path])
        repository.commit("base")
        repository.write("ops/windows.yaml", text=WINDOWS % "09:00")
        done = subprocess.run(
            [
                *(sys.executable, "-m", "opspolicy", *command),
                *("--no-cache", "--as-of", "2027-09-01"),
            ],
            cwd=repository.root,
            env={**isolated(), "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": str(at), "TZ": clock},
            capture_output=True,
            check=False,
        )
        assert done.stderr == b""
        assert done.returncode in {0, 1}
        assert len(done.stdout) > 200
        expected = expected or (done.returncode, done.stdout)
        assert (done.returncode, done.stdout) == expected
