"""A change against its base: two trees judged by the stricter of both gates, side by side."""

from __future__ import annotations

import os

from opspolicy import config as configuration
from opspolicy import examine, judge
from opspolicy.compare import changes, extended, gate, matching, standing, touched
from opspolicy.compare.combined import Branch, combined, named
from opspolicy.estate.estate import gather
from opspolicy.examine import Beside, Judged
from opspolicy.record import NamedTuple
from opspolicy.report import UNCHANGED, Base, Bygone, Known, order
from opspolicy.source import bases, discovery, git, sparse
from opspolicy.source.bases import Base as Start
from opspolicy.source.discovery import CONFIG_NAME
from opspolicy.source.git_error import GitError
from opspolicy.source.memory import Shared
from opspolicy.source.reading import Root, is_above
from opspolicy.timeline.timeline import Timeline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from opspolicy.config import Config
    from opspolicy.estate.assumptions import Assumption
    from opspolicy.estate.estate import Estate
    from opspolicy.examine import Request
    from opspolicy.report import Finding, Report
    from opspolicy.rules.base import Violation
    from opspolicy.source.git import Repository
    from opspolicy.source.tree import Tree

SHORT = 12
"""How many digits of a commit's id are shown."""

WORKING_TREE = "the working tree"

UNUSED = "unused-waiver"


class Side(NamedTuple):
    """One side of a change: a tree, the settings that hold in it, and what to call it.

    ``found`` is where its configuration is found from where the program was started, in the
    repository; None where there is none, or where it was named.
    """

    tree: Tree
    settings: Config
    name: str
    found: str | None = None


class Comparison(NamedTuple):
    """A head judged against its base."""

    report: Report
    judged: Judged
    base: Judged

    def changes(self) -> changes.Changes:
        """Return what the change does to the plan; files that were known may be read for it."""
        if self.base.timeline is None or self.judged.timeline is None:
            return changes.Changes((), ())
        return changes.changes(self.base.timeline, self.judged.timeline, self.judged.renamed)


