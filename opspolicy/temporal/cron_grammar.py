"""The grammar of cron lines: strict, to the letter of each dialect, from text to bit masks."""

from __future__ import annotations

from opspolicy.record import NamedTuple
from opspolicy.temporal.recurrence import ScheduleError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.temporal.dialects import Dialect

LONGEST = 256
# Longer fields are rare and would make the memory of a hostile estate grow.
MEMORABLE, MOST_REMEMBERED = 24, 20_000
FIRST_YEAR, LAST_YEAR = 1970, 2199
ALL_HOURS = (1 << 24) - 1
ALL_DAYS = 0xFFFF_FFFE
DAYS_OF_EVERY_MONTH = 0x1FFF_FFFE
ALL_MONTHS = 0b1_1111_1111_1110
ALL_WEEKDAYS = 0b111_1111

MONTHS = {
    name: at
    for at, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
WEEKDAYS = {name: at for at, name in enumerate(("sun", "mon", "tue", "wed", "thu", "fri", "sat"))}


class Field(NamedTuple):
    """What may stand in one field: numbers from ``low`` to ``high``, and ``names`` of some."""

    name: str
    low: int
    high: int
    names: dict[str, int]


FIELDS = {
    "second": Field("second", 0, 59, {}),
    "minute": Field("minute", 0, 59, {}),
    "hour": Field("hour", 0, 23, {}),
    "day": Field("day of month", 1, 31, {}),
    "month": Field("month", 1, 12, MONTHS),
    "weekday": Field("day of week", 0, 6, WEEKDAYS),
    "year": Field("year", FIRST_YEAR, LAST_YEAR, {}),
}


class LastDay(NamedTuple):
    """`L`, `L-3`, `LW`: counted back from the month's end, or the nearest weekday to that."""

    back: int = 0
    on_weekday: bool = False


class NearestWeekday(NamedTuple):
    """`15W`: the weekday nearest to a day, within its month."""

    day: int


class NthWeekday(NamedTuple):
    """`6#3`, or with ``nth`` 0 `6L`: the third or the last such weekday; Sunday is 0."""

    weekday: int
    nth: int


SpecialDay = LastDay | NearestWeekday


class Line(NamedTuple):
    """A cron line as read: masks by value (weekdays from Sunday as 0) and what masks can't hold.

    ``any_day`` and ``any_weekday`` say that a field leaves the choice of days to the other one;
    ``years`` is None for all of them.
    """

    seconds: int
    minutes: int
    hours: int
    days: int
    months: int
    weekdays: int
    any_day: bool
    any_weekday: bool
    wild: bool
    special_days: tuple[SpecialDay, ...] = ()
    special_weekdays: tuple[NthWeekday, ...] = ()
    years: frozenset[int] | None = None


def read(text: str, dialect: Dialect) -> Line:
    """Return what ``text`` says in ``dialect``; raises ScheduleError when it isn't accepted."""
    fields = _split(text, dialect)
    if dialect.question_mark == "one":
        _check_question_marks(fields, dialect)
    days, weekdays = fields["day"], fields["weekday"]
    special_days: tuple[SpecialDay, ...] = ()
    special_weekdays: tuple[NthWeekday, ...] = ()
    if dialect.special_days:
        special_days = _special_days(days, dialect)
        # "If used in the day-of-week field by itself, it simply means 7 or SAT."
        weekdays = "SAT" if weekdays in {"L", "l"} else weekdays
        special_weekdays = _special_weekdays(weekdays, dialect)
    hours = _mask(fields["hour"], "hour", dialect)
    follows_clock = fields["minute"].startswith("*") or fields["hour"].startswith("*")
    return Line(
        _mask(fields["second"], "second", dialect) if "second" in fields else 1,
        _mask(fields["minute"], "minute", dialect),
        hours,
        0 if special_days else _mask(days, "day", dialect),
        _mask(fields["month"], "month", dialect),
        0 if special_weekdays else _mask(weekdays, "weekday", dialect),
        _is_star(days, dialect),
        _is_star(weekdays, dialect),
        dialect.wildcards_follow_clock and follows_clock,
        special_days,
        special_weekdays,
        _years(fields.get("year", "*"), dialect),
    )


def _split(text: str, dialect: Dialect) -> dict[str, str]:
    """Return the fields by name."""
    check_text(text)
    if text.startswith("@"):
        text = nickname(text, dialect)
    elif "(" in text:
        text = _unwrapped(text, dialect)
    parts, names = text.split(), dialect.fields
    if not len(names) - len(dialect.optional) <= len(parts) <= len(names):
        raise _wrong_number(text, len(parts), dialect)
    return dict(zip(names, parts, strict=False))


def check_text(text: str) -> None:
    """Refuse what no dialect has: endless lines, line breaks, zones inside."""
    if len(text) > LONGEST:
        message = f"a cron line of {len(text)} characters: {LONGEST} is the limit"
        raise ScheduleError(message)
    if "\n" in text or "\r" in text:
        message = "a cron line can't hold a line break"
        raise ScheduleError(message, "list several lines as `cron: [first, second]`")
    if text.startswith(("TZ=", "CRON_TZ=")):
        message = "a time zone inside a cron line, which no scheduler here takes"
        raise ScheduleError(message, "put the zone into the schedule's `timezone` key")


def nickname(text: str, dialect: Dialect) -> str:
    """Return the line a nickname such as `@daily` stands for."""
    # Schedulers compare to the letter.
    name = text.strip()
    if name in dialect.nicknames:
        return dialect.nicknames[name]
    if name == "@reboot" and dialect.name == "cron":
        message = "`@reboot` runs when a machine starts: that can't be planned"
        raise ScheduleError(message, "leave the schedule out, or declare the `dates`")
    if name in {"@once", "@continuous"} and dialect.name == "airflow":
        message = f"`{name}` runs when Airflow gets to it: that can't be planned"
        raise ScheduleError(message, "declare the `dates`")
    if name.startswith("@every "):
        message = f"`{name}` counts from when its scheduler starts, which nobody knows beforehand"
        hint = f"write `every: {name.removeprefix('@every ')}` with the `start` it counts from"
        raise ScheduleError(message, hint)
    if not dialect.nicknames:
        from opspolicy.temporal.dialects import CRON  # noqa: PLC0415 - only for a mistake

        elsewhere = CRON.nicknames.get(name)
        hint = f"write the fields: elsewhere it is `{elsewhere}`" if elsewhere else ""
        message = f"{dialect.title} has no nicknames such as `{name}`"
        raise ScheduleError(message, hint)
    message = f"`{name}` is no nickname of {dialect.title}"
    raise ScheduleError(message, f"it knows {', '.join(dialect.nicknames)}")


def _unwrapped(text: str, dialect: Dialect) -> str:
    """Return what stands inside EventBridge's `cron(…)`."""
    kind, _, rest = text.strip().partition("(")
    if dialect.name != "eventbridge" and kind in {"cron", "rate", "at"}:
        message = f"`{kind}(…)` is how EventBridge writes it, and not {dialect.title}"
        raise ScheduleError(message, "leave it out, or add `scheduler: eventbridge`")
    if dialect.name == "eventbridge" and rest.endswith(")"):
        if kind == "cron":
            return rest[:-1]
        if kind == "rate":
            number, _, unit = rest[:-1].strip().partition(" ")
            step = f"{number}{unit.strip()[:1]}" if _is_number(number) else "15m"
            message = f"`{text}` counts from when the rule was made, which isn't written here"
            hint = f"write `every: {step}` with the `start` it counts from"
            raise ScheduleError(message, hint)
        if kind == "at":
            message = f"`{text}` happens once"
            raise ScheduleError(message, f"write it as `dates: [{rest[:-1].strip()}]`")
    return text


def _wrong_number(text: str, number: int, dialect: Dialect) -> ScheduleError:
    names = [FIELDS[name].name for name in dialect.fields]
    hint = ", ".join(names)
    if dialect.optional:
        hint += " (which may be left out)"
    if number == len(names) + 1 and "second" not in dialect.fields:
        hint += "; a seconds or year field belongs to other schedulers"
    due = f"{len(names)}"
    if dialect.optional:
        due = f"{len(names) - len(dialect.optional)} or {due}"
    many = "s" * (number != 1)
    return ScheduleError(f"`{text}` has {number} field{many}, not {due}", hint)


def _check_question_marks(fields: dict[str, str], dialect: Dialect) -> None:
    asked = [name for name, text in fields.items() if text == "?"]
    if asked not in (["day"], ["weekday"]):
        which = "neither of them has one" if not asked else "here it stands elsewhere"
        if asked == ["day", "weekday"]:
            which = "here both have one"
        message = f"{dialect.title} wants `?` in exactly one of the two day fields: {which}"
        line = "0 0 2 ? * MON" if "second" in dialect.fields else "0 2 ? * MON *"
        raise ScheduleError(message, f"put it where the day doesn't matter, as in `{line}`")


def _is_star(text: str, dialect: Dialect) -> bool:
    """Whether a day field leaves the choice of days to the other one."""
    if dialect.star == "starts":
        return text.startswith("*")
    if dialect.star == "alone" or text == "*":
        return text == "*"
    return any(part in {"*", "?", "*/1", "?/1"} for part in text.split(","))


def _years(text: str, dialect: Dialect) -> frozenset[int] | None:
    if text == "*":
        return None
    return frozenset(FIRST_YEAR + at for at in values(_mask(text, "year", dialect) >> FIRST_YEAR))


_masks: dict[tuple[str, str, str], int] = {}


def _mask(text: str, name: str, dialect: Dialect) -> int:
    """Return a field as a bit mask; the same few fields come again in thousands of lines."""
    key = (text, name, dialect.name)
    mask = _masks.get(key, 0)
    if not mask:
        field = FIELDS[name]
        if name == "weekday":
            high = 7 if dialect.sunday_is_7 else 6 + dialect.sunday
            names = {each: at + dialect.sunday for each, at in WEEKDAYS.items()}
            field = Field(field.name, dialect.sunday, high, names)
        for part in text.split(","):
            mask |= _range(part, field, dialect)
        if name == "weekday":
            mask >>= dialect.sunday
            mask = (mask | mask >> 7) & ALL_WEEKDAYS
        if len(text) <= MEMORABLE and len(_masks) < MOST_REMEMBERED:
            _masks[key] = mask
    return mask


def values(mask: int) -> list[int]:
    """Return the values whose bits are set."""
    return [at for at in range(mask.bit_length()) if mask >> at & 1]


def _range(part: str, field: Field, dialect: Dialect) -> int:
    """Parse one item of a list: `*`, `5`, `1-5`, each with an optional `/step`."""
    bounds, slash, step_text = part.partition("/")
    step = 1
    if slash:
        if not _is_number(step_text) or int(step_text) == 0:
            message = f"`{part}`: the step in the {field.name} field must be a number above zero"
            raise ScheduleError(message)
        step = int(step_text)
    low, high = field.low, field.high
    if bounds == "*" or (bounds == "?" and _takes_question_mark(field, dialect)):
        # `*/2` in the weekday field counts from Sunday and ends on Saturday, not on Sunday again.
        first, last = low, low + 6 if field.name == FIELDS["weekday"].name else high
    elif not bounds and slash and dialect.name == "quartz":
        # "in this case '' is equivalent to having '0' before the '/'"
        first, last = low, high
    else:
        low_text, dash, high_text = bounds.partition("-")
        first = _value(low_text, part, field, dialect)
        last = high if slash else first
        if slash and not dash and dialect.step_needs_range:
            message = f"`{part}`: {dialect.title} takes a step only after a range or `*`"
            raise ScheduleError(message, f"write it as `{first}-{high}/{step}`")
        if dash:
            last = _value(high_text, part, field, dialect)
    if last < first:
        if not dialect.ranges_wrap or field.name == "year":
            message = f"`{part}` runs backwards in the {field.name} field"
            # Weekdays go round after Saturday, whether or not 7 is one of them.
            top = low + 6 if field.name == FIELDS["weekday"].name else high
            two = ",".join(_span(*each) for each in ((first, top), (low, last)))
            raise ScheduleError(message, f"write it as two: {two}{slash}{step_text}")
        # CronExpression.addToSet: the step goes on over the end.
        last += high - low + 1
    mask = 0
    for value in range(first, last + 1, step):
        mask |= 1 << (value if value <= high else value - (high - low + 1))
    return mask


def _span(first: int, last: int) -> str:
    return f"{first}-{last}" if first < last else f"{first}"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len("2199")


def _takes_question_mark(field: Field, dialect: Dialect) -> bool:
    if dialect.question_mark == "one":
        return field.name in {FIELDS["day"].name, FIELDS["weekday"].name}
    return dialect.question_mark == "star"


def _value(text: str, part: str, field: Field, dialect: Dialect) -> int:
    if _is_number(text):
        value = int(text)
        if field.low <= value <= field.high:
            return value
        hint = ""
        if field.name == FIELDS["weekday"].name and value in {0, field.high + 1}:
            sunday = f"{field.low} and 7" if dialect.sunday_is_7 else f"{field.low}"
            hint = f"{dialect.title} counts Sunday as {sunday}"
        message = f"`{text}` is outside the {field.name} field, {field.low} to {field.high}"
        raise ScheduleError(message, hint)
    value_by_name = field.names.get(text.lower())
    if value_by_name is not None:
        return value_by_name
    what = f"`{text}`" if text else "an empty value"
    shown = f" (in `{part}`)" if part != text else ""
    message = f"{dialect.title} doesn't know {what} in the {field.name} field{shown}"
    raise ScheduleError(message, _dialect_hint(part, field, dialect))


def _dialect_hint(part: str, field: Field, dialect: Dialect) -> str:
    import re  # noqa: PLC0415 - only for a mistake

    is_special = "#" in part or re.fullmatch(r"[0-9]*[LW]+[0-9-]*", part, re.IGNORECASE)
    of_days = field.name == FIELDS["day"].name
    if is_special and dialect.special_days and of_days and part in {"W", "w"}:
        return "a day stands before it: `15W` is the weekday nearest to the 15th"
    if is_special and dialect.special_days:
        return "`L`, `W` and `#` stand alone in a day field, not in a list"
    if is_special:
        return "`L`, `W` and `#` belong to Quartz, EventBridge and in part to Airflow"
    if part in {"R", "H"} or part.startswith("H("):
        return "random or hashed times can't be planned with: give the real one"
    if part == "?":
        return "`?` belongs to the day fields of Quartz and EventBridge, and to Kubernetes: use `*`"
    return ""


# `L`, `W` and `#` -------------------------------------------------------------------------------

# Not compiled here, as most estates have none of them.
_LAST_DAY = r"L(?:-([0-9]{1,2}))?(W)?"
_NEAREST = r"([0-9]{1,2})W"
_NTH = r"([0-9]|[A-Z]{3})(?:L|#([0-9]))"


def _special_days(text: str, dialect: Dialect) -> tuple[SpecialDay, ...]:
    """Return what `L`, `L-3`, `LW` or `15W` stands for; nothing for a plain field."""
    if text == "*" or text.isdecimal():
        return ()
    import re  # noqa: PLC0415 - for a field that may be special

    upper = text.upper()
    last = re.fullmatch(_LAST_DAY, upper)
    if last and (dialect.special_days == "quartz" or upper == "L"):
        back = int(last[1] or 0)
        if back >= FIELDS["day"].high:
            message = f"`{text}`: no month has a day {back} days before its last"
            raise ScheduleError(message, "0 to 30 can be taken off")
        return (LastDay(back, bool(last[2])),)
    nearest = re.fullmatch(_NEAREST, upper)
    if nearest:
        return (NearestWeekday(_value(nearest[1], text, FIELDS["day"], dialect)),)
    return ()


def _special_weekdays(text: str, dialect: Dialect) -> tuple[NthWeekday, ...]:
    """Return what `6L` or `6#3` stands for; nothing for a plain field."""
    if text == "*" or text.isdecimal():
        return ()
    import re  # noqa: PLC0415 - for a field that may be special

    upper = text.upper()
    found = re.fullmatch(_NTH, upper)
    if found:
        mask = _mask(found[1], "weekday", dialect)
        nth = int(found[2] or 0)
        if found[2] and not 1 <= nth <= 5:  # noqa: PLR2004 - no month has six of a weekday
            message = f"`{text}`: a month has the first to the fifth of a weekday"
            raise ScheduleError(message, "for the last one, write `6L`")
        return (NthWeekday(mask.bit_length() - 1, nth),)
    return ()
