"""What reads our formats: each as its platform does, strictly, and sharing nothing with writers.

A reader fails for whatever would be obeyed, and returns what was found and all that was said.
"""

from __future__ import annotations

import json
import re
import unicodedata
import xml.etree.ElementTree as ET
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FINGERPRINT = re.compile(r"ops-[0-9a-f]{8,32}")
SEVERITIES = ("error", "warning", "info")

# What the runner knows; https://github.com/actions/runner, ActionCommandManager.
REGISTERED = {
    "add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group",
    "internal-set-repo-path", "notice", "remove-matcher", "save-state", "set-env", "set-output",
    "stop-commands", "warning",
}  # fmt: skip
# Other platforms' logs obey what stands anywhere in a line.
ELSEWHERE = re.compile(r"##(vso|teamcity)\[")
OBEYED = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Categories of characters that move, hide or turn around what stands beside them."""


class Command(NamedTuple):
    """A workflow command as the runner reads it."""

    name: str
    properties: dict[str, str]
    message: str


class Read(NamedTuple):
    """What a document says.

    Fingerprints, or beginnings of them; how many there are in all; all texts; and the exit code,
    where the format has one.
    """

    findings: list[str]
    total: int
    said: str
    exit_code: int | None = None


def visible(text: str) -> str:
    """Return a text as a person sees it: what isn't seen by itself as an escape.

    Where lines break, how much white space there is, and what only keeps a log from obeying is
    left out.
    """
    shown = "".join(_seen(each) for each in text)
    shown = shown.replace("\\x23", "#").replace("\\x3a", ":").replace("\\x0a", "")
    shown = shown.replace("\\x09", "").replace("\\x0d", "")
    return re.sub(r"[\s`'…]", "", shown)


def _seen(character: str) -> str:
    code = ord(character)
    if character in "\t\r\n" or (unicodedata.category(character) not in OBEYED and code < 0xFFFE):
        return character
    if unicodedata.category(character) in OBEYED or code in (0xFFFE, 0xFFFF):
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
    return character


# Logs ---------------------------------------------------------------------------------------------


def commands(log: str) -> list[Command]:
    """Return the commands that GitHub's runner finds in a log; fails for those of others."""
    assert not ELSEWHERE.search(log)
    return [found for line in re.split("[\r\n]", log) if (found := _command(line)) is not None]


def _command(line: str) -> Command | None:
    """Return the command of a line: `::name key=value::message`, else `##[name key=value;]…`."""
    written = line.lstrip()
    if written.startswith("::"):
        end = written.find("::", 2)
        name, _, rest = written[2:end].partition(" ")
        if end >= 0 and name in REGISTERED:
            pairs = (each.partition("=") for each in rest.split(",") if each)
            properties = {key: _decoded(value) for key, _, value in pairs}
            return Command(name, properties, _decoded(written[end + 2 :]))
    start = line.find("##[")
    end = line.find("]", start)
    if 0 <= start < end:
        name = line[start + 3 : end].partition(" ")[0]
        if name in REGISTERED:
            return Command(name, {}, line[end + 1 :])
    return None


def _decoded(value: str) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        value = value.replace(code, character)
    return value


def assert_harmless(shown: str, *, lines: bool = True) -> None:
    """Fail where a terminal would obey anything."""
    obeyed = {each for each in shown if unicodedata.category(each) in OBEYED}
    assert obeyed <= ({"\n"} if lines else set()), [hex(ord(each)) for each in obeyed]


# A reader a format --------------------------------------------------------------------------------


def text(written: str) -> Read:
    """Read what a person is shown, from heads of findings and lines of them."""
    assert_harmless(written)
    head = rf"(?:(?:new|worse|unchanged|waived) )*(?:{'|'.join(SEVERITIES)})\[OPS\d+\] "
    # In full, with the fingerprint at the end or on a line of its own; or a line with its place.
    full = re.findall(rf"^{head}.*(?:\n{FINGERPRINT.pattern}$)?", written, re.MULTILINE)
    short = re.findall(rf"^\S+:\d+:\d+: {head}", written, re.MULTILINE)
    prefixes = [each for found in full for each in FINGERPRINT.findall(found)[-1:]]
    return Read(prefixes, len(full) + len(short), written)


def as_json(written: str) -> Read:
    """Read JSON; its texts are told as they are."""
    assert written.isascii()
    document = json.loads(written)
    found = [each["fingerprint"] for each in document["findings"]]
    return Read(found, len(found), _texts(document), document["exit_code"])


