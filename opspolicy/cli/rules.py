"""List the rules, or print the manual page of one."""

from __future__ import annotations

from opspolicy import rules
from opspolicy.cli import options
from opspolicy.cli.console import UsageError
from opspolicy.phrases import did_you_mean
from opspolicy.report import INCOMPLETE
from opspolicy.rules.base import CUSTOM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from opspolicy.cli.arguments import Given, Parser
    from opspolicy.cli.console import Console
    from opspolicy.config import Config
    from opspolicy.policy.policies import Policy
    from opspolicy.rules.base import Rule


def arguments(parser: Parser) -> None:
    """Add the options of `rules`."""
    parser.add_argument("rule", nargs="?", metavar="RULE", help="a code or a name")
    options.add_estate(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print")


def run(given: Given, console: Console) -> int:
    """Print what was asked for; exit 2 when the configuration can't be read."""
    settings = options.settings(given)
    if given.rule is not None:
        return print_one(given, settings, console)
    console.complain_of(settings.problems)
    listed = rules.every()
    if given.format == "json":
        console.write_json(_document(listed, settings))
    else:
        console.write(_table(listed, settings))
    return INCOMPLETE if settings.problems else 0


def print_one(given: Given, settings: Config, console: Console) -> int:
    """Print the manual page of the rule that was named; its severities need the configuration."""
    console.complain_of(settings.problems)
    policy = settings.policies.get(given.rule)
    name = policy.rule if policy is not None else given.rule
    found = [
        rule for rule in rules.every() if name.upper() == rule.code or name.lower() == rule.slug
    ]
    if not found:
        raise UsageError(_unknown(given.rule))
    if policy is not None and policy.rule == CUSTOM:
        _print_policy(policy, given.format, console)
    elif given.format == "json":
        console.write_json(_document(found, settings))
    elif given.format == "html":
        from opspolicy.output.page import story  # noqa: PLC0415 - only for this format

        console.write(story.of_markdown(found[0].slug, f"# {_page(found[0], settings)}"))
    else:
        console.write(_page(found[0], settings))
    return INCOMPLETE if settings.problems else 0


def _print_policy(policy: Policy, chosen: str, console: Console) -> None:
    """Print a policy of the team's own, of which every text may be a stranger's."""
    from opspolicy import encode  # noqa: PLC0415 - for who has rules of their own
    from opspolicy.explain import policy as story  # noqa: PLC0415

    if chosen == "json":
        console.write_json(story.document(policy))
    elif chosen == "markdown":
        console.write(story.markdown(policy))
    elif chosen == "html":
        from opspolicy.output.page import story as pages  # noqa: PLC0415 - only for this format

        console.write(pages.of_markdown(policy.name, story.markdown(policy)))
    else:
        console.write(encode.lines(story.page(policy)))


def _severity(rule: Rule, settings: Config) -> str:
    """Return how severe a rule is under the configuration that holds here, scopes aside."""
    policy = settings.policies.get(rule.slug)
    # Every pack has every rule, so one is only missing when the configuration can't be read.
    return policy.widest.severity if policy is not None else rule.severity


def _severities(rule: Rule, settings: Config) -> str:
    """Return all that policies make of a rule here: `error`, or `off/warning` with one of ours."""
    if rule.incomplete:
        return "error (2)"
    others = [
        layer.severity
        for policy in settings.policies.values()
        if policy.rule == rule.slug
        for layer in policy.layers
    ]
    return "/".join(dict.fromkeys([_severity(rule, settings), *others]))


def _table(listed: list[Rule], settings: Config) -> str:
    width = max(len(rule.slug) for rule in listed)
    severities = [_severities(rule, settings) for rule in listed]
    column = max(len(each) for each in severities)
    rows = [
        f"{rule.code}  {rule.slug:<{width}}  {severity:<{column}}  {rule.summary}"
        for rule, severity in zip(listed, severities, strict=True)
    ]
    return "\n".join(rows) + "\n"


def _page(rule: Rule, settings: Config) -> str:
    severity = _severities(rule, settings)
    if rule.incomplete:
        severity = "error; the verdict is incomplete, exit 2"
    return f"{rule.code} {rule.slug} ({severity})\n\n{rule.doc.strip()}\n"


def _document(listed: list[Rule], settings: Config) -> list[dict[str, Any]]:
    return [
        {
            "code": rule.code,
            "rule": rule.slug,
            "severity": _severity(rule, settings),
            "incomplete": rule.incomplete,
            "summary": rule.summary,
            "documentation": rule.doc.strip(),
            "options": {name: shape.schema() for name, shape in rule.options.items()},
        }
        for rule in listed
    ]


def _unknown(name: str) -> str:
    known = [each for rule in rules.every() for each in (rule.slug, rule.code)]
    hint = did_you_mean(name, known) or "`opspolicy rules` lists them"
    return f"there is no rule `{name}`; {hint}"
