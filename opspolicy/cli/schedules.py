"""What `explain schedule` prints: a schedule in words, with its next starts."""

from __future__ import annotations

from opspolicy import encode
from opspolicy.cli import options
from opspolicy.cli.console import UsageError
from opspolicy.phrases import with_hint
from opspolicy.report import INCOMPLETE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from opspolicy.cli.arguments import Given
    from opspolicy.cli.console import Console
    from opspolicy.config import Config
    from opspolicy.explain.schedule import Explanation, Question

ONLY = ("timezone", "scheduler", "start", "count", "language")
"""The options that nothing else has that can be explained."""

MOST_STARTS = 1000
STARTS = 5
LANGUAGE = "en"
LABEL = len("  elsewhere: ")


def run(given: Given, words: Sequence[str], console: Console) -> int:
    """Print what the one expression in ``words`` means; exit 2 where it is refused."""
    if len(words) != 1:
        fault = "too many words" if words else "an expression is missing"
        message = f"{fault} after `schedule`: write one in quotes, as in `schedule '0 2 * * *'`"
        raise UsageError(message)
    if given.at is not None or given.format in {"markdown", "html"}:
        option = "--at" if given.at is not None else f"--format {given.format}"
        message = f"{option} is not for schedules: `explain schedule` prints text and JSON"
        raise UsageError(message)
    settings = options.settings(given)
    if settings.problems:
        console.complain_of(settings.problems)
        return INCOMPLETE
    explanation = _explained(_question(given, settings, words[0], console))
    if given.format == "json":
        from opspolicy.explain.document import document  # noqa: PLC0415 - only for this format

        console.write_json(document(explanation))
    else:
        lines = _lines(explanation, given.language or LANGUAGE, console.width)
        console.write("\n".join(lines) + "\n")
    return 0 if explanation.schedule is not None else INCOMPLETE


def _question(given: Given, settings: Config, expression: str, console: Console) -> Question:
    from opspolicy.explain import schedule  # noqa: PLC0415 - only for a schedule
    from opspolicy.explain.expression import is_on_calendar  # noqa: PLC0415

    count = STARTS if given.count is None else given.count
    if not 0 <= count <= MOST_STARTS:
        message = f"--count {count}: 0 to {MOST_STARTS:,} starts can be shown"
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
    as_of = options.as_of(given, console)
    until = as_of + (options.horizon(given) or settings.horizon)
    return schedule.Question(
        expression, timezone or "UTC", zone_from, scheduler, given.start, count, as_of, until
    )


def _explained(question: Question) -> Explanation:
    from opspolicy.explain import schedule  # noqa: PLC0415 - only for a schedule
    from opspolicy.temporal.recurrence import ScheduleError  # noqa: PLC0415

    try:
        return schedule.explain(question)
    except ScheduleError as error:
        told = with_hint(error, error.hint)
        raise UsageError(told) from error


def _lines(explanation: Explanation, language: str, width: int) -> list[str]:
    """Return the explanation in lines of so many columns."""
    from opspolicy.explain.text import paragraphs  # noqa: PLC0415 - only for this format
    from opspolicy.temporal.wording import looked  # noqa: PLC0415

    lines = [encode.terminal(explanation.question.expression), ""]
    for label, paragraph in paragraphs(explanation, language):
        lead = f"  {label}:".ljust(LABEL)
        for each in paragraph:
            for line in encode.wrap(encode.terminal(each), width - LABEL) or [""]:
                lines.append(f"{lead}{line}".rstrip())
                lead = " " * LABEL
    question = explanation.question
    return [*lines, "", *encode.wrap(looked(question.as_of, question.until), width)]
