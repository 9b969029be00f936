"""What its schedule doesn't tell of a job: its runs as they go, and what decides when they end."""

from __future__ import annotations

from opspolicy.estate import places
from opspolicy.explain import telling
from opspolicy.explain.story import Line, Section, section
from opspolicy.phrases import count, some
from opspolicy.picture import drawing, happening, lanes
from opspolicy.picture.drawing import Chart, Row
from opspolicy.rules.wording import name, words
from opspolicy.temporal.intervals import NOTHING, IntervalSet
from opspolicy.timeline import critical, deadlines, simulation
from opspolicy.timeline.timeline import Timeline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opspolicy.estate.declarations import Job
    from opspolicy.explain.scene import Scene
    from opspolicy.timeline.critical import Step
    from opspolicy.timeline.simulation import Run, Runs

MOST_NEXT, MOST_STEPS, MOST_LANES, MOST_NAMED = 3, 8, 6, 6

BECOMES = {
    simulation.FAILED: "fails",
    simulation.UNFINISHED: "isn't done when the judged time is over",
    simulation.KILLED: "killed by its next run",
    simulation.SKIPPED: "skipped, as the run before it still goes on",
    simulation.UNRELEASED: "never starts, as what it comes after is never done",
}
"""What becomes of a run that doesn't end as it should."""


def following(scene: Scene, job: Job) -> Scene:
    """Return the scene with a timeline that follows the runs of a job, whoever asks for them."""
    timeline = scene.timeline
    if timeline.following is not None and job.name in timeline.following.agreed:
        return scene
    return scene._replace(timeline=Timeline(scene.estate, timeline.horizon, also=(job.name,)))


def has_more(job: Job) -> bool:
    """Whether anything but a schedule decides when a job runs, or when it has to be done."""
    return job.may_wait or bool(job.after) or job.deadline is not None


def upcoming(scene: Scene, job: Job) -> Iterator[Line]:
    """Yield the next runs as they go."""
    found = _runs(scene, job)
    zone = deadlines.zone_of(scene.estate, job).key
    as_of = scene.report.as_of
    coming = [run for run in found if run.end > as_of] if found is not None else []
    for run in coming[:MOST_NEXT]:
        yield Line(f"{_span(run, zone)}{_fate(run)}")
    if not coming:
        yield Line(f"no run comes after {telling.at(as_of, zone)}")
    elif len(coming) > MOST_NEXT:
        until = telling.at(scene.report.until, zone)
        yield Line(f"{count(len(coming), 'run')} in all before {until}")


def at_an_instant(scene: Scene, job: Job, at: int) -> tuple[str, Line]:
    """Return whether a run goes on or waits at an instant, and what comes next."""
    around = happening.around(scene.estate, at, scene.report.until).horizon
    scene = scene._replace(timeline=Timeline(scene.estate, around, also=(job.name,)))
    zone = deadlines.zone_of(scene.estate, job).key
    runs = [run for run in _runs(scene, job) or () if run.started]
    now = [run for run in runs if run.latest <= at < run.end]
    when = telling.at(at, zone)
    if now:
        steps = [critical.path(scene.timeline, job, run)[-1] for run in now[:MOST_NEXT]]
        spans = ", and ".join(f"{_span(run, zone)}{_fate(run)}" for run in now[:MOST_NEXT])
        waits = any(at in step.blocked for step in steps)
        does = "waits" if waits and job.waits else "is under way"
        summary = f"Yes: a run of {name(job.ref)} {does} on {when}: {spans}."
    else:
        summary = f"No run of {name(job.ref)} is under way on {when}."
    later = next((run for run in runs if run.latest > at), None)
    return summary, Line("never again" if later is None else _span(later, zone))


def _runs(scene: Scene, job: Job) -> Runs | None:
    following = scene.timeline.following
    return following.of(job.name) if following is not None else None


def _fate(run: Run) -> str:
    return f"; {BECOMES[run.outcome]}" if run.outcome in BECOMES else ""


def _span(run: Run, zone: str) -> str:
    """Return from when to when a run goes on, as far as it does."""
    if not run.started:
        return f"due {telling.at(run.nominal, zone)}"
    if run.outcome == simulation.UNFINISHED:
        return f"from {telling.at(run.latest, zone)}"
    return telling.span(run.latest, run.end, zone)


def path(scene: Scene, job: Job) -> Iterator[Section]:
    """Yield the critical path of the run that matters most, step by step, and its drawing."""
    runs = _runs(scene, job)
    found = _most_telling(scene, job, runs) if runs is not None else None
    if found is not None:
        yield from _path(scene, job, found)


def late(scene: Scene, job: Job, due: int) -> Iterator[Section]:
    """Yield the critical path of the run that has to have ended by the instant ``due``."""
    runs = _runs(scene, job)
    zone = deadlines.zone_of(scene.estate, job)
    for start in runs.starts if runs is not None and job.deadline is not None else ():
        if runs is not None and deadlines.due(job, start, zone) == due:
            run = runs.at(start)
            if run.outcome != simulation.SKIPPED:
                yield from _path(scene, job, run)
                return


