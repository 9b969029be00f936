"""Untrusted text made safe for a sink. Names, titles and file names come from anybody."""

from __future__ import annotations

# C0 and C1 move cursors and start escape sequences; the others turn text around or hide it.
UNSAFE = (
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff]"
)


FORMULA = r"((?:^|[;|])[\s\"]*)([=+@-]|[\uff1d\uff0b\uff20\uff0d])"
"""What a spreadsheet computes, at the beginning of a cell or of what it may take for one."""

# A date with its time, and a duration: `Sat 9 Oct 2027 06:00`, `42 h 30 min`.
TOGETHER = (
    r"\b[A-Z][a-z]{2} [0-9]{1,2} [A-Z][a-z]{2} [0-9]{4}( [0-9]{2}:[0-9]{2})?"
    r"|[0-9]+ (h|min|s|days)\b( [0-9]+ (h|min|s)\b)*"
)


# Encoded text has no NUL left, so it can stand for a column.
FILLER = "\0"


# What GitLab and Jenkins read in the output of a test, and attach whatever file it names.
ATTACHMENT = "[[ATTACHMENT|"


# A name, a place in a file, a fingerprint or an option, in one word.
CODE = r"`([A-Za-z0-9.\-*](?:[A-Za-z0-9._/:=\-*?#,()+ ]*[A-Za-z0-9._/\-*?#)])?)`"

# A name, a path or a duration, which YAML can only take for text.
PLAIN = r"[A-Za-z][A-Za-z0-9._/@+-]*|([0-9]+[wdhms])+"

# Text to YAML 1.2 too, all but the first three; other readers may see it otherwise.
WORDS_OF_YAML = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n"))

# What becomes a mention, a reference to an issue or a commit, or a link without any brackets.
LIVELY = r"[@#`]|//|www\.|\b(GH|gh)-[0-9]|\b[0-9a-f]{7,40}\b"

# What would begin a list, a heading or a line at the beginning of a paragraph.
LIST_MARK = r"^([0-9]*)([-+=.)])"


# What the log of a CI takes for a command, wherever it stands in a line: GitHub's `##[error]`,
# Azure's `##vso[...]`, TeamCity's `##teamcity[...]`.
LOG_COMMAND = r"##(?=[A-Za-z]*\[)"

# What GitHub's log takes for a command at the beginning of a line: `::error::`. Between three
# colons and a space there is no name of a command; the second file of a snippet stands there.
LINE_COMMAND = r"^([^\S\n]*):(?=:)(?!:: )"


def terminal(text: str) -> str:
    """Return ``text`` with everything a terminal would obey shown as a visible escape."""
    if text.isascii() and text.isprintable():
        return text
    import re  # noqa: PLC0415 - only for text that isn't plain

    return re.sub(UNSAFE, lambda found: _escape(found[0]), text)


def lines(text: str) -> str:
    """Return lines of text as ``terminal`` does, but for the line breaks between them."""
    return "\n".join(terminal(line) for line in text.split("\n"))


def log(text: str) -> str:
    """Return lines of text in which the log of a CI finds no command, visibly.

    For whole pages, after wrapping: a command begins where a line does.
    """
    if "##" not in text and "::" not in text:
        return text
    import re  # noqa: PLC0415 - only for text that isn't plain

    text = re.sub(LOG_COMMAND, r"#\\x23", text)
    return re.sub(LINE_COMMAND, r"\1\\x3a", text, flags=re.MULTILINE)


def workflow(text: str) -> str:
    """Return ``text`` as the message of a workflow command, which says it and ends there."""
    shown = log("\n".join(terminal(line) for line in text.split("\n")))
    return shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def workflow_property(text: str) -> str:
    """Return ``text`` as a property of a workflow command: `file=...`, `title=...`."""
    return workflow(text.replace("\n", " ")).replace(":", "%3A").replace(",", "%2C")


def as_json(document: object, *, indent: int | None = 2) -> str:
    """Return a document as JSON in ASCII, in which the log of a CI finds no command either."""
    import io  # noqa: PLC0415 - only for who asks for it
    import json  # noqa: PLC0415
    import re  # noqa: PLC0415

    # Piece by piece: `dumps` keeps each as an object until the last.
    buffer = io.StringIO()
    buffer.writelines(json.JSONEncoder(indent=indent, ensure_ascii=True).iterencode(document))
    written = buffer.getvalue()
    # No line begins with a colon. Outside texts there is no `#`, inside it may be an escape.
    return re.sub(LOG_COMMAND, r"#\\u0023", written)


def uri(path: str) -> str:
    """Return a relative path as a relative URI reference."""
    from urllib.parse import quote  # noqa: PLC0415 - only for who asks for URIs

    try:
        # A name that can't be decoded is told by its bytes.
        told = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        told = path.encode("utf-8", "surrogatepass")
    return quote(told, safe="/")


def sarif(text: str) -> str:
    """Return a line of text for a message of SARIF, which says it and links nowhere.

    A brace is doubled, as the standard asks. What would be a link is taken apart by a space:
    outside of links, an escape is shown as it stands.
    """
    return terminal(text).replace("{", "{{").replace("}", "}}").replace("](", "] (")


def sarif_link(text: str, target: int) -> str:
    """Return a link in a message of SARIF to the location whose id is ``target``."""
    import re  # noqa: PLC0415 - only for who asks for SARIF

    label = re.sub(r"[\\\[\]]", lambda found: f"\\{found[0]}", sarif(text))
    return f"[{label}]({target})"


