"""Templates of messages, ours or a team's own: plain text with `{placeholders}`.

A placeholder is a name and nothing else: no attribute, no index, no format.
"""

from __future__ import annotations

import re

from opspolicy import encode
from opspolicy.phrases import did_you_mean
from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

PLACEHOLDERS = (
    "audience", "callers", "channel", "compensation", "customers", "duration", "end", "help",
    "planned", "reason", "service", "short", "signed", "span", "start", "still", "ticket", "title",
    "what", "zone",
)  # fmt: skip
"""All that a template may name."""

MOST_CHARACTERS = 16_384
MOST_PLACEHOLDERS = 100
MOST_FILLED = 100_000
"""How long a template may be, how many values it may name, and how long a message may become."""

HARMLESS = str.maketrans(dict.fromkeys("\t\xad\u200c\u200d", " "))
"""What isn't seen either, and is a part of how some languages are written."""

TOKEN = re.compile(r"\{\{|\}\}|\{([a-z_]+)\}|[{}]")


class TemplateError(ValueError):
    """A template that can't be filled; the message says where and why."""


class Template(NamedTuple):
    """A text with placeholders, and the file it is from."""

    file: str
    text: str

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the text with values in place of placeholders.

        A line whose placeholders are all empty is left out, and of empty lines that then follow one
        another one is kept. Raises TemplateError for a message that becomes too long.
        """
        lines: list[str] = []
        total = 0
        for line in self.text.split("\n"):
            named = [found[1] for found in TOKEN.finditer(line) if found[1]]
            if named and not any(values[each] for each in named):
                continue
            shown = TOKEN.sub(lambda found: _token(found, values), line).rstrip()
            if not shown and (not lines or not lines[-1]):
                continue
            total += len(shown) + 1
            if total > MOST_FILLED:
                message = f"{self.file}: a message of more than {MOST_FILLED:,} characters"
                raise TemplateError(message)
            lines.append(shown)
        return "\n".join(lines).strip("\n")

    def split(self, values: Mapping[str, str]) -> tuple[Template, Template]:
        """Return the line that becomes the first, and what is below it, each as a template."""
        lines = self.text.split("\n")
        for at, line in enumerate(lines):
            title = Template(self.file, line)
            if title.filled(values):
                return title, Template(self.file, "\n".join(lines[at + 1 :]))
        return Template(self.file, ""), Template(self.file, "")


def _token(found: re.Match[str], values: Mapping[str, str]) -> str:
    return values[found[1]] if found[1] else found[0][0]


def read(file: str, text: str) -> Template:
    """Return a template of ``file``; raises TemplateError with the place of what it can't have."""
    if len(text) > MOST_CHARACTERS:
        message = f"{file}: more than {MOST_CHARACTERS:,} characters"
        raise TemplateError(message)
    named = 0
    # Lines may end as Windows ends them; anywhere else a return forges what follows it.
    text = text.replace("\r\n", "\n")
    for number, line in enumerate(text.split("\n"), 1):
        hidden = re.search(encode.UNSAFE, line.translate(HARMLESS))
        if hidden is not None:
            message = (
                f"{file}:{number}:{hidden.start() + 1}: a character that nobody sees,"
                f" `{encode.terminal(hidden[0])}`; take it out"
            )
            raise TemplateError(message)
        for found in TOKEN.finditer(line):
            place = f"{file}:{number}:{found.start() + 1}"
            name = found[1]
            named += bool(name)
            if name is not None and name not in PLACEHOLDERS:
                known = did_you_mean(name, PLACEHOLDERS) or f"there are {', '.join(PLACEHOLDERS)}"
                message = f"{place}: there is no placeholder `{{{name}}}`; {known}"
                raise TemplateError(message)
            if found[0] in {"{", "}"}:
                message = (
                    f"{place}: a `{found[0]}` by itself; a placeholder is a name in braces, such as"
                    f" `{{service}}`, and `{found[0] * 2}` stands for the character"
                )
                raise TemplateError(message)
            if named > MOST_PLACEHOLDERS:
                message = f"{place}: more than {MOST_PLACEHOLDERS} placeholders"
                raise TemplateError(message)
    return Template(file, text.rstrip("\n"))


def read_words(file: str, text: str) -> dict[str, str]:
    """Return what texts are in another language, from lines such as `Pay by phone = Payez …`.

    An empty line, and one that begins with `#`, says nothing. Raises TemplateError.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        said, equals, becomes = (" ".join(each.split()) for each in line.partition(" = "))
        if not (said and equals and becomes):
            message = (
                f"{file}:{number}:1: a line says what a text is in this language, such as"
                " `Pay by phone = Payez par téléphone`"
            )
            raise TemplateError(message)
        if said in found and found[said] != becomes:
            message = f"{file}:{number}:1: `{said}` is there already, and is something else"
            raise TemplateError(message)
        found[said] = becomes
    return {encode.terminal(said): encode.terminal(becomes) for said, becomes in found.items()}
