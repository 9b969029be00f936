"""What somebody means by a name on the command line: a finding, a job or a window."""

from __future__ import annotations

from opspolicy.identity import PREFIX
from opspolicy.phrases import did_you_mean, listing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from opspolicy.estate.estate import Estate
    from opspolicy.report import Finding

LEAST_DIGITS = 4
MOST_LISTED = 5
MOVABLE = {"job": "jobs", "maintenance_window": "maintenance_windows"}


class UnknownTarget(ValueError):  # noqa: N818 - read as a sentence: "raises UnknownTarget"
    """A name that stands for nothing, or for too much, with what to write instead."""


def findings(found: Sequence[Finding], text: str) -> list[Finding]:
    """Return the findings with a fingerprint, which may be given by its beginning.

    Raises UnknownTarget where there is none, or where it is the beginning of several.
    """
    start = text.rstrip("…")
    if len(start) < len(PREFIX) + LEAST_DIGITS:
        message = f"`{text}` is too little of a fingerprint: give {LEAST_DIGITS} digits or more"
        raise UnknownTarget(message)
    same = [each for each in found if each.fingerprint.startswith(start)]
    known = sorted({each.fingerprint for each in same})
    if len(known) > 1:
        shown = listing([f"`{each[: len(start) + LEAST_DIGITS]}`" for each in known[:MOST_LISTED]])
        message = f"`{text}` is the beginning of {len(known)} fingerprints: {shown}"
        raise UnknownTarget(message)
    if not same:
        message = (
            f"no finding has the fingerprint `{text}`: it may be of another estate or instant, or"
            " be gone; `opspolicy check` lists what there is now"
        )
        raise UnknownTarget(message)
    return same


def movable(estate: Estate, text: str) -> str:
    """Return the reference of the job or window that a name means; raises UnknownTarget."""
    prefix, slash, rest = text.partition("/")
    if slash and prefix in MOVABLE:
        if rest in estate.section(MOVABLE[prefix]):
            return text
        hint = did_you_mean(rest, estate.section(MOVABLE[prefix]))
        message = f"there is no {prefix.replace('_', ' ')} `{rest}`; {hint or 'check the name'}"
        raise UnknownTarget(message)
    found = [f"{kind}/{text}" for kind, key in MOVABLE.items() if text in estate.section(key)]
    if len(found) > 1:
        message = f"`{text}` is a job and a maintenance window: write {listing(found, 'or')}"
        raise UnknownTarget(message)
    if found:
        return found[0]
    if any(text in table or slash for table in (estate.services, estate.vendors)) and (
        text in estate.services or prefix in {"service", "vendor"}
    ):
        message = f"`{text}` can't be moved: name a job, a maintenance window or a finding"
        raise UnknownTarget(message)
    hint = did_you_mean(text, [*estate.jobs, *estate.windows])
    message = f"there is no job or maintenance window `{text}`"
    raise UnknownTarget(f"{message}; {hint}" if hint else message)
