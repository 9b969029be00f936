"""What a clean run imports: the price every commit pays."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from benchmarks import estates
from tests.repositories import Repository, isolated
from tests.shared import ROOT

if TYPE_CHECKING:
    from pathlib import Path

# Every top-level module from elsewhere that a clean check may import, beyond those of an empty
# Python process. A new one is a decision: measure it (`make bench`), then add it here.
ALLOWED = {
    "__future__", "_bisect", "_blake2", "_collections", "_datetime", "_functools", "_operator",
    "_sre", "_struct", "_weakrefset", "base64", "binascii", "bisect", "collections", "copyreg",
    "cython_runtime", "datetime", "encodings", "enum", "fnmatch", "functools", "gc", "itertools",
    "keyword", "math", "operator", "opspolicy", "re", "reprlib", "struct", "textwrap", "types", "tzdata",
    "warnings", "weakref", "yaml",
}  # fmt: skip
# Named one by one, so that nobody adds one of them by mistake.
HEAVY = {
    "argparse", "gettext", "locale", "jsonschema", "networkx", "holidays", "ruamel", "croniter", "dateutil", "typing", "dataclasses",
    "inspect", "json", "hashlib", "difflib", "pathlib", "shutil", "subprocess", "zoneinfo",
    "sysconfig", "pkgutil", "logging", "urllib", "importlib.metadata", "importlib.resources",
}  # fmt: skip
LISTING = """
import sys
before = set(sys.modules)
from opspolicy.cli import main
code = main(sys.argv[1:])
print(code, *sorted(set(sys.modules) - before), file=sys.stderr)
"""


def imported(directory: Path, *options: str, of: str = "check") -> tuple[int, set[str]]:
    """Run a command in a fresh process; return its exit code and the modules it imported."""
    command = [sys.executable, "-c", LISTING, of, "--as-of", "2027-09-01", *options]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=True)
    code, *modules = done.stderr.split()
    return int(code), set(modules)


def test_a_clean_run_imports_nothing_heavy(tmp_path: Path) -> None:
    estates.write(estates.TYPICAL, tmp_path)
    code, modules = imported(tmp_path, "--no-cache")
    assert code == 0
    assert modules & HEAVY == set()
    assert not {module for module in modules if module.startswith("opspolicy.explain")}
    # An estate without waivers and ignores pays nothing for them.
    paid_for = {"opspolicy.waiving", "opspolicy.policy.waivers", "opspolicy.policy.ignores"}
    assert modules & paid_for == set()
    # Nor does a run pay for what nobody asks it to assume.
    assert "opspolicy.estate.assumptions" not in modules
    # Nor does one without rules of its own.
    assert not {module for module in modules if "custom" in module or "cel" in module.split(".")}
    assert "opspolicy.policy.assertions" not in modules
    # PyYAML's wheels bring a module named after the Cython that compiled them.
    compiled = {module for module in modules if re.fullmatch(r"_cython_[0-9_]+", module)}
    assert {module.partition(".")[0] for module in modules - compiled} <= ALLOWED


def test_json_is_imported_for_json(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("services: {}", encoding="utf-8")
    code, modules = imported(tmp_path, "--format", "json")
    assert code == 0
    assert "json" in modules
    assert "opspolicy.output.text" not in modules


def test_a_list_of_waivers_looks_for_no_slot(tmp_path: Path) -> None:
    text = """
services: {shop: {owner: a, customer_facing: true}}
maintenance_windows: {patch: {owner: a, takes_down: [shop], start: 2027-10-09T06:00Z, duration: 1h}}
"""
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    assert "opspolicy.repair.advice" in imported(tmp_path, "--no-cache")[1]
    code, modules = imported(tmp_path, "--no-cache", of="waivers")
    assert code == 0
    assert not {module for module in modules if module.startswith("opspolicy.repair")}


def imported_in_turn(directory: Path) -> tuple[set[str], set[str]]:
    """Run a check twice, with what the first leaves in the cache; return what each imported."""
    first, second = (
        subprocess.run(
            [sys.executable, "-c", LISTING, "check", "--as-of", "2027-09-01"],
            cwd=directory,
            env={
                "OPSPOLICY_CACHE_DIR": str(directory / ".cache"),
                # This copy of the program, whichever one is installed.
                "PYTHONPATH": str(ROOT),
            },
            capture_output=True,
            text=True,
            check=True,
        )
        for _ in range(2)
    )
    assert first.stdout == second.stdout
    return {*first.stderr.split()}, {*second.stderr.split()}


def test_holidays_are_paid_for_once(tmp_path: Path) -> None:
    """The package is imported for the first run that needs it, and not for the second."""
    text = """
calendars: {hours: {timezone: UTC, hours: [], holidays: CA-QC}}
services: {shop: {owner: a, customer_facing: true, business_hours: hours}}
"""
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    first, second = imported_in_turn(tmp_path)
    assert "holidays" in first
    assert "holidays" not in second


def test_files_that_are_known_are_not_read_as_yaml(tmp_path: Path) -> None:
    """Not even PyYAML is imported for a run that knows all files from the run before."""
    estates.write(estates.TYPICAL, tmp_path)
    (tmp_path / "opspolicy.yaml").write_text("horizon: 90d\n", encoding="utf-8")
    first, second = imported_in_turn(tmp_path)
    assert {"yaml", "datetime", "opspolicy.estate.language"} <= first
    assert not second & {"yaml", "re", "datetime", "opspolicy.estate.language"}
    assert not second & HEAVY


@pytest.mark.parametrize("configuration", ["horizon: 90d\n", "include: [ops]\n"])
def test_a_hook_with_nothing_to_check_imports_next_to_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, configuration: str
) -> None:
    """Most commits to most repositories are about something else."""
    for name, value in isolated().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("OPSPOLICY_CACHE_DIR", str(tmp_path / "cache"))
    repository = Repository(tmp_path / "repository")
    repository.write("opspolicy.yaml", text=configuration)
    repository.write("ops/a.yaml", "README.md")
    repository.commit()
    assert imported(repository.root, "--skip-unrelated")[0] == 0
    repository.write("README.md", text="more\n")
    repository.git("add", ".")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    code, modules = imported(repository.root, "--skip-unrelated")
    assert code == 0
    assert not modules & (HEAVY | {"yaml", "re", "datetime", "opspolicy.app", "opspolicy.judge"})
    # All but the patterns of a configuration that has some can do without reading it.
    assert ("opspolicy.config" in modules) == ("include" in configuration)


def test_the_benchmark_estate_is_the_same_everywhere(tmp_path: Path) -> None:
    """Ratios are compared over time, so what is measured must not change unnoticed."""
    estates.write(estates.TYPICAL, tmp_path)
    found = sorted((tmp_path / "ops").iterdir())
    assert len(found) == 51
    assert json.dumps([path.stat().st_size for path in found[:3]]) == "[1426, 945, 936]"
