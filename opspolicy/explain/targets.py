"""What somebody who names a target may mean: a finding, or a declaration."""

from __future__ import annotations

import re

from opspolicy.estate.vocabulary import SECTION_OF
from opspolicy.phrases import did_you_mean, listing
from opspolicy.report import PREFIX
from opspolicy.rules.wording import KINDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from opspolicy.estate.estate import Estate
    from opspolicy.report import Finding

FINGERPRINT = re.compile(rf"{PREFIX}[0-9a-f]*", re.IGNORECASE)
LEAST_DIGITS, MOST_DIGITS = 4, 32
EXPLAINED = ("service", "job", "maintenance_window", "vendor")
"""What a reference to something that has a story begins with."""

MOST_LISTED = 6
SHOWN = len(PREFIX) + 12


class TargetError(ValueError):
    """A target that names nothing, or several things; the message says what there is."""


def means_finding(
    estate: Estate, findings: Iterable[Finding], text: str, kinds: Sequence[str] = EXPLAINED
) -> bool:
    """Whether a target is meant as a fingerprint, or the beginning of one.

    What is declared by such a name is meant where no finding is.
    """
    if FINGERPRINT.fullmatch(text) is None:
        return False
    if not is_declared(estate, text, kinds):
        return True
    wanted = text.lower()
    return _digits(text) >= LEAST_DIGITS and any(
        each.fingerprint.startswith(wanted) for each in findings
    )


def is_declared(estate: Estate, name: str, kinds: Sequence[str] = EXPLAINED) -> bool:
    """Whether anything of the kinds goes by a bare name."""
    return any(name in estate.section(SECTION_OF[each]) for each in kinds)


def is_rule(name: str, policies: Container[str] = ()) -> bool:
    """Whether a name is that of a rule, by its slug or its code, or of one of ``policies``."""
    from opspolicy import rules  # noqa: PLC0415 - only for a mistake

    named = {each for rule in rules.every() for each in (rule.code, rule.slug)}
    return name in policies or not named.isdisjoint({name.upper(), name.lower()})


def _digits(text: str) -> int:
    return len(text) - len(PREFIX)


def finding(findings: Sequence[Finding], text: str) -> Finding:
    """Return the one finding whose fingerprint begins as ``text`` does; raises TargetError."""
    wanted = text.lower()
    digits = _digits(text)
    if not LEAST_DIGITS <= digits <= MOST_DIGITS:
        message = f"`{text}` has {digits} digits: a fingerprint is given by 4 to 32 of them"
        raise TargetError(message)
    # Two policies of one rule have two fingerprints, but one mistake can be told several times.
    found = {each.fingerprint: each for each in findings if each.fingerprint.startswith(wanted)}
    if len(found) == 1:
        return next(iter(found.values()))
    if found:
        message = f"`{text}` is the beginning of {len(found):,} findings:\n"
        raise TargetError(message + _listed(list(found.values())))
    if not findings:
        message = f"there is no finding `{text}`: this estate has none at all in the time looked at"
        raise TargetError(message)
    message = (
        f"there is no finding `{text}`. Findings are those of this estate as of now, or as of"
        f" `--as-of`, within the horizon:\n"
    )
    raise TargetError(message + _listed(list(findings)))


def _listed(findings: list[Finding]) -> str:
    """Return findings, a line each."""
    lines = [
        f"  {each.fingerprint[:SHOWN]}  {each.severity} {each.policy}:"
        f" {listing([ref.partition('/')[2] for ref in (*each.subjects, *each.causes)][:3])}"
        for each in findings[:MOST_LISTED]
    ]
    rest = len(findings) - len(lines)
    if rest:
        lines.append(f"  and {rest:,} more; `opspolicy check` shows them")
    return "\n".join(lines)


def reference(
    estate: Estate, text: str, kinds: Sequence[str] = EXPLAINED, *, findings: bool = True
) -> str:
    """Return the reference that a target stands for, such as `service/portal`.

    ``kinds`` are the prefixes that it may have. A bare name is enough where one section alone has
    it. ``findings`` says whether a finding would do as well. Raises TargetError for none and for
    several.
    """
    prefix, slash, name = text.partition("/")
    if slash and prefix in kinds:
        known = list(estate.section(SECTION_OF[prefix]))
        if name in known:
            return text
        lists = f"this estate declares no {KINDS[prefix]} but {_some(known)}" if known else (
            f"this estate declares no {KINDS[prefix]} at all"
        )  # fmt: skip
        message = f"there is no {KINDS[prefix]} `{name}`; {did_you_mean(name, known) or lists}"
        raise TargetError(message)
    found = [f"{each}/{text}" for each in kinds if text in estate.section(SECTION_OF[each])]
    if len(found) == 1:
        return found[0]
    if found:
        message = f"`{text}` is the name of several things: write {listing(_quoted(found), 'or')}"
        raise TargetError(message)
    others = [prefix] if slash else []
    others += [each for each in SECTION_OF if text in estate.section(SECTION_OF[each])]
    what = next((KINDS[each] for each in others if each in SECTION_OF), None)
    if what is None and is_rule(text):
        what = "rule"
    if what is not None:
        fine = listing([*_kinds(kinds), *(["a finding"] if findings else [])], "or")
        message = f"`{text}` is a {what}; name {fine}"
        raise TargetError(message)
    near = did_you_mean(text, _names(estate, kinds))
    named = "a finding, a rule, or what is declared"
    hint = near or f"name {named if findings else listing(_kinds(kinds), 'or')}"
    message = f"there is nothing of the name `{text}`; {hint}"
    raise TargetError(message)


def _kinds(kinds: Sequence[str]) -> list[str]:
    return [f"a {KINDS[each]}" for each in kinds]


def _names(estate: Estate, kinds: Sequence[str]) -> list[str]:
    """Return all that a target could have been meant as."""
    from opspolicy import rules  # noqa: PLC0415 - only for a mistake

    declared = [name for each in kinds for name in estate.section(SECTION_OF[each])]
    qualified = [f"{each}/{name}" for each in kinds
                 for name in estate.section(SECTION_OF[each])]  # fmt: skip
    return [*declared, *qualified, *(rule.slug for rule in rules.every())]


def _some(names: list[str]) -> str:
    shown = _quoted(names[:MOST_LISTED])
    return listing(shown) + (" and others" if len(names) > MOST_LISTED else "")


def _quoted(names: list[str]) -> list[str]:
    return [f"`{each}`" for each in names]
