"""What there is to write for somebody who begins, and what there is no need to write."""

from __future__ import annotations

import json
import os

from opspolicy.estate.language import section_schemas
from opspolicy.estate.shapes import bundle
from opspolicy.phrases import some
from opspolicy.record import NamedTuple
from opspolicy.source import discovery, files
from opspolicy.source.discovery import CONFIG_NAME, DEFAULT_INCLUDE, Glob
from opspolicy.start import hooks, survey, texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.source.files import SourceFile
    from opspolicy.source.reading import Root
    from opspolicy.start.hosting import Hosting
    from opspolicy.start.others import Others
    from opspolicy.start.survey import Survey

SCHEMAS = ".opspolicy"
"""Where schemas are for editors: no estate is looked for in a directory of that name."""

ESTATE = "estate.yaml"
HOMES = ("ops", "ops/opspolicy", "opspolicy-estate")
"""Where a first estate may live: the first of them in which nothing else does."""

MOST_NAMED = 5
LONGEST_GLOB = 256


class Step(NamedTuple):
    """A file to write below ``root``, and what to say of it.

    ``before`` is what it says now, where something is added to it; ``text`` is None where nothing
    is to be written, and ``wrong`` where nothing can be.
    """

    root: Root
    path: str
    about: str
    text: str | None = None
    before: SourceFile | None = None
    wrong: bool = False


class Wanted(NamedTuple):
    """What somebody asks for beside a configuration and an estate."""

    hosting: Hosting
    hook: bool = False
    workflow: bool = False
    schemas: bool = False


def steps(found: Survey, wanted: Wanted, others: Others) -> list[Step]:
    """Return what to do, in order; nothing of it overwrites anything.

    ``others`` is what lies here in other formats.
    """
    planned: list[Step] = []
    if wanted.schemas:
        planned += [_schema(found, kind) for kind in ("estate", "config")]
    planned += _estate_and_config(found, wanted, others)
    if wanted.hook:
        planned.append(_hook(found, wanted.hosting))
    if wanted.workflow:
        planned.append(_workflow(found, wanted.hosting))
    return planned


def schema(kind: str) -> str:
    """Return the schema of a kind of file, which stands alone."""
    return json.dumps(bundle(section_schemas()[kind]), indent=2) + "\n"


def _schema(found: Survey, kind: str) -> Step:
    path = f"{SCHEMAS}/{kind}.schema.json"
    if found.root.has(SCHEMAS) and found.root.exists(path):
        return Step(found.root, path, "it is there already; `opspolicy schema --write` renews it")
    return Step(found.root, path, "what editors check and complete by", schema(kind))


def _pointer(found: Survey, wanted: Wanted, kind: str, path: str) -> str:
    """Return the way from a file to its schema, "" where there is or will be none."""
    target = f"{SCHEMAS}/{kind}.schema.json"
    if not wanted.schemas and not found.root.exists(target):
        return ""
    return os.path.relpath(target, os.path.dirname(path) or os.curdir).replace(os.sep, "/")


def _estate_and_config(found: Survey, wanted: Wanted, others: Others) -> list[Step]:
    """Return the configuration, and an estate where nothing declares anything."""
    has_config = found.settings.path is not None
    if found.declaring:
        named = some([f"`{each}`" for each in found.declaring], MOST_NAMED, "more files")
        kept = Step(found.root, "", f"declarations are there already: {named}")
        if has_config:
            return [kept, _existing(found)]
        return [kept, *_config_for_all(found, wanted, others)]
    if has_config:
        return [_existing(found), *_estate_in(found, wanted, others)]
    home = _home(found)
    if home is None:
        about = f"{' and '.join(HOMES)} hold other YAML: name a directory in `{CONFIG_NAME}`"
        return [Step(found.root, CONFIG_NAME, about, wrong=True)]
    include = list(DEFAULT_INCLUDE) if home == HOMES[0] else [f"{home}/**/*.{{yaml,yml}}"]
    return [
        *_config(
            found, wanted, others, include, "which files belong together, and what fails a check"
        ),
        _estate(found, wanted, others, f"{home}/{ESTATE}"),
    ]


def _existing(found: Survey) -> Step:
    """Return what there is to say of the configuration that holds."""
    name = found.settings.path or CONFIG_NAME
    left_out = found.unselected
    if not left_out:
        return Step(found.root, name, "it is there already")
    named = some([f"`{each}`" for each in left_out], MOST_NAMED, "more files")
    about = f"it is there already, and doesn't select {named}: add what is missing to `include`"
    return Step(found.root, name, about)


def _config_for_all(found: Survey, wanted: Wanted, others: Others) -> list[Step]:
    """Return a configuration that selects all that declares anything."""
    globs = _globs(found)
    astray = survey.astray(found, globs)
    if astray:
        named = some([f"`{each}`" for each in astray], MOST_NAMED, "more files")
        about = (
            f"no glob tells {named} from other files: rename what is unusual, or write it by hand"
        )
        return [Step(found.root, CONFIG_NAME, about, wrong=True)]
    about = "it selects all that declares anything"
    if found.skipped:
        about = f"it selects what declares anything in the first {survey.MOST_FILES:,} files"
    return _config(found, wanted, others, globs, about)


