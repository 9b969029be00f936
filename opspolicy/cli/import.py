"""Write what files of another format declare as YAML of opspolicy's own."""

from __future__ import annotations

import os

from opspolicy.cli.console import UsageError
from opspolicy.estate.formats import AS, FORMATS, INTO, TAKES_DOWN, VENDOR, meant
from opspolicy.report import COMPLETE, INCOMPLETE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from opspolicy.cli.arguments import Given, Parser
    from opspolicy.cli.console import Console
    from opspolicy.estate.foreign import Reading
    from opspolicy.estate.sources import Source
    from opspolicy.importers.named import Named

STANDARD_INPUT = "-"
SHOWN = "standard input"


def arguments(parser: Parser) -> None:
    """Add the options of `import`, which are the keys of a source."""
    from opspolicy.estate.language import SCHEDULERS  # noqa: PLC0415 - not for who lists commands

    parser.add_argument("format", metavar="FORMAT", type=_format, choices=tuple(FORMATS),
                        help=f"what the files are: {', '.join(FORMATS)}")  # fmt: skip
    parser.add_argument("files", metavar="FILE", nargs="+",
                        help="a file or a directory; `-` is standard input")  # fmt: skip
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
    """Print what all files declare; exit 2 where any can't be read, or none has an entry."""
    from opspolicy import importers  # noqa: PLC0415 - not for the help
    from opspolicy.estate.foreign import LEFT_OUT  # noqa: PLC0415
    from opspolicy.estate.meanings import misread  # noqa: PLC0415
    from opspolicy.importers import named, native  # noqa: PLC0415

    source = _source(given)
    reading = importers.reading(source)
    found = [_read(each, reading) for each in dict.fromkeys(given.files)]
    # A file and its directory may both be named.
    files = [*{os.path.abspath(file.path): file for each in found for file in each.files}.values()]
    problems = [problem for each in found for problem in each.problems]
    problems += [problem for file in files for problem in file.problems]
    problems += [each for file in files for each in file.remarks if each.rule != LEFT_OUT]
    problems += [*native.twice(files), *misread(files, None)]
    console.complain_of(map(named.fitting, problems))
    is_told = _tell_of_nothing(found, source.format, console)
    code = INCOMPLETE if problems or is_told else COMPLETE
    if code == COMPLETE or any(each.has_entries for each in found):
        console.write(native.document(files, source.defaults))
    return code


def _tell_of_nothing(found: Sequence[Named], name: str, console: Console) -> bool:
    """Say which names have nothing of the format; whether that is all there is, or an empty one."""
    known = FORMATS[name]
    silent = [each for each in found if each.is_silent]
    for each in silent:
        if not each.files:
            console.complain(_empty(each, is_yaml=known.is_yaml))
        elif known.entry:
            console.complain(f"nothing in {_called(each)} is {known.entry}")
    is_all = len(silent) == len(found) and bool(known.entry)
    return is_all or any(not each.files for each in silent)


def _empty(named: Named, *, is_yaml: bool) -> str:
    if named.name == SHOWN:
        return f"{SHOWN} is empty: what was to be read from there has printed nothing"
    if not named.is_blank:
        return f"there is no {'YAML ' if is_yaml else ''}file in {_called(named)} to be read"
    return f"{_called(named)} is empty: there is nothing in it to import"


def _called(named: Named) -> str:
    return SHOWN if named.name == SHOWN else f"`{named.name}`"


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


def _read(name: str, reading: Reading) -> Named:
    """Read a file, a directory or standard input, whatever becomes of it."""
    import sys  # noqa: PLC0415 - not for the help

    from opspolicy.importers import named  # noqa: PLC0415
    from opspolicy.source import limits  # noqa: PLC0415
    from opspolicy.source.reading import decode  # noqa: PLC0415

    if name != STANDARD_INPUT:
        return named.load(name, reading)
    data = b"" if sys.stdin is None else sys.stdin.buffer.read(limits.FILE_BYTES + 1)
    return named.of_text(decode(SHOWN, data), reading)


def _format(text: str) -> str:
    """Return a format by its name; raises UsageError for none."""
    if text in FORMATS:
        return text
    hint = meant(text) or f"the formats are {', '.join(FORMATS)}"
    message = f"there is no format `{text}`; {hint}"
    raise UsageError(message)
