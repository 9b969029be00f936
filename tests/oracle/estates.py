"""Draws random estates in which much collides, most of it around clock changes.

Everything drawn is valid, but for references to services that nobody declared.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from .drawing import BEYOND, ZONES, changes
from .drawn_schedules import EITHER, Schedules
from .starts import APPOINTMENT, SYSTEMD
from .values import seconds
from .wall import appointment, zone_named

World = tuple[dict[str, Any], int, int]
"""An estate as YAML loads it, the instant it is judged as of, and the horizon in seconds."""

SCHEDULERS = ("github-actions", "quartz", "eventbridge", "airflow", "systemd")
WINDOW_MINUTES = (60, 1, 30, 45, 90, 240, 300, 480, 720, 750, 1440, 1500, 2880, 3600)
LONG_MINUTES = (300, 480, 720, 750, 1440, 2880)
RUN_MINUTES = (10, 1, 30, 60, 61, 180, 480, 1560)
DEMAND_MINUTES = (60, 20, 180, 720, 1440, 4320)
RECOVERY_MINUTES = (30, 1, 60, 120)
LIMIT_MINUTES = (60, 59, 61, 30, 90, 120, 270, 300, 301, 480, 720, 1440)
NOTICE_MINUTES = (60, 30, 0, 1, 61, 720, 1440, 1500, 2880)
CHANNELS = ("email", "sms")
TOLD = ("min_notice", "notice_channels", "status_page")
"""What asks somebody to tell customers of something."""

TAGS = ("t1", "t2")
OWNERS = ("o1", "o2")
CHANGES = ("emergency", "standard", "normal")


def meets_a_change(world: World) -> bool:
    """Say whether some zone of an estate changes its clocks within the horizon."""
    estate, as_of, horizon = world
    return any(
        as_of <= change.at < as_of + horizon
        for zone in ZONES
        if repr(zone) in repr(estate)
        for change in changes(zone)
    )


@st.composite
def estates(draw: st.DrawFn, step: int = 60) -> World:
    """Draw an estate, the instant to judge it as of, and a horizon of 2 to 9 days.

    All times are whole minutes, or whole seconds when the step is 1.
    """
    return EstateDrawing(draw, step).world()


@st.composite
def grown_estates(draw: st.DrawFn) -> tuple[World, World]:
    """Draw an estate, and the same one with one more dependency."""
    drawing = EstateDrawing(draw, 60)
    estate, as_of, horizon = drawing.world()
    services = dict(estate["services"])
    name = drawing.one_of(list(services))
    depends_on = services[name].get("depends_on", [])
    others = [other for other in services if not _mentions(depends_on, other)]
    group = drawing.group(list(services))
    groups = [item["any_of"] for item in depends_on if isinstance(item, dict) and "any_of" in item]
    grown = group if not others or drawing.chance(40) else drawing.one_of(others)
    if grown is group and group["any_of"] in groups:
        grown = {**group, "any_of": [*group["any_of"], "ghost"]}
    services[name] = {**services[name], "depends_on": [*depends_on, grown]}
    return (estate, as_of, horizon), ({**estate, "services": services}, as_of, horizon)


def _mentions(depends_on: Sequence[Any], service: str) -> bool:
    """Say whether the list names a service outside its groups."""
    named = [item.get("service") if isinstance(item, dict) else item for item in depends_on]
    return service in named


class EstateDrawing(Schedules):
    """One estate in the drawing."""

    fewest_calendars = 0

    # The estate.

    def world(self) -> World:
        """Draw everything."""
        services = [f"s{number}" for number in range(self.integer(2, 7))]
        self.names = services
        # A few services at the bottom that much relies on and that much takes down, so that it is
        # not rare for several causes to count only together.
        self.weak = services[1:][-self.one_of([3, 3, 4]) :]
        self.default_zone = self.one_of(self.zones)
        default_scheduler = self.one_of([None, None, None, "cron", "kubernetes", *SCHEDULERS])
        self.calendar_names = [
            f"c{number}" for number in range(self.integer(self.fewest_calendars, 3))
        ]
        windows = self.one_of([1, 2, 3, 3, 4, 4])
        self.hurting_jobs = 5 - windows
        # Now and then long windows meet, each taking down another member of one group.
        self.together = self.chance(25)
        estate: dict[str, Any] = {
            "defaults": {"timezone": self.default_zone},
            "services": {name: self.service(name) for name in services},
            "maintenance_windows": {f"w{number}": self.window(number) for number in range(windows)},
        }
        if self.calendar_names:
            estate["calendars"] = {name: self.calendar() for name in self.calendar_names}
        if default_scheduler:
            estate["defaults"]["scheduler"] = default_scheduler
        jobs = self.jobs(default_scheduler)
        if jobs:
            estate["jobs"] = jobs
        freezes = self.one_of([0, 0, 1, 2])
        if freezes:
            estate["freezes"] = {f"f{number}": self.freeze() for number in range(freezes)}
            for service in services:
                self.labels(estate["services"][service])
            for planned in [*estate["maintenance_windows"].values(), *jobs.values()]:
                if self.chance(30):
                    planned["change"] = {"type": self.one_of(CHANGES)}
        if any(key in each for each in estate["services"].values() for key in TOLD):
            for planned in [*estate["maintenance_windows"].values(), *jobs.values()]:
                self.announce(planned)
        return estate, self.as_of, self.horizon

    def service(self, name: str) -> dict[str, Any]:
        """Draw a service."""
        declared: dict[str, Any] = {}
        if self.together and name == self.names[0]:
            return {"customer_facing": True, "depends_on": [{"any_of": self.weak}]}
        if self.chance(60):
            declared["customer_facing"] = True
        hours = [*self.calendar_names, *self.calendar_names, "always"]
        if self.chance(50):
            declared["business_hours"] = "never" if self.chance(10) else self.one_of(hours)
        if self.chance(20):
            declared["maintenance_hours"] = self.one_of(hours)
        if self.chance(15):
            declared["min_notice"] = self.duration(NOTICE_MINUTES)
        self.limits(declared)
        self.told(declared)
        depends_on = self.depends_on(name)
        if depends_on:
            declared["depends_on"] = depends_on
        return declared

    def limits(self, declared: dict[str, Any]) -> None:
        """Draw how long a service may be down, at a time and in all."""
        if self.chance(20):
            declared["max_outage"] = self.duration(LIMIT_MINUTES)
        if self.chance(20):
            per = self.one_of([60, 1440, 1441, 2880, 7200])
            most = self.one_of([minutes for minutes in (0, *LIMIT_MINUTES) if minutes < per])
            declared["downtime_budget"] = {"max": f"{most}m", "per": f"{per}m"}
            if self.chance(40):
                declared["downtime_budget"]["counts"] = self.one_of(["all", "business_hours"])

    def depends_on(self, name: str) -> list[Any]:
        """Draw what a service depends on, mostly services declared after it, so without cycles."""
        if name in self.weak and len(self.names) > len(self.weak) and self.chance(75):
            return []
        later = self.names[self.names.index(name) + 1 :]
        targets = self.some(later, 0, 2)
        if self.chance(10):
            targets = self.some(self.names, 0, 2)
        depends_on: list[Any] = []
        for target in targets:
            written = [target, target, {"service": target, "strength": "hard"}]
            soft = {"service": target, "strength": "soft"}
            depends_on.append(soft if self.chance(30) else self.one_of(written))
        groups: list[dict[str, Any]] = []
        for likely in (50 if later else 10, 15):
            if self.chance(likely):
                group = self.group(self.names if self.chance(15) or not later else later)
                if all(group["any_of"] != other["any_of"] for other in groups):
                    groups.append(group)
        if self.chance(1):
            depends_on.append("ghost")
        return [*depends_on, *groups]

    def group(self, names: Sequence[str]) -> dict[str, Any]:
        """Draw a redundancy group."""
        members = self.some(names, 1, 4)
        if self.weak[0] in names and self.chance(70):
            members = self.some(self.weak, 2, 3)
        if self.chance(5):
            members.append("ghost")
        group: dict[str, Any] = {"any_of": members}
        at_least = 1 if self.chance(50) else self.integer(1, len(members))
        if at_least > 1 or self.chance(30):
            group["at_least"] = at_least
        return group

    def calendar(self) -> dict[str, Any]:
        """Draw a calendar."""
        zone = self.one_of(self.zones)
        days = ["everyday", "everyday", "mon-fri", "sat", "sun", ["sat", "sun"], ["fri", "mon-wed"]]
        number = 0 if self.chance(8) else self.integer(1, 3)
        declared: dict[str, Any] = {
            "hours": [
                {"days": self.one_of(days), **self.opening(zone), **self.some_dates()}
                for _ in range(number)
            ],
        }
        if zone != self.default_zone or self.chance(50):
            declared["timezone"] = zone
        exceptions: list[dict[str, Any]] = []
        for _ in range(self.integer(0, 2) if self.chance(50) else 0):
            day = self.date(zone).isoformat()
            taken = [each for each in exceptions if each["date"] == day]
            if not taken and self.chance(40):
                exceptions.append({"date": day, "closed": True})
            elif not any("closed" in each for each in taken):
                exceptions.append({"date": day, **self.opening(zone)})
        if exceptions:
            declared["exceptions"] = exceptions
        return declared

    def some_dates(self) -> dict[str, Any]:
        """Draw the dates that an opening is for; mostly all of them."""
        found: dict[str, Any] = {}
        if self.chance(90):
            return found
        if self.chance(60):
            found["days_of_month"] = self.one_of(
                [
                    "1..15",
                    ["16..31"],
                    [-1, "1..7", "-10..-5"],
                    "20..-3",
                    31,
                    "-31..31",
                    [2, "9..28"],
                ]
            )
        if self.chance(40):
            found["months"] = self.one_of(["mar", ["jan-mar", "sep-dec"], "oct-apr", "apr-oct"])
        if self.chance(10):
            found["years"] = self.one_of(["2000..2100", [2024, "2026..2028"]])
        return found

    def opening(self, zone: str) -> dict[str, str]:
        """Draw from when until when something is open, a night too."""
        opens = self.time_of_day(zone).strftime("%H:%M")
        closes = self.time_of_day(zone).strftime("%H:%M")
        if closes == opens:
            closes = "24:00" if opens == "00:00" else "00:00"
        elif closes == "00:00" and self.chance(50):
            closes = "24:00"
        return {"from": opens, "to": closes}

    def effects(self, likely: str) -> dict[str, Any]:
        """Draw what goes down, and what gets slower."""
        alone = self.chance(90 if self.together else 50)
        takes_down = [likely] if alone else self.some(self.names, 1, 2)
        found: dict[str, Any] = {"takes_down": takes_down}
        if self.chance(35):
            rest = [name for name in self.names if name not in takes_down]
            slower = self.some(rest, 1, 2)
            if slower:
                found["degrades"] = slower
                if self.chance(0 if self.together else 50):
                    del found["takes_down"]
        if self.chance(30):
            found["recovery"] = self.duration(RECOVERY_MINUTES)
        return found

    # What may happen when, and who is told of it.

    def told(self, declared: dict[str, Any]) -> None:
        """Draw where customers of a service are told of its outages, and who answers them."""
        if self.chance(15):
            declared["notice_channels"] = self.some(CHANNELS, 1, 2)
        if self.chance(10):
            declared["status_page"] = self.one_of(self.names)
        if self.chance(15):
            support: dict[str, Any] = {}
            if self.chance(60):
                support["hours"] = self.one_of([*self.calendar_names, "always", "never"])
            if self.chance(60):
                support["service"] = self.one_of(self.names)
            declared["support"] = support

    def labels(self, declared: dict[str, Any]) -> None:
        """Draw what freezes may name a service by."""
        if self.chance(50):
            declared["tags"] = self.some(TAGS, 1, 2)
        if self.chance(50):
            declared["owner"] = self.one_of(OWNERS)

    def freeze(self) -> dict[str, Any]:
        """Draw a freeze, once or again and again."""
        zone = self.one_of(self.zones)
        declared: dict[str, Any] = {"duration": self.duration(LONG_MINUTES)}
        kind = self.one_of(["start", "start", "end", "cron", "dates", "rrule", "every"])
        if kind in {"start", "end"}:
            self.once(declared, kind, zone)
        else:
            self.placed(declared, self.schedule(kind, zone, APPOINTMENT), zone)
        scope: dict[str, Any] = {}
        if self.chance(40):
            scope["services"] = ["*"] if self.chance(10) else self.some(self.names, 1, 4)
        if self.chance(20):
            scope["tags"] = self.some(TAGS, 1, 1)
        if self.chance(20):
            scope["owners"] = self.some(OWNERS, 1, 1)
        if scope:
            declared["applies_to"] = scope
        if self.chance(50):
            declared["allow"] = self.some(CHANGES, 0, 2)
        return declared

    def announce(self, declared: dict[str, Any]) -> None:
        """Draw when customers are told of a window or a job, before it starts or after."""
        notices = [
            {"at": self.one_of(["-", "-", "-", ""]) + self.duration(NOTICE_MINUTES)}
            for _ in range(self.one_of([1, 2, 0]))
        ]
        for notice in notices:
            if self.chance(70):
                notice["channel"] = self.one_of(CHANNELS)
            if self.chance(50):
                notice["via"] = self.one_of(self.weak)
        if notices:
            declared["notices"] = notices

    def once(self, declared: dict[str, Any], kind: str, zone: str) -> None:
        """Draw when something with a duration happens once, by its start or by its end too."""
        start = self.near_busy(zone)
        declared["start"] = self.written(start, zone)
        if zone != self.default_zone or self.chance(20):
            declared["timezone"] = zone
        end = start + timedelta(seconds=seconds(declared["duration"]))
        if self.chance(50):
            end = self.reading(zone)
        shown = zone_named(zone)
        first, last = appointment(start, shown, last=True), appointment(end, shown)
        if kind == "end" and first < last < self.end + BEYOND:
            del declared["duration"]
            declared["end"] = self.written(end, zone)

    def window(self, number: int) -> dict[str, Any]:
        """Draw a maintenance window."""
        zone = self.one_of(self.zones)
        declared = self.effects(self.weak[number % len(self.weak)])
        declared["duration"] = self.duration(LONG_MINUTES if self.together else WINDOW_MINUTES)
        kinds = ["start", "start", "end", "end", "dates", "cron", "cron"]
        if self.chance(25):
            kinds = ["rrule", "every", "on_calendar", "rrule", "on_calendar"]
        kind = self.one_of(kinds[:5] if self.together else kinds)
        if kind in {"start", "end"}:
            self.once(declared, kind, zone)
        else:
            self.placed(declared, self.schedule(kind, zone, APPOINTMENT), zone)
        return declared

    def jobs(self, default_scheduler: str | None) -> dict[str, Any]:
        """Draw the jobs."""
        return {f"j{number}": self.job(default_scheduler) for number in range(self.integer(0, 3))}

    def job(self, default_scheduler: str | None) -> dict[str, Any]:
        """Draw a job."""
        zone = self.one_of(self.zones)
        declared: dict[str, Any] = {}
        self.lasting(declared)
        if self.chance(70):
            declared["requires"] = self.some(self.names, 1, 2)
        demands = [
            {
                "service": self.one_of(self.names),
                "for": self.duration(DEMAND_MINUTES),
                **({"starting": "at_end"} if self.chance(40) else {}),
            }
            for _ in range(self.integer(0, 2))
        ]
        if demands:
            declared["induces_demand"] = demands
        if self.hurting_jobs and self.chance(35):
            self.hurting_jobs -= 1
            declared.update(self.effects(self.one_of(self.weak)))
        scheduler = self.one_of([None, None, "cron", "kubernetes", *SCHEDULERS])
        kind = self.one_of(["cron", "cron", "cron", "cron", "cron", "dates", "rrule", "every"])
        if (scheduler or default_scheduler) == SYSTEMD:
            kind = self.one_of(["on_calendar", "on_calendar", "on_calendar", "every", "dates"])
        elif not scheduler and self.chance(10):
            kind = "on_calendar"  # which is systemd's, whatever runs the jobs that don't say
        if scheduler:
            declared["scheduler"] = scheduler
        dialect = scheduler or default_scheduler or EITHER
        self.placed(declared, self.schedule(kind, zone, dialect), zone)
        if self.chance(6):
            declared["suspended"] = True
        return declared

    def lasting(self, declared: dict[str, Any]) -> None:
        """Draw how long runs last: a duration, the longest, or both; by the second even neither."""
        if self.step == 1 and self.chance(20):
            return
        kind = self.one_of(["duration", "duration", "both", "longest"])
        if kind != "longest":
            declared["duration"] = self.duration(RUN_MINUTES)
        if kind != "duration":
            least = seconds(declared.get("duration", "1m"))
            declared["max_duration"] = self.duration(
                [minutes for minutes in (*RUN_MINUTES, 2880) if minutes * 60 >= least]
            )
