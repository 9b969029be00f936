"""Holds the oracle itself against worlds small enough to be worked out by hand.

Those about schedules are asked of the engine too.
"""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from .dialects import NAMED
from .engine import found_by_engine, found_by_oracle, timeline_of
from .simulation import Simulated, Stretch, simulate
from .starts import accepts

HOURS = 3600
DAYS = 24 * HOURS


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def between(*pairs: str) -> list[Stretch]:
    """Read stretches such as `2027-10-09T10:00Z 2027-10-11T04:30Z`."""
    return [(at(start), at(end)) for start, end in (pair.split() for pair in pairs)]


def findings(simulated: Simulated) -> dict[tuple[str, str, str], list[Stretch]]:
    """Give the findings by code, subjects and causes, short enough to write down."""
    return {
        (code, " ".join(sorted(subjects)), " ".join(sorted(causes))): occurrences
        for (code, subjects, causes, _), occurrences in simulated.findings.items()
    }


def of_code(simulated: Simulated, code: str) -> dict[tuple[str, str], list[Stretch]]:
    return {key[1:]: found for key, found in findings(simulated).items() if key[0] == code}


def always(*depends_on: object) -> dict[str, Any]:
    return {"customer_facing": True, "depends_on": list(depends_on)}


def window(start: str, duration: str, *services: str, **more: object) -> dict[str, Any]:
    return {"start": start, "duration": duration, "takes_down": list(services), **more}


def test_hydro_quebec_bills_are_sent_into_a_closed_portal() -> None:
    estate = {
        "defaults": {"timezone": "America/Toronto"},
        "calendars": {
            "portal-hours": {
                "timezone": "America/Toronto",
                "hours": [{"days": "mon-fri", "from": "08:00", "to": "20:00"}],
            }
        },
        "services": {
            "customer-portal": {"customer_facing": True, "business_hours": "portal-hours"},
            "mail-gateway": {},
        },
        "maintenance_windows": {
            "portal-upgrade": window("2027-10-09T00:00", "48h", "customer-portal", recovery="30m")
        },
        "jobs": {
            "mail-ebills": {
                "schedule": {"dates": ["2027-10-09T06:00"]},
                "duration": "4h",
                "requires": ["mail-gateway"],
                "induces_demand": [{"service": "customer-portal", "for": "72h"}],
            }
        },
    }
    simulated = simulate(estate, at("2027-09-01T00:00Z"), 60 * DAYS)
    # Toronto is at -04:00. Down from Saturday 04:00Z for 48.5 hours, to Monday 04:30Z, which is
    # 00:30 and before the portal opens at 08:00. The mailing starts at 10:00Z, its 72 hours
    # outlast the window.
    assert findings(simulated) == {
        (
            "OPS302",
            "job/mail-ebills service/customer-portal",
            "maintenance_window/portal-upgrade",
        ): between("2027-10-09T10:00Z 2027-10-11T04:30Z"),
    }
    assert simulated.down == {
        "customer-portal": between("2027-10-09T04:00Z 2027-10-11T04:30Z"),
        "mail-gateway": [],
    }


def test_every_channel_at_once_needs_all_three_windows() -> None:
    estate = {
        "defaults": {"timezone": "UTC"},
        "services": {
            "access": always({"any_of": ["mobile", "online", "phone"], "at_least": 1}),
            "mobile": {},
            "online": {},
            "phone": {},
        },
        "maintenance_windows": {
            "m": window("2027-08-07T00:00", "10h", "mobile"),
            "o": window("2027-08-07T04:00", "8h", "online"),
            "p": window("2027-08-07T08:00", "6h", "phone"),
        },
    }
    simulated = simulate(estate, at("2027-08-01T00:00Z"), 9 * DAYS)
    m, o, p = (f"maintenance_window/{name}" for name in "mop")
    # Down: m 0-10, o 4-12, p 8-14; all three 8-10. One channel left: 4-8 for want of m and o,
    # 10-12 for want of o and p; m and p share only 8-10, when nothing is left at all.
    one_left = {
        (m, o): between("2027-08-07T04:00Z 2027-08-07T08:00Z"),
        (o, p): between("2027-08-07T10:00Z 2027-08-07T12:00Z"),
    }
    assert findings(simulated) == {
        ("OPS301", "service/access", f"{m} {o} {p}"): between(
            "2027-08-07T08:00Z 2027-08-07T10:00Z"
        ),
        **{("OPS305", "service/access", " ".join(two)): found for two, found in one_left.items()},
        **{("OPS307", "service/access", " ".join(two)): found for two, found in one_left.items()},
    }
    assert simulated.degraded["access"] == [each for found in one_left.values() for each in found]


