"""What a policy of the rule `custom` demands, as it is written."""

from __future__ import annotations

from opspolicy import encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from opspolicy.policy.policies import Policy

SUBJECTS = {
    "outage": "each outage of a service",
    "run": "each run of a job",
    "service": "each service",
    "job": "each job",
    "maintenance_window": "each maintenance window",
}


INDENT = "  "
"""What lines of a policy begin with, and no others."""


def page(policy: Policy) -> str:
    """Return the lines that tell a policy, as those of a rule's manual page do."""
    return "\n".join(_lines(policy)) + "\n"


def markdown(policy: Policy) -> str:
    """Return the same as Markdown in which what a policy says is nothing more than text."""
    title, *lines = _lines(policy)
    found = [f"### {encode.markdown(title)}"]
    code: list[str] = []
    for line in [*lines, ""]:
        if line.startswith(INDENT):
            code.append(line.removeprefix(INDENT))
            continue
        if code:
            found += ["", *encode.fenced("\n".join(code), "text")]
            code = []
        if line:
            found += ["", encode.markdown(line)]
    return "\n".join(found) + "\n"


def document(policy: Policy) -> dict[str, Any]:
    """Return a policy as JSON: the shape of `schemas/policy-explanation.schema.json`, version 1."""
    from opspolicy.envelope import located, tool  # noqa: PLC0415 - only for this format

    options, place = policy.options, policy.place
    parameters = options.get("parameters")
    return {
        "version": 1,
        "tool": tool(),
        "policy": policy.name,
        "rule": policy.rule,
        "locked": policy.locked,
        "place": place and located(place),
        **{key: options.get(key) for key in ("for_each", "where", "assert", "message", "hint")},
        "parameters": parameters if isinstance(parameters, dict) else {},
        "layers": [
            {
                "severity": layer.severity,
                "scope": {
                    key: list(names)
                    for key, names in layer.scope._asdict().items()
                    if names is not None
                },
            }
            for layer in policy.layers
        ],
    }


def _lines(policy: Policy) -> Iterator[str]:
    options = policy.options
    severities = "/".join(dict.fromkeys(layer.severity for layer in policy.layers))
    locked = ", locked" if policy.locked else ""
    place = f"{policy.place.file}:{policy.place.line}" if policy.place else policy.origin
    yield f"policy {policy.name} (custom, {severities}{locked}), {place}"
    yield ""
    yield f"For {SUBJECTS[str(options['for_each'])]}"
    if "where" in options:
        yield from _block("of which this is true,", options["where"])
    yield from _block("this has to be true:", options["assert"])
    yield from _block("Else it says:", options["message"])
    if "hint" in options:
        yield from _block("And what to do:", options["hint"])
    parameters = options.get("parameters")
    if isinstance(parameters, dict):
        yield ""
        yield "Its parameters:"
        yield from (f"  params.{name} = {_shown(each)}" for name, each in parameters.items())
    scopes = [layer.scope for layer in policy.layers if not layer.scope.is_everything]
    if scopes:
        yield ""
        yield "It is only for"
        for scope in scopes:
            parts = [
                f"{key}: {_shown(names)}"
                for key, names in scope._asdict().items()
                if names is not None
            ]
            yield f"  {'; '.join(parts)}"
    yield ""
    yield "`opspolicy rules custom` tells what such a policy is; docs/custom-rules.md, its fields."


def _block(title: str, text: object) -> Iterator[str]:
    yield title
    yield from (f"  {line}" for line in str(text).rstrip("\n").split("\n"))


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(_shown(each) for each in value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return encode.scalar(str(value))
