"""The words of the language that every run needs, without the shapes of what they stand for.

Making those (`language.py`) takes a tenth of a run that knows all its files from an earlier one.
"""

from __future__ import annotations

SECTIONS = {
    "teams": "team",
    "calendars": "calendar",
    "services": "service",
    "jobs": "job",
    "maintenance_windows": "maintenance_window",
    "freezes": "freeze",
    "vendors": "vendor",
}
"""Each section, with the prefix that a reference to one of its entries may carry."""

SECTION_OF = {prefix: section for section, prefix in SECTIONS.items()}
"""The section of each prefix."""

PREFIXES = {section: f"{prefix}/" for section, prefix in SECTIONS.items()}

MAY_BE_EMPTY = ("teams", "services", "vendors")
"""The sections in which a name alone says something."""

FAIL_ON = ("error", "warning", "info", "never")
"""From which severity on a check fails."""

PLAN_KEYS = frozenset(("recovery", "change", "approved_by", "notices", "movable"))
"""The keys that jobs and maintenance windows share, beyond those of a schedule."""


class Missing:
    """The type of MISSING."""

    def __repr__(self) -> str:
        """Show its only value."""
        return "MISSING"


MISSING = Missing()
"""What a reader returns for a value it doesn't accept."""
