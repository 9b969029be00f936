"""What somebody meant who wrote what systemd refuses as a calendar expression, and how to say it.

Imported only when an expression is wrong.
"""

from __future__ import annotations

import re

from opspolicy.temporal import durations, zones
from opspolicy.temporal.durations import DAY, HOUR, MINUTE, WEEK
from opspolicy.temporal.recurrence import ScheduleError
from opspolicy.temporal.systemd.lists import MONTH
from opspolicy.temporal.systemd.text import SHORTHANDS, WEEKDAYS, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.temporal.systemd.lists import Field

# systemd.time(7), "Parsing Time Spans": the units that are whole seconds and of fixed length.
UNITS = {
    name: seconds
    for names, seconds in (
        ("s sec second seconds", 1),
        ("m min minute minutes", MINUTE),
        ("h hr hour hours", HOUR),
        ("d day days", DAY),
        ("w week weeks", WEEK),
    )
    for name in names.split()
}
SPAN = re.compile(r"(?: *[0-9]{1,9} *[a-z]+)+")
SPAN_PART = re.compile(r"([0-9]+) *([a-z]+)")
ABBREVIATION = re.compile(r"[A-Z]{2,5}")
LOOKS_LIKE = (
    (
        r".*([$%][{(]|\{\{|<%|%[0-9]*[ds]).*",
        "`{}` is a template: its values haven't been filled in",
        "give the expression that comes out of it",
    ),
    (
        r"[0-9*][0-9*?,/A-Za-z#-]*( +[0-9*?,/A-Za-z#-]+){4}",
        "`{}` is a cron line, not a calendar expression",
        "write it under `cron`, for another scheduler, or as a calendar such as `Mon..Fri 04:10`",
    ),
    (
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}T.*",
        "`{}` has a `T` between date and time, which systemd refuses",
        "write a space there, and a zone instead of an offset, as in `2027-01-31 02:00 UTC`",
    ),
    (
        r"OnCalendar *=.*",
        "`{}` holds the key as well",
        "leave `OnCalendar=` out",
    ),
    (
        r".*[0-9]Z",
        "`{}` ends in `Z`, which systemd refuses",
        "write ` UTC` in its place",
    ),
    (
        r"[0-9:]+ ?[aApP]\.?[mM]\.?",
        "`{}` is not a time of the 24-hour clock",
        "write `17:00` for five in the afternoon",
    ),
)


def better(text: str, error: ScheduleError) -> ScheduleError:
    """Return what to say of ``text``: what it looks like, or else the ``error`` it met."""
    if not text.isascii():
        return error
    for look in (_other_language, _span, _spaced, _shorthand, _last_word):
        found = look(text, error)
        if found:
            return found
    return error


def _other_language(text: str, _error: ScheduleError) -> ScheduleError | None:
    for pattern, message, hint in LOOKS_LIKE:
        if re.fullmatch(pattern, text):
            return ScheduleError(message.format(text), hint)
    return None


def _span(text: str, _error: ScheduleError) -> ScheduleError | None:
    if not SPAN.fullmatch(text):
        return None
    message = f"`{text.strip()}` is a time span, not a calendar expression"
    seconds = 0
    for amount, unit in SPAN_PART.findall(text):
        if unit not in UNITS:
            known = "weeks, days, hours, minutes and seconds"
            return ScheduleError(message, f"`every` takes {known}; or write `monthly`, `yearly`")
        seconds += int(amount) * UNITS[unit]
    if not 0 < seconds <= durations.LONGEST:
        return ScheduleError(message, "write `every` with a duration, as in `every: 1h`")
    return ScheduleError(message, f"write `every: {durations.compact(seconds)}`")


def _spaced(text: str, _error: ScheduleError) -> ScheduleError | None:
    """Say that the spaces around it are all that is wrong, where they are."""
    stripped = text.strip(" ")
    if stripped in {text, ""}:
        return None
    try:
        read(stripped)
    except ScheduleError as inner:
        return inner
    ends = "begins" if text.startswith(" ") else "ends"
    message = f"`{text}` {ends} with a space, which systemd refuses"
    return ScheduleError(message, f"write `{stripped}`")


def _shorthand(text: str, _error: ScheduleError) -> ScheduleError | None:
    first = re.split("[ ,]", text.lower())[0]
    name = first.removeprefix("@")
    if name not in SHORTHANDS:
        return None
    if name != first:
        return ScheduleError(f"`{first}` is a nickname of cron", f"write `{name}`")
    message = f"`{first}` stands alone, or before a time zone (in `{text}`)"
    return ScheduleError(message, f"write its long form, `{SHORTHANDS[first]}`, and change it")


def _last_word(text: str, error: ScheduleError) -> ScheduleError | None:
    """Say what a last word that is no time zone would have to be."""
    last = text.rpartition(" ")[2]
    if error.hint or last == text:
        return None
    small = last.lower()
    meant = next((key for key in sorted(zones.keys()) if key.lower() == small), None)
    if meant:
        hint = f"write `{meant}`"
    elif small[:3] in WEEKDAYS:
        hint = "weekdays come first, as in `Mon 02:00`"
    elif ABBREVIATION.fullmatch(last):
        hint = "short names mean what a machine makes of them: write a zone, as `Europe/Berlin`"
    elif last[0] in "+-":
        hint = "systemd takes no offset: write `UTC`, or a zone such as `Europe/Berlin`"
    elif last[0].isalpha():
        hint = "write `UTC`, or a zone such as `Europe/Berlin`"
    else:
        hint = "the order is weekdays, date, time, zone; a list holds no spaces"
    return ScheduleError(str(error), hint)


def of_part(part: str, field: Field, whole: str) -> ScheduleError:
    """Return what to say of an item that isn't a number, a range or a repetition."""
    where = f"can't stand among the {field.name}" + (f" (in `{whole}`)" if whole != part else "")
    what = f"`{part}`" if part else "an empty place"
    message = f"{what} {where}"
    if part.startswith("*/"):
        first = f"{field.low:0{field.width}}"
        hint = f"systemd repeats from a number: write `{first}{part[1:]}`"
    elif "*" in part:
        hint = "`*` stands alone: it is every value already"
    elif re.fullmatch(r"[0-9]+-[0-9]+(/[0-9]+)?", part):
        hint = f"write the range with two dots, `{part.replace('-', '..')}`"
    elif field is MONTH and part.isalpha():
        hint = "systemd writes months as numbers, `01` to `12`"
    elif "." in part.replace("..", ""):
        hint = "only seconds may have a decimal point; a range has two dots"
    elif "~" in part:
        hint = "`~` counts days from the month's end, as in `*-*~01`"
    else:
        hint = f"write numbers from {field.low} to {field.high}, as in `{_example(field)}`"
    return ScheduleError(message, hint)


def _example(field: Field) -> str:
    low = f"{field.low:0{field.width}}"
    return f"{low}`, `{low}..{field.low + 4:0{field.width}}` or `{low}/2"
