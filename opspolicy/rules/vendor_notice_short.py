"""A vendor has announced its maintenance later than it has to, or nobody wrote when.

## What it does
Looks at each maintenance window that names its `vendor`, where that vendor declares
`maintenance_notice`, and reports a window that was `announced` later than that before it starts,
and one of which nobody wrote when it was announced. Both are days on the calendar of the window: of
an announcement only the day is known, so a notice of `10d` is kept by what is announced ten days
before, and a part of a day counts as a whole one. With the option `required: true`, which the pack
`strict` sets, a vendor with windows has to declare `maintenance_notice`.

## Why
Customers can't be told in time of what nobody has told us, and a date that reaches us late is late
for everybody after us. A promise that nobody holds against the calendar isn't kept for long.

## Example
```yaml
defaults: {owner: shop, timezone: Europe/Paris}
vendors:
  acme-payments: {contact: support@acme.example, maintenance_notice: 10d}
services:
  payments: {vendor: acme-payments}
maintenance_windows:
  acme-upgrade:
    vendor: acme-payments
    announced: 2027-10-05
    takes_down: [payments]
    start: 2027-10-09T02:00
    duration: 2h
```

## Use instead
```yaml
defaults: {owner: shop, timezone: Europe/Paris}
vendors:
  acme-payments: {contact: support@acme.example, maintenance_notice: 10d}
services:
  payments: {vendor: acme-payments}
maintenance_windows:
  acme-upgrade:
    vendor: acme-payments
    announced: 2027-10-05
    takes_down: [payments]
    start: 2027-10-16T02:00
    duration: 2h
```
"""

from __future__ import annotations

from opspolicy.record import NamedTuple
from opspolicy.rules import vendors
from opspolicy.rules.base import WARNING, Rule, Violation, World
from opspolicy.rules.collisions import length
from opspolicy.rules.wording import at, count, full, when
from opspolicy.source.span import Note
from opspolicy.temporal import zones
from opspolicy.temporal.durations import DAY, LONGEST
from opspolicy.temporal.instants import calendar_date, day_words
from opspolicy.temporal.intervals import IntervalSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.estate.declarations import Service, Vendor, Window
    from opspolicy.rules.base import Measure

UNANNOUNCED = LONGEST
"""What is later than anything that is announced."""


class Notice(NamedTuple):
    """What a vendor has to announce ``days`` before, and when it did: days since 1970-01-01.

    ``starts`` are those of the window, on the clock of the zone.
    """

    vendor: Vendor
    window: Window
    days: int
    zone: str
    starts: tuple[int, ...]

    @property
    def short(self) -> list[int]:
        """The starts that were announced too late, or nobody knows when."""
        return [start for start in self.starts if self.before(start) < self.days]

    def before(self, start: int) -> int:
        """Return how many days before a start it was announced; of what isn't known, none."""
        if self.window.announced is None:
            return -UNANNOUNCED // DAY
        return self.day(start) - self.window.announced

    def day(self, start: int) -> int:
        """Return the day on which a window starts, since 1970-01-01."""
        return zones.zone(self.zone).wall(start) // DAY


