"""Lanes over a time axis, drawn in characters: what happens at the same time, seen at a glance."""

from __future__ import annotations

from opspolicy import encode
from opspolicy.record import NamedTuple
from opspolicy.temporal import zones
from opspolicy.temporal.durations import DAY, HOUR, MINUTE
from opspolicy.temporal.instants import calendar_date, clock, day_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opspolicy.temporal.intervals import IntervalSet
    from opspolicy.temporal.zones import Zone

HOURS, DEMAND, RUN, FREEZE, SUPPORT = "hours", "demand", "run", "freeze", "support"
OUTAGE, INHERITED, DEGRADED = "outage", "inherited", "degraded"
COLLISION, FINDING = "collision", "finding"
"""What a lane shows."""

LEAST_WIDTH, MOST_WIDTH = 30, 200
MOST_LABEL = 28
EDGE = 2
FEW_DAYS, YEAR = 28, 366
MOST_DAYS_OF_CHANGES = 92
"""Over how many days a change of the clocks is worth telling: by the hour it is seen."""


class Kind(NamedTuple):
    """How a lane is filled, in blocks and in plain ASCII, and what that means."""

    block: str
    plain: str
    means: str


KINDS = {
    HOURS: Kind("░", ".", "customers need it"),
    DEMAND: Kind("▒", ":", "customers were sent"),
    RUN: Kind("▬", "=", "a run"),
    OUTAGE: Kind("█", "#", "down"),
    INHERITED: Kind("▓", "%", "down through what it depends on"),
    DEGRADED: Kind("▄", "~", "degraded"),
    FREEZE: Kind("▞", "x", "a freeze"),
    SUPPORT: Kind("▁", "_", "a vendor answers"),
    COLLISION: Kind("▲", "^", "they collide"),
    FINDING: Kind("◆", "*", "what is wrong"),
}

STEPS = (
    1, 5, 15, 30, MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE,
    HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR,
)  # fmt: skip
DAY_STEPS = (1, 7, 28, 364, 3640, 36_400, 364_000)


class Row(NamedTuple):
    """A lane: what it is about, its kind, and when that is."""

    label: str
    kind: str
    when: IntervalSet


class Chart(NamedTuple):
    """What happens in ``[start, end)`` (UTC epoch seconds), told on the clock of a zone."""

    rows: tuple[Row, ...]
    start: int
    end: int
    zone: str


class Tick(NamedTuple):
    """A label, and the column it begins at."""

    column: int
    text: str


class Frame(NamedTuple):
    """A stretch of time laid over so many columns."""

    start: int
    end: int
    columns: int

    def column(self, instant: int) -> int:
        """Return the column an instant lies in."""
        return (instant - self.start) * self.columns // (self.end - self.start)

    def cells(self, start: int, end: int) -> range:
        """Return the columns of a half-open interval: at least one where it meets the stretch."""
        low, high = max(start, self.start), min(end, self.end)
        return range(self.column(low), self.column(high - 1) + 1) if low < high else range(0)


def drawn(chart: Chart, width: int, *, plain: bool = False) -> list[str]:
    """Return the lines of a chart, on the clock of its own zone; the others are as for ``draw``."""
    stretch = (chart.start, chart.end)
    return draw(chart.rows, stretch, zones.zone(chart.zone), width, plain=plain)


