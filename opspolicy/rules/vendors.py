"""What the rules about vendors share: what each runs for us, when it answers, and its windows."""

from __future__ import annotations

from opspolicy.estate import places
from opspolicy.phrases import some
from opspolicy.rules.collisions import MOST_HIT, cause_note, length
from opspolicy.rules.options import Options, flag
from opspolicy.rules.wording import name
from opspolicy.source.span import Note
from opspolicy.temporal.calendars import NEVER
from opspolicy.temporal.intervals import union
from opspolicy.timeline.causes import of_window

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.estate.declarations import Service, Vendor, Window
    from opspolicy.estate.estate import Estate
    from opspolicy.temporal.calendars import Hours
    from opspolicy.temporal.intervals import IntervalSet
    from opspolicy.timeline.timeline import Timeline

REQUIRED = "required"
"""The option by which a vendor has to declare what it otherwise may."""


OPTIONS = Options(required=flag)


def services(estate: Estate) -> dict[str, list[Service]]:
    """Return what each vendor runs for us, by its name, each list by name."""
    found: dict[str, list[Service]] = {each: [] for each in estate.vendors}
    for _, service in sorted(estate.services.items()):
        if service.vendor in found:
            found[service.vendor].append(service)
    return found


def windows(estate: Estate) -> dict[str, list[Window]]:
    """Return the windows that each vendor has announced to us, by its name, each list by name."""
    found: dict[str, list[Window]] = {each: [] for each in estate.vendors}
    for _, window in sorted(estate.windows.items()):
        if window.vendor in found:
            found[window.vendor].append(window)
    return found


def changes(estate: Estate) -> dict[str, list[Window]]:
    """Return the windows that are a vendor's, or slow down what it runs, by its name.

    What takes down anything that it runs is told with all that goes down.
    """
    found: dict[str, list[Window]] = {}
    services = estate.services
    for _, window in sorted(estate.windows.items()):
        slow = {services[each].vendor for each in window.degrades if each in services}
        down = {services[each].vendor for each in window.takes_down if each in services}
        for each in {window.vendor, *slow} - down:
            if each is not None:
                found.setdefault(each, []).append(window)
    return found


def answers(estate: Estate, vendor: Vendor) -> Hours:
    """Return when a vendor answers; hours that aren't declared or can't be read are never."""
    return estate.hours(vendor.support_hours) or NEVER


def hit_by(estate: Estate, window: Window) -> list[str]:
    """Return the services that a window itself takes down or slows down, as references."""
    hits = dict.fromkeys((*window.takes_down, *window.degrades))
    return [f"service/{each}" for each in hits if each in estate.services]


def parties(
    estate: Estate, vendor: Vendor, window: Window
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return subjects, causes and paths of what is wrong with a window of a vendor's.

    One that hits no service causes nothing, and is a subject itself.
    """
    hits = hit_by(estate, window)
    if not hits:
        return (window.ref, vendor.ref), (), ()
    return (*hits, vendor.ref), (window.ref,), ((hits[0],),)


def start_note(estate: Estate, window: Window, instant: int) -> Note:
    """Point at the start of a window, and say what it does."""
    if hit_by(estate, window):
        return cause_note(estate, window.ref, instant, degraded=True)
    return Note(places.start_of(window, instant), "it starts here")


def starts(window: Window, judged: IntervalSet) -> list[int]:
    """Return when a window starts, as far as it reaches into the judged time.

    Of one whose start or length couldn't be read, that is never.
    """
    lasts = length(window)
    if lasts <= 0:
        return []
    reach = judged.grown(lasts - 1, 0)
    if window.start is not None:
        return [window.start] if window.start in reach else []
    return window.schedule.starts_during(reach) if window.schedule is not None else []


def done(timeline: Timeline, run: list[Service], changed: list[Window]) -> IntervalSet:
    """Return when what a vendor runs is down or changed, in the judged time."""
    down = [timeline.outages.down(each.name) for each in run]
    happens = [of_window(each, timeline.judged) for each in changed]
    return union([*down, *happens]) & timeline.judged


def reached(vendor: Vendor) -> str:
    """Return a vendor by name, and how to reach it where that is known."""
    return f"`{vendor.name}` ({vendor.contact})" if vendor.contact else f"`{vendor.name}`"


def runs(found: list[Service]) -> str:
    """Return ", which runs `payments` for us,", or nothing of who runs nothing."""
    if not found:
        return ""
    return f", which runs {some([name(each.ref) for each in found], MOST_HIT)} for us,"


def service_notes(found: list[Service]) -> list[Note]:
    """Point at where services name their vendor."""
    return [
        Note(each.node.at("vendor"), f"`{each.name}` is run by it") for each in found[:MOST_HIT]
    ]


def owners(found: list[Service], windows: list[Window]) -> tuple[str, ...]:
    """Return who answers for what a vendor runs, and for its windows."""
    named = {each.owner for each in found} | {each.owner for each in windows}
    return tuple(sorted(each for each in named if each is not None))
