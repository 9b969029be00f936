"""Draws random estates whose jobs wait: for services, for each other, and for runs of their own."""

from typing import Any

from hypothesis import strategies as st

from .drawn_schedules import EITHER
from .estates import RUN_MINUTES, EstateDrawing, World
from .starts import SYSTEMD

WITHIN_MINUTES = (60, 10, 180, 480, 1440, 2880)
STEP_MINUTES = (1440, 720, 420, 180, 61)
FIVE = 5
CLOSE_MINUTES = (180, 90, 61, 360, 720)
SLOW_MINUTES = (240, 91, 60, 120, 480, 800)
QUICK_MINUTES = (30, 10, 60, 1, 180)


@st.composite
def chain_estates(draw: st.DrawFn, step: int = 60) -> World:
    """Draw an estate with chains of jobs, the instant to judge it as of, and a horizon."""
    return ChainDrawing(draw, step).world()


def is_crowded(schedule: dict[str, Any] | str) -> bool:
    """Say whether runs may be only minutes apart, so that waiting ones would pile up by thousands."""
    lines = schedule.get("cron", []) if isinstance(schedule, dict) else schedule
    for line in [lines] if isinstance(lines, str) else lines:
        fields = line.split()
        # Quartz has seconds before the minutes.
        at = 1 if len(fields) > FIVE and not line.startswith("cron(") else 0
        if len(fields) >= FIVE and is_wild(fields[at]) and is_wild(fields[at + 1]):
            return True
    return False


def is_wild(field: str) -> bool:
    """Say whether a field of a cron line stands for many values."""
    return any(each in field for each in "*/-,")


class ChainDrawing(EstateDrawing):
    """One estate in the drawing, with two to five jobs, of which most have predecessors."""

    def jobs(self, default_scheduler: str | None) -> dict[str, Any]:
        """Draw the jobs, each of which may come after some of the earlier ones."""
        found: dict[str, Any] = {}
        for number in range(self.one_of([2, 3, 3, 4, 5])):
            found[f"j{number}"] = self.chained(list(found), default_scheduler)
        return dict(reversed(found.items())) if self.chance(30) else found

    def chained(self, earlier: list[str], default_scheduler: str | None) -> dict[str, Any]:
        """Draw a job that may come after earlier ones."""
        declared = self.job(default_scheduler)
        if self.chance(60) or is_crowded(declared["schedule"]):
            self.near(declared, declared.get("scheduler", default_scheduler) or EITHER)
        if earlier and self.chance(75):
            declared["after"] = self.some(earlier, 1, self.one_of([1, 2, 3]))
            if self.chance(45):
                del declared["schedule"]
        if self.chance(50):
            declared["when_blocked"] = "wait"
        if self.chance(60):
            # What runs need is mostly what windows take down.
            declared["requires"] = [self.one_of(self.weak)]
        if self.chance(45):
            declared["concurrency"] = self.one_of(["forbid", "replace", "forbid", "allow"])
            if "schedule" in declared and self.chance(50):
                self.crowd(declared)
        if self.chance(60):
            declared["deadline"] = self.deadline(declared)
        return declared

    def near(self, declared: dict[str, Any], dialect: str) -> None:
        """Draw that runs start about when much else is planned."""
        zone = self.one_of(self.zones)
        reading = self.near_busy(zone)
        kind = self.one_of(["every", "dates", "line"])
        schedule: dict[str, Any]
        if kind == "dates":
            schedule = self.dates(zone)
        elif kind == "line" and dialect == SYSTEMD:
            schedule = {"on_calendar": f"{reading.hour}:{reading.minute:02}"}
            if self.chance(50):
                schedule["randomized_delay"] = self.duration(QUICK_MINUTES)
        elif kind == "line" and dialect not in {"quartz", "eventbridge"}:
            schedule = {"cron": f"{reading.minute} {reading.hour} * * *"}
        else:
            schedule = {"every": self.duration(STEP_MINUTES), "start": self.written(reading, zone)}
        declared.pop("timezone", None)
        self.placed(declared, schedule, zone)

    def crowd(self, declared: dict[str, Any]) -> None:
        """Draw that a job's runs are likely to meet."""
        zone = self.one_of(self.zones)
        start = self.written(self.near_busy(zone), zone)
        declared.pop("timezone", None)
        schedule = {"every": self.duration(CLOSE_MINUTES), "start": start}
        self.placed(declared, schedule, zone)
        declared.pop("max_duration", None)
        declared["duration"] = self.duration(SLOW_MINUTES)

    def lasting(self, declared: dict[str, Any]) -> None:
        """Draw how long runs last, less than elsewhere, so that chains fit into a night."""
        super().lasting(declared)
        for key in ("duration", "max_duration"):
            if declared.keys() & {"duration", "max_duration"} == {key} and self.chance(60):
                declared[key] = self.duration(QUICK_MINUTES)

    def deadline(self, declared: dict[str, Any]) -> dict[str, Any]:
        """Draw by when a run must have ended; without a day only where no start can be later."""
        if self.chance(50):
            return {"within": self.duration((*WITHIN_MINUTES, *RUN_MINUTES))}
        zone = declared.get("timezone", self.default_zone)
        found: dict[str, Any] = {"by": self.time_of_day(zone).strftime("%H:%M")}
        if "schedule" in declared or self.chance(50):
            found["day"] = self.one_of([0, 1, 1, 2])
        return found