def test_a_cycle_is_down_only_for_a_cause() -> None:
    estate = {
        "defaults": {"timezone": "UTC"},
        "services": {
            "a": {"depends_on": ["b"]},
            "b": {"depends_on": ["c"]},
            "c": {"depends_on": ["a"]},
            # Each would be down if the other were: the least fixpoint leaves both up.
            "x": {"depends_on": ["y"]},
            "y": {"depends_on": ["x"]},
            # The group counts on its own service, which nothing takes down.
            "own": {"depends_on": [{"any_of": ["own", "c"]}]},
        },
        "maintenance_windows": {"w": window("2027-08-07T00:00", "1h", "c")},
    }
    simulated = simulate(estate, at("2027-08-01T00:00Z"), 9 * DAYS)
    hour = between("2027-08-07T00:00Z 2027-08-07T01:00Z")
    assert simulated.down == {"a": hour, "b": hour, "c": hour, "x": [], "y": [], "own": []}
    # `own` then has one member of two up, all that it needs.
    assert simulated.degraded["own"] == hour


def test_degradation_follows_hard_and_soft_dependencies_but_not_spare_members() -> None:
    estate = {
        "defaults": {"timezone": "UTC"},
        "services": {
            "front": always("middle"),
            "middle": always({"service": "search", "strength": "soft"}),
            "search": {},
            "spare": always({"any_of": ["search", "n1", "n2"], "at_least": 1}),
            "exact": always({"any_of": ["n1", "n2"], "at_least": 2}),
            "n1": {},
            "n2": {},
        },
        "maintenance_windows": {
            "w": window("2027-08-07T00:00", "4h", "search"),
            "slow": window("2027-08-07T03:00", "4h", degrades=["search"]),
            "stop": window("2027-08-07T05:00", "1h", "middle"),
        },
    }
    simulated = simulate(estate, at("2027-08-01T00:00Z"), 9 * DAYS)
    # `search` is down 0-4 and degraded 4-7; `middle` feels both until it is down itself, 5-6.
    assert simulated.degraded["search"] == between("2027-08-07T04:00Z 2027-08-07T07:00Z")
    impaired = between("2027-08-07T00:00Z 2027-08-07T05:00Z", "2027-08-07T06:00Z 2027-08-07T07:00Z")
    assert simulated.degraded["middle"] == simulated.degraded["front"] == impaired
    assert simulated.degraded["spare"] == simulated.degraded["exact"] == []
    by_w = between("2027-08-07T00:00Z 2027-08-07T04:00Z")
    by_slow = between("2027-08-07T03:00Z 2027-08-07T05:00Z", "2027-08-07T06:00Z 2027-08-07T07:00Z")
    assert of_code(simulated, "OPS307") == {
        (f"service/{service}", f"maintenance_window/{cause}"): found
        for service in ("front", "middle")
        for cause, found in (("w", by_w), ("slow", by_slow))
    }


def test_undeclared_members_are_never_up_and_no_cause() -> None:
    estate = {
        "defaults": {"timezone": "UTC"},
        "services": {
            "hurt": always({"any_of": ["a", "ghost"]}),
            "bare": always({"any_of": ["a", "b", "ghost"], "at_least": 2}),
            "spare": always({"any_of": ["a", "b", "ghost"]}),
            "lost": always({"any_of": ["ghost"]}, {"any_of": ["ghost", "b"], "at_least": 2}),
            "hides": always({"any_of": ["ghost"]}, "a"),
            "alone": always("ghost", {"service": "ghost", "strength": "soft"}),
            "a": {},
            "b": {},
        },
        "maintenance_windows": {"w": window("2027-08-07T00:00", "1h", "a")},
    }
    simulated = simulate(estate, at("2027-08-01T00:00Z"), 9 * DAYS)
    hour = between("2027-08-07T00:00Z 2027-08-07T01:00Z")
    # `hurt` and `bare` have no spare member to begin with, so that none can be lost. `lost` is
    # down for no planned reason, and that keeps nothing quiet about `hides`.
    assert findings(simulated) == {
        **{
            ("OPS301", f"service/{name}", "maintenance_window/w"): hour
            for name in ("hurt", "bare", "hides")
        },
        **{(code, "service/spare", "maintenance_window/w"): hour for code in ("OPS305", "OPS307")},
    }
    assert simulated.down["lost"] == simulated.down["alone"] == []
    assert simulated.degraded["hurt"] == simulated.degraded["alone"] == []


def test_windows_move_out_of_a_gap_of_half_an_hour() -> None:
    estate = {
        "services": {"a": always()},
        "maintenance_windows": {
            "w": {
                "takes_down": ["a"],
                "schedule": {"cron": "15 2 * * *", "timezone": "Australia/Lord_Howe"},
                "duration": "30m",
            }
        },
    }
    simulated = simulate(estate, at("2027-10-01T00:00Z"), 3 * DAYS)
    # On Sunday 3 October 2027 at 02:00 (+10:30, so 15:30Z on the 2nd) clocks move to 02:30
    # (+11:00). 02:15 is 15:45Z before, the gap's end that night, 15:15Z after.
    assert findings(simulated) == {
        ("OPS301", "service/a", "maintenance_window/w"): between(
            "2027-10-01T15:45Z 2027-10-01T16:15Z",
            "2027-10-02T15:30Z 2027-10-02T16:00Z",
            "2027-10-03T15:15Z 2027-10-03T15:45Z",
        )
    }


