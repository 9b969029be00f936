"""What each scheduler makes of a schedule: one row a dialect, each with its source.

Cron lines look alike everywhere and run at different instants: around clock changes, when both day
fields are set, and at the edges of the grammar. A dialect is a row of this table; the grammar in
`cron_grammar.py` and the placing in `recurrence.py` obey it.
"""

from __future__ import annotations

from opspolicy.record import NamedTuple
from opspolicy.temporal.durations import HOUR

VIXIE_NICKNAMES = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    # entry.c sets HR_STAR for @hourly, as the star does here.
    "@hourly": "0 * * * *",
}
FIVE = ("minute", "hour", "day", "month", "weekday")


class Dialect(NamedTuple):
    """How one scheduler reads and runs a schedule.

    ``at_gap``: a skipped wall-clock time is `lost`, run at the `gap_end`, or `shifted` by as much
    as the clocks go forward. ``in_fold``: a repeated wall-clock time runs the `first` time, the
    `last` or `both`. ``wildcards_follow_clock``: a line whose minute or hour starts with `*` is
    exempt from both and follows the real clock. Changes by ``catch_up`` seconds forward, or by more
    than that back, are not caught up.
    """

    name: str
    title: str
    source: str
    at_gap: str
    in_fold: str
    wildcards_follow_clock: bool = False
    catch_up: int | None = None
    # The fields of a line, in order; what stands in `optional` may be left out at the end.
    fields: tuple[str, ...] = FIVE
    optional: tuple[str, ...] = ()
    nicknames: dict[str, str] = VIXIE_NICKNAMES
    # A day field is unrestricted when it `starts` with `*`, is `alone` a `*`, or when `any` item of
    # it is one, also as `*/1`.
    star: str = "any"
    # `?` is unknown (`no`), another word for `*` (`star`), or due in exactly one day field (`one`).
    question_mark: str = "no"
    # `5/15`: a step without a range runs to the field's end, or means nothing.
    step_needs_range: bool = False
    # The number of Sunday; whether 7 is Sunday too.
    sunday: int = 0
    sunday_is_7: bool = False
    # `L`, `W` and `#` in the day fields: none of them, as Quartz has them, or as AWS has them.
    special_days: str = ""
    # `22-2` runs over the field's end.
    ranges_wrap: bool = False


# There is one object a dialect, and each of thousands of schedules is looked up by it.
Dialect.__hash__ = object.__hash__  # type: ignore[method-assign]


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
    star="starts",
    step_needs_range=True,
    sunday_is_7=True,
)
KUBERNETES = Dialect(
    name="kubernetes",
    title="Kubernetes",
    # robfig/cron v3.0.1, which Kubernetes parses with ParseStandard: spec.go (Next, dayMatches),
    # parser.go (getRange: a step above 1 removes the star bit; bounds: weekday 0 to 6).
    source="https://github.com/robfig/cron/blob/v3.0.1/spec.go",
    at_gap="lost",
    in_fold="both",
    question_mark="star",
)
GITHUB_ACTIONS = Dialect(
    name="github-actions",
    title="GitHub Actions",
    # "Events that trigger workflows", schedule: POSIX cron with the operators `* , - /`, names of
    # months and days, no nicknames, weekdays 0 to 6; with a `timezone`, a time the clocks skip
    # advances to the next valid one, and one they repeat runs once.
    source="https://docs.github.com/actions/reference/workflows-and-actions/"
    "events-that-trigger-workflows#schedule",
    at_gap="gap_end",
    in_fold="first",
    nicknames={},
    # Vixie's way with `*/2` isn't documented, so a star is what POSIX calls one.
    star="alone",
)
SYSTEMD = Dialect(
    name="systemd",
    title="systemd",
    # systemd.time(7), "Calendar Events", and systemd 252's src/shared/calendarspec.c: find_next
    # steps over readings that mktime would move. Readings only ever go forward, so a repeated one
    # counts once, the first.
    source="https://github.com/systemd/systemd/blob/v252/src/shared/calendarspec.c",
    at_gap="lost",
    in_fold="first",
    fields=(),
    nicknames={},
)
QUARTZ = Dialect(
    name="quartz",
    title="Quartz",
    # CronTrigger tutorial and CronExpression.java of Quartz 2.3: seconds first, the year last and
    # optional, 1 is Sunday, `?` in exactly one day field, ranges may run over the end (NOV-FEB).
    source="https://www.quartz-scheduler.org/documentation/quartz-2.3.0/tutorials/crontrigger.html",
    at_gap="lost",
    # Seen with Quartz 2.3.2: java.util.Calendar takes the second of two equal readings.
    in_fold="last",
    fields=("second", *FIVE, "year"),
    optional=("year",),
    nicknames={},
    question_mark="one",
    sunday=1,
    special_days="quartz",
    ranges_wrap=True,
)
EVENTBRIDGE = Dialect(
    name="eventbridge",
    title="EventBridge",
    # EventBridge Scheduler User Guide, "Schedule types": cron(minutes hours day-of-month month
    # day-of-week year), weekdays 1 to 7 from Sunday, `?` in exactly one day field; in daylight
    # saving time a skipped time isn't run, a repeated one runs once.
    source="https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html",
    at_gap="lost",
    in_fold="first",
    fields=(*FIVE, "year"),
    nicknames={},
    question_mark="one",
    sunday=1,
    special_days="aws",
)
AIRFLOW = Dialect(
    name="airflow",
    title="Airflow",
    # airflow/timetables/_cron.py (CronMixin._get_next) and utils/timezone.py (make_aware: fold=1,
    # so the second of two equal readings; pendulum moves a skipped reading by the gap's length).
    # Where the hour is `*`, the time to the next run is elapsed time instead.
    source="https://github.com/apache/airflow/blob/main/airflow-core/src/airflow/timetables/_cron.py",
    at_gap="shifted",
    in_fold="last",
    # utils/dates.py, cron_presets, and croniter's own.
    nicknames={**VIXIE_NICKNAMES, "@quarterly": "0 0 1 */3 *"},
    question_mark="star",
    sunday_is_7=True,
)
APPOINTMENT = Dialect(
    name="appointment",
    title="plain cron",
    # Maintenance windows and freezes belong to no scheduler: people keep them by the clock on the
    # wall. docs/language.md, "Time".
    source="docs/language.md",
    at_gap="gap_end",
    in_fold="first",
    step_needs_range=True,
    sunday_is_7=True,
)

DIALECTS = {
    each.name: each
    for each in (CRON, KUBERNETES, GITHUB_ACTIONS, SYSTEMD, QUARTZ, EVENTBRIDGE, AIRFLOW)
}
"""The dialects a job's `scheduler` can name."""

CRON_DIALECTS = tuple(each for each in DIALECTS.values() if each.fields)
"""Those that have cron lines: the ones a line of no declared scheduler may be in."""
