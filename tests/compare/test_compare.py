"""Two estates side by side: names, findings, lines, settings and the plan itself."""

from __future__ import annotations

from time import process_time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy import examine
from opspolicy.compare import changes, extended, gate, matching, standing, touched, words
from opspolicy.compare.combined import Branch, combined
from opspolicy.config import Config
from opspolicy.estate.declarations import Notice
from opspolicy.policy import policies
from opspolicy.report import Known, known
from opspolicy.rules.telling import NEVER, Teller
from opspolicy.source.discovery import Patterns
from opspolicy.source.files import parse
from opspolicy.temporal.durations import DAY
from opspolicy.temporal.intervals import IntervalSet
from tests import worlds

if TYPE_CHECKING:
    from opspolicy.policy.policies import Policy
    from opspolicy.report import Finding

SHOP = """
defaults: {owner: platform, timezone: Europe/Paris}
calendars:
  shop-hours: {hours: [{days: everyday, from: 08:00, to: 22:00}]}
services:
  shop: {owner: retail, customer_facing: true, business_hours: shop-hours, depends_on: [db]}
  db: {}
"""
WINDOW = """
maintenance_windows:
  patch:
    owner: platform
    timezone: Europe/Paris
    takes_down: [db]
    start: 2027-10-09T%s
    duration: %s
"""


def against(base: dict[str, str], head: dict[str, str]) -> standing.Standing:
    """Hold what is found in one estate against what is found in another."""
    before, after = worlds.estate(**base), worlds.estate(**head)
    names = matching.renamed(before, after)
    return standing.against(worlds.findings(after), worlds.findings(before), names)


def statuses(found: standing.Standing) -> list[tuple[str, str]]:
    return [(each.code, each.status) for each in found.findings]


# Findings ---------------------------------------------------------------------------------------


def test_a_minute_that_becomes_two_days_is_worse() -> None:
    base = {"shop": SHOP, "patch": WINDOW % ("07:00", "1h1m")}
    head = {"shop": SHOP, "patch": WINDOW % ("07:00", "48h")}
    found = against(base, head)
    assert statuses(found) == [("OPS301", "worse")]
    (finding,) = found.findings
    # What is new is told: not the minute that was there.
    assert finding.added.total() == finding.occurrences.total() - 60
    assert not found.fixed


@pytest.mark.parametrize(
    ("start", "duration", "status"),
    [
        ("07:00", "2h", "unchanged"),
        ("07:30", "1h30m", "unchanged"),
        ("07:00", "1h30m", "unchanged"),
        ("07:00", "2h1m", "worse"),
        ("20:00", "2h", "worse"),  # the same finding, at another time
    ],
)
def test_unchanged_is_what_the_base_covers(start: str, duration: str, status: str) -> None:
    base = {"shop": SHOP, "patch": WINDOW % ("07:00", "2h")}
    head = {"shop": SHOP, "patch": WINDOW % (start, duration)}
    assert statuses(against(base, head)) == [("OPS301", status)]


def test_what_is_gone_is_fixed() -> None:
    base = {"shop": SHOP, "patch": WINDOW % ("07:00", "2h")}
    head = {"shop": SHOP, "patch": WINDOW % ("05:00", "2h")}
    found = against(base, head)
    assert not found.findings
    assert [each.code for each in found.fixed] == ["OPS301"]


def test_a_rename_keeps_its_findings() -> None:
    base = {"shop": SHOP, "patch": WINDOW % ("07:00", "2h")}
    head = {"shop": SHOP, "patch": (WINDOW % ("07:00", "2h")).replace("patch:", "db-patch:")}
    found = against(base, head)
    assert statuses(found) == [("OPS301", "unchanged")]
    assert found.findings[0].causes == ("maintenance_window/db-patch",)
    assert not found.fixed


def test_a_rename_of_a_service_keeps_its_findings() -> None:
    base = {"shop": SHOP, "patch": WINDOW % ("07:00", "2h")}
    head = {"shop": SHOP.replace("shop: {owner", "store: {owner"), "patch": base["patch"]}
    assert statuses(against(base, head)) == [("OPS301", "unchanged")]


