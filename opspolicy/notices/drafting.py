"""Messages from templates and facts: a text or a payload, as long as its channel takes."""

from __future__ import annotations

from opspolicy.notices import gsm, texts
from opspolicy.notices.languages import AFTER, BEFORE, DURING
from opspolicy.notices.templates import Template, TemplateError
from opspolicy.notices.texts import CALL_CENTRE, PUSH, SMS, STATUS_PAGE, WITH_TITLE, kind_of
from opspolicy.notices.values import phase_of, values
from opspolicy.phrases import cut
from opspolicy.record import NamedTuple
from opspolicy.temporal.durations import HOUR
from opspolicy.temporal.instants import rfc3339

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

    from opspolicy.notices.plan import Sending
    from opspolicy.notices.values import Facts


MOST_PUSH_TITLE, MOST_PUSH = 65, 178
"""What telephones show of a push message without being asked for more, in characters."""

MOST_NAME = 255
"""How long the name of an incident may be that a status page takes."""

REMINDED_BEFORE = HOUR
"""How long before a maintenance a status page reminds of it: never before it is announced."""

DROPPED = (
    "ticket",
    "signed",
    "reason",
    "customers",
    "callers",
    "compensation",
    "still",
    "help",
    "duration",
)
"""What a message that is too long does without, in this order, before names become shorter."""

NAMES = (80, 60, 45, 30, 20, 10)
"""To how many characters the name of a service is then cut, one after the other."""

INSTANTS = ("start", "end", "span", "short", "duration", "zone")
"""What is left out whole where it doesn't fit: half a date is another date."""

STATUS = {BEFORE: "scheduled", DURING: "in_progress", AFTER: "completed"}


class Own(NamedTuple):
    """What a team has written: templates by channel and language, and what its texts are in which.

    ``words`` are by language, and then by the text as it is declared.
    """

    templates: Mapping[tuple[str, str], Template] = {}
    words: Mapping[str, Mapping[str, str]] = {}


class Message(NamedTuple):
    """What is to be sent: a subject where there is one, a text, or a payload for a status page.

    ``septets`` is how much of a text message it takes, ``is_cut`` whether its end is missing.
    """

    sending: Sending
    kind: str
    language: str
    subject: str
    body: str
    payload: dict[str, Any] | None = None
    septets: int | None = None
    is_cut: bool = False

    @property
    def text(self) -> str:
        """The message as the text of a file."""
        if self.payload is not None:
            from opspolicy.encode import as_json  # noqa: PLC0415 - only for a status page

            return as_json(self.payload)
        return f"{self.subject}\n\n{self.body}" if self.subject else self.body


def message(known: Facts, sending: Sending, own: Own) -> Message | None:
    """Return the draft of a message; None where there is no template in its language.

    Raises TemplateError for a message that becomes too long, or of which nothing is left.
    """
    kind = kind_of(sending.notice.channel)
    for language in _languages(sending.language):
        template = _template(sending.notice.channel, kind, language, own)
        if template is not None:
            worded = known.worded(own.words.get(language, {}))
            made = _drafted(worded, sending, kind, language, template)
            if not made.subject and not made.body:
                service = sending.outage.service.name
                told = (
                    f"{template.file}: nothing is left of it for `{service}`, as it has no values"
                )
                raise TemplateError(told)
            return made
    return None


def _languages(label: str) -> list[str]:
    """Return what a language may be known as: `fr-CA` as itself and as `fr`."""
    plain = label.strip().lower().replace("_", "-")
    return list(dict.fromkeys([plain, plain.partition("-")[0]]))


def _template(channel: str | None, kind: str, language: str, own: Own) -> Template | None:
    """Return the template of a team's own for a channel, or for its kind; else ours."""
    for name in (slug(channel or ""), kind):
        if (name, language) in own.templates:
            return own.templates[name, language]
    if (kind, language) not in texts.TEXTS:
        return None
    return Template("", texts.TEXTS[kind, language])


def slug(label: str) -> str:
    """Return a label as a part of a file's name."""
    plain = "".join(each if each.isascii() and each.isalnum() else " " for each in label.lower())
    return "-".join(plain.split())


def _drafted(
    known: Facts, sending: Sending, kind: str, language: str, template: Template
) -> Message:
    if kind == SMS:
        return _sms(known, sending, language, template)
    if kind == PUSH:
        return _push(known, sending, language, template)
    filled = template.filled(values(known, sending, kind, language))
    if kind == STATUS_PAGE:
        return _incident(known, sending, language, filled)
    subject, body = _split(filled) if kind in WITH_TITLE else ("", filled)
    assert kind in {CALL_CENTRE, texts.EMAIL}  # noqa: S101 - there are no others
    return Message(sending, kind, language, subject, body)


def _split(filled: str) -> tuple[str, str]:
    """Return the first line of a message as its subject, and the rest."""
    subject, _, body = filled.partition("\n")
    return subject, body.strip("\n")


# What has to fit ---------------------------------------------------------------------------------


