"""Minimal cut sets: which windows and jobs, together, take a service down.

A set of causes is a bit mask over the estate's causes. Most cut sets have one cause, so those of a
service are one integer and travel through the graph by OR. Sets of several causes arise only in
redundancy groups; they are found by a sweep over time, because a set whose causes never happen at
the same time takes nothing down and is not looked at.
"""

from __future__ import annotations

from itertools import combinations, groupby, product

from opspolicy.record import NamedTuple
from opspolicy.temporal.intervals import IntervalSet, k_of_n, union

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from opspolicy.timeline.causes import Cause

MOST_SETS = 64
"""How many cut sets of one service are told one by one."""

MOST_COMBINATIONS = 512
"""How many combinations one redundancy group may have before they are told as one."""


class Family(NamedTuple):
    """The minimal cut sets of one service.

    ``singles`` has a bit for each cause that suffices alone, ``compounds`` the larger sets with the
    time at which all their causes happen. ``rest`` stands for combinations too many to name: its
    causes together, and the whole time at which any of them may suffice.
    """

    singles: int = 0
    compounds: Mapping[int, IntervalSet] = {}
    rest: tuple[int, IntervalSet] | None = None

    def __bool__(self) -> bool:
        """Whether anything takes the service down."""
        return bool(self.singles or self.compounds or self.rest)

    @property
    def causes(self) -> int:
        """A bit for each cause that is in any set."""
        mask = self.singles | (self.rest[0] if self.rest is not None else 0)
        for each in self.compounds:
            mask |= each
        return mask

    def without(self, causes: int) -> Family:
        """Return the family less the sets that have any of ``causes``."""
        if not causes:
            return self
        # Of what isn't told one by one, nobody knows which part has which cause.
        rest = self.rest if self.rest is not None and self.rest[0] & ~causes else None
        compounds = {mask: when for mask, when in self.compounds.items() if not mask & causes}
        return Family(self.singles & ~causes, compounds, rest)


class CutSet(NamedTuple):
    """Causes that suffice together, and the time at which they do.

    ``truncated`` marks the one set that stands for all that are too many to name.
    """

    causes: tuple[str, ...]
    when: IntervalSet
    truncated: bool = False


class Group(NamedTuple):
    """A redundancy group: it fails while ``needed`` or more of ``members`` are down."""

    members: tuple[str, ...]
    needed: int


class Structure(NamedTuple):
    """What makes each service fail: causes of its own, other services, groups.

    ``direct`` are families that hold by themselves; ``inherits`` are the services whose failure is
    enough; ``members`` are the families of group members, None when they are the ones sought.
    """

    direct: Mapping[str, Family]
    inherits: Mapping[str, Sequence[str]]
    groups: Mapping[str, Sequence[Group]]
    members: Mapping[str, Family] | None = None


EMPTY = Family()


