"""When a sync window begins and how long it lasts, as Argo CD reads it.

It takes five fields through https://pkg.go.dev/github.com/robfig/cron/v3 without nicknames, and
durations through Go's `time.ParseDuration` (Argo CD's pkg/apis/application/v1alpha1/types.go,
SyncWindow.Validate). What it refuses stops every sync of the project's applications.
"""

from __future__ import annotations

from opspolicy.importers.shared import go_durations, of_yaml
from opspolicy.importers.shared.texts import shown
from opspolicy.temporal import durations
from opspolicy.temporal.cron_grammar import FIELDS, read
from opspolicy.temporal.dialects import CRON, FIVE, KUBERNETES
from opspolicy.temporal.recurrence import ScheduleError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.source.node import Node

# The library that Kubernetes has too, here without nicknames.
DIALECT = KUBERNETES._replace(name="argocd", title="Argo CD", nicknames={})
SCHEDULE, ZONE, DURATION = "schedule", "timeZone", "duration"
UTC = "UTC"
PREFIXES = ("TZ=", "CRON_TZ=")


class Untold(Exception):  # noqa: N818 - it is why a window is left out, and goes no further
    """Why a window can't be told in our terms: by which key, and what to do.

    ``is_wrong`` is whether Argo CD refuses it as well.
    """

    def __init__(self, key: str, why: str, hint: str, *, is_wrong: bool = False) -> None:
        """Say ``why`` of a ``key``."""
        super().__init__(why)
        self.key, self.why, self.hint, self.is_wrong = key, why, hint, is_wrong


def schedule(window: Node) -> Node:
    """Return when a window begins, in its zone, which is UTC where it names none; raises Untold."""
    node = window.entries[SCHEDULE]
    written = window.find(ZONE)
    zone: object = written if of_yaml.text(written) else UTC
    text = of_yaml.text(node)
    if text.startswith(PREFIXES):
        # robfig/cron's Parser.Parse takes a zone off the front.
        named, _, text = text.partition(" ")
        named = named.partition("=")[2]
        if zone is not UTC and of_yaml.text(written) != UTC:
            why = "its `schedule` and its `timeZone` both name a zone, and Argo CD moves it by both"
            raise Untold(SCHEDULE, why, f"leave `{PREFIXES[0]}{shown(named)}` out")
        zone = named
    text = text.strip()
    line = _line(text)
    cron: object = node if line.split() == of_yaml.text(node).split() else line
    return node.saying({"cron": cron, "timezone": zone})


def _line(text: str) -> str:
    """Return a cron line as windows of ours have it; raises Untold for what Argo CD refuses."""
    if text.startswith("@"):
        elsewhere = CRON.nicknames.get(text, "0 * * * *")
        why = f"Argo CD takes five fields here, and not `{shown(text)}`"
        raise Untold(SCHEDULE, why, f"write such as `{elsewhere}`", is_wrong=True)
    try:
        read(text, DIALECT)
    except ScheduleError as error:
        raise Untold(SCHEDULE, str(error), error.hint, is_wrong=True) from error
    return " ".join(
        ",".join(_item(name, item) for item in field.split(","))
        for name, field in zip(FIVE, text.split(), strict=True)
    )


def _item(name: str, item: str) -> str:
    """Return one item of a field: `?` is another `*`, and `5/15` runs to the field's end."""
    base, slash, step = item.partition("/")
    base = "*" if base == "?" else base
    if slash and base != "*" and "-" not in base:
        base = f"{base}-{FIELDS[name].high}"
    return f"{base}{slash}{step}"


def duration(window: Node) -> Node:
    """Return how long a window lasts; raises Untold."""
    node = window.entries[DURATION]
    text = of_yaml.text(node)
    length = go_durations.parse(text)
    if length is None:
        why = f"`{shown(text)}` is no duration that Argo CD takes"
        raise Untold(DURATION, why, go_durations.hint(text), is_wrong=True)
    if length <= 0:
        why = f"it lasts `{shown(text)}`, and so is never open"
        raise Untold(DURATION, why, "give it a length, or take the window out")
    seconds, rest = divmod(length, go_durations.NANOSECONDS)
    if rest:
        why = f"`{shown(text)}` ends within a second, and all is planned in whole ones"
        raise Untold(DURATION, why, f"write `{max(seconds, 1)}s`")
    # As it is written, where it means the same to us: `72h` isn't made `3d`.
    return node if _is_ours(text, seconds) else node.saying(durations.compact(seconds))


def _is_ours(text: str, seconds: int) -> bool:
    try:
        return durations.parse(text) == seconds
    except durations.DurationError:
        return False
