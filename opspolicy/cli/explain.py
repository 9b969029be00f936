"""Explain a finding, a service, a job, a window, a vendor, an instant, a schedule or a rule."""

from __future__ import annotations

from opspolicy import rules
from opspolicy.cli import options, schedules, stories
from opspolicy.cli.console import UsageError
from opspolicy.report import INCOMPLETE
from opspolicy.temporal.dialects import DIALECTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.cli.arguments import Given, Parser
    from opspolicy.cli.console import Console
    from opspolicy.config import Config
    from opspolicy.explain.scene import Scene
    from opspolicy.explain.story import Story

SCHEDULE = "schedule"


def arguments(parser: Parser) -> None:
    """Add the options of `explain`."""
    parser.add_argument("target", nargs="*", metavar="TARGET",
                        help="a finding such as `ops-7f3c91d2`, `service/NAME`, `job/NAME`,"
                        " `maintenance_window/NAME`, `vendor/NAME`, a rule, or `schedule"
                        " EXPRESSION`")  # fmt: skip
    options.add_estate(parser)
    parser.add_argument("--at", metavar="INSTANT",
                        help="how a service, a job or a window fares then; all of them, without"
                        " a target")  # fmt: skip
    parser.add_argument(
        "--timezone", metavar="ZONE", help="the zone of a schedule's clock: Europe/Paris"
    )
    parser.add_argument("--scheduler", choices=tuple(DIALECTS), help="what runs a schedule")
    parser.add_argument("--start", metavar="INSTANT",
                        help="where `every 15m` and `FREQ=...` count from")  # fmt: skip
    parser.add_argument(
        "--count", type=int, metavar="N", help="how many starts of a schedule to show"
    )
    options.add_time(parser)
    options.add_what_if(parser)
    parser.add_argument("--language", choices=("en", "fr"),
                        help="the language of what a schedule means")  # fmt: skip
    parser.add_argument("--format", choices=stories.FORMATS, default="text",
                        help="how to print")  # fmt: skip
    parser.add_argument("--base", metavar="REF",
                        help="what the change is compared with, without a target")  # fmt: skip
    options.add_cache(parser)
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    parser.add_argument("-v", "--verbose", action="store_true", help="all there is to say")


def run(given: Given, console: Console) -> int:
    """Print what was asked for; exit 2 for what can't be told, or not in whole."""
    what, *rest = given.target or [""]
    if given.base is not None and (what or given.at is not None):
        message = "--base is for explaining a change, without a target"
        raise UsageError(message)
    if what == SCHEDULE or not (what or given.at):
        _refuse_assumptions(given, "a change" if not what else "a schedule")
    if what == SCHEDULE:
        return schedules.run(given, rest, console)
    _refuse_of_schedules(given)
    if rest:
        hint = "write `schedule '0 2 * * *'`, or one target such as `service/portal`"
        message = f"`{what} {rest[0]}` can't be explained: {hint}"
        raise UsageError(message)
    if not what and given.at is None:
        return _change(given, console)
    settings = options.settings(given, options.cache(given, console))
    if what and given.at is None and _is_rule(what, settings):
        from opspolicy.cli import rules as pages  # noqa: PLC0415 - only to explain one

        _refuse_assumptions(given, "a rule")
        given.rule = what
        return pages.print_one(given, settings, console)
    if settings.problems:
        console.complain_of(settings.problems)
        return INCOMPLETE
    told = _story(_scene(given, settings, console), what, given.at, settings)
    _show(told, given, console)
    return INCOMPLETE if told.gaps else 0


def _refuse_of_schedules(given: Given) -> None:
    """Refuse what only says how a schedule is read: whoever writes it expects another answer."""
    for name in schedules.ONLY:
        if getattr(given, name) is not None:
            message = f"--{name} is for `explain schedule` only"
            if name == "timezone" and given.at is not None:
                message += ": write --at with its offset, as in 2027-10-09T06:00-04:00"
            raise UsageError(message)


def _refuse_assumptions(given: Given, what: str) -> None:
    """Refuse what would have no say in what is asked for."""
    if given.delay or given.extend or given.down:
        message = (
            f"--delay, --extend and --down are for a service, a job, a window, a vendor or a"
            f" finding, not for {what}"
        )
        raise UsageError(message)


def _change(given: Given, console: Console) -> int:
    """Explain what the working tree changes, as `opspolicy diff` does."""
    from opspolicy.cli import diff  # noqa: PLC0415 - only to compare

    found = diff.comparison(given, console, given.base, None)
    diff.show(given, console, found, None)
    return INCOMPLETE if not found.report.complete else 0


def _is_rule(name: str, settings: Config) -> bool:
    """Whether a target names a rule, by its code, its name or that of a policy."""
    named = {each for rule in rules.every() for each in (rule.code, rule.slug)}
    return name in settings.policies or not named.isdisjoint({name.upper(), name.lower()})


def _scene(given: Given, settings: Config, console: Console) -> Scene:
    """Judge the estate as a check does, and return what stories are told from."""
    from opspolicy import app  # noqa: PLC0415 - not for a schedule or a rule
    from opspolicy.explain.scene import scene  # noqa: PLC0415

    request = app.Request(
        options.as_of(given, console),
        options.horizon(given),
        cache=options.cache(given, console),
        what_if=options.what_if(given),
    )
    try:
        report = app.run(settings, (), request)
    except app.Unassumable as error:
        raise UsageError(str(error)) from error
    if report.nothing_matched:
        message = f"no file matched {report.nothing_matched}: there is nothing to explain"
        raise UsageError(message)
    where = options.again(given)
    return scene(report, verbose=given.verbose, where=where)


def _story(scene: Scene, what: str, at: str | None, settings: Config) -> Story:
    from opspolicy.explain import ask  # noqa: PLC0415 - not for a schedule or a rule
    from opspolicy.explain.targets import TargetError  # noqa: PLC0415

    try:
        return ask.story(scene, what, at, settings.defaults.timezone or "UTC")
    except TargetError as error:
        raise UsageError(str(error)) from error


def _show(told: Story, given: Given, console: Console) -> None:
    """Print a story in the format asked for."""
    if given.format == "json":
        from opspolicy.explain import as_json  # noqa: PLC0415 - only for this format

        console.write_json(as_json.document(told))
        return
    stories.show(told, given, console)
