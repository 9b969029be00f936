"""The comment on a pull request: one, found again, never too long, and never in the way."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from action import comment
from tests.github import BOT, MOST, github

if TYPE_CHECKING:
    from tests.github import GitHub

MARKER = "<!-- opspolicy -->"
PERSON = {"login": "mallory", "type": "User"}
RUN = "https://github.com/o/r/actions/runs/1"


def thread(server: GitHub, repository: str = "o/r") -> comment.Thread:
    return comment.Thread(server.address, repository, 3, "secret")


def test_it_is_added_once_and_then_written_anew() -> None:
    with github() as server:
        server.add("LGTM", PERSON)
        # Whoever writes the marker could write something else below it later.
        server.add(f"{MARKER}\nall is well", PERSON)
        for page in ("first", f"{MARKER}\nsecond"):
            assert comment.publish(thread(server), MARKER, page) == "https://example.org/1"
        # Another estate's, whose marker comes before.
        comment.publish(thread(server), "<!-- opspolicy 12 -->", f"{MARKER}\nthird")
    bodies = [each["body"] for each in server.comments]
    assert bodies == [
        "LGTM",
        f"{MARKER}\nall is well",
        f"{MARKER}\nsecond",
        f"<!-- opspolicy 12 -->\n{MARKER}\nthird",
    ]
    assert [method for method, _, _ in server.asked if method != "GET"] == ["POST", "PATCH", "POST"]
    assert {token for _, _, token in server.asked} == {"Bearer secret"}


def test_it_is_found_on_a_later_page() -> None:
    with github() as server:
        for _ in range(250):
            server.add("LGTM", PERSON)
        server.add(f"{MARKER}\r\nfirst", BOT)
        comment.publish(thread(server), MARKER, "second")
    assert [each["body"] for each in server.comments[-2:]] == ["LGTM", f"{MARKER}\nsecond"]


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        (403, "answers 403 .*pull-requests: write.* a token that may only read"),
        (404, "answers 404 .*pull-requests: write"),
        (401, "answers 401 .*pull-requests: write"),
        (422, "answers 422"),
        (500, "answers 500"),
        # Wherever it leads, the token doesn't go along.
        (302, "answers 302"),
    ],
)
def test_a_refusal_says_why(refusal: int, told: str) -> None:
    with github(refusal) as server, pytest.raises(comment.CommentError, match=told) as raised:
        comment.publish(thread(server), MARKER, "page")
    assert "secret" not in str(raised.value)
    assert not [path for _, path, _ in server.asked if "elsewhere" in path]


@pytest.mark.parametrize("raw", [b"", b"<html>", b"\xff", b"[" * 100_000, b"slow" * 1_000_000])
def test_an_answer_that_is_none(raw: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comment, "ALL", 1)
    began = time.monotonic()
    with github(raw=raw) as server, pytest.raises(comment.CommentError, match="can't be read"):
        comment.publish(thread(server), MARKER, "page")
    assert time.monotonic() - began < 5


def test_nobody_there() -> None:
    with github() as server:
        pass
    with pytest.raises(comment.CommentError, match="can't be reached"):
        comment.publish(thread(server), MARKER, "page")


@pytest.mark.parametrize("repository", ["", "o", "o/r/../../x", "o/r?x", "o/r\n"])
def test_no_repository(repository: str) -> None:
    with github() as server, pytest.raises(comment.CommentError, match="which repository"):
        comment.publish(thread(server, repository), MARKER, "page")
    assert server.asked == []


def test_nothing_but_http() -> None:
    told = comment.Thread("file:///etc", "o/r", 3, "secret")
    with pytest.raises(comment.CommentError, match="which repository"):
        comment.publish(told, MARKER, "page")


def test_a_page_that_fits_is_left_alone() -> None:
    assert comment.fitted("a\n\nb\n", "log", RUN) == "a\n\nb\n"


ROWS = st.lists(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\n"), max_size=40)
                | st.sampled_from(["```mermaid", "```", "````"]), min_size=1)  # fmt: skip


@settings(derandomize=True, database=None, deadline=None, max_examples=40)
@given(ROWS, st.integers(400, 4000))
def test_a_page_is_cut_between_lines_and_outside_of_code(rows: list[str], times: int) -> None:
    page = "\n".join(rows * times)
    place = ("summary", "log")[times % 2]
    cut = comment.fitted(page, place, RUN)
    assert len(cut.encode()) + 200 < MOST
    if cut == page:
        return
    kept = cut.removesuffix(f"\n\nThe rest is in [the {place} of the run]({RUN}).\n")
    assert kept != cut
    assert page.startswith(f"{kept}\n") or not kept
    fence = ""
    for line in kept.split("\n"):
        mark = comment.FENCE.match(line)
        if mark is not None:
            fence = "" if line == fence else fence or mark[0]
    assert not fence
