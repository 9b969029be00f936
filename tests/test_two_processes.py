"""Reading in two processes: the same to the byte, whatever the second one meets."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from benchmarks import estates
from opspolicy.estate import aside
from opspolicy.estate.entry import Defaults
from opspolicy.source.reading import Root

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    not (hasattr(os, "fork") and hasattr(os, "memfd_create")), reason="this system can't do it"
)
BROKEN = {
    "ops/a.yaml": "services: {shop: {owner: web}}\n",
    "ops/b.yaml": "services: {Shop: {owner: web}, bare: }\n",
    "ops/c.yaml": "services: [\n",
    "ops/d.yaml": "jobs: {late: {owner: web, schedule: 0 25 * * *, duration: 1h, colour: red}}\n",
    "ops/e.yaml": "defaults: {timezone: Nowhere}\njobs: {x: {schedule: 0 2 * * *}}\n",
    "ops/f.yaml": "jobs: {y: {owner: web, requires: [nothing], duration: 1h, schedule: 0 2 * * *}}\n",
}


def check(directory: Path, *options: str) -> tuple[int, bytes, bytes]:
    """Run a whole check; return exit code and what was written."""
    command = [sys.executable, "-m", "opspolicy", "check", "--as-of", "2027-09-01", *options]
    done = subprocess.run(command, cwd=directory, capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_same_to_the_byte(tmp_path: Path, form: str) -> None:
    estates.write(estates.SMALL, tmp_path)
    one, two = (
        check(tmp_path, "--no-cache", "--format", form, "--jobs", jobs) for jobs in ("1", "2")
    )
    assert one == two
    assert one[0] == 1


def test_the_same_to_the_byte_with_much_wrong(tmp_path: Path) -> None:
    for path, text in BROKEN.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    one, two = (check(tmp_path, "--no-cache", "-v", "--jobs", jobs) for jobs in ("1", "2"))
    assert one == two
    assert one[0] == 2


def test_what_the_second_process_read_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    estates.write(estates.SMALL, tmp_path)
    monkeypatch.setenv("OPSPOLICY_CACHE_DIR", str(tmp_path / "cache"))
    cold, warm = (check(tmp_path, "--jobs", "2") for _ in range(2))
    assert cold == warm
    # The configuration and the packs have a file of their own.
    packs = [each.read_bytes().splitlines() for each in (tmp_path / "cache" / "read").iterdir()]
    assert max(map(len, packs)) >= estates.SMALL.files


def test_each_half_is_about_as_large_and_the_latter_is_read(tmp_path: Path) -> None:
    paths = []
    for at in range(10):
        paths.append(f"{at}.yaml")
        text = f"services: {{s{at}: {{title: {'x' * 900}}}}}\n"
        (tmp_path / paths[-1]).write_text(text, encoding="utf-8")
    second = aside.read_aside(Root(str(tmp_path)), paths, Defaults())
    assert second is not None
    assert second.left == 5
    known = [second.get((tmp_path / path).read_text(encoding="utf-8")) for path in paths]
    assert [isinstance(each, list) for each in known] == [False] * 5 + [True] * 5


def test_a_second_process_that_fails_leaves_it_all_to_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.yaml").write_text("services: {shop: {}}\n", encoding="utf-8")

    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(aside, "Builder", fail)
    second = aside.read_aside(Root(str(tmp_path)), ["a.yaml"], Defaults())
    assert second is not None
    assert second.get("services: {shop: {}}\n") is None


def test_a_system_without_fork_reads_in_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "fork")
    assert aside.read_aside(Root(str(tmp_path)), ["a.yaml"], Defaults()) is None


def test_a_number_of_processes_is_one_or_more(tmp_path: Path) -> None:
    for wrong in ("0", "-1", "two"):
        code, _, err = check(tmp_path, "--jobs", wrong)
        assert code == 2
        assert b"--jobs" in err
