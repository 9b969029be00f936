"""One schedule by itself: read as a job's, by what reads jobs, or refused with the reason."""

from __future__ import annotations

from opspolicy.dates import date, datetime
from opspolicy.estate.estate import assemble
from opspolicy.source import files
from opspolicy.temporal.recurrence import ScheduleError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from opspolicy.estate.estate import Estate
    from opspolicy.temporal.schedules import Schedule

JOB, OWNER = "it", "nobody"
DEEPEST = 32


def read(
    schedule: str | Mapping[str, object], timezone: str | None, scheduler: str | None
) -> Schedule:
    """Return what `schedule: …` stands for in a job with this ``timezone`` and ``scheduler``.

    Either may be None where nobody says, and a zone that the schedule names itself goes first.
    Raises ScheduleError with what is wrong and, as ``hint``, what to write instead.
    """
    job: dict[str, object] = {"owner": OWNER, "schedule": schedule}
    job |= {"timezone": timezone} if timezone is not None else {}
    job |= {"scheduler": scheduler} if scheduler is not None else {}
    estate = assemble([files.parse("schedule", _yaml({"jobs": {JOB: job}}))])
    _refuse(estate)
    found = estate.jobs[JOB].schedule
    if found is None:
        raise AssertionError(schedule)  # a schedule that can't be made out was refused above
    return found


def _refuse(estate: Estate) -> None:
    """Raise the first of what is wrong."""
    for problem in estate.problems:
        raise ScheduleError(problem.message, problem.hint)
    for invalid in estate.invalid:
        raise ScheduleError(invalid.message, invalid.hint)
    for missing in estate.missing_zones:
        message = f"{missing.message} a local time without a zone"
        raise ScheduleError(message, "name the zone it is in, such as `Europe/Paris`")
    for reference in estate.unknown():
        if reference.section == "calendars":
            message = f"`{reference.name}` is a calendar, and none are known to a single schedule"
            raise ScheduleError(message, "the built-in ones are `always` and `never`")


def _yaml(value: object, depth: int = 0) -> str:
    """Return a value in YAML's flow style; raises ScheduleError for what YAML doesn't have."""
    if depth > DEEPEST:
        message = f"a schedule has no values {DEEPEST} levels deep"
        raise ScheduleError(message)
    if value is None or isinstance(value, int):
        return "null" if value is None else str(value).lower()
    if isinstance(value, (str, date)):
        return _quoted(_written(value) if isinstance(value, date) else value)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join([_yaml(each, depth + 1) for each in value])}]"
    if isinstance(value, dict):
        entries = [f"{_quoted(str(key))}: {_yaml(each, depth + 1)}" for key, each in value.items()]
        return f"{{{', '.join(entries)}}}"
    message = f"`{value!r}` is not a value that a schedule has"
    raise ScheduleError(message, "it is made of text, numbers, lists and mappings")


def _quoted(text: str) -> str:
    """Return text that YAML reads back as it is."""
    plain = text.isascii() and text.isprintable() and not {'"', "\\"} & set(text)
    if plain:
        return f'"{text}"'
    if any("\ud800" <= each <= "\udfff" for each in text):
        message = f"`{text}` has bytes that are no text"
        raise ScheduleError(message)
    return '"' + "".join(f"\\U{ord(each):08x}" for each in text) + '"'


def _written(value: date) -> str:
    """Return a date or an instant as it is written in a file."""
    if not isinstance(value, datetime):
        return value.isoformat()
    if value.microsecond:
        message = f"`{value}` has a part of a second: schedules are planned in whole seconds"
        raise ScheduleError(message)
    return value.isoformat(timespec="seconds")
