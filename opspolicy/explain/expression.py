"""Which kind of schedule an expression is, when nobody says it."""

from __future__ import annotations

import re

from opspolicy.temporal import cron, durations, instants
from opspolicy.temporal.dialects import CRON_DIALECTS, DIALECTS, SYSTEMD
from opspolicy.temporal.recurrence import ScheduleError
from opspolicy.temporal.schedules import CRON, DATES, EVERY, ON_CALENDAR, RRULE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from opspolicy.temporal.dialects import Dialect

LONGEST = 4096
# `every 15m`, Kubernetes' and Go's `@every 15m`, EventBridge's `rate(15 minutes)`.
_EVERY = re.compile(r"@?every +(.+)", re.IGNORECASE)
_RATE = re.compile(r"rate\( *([0-9]{1,6}) +(minute|hour|day)s? *\)", re.IGNORECASE)


def schedule_of(expression: str, scheduler: str | None, start: str | None) -> dict[str, object]:
    """Return the `schedule` of a job that ``expression`` stands for, as a mapping.

    ``start`` is where elapsed time and recurrence rules count from. Raises ScheduleError where one
    of these has none, and for a ``start`` beside anything else.
    """
    if len(expression) > LONGEST:
        message = f"an expression of {len(expression)} characters: {LONGEST} is the limit"
        raise ScheduleError(message)
    text = expression.strip(" ")
    step = _step(text)
    key = RRULE if text.upper().startswith(("FREQ=", "RRULE:")) else EVERY
    if step is not None or key == RRULE:
        if step is not None:
            _check_duration(step)
        if start is None:
            message = f"`{expression}` counts from its first start, and none was given"
            raise ScheduleError(message, "add `--start 2027-01-04T06:00`")
        return {key: step or text, "start": start}
    if start is not None:
        message = f"`{expression}` has no first start to count from"
        raise ScheduleError(message, "leave `--start` out; it belongs to `every 15m` and `FREQ=…`")
    moments = [each.strip(" ") for each in text.split(",")]
    if all("T" in each and re.fullmatch(instants.INSTANT_PATTERN, each) for each in moments):
        return {DATES: moments}
    return {ON_CALENDAR if is_on_calendar(text, scheduler) else CRON: text}


def _check_duration(text: str) -> None:
    try:
        durations.parse(text)
    except durations.DurationError as error:
        raise ScheduleError(str(error)) from error


def _step(text: str) -> str | None:
    """Return the duration of `every 15m`, `15m` or `rate(15 minutes)`."""
    rate = _RATE.fullmatch(text)
    if rate:
        return f"{rate[1]}{rate[2][0].lower()}"
    found = _EVERY.fullmatch(text)
    if found or re.fullmatch(durations.PATTERN, text):
        return found[1] if found else text
    return None


def is_on_calendar(text: str, scheduler: str | None) -> bool:
    """Whether it is to be read as systemd does: when told so, or when nobody else can."""
    if scheduler is not None:
        return scheduler == SYSTEMD.name
    if any(accepts(text, dialect, cron.parse) for dialect in CRON_DIALECTS):
        return False
    from opspolicy.temporal.systemd import on_calendar  # noqa: PLC0415 - only for what is no cron line

    return accepts(text, DIALECTS[SYSTEMD.name], on_calendar.parse)


def accepts(text: str, dialect: Dialect, parse: Callable[[str, Dialect], object]) -> bool:
    """Whether a dialect accepts a text."""
    try:
        parse(text, dialect)
    except ScheduleError:
        return False
    return True
