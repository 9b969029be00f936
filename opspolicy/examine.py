"""One tree of files, read and judged: the way from files to a report."""

from __future__ import annotations

import os

from opspolicy import judge, rules
from opspolicy.estate import known
from opspolicy.estate.estate import assemble, gather
from opspolicy.estate.foreign import load as load_foreign
from opspolicy.policy.policies import differ, strict
from opspolicy.record import NamedTuple
from opspolicy.report import FileStatus, Report, order
from opspolicy.rules.base import SEVERITIES
from opspolicy.source import discovery, files
from opspolicy.source.reading import Root
from opspolicy.temporal.holidays import Holidays
from opspolicy.timeline.horizon import Horizon
from opspolicy.timeline.timeline import Timeline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from opspolicy.config import Config
    from opspolicy.estate.aside import Aside
    from opspolicy.estate.assumptions import Assumed, Assumption
    from opspolicy.estate.estate import Estate
    from opspolicy.policy.policies import Policy
    from opspolicy.policy.standings import Standing
    from opspolicy.repair.trial import Trial
    from opspolicy.report import Finding
    from opspolicy.source.files import SourceFile
    from opspolicy.source.memory import Memory, Shared
    from opspolicy.source.problem import Problem
    from opspolicy.source.tree import Tree


ABOUT_PLANS = frozenset(
    (
        "colliding-maintenance",
        "missing-approval",
        "missing-notice",
        "outage-in-freeze",
        "outage-outside-maintenance-hours",
        "short-notice",
    )
)
"""The rules that ask something of whoever plans an outage: that isn't said of an assumed one."""

NOTHING_TO_MOVE = (
    "this outage is assumed, so there is nothing to move: see that there is a spare, a `fallback`"
    " or a plan for it"
)


class Request(NamedTuple):
    """What is asked of a run, settled by the caller.

    ``as_of`` is UTC epoch seconds. ``horizon`` (seconds) and ``fail_on`` beat the configuration's.
    ``selected`` and ``ignored`` are codes, their beginnings, slugs or names of policies. ``cache``
    is a directory for what is worth keeping; nothing is kept without. ``jobs`` is how many
    processes may read, of which two are used at most; None uses two where the estate is worth it.
    ``slots`` is whether to look for other times for what collides.
    ``unwaived`` judges as if there were no waivers and ignores. ``what_if`` is what to assume
    beyond what is declared; then no slots are looked for, as these are of the declared plan.
    """

    as_of: int
    horizon: int | None = None
    fail_on: str | None = None
    selected: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    allow_empty: bool = False
    cache: str | None = None
    jobs: int | None = 1
    slots: bool = True
    unwaived: bool = False
    what_if: tuple[Assumption, ...] = ()


class Beside(NamedTuple):
    """What a tree is judged by besides its own settings: those of a base, or of a head.

    A file is taken that either selects, and a policy holds that either has. ``before`` is the
    base's timeline, for what is new in the head, and ``renamed`` tells which of the base's entries
    have another name there.
    """

    settings: Config
    before: Timeline | None = None
    renamed: Callable[[Estate, Estate], Mapping[str, str]] = lambda _, __: {}


class Judged(NamedTuple):
    """A report with what it was made from; no timeline where nothing could be judged.

    ``lost`` are the files that only the settings beside the tree's own select, ``renamed`` the new
    references of a base's entries by the old ones. ``settings`` are the tree's own.
    """

    report: Report
    policies: Mapping[str, Policy]
    settings: Config
    timeline: Timeline | None = None
    lost: tuple[str, ...] = ()
    renamed: Mapping[str, str] = {}


