"""Waivers and inline ignores in the form that both share."""

from __future__ import annotations

from opspolicy.policy import ignores
from opspolicy.policy.ignores import Ignore
from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.estate.declarations import Waiver
    from opspolicy.estate.estate import Estate
    from opspolicy.source.span import Span

ELLIPSES = "…."
"""What may stand behind the beginning of an acceptance."""


class Grant(NamedTuple):
    """A waiver, or one rule of an inline ignore, in the form that both share.

    ``expires`` is the last day since 1970-01-01. An ignore stands for the line ``about`` of a file;
    one that can't be read has no last day, and says why as its ``fault``, with a ``hint``.
    """

    ref: str
    rule: str
    reason: str
    expires: int | None
    written: Waiver | Ignore
    on: tuple[str, ...] = ()
    approved_by: tuple[str, ...] = ()
    ticket: str | None = None
    accepts: tuple[str, ...] = ()
    about: tuple[str, int] | None = None
    fault: str = ""
    hint: str = ""

    def place(self, key: str = "") -> Span:
        """Return where it is written, or the value of one of its keys."""
        if isinstance(self.written, Ignore):
            return self.written.span
        return self.written.node.at(key) if key else self.written.node.at()


def granted(estate: Estate) -> list[Grant]:
    """Return all waivers of an estate in order, then a grant for each rule an ignore names."""
    found = [
        Grant(
            each.ref,
            each.rule,
            _plain(each.reason),
            each.expires,
            each,
            each.on,
            each.approved_by,
            _plain(each.ticket) if each.ticket is not None else None,
            tuple(accepted.rstrip(ELLIPSES) for accepted in each.accepts),
        )
        for each in estate.waivers
    ]
    for ignore in ignores.read(estate.files):
        about = (ignore.span.file, ignore.about)
        found += [
            Grant(
                ignore.ref,
                rule,
                ignore.reason,
                ignore.expires,
                ignore,
                about=about,
                fault=ignore.fault,
                hint=ignore.hint,
            )
            for rule in ignore.rules or ("",)
        ]
    return found


def _plain(text: str) -> str:
    """Return a text on one line."""
    return " ".join(text.split())
