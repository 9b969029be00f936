"""Two teams work at the same time on what depends on each other.

## What it does
Reports two maintenance windows of different owners that are under way at the same time, on one
service, or on two of which one depends on the other, over any number of hops, softly or in a
redundancy group too. What a window slows down counts as well as what it takes down. Two
that know of each other are in order: one of them has the other's owner in its `approved_by`.

## Why
When something doesn't come back, nobody knows whose change it was, and who rolls back takes the
other one's work with it. Two teams that know of each other share one outage, or agree who goes
first.

## Example
```yaml
defaults: {timezone: Europe/Paris}
services:
  payroll: {owner: hr, depends_on: [database]}
  database: {owner: platform}
maintenance_windows:
  payroll-release:
    owner: hr
    takes_down: [payroll]
    start: 2027-10-09T22:00
    duration: 4h
  database-patch:
    owner: platform
    takes_down: [database]
    start: 2027-10-10T01:00
    duration: 2h
```

## Use instead
```yaml
defaults: {timezone: Europe/Paris}
services:
  payroll: {owner: hr, depends_on: [database]}
  database: {owner: platform}
maintenance_windows:
  payroll-release:
    owner: hr
    takes_down: [payroll]
    start: 2027-10-09T22:00
    duration: 3h
  database-patch:
    owner: platform
    takes_down: [database]
    start: 2027-10-10T01:00
    duration: 2h
```
"""

from __future__ import annotations

from opspolicy.estate import places
from opspolicy.phrases import some
from opspolicy.record import NamedTuple
from opspolicy.rules.base import INFO, Rule, Violation, World
from opspolicy.rules.collisions import MOST_HIT, MOST_NAMED, cause_note, hop_notes
from opspolicy.rules.wording import name, when
from opspolicy.source.span import Note
from opspolicy.temporal.intervals import IntervalSet, k_of_n, union

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from opspolicy.estate.declarations import Window
    from opspolicy.estate.graph import DependencyGraph

    Path = tuple[str, ...]

MOST_TOLD = 20
"""How many pairs are told one by one."""

MOST_HOPS = 16
"""How many hops of a path are pointed at."""

MOST_WORK = 50_000
"""How many services and pairs are looked at one by one."""


class Meeting(NamedTuple):
    """Two windows that are under way at once: ``upper`` on what needs what ``lower`` is on.

    ``path`` goes from the one service to the other; it is one service where both are on it.
    """

    upper: Window
    lower: Window
    path: Path
    when: IntervalSet

    @property
    def subject(self) -> str:
        """The service that both matter to."""
        return f"service/{self.path[0]}"


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each two windows that collide; of very many, one for the rest."""
    search = _Search(world)
    found = list(search.meetings())
    for each in found[:MOST_TOLD]:
        yield _violation(world, each)
    rest = {window.ref: window for each in found[MOST_TOLD:] for window in (each.upper, each.lower)}
    if search.is_exhausted:
        rest |= {window.ref: window for window in search.windows}
    if rest:
        yield _crowd(world, search, [rest[ref] for ref in sorted(rest)])


class _Search:
    """Looks for windows that meet, as far as that is affordable."""

    def __init__(self, world: World) -> None:
        """Take the windows that are under way while another one is."""
        self.timeline = world.timeline
        self.graph: DependencyGraph = world.estate.graph
        causes = world.timeline.causes
        owned = [
            each
            for _, each in sorted(world.estate.windows.items())
            if each.owner is not None and each.ref in causes and self.hits(each)
        ]
        self.windows: list[Window] = []
        self.twice = IntervalSet()
        if len({each.owner for each in owned}) > 1:
            # Windows by one schedule share one set, all of which they are under way together.
            known: dict[int, IntervalSet] = {}
            shared: dict[int, IntervalSet] = {}
            for each in owned:
                times = causes[each.ref].when
                (shared if id(times) in known else known)[id(times)] = times
            self.twice = union([k_of_n([*known.values()], 2), *shared.values()])
            self.windows = [each for each in owned if causes[each.ref].when & self.twice]
        self._left = MOST_WORK
        self._on: dict[str, list[Window]] = {}
        for window in self.windows:
            for hit in self.hits(window):
                self._on.setdefault(hit, []).append(window)

    @property
    def is_exhausted(self) -> bool:
        """Whether there was more to look at than can be."""
        return self._left < 0

    def hits(self, window: Window) -> list[str]:
        """Return the services that a window is on."""
        named = dict.fromkeys([*window.takes_down, *window.degrades])
        return [each for each in named if each in self.graph.services]

    def meetings(self) -> Iterator[Meeting]:
        """Yield each two windows of different owners that meet, once."""
        seen: set[frozenset[str]] = set()
        for upper in self.windows:
            for hit in self.hits(upper):
                for path in self._ways(hit):
                    for lower in self._on.get(path[-1], ()):
                        self._left -= 1
                        pair = frozenset((upper.name, lower.name))
                        if self.is_exhausted:
                            return
                        if pair in seen or _is_agreed(upper, lower):
                            continue
                        causes = self.timeline.causes
                        both = causes[upper.ref].when & causes[lower.ref].when
                        both = self.timeline.in_judgement(both)
                        if both:
                            seen.add(pair)
                            yield Meeting(upper, lower, path, both)

    def _ways(self, service: str) -> Iterator[Path]:
        """Yield a shortest way from a service to itself, and to each that it depends on."""
        came_from: dict[str, str | None] = {service: None}
        queue = [service]
        for at in queue:
            self._left -= 1
            if self.is_exhausted:
                return
            if at in self._on:
                path, step = [at], came_from[at]
                while step is not None:
                    path.append(step)
                    step = came_from[step]
                yield tuple(reversed(path))
            for needed in self.graph.needs(at, soft=True):
                if needed not in came_from:
                    came_from[needed] = at
                    queue.append(needed)


def _is_agreed(one: Window, other: Window) -> bool:
    """Whether two windows are one team's, or one team has agreed to what the other does."""
    agreed = (*one.plan.approved_by, *other.plan.approved_by)
    return one.owner == other.owner or one.owner in agreed or other.owner in agreed


