"""What if: runs that start late, windows and runs that take longer, services that are down.

Nobody declares these: they are named on the command line. An estate is read as it is, and then one
is made of it in which they are so; what is written where, and what is kept of files, stays.
"""

from __future__ import annotations

from opspolicy.estate.declarations import Job, Service, Window
from opspolicy.estate.vocabulary import SECTION_OF
from opspolicy.phrases import did_you_mean, listing, some
from opspolicy.record import NamedTuple
from opspolicy.temporal import durations, wording, zones
from opspolicy.temporal.durations import DAY, words
from opspolicy.temporal.instants import InstantError, Moment, clock, is_date, parse_moment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opspolicy.estate.estate import Estate

DELAY, EXTEND, DOWN = "--delay", "--extend", "--down"
KINDS: Mapping[str, tuple[str, ...]] = {
    DELAY: ("job",),
    EXTEND: ("maintenance_window", "job"),
    DOWN: ("service",),
}
"""What each option is about, by the prefixes of references."""

NAMES = {"job": "job", "maintenance_window": "maintenance window", "service": "service"}
FORMS = {
    DELAY: "job/NAME=DURATION, as in job/load-ledger=3h",
    EXTEND: "maintenance_window/NAME=DURATION, as in maintenance_window/ledger-upgrade=2h",
    DOWN: "service/NAME=INSTANT/DURATION, as in service/portal=2027-10-09T06:00/4h",
}
INSTEAD = {
    "service": "a service is taken down by --down",
    "job": "a job is delayed by --delay, and made longer by --extend",
    "maintenance_window": "a maintenance window is made longer by --extend",
}
LONGEST = {DELAY: 31 * DAY, EXTEND: 31 * DAY, DOWN: 366 * DAY}
"""How long at most something is assumed to be late, to take longer, or to be down."""

MOST_LISTED = 6


class AssumptionError(ValueError):
    """What can't be assumed, with the reason and what to write instead."""


class Assumption(NamedTuple):
    """What is to be assumed, as it was written after ``option``.

    It is about ``target``, a reference or a bare name, for ``seconds``; an outage begins at
    ``moment``. What is ``optional`` is left out where it can't be: in the base of a change, which
    may lack what the change adds.
    """

    option: str
    text: str
    target: str
    seconds: int
    moment: Moment | None = None
    optional: bool = False


class Assumed(NamedTuple):
    """What has been assumed, to be told of.

    ``start`` is that of an outage, in UTC epoch seconds; ``sentence`` says all of it.
    """

    option: str
    text: str
    target: str
    seconds: int
    start: int | None
    sentence: str


class Looked(NamedTuple):
    """From when to when is judged, and the ``farthest`` that can be, in UTC epoch seconds."""

    as_of: int
    until: int
    farthest: int


def parse(option: str, text: str) -> Assumption:
    """Read what was written after an option; raises AssumptionError."""
    target, equals, value = text.partition("=")
    _hold_to_kind(option, text, target)
    if not equals or not value or target.endswith("/") or not target:
        message = f"{option} {text}: write {option} {FORMS[option]}"
        raise AssumptionError(message)
    moment = None
    if option == DOWN:
        written, slash, value = value.rpartition("/")
        if not slash:
            message = f"{option} {text}: write {option} {FORMS[option]}"
            raise AssumptionError(message)
        try:
            moment = parse_moment(f"{written}T00:00" if is_date(written) else written)
        except InstantError as error:
            message = f"{option} {text}: {error}"
            raise AssumptionError(message) from error
    return Assumption(option, text, target, _seconds(option, text, value), moment)


def _hold_to_kind(option: str, text: str, target: str) -> None:
    """Refuse a reference to what an option isn't about; raises AssumptionError."""
    prefix, slash, _ = target.partition("/")
    if slash and prefix in SECTION_OF and prefix not in KINDS[option]:
        about = listing([f"{NAMES[each]}s" for each in KINDS[option]])
        instead = f"; {INSTEAD[prefix]}" if prefix in INSTEAD else ""
        message = f"{option} {text}: {option} is for {about}{instead}"
        raise AssumptionError(message)


