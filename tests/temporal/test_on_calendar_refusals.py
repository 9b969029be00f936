"""What systemd refuses as a calendar expression: with the part that is wrong, and what to write."""

from __future__ import annotations

import pytest

from opspolicy.temporal.recurrence import ScheduleError
from opspolicy.temporal.systemd.on_calendar import parse


def refusal(text: str) -> ScheduleError:
    """Return why an expression is refused."""
    with pytest.raises(ScheduleError) as raised:
        parse(text)
    return raised.value


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "an empty calendar expression", "write `daily`, or a time of day such as `02:00`"),
        ("  ", "an empty calendar expression", "write `daily`"),
        (" UTC", "`UTC` is neither a date nor a time of day", "write `02:00` for a time"),
        ("1h 30min", "`1h 30min` is a time span, not a calendar expression", "write `every: 1h30m`"),
        ("1 month", "`1 month` is a time span", "or write `monthly`, `yearly`"),
        ("900 weeks", "`900 weeks` is a time span", "write `every` with a duration"),
        ("0 5 * * *", "`0 5 * * *` is a cron line", "write it under `cron`, for another scheduler"),
        ("@daily", "`@daily` is a nickname of cron", "write `daily`"),
        ("@reboot", "`@reboot` is not `@` and the seconds since 1970", "as in `@1493187147`"),
        ("@-5", "`@-5` is not `@` and the seconds since 1970", "followed by a number alone"),
        ("@5 12:00", "`@5 12:00` is not `@` and the seconds since 1970", "followed by a number"),
        ("@7258118400", "`@7258118400` is after 2199", ""),
        ("@" + "9" * 200, "is after 2199", ""),
        ("2027-01-31T02:00", "has a `T` between date and time", "write a space there"),
        ("02:00Z", "`02:00Z` ends in `Z`", "write ` UTC` in its place"),
        ("5 pm", "`5 pm` is not a time of the 24-hour clock", "write `17:00`"),
        ("*:{{ minute }}", "is a template", "give the expression that comes out of it"),
        ("daily 02:00", "`daily` stands alone, or before a time zone", "`*-*-* 00:00:00`"),
        ("02:00 ", "`02:00 ` ends with a space, which systemd refuses", "write `02:00`"),
        (" 02:00", "` 02:00` begins with a space, which systemd refuses", "write `02:00`"),
        (" 24:00", "`24` is outside the hours", "`00:00`"),
        ("Mon\N{EN DASH}Fri", "`\N{EN DASH}` can't stand in a calendar expression", "as in `Mon..Fri`"),
        ("w" * 257, "a calendar expression of 257 characters: 256 is the limit", ""),
        ("7", "`7` is neither a date nor a time of day", "write `02:00` for a time"),
        ("noon", "`noon` is neither a date nor a time of day", "write `02:00` for a time"),
        ("Mon Tue 02:00", "`Tue` is neither a date nor a time of day", "as in `Mon,Tue`"),
        ("1:2:3:4", "`1:2:3:4` is not a time of day: hour, minute and second", ""),
        ("10:00 2027-01-01", "`2027-01-01` after the time `10:00`", "the order is weekdays, date"),
        ("10:00  UTC", "a space after the time `10:00`, where only a time zone may stand", ""),
        ("10:00 +02:00", "`+02:00` after the time `10:00`", "systemd takes no offset: write `UTC`"),
        ("10:00 Europe/Pariss", "`Europe/Pariss` is not a time zone of tzdata", "write `UTC`, or"),
        ("10:00 europe/paris", "`europe/paris` is not a time zone", "write `Europe/Paris`"),
        ("10:00 CEST", "`CEST` is not a time zone", "short names mean what a machine makes"),
        ("10:00 Mon", "`Mon` is not a time zone", "weekdays come first, as in `Mon 02:00`"),
        ("Mon CEST", "`CEST` is neither a date nor a time of day", "write `02:00` for a time"),
        ("daily Mars", "`daily` stands alone, or before a time zone", "`*-*-* 00:00:00`"),
        ("Sat..Mon", "`Sat..Mon` runs backwards: systemd's week begins on Mon", "`Mon,Sat,Sun`"),
        ("Fri-Mon", "`Fri-Mon` runs backwards", "write it as `Mon,Fri..Sun`"),
        ("Mon.. 12:00", "`Mon..` can't stand among the weekdays", "as in `Mon..Wed,Sat`"),
        ("Mon,,Tue", "an empty place can't stand among the weekdays (in `Mon,,Tue`)", ""),
        ("Mond 12:00", "`Mond` is not a weekday", "it is one of Mon, Tue, Wed"),
        ("9-17:00", "`9-17:00` mixes the marks of a date with those of a time", "`09..17:00`"),
        ("1-2-3-4", "`1-2-3-4` is not a date: year, month and day", "ranges have `..`"),
        ("2016~11-22", "`2016~11-22` is not a date", "as in `2027-01-31`"),
        ("2027-01", "`2027-01` is a year and a month", "`2027-01-*` for each"),
        ("2027-Jan-01", "`Jan` can't stand among the months (in `2027-Jan-01`)", "months as numbers"),
        ("*-13-01", "`13` is outside the months, 1 to 12", ""),
        ("1969-*-*", "`1969` is outside the years, 1970 to 2199", ""),
        ("100-*-*", "`100` is outside the years, 1970 to 2199", ""),
        ("2190..2200-*-*", "`2200` in `2190..2200` is outside the years", ""),
        ("2029..2027-*-*", "`2029..2027` runs backwards in the years", "write it as `2027..2029`"),
        ("*-*~29", "`29` is outside the days from the month's end, 1 to 28", ""),
        ("*-*~1/1", "`1/1`: the days from the month's end end before its first", "write `01`, without"),
        ("*-*~5..3", "`5..3` runs backwards", "the last day is 1: write it as `03..05`"),
        ("*-*~1,28", "systemd takes item 2 of days from the month's end up to 25", "two expressions"),
        ("*/5:00", "`*/5` can't stand among the hours (in `*/5:00`)", "write `00/5`"),
        ("*:*/5", "`*/5` can't stand among the minutes", "write `00/5`"),
        ("*-*-*/5", "`*/5` can't stand among the days", "write `01/5`"),
        ("*:*,5", "`*` can't stand among the minutes (in `*:*,5`)", "it is every value already"),
        ("*:9-17", "`9-17` can't stand among the minutes", "write the range with two dots, `9..17`"),
        ("12:5.5", "`5.5` can't stand among the minutes", "only seconds may have a decimal point"),
        ("12:5~6", "`5~6` can't stand among the minutes", "`~` counts days from the month's end"),
        ("12:x", "`x` can't stand among the minutes", "as in `00`, `00..04` or `00/2`"),
        ("12:", "an empty place can't stand among the minutes (in `12:`)", ""),
        ("24:00", "`24` is outside the hours, 0 to 23", "a day ends where the next begins"),
        ("12:60", "`60` is outside the minutes, 0 to 59", ""),
        ("12:00:2300", "`2300` is outside the seconds, 0 to 59", ""),
        ("12:5..9/9999999999", "`5..9/9999999999` is outside the minutes", ""),
        ("17..9:00", "`17..9` runs backwards in the hours", "two ranges, `17..23,00..09`"),
        ("20/4:00", "`20/4`: the hours end before its first repetition", "write `20`, without"),
        ("*:0/0", "`0/0`: the step of the minutes must be above zero", ""),
        ("*:*:0.5", "`0.5` has a fraction of a second", "leave the fraction out"),
        ("*:*:0/1.5", "`0/1.5` has a fraction of a second", "leave the fraction out"),
        ("*:*:5..5", "`5..5` is a range of less than a second, which systemd refuses", "write `05`"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_part_and_says_what_to_write(
    text: str, message: str, hint: str
) -> None:
    error = refusal(text)
    assert message in str(error)
    assert hint in error.hint


def test_each_letter_of_a_shorthand_is_plain() -> None:
    assert "can't stand" in str(refusal("wee\N{KELVIN SIGN}ly"))