def _violation(world: World, meeting: Meeting) -> Violation:
    estate = world.estate
    upper, lower, path = meeting.upper, meeting.lower, meeting.path
    zone = estate.zone_of(meeting.subject)
    chain = tuple(f"service/{each}" for each in path)
    start = meeting.when.start
    (first, second) = (
        cause_note(estate, each.ref, start, degraded=True) for each in (upper, lower)
    )
    ways = {upper.ref: chain[:1], lower.ref: chain}
    causes = tuple(sorted(ways))
    return Violation(
        f"{_who(upper)} and {_who(lower)} work at the same time {_where(path)},"
        f" {when(meeting.when, zone)}",
        first,
        tuple(dict.fromkeys([second, *hop_notes(estate, chain[:MOST_HOPS])])),
        subjects=(meeting.subject,),
        causes=causes,
        paths=tuple(ways[ref] for ref in causes),
        occurrences=meeting.when,
        hint=(
            f"move {name(upper.ref)} or {name(lower.ref)}; or have `{upper.owner}` and"
            f" `{lower.owner}` agree who goes first, and write the other's name in `approved_by`"
        ),
    )


def _who(window: Window) -> str:
    return f"`{window.owner}` (maintenance window `{window.name}`)"


def _where(path: Path) -> str:
    """Return what the two work on."""
    shown = [f"`{each}`" for each in path]
    if len(shown) == 1:
        return f"on {shown[0]}"
    over = f", over {some(shown[1:-1], MOST_HIT)}" if shown[1:-1] else ""
    return f"on {shown[0]} and on {shown[-1]}, on which it depends{over}"


def _crowd(world: World, search: _Search, windows: Sequence[Window]) -> Violation:
    """Return what is said of all that are too many to tell one by one."""
    causes = [world.timeline.causes[each.ref] for each in windows]
    occurrences = world.timeline.in_judgement(union(each.when for each in causes) & search.twice)
    hits = [search.hits(each)[0] for each in windows]
    shown = ", ".join(f"`{each.name}`" for each in windows[:MOST_NAMED])
    dots = ", …" if len(windows) > MOST_NAMED else ""
    subject = f"service/{min(hits)}"
    zone = world.estate.zone_of(subject)
    notes = [
        Note(places.start_of(each, occurrences.start), "at the same time as others")
        for each in windows[:MOST_NAMED]
    ]
    return Violation(
        f"{len(windows):,} maintenance windows of several teams are under way at the same time,"
        f" more than are told one by one, {when(occurrences, zone)}: {shown}{dots}",
        notes[0],
        tuple(notes[1:]),
        subjects=(subject,),
        causes=tuple(each.ref for each in windows),
        causes_truncated=True,
        paths=tuple((f"service/{hit}",) for hit in hits),
        occurrences=occurrences,
        hint="have one calendar for them, and who plans next look at it first",
    )


RULE = Rule("OPS308", "colliding-maintenance", INFO, __doc__, check)
