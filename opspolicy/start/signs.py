"""Where the files of each format of others lie, and what they say."""

from __future__ import annotations

import re

from opspolicy.record import NamedTuple
from opspolicy.source.discovery import Glob

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    Patterns = Sequence[re.Pattern[str]]

EVERY_YAML = "*.{yaml,yml}"
EVERY_JSON = "*.json"
EVERY_NAME = "*"
GENERIC = frozenset((EVERY_YAML, EVERY_JSON, EVERY_NAME))
"""The names that say nothing of the format: they select in one directory, never everywhere."""

CRON_D = "cron.d"


class Sign(NamedTuple):
    """How files of one format are known.

    They lie where the globs ``lies`` say. One that holds an entry ``says`` all of these; any file
    of the format says ``kin``, such as a manifest that is no CronJob. ``names`` are the globs, in
    one directory, by which several of them are selected, the one that fits best first.
    """

    lies: tuple[str, ...]
    says: Patterns
    kin: Patterns
    names: tuple[str, ...] = (EVERY_YAML,)

    @property
    def is_anywhere(self) -> bool:
        """Whether its files may lie in any directory."""
        return self.lies[0].startswith("**/")


def _patterns(*texts: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(each, re.MULTILINE) for each in texts)


def _key(name: str, value: str = "") -> str:
    """Return what finds a key of YAML, anywhere on a line, and the beginning of its value."""
    return rf"(?<![\w/.-]){name}[\"']?[ \t]*:[ \t]*[\"']?{value}"


YAML = (f"**/{EVERY_YAML}",)
# Kustomize needs neither of the two keys in its own file.
MANIFEST = _patterns(
    r"^[\"']?(kind|apiVersion)[\"']?[ \t]*:|^(resources|bases|configMapGenerator):"
)
SIGNS: dict[str, Sign] = {
    "alertmanager": Sign(
        YAML,
        _patterns(_key("(mute_)?time_intervals"), _key("receivers")),
        _patterns(_key("(mute_)?time_intervals"), _key("receivers")),
    ),
    "argocd": Sign(
        YAML,
        _patterns(_key("kind", r"AppProject\b"), _key("syncWindows")),
        _patterns(_key("apiVersion", "argoproj[.]io/")),
    ),
    "backstage": Sign(
        YAML,
        _patterns(_key("apiVersion", "backstage[.]io/")),
        _patterns(_key("apiVersion", "backstage[.]io/")),
        ("catalog-info.{yaml,yml}", EVERY_YAML),
    ),
    "compose": Sign(
        ("**/{docker-,}compose*.{yaml,yml}",),
        _patterns(r"^[\"']?services[\"']?[ \t]*:"),
        _patterns(r"^[\"']?services[\"']?[ \t]*:"),
        ("compose*.{yaml,yml}", "docker-compose*.{yaml,yml}"),
    ),
    "crontab": Sign(
        ("**/crontab", "**/*.crontab", f"**/{CRON_D}/?*"),
        _patterns(r"^[ \t]*-?(@[a-z]+|[0-9*?~][^ \t\n]*([ \t]+[^ \t\n]+){4})[ \t]+[^ \t\n]"),
        _patterns(r"^[ \t]*-?(@[a-z]+|[0-9*?~][^ \t\n]*([ \t]+[^ \t\n]+){4})[ \t]+[^ \t\n]"),
        ("*.crontab", EVERY_NAME),
    ),
    "github-actions": Sign(
        (f".github/workflows/{EVERY_YAML}",),
        _patterns(_key("schedule"), _key("cron")),
        _patterns(_key("on")),
    ),
    "icalendar": Sign(
        ("**/*.ics",), _patterns("^BEGIN:VEVENT"), _patterns("^BEGIN:VCALENDAR"), ("*.ics",)
    ),
    "kubernetes": Sign(YAML, _patterns(_key("kind", r"CronJob\b")), MANIFEST),
    "statuspage": Sign(
        (f"**/{EVERY_JSON}",),
        _patterns('"scheduled_maintenances"'),
        _patterns('"scheduled_maintenances"'),
        (EVERY_JSON,),
    ),
    "systemd": Sign(("**/*.timer",), _patterns(r"^\[Timer\]"), (), ("*.timer",)),
    "terraform": Sign(("**/*.tf",), _patterns(r"^[ \t]*resource[ \t]+\"?aws_"), (), ("*.tf",)),
}
"""By the name of the format."""

BEFORE = {"kubernetes": ("backstage",)}
"""Formats whose files have what is kin to another, and are none of it."""

TEMPLATE = "{{"
FILLED_IN = re.compile(r"^[ \t]*(?:-[ \t]+)*(?:[\w.\"'/-]+:[ \t]+)?\{[{%]", re.MULTILINE)
"""A line, or a value, that a template fills in: YAML takes it for a mapping."""


def says(name: str, text: str) -> bool:
    """Whether a file of a format's name and place has an entry of it, as far as its text tells."""
    return all(each.search(text) for each in SIGNS[name].says)


def is_kin(name: str, text: str) -> bool:
    """Whether a file is of a format, with or without an entry."""
    others = any(is_kin(each, text) for each in BEFORE.get(name, ()))
    return not others and all(each.search(text) for each in SIGNS[name].kin)


def of_yaml(path: str, text: str) -> list[str]:
    """Return the formats that a YAML file is of, as far as its name and its text tell."""
    found = [name for name, sign in SIGNS.items() if Glob(sign.lies)(path) and says(name, text)]
    if not found and is_kin("kubernetes", text):
        return [""]
    return found
