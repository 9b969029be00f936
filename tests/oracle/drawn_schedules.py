"""Draws schedules: every kind of rule, what bounds and moves it, likely around a clock change."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from .dialects.lines import lines
from .drawing import ZONES, Drawing
from .rrule_oracle import expand
from .starts import APPOINTMENT, KUBERNETES
from .values import instant
from .wall import appointment, instants, zone_named

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
RRULE_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAY_AHEAD = 86400
LATE_MINUTES = (15, 1, 60, 120, 300, 1440)
EVERY_MINUTES = (1440, 420, 1500, 720, 61, 90, 180, 2880, 10080)
EITHER = "either"
"""The dialect of a job's lines that nobody names."""


class Schedules(Drawing):
    """The schedules of one estate in the drawing."""

    calendar_names: list[str]
    default_zone: str

    def schedule(self, kind: str, zone: str, dialect: str) -> dict[str, Any]:
        """Draw a schedule of a kind; its lines are in the dialect."""
        drawn = {
            "dates": self.dates,
            "every": self.every,
            "rrule": self.rrule,
            "on_calendar": self.on_calendar,
        }
        schedule = drawn[kind](zone) if kind in drawn else self.cron(zone, dialect)
        if kind != "dates" or self.chance(15):
            self.bound(schedule, zone)
        self.adjust(schedule, zone)
        return schedule

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

    def dates(self, zone: str) -> dict[str, Any]:
        """Draw a schedule of dates, that may be close to each other or the same."""
        readings = [self.near_busy(zone) for _ in range(self.integer(1, 3))]
        if self.chance(30):
            readings.append(readings[0] + timedelta(minutes=self.one_of([0, 1, 30, 60, 600])))
        return {"dates": [self.written(reading, zone) for reading in readings]}

    def every(self, zone: str) -> dict[str, Any]:
        """Draw a schedule of elapsed time."""
        start = self.reading(zone) - timedelta(days=self.integer(0, 9))
        return {"every": self.duration(EVERY_MINUTES), "start": self.written(start, zone)}

    # What bounds and moves starts.

    def bound(self, schedule: dict[str, Any], zone: str) -> None:
        """Draw whether the schedule has bounds: a date, or a reading not shown twice."""
        for key in ("from", "until"):
            if self.chance(8):
                reading = self.reading(zone)
                schedule[key] = reading.date().isoformat()
                if self.chance(50) and len(instants(reading, zone_named(zone))) < 2:
                    schedule[key] = reading.isoformat(timespec="minutes")
        if "from" in schedule and "until" in schedule:
            first, end = (instant(schedule[key], zone_named(zone)) for key in ("from", "until"))
            if end < first or (end == first and "T" in schedule["until"]):
                del schedule["until"]

    def adjust(self, schedule: dict[str, Any], zone: str) -> None:
        """Draw what the schedule leaves out and moves."""
        if self.chance(20):
            dates = [self.date(zone).isoformat() for _ in range(self.integer(0, 2))]
            named = self.some(self.calendar_names, 0, 2)
            if self.chance(3):
                named = [*named, self.one_of(["never", "always"])]
            if dates or named:
                schedule["except"] = self.one_of([[*dates, *named], [*named, *dates]])
        if self.chance(25):
            schedule["on_non_business_day"] = self.one_of(
                ["next", "previous", "next", "previous", "skip", "run"]
            )
            if self.calendar_names and self.chance(60):
                schedule["business_days"] = self.one_of(self.calendar_names)
            elif self.chance(5):
                schedule["business_days"] = self.one_of(["always", "never"])

    # Recurrence rules.

    def rrule(self, zone: str) -> dict[str, Any]:
        """Draw a recurrence rule and a start that is one of its own."""
        drawn = self.time_of_day(zone)
        day = self.date(zone) - timedelta(days=self.integer(0, 12))
        start = datetime.combine(day, drawn.time())
        rule = self.rule(start)
        within = (expand(rule, start, start + timedelta(days=days)) for days in (2, 65))
        found = next(filter(None, within), None)
        if found is None:
            rule, found = "FREQ=DAILY", [start]
        start = found[0]
        ends = self.one_of(["", "", "", "COUNT", "UNTIL", "date"])
        if ends == "COUNT":
            rule += f";COUNT={self.integer(1, 12)}"
        elif ends:
            latest = max(self.instant_of(zone), appointment(start, zone_named(zone)))
            form = "%Y%m%dT%H%M%SZ" if ends == "UNTIL" else "%Y%m%d"
            # A date is one of the zone's, of which those of UTC may lie a day before.
            spare = DAY_AHEAD if ends == "date" else 0
            rule += f";UNTIL={datetime.fromtimestamp(latest + spare, UTC).strftime(form)}"
        return {"rrule": rule, "start": self.written(start, zone)}

    def rule(self, start: datetime) -> str:
        """Draw a rule, without its end."""
        weekday = RRULE_DAYS[start.weekday()]
        nth = (start.day + 6) // 7
        many = 1 if self.chance(60) else self.integer(2, 4)
        rules = [
            f"FREQ=DAILY;INTERVAL={many}",
            f"FREQ=WEEKLY;BYDAY={weekday},{self.one_of(RRULE_DAYS)};INTERVAL={many}",
            "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
            f"FREQ=WEEKLY;INTERVAL=2;WKST={self.one_of(RRULE_DAYS)};BYDAY=SU,MO",
            f"FREQ=MONTHLY;BYDAY={nth}{weekday}",
            f"FREQ=MONTHLY;BYMONTHDAY=-1,{start.day},15",
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1",
            f"FREQ=YEARLY;BYMONTH={start.month};BYDAY=-1{weekday},{nth}{weekday}",
            f"FREQ=DAILY;BYHOUR={start.hour},{(start.hour + 1) % 24}",
            f"FREQ=HOURLY;INTERVAL={self.integer(2, 30)}",
            f"FREQ=MINUTELY;INTERVAL={self.one_of([45, 90, 61, 240])}",
        ]
        return self.one_of(rules)

    # Calendar expressions.

    def on_calendar(self, zone: str) -> dict[str, Any]:
        """Draw a schedule of systemd's."""
        texts = [self.expression(zone) for _ in range(2 if self.chance(10) else 1)]
        if self.chance(10):
            named = self.one_of(ZONES)
            texts = [f"{text} {named}" for text in texts]
        schedule: dict[str, Any] = {"on_calendar": texts if len(texts) > 1 else texts[0]}
        for key in ("randomized_delay", "accuracy"):
            if self.chance(25):
                schedule[key] = self.duration(LATE_MINUTES)
        return schedule

    def expression(self, zone: str) -> str:
        """Draw a calendar expression."""
        if self.chance(6):
            return self.one_of(["daily", "hourly", "weekly", "monthly"])
        drawn, day = self.time_of_day(zone), self.date(zone)
        hour, minute = drawn.hour, drawn.minute
        times = [
            f"{hour}:{minute}",
            f"{hour}:{minute:02}",
            f"{hour:02}:{minute}:{drawn.second}",
            f"{hour}..{min(hour + 2, 23)}:0/30" if hour < 23 else "*:30",
            f"{hour}:{minute % 15}/15",
            f"*:{minute}",
            f"{hour % 4}/4:{minute}",
            f"{hour},{(hour + 1) % 24}:00,{max(minute, 1)}",
        ]
        name = WEEKDAYS[day.weekday()].title()
        dates = [
            "", "", "", "*-*-*", f"{name}", "Mon..Fri", "Sat,Sun", f"{name} *-*-1..14",
            f"*-{day.month}-{day.day}", f"{day.year}-*-{day.day},15", f"*-*~{self.integer(1, 7)}",
            f"{day.month}-1/2", "Sun *-*~7/1",
        ]  # fmt: skip
        return f"{self.one_of(dates)} {self.one_of(times)}".strip()

    # Cron.

    def cron(self, zone: str, dialect: str) -> dict[str, Any]:
        """Draw a cron schedule in the words that the dialect knows."""
        found = [self.line(zone, dialect) for _ in range(2 if self.chance(10) else 1)]
        return {"cron": found if len(found) > 1 else found[0]}

    def line(self, zone: str, dialect: str) -> str:
        """Draw one expression."""
        spelt = dialect in {"quartz", "eventbridge"}
        if dialect not in {EITHER, APPOINTMENT} and (spelt or self.chance(30)):
            text = self.draw(lines(dialect, self.reading(zone)))
            if dialect == "quartz":
                # Of the seconds one: what starts more than once a minute is refused.
                second, _, rest = text.partition(" ")
                text = f"{re.split('[-/,]', second)[0]} {rest}"
            if dialect == "quartz" and self.step > 1:
                text = f"0 {text.split(maxsplit=1)[1]}"
            return text
        if self.chance(6) and dialect != "github-actions":
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
            names = [MONTHS[day.month - 1], str(day.month), "*/1", f"1-{max(day.month, 2)}"]
            month = self.one_of(names)
        if not self.chance(50):
            return f"* {month} *"
        monthdays = ["*", "*", str(day.day), f"{day.day},15", "1-31", "*/2", "*/1", "*/3", "2-30/7"]
        name = WEEKDAYS[day.weekday()]
        # Sunday is 0 everywhere, and 7 too for cron, for windows and for Airflow, so that with no
        # scheduler declared these are the ones it can be.
        number = str(day.isoweekday() % 7)
        weekdays = ["*", "*", name, number, f"{number},3", "mon-fri", "1-5", "*/2", "0-6/3", "*/1"]
        if dialect not in {KUBERNETES, "github-actions"}:
            weekdays += ["7", "5-7", "0-7", "7,1", str(day.isoweekday())]
        if dialect in {KUBERNETES, "airflow"}:
            monthdays.append("?")
            weekdays.append("?")
        return f"{self.one_of(monthdays)} {month} {self.one_of(weekdays)}"