def sarif(written: str) -> Read:
    """Read SARIF: what is found, and what an importer is told of the run."""
    assert written.isascii()
    document = json.loads(written)
    (run,) = document["runs"]
    found = [
        next(found[0] for value in prints.values() if (found := FINGERPRINT.match(value)))
        for each in run["results"]
        for prints in [each["partialFingerprints"]]
    ]
    files: list[str] = []
    for each in run["results"]:
        # What follows a bracket is a link, and ours lead to places that are given.
        ids = {str(place["id"]) for place in each.get("relatedLocations", ())}
        assert {*re.findall(r"\]\(([^)]*)\)", each["message"]["text"])} <= ids, each
        for place in (*each["locations"], *each.get("relatedLocations", ())):
            uri = place["physicalLocation"]["artifactLocation"]["uri"]
            assert re.fullmatch(r"[A-Za-z0-9%._~/-]+", uri), uri
            files.append(unquote(uri))
    assert '""' not in re.sub(r'\\"', "", written)
    assert_harmless(_texts(document))
    invocation = run["invocations"][0]
    said = re.sub(r"\\([\[\]\\])", r"\1", _texts(document)).replace("] (", "](")
    # Braces are doubled in messages, and nowhere else.
    said = "\n".join([said, said.replace("{{", "{").replace("}}", "}"), *files])
    return Read(found, run["properties"]["findings"], said, invocation["exitCode"])


def gitlab(written: str) -> Read:
    """Read code quality: no two entries have one fingerprint."""
    assert written.isascii()
    document = json.loads(written)
    found = [each["fingerprint"] for each in document]
    assert len(set(found)) == len(found)
    assert_harmless(_texts(document))
    # One that is worse, or comes twice, says so behind its fingerprint.
    return Read([each.partition(":")[0] for each in found], len(found), _texts(document))


def junit(written: str) -> Read:
    """Read JUnit: counts are those of the cases."""
    root = ET.fromstring(written)  # noqa: S314 - what we have written ourselves
    cases = root.findall(".//testcase")
    for suite in root.iter("testsuite"):
        for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(name, "0")) == len(suite.findall(f"testcase/{tag}"))
        assert int(suite.get("tests", "0")) == len(suite.findall("testcase"))
    found = [
        match[0]
        for case in cases
        if (match := FINGERPRINT.search(" ".join([*case.attrib.values(), *case.itertext()])))
    ]
    said = "\n".join([*root.itertext(), *(v for each in root.iter() for v in each.attrib.values())])
    assert_harmless(said.replace("\t", ""))
    code = 2 if root.find(".//testcase/error") is not None else 0
    code = code or (1 if root.find(".//testcase/failure") is not None else 0)
    return Read(found, len(found), said, code)


def github(written: str) -> Read:
    """Read annotations: every line is one, of a known level, and the tenth counts the others."""
    assert_harmless(written)
    lines = written.splitlines()
    found = commands(written)
    assert len(found) == len(lines)
    total, prefixes = 0, []
    for each in found:
        assert each.name in {"error", "warning", "notice"}
        assert set(each.properties) <= {"file", "line", "endLine", "col", "endColumn", "title"}
        assert_harmless(each.message)
        more = re.match(r"and ([\d,]+) more of", each.message)
        total += int(more[1].replace(",", "")) if more else 1
        prefixes += FINGERPRINT.findall(each.message)[-1:]
    for level in ("error", "warning", "notice"):
        assert sum(1 for each in found if each.name == level) <= 10
    said = "\n".join(text for each in found for text in (*each.properties.values(), each.message))
    return Read(prefixes, total, said)


def markdown(written: str) -> Read:
    """Read Markdown as GitHub does: no link, picture, mention or HTML but the marker's."""
    assert_harmless(written)
    parser = MarkdownIt("gfm-like", {"html": True, "linkify": False})
    said: list[str] = []
    rows = 0
    prefixes: list[str] = []
    in_head = False
    for token in parser.parse(written):
        rows += token.type == "tr_open" and not in_head
        in_head = token.type == "thead_open" or (in_head and token.type != "thead_close")
        if token.type == "html_block":
            assert token.content.strip() == "<!-- opspolicy -->"
        elif token.type == "fence":
            assert token.info == "mermaid"
            said.append(token.content)
        for child in token.children or []:
            assert child.type in {
                "text", "code_inline", "strong_open", "strong_close", "softbreak", "hardbreak",
                "text_special",
            }, (child, written)  # fmt: skip
            if child.type in {"text", "text_special"}:
                # What GitHub would make something of by itself.
                assert not re.search(r"@\w|://|www\.|#\d", child.content), child.content
            said.append(child.content)
        if token.type == "inline" and token.map is not None:
            prefixes += FINGERPRINT.findall(token.content)[:1]
    more = re.search(r"and ([\d,]+) more of ([\d,]+) findings", "".join(said))
    total = int(more[2].replace(",", "")) if more else rows
    assert not more or int(more[1].replace(",", "")) == total - (rows - 1)
    return Read(list(dict.fromkeys(each[:12] for each in prefixes)), total, "\n".join(said))


