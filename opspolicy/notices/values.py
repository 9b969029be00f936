"""What the placeholders of templates stand for: one message's facts, on its customers' clock."""

from __future__ import annotations

from opspolicy import encode
from opspolicy.estate.declarations import Window
from opspolicy.notices import languages
from opspolicy.notices.languages import AFTER, BEFORE, DURING
from opspolicy.notices.plan import answering, still_up
from opspolicy.notices.texts import EMAIL, PUSH, SMS, STATUS_PAGE
from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from opspolicy.estate.declarations import Service
    from opspolicy.notices.plan import Outage, Sending
    from opspolicy.timeline.timeline import Timeline

BRIEF = frozenset((SMS, PUSH))
LABELLED = frozenset((EMAIL, STATUS_PAGE))
"""The kinds of message of which the lines begin with what they are about."""


class Facts(NamedTuple):
    """What is known of an outage, in the words of those who declare it, or in another's.

    ``words`` say what a text of theirs is in the language of a message.
    """

    outage: Outage
    zone: str
    service: str
    fallback: str
    others: tuple[str, ...]
    help: str
    compensation: str
    signed: str
    words: Mapping[str, str] = {}

    def worded(self, words: Mapping[str, str]) -> Facts:
        """Return the facts in another language, as far as ``words`` has what is declared."""
        return self._replace(
            service=words.get(self.service, self.service),
            fallback=words.get(self.fallback, self.fallback),
            others=tuple(words.get(each, each) for each in self.others),
            help=words.get(self.help, self.help),
            compensation=words.get(self.compensation, self.compensation),
            signed=words.get(self.signed, self.signed),
            words=words,
        )


def facts(timeline: Timeline, outage: Outage) -> Facts:
    """Return what is known of an outage: names and texts on one line, with nothing to obey."""
    estate, service = timeline.estate, outage.service
    team = estate.teams.get(service.owner or "")
    support = answering(timeline, outage)
    asked = title_of(support) if support is not None else ""
    return Facts(
        outage,
        estate.zone_of(service.ref),
        title_of(service),
        line(service.fallback),
        tuple(title_of(each) for each in still_up(timeline, outage)),
        line(service.help) or asked,
        line(service.compensation),
        line(team.title if team is not None else None) or line(service.owner),
    )


def values(
    known: Facts, sending: Sending, kind: str, language: str, service: str = ""
) -> dict[str, str]:
    """Return the value of each placeholder of a message, by its name.

    ``service`` stands for the service's title, where that has to be shorter. In what is brief,
    texts stand one behind the other as sentences, and the title has a short date.
    """
    outage, zone, entity = known.outage, known.zone, sending.party.entity
    start, end = outage.start, outage.end
    name = service or known.service
    phase = phase_of(sending)
    year = languages.when(start, zone).date.year != languages.when(sending.at, zone).date.year
    made = {
        "service": name,
        "span": languages.span(start, end, zone, language),
        "until": languages.instant_words(end, zone, language),
        "short_span": languages.short_span(start, end, zone, language, year=year),
        "short_until": languages.short_instant(end, zone, language, year=year),
        "short_zone": languages.short_zone(zone),
        "zone": languages.zone_words(zone, language),
    }
    at = end if phase == DURING else start
    dated = languages.instant_words(at, zone, language)
    if kind in BRIEF:
        dated = languages.short_instant(at, zone, language, year=year)
    titled = {**made, "short": dated}
    return {
        "audience": line(sending.notice.audience),
        "callers": callers(outage.service, language),
        "channel": line(sending.notice.channel),
        "compensation": known.compensation,
        "customers": customers(outage.service, language),
        "duration": languages.duration(end - start, language),
        "end": made["until"],
        "help": languages.sentence(known.help) if kind == PUSH else known.help,
        "planned": entity.name,
        "reason": reason(known, sending, language),
        "service": name,
        "short": _said(languages.SHORT, language, phase, made) or made["short_span"],
        "signed": known.signed,
        "span": made["span"],
        "start": languages.instant_words(start, zone, language),
        # Once it is over there is nothing to do instead.
        "still": "" if phase == AFTER else still(known, kind, language),
        "ticket": line(entity.plan.change_ticket),
        "title": _said(languages.TITLES, language, phase, titled) or name,
        "what": _said(languages.WHAT, language, phase, made),
        "zone": made["zone"],
    }


def _said(
    sentences: Mapping[str, Mapping[str, str]], language: str, phase: str, made: dict[str, str]
) -> str:
    """Return a sentence of ours about a phase; nothing in a language that we have no words in."""
    return sentences[language][phase].format_map(made) if language in sentences else ""


def phase_of(sending: Sending) -> str:
    """Return whether a message goes out before an outage, during it or after it."""
    if sending.at < sending.outage.start:
        return BEFORE
    return DURING if sending.at < sending.outage.end else AFTER


def still(known: Facts, kind: str, language: str) -> str:
    """Return what customers can do meanwhile: what is declared, and what else stays up."""
    others = known.others
    named = languages.listed([*others], language)
    is_many = len(others) > 1
    if not known.fallback:
        # Behind `What still works:` the names are enough.
        if not others or kind in LABELLED:
            return named
        return _of(languages.ONLY_UP, language)[is_many].format(names=named)
    said = known.fallback.rstrip(".")
    parts = [languages.sentence(said) if kind in BRIEF else said]
    if others:
        parts.append(_of(languages.OTHERS_UP, language)[is_many].format(names=named))
    return languages.SEMICOLON.get(language, "; ").join(parts)


def _of(words: Mapping[str, tuple[str, str]], language: str) -> tuple[str, str]:
    return words.get(language, ("{names}", "{names}"))


def reason(known: Facts, sending: Sending, language: str) -> str:
    """Return why it is done, by all whose notice it is."""
    said = [line(each.entity.summary) for each in (sending.party, *sending.also)
            if isinstance(each.entity, Window)]  # fmt: skip
    worded = (known.words.get(each, each).rstrip(".") for each in said)
    parts = dict.fromkeys(filter(None, worded))
    return languages.SEMICOLON.get(language, "; ").join(parts)


def customers(service: Service, language: str) -> str:
    """Return how many customers a service has, nothing where nobody has said."""
    return "" if service.customers is None else languages.counted(service.customers, language)


def callers(service: Service, language: str) -> str:
    """Return how many customers may call, with the word for them."""
    many = service.customers
    if many is None or language not in languages.CUSTOMERS:
        return customers(service, language)
    word = languages.CUSTOMERS[language][languages.is_plural(many, language)]
    return f"{customers(service, language)} {word}"


def title_of(service: Service) -> str:
    """Return what customers call a service."""
    return line(service.title) or service.name


def line(text: str | None) -> str:
    """Return a text on one line, with everything shown that a screen would obey."""
    return encode.terminal(" ".join((text or "").split()))
