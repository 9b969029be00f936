"""What is drawn: services, groups and names that nothing declares, and which part of many."""

from __future__ import annotations

import pytest

from opspolicy.estate import assumptions
from opspolicy.estate.assumptions import Looked, applied
from opspolicy.graph import chosen, words
from opspolicy.graph.drawn import DEGRADED, DOWN, STRUCK
from opspolicy.picture.choice import EVERYBODY, Chosen, missing
from tests import worlds
from tests.graph.worlds import BANK, graph, of_timeline

CIRCLES = """
services:
  a: {depends_on: [b, a]}
  b: {depends_on: [c, {service: c, strength: soft}]}
  c: {depends_on: [{any_of: [a, ghost, b], at_least: 2}, {any_of: [ghost]}]}
  alone: {}
"""


def test_nothing_is_dropped() -> None:
    drawn = graph(CIRCLES)
    assert [(each.ref, each.name) for each in drawn.nodes] == [
        ("service/a", "a"),
        ("service/alone", "alone"),
        ("service/b", "b"),
        ("service/c", "c"),
        ("group/c/0", "at least 2 of 3"),
        ("group/c/1", "1 of 1"),
        ("unknown/ghost", "ghost"),
    ]
    assert [(each.start, each.kind, each.end) for each in drawn.edges] == [
        ("service/a", "hard", "service/b"),
        ("service/a", "hard", "service/a"),
        ("service/b", "hard", "service/c"),
        ("service/b", "soft", "service/c"),
        ("service/c", "hard", "group/c/0"),
        ("group/c/0", "group", "service/a"),
        ("group/c/0", "group", "unknown/ghost"),
        ("group/c/0", "group", "service/b"),
        ("service/c", "hard", "group/c/1"),
        ("group/c/1", "group", "unknown/ghost"),
    ]
    assert [each.place.line for each in drawn.edges] == [3, 3, 4, 4, 5, 5, 5, 5, 5, 5]
    assert words.title(drawn) == "4 services and 6 dependencies"


def test_what_comes_along_each_edge() -> None:
    drawn = graph(BANK, "service/ledger")
    states = {each.name: each.state for each in drawn.services}
    assert states == {
        "ledger": STRUCK, "desk": DOWN, "branch": DOWN, "web": DOWN, "access": DEGRADED,
        "chat": "", "phone": "", "mail": "",
    }  # fmt: skip
    by_ref = {each.ref: each for each in drawn.nodes}
    assert by_ref["group/access/0"].state == DEGRADED
    carried = {(each.start, each.end): each.state for each in drawn.edges}
    assert carried["service/web", "service/ledger"] == DOWN
    assert carried["service/web", "service/chat"] == ""
    assert carried["service/access", "group/access/0"] == DEGRADED
    assert carried["group/access/0", "service/web"] == DOWN
    assert carried["group/access/0", "service/phone"] == ""
    soft = {(each.start, each.end): each.state for each in graph(BANK, "service/chat").edges}
    assert soft["service/web", "service/chat"] == DEGRADED


@pytest.mark.parametrize(
    ("members", "at_least", "state"),
    [("a, b", 1, DEGRADED), ("a, b", 2, DOWN), ("a, ghost", 1, DOWN), ("a", 1, DOWN),
     ("a, b, ghost", 1, DEGRADED), ("a, b, c", 1, ""), ("b, c", 1, ""),
     ("a, b, ghost", 3, ""), ("a, b, ghost", 2, DOWN)],
)  # fmt: skip
def test_a_group_says_what_is_left(members: str, at_least: int, state: str) -> None:
    text = f"services: {{a: {{}}, b: {{}}, c: {{}}, top: {{depends_on: [{{any_of: [{members}], at_least: {at_least}}}]}}}}"
    drawn = graph(text, "service/a")
    top = next(each for each in drawn.nodes if each.name == "top")
    assert next(each.state for each in drawn.nodes if each.kind == "group") == top.state == state


def test_what_is_planned_and_found() -> None:
    nodes = {each.name: each for each in graph(BANK).services}
    assert words.outage(nodes["web"]) == (
        "down by maintenance window `move`, Sat 9 Oct 2027 22:00 to Sun 10 Oct 2027 00:00"
        " (Europe/Paris)"
    )
    assert words.short_outage(nodes["web"]) == "down Sat 9 Oct 2027 22:00"
    assert nodes["phone"].planned.total() == 0
    assert {each.code for each in nodes["branch"].findings} >= {"OPS301"}
    assert words.findings(nodes["branch"]).endswith("error[OPS301] outage-in-business-hours")
    assert (nodes["ledger"].jobs, nodes["branch"].senders) == (0, 1)


