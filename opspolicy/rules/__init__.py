"""Rules: what is wrong. A file a rule, found by the name of its module."""

from __future__ import annotations

from functools import cache

from opspolicy import resources
from opspolicy.rules.base import Rule

HELPERS = frozenset(
    (
        "base",
        "chains",
        "collisions",
        "drift",
        "options",
        "subjects",
        "telling",
        "together",
        "vendors",
        "wording",
    )
)
REPORTED_ONLY = frozenset(
    (
        "internal-error",
        "unreadable-file",
        "invalid-yaml",
        "schema-violation",
        "no-legal-slot",
        "expired-waiver",
        "unused-waiver",
        "unapproved-waiver",
        "weakened-policy",
    )
)
"""The rules that look at nothing themselves: what they report is found elsewhere. By name, so that
a run in which nothing is found needn't import them to learn it."""


INCOMPLETE = frozenset(
    (
        "internal-error",
        "unreadable-file",
        "invalid-yaml",
        "schema-violation",
        "unknown-reference",
        "duplicate-name",
        "unknown-holidays",
        "job-cycle",
        "invalid-schedule",
        "missing-timezone",
    )
)
"""The rules whose findings leave the verdict unknown, known by name for the same reason."""


def exists(slug: str) -> bool:
    """Whether there is a rule of that name; without importing it."""
    return slug.replace("-", "_") in _modules() and "_" not in slug


@cache
def load(slug: str) -> Rule | None:
    """Return the rule of a slug such as `outage-in-business-hours`; None when there is none.

    Imports only that rule's module: a run pays for the rules it uses.
    """
    if not exists(slug):
        return None
    rule = resources.module(f"{__name__}.{slug.replace('-', '_')}").RULE
    return rule if isinstance(rule, Rule) else None


def every() -> list[Rule]:
    """Return all rules, by code."""
    rules = [load(module.replace("_", "-")) for module in sorted(_modules())]
    return sorted((rule for rule in rules if rule is not None), key=lambda rule: rule.code)


@cache
def _modules() -> frozenset[str]:
    return frozenset(resources.modules(__file__)) - HELPERS
