"""Kubernetes CronJobs, from manifests: several documents, lists, and v1beta1 as well.

https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/. Everything else that manifests
hold is nobody's schedule and is passed over.
"""

from __future__ import annotations

from opspolicy.importers.shared import of_yaml
from opspolicy.importers.shared.draft import Draft
from opspolicy.phrases import listing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.estate.foreign import Imported
    from opspolicy.estate.sources import Source
    from opspolicy.source.node import Node

CRON_JOB = "CronJob"
VERSIONS = ("batch/v1", "batch/v1beta1")
CONCURRENCY = {"Allow": "allow", "Forbid": "forbid", "Replace": "replace"}
SURE_DEADLINE = 10
"""Seconds of `startingDeadlineSeconds` below which Kubernetes may start no run at all: it looks
every ten seconds (the page above, "Deadline for delayed Job start")."""


def read(text: str, path: str, source: Source) -> Imported:
    """Return the jobs of a file of manifests."""
    draft = Draft(source, path)
    for manifest in of_yaml.manifests(draft, text):
        if of_yaml.text(manifest.find("kind")) == CRON_JOB:
            _job(draft, manifest)
    return draft.imported()


def _job(draft: Draft, manifest: Node) -> None:
    name, spec = manifest.find("metadata", "name"), manifest.find("spec")
    version = of_yaml.text(manifest.find("apiVersion"))
    if version not in VERSIONS:
        why = f"its `apiVersion` is `{version}`; CronJobs are in {listing(VERSIONS)}"
        draft.leave(manifest.at("apiVersion"), why, what="a CronJob")
        return
    if name is None or not of_yaml.text(name):
        draft.leave(manifest.at("metadata"), "it has no name", what="a CronJob")
        return
    what = f"CronJob `{of_yaml.text(name)}`"
    if spec is None or not of_yaml.text(spec.find("schedule")):
        draft.leave(name.span, "it has no `schedule`", what=what)
        return
    values = {**_values(spec), **dict(of_yaml.addressed(manifest.find("metadata", "annotations")))}
    namespace = of_yaml.text(manifest.find("metadata", "namespace"))
    fields = {"name": of_yaml.text(name), "namespace": namespace or "default"}
    of_yaml.add(draft, what, "jobs", name, fields, values)
    deadline = spec.find("startingDeadlineSeconds")
    if deadline is not None and isinstance(deadline.value, int) and deadline.value < SURE_DEADLINE:
        why = f"below {SURE_DEADLINE} seconds Kubernetes may start no run at all"
        hint = f"give it {SURE_DEADLINE} seconds or more"
        draft.leave(deadline.span, why, hint, f"`startingDeadlineSeconds` of {what}")


def _values(spec: Node) -> dict[str, object]:
    schedule, zone = spec.entries["schedule"], _said(spec, "timeZone")
    if zone is not None:
        schedule = schedule.saying({"cron": schedule, "timezone": zone})
    longest = spec.find("jobTemplate", "spec", "activeDeadlineSeconds")
    policy, suspend = _said(spec, "concurrencyPolicy"), _said(spec, "suspend")
    return {
        "scheduler": "kubernetes",
        "schedule": schedule,
        "max_duration": None if longest is None else longest.saying(of_yaml.seconds(longest)),
        # What is unknown stays, and is refused where it stands.
        "concurrency": None
        if policy is None
        else policy.saying(CONCURRENCY.get(of_yaml.text(policy), policy.value)),
        "suspended": None
        if suspend is None
        else suspend.saying(_either(of_yaml.flag(suspend), suspend.value)),
    }


def _said(spec: Node, key: str) -> Node | None:
    """Return what a key says; nothing where it is null, which Kubernetes takes for left out."""
    found = spec.find(key)
    return None if found is None or found.value is None else found


def _either(one: object, other: object) -> object:
    return other if one is None else one
