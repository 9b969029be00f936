"""An explanation as paragraphs under short labels, to be wrapped by whoever prints them."""

from __future__ import annotations

import re

from opspolicy.explain import clocks, told
from opspolicy.explain.schedule import ASSUMED, IN_EXPRESSION, NEVER
from opspolicy.phrases import listing
from opspolicy.rules.schedule_in_dst_transition import SENTENCES
from opspolicy.temporal.dialects import DIALECTS
from opspolicy.temporal.durations import DAY, words
from opspolicy.temporal.instants import clock
from opspolicy.temporal.schedules import CRON, DATES, EVERY, ON_CALENDAR, RRULE, RecurringSchedule
from opspolicy.temporal.systemd.on_calendar import OnCalendar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opspolicy.explain.clocks import Effect
    from opspolicy.explain.schedule import Difference, Explanation, Question, Reading
    from opspolicy.temporal.schedules import Schedule
    from opspolicy.temporal.zones import Zone

YEAR = 365 * DAY
KINDS = {
    CRON: "cron line",
    ON_CALENDAR: "systemd calendar expression",
    EVERY: "elapsed time",
    RRULE: "recurrence rule (RFC 5545)",
    DATES: "dates",
}


def paragraphs(explanation: Explanation, language: str) -> Iterator[tuple[str, list[str]]]:
    """Yield labels with their lines; the meaning is in ``language``, `en` or `fr`."""
    schedule = explanation.schedule
    yield "read as", [_read_as(explanation)]
    if schedule is None:
        named = explanation.question.scheduler is not None
        yield "refused", _refusals(explanation.readings[: 1 if named else None])
        fine = [each.title for each in explanation.accepted]
        if fine:
            yield "accepted", [f"by {listing(fine)}"]
        return
    yield "means", [*_meanings(explanation, language)]
    yield "next", [*_next(explanation, schedule.zone)]
    if explanation.effects:
        yield "clocks", [_effect(explanation, each, schedule.zone) for each in explanation.effects]
    elif explanation.kind != EVERY and _changes_later(explanation.question, schedule.zone):
        until = clock(schedule.zone.wall(explanation.question.until))
        yield "clocks", [f"they don't change before {until}; `--horizon 365d` looks a year ahead"]
    others = [_difference(explanation, each, schedule.zone) for each in explanation.differences]
    others += [f"refused {each}" for each in _refusals(explanation.readings)]
    if others:
        yield "elsewhere" if explanation.question.scheduler is not None else "dialects", others
    for remark in explanation.remarks:
        hint = f"; {remark.hint}" if remark.hint else ""
        yield "note", [f"{remark.message}{hint} ({remark.code})"]


def _read_as(explanation: Explanation) -> str:
    question, schedule = explanation.question, explanation.schedule
    said = KINDS[explanation.kind]
    dialects = [each.dialect for each in explanation.readings if each.dialect]
    if question.scheduler is not None and explanation.kind == CRON:
        said += f" of {DIALECTS[question.scheduler].title}"
    elif explanation.kind == CRON and len(dialects) > 1:
        said += " of a scheduler that isn't named"
    if schedule is None:
        return said
    origin = {ASSUMED: ", as no zone was given", IN_EXPRESSION: ", as the expression says"}
    said += f", in {schedule.zone.key}{origin.get(explanation.zone_from, '')}"
    normal = normal_form(schedule)
    return f"{said}; in full `{normal}`" if normal else said


def normal_form(schedule: Schedule) -> str:
    """Return a calendar expression as systemd writes it in full; nothing for anything else."""
    lines = schedule.lines if isinstance(schedule, RecurringSchedule) else ()
    return next((each.normalised() for each in lines if isinstance(each, OnCalendar)), "")


def _meanings(explanation: Explanation, language: str) -> Iterator[str]:
    """Yield what it means; where dialects read different days or times, what it means to each."""
    found: dict[str, list[str]] = {}
    accepted = explanation.accepted
    asked = accepted if explanation.question.scheduler is None else accepted[:1]
    for each in asked:
        if each.schedule is not None:
            found.setdefault(told.of_schedule(each.schedule, language), []).append(each.title)
    for said, titles in found.items():
        yield f"{said} ({listing(titles)})" if len(found) > 1 else said


def _changes_later(question: Question, zone: Zone) -> bool:
    """Whether the clocks change within a year, but not as far as was looked."""
    as_of, until = question.as_of, question.until
    return not zone.changes(as_of, until) and bool(zone.changes(until, as_of + YEAR))


