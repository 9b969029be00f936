"""Why a collision starts only later: what changes on that day, shown by what would be without it.

Said is only what is proven. The parties have been at work before, in the judged time and without
colliding; and had the clocks not changed, the day not been a holiday or the run not moved, they
wouldn't collide on the day they first do. Where nothing of the kind alone suffices, nothing is
said.
"""

from __future__ import annotations

from opspolicy.estate.declarations import Job, Window
from opspolicy.record import NamedTuple
from opspolicy.rules.collisions import length
from opspolicy.rules.wording import listing, name
from opspolicy.temporal.calendars import ALWAYS, NEVER, BusinessHours, ScheduledHours
from opspolicy.temporal.durations import DAY
from opspolicy.temporal.instants import day_words
from opspolicy.temporal.intervals import NOTHING, IntervalSet, union
from opspolicy.temporal.what_if import (
    BusinessDay,
    Otherwise,
    OtherZones,
    UsualDays,
    changed_before,
    without_change,
)
from opspolicy.timeline.freezes import lasting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.rules.base import World
    from opspolicy.rules.collisions import Collision
    from opspolicy.temporal.schedules import Schedule
    from opspolicy.temporal.zones import Segment, Zone

MOST_WORK = 4_000_000
"""How many starts may be looked at again in one run, to tell why collisions start late."""

A_LOOK = 25
"""What asking a schedule costs, in starts."""

LOOKS_BACK = (7 * DAY, 35 * DAY, 400 * DAY, 6 * 366 * DAY)
"""How far back to look, further each time: mostly what happens again has happened last week."""

MOST_DAYS = 31
"""Of how many days of one occurrence the opening hours are looked at."""

AS_IT_IS = Otherwise()


class Party(NamedTuple):
    """A job or window whose occurrences have to meet: when it starts, and what counts then.

    ``spans`` are from and to, in seconds after a start. ``agreed`` leaves out starts on which
    dialects differ.
    """

    ref: str
    schedule: Schedule
    spans: tuple[tuple[int, int], ...]
    agreed: bool = False


class _TooMuch(Exception):  # noqa: N818 - nothing is wrong, it only isn't told
    """All the work that may be done for this is done."""


def drift(world: World, collision: Collision) -> str | None:
    """Return why a collision starts only later.

    None when it starts at once, when nothing that would explain it can be proven, and when so much
    has been looked at in this run that more would take too long.
    """
    if world.timeline.looked_back > MOST_WORK:
        return None
    horizon = world.timeline.horizon
    # What lies between the horizon and a one-off far ahead isn't judged, so not known to be clear.
    is_later = horizon.as_of < collision.occurrences.start < horizon.until
    parties = _parties(world, collision)
    if collision.cut_set.truncated or not is_later or parties is None:
        return None
    try:
        meeting = _Meeting(world, collision, parties)
        if not meeting.recurs() or meeting.is_masked():
            return None
        return meeting.unusual_day() or meeting.moved_run() or meeting.clock_change()
    except _TooMuch:
        return None


def _parties(world: World, collision: Collision) -> list[Party] | None:
    """Return who has to meet; None where one happens only once, or nothing has to meet."""
    if collision.untold:
        return None
    parties: list[Party] = []
    for ref in collision.cut_set.causes:
        cause = world.estate.entity(ref)
        if not isinstance(cause, Job | Window) or cause.schedule is None:
            return None
        if isinstance(cause, Job) and world.timeline.is_moved(cause):
            # What it meets decides when it runs, and no clock.
            return None
        late = cause.late if isinstance(cause, Job) else 0
        parties.append(Party(ref, cause.schedule, ((late, late + length(cause)),)))
    job = collision.job
    if job is not None and world.timeline.is_moved(job):
        return None
    if job is not None and job.schedule is not None:
        spans = tuple(job.comes(each) for each in collision.demands)
        runs = ((job.late, job.longest),)
        parties.append(Party(job.ref, job.schedule, spans or runs, agreed=not spans))
    freeze = collision.freeze
    if freeze is not None:
        if freeze.schedule is None:
            return None
        parties.append(Party(freeze.ref, freeze.schedule, ((0, lasting(freeze)),)))
    return parties


