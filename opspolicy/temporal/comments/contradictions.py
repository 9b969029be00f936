"""Whether the comment beside a schedule says another time than the schedule.

Only what can't be read as right is told. A comment is right when any reading of it is: `7:30` of
the morning or the evening, `PST` as eight hours behind UTC or as the time in Los Angeles.
"""

from __future__ import annotations

from functools import lru_cache

from opspolicy.phrases import listing
from opspolicy.temporal.comments import claims as said
from opspolicy.temporal.comments import days as comment_days
from opspolicy.temporal.comments.clocks import Clock
from opspolicy.temporal.comments.facts import MANY_TIMES, clock, days, every, starts
from opspolicy.temporal.comments.words import MINUTES_A_DAY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.temporal.comments.claims import Claim, Reading
    from opspolicy.temporal.comments.facts import Facts
    from opspolicy.temporal.comments.times import Time

# From so many starts a day on, a comment that names a time or two has described something else.
CROWDED = 24
HOUR = 60


# The same few words stand beside thousands of lines.
@lru_cache(maxsize=4096)
def contradiction(comment: str, facts: Facts, as_of: int) -> str | None:
    """Return what ``comment`` says against what the schedule does; None when it can be right.

    `the comment says every 5 minutes, the schedule starts every 15 minutes`. Zones are compared in
    the year of ``as_of`` (UTC epoch seconds), in winter and in summer.
    """
    reading = said.read(comment)
    if not reading.claims or not facts.times:
        return None
    beside = Clock(facts, reading.places, as_of)
    on_clock = _Judge(reading, facts, beside)
    says = on_clock.wrong()
    if says is not None:
        return says if says.startswith("the comment") else _against(says, starts(facts))
    says = comment_days.wrong(reading, facts, beside)
    if says is not None:
        return _against(says, days(facts) or "every day")
    return on_clock.drift()


def _against(says: str, does: str) -> str:
    return f"the comment says {says}, the schedule starts {does}"


