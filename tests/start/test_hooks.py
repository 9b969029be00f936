"""A hook among others: added as the last one, with every line as it was."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy.source import files
from opspolicy.start import hooks, texts
from opspolicy.start.hosting import hosting

ENTRY = texts.hook(hosting("https://github.com/acme/opspolicy@v1"), "")
PLAIN = {"repo": "https://github.com/acme/opspolicy", "rev": "v1", "hooks": [{"id": "opspolicy"}]}

REPOS = (
    "- repo: local\n  hooks:\n  - id: a\n    entry: x  # why\n",
    "- repo: https://example.org/b\n  rev: v1\n  hooks: [{id: b, args: [--c]}]\n",
    "- {repo: meta, hooks: [{id: identity}]}\n",
    "- repo: local\n  hooks:\n    - id: c\n      entry: |\n        # not a comment\n\n        last\n",
    "- repo: local\n  hooks:\n    - id: d\n    # - id: commented-out\n",
    '- repo: "local"\n  hooks: []\n',
    "- &anchor\n  repo: local\n  hooks:\n    - id: 'e'\n      files: >-\n        x\n        y\n",
)
AFTER = (
    "",
    "\n",
    "\n# A comment.\n",
    "ci: {autofix_prs: false}\n",
    "\n\n# For CI.\nci:\n  skip: [a]\n",
)
BEFORE = (
    "",
    "# Hooks.\n",
    "---\n",
    "default_stages: [pre-commit]\n\n",
    "exclude: |\n  repos:\n  - x\n",
)


@st.composite
def configurations(draw: st.DrawFn) -> str:
    """Return a configuration, in one of the ways that people write them."""
    indent = draw(st.sampled_from(["", "  ", "    "]))
    repos = draw(st.lists(st.sampled_from(REPOS), min_size=1, max_size=3))
    gap = draw(st.sampled_from(["", "\n", f"{indent}# a comment\n"]))
    listed = gap.join(
        "".join(
            f"{indent}{line}" if line.strip() else line for line in repo.splitlines(keepends=True)
        )
        for repo in repos
    )
    text = f"{draw(st.sampled_from(BEFORE))}repos:\n{listed}{draw(st.sampled_from(AFTER))}"
    # To end the line of a block of text that has no end would be to change that text.
    if draw(st.booleans()) and not text.endswith("last\n"):
        text = text.removesuffix("\n")
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


@given(configurations())
@settings(derandomize=True, deadline=None, database=None, max_examples=500)
def test_all_else_stays_as_it_is(text: str) -> None:
    before = files.parse(".pre-commit-config.yaml", text)
    if before.problems:
        return  # an anchor twice, say
    after = hooks.with_ours(before, ENTRY)
    assert not hooks.has_ours(before)
    assert hooks.has_ours(after)
    was, now = (file.documents[0].plain() for file in (before, after))
    assert isinstance(was, dict)
    assert isinstance(now, dict)
    assert now == {**was, "repos": [*was["repos"], PLAIN]}
    # Nothing but whole lines is added, together, and they end as the others do.
    lines, added = text.splitlines(), after.text.splitlines()
    ours = len(ENTRY.splitlines())
    assert len(added) == len(lines) + ours
    assert any(added[:at] + added[at + ours :] == lines for at in range(len(lines) + 1))
    assert ("\r\n" in after.text) == ("\r\n" in text)
    assert "\n" not in after.text.replace("\r\n", "") or "\r\n" not in text


def test_a_comment_stays_with_what_it_is_about() -> None:
    text = "repos:\n- repo: local\n  hooks:\n  - id: a\n  # - id: off\n\n# For the CI.\nci: {}\n"
    after = hooks.with_ours(files.parse("x", text), ENTRY).text
    assert after == (
        "repos:\n- repo: local\n  hooks:\n  - id: a\n  # - id: off\n"
        '- repo: "https://github.com/acme/opspolicy"\n  rev: "v1"\n  hooks:\n    - id: opspolicy\n'
        "\n# For the CI.\nci: {}\n"
    )


@pytest.mark.parametrize(
    "text",
    ["", "\n", "# Nothing yet.\n", "# Nothing yet.", "---\n", "ci: {}\n", "ci: {}", "repos:\n", "repos:",
     "ci: {}\nrepos:\n\n# x\n", "repos:\nci: {}\n", "repos: # none\n"],
)  # fmt: skip
def test_where_there_is_no_hook_yet(text: str) -> None:
    after = hooks.with_ours(files.parse("x", text), ENTRY)
    (document,) = after.documents
    assert document.find("repos") is not None
    plain = document.plain()
    assert isinstance(plain, dict)
    assert plain["repos"] == [PLAIN]
    assert [line for line in text.splitlines() if line not in after.text.splitlines()] == []


@pytest.mark.parametrize(
    "text",
    ["repos: []\n", "repos: [{repo: local, hooks: []}]\n", "repos: {}\n", "repos: text\n", "[]\n", "a\n",
     "repos: []\n---\nrepos: []\n", "repos: [\n", "repos:\n  - a\n  b: c\n", "{repos: }\n",
     "repos: &a [*a]\n", "? repos\n: - repo: local\n    hooks: []\n"],
)  # fmt: skip
def test_what_no_line_can_be_added_to_is_refused(text: str) -> None:
    with pytest.raises(hooks.HooksError, match=r"\w"):
        hooks.with_ours(files.parse("x", text), ENTRY)


@given(st.text(alphabet="repos: -[]{}#&*|>'\"\n\tx", max_size=60))
@settings(derandomize=True, deadline=None, database=None, max_examples=500)
def test_no_text_makes_it_stumble(text: str) -> None:
    before = files.parse("x", text)
    hooks.has_ours(before)
    try:
        after = hooks.with_ours(before, ENTRY)
    except hooks.HooksError:
        return
    assert hooks.has_ours(after)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("repos: [{repo: x, hooks: [{id: opspolicy}]}]", True),
        ("repos: [{repo: x, hooks: [{id: a}]}, {repo: y, hooks: [{id: opspolicy-new}]}]", True),
        ("repos: [{repo: opspolicy, hooks: [{id: other}]}]", False),
        ("repos: [{repo: x, hooks: [opspolicy, {id: [opspolicy]}]}, x, {hooks: x}]", False),
        ("x: [{hooks: [{id: opspolicy}]}]", False),
    ],
)
def test_ours_is_known_by_its_id(text: str, *, expected: bool) -> None:
    assert hooks.has_ours(files.parse("x", text)) is expected