class _Meeting:
    """The parties of a collision, and when they would meet under which circumstances."""

    def __init__(self, world: World, collision: Collision, parties: list[Party]) -> None:
        self.timeline = world.timeline
        self.service = collision.service
        self.causes = collision.cut_set.causes
        self.start = world.timeline.horizon.as_of
        self.first, self.end = next(iter(collision.occurrences))
        self.occurrence = IntervalSet([(self.first, self.end)])
        vendor = collision.vendor
        business, maintenance = self.service.business_hours, self.service.maintenance_hours
        self.names = (business, vendor.support_hours if vendor is not None else maintenance)
        at_any_time = collision.unpermitted or vendor is not None
        hours = [
            ALWAYS if at_any_time else world.estate.business_hours(self.service),
            world.estate.maintenance_hours(self.service)
            if vendor is None
            else world.estate.hours(vendor.support_hours) or NEVER,
        ]
        self.hours = hours if collision.job is None and collision.freeze is None else []
        self.maskable = collision.degraded
        # Who starts seldom leaves the others little to be looked at.
        week = IntervalSet([(self.first - 7 * DAY, self.first + 7 * DAY)])
        self.parties = sorted(parties, key=lambda party: len(self._starts(party, week, AS_IT_IS)))
        self.involved = {party.ref: self._covering(party) for party in parties}

    # What happens, and what would -------------------------------------------------------------

    def _starts(self, party: Party, when: IntervalSet, what: Otherwise) -> list[int]:
        schedule = what.schedule(party.ref, party.schedule)
        look = schedule.agreed_starts if party.agreed else schedule.starts
        found: list[int] = []
        for start, end in when:
            found += look(start, end)
            self.timeline.looked_back += A_LOOK
        self.timeline.looked_back += len(found)
        if self.timeline.looked_back > MOST_WORK:
            raise _TooMuch
        return found

    def _covering(self, party: Party) -> list[int]:
        """Return the starts of a party that count at the first instant of the collision."""
        at = self.first
        return sorted(
            start
            for begins, ends in party.spans
            for start in self._starts(
                party, IntervalSet([(at - ends + 1, at - begins + 1)]), AS_IT_IS
            )
        )

    def meet(self, when: IntervalSet, what: Otherwise, slack: int = 0) -> IntervalSet:
        """Return the part of ``when`` in which all would meet, each ``slack`` seconds off."""
        for party in self.parties:
            pairs = [
                (at + begins - slack, at + ends + slack)
                for begins, ends in party.spans
                for at in self._starts(party, when.grown(ends + slack - 1, slack - begins), what)
            ]
            when = when & IntervalSet(pairs)
            if not when:
                return when
        if self.hours:
            business, maintenance = map(what.hours, self.hours)
            near = when.grown(slack, slack)
            needed = business.during(near) - maintenance.during(near)
            when = when & (needed.grown(slack, slack) if slack else needed)
        return when

    def met_before(self, until: int, what: Otherwise, slack: int = 0) -> bool:
        """Whether all would have met in the judged time before ``until``, each ``slack`` off."""
        return any(self.meet(IntervalSet([each]), what, slack) for each in self._back(until))

    def collided_before(self, until: int, what: Otherwise, shift: int) -> bool:
        """Whether all would have met before ``until`` and it would surely have counted.

        ``shift`` is by how much at most anything starts earlier or later than it does.
        """
        masks = self._masks().grown(shift, shift)
        return any(self.meet(IntervalSet([each]), what) - masks for each in self._back(until))

    def _masks(self) -> IntervalSet:
        """Return the time at which other causes may take down what is at least degraded here.

        What is down isn't degraded, and a group that has failed has no spare to lose.
        """
        if not self.maskable:
            return NOTHING
        below = self.timeline.estate.graph.below([self.service.name]).services
        return union(
            cause.when
            for cause in self.timeline.causes.values()
            if cause.ref not in self.causes and not below.keys().isdisjoint(cause.takes_down)
        )

    def _back(self, until: int) -> Iterator[tuple[int, int]]:
        """Yield the judged time before ``until``, the latest first."""
        high = until
        for reach in LOOKS_BACK:
            low = max(until - reach, self.start)
            if low < high:
                yield low, high
            high = low

    def recurs(self) -> bool:
        """Whether each party has started before, in the judged time."""
        return all(
            involved
            and any(
                self._starts(party, IntervalSet([each]), AS_IT_IS)
                for each in self._back(involved[0])
            )
            for party in self.parties
            for involved in [self.involved[party.ref]]
        )

    def is_masked(self) -> bool:
        """Whether the parties have met before, and it only didn't count."""
        if not self.maskable:
            return False
        when = IntervalSet([(self.start, self.first)])
        for ref in self.causes:
            when = when & self.timeline.causes[ref].when
        return bool(self.timeline.needed(self.service, when))

    # Reasons ------------------------------------------------------------------------------------

    def unusual_day(self) -> str | None:
        """Return the holiday, or the exception, without which they wouldn't collide."""
        for hours, calendar in zip(self.hours, self.names, strict=False):
            if not isinstance(hours, BusinessHours):
                continue
            # An opening belongs to the day it starts on, and may last into the next.
            first = hours.zone.wall(self.first) // DAY - 1
            last = min(hours.zone.wall(self.end - 1) // DAY + 1, first + MOST_DAYS)
            days = [day for day in range(first, last) if not hours.is_usual(day)]
            alone = [[day] for day in days]
            for some in [*alone, days] if len(days) > 1 else alone:
                if not self.meet(self.occurrence, UsualDays(hours, some)):
                    return f"from {day_words(some[0])}, {_unusual(hours, some[0], calendar)}"
        return None

    def moved_run(self) -> str | None:
        """Return the day off that a run has been moved from, and but for that wouldn't collide."""
        for party in self.parties:
            adjustment = party.schedule.adjustment
            if adjustment is None or not adjustment.shift:
                continue
            zone = party.schedule.zone
            for day in dict.fromkeys(zone.wall(at) // DAY for at in self.involved[party.ref]):
                low, high = adjustment.reach(day, day + 1)
                # The farthest first: nearer ones would stop a run that comes from farther away.
                others = range(low, day) if adjustment.shift == "next" else range(high - 1, day, -1)
                for other in others:
                    if not self.meet(self.occurrence, BusinessDay(party.ref, other)):
                        on = "on" if zone.wall(self.first) // DAY == day else "from"
                        run = "the run of " if party.ref.startswith("job/") else ""
                        return (
                            f"{on} {day_words(day)}, as {run}{name(party.ref)} moves there from"
                            f" {day_words(other)}, which is no business day"
                        )
        return None

    def clock_change(self) -> str | None:
        """Return the change of the clocks without which they wouldn't collide."""
        zones = [party.schedule.zone for party in self.parties]
        by_the_clock = (BusinessHours, ScheduledHours)
        zones += [each.zone for each in self.hours if isinstance(each, by_the_clock)]
        # What a change repeats can collide up to a day before it.
        changes = [
            (change.start, zone, change)
            for zone in dict.fromkeys(zones)
            for change in zone.changes(self.start, self.first + DAY)[-2:]
        ]
        for instant in sorted({at for at, _, _ in changes}, reverse=True):
            at_once = [(zone, change) for at, zone, change in changes if at == instant]
            alone = [[each] for each in at_once]
            for some in [*alone, at_once] if len(at_once) > 1 else alone:
                found = self._by_change(instant, some)
                if found:
                    return found
        return None

    def _by_change(self, instant: int, changes: list[tuple[Zone, Segment]]) -> str | None:
        """Return what there is to say of a change of the clocks of some zones at ``instant``."""
        (zone, change), *_ = changes
        day = (instant + change.offset) // DAY
        if zone.wall(self.first) // DAY < day:
            return None
        shift = max(abs(each.offset - each.before) for _, each in changes)
        # Without the change, what meets here starts as much earlier or later.
        around = IntervalSet([(self.first - shift, self.end + shift)])
        unchanged = OtherZones({zone.key: without_change(zone, each) for zone, each in changes})
        if self.meet(around, unchanged):
            return None
        places = listing(sorted(zone.key for zone, _ in changes))
        when = f"{day_words(day)}, when the clocks change in {places}"
        before = min(instant, min(min(each) for each in self.involved.values()) - shift)
        changed = OtherZones({zone.key: changed_before(zone, each) for zone, each in changes})
        # They have met before: by these clocks they would have collided then.
        if self.collided_before(before, changed, shift):
            return f"clear until {when}"
        # Only in the hours around the change; they have come as close before.
        only_then = abs(self.first - instant) <= DAY and not self.meet(around, changed)
        if only_then and self.met_before(before, AS_IT_IS, shift):
            return f"on {when}"
        return None


def _unusual(hours: BusinessHours, day: int, calendar: str | None) -> str:
    if day in hours.exceptions:
        return f"an exception of calendar `{calendar}`"
    holiday = hours.holiday(day)
    if holiday:
        return f"a holiday ({holiday})"
    return f"when calendar `{calendar}` keeps hours that it doesn't keep all year"
