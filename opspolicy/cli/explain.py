"""Explain a schedule, in words and with its next starts, or a rule."""

from __future__ import annotations

from opspolicy import encode
from opspolicy.cli import options
from opspolicy.cli.console import AS_OF_VARIABLE, UsageError
from opspolicy.report import INCOMPLETE
from opspolicy.temporal.dialects import DIALECTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.cli.arguments import Given, Parser
    from opspolicy.cli.console import Console
    from opspolicy.config import Config
    from opspolicy.explain.schedule import Explanation, Question

SCHEDULE = "schedule"
MOST_STARTS = 1000
LABEL = len("  elsewhere: ")


def arguments(parser: Parser) -> None:
    """Add the options of `explain`."""
    parser.add_argument("target", nargs="+", metavar="TARGET",
                        help="`schedule EXPRESSION`, or a rule: a code or a name")  # fmt: skip
    options.add_estate(parser)
    parser.add_argument("--timezone", metavar="ZONE", help="the zone of its clock: Europe/Paris")
    parser.add_argument("--scheduler", choices=tuple(DIALECTS), help="what runs it")
    parser.add_argument("--start", metavar="INSTANT",
                        help="where `every 15m` and `FREQ=...` count from")  # fmt: skip
    parser.add_argument("--count", type=int, default=5, metavar="N", help="how many starts to show")
    parser.add_argument("--as-of", metavar="INSTANT", help="look from here instead of from now")
    parser.add_argument("--horizon", metavar="DURATION",
                        help="how far ahead to look for clock changes")  # fmt: skip
    parser.add_argument("--language", choices=("en", "fr"), default="en",
                        help="the language of what it means")  # fmt: skip
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print")


def run(given: Given, console: Console) -> int:
    """Print what was asked for; exit 2 for a schedule that is refused."""
    what, *rest = given.target
    if what != SCHEDULE:
        return _rule(given, console)
    if len(rest) != 1:
        fault = "too many words" if rest else "an expression is missing"
        message = f"{fault} after `schedule`: write one in quotes, as in `schedule '0 2 * * *'`"
        raise UsageError(message)
    settings = options.settings(given)
    for problem in settings.problems:
        span = problem.span
        console.complain(f"{span.file}:{span.line}:{span.column}: {problem.message}")
    if settings.problems:
        return INCOMPLETE
    explanation = _explained(_question(given, settings, rest[0], console))
    if given.format == "json":
        import json  # noqa: PLC0415 - only for this format

        from opspolicy.explain.document import document  # noqa: PLC0415

        console.write(json.dumps(document(explanation), indent=2) + "\n")
    else:
        console.write("\n".join(_lines(explanation, given.language, console.width)) + "\n")
    return 0 if explanation.schedule is not None else INCOMPLETE


def _rule(given: Given, console: Console) -> int:
    """Print a rule's manual page, as `opspolicy rules` does."""
    from opspolicy.cli import rules  # noqa: PLC0415 - only to explain one

    (given.rule, *rest) = given.target
    if rest:
        hint = "write `schedule '0 2 * * *'`, or a rule such as `OPS301`"
        message = f"`{given.rule} {rest[0]}` can't be explained: {hint}"
        raise UsageError(message)
    return rules.run(given, console)


def _question(given: Given, settings: Config, expression: str, console: Console) -> Question:
    from opspolicy.explain import schedule  # noqa: PLC0415 - only for a schedule
    from opspolicy.explain.expression import is_on_calendar  # noqa: PLC0415

    if not 0 <= given.count <= MOST_STARTS:
        message = f"--count {given.count}: 0 to {MOST_STARTS:,} starts can be shown"
        raise UsageError(message)
    scheduler = given.scheduler or settings.defaults.scheduler
    if given.scheduler is None and is_on_calendar(expression.strip(" "), None):
        # Calendar expressions are systemd's, whatever the defaults say.
        scheduler = "systemd"
    if given.timezone == "":
        message = "--timezone is empty: name a zone, such as Europe/Paris"
        raise UsageError(message)
    named = ((given.timezone, schedule.GIVEN), (settings.defaults.timezone, schedule.CONFIGURED))
    own = schedule.OF_SCHEDULER if scheduler == "github-actions" else schedule.ASSUMED
    timezone, zone_from = next((each for each in named if each[0] is not None), ("UTC", own))
    as_of = options.as_of(given.as_of or console.environment.get(AS_OF_VARIABLE), console)
    until = as_of + (options.horizon(given.horizon) or settings.horizon)
    return schedule.Question(
        expression, timezone or "UTC", zone_from, scheduler, given.start, given.count, as_of, until
    )


def _explained(question: Question) -> Explanation:
    from opspolicy.explain import schedule  # noqa: PLC0415 - only for a schedule
    from opspolicy.temporal.recurrence import ScheduleError  # noqa: PLC0415

    try:
        return schedule.explain(question)
    except ScheduleError as error:
        told = f"{error}; {error.hint}" if error.hint else str(error)
        raise UsageError(told) from error


def _lines(explanation: Explanation, language: str, width: int) -> list[str]:
    """Return the explanation in lines of so many columns."""
    from opspolicy.explain.text import paragraphs  # noqa: PLC0415 - only for this format
    from opspolicy.temporal import zones  # noqa: PLC0415
    from opspolicy.temporal.instants import clock  # noqa: PLC0415

    lines = [encode.terminal(explanation.question.expression), ""]
    for label, paragraph in paragraphs(explanation, language):
        lead = f"  {label}:".ljust(LABEL)
        for each in paragraph:
            for line in encode.wrap(encode.terminal(each), width - LABEL) or [""]:
                lines.append(f"{lead}{line}".rstrip())
                lead = " " * LABEL
    question = explanation.question
    looked = f"Looked from {clock(question.as_of)} to {clock(question.until)} UTC"
    return [*lines, "", *encode.wrap(f"{looked}, with tzdata {zones.VERSION}.", width)]