BOTH = "services: {s: {owner: o}}\nmaintenance_windows:\n"
MONTHS = (
    BOTH
    + """\
  w1: {takes_down: [s], start: 2027-09-03T20:00Z, duration: 2h}
  w2: {takes_down: [s], start: 2027-10-03T20:00Z, duration: 2h}
  w3: {takes_down: [s], start: 2027-11-03T20:00Z, duration: 2h}
"""
)
BACK_TO_BACK = (
    BOTH
    + """\
  w2: {takes_down: [s], start: 2027-09-04T02:00Z, duration: 60h}
  w1: {takes_down: [s], start: 2027-09-03T20:00Z, duration: 6h}
  w3: {takes_down: [s], start: 2027-11-03T20:00Z, duration: 2h}
"""
)


def test_an_outage_is_blamed_on_all_that_is_part_of_it_and_on_no_other() -> None:
    (one,) = graph(MONTHS).services
    assert words.outage(one) == (
        "down 3 times, first Fri 3 Sep 2027 20:00 to 22:00 (UTC) by maintenance window `w1`"
    )
    drawn = graph(BACK_TO_BACK, "service/s")
    (both,) = drawn.services
    assert both.by == ("maintenance_window/w1", "maintenance_window/w2")
    first = "Fri 3 Sep 2027 20:00 to Mon 6 Sep 2027 14:00 (UTC)"
    assert words.outage(both) == f"down 2 times, first {first} by maintenance windows `w1` and `w2`"
    told, other = words.planned(drawn)
    assert told == f"{first}, 66 h, by maintenance windows `w1` and `w2`"
    assert other.endswith(", by maintenance window `w3`")


def test_what_is_assumed_is_blamed_on_nobody_else() -> None:
    text = "service/s=2027-09-10T10:00Z/1h"
    until = worlds.AS_OF + worlds.HALF_A_YEAR
    looked = Looked(worlds.AS_OF, until, until)
    estate = applied(worlds.estate(a=MONTHS), [assumptions.parse(assumptions.DOWN, text)], looked)[
        0
    ]
    (one,) = of_timeline(worlds.timeline(estate)).services
    assert words.outage(one) == (
        "down 4 times, first Fri 3 Sep 2027 20:00 to 22:00 (UTC) by maintenance window `w1`"
    )


# Which part ---------------------------------------------------------------------------------------


def names(drawn: object) -> list[str]:
    return [each.name for each in drawn.services]  # type: ignore[attr-defined]


def test_a_choice_has_its_neighbours() -> None:
    drawn = graph(BANK)
    assert chosen.part(drawn, EVERYBODY) is drawn
    assert names(chosen.part(drawn, Chosen(("desk",)))) == ["branch", "desk", "ledger"]
    assert names(chosen.part(drawn, Chosen(("ch*",), ("core",)))) == ["chat", "web"]
    assert names(chosen.part(drawn, Chosen((), ("night",)))) == []
    mail = chosen.part(drawn, Chosen(("mail",)))
    assert [each.ref for each in mail.nodes] == ["service/mail", "unknown/ghost"]
    # A group is drawn with whoever has it; whose it isn't needn't see it.
    access = chosen.part(drawn, Chosen(("access",)))
    assert [each.ref for each in access.nodes] == [
        "service/access", "group/access/0", "service/phone", "service/web",
    ]  # fmt: skip
    assert not chosen.part(drawn, Chosen(("ledger",))).left_out


def test_of_an_impact_what_falls_of_the_choice_and_by_which_way() -> None:
    drawn = graph(BANK, "service/ledger")
    assert names(chosen.part(drawn, Chosen(("branch",)))) == ["branch", "desk", "ledger"]
    assert names(chosen.part(drawn, Chosen(("chat",)))) == ["ledger"]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Chosen(("ledge",)), "there is no service `ledge`; did you mean `ledger`?"),
        (Chosen(("z-*",)), "there is no service `z-*`; there are `access`, `branch`"),
        (Chosen((), ("retial",)), "there is no team `retial`; did you mean `retail`?"),
        (Chosen(("le*",), ("core",)), ""),
    ],
)
def test_a_choice_that_names_nothing(wanted: Chosen, said: str) -> None:
    found = missing(graph(BANK).timeline.estate, wanted)
    assert found.replace("access, branch", "`access`, `branch`").startswith(said)
    assert bool(found) == bool(said)


