"""The formats of others that can be read in place: what each is told, and how entries are named.

What reads them is a file each in `importers/`.
"""

from __future__ import annotations

from types import MappingProxyType

from opspolicy.phrases import did_you_mean
from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

AS, VENDOR, TAKES_DOWN = "as", "vendor", "takes_down"
WINDOWS, FREEZES, CALENDARS = "maintenance_windows", "freezes", "calendars"
INTO = (WINDOWS, FREEZES, CALENDARS)
"""What a source can say that its entries become."""

YAML = (".yaml", ".yml")
ANNOTATION = "the annotation `opspolicy.dev/{key}: {value}`"
COMMENT = "the comment `# opspolicy: {key}={value}`"


class Format(NamedTuple):
    """One format.

    ``entry`` is what its files have one or more of. ``name`` is how an entry is named where nobody
    says, made of ``fields``. ``settings`` are the keys of a source that mean something for it,
    beside those that all have. ``is_yaml`` is whether its files are YAML throughout, so that a
    comment in them can be addressed to this program. ``is_copy`` is whether they are copies of what
    somebody else has decided, which no edit changes. ``overlays`` is whether several files say one
    thing together; ``distinguish``, the name to give where several entries would have one.
    ``is_told_apart`` is whether what reads it refuses files of anything else, so that one without
    an entry just has none. ``says`` is how some of our keys are said in it, with ``{value}``, as it
    goes on behind "add"; ``says_ours`` how all others are, with ``{key}``, where it has any place
    for them. ``words`` are its own keys for some of ours.
    """

    title: str
    entry: str
    name: str
    fields: tuple[str, ...]
    settings: tuple[str, ...] = ()
    is_yaml: bool = True
    is_copy: bool = False
    overlays: bool = False
    distinguish: str = ""
    is_told_apart: bool = False
    says: Mapping[str, str] = MappingProxyType({})
    says_ours: str = ""
    words: Mapping[str, str] = MappingProxyType({})


FORMATS = {
    "alertmanager": Format(
        "Alertmanager's time intervals",
        "a time interval of Alertmanager",
        "{name}",
        ("name",),
        says={"timezone": "`location: {value}`"},
        words={"timezone": "location"},
    ),
    "argocd": Format(
        "Argo CD's sync windows",
        "a sync window of Argo CD",
        "{project}-{kind}-{number}",
        ("project", "namespace", "kind", "number"),
        says={"timezone": "`timeZone: {value}`"},
        words={"timezone": "timeZone"},
    ),
    "backstage": Format(
        "Backstage catalogues",
        "a Backstage entity",
        "{name}",
        ("name", "namespace", "kind"),
        distinguish="{kind}/{name}",
        says_ours=ANNOTATION,
    ),
    "compose": Format(
        "Compose files",
        "a Compose service",
        "{name}",
        ("name", "project"),
        overlays=True,
        distinguish="{project}/{name}",
        is_told_apart=True,
    ),
    "crontab": Format(
        "crontabs",
        "a cron job",
        "{name}",
        ("name", "user"),
        is_yaml=False,
        is_told_apart=True,
        says={"timezone": "`CRON_TZ={value}` above it, if its cron follows that"},
        says_ours=f"{COMMENT} above it",
    ),
    "github-actions": Format(
        "GitHub Actions workflows",
        "a schedule of a GitHub Actions workflow",
        "{file}",
        ("name",),
        says={"timezone": "`timezone: {value}` beside its `cron`"},
    ),
    "icalendar": Format(
        "iCalendar files",
        "an event of iCalendar",
        "{uid}",
        ("uid", "summary"),
        (AS, VENDOR, TAKES_DOWN),
        is_yaml=False,
        is_copy=True,
        is_told_apart=True,
        words={"start": "DTSTART", "end": "DTEND", "duration": "DURATION"},
    ),
    "kubernetes": Format(
        "Kubernetes CronJobs",
        "a Kubernetes CronJob",
        "{name}",
        ("name", "namespace"),
        distinguish="{namespace}/{name}",
        says={
            "timezone": "`timeZone: {value}` to its `spec`",
            "suspended": "`suspend: {value}` to its `spec`",
        },
        says_ours=ANNOTATION,
        words={
            "timezone": "timeZone",
            "suspended": "suspend",
            "concurrency": "concurrencyPolicy",
            "max_duration": "activeDeadlineSeconds",
        },
    ),
    "statuspage": Format(
        "a status page's scheduled maintenances",
        "a scheduled maintenance of a status page",
        "{id}",
        ("id", "name"),
        (VENDOR, TAKES_DOWN),
        is_yaml=False,
        is_copy=True,
        is_told_apart=True,
        words={"start": "scheduled_for", "end": "scheduled_until"},
    ),
    "systemd": Format(
        "systemd timers",
        "a systemd timer",
        "{name}",
        ("name", "unit"),
        is_yaml=False,
        says={"timezone": "`{value}` at the end of its `OnCalendar=`"},
        says_ours=COMMENT,
        words={
            "on_calendar": "OnCalendar",
            "randomized_delay": "RandomizedDelaySec",
            "accuracy": "AccuracySec",
        },
    ),
    "terraform": Format(
        "Terraform",
        "a maintenance window, a backup window or a schedule of AWS",
        "{address}",
        ("address", "name", "type", "module"),
        is_yaml=False,
        is_told_apart=True,
        words={"timezone": "schedule_expression_timezone"},
    ),
}
"""By the name that a source gives."""

ALSO_CALLED = {
    "argo": "argocd",
    "argo-cd": "argocd",
    "cron": "crontab",
    "cronjob": "kubernetes",
    "cronjobs": "kubernetes",
    "docker": "compose",
    "docker-compose": "compose",
    "gha": "github-actions",
    "github": "github-actions",
    "ical": "icalendar",
    "ics": "icalendar",
    "k8s": "kubernetes",
    "kube": "kubernetes",
    "tf": "terraform",
    "timer": "systemd",
    "timers": "systemd",
}
"""Other names that people have for a format."""


def meant(name: str) -> str:
    """Return "did you mean `kubernetes`?" for `k8s`; nothing where nobody can tell."""
    known = ALSO_CALLED.get(name.strip().lower().replace("_", "-"))
    return f"did you mean `{known}`?" if known else did_you_mean(name, FORMATS)


EVERYWHERE = ("file", "directory")
"""What any name may be made of: the file's name without its ending, and its directory's."""

WHOLE = "{file}"
"""How an entry is named that all of a file comes to: the calendar of an iCalendar file."""
