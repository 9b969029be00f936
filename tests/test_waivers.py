"""Waivers and ignores as a whole: what they never change, when they end, and when they lapse."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from opspolicy import app, config, judge, rules, waiving
from opspolicy.policy import policies, waivers
from opspolicy.report import FAILED, INCOMPLETE, FileStatus, Report, Waived, order
from opspolicy.rules.base import Rule, Violation
from opspolicy.source.files import parse
from opspolicy.source.span import Note, Span
from opspolicy.temporal.instants import parse_as_of, rfc3339
from opspolicy.temporal.zones import zone
from tests import archives, worlds
from tests.shared import ROOT
from tests.temporal.test_zones import library

if TYPE_CHECKING:
    from pathlib import Path

    from opspolicy.estate.estate import Estate
    from opspolicy.policy.policies import Policy
    from opspolicy.report import Finding

RULES = {rule.code for rule in rules.every() if rule.code.startswith("OPS80")}


def judged(
    estate: Estate, as_of: int = worlds.AS_OF, over: dict[str, Policy] | None = None
) -> waiving.Outcome:
    """Return what is found in an estate once its waivers and ignores are looked at."""
    every = over or worlds.RECOMMENDED
    found = judge.from_problems(estate, estate.problems)
    found += worlds.findings(estate, every, as_of)
    return waiving.apply(found, worlds.timeline(estate, as_of), every, every)


def unmarked(findings: list[Finding]) -> Counter[Finding]:
    """Return findings without what waivers say of them, and without those about waivers."""
    return Counter(
        each._replace(waived_by=None, waiver=None) for each in findings if each.code not in RULES
    )


# Laws --------------------------------------------------------------------------------------------

OWNERS = ["a", "b", "c"]
NAMES = ["outage-in-business-hours", "OPS301", "OPS307", "ours", "unknown-duration", "OPS209",
         "unused-declaration", "unknown-reference", "no-such-rule", "OPS802"]  # fmt: skip
REFS = ["service/s0", "service/s1", "maintenance_window/w0", "maintenance_window/w1", "job/j0",
        "calendar/c", "service/nothing"]  # fmt: skip
DAYS = ["2027-08-31", "2027-09-01", "2027-10-09", "2027-10-31", "2028-12-31"]


@st.composite
def estates(draw: st.DrawFn) -> tuple[str, str]:
    """Draw an estate without waivers, and the same one with some."""
    owner = st.sampled_from(OWNERS)

    def remark() -> str:
        if draw(st.booleans()):
            return ""
        named = ", ".join(draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=2)))
        return f"  # opspolicy: ignore[{named}] until {draw(st.sampled_from(DAYS))} because"

    lines = ["calendars:", "  c: {timezone: UTC, hours: []}@", "services:"]
    lines += [
        f"  s{at}: {{owner: {draw(owner)}, customer_facing: true, depends_on: [{needs}]}}@"
        for at, needs in enumerate((draw(st.sampled_from(["", "nothing"])), "s0"))
    ]
    lines += ["maintenance_windows:"]
    for at in range(2):
        what = draw(st.sampled_from(["takes_down", "degrades"]))
        when = draw(
            st.sampled_from(
                ["start: 2027-10-09T06:00Z", 'schedule: {cron: "0 6 * * sat", timezone: UTC}']
            )
        )
        lines.append(f"  w{at}: {{owner: {draw(owner)}, {what}: [s0], {when}, duration: 1h}}@")
    lines += ["jobs:"]
    lines.append(f'  j0: {{owner: {draw(owner)}, schedule: {{cron: "0 5 * * *", timezone: UTC}}}}@')
    with_waivers = [line.replace("@", remark()) for line in lines] + ["waivers:"]
    for _ in range(draw(st.integers(0, 4))):
        on = draw(st.lists(st.sampled_from(REFS), min_size=1, max_size=3, unique=True))
        approved = draw(st.lists(owner, min_size=1, max_size=3, unique=True))
        with_waivers.append(
            f"  - {{rule: {draw(st.sampled_from(NAMES))}, on: [{', '.join(on)}], reason: r,"
            f" approved_by: [{', '.join(approved)}], expires: {draw(st.sampled_from(DAYS))}}}"
        )
    text = "\n".join(with_waivers) + "\n"
    return "\n".join(lines).replace("@", "") + "\n", text


OURS = policies.combine(
    ["recommended"],
    [
        parse(
            "policies/ours.yaml",
            "policies: {ours: {rule: outage-in-business-hours, severity: warning, locked: true}}",
        )
    ],
).by_name


@settings(derandomize=True, database=None, deadline=None, max_examples=90)
@given(estates())
def test_waivers_never_change_other_findings(texts: tuple[str, str]) -> None:
    without, with_waivers = (worlds.estate(a=text) for text in texts)
    before, after = judged(without, over=OURS), judged(with_waivers, over=OURS)
    assert not before.standings
    # That a waiver names what isn't declared is a finding of its own.
    about = {each.ref for each in with_waivers.waivers}
    others = [each for each in after.findings if not about & {*each.subjects}]
    assert unmarked(others) == unmarked(before.findings)
    # Exactly what is said here may be waived, and by those who must agree.
    approvals = {each.ref: {*each.approved_by} for each in with_waivers.waivers}
    for found in after.findings:
        if found.waived_by is None:
            continue
        assert found.waiver is not None
        assert found.waiver.ref == found.waived_by
        assert not found.incomplete
        assert found.code not in RULES
        assert found.policy != "ours"
        if found.waived_by.startswith("waiver/"):
            assert {*found.owners} <= approvals[found.waived_by]
        else:
            assert found.severity != "error"
            assert len(found.owners) <= 1


@settings(derandomize=True, database=None, deadline=None, max_examples=40)
@given(estates(), st.sets(st.sampled_from(["OPS301", "OPS209", "OPS307", "OPS8"])))
def test_leaving_rules_out_changes_neither_waivers_nor_what_is_said_of_them(
    texts: tuple[str, str], left_out: set[str]
) -> None:
    estate = worlds.estate(a=texts[1])
    chosen = {
        name: each
        for name, each in worlds.RECOMMENDED.items()
        if (rule := rules.load(each.rule)) is not None
        and (rule.incomplete or not any(rule.code.startswith(code) for code in left_out))
    }
    found = worlds.findings(estate, chosen)
    timeline = worlds.timeline(estate)
    some = waiving.apply(found, timeline, worlds.RECOMMENDED, chosen).findings
    whole = [each for each in judged(estate).findings if each.policy in chosen]
    problems = {each.fingerprint for each in judge.from_problems(estate, estate.problems)}
    assert Counter(some) == Counter(each for each in whole if each.fingerprint not in problems)


# The end of a date -------------------------------------------------------------------------------

ZONES = ["UTC", "Europe/Berlin", "America/Havana", "America/Santiago", "America/Nuuk",
         "America/Scoresbysund", "Atlantic/Azores", "Africa/Cairo", "Asia/Beirut", "Asia/Kathmandu",
         "Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Apia", "Africa/Casablanca"]  # fmt: skip


def is_waived(key: str, start: int, expires: date) -> bool:
    """Whether a waiver up to a day covers an outage that starts at an instant, in a zone."""
    text = f"""
