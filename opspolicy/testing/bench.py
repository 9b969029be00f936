"""Where tests are judged: the estate that each is about, by the configuration that holds there."""

from __future__ import annotations

import os

from opspolicy import app, config, examine
from opspolicy.compare import standing
from opspolicy.estate.entry import Defaults
from opspolicy.phrases import did_you_mean, listing
from opspolicy.policy import policies
from opspolicy.record import NamedTuple
from opspolicy.source.discovery import CONFIG_NAME, Selection
from opspolicy.source.files import Written
from opspolicy.source.reading import Root, is_above
from opspolicy.temporal import durations
from opspolicy.testing import changes
from opspolicy.testing.given import Given, inline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from opspolicy.config import Config
    from opspolicy.estate.assumptions import Assumption
    from opspolicy.examine import Judged, Request
    from opspolicy.source.files import SourceFile
    from opspolicy.source.problem import Problem
    from opspolicy.testing.cases import Case

POLICIES = "policies"
"""The directory in which policies are looked for where no configuration says otherwise."""

MOST_KEPT = 8
"""How many judged estates are kept for the tests that come next: neighbours often share one."""


MOST_COMPARISONS = 5_000_000
"""How often a finding is held against what a test names: seconds, whatever the files hold."""


class Refused(Exception):  # noqa: N818 - read as a sentence: "raise Refused"
    """A test that can't be judged as it is written."""

    def __init__(self, *problems: Problem) -> None:
        """Say why."""
        super().__init__(problems[0].message)
        self.problems = problems


class Subject(NamedTuple):
    """What is judged, by which settings: files by ``names``, else what the settings select.

    One that is inline stands in the test file.
    """

    settings: Config
    names: tuple[str, ...] = ()
    is_inline: bool = False


