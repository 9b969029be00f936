"""What makes a finding the same finding tomorrow, and an acceptance still the same acceptance."""

from __future__ import annotations

import json
from hashlib import blake2b

from opspolicy.estate.declarations import Freeze, Job, Service, Vendor, Window
from opspolicy.report import PREFIX
from opspolicy.rules.base import MIN_NOTICE

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


def acceptance(identity: str, estate: Estate, refs: Iterable[str], limit: str = "") -> str:
    """Return 128 bits that also change when the schedule of anything involved does.

    Where something is held against the key ``limit`` of a service, they change with that as well;
    and where that is how long before somebody is told, with when they are.
    """
    refs = tuple(refs)
    parts = {ref: _schedule_of(estate, ref) for ref in refs}
    if any(ref.startswith("vendor/") for ref in refs):
        parts |= {f"{ref}#announced": _announced(estate, ref) for ref in refs}
    limits = {ref: _limit_of(estate, ref, limit) for ref in refs} if limit else {}
    return _digest([identity, sorted(parts.items()), *([sorted(limits.items())] if limit else [])])


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
            # What is accepted is what is declared.
            *([entity.late] if entity.late else []),
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
    if isinstance(entity, Vendor):
        hours = estate.hours(entity.support_hours)
        return [
            hours.normal() if hours else None,
            entity.escalation,
            entity.diagnostic_protocol,
            entity.root_cause_report,
            entity.prevention_review,
            entity.drill,
            entity.maintenance_notice,
        ]
    return None


def _announced(estate: Estate, ref: str) -> int | None:
    """Return the day on which a vendor announced a window, since 1970-01-01."""
    entity = estate.entity(ref)
    return entity.announced if isinstance(entity, Window) else None


def _limit_of(estate: Estate, ref: str, limit: str) -> object:
    """Return a service's limit, and of what causes an outage when somebody is told of it."""
    entity = estate.entity(ref)
    if isinstance(entity, Job | Window):
        return sorted({each.at for each in entity.plan.notices}) if limit == MIN_NOTICE else None
    return getattr(entity, limit) if isinstance(entity, Service) else None


def _digest(value: object) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return PREFIX + blake2b(text.encode(), digest_size=BITS // 8).hexdigest()