def test_a_rename_of_a_member_keeps_what_its_group_loses() -> None:
    """Neither the service that loses its spare nor the window that takes it has the new name."""
    group = SHOP.replace("depends_on: [db]", "depends_on: [{any_of: [db, spare]}]")
    text = group + "  spare: {owner: platform, title: Spare}\n"
    base = {"shop": text, "patch": WINDOW % ("07:00", "2h")}
    found = against(base, {**base, "shop": text.replace("spare", "other")})
    assert statuses(found) == [("OPS305", "unchanged"), ("OPS307", "unchanged")]
    slashes = {each: base[each].replace("spare", "eu/db/spare") for each in base}
    found = against(slashes, {**base, "shop": text.replace("spare", "us/db")})
    assert statuses(found) == [("OPS305", "unchanged"), ("OPS307", "unchanged")]
    assert not found.fixed


def test_another_window_is_no_rename() -> None:
    other = (
        "maintenance_windows:\n"
        "  other: {owner: retail, takes_down: [shop], start: 2027-10-11T10:00Z, end: 2027-10-11T11:00Z}\n"
    )
    base = {"shop": SHOP, "patch": WINDOW % ("07:00", "2h")}
    found = against(base, {"shop": SHOP, "patch": other})
    assert statuses(found) == [("OPS301", "new")]
    assert len(found.fixed) == 1


def test_against_a_broken_base_everything_is_new() -> None:
    from opspolicy import judge  # noqa: PLC0415 - only here

    broken = worlds.estate(shop=SHOP, patch="services: [")
    base = judge.from_problems(broken, broken.problems)
    head = worlds.findings(worlds.estate(shop=SHOP, patch=WINDOW % ("07:00", "2h")))
    found = standing.against(head, base, {})
    assert statuses(found) == [("OPS301", "new")]
    assert not found.fixed


def test_a_severer_finding_is_worse() -> None:
    before = worlds.findings(worlds.estate(shop=SHOP, patch=WINDOW % ("07:00", "2h")))
    milder = [each._replace(severity="info") for each in before]
    assert statuses(standing.against(before, milder, {})) == [("OPS301", "worse")]
    assert statuses(standing.against(milder, before, {})) == [("OPS301", "unchanged")]


def test_two_sets_of_policies_give_the_severer() -> None:
    (found,) = worlds.findings(worlds.estate(shop=SHOP, patch=WINDOW % ("07:00", "2h")))
    both = [found._replace(severity="info"), found, found._replace(severity="warning")]
    assert examine.strictest(both) == [found]


# Where a finding points ---------------------------------------------------------------------------


def anchored(base: dict[str, str], head: dict[str, str]) -> list[Finding]:
    before, after = worlds.estate(**base), worlds.estate(**head)
    lines = touched.touched(before, after)
    return [lines.anchored(each) for each in worlds.findings(after)]


def test_a_finding_is_anchored_on_the_line_that_was_moved() -> None:
    """The window stands untouched; what the change moved is the job that needs the database."""
    job = (
        "jobs:\n"
        "  bills:\n"
        "    owner: billing\n"
        "    schedule: {cron: '%s', timezone: Europe/Paris}\n"
        "    scheduler: kubernetes\n"
        "    duration: 1h\n"
        "    requires: [db]\n"
    )
    window = WINDOW % ("05:00", "1h")
    base = {"shop": SHOP, "patch": window, "bills": job % "0 3 * * *"}
    head = {"shop": SHOP, "patch": window, "bills": job % "30 4 * * *"}
    (finding,) = anchored(base, head)
    assert finding.code == "OPS303"
    assert finding.place.span[:2] == ("ops/bills.yaml", 4)
    assert "ops/patch.yaml" in {each.span.file for each in finding.related}


def test_what_is_not_touched_keeps_its_place() -> None:
    head = {"shop": SHOP, "patch": WINDOW % ("07:00", "2h")}
    (finding,) = anchored({**head, "more": "services: {x: }"}, head)
    assert finding.place.span[:2] == ("ops/patch.yaml", 7)