services: {{shop: {{owner: a, customer_facing: true, timezone: {key}}}}}
maintenance_windows: {{w: {{owner: a, takes_down: [shop], start: "{rfc3339(start)}", duration: 1h}}}}
waivers: [{{rule: OPS301, on: [service/shop], reason: r, approved_by: [a], expires: {expires}}}]
"""
    as_of = start - 10 * 86_400
    (found,) = [
        each for each in judged(worlds.estate(a=text), as_of).findings if each.code == "OPS301"
    ]
    return found.waived_by is not None


@pytest.mark.parametrize("key", ZONES)
def test_a_date_ends_with_the_local_day(key: str) -> None:
    """On every night that the clocks change, and on one that they don't."""
    first, last = parse_as_of("2027-01-01"), parse_as_of("2028-01-01")
    nights = [each.start for each in zone(key).changes(first, last)] + [parse_as_of("2027-06-15")]
    for night in nights:
        day = datetime.fromtimestamp(night, library(key)).date()
        for expires in (day - timedelta(1), day):
            end = zone(key).instant((expires - date(1970, 1, 1)).days * 86_400 + 86_400)
            for start in (end - 3600, end - 1, end, end + 1, end + 3600):
                local = datetime.fromtimestamp(start, UTC).astimezone(library(key)).date()
                assert is_waived(key, start, expires) == (local <= expires), (start, expires)


