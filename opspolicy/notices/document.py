"""The sending schedule: in the shape of `schemas/notices.schema.json`, and as CSV."""

from __future__ import annotations

import csv
import io

from opspolicy import encode
from opspolicy.envelope import envelope
from opspolicy.temporal.instants import local_rfc3339, rfc3339
from opspolicy.temporal.zones import zone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from opspolicy.notices.drafts import Draft, Drafts
    from opspolicy.notices.plan import Outage, Sending
    from opspolicy.report import Finding
    from opspolicy.timeline.timeline import Timeline

COLUMNS = (
    "file", "at", "local", "channel", "via", "language", "audience", "customers", "service",
    "planned", "outage_start", "outage_end", "subject",
)  # fmt: skip
"""The columns of the schedule as CSV."""


def document(drafts: Drafts, timeline: Timeline, exit_code: int) -> dict[str, Any]:
    """Return all drafts, and what isn't drafted and why."""
    horizon = timeline.horizon
    return {
        **envelope(horizon.as_of, horizon.until),
        "exit_code": exit_code,
        "messages": [_message(each, timeline) for each in drafts.drafts],
        "refused": [
            {**_outage(outage), "findings": _findings(found)} for outage, found in drafts.refused
        ],
        "findings": _findings(drafts.noted),
        "untold": [_outage(each) for each in drafts.untold],
        "past": drafts.past,
        "wordless": [_sending(each, timeline) for each in drafts.wordless],
    }


def table(drafts: Drafts, timeline: Timeline) -> str:
    """Return the schedule as CSV, a line a message."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(COLUMNS)
    for each in drafts.drafts:
        row = _message(each, timeline)
        row |= {"outage_start": row["outage"]["start"], "outage_end": row["outage"]["end"]}
        shown = ["" if row[name] is None else str(row[name]) for name in COLUMNS]
        writer.writerow([encode.spreadsheet(cell) for cell in shown])
    return written.getvalue()


def _message(draft: Draft, timeline: Timeline) -> dict[str, Any]:
    message = draft.message
    return {
        "file": draft.file,
        **_sending(message.sending, timeline),
        "kind": message.kind,
        "language": message.language,
        "subject": message.subject or None,
        "body": message.body,
        "septets": message.septets,
        "is_cut": message.is_cut,
        "payload": message.payload,
    }


def _sending(sending: Sending, timeline: Timeline) -> dict[str, Any]:
    notice, entity = sending.notice, sending.party.entity
    place = zone(timeline.estate.zone_of(sending.outage.service.ref))
    return {
        "at": rfc3339(sending.at),
        "local": local_rfc3339(sending.at, place),
        "channel": notice.channel,
        "via": notice.via,
        "language": sending.language,
        "audience": notice.audience,
        "customers": sending.outage.service.customers,
        "planned": entity.ref,
        **_outage(sending.outage),
    }


def _outage(outage: Outage) -> dict[str, Any]:
    return {
        "service": outage.service.name,
        "outage": {"start": rfc3339(outage.start), "end": rfc3339(outage.end)},
    }


def _findings(found: Iterable[Finding]) -> list[dict[str, Any]]:
    return [
        {
            "code": each.code,
            "rule": each.rule,
            "severity": each.severity,
            "fingerprint": each.fingerprint,
            "message": each.message,
            "hint": each.hint or None,
        }
        for each in found
    ]