def test_a_deleted_declaration_is_pointed_at_where_it_was() -> None:
    base = {"shop": SHOP, "more": "services:\n  db2: {owner: x}\n  ui: {depends_on: [db2]}\n"}
    head = {"shop": SHOP, "more": "services:\n  ui: {depends_on: [db2]}\n"}
    (finding,) = anchored(base, head)
    assert finding.code == "OPS101"
    assert finding.place.in_base
    assert finding.place.span[:2] == ("ops/more.yaml", 2)
    assert finding.place.text == "this change deletes `db2`, which is still used"
    assert finding.related[0].span[:2] == ("ops/more.yaml", 2)


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ("a\nb\nc", "a\nx\nc", {2}),
        ("a\nb\nc", "a\nb\nc\nd", {4}),
        ("a\nb\nc", "a\nc", set()),
        ("a\na\na", "a\na\na\na", {4}),
        ("", "a\nb", {1, 2}),
    ],
)
def test_touched_lines(before: str, after: str, lines: set[int]) -> None:
    assert touched._lines(parse("x", before), parse("x", after)) == lines


def test_every_line_of_a_new_file_is_touched() -> None:
    assert touched._lines(None, parse("x", "a\nb")) == {1, 2}


# What a limit is held against ---------------------------------------------------------------------

TOLD = """
services: {shop: {owner: retail, min_notice: %s}}
maintenance_windows:
  patch:
    owner: retail
    takes_down: [shop]
    start: 2027-10-09T07:00Z
    duration: 1h
    notices: [%s]
"""


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [
        ("{at: -7d}", "{at: -1d}", "worse"),
        ("{at: -7d}", "{at: -6d23h}", "worse"),
        ("{at: -7d}", "", "worse"),
        ("{at: -7d}", "{at: 1d}", "worse"),
        ("{at: -7d}, {at: -1d}", "{at: -1d}", "worse"),
        ("{at: -7d}", "{at: -7d}, {at: -1d}", "unchanged"),
        ("{at: -7d}", "{at: -8d}", "unchanged"),
        ("", "{at: 1d}", "unchanged"),
        ("", "", "unchanged"),
    ],
)
def test_a_later_notice_is_worse(before: str, after: str, status: str) -> None:
    found = against({"a": TOLD % ("14d", before)}, {"a": TOLD % ("14d", after)})
    assert statuses(found) == [("OPS503", status)]
    assert not found.findings[0].added


@pytest.mark.parametrize(("asked", "told"), [("30d", "{at: -7d}"), ("8d", "{at: -7d}"), ("8d", "")])
def test_asking_for_more_or_less_notice_makes_none_later(asked: str, told: str) -> None:
    """What is measured is when customers are told, and not by how much that is too late."""
    found = against({"a": TOLD % ("14d", told)}, {"a": TOLD % (asked, told)})
    assert statuses(found) == [("OPS503", "unchanged")]
    worse = against({"a": TOLD % ("14d", "{at: -7d}")}, {"a": TOLD % (asked, "{at: -6d}")})
    assert statuses(worse) == [("OPS503", "worse")]


def test_of_several_occurrences_the_one_told_latest_counts() -> None:
    series = TOLD.replace(
        "start: 2027-10-09T07:00Z", 'schedule: {cron: "0 7 * * sat", timezone: UTC}'
    )
    found = against({"a": series % ("14d", "{at: -7d}")}, {"a": series % ("14d", "{at: -2d}")})
    assert statuses(found) == [("OPS503", "worse")]


TWICE = """
defaults: {owner: retail, timezone: UTC}
services:
  shop: {min_notice: 2d, depends_on: [{any_of: [x, y], at_least: 1}]}
  x: {}
  y: {}
maintenance_windows:
  w1:
    takes_down: [x]
    schedule: {dates: [2027-10-10T00:00, 2027-10-%s]}
    duration: 30h
    notices: [{at: -1h}]
  w2: {takes_down: [y], schedule: {dates: [2027-10-10T01:00, 2027-10-20T23:00]}, duration: 2h}
"""


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [
        # Told 24 hours ahead, as it starts at 23:00: then 3, and 25.
        ("20T00:00", "20T21:00", "worse"),
        ("20T21:00", "20T00:00", "unchanged"),
        # It starts an hour later, and is told of an hour ahead, or of as much as it was.
        ("20T00:00", "21T00:00", "worse"),
        ("20T23:00", "21T00:00", "unchanged"),
    ],
)
def test_each_occurrence_is_told_no_later(before: str, after: str, status: str) -> None:
    """The other one, of which they hear 2 hours ahead, excuses none."""
    found = against({"a": TWICE % before}, {"a": TWICE % after})
    assert statuses(found) == [("OPS503", status)]
    assert not found.findings[0].added


