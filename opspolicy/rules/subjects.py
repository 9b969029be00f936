"""What has to be declared for a rule to have anything to say of it.

Most estates declare a few of all keys, and importing a rule costs more than asking it nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.estate.estate import Estate

OF_SERVICES = {
    "outage-too-long": ("max_outage",),
    "downtime-budget-exceeded": ("downtime_budget",),
    "outage-outside-maintenance-hours": ("maintenance_hours",),
    "short-notice": ("min_notice",),
    "missing-notice": ("notice_channels",),
    "support-unstaffed": ("support_hours", "support_service"),
}
OF_JOBS = {"deadline-missed": "deadline", "runs-before-predecessor": "after"}
OF_SECTIONS = {
    "outage-in-freeze": "freezes",
    "vendor-support-gap": "vendors",
    "vendor-obligation-missing": "vendors",
    "vendor-notice-short": "vendors",
}
"""By rule: the attributes of which a service must have one, a job the one, or the section that must
not be empty. Other rules look at what nearly everybody declares."""

UNSAID = (None, ())


def has_any(slug: str, estate: Estate) -> bool:
    """Whether an estate declares anything that a rule without options could find fault with."""
    if slug in OF_SECTIONS:
        return bool(getattr(estate, OF_SECTIONS[slug]))
    if slug == "notice-channel-down":
        pages = any(each.status_page for each in estate.services.values())
        return pages or any(each.plan.notices for each in estate.planned())
    if slug in OF_JOBS:
        key = OF_JOBS[slug]
        return any(getattr(job, key) for job in estate.jobs.values())
    keys = OF_SERVICES.get(slug, ())
    services = estate.services.values()
    return not keys or any(getattr(each, key) not in UNSAID for key in keys for each in services)
