"""The rules in a SARIF report: what each is about, as its manual page says it."""

from __future__ import annotations

import re

from opspolicy import rules
from opspolicy.phrases import cut
from opspolicy.rules.base import ERROR, INFO, WARNING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from opspolicy.report import Finding
    from opspolicy.rules.base import Rule

LEVELS = {ERROR: "error", WARNING: "warning", INFO: "note"}

# https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
PROBLEM_SEVERITIES = {ERROR: "error", WARNING: "warning", INFO: "recommendation"}
LONGEST_DESCRIPTION = 1024

TOPICS = {
    "0": "files",
    "1": "declarations",
    "2": "schedules",
    "3": "outages",
    "4": "jobs",
    "5": "changes",
    "6": "customers",
    "7": "vendors",
    "8": "waivers",
    "9": "custom",
}
"""What rules are about, by the first digit of their codes."""


def used(findings: Iterable[Finding]) -> list[Rule]:
    """Return the rules that findings name, by code.

    The others are left out: their pages would be most of the file, in every one that is uploaded.
    """
    found = (rules.load(slug) for slug in {each.rule for each in findings})
    return sorted((rule for rule in found if rule is not None), key=lambda rule: rule.code)


def descriptor(rule: Rule) -> dict[str, Any]:
    """Return what is told of a rule: its page, and how severe it is unless a policy says else."""
    page = rule.doc.strip()
    tags = ["operations", TOPICS[rule.code.removeprefix("OPS")[0]]]
    return {
        "id": rule.code,
        "name": rule.slug,
        "shortDescription": {"text": cut(rule.summary, LONGEST_DESCRIPTION)},
        "fullDescription": {"text": cut(_what_it_does(page), LONGEST_DESCRIPTION)},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "help": {"text": _plain(page), "markdown": f"# {rule.code} `{rule.slug}`\n\n{page}\n"},
        "properties": {
            "tags": [*tags, "incomplete"] if rule.incomplete else tags,
            "precision": "very-high",
            "problem.severity": PROBLEM_SEVERITIES[rule.severity],
        },
    }


def _what_it_does(page: str) -> str:
    """Return the section of a page that says it, on one line."""
    section = page.partition("## What it does\n")[2].partition("\n## ")[0]
    return " ".join(section.split()) or page.partition("\n")[0]


def _plain(page: str) -> str:
    """Return a page without its marks: headings, and the fences of examples."""
    lines = [line.removeprefix("## ") for line in page.split("\n") if not line.startswith("```")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