def test_where_midnight_comes_twice_the_first_one_counts() -> None:
    """In Newfoundland the clocks went from 00:01 back to 23:01: nobody agreed to that hour."""
    midnight = zone("America/St_Johns").readings(parse_as_of("2009-11-01"))
    assert len(midnight) == 2
    assert is_waived("America/St_Johns", midnight[0] - 1, date(2009, 10, 31))
    assert not is_waived("America/St_Johns", midnight[0], date(2009, 10, 31))
    assert not is_waived("America/St_Johns", midnight[1] - 60, date(2009, 10, 31))


def test_the_last_day_that_can_be_written() -> None:
    text = """
services: {shop: {owner: a, customer_facing: true}}
maintenance_windows: {w: {owner: a, takes_down: [shop], start: 2027-10-09T06:00Z, duration: 1h}}
waivers: [{rule: OPS301, on: [service/shop], reason: r, approved_by: [a], expires: 2199-12-29}]
"""
    for key in ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"):
        declared = text.replace("true}", f"true, timezone: {key}}}")
        (found,) = judged(worlds.estate(a=declared)).findings
        assert found.waived_by == "waiver/ops/a.yaml#0", key


def test_some_of_the_occurrences() -> None:
    text = """
services: {shop: {owner: a, customer_facing: true}}
maintenance_windows:
  w: {owner: b, takes_down: [shop], schedule: {cron: "0 6 * * sat", timezone: UTC}, duration: 1h}
waivers:
  - {rule: OPS301, on: [service/shop], reason: r, approved_by: [a, b], expires: 2027-09-10}
  - {rule: OPS301, on: [service/shop], reason: s, approved_by: [a, b], expires: 2027-09-17}
"""
    (found,) = judged(worlds.estate(a=text)).findings
    assert found.waived_by is None
    assert found.waiver is not None
    assert (found.waiver.ref, found.waiver.covered) == ("waiver/ops/a.yaml#1", 2)
    assert found.waiver.note == (
        "2 of its 26 occurrences by a and b until Fri 17 Sep 2027;"
        " the first other one starts on Sat 18 Sep 2027 06:00 (UTC)"
    )


# Acceptances -------------------------------------------------------------------------------------

AGREED = """\
calendars:
  hours: {timezone: Europe/Paris, hours: [{days: everyday, from: 08:00, to: 22:00}]}
  working: {timezone: Europe/Paris, hours: [], exceptions: [{date: 2027-12-24, closed: true}]}
services:
  shop: {owner: retail, customer_facing: true, business_hours: hours}
maintenance_windows:
  patch:
    owner: platform
    takes_down: [shop]
    schedule: {cron: "0 12 * * sat", timezone: Europe/Paris, on_non_business_day: next, business_days: working}
    duration: 2h
jobs:
  mail:
    owner: billing
    scheduler: cron
    schedule: {cron: "0 10 * * sun", timezone: Europe/Paris}
    duration: 30m
    induces_demand: [{service: shop, for: 48h}]
"""
WAIVERS = """\
waivers:
  - {rule: OPS301, on: [service/shop], reason: r, approved_by: [platform, retail], expires: 2029-01-01, accepts: [ACCEPTED]}
  - {rule: OPS302, on: [service/shop], reason: r, approved_by: [billing, platform, retail], expires: 2029-01-01, accepts: [ACCEPTED]}
"""


