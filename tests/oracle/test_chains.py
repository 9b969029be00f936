"""Holds how the oracle follows runs against nights small enough to be worked out by hand.

Here a job takes down a service of its own name, so that it shows when its runs go on.
"""

from typing import Any

import pytest

from .simulation import Simulated, simulate
from .test_simulation import DAYS, at, between, findings, of_code, window


def follow(
    jobs: dict[str, dict[str, Any]],
    *windows: dict[str, Any],
    zone: str = "UTC",
    since: str = "2027-10-01T00:00Z",
) -> Simulated:
    """Simulate three days of the jobs, each of which takes down a service of its own name too."""
    named = {
        name: {**job, "takes_down": [name, *job.get("takes_down", [])]}
        for name, job in jobs.items()
    }
    estate = {
        "defaults": {"timezone": zone},
        "services": dict.fromkeys([*jobs, "db", "mail"]),
        "maintenance_windows": {f"w{number}": each for number, each in enumerate(windows)},
        "jobs": named,
    }
    return simulate(estate, at(since), 3 * DAYS)


def once(*starts: str, **more: object) -> dict[str, Any]:
    return {"schedule": {"dates": list(starts)}, "scheduler": "cron", **more}


def october(*spans: str) -> list[tuple[int, int]]:
    """Read stretches such as `01T22:00 02T01:00`."""
    texts = (" ".join(f"2027-10-{time}Z" for time in span.split()) for span in spans)
    return between(*texts)


NIGHT = once("2027-10-01T22:00", duration="2h")
"""From 22:00 to 24:00 on the first."""


def test_a_chain_that_runs_into_an_outage_is_late_in_the_morning() -> None:
    simulated = follow(
        {
            # Predecessors may be declared later.
            "report": {"after": ["book"], "duration": "1h", "deadline": {"by": "07:00", "day": 1}},
            "book": {
                "after": ["read"],
                "duration": "3h",
                "requires": ["db"],
                "when_blocked": "wait",
            },
            "read": NIGHT,
        },
        window("2027-10-02T01:00", "4h", "db"),
    )
    assert simulated.down["read"] == october("01T22:00 02T00:00")
    # An hour of work until 01:00, the other two from 05:00 on.
    assert simulated.down["book"] == october("02T00:00 02T07:00")
    assert simulated.down["report"] == october("02T07:00 02T08:00")
    # Its nominal start is that of the first in the chain, so that +1 is the second.
    assert findings(simulated) == {
        ("OPS401", "job/report", ""): october("02T07:00 02T08:00"),
    }


def test_a_run_waits_through_one_outage_after_the_other() -> None:
    job = once("2027-10-01T22:00", duration="4h", requires=["db", "mail"], when_blocked="wait")
    simulated = follow(
        {"a": job},
        window("2027-10-01T21:00", "2h", "db"),
        window("2027-10-02T00:00", "2h", "mail"),
        window("2027-10-02T01:00", "4h", "db"),
    )
    # Works from 23:00 to 00:00, and from 05:00 to 08:00; its effects begin when it is started.
    assert simulated.down["a"] == october("01T22:00 02T08:00")
    assert findings(simulated) == {}


@pytest.mark.parametrize(("within", "late"), [("3h", []), ("2h59m", ["02T00:59 02T01:00"])])
def test_a_deadline_may_be_met_at_the_last_moment(within: str, late: list[str]) -> None:
    job = once("2027-10-01T22:00", duration="3h", deadline={"within": within})
    missed = of_code(follow({"a": job}), "OPS401")
    assert missed == ({("job/a", ""): october(*late)} if late else {})


def test_a_forbidden_run_is_skipped_and_has_no_successor() -> None:
    starts = [f"2027-10-01T{hour}:00" for hour in ("10", "11", "12", "14")]
    simulated = follow(
        {
            "a": once(*starts, duration="90m", concurrency="forbid"),
            "b": {"after": ["a"], "duration": "10m"},
        }
    )
    # Nobody knows what went on before the first, so each may be the one that isn't skipped.
    assert simulated.down["a"] == october("01T10:00 01T13:30", "01T14:00 01T15:30")
    assert simulated.down["b"] == october(
        "01T11:30 01T11:40", "01T13:30 01T13:40", "01T15:30 01T15:40"
    )
    assert simulated.fates == {"done", "skipped"}


def test_a_run_may_start_as_the_one_before_ends() -> None:
    job = once("2027-10-01T10:00", "2027-10-01T11:00", duration="1h", concurrency="forbid")
    assert follow({"a": job}).fates == {"done"}


