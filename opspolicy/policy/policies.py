"""Policies from packs and the team's own files, laid over one another."""

from __future__ import annotations

import os

from opspolicy import resources, rules
from opspolicy.estate import known
from opspolicy.estate.scope import Scope
from opspolicy.phrases import did_you_mean
from opspolicy.record import NamedTuple
from opspolicy.rules.base import CUSTOM, ERROR, OFF, SEVERITIES
from opspolicy.source import files
from opspolicy.source.files import Written
from opspolicy.source.problem import Problem
from opspolicy.source.reading import Root

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from opspolicy.estate.estate import Estate
    from opspolicy.source.files import SourceFile
    from opspolicy.source.memory import Memory
    from opspolicy.source.node import Node
    from opspolicy.source.span import Span

DEFAULT_PACKS = ("recommended",)
OF_CUSTOM = ("for_each", "where", "assert", "message", "hint", "parameters")
"""The keys of a policy of the rule `custom`."""
MOST_CUSTOM = 100
RULE = "schema-violation"


class Policy(NamedTuple):
    """One rule as it is to be applied. ``origin`` says who set it: a pack or a file.

    ``outside`` is what holds for findings its scope doesn't cover: the policy it narrows, if any.
    ``written`` are the parts of files that say one of the rule `custom`, the last one first.
    """

    name: str
    rule: str
    severity: str
    scope: Scope = Scope()
    options: Mapping[str, object] = {}
    locked: bool = False
    origin: str = ""
    place: Span | None = None
    outside: Policy | None = None
    written: tuple[Written, ...] = ()

    @property
    def is_on(self) -> bool:
        """Whether it runs at all."""
        return self.severity != OFF or (self.outside is not None and self.outside.is_on)

    @property
    def layers(self) -> Iterator[Policy]:
        """This policy, and those it narrows, one after the other."""
        layer: Policy | None = self
        while layer is not None:
            yield layer
            layer = layer.outside

    @property
    def widest(self) -> Policy:
        """The last of the layers: what holds where no scope narrows it."""
        *_, last = self.layers
        return last

    def of(self, estate: Estate, refs: Iterable[str], owners: Iterable[str]) -> Policy | None:
        """Return the policy that holds for a finding about ``refs``: this, or what it narrows."""
        if self.scope.covers(estate, refs, owners):
            return self
        return self.outside.of(estate, refs, owners) if self.outside is not None else None


class Policies(NamedTuple):
    """Policies by name, and what is wrong with the files they come from."""

    by_name: dict[str, Policy]
    problems: list[Problem]
    customs: set[str]
    """The names of those of the rule `custom`, right or wrong."""


def packs() -> list[str]:
    """Return the names of the packs that come with opspolicy."""
    listed = os.listdir(resources.directory("policies"))
    return sorted(name.removesuffix(".yaml") for name in listed if name.endswith(".yaml"))


def load_pack(name: str) -> SourceFile:
    """Return the source of a pack."""
    return files.load(Root(resources.directory("policies")), f"{name}.yaml")


def combine(
    packs_used: Iterable[str], own: Iterable[SourceFile], memory: Memory | None = None
) -> Policies:
    """Lay the team's own policy files over the packs, later ones over earlier ones.

    What ``memory`` holds of a file isn't read again.
    """
    found = Policies({}, [], set())
    for name in packs_used:
        _lay_over(found, load_pack(name), f"pack `{name}`", memory, is_own=False)
    for file in own:
        _lay_over(found, file, file.path, memory, is_own=True)
    return found


def _lay_over(
    found: Policies, file: SourceFile, origin: str, memory: Memory | None, *, is_own: bool
) -> None:
    documents = known.documents(file, "policies", memory)
    found.problems.extend(file.problems)
    for number, document in enumerate(documents):
        if document.wrong:
            from opspolicy.estate import language, mistakes  # noqa: PLC0415 - for a mistake

            node, wrong = document.written.node, [*document.wrong]
            found.problems.extend(mistakes.explain(language.POLICY_FILE, node, wrong))
            continue
        for name, values in document.values.get("policies", {}).items():
            written = Written(file, number, ("policies", name))
            policy = _policy(found, name, values, written, origin)
            if policy is not None:
                # Nobody points into a pack, so its places needn't be looked up.
                place = _place(written, values) if is_own else None
                found.by_name[name] = policy._replace(place=place)


def _place(node: Written, values: dict[str, object]) -> Span:
    return node.at("scope") if "scope" in values else node.place


