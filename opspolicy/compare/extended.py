"""What a change does to waivers and ignores: those that it extends, which loosens the gate."""

from __future__ import annotations

from functools import cache

from opspolicy import rules
from opspolicy.compare.gate import made
from opspolicy.record import NamedTuple
from opspolicy.source.span import Note
from opspolicy.temporal import instants

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opspolicy.estate.declarations import Waiver
    from opspolicy.estate.estate import Estate
    from opspolicy.report import Finding
    from opspolicy.rules.base import Violation

    _Name = tuple[str, str]

ANEW = (
    "leave it as it is, and add a new waiver beside it: that is judged on its merits, by whom it"
    " names as having agreed"
)
FEWER = (
    "change fewer of them at once, or leave them as they are, and add new waivers beside them:"
    " these are judged on their merits, by whom they name as having agreed"
)

MOST_COMPARED = 100_000
"""How often a name that two waivers share is counted in all, the rarest names first.

Beyond, what can't be paired is told once, unless each is clearly no looser than what is gone.
"""

MOST_ACCEPTING = 1_000
"""How many waivers that accept one collision are looked through; beyond, none of them covers it."""


def extended(base: Estate, head: Estate) -> Iterator[Violation]:
    """Yield the waivers that a change extends: to a later day, to more findings, to any schedule.

    A new waiver is judged on its merits, and so is one for another rule.
    """
    paired = _paired(base.waivers, head.waivers)
    for before, waiver in paired.pairs:
        told = _longer(before, waiver)
        if told:
            key, what = told
            message = f"the waiver of `{waiver.rule}` {what}"
            span = waiver.node.at(key)
            place = Note(span, "extended by this change")
            yield made(message, place, waiver.ref, message)._replace(hint=ANEW)
    looser = next((each for crowd in paired.crowds for each in _looser(crowd)), None)
    if looser is not None:
        message = (
            f"more waivers change at once than can be paired, and one of `{looser.rule}` until"
            f" {_day(looser.expires)} allows more than those that it can have been"
        )
        place = Note(looser.node.at("expires"), "not known to be no longer than before")
        yield made(message, place, looser.ref, message)._replace(hint=FEWER)


class _Crowd(NamedTuple):
    """Waivers of both sides about a name that too many share; ``names`` are all such names."""

    old: list[Waiver]
    new: list[Waiver]
    names: frozenset[_Name]


class _Paired(NamedTuple):
    """The waivers of both sides that are one, and those of which nobody can tell which is which."""

    pairs: list[tuple[Waiver, Waiver]]
    crowds: list[_Crowd]


def _paired(base: Iterable[Waiver], head: Iterable[Waiver]) -> _Paired:
    """Pair the waivers of both sides that don't say the same, the likest first."""
    before, after = [*base], [*head]
    # None is liker than what is about the very same.
    pairs, old, new = _alike(before, _without(before, after), _without(after, before))
    ranked, names = _overlaps(old, new)
    gone, come = {*range(len(old))}, {*range(len(new))}
    for _, at, place in ranked:
        if at in gone and place in come:
            gone.remove(at)
            come.remove(place)
            pairs.append((old[at], new[place]))
    if not names:
        return _Paired(pairs, [])
    was, now = _by_name(old), _by_name(new)
    crowds = [
        _Crowd(
            [old[at] for at in was[name] if at in gone],
            [new[place] for place in now[name] if place in come],
            names,
        )
        for name in sorted(names)
    ]
    return _Paired(pairs, crowds)


def _without(waivers: list[Waiver], others: list[Waiver]) -> list[Waiver]:
    """Return the waivers that none of ``others`` says the same as, each of which is one of them."""
    said: dict[object, int] = {}
    for each in others:
        key = _said(each)
        said[key] = said.get(key, 0) + 1
    left: list[Waiver] = []
    for each in waivers:
        key = _said(each)
        if said.get(key):
            said[key] -= 1
        else:
            left.append(each)
    return left


def _said(waiver: Waiver) -> tuple[object, ...]:
    on, accepts = tuple(sorted(waiver.on)), tuple(sorted(waiver.accepts))
    return _slug(waiver.rule), on, waiver.expires, accepts


def _alike(
    base: list[Waiver], old: list[Waiver], new: list[Waiver]
) -> tuple[list[tuple[Waiver, Waiver]], list[Waiver], list[Waiver]]:
    """Pair what is about the very same names, and return what is left of both sides.

    What any waiver of ``base`` about them covers is no longer than that, whichever it was. Of the
    others, the latest are the new ones where there are more than before.
    """
    pairs: list[tuple[Waiver, Waiver]] = []
    covering, free = _by_about(base), _by_about(old)
    rest: list[Waiver] = []
    for key, heads in _by_about(new).items():
        if key not in covering:
            rest += heads
            continue
        covers = _Covering(covering[key])
        longer = sorted((each for each in heads if not covers(each)), key=_until, reverse=True)
        olds = sorted(free.pop(key, []), key=_until, reverse=True)
        added = max(len(heads) - len(olds), 0)
        rest += longer[:added]
        # As many as are left of what isn't longer have been one of the others.
        free[key] = olds[len(heads) :]
        pairs += zip(olds, longer[added:], strict=False)
    left = {id(each) for each in (*rest, *(each for olds in free.values() for each in olds))}
    gone, come = ([each for each in side if id(each) in left] for side in (old, new))
    return pairs, gone, come


