"""`init`: what it writes is right at once, and nothing that is there is touched."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import yaml

from opspolicy import cli
from opspolicy.source.reading import Root
from opspolicy.source.yaml_reader import read
from opspolicy.start import hosting, owners, survey
from tests.repositories import Repository, isolated
from tests.shared import ROOT

if TYPE_CHECKING:
    from pathlib import Path

OURS = """\
services: {shop: {customer_facing: true, owner: a}}
"""
OTHERS = OURS.replace("shop", "desk")
BROKEN = """\
services: {shop: {customer_facing: true, owner: a, business_hour: x}}
"""
COMPOSE = """\
version: "3"
services:
  web: {image: nginx, depends_on: [db], ports: ["80:80"]}
  db: {image: postgres}
"""
ANSIBLE = "- hosts: all\n  tasks: []\n"
WORKFLOW = ".github/workflows/opspolicy.yml"


class Here:
    """A repository to begin in."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Make it in ``root``."""
        self.root = root
        self._capsys = capsys
        Repository(root)

    def write(self, path: str, text: str | bytes) -> None:
        """Write a file, and the directories on the way."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode() if isinstance(text, str) else text)

    def read(self, path: str) -> str:
        """Return what a file says."""
        return (self.root / path).read_text(encoding="utf-8")

    def files(self) -> dict[str, bytes]:
        """Return all files there are, but git's."""
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and ".git" not in path.relative_to(self.root).parts
        }

    def init(self, *words: str, code: int = 0) -> tuple[str, str]:
        """Run `init`, and return what it prints."""
        assert cli.main(["init", "-C", str(self.root), *words]) == code
        done = self._capsys.readouterr()
        assert "internal error" not in done.err
        assert "\x1b" not in done.out + done.err
        return done.out, done.err

    def check(self, *words: str) -> tuple[int, str]:
        """Run `check`."""
        code = cli.main(["check", "--no-cache", "-C", str(self.root), *words])
        return code, self._capsys.readouterr().out


