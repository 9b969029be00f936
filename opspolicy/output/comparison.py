"""What a comparison adds to a page: how findings stand, what is gone, who must agree."""

from __future__ import annotations

from opspolicy import encode
from opspolicy.phrases import listing
from opspolicy.report import NEW, UNCHANGED, WORSE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.report import Base, Report
    from opspolicy.source.files import SourceFile
    from opspolicy.source.span import Note

WAS = " (before)"
"""What stands behind the name of a file as it is in the base."""

MOST_FIXED = 5
AGREE = "Must agree:"


def files(base: Base) -> dict[str, SourceFile]:
    """Return the files of the base by the names under which they are shown."""
    return {f"{each.path}{WAS}": each for each in base.files}


def shown(note: Note) -> Note:
    """Return a note with the name under which its file is shown."""
    if not note.in_base:
        return note
    return note._replace(span=note.span._replace(file=f"{note.span.file}{WAS}"))


def told(report: Report, *, verbose: bool) -> Iterator[str]:
    """Yield what there is to say of the base, and of other branches, line by line."""
    base = report.base
    if base is not None:
        number = dict.fromkeys((NEW, WORSE, UNCHANGED), 0)
        for each in report.active:
            number[each.status] += 1
        counts = [f"{many} {name}" for name, many in number.items() if many]
        counts += [f"{report.waived} waived"] if report.waived else []
        # What couldn't be read may hide what it was about.
        gone = "fixed" if report.complete else "not found any more"
        counts += [f"{len(base.fixed)} {gone}"] if base.fixed else []
        yield encode.terminal(f"Compared with {base.name}: {', '.join(counts) or 'no findings'}.")
        if base.is_broken:
            yield "The base has no verdict of its own, so everything counts as new."
        most = len(base.fixed) if verbose else MOST_FIXED
        for each in base.fixed[:most]:
            text = f"  {gone}: {each.severity}[{each.code}] {each.policy}: {each.message}"
            yield encode.terminal(text)
        if len(base.fixed) > most:
            yield f"  … and {len(base.fixed) - most} more that are {gone} (-v shows them)"
        if base.reviewers:
            yield encode.terminal(f"{AGREE} {', '.join(base.reviewers)}.")
    if report.together:
        names = listing([f"`{each}`" for each in report.together])
        yield encode.terminal(f"Judged once more together with {names}.")
    if report.conflicts:
        both = ", ".join(report.conflicts)
        yield encode.terminal(f"Not combined, as more than one branch changes them: {both}.")