class CutSets:
    """Works out families over one list of causes."""

    def __init__(self, causes: Sequence[Cause]) -> None:
        """Give each of ``causes`` the bit of its place in the list."""
        self.causes = causes
        self._when: dict[int, IntervalSet] = {}
        self._crowded: set[Group] = set()

    def solve(self, order: Sequence[str], structure: Structure) -> dict[str, Family]:
        """Return the least fixpoint of ``structure``, the services taken in ``order``.

        One pass is enough when each service comes after what it depends on; in a cycle, passes
        follow until nothing is added.
        """
        position = {name: at for at, name in enumerate(order)}
        settled = all(
            position.get(needed, -1) < position[name]
            for name in order
            for needed in self._needs(name, structure)
        )
        families: dict[str, Family] = {}
        # Each round follows failures one step further, and none goes through a service twice.
        rounds = len(order) + 2
        for _ in range(rounds * (1 + sum(map(len, structure.groups.values())))):
            changed, crowded = False, len(self._crowded)
            for name in order:
                found = self._combine(name, structure, families)
                if found and found != families.get(name):
                    families[name] = found
                    changed = True
            if settled:
                return families
            if len(self._crowded) > crowded:
                # Others in the cycle have counted on what a crowded group no longer tells one by
                # one. With it crowded from the start, nothing is taken back.
                families = {}
            elif not changed:
                return families
        message = f"no fixpoint among {len(order)} services"
        raise AssertionError(message)

    def _needs(self, name: str, structure: Structure) -> Iterator[str]:
        yield from structure.inherits.get(name, ())
        if structure.members is None:
            for group in structure.groups.get(name, ()):
                yield from group.members

    def _combine(self, name: str, structure: Structure, families: Mapping[str, Family]) -> Family:
        parts = [structure.direct.get(name, EMPTY)]
        parts += [families.get(needed, EMPTY) for needed in structure.inherits.get(name, ())]
        members = families if structure.members is None else structure.members
        parts += [self.of_group(group, members) for group in structure.groups.get(name, ())]
        return self._minimal([part for part in parts if part])

    def _minimal(self, parts: list[Family]) -> Family:
        """Unite families, keeping only sets that contain no other."""
        if len(parts) == 1:
            return parts[0]
        singles = 0
        for part in parts:
            singles |= part.singles
        compounds: dict[int, IntervalSet] = {}
        rests = [part.rest for part in parts if part.rest is not None]
        if any(part.compounds for part in parts):
            candidates = {mask: when for part in parts for mask, when in part.compounds.items()}
            compounds = _without_supersets(candidates, singles)
        rest = None
        if rests:
            mask = 0
            for each, _ in rests:
                mask |= each
            if mask & ~singles:
                rest = (mask, union(when for _, when in rests))
        return Family(singles, compounds, rest)

    def of_group(self, group: Group, families: Mapping[str, Family]) -> Family:
        """Return the family of a group whose members fail by ``families``."""
        members = [families.get(each, EMPTY) for each in group.members]
        needed = group.needed
        if needed < 1 or sum(1 for each in members if each) < needed:
            return EMPTY
        if needed == 1:
            return self._minimal([each for each in members if each])
        singles = _shared([each.singles for each in members], needed)
        # A set with a cause that suffices alone isn't minimal.
        left = [each.without(singles) for each in members]
        masks, complete = set[int](), False
        if group not in self._crowded:
            masks, complete = _coinciding([list(self._named(each)) for each in left], needed)
        if not complete:
            self._crowded.add(group)
        rest = None
        if not complete or any(each.rest for each in left):
            everything = 0
            for mask, _ in (pair for each in left for pair in self._alternatives(each)):
                everything |= mask
            when = k_of_n([self.down(each) for each in left], needed)
            rest = (everything, when) if when and everything & ~singles else None
        # Of too many to look at, the first few are no better to know than any others.
        compounds = {mask: self.when(mask) for mask in masks} if complete else {}
        return Family(singles, _without_supersets(compounds, singles), rest)

    def _named(self, family: Family) -> Iterator[tuple[int, IntervalSet]]:
        for at in bits(family.singles):
            yield (1 << at, self.causes[at].when)
        yield from family.compounds.items()

    def _alternatives(self, family: Family) -> Iterator[tuple[int, IntervalSet]]:
        yield from self._named(family)
        if family.rest is not None:
            yield family.rest

    def when(self, mask: int) -> IntervalSet:
        """Return the time at which all causes of ``mask`` happen."""
        # Sets that are looked at one after the other mostly differ in their highest bits.
        tops: list[int] = []
        rest = mask
        while rest not in self._when and rest & (rest - 1):
            tops.append(rest.bit_length() - 1)
            rest ^= 1 << tops[-1]
        known = self._when.get(rest)
        when = self.causes[rest.bit_length() - 1].when if known is None else known
        for at in reversed(tops):
            rest |= 1 << at
            when = self._when[rest] = when & self.causes[at].when
        return when

    def down(self, family: Family) -> IntervalSet:
        """Return all the time at which any of a family's sets suffices."""
        return union(when for _, when in self._alternatives(family))

    def listed(self, family: Family, without: int = 0) -> list[CutSet]:
        """Return a family's cut sets, smallest first, those with a cause in ``without`` left out.

        At most MOST_SETS are told one by one. The rest follow as one truncated set, so that nothing
        is dropped. That one is told whole, as nobody can tell what it would be less ``without``.
        """
        sets = [
            CutSet(tuple(self.causes[at].ref for at in bits(mask)), when)
            for mask, when in self._named(family)
            if not mask & without
        ]
        if family.rest is not None:
            mask, when = family.rest
            names = tuple(self.causes[at].ref for at in bits(mask))
            sets.append(CutSet(names, when, truncated=True))
        return together(sets)


