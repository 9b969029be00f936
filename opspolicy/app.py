"""The wiring: from paths to a report. Also the public Python API."""

from __future__ import annotations

import os

from opspolicy import config as configuration
from opspolicy import judge, rules
from opspolicy.dates import UTC, date, datetime, timedelta
from opspolicy.estate import known
from opspolicy.estate.estate import assemble, gather
from opspolicy.record import NamedTuple
from opspolicy.report import FileStatus, Report, order
from opspolicy.source import discovery, files
from opspolicy.source.reading import Root
from opspolicy.temporal.holidays import Holidays
from opspolicy.temporal.instants import parse_as_of
from opspolicy.timeline.horizon import Horizon
from opspolicy.timeline.timeline import Timeline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from opspolicy.config import Config
    from opspolicy.estate.aside import Aside
    from opspolicy.estate.estate import Estate
    from opspolicy.policy.policies import Policy
    from opspolicy.policy.standings import Standing
    from opspolicy.repair.trial import Trial
    from opspolicy.report import Finding
    from opspolicy.source.files import SourceFile
    from opspolicy.source.memory import Memory
    from opspolicy.source.tree import Tree

    Path = str | os.PathLike[str]
    Paths = Path | Iterable[Path]


# Beyond these years, horizons reach past what dates and zones can be worked out for.
EARLIEST, LATEST = "1971-01-01", "2150-01-01"
# Two years of every minute; each takes some fifty bytes.
MOST_OCCURRENCES = 1_000_000


class Request(NamedTuple):
    """What is asked of a run, settled by the caller.

    ``as_of`` is UTC epoch seconds. ``horizon`` (seconds) and ``fail_on`` beat the configuration's.
    ``selected`` and ``ignored`` are codes, their beginnings, slugs or names of policies. ``cache``
    is a directory for what is worth keeping; nothing is kept without. ``jobs`` is how many
    processes may read, of which two are used at most; None uses two where the estate is worth it.
    ``slots`` is whether to look for other times for what collides.
    ``unwaived`` judges as if there were no waivers and ignores.
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


def load(
    paths: Paths = (),
    config: str | os.PathLike[str] | None = None,
) -> Estate:
    """Return the estate that ``paths`` declare, or what the configuration selects without any.

    ``paths`` are files and directories, relative to the current directory; ``config`` is the path
    of a configuration, else the nearest `opspolicy.yaml` holds. Never raises for what files hold:
    what is wrong with them is in ``problems``, ``invalid`` and the like.
    """
    settings = configuration.load(os.getcwd(), os.fspath(config) if config is not None else None)
    _, sources = read(Root(settings.root), settings, _named(paths))
    return gather(sources, settings.defaults)


def check(
    paths: Paths = (),
    *,
    as_of: date | str,
    horizon: timedelta | str | None = None,
    config: str | os.PathLike[str] | None = None,
) -> Report:
    """Judge what ``paths`` declare, as `opspolicy check` does.

    ``as_of`` is an instant (UTC when it has no offset), a date, or its text, such as `2027-09-01`;
    ``horizon`` a duration or its text, such as `180d`, the configuration's when left out. ``paths``
    and ``config`` are as for ``load``.

    Raises ValueError for an ``as_of`` or ``horizon`` that can't be; never for what files hold.
    """
    start = as_of_seconds(as_of)
    seconds = horizon_seconds(horizon) if horizon is not None else None
    settings = configuration.load(os.getcwd(), os.fspath(config) if config is not None else None)
    return run(settings, _named(paths), Request(start, seconds))


def occurrences(
    schedule: str | Mapping[str, object],
    *,
    timezone: str | None,
    scheduler: str | None,
    start: date | str,
    end: date | str,
) -> list[datetime]:
    """Return the starts of a schedule in ``[start, end)``, in UTC, sorted, each once.

    ``schedule`` is what a job's `schedule` is: a cron line, or a mapping with `cron`,
    `on_calendar`, `every`, `rrule` or `dates`. ``timezone`` and ``scheduler`` are the job's, and
    None where it doesn't say: a local time without a zone is refused, and a cron line without a
    scheduler starts whenever any dialect that accepts it does. ``start`` and ``end`` are as
    ``as_of`` for ``check``.

    Raises ValueError for a schedule that can't be, saying what to write instead (alone in its
    ``hint``), for an ``end`` before ``start``, and for more than a million starts.
    """
    from opspolicy.estate import single  # noqa: PLC0415 - no check reads a schedule by itself
    from opspolicy.temporal.recurrence import ScheduleError  # noqa: PLC0415
    from opspolicy.temporal.schedules import stretches  # noqa: PLC0415

    first, last = as_of_seconds(start), as_of_seconds(end)
    if last < first:
        message = f"`end` ({end}) is before `start` ({start})"
        raise ValueError(message)
    try:
        read = single.read(schedule, timezone, scheduler)
    except ScheduleError as error:
        told = f"{error}; {error.hint}" if error.hint else str(error)
        raise ScheduleError(told, error.hint) from error
    found: list[datetime] = []
    for starts in stretches(read, first, last):
        found += [datetime.fromtimestamp(at, UTC) for at in starts]
        if len(found) > MOST_OCCURRENCES:
            message = f"more than {MOST_OCCURRENCES:,} starts: ask for a shorter stretch of time"
            raise ValueError(message)
    return found


def _named(paths: Paths) -> list[str]:
    if isinstance(paths, (str, os.PathLike)):
        return [os.fspath(paths)]
    return [os.fspath(path) for path in paths]


def as_of_seconds(as_of: date | str) -> int:
    """Return an instant as UTC epoch seconds; raises ValueError for one that can't be judged."""
    if isinstance(as_of, datetime):
        aware = as_of if as_of.tzinfo is not None else as_of.replace(tzinfo=UTC)
        seconds = int(aware.timestamp())
    else:
        # A plain date says what its text says.
        seconds = parse_as_of(str(as_of))
    if not parse_as_of(EARLIEST) <= seconds < parse_as_of(LATEST):
        message = f"`{as_of}` is out of reach: {EARLIEST} to {LATEST} can be judged"
        raise ValueError(message)
    return seconds


