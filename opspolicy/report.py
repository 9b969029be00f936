"""The verdict: findings, sorted, and all that is needed to say what was judged."""

from __future__ import annotations

from bisect import bisect_right

from opspolicy.phrases import pasted
from opspolicy.record import NamedTuple
from opspolicy.rules.base import ERROR, INFO, OF_ALL_CAUSES, SEVERITIES, WARNING
from opspolicy.temporal.intervals import NOTHING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from opspolicy.estate.assumptions import Assumed
    from opspolicy.estate.estate import Estate
    from opspolicy.policy.policies import Policy
    from opspolicy.policy.standings import Standing
    from opspolicy.rules.base import Impact, Measure
    from opspolicy.source.files import SourceFile
    from opspolicy.source.span import Note, Span
    from opspolicy.temporal.intervals import IntervalSet

COMPLETE, FAILED, INCOMPLETE = 0, 1, 2
"""The exit codes: nothing that fails, findings that do, and no verdict at all."""

PREFIX = "ops-"
"""What every fingerprint begins with, and every acceptance."""

NEVER = "never"
NEW, WORSE, UNCHANGED = "new", "worse", "unchanged"
"""The status of what a base hasn't, hasn't to this extent, and has as well."""

LEAST_DIGITS = 8
"""How many digits of a fingerprint are shown at least."""

MOST_GAPS, MOST_CHARACTERS = 3, 800
"""How many places are told that couldn't be read, and how much of each."""

UNREAD = ("OPS000", "OPS001", "OPS002")
"""The codes of what couldn't be read at all; they come first."""


class Slot(NamedTuple):
    """A time at which ``target`` would collide with nothing: ``start``, an instant.

    ``zone`` is the key of the zone whose clock it is told on, ``shift`` by how many seconds of that
    clock it is later, ``sentence`` what to do.
    """

    target: str
    start: int
    zone: str
    shift: int
    sentence: str


class Waived(NamedTuple):
    """Who accepts a finding, up to the end of which day (since 1970-01-01), why, and where.

    ``ref`` is that of a waiver or an inline ignore; nobody approves an ignore. ``covered`` of the
    finding's occurrences are accepted. Where these aren't all, ``note`` says so, and the finding
    isn't waived.
    """

    ref: str
    expires: int
    reason: str
    place: Span
    approved_by: tuple[str, ...] = ()
    ticket: str | None = None
    covered: int = 0
    note: str = ""


class Finding(NamedTuple):
    """One thing that is wrong.

    ``occurrences`` are UTC intervals, ``paths`` has one a cause, in the causes' order. ``key``
    tells it from others about the same. ``status`` compares with a base, `new` when there is none;
    one that is `worse` has ``added`` intervals that the base's hasn't. ``waived_by`` is the
    reference of what waives it, ``waiver`` tells of what does so, or does for some of its
    occurrences. ``measure`` is what its rule holds against a declared limit, by the start of each
    occurrence; None where it measures nothing; ``limit`` is the key that declares that limit.
    ``together`` are the branches without which it isn't found.
    """

    fingerprint: str
    acceptance: str
    code: str
    rule: str
    policy: str
    severity: str
    message: str
    place: Note
    related: tuple[Note, ...] = ()
    subjects: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    causes_truncated: bool = False
    paths: tuple[tuple[str, ...], ...] = ()
    occurrences: IntervalSet = NOTHING
    drift: str | None = None
    owners: tuple[str, ...] = ()
    impact: Impact | None = None
    hint: str = ""
    incomplete: bool = False
    key: str = ""
    status: str = NEW
    added: IntervalSet = NOTHING
    waived_by: str | None = None
    waiver: Waived | None = None
    suggestions: tuple[Slot, ...] = ()
    measure: Measure | None = None
    limit: str = ""
    together: tuple[str, ...] = ()


class Known(NamedTuple):
    """How severe a finding is, when, and how far from what is permitted."""

    severity: str
    occurrences: IntervalSet
    measure: Measure | None = None

    def covers(self, other: Known) -> bool:
        """Whether ``other`` is no worse: not more severe, at no other time, and never by more."""
        milder = SEVERITIES.index(other.severity) >= SEVERITIES.index(self.severity)
        no_more = not self._is_exceeded_by(other.measure)
        return milder and no_more and not other.occurrences - self.occurrences

    def _is_exceeded_by(self, measure: Measure | None) -> bool:
        """Whether any occurrence measures more than the one of these that it is, or is part of."""
        if measure is None or measure == self.measure:
            return False
        own = self.measure or ()
        if not self.occurrences:
            # What happens at no time is measured point by point.
            points = dict(own)
            return any(is_more(much, points.get(point)) for point, much in measure)
        starts = [start for start, _ in own]
        for start, seconds in measure:
            # One that starts later than it did is still what it was.
            at = bisect_right(starts, start) - 1
            was = own[at][1] if at >= 0 and start in self.occurrences else None
            if is_more(seconds, was):
                return True
        return False