def job(cron: str, scheduler: str | None, **more: object) -> dict[str, Any]:
    declared = {"schedule": {"cron": cron}, "duration": "10m", "requires": ["db"], **more}
    return {**declared, "scheduler": scheduler} if scheduler else declared


def test_schedulers_differ_in_a_fold() -> None:
    demand = [{"service": "db", "for": "20m"}]
    estate = {
        "defaults": {"timezone": "Europe/Berlin"},
        "services": {"db": {}},
        "maintenance_windows": {"w": window("2027-10-31T00:00Z", "24h", "db")},
        "jobs": {
            "debian": job("30 2 * * *", "cron"),
            "wild": job("*/30 2 * * *", "cron"),
            "kube": job("30 2 * * *", "kubernetes"),
            "either": job("30 2 * * *", None, induces_demand=demand),
            "off": job("30 2 * * *", "kubernetes", suspended=True),
            "waits": job("30 2 * * *", "kubernetes", when_blocked="wait"),
        },
    }
    simulated = simulate(estate, at("2027-10-31T00:00Z"), 1 * DAYS)
    # At 01:00Z clocks go from 03:00 back to 02:00: 02:30 is 00:30Z and 01:30Z.
    first, second = "2027-10-31T00:30Z 2027-10-31T00:40Z", "2027-10-31T01:30Z 2027-10-31T01:40Z"
    zero, one = "2027-10-31T00:00Z 2027-10-31T00:10Z", "2027-10-31T01:00Z 2027-10-31T01:10Z"
    w = "maintenance_window/w"
    assert findings(simulated) == {
        ("OPS303", "job/debian service/db", w): between(first),
        ("OPS303", "job/wild service/db", w): between(zero, first, one, second),
        ("OPS303", "job/kube service/db", w): between(first, second),
        # Airflow runs it at the second one, so there is no instant on which all agree.
        ("OPS302", "job/either service/db", w): between(
            "2027-10-31T00:30Z 2027-10-31T00:50Z", "2027-10-31T01:30Z 2027-10-31T01:50Z"
        ),
    }


def test_schedulers_differ_in_a_gap() -> None:
    estate = {
        "defaults": {"timezone": "America/New_York"},
        "services": {"db": {}},
        "maintenance_windows": {"w": window("2027-03-14T00:00Z", "24h", "db")},
        "jobs": {
            "debian": job("0,30 2 * * *", "cron"),
            "wild": job("*/30 2 * * *", "cron"),
            "kube": job("30 1-3 * * *", "kubernetes"),
            "either": job("30 2,3 * * *", None),
        },
    }
    simulated = simulate(estate, at("2027-03-14T00:00Z"), 1 * DAYS)
    # At 07:00Z clocks go from 02:00 to 03:00. 01:30 is 06:30Z, 03:30 is 07:30Z.
    w = "maintenance_window/w"
    assert findings(simulated) == {
        ("OPS303", "job/debian service/db", w): between("2027-03-14T07:00Z 2027-03-14T07:10Z"),
        ("OPS303", "job/kube service/db", w): between(
            "2027-03-14T06:30Z 2027-03-14T06:40Z", "2027-03-14T07:30Z 2027-03-14T07:40Z"
        ),
        ("OPS303", "job/either service/db", w): between("2027-03-14T07:30Z 2027-03-14T07:40Z"),
    }


def test_a_day_that_never_was() -> None:
    estate = {
        "defaults": {"timezone": "Pacific/Apia", "scheduler": "cron"},
        "calendars": {
            "fridays": {
                "timezone": "Pacific/Apia",
                "hours": [{"days": "fri", "from": "22:00", "to": "02:00"}],
            }
        },
        "services": {
            "db": {},
            "late": {"customer_facing": True, "business_hours": "fridays", "depends_on": ["db"]},
        },
        "maintenance_windows": {
            "w": {"takes_down": ["db"], "schedule": {"cron": "0 6 30 12 *"}, "duration": "3h"}
        },
        "jobs": {
            "lost": {
                "schedule": "0 6 30 12 *",
                "duration": "1h",
                "requires": ["db"],
            }
        },
    }
    simulated = simulate(estate, at("2011-12-29T00:00Z"), 3 * DAYS)
    # Samoa went from Thursday 29 December 24:00 (-10:00, 10:00Z on the 30th) to Saturday 00:00
    # (+14:00). The window of that Friday moves to the gap's end, cron makes up for nothing, and
    # of the Friday night 22:00-02:00 only Saturday's two hours happen.
    assert findings(simulated) == {
        ("OPS301", "service/late", "maintenance_window/w"): between(
            "2011-12-30T10:00Z 2011-12-30T12:00Z"
        )
    }
    assert simulated.down["db"] == between("2011-12-30T10:00Z 2011-12-30T13:00Z")