def _shorter(known: Facts, sending: Sending, kind: str, language: str) -> Iterator[dict[str, str]]:
    """Yield the values of placeholders, with less and less to say."""
    made = values(known, sending, kind, language)
    yield made
    for name in DROPPED:
        if made[name]:
            made = {**made, name: ""}
            yield made
    empty = [name for name in DROPPED if not made[name]]
    for most in NAMES:
        if len(known.service) > most:
            shown = values(known, sending, kind, language, cut(known.service, most))
            yield {**shown, **dict.fromkeys(empty, "")}


def _fitting(
    candidates: Iterator[dict[str, str]],
    fill: Callable[[dict[str, str]], str],
    fits: Callable[[str], bool],
) -> str:
    """Return the longest text that fits; the last of which anything is left where none does."""
    text = ""
    for each in candidates:
        shorter = fill(each)
        if not shorter:
            break
        text = shorter
        if fits(text):
            break
    return text


def _sms(known: Facts, sending: Sending, language: str, template: Template) -> Message:
    if not gsm.is_readable(known.service):
        # In another script: the name it is declared by says more than question marks.
        known = known._replace(service=known.outage.service.name)
    text = _fitting(
        _shorter(known, sending, SMS, language),
        lambda each: gsm.plain(template.filled(each)),
        lambda text: gsm.septets(text) <= gsm.MOST_SEPTETS,
    )
    shown = gsm.cut(text, gsm.MOST_SEPTETS)
    if shown != text:
        made = values(known, sending, SMS, language)
        whole = {gsm.plain(made[each]) for each in INSTANTS}
        end = _apart(text, len(shown) - len(gsm.CUT), whole)
        shown = f"{text[:end].rstrip()}{gsm.CUT}"
    return Message(
        sending, SMS, language, "", shown, septets=gsm.septets(shown), is_cut=shown != text
    )


def _push(known: Facts, sending: Sending, language: str, template: Template) -> Message:
    """Return a push message: its title and its text are made to fit each by itself."""
    title, body = template.split(values(known, sending, PUSH, language))
    shown = (
        _pushed(known, sending, language, title, MOST_PUSH_TITLE),
        _pushed(known, sending, language, body, MOST_PUSH),
    )
    return Message(
        sending, PUSH, language, shown[0][0], shown[1][0], is_cut=shown[0][1] or shown[1][1]
    )


def _pushed(
    known: Facts, sending: Sending, language: str, template: Template, most: int
) -> tuple[str, bool]:
    """Return a part of a push message in so many characters, and whether its end is missing."""

    def fits(text: str) -> bool:
        return len(text) <= most

    text = _fitting(_shorter(known, sending, PUSH, language), template.filled, fits)
    if not fits(text):
        terse = (
            {**each, "what": _terse(each)} for each in _shorter(known, sending, PUSH, language)
        )
        text = _fitting(terse, template.filled, fits)
    if not fits(text):
        # The name alone, and not half a date behind it.
        names = (
            {**each, "title": each["service"]} for each in _shorter(known, sending, PUSH, language)
        )
        text = _fitting(names, template.filled, fits)
    if fits(text):
        return text, False
    made = values(known, sending, PUSH, language)
    return _cut(text, most, {made[each] for each in INSTANTS}), True


def _terse(made: Mapping[str, str]) -> str:
    """Return what happens with short dates."""
    return f"{made['service']}: {made['short']}."


def _cut(text: str, most: int, whole: Iterable[str]) -> str:
    """Return the beginning of a text, in which no instant is only half there."""
    return f"{text[: _apart(text, most - 1, whole)].rstrip()}…"


def _apart(text: str, end: int, whole: Iterable[str]) -> int:
    """Return where to end a text that is to end at ``end``, and inside none of ``whole``."""
    for each in sorted(filter(None, whole), key=len):
        at = text.rfind(each, 0, end + len(each) - 1)
        if 0 <= at < end < at + len(each):
            end = at
    return end


def _incident(known: Facts, sending: Sending, language: str, body: str) -> Message:
    """Return the payload by which a status page such as Statuspage is told of a maintenance.

    Its fields are those of `POST /pages/{page_id}/incidents`, without ids, which only the page
    knows. Once the outage has begun, it is what changes of the incident that was created by then.
    """
    phase = phase_of(sending)
    title = cut(values(known, sending, STATUS_PAGE, language)["title"], MOST_NAME)
    incident: dict[str, Any] = {"status": STATUS[phase], "body": body}
    if phase == BEFORE:
        incident = _announced(sending, language, title, body)
    return Message(sending, STATUS_PAGE, language, title, body, {"incident": incident})


def _announced(sending: Sending, language: str, title: str, body: str) -> dict[str, Any]:
    """Return a scheduled maintenance that isn't on the status page yet."""
    outage = sending.outage
    return {
        "name": title,
        "status": STATUS[BEFORE],
        "impact_override": "maintenance",
        "scheduled_for": rfc3339(outage.start),
        "scheduled_until": rfc3339(outage.end),
        "scheduled_remind_prior": outage.start - sending.at > REMINDED_BEFORE,
        "scheduled_auto_in_progress": True,
        "scheduled_auto_completed": True,
        "auto_transition_to_maintenance_state": True,
        "auto_transition_to_operational_state": True,
        "deliver_notifications": True,
        "body": body,
        "metadata": {
            "opspolicy": {
                "service": outage.service.name,
                "planned": sending.party.entity.ref,
                "language": language,
            }
        },
    }
