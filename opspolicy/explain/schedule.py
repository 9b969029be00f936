"""What one schedule means: when it starts next, where dialects part, and what clock changes do."""

from __future__ import annotations

from opspolicy.estate import single
from opspolicy.explain import clocks
from opspolicy.explain.expression import schedule_of
from opspolicy.record import NamedTuple
from opspolicy.rules.ambiguous_day_fields import HINT, restricts_both
from opspolicy.rules.schedule_in_dst_transition import PASSED_OVER, off_the_hour
from opspolicy.temporal import zones
from opspolicy.temporal.cron import Cron
from opspolicy.temporal.dialects import CRON_DIALECTS, DIALECTS
from opspolicy.temporal.durations import DAY
from opspolicy.temporal.instants import clock
from opspolicy.temporal.recurrence import CYCLE_YEARS, ScheduleError
from opspolicy.temporal.schedules import (
    CRON,
    EVER,
    ON_CALENDAR,
    RecurringSchedule,
    upcoming,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.explain.clocks import Effect
    from opspolicy.temporal.dialects import Dialect
    from opspolicy.temporal.schedules import Schedule

GIVEN, CONFIGURED, OF_SCHEDULER = "option", "configuration", "scheduler"
IN_EXPRESSION, ASSUMED = "expression", "assumed"
"""Where a zone is from; it is the scheduler's own where GitHub Actions takes UTC."""
MONTH = 32 * DAY
NEVER = "OPS202"


class Question(NamedTuple):
    """What is asked about an expression.

    ``zone_from`` says who named ``timezone``, which is UTC where nobody did. ``start`` is where
    elapsed time counts from, as text, and ``number`` how many starts are wanted. Instants are UTC
    epoch seconds, the horizon half-open.
    """

    expression: str
    timezone: str
    zone_from: str
    scheduler: str | None
    start: str | None
    number: int
    as_of: int
    until: int


class Reading(NamedTuple):
    """What one dialect makes of the expression: a schedule, or why not.

    What has no dialect, such as elapsed time, is read by none: then ``dialect`` is empty.
    ``strange`` says that its lines have another number of fields.
    """

    dialect: str
    title: str
    schedule: Schedule | None
    reason: str = ""
    hint: str = ""
    strange: bool = False


class Difference(NamedTuple):
    """Dialects that start it at other times than the first one, and the instant that shows it.

    ``runs`` says whether they start it then, where the first one does the contrary.
    """

    dialects: tuple[str, ...]
    instant: int
    runs: bool


class Start(NamedTuple):
    """A start, UTC epoch seconds, and the dialects that have it; none where there are none."""

    instant: int
    dialects: tuple[str, ...]


class Remark(NamedTuple):
    """Something about the schedule that a rule would tell, with the rule's code."""

    code: str
    message: str
    hint: str = ""


class Explanation(NamedTuple):
    """All that is said of an expression; ``readings`` begin with the dialect that was asked for.

    ``schedule`` is None when it was refused: by the named dialect, or by all of them.
    """

    question: Question
    kind: str
    schedule: Schedule | None
    readings: tuple[Reading, ...]
    starts: tuple[Start, ...] = ()
    differences: tuple[Difference, ...] = ()
    effects: tuple[Effect, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def accepted(self) -> list[Reading]:
        """The readings of those who accept it."""
        return [each for each in self.readings if each.schedule is not None]

    @property
    def zone_from(self) -> str:
        """Who named the zone: as in the question, unless the expression does itself."""
        named = self.schedule is not None and self.schedule.zone.key != self.question.timezone
        return IN_EXPRESSION if named else self.question.zone_from


def explain(question: Question) -> Explanation:
    """Return what there is to say of an expression.

    Raises ScheduleError for a zone that there isn't, and for elapsed time or a recurrence rule
    without a start.
    """
    if not zones.is_known(question.timezone):
        message = f"`{question.timezone}` is not a time zone of tzdata {zones.VERSION}"
        raise ScheduleError(message, zones.hint(question.timezone))
    schedule = schedule_of(question.expression, question.scheduler, question.start)
    kind = next(iter(schedule))
    readings = _readings(schedule, kind, question)
    accepted = [each for each in readings if each.schedule is not None]
    if not accepted or (question.scheduler is not None and readings[0].schedule is None):
        return Explanation(question, kind, None, tuple(readings))
    asked = readings[:1] if question.scheduler is not None else accepted
    whole = asked[0].schedule
    if len(asked) > 1:
        whole = single.read(schedule, question.timezone, None)
    if whole is None:
        raise AssertionError(question)  # what is accepted has a schedule
    told = Explanation(question, kind, whole, tuple(readings))
    return told._replace(
        starts=tuple(_starts(whole, accepted, question)),
        differences=tuple(_differences(accepted, question)),
        effects=clocks.effects(
            [(each.dialect, each.schedule) for each in asked if each.schedule is not None],
            question.as_of,
            question.until,
        ),
        remarks=tuple(_remarks(told)),
    )


def _readings(schedule: dict[str, object], kind: str, question: Question) -> list[Reading]:
    """Return what each dialect that could be meant makes of it, the named one first."""
    named = question.scheduler
    if kind not in {CRON, ON_CALENDAR}:
        return [_reading(schedule, question, "")]
    names = [each.name for each in CRON_DIALECTS] if kind == CRON else []
    if named is not None:
        names = [named, *[each for each in names if each != named]]
    elif kind == ON_CALENDAR:
        names = ["systemd"]
    found = [_reading(schedule, question, name) for name in names]
    if kind == CRON and found[0].schedule is None:
        # What nobody else accepts may have been meant for systemd.
        other = _reading({ON_CALENDAR: schedule[CRON]}, question, "systemd")
        found += [other] if other.schedule is not None else []
    return found


def _reading(schedule: dict[str, object], question: Question, name: str) -> Reading:
    title = DIALECTS[name].title if name else ""
    try:
        read = single.read(schedule, question.timezone, name or None)
    except ScheduleError as error:
        strange = CRON in schedule and bool(name) and _is_strange(schedule[CRON], DIALECTS[name])
        return Reading(name, title, None, str(error), error.hint, strange)
    return Reading(name, title, read)


def _is_strange(text: object, dialect: Dialect) -> bool:
    """Whether a line has not as many fields as those of a dialect."""
    fields = len(str(text).split())
    least = len(dialect.fields) - len(dialect.optional)
    return not (least <= fields <= len(dialect.fields) or str(text).startswith("@"))


def _starts(whole: Schedule, accepted: list[Reading], question: Question) -> list[Start]:
    found = upcoming(whole, question.as_of, question.number, until=EVER.end)
    if not found:
        return []
    # Of all that runs then, there is nothing between the starts that were found.
    having = {
        each.dialect: set(each.schedule.starts(found[0], found[-1] + 1))
        for each in accepted
        if each.dialect and each.schedule is not None
    }
    return [Start(at, tuple(name for name, has in having.items() if at in has)) for at in found]


def _differences(accepted: list[Reading], question: Question) -> list[Difference]:
    """Return for the first reading where each other one parts from it, alike ones together."""
    found: dict[tuple[int, bool], list[str]] = {}
    for other in accepted[1:]:
        instant = _parting(accepted[0].schedule, other.schedule, question.as_of, question.until)
        if instant is not None and other.schedule is not None:
            runs = bool(other.schedule.starts(instant, instant + 1))
            found.setdefault((instant, runs), []).append(other.dialect)
    return [Difference(tuple(who), *key) for key, who in sorted(found.items())]


def _parting(one: Schedule | None, other: Schedule | None, start: int, end: int) -> int | None:
    """Return the first instant in ``[start, end)`` at which one of two starts and the other not."""
    if not (isinstance(one, RecurringSchedule) and isinstance(other, RecurringSchedule)):
        return None
    lines = [line for schedule in (one, other) for line in schedule.lines]
    if len({line.readings() for line in lines}) == 1 and not any(
        line.carries_changes for line in lines
    ):
        # Only clock changes can part them, and nothing else is expanded.
        both = RecurringSchedule((*one.variants, *other.variants), one.zone)
        return next(iter(both.disagreements(start, end)), None)
    for low in range(start, end, MONTH):
        high = min(low + MONTH, end)
        first, second = one.starts(low, high), other.starts(low, high)
        if first != second:
            return min(set(first) ^ set(second))
    return None


def _remarks(told: Explanation) -> list[Remark]:
    """Return what rules would say of it."""
    question, schedule = told.question, told.schedule
    found: list[Remark] = []
    if told.zone_from == ASSUMED:
        message = "no time zone was given: this is UTC, where the clocks never change"
        found.append(Remark("OPS207", message, "add `--timezone Europe/Paris`, or where it runs"))
    if schedule is not None and schedule.never_runs(question.as_of):
        message = f"it never runs: no instant in {CYCLE_YEARS} years fits"
        found.append(Remark(NEVER, message, "correct the dates"))
    lines = [
        line
        for each in told.accepted
        if isinstance(each.schedule, RecurringSchedule)
        for line in each.schedule.lines
    ]
    if any(isinstance(line, Cron) and restricts_both(line) for line in lines):
        message = "it restricts both the day of the month and the weekday"
        found.append(Remark("OPS204", message, HINT))
    passed_over = off_the_hour(schedule, question.as_of, question.until) if schedule else None
    if schedule is not None and passed_over is not None:
        message = PASSED_OVER.format(run=clock(schedule.zone.wall(passed_over)))
        found.append(Remark("OPS203", message, "check on that day that it has run"))
    return found
