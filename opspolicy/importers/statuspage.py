"""Scheduled maintenances of a status page, as its API gives them, as a vendor's windows.

https://developer.statuspage.io/ and https://www.githubstatus.com/api, "Scheduled Maintenances":
`scheduled-maintenances.json`, `upcoming.json` and `active.json` have the same shape.
"""

from __future__ import annotations

import re

from opspolicy.estate.formats import WINDOWS
from opspolicy.importers.shared import of_json, of_yaml, texts
from opspolicy.importers.shared.draft import Draft
from opspolicy.phrases import did_you_mean, listing, some
from opspolicy.source.problem import Problem
from opspolicy.temporal.durations import DAY
from opspolicy.temporal.instants import InstantError, calendar_date, parse_moment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.estate.foreign import Imported
    from opspolicy.estate.sources import Source
    from opspolicy.source.node import Node

LISTED = "scheduled_maintenances"
CANCELLED = ("canceled", "cancelled")
STATUSES = ("scheduled", "in_progress", "verifying", "completed", *CANCELLED)
IMPACTS = ("none", "minor", "major", "critical", "maintenance")
LIGHT = frozenset(("none", "minor"))
"""Impacts with which what is worked on stays up; a maintenance mostly says `maintenance`."""

CUT_OFF = "save the page's answer as it is; it may have been cut off"
MOST_LISTED = 10_000
MOST_COMPONENTS = 5
# A millisecond says nothing about a maintenance, and our instants have none.
FRACTION = re.compile(r"(?<=:[0-9]{2})\.[0-9]+(?=Z|[+-]|$)")


def read(text: str, path: str, source: Source) -> Imported:
    """Return the windows of a file."""
    draft = Draft(source, path)
    root = of_json.document(draft, text, CUT_OFF)
    if root is None:
        return draft.imported()
    listed = root.find(LISTED)
    if listed is None or not isinstance(listed.value, list):
        why = f"there is no list `{LISTED}`"
        message = f"`{path}` isn't what a status page says of its maintenances: {why}"
        hint = "save https://STATUS-PAGE/api/v2/scheduled-maintenances.json"
        draft.refuse(Problem("unreadable-file", message, root.headline(), (), hint, why))
        return draft.imported()
    if len(listed.items) > MOST_LISTED:
        why = f"there are more than {MOST_LISTED:,} maintenances"
        message = f"`{path}` can't be read: {why}"
        hint = "split it, or take out what is long past"
        draft.refuse(Problem("unreadable-file", message, root.at(LISTED), (), hint, why))
        return draft.imported()
    for each in listed.items:
        _maintenance(draft, each)
    return draft.imported()


def _maintenance(draft: Draft, each: Node) -> None:
    if of_yaml.text(each.find("status")).lower() in CANCELLED:
        return
    what, place = _what(each), each.find("id")
    if place is None or not of_yaml.text(place):
        draft.leave(each.headline(), "it has no `id`", "fetch the file again", what)
        return
    start, end = _instant(each.find("scheduled_for")), _instant(each.find("scheduled_until"))
    for key, found, says in (("scheduled_for", start, "starts"), ("scheduled_until", end, "ends")):
        if found is None:
            why = f"it has no `{key}`, which says when it {says}"
            draft.leave(each.at(key), why, "declare it in a file of your own", what)
            return
    source = draft.source
    _tell_of_unknown(draft, each, what)
    is_light = of_yaml.text(each.find("impact")).lower() in LIGHT
    fields = {"id": of_yaml.text(place), "name": of_yaml.text(each.find("name"))}
    values = {
        "summary": _summary(draft, each, what),
        "start": start,
        "end": end,
        "announced": _announced(each.find("created_at")),
        "degrades" if is_light else "takes_down": list(source.takes_down) or None,
        "vendor": source.vendor or None,
    }
    of_yaml.add(draft, what, WINDOWS, place, fields, values)


def _tell_of_unknown(draft: Draft, each: Node, what: str) -> None:
    """Tell the draft of a status or an impact that there isn't: the worst is made of it."""
    for key, known, taken in (
        ("status", STATUSES, "the maintenance is taken to happen"),
        ("impact", IMPACTS, "the services are taken to be down"),
    ):
        node = each.find(key)
        if node is None or node.value is None or of_yaml.text(node).lower() in known:
            continue
        word = texts.shown(of_yaml.text(node))
        why = f"no {key} is called `{word}`; {taken}" if word else f"it is no text; {taken}"
        hint = "" if draft.is_told_enough else did_you_mean(word, known)
        listed = f"there are {listing([f'`{name}`' for name in known])}"
        draft.leave(each.at(key), why, hint or listed, f"the {key} of {what}")


def _what(each: Node) -> str:
    called = of_yaml.text(each.find("name")) or of_yaml.text(each.find("id"))
    return f"maintenance `{texts.shown(called)}`" if called else "a maintenance"


def _instant(node: Node | None) -> Node | None:
    """Return an instant without fractions of a second; what is none stays as it is."""
    if node is None or not of_yaml.text(node):
        return None
    return node.saying(FRACTION.sub("", of_yaml.text(node)))


def _announced(node: Node | None) -> Node | None:
    """Return the date, in UTC, of an instant; what is none stays as it is."""
    instant = _instant(node)
    if instant is None:
        return None
    try:
        moment = parse_moment(str(instant.value))
    except InstantError:
        return instant
    return instant.saying(calendar_date((moment.wall - (moment.offset or 0)) // DAY).isoformat())


def _summary(draft: Draft, each: Node, what: str) -> Node | None:
    """Return what is done, and to which parts of the vendor's."""
    name, components = each.find("name"), each.find("components")
    if name is None or not of_yaml.text(name):
        return None
    parts = [of_yaml.text(part.find("name")) for part in (components.items if components else [])]
    named = [part for part in parts if part]
    text = of_yaml.text(name) + (f" ({some(named, MOST_COMPONENTS)})" if named else "")
    line = texts.line(text)
    if line is None:
        why = "it has a control character"
        draft.leave(name.span, why, "take it out", f"the name of {what}")
        return None
    return name.saying(line)