@pytest.fixture
def here(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Here:
    """Return an empty repository."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith("OPSPOLICY_"):
            monkeypatch.delenv(name)
    return Here(tmp_path / "here", capsys)


def tool(name: str) -> str:
    """Return the path of a development tool that is installed beside Python."""
    found = shutil.which(name, path=os.path.dirname(sys.executable))
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(f"{name} is not installed")
        pytest.skip(f"{name} is not installed")
    return found


def passes(directory: Path, name: str, *words: str) -> None:
    """Hold that a tool has nothing to say."""
    done = subprocess.run(
        [tool(name), *words],
        cwd=directory,
        env=isolated() | {"PRE_COMMIT_HOME": str(directory.parent / "pre-commit")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


# What is written ----------------------------------------------------------------------------------


@pytest.mark.parametrize("as_of", ["2026-01-01", "2027-03-28T01:30", "2028-02-29", "2040-12-31"])
@pytest.mark.parametrize("zone", ["UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe"])
def test_a_first_estate_is_right_at_once(here: Here, as_of: str, zone: str) -> None:
    here.init()
    estate = here.read("ops/estate.yaml")
    here.write("ops/estate.yaml", estate.replace("timezone: UTC", f"timezone: {zone}"))
    code, shown = here.check("--as-of", as_of)
    assert (code, shown.split("\n")[0]) == (0, "No findings."), shown
    # And it does what its comment says.
    moved = estate.replace('schedule: {cron: "0 6 * * sun"}', 'schedule: {cron: "0 10 * * mon"}')
    assert moved != estate
    here.write("ops/estate.yaml", moved)
    code, shown = here.check("--as-of", as_of, "-q")
    assert code == 1
    assert "error[OPS301] outage-in-business-hours: `shop` is down" in shown


def test_lines_are_no_longer_than_people_like(here: Here) -> None:
    here.init("--hook", "--workflow", "--from", "https://github.com/acme/opspolicy@v1")
    for path, text in here.files().items():
        assert max(map(len, text.decode().splitlines())) <= 100, path


def test_schemas_are_where_files_say(here: Here) -> None:
    here.init("--schemas")
    for path, kind in (("ops/estate.yaml", "estate"), ("opspolicy.yaml", "config")):
        head, _, _ = here.read(path).partition("\n")
        target = head.removeprefix("# yaml-language-server: $schema=")
        assert target != head
        schema = (here.root / path).parent / target
        assert schema.resolve() == (here.root / f".opspolicy/{kind}.schema.json").resolve()
        assert json.loads(schema.read_text()) == json.loads(
            (ROOT / f"schemas/{kind}.schema.json").read_text(encoding="utf-8")
        )
        passes(here.root, "check-jsonschema", "--schemafile", str(schema), path)
    assert here.check()[0] == 0


def test_a_file_says_where_its_schema_is_only_where_there_is_one(here: Here) -> None:
    here.init()
    assert not any(b"$schema" in text for text in here.files().values())
    (here.root / "opspolicy.yaml").unlink()
    here.init("--schemas")
    assert "$schema=.opspolicy/config.schema.json" in here.read("opspolicy.yaml")


def test_what_is_written_by_hand_is_what_tools_accept(here: Here) -> None:
    for words in ([], ["--from", "https://github.com/acme/opspolicy@" + "a" * 40]):
        for path in (WORKFLOW, ".pre-commit-config.yaml"):
            (here.root / path).unlink(missing_ok=True)
        here.init("--hook", "--workflow", *words)
        schema = "vendor.github-workflows"
        passes(here.root, "check-jsonschema", "--builtin-schema", schema, WORKFLOW)
        passes(here.root, "zizmor", "--offline", WORKFLOW)
        passes(here.root, "pre-commit", "validate-config")


def test_a_workflow_may_read_and_nothing_else(here: Here) -> None:
    here.init("--workflow", "--from", "https://github.com/acme/opspolicy@" + "a" * 40)
    document = read(here.read(WORKFLOW), WORKFLOW)[0][0].plain()
    assert isinstance(document, dict)
    assert document["permissions"] == {"contents": "read"}
    assert {"pull_request", "merge_group", "schedule"} <= set(document["on"])
    checkout, ours = document["jobs"]["schedules"]["steps"]
    assert checkout["with"] == {"persist-credentials": False, "fetch-depth": 0}
    assert checkout["uses"] == "actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8"
    assert ours == {"uses": "acme/opspolicy@" + "a" * 40, "id": "gate"}


def test_what_to_paste_on_gitlab_is_a_job(here: Here) -> None:
    here.write(".gitlab-ci.yml", "stages: [test]\n")
    out, _ = here.init()
    _, _, rest = out.partition("add this to .gitlab-ci.yml.\n\n")
    job = "\n".join(line.removeprefix("    ") for line in rest.splitlines())
    assert job.startswith("opspolicy:\n")
    assert WORKFLOW not in out
    here.write(".gitlab-ci.yml", job)
    passes(here.root, "check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", ".gitlab-ci.yml")
    assert "add this to .gitlab-ci.yml" not in here.init()[0]


def test_a_dry_run_writes_nothing_and_shows_it_all(here: Here) -> None:
    here.write(".pre-commit-config.yaml", "repos:\n- repo: local\n  hooks: []\n")
    before = here.files()
    words = ("--hook", "--workflow", "--schemas")
    dry, _ = here.init(*words, "--dry-run")
    assert here.files() == before
    here.init(*words)
    for path, text in here.files().items():
        if path == ".pre-commit-config.yaml":
            assert "would add to .pre-commit-config.yaml" in dry
            assert '    +- repo: "https://opspolicy.invalid/opspolicy"' in dry
            continue
        shown = "".join(f"    {line}".rstrip() + "\n" for line in text.decode().splitlines())
        assert f"would write {path}: " in dry
        assert shown in dry


# What is there already ----------------------------------------------------------------------------


def test_all_is_said_to_be_there(here: Here) -> None:
    words = ("--hook", "--workflow", "--schemas")
    here.init(*words)
    before = here.files()
    out, err = here.init(*words)
    assert err == ""
    assert here.files() == before
    assert "wrote" not in out
    assert "the hook is there already" in out
    assert "a workflow that names opspolicy is there already" in out
    assert "declarations are there already: `ops/estate.yaml`" in out


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"ops/a.yaml": OURS}, ["ops/**/*.{yaml,yml}"]),
        ({"teams/a/ops.yaml": OURS, "teams/b/x/ops.yaml": OTHERS}, ["teams/**/*.{yaml,yml}"]),
        ({"teams/a/ops.yaml": OURS, "teams/b/compose.yaml": COMPOSE}, ["teams/a/**/*.{yaml,yml}"]),
        ({"a/ops.yaml": OURS, "a/compose.yml": COMPOSE}, ["a/ops.yaml"]),
        ({"services.yaml": OURS, "compose.yaml": COMPOSE}, ["services.yaml"]),
        ({"ops/a.yaml": ANSIBLE, "k8s/jobs.yaml": OURS}, ["k8s/**/*.{yaml,yml}"]),
        ({"a{b}/[c] d.yaml": OURS, "a{b}/x.yaml": ANSIBLE}, ["a?b?/?c??d.yaml"]),
    ],
)
def test_a_configuration_selects_what_declares_something(
    here: Here, files: dict[str, str], expected: list[str]
) -> None:
    for path, text in files.items():
        here.write(path, text)
    before = here.files()
    here.init()
    document = read(here.read("opspolicy.yaml"), "")[0][0].plain()
    assert isinstance(document, dict)
    assert document["include"] == expected
    assert {path: text for path, text in here.files().items() if path in before} == before
    assert set(here.files()) - set(before) == {"opspolicy.yaml"}
    code, shown = here.check("--as-of", "2027-09-01", "--format", "json")
    assert code == 0
    in_place = {path for each in document.get("sources", []) for path in each["paths"]}
    read_by_it = {each["path"] for each in json.loads(shown)["files"]} - in_place
    assert read_by_it == {path for path, text in files.items() if text in {OURS, OTHERS}}


@pytest.mark.parametrize(
    "text",
    [
        BROKEN,
        "maintenance_windows: {}\n",
        "teams: {a: }\n",
        "x-a: 1\njobs: {a: {owner: a, schedule: '* * * * *', durration: 1h}}\n",
    ],
)
def test_declarations_with_mistakes_are_declarations(here: Here, text: str) -> None:
    here.write("deploy/a.yaml", text)
    here.init()
    assert "deploy/**" in here.read("opspolicy.yaml")
    assert not (here.root / "ops").exists()


@pytest.mark.parametrize(
    "text",
    [
        COMPOSE, ANSIBLE, "", "services:\n", "services: [a]\n", "jobs: {build: {script: [make]}}\n",
        "stages: [test]\njobs: {a: {duration: 1h}}\n", "a: [\n", "services: {a: {image: x}}\n",
        "services: {{ template }}\n", "- services: {}\n", "services: &a {a: *a}\n", "\x00", "x-a: 1\n",
    ],
)  # fmt: skip
def test_what_others_write_is_not_ours(here: Here, text: str) -> None:
    here.write("deploy/a.yaml", text)
    here.init()
    assert '"ops/**/*.{yaml,yml}"' in here.read("opspolicy.yaml")
    assert here.check("--as-of", "2027-09-01")[0] == 0


def test_where_ops_is_somebody_elses_there_is_another_place(here: Here) -> None:
    here.write("ops/playbook.yaml", ANSIBLE)
    here.init()
    assert '- "ops/opspolicy/**/*.{yaml,yml}"' in here.read("opspolicy.yaml")
    assert here.check("--as-of", "2027-09-01")[0] == 0
    # And where every place is taken, somebody has to say.
    (here.root / "opspolicy.yaml").unlink()
    shutil.rmtree(here.root / "ops/opspolicy")
    here.write("ops/opspolicy/a.yaml", ANSIBLE)
    here.write("opspolicy-estate/a.yaml", ANSIBLE)
    out, err = here.init(code=2)
    assert "hold other YAML: name a directory in `opspolicy.yaml`" in err
    assert "Now run" not in out
    assert not (here.root / "opspolicy.yaml").exists()


@pytest.mark.parametrize(
    ("config", "estate"),
    [
        ("include: [teams/**/*.yaml]\n", "teams/estate.yaml"),
        ("include: [declared]\n", "declared/estate.yaml"),
        ("include: [a/x.yaml, 'b/**']\n", "b/estate.yaml"),
        ("horizon: 30d\n", "ops/estate.yaml"),
        ("include: ['*.yaml']\n", "estate.yaml"),
    ],
)
def test_an_estate_goes_where_the_configuration_looks(here: Here, config: str, estate: str) -> None:
    here.write("opspolicy.yaml", config)
    if "a/x.yaml" in config:
        # What is named outright and missing is a finding, and not for us to make up.
        config = config.replace("a/x.yaml, ", "")
        here.write("opspolicy.yaml", config)
    here.init()
    assert set(here.files()) == {"opspolicy.yaml", estate}
    assert here.read("opspolicy.yaml") == config
    assert here.check("--as-of", "2027-09-01")[0] == 0


def test_a_configuration_that_looks_nowhere_is_told(here: Here) -> None:
    here.write("opspolicy.yaml", "include: ['a/*.json']\nexclude: [ops]\n")
    _, err = here.init(code=2)
    assert "`include` of `opspolicy.yaml` selects no place for a first estate" in err
    assert set(here.files()) == {"opspolicy.yaml"}


def test_what_a_configuration_leaves_out_is_told(here: Here) -> None:
    here.write("opspolicy.yaml", "include: [ops/**]\n")
    here.write("ops/a.yaml", OURS)
    for at in range(7):
        here.write(f"more/{at}.yaml", OURS)
    before = here.files()
    out, _ = here.init()
    assert here.files() == before
    assert "doesn't select `more/0.yaml`, `more/1.yaml`" in out
    assert "and 2 more files: add what is missing to `include`" in out


def test_a_configuration_that_can_not_be_read_is_left_alone(here: Here) -> None:
    here.write("opspolicy.yaml", "horizn: 3d\n")
    out, err = here.init("--hook", code=2)
    assert out == ""
    assert "`horizn` is not a key" in err
    assert set(here.files()) == {"opspolicy.yaml"}


def test_an_estate_further_down_is_its_own(here: Here) -> None:
    here.write("sub/opspolicy.yaml", "include: [ops]\n")
    here.write("sub/ops/a.yaml", OURS)
    here.init()
    assert '"ops/**/*.{yaml,yml}"' in here.read("opspolicy.yaml")
    # Begun there, it is that one, and hook and workflow say where it is.
    before = here.files()
    here.init("-C", str(here.root / "sub"), "--hook", "--workflow")
    assert {path: text for path, text in here.files().items() if path in before} == before
    assert 'args: [-C, "sub"]' in here.read(".pre-commit-config.yaml")
    assert 'working-directory: "sub"' in here.read(WORKFLOW)


def test_begun_further_down_it_is_the_whole_repository(here: Here) -> None:
    (here.root / "src").mkdir()
    here.init("-C", str(here.root / "src"))
    assert set(here.files()) == {"opspolicy.yaml", "ops/estate.yaml"}


def test_without_a_repository_it_is_the_directory(here: Here, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    out, _ = here.init("-C", str(elsewhere))
    assert sorted(os.listdir(elsewhere)) == ["ops", "opspolicy.yaml"]
    assert "In no git repository" in out


def test_another_workflow_of_ours_is_enough(here: Here) -> None:
    here.write(".github/workflows/ci.yaml", "# runs opspolicy\n")
    out, _ = here.init("--workflow")
    assert ".github/workflows/ci.yaml: a workflow that names opspolicy is there already" in out
    assert not (here.root / WORKFLOW).exists()


# Who owns it --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("* @acme/platform\n", ("platform", "@acme/platform")),
        ("/docs @acme/docs\n* @acme/all @acme/x # everybody\n/ops @acme/ops\n", ("all", "@acme/all")),
        ("# nobody\n/ops @acme/ops\n", ("ops", "@acme/ops")),
        ("* someone@example.org\n", ("someone", "someone@example.org")),
        ("* @alone\n", ("alone", "@alone")),
        ("* @group/sub/team\n", ("team", "@group/sub/team")),
        ("[Section][2] @acme/x\n* @acme/y\n", ("y", "@acme/y")),
        ("* @null\n", ("null", "@null")),
        ("* @acme/2027\n", ("2027", "@acme/2027")),
        ("", ("platform", "")),
        ("*\n", ("platform", "")),
        ("* @a{b} @$(x) @<y>\n", ("platform", "")),
        ('* @acme/\x1b[31mred\n* @acme/"x": y\n', ("platform", "")),
        ("* @" + "a" * 300 + "\n", ("platform", "")),
        ("* @acme/-\n", ("platform", "")),
        ("* @acme/é\n", ("platform", "")),
    ],
)  # fmt: skip
def test_a_team_is_who_owns_everything(here: Here, text: str, expected: tuple[str, str]) -> None:
    here.write(".github/CODEOWNERS", text)
    found = owners.owner(Root(str(here.root)))
    assert (found.name, found.written) == expected
    here.init()
    code, shown = here.check("--as-of", "2027-09-01")
    assert (code, shown.split("\n")[0]) == (0, "No findings."), shown
    document = read(here.read("ops/estate.yaml"), "")[0][0].plain()
    assert isinstance(document, dict)
    assert set(document["teams"]) == {expected[0]}
    assert document["defaults"]["owner"] == expected[0]


def test_who_owns_is_looked_up_where_platforms_do(here: Here) -> None:
    for at, place in enumerate(reversed(owners.PLACES)):
        here.write(place, f"* @acme/team{at}\n")
        assert owners.owner(Root(str(here.root))).name == f"team{at}"


# Hostile repositories -----------------------------------------------------------------------------


def test_links_are_not_followed_out(here: Here, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    for name in ("ops", ".github", ".opspolicy"):
        (here.root / name).symlink_to(outside)
    (here.root / ".pre-commit-config.yaml").symlink_to(outside / "hooks.yaml")
    _, err = here.init("--hook", "--workflow", "--schemas", code=2)
    assert os.listdir(outside) == []
    assert "leads outside" in err


def test_links_to_nowhere_are_not_written_through(here: Here, tmp_path: Path) -> None:
    target = tmp_path / "made"
    (here.root / "opspolicy.yaml").symlink_to(target)
    here.init(code=2)
    (here.root / "opspolicy.yaml").unlink()
    (here.root / "ops").mkdir()
    (here.root / "ops/estate.yaml").symlink_to(target)
    (here.root / ".pre-commit-config.yaml").symlink_to(target)
    (here.root / ".opspolicy").symlink_to(target)
    here.init("--hook", "--schemas", code=2)
    assert not target.exists()


def test_what_is_no_file_does_not_hang(here: Here) -> None:
    for name in ("a.yaml", ".pre-commit-config.yaml", "CODEOWNERS", ".gitlab-ci.yml"):
        os.mkfifo(here.root / name)
    here.write("docs/CODEOWNERS", "x" * (1 << 21))
    here.write("huge.yaml", "services: {a: {}}\n" + "# x\n" * (1 << 19))
    here.write("bytes.yaml", b"\xff\xfe services: {}")
    here.write("deep.yaml", "services: " + "[" * 50_000)
    out, err = here.init("--hook", code=2)
    assert "wrote ops/estate.yaml" in out
    assert ".pre-commit-config.yaml: nothing was added" in err


def test_a_directory_may_be_closed(here: Here) -> None:
    if os.geteuid() == 0:
        pytest.skip("nothing is closed to root")
    here.root.chmod(0o500)
    try:
        _, err = here.init(code=2)
    finally:
        here.root.chmod(0o700)
    assert "can't be written: permission denied" in err


@pytest.mark.parametrize("name", ["${{ github.token }}", "$(id)", "a b", "a\nb", "-x", "é"])
def test_a_directory_goes_into_a_command_only_where_it_is_a_plain_name(
    here: Here, name: str
) -> None:
    here.write(f"{name}/opspolicy.yaml", "include: [ops]\n")
    here.write(f"{name}/ops/a.yaml", OURS)
    out, err = here.init("-C", str(here.root / name), "--hook", "--workflow", code=2)
    assert "is no name to write into a command" in err
    assert not (here.root / WORKFLOW).exists()
    assert not (here.root / ".pre-commit-config.yaml").exists()
    assert "--hook" not in out


@pytest.mark.parametrize(
    "name",
    [b"a\x01b", b"a\x7fb", b"a\xffb", b"a\nb", "a\u0085b", "a\u202eb", "a\ufeffb", "a\U000e0001b", "a b",
     "a,b", "a{b,c}", "a[b]", "a*b", "[!a]", "a\\b", 'a"b', "é", "#a", "!a", "a: b", "x" * 250],
)  # fmt: skip
def test_a_directory_of_any_name_is_selected(here: Here, name: str | bytes) -> None:
    directory = os.fsencode(here.root) + b"/" + os.fsencode(name)
    os.mkdir(directory)
    with open(directory + b"/a.yaml", "w", encoding="utf-8") as file:
        file.write(OURS)
    if len(name) > 200:
        assert "no glob tells" in here.init(code=2)[1]
        return
    here.init()
    # Check itself has something to say of a name that isn't UTF-8; none of the configuration.
    code, shown = here.check("--as-of", "2027-09-01", "--format", "json")
    document = json.loads(shown)
    assert len(document["files"]) == 1
    assert not [
        each for each in document["findings"] if "opspolicy.yaml" in each["location"]["file"]
    ]
    assert code == 0 or b"\xff" in directory


@pytest.mark.parametrize(
    ("ours", "others"),
    [("a b", "a_b"), ("a,b", "aXb"), ("a\x01b", "a.b"), ("x/a b/y", "x/a-b/y"), ("a*b", "a1b")],
)
def test_what_stands_for_an_unusual_name_selects_no_other(
    here: Here, ours: str, others: str
) -> None:
    here.write(f"{ours}/e.yaml", OURS)
    here.write(f"{others}/e.yaml", COMPOSE)
    here.init()
    code, shown = here.check("--as-of", "2027-09-01", "--format", "json")
    assert code == 0
    assert len(json.loads(shown)["files"]) == 1


def test_what_no_glob_can_tell_apart_is_told(here: Here) -> None:
    here.write("a b/e.yaml", OURS)
    here.write("a,b/e.yaml", COMPOSE)
    _, err = here.init(code=2)
    assert "no glob tells `a,b/e.yaml` from other files" in err
    assert not (here.root / "opspolicy.yaml").exists()


def test_names_reach_no_terminal(here: Here) -> None:
    here.write("a\x1b[2J/\nb::error::c.yaml", OURS)
    out, _ = here.init()
    assert "\\x1b" in out
    assert not any(line.lstrip().startswith("::") for line in out.splitlines())


# Where opspolicy is -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "address", "revision", "action"),
    [
        (
            "https://github.com/acme/opspolicy",
            "https://github.com/acme/opspolicy",
            "",
            "acme/opspolicy",
        ),
        (
            "https://github.com/acme/opspolicy.git@v1.2",
            "https://github.com/acme/opspolicy.git",
            "v1.2",
            "acme/opspolicy",
        ),
        (
            "git@github.com:acme/opspolicy.git",
            "git@github.com:acme/opspolicy.git",
            "",
            "acme/opspolicy",
        ),
        (
            "ssh://git@example.org:22/acme/opspolicy@main",
            "ssh://git@example.org:22/acme/opspolicy",
            "main",
            "",
        ),
        (
            "ssh://git@github.com:22/acme/opspolicy@main",
            "ssh://git@github.com:22/acme/opspolicy",
            "main",
            "acme/opspolicy",
        ),
        ("https://gitlab.com/acme/opspolicy@v1", "https://gitlab.com/acme/opspolicy", "v1", ""),
        ("https://github.com.example.org/a/b", "https://github.com.example.org/a/b", "", ""),
        ("https://x@github.com/a/b@v1", "https://x@github.com/a/b", "v1", "a/b"),
        ("https://GitHub.com/a/b@v1", "https://GitHub.com/a/b", "v1", "a/b"),
        ("https://gitlab.com/a/b/c", "https://gitlab.com/a/b/c", "", ""),
        ("/srv/git/opspolicy", "/srv/git/opspolicy", "", ""),
        ("../opspolicy@v1", "../opspolicy", "v1", ""),
    ],
)
def test_where_it_is_hosted(text: str, address: str, revision: str, action: str) -> None:
    found = hosting.hosting(text)
    assert (found.address, found.revision, found.action) == (address, revision, action)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a b",
        "--upload-pack=x",
        "https://x/\n- y",
        "https://x/${{ y }}",
        'https://x/"',
        "x;y",
        "a" * 400,
        "https://github.com/a/b@feat/x",
        "https://github.com/a/b@",
        "https://github.com/a/b@@v1",
        "https://github.com@v1",
        "git@github.com:a/b@feat/x",
        "../opspolicy@feat/x",
        "ssh://-x/a/b",
        "ext::sh",
    ],
)
def test_what_is_no_address_is_refused(here: Here, text: str) -> None:
    _, err = here.init("--hook", f"--from={text}", code=2)
    assert err.startswith("opspolicy: --from: ")
    assert here.files() == {}


def test_a_workflow_needs_a_repository_it_can_name(here: Here) -> None:
    # `uses: a/b` is github.com's, whoever has it there.
    for path in ("a/b/c", "a/b@" + "a" * 40):
        _, err = here.init("--workflow", "--from", f"https://gitlab.com/{path}", code=2)
        assert "no workflow can use `https://gitlab.com/a/b" in err
        assert not (here.root / WORKFLOW).exists()


def test_nobody_can_register_what_stands_where_nothing_was_named(here: Here) -> None:
    here.write(".gitlab-ci.yml", "stages: [test]\n")
    out, _ = here.init()
    (here.root / ".gitlab-ci.yml").unlink()
    here.init("--hook", "--workflow")
    (hook,) = yaml.safe_load(here.read(".pre-commit-config.yaml"))["repos"]
    assert (hook["repo"], hook["rev"]) == ("https://opspolicy.invalid/opspolicy", "0" * 40)
    assert f"YOUR-ORG/opspolicy@{'0' * 40}\n" in here.read(WORKFLOW)
    assert f'"opspolicy @ git+https://opspolicy.invalid/opspolicy@{"0" * 40}"' in out
    assert "v0." not in out + here.read(".pre-commit-config.yaml")


def test_the_placeholder_of_a_workflow_stands_with_no_commit(here: Here) -> None:
    here.init("--workflow", "--from", f"{hosting.PLACEHOLDER}@{'a' * 40}")
    assert f"uses: YOUR-ORG/opspolicy@{'0' * 40}\n" in here.read(WORKFLOW)


@pytest.mark.parametrize("revision", ["", "@v1.2", "@main", "@" + "a" * 39, "@" + "1" * 40])
def test_only_a_commit_pins_a_workflow(here: Here, revision: str) -> None:
    url = "https://github.com/acme/opspolicy"
    out, _ = here.init("--workflow", "--hook", "--from", url + revision)
    is_commit = len(revision) == 41
    assert (f"uses: acme/opspolicy@{'0' * 40}\n" in here.read(WORKFLOW)) is not is_commit
    assert ("Put in" in out) is not is_commit
    named = revision.removeprefix("@")
    assert is_commit or f"# Put in the commit of {named or hosting.VERSION}." in here.read(WORKFLOW)
    (hook,) = yaml.safe_load(here.read(".pre-commit-config.yaml"))["repos"]
    assert (hook["repo"], hook["rev"]) == (url, named or "0" * 40)
    passes(here.root, "pre-commit", "validate-config")
    passes(here.root, "zizmor", "--offline", WORKFLOW)


@pytest.mark.parametrize(
    "name", ["no", "y", "on", "null", "007", "1e3", "2027-09-01", "0x1f", "1_0"]
)
def test_a_directory_is_a_text_to_every_reader_of_yaml(here: Here, name: str) -> None:
    here.write(f"{name}/opspolicy.yaml", "include: [ops]\n")
    here.write(f"{name}/ops/a.yaml", OURS)
    here.init("-C", str(here.root / name), "--hook", "--workflow")
    (hook,) = yaml.safe_load(here.read(".pre-commit-config.yaml"))["repos"]
    assert hook["hooks"] == [{"id": "opspolicy", "args": ["-C", name]}]
    steps = yaml.safe_load(here.read(WORKFLOW))["jobs"]["schedules"]["steps"]
    assert steps[1]["with"] == {"working-directory": name}
    passes(here.root, "pre-commit", "validate-config")


def test_documents_are_told_apart_by_more_than_their_first_words() -> None:
    (document,), problems = read(COMPOSE, "")
    assert not problems
    assert not survey.is_ours(document)
