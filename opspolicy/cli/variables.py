"""Variables of the environment: what stands for an option that nobody has written."""

from __future__ import annotations

from opspolicy.cli.console import CACHE_VARIABLE, VARIABLES_BEGIN, UsageError
from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.cli.arguments import Given

ON, OFF = ("1", "true", "yes"), ("0", "false", "no")
"""What a variable may hold that stands for an option without a value."""


class Variable(NamedTuple):
    """A variable: its name, the option it stands for, what it sets, and of which commands.

    Without ``commands`` it holds for each that has the option; without an option it sets something
    that has none.
    """

    name: str
    option: str
    sentence: str
    commands: tuple[str, ...] = ()

    @property
    def dest(self) -> str:
        """The name of the option's value."""
        return self.option.lstrip("-").replace("-", "_")


NO_CACHE = Variable(
    "OPSPOLICY_NO_CACHE", "--no-cache", "`1`, `true` or `yes`: neither read nor write the cache"
)
FORMAT = Variable("OPSPOLICY_FORMAT", "--format", "how to print the report", ("check",))
GATE = ("check", "config")
"""The command that decides, and the one that shows what it would go by."""

VARIABLES = (
    Variable("OPSPOLICY_CONFIG", "--config", "the configuration, as from `-C DIR`"),
    Variable("OPSPOLICY_AS_OF", "--as-of", "judge from this instant or date instead of from now"),
    Variable("OPSPOLICY_HORIZON", "--horizon", "how far ahead to look, such as `90d`"),
    Variable("OPSPOLICY_FAIL_ON", "--fail-on", "the least severity that exits 1", GATE),
    Variable("OPSPOLICY_BASE", "--base", "fail only for what is new or worse since it", GATE),
    FORMAT,
    NO_CACHE,
    Variable(CACHE_VARIABLE, "", "the directory of the cache"),
)
"""All there are. An option comes before its variable, and that before the configuration."""


def fill(command: str, given: Given, environment: Mapping[str, str]) -> None:
    """Set what nobody has written from variables, and note for each value which one it is from.

    A variable that is empty is none, as elsewhere. Raises UsageError for one that can't be meant.
    """
    values = vars(given)
    for each in VARIABLES:
        if each.commands and command not in each.commands:
            continue
        if each.dest not in values or values[each.dest] not in {None, False}:
            continue
        if each.option == "--base" and values.get("new_only"):
            continue  # which finds its own
        found = value(each, environment)
        if found is None:
            continue
        values[each.dest] = found
        given.variables = {**given.variables, each.dest: each.name}


def value(variable: Variable, environment: Mapping[str, str]) -> str | bool | None:
    """Return what a variable stands for, None where it is empty; raises UsageError."""
    text = environment.get(variable.name)
    if not text:
        return None
    if variable is NO_CACHE:
        if text.lower() not in (*ON, *OFF):
            message = f"{variable.name}: `{text}` is neither {ON[0]} nor {OFF[0]}"
            raise UsageError(message)
        return text.lower() in ON
    choices = _choices(variable.option)
    if choices and text not in choices:
        message = f"{variable.name}: `{text}` is none of {', '.join(choices)}"
        raise UsageError(message)
    return text


def misspelt(environment: Mapping[str, str]) -> Iterator[str]:
    """Yield what to say of each variable that looks like one of these and is none.

    Others may have variables that begin alike: theirs aren't near any of these.
    """
    # What all begin with says nothing of how near they are.
    known = [each.name.removeprefix(VARIABLES_BEGIN) for each in VARIABLES]
    for name in sorted(environment):
        rest = name.removeprefix(VARIABLES_BEGIN)
        if rest == name or rest in known:
            continue
        from opspolicy.phrases import did_you_mean  # noqa: PLC0415 - only for a mistake

        near = did_you_mean(rest, known)
        if near:
            hint = near.replace("`", f"`{VARIABLES_BEGIN}", 1)
            yield f"the variable `{name}` is none of opspolicy's and does nothing; {hint}"


def _choices(option: str) -> tuple[str, ...]:
    """Return the values of an option that has a few."""
    if option == "--fail-on":
        from opspolicy.estate.vocabulary import FAIL_ON  # noqa: PLC0415 - where it is set

        return FAIL_ON
    if option == "--format":
        from opspolicy import output  # noqa: PLC0415 - where it is set

        return output.formats()
    return ()
