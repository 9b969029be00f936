"""The story of a job: when it runs, what it needs, whom it sends where and whom it takes down."""

from __future__ import annotations

from opspolicy.estate import places
from opspolicy.explain import chain, planned, telling
from opspolicy.explain.story import Line, Section, section
from opspolicy.phrases import count
from opspolicy.picture import drawing, happening, lanes
from opspolicy.picture.drawing import Chart, Row
from opspolicy.rules.wording import lasting, name, people
from opspolicy.temporal.intervals import IntervalSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.estate.declarations import Job
    from opspolicy.explain.scene import Scene
    from opspolicy.explain.story import Story
    from opspolicy.temporal.intervals import Interval

MOST_REQUIRED, MOST_LANES = 4, 6


def story(scene: Scene, job: Job, at: int | None = None) -> Story:
    """Return the story of a job; with ``at`` (UTC epoch seconds), whether it runs then."""
    if at is None:
        summary, sections = _summary(scene, job), [*_in_all(scene, job)]
    else:
        if chain.has_more(job) and not job.suspended:
            summary, coming = chain.at_an_instant(scene, job, at)
        else:
            summary, coming = planned.at_an_instant(scene, job, at, "run")
        sections = [section("next", [coming]), *_at(scene, job, at)]
    return scene.story("job", job.ref, telling.titled(scene.estate, job.ref), summary, sections)


def _summary(scene: Scene, job: Job) -> str:
    found = len(scene.about(job.ref))
    told = f"{count(found, 'finding')}." if found else "no findings."
    if job.suspended:
        return f"{name(job.ref)} is suspended and never runs; {told}"
    if job.schedule is None and job.after:
        have = "has" if len(job.after) == 1 else "have"
        return f"{name(job.ref)} starts when {telling.names(job.after)} {have} ended; {told}"
    if job.schedule is None:
        return f"{name(job.ref)} has no schedule that could be placed in time; {told}"
    return f"{name(job.ref)} runs {planned.schedule(job)}; {told}"


def _at(scene: Scene, job: Job, at: int) -> Iterator[Section]:
    timeline = happening.around(scene.estate, at, scene.report.until)
    scene = scene._replace(timeline=timeline)
    states = []
    for each in job.requires:
        if each not in scene.estate.services:
            continue
        found = happening.state(timeline, each, at)
        states.append(Line(f"`{each}` is {found.name}", places.listed(job, "requires", each)))
    yield section("requires", scene.capped(states, MOST_REQUIRED, "services"))
    yield section("owner", [telling.owned(scene.estate, job.ref)])
    yield section("more", [scene.explained(job.ref)])


def _in_all(scene: Scene, job: Job) -> Iterator[Section]:
    estate = scene.estate
    said = _what(job)
    what = [Line(said, job.node.place)] if said else []
    yield section("what", [*what, *telling.completed(job)])
    yield section("owner", [telling.owned(estate, job.ref)])
    more = chain.has_more(job) and not job.suspended
    if more:
        scene = chain.following(scene, job)
    coming_up = chain.upcoming(scene, job) if more else planned.upcoming(scene, job, "run")
    yield section("next", [*coming_up])
    after = f"; if blocked, it {'fails' if job.when_blocked == 'fail' else 'waits'}"
    yield section("lasts", [planned.lasts(job) + (after if job.requires else "")])
    yield section("requires", scene.capped([*_required(scene, job)], MOST_REQUIRED, "services"))
    yield section("after", [Line(telling.names(job.after), job.node.at("after"))]
                  if job.after else [])  # fmt: skip
    if more:
        yield from chain.path(scene, job)
    yield section("before", scene.capped(chain.successors(scene, job), MOST_REQUIRED, "jobs"))
    yield section("demand", scene.capped([*_demand(job)], MOST_REQUIRED))
    if job.takes_down or job.degrades:
        yield planned.hit(scene, job)
        yield planned.touches(scene, job)
    coming = happening.next_occurrences(job, scene.report.as_of, 1)
    if coming and (job.takes_down or job.induces_demand):
        yield Section("timeline", chart=_chart(scene, job, coming[0]))
    yield telling.findings(scene, scene.about(job.ref))
    yield section("more", [scene.explained(f"{job.ref} --at INSTANT")])


def _chart(scene: Scene, job: Job, run: Interval) -> Chart:
    """Return the drawing of a run: with whom it sends where, and what is down then."""
    drawn = planned.chart(scene, job, run, drawing.RUN)
    if not job.induces_demand:
        return drawn
    start, end = run
    for each in job.induces_demand:
        end = max(end, start - job.late + job.comes(each)[1])
    stretch = lanes.widened(start, end, start, end)
    when = IntervalSet([stretch])
    rows = [Row(name(job.ref), drawing.RUN, happening.happening(job, *stretch))]
    for service in dict.fromkeys(each.service for each in job.induces_demand):
        demands = job.demands_on({service})
        sent = scene.timeline.demand(job, demands, when)
        rows.append(Row(f"sent to `{service}`", drawing.DEMAND, sent))
        rows.append(Row(f"`{service}`", drawing.OUTAGE, scene.timeline.outages.down(service)))
    shown = [each for each in rows if each.when.within(*stretch)]
    return Chart(tuple(shown[:MOST_LANES]), *stretch, drawn.zone)


def _what(job: Job) -> str:
    parts = []
    if job.scheduler:
        parts.append(f"run by {job.scheduler}")
    if job.customers is not None:
        parts.append(f"it concerns {count(job.customers, 'customer')}")
    if job.suspended:
        parts.append("suspended")
    return "; ".join(parts) or "nothing but its schedule is declared"


def _required(scene: Scene, job: Job) -> Iterator[Line]:
    """Yield what a job requires, and how often that is down."""
    timeline = scene.timeline
    for each in job.requires:
        place = places.listed(job, "requires", each)
        if each not in scene.estate.services:
            yield Line(f"`{each}`, which nothing declares", place)
            continue
        down = timeline.outages.down(each) & timeline.judged
        if not down:
            yield Line(f"`{each}`: no planned outage", place)
            continue
        zone = scene.estate.zone_of(job.ref)
        first = telling.span(*next(iter(down)), zone)
        met = len(timeline.in_judgement(timeline.runs_while_down(job, each) & down))
        meets = f"; {count(met, 'run')} of this job in it" if met else "; no run in it"
        yield Line(f"`{each}`: {count(len(down), 'planned outage')}, first {first}{meets}", place)


def _demand(job: Job) -> Iterator[Line]:
    for each in job.induces_demand:
        sends = f"sends {people(job.customers)} to `{each.service}` {lasting(each)}"
        yield Line(sends, job.node.at("induces_demand", each.position))
