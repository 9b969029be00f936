"""Draws random estates in which much collides, most of it around clock changes.

Everything drawn is valid, but for references to services that nobody declared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from hypothesis import strategies as st

from .simulation import DAY, KUBERNETES, appointment, instant, instants, local, seconds, zone_named

T = TypeVar("T")
World = tuple[dict[str, Any], int, int]
"""An estate as YAML loads it, the instant it is judged as of, and the horizon in seconds."""

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Apia",
    "America/Santiago",
    "Asia/Beirut",
    "America/Havana",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Europe/Dublin",
    "Asia/Kathmandu",
)
"""Half-hour and day-long jumps, jumps at midnight and on Fridays, negative summer time, quarter
hours, zones without any change."""

FIRST_YEAR, LAST_YEAR = 2010, 2032
ENDS_OF_MONTHS = (
    datetime(2012, 2, 29, 12, tzinfo=UTC),
    datetime(2027, 2, 28, 12, tzinfo=UTC),
    datetime(2028, 2, 29, 12, tzinfo=UTC),
    datetime(2015, 12, 31, 12, tzinfo=UTC),
    datetime(2030, 4, 30, 12, tzinfo=UTC),
)
BEYOND = 10 * DAY
"""How far past the horizon something may be planned, so that a simulation stays short."""

MINUTES_AROUND_A_CHANGE = (0, -1, 1, 15, -15, 29, 30, 31, 45, 59, 60, 61, -30, -60, -120, 90, 150)
MINUTES_AROUND_AN_EDGE = (0, -1, 1, 30, -30, 60, -60, -180, 180, -600, 600)
WINDOW_MINUTES = (60, 1, 30, 45, 90, 240, 300, 480, 720, 750, 1440, 1500, 2880, 3600)
LONG_MINUTES = (300, 480, 720, 750, 1440, 2880)
RUN_MINUTES = (10, 1, 30, 60, 61, 180, 480, 1560)
DEMAND_MINUTES = (60, 20, 180, 720, 1440, 4320)
RECOVERY_MINUTES = (30, 1, 60, 120)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True)
class Change:
    """A clock change: its instant and the offsets from UTC before and after, in seconds."""

    at: int
    before: int
    after: int

    @property
    def reading(self) -> datetime:
        """The first reading of the clock that is skipped or repeated."""
        return naive(self.at + min(self.before, self.after))

    @property
    def width(self) -> int:
        """How many minutes are skipped or repeated."""
        return abs(self.after - self.before) // 60


def naive(at: int) -> datetime:
    """Give the UTC reading of an instant."""
    return datetime.fromtimestamp(at, UTC).replace(tzinfo=None)


@cache
def changes(name: str) -> tuple[Change, ...]:
    """Find every clock change of a zone, by asking for its offset every day and then closer."""
    zone = zone_named(name)

    def offset(at: int) -> int:
        return int((local(at, zone) - naive(at)).total_seconds())

    found = []
    start = int(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC).timestamp())
    end = int(datetime(LAST_YEAR, 12, 1, tzinfo=UTC).timestamp())
    for day in range(start, end, DAY):
        if offset(day) != offset(day + DAY):
            hour = next(at for at in range(day, day + DAY, 3600) if offset(at + 3600) != offset(at))
            at = next(at for at in range(hour, hour + 3600, 60) if offset(at + 60) != offset(at))
            found.append(Change(at + 60, offset(at), offset(at + 60)))
    return tuple(found)


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
    return _Drawing(draw, step).world()


@st.composite
def grown_estates(draw: st.DrawFn) -> tuple[World, World]:
    """Draw an estate, and the same one with one more dependency."""
    drawing = _Drawing(draw, 60)
    estate, as_of, horizon = drawing.world()
    services = dict(estate["services"])
    name = drawing.one_of(list(services))
    depends_on = services[name].get("depends_on", [])
    others = [other for other in services if not _mentions(depends_on, other)]
    group = drawing.group(list(services))
    grown = group if not others or drawing.chance(40) else drawing.one_of(others)
    services[name] = {**services[name], "depends_on": [*depends_on, grown]}
    return (estate, as_of, horizon), ({**estate, "services": services}, as_of, horizon)


def _mentions(depends_on: Sequence[Any], service: str) -> bool:
    """Say whether the list names a service outside its groups."""
    named = [item.get("service") if isinstance(item, dict) else item for item in depends_on]
    return service in named


class _Drawing:
    """One estate in the drawing."""

    def __init__(self, draw: st.DrawFn, step: int) -> None:
        self.draw = draw
        self.step = step
        zone = self.one_of((*ZONES, "Pacific/Apia"))
        # An anchor: mostly a change in this zone, else in some other, now and then a month's end.
        near = self.one_of(changes(zone) or changes(self.one_of(ZONES[1:-1]))).at
        if zone == "Pacific/Apia" and self.chance(65):
            near = next(change.at for change in changes(zone) if change.width == DAY // 60)
        elif self.chance(6):
            near = int(self.one_of(ENDS_OF_MONTHS).timestamp())
        self.horizon = self.integer(2, 8) * DAY
        # The anchor is mostly inside the horizon, now and then up to a day outside.
        hours = self.integer(0, self.horizon // 3600)
        if self.chance(15):
            hours = self.one_of([-1, -2, -24, self.horizon // 3600 + 12])
        self.as_of = near - hours * 3600
        if self.chance(50):
            self.as_of += self.integer(0, 3600 // step) * step
            self.horizon += self.integer(0, DAY // step) * step
        self.end = self.as_of + self.horizon
        changing = [name for name in ZONES if self.changes_of(name)]
        others = [self.one_of(changing or ZONES), self.one_of(ZONES)]
        self.zones = [zone, zone, *others[: self.one_of([1, 2, 2, 0])]]
        self.busy = near if self.chance(60) else self.instant_of(zone)

    # Small draws.

    def one_of(self, items: Sequence[T]) -> T:
        """Draw an item; the first is the simplest."""
        return self.draw(st.sampled_from(items))

    def integer(self, low: int, high: int) -> int:
        """Draw a number, both ends included."""
        return self.draw(st.integers(low, high))

    def chance(self, percent: int) -> bool:
        """Draw whether something unusual is the case."""
        return self.integer(0, 99) >= 100 - percent

    def some(self, items: Sequence[T], least: int, most: int) -> list[T]:
        """Draw different items, as many as there are at most."""
        count = self.integer(min(least, len(items)), min(most, len(items)))
        found: list[T] = []
        for _ in range(count):
            found.append(self.one_of([item for item in items if item not in found]))
        return found

    def duration(self, minutes: Sequence[int]) -> str:
        """Draw a duration, written in one of the ways to write it."""
        amount = self.one_of(minutes)
        hours, rest = divmod(amount, 60)
        forms = [f"{amount}m"]
        if not hours:
            forms.append(f"PT{amount}M")
        elif rest:
            forms += [f"{hours}h{rest}m", f"PT{hours}H{rest}M"]
        elif hours % 24:
            forms += [f"{hours}h", f"PT{hours}H"]
        else:
            forms += [f"{hours}h", f"{hours // 24}d", f"P{hours // 24}D"]
        if self.step == 1 and self.chance(50):
            return f"{amount * 60 + self.integer(0, 59)}s"
        return self.one_of(forms)

    # Times.

    def changes_of(self, zone: str) -> list[Change]:
        """Give the clock changes of a zone within the time that is simulated."""
        first, last = self.as_of - 3 * DAY, self.end + BEYOND
        return [change for change in changes(zone) if first <= change.at < last]

    def reading(self, zone: str) -> datetime:
        """Draw what a clock in the zone shows at some moment, likely around a clock change."""
        nearby = self.changes_of(zone)
        kind = self.one_of(["any", "any", "edge", "beyond", "change", "change", "change"])
        if kind == "change" and nearby:
            change = self.one_of(nearby)
            inside = (change.width, change.width - 1, change.width // 2)
            minutes = self.one_of((*MINUTES_AROUND_A_CHANGE, *inside))
            reading = change.reading + timedelta(minutes=minutes)
        elif kind == "edge":
            edge = self.one_of([self.as_of, self.end])
            minutes = self.one_of(MINUTES_AROUND_AN_EDGE)
            reading = local(edge, zone_named(zone)) + timedelta(minutes=minutes)
        else:
            hours = self.horizon // 3600
            low, high = (hours, hours + BEYOND // 3600) if kind == "beyond" else (-24, hours)
            at = self.as_of + self.integer(low, high) * 3600
            reading = local(at, zone_named(zone))
        if self.step == 1 and self.chance(50):
            return reading + timedelta(seconds=self.integer(-59, 59))
        return reading.replace(second=0) if self.step == 60 else reading

    def instant_of(self, zone: str) -> int:
        """Draw an instant, likely around a clock change of the zone."""
        return appointment(self.reading(zone), zone_named(zone))

    def near_busy(self, zone: str) -> datetime:
        """Draw a reading, likely within hours of the moment when much else is planned."""
        if self.chance(5 if self.together else 25):
            return self.reading(zone)
        minutes = self.integer(-4, 4) * 60 + self.one_of([0, 0, 30, -15])
        return local(self.busy + minutes * 60, zone_named(zone))

    def time_of_day(self, zone: str) -> datetime:
        """Draw a reading of which only the time of day counts, likely one skipped or repeated."""
        nearby = self.changes_of(zone)
        if nearby and self.chance(40):
            change = self.one_of(nearby)
            return change.reading + timedelta(minutes=self.integer(0, change.width - 1))
        if self.chance(50):
            return self.reading(zone)
        hour = self.integer(0, 23)
        return naive(self.as_of).replace(hour=hour, minute=0, second=0)

    def date(self, zone: str) -> date:
        """Draw a date."""
        return self.reading(zone).date()

    def written(self, reading: datetime, zone: str) -> str:
        """Write an instant down, sometimes with its offset."""
        if self.chance(15):
            shown = instants(reading, zone_named(zone))
            if shown:
                shown_in = self.one_of([UTC, zone_named(zone)])
                at = datetime.fromtimestamp(self.one_of(shown), shown_in)
                return at.isoformat().replace("+00:00", "Z")
        if reading.second:
            return reading.strftime("%Y-%m-%dT%H:%M:%S")
        return reading.strftime(self.one_of(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]))

    # The estate.

    def world(self) -> World:
        """Draw everything."""
        services = [f"s{number}" for number in range(self.integer(2, 7))]
        self.names = services
        # A few services at the bottom that much relies on and that much takes down, so that it is
        # not rare for several causes to count only together.
        self.weak = services[1:][-self.one_of([3, 3, 4]) :]
        self.default_zone = self.one_of(self.zones)
        default_scheduler = self.one_of([None, None, None, "cron", "kubernetes"])
        self.calendar_names = [f"c{number}" for number in range(self.integer(0, 3))]
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
        jobs = {f"j{number}": self.job(default_scheduler) for number in range(self.integer(0, 3))}
        if jobs:
            estate["jobs"] = jobs
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
        depends_on = self.depends_on(name)
        if depends_on:
            declared["depends_on"] = depends_on
        return declared

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
        declared: dict[str, Any] = {
            "hours": [
                {"days": self.one_of(days), **self.opening(zone)} for _ in range(self.integer(1, 3))
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

    def placed(self, declared: dict[str, Any], schedule: dict[str, Any], zone: str) -> None:
        """Put a schedule into an entry, and its zone where it may stand."""
        if zone != self.default_zone or self.chance(20):
            if self.chance(50):
                schedule["timezone"] = zone
                if self.chance(20):
                    declared["timezone"] = self.one_of(ZONES)  # The schedule's own goes first.
            else:
                declared["timezone"] = zone
        bare = list(schedule) == ["cron"] and isinstance(schedule["cron"], str)
        declared["schedule"] = schedule["cron"] if bare and self.chance(30) else schedule

    def window(self, number: int) -> dict[str, Any]:
        """Draw a maintenance window."""
        zone = self.one_of(self.zones)
        declared = self.effects(self.weak[number % len(self.weak)])
        declared["duration"] = self.duration(LONG_MINUTES if self.together else WINDOW_MINUTES)
        kinds = ["start", "start", "end", "end", "dates", "cron", "cron"]
        kind = self.one_of(kinds[:5] if self.together else kinds)
        if kind in {"start", "end"}:
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
        elif kind == "dates":
            self.placed(declared, self.dates(zone), zone)
        else:
            self.placed(declared, self.cron(zone, "window"), zone)
        return declared

    def dates(self, zone: str) -> dict[str, Any]:
        """Draw a schedule of dates, that may be close to each other or the same."""
        readings = [self.near_busy(zone) for _ in range(self.integer(1, 3))]
        if self.chance(30):
            readings.append(readings[0] + timedelta(minutes=self.one_of([0, 1, 30, 60, 600])))
        return {"dates": [self.written(reading, zone) for reading in readings]}

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
        scheduler = self.one_of([None, None, "cron", "cron", "kubernetes"])
        if scheduler:
            declared["scheduler"] = scheduler
        if self.chance(30):
            self.placed(declared, self.dates(zone), zone)
        else:
            dialect = scheduler or default_scheduler or "either"
            self.placed(declared, self.cron(zone, dialect), zone)
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

    # Cron.

    def cron(self, zone: str, dialect: str) -> dict[str, Any]:
        """Draw a cron schedule in the words that the dialect knows."""
        lines = [self.line(zone, dialect) for _ in range(2 if self.chance(10) else 1)]
        schedule: dict[str, Any] = {"cron": lines if len(lines) > 1 else lines[0]}
        for key in ("from", "until"):
            if self.chance(8):
                schedule[key] = self.bound(zone)
        if "from" in schedule and "until" in schedule:
            first, end = (instant(schedule[key], zone_named(zone)) for key in ("from", "until"))
            if end < first or (end == first and "T" in schedule["until"]):
                del schedule["until"]
        return schedule

    def bound(self, zone: str) -> str:
        """Draw a bound: a date, or a reading that the clock doesn't show twice."""
        reading = self.reading(zone)
        if self.chance(50) and len(instants(reading, zone_named(zone))) < 2:
            return reading.isoformat(timespec="minutes")
        return reading.date().isoformat()

    def line(self, zone: str, dialect: str) -> str:
        """Draw one expression."""
        if self.chance(6):
            return self.one_of(["@daily", "@hourly", "@midnight", "@weekly", "@monthly"])
        return f"{self.time_fields(zone)} {self.day_fields(zone, dialect)}"

    def time_fields(self, zone: str) -> str:
        """Draw the minutes and hours, half of them a single fixed time."""
        reading = self.time_of_day(zone)
        hour, minute = reading.hour, reading.minute
        later = min(hour + 2, 23)
        fixed = f"{minute} {hour}"
        others = [
            f"*/20 {hour}",
            f"*/30 {hour}-{later}",
            f"{minute} */{max(hour, 1)}",
            f"{minute} *",
            f"{minute} *",
            f"{minute} {later},{hour}",
            f"0,30 {hour}",
            f"{minute // 30 * 30}-59/15 {hour}",
            f"{minute} {hour % 4}-23/4",
        ]
        return self.one_of(others) if self.chance(50) else fixed

    def day_fields(self, zone: str, dialect: str) -> str:
        """Draw the day of the month, the month and the day of the week."""
        day = self.date(zone)
        month = "*"
        if self.chance(20):
            names = [MONTHS[day.month - 1], str(day.month), "*/1", f"1-{day.month}"]
            month = self.one_of(names)
        if not self.chance(50):
            return f"* {month} *"
        monthdays = ["*", "*", str(day.day), f"{day.day},15", "1-31", "*/2", "*/1", "*/3", "2-30/7"]
        name = WEEKDAYS[day.weekday()]
        # Sunday is 0 everywhere; only cron and windows also know it as 7, so that with no
        # scheduler declared it can only be cron's.
        number = str(day.isoweekday() % 7)
        weekdays = ["*", "*", name, number, f"{number},3", "mon-fri", "1-5", "*/2", "0-6/3", "*/1"]
        if dialect != KUBERNETES:
            weekdays += ["7", "5-7", "0-7", "7,1", str(day.isoweekday())]
        if dialect == KUBERNETES:
            monthdays.append("?")
            weekdays.append("?")
        return f"{self.one_of(monthdays)} {month} {self.one_of(weekdays)}"
