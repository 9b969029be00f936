"""What is assumed of an estate against the same estate with all of it written down."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from opspolicy import examine, judge
from opspolicy.estate.assumptions import Looked, applied, parse
from opspolicy.estate.estate import Estate
from opspolicy.report import Finding
from opspolicy.temporal.instants import rfc3339
from opspolicy.timeline.horizon import Horizon
from opspolicy.timeline.timeline import Timeline
from tests import laws
from tests.laws import REPRODUCIBLE

from .engine import POLICIES, timeline_of
from .estates import World, estates
from .values import seconds

HOUR, DAY = 3600, 86_400
LENGTHS = st.sampled_from([1, 60, 1800, HOUR, 3 * HOUR, 10 * HOUR, DAY, 30 * HOUR])
MOST_DATES = 100
SINCE_NOTICE = {"min_notice"}
SINCE_START = {"after", "deadline", "when_blocked", "concurrency"}
OF_PLANS = {"missing-owner", *examine.ABOUT_PLANS}

Told = list[tuple[object, ...]]


def read(world: World) -> Estate:
    """Return a random estate as it is declared."""
    return timeline_of(*world).estate


def assume(world: World, *assumptions: tuple[str, str]) -> Estate:
    """Return a random estate with something assumed of it."""
    _, as_of, horizon = world
    when = Horizon(as_of, as_of + horizon)
    made = [parse(*each) for each in assumptions]
    return applied(read(world), made, Looked(as_of, when.until, when.farthest))[0]


def findings(estate: Estate, world: World) -> list[Finding]:
    """Return what is found in an estate, by all rules of the default pack."""
    _, as_of, horizon = world
    timeline = Timeline(estate, Horizon(as_of, as_of + horizon))
    found = list(judge.judge(estate, timeline, POLICIES))
    assert not [each for each in found if each.code == "OPS000"], found
    return examine.of_assumed(estate, found)


def told(found: list[Finding]) -> Told:
    """Return all that is told of findings, but for places, which follow the text."""
    return sorted(
        (
            each.policy,
            each.severity,
            each.message,
            each.hint,
            each.fingerprint,
            each.subjects,
            each.causes,
            each.paths,
            list(each.occurrences),
            each.drift or "",
            each.impact or (),
            each.measure or (),
        )
        for each in found
    )


def written(world: World, section: str, name: str, **keys: object) -> World:
    """Return a world in which an entry says something else."""
    estate, as_of, horizon = world
    entries = estate.get(section, {})
    entry = {**entries.get(name, {}), **keys}
    return {**estate, section: {**entries, name: entry}}, as_of, horizon


@given(world=estates(), data=st.data(), length=LENGTHS)
@settings(REPRODUCIBLE, max_examples=25)
def test_what_is_extended_is_as_if_it_were_written_longer(
    world: World, data: st.DataObject, length: int
) -> None:
    estate = world[0]
    kinds = {"maintenance_windows": "maintenance_window", "jobs": "job"}
    longer = [
        (section, name)
        for section in kinds
        for name, entry in estate.get(section, {}).items()
        if {"duration", "max_duration"} & entry.keys() and not entry.get("suspended")
    ]
    if not longer:
        return
    section, name = data.draw(st.sampled_from(longer))
    entry = estate[section][name]
    keys = {
        key: f"{seconds(entry[key]) + length}s"
        for key in ("duration", "max_duration")
        if key in entry
    }
    event(f"a finding of {section}")
    assumed = assume(world, ("--extend", f"{kinds[section]}/{name}={length}s"))
    there = written(world, section, name, **keys)
    mine, theirs = findings(assumed, world), findings(read(there), there)
    assert told(mine) == told(theirs), json.dumps(world)
    # A waiver that accepts one accepts the other.
    assert {each.acceptance for each in mine} == {each.acceptance for each in theirs}


@given(world=estates(), data=st.data(), length=LENGTHS)
@settings(REPRODUCIBLE, max_examples=25)
def test_a_service_that_is_assumed_to_be_down_is_as_in_a_window(
    world: World, data: st.DataObject, length: int
) -> None:
    estate, as_of, horizon = world
    grouped = [
        member
        for service in estate["services"].values()
        for each in service.get("depends_on", [])
        if isinstance(each, dict)
        for member in each.get("any_of", [])
        if member in estate["services"]
    ]
    name = data.draw(st.sampled_from(grouped or sorted(estate["services"])))
    start = as_of + data.draw(st.integers(-2 * HOUR, horizon + 2 * DAY)) // 60 * 60
    planned = [at for each in timeline_of(*world).causes.values() for at, _ in each.when]
    at_once = data.draw(st.booleans())
    if planned and at_once:
        # Much is only hurt by several at once.
        start = planned[data.draw(st.integers(0, len(planned) - 1))]
    if start + length <= as_of:
        return
    instant = rfc3339(start)
    assumed = assume(world, ("--down", f"service/{name}={instant}/{length}s"))
    (window,) = assumed.assumed.values()
    zone = read(world).zone_of(f"service/{name}")
    there = written(
        world,
        "maintenance_windows",
        "zz",
        takes_down=[name],
        start=instant,
        duration=f"{length}s",
        timezone=zone,
    )
    expected = [each for each in findings(read(there), there) if each.rule not in OF_PLANS]
    found = [each for each in findings(assumed, world) if each.rule not in OF_PLANS]
    called = [
        each._replace(
            message=each.message.replace(
                f"assumed outage `{window.name}`", "maintenance window `zz`"
            ).replace(f"`{window.name}`", "`zz`"),
            causes=tuple(
                "maintenance_window/zz" if ref == window.ref else ref for ref in each.causes
            ),
        )
        for each in found
    ]
    if any(window.ref in each.causes for each in found):
        event("it is a cause of something")
    if any(window.ref in each.causes and len(each.causes) > 1 for each in found):
        event("it is one together with others")

    def without_names(told_of: list[Finding]) -> Told:
        return told([each._replace(fingerprint="", hint="") for each in told_of])

    assert without_names(called) == without_names(expected), json.dumps(world)


@given(world=estates(), data=st.data(), length=LENGTHS)
@settings(REPRODUCIBLE, max_examples=25)
def test_a_late_job_is_one_that_starts_later(
    world: World, data: st.DataObject, length: int
) -> None:
    """Where nothing counts from its nominal start, as a notice or a deadline does."""
    world = plain(world)
    estate, as_of, horizon = world
    jobs = [name for name, job in estate.get("jobs", {}).items() if not job.get("suspended")]
    if not jobs:
        return
    name = data.draw(st.sampled_from(jobs))
    schedule = read(world).jobs[name].schedule
    assert schedule is not None
    starts = schedule.starts(as_of - 2 * DAY - length, as_of + horizon)[:MOST_DATES]
    if not starts:
        return
    on_time = written(world, "jobs", name, schedule=_dates(starts), scheduler="kubernetes")
    later = [at + length for at in starts]
    moved = written(world, "jobs", name, schedule=_dates(later), scheduler="kubernetes")
    found = told(findings(assume(on_time, ("--delay", f"job/{name}={length}s")), on_time))
    assert found == told(findings(read(moved), moved)), json.dumps(on_time)
    if found != told(findings(read(on_time), on_time)):
        event("to be late changes what is found")


@pytest.mark.prove
@pytest.mark.parametrize(
    "law",
    [
        test_what_is_extended_is_as_if_it_were_written_longer,
        test_a_service_that_is_assumed_to_be_down_is_as_in_a_window,
        test_a_late_job_is_one_that_starts_later,
    ],
)
def test_they_hold_for_hundreds(law: Callable[..., None]) -> None:
    drawn = {"world": estates(), "data": st.data(), "length": LENGTHS}
    laws.hold(law, drawn, settings(REPRODUCIBLE, max_examples=400))


def plain(world: World) -> World:
    """Return a world in which nothing counts from when a run should have started."""
    estate, as_of, horizon = world
    made = dict(estate)
    for section, keys in (("services", SINCE_NOTICE), ("jobs", SINCE_START)):
        if section in estate:
            entries = {
                name: {key: value for key, value in entry.items() if key not in keys}
                for name, entry in estate[section].items()
            }
            made[section] = {
                name: entry
                for name, entry in entries.items()
                if section == "services" or "schedule" in entry
            }
    return made, as_of, horizon


def _dates(starts: list[int]) -> dict[str, Any]:
    return {"dates": [rfc3339(at) for at in starts], "timezone": "UTC"}


@given(world=estates(), data=st.data())
@settings(REPRODUCIBLE, max_examples=20)
def test_nothing_is_assumed_by_nothing(world: World, data: st.DataObject) -> None:
    """Late by no time, and longer by none, is as declared; and what was read stays as it was."""
    declared = read(world)
    jobs = [each.name for each in declared.jobs.values() if each.schedule and not each.suspended]
    windows = sorted(declared.windows)
    looked = Looked(world[1], world[1] + world[2], world[1] + 5 * 365 * DAY)
    nothing = [parse("--extend", f"{data.draw(st.sampled_from(windows))}=0s")]
    nothing += [parse("--delay", f"{name}=0s") for name in jobs]
    assert applied(declared, nothing, looked) == (declared, ())
    before = told(findings(declared, world))
    something = [
        parse("--extend", f"{windows[0]}=3h"),
        parse("--down", f"s0={rfc3339(world[1])}/1h"),
    ]
    something += [parse("--delay", f"{name}=1h") for name in jobs]
    made, assumed = applied(declared, something, looked)
    assert made is not declared
    assert len(assumed) == len(something)
    findings(made, world)
    assert told(findings(declared, world)) == before


@given(
    start=st.integers(0, 23),
    late=LENGTHS,
    lengths=st.tuples(st.integers(1, 8), st.integers(1, 8)),
    within=st.integers(1, 12),
    window=st.tuples(st.integers(0, 7 * 24), st.integers(1, 30)),
)
@settings(REPRODUCIBLE, max_examples=50)
def test_a_chain_is_late_as_if_it_began_later_and_was_due_when_it_is(
    start: int,
    late: int,
    lengths: tuple[int, int],
    within: int,
    window: tuple[int, int],
) -> None:
    """A deadline counts from the nominal start, and so is nearer to one that is late."""
    as_of = 1_822_435_200  # Saturday 2027-10-02, UTC
    down, lasts = window

    def chain(shift: int) -> World:
        starts = [as_of + day * DAY + start * HOUR + shift for day in range(7)]
        ledger: dict[str, Any] = {"requires": ["ledger"], "when_blocked": "wait"}
        first = {"schedule": _dates(starts), "duration": f"{lengths[0]}h", **ledger}
        first["deadline"] = {"within": f"{late + within * HOUR - shift}s"}
        last = {**ledger, "after": ["first"], "duration": f"{lengths[1]}h"}
        last["deadline"] = {"within": f"{late + 2 * within * HOUR - shift}s"}
        begins = as_of + down * HOUR
        patch = {"takes_down": ["ledger"], "start": rfc3339(begins), "duration": f"{lasts}h"}
        estate = {
            "defaults": {"timezone": "UTC", "scheduler": "cron"},
            "services": {"ledger": {}},
            "jobs": {"first": first, "last": last},
            "maintenance_windows": {"patch": patch},
        }
        # All of it ends: what never does is late until the next nominal start.
        return estate, as_of, 14 * DAY

    on_time, moved = chain(0), chain(late)
    found = missed(findings(assume(on_time, ("--delay", f"first={late}s")), on_time))
    assert found == missed(findings(read(moved), moved))
    event(f"{len(found)} findings")


def missed(found: list[Finding]) -> Told:
    """Return the deadlines that are missed, by what and when."""
    return sorted(
        (each.subjects, each.causes, list(each.occurrences))
        for each in found
        if each.code == "OPS401"
    )
