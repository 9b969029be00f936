"""The environment: from known packages only, made once, and never half."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from action import environment
from action.stop import Stop
from tests.shared import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def test_a_package_that_cannot_be_had_is_no_verdict(tmp_path: Path) -> None:
    variables = {
        "PATH": os.environ["PATH"],
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(tmp_path),
        "PIP_CONFIG_FILE": os.devnull,
    }
    with pytest.raises(Stop, match=r"can't be installed: .*; the runner's package index has to"):
        environment.prepare(str(tmp_path), variables)
    # Nothing is left that isn't whole.
    assert os.listdir(tmp_path) == []


def test_one_that_is_there_is_used_again(tmp_path: Path) -> None:
    ready = tmp_path / f"opspolicy-{environment._key()}"
    ready.mkdir()
    python = environment.prepare(str(tmp_path), {})
    assert python.startswith(str(ready))
    assert os.listdir(tmp_path) == [ready.name]


def test_it_is_known_by_all_that_goes_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for part in (*environment.parts(), environment.LOCK, environment.CEL):
        target = tmp_path / part
        target.parent.mkdir(exist_ok=True)
        environment._copy(str(ROOT / part), str(target))
    here = environment._key()
    monkeypatch.setattr(environment, "ROOT", str(tmp_path))
    assert environment._key() == here
    for part in (
        "requirements/build.txt",
        "requirements/cel.txt",
        "pyproject.toml",
        "opspolicy/judge.py",
        "policies/strict.yaml",
    ):
        text = (tmp_path / part).read_bytes()
        (tmp_path / part).write_bytes(text + b"\n")
        assert environment._key() != here, part
        (tmp_path / part).write_bytes(text)
    (tmp_path / "opspolicy" / "more.py").touch()
    assert environment._key() != here


def test_what_a_runner_says_of_pip_is_where_packages_are() -> None:
    told = {
        "PIP_INDEX_URL": "https://example.org/simple",
        "PIP_CERT": "/cert",
        "PIP_TARGET": "/elsewhere",
        "PIP_USER": "1",
        "PIP_REQUIRE_HASHES": "0",
        "PIP_ONLY_BINARY": ":none:",
        "PYTHONPATH": "/checkout",
        "HOME": "/home",
    }
    kept = {"PIP_INDEX_URL", "PIP_CERT", "HOME"}
    assert environment._for_pip(told) == {name: told[name] for name in kept}
