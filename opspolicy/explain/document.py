"""An explanation as JSON, version 1: the shape of `schemas/schedule-explanation.schema.json`."""

from __future__ import annotations

from opspolicy.envelope import envelope
from opspolicy.explain import told
from opspolicy.explain.text import normal_form
from opspolicy.temporal import zones
from opspolicy.temporal.instants import local_rfc3339, rfc3339

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from opspolicy.explain.clocks import Effect
    from opspolicy.explain.schedule import Explanation, Reading
    from opspolicy.temporal.schedules import Schedule
    from opspolicy.temporal.zones import Zone


def document(explanation: Explanation) -> dict[str, Any]:
    """Return the document of an explanation, field by field."""
    question, schedule = explanation.question, explanation.schedule
    zone = schedule.zone if schedule is not None else zones.zone(question.timezone)
    parted = {name: each for each in explanation.differences for name in each.dialects}
    return {
        **envelope(question.as_of, question.until),
        "expression": question.expression,
        "kind": explanation.kind,
        "scheduler": question.scheduler,
        "timezone": zone.key,
        "timezone_from": explanation.zone_from,
        "accepted": schedule is not None,
        "words": _words(schedule),
        "normal_form": (normal_form(schedule) if schedule is not None else "") or None,
        "starts": [
            {**_instant(start.instant, zone), "dialects": list(start.dialects)}
            for start in explanation.starts
        ],
        "dialects": [
            _reading(each)
            | {
                "differs_at": rfc3339(parted[each.dialect].instant)
                if each.dialect in parted
                else None,
                "starts_then": parted[each.dialect].runs if each.dialect in parted else None,
            }
            for each in explanation.readings
            if each.dialect
        ],
        "refusals": [
            {"reason": each.reason, "hint": each.hint}
            for each in explanation.readings
            if not each.dialect and each.schedule is None
        ],
        "clock_changes": [_effect(each, zone) for each in explanation.effects],
        "notes": [
            {"code": each.code, "message": each.message, "hint": each.hint}
            for each in explanation.remarks
        ],
    }


def _words(schedule: Schedule | None) -> dict[str, str] | None:
    if schedule is None:
        return None
    return {language: told.of_schedule(schedule, language) for language in sorted(told.LANGUAGES)}


def _reading(reading: Reading) -> dict[str, Any]:
    return {
        "name": reading.dialect,
        "title": reading.title,
        "accepted": reading.schedule is not None,
        "words": _words(reading.schedule),
        "reason": reading.reason or None,
        "hint": reading.hint or None,
    }


def _instant(instant: int, zone: Zone) -> dict[str, str]:
    """Return an instant in UTC, and on the zone's clock with its offset."""
    return {"utc": rfc3339(instant), "local": local_rfc3339(instant, zone)}


def _effect(effect: Effect, zone: Zone) -> dict[str, Any]:
    return {
        "dialects": list(effect.dialects),
        "kind": effect.kind,
        "due": rfc3339(effect.wall).removesuffix("Z"),
        "starts": [_instant(each, zone) for each in effect.instants],
        "change": rfc3339(effect.change),
        "others": effect.others,
    }