def draw(
    rows: Sequence[Row],
    stretch: tuple[int, int],
    zone: Zone,
    width: int,
    *,
    plain: bool = False,
) -> list[str]:
    """Return the lines of a drawing of ``rows`` over ``stretch``, at most ``width`` columns wide.

    ``stretch`` is half-open, in UTC epoch seconds; the axis is on the clock of ``zone``. ``plain``
    draws in ASCII alone. Under 30 columns nothing can be drawn, and it is 30 wide.
    """
    width = min(max(width, LEAST_WIDTH), MOST_WIDTH)
    labels = [label(row.label, min(MOST_LABEL, width // 3), plain=plain) for row in rows]
    margin = max(map(encode.columns, labels), default=0) + EDGE
    frame = Frame(stretch[0], stretch[1], width - margin)
    lines = [f"{' ' * margin}{each}".rstrip() for each in axis(frame, zone, plain=plain)]
    for row, shown in zip(rows, labels, strict=True):
        gap = " " * (margin - encode.columns(shown))
        lines.append(f"{shown}{gap}{lane(row, frame, plain=plain)}".rstrip())
    return [*lines, *legend(rows, frame, zone, width, plain=plain)]


def lane(row: Row, frame: Frame, *, plain: bool = False) -> str:
    """Return the cells of a row: its kind's character where it happens, spaces elsewhere."""
    kind = KINDS[row.kind]
    cells = [" "] * frame.columns
    for start, end in row.when.within(frame.start, frame.end):
        for at in frame.cells(start, end):
            cells[at] = kind.plain if plain else kind.block
    return "".join(cells)


def axis(frame: Frame, zone: Zone, *, plain: bool = False) -> list[str]:
    """Return the axis: a line of days, and a line of times where days are wide enough."""
    mark = "|" if plain else "╷"
    days = _days(frame, zone)
    times = _times(frame, zone, mark)
    if times:
        return [_line(_days_above(frame, days), frame.columns), _line(times, frame.columns)]
    return [_line(_dates(frame, days, mark), frame.columns)]


def labelled(ticks: list[Tick], columns: int) -> str:
    """Return a line of those labels that have room."""
    return _line(_kept(ticks, columns), columns)


def _days(frame: Frame, zone: Zone) -> list[tuple[int, int]]:
    """Return when each local day begins, the first one not before the frame; of many, some."""
    first, last = zone.wall(frame.start) // DAY, zone.wall(frame.end - 1) // DAY
    step = next(each for each in DAY_STEPS if (last - first) // each <= frame.columns)
    begin = first if step == 1 else first + 1
    found = [(zone.instant(day * DAY), day) for day in range(begin, last + 1, step)]
    # Where a zone crosses the date line, a day may be left out.
    return [(max(at, frame.start), day) for at, day in found if zone.wall(at) // DAY == day]


def _dates(frame: Frame, days: list[tuple[int, int]], mark: str) -> list[Tick]:
    """Return the days that have room for a label, equally far apart."""
    best: list[Tick] = []
    spanned = days[-1][1] - days[0][1]
    forms = ("full", "short") if spanned < FEW_DAYS else ("full",) if spanned < YEAR else ("year",)
    for every in range(1, len(days) + 1):
        for form in forms:
            ticks = [
                Tick(frame.column(at), f"{mark}{_dated(day, days[0][1], form)}")
                for at, day in days[::every]
            ]
            kept = _kept(ticks, frame.columns)
            # The first day may have little left, and the last one little begun.
            if len(kept) > 1 and set(ticks[1:-1]) <= set(kept):
                return kept
            best = max(best, kept, key=len)
    return best


def _days_above(frame: Frame, days: list[tuple[int, int]]) -> list[Tick]:
    """Return the days over their times: in short but for the first, where not all fit in full."""
    first = days[0][1]
    for form in ("full", "short"):
        # Of the first there may be too little to be told, and in short no room for its year.
        new = first if form == "full" else first - 1
        ticks = [
            Tick(frame.column(at), _dated(day, new, form if day > first + 1 else "full"))
            for at, day in days
        ]
        kept = _kept(ticks, frame.columns)
        if set(ticks[1:-1]) <= set(kept):
            break
    return kept


def _times(frame: Frame, zone: Zone, mark: str) -> list[Tick]:
    """Return the times of day to label, none where not even noon has room."""
    for step in STEPS:
        if (frame.end - frame.start) // step > frame.columns:
            continue
        ticks = [
            Tick(frame.column(wall - each.offset), f"{mark}{_time(wall, step)}")
            for each in zone.segments(frame.start, frame.end)
            for low in [max(each.start, frame.start) + each.offset]
            for wall in range(-(-low // step) * step, min(each.end, frame.end) + each.offset, step)
        ]
        kept = _kept(ticks, frame.columns)
        # At the edges a label may have no room.
        if kept and set(ticks[1:-1]) <= set(kept):
            return kept
    return []


def _kept(ticks: list[Tick], columns: int, gap: int = 1) -> list[Tick]:
    """Return the ticks that have room for their labels, ``gap`` columns apart."""
    kept: list[Tick] = []
    for at, tick in enumerate(ticks):
        free = kept[-1].column + len(kept[-1].text) + gap if kept else 0
        # What lies at the left edge only because it began before it gives way to what begins there.
        later = ticks[at + 1].column if at + 1 < len(ticks) else columns
        crowded = at == 0 and tick.column + len(tick.text) + gap > later
        if tick.column >= free and tick.column + len(tick.text) <= columns and not crowded:
            kept.append(tick)
    return kept


def _line(ticks: list[Tick], columns: int) -> str:
    line = ""
    for tick in ticks:
        line = f"{line:<{tick.column}}{tick.text}"
    return line[:columns]


def _dated(day: int, first: int, form: str) -> str:
    """Return `Sat 9 Oct`, `Sat 9` or `9 Oct 2027`; the first has its year where that is new."""
    weekday, number, month, year = day_words(day).split(" ")
    if form != "full":
        return f"{weekday} {number}" if form == "short" else f"{number} {month} {year}"
    is_new = day == first or (calendar_date(day).month, calendar_date(day).day) == (1, 1)
    return f"{weekday} {number} {month}" + (f" {year}" if is_new else "")


def _time(wall: int, step: int) -> str:
    shown = clock(wall, with_date=False)
    return shown if step % HOUR else shown[:2]


def legend(
    rows: Sequence[Row], frame: Frame, zone: Zone, width: int, *, plain: bool
) -> Iterator[str]:
    """Yield what each kind that is drawn stands for, and where the clocks change."""
    drawn = dict.fromkeys(
        row.kind for row in rows if row.when.within(frame.start, frame.end)
    )  # as they are met
    keys = [(KINDS[kind].plain if plain else KINDS[kind].block, kind) for kind in drawn]
    told = [f"{key} {KINDS[kind].means}" for key, kind in keys]
    is_short = frame.end - frame.start <= MOST_DAYS_OF_CHANGES * DAY
    for change in zone.changes(frame.start, frame.end) if is_short else ():
        verb = "back" if change.offset < change.before else "forward"
        then = clock(change.start + change.before)
        told.append(f"the clocks go {verb} on {then}")
    line = ""
    for each in told:
        if line and len(line) + 3 + len(each) > width:
            yield from encode.wrap(line, width)
            line = ""
        line = f"{line}   {each}" if line else each
    yield from encode.wrap(line, width)


def label(text: str, most: int, *, plain: bool) -> str:
    """Return a label that is safe to print and at most so many columns wide."""
    shown = encode.terminal(text)
    if plain:
        shown = shown.encode("ascii", "replace").decode("ascii")
    if encode.columns(shown) <= most:
        return shown
    end = "~" if plain else "…"
    while encode.columns(shown) > most - 1:
        shown = shown[:-1]
    return shown + end


__all__ = [
    "COLLISION", "DEGRADED", "DEMAND", "FINDING", "FREEZE", "HOURS", "INHERITED", "KINDS",
    "OUTAGE", "RUN", "SUPPORT", "Frame", "Kind", "Row", "axis", "draw", "lane",
]  # fmt: skip
