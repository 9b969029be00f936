"""Opening hours and schedules of an estate in words."""

from __future__ import annotations

from opspolicy.explain import told
from opspolicy.phrases import count, listing
from opspolicy.temporal.calendars import BusinessHours, Opening, ScheduledHours
from opspolicy.temporal.durations import words as duration_words
from opspolicy.temporal.instants import MINUTES_A_DAY, MONTHS
from opspolicy.temporal.schedules import DatedSchedule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from opspolicy.estate.declarations import Freeze, Job, Service, Window
    from opspolicy.estate.estate import Estate
    from opspolicy.temporal.calendars import Dates, Hours, Range
    from opspolicy.temporal.schedules import Schedule

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MOST_OPENINGS = MOST_DATES = 4
MOVES = {
    "next": "moved to the next business day",
    "previous": "moved to the business day before",
    "skip": "on business days only",
}


def of_service(estate: Estate, service: Service) -> str:
    """Return when customers need a service: its business hours less its maintenance hours."""
    said = _needed(estate, service)
    if service.maintenance_hours is not None:
        hours = in_words(estate.maintenance_hours(service))
        said += f", less those of `{service.maintenance_hours}`: {hours}"
    return said


def _needed(estate: Estate, service: Service) -> str:
    calendar = service.business_hours
    if calendar is None:
        return "at all hours" if service.customer_facing else "at no hours of its own"
    if estate.hours(calendar) is None:
        return f"in `{calendar}`, which can't be read and so counts as always"
    hours = estate.business_hours(service)
    if hours.is_always or hours.is_never:
        return "at all hours" if hours.is_always else "at no hours of its own"
    return f"in `{calendar}`: {in_words(hours)}"


def in_words(hours: Hours) -> str:
    """Return hours as `Mon to Fri 08:00 to 20:00 (America/Toronto), but for …`."""
    if isinstance(hours, ScheduledHours):
        return _by_schedule(hours)
    if not isinstance(hours, BusinessHours):
        return "always" if hours.is_always else "never"
    found: dict[tuple[Opening, ...], list[int]] = {}
    for day, openings in enumerate(hours.weekly):
        if openings:
            found.setdefault(tuple(sorted(openings, key=_time_of_day)), []).append(day)
    parts = [f"{_days(days)} {_openings(openings)}" for openings, days in found.items()]
    said = "; ".join(parts[:MOST_OPENINGS]) or "no weekly hours"
    if len(parts) > MOST_OPENINGS:
        said += "; …"
    said += f" ({hours.zone.key})"
    if hours.regions:
        kept = any(hours.holiday_hours)
        said += f", {'other hours' if kept else 'closed'} on holidays of {listing(hours.regions)}"
    if hours.exceptions:
        said += f", with {count(len(hours.exceptions), 'exception')}"
    return said


def _by_schedule(hours: ScheduledHours) -> str:
    """Return openings by schedule as `for 4 h from each Sun 02:00 (UTC) on`."""
    parts = [
        f"for {duration_words(lasts)} from {_starts(schedule)} on"
        for schedule, lasts in hours.openings
    ]
    return "; ".join(parts[:MOST_OPENINGS]) + ("; …" if len(parts) > MOST_OPENINGS else "")


def _time_of_day(opening: Opening) -> tuple[int, int]:
    return opening.start, opening.end


def _days(days: list[int]) -> str:
    """Return `Mon to Fri`, `Mon, Wed and Sat`, or `every day`."""
    if len(days) == len(DAYS):
        return "every day"
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:  # noqa: PLR2004 - two are no stretch
        return f"{DAYS[days[0]]} to {DAYS[days[-1]]}"
    return listing([DAYS[day] for day in days])


def _openings(openings: tuple[Opening, ...]) -> str:
    shown = [f"{_time(each.start)} to {_time(each.end)}{_dates(each.dates)}" for each in openings]
    return listing(shown[:MOST_OPENINGS]) + (" …" if len(shown) > MOST_OPENINGS else "")


def _dates(dates: Dates | None) -> str:
    """Return on which dates something opens: ` in Jan to Mar, on days 1 to 7`; nothing for all."""
    if dates is None:
        return ""
    parts = [
        ("on days", [_range(each, str) for each in dates.days]),
        ("in", [_range(each, _month) for each in dates.months]),
        ("in", [_range(each, str) for each in dates.years]),
    ]
    return "".join(f" {word} {listing(ranges)}" for word, ranges in parts if ranges)


def _month(number: int) -> str:
    return MONTHS[number - 1].capitalize()


def _range(numbers: Range, shown: Callable[[int], str]) -> str:
    first, last = numbers
    return shown(first) if first == last else f"{shown(first)} to {shown(last)}"


def _time(minutes: int) -> str:
    if minutes == MINUTES_A_DAY:
        return "24:00"
    hours, rest = divmod(minutes % MINUTES_A_DAY, 60)
    return f"{hours:02}:{rest:02}"


def schedule(entity: Job | Window | Freeze) -> str:
    """Return when something starts, in words; nothing for what happens once or isn't known."""
    return "" if entity.schedule is None else _starts(entity.schedule)


def _starts(planned: Schedule) -> str:
    if isinstance(planned, DatedSchedule):
        few = len(planned.instants) <= MOST_DATES
        said = told.of_schedule(planned, "en") if few else (
            f"on {count(len(planned.instants), 'date')}"
        )  # fmt: skip
    else:
        rules = planned.rules[0]
        said = "; ".join(dict.fromkeys(told.of_rule(rule, planned.zone, "en") for rule in rules))
    said += f" ({planned.zone.key})"
    adjustment = planned.adjustment
    if adjustment is not None:
        shift = MOVES.get(adjustment.shift or "")
        said += f", {shift}" if shift else ", with exceptions"
    if len(getattr(planned, "variants", ())) > 1:
        said += ", as far as schedulers agree: none is declared"
    return said
