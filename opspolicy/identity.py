"""What makes a finding the same finding tomorrow, and an acceptance still the same acceptance."""

from __future__ import annotations

import json
from hashlib import blake2b

from opspolicy.estate.declarations import Freeze, Job, Service, Window
from opspolicy.report import PREFIX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from opspolicy.estate.estate import Estate

BITS = 128


def fingerprint(policy: str, subjects: Iterable[str], causes: Iterable[str], key: str = "") -> str:
    """Return 128 bits over what the finding is about: stable when lines move and days pass.

    ``key`` tells apart what policy, subjects and causes don't, such as two mistakes in one entry.
    """
    return _digest([policy, sorted(subjects), sorted(causes), key])


def acceptance(identity: str, estate: Estate, refs: Iterable[str], *, told: bool = False) -> str:
    """Return 128 bits that also change when the schedule of anything involved does.

    Where it matters when somebody is ``told``, they change with that as well.
    """
    parts = {ref: _schedule_of(estate, ref) for ref in refs}
    notices = {ref: _notice_of(estate, ref) for ref in parts} if told else {}
    return _digest([identity, sorted(parts.items()), *([sorted(notices.items())] if told else [])])


def _schedule_of(estate: Estate, ref: str) -> object:
    """Return what decides when a declaration matters, in a form two spellings share."""
    entity = estate.entity(ref)
    if isinstance(entity, Job):
        demands = [(each.service, each.lasting, each.at_end) for each in entity.induces_demand]
        return [
            entity.schedule.normal() if entity.schedule else None,
            entity.duration,
            entity.max_duration,
            entity.plan.recovery,
            sorted(demands),
            entity.suspended,
        ]
    if isinstance(entity, Window):
        return [
            entity.start,
            entity.end,
            entity.schedule.normal() if entity.schedule else None,
            entity.duration,
            entity.plan.recovery,
        ]
    if isinstance(entity, Freeze):
        return [
            entity.start,
            entity.end,
            entity.schedule.normal() if entity.schedule else None,
            entity.duration,
        ]
    if isinstance(entity, Service):
        return [
            estate.business_hours(entity).normal(),
            estate.maintenance_hours(entity).normal(),
        ]
    return None


def _notice_of(estate: Estate, ref: str) -> object:
    """Return what decides how long before anybody is told of a declaration, or has to be."""
    entity = estate.entity(ref)
    if isinstance(entity, Job | Window):
        return sorted({each.at for each in entity.plan.notices})
    return entity.min_notice if isinstance(entity, Service) else None


def _digest(value: object) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return PREFIX + blake2b(text.encode(), digest_size=BITS // 8).hexdigest()
