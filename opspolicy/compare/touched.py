"""The lines that a change touches, so that a finding can point at one of them."""

from __future__ import annotations

from opspolicy.record import NamedTuple
from opspolicy.source.span import Note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from opspolicy.estate.estate import Estate
    from opspolicy.report import Finding
    from opspolicy.source.files import SourceFile
    from opspolicy.source.span import Span

UNKNOWN = "unknown-reference"


class Touched(NamedTuple):
    """The lines of each head file that the base's hasn't, counted from 1; a new file has only such.

    ``deleted`` says where the base declares what the head only refers to, by where it does so.
    """

    lines: Mapping[str, frozenset[int]]
    deleted: Mapping[Span, Note]

    def anchored(self, finding: Finding) -> Finding:
        """Return a finding with its place on a line the change touched, where it has one."""
        deleted = self.deleted.get(finding.place.span) if finding.rule == UNKNOWN else None
        if deleted is not None:
            return finding._replace(place=deleted, related=(finding.place, *finding.related))
        if self._holds(finding.place):
            return finding
        for at, note in enumerate(finding.related):
            if self._holds(note):
                others = [*finding.related[:at], *finding.related[at + 1 :]]
                return finding._replace(place=note, related=(finding.place, *others))
        return finding

    def _holds(self, note: Note) -> bool:
        return note.span.line in self.lines.get(note.span.file, frozenset())


def touched(base: Estate, head: Estate) -> Touched:
    """Return what a change from ``base`` to ``head`` touches."""
    before = {file.path: file for file in base.files}
    lines = {
        file.path: _lines(before.get(file.path), file)
        for file in head.files
        if file.path not in before or before[file.path].text != file.text
    }
    return Touched(lines, dict(_deleted(base, head)))


def _deleted(base: Estate, head: Estate) -> Iterator[tuple[Span, Note]]:
    for each in head.unknown():
        entity = base.section(each.section).get(each.name)
        if entity is not None:
            text = f"this change deletes `{each.name}`, which is still used"
            yield each.span, Note(entity.node.place, text, in_base=True)


def _lines(before: SourceFile | None, after: SourceFile) -> frozenset[int]:
    new = after.lines()
    if before is None:
        return frozenset(range(1, len(new) + 1))
    old = before.lines()
    first = _same(old, new)
    last = _same(old[first:][::-1], new[first:][::-1])
    old, new = old[first : len(old) - last], new[first : len(new) - last]
    if len(old) == len(new):
        # Mostly lines are changed where they stand; to see that takes no library.
        pairs = zip(old, new, strict=True)
        return frozenset(first + at for at, (was, now) in enumerate(pairs, 1) if was != now)
    # A shortest edit takes time that grows with the square of the lines, and only says where to
    # point: what stood nowhere between the two is new, and where all did, all of it may have moved.
    known = set(old)
    added = frozenset(first + at for at, line in enumerate(new, 1) if line not in known)
    return added or frozenset(range(first + 1, first + len(new) + 1))


def _same(one: Sequence[str], other: Sequence[str]) -> int:
    """Return with how many equal lines two texts begin."""
    number = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        number += 1
    return number
