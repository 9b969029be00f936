"""From what somebody asks to the story that answers it."""

from __future__ import annotations

from opspolicy.estate.declarations import Job, Service, Vendor, Window
from opspolicy.explain import targets
from opspolicy.explain.targets import TargetError
from opspolicy.temporal import instants, zones
from opspolicy.temporal.durations import DAY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.explain.scene import Scene
    from opspolicy.explain.story import Story

FARTHEST = 5 * 366 * DAY
"""How far from where it is judged an estate is looked at: holidays and zones beyond are guesses."""


def story(scene: Scene, target: str, at: str | None, zone: str) -> Story:
    """Return the story of a target; of the whole estate at an instant, without one.

    ``at`` is an instant as it was written: without an offset on the clock of what the target names,
    or of ``zone`` where that is the whole estate.

    Raises TargetError for what there isn't, and for an instant that can't be told of.
    """
    if not target:
        from opspolicy.explain import instant  # noqa: PLC0415 - the stories are long

        return instant.story(scene, _instant(scene, at or "", zone), zone)
    # At an instant, no finding can be meant by what is a name as well.
    findings = scene.report.findings if at is None else ()
    if targets.means_finding(scene.estate, findings, target):
        from opspolicy.explain import finding, repairs  # noqa: PLC0415

        if at is not None:
            message = "--at is for a service, a job or a window, not for a finding"
            raise TargetError(message)
        found = targets.finding(findings, target)
        return finding.story(scene, found, repairs.of_finding(scene, found))
    if at is not None and _is_rule(scene, target):
        message = f"`{target}` is a rule, and a rule has no instant: leave out --at"
        raise TargetError(message)
    ref = targets.reference(scene.estate, target)
    entity = scene.estate.entity(ref)
    then = None if at is None else _instant(scene, at, scene.estate.zone_of(ref))
    if isinstance(entity, Service):
        from opspolicy.explain import service  # noqa: PLC0415

        return service.story(scene, entity, then)
    if isinstance(entity, Job):
        from opspolicy.explain import job  # noqa: PLC0415

        return job.story(scene, entity, then)
    if isinstance(entity, Window):
        from opspolicy.explain import window  # noqa: PLC0415

        return window.story(scene, entity, then)
    if at is not None:
        message = f"--at is for a service, a job or a window, not for `{ref}`"
        raise TargetError(message)
    assert isinstance(entity, Vendor)  # noqa: S101 - nothing else is a target
    from opspolicy.explain import vendor  # noqa: PLC0415

    return vendor.story(scene, entity)


def _is_rule(scene: Scene, target: str) -> bool:
    """Whether a target names a rule, and nothing that is declared."""
    declared = targets.is_declared(scene.estate, target)
    return not declared and targets.is_rule(target, scene.policies)


def _instant(scene: Scene, text: str, zone: str) -> int:
    """Return the instant of `--at`; a date is its midnight."""
    written = f"{text}T00:00" if instants.is_date(text) else text
    try:
        at = instants.parse_moment(written).instant(zones.zone(zone))
    except instants.InstantError as error:
        message = f"--at: {error}"
        raise TargetError(message) from error
    if abs(at - scene.report.as_of) > FARTHEST:
        message = f"--at {text} is more than five years from where the estate is judged"
        raise TargetError(message)
    return at