def accepted(before: str, after: str) -> dict[str, bool]:
    """Return which findings stay waived when ``before`` was agreed to and becomes ``after``."""
    agreed = {each.code: each.acceptance for each in worlds.findings(worlds.estate(a=before))}
    text = after
    for number, line in enumerate(WAIVERS.splitlines(keepends=True)):
        of = agreed[("", "OPS301", "OPS302")[number]] if number else ""
        text += line.replace("ACCEPTED", f"{of[:12]}…" if number == 1 else of)
    found = judged(worlds.estate(a=text)).findings
    return {each.code: each.waived_by is not None for each in found if each.code in agreed}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("calendars:", "# A comment.\n\ncalendars:"),
        ("    duration: 2h\n", "    duration: PT120M  # as agreed\n"),
        ('"0 12 * * sat"', '"00 12 * * 6"'),
        ("owner: retail, customer_facing: true", "customer_facing: true, owner: retail, tags: [t]"),
    ],
)
def test_an_acceptance_survives(old: str, new: str) -> None:
    assert AGREED.count(old) == 1
    assert accepted(AGREED, AGREED.replace(old, new)) == {"OPS301": True, "OPS302": True}


@pytest.mark.parametrize(
    ("old", "new", "stays"),
    [
        ("0 12 * * sat", "0 11 * * sat", set()),
        (
            '"0 12 * * sat", timezone: Europe/Paris',
            '"0 12 * * sat", timezone: Europe/Berlin',
            set(),
        ),
        ("    duration: 2h\n", "    duration: 3h\n", set()),
        ("    duration: 2h\n", "    duration: 2h\n    recovery: 10m\n", set()),
        ("from: 08:00", "from: 09:00", set()),
        ("date: 2027-12-24", "date: 2027-12-27", set()),
        # The other party of one of them.
        ("0 10 * * sun", "0 11 * * sun", {"OPS301"}),
        ("duration: 30m", "duration: 31m", {"OPS301"}),
        ("for: 48h", "for: 49h", {"OPS301"}),
    ],
)
def test_an_acceptance_lapses_with_any_party(old: str, new: str, stays: set[str]) -> None:
    assert AGREED.count(old) == 1
    left = accepted(AGREED, AGREED.replace(old, new))
    assert {code for code, waived in left.items() if waived} == stays


def test_a_fingerprint_is_no_acceptance() -> None:
    text = AGREED + WAIVERS.splitlines(keepends=True)[0] + WAIVERS.splitlines(keepends=True)[1]
    (one,) = [each for each in worlds.findings(worlds.estate(a=AGREED)) if each.code == "OPS301"]
    found = judged(worlds.estate(a=text.replace("ACCEPTED", one.fingerprint))).findings
    (said,) = [each for each in found if each.code == "OPS802"]
    assert "outlives what was agreed" in said.message
    assert one.acceptance in said.hint


# Reports -----------------------------------------------------------------------------------------


def report(*severities: str, waived: int = 0, incomplete: bool = False) -> Report:
    """Return a report whose first ``waived`` findings are waived."""
    estate = worlds.estate(a="services: {}")
    rule = Rule("OPS999", "made-up", "error", "Made up.", incomplete=incomplete)
    place = Note(Span("a", 1, 1, 1, 1), "")
    found = [
        judge.finding(estate, Violation("x", place, key=str(at)), rule, "made-up", severity)
        for at, severity in enumerate(severities)
    ]
    mark = Waived("waiver/a#0", 20_000, "r", place.span)
    found[:waived] = [each._replace(waived_by="waiver/a#0", waiver=mark) for each in found[:waived]]
    ordered = tuple(sorted(found, key=order))
    return Report(0, 1, ordered, (FileStatus("a", "parsed"),), estate)


def test_what_is_waived_is_counted_apart_fails_nothing_and_comes_last() -> None:
    some = report("error", "warning", waived=1)
    assert some.exit_code == 0
    assert some.summary == {
        "error": 0, "warning": 1, "info": 0, "waived": 1, "new": 1, "worse": 0,
    }  # fmt: skip
    assert [each.severity for each in some.findings] == ["warning", "error"]
    assert report("error", "error", waived=1).exit_code == FAILED


def test_a_mark_on_what_is_incomplete_completes_nothing() -> None:
    assert report("error", waived=1, incomplete=True).exit_code == INCOMPLETE


