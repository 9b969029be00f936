"""The effective configuration: `opspolicy.yaml` and policies, each value with its origin."""

from __future__ import annotations

import os
from types import MappingProxyType

from opspolicy import resources
from opspolicy.estate import known
from opspolicy.estate.entry import Defaults
from opspolicy.policy import policies
from opspolicy.record import NamedTuple
from opspolicy.source import files
from opspolicy.source.discovery import (
    CONFIG_NAME,
    DEFAULT_POLICIES,
    Glob,
    GlobError,
    Patterns,
    find_upwards,
    select,
)
from opspolicy.source.files import Written
from opspolicy.source.problem import Problem
from opspolicy.source.reading import Root
from opspolicy.temporal import durations, zones

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from opspolicy.estate.sources import Source
    from opspolicy.policy.policies import Policy
    from opspolicy.source.files import SourceFile
    from opspolicy.source.memory import Memory
    from opspolicy.source.tree import Tree

DEFAULT = "default"
DEFAULT_HORIZON = "180d"
DEFAULT_FAIL_ON = "error"
LONGEST_HORIZON = 5 * 365 * durations.DAY
RULE = "schema-violation"
EMPTY: Mapping[str, Any] = MappingProxyType({})


class Config(NamedTuple):
    """What a run goes by. ``origins`` says of each key which file it is from, or `default`.

    ``root`` is absolute; all paths are relative to it. ``problems`` leave a run without a verdict.
    """

    root: str
    path: str | None = None
    patterns: Patterns = Patterns()
    packs: tuple[str, ...] = policies.DEFAULT_PACKS
    horizon: int = durations.parse(DEFAULT_HORIZON)
    defaults: Defaults = Defaults()
    fail_on: str = DEFAULT_FAIL_ON
    sources: tuple[Source, ...] = ()
    policies: Mapping[str, Policy] = EMPTY
    origins: Mapping[str, str] = EMPTY
    problems: tuple[Problem, ...] = ()
    files: tuple[SourceFile, ...] = ()


def load(directory: str, path: str | None = None, cache: str | None = None) -> Config:
    """Read the configuration that holds in ``directory``, or the file ``path``; never raises.

    Without a file the defaults hold, and ``directory`` is the root. What is read is kept in the
    directory ``cache``, if any.
    """
    found = (
        os.path.abspath(os.path.join(directory, path))
        if path
        else find_upwards(directory, CONFIG_NAME)
    )
    root, name = os.path.split(found) if found else (os.path.abspath(directory), None)
    tree = Root(root)
    memory = known.memory(cache, "settings", tree.real) if cache else None
    config = _load(Config(root, name), tree, memory)
    if memory is not None:
        memory.save(everything=True)
    return config


def load_tree(tree: Tree, name: str | None = None, cache: str | None = None) -> Config:
    """Read the configuration that holds in ``tree``: its file ``name``, else `opspolicy.yaml`.

    Where there is none, the defaults hold: a commit needn't have what a later one was given. The
    root is the directory that the tree is a state of. Never raises for what files hold; GitError
    where a commit's files can't be had. What is read is added to the directory ``cache``, if any.
    """
    path = name or CONFIG_NAME
    memory = known.memory(cache, "settings", tree.real) if cache else None
    config = _load(Config(tree.path, path if tree.has(path) else None), tree, memory)
    if memory is not None:
        memory.save(everything=False)
    return config


def _load(config: Config, tree: Tree, memory: Memory | None) -> Config:
    written: Written | None = None
    if config.path is not None:
        file = files.load(tree, config.path)
        config, written = _from_file(config._replace(files=(file,)), file, memory)
        if config.problems:
            return config
    own = _own_policies(config, tree)
    missing = _without_policies(config, written, own) if written is not None else None
    return _failed(config, missing) if missing else _with_policies(config, own, memory)


def _from_file(
    config: Config, file: SourceFile, memory: Memory | None
) -> tuple[Config, Written | None]:
    """Return what a configuration's file says, and its document, if it has one."""
    read = [each for each in known.documents(file, "config", memory) if not each.is_empty]
    if file.problems:
        return _failed(config, *file.problems), None
    if len(read) > 1:
        message = "a configuration is one document"
        return _failed(config, Problem(RULE, message, read[1].written.at(), key="documents")), None
    if not read:
        return config, None
    document = read[0]
    if document.wrong:
        from opspolicy.estate import language, mistakes  # noqa: PLC0415 - for a mistake

        found = mistakes.explain(language.CONFIG, document.written.node, [*document.wrong])
        return _failed(config, *found), None
    return _read(config, document.written, document.values), document.written