def together(sets: list[CutSet]) -> list[CutSet]:
    """Return cut sets, smallest first; those too many to tell one by one as one truncated set."""
    named = sorted(
        (each for each in sets if not each.truncated),
        key=lambda each: (len(each.causes), each.causes),
    )
    rest = [*named[MOST_SETS:], *(each for each in sets if each.truncated)]
    if not rest:
        return named
    causes = sorted({cause for each in rest for cause in each.causes})
    crowd = CutSet(tuple(causes), union(each.when for each in rest), truncated=True)
    return [*named[:MOST_SETS], crowd]


def bits(mask: int) -> list[int]:
    """Return the positions of the bits that are set, ascending."""
    found: list[int] = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found


def _without_supersets(sets: dict[int, IntervalSet], singles: int) -> dict[int, IntervalSet]:
    """Keep the sets that contain neither a sufficient single cause nor another set."""
    kept: dict[int, IntervalSet] = {}
    alone = sorted((mask for mask in sets if not mask & singles), key=_size_first)
    for _, same_size in groupby(alone, key=int.bit_count):
        # A set contains none of its own size.
        smaller = list(kept)
        for mask in same_size:
            if not any(mask & each == each for each in smaller):
                kept[mask] = sets[mask]
    return kept


def _size_first(mask: int) -> tuple[int, int]:
    return mask.bit_count(), mask


def _shared(masks: list[int], needed: int) -> int:
    """Return the bits that at least ``needed`` of ``masks`` have."""
    # reached[k] has the bits that at least k + 1 of the masks so far have.
    reached = [0] * needed
    for mask in masks:
        for at in range(needed - 1, 0, -1):
            reached[at] |= reached[at - 1] & mask
        reached[0] |= mask
    return reached[-1]


def _coinciding(
    alternatives: list[list[tuple[int, IntervalSet]]], needed: int
) -> tuple[set[int], bool]:
    """Return the unions of ``needed`` members' alternatives that are active at one time.

    And whether those are all of them: it stops at MOST_COMBINATIONS.
    """
    # At one instant ends come before starts, as intervals are half-open.
    events = sorted(
        (instant, is_start, member, mask)
        for member, each in enumerate(alternatives)
        for mask, when in each
        for start, end in when
        for instant, is_start in ((start, True), (end, False))
    )
    active: list[set[int]] = [set() for _ in alternatives]
    found: set[int] = set()
    seen: set[tuple[tuple[int, int], ...]] = set()
    for _, is_start, member, mask in events:
        if not is_start:
            active[member].discard(mask)
            continue
        active[member].add(mask)
        others = [at for at, masks in enumerate(active) if masks and at != member]
        for chosen in combinations(others, needed - 1):
            for rest in product(*(sorted(active[at]) for at in chosen)):
                key = ((member, mask), *zip(chosen, rest, strict=True))
                if key in seen:
                    continue
                if len(found) >= MOST_COMBINATIONS or len(seen) >= 8 * MOST_COMBINATIONS:
                    return found, False
                seen.add(key)
                united = mask
                for each in rest:
                    united |= each
                found.add(united)
    return found, True
