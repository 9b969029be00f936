"""Where a finding is, for those who look at it from the top of the repository."""

from __future__ import annotations

from opspolicy.judge import NOWHERE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.output import Style
    from opspolicy.report import Finding
    from opspolicy.source.span import Span


def from_top(file: str, style: Style) -> str:
    """Return the path of a file of the estate, from the top of the repository."""
    return f"{style.below}/{file}" if style.below else file


def place(finding: Finding) -> Span | None:
    """Return where a finding is; None for one about opspolicy itself, which is in no file."""
    span = finding.place.span
    return span if span != NOWHERE else None