def test_hours_take_the_longest_reading_of_a_fold() -> None:
    def calendar(*hours: dict[str, str], **more: object) -> dict[str, Any]:
        return {"timezone": "America/Havana", "hours": list(hours), **more}

    early = {"days": "sun", "from": "00:30", "to": "02:00"}
    estate: dict[str, Any] = {
        "defaults": {"timezone": "UTC"},
        "calendars": {
            "saturdays": calendar({"days": "sat", "from": "22:00", "to": "00:30"}),
            "sundays": calendar(early),
            "closed": calendar(early, exceptions=[{"date": "2027-11-07", "closed": True}]),
            "replaced": calendar(
                early,
                exceptions=[
                    {"date": "2027-11-07", "from": "03:00", "to": "04:00"},
                    {"date": "2027-11-07", "from": "23:00", "to": "24:00"},
                ],
            ),
        },
        "services": {
            **{
                name: {"customer_facing": True, "business_hours": name}
                for name in ("saturdays", "sundays", "closed", "replaced")
            },
            "permitted": {"customer_facing": True, "maintenance_hours": "sundays"},
            "inside": {"business_hours": "sundays"},
        },
    }
    names = list(estate["services"])
    estate["maintenance_windows"] = {"w": window("2027-11-07T00:00", "29h", *names)}
    simulated = simulate(estate, at("2027-11-07T00:00Z"), 2 * DAYS)
    # At 05:00Z clocks go from 01:00 (-04:00) back to 00:00 (-05:00).
    found = {
        "saturdays": between("2027-11-07T02:00Z 2027-11-07T05:30Z"),
        "sundays": between("2027-11-07T04:30Z 2027-11-07T07:00Z"),
        "replaced": between(
            "2027-11-07T08:00Z 2027-11-07T09:00Z", "2027-11-08T04:00Z 2027-11-08T05:00Z"
        ),
        "permitted": between(
            "2027-11-07T00:00Z 2027-11-07T04:30Z", "2027-11-07T07:00Z 2027-11-08T05:00Z"
        ),
    }
    assert findings(simulated) == {
        ("OPS301", f"service/{name}", "maintenance_window/w"): stretches
        for name, stretches in found.items()
    } | {("OPS502", "service/permitted", "maintenance_window/w"): found["permitted"]}


def test_a_freeze_beats_any_permission_but_its_own() -> None:
    group = {"any_of": ["left", "right"]}
    estate = {
        "defaults": {"timezone": "Europe/Paris"},
        "services": {
            "left": {"tags": ["t"]},
            "right": {"owner": "o"},
            "both": {"depends_on": [group], "tags": ["t"], "owner": "o"},
            "above": {"depends_on": ["both"], "maintenance_hours": "always"},
        },
        "maintenance_windows": {
            "l": window("2027-10-30T23:00", "6h", "left", change={"type": "emergency"}),
            "r": window("2027-10-31T01:00", "6h", "right"),
        },
        "freezes": {
            "all": {"start": "2027-10-31T02:30", "duration": "1h", "allow": ["emergency"]},
            "some": {
                "schedule": "0 1 * * *",
                "duration": "30m",
                "applies_to": {"tags": ["t"], "owners": ["o", "p"]},
            },
            "none": {"start": "2027-10-31T00:00", "duration": "1d", "applies_to": {"tags": []}},
        },
    }
    simulated = simulate(estate, at("2027-10-30T00:00Z"), 3 * DAYS)
    # At 01:00Z clocks go from 03:00 back to 02:00: 02:30 is first 00:30Z.
    pair = "maintenance_window/l maintenance_window/r"
    assert of_code(simulated, "OPS501") == {
        ("freeze/all service/right", "maintenance_window/r"): between(
            "2027-10-31T00:30Z 2027-10-31T01:30Z"
        ),
        ("freeze/all service/above service/both", pair): between(
            "2027-10-31T00:30Z 2027-10-31T01:30Z"
        ),
        ("freeze/some service/both", pair): between("2027-10-30T23:00Z 2027-10-30T23:30Z"),
    }
    assert of_code(simulated, "OPS502") == {}


def test_an_outage_is_told_by_the_first_of_all_that_cause_it() -> None:
    estate: dict[str, Any] = {
        "defaults": {"timezone": "UTC"},
        "services": {
            "left": {"min_notice": "0m"},
            "right": {},
            "both": {"depends_on": [{"any_of": ["left", "right"]}], "min_notice": "1d"},
        },
        "maintenance_windows": {
            "l": window("2027-06-03T00:00", "6h", "left", notices=[{"at": "1m"}, {"at": "0m"}]),
            "r": window("2027-06-03T02:00", "6h", "right", notices=[{"at": "-1d"}]),
        },
    }
    as_of, both = at("2027-06-01T00:00Z"), between("2027-06-03T02:00Z 2027-06-03T06:00Z")
    pair = "maintenance_window/l maintenance_window/r"
    assert of_code(simulate(estate, as_of, 5 * DAYS), "OPS503") == {}
    estate["maintenance_windows"]["r"]["notices"] = [{"at": "-1439m"}, {"at": "-1h"}]
    found = of_code(simulate(estate, as_of, 5 * DAYS), "OPS503")
    assert found == {("service/both", pair): both}
    estate["maintenance_windows"]["l"]["notices"] = [{"at": "1m"}]
    found = of_code(simulate(estate, as_of, 5 * DAYS), "OPS503")
    assert found == {
        ("service/both", pair): both,
        ("service/left", "maintenance_window/l"): between("2027-06-03T00:00Z 2027-06-03T06:00Z"),
    }


