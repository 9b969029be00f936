"""The ways to move a job or a window: the occurrence that collides, or the whole series.

Shifts are made on the clock on the wall, so that what starts at six still starts at six. Those by
whole days come first, then those by the step that `movable` names; the smallest first, and later
before earlier. Only by four weeks does the same time of day outweigh one that is nearer.
"""

from __future__ import annotations

from functools import partial
from heapq import merge
from itertools import count, takewhile

from opspolicy.estate.declarations import Window
from opspolicy.estate.nested import DEFAULT_STEP
from opspolicy.record import NamedTuple
from opspolicy.repair import clock, in_place, lines
from opspolicy.repair.aside import Aside
from opspolicy.repair.edits import QUOTES, Edit, Rewrite, Value, applied, is_yaml
from opspolicy.temporal import cron, instants, zones
from opspolicy.temporal.dialects import APPOINTMENT, CRON_DIALECTS, DIALECTS
from opspolicy.temporal.durations import DAY, MINUTE
from opspolicy.temporal.instants import InstantError, Moment
from opspolicy.temporal.recurrence import ScheduleError
from opspolicy.temporal.schedules import (
    CRON,
    EVERY,
    ON_CALENDAR,
    RRULE,
    DatedSchedule,
    RecurringSchedule,
    Written,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from opspolicy.estate.declarations import Job
    from opspolicy.estate.estate import Estate
    from opspolicy.source.files import SourceFile
    from opspolicy.source.node import Node
    from opspolicy.temporal.dialects import Dialect
    from opspolicy.temporal.recurrence import Recurrence
    from opspolicy.temporal.zones import Zone

    Path = tuple[str | int, ...]

ONCE, SERIES, ASIDE = "once", "series", "aside"
"""An occurrence that stands by itself, all of a series, or one that is taken out of a series."""

MOST_DAYS_OF_SERIES = 27
"""By how many days a series is moved at most: further, it is another day of the month or week."""


SAME_TIME = 28 * DAY
"""How much farther away a slot may be for starting at the same time of day, in seconds."""


class Move(NamedTuple):
    """One way to move ``ref``: by ``shift`` seconds on the clock, from ``was`` to ``starts``.

    ``entity`` is what then happens, once or as a series, of which ``starts`` has the first that was
    looked at. ``rewrite`` tells how it is written.
    """

    ref: str
    kind: str
    shift: int
    was: int
    starts: tuple[int, ...]
    entity: Job | Window
    rewrite: Callable[[], Rewrite]


class Between(NamedTuple):
    """The starts to try, from ``first`` to before ``last``."""

    first: int
    last: int


def step_of(entity: Job | Window) -> int:
    """Return by which multiples something may be moved, in seconds."""
    movable = entity.plan.movable
    return movable.step if movable is not None else DEFAULT_STEP


def shifts(lowest: int, highest: int, step: int) -> Iterator[int]:
    """Yield whole days and multiples of ``step`` from ``lowest`` to ``highest``, the best first."""
    farthest = max(highest, -lowest)
    days = takewhile(farthest.__ge__, count(DAY, DAY))
    others = (each for each in takewhile(farthest.__ge__, count(step, step)) if each % DAY)
    for shift in merge(days, others, key=distance):
        yield from (each for each in (shift, -shift) if lowest <= each <= highest)


def distance(shift: int) -> int:
    """Return what shifts are ranked by, the smallest first, in seconds."""
    return abs(shift) + (SAME_TIME if shift % DAY else 0)


def moves(
    estate: Estate, entity: Job | Window, starts: Sequence[int], within: Between
) -> Iterator[Move]:
    """Yield the moves of an entity whose occurrences at ``starts`` collide, the best first."""
    schedule = entity.schedule
    if isinstance(entity, Window) and entity.start is not None and entity.end is not None:
        yield from _of_window(entity, within)
    elif isinstance(schedule, DatedSchedule):
        yield from _of_dates(entity, schedule, starts, within)
    elif isinstance(schedule, RecurringSchedule) and starts:
        series = _of_series(estate, entity, schedule, starts, within)
        yield from merge(series, _aside(estate, entity, schedule, starts, within), key=rank)


# What happens once ---------------------------------------------------------------------------


def _of_window(window: Window, within: Between) -> Iterator[Move]:
    """Yield moves of a window with a `start`, and of its `end` with it."""
    text = str(window.node.node.entries["start"].value)
    ends = window.node.find("end")
    zone = zones.zone(window.timezone) if window.timezone is not None else None
    start = instants.parse_moment(text)
    end = instants.parse_moment(str(ends.value)) if ends is not None else None
    assert window.start is not None  # noqa: S101 - narrows the type; who asks has seen it
    assert window.end is not None  # noqa: S101
    lasts = window.end - window.start
    keys = [("start",)] if end is None else [("start",), ("end",)]
    for shift in _within(window.start, within, step_of(window)):
        begins = _moved(start, shift, zone)
        if begins is None or not within.first <= begins < within.last:
            continue
        stops = begins + lasts
        if end is not None:
            moved = end._replace(wall=end.wall + shift)
            if zone is not None and moved.offset is None and not zone.readings(moved.wall):
                continue
            stops = moved.instant(zone, last=True)
        if stops <= begins:
            continue
        new = window._replace(start=begins, end=stops, start_wall=None)
        rewrite = partial(_rewritten, window, keys, shift)
        yield Move(window.ref, ONCE, shift, window.start, (begins,), new, rewrite)


def _of_dates(
    entity: Job | Window, schedule: DatedSchedule, starts: Sequence[int], within: Between
) -> Iterator[Move]:
    """Yield moves of those of the `dates` that collide, all by the same."""
    places = [at for at in (schedule.position(start) for start in starts) if at is not None]
    if not places or len(places) != len(starts):
        return
    zone = schedule.zone
    others = {schedule.moments[at].instant(zone) for at in schedule.moments if at not in places}
    for shift in _within(starts[0], within, step_of(entity)):
        moments = dict(schedule.moments)
        for at in places:
            moments[at] = moments[at]._replace(wall=moments[at].wall + shift)
        begins = [_moved(schedule.moments[at], shift, zone) for at in places]
        found = tuple(at for at in begins if at is not None and within.first <= at < within.last)
        if len(found) < len(begins):
            continue
        if not others.isdisjoint(found):
            continue  # two of the dates would be one
        new = DatedSchedule(moments, zone, schedule.bounds, schedule.adjustment)
        if len(new.instants) != len(schedule.instants):
            continue
        if any(new.starts(at, at + 1) != [at] for at in found):
            continue  # left out, or moved on to a business day
        moved = entity._replace(schedule=new)
        rewrite = partial(_rewritten, entity, [("schedule", "dates", at) for at in places], shift)
        yield Move(entity.ref, ONCE, shift, starts[0], found, moved, rewrite)


def _within(start: int, within: Between, step: int) -> Iterator[int]:
    # A clock change can make a start an hour or more earlier or later than its shift says.
    return shifts(within.first - start - DAY, within.last - start + DAY, step)


def _moved(moment: Moment, shift: int, zone: Zone | None) -> int | None:
    """Return when something starts after a shift on the clock; None where the clock skips that."""
    moved = moment._replace(wall=moment.wall + shift)
    if moved.offset is None and (zone is None or not zone.readings(moved.wall)):
        return None
    return moved.instant(zone)


def written(text: str, shift: int) -> str:
    """Return an instant ``shift`` seconds later on the clock, written as ``text`` is.

    Raises InstantError for what is none.
    """
    wall = instants.parse_moment(text).wall + shift
    day = instants.calendar_date(wall // DAY).isoformat()
    hour, rest = divmod(wall % DAY, 60 * MINUTE)
    minute, second = divmod(rest, MINUTE)
    time = f"{hour:02}:{minute:02}"
    separator, after = text[10], text[16:]
    if after[:1] == ":":
        time, after = f"{time}:{second:02}", after[3:]
    return f"{day}{separator}{time}{after}"


def _text(entity: Job | Window, *path: str | int) -> str:
    node = entity.node.find(*path)
    assert node is not None  # noqa: S101 - it was read from there
    return str(node.value)


def _rewritten(entity: Job | Window, paths: Sequence[Path], shift: int) -> Rewrite:
    """Return the rewrite that makes the instants at ``paths`` of an entity so much later."""
    texts = {path: written(_text(entity, *path), shift) for path in paths}
    return _replaced(entity, texts, shift)


def _replaced(entity: Job | Window, texts: Mapping[Path, str], shift: int) -> Rewrite:
    """Return the rewrite that puts texts at places of an entity, each so much later."""
    # Of an entry in two files, times stand in the one that says them.
    holders = [entity.node.holder(str(path[0])) for path in texts]
    node = holders[0]
    if any(each.source is not node.source for each in holders):
        # No edit of one file says so: without any, it isn't believed.
        place = (*node.path, *next(iter(texts)))
        return Rewrite(node.source, (), (Value(node.document, place, None),))
    edits: list[Edit] = []
    values: list[Value] = []
    for path, text in texts.items():
        found = node.find(*path)
        assert found is not None  # noqa: S101 - it was read from there
        edits.append(Edit(found.span, _there(node.source, found, text, shift)))
        values.append(Value(node.document, (*node.path, *path), text))
    return Rewrite(node.source, tuple(edits), tuple(values))


def _there(source: SourceFile, found: Node, text: str, shift: int) -> str:
    """Return what is to stand where a value is, in the words in which its file says it."""
    span = found.span
    if is_yaml(source) or span.end_line > span.line:
        return text
    raw = source.line(span.line)[span.column - 1 : span.end_column - 1]
    bare = raw[1:-1] if raw[:1] in QUOTES else raw
    return in_place.text_at(bare, str(found.value), text, shift)


# What happens again and again ----------------------------------------------------------------


def _of_series(
    estate: Estate,
    entity: Job | Window,
    schedule: RecurringSchedule,
    starts: Sequence[int],
    within: Between,
) -> Iterator[Move]:
    """Yield moves of all occurrences, by days and then by less than one."""
    farthest = MOST_DAYS_OF_SERIES * DAY
    seen: set[tuple[str, ...]] = set()
    for shift in shifts(-farthest, farthest, step_of(entity)):
        if shift % DAY and abs(shift) > DAY:
            return
        texts = _shifted(entity, schedule, shift)
        if not texts or tuple(texts.values()) in seen:
            continue
        seen.add(tuple(texts.values()))
        rewrite = partial(_replaced, entity, texts, shift)
        moved = _recast(entity, schedule, texts) or reread(estate, entity, applied(rewrite()))
        if moved is None:
            continue
        was, expected = _first(schedule.zone, starts, shift, within)
        begins = _nearest(moved, expected)
        if begins is not None:
            yield Move(entity.ref, SERIES, shift, was, (begins,), moved, rewrite)


def _first(zone: Zone, starts: Sequence[int], shift: int, within: Between) -> tuple[int, int]:
    """Return the first start that isn't past when it has moved, and to when that is."""
    pairs = [(start, zone.instant(zone.wall(start) + shift)) for start in starts]
    return next((pair for pair in pairs if pair[1] >= within.first), pairs[-1])


def _nearest(entity: Job | Window, instant: int) -> int | None:
    """Return the start nearest to where one was moved, which a clock change can put elsewhere.

    None where there is none within a day: it was left out.
    """
    schedule = entity.schedule
    found = schedule.starts(instant - DAY, instant + DAY) if schedule is not None else []
    return min(found, key=lambda at: abs(at - instant), default=None)


def _recast(
    entity: Job | Window, schedule: RecurringSchedule, texts: Mapping[Path, str]
) -> Job | Window | None:
    """Return an entity with other lines, without reading its file again for each of them."""
    if schedule.kind not in {CRON, ON_CALENDAR}:
        return None
    parse: Callable[[str, Dialect], Recurrence] = cron.parse
    if schedule.kind == ON_CALENDAR:
        from opspolicy.temporal.systemd import on_calendar  # noqa: PLC0415 - for those who use it

        parse = on_calendar.parse
    lines_at = {path[-1] if isinstance(path[-1], int) else 0: text for path, text in texts.items()}
    try:
        variants = tuple(
            tuple(
                parse(lines_at[position], rule.dialect)
                for position, rule in zip(schedule.positions, rules, strict=True)
            )
            for rules in schedule.rules
        )
    except (ScheduleError, KeyError, ValueError):
        return None
    how = Written(schedule.kind, schedule.positions, schedule.delay)
    bounds, adjustment = schedule.bounds, schedule.adjustment
    return entity._replace(
        schedule=RecurringSchedule(variants, schedule.zone, bounds, adjustment, how)
    )


def reread(estate: Estate, entity: Job | Window, source: SourceFile | None) -> Job | Window | None:
    """Return an entity as another text declares it; None where that is wrong in any way."""
    if source is None:
        return None
    made = estate.reread(source)
    wrong = [*made.problems, *made.invalid, *made.missing_zones]
    if len(wrong) > len([*estate.problems, *estate.invalid, *estate.missing_zones]):
        return None
    found = made.entity(entity.ref)
    if not isinstance(found, type(entity)) or found.schedule is None:
        return None
    return found


def _shifted(entity: Job | Window, schedule: RecurringSchedule, shift: int) -> dict[Path, str]:
    """Return what to write where so that every occurrence moves; nothing where that can't be."""
    node = entity.node.find("schedule")
    if node is None:
        return {}
    if schedule.kind in {CRON, ON_CALENDAR}:
        path: Path = ("schedule",)
        if node.is_collection:
            node, path = node.entries[schedule.kind], ("schedule", schedule.kind)
        found: dict[Path, str] = {}
        for at, each in enumerate(node.items if node.is_collection else [node]):
            was = str(each.value)
            is_cron = schedule.kind == CRON
            text = _line(entity, was, shift) if is_cron else _expression(was, shift)
            if text is None or text == was:
                return {}
            found[(*path, at) if node.is_collection else path] = text
        return found
    if schedule.kind in {EVERY, RRULE}:
        return _begun(entity, schedule, shift)
    return {}


def _begun(entity: Job | Window, schedule: RecurringSchedule, shift: int) -> dict[Path, str]:
    """Return what to write where the first start is written; nothing where that can't be."""
    place = ("schedule", "start")
    text = _text(entity, *place)
    try:
        found: dict[Path, str] = {place: written(text, shift)}
    except InstantError:
        return {}
    if schedule.kind == RRULE and shift % DAY:
        was = _text(entity, "schedule", RRULE)
        rule = clock.of_rule(was, text, shift)
        if rule not in {None, was}:
            found["schedule", RRULE] = rule
    return found


def _line(entity: Job | Window, text: str, shift: int) -> str | None:
    for dialect in _dialects(entity):
        found = lines.shifted(text, dialect, shift)
        if found is not None:
            return found
    return None


def _expression(text: str, shift: int) -> str | None:
    from opspolicy.repair import expressions  # noqa: PLC0415 - for those who use systemd

    return expressions.shifted(text, shift)


def _dialects(entity: Job | Window) -> tuple[Dialect, ...]:
    if isinstance(entity, Window):
        return (APPOINTMENT,)
    return CRON_DIALECTS if entity.scheduler is None else (DIALECTS[entity.scheduler],)


def _aside(
    estate: Estate,
    entity: Job | Window,
    schedule: RecurringSchedule,
    starts: Sequence[int],
    within: Between,
) -> Iterator[Move]:
    """Yield moves of one occurrence out of its series, where it is the only one that collides."""
    found = Aside(estate, entity, schedule, starts[0])
    if len(starts) > 1 or not found.is_possible:
        return
    for shift in _within(starts[0], within, step_of(entity)):
        begins = _moved(Moment(found.wall), shift, schedule.zone)
        if begins is None or not within.first <= begins < within.last:
            continue
        alone = found.at(shift)
        if alone is not None:
            yield Move(entity.ref, ASIDE, shift, starts[0], (begins,), *alone)


def rank(move: Move) -> int:
    """Return what a move is ranked by: how far away it is."""
    return distance(move.shift)