class FileStatus(NamedTuple):
    """What became of a file: `parsed`, or `failed` and why."""

    path: str
    status: str
    reason: str = ""


class Base(NamedTuple):
    """What a head was compared with: its name, its findings that are gone, and its files.

    ``reviewers`` are the teams that must agree to the change. One ``is_broken`` that has no verdict
    of its own: against it, everything is new.
    """

    name: str
    fixed: tuple[Finding, ...] = ()
    reviewers: tuple[str, ...] = ()
    files: tuple[SourceFile, ...] = ()
    is_broken: bool = False


class Report(NamedTuple):
    """The result of a check from ``as_of`` to ``until`` (UTC epoch seconds).

    ``files`` lists every file that was seen, once. ``estate`` is there for what outputs show of it:
    source lines, zones and contacts. ``nothing_matched`` says what was looked for in vain,
    ``unconfigured`` that the configuration is wrong: then nothing was checked. ``left_out`` is how
    many policies the caller chose not to apply, ``only_named`` whether files were named,
    ``is_part`` whether just a directory of a git repository was looked at, as no configuration
    says more.
    ``standings`` are all waivers and ignores, the most urgent first; ``unwaived`` says that the
    caller chose to judge as if there were none. ``base`` is what the head was compared with, if it
    was; ``together`` are the branches it was combined with, ``conflicts`` what couldn't be.
    ``what_if`` is what was assumed beyond what is declared, in ``estate`` as well. ``policies`` are
    those that it was judged by, by name. ``settings`` are the files of the configuration.
    """

    as_of: int
    until: int
    findings: tuple[Finding, ...]
    files: tuple[FileStatus, ...]
    estate: Estate
    fail_on: str = ERROR
    nothing_matched: str = ""
    unconfigured: bool = False
    left_out: int = 0
    only_named: bool = False
    is_part: bool = False
    standings: tuple[Standing, ...] = ()
    unwaived: bool = False
    base: Base | None = None
    together: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    what_if: tuple[Assumed, ...] = ()
    policies: Mapping[str, Policy] = {}
    settings: tuple[SourceFile, ...] = ()

    @property
    def texts(self) -> dict[str, SourceFile]:
        """The files that can be shown, by path."""
        return {file.path: file for file in (*self.settings, *self.estate.files)}

    @property
    def complete(self) -> bool:
        """Whether the verdict is known."""
        return not self.nothing_matched and not any(finding.incomplete for finding in self.findings)

    def again(self, where: Iterable[tuple[str, str | None]]) -> str:
        """Return the options, to be pasted, by which another command sees the same.

        ``where`` are those that name the estate and the time; what was assumed comes after.
        """
        return pasted([*where, *((each.option, each.text) for each in self.what_if)])

    @property
    def exit_code(self) -> int:
        """0 complete and nothing that fails, 1 findings that do, 2 incomplete.

        Against a base, what is unchanged fails nothing.
        """
        if not self.complete:
            return INCOMPLETE
        return FAILED if any(self.fails(each) for each in self.findings) else COMPLETE

    def fails(self, finding: Finding) -> bool:
        """Whether a finding fails the check: active, severe enough, and not in the base as well."""
        if self.fail_on == NEVER or finding.waived_by is not None or finding.status == UNCHANGED:
            return False
        return SEVERITIES.index(finding.severity) <= SEVERITIES.index(self.fail_on)

    @property
    def failing(self) -> list[Finding]:
        """The active findings that can fail a check: with a base, only new and worse ones."""
        return [each for each in self.active if each.status != UNCHANGED]

    @property
    def active(self) -> list[Finding]:
        """The findings that nobody has waived."""
        return [each for each in self.findings if each.waived_by is None]

    @property
    def waived(self) -> int:
        """How many findings are waived."""
        return sum(1 for each in self.findings if each.waived_by is not None)

    def count(self, severity: str) -> int:
        """Return how many active findings have a severity."""
        return sum(1 for finding in self.active if finding.severity == severity)

    @property
    def summary(self) -> dict[str, int]:
        """The number of active findings by severity and status, and that of waived ones."""
        return {
            "error": self.count(ERROR),
            "warning": self.count(WARNING),
            "info": self.count(INFO),
            "waived": self.waived,
            "new": sum(1 for each in self.active if each.status == NEW),
            "worse": sum(1 for each in self.active if each.status == WORSE),
        }