def _by_about(waivers: list[Waiver]) -> dict[object, list[Waiver]]:
    """Return waivers by their rules and all names that they are about."""
    found: dict[object, list[Waiver]] = {}
    for each in waivers:
        found.setdefault((_slug(each.rule), frozenset(each.on)), []).append(each)
    return found


def _until(waiver: Waiver) -> int:
    return waiver.expires


class _Covering:
    """Waivers about the same names, asked whether any of them accepts all that another does."""

    def __init__(self, waivers: list[Waiver]) -> None:
        """Look up until when collisions are accepted; under no name, any are."""
        latest: dict[frozenset[str], int] = {}
        for each in sorted(waivers, key=_until, reverse=True):
            latest.setdefault(frozenset(each.accepts), each.expires)
        self._any = latest.pop(frozenset(), None)
        self._accepting: dict[str, list[tuple[frozenset[str], int]]] = {}
        for accepts, expires in latest.items():
            for finding in accepts:
                self._accepting.setdefault(finding, []).append((accepts, expires))

    def __call__(self, waiver: Waiver) -> bool:
        """Whether one expires no earlier than ``waiver``, and accepts at least as much."""
        if self._any is not None and waiver.expires <= self._any:
            return True
        wanted = frozenset(waiver.accepts)
        held = min((self._accepting.get(each, []) for each in wanted), key=len, default=[])
        return any(
            waiver.expires <= expires and wanted <= accepts
            for accepts, expires in held[:MOST_ACCEPTING]
        )


def _overlaps(
    old: list[Waiver], new: list[Waiver]
) -> tuple[list[tuple[float, int, int]], frozenset[_Name]]:
    """Return which share two waivers for one rule have of what they are about, as a negative.

    With it go the places of both, and it comes sorted. What has nothing in common isn't compared,
    nor is what has only names in common that too many share: these are returned beside it.
    """
    was, now = _by_name(old), _by_name(new)
    shared: dict[tuple[int, int], int] = {}
    names: set[_Name] = set()
    steps = 0
    # Rare names tell most of which is which.
    for number, name in sorted(
        (len(was[name]) * len(now[name]), name) for name in was.keys() & now
    ):
        steps += number
        if steps > MOST_COMPARED:
            names.add(name)
            continue
        for at in was[name]:
            for place in now[name]:
                shared[at, place] = shared.get((at, place), 0) + 1
    sizes = [[len(_names(each) - names) for each in side] for side in (old, new)]
    ranked = sorted(
        (-number / (sizes[0][at] + sizes[1][place] - number), at, place)
        for (at, place), number in shared.items()
    )
    return ranked, frozenset(names)


def _by_name(waivers: list[Waiver]) -> dict[_Name, list[int]]:
    """Return the places of waivers by each name that they are about, for which rule."""
    places: dict[_Name, list[int]] = {}
    for place, each in enumerate(waivers):
        for name in _names(each):
            places.setdefault(name, []).append(place)
    return places


def _names(waiver: Waiver) -> set[_Name]:
    slug = _slug(waiver.rule)
    return {(slug, ref) for ref in waiver.on}


def _looser(crowd: _Crowd) -> Iterator[Waiver]:
    """Yield waivers that are surely, or may be, extended, whichever of the gone ones they were.

    Side by side from the most to the least, in each respect, none has more than its like.
    """
    known = {each for waiver in crowd.old for each in waiver.accepts}

    def open_to(waiver: Waiver) -> int:
        return 2 if not waiver.accepts else int(not known.issuperset(waiver.accepts))

    for much in (_until, open_to):
        sides = [sorted(side, key=much, reverse=True) for side in (crowd.old, crowd.new)]
        yield from (now for was, now in zip(*sides, strict=False) if much(now) > much(was))
    most = max((len({*each.on}) for each in crowd.old), default=0)
    yield from (
        each for each in crowd.new if len({*each.on}) < most and _names(each) <= crowd.names
    )


def _slug(name: str) -> str:
    """Return the name of a rule that is given by its code."""
    return _slugs().get(name.upper(), name)


@cache
def _slugs() -> dict[str, str]:
    """Return the names of all rules by their codes."""
    return {each.code: each.slug for each in rules.every()}


def _longer(before: Waiver, after: Waiver) -> tuple[str, str] | None:
    if after.expires > before.expires:
        return "expires", _extended(before.expires, after.expires)
    if {*after.on} < {*before.on}:
        return "on", "covers more: it names fewer of those it is about"
    if before.accepts and not {*after.accepts} <= {*before.accepts}:
        return "accepts", "accepts other collisions than before"
    if before.accepts and not after.accepts:
        return "on", "accepts any schedule now"
    return None


def ignored_longer(base: Iterable[Finding], head: Iterable[Finding]) -> Iterator[Violation]:
    """Yield the inline ignores that a change extends, by the findings that they are about."""
    before = {each.fingerprint: each.waiver for each in base if each.waiver is not None}
    told: set[str] = set()
    for each in head:
        was, now = before.get(each.fingerprint), each.waiver
        if was is None or now is None or not now.ref.startswith("ignore/") or now.ref in told:
            continue
        if now.expires > was.expires:
            told.add(now.ref)
            message = f"the ignore of `{each.policy}` {_extended(was.expires, now.expires)}"
            place = Note(now.place, "extended by this change")
            yield made(message, place, now.ref, message)._replace(hint=ANEW)


def _extended(before: int, after: int) -> str:
    return f"is extended from {_day(before)} to {_day(after)}"


def _day(day: int) -> str:
    return instants.calendar_date(day).isoformat()
