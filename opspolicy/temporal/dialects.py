"""What each scheduler makes of a cron line: one row a dialect, each with its source.

The five fields look alike everywhere and run at different instants: around clock changes, when
both day fields are set, and at the edges of the grammar. A dialect is a row of this table; the
expansion in `cron.py` obeys it.
"""

from __future__ import annotations

from opspolicy.record import NamedTuple
from opspolicy.temporal.durations import HOUR


class Dialect(NamedTuple):
    """How one scheduler reads and runs a cron line.

    ``at_gap``: a skipped wall-clock time is `lost`, or run at the `gap_end`. ``in_fold``: a
    repeated wall-clock time runs `first` or `both` times. ``wildcards_follow_clock``: a line whose
    minute or hour starts with `*` is exempt from both and follows the real clock. Changes larger
    than ``catch_up`` seconds are not caught up.
    """

    name: str
    title: str
    source: str
    at_gap: str
    in_fold: str
    wildcards_follow_clock: bool = False
    catch_up: int | None = None
    # A day field is unrestricted: when it starts with `*` at all, or only as `*` and `*/1`.
    star_with_step_is_star: bool = False
    question_mark: bool = False
    # `5/15`: a step without a range runs to the field's end, or means nothing.
    step_needs_range: bool = False
    sunday_is_7: bool = True
    refused_nicknames: tuple[str, ...] = ()


CRON = Dialect(
    name="cron",
    title="Debian cron",
    # Debian's cron 3.0pl1-162: cron.c (main loop: virtual time, three hours), entry.c (MIN_STAR,
    # HR_STAR, DOM_STAR, DOW_STAR are set by a field's first character; get_range: "Unsupported
    # syntax: Step specified without range"); cron(8) and crontab(5).
    source="https://sources.debian.org/src/cron/3.0pl1-162/cron.c/",
    at_gap="gap_end",
    in_fold="first",
    wildcards_follow_clock=True,
    catch_up=3 * HOUR,
    star_with_step_is_star=True,
    step_needs_range=True,
)
KUBERNETES = Dialect(
    name="kubernetes",
    title="Kubernetes",
    # robfig/cron v3.0.1, which Kubernetes parses with ParseStandard: spec.go (Next, dayMatches),
    # parser.go (getRange: a step above 1 removes the star bit; bounds: weekday 0 to 6).
    source="https://github.com/robfig/cron/blob/v3.0.1/spec.go",
    at_gap="lost",
    in_fold="both",
    question_mark=True,
    sunday_is_7=False,
    refused_nicknames=("@reboot",),
)
SYSTEMD = Dialect(
    name="systemd",
    title="systemd",
    # systemd 252: src/shared/calendarspec.c (find_next steps over readings that mktime moves, and
    # takes the first of two); systemd.time(7), "Calendar Events".
    source="https://github.com/systemd/systemd/blob/v252/src/shared/calendarspec.c",
    at_gap="lost",
    in_fold="first",
)
APPOINTMENT = Dialect(
    name="appointment",
    title="a window or a freeze",
    # Maintenance windows and freezes belong to no scheduler: people keep them by the clock on the
    # wall. docs/language.md, "Time".
    source="docs/language.md",
    at_gap="gap_end",
    in_fold="first",
    step_needs_range=True,
    refused_nicknames=("@reboot",),
)

DIALECTS = {each.name: each for each in (CRON, KUBERNETES)}
"""The dialects a job's `scheduler` can name in this version."""

UNSUPPORTED = ("github-actions", "systemd", "quartz", "eventbridge", "airflow")
"""Schedulers the language knows whose dialect this version can't expand."""