def horizon_seconds(horizon: timedelta | str) -> int:
    """Return a horizon in seconds; raises ValueError for none and for over five years."""
    if isinstance(horizon, timedelta):
        return configuration.check_horizon(int(horizon.total_seconds()), str(horizon))
    return configuration.parse_horizon(str(horizon))


class Judged(NamedTuple):
    """A report with what it was made from; no timeline where nothing could be judged."""

    report: Report
    policies: Mapping[str, Policy]
    timeline: Timeline | None = None


def run(
    settings: Config,
    paths: Sequence[str],
    request: Request,
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Check the estate that ``settings`` or ``paths`` select.

    ``progress`` is told what is being done, many times in a long run.

    Raises UnknownRule when the request names a rule there isn't.
    """
    found = judged(settings, paths, request, progress)
    report = found.report
    hurt = any(each.causes for each in report.findings)
    if not (request.slots and hurt and found.timeline is not None):
        return report
    from opspolicy.repair import advice  # noqa: PLC0415 - only for a finding

    progress("looking for slots")
    told = advice.advised(trial(found), report.findings)
    return report._replace(findings=tuple(sorted(told, key=order)))


def judged(
    settings: Config,
    paths: Sequence[str],
    request: Request,
    progress: Callable[[str], None] = lambda _: None,
) -> Judged:
    """Check as ``run`` does, and return also what more can be asked of."""
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
        return Judged(report._replace(unconfigured=True), policies)
    root = Root(settings.root)
    selection, sources = read(root, settings, paths, progress)
    memory = _memory(settings, request.cache)
    aside = _aside(root, settings, selection, request.jobs, memory)
    estate = gather(sources, settings.defaults, Holidays(request.cache), memory, aside)
    if memory is not None:
        memory.save(everything=not paths)
    progress("judging")
    findings = judge.from_problems(estate, [*selection.problems, *estate.problems])
    statuses = _statuses(estate.files)
    statuses += [FileStatus(each.span.file, "failed", each.message) for each in selection.problems]
    timeline = Timeline(estate, Horizon(request.as_of, until))
    findings += judge.judge(estate, timeline, policies)
    standings: tuple[Standing, ...] = ()
    # Looked for here, so that an estate without any imports nothing of what judges them.
    if not request.unwaived and (
        estate.waivers or any(file.may_address_us for file in estate.files)
    ):
        from opspolicy import waiving  # noqa: PLC0415 - see above

        findings, standings = waiving.apply(findings, timeline, settings.policies, policies)
    report = _report(request.as_of, until, findings, statuses, estate, fail_on)
    report = report._replace(standings=standings, unwaived=request.unwaived)
    left_out = len(settings.policies) - len(policies)
    if not statuses and not request.allow_empty:
        looked = ", ".join(paths or discovery.effective_include(root, settings.patterns))
        report = report._replace(nothing_matched=f"{looked} in {settings.root}")
    report = report._replace(left_out=left_out, only_named=bool(paths))
    return Judged(report, policies, timeline)


def trial(judged: Judged) -> Trial:
    """Return a judged estate to try changes on; all of it must have been read."""
    from opspolicy.repair.trial import Trial  # noqa: PLC0415 - only to repair

    assert judged.timeline is not None  # noqa: S101 - callers look whether the report is complete
    report = judged.report
    return Trial(report.estate, judged.timeline, judged.policies, report.findings)


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

    They are those that ``paths`` name, else those that ``settings`` select. Each is read when it is
    asked for, and ``progress`` is told. Raises GitError, here and then, where a commit's files
    can't be had; never for what files hold.
    """
    if paths:
        selection = discovery.select_named(tree, tuple(paths), settings.patterns)
    else:
        selection = discovery.select(tree, settings.patterns)
    return selection, _sources(tree, selection, progress)


def _sources(
    tree: Tree, selection: discovery.Selection, progress: Callable[[str], None]
) -> Iterator[SourceFile]:
    paths = sorted(selection.paths)
    tree.expect(paths)
    for at, path in enumerate(paths):
        progress(f"reading file {at + 1:,} of {len(paths):,}")
        yield files.load(tree, path)


def _memory(settings: Config, cache: str | None) -> Memory | None:
    """Return what earlier runs have read of this estate, None without a ``cache``."""
    if cache is None:
        return None
    return known.memory(cache, "estate", os.path.realpath(settings.root))


def _aside(
    root: Root,
    settings: Config,
    selection: discovery.Selection,
    jobs: int | None,
    memory: Memory | None,
) -> Aside | None:
    """Have half of the files read by a second process, where that is asked for or worth it."""
    if jobs == 1 or (memory is not None and not memory.is_empty):
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
