"""The templates that come with it, one a kind of channel and language."""

from __future__ import annotations

from opspolicy.notices.languages import ENGLISH, FRENCH

EMAIL, SMS, PUSH, STATUS_PAGE, CALL_CENTRE = "email", "sms", "push", "status-page", "call-centre"

WITH_TITLE = frozenset((EMAIL, PUSH))
"""The kinds of message of which the first line is a subject or a title."""

KINDS = {
    EMAIL: ("email", "mail", "courriel", "newsletter"),
    SMS: ("sms", "text", "textmessage", "texto"),
    PUSH: ("push", "app", "pushnotification", "inapp", "mobilepush"),
    STATUS_PAGE: ("statuspage", "status", "statussite"),
    CALL_CENTRE: ("callcentre", "callcenter", "phone", "ivr", "contactcentre", "contactcenter",
                  "centredappels", "advisers", "support"),
}  # fmt: skip
"""What channels are called, without case and punctuation; any other gets what e-mail gets."""

TEXTS = {
    (EMAIL, ENGLISH): """\
{title}

Hello,

{what}
Reason: {reason}
Duration: {duration}
What still works: {still}
Help: {help}
Compensation: {compensation}

{signed}
""",
    (EMAIL, FRENCH): """\
{title}

Bonjour,

{what}
Motif : {reason}
Durée : {duration}
Ce qui reste possible : {still}
Aide : {help}
Dédommagement : {compensation}

{signed}
""",
    (SMS, ENGLISH): """\
{service}: {short}.
{still}.
Help: {help}
""",
    (SMS, FRENCH): """\
{service} : {short}.
{still}.
Aide : {help}
""",
    (PUSH, ENGLISH): """\
{title}

{what}
{still}
{help}
""",
    (PUSH, FRENCH): """\
{title}

{what}
{still}
{help}
""",
    (STATUS_PAGE, ENGLISH): """\
{what}
Reason: {reason}
What still works: {still}
Help: {help}
Compensation: {compensation}
""",
    (STATUS_PAGE, FRENCH): """\
{what}
Motif : {reason}
Ce qui reste possible : {still}
Aide : {help}
Dédommagement : {compensation}
""",
    (CALL_CENTRE, ENGLISH): """\
{title}
For advisers; {callers} may call.

What happens? {what}
Why? {reason}
How long does it take? {duration}
What can I do meanwhile? {still}
Where do I find help? {help}
Do I get anything for it? {compensation}

Ask inside: {signed} ({planned}) {ticket}
""",
    (CALL_CENTRE, FRENCH): """\
{title}
Pour les conseillers ; appels possibles : jusqu'à {callers}.

Que se passe-t-il ? {what}
Pourquoi ? {reason}
Combien de temps ? {duration}
Que puis-je faire en attendant ? {still}
Où trouver de l'aide ? {help}
Serai-je dédommagé ? {compensation}

À l'interne : {signed} ({planned}) {ticket}
""",
}


def kind_of(channel: str | None) -> str:
    """Return which of our templates a channel gets, by what it is called."""
    plain = "".join(each for each in (channel or "").lower() if each.isalnum())
    return next((kind for kind, names in KINDS.items() if plain in names), EMAIL)
