"""opspolicy: decides whether a schedule may be merged.

``check`` judges files of declarations and returns a Report, ``load`` only reads them, and
``occurrences`` says when a schedule starts. They are imported when they are first used, so that the
command line starts as fast as it can.
"""

from __future__ import annotations

from opspolicy.version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.app import check, load, occurrences
    from opspolicy.estate.estate import Estate
    from opspolicy.report import Finding, Report

__all__ = ["Estate", "Finding", "Report", "__version__", "check", "load", "occurrences"]

_HOMES = {
    "Estate": "opspolicy.estate.estate",
    "Finding": "opspolicy.report",
    "Report": "opspolicy.report",
    "check": "opspolicy.app",
    "load": "opspolicy.app",
    "occurrences": "opspolicy.app",
}


def __dir__() -> list[str]:
    """List the public names, imported or not."""
    return sorted(__all__)


def __getattr__(name: str) -> object:
    """Import a public name from where it lives."""
    if name not in _HOMES:
        message = f"module 'opspolicy' has no attribute {name!r}"
        raise AttributeError(message)
    import importlib  # noqa: PLC0415 - nothing is imported before it is used

    return getattr(importlib.import_module(_HOMES[name]), name)