def test_without_waivers_is_as_if_they_were_not_written(tmp_path: Path) -> None:
    estate, accepting = AGREED, WAIVERS.replace(", accepts: [ACCEPTED]", "")
    found = []
    for name, text in (("with", estate + accepting), ("without", estate)):
        (tmp_path / name / "ops").mkdir(parents=True)
        (tmp_path / name / "ops" / "a.yaml").write_text(text, encoding="utf-8")
        request = app.Request(worlds.AS_OF, unwaived=name == "with")
        found.append(app.run(config.load(str(tmp_path / name)), (), request))
    assert found[0].findings == found[1].findings
    assert (found[0].unwaived, found[0].standings) == (True, ())
    plain = app.run(config.load(str(tmp_path / "with")), (), app.Request(worlds.AS_OF))
    assert (plain.waived, plain.exit_code) == (2, 0)


def test_when_it_fails_nothing_is_waived(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        message = "no luck"
        raise ValueError(message)

    estate = worlds.estate(a=AGREED + WAIVERS.replace(", accepts: [ACCEPTED]", ""))
    assert sum(each.waived_by is not None for each in judged(estate).findings) == 2
    monkeypatch.setattr(waivers.Evaluator, "standings", broken)
    found = judged(estate).findings
    assert {each.code for each in found} == {"OPS000", "OPS301", "OPS302"}
    assert not any(each.waived_by for each in found)
    assert any(
        each.incomplete and "the evaluation of waivers failed" in each.message for each in found
    )


def test_a_policy_that_goes_by_the_code_of_another_rule_opens_no_way() -> None:
    """What leaves the verdict unknown can't be waived, by whatever name it is called."""
    text = """
services: {shop: {customer_facing: true, depends_on: [nothing]}}
waivers: [{rule: OPS101, on: [service/shop], reason: r, approved_by: [a], expires: 2027-10-11}]
"""
    named = "policies: {OPS101: {rule: missing-owner}, unknown-reference: {}, unused-waiver: {}}"
    own = policies.combine([], [parse("policies/own.yaml", named)]).by_name
    found = judged(worlds.estate(a=text), over=own).findings
    assert [(each.code, each.waived_by is not None) for each in found] == [
        ("OPS101", False), ("OPS104", True), ("OPS802", False),
    ]  # fmt: skip


# The list ----------------------------------------------------------------------------------------

LISTED = """
teams: {retail: {}, platform: {}}
services: {shop: {owner: retail, customer_facing: true}}  # opspolicy: ignore[a] until 2027-10-11 \u202egnp.exe
maintenance_windows:
  w: {owner: platform, takes_down: [shop], start: 2027-10-09T06:00Z, duration: 1h}  # opspolicy: what
  v: {owner: retail, takes_down: [shop], start: 2027-10-10T06:00Z, duration: 1h}
waivers:
  - {rule: OPS301, on: [maintenance_window/w], reason: r, approved_by: [retail], expires: 2027-10-11}
  - {rule: OPS301, on: [maintenance_window/v], reason: r, approved_by: [retail], expires: 2027-08-11}
  - {rule: OPS301, on: [maintenance_window/v], reason: r, approved_by: [retail], expires: 2027-10-30}
  - {rule: OPS301, on: [maintenance_window/v], reason: r, approved_by: [retail], expires: 2027-10-11}
"""


def listed(directory: Path, text: str, *more: str) -> archives.Result:
    """Return what `opspolicy waivers` prints of an estate."""
    (directory / "ops").mkdir()
    (directory / "ops" / "a.yaml").write_text(text, encoding="utf-8")
    return archives.run(f"opspolicy waivers --as-of 2027-09-01 {' '.join(more)}", directory)


def test_the_list_as_json(tmp_path: Path) -> None:
    ran = listed(tmp_path, LISTED, "--format", "json")
    document = json.loads(ran.stdout)
    schema = ROOT / "schemas" / "waiver-list.schema.json"
    Draft202012Validator(json.loads(schema.read_text(encoding="utf-8"))).validate(document)
    assert ran.code == 0
    # The most urgent first.
    assert [(each["state"], each["expires"]) for each in document["waivers"]] == [
        ("expired", "2027-08-11"),
        ("unapproved", "2027-10-11"),
        ("unused", None),
        ("unused", "2027-10-11"),
        ("active", "2027-10-11"),
        ("active", "2027-10-30"),
    ]
    assert document["waivers"][1]["findings"][0]["missing"] == ["platform"]


def test_the_list_is_safe_to_look_at(tmp_path: Path) -> None:
    said = listed(tmp_path, LISTED).stdout
    assert "\\u202egnp.exe" in said
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", said)


@pytest.mark.parametrize(
    ("text", "said"),
    [("services: [\n", "No waivers in what could be read.\n"), ("services: {}\n", "No waivers.\n")],
)
def test_an_empty_list(tmp_path: Path, text: str, said: str) -> None:
    ran = listed(tmp_path, text)
    assert ran.stdout == said
    assert ran.code == (2 if "[" in text else 0)
    assert bool(ran.stderr) == bool(ran.code)


# Many --------------------------------------------------------------------------------------------


def test_a_longer_date_wins_and_a_waiver_comes_before_an_ignore() -> None:
    text = """
jobs:
  j: {owner: a, scheduler: cron, schedule: {cron: "0 5 * * *", timezone: UTC}}  # opspolicy: ignore[OPS209] until 2029-01-01 because
waivers:
  - {rule: OPS209, on: [job/j], reason: r, approved_by: [a], expires: 2027-10-01}
  - {rule: OPS209, on: [job/j], reason: r, approved_by: [a], expires: 2027-11-01}
---
waivers:
  - {rule: OPS209, on: [job/j], reason: r, approved_by: [a], expires: 2027-11-01}
"""
    outcome = judged(worlds.estate(a=text))
    (found,) = outcome.findings
    # The waivers of a second document are numbered on.
    assert found.waived_by == "waiver/ops/a.yaml#1"
    assert sorted(each.grant.ref for each in outcome.standings) == [
        "ignore/ops/a.yaml:3", *(f"waiver/ops/a.yaml#{at}" for at in range(3)),
    ]  # fmt: skip
    assert {each.state for each in outcome.standings} == {"active"}


def test_more_than_can_be_read_is_told_as_a_number() -> None:
    """And no two that say the same fall together."""
    text = "services: {}\n" + "# opspolicy: ignore\n" * 200
    found = judged(worlds.estate(a=text)).findings
    assert len(found) == waiving.MOST_TOLD + 1
    assert len({each.fingerprint for each in found}) == len(found)
    assert (
        found[-1].message
        == "150 waivers and ignores more of `ops/a.yaml` are reported by `unused-waiver`"
    )


def test_too_many_matches_waive_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waivers, "MOST_MATCHES", 3)
    text = AGREED + WAIVERS.replace(", accepts: [ACCEPTED]", "")
    last = "  - {rule: OPS302, on: [job/mail], reason: r, approved_by: [billing, platform, retail], expires: 2029-01-01}\n"
    outcome = judged(worlds.estate(a=text + last))
    states = {each.grant.ref: each.state for each in outcome.standings}
    assert states["waiver/ops/a.yaml#0"] == "active"
    assert states["waiver/ops/a.yaml#2"] == "unused"
    assert any("match findings 3 times already" in each.message for each in outcome.findings)


def test_half_a_waiver_waives_nothing() -> None:
    """One whose `on` is broken would otherwise match more than was meant."""
    text = AGREED + WAIVERS.replace(", accepts: [ACCEPTED]", "")
    for old, new in (
        ("on: [service/shop]", "on: [service/shop, 5]"),
        ("on: [service/shop]", "on: [service/shop, shop]"),
        ("reason: r", "reason: ''"),
        ("reason: r", "raison: r"),
        ("2029-01-01", "2029-02-30"),
        ("2029-01-01}", "2029-01-01, accepts: []}"),
        ("2029-01-01}", "2029-01-01, accepts: [ops-1234567]}"),
    ):
        broken = worlds.estate(a=text.replace(old, new))
        assert broken.waivers == (), new
        found = judged(broken).findings
        assert not any(each.waived_by for each in found), new
        assert any(each.incomplete for each in found), new
