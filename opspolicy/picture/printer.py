"""Texts on their way to a terminal: in lines that fit, in colour or not, in ASCII alone or not."""

from __future__ import annotations

from opspolicy import encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from opspolicy.picture.choice import Look

INDENT = "  "


class Printer:
    """Makes lines of texts, as they are to look."""

    def __init__(self, look: Look, colors: Mapping[str, str]) -> None:
        """Print with ``look``; ``colors`` are the codes of a terminal, by what is said."""
        self.look, self.colors = look, colors

    def page(self, lines: Iterable[str]) -> str:
        """Return lines as a text, with a final line break."""
        return self._plain("\n".join(lines)) + "\n"

    def said(self, text: str, name: str = "", indent: str = "") -> Iterator[str]:
        """Yield a text in lines that fit, all but the first farther in."""
        for at, each in enumerate(self._wrapped(text, len(indent) + len(INDENT))):
            yield f"{indent}{INDENT if at else ''}{self.paint(each, name)}"

    def block(self, text: str) -> Iterator[str]:
        """Yield a text in lines that fit, all of them farther in."""
        for each in self._wrapped(text, len(INDENT)):
            yield f"{INDENT}{each}"

    def paint(self, text: str, name: str) -> str:
        """Return a text in the colour of what it says, if it has one."""
        if not self.look.color or not text.strip() or name not in self.colors:
            return text
        return f"\x1b[{self.colors[name]}m{text}\x1b[0m"

    def _wrapped(self, text: str, indent: int) -> Iterable[str]:
        return encode.wrap(self._plain(encode.terminal(text)), self.look.width - indent)

    def _plain(self, text: str) -> str:
        """Return a text as a terminal shows it that knows nothing but ASCII."""
        if not self.look.plain:
            return text
        return text.replace("…", "...").encode("ascii", "replace").decode("ascii")
