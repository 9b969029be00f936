"""Where a finding is, for those who look at it from the top of the repository."""

from __future__ import annotations

from opspolicy.judge import NOWHERE
from opspolicy.source.discovery import CONFIG_NAME
from opspolicy.source.span import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.output import Style
    from opspolicy.report import Finding


def from_top(file: str, style: Style) -> str:
    """Return the path of a file of the estate, from the top of the repository."""
    path = f"{style.below}/{file}" if style.below and not file.startswith("/") else file
    if ".." not in path:
        return path
    import posixpath  # noqa: PLC0415 - only for what lies above the root

    return posixpath.normpath(path)


def line(span: Span, style: Style) -> str:
    """Return `path:line` of a place, from the top of the repository."""
    return f"{from_top(span.file, style)}:{span.line}"


def place(finding: Finding) -> Span | None:
    """Return where a finding is; None for one about opspolicy itself, which is in no file."""
    span = finding.place.span
    return span if span != NOWHERE else None


def somewhere(finding: Finding) -> Span:
    """Return where a finding is; what is in no file is shown where opspolicy is configured.

    For those who show nothing without a place.
    """
    return place(finding) or Span(CONFIG_NAME, 1, 1, 1, 1)