def test_a_replaced_run_is_killed_and_has_no_successor() -> None:
    starts = ["2027-10-01T10:00", "2027-10-01T11:00"]
    deadline = {"within": "30m"}
    simulated = follow(
        {
            "a": once(*starts, duration="90m", concurrency="replace", recovery="5m"),
            "b": {"after": ["a"], "duration": "10m"},
            "c": once(*starts, duration="90m", concurrency="replace", deadline=deadline),
        }
    )
    assert simulated.down["a"] == october("01T10:00 01T12:35")
    assert simulated.down["b"] == october("01T12:30 01T12:40")
    # The first never ends, until the next one starts; the second is an hour late.
    assert of_code(simulated, "OPS401") == {
        ("job/c", ""): october("01T10:30 01T11:00", "01T11:30 01T12:30")
    }


def test_a_run_whose_deadline_is_past_the_next_start_is_missed_for_a_second() -> None:
    starts = ["2027-10-01T10:00", "2027-10-01T11:00"]
    job = once(*starts, duration="90m", concurrency="replace", deadline={"within": "2h"})
    (start, end), *others = of_code(follow({"a": job}), "OPS401")["job/a", ""]
    assert (start, end, others) == (at("2027-10-01T12:00Z"), at("2027-10-01T12:00Z") + 1, [])


def test_what_comes_after_a_failed_run_never_starts() -> None:
    simulated = follow(
        {
            "a": {
                **NIGHT,
                "requires": ["db"],
                "induces_demand": [{"service": "mail", "for": "1h"}],
            },
            "b": {"after": ["a"], "duration": "1h", "deadline": {"within": "4h"}},
            "c": once("2027-10-02T05:00", after=["b"], duration="1h", when_blocked="wait"),
        },
        window("2027-10-01T23:30", "10m", "db", "mail"),
    )
    assert simulated.down["a"] == october("01T22:00 02T00:00")
    assert simulated.down["b"] == simulated.down["c"] == []
    w = "maintenance_window/w0"
    assert findings(simulated) == {
        ("OPS303", "job/a service/db", w): october("01T23:30 01T23:40"),
        # A run that fails may have sent customers all the same, but only from 22:00 to 23:00.
        ("OPS401", "job/b", ""): october("02T02:00 04T00:00"),
    }


def test_a_plain_run_starts_whatever_its_predecessor_does() -> None:
    late = once("2027-10-01T22:00", duration="2h", max_duration="3h")
    simulated = follow(
        {
            "a": late,
            "b": once("2027-10-02T00:30", after=["a"], duration="1h"),
            "c": {"after": ["b"], "duration": "1h", "deadline": {"within": "1h"}},
        }
    )
    assert simulated.down["b"] == october("02T00:30 02T01:30")
    # As it has started without its predecessor's work it has failed.
    assert simulated.down["c"] == []
    assert findings(simulated) == {
        ("OPS402", "job/a job/b", ""): october("02T00:30 02T01:00"),
        ("OPS401", "job/c", ""): october("02T01:30 04T00:00"),
    }


def test_a_run_that_may_start_early_does_no_harm_to_what_it_waits_for() -> None:
    simulated = follow(
        {
            "a": once("2027-10-01T22:00", duration="1h", max_duration="3h", requires=["db"]),
            "b": {"after": ["a"], "duration": "1h", "takes_down": ["db"]},
        }
    )
    # From 23:00 on the fast day, until 02:00 on the slow one; then `a` was done at 01:00.
    assert simulated.down["b"] == october("01T23:00 02T02:00")
    assert simulated.fates == {"done"}


def test_demand_comes_from_the_earliest_to_the_latest() -> None:
    demand = [
        {"service": "mail", "for": "10m"},
        {"service": "db", "for": "10m", "starting": "at_end"},
    ]
    simulated = follow(
        {
            "a": once("2027-10-01T22:00", duration="1h", max_duration="3h"),
            "b": {"after": ["a"], "duration": "1h", "max_duration": "2h", "induces_demand": demand},
        },
        window("2027-10-01T20:00", "12h", "mail", "db"),
    )
    w = "maintenance_window/w0"
    assert findings(simulated) == {
        ("OPS302", "job/b service/mail", w): october("01T23:00 02T01:10"),
        ("OPS302", "job/b service/db", w): october("02T00:00 02T03:10"),
    }


def test_a_waiting_run_demands_from_when_it_gets_ahead() -> None:
    job = once(
        "2027-10-01T22:00",
        duration="1h",
        requires=["db"],
        when_blocked="wait",
        induces_demand=[{"service": "mail", "for": "10m"}],
    )
    simulated = follow(
        {"a": job}, window("2027-10-01T21:00", "4h", "db"), window("2027-10-02T00:00", "9h", "mail")
    )
    assert findings(simulated) == {
        ("OPS302", "job/a service/mail", "maintenance_window/w1"): october("02T01:00 02T01:10")
    }