LIMITED = """
defaults: {owner: retail, timezone: UTC}
services: {shop: {max_outage: 2h, downtime_budget: {max: 4h, per: 30d}}}
maintenance_windows:
"""
FIRST = "  w1: {takes_down: [shop], start: 2027-10-09T00:00, duration: %s}\n"
SECOND = "  w2: {takes_down: [shop], start: 2027-10-09T03:00, duration: %s}\n"
ELSEWHERE = "  w2: {takes_down: [shop], start: 2027-10-10T03:00, duration: %s}\n"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (FIRST % "3h", FIRST % "3h", {"OPS304 unchanged"}),
        (FIRST % "3h", FIRST % "150m", {"OPS304 unchanged"}),
        (FIRST % "3h", FIRST % "181m", {"OPS304 worse"}),
        # It goes on: another one makes it longer.
        (FIRST % "3h", FIRST % "3h" + SECOND % "1h", {"OPS304 new"}),
        # What has one cause less is the rest of what was there.
        (FIRST % "3h" + SECOND % "2h", FIRST % "3h", {"OPS304 unchanged"}),
        (FIRST % "3h" + SECOND % "2h", FIRST % "5h", {"OPS304 unchanged", "OPS306 unchanged"}),
        (FIRST % "3h" + SECOND % "2h", FIRST % "6h", {"OPS304 worse", "OPS306 worse"}),
        # As long, by another cause, is another finding.
        (FIRST % "5h" + ELSEWHERE % "1h", FIRST % "1h" + ELSEWHERE % "5h",
         {"OPS304 new", "OPS306 worse"}),
        (FIRST % "3h" + ELSEWHERE % "2h", FIRST % "3h" + ELSEWHERE % "90m",
         {"OPS304 unchanged", "OPS306 unchanged"}),
        (FIRST % "3h" + ELSEWHERE % "90m", FIRST % "3h" + ELSEWHERE % "91m",
         {"OPS304 unchanged", "OPS306 worse"}),
    ],
)  # fmt: skip
def test_a_limit_is_exceeded_by_no_more(before: str, after: str, expected: set[str]) -> None:
    found = against({"a": LIMITED + before}, {"a": LIMITED + after})
    assert {" ".join(each) for each in statuses(found)} == expected


delays = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 2), st.integers(-3, 3)), max_size=6)


@settings(max_examples=400, derandomize=True, database=None, deadline=None)
@given(delays, delays)
def test_what_is_known_covers_only_what_is_nowhere_told_later(
    old: list[tuple[int, int, int]], new: list[tuple[int, int, int]]
) -> None:
    sides = []
    for drawn in (old, new):
        apart = {start * 3: (start * 3 + length, delay) for start, length, delay in drawn}
        times = IntervalSet((start, end) for start, (end, _) in apart.items())
        measure = tuple((start, delay) for start, (_, delay) in sorted(apart.items()))
        sides.append((apart, Known("error", times, measure)))
    (was, before), (now, after) = sides
    expected = all(
        start in was and end <= was[start][0] and delay <= was[start][1]
        for start, (end, delay) in now.items()
    )
    assert before.covers(after) is expected
    assert before.covers(before)
    # Merged, each is covered.
    (one,) = worlds.findings(worlds.estate(a=TOLD % ("14d", "{at: -7d}")))
    both = known(
        one._replace(occurrences=each.occurrences, measure=each.measure) for each in (before, after)
    )[one.fingerprint]
    assert both.covers(before)
    assert both.covers(after)


def test_what_began_before_it_is_judged_is_excused_by_no_other() -> None:
    times = IntervalSet([(0, 5), (20, 30)])
    before = Known("error", times, ((0, 9), (20, -9)))
    began = Known("error", IntervalSet([(20, 30)]), ((15, 3),))
    assert not before.covers(began)
    assert before.covers(began._replace(measure=((20, -9),)))


def test_thousands_of_occurrences_are_compared_at_once() -> None:
    times = IntervalSet((at * 10, at * 10 + 5) for at in range(20_000))
    was, now = (tuple((start, told) for start, _ in times) for told in (-1, -2))
    before = process_time()
    assert Known("error", times, was).covers(Known("error", times, now))
    assert not Known("error", times, now).covers(Known("error", times, was))
    assert process_time() - before < 1