def test_a_windows_end_takes_the_second_reading() -> None:
    estate = {
        "defaults": {"timezone": "Europe/Dublin"},
        "services": {"a": {}, "b": {}},
        "maintenance_windows": {
            "fold": {
                "takes_down": ["a"],
                "start": "2027-10-31T01:30",
                "end": "2027-10-31T01:30",
            },
            "gap": {
                "takes_down": ["b"],
                "start": "2027-03-28T00:30",
                "end": "2027-03-28 01:45",
            },
        },
    }
    # At 01:00Z from 02:00 back to 01:00: 01:30 is 00:30Z and 01:30Z. In spring, at 01:00Z, from
    # 01:00 to 02:00: 01:45 means 01:00Z.
    assert simulate(estate, at("2027-10-30T00:00Z"), 3 * DAYS).down["a"] == between(
        "2027-10-31T00:30Z 2027-10-31T01:30Z"
    )
    assert simulate(estate, at("2027-03-28T00:00Z"), 3 * DAYS).down["b"] == between(
        "2027-03-28T00:30Z 2027-03-28T01:00Z"
    )


def test_what_counts_meets_the_horizon_or_a_one_off_and_counts_whole() -> None:
    estate = {
        "defaults": {"timezone": "UTC"},
        "services": {"a": {}, "b": always(), "c": {}},
        "maintenance_windows": {
            "beyond": window("2027-06-05T00:00", "6h", "a"),
            "across": window("2027-05-31T20:00", "5h", "a"),
            "past": window("2027-05-31T01:00", "5h", "a"),
            "nightly": {
                "takes_down": ["b"],
                "schedule": {"cron": "30 23,3 * * *"},
                "duration": "1h",
            },
        },
        "jobs": {
            "dated": {
                "schedule": {"dates": ["2027-06-07T12:00"]},
                "duration": "1h",
                "induces_demand": [{"service": "c", "for": "13h"}],
            }
        },
    }
    simulated = simulate(estate, at("2027-06-01T00:00Z"), 2 * DAYS)
    assert simulated.judged == between(
        "2027-06-01T00:00Z 2027-06-03T00:00Z",
        "2027-06-05T00:00Z 2027-06-05T06:00Z",
        "2027-06-07T12:00Z 2027-06-08T01:00Z",
    )
    assert simulated.down["a"] == between(
        "2027-05-31T20:00Z 2027-06-01T01:00Z", "2027-06-05T00:00Z 2027-06-05T06:00Z"
    )
    assert findings(simulated) == {
        ("OPS301", "service/b", "maintenance_window/nightly"): between(
            "2027-05-31T23:30Z 2027-06-01T00:30Z",
            "2027-06-01T03:30Z 2027-06-01T04:30Z",
            "2027-06-01T23:30Z 2027-06-02T00:30Z",
            "2027-06-02T03:30Z 2027-06-02T04:30Z",
            "2027-06-02T23:30Z 2027-06-03T00:30Z",
            "2027-06-04T23:30Z 2027-06-05T00:30Z",
            "2027-06-05T03:30Z 2027-06-05T04:30Z",
            "2027-06-07T23:30Z 2027-06-08T00:30Z",
        )
    }


def test_a_job_hurts_others_but_is_not_blocked_by_itself() -> None:
    estate = {
        "defaults": {"timezone": "UTC", "scheduler": "cron"},
        "services": {"ledger": {}, "web": {"depends_on": ["ledger"]}},
        "jobs": {
            "batch": {
                "schedule": {"cron": "0 4 * * *", "from": "2027-06-02", "until": "2027-06-02"},
                "duration": "1h",
                "max_duration": "3h",
                "recovery": "30m",
                "requires": ["ledger"],
                "takes_down": ["ledger"],
                "induces_demand": [{"service": "web", "for": "2h", "starting": "at_end"}],
            },
            "report": {"schedule": "0 7 2 6 *", "duration": "2h", "requires": ["web"]},
        },
    }
    simulated = simulate(estate, at("2027-06-01T00:00Z"), 5 * DAYS)
    # Locked from 04:00 to 07:30. Customers come between 05:00, the earliest end, and 09:00.
    assert findings(simulated) == {
        ("OPS302", "job/batch service/web", "job/batch"): between(
            "2027-06-02T05:00Z 2027-06-02T07:30Z"
        ),
        ("OPS303", "job/report service/web", "job/batch"): between(
            "2027-06-02T07:00Z 2027-06-02T07:30Z"
        ),
    }


