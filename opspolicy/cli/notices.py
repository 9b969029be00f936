"""Draft what customers are told of planned outages; nothing is ever sent."""

from __future__ import annotations

import os

from opspolicy import app
from opspolicy.cli import options
from opspolicy.cli.console import UsageError
from opspolicy.report import COMPLETE, FAILED, INCOMPLETE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.cli.arguments import Given, Parser
    from opspolicy.cli.console import Console
    from opspolicy.estate.estate import Estate
    from opspolicy.notices.drafting import Own
    from opspolicy.notices.drafts import Drafts
    from opspolicy.notices.templates import Template
    from opspolicy.source.reading import Root
    from opspolicy.timeline.timeline import Timeline

TARGETS = ("service", "job", "maintenance_window")
ENDING = ".txt"
WORDS = "texts"
"""What a file begins with that says what declared texts are in a language."""


def arguments(parser: Parser) -> None:
    """Add the options of `notices`."""
    parser.add_argument("targets", nargs="*", metavar="TARGET",
                        help="service/NAME, job/NAME or maintenance_window/NAME; all outages of"
                        " the horizon without any")  # fmt: skip
    options.add_estate(parser)
    options.add_time(parser)
    parser.add_argument("--templates", metavar="DIR",
                        help="take templates from here, such as `email.fr.txt`")  # fmt: skip
    parser.add_argument("--output", metavar="DIR",
                        help="write a file a message and the schedule into"
                        " a new directory")  # fmt: skip
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print")
    options.add_cache(parser)


def run(given: Given, console: Console) -> int:
    """Print or write the drafts; exit 1 when any is refused, 2 where not all can be drafted."""
    as_of, cache = options.as_of(given, console), options.cache(given, console)
    request = app.Request(as_of, options.horizon(given), cache=cache, slots=False)
    settings = options.settings(given, cache)
    judged = app.judged(settings, (), request)
    if judged.timeline is None or not judged.report.complete:
        so = "nothing can be drafted before this is mended"
        console.complain_of_report(judged.report, settings.problems, so)
        return INCOMPLETE
    refs = _refs(judged.report.estate, given.targets)
    own = _own(given.templates, console)
    if given.output is not None:
        _refuse_used(given.output)
    from opspolicy.notices import drafts, plan  # noqa: PLC0415 - only where all could be read
    from opspolicy.notices.templates import TemplateError  # noqa: PLC0415

    try:
        found = drafts.draft(judged.timeline, judged.report.findings, refs, own)
    except (plan.TooMany, TemplateError) as error:
        raise UsageError(str(error)) from error
    code = FAILED if found.refused else COMPLETE
    if found.wordless:
        code = INCOMPLETE
    console.verdict = code
    if given.output is not None:
        # A schedule of nothing as well, so that nobody takes an older one for it.
        _write(given.output, found, judged.timeline, code)
    _print(given, found, judged.timeline, code, console)
    return code


def _print(given: Given, found: Drafts, timeline: Timeline, code: int, console: Console) -> None:
    if given.format == "json":
        from opspolicy.notices import document  # noqa: PLC0415 - only for this format

        console.write_json(document.document(found, timeline, code))
        return
    from opspolicy.notices import as_text  # noqa: PLC0415 - only for this format

    written = given.output if given.output is not None else ""
    lines = as_text.lines(found, timeline, console.width, written)
    console.write("\n".join(lines) + "\n")


def _refs(estate: Estate, targets: list[str]) -> list[str]:
    """Return what is named, as references; raises UsageError for what there isn't."""
    if not targets:
        return []
    from opspolicy.explain.targets import TargetError, reference  # noqa: PLC0415 - only if named

    try:
        return [reference(estate, each, TARGETS, findings=False) for each in targets]
    except TargetError as error:
        raise UsageError(str(error)) from error


# Templates ---------------------------------------------------------------------------------------


def _own(directory: str | None, console: Console) -> Own:
    """Return what a team has written, from a directory; raises UsageError."""
    from opspolicy.notices.drafting import Own  # noqa: PLC0415 - only where all could be read

    if directory is None:
        return Own()
    from opspolicy.notices.templates import (  # noqa: PLC0415 - only for a team's own
        TemplateError,
        read,
        read_words,
    )
    from opspolicy.source.reading import Root  # noqa: PLC0415

    root = Root(os.path.abspath(directory))
    try:
        names = [each.name for each in root.entries("")]
    except OSError as error:
        message = f"--templates {directory}: {(error.strerror or str(error)).lower()}"
        raise UsageError(message) from error
    templates: dict[tuple[str, str], Template] = {}
    words: dict[str, dict[str, str]] = {}
    for name in names:
        channel, _, language = name.removesuffix(ENDING).lower().rpartition(".")
        if not name.endswith(ENDING) or not channel or not language:
            console.complain(f"{directory}/{name} is no template: one is named `email.fr.txt`")
            continue
        path = os.path.join(directory, name)
        text = _text(root, name, path)
        try:
            if channel == WORDS:
                words[language] = read_words(path, text)
            else:
                templates[channel, language] = read(path, text)
        except TemplateError as error:
            raise UsageError(str(error)) from error
    own = Own(templates, words)
    if own == Own():
        message = f"--templates {directory}: there is none; one is named `email.fr.txt`"
        raise UsageError(message)
    return own


def _text(root: Root, name: str, path: str) -> str:
    """Return the text of a file; raises UsageError for what isn't one."""
    found = root.read(name)
    if found.problem is not None:
        message = f"{path}: {found.problem.message}"
        raise UsageError(message)
    return found.text


# Files -------------------------------------------------------------------------------------------


def _refuse_used(directory: str) -> None:
    """Refuse a directory that has files: what of an earlier run lies there would be sent too.

    A link is refused whatever it leads to, as somebody else may say where that is.
    """
    if os.path.islink(directory.rstrip(os.sep) or os.sep):
        message = f"--output {directory}: it is a link; name a new directory"
        raise UsageError(message)
    try:
        used = os.listdir(directory)
    except FileNotFoundError:
        return
    except OSError as error:
        message = f"--output {directory}: {(error.strerror or str(error)).lower()}"
        raise UsageError(message) from error
    if used:
        message = f"--output {directory}: there are files in it; name a new directory"
        raise UsageError(message)


def _write(directory: str, found: Drafts, timeline: Timeline, code: int) -> None:
    """Write a file a message, and the schedule; raises UsageError where that can't be."""
    from opspolicy.encode import as_json  # noqa: PLC0415 - only where files are written
    from opspolicy.notices import document  # noqa: PLC0415
    from opspolicy.source.reading import Root  # noqa: PLC0415
    from opspolicy.start import writing  # noqa: PLC0415

    # A line break at the end would be one septet more of a text message.
    texts = {
        each.file: each.message.text + ("" if each.message.septets is not None else "\n")
        for each in found.drafts
    }
    texts["schedule.csv"] = document.table(found, timeline)
    texts["schedule.json"] = as_json(document.document(found, timeline, code)) + "\n"
    try:
        os.makedirs(directory, exist_ok=True)
        root = Root(os.path.abspath(directory))
        for name, text in texts.items():
            writing.create(root, name, text)
    except OSError as error:
        message = f"--output {directory}: {(error.strerror or str(error)).lower()}"
        raise UsageError(message) from error
