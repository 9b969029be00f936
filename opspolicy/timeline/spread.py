"""How failures spread, as time alone: when each service fails, whatever the causes."""

from __future__ import annotations

from opspolicy.temporal.intervals import IntervalSet, k_of_n, union

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from opspolicy.timeline.cutsets import Group

    Times = dict[str, IntervalSet]
    Inherited = Mapping[str, Sequence[str]]
    Groups = Mapping[str, Sequence[Group]]


def spread(
    order: Sequence[str],
    direct: Mapping[str, Sequence[IntervalSet]],
    inherited: Inherited,
    groups: Groups,
    members: Times | None = None,
) -> Times:
    """Return the least times at which services fail, without those that never do.

    A service fails at its ``direct`` times, while any service fails that it has ``inherited`` from,
    and while too many members of one of its ``groups`` do. These fail by ``members``, or by the
    times sought when that is None. This is the time of all cut sets together, which for thousands
    of services is told much sooner than the sets.
    """
    times: Times = {}
    of_members = times if members is None else members
    seen: set[str] = set()
    again = False
    for name in order:
        seen.add(name)
        needed = [*inherited.get(name, ())]
        if members is None:
            needed += [each for group in groups.get(name, ()) for each in group.members]
        again = again or not seen.issuperset(needed) or name in needed
    growing = True
    while growing:
        growing = False
        for name in order:
            parts = [*direct.get(name, ())]
            parts += [times[each] for each in inherited.get(name, ()) if each in times]
            parts += [failed(group, of_members) for group in groups.get(name, ())]
            found = union(parts)
            if found and found != times.get(name):
                times[name] = found
                growing = again
    return times


def failed(group: Group, members: Mapping[str, IntervalSet]) -> IntervalSet:
    """Return when so many members are down, by ``members``, that a redundancy group fails."""
    down = [members[each] for each in group.members if each in members]
    if group.needed < 1 or len(down) < group.needed:
        return union([])
    return union(down) if group.needed == 1 else k_of_n(down, group.needed)
