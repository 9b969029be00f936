"""Print the effective configuration and where each value came from."""

from __future__ import annotations

from typing import Any

from opspolicy import encode
from opspolicy.cli import options
from opspolicy.config import DEFAULT
from opspolicy.report import INCOMPLETE
from opspolicy.rules import load
from opspolicy.source.discovery import effective_include
from opspolicy.source.reading import Root
from opspolicy.temporal import durations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.cli.arguments import Given, Parser
    from opspolicy.cli.console import Console
    from opspolicy.config import Config
    from opspolicy.policy.policies import Policy


def arguments(parser: Parser) -> None:
    """Add the options of `config`."""
    options.add_estate(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print")


def run(given: Given, console: Console) -> int:
    """Print the configuration; exit 2 when it can't be read."""
    settings = options.settings(given)
    if settings.problems:
        console.complain_of(settings.problems)
        return INCOMPLETE
    rows = _rows(settings)
    if given.format == "json":
        document = {
            "root": settings.root,
            "file": settings.path,
            "values": {key: {"value": value, "origin": origin} for key, value, origin in rows},
            "policies": {name: _policy(each) for name, each in sorted(settings.policies.items())},
        }
        console.write_json(document)
        return 0
    lines = [f"root: {settings.root}", f"file: {settings.path or 'none, the defaults hold'}", ""]
    lines += [f"{key}: {_shown(value)}  # {origin}" for key, value, origin in rows]
    lines += ["", "policies:"]
    for name, policy in sorted(settings.policies.items()):
        named = f"{name} ({policy.rule})" if name != policy.rule else name
        lines += [
            f"  {named}: {layer.severity}  # {_notes(layer, elsewhere=layer is not policy)}"
            for layer in policy.layers
        ]
    console.write("\n".join(encode.terminal(line) for line in lines) + "\n")
    return 0


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


def _rows(settings: Config) -> list[tuple[str, Any, str]]:
    defaults = settings.defaults
    values = [
        ("include", list(effective_include(Root(settings.root), settings.patterns))),
        ("exclude", list(settings.patterns.exclude)),
        ("extends", list(settings.packs)),
        ("policies", list(settings.patterns.policies)),
        ("horizon", durations.compact(settings.horizon)),
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
        ("fail_on", settings.fail_on),
    ]
    return [(key, value, settings.origins.get(key, DEFAULT)) for key, value in values]


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
