"""The planned availability of a report's services, and how it is told."""

from __future__ import annotations

from opspolicy.phrases import some
from opspolicy.rules.wording import full, words
from opspolicy.temporal import wording
from opspolicy.temporal.comments.facts import MONTH_NAMES
from opspolicy.timeline.availability import WHOLE, Projection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.report import Report
    from opspolicy.timeline.availability import Availability, Month, OfMonth
    from opspolicy.timeline.timeline import Timeline

MOST_UNKNOWN = 3
UNKNOWN = "unknown"


def projection(report: Report, timeline: Timeline) -> Projection:
    """Return the availability of a report's services; what wasn't read may take down any."""
    lost = [f"file/{each.path}" for each in report.files if each.status == "failed"]
    return Projection(timeline, lost)


def percent(hundredths: int | None, *, is_known: bool = True) -> str:
    """Return `99.99 %`; `100 %` of all, `-` of no time at all, and `unknown`."""
    if not is_known:
        return UNKNOWN
    if hundredths is None:
        return "-"
    if hundredths == WHOLE:
        return "100 %"
    return f"{hundredths // 100}.{hundredths % 100:02} %"


def shares(found: Availability, part: Availability | OfMonth) -> str:
    """Return how available a service is, over the horizon or a month of it, and how long not."""
    down = f"{words(part.time.down)} down" if part.time.down else "no downtime"
    if found.unknown:
        return f"unknown, {f'at least {down}' if part.time.down else 'with no downtime known'}"
    if not part.time.down and not found.hours:
        return percent(part.time.hundredths)
    said = f"{percent(part.time.hundredths)} of the time"
    if found.hours:
        return f"{said}, unknown of its business hours; {down}"
    if part.open.seconds and part.open.seconds < part.time.seconds:
        said += f", {percent(part.open.hundredths)} of its business hours"
        if part.open.down:
            down += f", {words(part.open.down)} of it in these hours"
    return f"{said}; {down}"


def why(found: Availability) -> str:
    """Return what leaves it open how available a service is; nothing where all is known."""
    refs = found.unknown or found.hours
    if not refs:
        return ""
    return f"what {some([full(each) for each in refs], MOST_UNKNOWN)} says of times can't be told"


def month(found: Month, zone: str) -> str:
    """Return `October 2027`, and of a part of it from when or until when."""
    said = f"{MONTH_NAMES[found.number]} {found.year}"
    parts: list[str] = []
    if found.start > found.begins:
        parts.append(f"from {wording.at(found.start, zone)}")
    if found.end < found.ends:
        parts.append(f"until {wording.at(found.end, zone)}")
    return f"{said} ({', '.join(parts)})" if parts else said