def test_a_window_overlaps_itself_without_its_recovery() -> None:
    estate = {
        "defaults": {"timezone": "UTC"},
        "services": {"a": {}},
        "maintenance_windows": {
            "w": {
                "takes_down": ["a"],
                "schedule": {
                    "dates": [
                        "2027-06-02T00:00",
                        "2027-06-02T01:30",
                        "2027-06-02T03:00+02:00",
                        "2027-06-02T01:00",
                        "2027-06-02T03:30",
                    ]
                },
                "duration": "2h",
                "recovery": "1h",
            }
        },
    }
    simulated = simulate(estate, at("2027-06-01T00:00Z"), 5 * DAYS)
    # 0-2, 1-3 (twice declared, once meant), 1:30-3:30 and 3:30-5:30: two at a time from 1 to 3.
    w = "maintenance_window/w"
    assert findings(simulated) == {
        ("OPS205", w, ""): between("2027-06-02T01:00Z 2027-06-02T03:00Z")
    }


def test_an_overlap_counts_where_it_meets_the_judged_time() -> None:
    estate = {
        "defaults": {"timezone": "UTC"},
        "services": {"a": {}},
        "maintenance_windows": {
            "w": {"takes_down": ["a"], "schedule": {"cron": "0 12 * * *"}, "duration": "48h"},
            "once": window("2027-06-08T11:00", "1h", "a"),
        },
    }
    simulated = simulate(estate, at("2027-06-01T00:00Z"), 5 * DAYS)
    # Two are always in progress, from noon to noon. Of these overlaps those from 31 May to 5 June
    # meet the horizon, and that of 7 June the one-off of the 8th; that of the 6th meets neither.
    w = "maintenance_window/w"
    assert findings(simulated) == {
        ("OPS205", w, ""): between(
            "2027-05-31T12:00Z 2027-06-06T12:00Z", "2027-06-07T12:00Z 2027-06-08T12:00Z"
        )
    }


def test_without_a_duration_a_run_is_its_first_second() -> None:
    estate = {
        "defaults": {"timezone": "UTC", "scheduler": "cron"},
        "services": {"a": {}},
        "maintenance_windows": {"w": window("2027-06-02T00:00:10", "90s", "a")},
        "jobs": {"j": {"schedule": "* * * * *", "requires": ["a"]}},
    }
    simulated = simulate(estate, at("2027-06-02T00:00Z"), 1 * HOURS, step=1)
    assert findings(simulated) == {
        ("OPS303", "job/j service/a", "maintenance_window/w"): between(
            "2027-06-02T00:01:00Z 2027-06-02T00:01:01Z"
        )
    }


# June 2027 begins on a Tuesday; its Fridays are 4, 11, 18 and 25.
FRIDAYS = {4, 11, 18, 25}
ODD = set(range(1, 31, 2))
ALL = set(range(1, 31))


@pytest.mark.parametrize(
    ("text", "cron", "kubernetes", "window_"),
    [
        ("0 0 13 * fri", FRIDAYS | {13}, FRIDAYS | {13}, FRIDAYS | {13}),
        ("0 0 */2 * 5", FRIDAYS & ODD, FRIDAYS | ODD, FRIDAYS | ODD),
        ("0 0 */1 jun 5", FRIDAYS, FRIDAYS, FRIDAYS),
        ("0 0 1-31 * 5", ALL, ALL, ALL),
        ("0 0 13 6 */2", {13}, None, None),
        ("0 0 * may *", set(), set(), set()),
        ("0 0 6 * 0-6/6", {5, 6, 12, 13, 19, 20, 26, 27}, None, None),
    ],
)
def test_day_fields(
    text: str, cron: set[int], kubernetes: set[int] | None, window_: set[int] | None
) -> None:
    june = [date(2027, 6, day) for day in range(1, 31)]

    def matched(dialect: str) -> set[int]:
        return {day.day for day in june if NAMED[dialect](text).matches(day)}

    assert matched("cron") == cron
    if kubernetes is not None:
        assert matched("kubernetes") == kubernetes
    if window_ is not None:
        assert matched("appointment") == window_


def test_only_cron_knows_sunday_as_7() -> None:
    sunday = date(2027, 6, 6)
    assert NAMED["cron"]("0 0 * * 7").matches(sunday)
    assert NAMED["appointment"]("0 0 * * 5-7").matches(sunday)
    assert not accepts("0 0 * * 7", "kubernetes")
    assert accepts("0 0 ? * */7", "kubernetes")
    assert not accepts("0 0 ? * 0", "cron")


# In Berlin clocks go forward on Sunday 28 March 2027 at 01:00Z, from 02:00 to 03:00, and back on
# Sunday 31 October at 01:00Z, from 03:00 to 02:00. 5 October 2027 is a Tuesday.
SPRING, FALL, OCTOBER = ("2027-03-27T12:00Z", 2), ("2027-10-30T12:00Z", 2), ("2027-10-04T22:00Z", 7)


