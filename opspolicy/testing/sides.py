"""The sides of a finding that a test can name: whether they hold, and what is there instead."""

from __future__ import annotations

from opspolicy import rules
from opspolicy.phrases import count, did_you_mean, listing
from opspolicy.record import NamedTuple
from opspolicy.temporal.durations import HOUR
from opspolicy.temporal.instants import parse_as_of, rfc3339

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from opspolicy.policy.policies import Policy
    from opspolicy.report import Finding

    Entry = Mapping[str, Any]

MOST_SHOWN = 6
HEAVY = {"fingerprint": 8, "rule": 4, "policy": 4, "subjects": 3, "causes": 3}
"""By how much a side tells which finding is meant; any other by 1."""


class Difference(NamedTuple):
    """A side that isn't as expected, in words."""

    key: str
    expected: str
    found: str


class Side(NamedTuple):
    """Whether a finding has what is expected, and how what is expected and found is told."""

    holds: Callable[[Any, Finding], bool]
    expected: Callable[[Any], str]
    found: Callable[[Finding], str]


def fits(entry: Entry, finding: Finding) -> bool:
    """Whether a finding is one that an entry means; what is waived only where it says so."""
    if entry.get("waived", False) != (finding.waived_by is not None):
        return False
    return all(SIDES[key].holds(value, finding) for key, value in entry.items() if key != "waived")


def differences(entry: Entry, finding: Finding) -> list[Difference]:
    """Return each side of an entry that a finding hasn't."""
    sides = {"waived": False, **entry}
    return [
        Difference(key, side.expected(value), side.found(finding))
        for key, value in sides.items()
        for side in [SIDES[key]]
        if not side.holds(value, finding)
    ]


def likeness(entry: Entry, finding: Finding) -> int:
    """Return how much of an entry a finding has, 0 for nothing."""
    return sum(
        HEAVY.get(key, 1) for key, value in entry.items() if SIDES[key].holds(value, finding)
    )


def words(entry: Entry) -> str:
    """Return what an entry asks for, in one line."""
    return ", ".join(f"{key} {SIDES[key].expected(value)}" for key, value in entry.items())


def known_rule(name: str, known: Mapping[str, Policy]) -> tuple[bool, str]:
    """Return whether a rule, a code or a policy has a name, and what may be meant otherwise."""
    slugs = [each for rule in rules.every() for each in (rule.slug, rule.code)]
    names = [*known, *slugs]
    if name in names:
        return True, ""
    return False, did_you_mean(name, names) or "`opspolicy rules` lists the rules"


def is_called(name: str, finding: Finding) -> bool:
    """Whether a finding is of a rule, a code or a policy of that name."""
    return name in {finding.rule, finding.code, finding.policy}


def customer_hours(finding: Finding) -> int | None:
    """Return the customer-hours of a finding, in whole ones; None where nobody knows."""
    seconds = finding.impact.customer_seconds if finding.impact is not None else None
    return None if seconds is None else (seconds + HOUR // 2) // HOUR


def _code(value: object) -> str:
    return f"`{value}`"


def _plain(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _refs(values: Iterable[str]) -> str:
    listed = [_code(each) for each in values]
    rest = len(listed) - MOST_SHOWN
    if rest > 0:
        listed = [*listed[:MOST_SHOWN], f"{rest:,} more"]
    return listing(listed) or "nobody"


def _times(values: Iterable[tuple[int, int]]) -> str:
    pairs = [*values]
    listed = [f"{rfc3339(start)} to {rfc3339(end)}" for start, end in pairs[:MOST_SHOWN]]
    rest = len(pairs) - MOST_SHOWN
    if rest > 0:
        listed.append(f"{rest:,} more")
    return listing(listed) or "at no time"


def _pairs(written: Iterable[Entry]) -> list[tuple[int, int]]:
    return sorted((parse_as_of(each["start"]), parse_as_of(each["end"])) for each in written)


def _rule(finding: Finding) -> str:
    own = f" (policy `{finding.policy}`)" if finding.policy != finding.rule else ""
    return f"`{finding.rule}`{own}"


def _in_file(value: str, finding: Finding) -> bool:
    return f"/{finding.place.span.file}".endswith(f"/{value.removeprefix('./')}")


def _says(value: str, finding: Finding) -> bool:
    return " ".join(value.split()) in " ".join(finding.message.split())


SIDES: dict[str, Side] = {
    "rule": Side(is_called, _code, _rule),
    "policy": Side(
        lambda value, finding: bool(value == finding.policy),
        _code,
        lambda finding: _code(finding.policy),
    ),
    "severity": Side(
        lambda value, finding: bool(value == finding.severity),
        _plain,
        lambda finding: finding.severity,
    ),
    "subjects": Side(
        lambda value, finding: {*value} == {*finding.subjects},
        _refs,
        lambda finding: _refs(finding.subjects),
    ),
    "causes": Side(
        lambda value, finding: {*value} == {*finding.causes},
        _refs,
        lambda finding: _refs(finding.causes),
    ),
    "occurrences": Side(
        lambda value, finding: _pairs(value) == [*finding.occurrences],
        lambda value: _times(_pairs(value)),
        lambda finding: _times(finding.occurrences),
    ),
    "occurrence_count": Side(
        lambda value, finding: bool(value == len(finding.occurrences)),
        lambda value: count(value, "time"),
        lambda finding: count(len(finding.occurrences), "time"),
    ),
    "customer_hours": Side(
        lambda value, finding: bool(value == customer_hours(finding)),
        _plain,
        lambda finding: (
            "unknown" if customer_hours(finding) is None else _plain(customer_hours(finding))
        ),
    ),
    "fingerprint": Side(
        lambda value, finding: finding.fingerprint.startswith(value),
        _code,
        lambda finding: _code(finding.fingerprint),
    ),
    "status": Side(
        lambda value, finding: bool(value == finding.status), _plain, lambda finding: finding.status
    ),
    "waived": Side(
        lambda value, finding: bool(value == (finding.waived_by is not None)),
        lambda value: "yes" if value else "no",
        lambda finding: f"yes, by {_code(finding.waived_by)}" if finding.waived_by else "no",
    ),
    "message": Side(_says, lambda value: f'"{value}"', lambda finding: f'"{finding.message}"'),
    "file": Side(_in_file, _code, lambda finding: _code(finding.place.span.file)),
    "line": Side(
        lambda value, finding: bool(value == finding.place.span.line),
        str,
        lambda finding: str(finding.place.span.line),
    ),
}
"""Every key of an entry. Their order is that in which what differs is told."""
