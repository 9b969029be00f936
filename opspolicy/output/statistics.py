"""How many findings there are, by policy, owner and service, and how much is at stake."""

from __future__ import annotations

from collections import defaultdict

from opspolicy import encode
from opspolicy.record import NamedTuple
from opspolicy.report import NEW, WORSE
from opspolicy.rules.base import SEVERITIES
from opspolicy.temporal.durations import HOUR, words
from opspolicy.temporal.intervals import IntervalSet, union
from opspolicy.timeline import horizon

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from opspolicy.output import Style
    from opspolicy.report import Finding, Report

MOST_ROWS = 10
"""How many owners and services are shown to somebody who hasn't asked for all."""

SERVICE = "service/"
NOBODY = "(no owner)"


class Stake(NamedTuple):
    """What active findings come to: customers times seconds, as far as anybody knows.

    ``customer_seconds`` is None where no number of customers is known, ``unknown`` how many
    findings cut off customers of whom nobody has counted all.
    """

    customer_seconds: int | None = None
    unknown: int = 0

    @property
    def customer_hours(self) -> float | None:
        """Customers times hours; whole hours as whole numbers."""
        if self.customer_seconds is None:
            return None
        hours, rest = divmod(self.customer_seconds, HOUR)
        return hours if not rest else round(self.customer_seconds / HOUR, 2)


class Row(NamedTuple):
    """The findings that have something in common, with their number by what becomes of them.

    ``finding`` is one of them. ``seconds`` is for how long any active one cuts a service off; None
    for what is no service.
    """

    name: str
    finding: Finding
    active: int
    new: int
    worse: int
    waived: int
    stake: Stake
    seconds: int | None = None


class Statistics(NamedTuple):
    """All findings, by policy and severity, by owner, and by service.

    A finding stands with each of its owners, and with each of its services.
    """

    policies: tuple[Row, ...]
    owners: tuple[Row, ...]
    services: tuple[Row, ...]


def statistics(report: Report) -> Statistics:
    """Count the findings of a report.

    What is at stake, and for how long, is told by those that cut somebody off: a service that is
    slow or has no spare left is there. What a waiver covers of a finding isn't at stake. An instant
    counts once for a service, however many findings there are, with the largest number of customers
    that any of them cuts off then.
    """
    judged = horizon.judged(report.estate, horizon.Horizon(report.as_of, report.until))
    timed = [Timed(each, _unwaived(each) & judged) for each in report.findings]
    count = _Count(report)
    policies = [count.row(name, found) for name, found in _by(_policy, timed)]
    owners = [count.row(name, found) for name, found in _by(_owners, timed)]
    services = [count.row(name, found, only=name) for name, found in _by(_services, timed)]
    return Statistics(
        tuple(sorted(policies, key=_by_severity)),
        tuple(sorted(owners, key=_by_number)),
        tuple(sorted(services, key=_by_stake)),
    )


class Timed(NamedTuple):
    """A finding, and when it happens in the judged time, but for what is waived of one in part."""

    finding: Finding
    when: IntervalSet

    @property
    def cuts_off(self) -> bool:
        """Whether somebody is cut off."""
        return self.finding.impact is not None and not self.finding.impact.degraded


def _unwaived(finding: Finding) -> IntervalSet:
    """Return when a finding happens, without the occurrences that a waiver covers of some."""
    if finding.waiver is None or finding.waived_by is not None:
        return finding.occurrences
    return IntervalSet([*finding.occurrences][finding.waiver.covered :])


def _by(
    names: Callable[[Finding], Iterable[str]], findings: Iterable[Timed]
) -> Iterable[tuple[str, list[Timed]]]:
    """Return findings by each of the names they have."""
    groups: dict[str, list[Timed]] = defaultdict(list)
    for each in findings:
        for name in names(each.finding):
            groups[name].append(each)
    return groups.items()


class _Count:
    """Counts findings of one report."""

    def __init__(self, report: Report) -> None:
        self._services = report.estate.services

    def row(self, name: str, findings: list[Timed], only: str | None = None) -> Row:
        """Return what findings come to for all their services, or for one."""
        active = [each for each in findings if each.finding.waived_by is None]
        cutting = [each for each in active if each.cuts_off]
        return Row(
            name,
            findings[0].finding,
            len(active),
            sum(each.finding.status == NEW for each in active),
            sum(each.finding.status == WORSE for each in active),
            len(findings) - len(active),
            self._stake(cutting, only),
            union(each.when for each in cutting).total() if only is not None else None,
        )

    def _stake(self, findings: Iterable[Timed], only: str | None) -> Stake:
        hits: dict[str, dict[int, list[IntervalSet]]] = defaultdict(lambda: defaultdict(list))
        unknown = 0
        for finding, when in findings:
            found = self._hits(finding)
            if only is not None:
                found = {only: found.get(only)}
            unknown += not found or None in found.values()
            for service, customers in found.items():
                if customers is not None:
                    hits[service][customers].append(when)
        if not hits:
            return Stake(None, unknown)
        return Stake(sum(map(_customer_seconds, hits.values())), unknown)

    def _hits(self, finding: Finding) -> dict[str, int | None]:
        """Return how many customers of each service a finding cuts off; None for who knows."""
        names = [each for each in finding.subjects if each.startswith(SERVICE)]
        if len(names) <= 1:
            own = finding.impact.customers if finding.impact is not None else None
            return dict.fromkeys(names, own)
        # The finding's own number is that of the largest.
        declared = {each: self._services.get(each.removeprefix(SERVICE)) for each in names}
        return {
            name: each.customers if each is not None else None for name, each in declared.items()
        }


