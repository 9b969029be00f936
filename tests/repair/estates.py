"""Draws estates with room elsewhere: what collides in opening hours could mostly go to the night."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from tests.oracle.drawn_schedules import RRULE_DAYS, WEEKDAYS
from tests.oracle.estates import OWNERS, EstateDrawing, World
from tests.oracle.wall import local, zone_named

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

WINDOW_MINUTES = (60, 30, 45, 61, 90, 120, 240)
RUN_MINUTES = (10, 1, 30, 60, 61, 180)
DEMAND_MINUTES = (60, 20, 180, 300)
NOTICE_MINUTES = (60, 0, 1, 720, 1440)
FREEZE_MINUTES = (300, 60, 720, 1440)
OPEN_DAYS = ("everyday", "everyday", "mon-fri", ["sat", "sun"], ["fri", "mon-wed"])
STEPS = ("30m", "15m", "1h", "90m", "7m", "1d")


@st.composite
def roomy_estates(draw: st.DrawFn) -> World:
    """Draw an estate, the instant to judge it as of, and a horizon of 2 to 9 days."""
    return _Roomy(draw, 60).world()


class _Roomy(EstateDrawing):
    """One estate in the drawing, with short opening hours and little that lasts long."""

    fewest_calendars = 1

    def world(self) -> World:
        """Draw everything, who owns it, and how far some of it may be moved."""
        estate, as_of, horizon = super().world()
        for entry in [*estate["maintenance_windows"].values(), *estate.get("jobs", {}).values()]:
            # A copy of what has no owner would be one more thing without.
            entry["owner"] = self.one_of(OWNERS)
            if self.chance(25):
                entry["movable"] = self.movable(entry)
        return estate, as_of, horizon

    def movable(self, entry: dict[str, Any]) -> dict[str, Any]:
        """Draw by which step, from when until when and in which hours something may be moved."""
        zone = entry.get("timezone", self.default_zone)
        found: dict[str, Any] = {}
        if self.chance(60):
            found["step"] = self.one_of(STEPS)
        if self.chance(30):
            found["earliest"] = self.edge(zone, -1)
        if self.chance(30):
            found["latest"] = self.edge(zone, 1)
        if self.chance(30):
            found["only_in"] = self.one_of([*self.calendar_names, "always"])
        return found or {"step": "1h"}

    def edge(self, zone: str, direction: int) -> str:
        """Draw a date, or a reading, some time before or after the moment when much is planned."""
        hours = direction * self.integer(6, 80)
        reading = local(self.busy, zone_named(zone)) + timedelta(hours=hours)
        if self.chance(50):
            return reading.date().isoformat()
        return reading.replace(minute=0, second=0).isoformat(timespec="minutes")

    def service(self, name: str) -> dict[str, Any]:
        """Draw a service, mostly one that somebody needs by day."""
        declared = super().service(name)
        if "maintenance_hours" in declared:
            declared["maintenance_hours"] = self.one_of([*self.calendar_names, "always"])
        if self.chance(15):
            return declared
        return {**declared, "business_hours": self.one_of(self.calendar_names)}

    def opening(self, zone: str) -> dict[str, str]:
        """Draw some hours, likely around the time of day when much is planned."""
        shown = local(self.busy, zone_named(zone)) if self.chance(70) else self.time_of_day(zone)
        opens = shown - timedelta(minutes=self.one_of([0, 30, 60, 120, 240]))
        closes = opens + timedelta(hours=self.integer(2, 9))
        return {"from": opens.strftime("%H:%M"), "to": closes.strftime("%H:%M")}

    def calendar(self) -> dict[str, Any]:
        """Draw a calendar, mostly with one opening a day."""
        declared = super().calendar()
        days = [{**each, "days": self.one_of(OPEN_DAYS)} for each in declared["hours"][:1]]
        return {**declared, "hours": days or declared["hours"]}

    def duration(self, minutes: Sequence[int]) -> str:
        """Draw a duration: nothing lasts for days here."""
        return super().duration([each for each in minutes if each <= 300] or FREEZE_MINUTES)

    def schedule(self, kind: str, zone: str, dialect: str) -> dict[str, Any]:
        """Draw a schedule, often one of a few days a week."""
        if kind in {"cron", "rrule", "every"} and self.chance(65):
            schedule = self.weekly(kind, self.near_busy(zone), dialect)
            if self.chance(15):
                self.bound(schedule, zone)
            if self.chance(15):
                self.adjust(schedule, zone)
            return schedule
        return super().schedule(kind, zone, dialect)

    def adjust(self, schedule: dict[str, Any], zone: str) -> None:
        """Draw what the schedule leaves out and moves; what no calendar ever lets run is slow."""
        super().adjust(schedule, zone)
        dates = [each for each in schedule.pop("except", []) if each[0].isdigit()]
        if dates:
            schedule["except"] = dates

    def weekly(self, kind: str, reading: datetime, dialect: str) -> dict[str, Any]:
        """Draw a schedule of a time of day, on a day of the week or of the month, or daily."""
        start = reading - timedelta(weeks=self.integer(0, 2))
        written = start.isoformat(timespec="minutes")
        if kind == "every":
            return {"every": self.one_of(["1w", "2d", "3d"]), "start": written}
        weekday = reading.weekday()
        if kind == "rrule":
            rules = [f"FREQ=WEEKLY;BYDAY={RRULE_DAYS[weekday]}", "FREQ=WEEKLY", "FREQ=DAILY"]
            return {"rrule": self.one_of(rules), "start": written}
        day, month_day = WEEKDAYS[weekday], str(reading.day)
        if dialect in {"quartz", "eventbridge"}:
            fields = self.one_of([f"? * {day.upper()}", f"{month_day} * ?", "* * ?"])
            line = f"{reading.minute} {reading.hour} {fields}"
            return {"cron": f"0 {line}" if dialect == "quartz" else f"cron({line} *)"}
        fields = self.one_of([f"* * {day}", f"{month_day} * *", "* * *", f"* * {day}"])
        line = f"{reading.minute} {reading.hour} {fields}"
        if self.chance(20):
            other = self.one_of(WEEKDAYS)
            return {"cron": [line, f"{reading.minute} {(reading.hour + 5) % 24} * * {other}"]}
        return {"cron": line}
