"""What the evaluator complains of, in the words of this program."""

from __future__ import annotations

from opspolicy.phrases import did_you_mean, listing
from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from opspolicy.rules.cel.process import Wrong

UNDECLARED = "undeclared reference to '"
OVERLOAD = "found no matching overload for '"
SYNTAX = "Syntax error: "
NO_VALUE = 'No value with name "'
INDEX = "Index error: index="
KNOWN = {
    "divide by zero": "it divides by zero",
    "modulus by zero": "it divides by zero",
    "integer overflow": "a number in it becomes too large",
    "Iteration budget exceeded": "it goes through more than 10,000 elements",
    "std::bad_alloc": "it takes more memory than 512 MiB",
    "Invalid timezone": "it names a time zone that there isn't",
    "No text for it": "it comes to what a message has no words for",
    "Not finite": "it comes to a number that is infinite, or none at all",
    "String to Duration conversion failed": "it takes a text for a duration that is none",
    "String to Timestamp conversion failed": "it takes a text for an instant that is none",
}
SHOWABLE = "a message shows texts, numbers, times, true and false, and lists of these"
SHOWN = frozenset(
    {"bool", "double", "duration", "dyn", "int", "null", "string", "timestamp", "uint"}
)
MOST_DEPTH = 2
"""How many lists deep a value is that a message shows."""
DURATION_HINT = "write hours, minutes and seconds, as in `duration('48h')`"
HINTS = {"String to Duration conversion failed": DURATION_HINT, "No text for it": SHOWABLE}
FUNCTIONS = (
    "all", "contains", "duration", "endsWith", "exists", "exists_one", "filter", "getDate",
    "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getFullYear", "getHours", "getMinutes",
    "getMonth", "getSeconds", "int", "map", "matches", "size", "startsWith", "string", "timestamp",
)  # fmt: skip
PARAMETERS = "params"
CODES = ("INVALID_ARGUMENT", "UNKNOWN", "INTERNAL", "CANCELLED", "OUT_OF_RANGE", "NOT_FOUND")
NAMES = {
    "google.protobuf.Duration": "duration",
    "google.protobuf.Timestamp": "timestamp",
    "wrapper(int)": "int",
    "null_type": "null",
}


class Complaint(NamedTuple):
    """What is wrong with an expression, what to do, and where: ``start`` to ``end`` in its text."""

    message: str
    hint: str
    start: int
    end: int


def of_check(text: str, wrong: Wrong, known: Collection[str]) -> Complaint:
    """Return what is wrong with ``text``, in which the names ``known`` have a meaning."""
    start = _offset(text, wrong.line, wrong.column)
    why = wrong.why.removesuffix("(in container '')").strip()
    if why.startswith(UNDECLARED):
        return _undeclared(text, start, why.removeprefix(UNDECLARED).rstrip("'"), known)
    end = min(start + 1, len(text))
    if why.startswith(OVERLOAD):
        function, _, rest = why.removeprefix(OVERLOAD).partition("' applied to '")
        if text[start:end] == "(" and start > 0:
            start, end = _last_name(text, start - 1)
        message = f"{_function(function)} takes no {_types(rest.rstrip(chr(39)))}"
        return Complaint(message, "", start, end)
    if why.startswith(SYNTAX):
        reason = why.removeprefix(SYNTAX).partition(", expecting ")[0].partition(" expecting ")[0]
        if "<EOF>" in reason:
            return Complaint("it isn't CEL: it ends in its middle", "", start, end)
        return Complaint(f"it isn't CEL: {reason}", "", start, end)
    if "recursion" in why:
        return Complaint("it is nested more than 32 deep", "write it flatter", 0, len(text))
    return Complaint(_plain(why), "", start, end)


def _undeclared(text: str, at: int, name: str, known: Collection[str]) -> Complaint:
    """Return that there is no such name, and the nearest that there is."""
    start, end = _around(text, at)
    tables = sorted({each.partition(".")[0] for each in known})
    if text[end:].lstrip()[:1] == "(":
        near = did_you_mean(name, FUNCTIONS)
        return Complaint(f"there is no function `{name}`", near, *_last_name(text, end - 1))
    if name in tables:
        hint = f"name a field of it, such as `{next(e for e in known if e.startswith(name))}`"
        return Complaint(f"`{name}` is nothing by itself", hint, start, end)
    table = name.partition(".")[0]
    if table == PARAMETERS and table not in tables:
        return Complaint(f"there is no `{name}`", "declare it under `parameters`", start, end)
    of = [each for each in known if each.startswith(f"{table}.")]
    hint = did_you_mean(name, of or known) or f"it can be about {_quoted(tables)}"
    return Complaint(f"there is no `{name}`", hint, start, end)


