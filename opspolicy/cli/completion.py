"""Print what completes these commands in a shell: bash, fish or zsh."""

from __future__ import annotations

import os

from opspolicy import resources

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.cli.arguments import Given, Parser
    from opspolicy.cli.console import Console

SHELLS = ("bash", "fish", "zsh")
"""The shells of which there is a script in `completions/`."""


def arguments(parser: Parser) -> None:
    """Add the argument of `completion`."""
    parser.add_argument(
        "shell", choices=SHELLS, metavar="SHELL", help=f"one of {', '.join(SHELLS)}"
    )


def run(given: Given, console: Console) -> int:
    """Print a script, made from these very commands when this version was."""
    path = os.path.join(resources.directory("completions"), f"opspolicy.{given.shell}")
    with open(path, encoding="utf-8") as file:
        console.write(file.read())
    return 0
