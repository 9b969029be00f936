"""Write what files of another format declare as YAML of opspolicy's own."""

from __future__ import annotations

from opspolicy.cli.console import UsageError
from opspolicy.estate.formats import AS, FORMATS, INTO, TAKES_DOWN, VENDOR
from opspolicy.report import COMPLETE, INCOMPLETE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.cli.arguments import Given, Parser
    from opspolicy.cli.console import Console
    from opspolicy.estate.foreign import Foreign, Reading
    from opspolicy.estate.sources import Source

STANDARD_INPUT = "-"
SHOWN = "standard input"


def arguments(parser: Parser) -> None:
    """Add the options of `import`, which are the keys of a source."""
    from opspolicy.estate.language import SCHEDULERS  # noqa: PLC0415 - not for who lists commands

    parser.add_argument("format", metavar="FORMAT", choices=tuple(FORMATS),
                        help=f"what the files are: {', '.join(FORMATS)}")  # fmt: skip
    parser.add_argument("files", metavar="FILE", nargs="+",
                        help="what to read; `-` is standard input")  # fmt: skip
    parser.add_argument("--name", metavar="TEMPLATE", help="how to name entries, such as `{name}`")
    parser.add_argument("--owner", metavar="TEAM", help="who owns what says nothing of an owner")
    parser.add_argument("--timezone", metavar="ZONE", help="the zone of times without one")
    parser.add_argument("--scheduler", choices=SCHEDULERS, help="what runs jobs that don't say")
    parser.add_argument("--as", choices=INTO, metavar="SECTION",
                        help=f"what entries become: {', '.join(INTO)}")  # fmt: skip
    parser.add_argument("--vendor", metavar="NAME", help="the vendor that windows belong to")
    parser.add_argument("--takes-down", action="append", default=[], metavar="SERVICE",
                        help="what windows take down; repeatable")  # fmt: skip


def run(given: Given, console: Console) -> int:
    """Print what all files declare; exit 2 where any of them can't be read."""
    from opspolicy import importers  # noqa: PLC0415 - not for the help
    from opspolicy.estate.foreign import LEFT_OUT  # noqa: PLC0415
    from opspolicy.estate.meanings import misread  # noqa: PLC0415
    from opspolicy.importers import native  # noqa: PLC0415

    source = _source(given)
    reading = importers.reading(source)
    names = list(dict.fromkeys(given.files))
    found = [_read(each, reading) for each in names]
    problems = [problem for file in found for problem in file.problems]
    problems += [each for file in found for each in file.remarks if each.rule != LEFT_OUT]
    problems += [*native.twice(found), *misread(found, None)]
    console.complain_of(problems)
    console.write(native.document(found, source.defaults))
    return INCOMPLETE if problems else COMPLETE


def _source(given: Given) -> Source:
    """Return the source that the options stand for; raises UsageError for one that can't be."""
    from opspolicy.estate import sources  # noqa: PLC0415 - not for the help
    from opspolicy.estate.entry import Defaults  # noqa: PLC0415

    source = sources.Source(
        given.format,
        name=given.name or "",
        defaults=Defaults(given.owner, given.timezone, given.scheduler),
        into=getattr(given, AS) or "",
        vendor=getattr(given, VENDOR) or "",
        takes_down=tuple(getattr(given, TAKES_DOWN)),
    )
    for path, message, hint in sources.wrong(source):
        option = str(path[-1]).replace("_", "-")
        raise UsageError(f"--{option}: {message}" + (f"; {hint}" if hint else ""))
    return source


def _read(name: str, reading: Reading) -> Foreign:
    """Read a file, or standard input, whatever becomes of it."""
    import os  # noqa: PLC0415 - not for the help
    import sys  # noqa: PLC0415

    from opspolicy.estate.foreign import Foreign, load  # noqa: PLC0415
    from opspolicy.source import limits  # noqa: PLC0415
    from opspolicy.source.reading import Root, decode  # noqa: PLC0415

    if name != STANDARD_INPUT:
        directory, base = os.path.split(os.path.abspath(name))
        found = load(Root(directory), base, (reading,))
        # Its name is what was given here, which names its entries too.
        shown = name.replace(os.sep, "/")
        where = found.at_path(shown)
        problems = where.problems if where.is_unreadable else None
        return Foreign(shown, found.text, problems, (reading,))
    data = b"" if sys.stdin is None else sys.stdin.buffer.read(limits.FILE_BYTES + 1)
    text = decode(SHOWN, data)
    problems = None if text.problem is None else (text.problem,)
    return Foreign(SHOWN, text.text, problems, (reading,))