class _Judge:
    """Holds what a comment says of times and frequencies against what a schedule does.

    What is wrong is told by what the comment says, where the schedule's times tell the rest.
    """

    def __init__(self, reading: Reading, facts: Facts, beside: Clock) -> None:
        self.reading = reading
        self.facts = facts
        self.clock = beside

    def wrong(self) -> str | None:
        """Return the first thing that is wrong, the plainest ones first."""
        return (
            self._zone()
            or self._every()
            or self._count()
            or self._time()
            or self._past()
            or self._window()
            or self._crowded()
        )

    def _zone(self) -> str | None:
        """Judge a comment that only names a zone."""
        claim, *others = self.reading.claims
        if others or claim.place is None or not self.reading.whole:
            return None
        if self.clock.offsets in self.clock.readings(claim.place):
            return None
        return f"the comment says {claim.said}, the schedule is on the clock of {self.facts.zone}"

    def _every(self) -> str | None:
        claims = self.reading.of(said.EVERY)
        steps = [claim.number for claim in claims if claim.number < MINUTES_A_DAY]
        if not steps:
            return None
        if any(self._comes_every(step) for step in steps):
            return self._hole(steps[0]) if len(steps) == 1 else None
        return every(steps[0])

    def _comes_every(self, step: int) -> bool:
        """Whether so many minutes can be said to lie between starts, give or take a few."""
        gaps = self.facts.gaps
        mean = MINUTES_A_DAY / len(gaps)
        by_count = _is_commonest(step, gaps) or _is_commonest(step, gaps[:-1])
        return by_count or abs(mean - step) <= step / 10

    def _hole(self, step: int) -> str | None:
        """Judge `every 3 hours` where the last start of the day was cut off by midnight.

        A day that ends earlier is somebody's working day, and meant.
        """
        times, over_night = self.facts.times, self.facts.gaps[-1]
        cut = times[-1] + step >= MINUTES_A_DAY and over_night >= step * 3 / 2
        if step <= HOUR or not cut or self.reading.of(said.WINDOW):
            return None
        last, first = clock(times[-1]), clock(times[0])
        return f"the comment says {every(step)}, the schedule doesn't start from {last} to {first}"

    def _count(self) -> str | None:
        for claim in self.reading.of(said.COUNT):
            does = comment_days.how_often(self.facts, claim.per)
            if claim.whole and does is not None and claim.number not in does:
                often = {1: "once", 2: "twice"}.get(claim.number, f"{claim.number} times")
                return f"{often} {said.COUNTED[claim.per]}"
        return None

    def _clocks(self) -> list[tuple[Claim, list[tuple[Time, list[bool]]]]]:
        """Return the times to judge, each with the seasons in which it is right.

        Beside a time with its zone, one without is somebody's own; beside a name that isn't
        understood it may be the time there.
        """
        found = self.reading.of(said.CLOCK)
        zoned = [claim for claim in found if all(time.place is not None for time in claim.times)]
        judged = zoned or ([] if self.reading.names else found)
        return [
            (claim, [(time, self.clock.seasons(time)) for time in claim.times]) for claim in judged
        ]

    def _windows(self) -> list[tuple[Claim, list[bool]]]:
        """Return the windows to judge, each with the seasons in which it is right."""
        return [
            (claim, self.clock.seasons_within(*claim.times))
            for claim in self.reading.of(said.WINDOW)
            if not self.reading.names or any(time.place is not None for time in claim.times)
        ]

    def _time(self) -> str | None:
        for claim, times in self._clocks():
            wrong = [time.text for time, seasons in times if not any(seasons)]
            if claim.any_of and len(wrong) == len(times):
                return listing(wrong, "or")
            if wrong and not claim.any_of:
                return wrong[0]
        return None

    def drift(self) -> str | None:
        """Return what is right in one half of the year only."""
        for claim, times in self._clocks():
            right = [seasons for _, seasons in times]
            if claim.any_of and all(any(each) for each in zip(*right, strict=True)):
                continue
            for time, seasons in times:
                if not all(seasons):
                    return self._only(time.text, time, seasons)
        for claim, seasons in self._windows():
            first, last = claim.times
            if not all(seasons):
                zoned = first if first.place is not None else last
                return self._only(_window(claim), zoned, seasons)
        return None

    def _only(self, text: str, time: Time, seasons: list[bool]) -> str:
        half, does = self.clock.half(time, seasons), starts(self.facts)
        return f"the comment says {text}, which is right {half}: the schedule starts {does}"

    def _past(self) -> str | None:
        past = sorted({at % HOUR for at in self.facts.times})
        for claim in self.reading.of(said.PAST):
            # Some zones are half an hour apart, so a minute elsewhere is another one here.
            if claim.number in past or self.clock.abroad:
                continue
            says = f"at :{claim.number:02} past the hour"
            if len(past) > MANY_TIMES:
                return says
            return _against(says, f"at {listing([f':{at:02}' for at in past])}")
        return None

    def _window(self) -> str | None:
        for claim, seasons in self._windows():
            if not any(seasons):
                return _window(claim)
        return None

    def _crowded(self) -> str | None:
        """Judge `daily at 03:00` beside `* 3 * * *`, which starts sixty times."""
        reading = self.reading
        finer = [claim for claim in reading.of(said.EVERY) if claim.number < MINUTES_A_DAY]
        if finer or not reading.whole or reading.of(said.WINDOW, said.PAST, said.COUNT):
            return None
        if len(self.facts.times) < CROWDED:
            return None
        times = [time.text for time in reading.times]
        if times:
            return listing(times) if len(times) < MANY_TIMES else None
        daily = any(claim.number == MINUTES_A_DAY for claim in reading.of(said.EVERY))
        return every(MINUTES_A_DAY) if daily else None


def _window(claim: Claim) -> str:
    first, last = claim.times
    return f"{first.text} to {last.text}"


def _is_commonest(step: int, gaps: list[int]) -> bool:
    counts = {gap: gaps.count(gap) for gap in set(gaps)}
    return step in counts and counts[step] == max(counts.values())