def _read(config: Config, node: Written, values: dict[str, Any]) -> Config:
    origins = dict.fromkeys(values, config.path or DEFAULT)
    problems: list[Problem] = []
    found: list[Source] = []
    if values.get("sources"):
        from opspolicy.estate import sources  # noqa: PLC0415 - only for who has any

        found, problems = sources.read(node, values["sources"])
    patterns = Patterns(
        _listed(values, "include"),
        _listed(values, "exclude"),
        _listed(values, "policies") if "policies" in values else DEFAULT_POLICIES,
    )
    for key, globs in zip(("include", "exclude", "policies"), patterns, strict=True):
        problems += _glob_problems(node, key, globs)
    horizon = durations.DAY
    try:
        horizon = parse_horizon(values.get("horizon", DEFAULT_HORIZON))
    except durations.DurationError as error:
        problems.append(Problem(RULE, str(error), node.at("horizon"), key="horizon"))
    packs = _listed(values, "extends") if "extends" in values else policies.DEFAULT_PACKS
    for name in packs:
        if name not in policies.packs():
            message = f"there is no policy pack `{name}`"
            hint = f"the packs are {', '.join(policies.packs())}"
            problems.append(Problem(RULE, message, node.at("extends"), (), hint, f"pack:{name}"))
    written = Written(node.source, node.document, ("defaults",))
    defaults = Defaults.read(written, values.get("defaults", {}))
    if defaults.timezone is not None and not zones.is_known(defaults.timezone):
        message = f"`{defaults.timezone}` is not a time zone of tzdata {zones.VERSION}"
        problems.append(Problem(RULE, message, node.at("defaults", "timezone"), key="timezone"))
    return config._replace(
        patterns=patterns,
        packs=packs,
        horizon=horizon,
        defaults=defaults,
        fail_on=values.get("fail_on", DEFAULT_FAIL_ON),
        sources=tuple(found),
        origins=origins,
        problems=(*config.problems, *problems),
    )


def _without_policies(config: Config, node: Written, own: list[SourceFile]) -> Problem | None:
    """Return what is wrong where a configuration leaves policies out that it means to have."""
    # Writing down the default asks for nothing more than leaving it out.
    usual = set(config.patterns.policies) <= {"policies/*.yaml", *DEFAULT_POLICIES}
    if not own and not usual:
        # A gate that somebody set and nobody finds is an open gate.
        message = "`policies` names no file that exists"
        return Problem(RULE, message, node.at("policies"), key="no-policies")
    if not own and not config.packs:
        message = (
            "`extends` is empty and there are no policies of your own: nothing would be judged"
        )
        hint = "extend `recommended`, or write a policy file"
        return Problem(RULE, message, node.at("extends"), (), hint, "no-policies")
    return None


def _own_policies(config: Config, tree: Tree) -> list[SourceFile]:
    """Read the team's own policy files; the packs that come with opspolicy are none of them."""
    if not config.patterns.policies:
        return []
    # One pattern after the other, as later ones are laid over earlier ones. The walk leaves policy
    # files out of what it selects, so it is told of none here.
    each = [
        select(tree, Patterns(include=(pattern,), policies=()))
        for pattern in config.patterns.policies
    ]
    paths = dict.fromkeys(path for found in each for path in found.paths)
    problems = dict.fromkeys(problem for found in each for problem in found.problems)
    packs = os.path.realpath(resources.directory("policies"))
    loaded = [
        files.load(tree, path)
        for path in paths
        if os.path.realpath(os.path.join(config.root, os.path.dirname(path))) != packs
    ]
    return loaded + [files.SourceFile(problem.span.file, "", (problem,)) for problem in problems]


def _with_policies(config: Config, own: list[SourceFile], memory: Memory | None) -> Config:
    combined = policies.combine(config.packs, own, memory)
    seen = tuple(file for file in own if file.path != config.path)
    return config._replace(
        policies=combined.by_name,
        problems=(*config.problems, *combined.problems),
        files=(*config.files, *seen),
    )


def parse_horizon(text: str) -> int:
    """Return the seconds of a horizon; raises DurationError for none and for over five years."""
    return check_horizon(durations.parse(text), text)


def check_horizon(seconds: int, written: str) -> int:
    """Return ``seconds``; raises DurationError where they are no horizon."""
    if not 0 < seconds <= LONGEST_HORIZON:
        message = f"the horizon `{written}` must be longer than zero and at most five years"
        raise durations.DurationError(message)
    return seconds


def _failed(config: Config, *problems: Problem) -> Config:
    return config._replace(problems=(*config.problems, *problems))


def _listed(values: dict[str, Any], key: str) -> tuple[str, ...]:
    value = values.get(key, ())
    return (value,) if isinstance(value, str) else tuple(value)


def _glob_problems(node: Written, key: str, globs: tuple[str, ...]) -> list[Problem]:
    problems: list[Problem] = []
    for at, pattern in enumerate(globs):
        message = ""
        if pattern.startswith("/") or ".." in pattern.split("/"):
            message = f"`{pattern}` leads outside the root; patterns are relative to it"
        else:
            try:
                Glob((pattern,))
            except GlobError as error:
                message = str(error)
        if message:
            span = node.at(key, at) if node.find(key, at) is not None else node.at(key)
            problems.append(Problem(RULE, message, span, key=f"{key}:{pattern}"))
    return problems
