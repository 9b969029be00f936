"""Drafts for a terminal: by outage, each message behind when, by what and to whom it goes."""

from __future__ import annotations

from opspolicy import encode
from opspolicy.phrases import count, listing
from opspolicy.report import prefixes
from opspolicy.rules.wording import full, people
from opspolicy.temporal import wording

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.notices.drafts import Draft, Drafts
    from opspolicy.notices.plan import Outage, Sending
    from opspolicy.report import Finding
    from opspolicy.timeline.timeline import Timeline

INDENT = "  "
HANGING = "     "
MARGIN = f"{HANGING}| "
MOST_UNTOLD = MOST_REFUSED = 5


def lines(drafts: Drafts, timeline: Timeline, width: int, written: str = "") -> Iterator[str]:
    """Yield the lines of all drafts; with ``written``, the directory they went to, no texts."""
    told: dict[int, list[Draft]] = {}
    for each in drafts.drafts:
        told.setdefault(id(each.message.sending.outage), []).append(each)
    for outage in drafts.outages:
        of_it = told.get(id(outage), [])
        if not of_it:
            continue
        yield from _wrapped(_head(timeline, outage), width)
        yield ""
        for each in of_it:
            yield from _wrapped(_sent(timeline, each), width, INDENT)
            if not written:
                yield from _text(each, width)
                yield ""
        if written:
            yield ""
    yield from _refused(timeline, drafts, width)
    for finding in drafts.noted:
        yield from _finding(finding, width)
        yield ""
    for text in _summary(drafts, timeline, written):
        yield from _wrapped(text, width)


def _head(timeline: Timeline, outage: Outage) -> str:
    causes = listing([full(each.entity.ref) for each in outage.parties])
    return f"{_down(timeline, outage)}: {causes}"


def _down(timeline: Timeline, outage: Outage) -> str:
    zone = timeline.estate.zone_of(outage.service.ref)
    when = wording.between(outage.start, outage.end, zone)
    return f"`{outage.service.name}` is down, {when} ({zone})"


def _sent(timeline: Timeline, draft: Draft) -> str:
    """Return when a message goes out, by what, in which language and to whom."""
    message = draft.message
    sending, notice = message.sending, message.sending.notice
    zone = timeline.estate.zone_of(sending.outage.service.ref)
    via = f" through `{notice.via}`" if notice.via is not None else ""
    audience = f" ({notice.audience})" if notice.audience is not None else ""
    long = f", {message.septets} septets" if message.septets is not None else ""
    short = ", cut" if message.is_cut else ""
    return (
        f"{draft.file.partition('-')[0]}  {wording.at(sending.at, zone)} ({zone}):"
        f" {notice.channel or 'no channel'}, {message.language}{via}, to"
        f" {people(sending.outage.service.customers)}{audience}{long}{short}"
    )


def _text(draft: Draft, width: int) -> Iterator[str]:
    for line in draft.message.text.split("\n"):
        room = max(width - len(MARGIN), 1)
        for part in encode.wrap(encode.terminal(line), room) or [""]:
            yield f"{MARGIN}{part}".rstrip()


def _refused(timeline: Timeline, drafts: Drafts, width: int) -> Iterator[str]:
    """Yield each finding once, however many outages it refuses, and which outages these are."""
    findings = {each.fingerprint: each for _, found in drafts.refused for each in found}
    for finding in findings.values():
        yield from _finding(finding, width)
        yield ""
    for outage, _ in drafts.refused[:MOST_REFUSED]:
        yield from _wrapped(f"Nothing is drafted for this: {_down(timeline, outage)}.", width)
    more = len(drafts.refused) - MOST_REFUSED
    if more > 0:
        yield f"And nothing for {count(more, 'outage')} more."
    if drafts.refused:
        yield ""


def _finding(finding: Finding, width: int) -> Iterator[str]:
    shown = prefixes([finding])[finding.fingerprint]
    head = f"{finding.severity}[{finding.code}] {finding.rule}  {shown}"
    yield encode.terminal(head)
    yield from _wrapped(finding.message, width)
    span = finding.place.span
    yield encode.terminal(f"  --> {span.file}:{span.line}:{span.column}")
    if finding.hint:
        yield from _wrapped(f"fix: {finding.hint}", width, INDENT)


def _summary(drafts: Drafts, timeline: Timeline, written: str) -> Iterator[str]:
    told = {id(each.message.sending.outage) for each in drafts.drafts}
    horizon = timeline.horizon
    if drafts.drafts:
        many = count(len(drafts.drafts), "message")
        where = f" and written to {written}" if written else ""
        yield f"{many} drafted for {count(len(told), 'outage')}{where}; nothing is sent."
    elif not drafts.outages:
        yield "No planned outage that customers meet: there is nothing to tell them."
    else:
        yield "No message is drafted."
    if written and not drafts.drafts:
        yield f"Written to {written}: a schedule without messages."
    if drafts.refused:
        yield f"Refused: {count(len(drafts.refused), 'outage')}, for the errors above."
    if drafts.past:
        yield f"Left out: {count(drafts.past, 'message')} that were due before."
    if drafts.untold:
        named = [f"`{each.service.name}`" for each in drafts.untold]
        shown = listing(list(dict.fromkeys(named))[:MOST_UNTOLD])
        yield f"Without any notice: {count(len(drafts.untold), 'outage')}, of {shown}."
    yield from (_wordless(each) for each in dict.fromkeys(map(_key, drafts.wordless)))
    yield wording.looked(horizon.as_of, horizon.until)


def _key(sending: Sending) -> tuple[str, str]:
    return (sending.language, sending.notice.channel or "email")


def _wordless(key: tuple[str, str]) -> str:
    language, channel = key
    return (
        f"Not drafted: messages by `{channel}` in `{language}`, as there is no template in it;"
        " write one, and name its directory with --templates"
    )


def _wrapped(text: str, width: int, indent: str = "") -> Iterator[str]:
    hanging = f"{indent}{HANGING}" if indent else ""
    for at, line in enumerate(encode.wrap(encode.terminal(text), width - len(hanging)) or [""]):
        yield f"{hanging if at else indent}{line}".rstrip()