@pytest.mark.parametrize(
    ("what", "stretch", "schedule", "expected"),
    [
        # What is lost, moved and repeated.
        ("window", SPRING, {"rrule": "FREQ=DAILY", "start": "2027-03-01T02:30"}, "28T01:00 29T00:30"),
        ("window", FALL, {"rrule": "FREQ=DAILY", "start": "2027-03-01T02:30"}, "31T00:30 01T01:30"),
        ("window", SPRING, {"on_calendar": "2:30"}, "28T01:00 29T00:30"),
        ("systemd", SPRING, {"on_calendar": "2:30"}, "29T00:30"),
        ("systemd", FALL, {"on_calendar": "2:30"}, "31T00:30 01T01:30"),
        ("systemd", FALL, {"on_calendar": "2:30 UTC"}, "31T02:30 01T02:30"),
        ("quartz", SPRING, {"cron": "0 30 2 * * ?"}, "29T00:30"),
        ("eventbridge", FALL, {"cron": "cron(30 2 * * ? *)"}, "31T00:30 01T01:30"),
        ("airflow", SPRING, {"cron": "30 2 * * *"}, "28T01:30 29T00:30"),
        ("airflow", FALL, {"cron": "30 2 * * *"}, "31T01:30 01T01:30"),
        ("github-actions", SPRING, {"cron": "30 2 * * *"}, "28T01:00 29T00:30"),
        # A day in elapsed time is a day, and another time on the clock after a change.
        ("cron", SPRING, {"every": "24h", "start": "2027-03-27T02:30"}, "28T01:30 29T01:30"),
        # Rules end with COUNT, with an instant and with a date, each counting itself.
        ("cron", OCTOBER, {"rrule": "FREQ=DAILY;COUNT=2", "start": "2027-10-05T06:00"}, "05T04:00 06T04:00"),
        ("cron", OCTOBER, {"rrule": "FREQ=DAILY;UNTIL=20271006T040000Z", "start": "2027-10-05T06:00"}, "05T04:00 06T04:00"),
        ("cron", OCTOBER, {"rrule": "FREQ=DAILY;UNTIL=20271006", "start": "2027-10-05T06:00"}, "05T04:00 06T04:00"),
        # Exceptions: a date, and the hours of a calendar, by the reading at which it is due.
        ("cron", OCTOBER, {"cron": "0 6 5,6 * *", "except": ["2027-10-06"]}, "05T04:00"),
        ("cron", OCTOBER, {"cron": "0 6,12 5 * *", "except": ["noon"]}, "05T04:00"),
        ("cron", OCTOBER, {"cron": "0 12,13 5 * *", "except": ["noon"]}, "05T11:00"),
        ("cron", OCTOBER, {"every": "6h", "start": "2027-10-05T06:00", "until": "2027-10-05", "except": ["noon"]}, "05T04:00 05T16:00"),
        ("kubernetes", SPRING, {"cron": "30 2 * * *", "except": ["2027-03-29"]}, ""),
        ("cron", SPRING, {"cron": "30 2 * * *", "except": ["three"]}, "29T00:30"),
        # Saturday 9 and Sunday 10 October; on "bank" the 8th is closed and the 9th open.
        ("cron", OCTOBER, {"cron": "0 6 9 * *", "on_non_business_day": "previous"}, "08T04:00"),
        ("cron", OCTOBER, {"cron": "0 6 9 * *", "on_non_business_day": "next"}, "11T04:00"),
        ("cron", OCTOBER, {"cron": "0 6 9 * *", "on_non_business_day": "skip"}, ""),
        ("cron", OCTOBER, {"cron": "0 6 9 * *", "on_non_business_day": "next", "business_days": "bank"}, "09T04:00"),
        ("cron", OCTOBER, {"cron": "0 6 10 * *", "on_non_business_day": "previous", "business_days": "bank"}, "09T04:00"),
        ("cron", OCTOBER, {"cron": "0 6 8 * *", "on_non_business_day": "previous", "business_days": "bank"}, "07T04:00"),
        # Two that fall together are one; bounds and exceptions judge the day before the move.
        ("cron", OCTOBER, {"cron": "0 6 8,9 * *", "on_non_business_day": "previous"}, "08T04:00"),
        ("cron", OCTOBER, {"cron": "0 6 9 * *", "on_non_business_day": "next", "until": "2027-10-09"}, "11T04:00"),
        ("cron", OCTOBER, {"cron": "0 6 9 * *", "on_non_business_day": "previous", "except": ["2027-10-08"]}, "08T04:00"),
        ("cron", OCTOBER, {"cron": "0 6 9 * *", "on_non_business_day": "previous", "except": ["2027-10-09"]}, ""),
        ("cron", OCTOBER, {"dates": ["2027-10-09T06:00", "2027-10-10T04:00Z"], "on_non_business_day": "next"}, "11T04:00"),
        ("cron", OCTOBER, {"every": "1w", "start": "2027-10-03T06:00", "on_non_business_day": "next"}, "11T04:00"),
        # What moves keeps its time of day, and meets a clock change where it gets to.
        ("kubernetes", SPRING, {"cron": "30 2 28 3 *", "on_non_business_day": "next"}, "29T00:30"),
        ("kubernetes", FALL, {"cron": "30 2 30 10 *", "on_non_business_day": "next", "business_days": "sundays"}, "31T00:30 31T01:30"),
        ("cron", FALL, {"cron": "30 2 30 10 *", "on_non_business_day": "next", "business_days": "sundays"}, "31T00:30"),
        ("airflow", FALL, {"cron": "30 2 30 10 *", "on_non_business_day": "next", "business_days": "sundays"}, "31T01:30"),
        # In Airflow's elapsed time what is due at 02:30 comes an hour after 01:30, at 03:30.
        ("airflow", ("2027-03-28T00:00Z", 1), {"cron": "30 * 28 3 *", "until": "2027-03-28T04:00"}, "28T00:30 28T01:30"),
    ],
)  # fmt: skip
def test_schedules(
    what: str, stretch: tuple[str, int], schedule: dict[str, Any], expected: str
) -> None:
    declared: dict[str, Any] = {"takes_down": ["a"], "duration": "1m", "schedule": schedule}
    noon = {"days": "everyday", "from": "12:00", "to": "13:00"}
    sunday = {"days": "sun", "from": "08:00", "to": "12:00"}
    estate: dict[str, Any] = {
        "defaults": {"timezone": "Europe/Berlin"},
        "calendars": {
            "noon": {"hours": [noon]},
            "three": {"hours": [{**sunday, "from": "03:00", "to": "04:00"}]},
            "sundays": {"hours": [sunday]},
            "bank": {
                "hours": [],
                "exceptions": [
                    {"date": "2027-10-08", "closed": True},
                    {"date": "2027-10-09", "from": "09:00", "to": "12:00"},
                ],
            },
        },
        "services": {"a": {}},
    }
    if what == "window":
        estate["maintenance_windows"] = {"w": declared}
    else:
        estate["jobs"] = {"j": {**declared, "scheduler": what}}
    start, days = stretch
    simulated = simulate(estate, at(start), days * DAYS)
    found = [datetime.fromtimestamp(start, UTC) for start, _ in simulated.down["a"]]
    assert " ".join(each.strftime("%dT%H:%M") for each in found) == expected
    outages = timeline_of(estate, at(start), days * DAYS).outages
    assert list(outages.down("a")) == simulated.down["a"]