CROWD = """
defaults: {owner: retail, timezone: UTC}
services:
  messages: {min_notice: 14d, depends_on: [{any_of: [sms-a, sms-b]}]}
  sms-a: {}
  sms-b: {}
x-one: &one {takes_down: [sms-a], start: 2027-10-09T00:00, duration: 1h, notices: [{at: -15d}]}
x-two: &two {takes_down: [sms-b], start: 2027-10-09T00:00, duration: 1h, notices: [{at: -15d}]}
maintenance_windows:
  a9: {takes_down: [sms-a], start: 2027-10-09T00:00, duration: 1h%s}
"""


@pytest.mark.parametrize(
    ("after", "status"),
    [
        (", notices: [{at: -7d}]", "unchanged"),
        (", notices: [{at: -1d}]", "worse"),
        ("", "worse"),
    ],
)
def test_a_later_notice_is_worse_in_a_crowd_too(after: str, status: str) -> None:
    names = [
        f"  {side}{at}: *{many}\n" for side, many in (("a", "one"), ("b", "two")) for at in range(9)
    ]
    text = CROWD + "".join(names)
    found = against({"a": text % ", notices: [{at: -7d}]"}, {"a": text % after})
    crowds = [each.status for each in found.findings if each.causes_truncated]
    assert crowds == [status]


def test_what_the_base_did_not_judge_is_told_no_later() -> None:
    """Of what reaches into the judged time all of it is known, whole."""
    (one,) = worlds.findings(worlds.estate(a=TOLD % ("14d", "{at: -7d}")))
    start, end = one.occurrences.start, one.occurrences.end
    beyond = IntervalSet([(start, end), (end + DAY, end + 2 * DAY)])
    for told, status in ((-7 * DAY, "unchanged"), (-6 * DAY, "worse")):
        measure = ((start, told), (end + DAY, 0))
        more = one._replace(occurrences=beyond, measure=measure)
        for begin in (start - 60, start + 60):
            stood = standing.against([more], [one], {}, IntervalSet([(begin, end)]))
            assert statuses(stood) == [("OPS503", status)]


FEW_TIMES = st.lists(st.integers(0, 40), max_size=12, unique=True).map(sorted)
NOTICES = st.sampled_from([[], [-5], [-5, 2]])


@settings(max_examples=400, derandomize=True, database=None, deadline=None)
@given(FEW_TIMES, FEW_TIMES, st.integers(1, 9), st.sets(st.integers(0, 40)), NOTICES)
def test_of_a_crowd_each_outage_has_what_is_told_latest(
    starts: list[int], outages: list[int], length: int, unplanned: set[int], times: list[int]
) -> None:
    """As if each start of a cause was held against each outage."""
    short = IntervalSet((at, at + 3) for at in outages)
    notices = [Notice(at, None, None, (), None, place) for place, at in enumerate(times)]
    teller = object.__new__(Teller)
    vars(teller).update(
        ref="job/a",
        _when=IntervalSet((at, at + length) for at in starts),
        _as_of=20,
        _notices=notices,
        _times=[each.at for each in notices],
        _length=length,
        _starts=starts if times else [],
        _ends={},
    )
    expected = []
    for begin, end in short:
        found = [-NEVER]
        for at in starts:
            if at < end and at + length > begin:
                sent = [each.at for each in notices if at not in unplanned or at + each.at >= 20]
                found.append(min(sent, default=NEVER))
        expected.append(max(found))
    assert teller.delays(short, unplanned.__contains__) == expected


def test_the_worse_of_what_is_found_twice_is_what_is_known() -> None:
    (one,) = worlds.findings(worlds.estate(a=TOLD % ("14d", "{at: -7d}")))
    start = one.occurrences.start
    later, more = ((start, -DAY),), ((start, -DAY), (start + DAY, -9 * DAY))
    assert one.measure == ((start, -7 * DAY),)
    for other in (later, more):
        for twice in ([one, one._replace(measure=other)], [one._replace(measure=other), one]):
            assert known(twice)[one.fingerprint].measure == other
    unmeasured = one._replace(measure=None)
    assert known([unmeasured, one])[one.fingerprint].measure == one.measure
    # Of which nothing was measured, nothing is known to be no worse.
    assert standing.against([one], [unmeasured], {}).findings[0].status == "worse"
    assert standing.against([unmeasured], [one], {}).findings[0].status == "unchanged"


# The gate -----------------------------------------------------------------------------------------