def _path(scene: Scene, job: Job, found: Run) -> Iterator[Section]:
    steps = critical.path(scene.timeline, job, found)
    zone = deadlines.zone_of(scene.estate, job).key
    lines = [*_steps(scene, steps, zone)]
    if job.deadline is not None:
        lines.append(_deadline(scene, job, found, zone))
    yield section("critical path", lines)
    if len(steps) > 1 or any(step.blocked for step in steps):
        yield Section("timeline", chart=_chart(scene, steps, _due(scene, job, found), zone))


def _most_telling(scene: Scene, job: Job, runs: Runs) -> Run | None:
    """Return the run that is late the most, or takes the longest: of equal ones the next to come.

    Runs that go as all others do are looked at once.
    """
    as_of = scene.report.as_of
    coming = (start for start in runs.starts if runs.at(start).end > as_of)
    first = next(coming, None)
    special = [each for each in runs.special if runs.special[each].end > as_of]
    candidates = dict.fromkeys([*([first] if first is not None else []), *sorted(special)])
    zone = deadlines.zone_of(scene.estate, job)

    def weight(start: int) -> tuple[bool, int]:
        run = runs.at(start)
        due = deadlines.due(job, start, zone) if job.deadline is not None else start
        is_open = not run.ends and (job.deadline is None or due >= run.limit)
        if run.outcome == simulation.SKIPPED or is_open:
            # It is no run, or nobody knows yet when it ends.
            return False, -simulation.FAR
        return not run.ends, run.end - due

    best = max(candidates, key=weight, default=None)
    return runs.at(best) if best is not None else None


def _steps(scene: Scene, steps: Sequence[Step], zone: str) -> Iterator[Line]:
    """Yield a line a run, the first ones of a long path in one."""
    more = len(steps) - MOST_STEPS
    if more > 0:
        names = some([name(step.job.ref) for step in steps[:more]], MOST_NAMED)
        yield Line(f"{names}, from {telling.at(steps[0].run.latest, zone)}")
    former: Job | None = None
    for step in steps:
        job = step.job
        place = places.listed(job, "after", former.name) if former is not None else None
        if former is None and job.schedule is not None:
            place = places.start_of(job, step.run.nominal)
        former = job
        if more > 0:
            more -= 1
            continue
        waits = _waits(scene, step)
        yield Line(f"{name(job.ref)} {_span(step.run, zone)}{_fate(step.run)}{waits}", place)


def _waits(scene: Scene, step: Step) -> str:
    if not step.services:
        return ""
    held = some([f"`{each}`" for each in step.services], MOST_NAMED)
    causes = critical.causes_of(scene.timeline, step)
    by = some([name(ref) for ref in sorted(causes)], MOST_NAMED)
    if step.run.outcome == simulation.FAILED:
        return f" on {held}, down because of {by}"
    return f"; waits {words(step.blocked.total())} for {held}, down because of {by}"


def _deadline(scene: Scene, job: Job, run: Run, zone: str) -> Line:
    """Return by how much a run misses its deadline, or how much it has to spare."""
    due = _due(scene, job, run)
    assert due is not None  # noqa: S101 - only asked for where there is one
    told = f"deadline {telling.at(due, zone)}"
    if not run.ends:
        told += ": never met" if due < run.limit else ": not known yet"
    elif run.end > due:
        told += f": {words(run.end - due)} late"
    elif run.end == due:
        told += ": met to the second, nothing to spare"
    else:
        told += f": {words(due - run.end)} to spare"
    return Line(told, job.node.at("deadline"))


def _due(scene: Scene, job: Job, run: Run) -> int | None:
    """Return when a run has to have ended, if ever."""
    if job.deadline is None:
        return None
    return deadlines.due(job, run.nominal, deadlines.zone_of(scene.estate, job))


def _chart(scene: Scene, steps: Sequence[Step], due: int | None, zone: str) -> Chart:
    """Return the drawing of a critical path: each run, what it waits for, and what is too late."""
    shown = list(steps[-MOST_LANES:])
    going = [step for step in shown if step.run.started] or shown
    start, end = going[0].run.latest, max(step.run.end for step in going)
    stretch = lanes.widened(start, end, start, end)
    rows = [
        Row(
            name(step.job.ref),
            drawing.RUN,
            IntervalSet([(step.run.latest, step.run.end)]) - step.blocked
            if step.run.started
            else NOTHING,
        )
        for step in shown
    ]
    waited = dict.fromkeys(each for step in shown for each in step.services)
    for each in list(waited)[:2]:
        down = scene.timeline.outages.down(each)
        rows.append(Row(f"`{each}`", drawing.OUTAGE, down.within(*stretch)))
    if due is not None and due < end:
        rows.append(Row("too late", drawing.FINDING, IntervalSet([(due, end)])))
    return Chart(tuple(each for each in rows if each.when), *stretch, zone)


def successors(scene: Scene, job: Job) -> list[Line]:
    """Return which jobs come after one."""
    found = [each for each in scene.estate.jobs.values() if job.name in each.after]
    return [
        Line(f"{name(each.ref)} comes after it", places.listed(each, "after", job.name))
        for each in found
    ]
