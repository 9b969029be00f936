"""The files for CI platforms that the documents show: valid by the schemas, and run for real."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
import yaml

from tests.output.samples import COLLISION
from tests.repositories import Repository, isolated
from tests.shared import ROOT

if TYPE_CHECKING:
    from typing import Any

PAGES = ROOT / "docs" / "integrations"
BLOCK = re.compile(r"^```yaml\n(# (\S+)\n.*?)^```$", re.MULTILINE | re.DOTALL)
SCHEMAS = {
    ".gitlab-ci.yml": "vendor.gitlab-ci",
    "azure-pipelines.yml": "vendor.azure-pipelines",
    ".buildkite/pipeline.yml": "vendor.buildkite",
}


def shown() -> dict[str, str]:
    """Return the files that the pages show, by name."""
    pages = [PAGES / "gitlab-ci.md", PAGES / "formats.md"]
    texts = [page.read_text(encoding="utf-8") for page in pages]
    return {name: body for text in texts for body, name in BLOCK.findall(text)}


@pytest.mark.parametrize("name", SCHEMAS)
def test_it_is_valid(name: str, tmp_path: Path) -> None:
    path = tmp_path / "pipeline.yml"
    path.write_text(shown()[name], encoding="utf-8")
    program = Path(sys.executable).parent / "check-jsonschema"
    command = [str(program), "--builtin-schema", SCHEMAS[name], str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def job() -> dict[str, Any]:
    """Return the job for GitLab."""
    found: dict[str, Any] = yaml.safe_load(shown()[".gitlab-ci.yml"])["opspolicy"]
    return found


def run(job: dict[str, Any], repository: Repository, **variables: str) -> int:
    """Run the script of a job as a runner does: line by line, in one shell, until one fails."""
    program = f'opspolicy() {{ {shlex.quote(sys.executable)} -m opspolicy "$@"; }}'
    script = "\n".join(["set -eo pipefail", program, *job["script"]])
    environment = isolated() | {
        "PYTHONPATH": str(ROOT),
        "OPSPOLICY_AS_OF": "2027-09-01",
        "CI": "true",
        "GITLAB_CI": "true",
        **variables,
    }
    environment.pop("GITHUB_ACTIONS", None)
    command = ["bash", "-c", script]
    done = subprocess.run(
        command, cwd=repository.root, env=environment, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    return done.returncode


def reported(job: dict[str, Any], repository: Repository) -> tuple[list[str], list[str]]:
    """Return what stands in both reports: the descriptions, and how each test ended."""
    reports = job["artifacts"]["reports"]
    issues = json.loads((repository.root / reports["codequality"]).read_text(encoding="utf-8"))
    tests = ET.parse(repository.root / reports["junit"]).getroot()  # noqa: S314 - it is our own
    endings = [next(iter(case)).tag for case in tests.iter("testcase")]
    return [each["description"] for each in issues], endings


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Return a repository whose branch moves a window into the business hours."""
    made = Repository(tmp_path / "estate", "--initial-branch", "main")
    made.write("ops/a.yaml", text=COLLISION.replace("10-08T10:00Z", "10-08T22:00Z"))
    made.commit("The plan")
    made.git("checkout", "--quiet", "-b", "change")
    made.write("ops/a.yaml", text=COLLISION)
    made.commit("Earlier")
    return made


@pytest.mark.parametrize(
    "variable", ["CI_MERGE_REQUEST_DIFF_BASE_SHA", "CI_MERGE_REQUEST_TARGET_BRANCH_SHA"]
)
def test_a_merge_request_is_refused_for_what_it_adds(
    variable: str, job: dict[str, Any], repository: Repository
) -> None:
    base = repository.git("rev-parse", "main")
    assert run(job, repository, **{variable: base}) == 1
    (told,), endings = reported(job, repository)
    assert told.startswith("OPS301 (new, error): ")
    assert endings == ["system-out", "failure"]


def test_a_merge_request_isn_t_refused_for_what_there_is(
    job: dict[str, Any], repository: Repository
) -> None:
    head = repository.git("rev-parse", "HEAD")
    assert run(job, repository, CI_MERGE_REQUEST_DIFF_BASE_SHA=head) == 0
    (told,), endings = reported(job, repository)
    assert told.startswith("OPS301 (unchanged, error): ")
    assert endings == ["system-out", "system-out"]


def test_a_branch_is_checked_as_a_whole(job: dict[str, Any], repository: Repository) -> None:
    assert run(job, repository) == 1
    (told,), _ = reported(job, repository)
    assert told.startswith("OPS301 (error): ")


def test_a_base_that_isn_t_there_is_no_verdict(job: dict[str, Any], repository: Repository) -> None:
    assert run(job, repository, CI_MERGE_REQUEST_DIFF_BASE_SHA="1" * 40) == 2


def test_what_it_is_installed_from_is_there(job: dict[str, Any]) -> None:
    """The paths below the clone are those of this project."""
    paths = re.findall(r"/opspolicy/(\S+)", "\n".join(job["before_script"]))
    assert paths == ["requirements/build.txt"]
    assert (ROOT / paths[0]).is_file()
