"""Alertmanager's time intervals: `time_intervals`, and `mute_time_intervals` as they were called.

https://prometheus.io/docs/alerting/latest/configuration/#time_interval. Alertmanager doesn't start
with an interval that can't be, so a file that holds one is refused here too.
"""

from __future__ import annotations

import re

from opspolicy.importers.shared import of_yaml
from opspolicy.importers.shared.draft import Draft
from opspolicy.phrases import did_you_mean
from opspolicy.source.problem import Problem
from opspolicy.temporal.instants import MONTHS, WEEKDAYS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from opspolicy.estate.foreign import Imported
    from opspolicy.estate.sources import Source
    from opspolicy.source.node import Node

SECTIONS = ("time_intervals", "mute_time_intervals")
KEYS = ("times", "weekdays", "days_of_month", "months", "years", "location")
WHOLE_DAY = {"from": "00:00", "to": "24:00"}
TIME = re.compile(r"(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)")
NUMBER = re.compile(r"-?[0-9]{1,4}")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
LONGEST_MONTH = 31


class Wrong(Exception):  # noqa: N818 - it is what is wrong, and never leaves this file
    """What is wrong with a value, and at which."""

    def __init__(self, node: Node, message: str, hint: str = "") -> None:
        """Say ``message`` of ``node``."""
        super().__init__(message)
        self.problem = Problem("schema-violation", message, node.headline(), (), hint, message)


def read(text: str, path: str, source: Source) -> Imported:
    """Return the calendars of a configuration: each is open while its interval holds."""
    draft = Draft(source, path)
    for root in of_yaml.documents(draft, text):
        for section in SECTIONS:
            listed = root.find(section)
            for each in listed.items if listed is not None else ():
                try:
                    _interval(draft, each)
                except Wrong as wrong:
                    draft.refuse(wrong.problem)
    return draft.imported()


def _interval(draft: Draft, interval: Node) -> None:
    name, listed = interval.find("name"), interval.find("time_intervals")
    if name is None or not of_yaml.text(name):
        raise Wrong(interval, "a time interval needs a `name`")
    if listed is None or (listed.value is not None and not isinstance(listed.value, list)):
        raise Wrong(interval, f"`{of_yaml.text(name)}` needs a list of `time_intervals`")
    what = f"the time interval `{of_yaml.text(name)}`"
    found = of_yaml.template([interval])
    if found is not None:
        of_yaml.add(draft, what, "calendars", name, {}, {"template": found})
        return
    zones = {of_yaml.text(each.find("location")) or "UTC": each for each in listed.items}
    if len(zones) > 1:
        why = f"it is in several zones ({', '.join(zones)}), and a calendar has one"
        draft.leave(name.span, why, "make an interval of each", what)
        return
    places = [each.find("location") for each in listed.items]
    zone = next((each for each in places if each is not None), "UTC")
    hours = [each.saying(opening) for each in listed.items for opening in _hours(each)]
    values = {"timezone": zone, "hours": listed.saying(hours)}
    of_yaml.add(draft, what, "calendars", name, {"name": of_yaml.text(name)}, values)


def _hours(interval: Node) -> Iterator[dict[str, Any]]:
    """Yield the openings that one entry comes to; every key of it must hold."""
    if interval.value is not None and not isinstance(interval.value, dict):
        raise Wrong(interval, "this is no time interval: write `{weekdays: [monday:friday]}`")
    for key in interval.entries:
        if key not in KEYS:
            hint = did_you_mean(key, KEYS) or f"it has {', '.join(KEYS)}"
            raise Wrong(interval.entries[key], f"a time interval has no `{key}`", hint)
    when: dict[str, Any] = {
        "days": _each(interval, "weekdays", _weekdays),
        "months": _each(interval, "months", _months),
        "days_of_month": _each(interval, "days_of_month", _days_of_month),
        "years": _each(interval, "years", _years),
    }
    when = {key: each for key, each in when.items() if each is not None}
    times = interval.find("times")
    for each in times.items if times is not None and times.items else [None]:
        yield {**when, **(WHOLE_DAY if each is None else _times(each))}