def known(findings: Iterable[Finding]) -> dict[str, Known]:
    """Return how severe and when each finding is, by fingerprint."""
    found: dict[str, Known] = {}
    for each in findings:
        before = found.get(each.fingerprint)
        severity, when, measure = each.severity, each.occurrences, each.measure
        if before is not None:
            severity = min(severity, before.severity, key=SEVERITIES.index)
            when = when | before.occurrences
            measure = _worse(before.measure, measure)
        found[each.fingerprint] = Known(severity, when, measure)
    return found


class Bygone:
    """What was found before: how severe, when and by how much what is found now was already."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        """Take what was found, under the names of now."""
        self._known = known(findings)
        self._of_limit: dict[tuple[str, str, tuple[str, ...]], list[Finding]] = {}
        for each in findings:
            if each.limit in OF_ALL_CAUSES:
                self._of_limit.setdefault(_held(each), []).append(each)

    def of(self, finding: Finding) -> Known | None:
        """Return what was known of a finding, None for a new one.

        Of what all causes come to together, it was there as well where it had more causes: with one
        cause less it is no new finding, and better.
        """
        before = self._known.get(finding.fingerprint)
        if before is not None or finding.limit not in OF_ALL_CAUSES:
            return before
        more = [
            each._replace(fingerprint=finding.fingerprint)
            for each in self._of_limit.get(_held(finding), ())
            if not {*finding.causes} - {*each.causes} and finding.causes
        ]
        return known(more).get(finding.fingerprint)


def _held(finding: Finding) -> tuple[str, str, tuple[str, ...]]:
    """Return what is held against which limit, whatever the causes."""
    return finding.policy, finding.limit, finding.subjects


def _worse(one: Measure | None, other: Measure | None) -> Measure | None:
    """Return the worse of what is measured at each start, by either."""
    if one is None or other is None or one == other:
        return other if one is None else one
    # Of what begins alike, the last is the most.
    return tuple(dict(sorted([*one, *other])).items())


def worst(measure: Measure | None) -> int | None:
    """Return the most that is measured at any start."""
    return None if measure is None else max((seconds for _, seconds in measure), default=None)


def is_more(one: int | None, other: int | None) -> bool:
    """Whether one measure is worse than another; one of which nothing is known is no excuse."""
    return one is not None and (other is None or one > other)


def order(finding: Finding) -> tuple[object, ...]:
    """Return the sort key: severity, unknown impact, impact, place, then whatever tells them apart.

    What leaves the verdict unknown comes before everything else, what is waived after it.
    """
    impact = finding.impact
    hit = 0 if impact is None else impact.customer_seconds
    return (
        not finding.incomplete,
        finding.waived_by is not None,
        # Much of the rest can follow from what couldn't be read.
        finding.code not in UNREAD,
        finding.status == UNCHANGED,
        SEVERITIES.index(finding.severity),
        hit is not None,
        -(hit or 0),
        finding.place.span,
        finding.policy,
        finding.fingerprint,
    )


def prefixes(findings: Iterable[Finding]) -> dict[str, str]:
    """Return the shortest beginning of each fingerprint that no other has, of eight digits."""
    found: dict[str, str] = {}
    ordered = sorted({each.fingerprint for each in findings})
    for at, each in enumerate(ordered):
        # Whatever else begins alike stands beside it.
        neighbours = [*ordered[max(at - 1, 0) : at], *ordered[at + 1 : at + 2]]
        length = len(PREFIX) + LEAST_DIGITS
        while any(other[:length] == each[:length] for other in neighbours):
            length += 1
        found[each] = each[:length]
    return found


def warnings(report: Report, what: str) -> list[str]:
    """Return what stands on top of a drawing: what is assumed, and that ``what`` may be missing."""
    told = [f"What if: {each.sentence}." for each in report.what_if]
    if found := gaps(report):
        told += [f"Not everything could be read, so {what} may be missing here:", *found]
    return told


def gaps(report: Report) -> tuple[str, ...]:
    """Return what couldn't be read or placed in time, so that stories may lack it."""
    broken = [each for each in report.findings if each.incomplete]
    told = [
        f"`{each.place.span.file}:{each.place.span.line}`: {each.message[:MOST_CHARACTERS]}"
        for each in broken[:MOST_GAPS]
    ]
    if len(broken) > MOST_GAPS:
        told.append(f"… and {len(broken) - MOST_GAPS:,} more; `opspolicy check` shows them")
    return tuple(told)
