"""Kubernetes CronJobs, from manifests: several documents, lists, and v1beta1 as well.

https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/. Everything else that manifests
hold is nobody's schedule and is passed over, unless it seems to be meant for a CronJob.
"""

from __future__ import annotations

from opspolicy.importers.shared import go_durations, of_yaml
from opspolicy.importers.shared.draft import Draft
from opspolicy.importers.shared.texts import shown
from opspolicy.phrases import listing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.estate.foreign import Imported
    from opspolicy.estate.sources import Source
    from opspolicy.source.node import Node

CRON_JOB = "CronJob"
VERSIONS = ("batch/v1", "batch/v1beta1")
GROUP = "batch/"
OF_GROUP = frozenset((CRON_JOB, "CronJobList", "Job", "JobList", "JobTemplate", "List"))
"""The kinds that `batch/…` has, and has had."""

CONCURRENCY = {"Allow": "allow", "Forbid": "forbid", "Replace": "replace"}
SURE_DEADLINE = 10
"""Seconds of `startingDeadlineSeconds` below which Kubernetes may start no run at all: it looks
every ten seconds (the page above, "Deadline for delayed Job start")."""

SCHEDULE, ZONE, SUSPEND = "schedule", "timeZone", "suspend"
# https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/cron-job-v1/
KEYS = (
    SCHEDULE, ZONE, SUSPEND, "concurrencyPolicy", "startingDeadlineSeconds", "jobTemplate",
    "successfulJobsHistoryLimit", "failedJobsHistoryLimit",
)  # fmt: skip
MOVES = frozenset((SCHEDULE, ZONE, SUSPEND))
"""The keys without which it isn't known when a CronJob runs."""

ALSO_MEANT = {"tz": ZONE, "zone": ZONE, "cron": SCHEDULE, "suspended": SUSPEND}
DEADLINE = "activeDeadlineSeconds"
"""The one key of a Job with a deadline in its name
(https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/job-v1/)."""

EVERY = "@every "


def read(text: str, path: str, source: Source) -> Imported:
    """Return the jobs of a file of manifests."""
    draft = Draft(source, path)
    for manifest in of_yaml.manifests(draft, text):
        kind = of_yaml.text(manifest.find("kind"))
        if kind == CRON_JOB:
            _job(draft, manifest)
        elif isinstance(manifest.value, dict):
            _tell_of_kind(draft, manifest, kind)
    return draft.imported()


def _tell_of_kind(draft: Draft, manifest: Node, kind: str) -> None:
    """Tell the draft of a manifest that isn't a CronJob and seems to be meant for one."""
    version = of_yaml.text(manifest.find("apiVersion"))
    is_of_group = version.startswith(GROUP) and kind not in OF_GROUP
    if is_of_group and not kind:
        why = f"it is of `{shown(version)}`, and has no `kind`"
    elif is_of_group and of_yaml.TEMPLATE in kind:
        why = "its `kind` is filled in by a template"
    elif is_of_group or kind.lower() == CRON_JOB.lower():
        why = f"its `kind` is `{shown(kind)}`, which Kubernetes doesn't know"
    else:
        return
    what = _what(manifest, "manifest")
    draft.leave(manifest.at("kind"), why, f"if it is a CronJob, write `kind: {CRON_JOB}`", what)


def _what(manifest: Node, kind: str) -> str:
    """Return how a message names a manifest."""
    name = of_yaml.text(manifest.find("metadata", "name"))
    return f"{kind} `{shown(name)}`" if name else f"a {kind}"