def notices(world: World) -> Iterator[Notice]:
    """Yield what is to be announced by the vendors that declare how long before."""
    estate = world.estate
    for name, found in sorted(vendors.windows(estate).items()):
        vendor = estate.vendors[name]
        if vendor.maintenance_notice is None:
            continue
        days = -(-vendor.maintenance_notice // DAY)
        for window in found:
            starts = vendors.starts(window, world.timeline.judged)
            if starts:
                zone = estate.zone_of(window.ref)
                yield Notice(vendor, window, days, zone, tuple(starts))


def check(world: World, options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each window that was announced too late, or nobody knows when."""
    if not world.estate.vendors:
        return
    if options.get(vendors.REQUIRED):
        yield from _undeclared(world)
    for notice in notices(world):
        if notice.short:
            yield _violation(world, notice)


def _undeclared(world: World) -> Iterator[Violation]:
    """Yield a violation for each vendor with windows that doesn't say how long before."""
    estate = world.estate
    run, planned = vendors.services(estate), vendors.windows(estate)
    for name, vendor in sorted(estate.vendors.items()):
        if vendor.maintenance_notice is None and planned[name]:
            yield _missing(vendor, run[name], planned[name])


def _missing(vendor: Vendor, run: list[Service], planned: list[Window]) -> Violation:
    first = planned[0]
    many = count(len(planned), "maintenance window")
    return Violation(
        f"nobody wrote how long before its maintenance {full(vendor.ref)}{vendors.runs(run)} has to"
        f" announce it, and it has announced {many}",
        Note(vendor.node.place, "it declares no `maintenance_notice`"),
        (Note(first.node.at("vendor"), f"`{first.name}` is maintenance of it"),),
        subjects=(vendor.ref,),
        hint=(
            f"agree on it with {vendors.reached(vendor)}, and write `maintenance_notice: 10d` or"
            " what it agrees to"
        ),
        answering=vendors.owners(run, planned),
    )


def _violation(world: World, notice: Notice) -> Violation:
    estate, vendor, window = world.estate, notice.vendor, notice.window
    short = notice.short
    occurrences = world.timeline.in_judgement(IntervalSet.of_runs(short, length(window)))
    subjects, causes, paths = vendors.parties(estate, vendor, window)
    days = count(notice.days, "day")
    asked = f"`{vendor.name}` has to announce its maintenance {days} before"
    place = Note(window.node.place, "nothing says when it was `announced`")
    if window.announced is not None:
        place = Note(window.node.at("announced"), _ahead(notice, short[0]))
    return Violation(
        _said(notice, short, occurrences),
        place,
        (
            vendors.start_note(estate, window, short[0]),
            Note(vendor.node.at("maintenance_notice"), asked),
        ),
        subjects=subjects,
        causes=causes,
        paths=paths,
        occurrences=occurrences,
        hint=_hint(notice, short),
        measure=_measure(notice, short, occurrences),
        answering=tuple(filter(None, (window.owner,))),
    )


def _said(notice: Notice, short: list[int], occurrences: IntervalSet) -> str:
    """Return who has announced what when, and should have when."""
    vendor, window, zone = full(notice.vendor.ref), full(notice.window.ref), notice.zone
    days = count(notice.days, "day")
    if notice.window.announced is None:
        return (
            f"nobody wrote when {vendor} announced {window}, which it has to {days} before it"
            f" starts, {when(occurrences, zone)}"
        )
    by = day_words(notice.day(short[0]) - notice.days)
    more = f"; so it is {len(short):,} times" if len(short) > 1 else ""
    return (
        f"{vendor} announced {window}, which starts on {at(short[0], zone)},"
        f" {_ahead(notice, short[0])}, on {day_words(notice.window.announced)}; it has to {days}"
        f" before, by {by}{more}"
    )


def _ahead(notice: Notice, start: int) -> str:
    """Return how long before a start it was announced, or after it."""
    days = notice.before(start)
    if days > 0:
        return f"{count(days, 'day')} before"
    return "on the day itself" if days == 0 else f"{count(-days, 'day')} after"


def _hint(notice: Notice, short: list[int]) -> str:
    """Return what to do: write the date, or have the vendor wait as long as it has to."""
    vendor, window = notice.vendor, notice.window
    by = calendar_date(notice.day(short[0]) - notice.days).isoformat()
    if window.announced is None:
        return (
            f"write the day on which {vendors.reached(vendor)} announced it, `announced: {by}` or"
            " earlier where it kept to that"
        )
    first = day_words(window.announced + notice.days)
    return (
        f"have {vendors.reached(vendor)} move it to {first} or later; where it was announced"
        f" earlier, correct `announced` to {by} or before"
    )


def _measure(notice: Notice, short: list[int], occurrences: IntervalSet) -> Measure:
    """Return by how much each occurrence is late: of several in one, the latest announced."""
    found: list[tuple[int, int]] = []
    for start, end in occurrences:
        late = [-notice.before(each) * DAY for each in short if start <= each < end]
        found.append((start, max(late)))
    return tuple(found)


RULE = Rule(
    "OPS703",
    "vendor-notice-short",
    WARNING,
    __doc__,
    check,
    options=vendors.OPTIONS,
)
