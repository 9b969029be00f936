"""The formats of others that can be read in place: what each is told, and how entries are named.

What reads them is a file each in `importers/`.
"""

from __future__ import annotations

from opspolicy.record import NamedTuple

AS, VENDOR, TAKES_DOWN = "as", "vendor", "takes_down"


class Format(NamedTuple):
    """One format.

    ``name`` is how an entry is named where nobody says, made of ``fields``. ``settings`` are the
    keys of a source that mean something for it, beside those that all have.
    """

    title: str
    name: str
    fields: tuple[str, ...]
    settings: tuple[str, ...] = ()


FORMATS = {
    "kubernetes": Format("Kubernetes CronJobs", "{name}", ("name", "namespace")),
}
"""By the name that a source gives."""

EVERYWHERE = ("file", "directory")
"""What any name may be made of: the file's name without its ending, and its directory's."""