def _job(draft: Draft, manifest: Node) -> None:
    name, spec = manifest.find("metadata", "name"), manifest.find("spec")
    version = of_yaml.text(manifest.find("apiVersion"))
    what = _what(manifest, CRON_JOB)
    if version not in VERSIONS:
        why = f"its `apiVersion` is `{shown(version)}`" if version else "it has no `apiVersion`"
        why += f"; CronJobs are in {listing(VERSIONS)}"
        draft.leave(manifest.at("apiVersion"), why, f"write `apiVersion: {VERSIONS[0]}`", what)
        return
    if name is None or not of_yaml.text(name):
        draft.leave(manifest.at("metadata"), "it has no name", "write `metadata.name`", what)
        return
    if spec is not None and _is_misspelt(draft, spec, what):
        return
    if spec is None or not of_yaml.text(spec.find(SCHEDULE)):
        draft.leave(name.span, "it has no `schedule`", what=what)
        return
    if of_yaml.text(spec.find(SCHEDULE)).startswith(EVERY):
        _leave_every(draft, spec.entries[SCHEDULE], what)
        return
    ours = of_yaml.keys_of_ours(draft, what, manifest.find("metadata"))
    values = {**_values(spec), **ours}
    namespace = of_yaml.text(manifest.find("metadata", "namespace"))
    fields = {"name": of_yaml.text(name), "namespace": namespace or "default"}
    of_yaml.add(draft, what, "jobs", name, fields, values)
    _tell_of_deadlines(draft, spec, what)


def _is_misspelt(draft: Draft, spec: Node, what: str) -> bool:
    """Whether a key is misspelt that says when a CronJob runs; each wrong key is told.

    Kubernetes refuses such a manifest, or leaves the key out and runs it at another time, as who
    applies it asks for (https://kubernetes.io/docs/reference/using-api/api-concepts/,
    "Field validation"): so nobody knows when it runs.
    """
    moved = False
    for key in spec.entries:
        if key in KEYS:
            continue
        meant = ALSO_MEANT.get(key.lower()) or draft.meant(key, KEYS)
        hint = f"did you mean `{meant}`?" if meant else ""
        if meant in MOVES:
            moved = True
            told = "Kubernetes refuses it, or leaves the key out"
            message = f"{what} isn't imported: a CronJob has no `{shown(key)}`, and {told}"
            draft.wrong(spec.key(key), message, hint)
        else:
            why = "a CronJob has no such key"
            draft.leave(spec.key(key), why, hint, f"`{shown(key)}` of {what}")
    return moved


def _leave_every(draft: Draft, schedule: Node, what: str) -> None:
    """Leave out a CronJob that runs every so often.

    Kubernetes' controller counts on from the last run, and at first from when the CronJob was made
    (pkg/controller/cronjob/utils.go, mostRecentScheduleTime).
    """
    text = of_yaml.text(schedule)
    length = text.removeprefix(EVERY)
    if go_durations.parse(length) is None:
        why = f"`{shown(length)}` is no duration that Kubernetes takes"
        message = f"{what} isn't imported: {why}"
        draft.wrong(schedule.span, message, go_durations.hint(length))
        return
    why = f"`{shown(text)}` counts from when the CronJob was made, and no file tells when that is"
    hint = "write the minutes and hours, such as `0 * * * *`, to have it judged"
    draft.leave(schedule.span, why, hint, what)


def _tell_of_deadlines(draft: Draft, spec: Node, what: str) -> None:
    """Tell the draft of deadlines that are no good, or are misspelt."""
    deadline = spec.find("startingDeadlineSeconds")
    if deadline is not None and isinstance(deadline.value, int) and deadline.value < SURE_DEADLINE:
        why = f"below {SURE_DEADLINE} seconds Kubernetes may start no run at all"
        hint = f"give it {SURE_DEADLINE} seconds or more"
        draft.leave(deadline.span, why, hint, f"`startingDeadlineSeconds` of {what}")
    job = spec.find("jobTemplate", "spec")
    for key in job.entries if job is not None else ():
        is_like_it = "deadline" in key.lower() and not draft.is_told_enough
        if job is not None and is_like_it and key != DEADLINE:
            hint = f"did you mean `{DEADLINE}`?"
            draft.leave(job.key(key), "a Job has no such key", hint, f"`{shown(key)}` of {what}")


def _values(spec: Node) -> dict[str, object]:
    schedule, zone = spec.entries[SCHEDULE], _said(spec, ZONE)
    if zone is not None:
        schedule = schedule.saying({"cron": schedule, "timezone": zone})
    longest = spec.find("jobTemplate", "spec", DEADLINE)
    policy, suspend = _said(spec, "concurrencyPolicy"), _said(spec, SUSPEND)
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