def test_a_window_far_ahead_is_followed_until_what_it_delays_is_done() -> None:
    job = once("2027-10-01T22:00", duration="1h", when_blocked="wait", recovery="1h")
    simulated = follow({"a": {**job, "requires": ["db"]}}, window("2027-10-01T21:00", "90d", "db"))
    assert simulated.fates == {"done"}
    assert simulated.down["a"] == between("2027-10-01T22:00Z 2027-12-30T23:00Z")
    # What lasts an hour may be late for that and its recovery, or as long as its deadline is away.
    assert simulated.judged == between("2027-10-01T00:00Z 2027-12-30T23:00Z")
    simulated = follow(
        {"a": {**job, "requires": ["db"], "deadline": {"by": "01:00", "day": 2}}},
        window("2027-12-01T21:00", "1h", "db"),
    )
    assert simulated.judged == between(
        "2027-10-01T00:00Z 2027-10-07T22:00Z", "2027-12-01T21:00Z 2027-12-04T22:00Z"
    )


def test_a_run_is_over_at_its_limit() -> None:
    job = once("2027-10-01T22:00", duration="1h", when_blocked="wait", recovery="1h")
    a, b = ({**job, "requires": [other], "deadline": {"within": "5h"}} for other in "ba")
    simulated = follow({"a": a, "b": b})
    # Each takes down what the other one needs: neither gets ahead.
    assert simulated.fates == {"unfinished"}
    stuck = october("01T22:00 04T00:00")
    assert simulated.down["a"] == simulated.down["b"] == stuck
    late = october("02T03:00 04T00:00")
    assert findings(simulated) == {("OPS401", f"job/{name}", ""): late for name in "ab"}


def test_a_job_is_not_in_its_own_way() -> None:
    starts = ["2027-10-01T22:00", "2027-10-01T22:30"]
    job = once(*starts, duration="1h", requires=["a"], when_blocked="wait", concurrency="allow")
    simulated = follow({"a": job})
    assert simulated.down["a"] == october("01T22:00 01T23:30")
    assert findings(simulated) == {}


def test_of_several_predecessors_the_nearest_runs_count() -> None:
    simulated = follow(
        {
            "a": once("2027-10-01T10:00", "2027-10-02T10:00", duration="1h"),
            "b": once("2027-10-01T09:00", "2027-10-01T11:00", duration="3h"),
            "off": {**NIGHT, "suspended": True},
            "c": {"after": ["a", "off", "b"], "duration": "1h", "deadline": {"within": "1h"}},
        }
    )
    # Nominally at 10:00, of two equally near ones with the earlier; the day after with the later.
    assert simulated.down["c"] == october("01T12:00 01T13:00", "02T11:00 02T12:00")
    assert of_code(simulated, "OPS401") == {
        ("job/c", ""): october("01T11:00 01T13:00", "02T11:00 02T12:00")
    }


def test_runs_before_what_is_judged_count() -> None:
    simulated = follow(
        {
            "a": once("2027-09-30T10:00", duration="1h", requires=["db"], when_blocked="wait"),
            "b": {"after": ["a"], "duration": "1h"},
        },
        window("2027-09-30T09:00", "16h30m", "db"),
    )
    assert simulated.down["b"] == october("01T02:30 01T03:30")


@pytest.mark.parametrize(
    ("since", "start", "late"),
    [
        # 02:30 is shown twice, at 00:30Z and 01:30Z.
        ("2027-10-30", "2027-10-31T00:30", "2027-10-31T00:30Z 2027-10-31T01:30Z"),
        # 02:30 is skipped, the gap ends at 01:00Z.
        ("2027-03-27", "2027-03-28T00:30", "2027-03-28T01:00Z 2027-03-28T02:30Z"),
    ],
)
def test_a_deadline_in_the_night_of_a_clock_change(since: str, start: str, late: str) -> None:
    job = once(start, duration="3h", deadline={"by": "02:30"})
    simulated = follow({"a": job}, zone="Europe/Berlin", since=f"{since}T00:00Z")
    assert findings(simulated) == {("OPS401", "job/a", ""): between(late)}


def test_what_not_all_dialects_agree_on_is_an_outage_but_misses_no_deadline() -> None:
    # 02:00 is shown twice: some run then, some an hour later, some both times.
    job = {"schedule": "0 2 * * *", "duration": "30m", "deadline": {"within": "10m"}}
    simulated = follow({"a": job}, zone="Europe/Berlin", since="2027-10-30T12:00Z")
    outages = simulated.down["a"]
    assert outages == between(
        "2027-10-31T00:00Z 2027-10-31T00:30Z",
        "2027-10-31T01:00Z 2027-10-31T01:30Z",
        "2027-11-01T01:00Z 2027-11-01T01:30Z",
        "2027-11-02T01:00Z 2027-11-02T01:30Z",
    )
    assert of_code(simulated, "OPS401") == {
        ("job/a", ""): between(
            "2027-11-01T01:10Z 2027-11-01T01:30Z", "2027-11-02T01:10Z 2027-11-02T01:30Z"
        )
    }
