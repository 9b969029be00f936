"""Policies of the rule `custom`: what they assert, read and checked before anything is judged."""

from __future__ import annotations

from opspolicy.phrases import listing
from opspolicy.rules.base import CUSTOM
from opspolicy.source.problem import Problem
from opspolicy.source.within import within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from opspolicy.policy.policies import Policy
    from opspolicy.rules.cel.errors import Complaint
    from opspolicy.rules.cel.process import Process
    from opspolicy.source.files import Written
    from opspolicy.source.span import Span

RULE = "schema-violation"
NEEDED = ("for_each", "assert", "message")
KEYS = ("for_each", "where", "assert", "message", "hint", "parameters")
EXPRESSIONS = ("where", "assert")
MESSAGE = "message"
LONGEST = 4096
"""Characters of an expression or a message: more than anybody reads."""


def read(
    name: str,
    slug: str,
    written: Mapping[str, object],
    base: Mapping[str, object],
    parts: tuple[Written, ...],
) -> dict[str, object] | list[Problem]:
    """Return what a policy says, filled up from the ``base`` it overrides, or what is wrong.

    ``parts`` are the parts of files that say it, its own first.
    """
    node = parts[0]
    if slug != CUSTOM:
        keys = [key for key in KEYS if key in written]
        shown = listing([f"`{each}`" for each in keys])
        verb = "is" if len(keys) == 1 else "are"
        message = f"policy `{name}`: {shown} {verb} for the rule `{CUSTOM}` only"
        hint = f"leave it out, or write `rule: {CUSTOM}` under a name of its own"
        return [_problem(name, message, node.at(keys[0]), hint)]
    own = {key: written[key] for key in KEYS if key in written}
    options = {**base, **own}
    given = (base.get("parameters"), own.get("parameters"))
    merged = {key: value for each in given if isinstance(each, dict) for key, value in each.items()}
    if merged:
        options["parameters"] = merged
    missing = [key for key in NEEDED if key not in options]
    if missing:
        shown = listing([f"`{each}`" for each in missing])
        message = f"policy `{name}` sets the rule `{CUSTOM}`, and doesn't say {shown}"
        hint = "docs/custom-rules.md has examples to begin with"
        place = node.at("rule") if "rule" in written else node.place
        return [_problem(name, message, place, hint)]
    return [*_wrong(name, options, parts)] or options


def place(policy: Policy, key: str, number: int = 0) -> Span | None:
    """Return where a policy's expression stands; of a message, its placeholder of a ``number``."""
    from opspolicy.rules.cel import template  # noqa: PLC0415 - only for a finding

    said = policy.options.get(key)
    part = _part(policy.written, key)
    if part is None:
        return policy.place
    if key == MESSAGE and isinstance(said, str):
        holes = [each for each in template.parse(said) if isinstance(each, template.Placeholder)]
        if number < len(holes):
            begin = holes[number].offset
            return within(part, (key,), begin, begin + len(holes[number].expression))
    return part.at(key)


def _part(parts: Sequence[Written], key: str) -> Written | None:
    return next((each for each in parts if each.find(key) is not None), None)


def _wrong(name: str, options: Mapping[str, object], parts: Sequence[Written]) -> Iterator[Problem]:
    """Yield what is wrong with the expressions of a policy, each at its place."""
    from opspolicy.rules import custom  # noqa: PLC0415 - for who has rules of their own
    from opspolicy.rules.cel.process import UnloadableError  # noqa: PLC0415

    for key in (*EXPRESSIONS, MESSAGE):
        if len(str(options.get(key, ""))) > LONGEST:
            message = f"policy `{name}`: `{key}` is longer than {LONGEST:,} characters"
            place = (_part(parts, key) or parts[0]).at(key)
            yield _problem(name, message, place, "say it in fewer", key)
            return
    try:
        yield from _wrong_in(name, options, parts, custom.types(options))
    except UnloadableError as error:
        # Of all its expressions, and said once.
        place = (_part(parts, "assert") or parts[0]).at("assert")
        yield _problem(name, f"policy `{name}`: {error}", place, error.hint, "assert")


def _wrong_in(
    name: str, options: Mapping[str, object], parts: Sequence[Written], types: Mapping[str, str]
) -> Iterator[Problem]:
    """Yield what is wrong with each expression; raises UnloadableError where nobody can tell."""
    from opspolicy.rules.cel import template  # noqa: PLC0415 - for who has rules of their own
    from opspolicy.rules.cel.process import process  # noqa: PLC0415

    for key in EXPRESSIONS:
        if key in options:
            check = _Check(name, parts, key, types, process())
            yield from check.wrong(str(options[key]), 0, is_condition=True)
    said = str(options[MESSAGE])
    check = _Check(name, parts, MESSAGE, types, process())
    try:
        pieces = template.parse(said)
    except template.TemplateError as error:
        yield check.problem(str(error), "", error.offset, error.offset + 1)
        return
    for each in pieces:
        if isinstance(each, template.Placeholder):
            yield from check.wrong(each.expression, each.offset, is_condition=False)


class _Check:
    """What is wrong with expressions under one key of one policy."""

    def __init__(
        self,
        name: str,
        parts: Sequence[Written],
        key: str,
        types: Mapping[str, str],
        process: Process,
    ) -> None:
        """Look at the key ``key`` of the policy ``name``; expressions are about ``types``."""
        self._name = name
        self._parts = parts
        self._key = key
        self._types = types
        self._process = process

    def wrong(self, text: str, offset: int, *, is_condition: bool) -> Iterator[Problem]:
        """Yield what is wrong with an expression that begins at an offset of the value."""
        from opspolicy.rules.cel import errors  # noqa: PLC0415 - for who has rules of their own
        from opspolicy.rules.cel.process import (  # noqa: PLC0415
            StoppedError,
            UnloadableError,
            Wrong,
        )

        macro = errors.of_macro(text)
        if macro is not None:
            yield self._told(macro, offset)
            return
        try:
            (found,) = self._process.check(self._types, [text])
        except UnloadableError:
            raise
        except StoppedError as error:
            yield self.problem(str(error), "", offset, offset + len(text))
            return
        if isinstance(found, Wrong):
            yield self._told(errors.of_check(text, found, self._types), offset)
        elif is_condition and found != "BOOL":
            kind = found.lower()
            message = f"it must be true or false, and is of the type `{kind}`"
            if kind == "dyn":
                message = "whether it is true or false can't be told before it is evaluated"
            yield self.problem(message, "compare it with something", offset, offset + len(text))
        elif not is_condition and not errors.is_shown(found):
            message = f"a message can't show what is of the type `{found.lower()}`"
            yield self.problem(message, errors.SHOWABLE, offset, offset + len(text))

    def _told(self, told: Complaint, offset: int) -> Problem:
        return self.problem(told.message, told.hint, offset + told.start, offset + told.end)

    def problem(self, message: str, hint: str, start: int, end: int) -> Problem:
        """Return a problem at a part of the value."""
        part = _part(self._parts, self._key) or self._parts[0]
        span = within(part, (self._key,), start, end)
        text = f"policy `{self._name}`, `{self._key}`: {message}"
        return _problem(self._name, text, span, hint, f"{self._key}:{start}")


def _problem(name: str, message: str, span: Span, hint: str, key: str = "") -> Problem:
    return Problem(RULE, message, span, (), hint, f"{name}/{key}", f"policy/{name}")