def _config(
    found: Survey, wanted: Wanted, others: Others, include: list[str], about: str
) -> list[Step]:
    """Return a configuration, and what is to be told of what it reads in place."""
    pointer = _pointer(found, wanted, "config", CONFIG_NAME)
    sources = ""
    if others.sources:
        sources = others.text(found.owner.name)
        about = f"{about}; it reads {others.titles} in place"
    config = texts.config(include, pointer, sources)
    remarks = [Step(found.root, "", each) for each in others.remarks]
    return [Step(found.root, CONFIG_NAME, about, config), *remarks]


def _globs(found: Survey) -> list[str]:
    """Return globs for all that declares anything; the plainest that take nothing else."""
    for any_other in (survey.ANY, survey.UNUSUAL):
        globs = survey.directories(found, any_other)
        usable = [each for each in globs if len(each) <= LONGEST_GLOB]
        if not survey.astray(found, usable):
            break
    return usable


def _estate_in(found: Survey, wanted: Wanted, others: Others) -> list[Step]:
    """Return an estate where the configuration that is there selects one."""
    if found.selected:
        return []
    patterns = discovery.effective(found.root, found.settings.patterns)
    starts = [discovery.static_prefix(each) for each in patterns.include]
    excluded = Glob(patterns.exclude + tuple(f"{each.rstrip('/')}/**" for each in patterns.exclude))
    policies = Glob(patterns.policies)
    for start in [HOMES[0], *starts]:
        path = f"{start}/{ESTATE}" if start else ESTATE
        is_selected = any(
            discovery.Wanted(each)(path) or path.startswith(f"{each.rstrip('/')}/")
            for each in patterns.include
        )
        if is_selected and not excluded(path) and not policies(path):
            return [_estate(found, wanted, others, path)]
    about = f"`include` of `{found.settings.path}` selects no place for a first estate: write one"
    return [Step(found.root, ESTATE, about, wrong=True)]


def _estate(found: Survey, wanted: Wanted, others: Others, path: str) -> Step:
    owner, pointer = found.owner, _pointer(found, wanted, "estate", path)
    if others.sources or found.settings.sources:
        # What is read must be judged as it is: examples would add to it.
        about = "for what the other files don't say; all of it is comments"
        teams = {name for section, name in others.names if section == "teams"}
        # Once any team is declared, each that is named must be.
        is_missing = bool(teams) and owner.name.lower() not in teams
        if is_missing:
            about = f"for what the other files don't say; it declares a team, `{owner.name}`"
        text = texts.estate_beside(owner, pointer, is_team=is_missing)
        return Step(found.root, path, about, text)
    whose = (
        f"`{owner.name}`, as {owner.file} says" if owner.file else f"a placeholder, `{owner.name}`"
    )
    about = f"a first estate, of examples; its team is {whose}"
    return Step(found.root, path, about, texts.estate(owner, pointer))


def _home(found: Survey) -> str | None:
    """Return a directory for a first estate, in which there is no other YAML."""
    for home in HOMES:
        if not any(each.startswith(f"{home}/") for each in found.others):
            return home
    return None


def _hook(found: Survey, hosting: Hosting) -> Step:
    """Return the hook added to those there are."""
    root, path = found.repository, survey.HOOKS
    if found.below and not texts.PLAIN_DIRECTORY.fullmatch(found.below):
        return Step(root, path, _unusual(found), wrong=True)
    entry = texts.hook(hosting, found.below)
    about = "checks the estate before each commit"
    if not root.has(path):
        return Step(root, path, about, hooks.first(entry))
    file = files.load(root, path)
    if file.problems:
        return Step(root, path, f"nothing was added: {file.problems[0].message}", wrong=True)
    if hooks.has_ours(file):
        return Step(root, path, "the hook is there already")
    try:
        after = hooks.with_ours(file, entry)
    except hooks.HooksError as error:
        return Step(root, path, f"nothing was added: {error}; add it by hand", wrong=True)
    return Step(root, path, f"the last hook {about}", after.text, before=file)


def _workflow(found: Survey, hosting: Hosting) -> Step:
    root, path = found.repository, survey.WORKFLOW
    if found.below and not texts.PLAIN_DIRECTORY.fullmatch(found.below):
        return Step(root, path, _unusual(found), wrong=True)
    there = other_workflow(root)
    if there:
        return Step(root, there, "a workflow that names opspolicy is there already")
    if not hosting.action:
        about = (
            f"no workflow can use `{hosting.address}`: `uses:` looks on github.com, so name a"
            " repository as https://github.com/OWNER/NAME; for a GitHub Enterprise Server, leave"
            " out --from and put in OWNER/NAME by hand"
        )
        return Step(root, path, about, wrong=True)
    about = "checks each pull request, the merge queue, and every night"
    return Step(root, path, about, texts.workflow(hosting, found.below))


def _unusual(found: Survey) -> str:
    return (
        f"`{found.below}` is no name to write into a command: move the estate, or write it by hand"
    )


def other_workflow(root: Root) -> str:
    """Return the workflow in which we are named, "" without one."""
    if root.has(".github") and root.exists(survey.WORKFLOW):
        return survey.WORKFLOW
    try:
        entries = root.entries(survey.WORKFLOWS)
    except OSError:
        return ""
    names = [f"{survey.WORKFLOWS}/{each.name}" for each in entries]
    return survey.mentions(root, [each for each in names if each.endswith((".yml", ".yaml"))])