def is_shown(kind: str) -> bool:
    """Whether a message can show a value of a type, as the type checker names it."""
    depth = 0
    kind = kind.lower()
    while kind.startswith("list<"):
        kind = kind.removeprefix("list<").removesuffix(">")
        depth += 1
    return depth <= MOST_DEPTH and kind in SHOWN


def of_macro(text: str) -> Complaint | None:
    """Return what is wrong with `has(…)`, which knows of no fields here; None without one."""
    bare = _without_texts(text)
    at = bare.find("has")
    while at >= 0:
        behind = bare[at + len("has") :].lstrip()
        if behind[:1] == "(" and not (at and _is_of_name(bare[at - 1])):
            hint = (
                "ask `'customers' in service.declared`, and texts and lists whether they are empty"
            )
            return Complaint("`has` can't tell what is declared", hint, at, at + len("has"))
        at = bare.find("has", at + 1)
    return None


def _without_texts(text: str) -> str:
    """Return an expression with blanks for what stands in quotes."""
    found: list[str] = []
    quote = ""
    at = 0
    while at < len(text):
        char = text[at]
        if quote and char == "\\":
            found.append("  ")
            at += 2
            continue
        if quote:
            quote = "" if char == quote else quote
            char = " "
        elif char in "'\"":
            quote, char = char, " "
        found.append(char)
        at += 1
    return "".join(found)[: len(text)]


def of_evaluation(said: str) -> tuple[str, str]:
    """Return why an expression can't be decided, and what to do."""
    why = _plain(said)
    for known, told in KNOWN.items():
        if known in why:
            return told, HINTS.get(known, "")
    if why.startswith(NO_VALUE):
        name = why.removeprefix(NO_VALUE).partition('"')[0]
        table, _, field = name.rpartition(".")
        message = f"it asks for `{name}`, which isn't declared there"
        return message, f"ask first whether it is: `'{field}' in {table}.declared && …`"
    if why.startswith(INDEX):
        index, _, size = why.removeprefix(INDEX).partition(" size=")
        return f"it asks for element {index} of a list of {size}", "the first element is 0"
    return why, ""


def _plain(said: str) -> str:
    """Return a complaint without the codes around it."""
    for code in CODES:
        said = said.removeprefix(f"{code}: ").removesuffix(f" [{code}]")
    return said


def _offset(text: str, line: int, column: int) -> int:
    """Return where a line and a column, from 1, are in a text."""
    if line < 1:
        return 0
    lines = text.split("\n")
    before = sum(len(each) + 1 for each in lines[: line - 1])
    return min(before + column - 1, max(len(text) - 1, 0))


def _around(text: str, at: int) -> tuple[int, int]:
    """Return from where to where the name goes that stands around a place."""
    start = end = at
    while start > 0 and _is_of_name(text[start - 1]):
        start -= 1
    while end < len(text) and _is_of_name(text[end]):
        end += 1
    return start, max(end, start + 1)


def _last_name(text: str, at: int) -> tuple[int, int]:
    """Return from where to where the part of a name goes that ends at a place."""
    start, end = _around(text, at)
    return start + text[start:end].rfind(".") + 1, end


def _is_of_name(char: str) -> bool:
    return char.isalnum() or char in "._"


def _function(name: str) -> str:
    """Return `+` for `_+_`, and a function by its name."""
    is_plain = name[:1].isalpha() and name.isalnum()
    return f"`{name if is_plain else name.replace('_', '').lstrip('@')}`"


def _types(said: str) -> str:
    """Return `int and string` for `(int, string)`."""
    for long, short in NAMES.items():
        said = said.replace(long, short)
    parts = [f"`{each.strip()}`" for each in said.strip("()").split(", ")]
    return listing(parts) if parts != ["``"] else "nothing"


def _quoted(names: list[str]) -> str:
    return listing([f"`{each}`" for each in names])