def judged(  # noqa: PLR0913 - what is judged, by what, and how
    tree: Tree,
    settings: Config,
    paths: Sequence[str],
    request: Request,
    progress: Callable[[str], None] = lambda _: None,
    *,
    beside: Beside | None = None,
    memory: Memory | Shared | None = None,
    given: tuple[discovery.Selection, Iterable[SourceFile]] | None = None,
) -> Judged:
    """Read and judge the estate that ``settings`` or ``paths`` select in ``tree``.

    ``given`` is what is judged instead, as ``read`` returns it.

    Raises UnknownRule when the request names a rule there isn't, Unassumable for what can't be
    assumed, and GitError where a commit's files can't be had.
    """
    policies = _chosen(settings.policies, request.selected, request.ignored)
    horizon = settings.horizon if request.horizon is None else request.horizon
    until = request.as_of + horizon
    fail_on = request.fail_on or settings.fail_on
    if settings.problems:
        # Without its configuration nobody knows what to check, nor by which rules.
        estate = assemble(settings.files)
        findings = judge.from_problems(estate, settings.problems)
        statuses = _statuses(settings.files)
        report = _report(request.as_of, until, findings, statuses, estate, fail_on)
        return Judged(report._replace(unconfigured=True), policies, settings)
    own = selection = select(tree, settings, paths) if given is None else given[0]
    if given is None and beside is not None and _other_patterns(tree, settings, beside.settings):
        selection = _either(tree, own, select(tree, beside.settings, paths))
    sources = _sources(tree, selection, progress) if given is None else given[1]
    aside = None
    if given is None:
        aside = _aside(tree, settings, selection, request.jobs, memory)
    estate = gather(sources, settings.defaults, Holidays(request.cache), memory, aside)
    if memory is not None:
        memory.save(everything=not paths)
    progress("judging")
    statuses = _statuses(estate.files)
    estate, strange = _of_ours(tree, settings, paths, estate, request)
    findings = judge.from_problems(estate, [*selection.problems, *strange, *estate.problems])
    statuses += [FileStatus(each.span.file, "failed", each.message) for each in selection.problems]
    estate, assumed = _assuming(estate, request, Horizon(request.as_of, until))
    timeline = Timeline(estate, Horizon(request.as_of, until))
    before = beside.before if beside is not None else None
    names: Mapping[str, str] = {}
    if beside is not None and before is not None:
        names = beside.renamed(before.estate, estate)
    findings += judge.judge(estate, timeline, policies, before, names)
    locked = settings.policies
    if beside is not None and differ(settings.policies, beside.settings.policies):
        others = _chosen(beside.settings.policies, request.selected, request.ignored)
        findings = strictest([*findings, *judge.judge(estate, timeline, others, before, names)])
        locked = strict(settings.policies, beside.settings.policies)
    findings = of_assumed(estate, findings)
    standings: tuple[Standing, ...] = ()
    if not request.unwaived:
        findings, standings = accepted(findings, timeline, locked, policies)
    report = _report(request.as_of, until, findings, statuses, estate, fail_on)
    report = report._replace(standings=standings, unwaived=request.unwaived, what_if=assumed)
    report = report._replace(policies=policies, settings=settings.files)
    left_out = len(settings.policies) - len(policies)
    if not statuses and not request.allow_empty:
        report = _of_nothing(report, tree, settings, paths)
    report = report._replace(left_out=left_out, only_named=bool(paths), is_part=_is_part(settings))
    lost = tuple(sorted({path for path, _ in _ways(selection) - _ways(own)}))
    return Judged(report, policies, settings, timeline, lost, names)


def _of_ours(
    tree: Tree, settings: Config, paths: Sequence[str], estate: Estate, request: Request
) -> tuple[Estate, list[Problem]]:
    """Return the estate without what is plainly of other programs, and what is wrong with that.

    Of such files, which nobody said to read, there is one thing to say, and not one of each key.
    """
    if settings.path is not None or not estate.problems:
        return estate, []
    from opspolicy.start import strangers  # noqa: PLC0415 - only where something is wrong

    everything = discovery.effective_include(tree, settings.patterns) == (discovery.EVERYTHING,)
    chosen = bool(paths) or not everything
    strange = strangers.among(tree, estate.files, estate.problems, chosen=chosen)
    if strange is None:
        return estate, []
    left = [file for file in estate.files if file.path not in strange.paths]
    return gather(left, holidays=Holidays(request.cache)), [strange.problem]


def _of_nothing(report: Report, tree: Tree, settings: Config, paths: Sequence[str]) -> Report:
    """Return the report of a tree in which no file matched."""
    looked = ", ".join(paths or discovery.effective_include(tree, settings.patterns))
    lies_here = ""
    if settings.path is None:
        from opspolicy.start import strangers  # noqa: PLC0415 - only where there is nothing else

        lies_here = strangers.titles(tree)
    return report._replace(nothing_matched=f"{looked} in {settings.root}", could_be_read=lies_here)


def _is_part(settings: Config) -> bool:
    """Whether the root is below the top of a git repository just as nobody says where it is."""
    if settings.path is not None:
        return False
    top = discovery.top_of(settings.root)
    return top is not None and top != settings.root


def _assuming(
    estate: Estate, request: Request, horizon: Horizon
) -> tuple[Estate, tuple[Assumed, ...]]:
    """Return the estate as it is to be judged, and what is assumed of it."""
    if not request.what_if:
        return estate, ()
    from opspolicy.estate import assumptions  # noqa: PLC0415 - only where anything is assumed

    looked = assumptions.Looked(horizon.as_of, horizon.until, horizon.farthest)
    try:
        return assumptions.applied(estate, request.what_if, looked)
    except assumptions.AssumptionError as error:
        raise Unassumable(str(error)) from error