def _each(interval: Node, key: str, read: Callable[[Node], object]) -> Node | None:
    """Return what a list of ranges is in our language; None where nothing is listed."""
    listed = interval.find(key)
    if listed is None or listed.value is None:
        return None
    if not isinstance(listed.value, list):
        raise Wrong(listed, f"`{key}` must be a list")
    found = [each.saying(read(each)) for each in listed.items]
    return listed.saying(found) if found else None


def _times(node: Node) -> dict[str, Any]:
    start, end = node.find("start_time"), node.find("end_time")
    for key, each in (("start_time", start), ("end_time", end)):
        if each is None:
            raise Wrong(node, f"these times lack `{key}`", "write both, such as 09:00 and 17:00")
        if not TIME.fullmatch(of_yaml.text(each)):
            raise Wrong(
                each, f"`{of_yaml.text(each)}` is no time: write 09:00, or 24:00 at the end"
            )
    begins, ends = of_yaml.text(start), of_yaml.text(end)
    if begins >= ends:
        hint = "over midnight, write two: one until 24:00, and one from 00:00"
        raise Wrong(node, f"`end_time` {ends} isn't after `start_time` {begins}", hint)
    return {"from": start, "to": end}


def _ends(node: Node) -> tuple[str, str]:
    """Return the first and the last of a range, in small letters; both alike for a single one."""
    first, colon, last = of_yaml.text(node).lower().strip().partition(":")
    return first, last if colon else first


def _weekdays(node: Node) -> str:
    first, last = (_index(node, each, DAYS, "weekday") for each in _ends(node))
    if first > last:
        hint = "write two ranges: one to sunday, and one from monday"
        raise Wrong(node, f"`{of_yaml.text(node)}` runs backwards: weeks begin on Monday", hint)
    return _range(WEEKDAYS[first], WEEKDAYS[last], "-")


def _months(node: Node) -> str:
    names = _ends(node)
    numbers = [
        int(each) - 1 if each.isascii() and NUMBER.fullmatch(each) and 1 <= int(each) <= len(MONTHS)
        else _index(node, each, MONTH_NAMES, "month")
        for each in names
    ]  # fmt: skip
    first, last = numbers
    if first > last:
        hint = "write two ranges: one to december, and one from january"
        raise Wrong(node, f"`{of_yaml.text(node)}` runs backwards", hint)
    return _range(MONTHS[first], MONTHS[last], "-")


def _index(node: Node, name: str, names: tuple[str, ...], what: str) -> int:
    if name not in names:
        hint = did_you_mean(name, names) or f"write one such as {names[0]}"
        raise Wrong(node, f"`{name}` is no {what}", hint)
    return names.index(name)


def _days_of_month(node: Node) -> object:
    first, last = _numbers(node, "day of the month")
    if 0 in (first, last) or max(abs(first), abs(last)) > LONGEST_MONTH:
        hint = "write 1 to 31, or -31 to -1"
        raise Wrong(node, f"`{of_yaml.text(node)}` is no day of a month", hint)
    if first < 0 < last:
        message = (
            f"`{of_yaml.text(node)}` counts from the month's end first, and then from its start"
        )
        raise Wrong(node, message, "count both from the end")
    if first > (last if last > 0 or first < 0 else last + LONGEST_MONTH + 1):
        raise Wrong(node, f"`{of_yaml.text(node)}` runs backwards", "write the first one first")
    return first if first == last else _range(str(first), str(last), "..")


def _years(node: Node) -> object:
    first, last = _numbers(node, "year")
    if first > last:
        raise Wrong(node, f"`{of_yaml.text(node)}` runs backwards", "write the first one first")
    return first if first == last else _range(str(first), str(last), "..")


def _numbers(node: Node, what: str) -> tuple[int, int]:
    ends = _ends(node)
    for each in ends:
        if not NUMBER.fullmatch(each):
            raise Wrong(node, f"`{of_yaml.text(node)}` is no {what}")
    return int(ends[0]), int(ends[1])


def _range(first: str, last: str, sign: str) -> str:
    return first if first == last else f"{first}{sign}{last}"