def _next(explanation: Explanation, zone: Zone) -> Iterator[str]:
    dialects = [each.dialect for each in explanation.accepted]
    alone = explanation.question.scheduler is not None
    width = max([len(_at(each.instant, zone)) for each in explanation.starts], default=0) + 1
    for start in explanation.starts:
        shown = _at(start.instant, zone)
        if zone.key != "UTC":
            shown = f"{shown:<{width}} {clock(start.instant)} UTC"
        missing = [each for each in dialects if each and each not in start.dialects]
        if missing and not alone:
            few = len(missing) < len(start.dialects)
            shown += f" (not {_titles(missing)})" if few else f" ({_titles(start.dialects)} only)"
        yield shown
    if len(explanation.starts) < explanation.question.number:
        never = any(each.code == NEVER for each in explanation.remarks)
        again = "never again" if _has_end(explanation.schedule) else "no other before 2200"
        yield "never" if never else f"and {again}" if explanation.starts else again


def _has_end(schedule: Schedule | None) -> bool:
    """Whether a schedule names a last start, so that there is none after it."""
    if isinstance(schedule, RecurringSchedule):
        return all(line.has_ended for line in schedule.lines)
    return True


def _at(instant: int, zone: Zone) -> str:
    return f"{clock(zone.wall(instant))} {zone.abbreviation(instant)}"


def _time(instant: int, zone: Zone) -> str:
    return f"{clock(zone.wall(instant), with_date=False)} {zone.abbreviation(instant)}"


def _effect(explanation: Explanation, effect: Effect, zone: Zone) -> str:
    time = clock(effect.wall, with_date=False)
    if effect.kind == clocks.PAUSE:
        last, following = effect.instants
        said = (
            f"the clocks go back, and it stands still for {words(following - last)}, from"
            f" {_at(last, zone)} to {_time(following, zone)}"
        )
    elif effect.kind == clocks.ONCE:
        (at,) = effect.instants
        which = "first" if at < effect.change else "second"
        said = f"{clock(effect.wall)} comes twice, and it runs the {which} time, {_time(at, zone)}"
    else:
        then = clock(zone.wall(effect.instants[0])) if effect.instants else ""
        said = SENTENCES[effect.kind].format(wall=clock(effect.wall), time=time, then=then)
    if effect.others:
        said += f"; {effect.others:,} more like it" if effect.others > 1 else "; one more like it"
    several = explanation.question.scheduler is None and len(explanation.accepted) > 1
    return f"{_titles(effect.dialects)}: {said}" if several else said


def _difference(explanation: Explanation, difference: Difference, zone: Zone) -> str:
    apart = {name for each in explanation.differences for name in each.dialects}
    # Those that never part from the first one are as it is.
    alike = tuple(each.dialect for each in explanation.accepted if each.dialect not in apart)
    who, who_not = difference.dialects, alike
    if not difference.runs:
        who, who_not = who_not, who
    starts = "start" if len(who) > 1 else "starts"
    lacks = "don't" if len(who_not) > 1 else "doesn't"
    told = f"{_titles(who)} {starts} it, {_titles(who_not)} {lacks}"
    return f"differs first on {_at(difference.instant, zone)}: {told}"


def _titles(dialects: Sequence[str]) -> str:
    return listing([DIALECTS[each].title for each in dialects])


def _refusals(readings: Sequence[Reading]) -> list[str]:
    """Return why dialects refuse it, those with one reason together."""
    refused = [each for each in readings if each.schedule is None]
    fields = {DIALECTS[each.dialect].fields for each in readings if each.dialect and each.schedule}
    # Whose lines have other fields was hardly meant, and says nothing about this one.
    strangers = [
        each
        for each in refused
        if each.strange or (fields and DIALECTS[each.dialect].fields not in fields)
    ]
    if len(strangers) == len(readings):
        # Somebody's reason has to stand for all.
        first = strangers[0]
        strangers = [each for each in strangers if _why(each) != _why(first)]
    found: dict[str, list[Reading]] = {}
    for each in refused:
        if each not in strangers:
            found.setdefault(_why(each), []).append(each)
    told = []
    for shared, alike in found.items():
        titles = listing([each.title for each in alike])
        why = shared if len(alike) == 1 else _of_several(shared)
        told.append(f"by {titles}: {why}" if titles else why)
    if strangers:
        titles = listing([each.title for each in strangers])
        told.append(f"by {titles}: their lines have other fields")
    return told


def _why(reading: Reading) -> str:
    """Return why a dialect refuses it, without its name where that begins what is said."""
    parts = [each for each in (reading.reason, reading.hint) if each]
    if reading.title:
        parts = [
            re.sub(rf"^{reading.title}('s)?\b", lambda found: "its" if found[1] else "it", part)
            for part in parts
        ]
    return "; ".join(parts)


VERBS = (("it doesn't", "they don't"), ("it has", "they have"), ("it counts", "they count"),
         ("it wants", "they want"), ("it takes", "they take"), ("it writes", "they write"),
         ("its", "their"))  # fmt: skip


def _of_several(why: str) -> str:
    for one, several in VERBS:
        why = re.sub(rf"\b{one}\b", several, why)
    return why
