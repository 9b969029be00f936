"""Print the effective configuration and where each value came from."""

from __future__ import annotations

from typing import Any

from opspolicy import encode
from opspolicy.cli import options, variables
from opspolicy.config import DEFAULT
from opspolicy.estate.vocabulary import FAIL_ON
from opspolicy.record import NamedTuple
from opspolicy.report import INCOMPLETE
from opspolicy.rules import load
from opspolicy.source import as_yaml
from opspolicy.source.discovery import effective_include
from opspolicy.source.reading import Root
from opspolicy.temporal import durations
from opspolicy.temporal.instants import rfc3339

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.cli.arguments import Given, Parser
    from opspolicy.cli.console import Console
    from opspolicy.config import Config
    from opspolicy.estate.sources import Source
    from opspolicy.policy.policies import Policy


class Row(NamedTuple):
    """A value, who has said it, and on which line where that is a file.

    ``without`` is the word for a value that there isn't.
    """

    key: str
    value: Any
    origin: str = DEFAULT
    line: int | None = None
    without: str = "none"


def arguments(parser: Parser) -> None:
    """Add the options of `config`."""
    options.add_estate(parser)
    options.add_time(parser)
    parser.add_argument("--fail-on", choices=FAIL_ON, help="the least severity that exits 1")
    parser.add_argument("--base", metavar="REF", help="what a check would be compared with")
    options.add_cache(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print")


def run(given: Given, console: Console) -> int:
    """Print the configuration; exit 2 when it can't be read."""
    settings = options.settings(given)
    if settings.problems:
        console.complain_of(settings.problems)
        return INCOMPLETE
    rows = [*_configured(settings, given), *_of_the_run(given, console)]
    if given.format == "json":
        document = {
            "root": settings.root,
            "file": settings.path,
            "values": {
                each.key: {"value": each.value, "origin": each.origin, "line": each.line}
                for each in rows
            },
            "policies": {name: _policy(each) for name, each in sorted(settings.policies.items())},
        }
        console.write_json(document)
        return 0
    lines = [f"root: {settings.root}", f"file: {_file(settings, given)}", ""]
    lines += [line for each in rows for line in _lines(each)]
    lines += ["", "policies:"]
    for name, policy in sorted(settings.policies.items()):
        named = f"{name} ({policy.rule})" if name != policy.rule else name
        lines += [
            f"  {named}: {layer.severity}  # {_notes(layer, elsewhere=layer is not policy)}"
            for layer in policy.layers
        ]
    console.write("\n".join(encode.terminal(line) for line in lines) + "\n")
    return 0


def _file(settings: Config, given: Given) -> str:
    """Return the name of the file, and who named it, where anybody has."""
    if settings.path is None:
        return "none, the defaults hold"
    named = given.config is not None
    return f"{settings.path}  # {options.source(given, '--config')}" if named else settings.path


def _lines(row: Row) -> Iterator[str]:
    """Yield a value as YAML, with who has said it; a list of mappings takes several lines."""
    origin = f"  # {row.origin}{f':{row.line}' if row.line else ''}"
    if isinstance(row.value, list) and any(isinstance(each, dict) for each in row.value):
        first, *rest = as_yaml.lines({row.key: row.value})
        yield f"{first}{origin}"
        yield from rest
        return
    shown = row.without if row.value is None else _shown(row.value)
    yield f"{row.key}: {shown}{origin}"


def _notes(policy: Policy, *, elsewhere: bool) -> str:
    notes = [policy.origin]
    rule = load(policy.rule)
    if rule is not None and rule.incomplete:
        notes.append("can't be silenced")
    if policy.locked:
        notes.append("locked")
    if not policy.scope.is_everything:
        notes.append(f"for {_shown(_scope(policy))}")
    elif elsewhere:
        notes.append("elsewhere")
    return ", ".join(notes)


def _scope(policy: Policy) -> dict[str, list[str]]:
    return {key: list(names) for key, names in policy.scope._asdict().items() if names is not None}


def _configured(settings: Config, given: Given) -> list[Row]:
    """Return what a configuration can say, and who has said it here."""
    defaults = settings.defaults
    values = [
        ("include", list(effective_include(Root(settings.root), settings.patterns))),
        ("exclude", list(settings.patterns.exclude)),
        ("extends", list(settings.packs)),
        ("policies", list(settings.patterns.policies)),
        ("horizon", durations.compact(options.horizon(given) or settings.horizon)),
        (
            "defaults",
            {
                key: value
                for key, value in (
                    ("owner", defaults.owner),
                    ("timezone", defaults.timezone),
                    ("scheduler", defaults.scheduler),
                )
                if value is not None
            },
        ),
        ("fail_on", given.fail_on or settings.fail_on),
        ("sources", [_source(each) for each in settings.sources]),
    ]
    beats = {"horizon": given.horizon, "fail_on": given.fail_on}
    rows: list[Row] = []
    for key, value in values:
        if beats.get(key) is not None:
            rows.append(Row(key, value, options.source(given, f"--{key.replace('_', '-')}")))
        elif key in settings.origins:
            rows.append(Row(key, value, settings.origins[key], _line_of(settings, key)))
        else:
            rows.append(Row(key, value))
    return rows


def _source(source: Source) -> dict[str, Any]:
    """Return what a source says, with how its entries are named."""
    said = source.defaults
    defaults = {"owner": said.owner, "timezone": said.timezone, "scheduler": said.scheduler}
    found = {
        "format": source.format,
        "paths": list(source.paths),
        "exclude": list(source.exclude),
        "name": source.names,
        "defaults": {key: each for key, each in defaults.items() if each is not None},
        "as": source.into,
        "vendor": source.vendor,
        "takes_down": list(source.takes_down),
    }
    return {key: each for key, each in found.items() if each}


def _of_the_run(given: Given, console: Console) -> list[Row]:
    """Return what is said of a run alone, by an option or a variable."""
    as_of = None if given.as_of is None else rfc3339(options.as_of(given, console))
    form = variables.value(variables.FORMAT, console.environment)
    directory, name = console.cache_from()
    if given.no_cache:
        cache = Row("cache", None, options.source(given, "--no-cache"))
    else:
        cache = Row("cache", directory, name or DEFAULT)
    return [
        Row("as_of", as_of, _said(given, "--as-of"), without="now"),
        Row("base", given.base, _said(given, "--base")),
        Row("format", form or "text", variables.FORMAT.name if form else DEFAULT),
        cache,
    ]


def _said(given: Given, option: str) -> str:
    """Return who has said the value of an option, if anybody has."""
    value = getattr(given, option.lstrip("-").replace("-", "_"))
    return DEFAULT if value is None else options.source(given, option)


def _line_of(settings: Config, key: str) -> int | None:
    """Return the line of the configuration that says a value."""
    for file in settings.files:
        if file.path == settings.path:
            for document in file.documents:
                if key in document.entries:
                    return document.key(key).line
    return None


def _policy(policy: Policy) -> dict[str, Any]:
    return {
        "rule": policy.rule,
        "severity": policy.severity,
        "locked": policy.locked,
        "scope": _scope(policy),
        "options": dict(policy.options),
        "origin": policy.origin,
        "elsewhere": _policy(policy.outside) if policy.outside is not None else None,
    }


def _shown(value: object) -> str:
    """Return a value as YAML would have it, on one line."""
    if isinstance(value, list):
        return f"[{', '.join(_shown(each) for each in value)}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_shown(each)}" for key, each in value.items()) + "}"
    return encode.scalar(str(value))
