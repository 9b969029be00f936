"""Something wrong with a file itself, found before anything it declares is known."""

from __future__ import annotations

from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.source.span import Note, Span


class Problem(NamedTuple):
    """Why a file, or a part of it, can't be used.

    ``rule`` is the slug of the rule that reports it, ``by`` the declaration it stands in, if any.
    ``key`` tells two problems of one rule in one place apart in a way that survives moved lines.
    """

    rule: str
    message: str
    span: Span
    notes: tuple[Note, ...] = ()
    hint: str = ""
    key: str = ""
    by: str = ""
