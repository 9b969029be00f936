"""Schedules of Buildkite pipelines in a Backstage catalogue: what is told of them.

Elastic's catalogues declare pipelines as Resources of type `buildkite-pipeline`, with schedules
(https://github.com/elastic/logstash/blob/main/catalog-info.yaml). They aren't read as jobs, so each
is reported; and so is a name or a message that says another time than the schedule beside it.
"""

from __future__ import annotations

import re

from opspolicy.importers.shared import of_yaml
from opspolicy.phrases import cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.importers.shared.draft import Draft
    from opspolicy.source.node import Node

PIPELINE = "buildkite-pipeline"
LONGEST = 100
OFTEN = re.compile(
    r"\b(?:(?:hour|dai|night|week|month|year)ly|every (?:hour|day|night|week|month|year))\b",
    re.IGNORECASE,
)
HINT = "declare it as a job of your own if it matters when it runs"


def report(draft: Draft, pipeline: str, spec: Node) -> None:
    """Tell the draft of the schedules in the ``spec`` of a Resource, which ``pipeline`` names."""
    schedules = spec.find("implementation", "spec", "schedules")
    if schedules is None:
        return
    for name, each in schedules.entries.items():
        what = f"schedule `{cut(name, LONGEST)}` of {pipeline}"
        why = "schedules of Buildkite pipelines aren't read"
        line = each.find("cronline")
        message = of_yaml.text(each.find("message"))
        for whose, text in (("name", name), ("message", message)):
            says = _contradiction(text, of_yaml.text(line))
            if says:
                why = f"{why}, and its {whose} is misleading: {says}"
                break
        draft.leave(schedules.key(name) if line is None else line.span, why, HINT, what)


def _contradiction(text: str, line: str) -> str:
    """Return how often ``text`` says a cron line starts, where the line says otherwise; "" if not.

    A name is no sentence: only the word for how often is judged, and only where there is one.
    """
    found = {each[0].lower() for each in OFTEN.finditer(text[: 2 * LONGEST])}
    if len(found) != 1:
        return ""
    # Nobody pays for these who has no such pipeline.
    from opspolicy.temporal.comments.contradictions import contradiction  # noqa: PLC0415
    from opspolicy.temporal.comments.facts import Facts  # noqa: PLC0415
    from opspolicy.temporal.cron import parse  # noqa: PLC0415
    from opspolicy.temporal.dialects import CRON  # noqa: PLC0415
    from opspolicy.temporal.durations import MINUTE  # noqa: PLC0415
    from opspolicy.temporal.recurrence import ScheduleError  # noqa: PLC0415

    try:
        # https://buildkite.com/docs/pipelines/configure/workflows/scheduled-builds: five fields and
        # nicknames as in cron, in UTC. A zone behind them isn't cron's, and then nothing is judged.
        cron = parse(line, CRON)
    except ScheduleError:
        return ""
    read = cron.line
    times = tuple(sorted({time // MINUTE for time in cron.times}))
    facts = Facts(times, "UTC", read.weekdays, read.days, read.months, cron.either_day)
    # No zone is named among these words, so the year in which zones are compared is no matter.
    return (contradiction(found.pop(), facts, 0) or "").replace("the comment", "it", 1)