def config(text: str = "", **values: Any) -> Config:  # noqa: ANN401 - whatever fields there are
    """Make a configuration with the recommended policies and those of a text over them."""
    own = [parse("policies/own.yaml", text)] if text else []
    made = policies.combine(["recommended"], own)
    assert not made.problems
    return Config("/", policies=made.by_name)._replace(**values)


def loosened(base: Config, head: Config, lost: tuple[str, ...] = ()) -> list[str]:
    return [each.message for each in gate.weakened(base, head, lost)]


@pytest.mark.parametrize(
    ("base", "head", "said"),
    [
        (config(horizon=180 * DAY), config(horizon=90 * DAY), "shortened from 180d to 90d"),
        (config(), config(fail_on="never"), "`fail_on` goes from error to never"),
        (config(fail_on="info"), config(fail_on="error"), "from info to error"),
        (config(), config(patterns=Patterns(exclude=("ops/x",))), "`ops/x` is newly excluded"),
        (
            config(),
            config("policies: {outage-in-business-hours: {severity: info}}"),
            "info instead of error",
        ),
        (
            config(),
            config("policies: {outage-in-business-hours: {severity: off}}"),
            "off instead of error",
        ),
        (
            config("policies: {mine: {rule: never-runs}}"),
            config(),
            "policy `mine` is weakened: it is gone",
        ),
        (
            config("policies: {never-runs: {locked: true}}"),
            config(),
            "policy `never-runs` is weakened: it is no longer locked",
        ),
        (
            config(),
            config("policies: {never-runs: {severity: info, scope: {jobs: [x]}}}"),
            "its scope is another",
        ),
    ],
)
def test_what_loosens_the_gate_is_said(base: Config, head: Config, said: str) -> None:
    (message,) = loosened(base, head)
    assert said in message
    assert not loosened(base, base)


@pytest.mark.parametrize(
    ("base", "head"),
    [
        (config(horizon=90 * DAY), config(horizon=180 * DAY)),
        (config(fail_on="never"), config(fail_on="error")),
        (config(fail_on="error"), config(fail_on="info")),
        (config(patterns=Patterns(exclude=("ops/x",))), config()),
        (config(), config("policies: {degraded-in-business-hours: {severity: error}}")),
        (config(), config("policies: {mine: {rule: never-runs}}")),
        (config(), config("policies: {never-runs: {severity: error, scope: {jobs: [x]}}}")),
        (
            config("policies: {never-runs: {severity: off}}"),
            config("policies: {never-runs: {severity: off}}"),
        ),
    ],
)
def test_what_tightens_it_is_nobodys_fault(base: Config, head: Config) -> None:
    assert not loosened(base, head)


def test_files_that_are_no_longer_checked_are_named() -> None:
    (message,) = loosened(config(), config(), ("ops/b.yaml", "ops/a.yaml"))
    assert "leaves `ops/a.yaml` and `ops/b.yaml` out of the check" in message


def test_policies_that_are_gone_with_their_pack_are_one_finding() -> None:
    own = parse("policies/own.yaml", "policies: {mine: {rule: never-runs}, never-runs: {}}")
    base = config("policies: {mine: {rule: never-runs}, other: {rule: never-runs}}")
    head = Config("/", packs=(), policies=policies.combine([], [own]).by_name)
    (of_pack, of_own) = gate.weakened(base, head, ())
    assert of_own.message == "policy `other` is weakened: it is gone"
    number = sum(1 for each in base.policies.values() if each.is_on) - 3
    start = f"`extends` no longer has `recommended`, which takes out {number} policies: "
    assert number > 20
    assert of_pack.message.startswith(start)
    assert of_pack.message.endswith(f" and {number - gate.MOST_NAMED} more policies")
    assert of_pack.message.count("`") == 4 + 2 * gate.MOST_NAMED
    # What takes out one more is the same finding.
    other = next(gate.weakened(base, head._replace(policies={}), ()))
    assert (other.subjects, other.key) == (of_pack.subjects, of_pack.key)


def test_one_policy_that_is_gone_with_its_pack_is_told_by_itself() -> None:
    own = [parse("policies/own.yaml", "policies: {mine: {rule: never-runs}}")]
    base = config()
    one = {"never-runs": base.policies["never-runs"]}
    head = Config("/", packs=(), policies=policies.combine([], own).by_name)
    assert loosened(base._replace(policies=one), head) == [
        "policy `never-runs` is weakened: it is gone"
    ]


