"""What is kept of files between runs: never more, nor anything else, than was read."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy import app, config
from opspolicy.app import Request
from opspolicy.output import Style
from opspolicy.output.json import render
from opspolicy.source import memory, yaml_reader
from opspolicy.source.memory import Memory
from tests.worlds import AS_OF

if TYPE_CHECKING:
    from pathlib import Path

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
CLEAN = """
defaults: {owner: a, timezone: Europe/Paris, scheduler: kubernetes}
services: {portal: {customer_facing: true, depends_on: [db]}, db:}
jobs: {mail: {schedule: "0 6 * * *", duration: 1h, requires: [portal]}}
maintenance_windows: {patch: {takes_down: [db], start: 2027-09-09T06:00, duration: 1h}}
waivers:
"""


def kept(directory: Path) -> list[Path]:
    """Return the files of a cache."""
    return sorted((directory / "read").iterdir()) if (directory / "read").exists() else []


@settings(derandomize=True, database=None, deadline=None)
@given(st.dictionaries(st.text(), JSON, max_size=5))
def test_what_was_put_is_what_is_got(tmp_path_factory: pytest.TempPathFactory, read: dict[str, object]) -> None:  # fmt: skip
    where = str(tmp_path_factory.mktemp("cache"))
    first = Memory(where, "estate", 1)
    for text, value in read.items():
        assert first.get(text) is None
        first.put(text, value)
    first.save(everything=True)
    then = Memory(where, "estate", 1)
    assert {text: then.get(text) for text in read} == read
    assert Memory(where, "estate", 2).get("") is None
    assert Memory(where, "another", 1).get("") is None


@pytest.mark.parametrize("at", range(0, 140, 3))
def test_what_was_tampered_with_is_not_there(tmp_path: Path, at: int) -> None:
    first = Memory(str(tmp_path), "estate")
    first.put("a: 1", {"a": [1] * 20})
    first.save(everything=True)
    (path,) = kept(tmp_path)
    written = path.read_bytes()
    at %= len(written) - 1
    path.write_bytes(written[:at] + bytes([written[at] ^ 1]) + written[at + 1 :])
    assert Memory(str(tmp_path), "estate").get("a: 1") is None
    path.write_bytes(written[:at])
    assert Memory(str(tmp_path), "estate").get("a: 1") is None
    path.write_bytes(written)
    assert Memory(str(tmp_path), "estate").get("a: 1") == {"a": [1] * 20}


def test_what_stands_for_one_text_is_not_taken_for_another(tmp_path: Path) -> None:
    first = Memory(str(tmp_path), "estate")
    first.put("a", 1)
    first.put("b", 2)
    first.save(everything=True)
    (path,) = kept(tmp_path)
    a, b = path.read_bytes().splitlines()
    size = memory.DIGITS
    path.write_bytes(a[:size] + b[size:] + b"\n" + b[:size] + a[size:] + b"\n")
    assert Memory(str(tmp_path), "estate").get("a") is None


def test_a_run_over_all_files_drops_what_is_gone_and_one_over_some_does_not(tmp_path: Path) -> None:
    for text, everything, known in (("a", True, "a"), ("b", False, "ab"), ("c", True, "c")):
        run = Memory(str(tmp_path), "estate")
        run.put(text, text)
        run.save(everything=everything)
        found = [each for each in "abc" if Memory(str(tmp_path), "estate").get(each)]
        assert found == [*known]


def test_what_no_run_has_used_for_a_month_is_deleted(tmp_path: Path) -> None:
    for estate in ("old", "used"):
        run = Memory(str(tmp_path), estate)
        run.put("a", 1)
        run.save(everything=True)
    long_ago = time.time() - (memory.KEPT_DAYS + 1) * memory.DAY
    for path in kept(tmp_path):
        os.utime(path, (long_ago, long_ago))
    assert Memory(str(tmp_path), "used").get("a") == 1
    run = Memory(str(tmp_path), "new")
    run.put("a", 1)
    run.save(everything=True)
    assert len(kept(tmp_path)) == 2
    assert Memory(str(tmp_path), "used").get("a") == 1


def test_a_place_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    run = Memory(str(tmp_path / "file"), "estate")
    run.put("a", 1)
    run.save(everything=True)
    assert run.get("b") is None


def check(directory: Path, cache: Path | None) -> str:
    """Check an estate and return the report as JSON."""
    settings = config.load(str(directory))
    request = Request(AS_OF, cache=str(cache) if cache else None)
    return render(app.run(settings, [], request), Style(100))


def test_a_run_that_knows_the_files_says_the_same_and_reads_no_yaml(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ops").mkdir()
    (tmp_path / "ops" / "a.yaml").write_text(CLEAN, encoding="utf-8")
    (tmp_path / "ops" / "b.yaml").write_text("---\n---\nservices: {other: {}}\n", encoding="utf-8")
    cache = tmp_path / "cache"
    cold = check(tmp_path, None)
    assert "redundancy" not in cold
    assert '"findings": []' not in cold
    assert check(tmp_path, cache) == cold
    read: list[str] = []
    monkeypatch.setattr(yaml_reader, "read", _noting(read, yaml_reader.read))
    assert check(tmp_path, cache) == cold
    # The finding is shown where it is written, so its file is looked at again; the other is not.
    assert {each for each in read if each.startswith("ops")} == {"ops/a.yaml"}


def _noting(read: list[str], reader: object) -> object:
    def noted(text: str, file: str) -> object:
        read.append(file)
        return reader(text, file)  # type: ignore[operator]

    return noted


@pytest.mark.parametrize(
    "text",
    [
        "services: {a: {customers: many}}",
        "services: {a: {}, A: {}}",
        "services: {a: {}}\nservices: {b: {}}",
        "calendars: {always: {hours: []}}",
        'jobs: {a: {owner: a, schedule: "61 * * * *", timezone: UTC}}',
        'jobs: {a: {owner: a, schedule: "1 * * * *"}}',
        "defaults: {timezone: Europe/Pari}",
        "services: [",
        "\0",
    ],
)
def test_a_file_with_which_anything_is_wrong_is_read_each_time(tmp_path: Path, text: str) -> None:
    (tmp_path / "ops").mkdir()
    (tmp_path / "ops" / "a.yaml").write_text(text, encoding="utf-8")
    cache = tmp_path / "cache"
    cold = check(tmp_path, None)
    assert [check(tmp_path, cache) for _ in range(2)] == [cold, cold]
    assert kept(cache) == []


def test_a_file_that_cannot_be_read_is_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    ops, cache = tmp_path / "ops", tmp_path / "cache"
    ops.mkdir()
    (ops / "empty.yaml").write_bytes(b"")
    first = check(tmp_path, cache)
    assert '"parsed"' in first
    (ops / "latin.yaml").write_bytes(b"\xff")
    assert '"failed"' in check(tmp_path, cache)


def test_a_python_whose_scanner_is_another_reads_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    value = {"a": [1, 2.5, None, True, "\u00e9\n"], "b": {}, "c": float("inf")}
    first = Memory(str(tmp_path), "estate")
    first.put("a", value)
    first.save(everything=True)
    assert Memory(str(tmp_path), "estate").get("a") == value
    monkeypatch.setattr(memory, "_Plain", object)  # one that asks for what isn't there
    assert Memory(str(tmp_path), "estate").get("a") == value
    monkeypatch.setitem(sys.modules, "_json", None)
    assert Memory(str(tmp_path), "estate").get("a") == value
