"""How available services are, as planned: by calendar month, of all time and of business hours."""

from __future__ import annotations

from opspolicy.dates import date
from opspolicy.record import NamedTuple
from opspolicy.temporal import zones
from opspolicy.temporal.durations import DAY
from opspolicy.temporal.instants import calendar_date
from opspolicy.temporal.intervals import IntervalSet
from opspolicy.temporal.tzif import EPOCH_ORDINAL
from opspolicy.timeline.unknown import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opspolicy.estate.declarations import Service
    from opspolicy.temporal.zones import Zone
    from opspolicy.timeline.timeline import Timeline

WHOLE = 10_000
"""All of it, in hundredths of a percent."""

DECEMBER = 12


class Share(NamedTuple):
    """So many ``seconds``, in ``down`` of which a service is down."""

    seconds: int
    down: int

    @property
    def hundredths(self) -> int | None:
        """How much of it the service is up, in hundredths of a percent; None of no time at all.

        Rounded down, so that it is all of it only where there is no downtime.
        """
        if not self.seconds:
            return None
        return WHOLE * (self.seconds - self.down) // self.seconds


class Month(NamedTuple):
    """A calendar month, as far as it was looked at: from ``start`` to ``end``, in epoch seconds.

    ``begins`` and ``ends`` are where it begins and ends on the clock of the zone.
    """

    year: int
    number: int
    begins: int
    ends: int
    start: int
    end: int

    @property
    def is_whole(self) -> bool:
        """Whether all of it was looked at."""
        return (self.start, self.end) == (self.begins, self.ends)


class OfMonth(NamedTuple):
    """A month with its share of all time, and of business hours."""

    month: Month
    time: Share
    open: Share


class Availability(NamedTuple):
    """How available a service is over the horizon, as planned.

    ``zone`` is the key of the zone whose months they are. Of what happens at a time that nobody
    knows, ``unknown`` names what may take it down, and ``hours`` what decides its business hours:
    with any of these the downtime is the least there is, and no share is known.
    """

    service: Service
    zone: str
    time: Share
    open: Share
    months: tuple[OfMonth, ...]
    unknown: tuple[str, ...] = ()
    hours: tuple[str, ...] = ()

    @property
    def of_time(self) -> int | None:
        """Of all time, in hundredths of a percent; None where that isn't known."""
        return None if self.unknown else self.time.hundredths

    @property
    def of_hours(self) -> int | None:
        """Of business hours, in hundredths of a percent; None where unknown or without any."""
        return None if self.unknown or self.hours else self.open.hundredths


class Projection:
    """The availability of services over the horizon of a timeline."""

    def __init__(self, timeline: Timeline, lost: Iterable[str] = ()) -> None:
        """Look at ``timeline``, each service when it is asked for.

        ``lost`` are references of what couldn't be read at all, such as files.
        """
        self._timeline = timeline
        horizon = timeline.horizon
        self._when = IntervalSet([(horizon.as_of, horizon.until)])
        self._unknown = Unknown(timeline, lost)
        # Hundreds of services keep the hours of one calendar, in the zone of that.
        self._open: dict[tuple[str | None, bool], IntervalSet] = {}
        self._months: dict[str, tuple[Month, ...]] = {}
        self._open_in: dict[tuple[str | None, bool, str], list[int]] = {}

    def all(self) -> Iterator[Availability]:
        """Yield that of each service that customers meet, by name."""
        for _, service in sorted(self._timeline.estate.services.items()):
            if service.customer_facing:
                yield self.of(service)

    def of(self, service: Service) -> Availability:
        """Return how available a service is.

        Business hours are all of them, also those in which outages are permitted: customers come
        whether or not it was agreed that nobody should.
        """
        estate, horizon = self._timeline.estate, self._timeline.horizon
        zone = estate.zone_of(service.ref)
        if zone not in self._months:
            found = months(horizon.as_of, horizon.until, zones.zone(zone))
            self._months[zone] = tuple(found)
        key = (service.business_hours, service.customer_facing)
        if key not in self._open:
            self._open[key] = estate.business_hours(service).during(self._when)
        opened = self._open[key]
        if (*key, zone) not in self._open_in:
            self._open_in[*key, zone] = [
                opened.within(each.start, each.end).total() for each in self._months[zone]
            ]
        down = self._timeline.outages.down(service.name) & self._when
        missed = down & opened
        return Availability(
            service,
            zone,
            Share(self._when.total(), down.total()),
            Share(opened.total(), missed.total()),
            tuple(
                OfMonth(
                    month,
                    Share(month.end - month.start, down.within(month.start, month.end).total()),
                    Share(seconds, missed.within(month.start, month.end).total()),
                )
                for month, seconds in zip(
                    self._months[zone], self._open_in[*key, zone], strict=True
                )
            ),
            self._unknown.outages(service.name),
            self._unknown.hours(service),
        )


def months(start: int, end: int, zone: Zone) -> Iterator[Month]:
    """Yield the calendar months of a zone that meet ``[start, end)``, which they divide.

    A month begins when the clock first shows the midnight of its first day, or skips it.
    """
    day = calendar_date(zone.wall(start) // DAY)
    year, number = day.year, day.month
    begins = _begins(year, number, zone)
    while start < end:
        after = (year + 1, 1) if number == DECEMBER else (year, number + 1)
        ends = _begins(*after, zone)
        # Where the clock is turned back over midnight, an old month shows once more in the new one.
        if ends > start:
            yield Month(year, number, begins, ends, start, min(end, ends))
            start = ends
        (year, number), begins = after, ends


def _begins(year: int, number: int, zone: Zone) -> int:
    return zone.instant((date(year, number, 1).toordinal() - EPOCH_ORDINAL) * DAY)
