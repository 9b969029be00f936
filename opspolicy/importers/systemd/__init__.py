"""Timers of systemd, from unit files, or from all that `systemctl cat '*.timer'` prints.

https://www.freedesktop.org/software/systemd/man/latest/systemd.timer.html. Units of other kinds are
passed over. So is `Persistent`: it makes up for runs while a machine was off, which nobody plans.
"""

from __future__ import annotations

import re

from opspolicy.importers.shared import plain_text
from opspolicy.importers.shared.draft import Draft
from opspolicy.importers.systemd import time_spans
from opspolicy.importers.systemd.unit_files import Reader, Setting, Unit
from opspolicy.phrases import cut, did_you_mean
from opspolicy.temporal import durations
from opspolicy.temporal.recurrence import ScheduleError, check_busiest
from opspolicy.temporal.systemd import on_calendar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.estate.foreign import Imported
    from opspolicy.estate.sources import Source
    from opspolicy.source.node import Node
    from opspolicy.source.span import Span

    Why = tuple[Span, str, str]

KIND, SECTION, CALENDAR = "timer", "Timer", "OnCalendar"
COUNTED = {
    "OnActiveSec": "when the timer was switched on",
    "OnBootSec": "when the machine was started",
    "OnStartupSec": "when systemd was started",
    "OnUnitActiveSec": "when the last run began",
    "OnUnitInactiveSec": "when the last run ended",
}
CHANGES = {
    "OnClockChange": "when the machine's clock is set",
    "OnTimezoneChange": "when the machine's zone is changed",
}
DELAYS = {"randomized_delay": "RandomizedDelaySec", "accuracy": "AccuracySec"}
PASSED = (
    "DeferReactivation",
    "FixedRandomDelay",
    "Persistent",
    "RemainAfterElapse",
    "Unit",
    "WakeSystem",
)
"""What moves no start."""
KNOWN = frozenset((CALENDAR, *COUNTED, *CHANGES, *DELAYS.values(), *PASSED))
TRUE = frozenset(("1", "yes", "y", "true", "t", "on"))
SPECIFIER = re.compile(r"%[A-Za-z]")
FILL_IN = "import what the template makes of it"


def read(text: str, path: str, source: Source) -> Imported:
    """Return the job that a timer is, or those of several timers."""
    draft = Draft(source, path)
    lines = plain_text.lines(draft, text, "a unit file")
    *_, directory, base = f"/{path}".split("/")
    if directory.endswith(f".{KIND}.d") and base.endswith(".conf"):
        of = directory.removesuffix(".d")
        hint = "import both together, as `systemctl cat` prints them"
        why = f"it changes `{cut(of, plain_text.SHOWN)}`, and says nothing by itself"
        draft.leave(draft.node(None, 1).span, why, hint, "this drop-in")
        return draft.imported()
    reader = Reader(draft, lines, SECTION)
    for unit in reader.units(base, KIND):
        if unit.kind == KIND or (not unit.kind and SECTION in unit.sections):
            _Timer(draft, unit, lines).add(reader.strange)
    reader.strange.close()
    return draft.imported()


