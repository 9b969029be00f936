"""Something isn't as a rule of the team's own demands.

## What it does
Evaluates an assertion that a policy of the team's own makes, in [CEL](https://cel.dev), for each
outage, run, service, job or maintenance window, as its `for_each` says: where `where` is true,
`assert` has to be. It reports each one for which it isn't, with the policy's `message`. How to
write such a policy, and what it can be about, is in [Rules of your own](../custom-rules.md). For
the examples below it is this one:

```yaml
policies:
  payroll-nights-quiet:
    rule: custom
    for_each: outage
    where: "'payroll' in service.tags"
    assert: "outage.duration <= duration('2h')"
    message: "`{service.name}` is down {outage.duration} on a payroll night"
    hint: split the work, or do it on another night
```

A policy that can't be read, or says something of what there isn't, is a `schema-violation` at the
very place. One that can't be decided, as it divides by zero, is about what nobody has declared, or
takes longer than 100 ms of processor time, is an `internal-error` there: the verdict is incomplete.

## Why
Every team knows rules that no tool can know: which nights are quiet, who needs a second provider,
what has to be said in a summary. Kept in heads, they hold until somebody is on leave.

## Example
```yaml
defaults: {owner: platform, timezone: Europe/Paris}
services:
  ledger: {tags: [payroll]}
maintenance_windows:
  ledger-upgrade:
    takes_down: [ledger]
    start: 2027-10-09T22:00
    duration: 3h
```

## Use instead
```yaml
defaults: {owner: platform, timezone: Europe/Paris}
services:
  ledger: {tags: [payroll]}
maintenance_windows:
  ledger-upgrade:
    takes_down: [ledger]
    start: 2027-10-09T22:00
    duration: 2h
```
"""

from __future__ import annotations

from opspolicy.rules.base import ERROR, Impact, Rule, Undecided, Violation, World
from opspolicy.source.span import Note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from opspolicy.estate.declarations import Job, Service, Window
    from opspolicy.rules.cel.fields import Happening
    from opspolicy.rules.cel.process import Answer, Group
    from opspolicy.rules.cel.subjects import Subject

    Words = tuple[tuple[str, Any], ...]
    # What isn't as it must be: which of a subject's outages or runs, and what to say of it.
    Failures = list[tuple[int, Words]]

KEYS = ("where", "assert", "message")
"""The keys under which expressions stand, in the order in which they are evaluated."""