def _customer_seconds(hits: dict[int, list[IntervalSet]]) -> int:
    """Return customers times seconds, each instant with the largest number that is hit then."""
    total, covered = 0, IntervalSet()
    for customers in sorted(hits, reverse=True):
        reached = union([covered, *hits[customers]])
        total += customers * (reached.total() - covered.total())
        covered = reached
    return total


def _policy(finding: Finding) -> list[str]:
    # A policy can be less severe in places.
    own = "" if finding.policy == finding.rule else f" ({finding.rule})"
    return [f"{finding.severity}[{finding.code}] {finding.policy}{own}"]


def _owners(finding: Finding) -> Iterable[str]:
    return finding.owners or (NOBODY,)


def _services(finding: Finding) -> list[str]:
    if not finding.occurrences:
        return []
    return [each for each in finding.subjects if each.startswith(SERVICE)]


def _by_severity(row: Row) -> tuple[object, ...]:
    finding = row.finding
    return SEVERITIES.index(finding.severity), -row.active, finding.code, row.name


def _by_number(row: Row) -> tuple[object, ...]:
    return -row.active, -row.waived, row.name == NOBODY, row.name


def _by_stake(row: Row) -> tuple[object, ...]:
    stake = row.stake
    return not stake.unknown, -(stake.customer_seconds or 0), -(row.seconds or 0), row.name


def tables(found: Statistics, report: Report, style: Style) -> Iterator[list[str]]:
    """Yield the lines of each table that has a row."""
    compared = report.base is not None
    most = None if style.verbose else MOST_ROWS
    parts = (
        ("By policy:", found.policies, None, False),
        ("By owner, each finding with all its owners:", found.owners, most, False),
        ("By service, each finding with all its services:", found.services, most, True),
    )
    for title, rows, shown, timed in parts:
        if not rows:
            continue
        lines = [title, *_table(rows[:shown], compared=compared, timed=timed)]
        if shown is not None and len(rows) > shown:
            lines.append(f"  … and {len(rows) - shown:,} more (-v shows them)")
        yield lines


def _table(rows: Iterable[Row], *, compared: bool, timed: bool) -> list[str]:
    """Return rows below their headings; names stand last, as they have any length."""
    heading = ["active", *(["new", "worse"] if compared else []), "waived", "customer-hours"]
    cells = [heading + ["cut off"] * timed]
    names = [""]
    for row in rows:
        numbers = [row.active, *((row.new, row.worse) if compared else ()), row.waived]
        time = [words(row.seconds) if row.seconds else "-"] * timed
        cells.append([*(f"{each:,}" for each in numbers), _shown(row.stake), *time])
        names.append(encode.terminal(row.name.removeprefix(SERVICE)))
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "  " + "  ".join([*map(str.rjust, line, widths), name]).rstrip()
        for line, name in zip(cells, names, strict=True)
    ]


def _shown(stake: Stake) -> str:
    hours = stake.customer_hours
    if hours is None:
        return "unknown" if stake.unknown else "-"
    known = f"{hours:,.0f}" if hours == int(hours) else f"{hours:,.1f}"
    return f"{known} and unknown" if stake.unknown else known


def document(found: Statistics) -> dict[str, Any]:
    """Return `statistics` of `schemas/report.schema.json`."""
    return {
        "policies": [
            {
                "code": each.finding.code,
                "rule": each.finding.rule,
                "policy": each.finding.policy,
                "severity": each.finding.severity,
                **_numbers(each),
            }
            for each in found.policies
        ],
        "owners": [
            {"owner": each.name if each.name in each.finding.owners else None, **_numbers(each)}
            for each in found.owners
        ],
        "services": [
            {"service": each.name, **_numbers(each), "seconds": each.seconds}
            for each in found.services
        ],
    }


def _numbers(row: Row) -> dict[str, Any]:
    return {
        "active": row.active,
        "new": row.new,
        "worse": row.worse,
        "waived": row.waived,
        "customer_hours": row.stake.customer_hours,
        "customers_unknown": row.stake.unknown,
    }
