"""The command line: arguments, environment, clock and streams in, an exit code out."""

from __future__ import annotations

import gc
import os
import sys

from opspolicy import resources
from opspolicy.cli.arguments import Given, PlainParser
from opspolicy.cli.console import VARIABLES_BEGIN, Console, UsageError
from opspolicy.phrases import did_you_mean
from opspolicy.report import INCOMPLETE
from opspolicy.version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType
    from typing import NoReturn

HELPERS = frozenset(
    {
        "arguments",
        "console",
        "drawings",
        "hooks",
        "options",
        "progress",
        "publishing",
        "schedules",
        "stories",
        "variables",
    }
)
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that ``arguments`` name and return its exit code.

    Raises SystemExit with the code where argparse prints help or refuses arguments, and nothing
    else: what goes wrong is told on standard error.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    # Whoever runs one command after the other has all the time of each; most never evaluate.
    evaluating = sys.modules.get("opspolicy.rules.cel.process")
    if evaluating is not None:
        evaluating.process().begin()
    # A run is short and keeps what it makes: looking for garbage finds none and costs a tenth.
    collecting = gc.isenabled()
    gc.disable()
    console = Console()
    try:
        code = _run(given, console)
        console.flush()
    except UsageError as error:
        console.complain(str(error))
        return INCOMPLETE
    except BrokenPipeError:
        # The reader has seen enough. Nothing more can be written, the verdict still counts.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return console.verdict
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last resort: an exit code, never a traceback
        console.complain(f"internal error: {type(error).__name__}: {error}; please report this")
        return INCOMPLETE
    finally:
        if collecting:
            gc.enable()
    return code


def run() -> NoReturn:
    """Run the command line, and leave with its exit code: what `opspolicy` itself does."""
    code = main()
    try:
        if sys.stderr is not None:
            sys.stderr.flush()
    except OSError:
        pass  # nobody can be told; the exit code still says it
    # All is written. Taking apart what a run has made takes a tenth of it, for nothing.
    os._exit(code)


def _run(given: list[str], console: Console) -> int:
    if given and given[0] in commands():
        module = _module(given[0])
        parser = PlainParser()
        module.arguments(parser)
        values = parser.parse(given[1:]) or by_argparse(given, console.width)
        if any(name.startswith(VARIABLES_BEGIN) for name in console.environment):
            _from_variables(given[0], values, console)
        code: int = module.run(values, console)
        return code
    if given == ["--version"]:
        return _version(console)
    return _without_command(given, console)


def by_argparse(given: list[str], width: int) -> Given:
    """Return the arguments of a command in any form, or leave with help or what is wrong."""
    from argparse import ArgumentParser, HelpFormatter  # noqa: PLC0415 - not for plain forms

    class OneLine(ArgumentParser):
        """Says what is wrong as everything else here does, without all that would be right."""

        def error(self, message: str) -> NoReturn:
            told = f"{message}; `{self.prog} --help` says what there is"
            raise UsageError(told)

    module = _module(given[0])
    parser = OneLine(
        prog=f"opspolicy {given[0]}",
        description=module.__doc__,
        # Left to itself, argparse asks shutil for the width, which brings three compressors.
        formatter_class=lambda prog: HelpFormatter(prog, width=width - 2),
        allow_abbrev=False,
    )
    module.arguments(parser)
    return parser.parse_args(given[1:], Given())


def _from_variables(command: str, values: Given, console: Console) -> None:
    """Set from the environment what nobody has written, and tell of variables that do nothing."""
    from opspolicy.cli import variables  # noqa: PLC0415 - most runs have none

    for told in variables.misspelt(console.environment):
        console.complain(told)
    variables.fill(command, values, console.environment)


def _without_command(given: list[str], console: Console) -> int:
    from argparse import ArgumentParser, RawDescriptionHelpFormatter  # noqa: PLC0415

    width = console.width - 2
    parser = ArgumentParser(
        prog="opspolicy",
        description="Decides whether a schedule may be merged.",
        usage="opspolicy [-h] [--version] COMMAND ...",
        epilog=_listing(),
        formatter_class=lambda prog: RawDescriptionHelpFormatter(prog, width=width),
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="store_true", help="print versions and exit")
    parser.add_argument("command", nargs="?", metavar="COMMAND", help="one of those below")
    known = parser.parse_known_args(given)[0]
    if known.version:
        return _version(console)
    if known.command is None:
        console.complain(parser.format_help().rstrip(), prefix="")
        return INCOMPLETE
    raise UsageError(_unknown(known.command))


def _version(console: Console) -> int:
    from opspolicy.temporal import zones  # noqa: PLC0415 - only to name its version

    console.write(f"opspolicy {__version__} (tzdata {zones.VERSION})\n")
    return 0


def commands() -> tuple[str, ...]:
    """Return the names of all commands: the modules of this package."""
    return tuple(sorted(set(resources.modules(__file__)) - HELPERS))


def _module(name: str) -> ModuleType:
    return resources.module(f"{__name__}.{name}")


def _listing() -> str:
    rows = [(name, (_module(name).__doc__ or "").splitlines()[0]) for name in commands()]
    width = max(len(name) for name, _ in rows)
    return "commands:\n" + "\n".join(f"  {name:<{width}}  {about}" for name, about in rows)


def _unknown(name: str) -> str:
    hint = did_you_mean(name, commands()) or f"the commands are {', '.join(commands())}"
    return f"there is no command `{name}`; {hint}"