def _policy(
    found: Policies, name: str, written: dict[str, object], node: Written, origin: str
) -> Policy | None:
    """Return a policy as written, filled up from what it overrides; None after a problem."""
    before = found.by_name.get(name)
    slug = str(written.get("rule") or (before.rule if before else name))
    if not rules.exists(slug):
        message = f"policy `{name}`: `{slug}` is no rule of this version of opspolicy"
        span = node.at("rule") if "rule" in written else node.place
        found.problems.append(_problem(message, span, _hint(slug, written), name))
        return None
    if before is not None and slug != before.rule and not rules.exists(name):
        message = f"policy `{name}` sets the rule `{before.rule}` in {before.origin}"
        hint = "give this one a name of its own, so that both hold"
        found.problems.append(_problem(message, node.at("rule"), hint, name))
        return None
    if slug != name and rules.exists(name):
        message = f"policy `{name}` has the name of a rule, and sets the rule `{slug}`"
        hint = f"give it a name of its own, so that `{name}` stays on"
        found.problems.append(_problem(message, node.at("rule"), hint, name))
        return None
    # What it doesn't say is as where no scope narrowed it.
    base = before.widest if before else None
    options = {**(base.options if base else {}), **_options(found, name, slug, node, written)}
    parts = (node, *(base.written if base else ()))
    if slug == CUSTOM or any(key in written for key in OF_CUSTOM):
        read = _custom(found, name, slug, written, options, parts)
        if read is None:
            return None
        options = read
    severity = str(written.get("severity") or (base.severity if base else _usual(slug)))
    scope = _scope(written.get("scope"))
    made = Policy(
        name,
        slug,
        # Nothing silences a rule that says that the verdict is unknown.
        ERROR if slug in rules.INCOMPLETE else severity,
        scope or Scope(),
        options,
        bool(
            written.get("locked", any(each.locked for each in before.layers) if before else False)
        ),
        origin,
        None,
        # A narrower scope says nothing about the rest: what held there before still does.
        before if scope is not None else None,
        parts if slug == CUSTOM else (),
    )
    for layer in before.layers if before is not None else ():
        if layer.locked and _loosens(made, layer):
            message = f"policy `{name}` is locked by {layer.origin}: nothing may loosen it"
            hint = "leave it as it is there, or make it more severe"
            found.problems.append(_problem(message, node.place, hint, name))
            return None
    return made


def _custom(
    found: Policies,
    name: str,
    slug: str,
    written: dict[str, object],
    base: dict[str, object],
    parts: tuple[Written, ...],
) -> dict[str, object] | None:
    """Return what a policy of the rule `custom` says; None after a problem."""
    from opspolicy.policy import assertions  # noqa: PLC0415 - for who has rules of their own

    found.customs.add(name)
    if len(found.customs) > MOST_CUSTOM:
        if len(found.customs) == MOST_CUSTOM + 1:
            message = f"there are more than {MOST_CUSTOM} policies of the rule `{CUSTOM}`"
            found.problems.append(_problem(message, parts[0].place, "have fewer of them", name))
        return None
    read = assertions.read(name, slug, written, base, parts)
    if isinstance(read, list):
        found.problems.extend(read)
        return None
    return read


def _usual(slug: str) -> str:
    """Return the severity of a rule for which nobody says one."""
    rule = rules.load(slug)
    return rule.severity if rule is not None else ERROR


def _loosens(after: Policy, before: Policy) -> bool:
    """Whether a policy asks for less than the one it is laid over, or for something else."""
    severities = (*SEVERITIES, OFF)
    milder = severities.index(after.severity) > severities.index(before.severity)
    other = (after.rule, after.options) != (before.rule, before.options)
    return milder or other or not after.locked


def _options(
    found: Policies, name: str, slug: str, node: Written, written: dict[str, object]
) -> dict[str, object]:
    values = written.get("options")
    rule = rules.load(slug) if isinstance(values, dict) else None
    if not isinstance(values, dict) or rule is None:
        return {}
    for key in values:
        shape = rule.options.get(key)
        wrong: list[Node] = []
        entry = node.find("options", key)
        if shape is None:
            known = ", ".join(f"`{each}`" for each in rule.options)
            message = f"policy `{name}`: `{rule.slug}` has no option `{key}`"
            hint = f"its options are {known}" if known else "it has no options: leave them out"
            place = Written(node.source, node.document, (*node.path, "options", key)).place
            found.problems.append(_problem(message, place, hint, f"{name}/{key}"))
        elif entry is not None:
            shape.read(entry, wrong)
            if wrong:
                message = (
                    f"policy `{name}`: `{key}` must be {getattr(shape, 'expected', 'another')}"
                )
                span = node.at("options", key)
                found.problems.append(_problem(message, span, "", f"{name}/{key}"))
    return {key: value for key, value in values.items() if key in rule.options}


def _scope(written: object) -> Scope | None:
    if not isinstance(written, dict):
        return None
    return Scope(**{key: tuple(names) for key, names in written.items()})


def _hint(slug: str, written: dict[str, object]) -> str:

    near = did_you_mean(slug, [rule.slug for rule in rules.every()])
    own = "a policy with a name of its own says which rule it sets: `rule: NAME`"
    return near or ("`opspolicy rules` lists them" if "rule" in written else own)


def _problem(message: str, span: Span, hint: str, key: str) -> Problem:
    return Problem(RULE, message, span, (), hint, key, f"policy/{key.partition('/')[0]}")


def differ(base: Mapping[str, Policy], head: Mapping[str, Policy]) -> bool:
    """Whether two sets of policies would judge differently, wherever they are written."""
    return {name: _plain(each) for name, each in base.items()} != {
        name: _plain(each) for name, each in head.items()
    }


def _plain(policy: Policy) -> list[object]:
    return [
        (each.rule, each.severity, each.scope, sorted(each.options.items()), each.locked)
        for each in policy.layers
    ]


def strict(base: Mapping[str, Policy], head: Mapping[str, Policy]) -> dict[str, Policy]:
    """Return the policies of two sides of a change; one that either side locks is locked."""
    both = {**base, **head}
    return {
        name: each._replace(locked=True)
        if name in base and name in head and (base[name].locked or head[name].locked)
        else each
        for name, each in both.items()
    }
