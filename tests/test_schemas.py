"""The schemas that editors are given: each stands alone, and another validator agrees with us."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from opspolicy import cli
from opspolicy.cli.schema import FILES
from opspolicy.estate.vocabulary import SECTIONS
from tests.shared import ROOT

if TYPE_CHECKING:
    from pathlib import Path

# An entry that completes a foreign one lacks what stands there, which a schema can't see.
COMPLETING = "platform-team"
EXAMPLES = [
    path for path in sorted(ROOT.glob("examples/**/ops/*.yaml")) if COMPLETING not in path.parts
]
PACKS = sorted(ROOT.glob("policies/*.yaml"))
TESTS = sorted(ROOT.glob("examples/**/*_test.yaml"))


@pytest.mark.parametrize("section", [*SECTIONS, "waivers"])
def test_a_section_is_known_by_the_name_it_has_in_yaml(
    section: str, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = []
    single = SECTIONS.get(section, "waiver")
    for name in (section, section.replace("_", "-"), single, single.replace("_", "-")):
        assert cli.main(["schema", name]) == 0
        printed.append(capsys.readouterr().out)
    assert len({*printed}) == 1


def validate(schema: Path, *paths: Path) -> subprocess.CompletedProcess[str]:
    """Run `check-jsonschema`, which knows nothing of us."""
    program = shutil.which("check-jsonschema", path=os.path.dirname(sys.executable))
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("check-jsonschema is not installed")
        pytest.skip("check-jsonschema is not installed")
    words = [program, "--schemafile", str(schema), *map(str, paths)]
    return subprocess.run(words, cwd="/", capture_output=True, text=True, check=False)


@pytest.fixture
def written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Return a directory with the schemas."""
    target = tmp_path / "a" / "schemas"
    assert cli.main(["schema", "--write", str(target)]) == 0
    assert capsys.readouterr().out.count("wrote ") == len(FILES)
    assert {path.name for path in target.iterdir()} == {f"{each}.schema.json" for each in FILES}
    return target


def test_they_are_those_that_come_with_us(
    written: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for each in FILES:
        text = (written / f"{each}.schema.json").read_text(encoding="utf-8")
        assert text == (ROOT / f"schemas/{each}.schema.json").read_text(encoding="utf-8")
        assert cli.main(["schema", each]) == 0
        assert json.loads(capsys.readouterr().out) == json.loads(text)


def test_they_accept_all_examples(written: Path) -> None:
    assert len(EXAMPLES) > 10
    done = validate(written / "estate.schema.json", *EXAMPLES)
    assert done.returncode == 0, done.stdout
    done = validate(written / "policies.schema.json", *PACKS)
    assert done.returncode == 0, done.stdout
    assert len(TESTS) >= 3
    done = validate(written / "test.schema.json", *TESTS)
    assert done.returncode == 0, done.stdout


def test_they_refuse_what_is_misspelt(written: Path, tmp_path: Path) -> None:
    misspelt = tmp_path / "ops.yaml"
    misspelt.write_text("services: {shop: {customer_facin: true}}\n", encoding="utf-8")
    done = validate(written / "estate.schema.json", misspelt)
    assert done.returncode == 1
    assert "customer_facin" in done.stdout


def test_they_are_renewed_and_nothing_else_is_written(
    written: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (written / "estate.schema.json").write_text("old", encoding="utf-8")
    (written / "other.json").write_text("kept", encoding="utf-8")
    assert cli.main(["schema", "--write", str(written)]) == 0
    assert (written / "estate.schema.json").stat().st_size > 10_000
    assert (written / "other.json").read_text() == "kept"
    target = tmp_path / "elsewhere"
    (written / "config.schema.json").unlink()
    (written / "config.schema.json").symlink_to(target)
    capsys.readouterr()
    assert cli.main(["schema", "--write", str(written)]) == 2
    assert "config.schema.json can't be written" in capsys.readouterr().err
    assert not target.exists()


def test_one_of_them_is_not_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["schema", "job", "--write", "x"]) == 2
    assert capsys.readouterr().err == (
        "opspolicy: --write writes the schemas of estate, config, policies, test: leave out `job`\n"
    )