def test_what_may_start_late_lasts_longer_but_overlaps_nothing() -> None:
    late = {"on_calendar": "*-*-02,03 06:00", "randomized_delay": "30m", "accuracy": "10m"}
    estate = {
        "defaults": {"timezone": "UTC"},
        "services": {"a": always(), "b": {}, "c": {}},
        "maintenance_windows": {
            "w": {"takes_down": ["a"], "duration": "24h", "recovery": "1h", "schedule": late},
            "down": window("2027-06-02T00:00", "48h", "b", "c"),
        },
        "jobs": {
            "j": {
                "schedule": late,
                "duration": "1h",
                "requires": ["b"],
                "induces_demand": [
                    {"service": "b", "for": "2h"},
                    {"service": "c", "for": "2h", "starting": "at_end"},
                ],
            }
        },
    }
    simulated = simulate(estate, at("2027-06-01T00:00Z"), 5 * DAYS)
    down = "maintenance_window/down"
    assert findings(simulated) == {
        ("OPS301", "service/a", "maintenance_window/w"): between(
            "2027-06-02T06:00Z 2027-06-04T07:40Z"
        ),
        ("OPS303", "job/j service/b", down): between(
            "2027-06-02T06:00Z 2027-06-02T07:40Z", "2027-06-03T06:00Z 2027-06-03T07:40Z"
        ),
        ("OPS302", "job/j service/b", down): between(
            "2027-06-02T06:00Z 2027-06-02T08:40Z", "2027-06-03T06:00Z 2027-06-03T08:40Z"
        ),
        ("OPS302", "job/j service/c", down): between(
            "2027-06-02T07:00Z 2027-06-02T09:40Z", "2027-06-03T07:00Z 2027-06-03T09:40Z"
        ),
    }
    timeline = timeline_of(estate, at("2027-06-01T00:00Z"), 5 * DAYS)
    assert found_by_engine(timeline) == found_by_oracle(simulated)


def test_only_github_actions_runs_in_utc_when_nobody_says_so() -> None:
    estate = {
        "services": {"a": {}},
        "jobs": {
            "j": {
                "scheduler": "github-actions",
                "schedule": "0 6 2 6 *",
                "duration": "1h",
                "takes_down": ["a"],
            }
        },
    }
    simulated = simulate(estate, at("2027-06-01T00:00Z"), 5 * DAYS)
    assert simulated.down["a"] == between("2027-06-02T06:00Z 2027-06-02T07:00Z")
