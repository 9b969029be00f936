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

    ``name`` is how an entry is named where nobody says, made of ``fields``. ``settings`` are the
    keys of a source that mean something for it, beside those that all have. ``is_yaml`` is whether
    its files are YAML throughout, so that a comment in them can be addressed to this program.
    ``is_copy`` is whether they are copies of what somebody else has decided, which no edit changes.
    ``overlays`` is whether several files say one thing together; ``distinguish``, the name to give
    where several entries would have one. ``entry`` is what is looked for in a file of it; "" where
    there may well be none for a time, as of a vendor's maintenances.

    ``says`` is how some of our keys are said in it, with ``{value}``, as it goes on behind "add";
    ``says_ours`` how all others are, with ``{key}``, where it has any place for them. ``words`` are
    its own keys for some of ours.
    """

    title: str
    name: str
    fields: tuple[str, ...]
    settings: tuple[str, ...] = ()
    is_yaml: bool = True
    is_copy: bool = False
    overlays: bool = False
    distinguish: str = ""
    entry: str = ""
    says: Mapping[str, str] = MappingProxyType({})
    says_ours: str = ""
    words: Mapping[str, str] = MappingProxyType({})


FORMATS = {
    "alertmanager": Format(
        "Alertmanager's time intervals",
        "{name}",
        ("name",),
        entry="a time interval of Alertmanager",
        says={"timezone": "`location: {value}`"},
        words={"timezone": "location"},
    ),
    "argocd": Format(
        "Argo CD's sync windows",
        "{project}-{kind}-{number}",
        ("project", "namespace", "kind", "number"),
        entry="a sync window of Argo CD",
        says={"timezone": "`timeZone: {value}`"},
        words={"timezone": "timeZone"},
    ),
    "backstage": Format(
        "Backstage catalogues",
        "{name}",
        ("name", "namespace", "kind"),
        distinguish="{kind}/{name}",
        entry="a service or a team of Backstage",
        says_ours=ANNOTATION,
    ),
    "compose": Format(
        "Compose files",
        "{name}",
        ("name", "project"),
        overlays=True,
        distinguish="{project}/{name}",
        entry="a Compose service",
    ),
    "crontab": Format(
        "crontabs",
        "{name}",
        ("name", "user"),
        is_yaml=False,
        entry="a cron job",
        says={"timezone": "`CRON_TZ={value}` above it, if its cron follows that"},
        says_ours=f"{COMMENT} above it",
    ),
    "github-actions": Format(
        "GitHub Actions workflows",
        "{file}",
        ("name",),
        entry="a schedule of a GitHub Actions workflow",
        says={"timezone": "`timezone: {value}` beside its `cron`"},
    ),
    "icalendar": Format(
        "iCalendar files",
        "{uid}",
        ("uid", "summary"),
        (AS, VENDOR, TAKES_DOWN),
        is_yaml=False,
        is_copy=True,
        words={"start": "DTSTART", "end": "DTEND", "duration": "DURATION"},
    ),
    "kubernetes": Format(
        "Kubernetes CronJobs",
        "{name}",
        ("name", "namespace"),
        distinguish="{namespace}/{name}",
        entry="a Kubernetes CronJob",
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
        "{id}",
        ("id", "name"),
        (VENDOR, TAKES_DOWN),
        is_yaml=False,
        is_copy=True,
        words={"start": "scheduled_for", "end": "scheduled_until"},
    ),
    "systemd": Format(
        "systemd timers",
        "{name}",
        ("name", "unit"),
        is_yaml=False,
        entry="a systemd timer",
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
        "{address}",
        ("address", "name", "type", "module"),
        is_yaml=False,
        entry="a window or a schedule of AWS",
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
