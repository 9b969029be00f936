"""How many findings there are, how much is at stake, and how available services are as planned."""

from __future__ import annotations

from collections import defaultdict

from opspolicy import encode
from opspolicy.picture import lanes, projected
from opspolicy.record import NamedTuple
from opspolicy.report import NEW, WORSE
from opspolicy.rules.base import SEVERITIES
from opspolicy.temporal.durations import HOUR, words
from opspolicy.temporal.instants import rfc3339
from opspolicy.temporal.intervals import IntervalSet, union

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from opspolicy.output import Style
    from opspolicy.report import Finding, Report
    from opspolicy.timeline.availability import Availability, OfMonth, Share

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

    A finding stands with each of its owners, and with each of its services. ``availability`` is
    that of the services that customers meet, those of which it isn't known first, then the least.
    """

    policies: tuple[Row, ...]
    owners: tuple[Row, ...]
    services: tuple[Row, ...]
    availability: tuple[Availability, ...] = ()


def statistics(report: Report) -> Statistics:
    """Count the findings of a report.

    What is at stake, and for how long, is told by those that cut somebody off: a service that is
    slow or has no spare left is there. What a waiver covers of a finding isn't at stake. An instant
    counts once for a service, however many findings there are, with the largest number of customers
    that any of them cuts off then.
    """
    timeline = lanes.timeline(report)
    timed = [Timed(each, _unwaived(each) & timeline.judged) for each in report.findings]
    count = _Count(report)
    policies = [count.row(name, found) for name, found in _by(_policy, timed)]
    owners = [count.row(name, found) for name, found in _by(_owners, timed)]
    services = [count.row(name, found, only=name) for name, found in _by(_services, timed)]
    return Statistics(
        tuple(sorted(policies, key=_by_severity)),
        tuple(sorted(owners, key=_by_number)),
        tuple(sorted(services, key=_by_stake)),
        tuple(sorted(projected.projection(report, timeline).all(), key=_by_downtime)),
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


def _by_downtime(found: Availability) -> tuple[object, ...]:
    return found.of_time is not None, -found.time.down, found.service.name


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
    if found.availability:
        title = "Planned availability of what customers meet, rounded down:"
        lines = [title, *_availability(found.availability[:most])]
        if most is not None and len(found.availability) > most:
            lines.append(f"  … and {len(found.availability) - most:,} more (-v shows them)")
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
    return _aligned(cells, names)


def _aligned(cells: list[list[str]], names: list[str]) -> list[str]:
    """Return a line a row: its cells, each below the others, and its name."""
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "  " + "  ".join([*map(str.rjust, line, widths), name]).rstrip()
        for line, name in zip(cells, names, strict=True)
    ]


def _availability(found: Iterable[Availability]) -> list[str]:
    """Return rows of services, each with the months of one that isn't always up."""
    cells = [["down", "of all time", "of business hours"]]
    names = [""]
    for each in found:
        cells.append(_cells(each, each))
        why = projected.why(each)
        names.append(f"{each.service.name} ({each.zone}){f': {why}' if why else ''}")
        for one in each.months if each.time.down or each.unknown else ():
            cells.append(_cells(each, one))
            names.append(f"  {projected.month(one.month, each.zone)}")
    return _aligned(cells, [encode.terminal(each) for each in names])


def _cells(found: Availability, part: Availability | OfMonth) -> list[str]:
    """Return for how long a service is down, and its share of all time and of business hours."""
    down = words(part.time.down) if part.time.down else "-"
    known = not found.unknown
    return [
        down if known else f"at least {down}" if part.time.down else projected.UNKNOWN,
        projected.percent(part.time.hundredths, is_known=known),
        projected.percent(part.open.hundredths, is_known=known and not found.hours),
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
        "availability": [_available(each) for each in found.availability],
    }


def _available(found: Availability) -> dict[str, Any]:
    known, hours = not found.unknown, not found.hours
    return {
        "service": found.service.ref,
        "timezone": found.zone,
        "unknown": list(found.unknown),
        "business_hours_unknown": list(found.hours),
        **_part(found.time, found.open, is_known=known, has_hours=hours),
        "months": [
            {
                "month": f"{each.month.year:04}-{each.month.number:02}",
                "start": rfc3339(each.month.start),
                "end": rfc3339(each.month.end),
                "whole": each.month.is_whole,
                **_part(each.time, each.open, is_known=known, has_hours=hours),
            }
            for each in found.months
        ],
    }


def _part(time: Share, opened: Share, *, is_known: bool, has_hours: bool) -> dict[str, Any]:
    return {
        "all_time": _share(time, is_known=is_known),
        "business_hours": _share(opened, is_known=is_known and has_hours),
    }


def _share(share: Share, *, is_known: bool) -> dict[str, Any]:
    """Return seconds and percent, rounded down to two decimals; whole percents as whole numbers."""
    up = share.hundredths if is_known else None
    return {
        "seconds": share.seconds,
        "down_seconds": share.down,
        "percent": None if up is None else up // 100 if up % 100 == 0 else up / 100,
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