class _Timer:
    """A timer being read: what its unit says last of each setting, and what it is called."""

    def __init__(self, draft: Draft, unit: Unit, lines: list[str]) -> None:
        self.draft, self.unit, self.lines = draft, unit, lines
        self.name = plain_text.taken_name(unit.keys, lines) or unit.name
        self.what = f"timer `{cut(self.name, plain_text.SHOWN)}`" if self.name else "this timer"
        self.last = {each.key: each for each in unit.settings if each.value}
        self.spans = dict(self._spans())

    def add(self, strange: plain_text.Strange) -> None:
        """Add the job that it is, or tell why there is none."""
        for each in self.unit.settings:
            if each.key not in KNOWN and not each.key.startswith("X-"):
                meant = strange.is_told and len(each.key) < plain_text.SHOWN
                hint = did_you_mean(each.key, sorted(KNOWN)) if meant else ""
                at = each.node.line
                strange.leave(at, self.lines[at - 1], "this setting isn't known", hint)
        why = next(self._unreadable(), None)
        if why is not None:
            self.draft.leave(*why, self.what)
            return
        calendar = self._calendar()
        if not calendar:
            return
        unit, last = self.unit, self.last
        # systemd.timer(5), Unit=: by default the service of the same name.
        service = last["Unit"].value if "Unit" in last else f"{unit.name}.service"
        for zone, expressions in _by_zone(calendar).items():
            first, *others = expressions
            schedule = {"on_calendar": expressions if others else first, **self._delays()}
            values = {"scheduler": "systemd", "schedule": first.saying(schedule), **unit.keys}
            fields = {"name": self.name, "unit": service, "zone": zone.replace("/", "-")}
            suffix = "-{zone}" if zone else ""
            self.draft.add("jobs", unit.place, fields, values, what=self.what, suffix=suffix)

    def _unreadable(self) -> Iterator[Why]:
        """Yield why nothing can be made of it at all: where, why, and what to do."""
        unit, last, place = self.unit, self.last, self.unit.place.span
        if unit.name.endswith("@"):
            why = "it is a template of systemd, of which only instances start"
            yield place, why, "declare a job for each instance"
        if unit.chosen is not None:
            yield unit.chosen.span, "a template chooses which of its lines count", FILL_IN
        if SECTION not in unit.sections:
            # systemd.unit(5): an empty unit file masks the unit.
            empty = "it is empty, which switches the timer off"
            yield place, "it has no `[Timer]` section" if unit.sections else empty, ""
        if not self.name:
            hint = "name it by a comment, `# opspolicy: name=…`"
            yield place, "no file that ends in `.timer` names it", hint
        for key in DELAYS.values():
            if key in last and (left := _unfilled(last[key].value)):
                yield last[key].node.span, f"{last[key]} {left}", FILL_IN
            elif key in self.spans and self.spans[key][1] == time_spans.FOREVER:
                endless = self.spans[key][0]
                why = f"with {endless} it may start at any later time"
                yield endless.node.span, why, "give it an end"

    def _spans(self) -> Iterator[tuple[str, tuple[Setting, int]]]:
        """Yield each time span with its microseconds; what systemd refuses, the draft is told.

        It passes over such a line, so that one before it still counts.
        """
        for each in self.unit.settings:
            if each.key not in DELAYS.values() or not each.value or _unfilled(each.value):
                continue
            found = time_spans.parse(each.value)
            if found is None:
                message = f"{each} of {self.what} is no time span, and systemd passes over it"
                self.draft.wrong(each.node.span, message, time_spans.hint(each.value))
            else:
                yield each.key, (each, found)

    def _delays(self) -> dict[str, Node]:
        """Return its time spans as durations of ours.

        All is planned in whole seconds: less than one is none, and parts of one more are rounded
        up. `AccuracySec=1us` is how systemd.timer(5) says to ask for the best there is.
        """
        found: dict[str, Node] = {}
        for key, of in DELAYS.items():
            setting, span = self.spans.get(of, (None, 0))
            if setting is not None and span >= time_spans.SECOND:
                seconds = -(-span // time_spans.SECOND)
                found[key] = setting.node.saying(durations.compact(seconds))
        return found

    def _calendar(self) -> list[Node]:
        """Return its calendar expressions; whatever else starts it, the draft is told."""
        starting: list[Setting] = []
        for each in self.unit.settings:
            if each.key in COUNTED or each.key == CALENDAR:
                starting.append(each)
                # systemd.timer(5): an empty one of any of these takes back all of them.
                if not each.value:
                    starting.clear()
        changes = [self.last[key] for key in CHANGES if key in self.last]
        starting += [each for each in changes if each.value.lower() in TRUE]
        calendar: list[Node] = []
        for each in starting:
            if why := _unplaced(each):
                self.draft.leave(each.node.span, *why, f"{each} of {self.what}")
            else:
                calendar.append(each.node)
        if not starting:
            place = self.unit.place.span
            self.draft.leave(place, "nothing in it says when it starts", "", self.what)
        return calendar


def _by_zone(calendar: list[Node]) -> dict[str, list[Node]]:
    """Return calendar expressions by the zone that each names, "" for none: a job is in one zone.

    A wrong one goes with the first, to be refused where it stands.
    """
    found: dict[str, list[Node]] = {}
    wrong: list[Node] = []
    for node in calendar:
        try:
            rule = on_calendar.parse(str(node.value))
        except ScheduleError:
            wrong.append(node)
            continue
        found.setdefault(rule.zone_key or "", []).append(node)
    if len(found) < 2:  # noqa: PLR2004 - as they stand, in whatever zone
        return {"": calendar}
    found[next(iter(found))] += wrong
    return found


def _unfilled(value: str) -> str:
    """Return what is yet to be filled in; "" for nothing."""
    if plain_text.UNFILLED.search(value):
        return "is filled in by a template"
    found = SPECIFIER.search(value)
    return f"has `{found[0]}`, which only systemd fills in" if found else ""


def _unplaced(setting: Setting) -> tuple[str, str] | None:
    """Return why a setting's starts can't be placed in time, and what to do; None if they can."""
    if setting.key in CHANGES:
        return f"it starts {CHANGES[setting.key]}, and no file tells when that is", ""
    if setting.key in COUNTED:
        why = f"it counts from {COUNTED[setting.key]}, and no file tells when that is"
        return why, "give it an `OnCalendar` to have it judged"
    if why := _unfilled(setting.value):
        return f"it {why}", FILL_IN
    try:
        rule = on_calendar.parse(setting.value)
    except ScheduleError:
        return None  # What is wrong is refused where it stands.
    try:
        check_busiest(rule)
    except ScheduleError as error:
        # systemd takes it, so that nothing in the file is to be corrected.
        return str(error), "what never rests is a service: declare it as one"
    return None
