"""What each event of a workflow is compared with, and that no event is taken for another."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from action import event

if TYPE_CHECKING:
    from pathlib import Path

ONE, TWO = "1" * 40, "2" * 64
REPOSITORY = {"default_branch": "main"}
CHANGE = {"pull_request": {"number": 3, "base": {"sha": ONE}, "head": {"sha": TWO}}}


def found(name: str, told: dict[str, Any]) -> tuple[str, str]:
    comparison = event.comparison(name, told)
    return comparison.commit, comparison.branch


@pytest.mark.parametrize(
    ("name", "told", "expected"),
    [
        ("pull_request", CHANGE, (ONE, "")),
        ("pull_request", {"pull_request": {"base": {"sha": "main"}}}, ("", "")),
        ("pull_request", {"pull_request": {"base": {"sha": ONE.upper()[:39]}}}, ("", "")),
        ("pull_request", {"pull_request": []}, ("", "")),
        # Its checkout is the base's own, and not the pull request's.
        ("pull_request_target", CHANGE, ("", "")),
        # What comes before in the queue counts too: only the last entry may have to pass.
        (
            "merge_group",
            {"merge_group": {"base_sha": TWO, "base_ref": "refs/heads/main"}},
            ("", "main"),
        ),
        ("merge_group", {"merge_group": {"base_sha": TWO}}, ("", "")),
        ("merge_group", {"merge_group": {"base_sha": TWO, "base_ref": "refs/heads/"}}, ("", "")),
        ("merge_group", {}, ("", "")),
        ("push", {"before": ONE, "ref": "refs/heads/main", "repository": REPOSITORY}, (ONE, "")),
        ("push", {"before": ONE}, (ONE, "")),
        ("push", {"before": ONE, "ref": "refs/heads/x", "repository": REPOSITORY}, ("", "main")),
        (
            "push",
            {"before": "0" * 40, "ref": "refs/heads/x", "repository": REPOSITORY},
            ("", "main"),
        ),
        (
            "push",
            {"before": "0" * 40, "ref": "refs/heads/main", "repository": REPOSITORY},
            ("", ""),
        ),
        ("push", {"before": ONE, "ref": "refs/tags/v1", "repository": REPOSITORY}, ("", "")),
        ("push", {"before": 7}, ("", "")),
        ("schedule", {"schedule": "0 4 * * *"}, ("", "")),
        ("workflow_dispatch", CHANGE, ("", "")),
        ("", {}, ("", "")),
    ],
)
def test_what_an_event_is_compared_with(
    name: str, told: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert found(name, told) == expected


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just(ONE),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["pull_request", "base", "head", "sha", "before", "ref", "number"]),
            inner,
        )
    ),
    max_leaves=12,
)


@settings(derandomize=True, database=None, deadline=None)
@given(st.sampled_from(["pull_request", "push", "merge_group", "x"]), ANYTHING)
def test_whatever_an_event_says_what_is_taken_from_it_is_an_id(name: str, told: object) -> None:
    written = told if isinstance(told, dict) else {}
    comparison = event.comparison(name, written)
    assert comparison.commit in {"", ONE}
    assert comparison.about
    assert event.number(written) is None or isinstance(event.number(written), int)


def test_what_cannot_be_read_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "event.json"
    for text in (b"", b"[]", b"{", b"\xff", b"[" * 100_000, b"7"):
        path.write_bytes(text)
        assert event.load(str(path)) is None
    assert event.load(str(tmp_path / "missing")) is None
    path.write_text(json.dumps(CHANGE), encoding="utf-8")
    assert event.load(str(path)) == CHANGE
    assert event.number(CHANGE) == 3
    assert event.number({"pull_request": {"number": True}}) is None