def of_assumed(estate: Estate, findings: list[Finding]) -> list[Finding]:
    """Return the findings without those that hold a plan against an outage that nobody planned.

    What only such outages cause has nothing that could be moved.
    """
    if not estate.assumed:
        return findings
    from opspolicy.rules.collisions import is_assumed  # noqa: PLC0415 - only for what is assumed

    kept = [
        each
        for each in findings
        if each.rule not in ABOUT_PLANS or not any(map(is_assumed, each.causes))
    ]
    return [
        each._replace(hint=NOTHING_TO_MOVE)
        if each.causes and all(map(is_assumed, each.causes))
        else each
        for each in kept
    ]


def accepted(
    findings: list[Finding],
    timeline: Timeline,
    policies: Mapping[str, Policy],
    chosen: Mapping[str, Policy],
) -> tuple[list[Finding], tuple[Standing, ...]]:
    """Mark what waivers and ignores accept, and return also what has become of each of them.

    ``policies`` are all there are, ``chosen`` those that findings were looked for by.
    """
    estate = timeline.estate
    if not estate.waivers and not any(file.may_address_us for file in estate.files):
        return findings, ()
    from opspolicy import waiving  # noqa: PLC0415 - an estate without any has no use for it

    outcome = waiving.apply(findings, timeline, policies, chosen)
    return outcome.findings, outcome.standings


def _other_patterns(tree: Tree, one: Config, other: Config) -> bool:
    if [each.written for each in one.sources] != [each.written for each in other.sources]:
        return True
    return discovery.effective(tree, one.patterns) != discovery.effective(tree, other.patterns)


def _either(
    tree: Tree, own: discovery.Selection, other: discovery.Selection
) -> discovery.Selection:
    """Return what either selection has, but for what the other's settings name and isn't here."""
    there = {path for path in other.paths if tree.exists(path)}
    readings = {path: each for path, each in other.readings.items() if tree.exists(path)}
    for path, mine in own.readings.items():
        stamps = {each.stamp for each in mine}
        more = (each for each in readings.get(path, ()) if each.stamp not in stamps)
        readings[path] = (*mine, *more)
    return discovery.Selection(
        tuple(sorted({*own.paths, *there} - readings.keys())),
        tuple(dict.fromkeys([*own.problems, *other.problems])),
        readings,
        own.unnamed | other.unnamed,
    )


def _ways(selection: discovery.Selection) -> set[tuple[str, str]]:
    """Return each file that is selected with each format it is read as, "" for our own."""
    return {(path, "") for path in selection.paths} | {
        (path, each.format) for path, readings in selection.readings.items() for each in readings
    }


def strictest(findings: Iterable[Finding]) -> list[Finding]:
    """Return each finding once, as severe as the severest of the policies it was found by."""
    worst: dict[tuple[str, object], Finding] = {}
    for each in findings:
        key = (each.fingerprint, each.occurrences)
        before = worst.get(key)
        if before is None or _severity(each) < _severity(before):
            worst[key] = each
    return list(worst.values())


def _severity(finding: Finding) -> int:
    return SEVERITIES.index(finding.severity)


def trial(judged: Judged) -> Trial:
    """Return a judged estate to try changes on; all of it must have been read."""
    from opspolicy.repair.trial import Trial  # noqa: PLC0415 - only to repair

    assert judged.timeline is not None  # noqa: S101 - callers look whether the report is complete
    report = judged.report
    return Trial(report.estate, judged.timeline, judged.policies, report.findings)


class Unassumable(ValueError):  # noqa: N818 - as the next one
    """Something that can't be assumed of this estate; the message says why, and what can."""