class Bench:
    """Judges one test after the other.

    ``settings`` are those of the command: they hold where there is no nearer configuration, or
    everywhere where somebody has named theirs, which makes them ``fixed``.
    """

    def __init__(self, settings: Config, *, fixed: bool = False, cache: str | None = None) -> None:
        """Judge below the root of ``settings``; holidays are kept in the directory ``cache``."""
        self.settings = settings
        self.root = Root(settings.root)
        self.cache = cache
        self._fixed = fixed
        self._left = MOST_COMPARISONS
        self._near: dict[tuple[str, bool], Config] = {}
        self._judged: dict[object, Judged] = {}

    def judged(self, case: Case) -> Judged:
        """Return what is found in the estate of a test; raises Refused."""
        subject = self._subject(case)
        settings = subject.settings
        if settings.problems:
            raise Refused(*settings.problems)
        request = self._request(case)
        if not case.values.get("changes"):
            return _assuming(case, lambda: self._before(case, subject, request))
        # What the changes add isn't there before them.
        optional = tuple(each._replace(optional=True) for each in request.what_if)
        before = self._before(case, subject, request._replace(what_if=optional))
        selection, sources = self._sources(case, subject)
        changed = changes.apply(case, sources)
        if changed.problems:
            raise Refused(*changed.problems)
        files: list[SourceFile] = list(changed.sources)
        if changed.added and subject.is_inline:
            files = [
                Given(each.path, each.text, (*each.documents, *changed.added)) for each in files
            ]
        elif changed.added:
            files.append(inline(case.written.source, None, changed.added))
        given = (selection, sorted(files, key=_path))
        found = _assuming(
            case, lambda: examine.judged(Root(settings.root), settings, (), request, given=given)
        )
        stood = standing.against(found.report.findings, before.report.findings, {})
        return found._replace(report=found.report._replace(findings=stood.findings))

    def may_compare(self, times: int) -> bool:
        """Whether findings may be compared so many times more; then they count as compared."""
        if times <= self._left:
            self._left -= times
            return True
        return False

    def _before(self, case: Case, subject: Subject, request: Request) -> Judged:
        """Return what is found without the changes of a test: in files, the same for all tests."""
        if subject.is_inline or "config" in case.values:
            return self._plain(case, subject, request)
        settings = subject.settings
        known = (settings.root, settings.path, subject.names, request)
        if known not in self._judged:
            if len(self._judged) >= MOST_KEPT:
                del self._judged[next(iter(self._judged))]
            self._judged[known] = self._plain(case, subject, request)
        return self._judged[known]

    def _plain(self, case: Case, subject: Subject, request: Request) -> Judged:
        """Return what is found in the estate of a test without its changes."""
        given = self._sources(case, subject)
        return examine.judged(
            Root(subject.settings.root), subject.settings, subject.names, request, given=given
        )

    def _sources(self, case: Case, subject: Subject) -> tuple[Selection, Iterable[SourceFile]]:
        if subject.is_inline:
            node = case.written.node.entries["estate"]
            return Selection((), ()), [inline(case.written.source, node, ())]
        tree = Root(subject.settings.root)
        return examine.read(tree, subject.settings, subject.names)

    # What a test is about ------------------------------------------------------------------------

    def _subject(self, case: Case) -> Subject:
        estate = case.values["estate"]
        if isinstance(estate, dict):
            near = self._nearest(os.path.dirname(case.path))
            return Subject(self._configured(case, near), is_inline=True)
        listed = [estate] if isinstance(estate, str) else estate
        paths = [
            self._inside(case, name, "estate", *([] if isinstance(estate, str) else [at]))
            for at, name in enumerate(listed)
        ]
        where = os.path.dirname(case.path)
        if len(paths) == 1:
            where = paths[0] if self.root.is_directory(paths[0]) else os.path.dirname(paths[0])
        near = self._nearest(where, itself=paths == [where])
        settings = self._configured(case, near)
        full = [os.path.abspath(os.path.join(self.root.path, path)) for path in paths]
        if full == [os.path.abspath(settings.root)]:
            # The root of an estate: what its configuration selects.
            return Subject(settings)
        return Subject(settings, tuple(full))

    def _inside(self, case: Case, name: str, *way: str | int) -> str:
        """Return a path of a test, seen from the root; raises Refused where it isn't below it."""
        path = case.beside(name)
        path = "" if path == os.curdir else path
        if os.path.isabs(name) or is_above(path) or not self.root.holds(path):
            message = f"`{name}` leads out of the directory in which tests are looked for"
            hint = "run with `-C` and a directory that holds both"
            raise Refused(case.problem(message, *way, hint=hint))
        if not self.root.exists(path):
            message = f"there is no `{name}` beside this file"
            raise Refused(case.problem(message, *way, hint=f"looked for `{path}`"))
        return path

    def _nearest(self, directory: str, *, itself: bool = False) -> Config:
        """Return the configuration that holds in a directory below the root.

        One that is an estate ``itself`` needs no `opspolicy.yaml` to have policies of its own.
        """
        if self._fixed or not directory:
            return self.settings
        found = self._near.get((directory, itself))
        if found is None:
            tree = Root(os.path.join(self.root.path, directory))
            if tree.has(CONFIG_NAME) or (itself and tree.is_directory(POLICIES)):
                found = config.load_tree(tree)
            else:
                found = self._nearest(os.path.dirname(directory))
            self._near[directory, itself] = found
        return found

    def _configured(self, case: Case, near: Config) -> Config:
        """Return what a test is judged by; raises Refused."""
        written = case.values.get("config")
        if written is None:
            return near
        if isinstance(written, str):
            path = self._inside(case, written, "config")
            directory, name = os.path.split(path)
            found = config.load(os.path.join(self.root.path, directory), name)
            # What it selects is for where it lies; the test says itself what it is about.
            return found._replace(root=near.root, patterns=near.patterns)
        packs = tuple(written.get("extends", policies.DEFAULT_PACKS))
        for at, name in enumerate(packs):
            if name not in policies.packs():
                message = f"there is no policy pack `{name}`"
                hint = did_you_mean(name, policies.packs()) or (
                    f"the packs are {listing(policies.packs())}"
                )
                raise Refused(case.problem(message, "config", "extends", at, hint=hint))
        own = []
        if written.get("policies"):
            node = case.written.node.entries["config"]
            kept = {"policies": node.entries["policies"]}
            keys = {"policies": (node.keys or {})["policies"]}
            own = [Given(case.path, "", [node.holding(kept, keys)])]
        combined = policies.combine(packs, own)
        if not combined.by_name and not combined.problems:
            message = "without a pack and a policy nothing would be judged"
            raise Refused(case.problem(message, "config", hint="extend `recommended`"))
        place = Written(
            case.written.source, case.written.document, (*case.written.path, "config", "defaults")
        )
        return near._replace(
            packs=packs,
            horizon=durations.parse(config.DEFAULT_HORIZON),
            fail_on=written.get("fail_on", config.DEFAULT_FAIL_ON),
            defaults=Defaults.read(place, written.get("defaults", {})),
            policies=combined.by_name,
            problems=tuple(combined.problems),
            files=(),
        )

    def _request(self, case: Case) -> Request:
        values = case.values
        try:
            as_of = app.as_of_seconds(values["as_of"])
        except ValueError as error:
            raise Refused(case.problem(str(error), "as_of")) from error
        horizon = None
        if "horizon" in values:
            try:
                horizon = app.horizon_seconds(values["horizon"])
            except ValueError as error:
                raise Refused(case.problem(str(error), "horizon")) from error
        return app.Request(
            as_of,
            horizon,
            cache=self.cache,
            slots=False,
            unwaived=not values.get("waivers", True),
            what_if=tuple(_assumptions(case)),
        )


def _assumptions(case: Case) -> Iterator[Assumption]:
    """Yield what a test assumes; raises Refused."""
    for at, each in enumerate(case.values.get("what_if", ())):
        from opspolicy.estate import assumptions  # noqa: PLC0415 - only where anything is assumed

        for key, text in each.items():
            try:
                yield assumptions.parse(f"--{key}", text)
            except assumptions.AssumptionError as error:
                raise Refused(case.problem(str(error), "what_if", at, key)) from error


def _assuming(case: Case, judged: Callable[[], Judged]) -> Judged:
    """Return what is found; raises Refused for what can't be assumed of the estate."""
    try:
        return judged()
    except examine.Unassumable as error:
        raise Refused(case.problem(str(error), "what_if")) from error


def _path(source: SourceFile) -> str:
    return source.path
