"""Two hundred texts that somebody would write into a name to have it obeyed."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

COMMANDS = (
    "::error::forged", "::warning file=a.yaml,line=1::forged", "::set-output name=x::y", "::add-mask::secret",
    "::stop-commands::token", "::notice title=x::y", "::group::x", "##[error]forged", "##[set-env name=PATH]x",
    "##[group]x", "###[error]x", "##vso[task.setvariable variable=x]y", "##vso[task.complete result=Succeeded;]",
    "##teamcity[buildStatus status='SUCCESS']", "%0A::error::forged", "%0D%0A::error::x", "%25", "%2C,%3A",
    "a,line=99", "x::y", ":::", ":: ::", "file=b.yaml,title=x", "::endgroup::", "section_start:0:x",
)  # fmt: skip
ESCAPES = (
    "\x1b[31mred", "\x1b]0;title\x07", "\x1b]8;;http://e.org\x1b\\link", "\x9b31m", "\x08\x08\x08erased", "\x00nul",
    "\x07bell", "\x7fdel", "\x85next", "\u2028line", "\u2029paragraph", "\u202ereversed", "\u2066isolate\u2069",
    "\u200bzero", "\ufeffmark", "\u061cletter", "\u200f", "\ufffe", "\uffff", "\x0bvertical", "\x0cform",
)  # fmt: skip
MARKUP = (
    "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<!-- opspolicy -->", "-->", "<![CDATA[x]]>", "]]>",
    "<!DOCTYPE x [<!ENTITY e 'x'>]>", "&amp;&lt;&#60;&#x3c;", "</td></tr></table>", "</style>", '" onload="x', "' style='x",
    "<details>", "javascript:alert(1)", "</pre></article>",
)  # fmt: skip
MARKDOWN = (
    "[x](http://e.org)", "![x](http://e.org/x.png)", "@acme/ops", "@someone", "#123", "acme/x#1", "GH-1", "http://e.org",
    "https://e.org/a?b=c&d", "www.e.org", "<http://e.org>", "`code`", "``", "```\nfence", "~~~", "| a | b |", "a\\|b", "\\|",
    "**bold**", "__x__", "~~x~~", "- [ ] task", "1. one", "> quote", "# head", "---", "===", "$x^2$", "\\", "[^1]", "[x]: http://e.org",
    ":tada:", "7f3c91d2e0", "{0}", "{{x}}", "${{ github.token }}", "[text](1)", "[a](file:///etc/passwd)",
)  # fmt: skip
LINES = (
    "\n::error::forged",
    "\r::error::forged",
    "\r\n##[error]x",
    "a\nb",
    "\t::error::x",
    " ::error::x",
    "\u3000::error::x",
    "\n\n# head",
    "\n| a | b |",
    "\n</pre>",
    "\n```",
)
OTHER = ("a,b:c;d", "a:b", '"quoted"', "'single'", "\\n", "\\x1b", "/etc/passwd", "../../x", "a b", "é", "客户门户", "👩‍🚀".replace("\u200d", ""), "x" * 60)  # fmt: skip

ONCE = (*COMMANDS, *ESCAPES, *MARKUP, *MARKDOWN, *LINES, *OTHER)
TWICE = tuple(
    f"{one} {other}"
    for one, other in product(
        COMMANDS[::3] + LINES[::2], MARKUP[::4] + ESCAPES[::5] + MARKDOWN[::9]
    )
)
PAYLOADS = (*ONCE, *TWICE[: 200 - len(ONCE)]) if len(ONCE) < 200 else ONCE


def mostly_proved(texts: Iterable[str]) -> list[Any]:
    """Return texts as parameters: a quarter in each run of the tests, the others in the proofs."""
    return [
        each if at % 4 == 0 else pytest.param(each, marks=pytest.mark.prove)
        for at, each in enumerate(texts)
    ]
