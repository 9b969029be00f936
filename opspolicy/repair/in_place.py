"""What stands where another format says a time in words of its own, once that is another time.

Whether it does say that is proven by reading the file again, as it is of any edit.
"""

from __future__ import annotations

import re

from opspolicy.repair import lines
from opspolicy.temporal.dialects import EVENTBRIDGE
from opspolicy.temporal.durations import MINUTE

CRON = re.compile(r"(\s*cron\(\s*)(.*?)(\s*\)\s*)", re.DOTALL)
FIELDS = 6
TIME = r"(?:([A-Za-z]{3}):)?([01][0-9]|2[0-3]):([0-5][0-9])"
"""A time of day, and of the week where a day stands before it: `Mon:04:00`."""
TIMES = re.compile(rf"{TIME}(?:-{TIME})?")
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_OF_A_DAY = 24 * 60


def text_at(raw: str, was: str, now: str, shift: int) -> str:
    """Return what is to stand for ``raw``, which said ``was``, to say ``now``: ``shift`` later."""
    if raw.count(was) == 1:
        return raw.replace(was, now)
    return _of_aws(raw, shift) or _times(raw, shift) or now


def _of_aws(raw: str, shift: int) -> str | None:
    """Return `cron(…)` as AWS has it, which is read as a cron line without `?` and year."""
    found = CRON.fullmatch(raw)
    if found is None:
        return None
    fields = found[2].split()
    # Windows of Systems Manager may begin with the seconds.
    seconds = fields[:-FIELDS]
    line = lines.shifted(" ".join(fields[-FIELDS:]), EVENTBRIDGE, shift)
    return None if line is None else f"{found[1]}{' '.join([*seconds, line])}{found[3]}"


def _times(raw: str, shift: int) -> str | None:
    """Return a window such as `Mon:04:00-Mon:06:00` or `03:00-03:30`, or a time such as `03:00`."""
    if shift % MINUTE or not TIMES.fullmatch(raw.strip()):
        return None

    def later(found: re.Match[str]) -> str:
        days, minutes = divmod(
            int(found[2]) * 60 + int(found[3]) + shift // MINUTE, MINUTES_OF_A_DAY
        )
        time = f"{minutes // 60:02}:{minutes % 60:02}"
        return f"{_weekday(found[1], days)}:{time}" if found[1] else time

    return re.sub(TIME, later, raw)


def _weekday(name: str, days: int) -> str:
    """Return a weekday so many days later, in letters as large as those of ``name``."""
    if name.lower() not in WEEK:
        return name
    now = WEEK[(WEEK.index(name.lower()) + days) % len(WEEK)]
    return now.upper() if name.isupper() else now if name.islower() else now.capitalize()
