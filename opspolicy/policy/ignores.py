"""Inline ignores: comments that accept a warning or an info beside the line it points at."""

from __future__ import annotations

from opspolicy.record import NamedTuple
from opspolicy.source.directives import directives
from opspolicy.source.files import MARK
from opspolicy.temporal import instants

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opspolicy.source.files import SourceFile
    from opspolicy.source.span import Span

WORD = "ignore"
FORM = "write `# opspolicy: ignore[RULE] until 2027-10-11 and the reason`"
LONGEST = 1000


class Ignore(NamedTuple):
    """An inline ignore on the line of ``span``, about the line ``about`` of the same file.

    ``expires`` is its last day since 1970-01-01. One that can't be read has a ``fault`` instead,
    and in ``hint`` what to write.
    """

    span: Span
    about: int
    rules: tuple[str, ...] = ()
    expires: int | None = None
    reason: str = ""
    fault: str = ""
    hint: str = ""

    @property
    def ref(self) -> str:
        """The reference `ignore/FILE:LINE`."""
        return f"ignore/{self.span.file}:{self.span.line}"


class Malformed(ValueError):  # noqa: N818 - read as a sentence
    """A comment that is meant for this program, and can't be read."""


def read(files: Iterable[SourceFile]) -> Iterator[Ignore]:
    """Yield the ignores of all files, malformed ones too; a broken file has none."""
    for file in files:
        if not file.may_address_us or file.problems:
            continue
        for said, span, about in directives(file):
            try:
                rules, expires, reason = _parse(said)
            except Malformed as error:
                yield Ignore(span, about, fault=str(error), hint=FORM)
            else:
                yield Ignore(span, about, rules, expires, reason)


def _parse(said: str) -> tuple[tuple[str, ...], int, str]:
    """Return rules, last day and reason of `ignore[a, b] until 2027-10-11 reason`.

    Taken apart by hand: whatever stands in a comment, it takes no longer than its length.
    """
    if len(said) > LONGEST:
        message = f"it is longer than {LONGEST:,} characters"
        raise Malformed(message)
    if not said.startswith(WORD):
        message = f"`{MARK}` is followed by `{WORD}[RULE]` and by nothing else"
        raise Malformed(message)
    behind = said.removeprefix(WORD).lstrip()
    if not behind.startswith("["):
        message = "it doesn't say in brackets which rule it ignores"
        raise Malformed(message)
    listed, bracket, rest = behind[1:].partition("]")
    if not bracket:
        message = "its bracket is never closed"
        raise Malformed(message)
    rules = tuple(dict.fromkeys(name.strip() for name in listed.split(",")))
    if "" in rules:
        message = "a rule is missing between its brackets"
        raise Malformed(message)
    until, day, *reason = [*rest.split(None, 2), "", ""][:3]
    if until != "until" or not day:
        message = "it doesn't say until when"
        raise Malformed(message)
    try:
        expires = instants.parse_date(day)
    except instants.InstantError as error:
        raise Malformed(str(error)) from error
    why = "".join(reason).strip()
    if not any(each.isalnum() for each in why):
        message = "it doesn't say why"
        raise Malformed(message)
    return rules, expires, why