def many(count: int) -> str:
    """Return a ring of services in which one has an outage."""
    lines = [
        f"  s{at}: {{customer_facing: true, depends_on: [s{(at + 1) % count}, {{any_of: [s{(at + 2) % count}]}}]}}"
        for at in range(count)
    ]
    window = "  w: {takes_down: [s7], start: 2027-10-10T22:00Z, duration: 2h}"
    return "\n".join(["services:", *lines, "maintenance_windows:", window])


def dense(count: int) -> str:
    """Return services of which each needs all that come later."""
    lines = [
        f"  s{at}: {{owner: o, depends_on: [{', '.join(f's{to}' for to in range(at + 1, count))}]}}"
        for at in range(count)
    ]
    return "\n".join(["services:", *lines])


def test_of_many_what_is_in_trouble_is_drawn() -> None:
    lines = [
        f"  s{at}: {{owner: o, depends_on: [{{service: s{at + 1}, strength: soft}}]}}"
        for at in range(119)
    ]
    window = "  w: {owner: o, takes_down: [s50], start: 2027-10-10T22:00Z, duration: 2h}"
    text = ["services:", *lines, "  s119: {owner: o}", "maintenance_windows:", window]
    drawn = graph("\n".join(text))
    assert [each.name for each in drawn.services if each.is_troubled] == ["s50"]
    part = chosen.limited(drawn, 20)
    assert len(part.nodes) <= 20
    assert part.left_out == 120 - len(part.services)
    assert {"s49", "s50", "s51"} <= {*names(part)}
    assert words.title(part).startswith(f"{len(part.services)} of 120 services and ")
    assert words.left_out(part).startswith(f"Not drawn: {part.left_out} more services, as those")
    assert chosen.limited(part, 20) is part


def test_of_many_lines_as_many_are_drawn_as_there_is_room_for() -> None:
    drawn = graph(dense(40))
    part = chosen.limited(drawn, 150, 300)
    assert 200 < len(part.edges) <= 300
    assert part.left_out == 40 - len(part.services)
    assert not part.cut
    # All lines among those that are drawn are there.
    among = {*names(part)}
    assert len(part.edges) == sum(
        1 for each in drawn.edges if {each.service.name, each.needed} <= among
    )


@pytest.mark.parametrize(("nodes", "lines"), [(20, 1000), (1000, 20), (1, 1000), (20, 0)])
@pytest.mark.parametrize(
    "needs",
    [", ".join(f"u{at}" for at in range(70)), f"{{any_of: [{', '.join(f'u{at}' for at in range(70))}]}}",
     ", ".join(f"{{any_of: [u{at}]}}" for at in range(70))],
)  # fmt: skip
def test_of_one_that_names_too_much_only_some_is_drawn(needs: str, nodes: int, lines: int) -> None:
    drawn = graph(f"services: {{hub: {{depends_on: [{needs}]}}}}")
    part = chosen.limited(drawn, nodes, lines)
    assert names(part) == ["hub"]
    assert len(part.nodes) <= nodes
    assert len(part.edges) <= lines
    assert len(part.edges) + len(part.cut) == len(drawn.edges)
    known = {each.ref for each in part.nodes}
    assert {ref for each in part.edges for ref in (each.start, each.end)} <= known
    assert words.title(part) == words.title(drawn)
    many = len(part.cut)
    assert words.left_out(part).startswith(f"Not drawn: {many} lines to what the drawn ones need;")


def test_of_much_that_falls_the_nearest_is_drawn() -> None:
    drawn = graph(many(120), "service/s7")
    assert drawn.impact is not None
    assert len(drawn.impact.down) == 119
    part = chosen.limited(drawn, 21)
    assert len(part.nodes) <= 21
    drawn_names = {*names(part)}
    assert "s7" in drawn_names
    for each in drawn_names - {"s7"}:
        assert {*drawn.impact.ways[each]} <= drawn_names
    assert f"of which {120 - len(drawn_names)} fail;" in words.left_out(part)


def test_what_is_down_comes_before_what_is_degraded() -> None:
    chain = [f"  down{at}: {{depends_on: [{f'down{at - 1}' if at else 'hub'}]}}" for at in range(6)]
    soft = [f"  slow{at}: {{depends_on: [{{service: hub, strength: soft}}]}}" for at in range(20)]
    drawn = graph("\n".join(["services:", "  hub: {}", *chain, *soft]), "service/hub")
    drawn_names = {*names(chosen.limited(drawn, 10))}
    assert {each for each in drawn_names if "slow" not in each} == {
        "hub", *(f"down{at}" for at in range(6))
    }  # fmt: skip


def test_one_is_drawn_however_little_room_there_is() -> None:
    assert len(chosen.limited(graph(many(9)), 1).services) == 1
