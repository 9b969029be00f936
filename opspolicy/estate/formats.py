"""The formats of others that can be read in place: what each is told, and how entries are named.

What reads them is a file each in `importers/`.
"""

from __future__ import annotations

from opspolicy.record import NamedTuple

AS, VENDOR, TAKES_DOWN = "as", "vendor", "takes_down"
WINDOWS, FREEZES, CALENDARS = "maintenance_windows", "freezes", "calendars"
INTO = (WINDOWS, FREEZES, CALENDARS)
"""What a source can say that its entries become."""

YAML = (".yaml", ".yml")


class Format(NamedTuple):
    """One format.

    ``name`` is how an entry is named where nobody says, made of ``fields``. ``settings`` are the
    keys of a source that mean something for it, beside those that all have. ``is_yaml`` is whether
    its files are YAML throughout, so that a comment in them can be addressed to this program.
    ``is_copy`` is whether they are copies of what somebody else has decided, which no edit changes.
    ``overlays`` is whether several files say one thing together; ``distinguish``, the name to give
    where several entries would have one. ``entry`` is what a source of it looks for; "" where there
    may well be none for a time, as of a vendor's maintenances.
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


FORMATS = {
    "alertmanager": Format(
        "Alertmanager's time intervals", "{name}", ("name",), entry="a time interval"
    ),
    "argocd": Format(
        "Argo CD's sync windows",
        "{project}-{kind}-{number}",
        ("project", "namespace", "kind", "number"),
        entry="a sync window",
    ),
    "backstage": Format(
        "Backstage catalogues",
        "{name}",
        ("name", "namespace", "kind"),
        distinguish="{kind}/{name}",
        entry="an entity that is a service or a team",
    ),
    "compose": Format(
        "Compose files",
        "{name}",
        ("name", "project"),
        overlays=True,
        distinguish="{project}/{name}",
        entry="a service",
    ),
    "crontab": Format("crontabs", "{name}", ("name", "user"), (), is_yaml=False, entry="a job"),
    "github-actions": Format(
        "GitHub Actions workflows", "{file}", ("name",), entry="a schedule of a workflow"
    ),
    "icalendar": Format(
        "iCalendar files",
        "{uid}",
        ("uid", "summary"),
        (AS, VENDOR, TAKES_DOWN),
        is_yaml=False,
        is_copy=True,
    ),
    "kubernetes": Format(
        "Kubernetes CronJobs",
        "{name}",
        ("name", "namespace"),
        distinguish="{namespace}/{name}",
        entry="a CronJob",
    ),
    "statuspage": Format(
        "a status page's scheduled maintenances",
        "{id}",
        ("id", "name"),
        (VENDOR, TAKES_DOWN),
        is_yaml=False,
        is_copy=True,
    ),
    "systemd": Format(
        "systemd timers", "{name}", ("name", "unit"), (), is_yaml=False, entry="a timer"
    ),
    "terraform": Format(
        "Terraform",
        "{address}",
        ("address", "name", "type", "module"),
        (),
        is_yaml=False,
        entry="a resource that is read",
    ),
}
"""By the name that a source gives."""

EVERYWHERE = ("file", "directory")
"""What any name may be made of: the file's name without its ending, and its directory's."""

WHOLE = "{file}"
"""How an entry is named that all of a file comes to: the calendar of an iCalendar file."""