def xml(text: str) -> str:
    """Return lines of text for XML, where a character that it forbids is shown as an escape.

    What XML itself means by `<` and `&` is left to its writer. What those who read test reports
    take for the name of a file to attach is shown, too.
    """
    shown = log(lines(text)).replace(ATTACHMENT, ATTACHMENT.replace("[[", r"[\x5b"))
    # Unicode's noncharacters at the end of the first plane are the others that XML 1.0 leaves out.
    return shown.replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")


def html(text: str) -> str:
    """Return lines of text for HTML, as content or as the value of an attribute in quotes."""
    from html import escape  # noqa: PLC0415 - only for who asks for a page

    return escape(xml(text), quote=True)


def markdown(text: str) -> str:
    """Return ``text`` as inline Markdown that says it and does nothing else.

    A name in backticks stays code. What GitHub would make a mention, a reference or a link of
    becomes code, where it is none; of all other punctuation that means anything, the meaning is
    taken.
    """
    import re  # noqa: PLC0415 - only for who asks for Markdown

    # A line break would begin a block.
    parts = re.split(CODE, terminal(re.sub(r"[ \t\r\n]+", " ", text).strip(" ")))
    shown = [
        f"`{part}`" if at % 2 else re.sub(r"\S+", lambda found: _inert(found[0]), part)
        for at, part in enumerate(parts)
    ]
    return re.sub(LIST_MARK, r"\1\\\2", "".join(shown))


def calendar(text: str) -> str:
    """Return a line of text for an event of a calendar, in which nobody finds markup or a command.

    Google's shows a description as HTML, where `< b` begins no element. A feed may be printed in a
    log, and where its lines are folded depends on all that stands before. The escapes and folds of
    iCalendar itself are left to its writer.
    """
    import re  # noqa: PLC0415 - only for who asks for a calendar

    shown = re.sub(r"<(?=[A-Za-z/!?])", "< ", terminal(text))
    return re.sub(LOG_COMMAND, r"#\\x23", shown).replace("::", r":\x3a")


def cell(text: str) -> str:
    """Return ``text`` as ``markdown`` does, for a cell of a table: no bar in it ends the cell."""
    import re  # noqa: PLC0415 - only for who asks for Markdown

    # A table is split before code is looked for. Outside code every bar is escaped already.
    return re.sub(r"`[^`]*`", lambda found: found[0].replace("|", "\\|"), markdown(text))


def spreadsheet(text: str) -> str:
    """Return ``text`` for a cell of a CSV file, in which a spreadsheet sees no formula.

    It sees none either where it takes a semicolon or a bar for the end of a cell, as many do that
    write numbers with a comma. Quotes and commas are left to the writer of the file.
    """
    import re  # noqa: PLC0415 - only for who asks for a table

    return re.sub(FORMULA, r"\1'\2", terminal(text))


def mermaid(text: str) -> str:
    """Return ``text`` for a label in a Mermaid diagram, whose grammar has no quotes."""
    import re  # noqa: PLC0415 - only for who asks for a diagram

    # Mermaid reads `#58;` as the character of that number.
    return re.sub(r"[^\w ./,()-]", lambda found: f"#{ord(found[0])};", terminal(text))


def fenced(text: str, language: str = "") -> list[str]:
    """Return the lines of a Markdown code block that holds ``text``, whatever that is."""
    lines = [terminal(line) for line in text.split("\n")]
    fence = "```"
    while any(fence in line for line in lines):
        fence += "`"
    return [f"{fence}{language}", *lines, fence]


def scalar(text: str) -> str:
    """Return a text as YAML: as it is where that can't be taken for anything else.

    What a terminal would obey is left to ``terminal``, whose escapes YAML reads.
    """
    import re  # noqa: PLC0415 - only for who asks for YAML

    if re.fullmatch(PLAIN, text) and text.lower() not in WORDS_OF_YAML:
        return text
    import json  # noqa: PLC0415

    return json.dumps(text, ensure_ascii=False)


def columns(text: str) -> int:
    """Return how many columns of a terminal ``text`` takes."""
    if text.isascii():
        return len(text)
    return sum(_width(character) for character in text)


def wrap(text: str, width: int) -> list[str]:
    """Return ``text`` in lines of ``width`` columns; a date, a duration or a name stays whole."""
    if columns(text) <= width:
        return [text] if text else []
    import re  # noqa: PLC0415 - only for what doesn't fit
    import textwrap  # noqa: PLC0415

    glued = re.sub(TOGETHER, lambda found: found[0].replace(" ", "\xa0"), text)
    if not text.isascii():
        # textwrap counts characters, so each is given as many as the columns it takes.
        glued = "".join(each + FILLER * (_width(each) - 1) for each in glued)
    lines = textwrap.wrap(glued, width, break_on_hyphens=False)
    return [line.replace("\xa0", " ").replace(FILLER, "") for line in lines]


def _inert(word: str) -> str:
    """Return a word without spaces so that Markdown makes nothing of it."""
    import re  # noqa: PLC0415 - only for who asks for Markdown

    if re.search(LIVELY, word):
        # In code nothing is looked for; a backtick would end it.
        lively = word.rstrip(",;:.")
        return "`" + lively.replace("`", "'") + "`" + word[len(lively) :]
    return re.sub(r"[\\*_{}\[\]<>&|~$^!]", lambda found: f"\\{found[0]}", word)


def _width(character: str) -> int:
    import unicodedata  # noqa: PLC0415 - only for text that isn't ASCII

    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"  # noqa: PLR2004 - one byte
