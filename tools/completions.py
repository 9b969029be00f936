"""Make the scripts by which shells complete our commands, from how these describe themselves."""

from __future__ import annotations

import re
from argparse import Action, ArgumentParser
from typing import TYPE_CHECKING

import shtab

from opspolicy import cli, resources, rules
from opspolicy.cli.completion import SHELLS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

PROGRAM = "opspolicy"
FUNCTION = "_opspolicy_refs"
# Anybody may name a branch, and what a shell is given to complete it may run. So only those are
# offered that mean nothing to it.
HARMLESS = "A-Za-z0-9._/@+-"
LISTED = (
    "git for-each-ref --format='%(refname:short)' refs/heads refs/remotes refs/tags 2>/dev/null"
)
PREAMBLES = {
    "bash": f"""\
{FUNCTION}() {{
  local ref
  while IFS= read -r ref; do
    [[ $ref == "$1"* && ! $ref =~ [^{HARMLESS}] ]] && printf '%s\\n' "$ref"
  done < <({LISTED})
}}""",
    "zsh": f"""\
{FUNCTION}() {{
  local -a refs
  refs=(${{(f)"$({LISTED})"}})
  compadd -- ${{(M)refs:#[{HARMLESS}]##}}
}}""",
    "fish": f"""\
function {FUNCTION}
  {LISTED} | string match --regex '^[{HARMLESS}]+$'
end""",
}
REFS = {"bash": FUNCTION, "zsh": FUNCTION, "fish": f"({FUNCTION})"}
COMPLETED: Mapping[str, object] = {
    "PATH": shtab.FILE,
    "FILE": shtab.FILE,
    "DIR": shtab.DIRECTORY,
    "REF": REFS,
    "BASE": REFS,
    "HEAD": REFS,
}
"""What completes a value, by the word that stands for it in help."""

HEADER = re.compile(r"^# AUTOMATICALLY GENERATED.*?\n\n", re.DOTALL | re.MULTILINE)
TRAILING = re.compile(r"[ \t]+$", re.MULTILINE)


def scripts() -> dict[str, str]:
    """Return the script of each shell, by its path."""
    return {f"completions/{PROGRAM}.{shell}": _script(shell) for shell in SHELLS}


def _script(shell: str) -> str:
    text = shtab.complete(_parser(), shell, root_prefix=PROGRAM, preamble=PREAMBLES[shell])
    about = (
        f"# Completes the command lines of {PROGRAM} in {shell}; `{PROGRAM} completion {shell}`"
        " prints it.\n# Made by `make docs` with shtab (https://github.com/tqdm/shtab) from the"
        " commands themselves.\n\n"
    )
    text, made = HEADER.subn(lambda _: about, text)
    if made != 1:
        raise ValueError(text[:200])  # another shtab than this was written for
    return TRAILING.sub("", text).rstrip("\n") + "\n"


def _parser() -> ArgumentParser:
    """Return all commands as one parser, whose values say what completes them."""
    parser = ArgumentParser(PROGRAM)
    parser.add_argument("--version", action="store_true", help="print versions and exit")
    commands = parser.add_subparsers()
    for name in cli.commands():
        module: ModuleType = resources.module(f"opspolicy.cli.{name}")
        about = (module.__doc__ or "").splitlines()[0]
        command = commands.add_parser(name, help=about, description=about)
        module.arguments(command)
        for action in command._actions:  # noqa: SLF001 - as shtab itself looks at them
            _complete(name, action)
    return parser


def _complete(command: str, action: Action) -> None:
    metavar = action.metavar if isinstance(action.metavar, str) else ""
    listed = rules.every()
    named = [*(rule.slug for rule in listed), *(rule.code for rule in listed)]
    if metavar in COMPLETED:
        action.complete = COMPLETED[metavar]  # type: ignore[attr-defined] # where shtab finds it
    elif metavar == "RULE":
        action.choices = named
    elif (command, metavar) == ("explain", "TARGET"):
        action.choices = ["schedule", *named]