def _seconds(option: str, text: str, value: str) -> int:
    """Return a duration; raises AssumptionError for none, and for one that is too long."""
    if value.startswith(("-", "+")):
        message = f"{option} {text}: `{value}` has a sign; write a duration without one, such as 3h"
        raise AssumptionError(message)
    try:
        seconds = durations.parse(value)
    except durations.DurationError as error:
        message = f"{option} {text}: {error}"
        raise AssumptionError(message) from error
    if seconds > LONGEST[option]:
        most = f"at most {LONGEST[option] // DAY} days are assumed"
        message = f"{option} {text}: `{value}` is too long: {most}"
        raise AssumptionError(message)
    if option == DOWN and not seconds:
        message = f"{option} {text}: an outage of no length is none; write how long, such as 4h"
        raise AssumptionError(message)
    return seconds


def applied(
    estate: Estate, assumptions: Iterable[Assumption], looked: Looked
) -> tuple[Estate, tuple[Assumed, ...]]:
    """Return an estate in which all is as assumed, and what there is to tell of that.

    Raises AssumptionError for what can't be.
    """
    made = estate.copied()
    told: dict[tuple[str, str, int | None], Assumed] = {}
    for each in assumptions:
        try:
            assumed = _assume(made, each, looked)
        except AssumptionError:
            if each.optional:
                continue
            raise
        key = (assumed.option, assumed.target, assumed.start)
        if key in told:
            raise _refused(
                each, f"`{assumed.target}` has that already; give it once, with all of it"
            )
        told[key] = assumed
    # To be late by nothing is to be as declared.
    found = tuple(each for each in told.values() if each.seconds)
    return (made, found) if found else (estate, ())


def _assume(made: Estate, given: Assumption, looked: Looked) -> Assumed:
    """Change in ``made`` what is assumed, and return what there is to tell."""
    ref = _resolved(made, given)
    entity = made.entity(ref)
    start = None
    if isinstance(entity, Job):
        sentence, job = _of_job(given, entity)
        made.jobs = {**made.jobs, entity.name: job}
    elif isinstance(entity, Window):
        sentence, window = _of_window(given, entity, looked)
        made.windows = {**made.windows, entity.name: window}
    else:
        assert isinstance(entity, Service)  # noqa: S101 - nothing else is assumed of
        sentence, window = _down(made, given, entity, looked)
        made.assumed = {**made.assumed, window.name: window}
        start = window.start
    return Assumed(given.option, given.text, ref, given.seconds, start, sentence)


def _refused(given: Assumption, why: str) -> AssumptionError:
    return AssumptionError(f"{given.option} {given.text}: {why}")


def _resolved(estate: Estate, given: Assumption) -> str:
    """Return the reference that a target stands for; a bare name is enough where one has it."""
    kinds = KINDS[given.option]
    prefix, slash, rest = given.target.partition("/")
    name = given.target
    if slash and prefix in kinds:
        kinds, name = (prefix,), rest
    found = [f"{each}/{name}" for each in kinds if name in estate.section(SECTION_OF[each])]
    if len(found) == 1:
        return found[0]
    if found:
        shown = listing([f"`{each}`" for each in found], "or")
        raise _refused(given, f"`{name}` is the name of several things: write {shown}")
    known = [each for kind in kinds for each in estate.section(SECTION_OF[kind])]
    what = listing([NAMES[each] for each in kinds], "or")
    shown = some([f"`{each}`" for each in sorted(known)], MOST_LISTED)
    lists = f"there is {shown}" if known else f"no {what} is declared at all"
    hint = did_you_mean(name, known) or lists
    if any(file.problems for file in estate.files):
        hint += "; a file that can't be read may declare it: mend that first"
    raise _refused(given, f"there is no {what} `{name}`; {hint}")


