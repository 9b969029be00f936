"""Channels in a change: what was due before it can't have been sent, and one less is worse."""

from __future__ import annotations

from opspolicy import judge
from opspolicy.report import known
from tests import worlds

SERVICES = """
defaults: {timezone: UTC, owner: bank}
services: {web: {customer_facing: true, business_hours: never, notice_channels: [email, sms]}}
"""
PATCH = """
maintenance_windows:
  patch:
    takes_down: [web]
    start: 2027-09-03T00:00
    duration: 1h
    notices: [{at: -7d, channel: email}, {at: -1d, channel: sms}]
"""


def test_what_was_due_before_a_change_is_not_sent() -> None:
    before, after = worlds.estate(a=SERVICES), worlds.estate(a=SERVICES + PATCH)
    told = worlds.timeline(after)
    assert judge.judge(after, told, worlds.RECOMMENDED) == ()
    assert judge.judge(after, told, worlds.RECOMMENDED, told) == ()
    (found,) = judge.judge(after, told, worlds.RECOMMENDED, worlds.timeline(before))
    assert found.rule == "missing-notice"
    assert "nobody tells the customers of `web` by `email` that it is down" in found.message


def test_a_channel_less_is_worse() -> None:
    one = PATCH.replace("channel: sms", "channel: push")
    (base,) = worlds.findings(worlds.estate(a=SERVICES + one))
    none = one.replace("channel: email", "channel: fax")
    (head,) = worlds.findings(worlds.estate(a=SERVICES + none))
    assert base.fingerprint == head.fingerprint
    worse, better = known([head])[head.fingerprint], known([base])[base.fingerprint]
    assert not better.covers(worse)
    assert worse.covers(better)
