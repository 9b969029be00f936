"""How people are told of what is waived: by whom, until when, why and where it is written."""

from __future__ import annotations

from opspolicy import encode
from opspolicy.phrases import listing
from opspolicy.temporal.instants import day_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.report import Finding, Waived


def told(waived: Waived) -> str:
    """Return `by digital and billing until Mon 11 Oct 2027: why (CHG-1), ops/waivers.yaml:3`."""
    ticket = f" ({waived.ticket})" if waived.ticket else ""
    who = waived.note or _who(waived)
    return encode.terminal(f"{who}: {waived.reason}{ticket}, {_place(waived)}")


def behind(finding: Finding) -> str:
    """Return what stands behind a finding on one line, where anybody accepts any of it."""
    waived = finding.waiver
    if waived is None:
        return ""
    if waived.note:
        return encode.terminal(f" (waived: {waived.note})")
    return encode.terminal(f" (waived {_who(waived)}, {_place(waived)})")


def _who(waived: Waived) -> str:
    # Nobody approves an ignore; its place says who wrote it.
    by = f"by {listing(waived.approved_by)} " if waived.approved_by else ""
    return f"{by}until {day_words(waived.expires)}"


def _place(waived: Waived) -> str:
    return f"{waived.place.file}:{waived.place.line}"
