"""Fingerprints stay when lines move and days pass; acceptances lapse when a schedule moves."""

from __future__ import annotations

import pytest

from opspolicy.temporal.instants import parse_as_of
from tests import worlds

BEFORE = """\
calendars:
  hours: {timezone: Europe/Paris, hours: [{days: everyday, from: 08:00, to: 22:00}]}
services:
  shop: {owner: retail, customer_facing: true, business_hours: hours}
maintenance_windows:
  patch:
    owner: platform
    takes_down: [shop]
    schedule: {cron: "0 12 * * sat", timezone: Europe/Paris}
    duration: 2h
"""


def identity(text: str, as_of: str = "2027-09-01") -> tuple[str, str]:
    """Return fingerprint and acceptance of the one collision in a text."""
    (found,) = worlds.findings(worlds.estate(a=text), as_of=parse_as_of(as_of))
    return found.fingerprint, found.acceptance


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("calendars:", "# a comment\n\ncalendars:"),
        ("0 12 * * sat", "00 12 * * 6"),
        ("duration: 2h", "duration: PT120M"),
        ("owner: platform", "owner: somebody-else"),
        ("    owner: platform\n", "    summary: Patches\n    owner: platform\n"),
    ],
)
def test_what_changes_nothing(old: str, new: str) -> None:
    assert identity(BEFORE.replace(old, new)) == identity(BEFORE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("0 12 * * sat", "0 13 * * sat"),
        ("duration: 2h", "duration: 3h"),
        ("duration: 2h", "duration: 2h\n    recovery: 5m"),
        ("from: 08:00", "from: 09:00"),
    ],
)
def test_what_another_acceptance_must_be_asked_for(old: str, new: str) -> None:
    before, after = identity(BEFORE), identity(BEFORE.replace(old, new))
    assert after[0] == before[0]
    assert after[1] != before[1]


TOLD = (
    BEFORE.replace("business_hours: hours", "business_hours: hours, min_notice: 14d")
    + "    notices: [{at: -7d, channel: email}, {at: -2d, channel: email}]\n"
)


def of_notice(text: str) -> tuple[str, str]:
    found = worlds.findings(worlds.estate(a=text))
    (short,) = [each for each in found if each.rule == "short-notice"]
    return short.fingerprint, short.acceptance


@pytest.mark.parametrize(
    ("old", "new", "is_same"),
    [
        ("at: -7d", "at: -168h", True),
        ("channel: email", "channel: letter", True),
        ("at: -7d", "at: -6d", False),
        ("min_notice: 14d", "min_notice: 15d", False),
    ],
)
def test_who_accepts_short_notice_accepts_these_notices(
    old: str, new: str, *, is_same: bool
) -> None:
    before, after = of_notice(TOLD), of_notice(TOLD.replace(old, new))
    assert after[0] == before[0]
    assert (after[1] == before[1]) == is_same


def test_who_accepts_an_outage_accepts_it_with_any_notice() -> None:
    found = worlds.findings(worlds.estate(a=TOLD))
    assert identity(BEFORE) in {(each.fingerprint, each.acceptance) for each in found}


def test_days_pass() -> None:
    assert identity(BEFORE, "2027-09-02T12:34") == identity(BEFORE, "2028-05-01")


def test_another_window_leaves_the_first_finding_alone() -> None:
    other = "  other: {owner: web, takes_down: [shop], start: 2027-10-09T13:00Z, duration: 1h}\n"
    found = worlds.findings(worlds.estate(a=BEFORE + other))
    assert {each.fingerprint for each in found} > {identity(BEFORE)[0]}
    kept = next(each for each in found if each.fingerprint == identity(BEFORE)[0])
    (alone,) = worlds.findings(worlds.estate(a=BEFORE))
    assert kept == alone


def test_shape() -> None:
    fingerprint, acceptance = identity(BEFORE)
    for each in (fingerprint, acceptance):
        assert len(each) == len("ops-") + 32
        assert int(each.removeprefix("ops-"), 16)
    # Written down: a version that computes another one forgets every waiver and every base.
    assert fingerprint == "ops-9c32840271a016a8c37ae4c92c1148c5"


LIMITS = BEFORE.replace(
    "business_hours: hours",
    "business_hours: hours, max_outage: 30m, downtime_budget: {max: 30m, per: 7d}",
)


def of_limit(text: str, rule: str) -> tuple[str, str]:
    found = worlds.findings(worlds.estate(a=text))
    (long,) = [each for each in found if each.rule == rule]
    return long.fingerprint, long.acceptance


@pytest.mark.parametrize(
    ("rule", "old", "new", "is_same"),
    [
        ("outage-too-long", "max_outage: 30m", "max_outage: 1800s", True),
        ("outage-too-long", "max_outage: 30m", "max_outage: 31m", False),
        ("outage-too-long", "per: 7d", "per: 8d", True),
        ("downtime-budget-exceeded", "max_outage: 30m", "max_outage: 31m", True),
        ("downtime-budget-exceeded", "per: 7d", "per: 8d", False),
        ("downtime-budget-exceeded", "{max: 30m", "{max: 29m", False),
    ],
)
def test_who_accepts_what_a_limit_permits_accepts_this_limit(
    rule: str, old: str, new: str, *, is_same: bool
) -> None:
    before, after = of_limit(LIMITS, rule), of_limit(LIMITS.replace(old, new), rule)
    assert after[0] == before[0]
    assert (after[1] == before[1]) == is_same
