"""Comments in foreign files that carry keys of ours: `# opspolicy: duration=20m requires=a,b`."""

from __future__ import annotations

import re

from opspolicy.estate import language
from opspolicy.estate.shapes import Items
from opspolicy.importers.shared.texts import shown
from opspolicy.source import yaml_reader
from opspolicy.source.files import MARK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.importers.shared.draft import Draft
    from opspolicy.source.node import Node

NAME = "name"
WORD = re.compile(r"""([a-z_]+)=("[^"]*"|'[^']*'|[^\s"'\[{]+|\[[^\]]*\]|\{[^}]*\})(?=\s|$)""")
SIGNS = " \t#;"
ALMOST = re.compile(
    r"opspolicy(\.dev)?(?![a-z])([ \t]*:|/[a-z_]+[ \t]*[:=]|[^\n]*?[ \t][a-z_]+=[^\s=])",
    re.IGNORECASE,
)
"""`opspolicy duration=1h`, `opspolicy.dev: …`, `Opspolicy: …`; no sentence that begins so."""

SPACE = re.compile(r"\s*")
HINT = "write it as `# opspolicy: duration=20m requires=a,b summary='two words'`"


def is_addressed(line: str) -> bool:
    """Whether a line is a comment that is addressed to this program."""
    return line.lstrip(SIGNS).startswith(MARK)


def is_almost_addressed(line: str) -> bool:
    """Whether a comment seems to be meant for this program, and isn't addressed to it."""
    return not is_addressed(line) and ALMOST.match(line.lstrip(f"{SIGNS}/")) is not None


def tell_of_almost(draft: Draft, number: int, line: str) -> None:
    """Tell a draft of line ``number``, a comment that only seems to be meant for this program."""
    bare = line.strip(" \t")
    place = draft.node(None, number, line.index(bare) + 1, len(bare)).span
    why = f"a comment with keys begins with `{MARK}`"
    draft.leave(place, why, HINT, f"the comment `{shown(bare)}`")


def keys(draft: Draft, section: str, number: int, line: str) -> dict[str, Node]:
    """Return the keys that line ``number`` gives an entry of ``section``, each with its value.

    What can't be made out is told to the draft.
    """
    found: dict[str, Node] = {}
    at = line.index(MARK) + len(MARK)
    while at < len(line):
        at += len(SPACE.match(line, at)[0])  # type: ignore[index] # it always matches
        word = WORD.match(line, at)
        if word is None:
            rest = line[at:].rstrip()
            if rest:
                place = draft.node(None, number, at + 1, len(rest)).span
                draft.leave(place, "no `key=value` begins there", HINT, f"`{rest}`")
            break
        key, text = word[1], word[2]
        value = _value(section, key, text)
        found[key] = draft.node(value, number, word.start(2) + 1, len(text))
        at = word.end()
    return found


def _value(section: str, key: str, text: str) -> object:
    """Return what a word says: in quotes a text, for a key that takes a list all between commas."""
    if text[0] in "'\"":
        return text[1:-1]
    known = language.ENTRIES[section].keys.get(key)
    if known is not None and isinstance(known.shape, Items) and text[0] not in "[{":
        return [each for each in text.split(",") if each]
    documents, problems = yaml_reader.read(text, "")
    return documents[0].plain() if len(documents) == 1 and not problems else text
