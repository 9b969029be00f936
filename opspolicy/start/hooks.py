"""Our hook among the others of a pre-commit configuration, of which every byte stays as it is."""

from __future__ import annotations

import re

from opspolicy.repair.edits import Edit, text_after
from opspolicy.source import files
from opspolicy.source.span import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from opspolicy.source.files import SourceFile
    from opspolicy.source.node import Node

IDS = ("opspolicy", "opspolicy-new")
KEY = "repos"
TYPES = "default_install_hook_types: [pre-commit, pre-merge-commit, pre-push]\n"
"""Without it, `pre-commit install` leaves merges and pushes out."""

HEAD = f"{KEY}:\n"
DASH = re.compile(r"( *)- ")


class HooksError(ValueError):
    """A configuration to which nothing can be added with all else left as it is."""


def first(entry: str) -> str:
    """Return a configuration of nothing but ``entry``."""
    return TYPES + HEAD + entry


def has_ours(file: SourceFile) -> bool:
    """Whether a configuration runs a hook of ours."""
    return any(
        isinstance(hook, dict) and hook.get("id") in IDS
        for document in file.documents
        for repo in _listed(document.plain(), KEY)
        for hook in _listed(repo, "hooks")
    )


def with_ours(file: SourceFile, entry: str) -> SourceFile:
    """Return a configuration with ``entry`` as the last of its repositories.

    Raises HooksError where that isn't to be done by adding lines alone.
    """
    if file.problems:
        raise HooksError(file.problems[0].message)
    before: list[Any] = [document.plain() for document in file.documents]
    if not before or before == [None]:
        before, text = [{}], _ended(file.text) + HEAD + entry
    else:
        text = _added(file, entry)
    after = files.parse(file.path, text)
    # It is believed once it says what was meant, and nothing else.
    (ours,) = files.parse(file.path, HEAD + entry).documents[0].find(KEY).plain()  # type: ignore[union-attr,misc]
    wanted = [{**before[0], KEY: [*_listed(before[0], KEY), ours]}] if _is_one(before) else []
    if after.problems or [document.plain() for document in after.documents] != wanted:
        message = f"`{KEY}` isn't written as a list with a dash for each"
        raise HooksError(message)
    return after


def _added(file: SourceFile, entry: str) -> str:
    """Return the text with lines added; whether it says what was meant is for others to see."""
    root = file.documents[0]
    found = root.find(KEY)
    if found is None or found.value is None:
        line = len(file.lines()) if found is None else root.key(KEY).line
        added = HEAD + entry if found is None else entry
    else:
        line, indent = _last_line(file, found)
        added = re.sub(r"^  ", indent, entry, flags=re.MULTILINE)
    text = _ended(file.text)
    is_at_end = line >= len(file.lines()) - (file.text == text)
    if is_at_end:
        return text + _broken(added, text)
    span = Span(file.path, line + 1, 1, line + 1, 1)
    return text_after(text, [Edit(span, _broken(added, text), scalar=False)])


def _last_line(file: SourceFile, repos: Node) -> tuple[int, str]:
    """Return the last line of a list, and how far it is indented.

    Blank lines behind it, and comments that stand no deeper than its dashes, are of what follows.
    """
    shown = DASH.match(file.line(repos.span.line))
    if shown is None:
        message = f"`{KEY}` isn't written as a list with a dash for each"
        raise HooksError(message)
    indent = shown[1]
    end = repos.span
    line = (
        end.end_line if file.line(end.end_line)[: end.end_column - 1].strip() else end.end_line - 1
    )
    while line > repos.span.line:
        text = file.line(line)
        rest = text.lstrip(" ")
        if rest.strip() and not (rest.startswith("#") and len(text) - len(rest) <= len(indent)):
            break
        line -= 1
    return line, indent


def _is_one(documents: list[Any]) -> bool:
    return len(documents) == 1 and isinstance(documents[0], dict)


def _listed(document: object, key: str) -> list[Any]:
    """Return the list at a key of something that may be anything."""
    value = document.get(key) if isinstance(document, dict) else None
    return value if isinstance(value, list) else []


def _ended(text: str) -> str:
    """Return a text whose last line has an end."""
    return text if not text or text.endswith("\n") else text + _broken("\n", text)


def _broken(lines: str, text: str) -> str:
    """Return lines that end as those of ``text`` do."""
    return lines.replace("\n", "\r\n") if "\r\n" in text else lines
