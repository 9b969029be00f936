"""Find the nearest safe slots for a job, a maintenance window or a finding, and edit the YAML."""

from __future__ import annotations

from opspolicy import app, encode, examine
from opspolicy.cli import options
from opspolicy.cli.console import UsageError
from opspolicy.phrases import pasted
from opspolicy.report import COMPLETE, FAILED, INCOMPLETE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.cli.arguments import Given, Parser
    from opspolicy.cli.console import Console
    from opspolicy.config import Config
    from opspolicy.explain.repairs import Advice
    from opspolicy.source.files import SourceFile

MOST = 20


def arguments(parser: Parser) -> None:
    """Add the options of `suggest`."""
    parser.add_argument("target", metavar="TARGET",
                        help="job/NAME, maintenance_window/NAME or a fingerprint")  # fmt: skip
    options.add_estate(parser)
    options.add_time(parser)
    options.add_what_if(parser, hidden=True)
    parser.add_argument("--apply", action="store_true", help="make the first edit, comments kept")
    parser.add_argument("--diff", action="store_true", help="print the edit instead of making it")
    parser.add_argument("--pick", type=_number, metavar="N", help="take the Nth of the suggestions")
    parser.add_argument("--count", type=_number, default=1, metavar="N",
                        help="how many of each sort: later and earlier")  # fmt: skip
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print")
    options.add_cache(parser)
    parser.add_argument("-v", "--verbose", action="store_true", help="all that was refused")


def run(given: Given, console: Console) -> int:
    """Print what could be moved where; exit 1 when there is nothing, 2 without a verdict."""
    if given.apply and given.diff:
        message = "--apply makes an edit and --diff only shows it: choose one of them"
        raise UsageError(message)
    if given.delay or given.extend or given.down:
        message = (
            "slots are looked for in the plan as it is declared, so --delay, --extend and --down"
            " are not for suggest: ask `opspolicy check` with them, and declare what it shows"
        )
        raise UsageError(message)
    if given.pick and not (given.apply or given.diff):
        message = "--pick says which edit --apply makes, or --diff shows: add one of them"
        raise UsageError(message)
    as_of = options.as_of(given, console)
    cache = options.cache(given, console)
    request = app.Request(as_of, options.horizon(given), cache=cache)
    settings = options.settings(given, cache)
    judged = app.judged(settings, (), request)
    if judged.timeline is None or not judged.report.complete:
        so = "nothing can be suggested before this is mended"
        console.complain_of_report(judged.report, settings.problems, so)
        return INCOMPLETE
    from opspolicy.explain import repairs  # noqa: PLC0415 - only where all could be read
    from opspolicy.explain.targets import TargetError  # noqa: PLC0415

    try:
        advice = repairs.advise(examine.trial(judged), given.target, given.count)
    except TargetError as error:
        raise UsageError(str(error)) from error
    if given.apply or given.diff:
        return _edit(given, advice, settings, console)
    if given.format == "json":
        console.write_json(repairs.document(advice, judged.report))
    else:
        lines = _lines(given, advice)
        console.write("\n".join(_wrapped(lines, console.width)) + "\n")
    return COMPLETE if advice.suggestions or not advice.targets else FAILED


def _edit(given: Given, advice: Advice, settings: Config, console: Console) -> int:
    """Make the edit that was picked, or print it."""
    from opspolicy.explain import repairs  # noqa: PLC0415 - only to edit
    from opspolicy.repair import edits  # noqa: PLC0415
    from opspolicy.source.reading import Root  # noqa: PLC0415

    picked = given.pick or 1
    if picked > len(advice.suggestions):
        if not advice.suggestions:
            lines = _lines(given, advice)
            console.complain("\n".join(_wrapped(lines, console.width)), prefix="")
            return FAILED if advice.targets else COMPLETE
        message = f"--pick {picked}: there are {len(advice.suggestions)} suggestions"
        raise UsageError(message)
    suggestion = advice.suggestions[picked - 1]
    # Several moves may be written in one file: then the last text has them all.
    files: dict[str, tuple[SourceFile, SourceFile]] = {}
    for step in suggestion.steps:
        before = step.move.rewrite().source
        first, _ = files.get(before.path, (before, before))
        files[before.path] = first, step.after
    plain = [path for path, (before, _) in files.items() if not edits.is_yaml(before)]
    if given.apply and plain:
        console.complain(
            f"{plain[0]} isn't edited, as it is no YAML; this is the edit to make there:"
        )
        shown = "".join(edits.diff(*each) for each in files.values())
        console.write(encode.lines(shown) if console.is_terminal else shown)
        return FAILED
    if given.apply:
        for path, (before, after) in files.items():
            try:
                edits.save(Root(settings.root), before, after)
            except OSError as error:
                message = f"{path} can't be edited: {error.strerror or error}"
                raise UsageError(message) from error
    again = pasted(options.again(given))
    if given.diff:
        shown = "".join(edits.diff(*each) for each in files.values())
        # For `git apply` it has to be what the file says; for a terminal, nothing it would obey.
        console.write(encode.lines(shown) if console.is_terminal else shown)
    else:
        console.write("\n".join(_wrapped(repairs.done(suggestion, again), console.width)) + "\n")
    return COMPLETE


def _lines(given: Given, advice: Advice) -> list[tuple[str, str]]:
    from opspolicy.explain import repairs  # noqa: PLC0415 - as above

    target = f"{pasted(options.again(given))}{given.target}"
    return repairs.lines(advice, target, verbose=given.verbose)


def _wrapped(lines: list[tuple[str, str]], width: int) -> list[str]:
    """Return paragraphs, each behind its lead, in lines of so many columns."""
    found: list[str] = []
    for lead, text in lines:
        indent = " " * len(lead)
        rows = encode.wrap(encode.terminal(text), width - len(lead)) or [""]
        found += [f"{lead if at == 0 else indent}{row}".rstrip() for at, row in enumerate(rows)]
    return found


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST:
        message = f"`{text}` is not a number from 1 to {MOST}"
        raise UsageError(message)
    return int(text)