def test_the_stricter_of_both_holds() -> None:
    base, head = config(horizon=DAY, fail_on="warning"), config(horizon=9 * DAY, fail_on="never")
    for one, other in ((base, head), (head, base)):
        assert gate.strict(one, other) == gate.Strict(9 * DAY, "warning")


WAIVER = (
    "waivers: [{{rule: r, on: [{on}], reason: x, approved_by: [a], expires: {expires}{more}}}]\n"
    "services: {{s: , t: }}\n"
)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"expires": "2027-10-12"}, "is extended from 2027-10-11 to 2027-10-12"),
        ({"on": "service/s"}, "covers more"),
        ({"more": ""}, "accepts any schedule now"),
        ({"more": ", accepts: [ops-1234567890]"}, "accepts other collisions"),
        ({"expires": "2027-10-10"}, ""),
        ({"more": ", accepts: [ops-12345678], ticket: X"}, ""),
    ],
)
def test_extending_a_waiver_loosens_the_gate(change: dict[str, str], said: str) -> None:
    was = {
        "on": "service/s, service/t",
        "expires": "2027-10-11",
        "more": ", accepts: [ops-12345678]",
    }
    base = worlds.estate(a=WAIVER.format(**was))
    head = worlds.estate(a=WAIVER.format(**{**was, **change}))
    found = [each.message for each in extended.extended(base, head)]
    assert found == [] if not said else said in found[0]
    # A new one is judged on its merits.
    assert not list(extended.extended(worlds.estate(a="services: {}"), head))


def test_policies_differ_by_what_they_say() -> None:
    one: dict[str, Policy] = dict(config().policies)
    assert not policies.differ(
        one, config("x-: 1\npolicies: {never-runs: {severity: error}}").policies
    )
    assert policies.differ(one, config("policies: {never-runs: {severity: info}}").policies)


# The plan -----------------------------------------------------------------------------------------


def made(base: dict[str, str], head: dict[str, str]) -> tuple[changes.Changes, list[str]]:
    before, after = worlds.timeline(worlds.estate(**base)), worlds.timeline(worlds.estate(**head))
    found = changes.changes(before, after, matching.renamed(before.estate, after.estate))
    told = [words.occurrences(each) for each in found.occurrences]
    told += [line for each in found.outages for line in words.outage(each, after.estate)]
    return found, told


def test_a_window_that_moves() -> None:
    _, told = made(
        {"shop": SHOP, "patch": WINDOW % ("05:00", "1h")},
        {"shop": SHOP, "patch": WINDOW % ("05:30", "1h")},
    )
    assert told == [
        (
            "maintenance window `patch` moves 30 min later, from Sat 9 Oct 2027 05:00 to"
            " Sat 9 Oct 2027 05:30 (Europe/Paris)"
        ),
        "`db` is newly down for 30 min, from Sat 9 Oct 2027 06:00 to 06:30 (Europe/Paris)",
        "`db` is no longer down for 30 min, from Sat 9 Oct 2027 05:00 to 05:30 (Europe/Paris)",
        "`shop` is newly down for 30 min, from Sat 9 Oct 2027 06:00 to 06:30 (Europe/Paris)",
        "`shop` is no longer down for 30 min, from Sat 9 Oct 2027 05:00 to 05:30 (Europe/Paris)",
    ]


def test_what_comes_and_goes() -> None:
    job = "jobs: {j: {owner: a, timezone: UTC, scheduler: cron, schedule: '%s'}}"
    _, told = made({"j": job % "0 6 1 * *"}, {"j": job % "0 6 1,15 * *"})
    assert told == ["job `j` gains 6 runs, the first on Wed 15 Sep 2027 06:00 (UTC)"]
    _, told = made({"j": job % "0 6 1 * *"}, {"j": job % "0 7 1 * *"})
    assert told == [
        (
            "job `j` moves 6 runs 1 h later, the first from Wed 1 Sep 2027 06:00 to"
            " Wed 1 Sep 2027 07:00 (UTC)"
        )
    ]
    _, told = made({"j": job % "0 6 1 * *"}, {"j": "services: {}"})
    assert told == ["job `j` is removed: 6 runs, the first on Wed 1 Sep 2027 06:00 (UTC)"]