def check(world: World, options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each subject that isn't as it must be; raises Undecided after these."""
    from opspolicy.rules.cel.process import process  # noqa: PLC0415 - json, for who has such rules
    from opspolicy.rules.cel.subjects import MOST, TooManyError  # noqa: PLC0415

    kind, texts = str(options["for_each"]), expressions(options)
    try:
        found = _subjects(world, options, kind)
    except TooManyError:
        about = "service" if kind == "outage" else "job"
        key, message = "where", f"there are more than {MOST:,} {kind}s to look at"
        hint = f"name those it is for: by its `scope`, or by a `where` about the {about} alone"
        raise Undecided(key, message, hint) from None
    # All at once, so that no answer is left over for whoever asks next.
    answers = list(
        process().run(types(options), texts, _groups(world, kind, texts, options, found))
    )
    given = iter(answers)
    unknown: list[tuple[str, Answer]] = []
    for subject in found:
        failures: Failures = []
        for at in range(len(subject.happenings) or 1):
            answer = next(given, None)
            if answer is None:
                break
            if answer.wrong:
                unknown.append((subject.entity.ref, answer))
            elif answer.meant and not answer.holds:
                failures.append((at, answer.words))
        if failures:
            yield from _violations(world, kind, options, subject, failures)
    if unknown:
        raise _undecided(unknown)


def expressions(options: Mapping[str, object]) -> list[str]:
    """Return the expressions of a policy: which are meant, what must hold, and what is said."""
    from opspolicy.rules.cel import template  # noqa: PLC0415 - for who has such rules

    said = template.expressions(str(options["message"]))
    return [str(options.get("where", "true")), str(options["assert"]), *said]


def types(options: Mapping[str, object]) -> dict[str, str]:
    """Return the type of each name in a policy's expressions.

    These are its parameters and the fields of its subjects.
    """
    from opspolicy.rules.cel import fields  # noqa: PLC0415 - for who has such rules

    found = fields.types(fields.SUBJECTS[str(options["for_each"])])
    return found | _types_of_parameters(options)


def _types_of_parameters(options: Mapping[str, object]) -> dict[str, str]:
    return {f"params.{name}": _type(value) for name, value in parameters(options).items()}


def parameters(options: Mapping[str, object]) -> Mapping[str, object]:
    """Return the parameters of a policy by name."""
    found = options.get("parameters")
    return found if isinstance(found, dict) else {}


def matching(
    world: World, options: Mapping[str, object], kind: str, *, by_name: bool = False
) -> list[Service | Job | Window] | None:
    """Return the declarations that a policy's `where` is true of, in its scope or any.

    None where that is about what happens to them as well, or can't be told; where it is to be
    ``by_name``, also where it asks for more than names, owners and tags.
    """
    from opspolicy.rules.cel import fields, subjects  # noqa: PLC0415 - for who has such rules
    from opspolicy.rules.cel.process import Group, StoppedError, Wrong, process  # noqa: PLC0415

    found = subjects.declared(world, kind)
    where = str(options.get("where", "true"))
    if where == "true":
        return found
    table = fields.SUBJECTS[kind][-1]
    own = fields.naming(table) if by_name else fields.types([table])
    kinds = own | _types_of_parameters(options)
    try:
        if isinstance(process().check(kinds, [where])[0], Wrong):
            return None
    except StoppedError:
        return None
    items = [fields.values(world, table, each, where) for each in found]
    items = [{name: each[name] for name in each if name in own} for each in items]
    groups = [Group(_parameters(options), items)]
    answers = list(process().run(kinds, [where, "true"], groups))
    if len(answers) < len(found) or any(each.wrong for each in answers):
        return None
    return [each for each, answer in zip(found, answers, strict=True) if answer.meant]


def _subjects(world: World, options: Mapping[str, object], kind: str) -> list[Subject]:
    """Return what to look at: where `where` is about declarations alone, only what it is for."""
    from opspolicy.rules.cel.subjects import declared, subjects  # noqa: PLC0415 - see above

    meant = matching(world, options, kind) if kind in {"outage", "run"} else None
    return list(subjects(world, kind, declared(world, kind) if meant is None else meant))


def _groups(
    world: World,
    kind: str,
    texts: Sequence[str],
    options: Mapping[str, object],
    found: Sequence[Subject],
) -> list[Group]:
    """Return the values of each subject's fields, as the expressions may ask for."""
    from opspolicy.rules.cel import fields  # noqa: PLC0415 - for who has such rules
    from opspolicy.rules.cel.process import Group  # noqa: PLC0415

    text, *others = " ".join(texts), _parameters(options)
    *happens, table = fields.SUBJECTS[kind]
    groups: list[Group] = []
    for subject in found:
        shared = {**others[0], **fields.values(world, table, subject.entity, text)}
        items: list[dict[str, object]] = [
            {**fields.values(world, happens[0], each, text)} for each in subject.happenings
        ]
        # Those of one finding, which is told once.
        numbers: dict[tuple[str, ...], int] = {}
        alike = [numbers.setdefault(each.causes, len(numbers)) for each in subject.happenings]
        groups.append(Group(shared, items or [{}], alike))
    return groups


def _parameters(options: Mapping[str, object]) -> dict[str, object]:
    return {f"params.{name}": value for name, value in parameters(options).items()}


def _type(value: object) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int"
    if isinstance(value, list):
        return "list(string)"
    return "string"


# What is found ------------------------------------------------------------------------------------


def _violations(
    world: World,
    kind: str,
    options: Mapping[str, object],
    subject: Subject,
    failures: Failures,
) -> Iterator[Violation]:
    """Yield what is wrong with one declaration: one for each set of causes."""
    entity = subject.entity
    if kind == "outage":
        by_causes: dict[tuple[str, ...], Failures] = {}
        for at, words in failures:
            by_causes.setdefault(subject.happenings[at].causes, []).append((at, words))
        for each in by_causes.values():
            yield _of_outages(world, options, subject, each)
        return
    ((at, words), *_) = failures
    message = _said(world, options, entity.ref, words)
    hint = _hint(options)
    if kind == "run":
        from opspolicy.estate import places  # noqa: PLC0415 - only for a finding
        from opspolicy.rules.wording import when  # noqa: PLC0415
        from opspolicy.temporal.intervals import IntervalSet  # noqa: PLC0415

        # One that ends as the next begins is still another run.
        times = IntervalSet([subject.happenings[each].when for each, _ in failures])
        zone = world.estate.zone_of(entity.ref)
        place = places.start_of(entity, times.start)  # type: ignore[arg-type] # it is a job
        yield Violation(
            f"{message}, {when(times, zone)}",
            Note(place, f"`{entity.name}` runs from here"),
            subjects=(entity.ref,),
            occurrences=times,
            hint=hint,
        )
        return
    place = entity.node.place
    yield Violation(message, Note(place, "declared here"), subjects=(entity.ref,), hint=hint)


def _of_outages(
    world: World, options: Mapping[str, object], subject: Subject, failures: Failures
) -> Violation:
    """Return what is wrong with the outages of a service that have the same causes."""
    from opspolicy.rules import collisions  # noqa: PLC0415 - only for a finding
    from opspolicy.rules.wording import when  # noqa: PLC0415
    from opspolicy.temporal.intervals import IntervalSet  # noqa: PLC0415
    from opspolicy.timeline.cutsets import CutSet  # noqa: PLC0415

    service = subject.entity
    numbers = [at for at, _ in failures]
    first: Happening = subject.happenings[numbers[0]]
    times = IntervalSet([subject.happenings[at].when for at in numbers])
    truncated = any(at in subject.truncated for at in numbers)
    cut_set = CutSet(first.causes, times, truncated)
    paths = world.timeline.paths([service.name], cut_set)
    causes, hops = collisions.notes(world.estate, cut_set, paths, times.start)
    if truncated:
        because = collisions.too_many(cut_set)
    elif any(at in subject.several for at in numbers):
        because = _one_by_one(cut_set)
    else:
        because = collisions.reason(world.estate, cut_set, paths, service.ref)
    said = _said(world, options, service.ref, failures[0][1])
    place, *others = causes
    return Violation(
        f"{said}, {when(times, first.zone)}, {because}",
        place,
        related=tuple(dict.fromkeys([*others, *hops])),
        subjects=(service.ref,),
        causes=first.causes,
        causes_truncated=truncated,
        paths=paths,
        occurrences=times,
        impact=Impact(service.customers, (times & world.timeline.judged).total()),  # type: ignore[union-attr] # a service
        hint=_hint(options),
    )


def _one_by_one(cut_set: Any) -> str:  # noqa: ANN401 - imported only for a finding
    """Return the reason of an outage to which several add."""
    from opspolicy.phrases import some  # noqa: PLC0415 - only for a finding
    from opspolicy.rules.collisions import MOST_NAMED  # noqa: PLC0415
    from opspolicy.rules.wording import full  # noqa: PLC0415

    return f"because of {some([full(ref) for ref in cut_set.causes], MOST_NAMED)} together"


def _said(world: World, options: Mapping[str, object], ref: str, words: Words) -> str:
    from opspolicy.rules.cel import template  # noqa: PLC0415 - only for a finding

    text = template.render(str(options["message"]), words, world.estate.zone_of(ref))
    # What happens is told in the same sentence, after it.
    return text.rstrip(".") if options["for_each"] in {"outage", "run"} else text


def _hint(options: Mapping[str, object]) -> str:
    """Return what to do: what the policy says, else what it demands."""
    from opspolicy.phrases import cut  # noqa: PLC0415 - only for a finding
    from opspolicy.rules.cel import template  # noqa: PLC0415

    said = options.get("hint")
    if said:
        return cut(" ".join(str(said).split()), template.LONGEST)
    demanded = " ".join(str(options["assert"]).split())
    return f"what must hold is `{cut(demanded, template.MOST)}`"


def _undecided(unknown: Sequence[tuple[str, Answer]]) -> Undecided:
    """Return what becomes of a policy that can't be decided for some subjects."""
    from opspolicy.phrases import count  # noqa: PLC0415 - only for a finding
    from opspolicy.rules.cel import errors  # noqa: PLC0415
    from opspolicy.rules.wording import full  # noqa: PLC0415

    ref, answer = unknown[0]
    said, hint = errors.of_evaluation(answer.wrong)
    others = len({other for other, _ in unknown} - {ref})
    also = f" and {count(others, 'other')}" if others else ""
    key = KEYS[min(answer.at, 2)]
    number = max(answer.at - 2, 0)
    return Undecided(key, f"for {full(ref)}{also}, {said}", hint, number)


RULE = Rule("OPS900", "custom", ERROR, __doc__, check)