def compared(
    settings: Config,
    paths: Sequence[str],
    request: Request,
    base: str | Start,
    head: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Comparison:
    """Judge the head against the merge base of ``base`` and the head, or where a change began.

    The head is the working tree, unless a commit is named; in the midst of a merge it is based on
    what is merged as well. Raises GitError for what git can't tell,
    and UnknownRule when the request names a rule there isn't.
    """
    with git.open_repository(settings.root) as repository:
        tip = _tip(repository, head)
        if isinstance(base, str):
            base = Start(base, repository.commit(base))
        start = base.commit
        if not base.is_start:
            merging = repository.merging(os.environ) if head is None else ()
            start = repository.merge_base(start, tip, *merging)
        before, after = _sides(repository, settings, start, head and tip, request.cache)
        if head is None:
            below = _below_top(repository, after.tree.path) or ""
            both = (before.settings.patterns, after.settings.patterns)
            sparse.refuse(repository, below, paths, *both)
        left = "" if start == base.commit else "where it left "
        before = before._replace(name=f"{left}{base.name} ({start[:SHORT]})")
        return _judged(before, after, paths, request, progress)


def usual_base(directory: str) -> Start:
    """Return what a change is mostly compared with: the first of the usual names that there is.

    Raises GitError where there is no repository, and no commit.
    """
    with git.open_repository(directory) as repository:
        return bases.usual(repository) or Start(git.HEAD, _tip(repository, None))


def committed(
    settings: Config,
    paths: Sequence[str],
    request: Request,
    head: str,
    progress: Callable[[str], None] = lambda _: None,
) -> Judged:
    """Judge a commit by itself, as its checkout would be judged from here.

    Raises as ``compared`` does.
    """
    with git.open_repository(settings.root) as repository:
        tree = repository.tree(repository.commit(head), repository.prefix)
        if not _is_named(settings):
            # It may have its configuration where the working tree has none.
            here = _below_top(repository, os.getcwd())
            tree = tree if here is None else repository.tree(tree.commit, here)
            tree = tree.upwards(CONFIG_NAME) or tree
        own = configuration.load_tree(tree, settings.path, request.cache)
        memory = Shared(examine.remembered(own, request.cache))
        return examine.judged(tree, own, paths, request, progress, memory=memory)


def _tip(repository: Repository, head: str | None) -> str:
    """Return the commit that the head is, or that the working tree is based on."""
    if head is not None:
        return repository.commit(head)
    if repository.head is None:
        message = "there is no commit yet, so there is nothing to compare with"
        raise GitError(message, "commit first, or check without --base")
    return repository.head


def _start(repository: Repository, ref: str, tip: str) -> str:
    return repository.merge_base(repository.commit(ref), tip)


def _sides(
    repository: Repository, settings: Config, start: str, head: str | None, cache: str | None
) -> tuple[Side, Side]:
    """Return both sides, in the same directory of the repository."""
    below = repository.prefix
    before = repository.tree(start, below)
    if settings.path is None:
        # A change that deletes the configuration doesn't move the root.
        held = before.upwards(CONFIG_NAME)
        if held is None and head is not None:
            held = repository.tree(head, below).upwards(CONFIG_NAME)
        if held is not None and held.path != before.path:
            below = _below_top(repository, held.path) or ""
            before = repository.tree(start, below)
            settings = configuration.load_tree(Root(held.path), None, cache)
    tree: Tree = Root(settings.root)
    name = WORKING_TREE
    if head is not None:
        tree, name = repository.tree(head, below), head[:SHORT]
        settings = configuration.load_tree(tree, settings.path, cache)
    of_base = configuration.load_tree(before, settings.path, cache)
    was, now = _found(repository, start, head, settings)
    return Side(before, of_base, start[:SHORT], was), Side(tree, settings, name, now)


def _found(
    repository: Repository, start: str, head: str | None, settings: Config
) -> tuple[str | None, str | None]:
    """Return where either side's configuration is found, None for both where one was named."""
    here = os.getcwd()
    below = _below_top(repository, here)
    if _is_named(settings) or below is None:
        return None, None
    held = repository.tree(start, below).upwards(CONFIG_NAME)
    was = None if held is None else _within(repository, held.path)
    if head is not None:
        held = repository.tree(head, below).upwards(CONFIG_NAME)
        return was, None if held is None else _within(repository, held.path)
    found = discovery.find_upwards(here, CONFIG_NAME)
    return was, None if found is None else _within(repository, os.path.dirname(found))


def _is_named(settings: Config) -> bool:
    """Whether the configuration isn't the one that is found from where the program was started."""
    if settings.path is None:
        return False
    found = discovery.find_upwards(os.getcwd(), CONFIG_NAME)
    own = os.path.join(settings.root, settings.path)
    return found is None or os.path.realpath(own) != os.path.realpath(found)


def _below_top(repository: Repository, directory: str) -> str | None:
    """Return the way from the top of the repository to a directory; None where it isn't below."""
    below = os.path.relpath(os.path.realpath(directory), repository.top).replace(os.sep, "/")
    if is_above(below):
        return None
    return "" if below == os.curdir else below


def _within(repository: Repository, directory: str) -> str:
    """Return the configuration of a directory, by its path in the repository."""
    path = os.path.relpath(os.path.join(os.path.realpath(directory), CONFIG_NAME), repository.top)
    return path.replace(os.sep, "/")


def _judged(
    before: Side,
    after: Side,
    paths: Sequence[str],
    request: Request,
    progress: Callable[[str], None],
) -> Comparison:
    strict = gate.strict(before.settings, after.settings)
    request = request._replace(
        horizon=strict.horizon if request.horizon is None else request.horizon,
        fail_on=request.fail_on or strict.fail_on,
    )
    memory = Shared(examine.remembered(after.settings, request.cache))
    warm = examine.judged(
        before.tree,
        before.settings,
        paths,
        request._replace(allow_empty=True, what_if=_where_possible(request.what_if)),
        progress,
        beside=Beside(_settled(after)),
        memory=memory,
    )
    head = examine.judged(
        after.tree,
        after.settings,
        paths,
        request,
        progress,
        beside=Beside(_settled(before), warm.timeline, matching.renamed),
        memory=memory,
    )
    return _stood(before, after, warm, head)


def _where_possible(assumptions: Sequence[Assumption]) -> tuple[Assumption, ...]:
    """Return what is assumed of a base, which may lack what it is assumed of."""
    return tuple(each._replace(optional=True) for each in assumptions)


def _settled(side: Side) -> Config:
    """Return a side's settings for the other's tree: what is left unsaid is decided by its own."""
    return side.settings._replace(patterns=discovery.effective(side.tree, side.settings.patterns))


def _stood(before: Side, after: Side, base: Judged, head: Judged) -> Comparison:
    """Hold what was found in the head against what was found in the base."""
    old, new = base.report, head.report
    if base.timeline is None or head.timeline is None:
        # Without its configuration nobody knows what either side would be.
        told = new._replace(base=Base(before.name, is_broken=True))
        return Comparison(told, head, base)
    names = head.renamed
    was = _unwaived_again(old.findings, new.findings, names)
    stood = standing.against(new.findings, was, names, base.timeline.judged)
    violations = [*_weakened(before, after, head), *extended.extended(old.estate, new.estate)]
    accepted = [each for each in old.findings if each.waiver is not None]
    called = [standing.under_new_names(each, names) for each in accepted]
    violations += extended.ignored_longer(called, new.findings)
    weak = judge.held(new.estate, gate.RULE, violations, before.settings.policies)
    lines = touched.touched(old.estate, new.estate)
    found = [
        lines.anchored(each) if each.status != UNCHANGED else each
        for each in (*stood.findings, *weak)
    ]
    reviewers = changes.reviewers(base.timeline, head.timeline, names, found)
    told = new._replace(
        findings=tuple(sorted(found, key=order)),
        base=Base(
            before.name,
            fixed=stood.fixed,
            reviewers=reviewers,
            files=tuple(old.estate.files),
            is_broken=not old.complete,
        ),
    )
    return Comparison(told, head._replace(report=told), base)


def _weakened(before: Side, after: Side, head: Judged) -> Iterator[Violation]:
    """Yield what the head's settings loosen, unless one side has none that can be read."""
    if before.found is not None and after.found is not None and before.found != after.found:
        yield gate.elsewhere(after.settings, before.found, after.found)
    if not before.settings.problems and not after.settings.problems:
        yield from gate.weakened(before.settings, after.settings, head.lost)


def _unwaived_again(
    base: Sequence[Finding], head: Sequence[Finding], names: Mapping[str, str]
) -> list[Finding]:
    """Return the base's findings without those that were waived there and are active now."""
    active = {each.fingerprint for each in head if each.waived_by is None}
    return [
        each
        for each in base
        if each.waived_by is None or standing.under_new_names(each, names).fingerprint not in active
    ]


# Several open branches ------------------------------------------------------------------------


def together(
    root: str,
    head: Judged,
    request: Request,
    refs: Sequence[str],
    progress: Callable[[str], None] = lambda _: None,
    tip: str | None = None,
) -> Report:
    """Return a report with what is found only once other open branches are merged as well.

    ``root`` is a directory of the repository that is there, and ``tip`` the commit that was judged,
    None for the working tree. All goes by the settings of what was judged. Raises GitError for
    what git can't tell.
    """
    report, settings = head.report, head.settings
    if head.timeline is None:
        return report
    memory = Shared(examine.remembered(settings, request.cache))
    branches: list[Branch] = []
    alone = [report.findings]
    unread: list[Finding] = []
    with git.open_repository(root) as repository:
        tip = _tip(repository, tip)
        below = _below_top(repository, settings.root) or ""
        for ref in refs:
            progress(f"reading {ref}")
            start = _start(repository, ref, tip)
            of_start = _estate(repository.tree(start, below), settings, request, memory)
            tree = repository.tree(repository.commit(ref), below)
            own = configuration.load_tree(tree, settings.path, request.cache)
            # What is switched off in a branch is switched on where it is merged.
            judged_by = own._replace(policies=settings.policies)
            empty = request._replace(allow_empty=True)
            found = examine.judged(tree, judged_by, (), empty, memory=memory)
            alone.append(found.report.findings)
            unread += [_of_branch(each, ref) for each in found.report.findings if each.incomplete]
            files = named(found.report.estate.files, ref)
            branches.append(Branch(ref, gather(files, own.defaults, memory=memory), of_start))
    made = combined(report.estate, branches)
    timeline = Timeline(made.estate, head.timeline.horizon)
    judged = list(judge.judge(made.estate, timeline, head.policies))
    if not request.unwaived:
        judged, _ = examine.accepted(judged, timeline, settings.policies, head.policies)
    judged = [each for each in judged if not _is_told(each, refs, alone)]
    # What somebody accepts alone is no excuse for what nobody accepts together.
    active = {each.fingerprint for each in judged if each.waived_by is None}
    before = Bygone(
        [
            each
            for found in alone
            for each in found
            if each.waived_by is None or each.fingerprint not in active
        ]
    )
    said = " and ".join(f"`{each}`" for each in refs)
    only = [
        each._replace(
            hint=f"this is found only together with {said}; {each.hint}".rstrip("; "),
            together=tuple(refs),
        )
        for each in judged
        if (was := before.of(each)) is None
        or not was.covers(Known(each.severity, each.occurrences, each.measure))
    ]
    # Of what can't be read nobody knows what it collides with.
    there = {each.fingerprint for each in (*report.findings, *only)}
    only += [each for each in unread if each.fingerprint not in there]
    conflicts = tuple(f"{each.ref} ({each.branch})" for each in made.conflicts)
    return report._replace(
        findings=tuple(sorted([*report.findings, *only], key=order)),
        estate=made.estate,
        conflicts=conflicts,
        together=tuple(refs),
    )


def _is_told(finding: Finding, refs: Sequence[str], alone: Sequence[Sequence[Finding]]) -> bool:
    """Whether a finding about a waiver, or an ignore, is no other than where that stands alone.

    A branch's are called after it, so that their fingerprints don't tell. Ignores that match
    nothing, on lines that another branch writes anew, or shares, hide nothing either.
    """
    first = next(iter(finding.subjects), "")
    if finding.rule == UNUSED and first.startswith("file/"):
        return True
    if not any(first.startswith(f"waiver/{ref}:") for ref in refs):
        return False
    about = (finding.rule, finding.subjects[1:])
    return any((each.rule, each.subjects[1:]) == about for found in alone for each in found)


def _of_branch(finding: Finding, ref: str) -> Finding:
    """Return what leaves a branch without a verdict, with the branch named."""
    place = finding.place
    span = place.span._replace(file=f"{ref}:{place.span.file}")
    return finding._replace(
        message=f"in `{ref}`: {finding.message}", place=place._replace(span=span), related=()
    )


def _estate(tree: Tree, settings: Config, request: Request, memory: Shared) -> Estate:
    own = configuration.load_tree(tree, settings.path, request.cache)
    _, sources = examine.read(tree, own)
    return gather(sources, own.defaults, memory=memory)