class UnknownRule(ValueError):  # noqa: N818 - read as a sentence: "raises UnknownRule"
    """A name of no rule and no policy; ``known`` are those there are."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        """Complain about ``name``."""
        super().__init__(name)
        self.known = sorted(known)


def read(
    tree: Tree,
    settings: Config,
    paths: Sequence[str] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[discovery.Selection, Iterator[SourceFile]]:
    """Return which files of ``tree`` make up the estate, and these files in the order of paths.

    Each is read when it is asked for, and ``progress`` is told. Raises GitError, here and then,
    where a commit's files can't be had; never for what files hold.
    """
    selection = select(tree, settings, paths)
    return selection, _sources(tree, selection, progress)


def select(tree: Tree, settings: Config, paths: Sequence[str]) -> discovery.Selection:
    """Return the files that ``paths`` name, else those that ``settings`` select."""
    native = _native(tree, settings, paths)
    if not settings.sources:
        return native
    from opspolicy import importers  # noqa: PLC0415 - only for who has any

    found = importers.select(tree, settings.sources)
    unnamed = frozenset[str]()
    declared: Sequence[str] = native.paths
    # The root itself is named by nothing.
    if paths and "" not in map(tree.find, paths):
        named = [*filter(None, (tree.find(each) for each in paths))]
        within = tuple(f"{each}/" for each in named)
        unnamed = frozenset(
            path for path in found.readings if path not in named and not path.startswith(within)
        )
        if len(unnamed) < len(found.readings):
            # What is named of them may be completed by any declaration of ours.
            more = discovery.select(tree, settings.patterns).paths
            declared = sorted({*native.paths, *more})
            unnamed |= {*more} - {*native.paths, *found.readings}
    readings = found.readings
    if all(path in readings for path in native.paths):
        # Without a declaration of ours there is none that completes anything.
        readings = {path: each for path, each in readings.items() if path not in unnamed}
    twice = importers.twice(tree, settings.sources, found, native.paths, settings.patterns)
    return discovery.Selection(
        tuple(path for path in declared if path not in found.readings),
        tuple(dict.fromkeys([*native.problems, *found.problems, *twice])),
        readings,
        unnamed,
    )


def _native(tree: Tree, settings: Config, paths: Sequence[str]) -> discovery.Selection:
    """Return the files of our own language."""
    if not paths:
        return discovery.select(tree, settings.patterns)
    named = tuple(paths)
    if not isinstance(tree, Root):
        # What is named is the head's: a file that the change adds is missing in no base.
        found = {name: tree.find(name) for name in named}
        named = tuple(name for name, path in found.items() if path is None or tree.exists(path))
    return discovery.select_named(tree, named, settings.patterns)


def _sources(
    tree: Tree, selection: discovery.Selection, progress: Callable[[str], None]
) -> Iterator[SourceFile]:
    paths = [*sorted(selection.readings), *sorted(selection.paths)]
    tree.expect(paths)
    for at, path in enumerate(paths):
        progress(f"reading file {at + 1:,} of {len(paths):,}")
        readings = selection.readings.get(path)
        file = files.load(tree, path) if readings is None else load_foreign(tree, path, readings)
        file.is_named = path not in selection.unnamed
        yield file


def remembered(settings: Config, cache: str | None) -> Memory | None:
    """Return what earlier runs have read of this estate, None without a ``cache``."""
    if cache is None:
        return None
    return known.memory(cache, "estate", os.path.realpath(settings.root))


def _aside(
    root: Tree,
    settings: Config,
    selection: discovery.Selection,
    jobs: int | None,
    memory: Memory | Shared | None,
) -> Aside | None:
    """Have half of the files read by a second process, where that is asked for or worth it."""
    if not isinstance(root, Root) or jobs == 1 or (memory is not None and not memory.is_empty):
        return None
    from opspolicy.estate import aside  # noqa: PLC0415 - only for who may use it

    paths = sorted(selection.paths)
    if jobs is None and (aside.processors() == 1 or not aside.is_large(root, paths)):
        return None
    return aside.read_aside(root, paths, settings.defaults)


def _chosen(
    policies: Mapping[str, Policy], selected: Sequence[str], ignored: Sequence[str]
) -> Mapping[str, Policy]:
    """Return the policies that ``selected`` names, all of them without any, less ``ignored``."""
    if not selected and not ignored:
        return policies
    of_slug = {rule.slug: rule for rule in rules.every()}
    known = {*policies, *of_slug}

    def named(policy: Policy, names: Sequence[str]) -> bool:
        code = of_slug[policy.rule].code
        return any(name in {policy.name, policy.rule} or _begins(code, name) for name in names)

    for name in (*selected, *ignored):
        if name not in known and not any(_begins(rule.code, name) for rule in of_slug.values()):
            raise UnknownRule(name, known)
    return {
        name: policy
        for name, policy in policies.items()
        if policy.locked
        or of_slug[policy.rule].incomplete
        or ((not selected or named(policy, selected)) and not named(policy, ignored))
    }


def _begins(code: str, name: str) -> bool:
    """Whether ``name`` is a code or the beginning of one: `OPS3` is, `O` is too little to mean."""
    return len(name) >= len("OPS") and code.startswith(name)


def _statuses(sources: Sequence[SourceFile]) -> list[FileStatus]:
    """Return what became of each file; one that can't be read or parsed declares nothing."""
    return [
        FileStatus(file.path, "failed", file.problems[0].message)
        if file.problems
        else FileStatus(file.path, "parsed")
        for file in sources
    ]


def _report(
    as_of: int,
    until: int,
    findings: Sequence[Finding],
    statuses: Sequence[FileStatus],
    estate: Estate,
    fail_on: str,
) -> Report:
    found, seen = tuple(sorted(findings, key=order)), tuple(sorted(statuses))
    return Report(as_of, until, found, seen, estate, fail_on)
