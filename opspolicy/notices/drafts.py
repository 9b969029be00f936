"""All drafts of an estate: what is to be sent when, and what is refused and why."""

from __future__ import annotations

from opspolicy.notices import checks, plan
from opspolicy.notices.drafting import message, slug
from opspolicy.notices.texts import STATUS_PAGE
from opspolicy.notices.values import facts
from opspolicy.record import NamedTuple
from opspolicy.temporal.instants import rfc3339

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from opspolicy.notices.drafting import Message, Own
    from opspolicy.notices.plan import Outage, Sending
    from opspolicy.report import Finding
    from opspolicy.timeline.timeline import Timeline

MOST_MESSAGES = 1_000
"""How many messages are drafted at once; nobody reads more."""

MOST_SLUG = 40


class Draft(NamedTuple):
    """A message, and the name of the file that it goes to."""

    message: Message
    file: str


class Drafts(NamedTuple):
    """What there is to send, and what isn't drafted.

    ``refused`` are outages with an error about their notices, ``noted`` those that are drafted with
    other findings. ``past`` counts messages that were due before, ``wordless`` are those in a
    language that there is no template in, ``untold`` outages of which no notice tells.
    """

    drafts: tuple[Draft, ...]
    outages: tuple[Outage, ...]
    refused: tuple[tuple[Outage, tuple[Finding, ...]], ...]
    noted: tuple[Finding, ...]
    past: int
    wordless: tuple[Sending, ...]
    untold: tuple[Outage, ...]


def draft(
    timeline: Timeline,
    findings: Sequence[Finding],
    refs: Collection[str],
    own: Own,
) -> Drafts:
    """Draft what is to be sent of the outages that ``refs`` name; of all of them without any.

    Raises plan.TooMany, and TemplateError for a message that becomes too long.
    """
    as_of = timeline.horizon.as_of
    planned = plan.outages(timeline, refs)
    findings = [each for each in findings if each.rule in checks.RULES]
    refused: list[tuple[Outage, tuple[Finding, ...]]] = []
    noted: dict[str, Finding] = {}
    untold: list[Outage] = []
    due: list[Sending] = []
    past = 0
    for outage in planned:
        found = checks.about(outage, findings)
        if checks.refused(found):
            refused.append((outage, tuple(found)))
            continue
        noted |= {each.fingerprint: each for each in found}
        sendings = plan.sendings(outage, refs)
        if not sendings:
            untold.append(outage)
        due += [each for each in sendings if each.at >= as_of]
        past += sum(1 for each in sendings if each.at < as_of)
        if len(due) > MOST_MESSAGES:
            message = f"there are more than {MOST_MESSAGES:,} messages to draft: {plan.NARROWER}"
            raise plan.TooMany(message)
    drafts, wordless = _drafted(timeline, due, own)
    return Drafts(
        drafts,
        tuple(planned),
        tuple(refused),
        tuple(noted.values()),
        past,
        wordless,
        tuple(untold),
    )


def _drafted(
    timeline: Timeline, due: list[Sending], own: Own
) -> tuple[tuple[Draft, ...], tuple[Sending, ...]]:
    """Return the messages in the order in which they are sent, and those that can't be worded."""
    known = {id(each.outage): facts(timeline, each.outage) for each in due}
    drafts: list[Draft] = []
    wordless: list[Sending] = []
    told: set[tuple[object, ...]] = set()
    for sending in sorted(due, key=_order):
        made = message(known[id(sending.outage)], sending, own)
        if made is None:
            wordless.append(sending)
            continue
        # `fr` and `fr-CA` are one message where there is one template for both.
        notice = sending.notice
        same = (id(sending.outage), sending.at, notice.channel, notice.via, notice.audience)
        if (*same, made.text) not in told:
            told.add((*same, made.text))
            drafts.append(Draft(made, _file(len(drafts) + 1, made)))
    return tuple(drafts), tuple(wordless)


def _order(sending: Sending) -> tuple[object, ...]:
    outage, entity = sending.outage, sending.party.entity
    return (sending.at, outage.service.name, entity.ref, sending.notice.position)


def _file(number: int, made: Message) -> str:
    """Return the name of a message's file, of nothing but what any system takes."""
    sending = made.sending
    at = rfc3339(sending.at).replace(":", "").replace("-", "")
    parts = (sending.outage.service.name, sending.notice.channel or made.kind, made.language)
    named = "-".join(slug(each)[:MOST_SLUG] for each in parts)
    ending = "json" if made.kind == STATUS_PAGE else "txt"
    return f"{number:03}-{at}-{named}.{ending}"
