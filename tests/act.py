"""Runs workflows for real: by act, on this machine, without containers and without a network."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from action import environment
from tests.repositories import isolated
from tests.shared import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

PROGRAM = Path(sys.executable).parent / "act"
# What the documents call it, at a commit that there isn't.
PLACEHOLDER = "YOUR-ORG/opspolicy@0000000000000000000000000000000000000000"
UPLOAD = "github/codeql-action@5d4e8d1aca955e8d8589aabd499c5cae939e33c7"
CHECKOUT = "actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8"
# What would be uploaded has to be there, and to be what it says.
UPLOADED = """
name: upload-sarif
description: Stands for the real one, which needs GitHub
inputs: {sarif_file: {description: The file, required: true}}
runs:
  using: composite
  steps:
    - shell: bash
      env: {FILE: "${{ inputs.sarif_file }}"}
      run: grep -o '"version":\\s*"2.1.0"' "$FILE"
"""
# act copies what a step prints out of a terminal, and stops when the step ends: what has been
# printed just before may be lost, the words of a refusal most of all.
SHELL = """#!/bin/sh
{bash} "$@"
code=$?
sleep 0.1
exit $code
"""


class Command(NamedTuple):
    """A workflow command that the log has obeyed: its name, its properties, what it says."""

    name: str
    properties: Mapping[str, str]
    text: str


class Job(NamedTuple):
    """What a job came to: results and outputs of its steps by their ids, commands, and its log."""

    results: dict[str, str]
    outputs: dict[str, dict[str, str]]
    commands: list[Command]
    summaries: list[str]
    log: str

    def annotations(self, level: str) -> list[tuple[str | None, str | None, str]]:
        """Return file, line and text of each annotation of a level."""
        found = [each for each in self.commands if each.name == level]
        return [
            (each.properties.get("file"), each.properties.get("line"), each.text) for each in found
        ]


class Run(NamedTuple):
    """The exit code of act, which is that of the worst job, and the jobs by their ids."""

    code: int
    jobs: dict[str, Job]


class Act(NamedTuple):
    """act in a home of its own, with the action and an environment that is ready for it."""

    home: Path
    action: Path
    upload: Path
    ready: Path

    def run(self, repository: Path, name: str, event: Mapping[str, Any], **variables: str) -> Run:
        """Run the workflows of a repository for an event."""
        told = self.home / f"{repository.name}.json"
        told.write_text(json.dumps(event), encoding="utf-8")
        given = {"ORIGIN": str(repository), "READY": str(self.ready), **self._pip(), **variables}
        command = [
            str(PROGRAM), name, "--json", "--eventpath", str(told), "--directory", str(repository),
            "--platform", "ubuntu-latest=-self-hosted", "--no-cache-server", "--pull=false",
            "--local-repository", f"https://github.com/{PLACEHOLDER}={self.action}",
            "--local-repository", f"https://github.com/{UPLOAD}={self.upload}",
            *(word for key, value in given.items() for word in ("--env", f"{key}={value}")),
        ]  # fmt: skip
        done = subprocess.run(
            command, env=self._environment(), capture_output=True, check=False, timeout=180
        )
        jobs: dict[str, Job] = {}
        for line in done.stdout.decode("utf-8").splitlines():
            told_of = json.loads(line) if line.startswith("{") else {}
            if "jobID" in told_of:
                job = jobs.setdefault(told_of["jobID"], Job({}, {}, [], [], ""))
                jobs[told_of["jobID"]] = _taken(job, told_of)
        assert jobs or not done.returncode, done.stderr.decode("utf-8", "replace")
        return Run(done.returncode, jobs)

    def _environment(self) -> dict[str, str]:
        """Return variables with nobody's settings, and this Python as `python3`."""
        kept = {name: os.environ[name] for name in ("LANG", "TMPDIR") if name in os.environ}
        return kept | {
            "PATH": f"{self.home / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.home),
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "XDG_DATA_HOME": str(self.home / "data"),
            **{name: value for name, value in isolated().items() if name.startswith("GIT_CONFIG")},
        }

    def _pip(self) -> dict[str, str]:
        """Return where pip gets packages from on this machine, and what it has of them already."""
        found = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
        own = Path("~/.config/pip/pip.conf").expanduser()
        found.setdefault("PIP_CACHE_DIR", str(Path("~/.cache/pip").expanduser()))
        return found | ({"PIP_CONFIG_FILE": str(own)} if own.is_file() else {})


def set_up(home: Path, ready: Path) -> Act:
    """Return act with a copy of the action, as it would be fetched."""
    action, upload = home / "action", home / "codeql-action"
    for part in (*environment.parts(), "action", "action.yml", "requirements"):
        source, target = ROOT / part, action / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target)
    (upload / "upload-sarif").mkdir(parents=True)
    (upload / "upload-sarif" / "action.yml").write_text(UPLOADED, encoding="utf-8")
    (home / "bin").mkdir()
    (home / "bin" / "python3").symlink_to(os.path.realpath(sys.executable))
    shell = home / "bin" / "bash"
    shell.write_text(SHELL.format(bash=shutil.which("bash")), encoding="utf-8")
    shell.chmod(0o755)
    return Act(home, action, upload, ready)


def _taken(job: Job, told: Mapping[str, Any]) -> Job:
    """Return a job with what one line of the log adds to it."""
    step = "/".join(told.get("stepID", []))
    command = told.get("command")
    if told.get("stepResult") and told.get("stage") == "Main":
        job.results[step] = told["stepResult"]
    if command == "set-output":
        job.outputs.setdefault(step, {})[told["name"]] = told["arg"]
    elif command == "summary":
        # It is told again for the step around it.
        if told["content"] not in job.summaries:
            job.summaries.append(told["content"])
    elif command is not None:
        job.commands.append(Command(command, told.get("kvPairs") or {}, told.get("arg", "")))
    return job._replace(log=job.log + told["msg"]) if told.get("raw_output") else job
