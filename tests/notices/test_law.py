"""What is drafted arrives: nothing goes out through what is down, and nobody is left untold."""

from __future__ import annotations

from hypothesis import event, given, settings

from opspolicy import judge
from opspolicy.notices import drafts
from opspolicy.notices.drafting import Own
from tests.laws import REPRODUCIBLE
from tests.oracle.engine import POLICIES, timeline_of
from tests.oracle.estates import World, estates
from tests.oracle.test_engine_equals_oracle import reproduction


@given(world=estates())
@settings(REPRODUCIBLE, max_examples=35)
def test_what_is_drafted_arrives(world: World) -> None:
    timeline = timeline_of(*world)
    found = drafts.draft(timeline, judge.judge(timeline.estate, timeline, POLICIES), (), Own())
    event("drafted" if found.drafts else "refused" if found.refused else "nothing")
    for draft in found.drafts:
        sending = draft.message.sending
        outage, notice = sending.outage, sending.notice
        assert sending.at == sending.party.start + notice.at >= timeline.horizon.as_of
        # Customers are told of all of it: a second before and at its end the service is up.
        down = timeline.outages.down(outage.service.name)
        assert outage.start in down
        assert outage.start - 1 not in down
        assert outage.end not in down
        if notice.via in timeline.estate.services and sending.at in timeline.judged:
            via = notice.via or ""
            assert sending.at not in timeline.outages.down(via), reproduction(world)
        told = {each.channel for party in outage.parties for each in party.entity.plan.notices}
        assert told >= {*outage.service.notice_channels}, reproduction(world)