def _of_job(given: Assumption, job: Job) -> tuple[str, Job]:
    """Return a job that is late, or takes longer, and the sentence that says so."""
    shown = f"`{job.name}`"
    if job.suspended:
        raise _refused(given, f"{shown} is suspended and never runs; take out `suspended` first")
    by = words(given.seconds)
    if given.option == DELAY:
        if job.schedule is None:
            after = listing([f"job/{each}" for each in job.after], "or")
            instead = f"; delay what it starts after: {after}" if after else "; give it a schedule"
            raise _refused(given, f"{shown} has no schedule that it could be late by{instead}")
        return f"{shown} runs {by} late", job._replace(late=given.seconds)
    if job.duration is None and job.max_duration is None:
        why = f"nobody says how long {shown} runs, so there is nothing to add to"
        raise _refused(given, f"{why}; declare its `duration`")
    longer = job._replace(
        duration=_longer(job.duration, given), max_duration=_longer(job.max_duration, given)
    )
    lasts = [f"{words(longer.duration)} in all"] if longer.duration else []
    if longer.max_duration:
        lasts.append(f"{words(longer.max_duration)} on a slow day")
    return f"{shown} runs {by} longer: {listing(lasts)}", longer


def _longer(duration: int | None, given: Assumption) -> int | None:
    return None if duration is None else duration + given.seconds


def _of_window(given: Assumption, window: Window, looked: Looked) -> tuple[str, Window]:
    """Return a window that takes longer, and the sentence that says so."""
    shown, by = f"`{window.name}`", words(given.seconds)
    if window.start is not None and window.end is not None:
        end = window.end + given.seconds
        sentence = f"{shown} takes {by} longer: {words(end - window.start)} in all"
        if end + window.plan.recovery <= looked.as_of:
            sentence += ", and is over all the same before anything is judged"
        return sentence, window._replace(end=end)
    if window.schedule is None or window.duration is None:
        raise _refused(given, f"nobody can tell how long {shown} takes; mend it first")
    duration = window.duration + given.seconds
    sentence = f"{shown} takes {by} longer: {words(duration)} in all"
    return sentence, window._replace(duration=duration)


def _down(
    estate: Estate, given: Assumption, service: Service, looked: Looked
) -> tuple[str, Window]:
    """Return a service's outage, as a window that nobody owns, and the sentence that says so."""
    assert given.moment is not None  # noqa: S101 - as it was read
    key = estate.zone_of(service.ref)
    start = given.moment.instant(zones.zone(key))
    end = start + given.seconds
    if end <= looked.as_of:
        judged = wording.at(looked.as_of, key)
        why = f"that is over before anything is judged, from {judged} ({key}) on"
        raise _refused(given, f"{why}; name a later instant, or an earlier --as-of")
    if end > looked.farthest:
        last = wording.at(looked.farthest, key)
        raise _refused(given, f"nothing is judged so far ahead, after {last} ({key})")
    notes = [_taken(given.moment, start, key)]
    if start < looked.as_of:
        notes.append("this begins before what is judged")
    if start >= looked.until:
        notes.append("this is after the horizon, where no more than that time is judged")
    notes = [each for each in notes if each]
    aside = f" ({'; '.join(notes)})" if notes else ""
    sentence = f"`{service.name}` is down from {wording.at(start, key)} ({key}) for"
    sentence += f" {words(given.seconds)}{aside}"
    name = f"{service.name}={given.text.partition('=')[2]}"
    window = Window(
        name,
        service.node,
        timezone=key,
        takes_down=(service.name,),
        start=start,
        end=end,
        assumed=True,
    )
    return sentence, window


def _taken(moment: Moment, start: int, key: str) -> str:
    """Return what a reading was taken for that a clock change leaves out, or repeats."""
    if moment.offset is not None:
        return ""
    zone = zones.zone(key)
    readings = zone.readings(moment.wall)
    if len(readings) == 1:
        return ""
    taken = zone.wall(start)
    said = clock(moment.wall, with_date=moment.wall // DAY != taken // DAY)
    if readings:
        return f"{said} comes twice then, and the first is meant"
    return f"{said} is skipped then, so {clock(taken, with_date=False)} is meant"
