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


@cache
def load(slug: str) -> Rule | None:
    """Return the rule of a slug such as `outage-in-business-hours`; None when there is none.

    Imports only that rule's module: a run pays for the rules it uses.
    """
    module = slug.replace("-", "_")
    if module not in _modules() or "_" in slug:
        return None
    rule = resources.module(f"{__name__}.{module}").RULE
    return rule if isinstance(rule, Rule) else None


def every() -> list[Rule]:
    """Return all rules, by code."""
    rules = [load(module.replace("_", "-")) for module in sorted(_modules())]
    return sorted((rule for rule in rules if rule is not None), key=lambda rule: rule.code)


@cache
def _modules() -> frozenset[str]:
    return frozenset(resources.modules(__file__)) - HELPERS
