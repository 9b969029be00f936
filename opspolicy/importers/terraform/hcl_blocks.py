"""The outermost blocks of a text in HCL, Terraform's language: where each begins and what it holds.

It takes time in proportion to the text, whatever that is, and nothing in it is believed but
brackets, texts, heredocs and comments. What isn't closed is told with its place.
https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

import re

from opspolicy.importers.shared.draft import Mark
from opspolicy.record import NamedTuple
from opspolicy.source import limits
from opspolicy.source.yaml_reader import CONTROL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

HEREDOC = "_"
"""What stands for a heredoc, which is left out: any name would do."""

OUTSIDE = re.compile(
    r"#[^\n]*|//[^\n]*|/\*.*?\*/|/\*|<<-?(?P<name>[^\W\d][\w.-]*)[ \t]*\r?\n|[\"{}\[\]()]",
    re.DOTALL,
)
INSIDE = re.compile(r"\\.|\$\$\{|%%\{|[$%]\{|\"|\n")
HEREDOC_ENDS = re.compile(r"^[ \t]*([^\W\d][\w.-]*)[ \t]*\r?$", re.MULTILINE)
HEADER = re.compile(r'\s*[^\W\d][\w-]*(?:[ \t]+(?:"[^"\n]*"|[^\W\d][\w-]*))*[ \t]*')
CLOSES = {"{": "}", "[": "]", "(": ")", "${": "}", "%{": "}", '"': '"'}
TEXT, COMMENT = '"', "comment"
NO_BLOCK = (
    'a file of Terraform has blocks, such as `resource "aws_db_instance" "main" { … }`, and nothing'
    " between them"
)


class BrokenError(ValueError):
    """What is wrong with a text, and where."""

    def __init__(self, message: str, place: Mark) -> None:
        """Say ``message`` of a place."""
        super().__init__(message)
        self.place = place


class Block(NamedTuple):
    """A block: the words before its brace, where these begin, and the position of the brace.

    ``body`` is what is from there to its closing brace: as many lines, and each as it is written,
    but with nothing for comments, and with HEREDOC for heredocs.
    """

    header: str
    start: int
    opens: int
    body: str


def place(text: str, at: int) -> Mark:
    """Return the line and the column of a position, counted from 0."""
    return Mark(text.count("\n", 0, at), at - text.rfind("\n", 0, at) - 1)


def check_characters(text: str) -> None:
    """Refuse what terminals obey and no schedule needs; raises BrokenError."""
    found = re.search(CONTROL, text)
    if found is not None:
        message = f"the control character U+{ord(found[0]):04X} stands in the file: remove it"
        raise BrokenError(message, place(text, found.start()))


def blocks(text: str) -> Iterator[Block]:
    """Yield the outermost blocks; raises BrokenError."""
    return _Scanner(text).blocks()


class _Scanner:
    """Goes through a text from one sign that matters to the next."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        # The signs that are open, each with its position.
        self.stack: list[tuple[str, int]] = []
        # What was passed of the block or of its header, up to `copied`.
        self.pieces: list[str] = []
        self.start = self.opens = self.copied = 0
        self.header = ""

    def blocks(self) -> Iterator[Block]:
        """Yield each block as it closes."""
        while found := self._pattern.search(self.text, self.at):
            sign, self.at = found[0], found.end()
            if self.stack and self.stack[-1][0] == TEXT:
                if sign == "\n":
                    break
                if sign == TEXT:
                    self.stack.pop()
                elif sign in CLOSES:
                    self._open(sign, found.start())
            elif sign in CLOSES:
                self._open(sign, found.start())
            elif sign not in {"}", "]", ")"}:
                self._leave_out(found)
            elif self._close(sign, found.start()):
                yield Block(self.header, self.start, self.opens, self._passed(self.at))
                self.start = self.at
        if self.stack:
            sign, at = self.stack[-1]
            what = "text" if sign == TEXT else f"`{sign}`"
            raise self._unclosed(what, at)
        self._check_blank(self._passed(len(self.text)))

    @property
    def _pattern(self) -> re.Pattern[str]:
        return INSIDE if self.stack and self.stack[-1][0] == TEXT else OUTSIDE

    def _passed(self, end: int) -> str:
        """Return what was passed since the last time, up to ``end``."""
        self.pieces.append(self.text[self.copied : end])
        passed, self.pieces, self.copied = "".join(self.pieces), [], end
        return passed

    def _open(self, sign: str, at: int) -> None:
        if not self.stack and sign == "{":
            self.header, self.opens = self._passed(at), at
            if HEADER.fullmatch(self.header) is None:
                self._check_blank(self.header)
                raise self._broken(NO_BLOCK, at)
        self.stack.append((sign, at))
        if len(self.stack) > limits.DEPTH:
            message = f"the file nests deeper than {limits.DEPTH} levels, which is the limit"
            raise self._broken(message, at)

    def _close(self, sign: str, at: int) -> bool:
        """Whether what is closed was a block."""
        if not self.stack or CLOSES[self.stack[-1][0]] != sign:
            message = f"this `{sign}` closes nothing that is open"
            raise self._broken(message, at)
        self.stack.pop()
        return not self.stack and sign == "}"

    def _leave_out(self, found: re.Match[str]) -> None:
        """Pass a comment or a heredoc, and keep the lines that it takes."""
        start = found.start()
        if found[0] == "/*":
            raise self._unclosed(COMMENT, start)
        self.pieces.append(self.text[self.copied : start])
        if found["name"]:
            self.at = self._heredoc_end(start, found["name"])
            self.pieces.append(HEREDOC + "\n" * self.text.count("\n", start, self.at))
        else:
            self.pieces.append(re.sub(r"[^\n]", " ", found[0]))
        self.copied = self.at

    def _heredoc_end(self, start: int, name: str) -> int:
        """Return where the line ends that closes a heredoc."""
        at = self.at
        while found := HEREDOC_ENDS.search(self.text, at):
            at = found.end()
            if found[1] == name:
                return at
        message = f"the text that begins here isn't closed: no line is `{name}`"
        raise self._broken(message, start)

    def _check_blank(self, part: str) -> None:
        """Refuse what stands outside of all blocks."""
        if part.strip():
            raise self._broken(NO_BLOCK, self.start + len(part) - len(part.lstrip()))

    def _unclosed(self, what: str, at: int) -> BrokenError:
        return self._broken(f"the {what} that begins here isn't closed", at)

    def _broken(self, message: str, at: int) -> BrokenError:
        return BrokenError(message, place(self.text, at))
