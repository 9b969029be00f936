"""The story of a vendor: who they are, what they owe, what they run for us, and their windows."""

from __future__ import annotations

from opspolicy.explain import obligations, opening, telling
from opspolicy.explain.story import Line, section
from opspolicy.phrases import count
from opspolicy.picture import happening
from opspolicy.rules.wording import name, words
from opspolicy.temporal.intervals import IntervalSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opspolicy.estate.declarations import Service, Vendor, Window
    from opspolicy.explain.scene import Scene
    from opspolicy.explain.story import Mark, Section, Story

MOST_SERVICES, MOST_WINDOWS = 5, 4


def story(scene: Scene, vendor: Vendor) -> Story:
    """Return the story of a vendor."""
    estate = scene.estate
    services = [each for each in estate.services.values() if each.vendor == vendor.name]
    theirs = {each.name for each in services}
    windows = [
        each
        for each in estate.windows.values()
        if each.vendor == vendor.name or not theirs.isdisjoint(each.takes_down)
    ]
    runs = count(len(services), "service") if services else "no service"
    many = count(len(windows), "window") if windows else "no window"
    marks = obligations.marks(scene, vendor)
    told = scene.story(
        "vendor",
        vendor.ref,
        telling.titled(estate, vendor.ref),
        f"{name(vendor.ref)} runs {runs} for us, with {many} planned; {obligations.total(marks)}.",
        _sections(scene, vendor, services, windows, marks),
    )
    return told._replace(marks=marks)


def _sections(
    scene: Scene,
    vendor: Vendor,
    services: list[Service],
    windows: list[Window],
    marks: Sequence[Mark],
) -> Iterator[Section]:
    contact = vendor.node.at("contact")
    yield section("contact", [Line(vendor.contact or "none is declared", contact)])
    yield section("support", [*_support(scene, vendor)])
    yield section("owes", obligations.lines(marks, verbose=scene.verbose))
    runs = scene.first(services, lambda each: _service(scene, each), MOST_SERVICES, "services")
    yield section("runs", runs or ["no service"])
    planned = scene.first(
        windows, lambda each: _window(scene, vendor, each), MOST_WINDOWS, "windows"
    )
    yield section("windows", planned or ["none is planned"])
    involved = {vendor.ref, *(each.ref for each in services), *(each.ref for each in windows)}
    found = [
        each
        for each in scene.report.findings
        if not involved.isdisjoint((*each.subjects, *each.causes))
    ]
    yield telling.findings(scene, found)


def _support(scene: Scene, vendor: Vendor) -> Iterator[Line]:
    hours = scene.estate.hours(vendor.support_hours)
    if vendor.support_hours is None:
        yield Line("no support hours are declared")
    elif hours is None:
        yield Line(f"in `{vendor.support_hours}`, which can't be read", vendor.node.at("support"))
    else:
        said = f"in `{vendor.support_hours}`: {opening.in_words(hours)}"
        yield Line(said, vendor.node.at("support", "hours"))


def _service(scene: Scene, service: Service) -> Line:
    """Return a service that they run, and who hangs on it."""
    owner = f", owned by {service.owner}" if service.owner else ""
    facing = ", which customers meet" if service.customer_facing else ""
    above = len(scene.estate.graph.dependants.get(service.name, ()))
    needed = f", needed by {count(above, 'service')}" if above else ""
    return Line(f"{name(service.ref)}{owner}{facing}{needed}", service.node.at("vendor"))


def _window(scene: Scene, vendor: Vendor, window: Window) -> Line:
    """Return a window, when it is next, and whether anybody is there for help then."""
    zone = scene.estate.zone_of(window.ref)
    coming = happening.next_occurrences(window, scene.report.as_of, 1)
    if not coming and window.end is None and (window.schedule is None or window.duration is None):
        return Line(f"{name(window.ref)}: its times can't be told", window.node.place)
    if not coming:
        return Line(f"{name(window.ref)}: over", window.node.place)
    told = f"{name(window.ref)}: {telling.span(*coming[0], zone)}"
    hours = scene.estate.hours(vendor.support_hours)
    if hours is not None:
        when = IntervalSet(coming)
        alone = when - hours.during(when)
        if alone:
            told += f", {words(alone.total())} of it outside the support hours"
        else:
            told += ", within the support hours"
    return Line(told, window.node.place)
