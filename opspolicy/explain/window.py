"""The story of a maintenance window: when it is, whom it takes down, and who agreed."""

from __future__ import annotations

from opspolicy.estate import places
from opspolicy.explain import planned, telling, touched
from opspolicy.explain.story import Line, Section, section
from opspolicy.phrases import count
from opspolicy.picture import drawing, happening
from opspolicy.rules.wording import name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.estate.declarations import Window
    from opspolicy.explain.scene import Scene
    from opspolicy.explain.story import Story


def story(scene: Scene, window: Window, at: int | None = None) -> Story:
    """Return the story of a window; with ``at`` (UTC epoch seconds), whether it is on then."""
    if at is None:
        summary, sections = _summary(scene, window), [*_in_all(scene, window)]
    else:
        summary, coming = planned.at_an_instant(scene, window, at, "window")
        sections = [
            section("next", [coming]),
            planned.hit(scene, window),
            section("owner", [telling.owned(scene.estate, window.ref)]),
            section("more", [scene.explained(window.ref)]),
        ]
    title = telling.titled(scene.estate, window.ref)
    return scene.story("maintenance_window", window.ref, title, summary, sections)


def _summary(scene: Scene, window: Window) -> str:
    found = len(scene.about(window.ref))
    told = f"{count(found, 'finding')}." if found else "no findings."
    hits = [each for each in touched.hits(scene, window) if not each.degraded]
    direct = [each for each in hits if each.direct]
    inherited = [each for each in hits if not each.direct and not each.together]
    down = telling.names([each.service.name for each in direct]) or "nothing"
    more = f", and {count(len(inherited), 'service')} with it" if inherited else ""
    return f"{name(window.ref)} takes down {down}{more}; {told}"


def _in_all(scene: Scene, window: Window) -> Iterator[Section]:
    estate = scene.estate
    yield section("what", [Line(_what(window), window.node.place), *telling.completed(window)])
    yield section("owner", [telling.owned(estate, window.ref)])
    when = Line(planned.schedule(window), places.start_of(window, scene.report.as_of))
    yield section("when", [when, *planned.upcoming(scene, window, "window")])
    yield section("lasts", [planned.lasts(window)])
    yield planned.hit(scene, window)
    yield planned.touches(scene, window)
    coming = happening.next_occurrences(window, scene.report.as_of, 1)
    if coming:
        kind = drawing.OUTAGE if window.takes_down else drawing.DEGRADED
        yield Section("timeline", chart=planned.chart(scene, window, coming[0], kind))
    yield section("approval", [*touched.approvals(scene, window)])
    yield telling.findings(scene, scene.about(window.ref))
    yield section("more", [scene.explained(f"{window.ref} --at INSTANT")])


def _what(window: Window) -> str:
    plan = window.plan
    parts = [f"a {plan.change_type} change" if plan.change_type else "a maintenance window"]
    if plan.change_ticket:
        parts.append(f"ticket {plan.change_ticket}")
    if window.vendor:
        parts.append(f"announced by vendor `{window.vendor}`")
    if plan.notices:
        parts.append(f"{count(len(plan.notices), 'notice')} to customers")
    return ", ".join(parts)