def test_a_new_name_alone_changes_nothing() -> None:
    base = {"shop": SHOP, "patch": WINDOW % ("05:00", "1h")}
    found, _ = made(base, {**base, "patch": base["patch"].replace("patch:", "other:")})
    gone = ("maintenance_window/other", (), "maintenance_window/patch")
    assert found == changes.Changes((), (), (changes.Declared(*gone),))


def test_a_new_dependency_gives_an_outage_that_nobody_scheduled() -> None:
    base = {"shop": SHOP.replace(", depends_on: [db]", ""), "patch": WINDOW % ("05:00", "1h")}
    found, told = made(base, {**base, "shop": SHOP})
    assert not found.occurrences
    assert told == [
        "`shop` is newly down for 1 h, from Sat 9 Oct 2027 05:00 to 06:00 (Europe/Paris)"
    ]


def test_who_must_agree_is_worked_out_from_the_graph() -> None:
    base = worlds.timeline(worlds.estate(shop=SHOP))
    head = worlds.timeline(worlds.estate(shop=SHOP, patch=WINDOW % ("05:00", "1h")))
    assert changes.reviewers(base, head, {}, ()) == ("platform", "retail")


def test_whoever_a_freeze_protects_must_agree_to_another() -> None:
    freeze = "freezes: {f: {owner: sales, timezone: UTC, start: 2027-11-20T00:00, end: 2027-12-%sT00:00}}"
    base, head, same = (
        worlds.timeline(worlds.estate(shop=SHOP, freeze=freeze % day)) for day in (24, 10, 24)
    )
    assert changes.reviewers(base, same, {}, ()) == ()
    assert changes.reviewers(base, head, {}, ()) == ("sales",)
    gone = worlds.timeline(worlds.estate(shop=SHOP))
    assert changes.reviewers(base, gone, {}, ()) == ("sales",)


# Branches ---------------------------------------------------------------------------------------


def test_two_branches_that_are_green_alone() -> None:
    start = {"shop": SHOP.replace(", depends_on: [db]", "")}
    one = {**start, "patch": WINDOW % ("09:00", "1h")}
    other = {"shop": SHOP}
    for each in (start, one, other):
        assert not worlds.findings(worlds.estate(**each))
    branch = Branch("feature", worlds.estate(**one), worlds.estate(**start))
    together = combined(worlds.estate(**other), [branch])
    assert not together.conflicts
    assert [each.code for each in worlds.findings(together.estate)] == ["OPS301"]


def test_one_branch_deletes_what_the_other_begins_to_use() -> None:
    start = {"shop": SHOP.replace(", depends_on: [db]", "")}
    gone = {"shop": start["shop"].replace("  db: {}\n", "")}
    branch = Branch("feature", worlds.estate(**gone), worlds.estate(**start))
    together = combined(worlds.estate(shop=SHOP), [branch])
    assert [each.code for each in worlds.findings(together.estate)] == ["OPS101"]


def test_what_both_change_is_a_conflict_unless_they_agree() -> None:
    start = {"patch": WINDOW % ("05:00", "1h")}
    head = worlds.estate(patch=WINDOW % ("06:00", "1h"))
    for hour, expected in (("04:00", 1), ("06:00", 0)):
        other = worlds.estate(patch=WINDOW % (hour, "1h"))
        together = combined(head, [Branch("b", other, worlds.estate(**start))])
        assert len(together.conflicts) == expected
        assert together.estate.windows["patch"].start == head.windows["patch"].start


# Rules of one's own -------------------------------------------------------------------------------

OWN = """
policies:
  ours:
    rule: custom
    for_each: outage
    where: "service.name != ''"
    assert: "outage.duration <= duration(params.longest)"
    parameters: {longest: %s}
    message: "%s"
"""


@pytest.mark.parametrize(
    ("longest", "message", "told"),
    [
        ("2h", "{service.name} is down", []),
        ("2h", "said in another way", []),
        ("4h", "{service.name} is down", ["policy `ours` is weakened: it demands something else"]),
    ],
)
def test_a_rule_of_ones_own_is_weakened_by_what_it_demands_and_not_by_what_it_says(
    longest: str, message: str, told: list[str]
) -> None:
    base, head = (
        Config(".", policies=policies.combine([], [parse("policies/p.yaml", text)]).by_name)
        for text in (OWN % ("2h", "{service.name} is down"), OWN % (longest, message))
    )
    assert [each.message for each in gate.weakened(base, head, ())] == told