TAGS = {
    "html": {"lang"}, "head": set(), "meta": {"charset", "http-equiv", "content", "name"},
    "title": set(), "style": set(), "body": set(), "header": set(), "main": set(), "h1": set(),
    "h2": {"id", "tabindex"}, "p": {"class", "id", "hidden"}, "br": set(), "span": {"class", "id", "role"},
    "article": {"id"}, "code": {"class"}, "pre": {"role", "aria-label", "tabindex"}, "dl": set(),
    "dt": set(), "dd": set(), "table": set(), "tr": {"id"}, "td": {"class"}, "noscript": set(),
    "section": {"id", "aria-label", "hidden"}, "form": {"id", "role", "aria-label"},
    "label": set(), "input": {"type", "name", "placeholder", "list"}, "datalist": {"id"},
    "select": {"name"}, "option": {"value"}, "strong": {"id"}, "kbd": set(),
    "div": {"id", "class", "role", "aria-label", "aria-hidden", "tabindex"},
    "button": {"type", "data-do", "data-span", "aria-label", "title"},
    "ul": {"class", "aria-label"}, "li": set(), "defs": set(),
    "svg": {"width", "height", "class", "aria-hidden"}, "path": {"d"}, "rect": {"width", "height"},
    "pattern": {"id", "width", "height", "patternunits", "patterntransform"},
    "aside": {"id", "role", "aria-labelledby", "hidden"}, "script": {"type", "id"},
}  # fmt: skip


class Page(HTMLParser):
    """Takes a page apart; fails for an element or an attribute that isn't ours."""

    def __init__(self) -> None:
        """Have read nothing yet."""
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.articles: list[str] = []
        self.rows: list[str] = []
        self.policy = ""
        self.held: dict[str, str] = {}
        self._within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        for name, value in attrs:
            assert name in TAGS[tag], (tag, name)
            self.said.append(value or "")
        values = dict(attrs)
        if tag in {"script", "style"}:
            self._within = values.get("id") or tag
            assert self._within not in self.held
        if tag == "article":
            self.articles.append(values["id"] or "")
        if tag == "tr":
            self.rows.append(values["id"] or "")
        if values.get("http-equiv") == "Content-Security-Policy":
            self.policy = values["content"] or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self._within = ""

    def handle_data(self, data: str) -> None:
        if self._within:
            self.held[self._within] = self.held.get(self._within, "") + data
        else:
            self.said.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


def html(written: str) -> Read:
    """Read a page: our own elements alone, and a policy that allows nothing else."""
    assert_harmless(written)
    page = Page()
    page.feed(written)
    page.close()
    trusted = {
        name: f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
        for name, text in page.held.items()
        if name != "data"
    }
    assert "style" in trusted
    runs = f" script-src {trusted['script']};" if "script" in trusted else ""
    assert page.policy == (
        f"default-src 'none';{runs} style-src {trusted['style']}; base-uri 'none';"
        " form-action 'none'"
    )
    said = "\n".join(page.said)
    if "data" in page.held:
        data = json.loads(page.held["data"])
        assert {each["id"] for each in data["findings"]} == {*page.articles, *page.rows}
        said += "\n" + _texts(data)
    more = re.search(r"… and ([\d,]+) more of ([\d,]+) findings", said)
    many = len(page.articles) + len(page.rows)
    total = many + (int(more[1].replace(",", "")) if more else 0)
    assert not more or int(more[2].replace(",", "")) == total
    return Read(page.articles, total, said)


READERS: dict[str, Callable[[str], Read]] = {
    "github": github,
    "gitlab": gitlab,
    "html": html,
    "json": as_json,
    "junit": junit,
    "markdown": markdown,
    "sarif": sarif,
    "text": text,
}


def _texts(document: Any) -> str:  # noqa: ANN401 - JSON
    return "\n".join(_strings(document))


def _strings(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
