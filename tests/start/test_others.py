"""`init` where others' files lie: what it proposes reads all of them, and nothing else."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opspolicy import importers
from opspolicy.estate.formats import FORMATS
from opspolicy.source.yaml_reader import read
from opspolicy.start import signs, survey
from opspolicy.start.others import others
from tests.repositories import Repository
from tests.start.test_init import ANSIBLE, COMPOSE, OURS, Here, here

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["here"]

AS_OF = ("--as-of", "2027-09-01")
UTC = "schedule: '0 3 * * *', timeZone: UTC"
MANIFEST = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n"
VALUES = "replicas: 3\n"
BROKEN = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a\nspec: {}\n"
TEMPLATE = "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: {{ .Values.name }}\n"
FILLED = 'apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: "{{ .Release.Name }}"}\nspec: {schedule: "0 3 * * *"}\n'
CRONTAB = "CRON_TZ=UTC\n0 4 * * * root /usr/bin/backup\n"
TIMER = "[Timer]\nOnCalendar=daily\n"
WORKFLOW = "on: {schedule: [{cron: '0 3 * * *'}]}\njobs: {a: {steps: []}}\n"
ON_PUSH = "on: [push]\njobs: {a: {steps: []}}\n"
DATABASE = 'resource "aws_db_instance" "main" {\n  maintenance_window = "Mon:04:00-Mon:05:00"\n}\n'
YAML = "*.{yaml,yml}"


def cron_job(name: str, namespace: str = "") -> str:
    """Return a CronJob."""
    where = f", namespace: {namespace}" if namespace else ""
    return (
        f"apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: {name}{where}}}\nspec: {{{UTC}}}\n"
    )


def component(name: str) -> str:
    """Return an entity of a Backstage catalogue."""
    return (
        "apiVersion: backstage.io/v1alpha1\nkind: Component\n"
        f"metadata: {{name: {name}}}\nspec: {{type: service, owner: shop}}\n"
    )


JOB = cron_job("a")


def proposed(here: Here) -> dict[str, dict[str, Any]]:
    """Return the sources of the configuration that was written, by format."""
    document = read(here.read("opspolicy.yaml"), "")[0][0].plain()
    assert isinstance(document, dict)
    sources = document.get("sources", [])
    assert isinstance(sources, list)
    return {each["format"]: each for each in sources}


def files(here: Here) -> set[str]:
    """Return the files that a check reads."""
    _, shown = here.check(*AS_OF, "--format", "json")
    return {each["path"] for each in json.loads(shown)["files"]}


# Globs --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "paths", "exclude"),
    [
        # What lies alone is named.
        ({"k8s/a.yaml": JOB}, ["k8s/a.yaml"], []),
        ({"a.yaml": JOB, "b.yml": cron_job("b")}, ["a.yaml", "b.yml"], []),
        # What lies together is selected together, also beside other manifests.
        ({"k8s/a.yaml": JOB, "k8s/b.yml": cron_job("b")}, [f"k8s/{YAML}"], []),
        ({"k8s/a.yaml": JOB, "k8s/web.yaml": MANIFEST}, [f"k8s/{YAML}"], []),
        ({"x/k8s/a.yaml": JOB, "x/k8s/b.yaml": cron_job("b")}, [f"x/k8s/{YAML}"], []),
        (
            {"k8s/x/a.yaml": JOB, "k8s/y/b.yaml": cron_job("b"), "k8s/z/c.yaml": cron_job("c")},
            [f"k8s/**/{YAML}"],
            [],
        ),
        (
            {"k8s/x/a.yaml": JOB, "k8s/x/kustomization.yaml": "resources:\n- a.yaml\n"},
            [f"k8s/x/{YAML}"],
            [],
        ),
        # Where anything else lies among it, it is narrower, and at last the names.
        (
            {"d/k8s/a.yaml": JOB, "d/k8s/b.yaml": cron_job("b"), "d/site.yaml": ANSIBLE},
            [f"d/k8s/{YAML}"],
            [],
        ),
        (
            {"d/a.yaml": JOB, "d/b.yaml": cron_job("b"), "d/values.yaml": VALUES},
            ["d/a.yaml", "d/b.yaml"],
            [],
        ),
        (
            {"d/x/cron.yaml": JOB, "d/y/cron.yaml": cron_job("b"), "d/x/values.yaml": VALUES},
            ["d/**/cron.yaml"],
            [],
        ),
        (
            {"t/x/k8s/a.yaml": JOB, "t/y/k8s/b.yaml": cron_job("b"), "t/y/site.yaml": ANSIBLE},
            [f"t/**/k8s/{YAML}"],
            [],
        ),
        (
            {"x/k8s/a.yaml": JOB, "y/k8s/b.yaml": cron_job("b"), "y/site.yaml": ANSIBLE},
            [f"**/k8s/{YAML}"],
            [],
        ),
        ({"d/a.yaml": JOB, "d/b.yaml": cron_job("b"), "d/catalog-info.yaml": component("x")},
         ["d/a.yaml", "d/b.yaml"], []),
        # Declarations of ours are no part of it.
        ({"d/a.yaml": JOB, "d/b.yaml": cron_job("b"), "d/ours.yaml": OURS}, ["d/a.yaml", "d/b.yaml"], []),
        # What is broken and says so is read; what is no file of the format yet is taken out.
        ({"k8s/a.yaml": JOB, "k8s/b.yaml": BROKEN}, [f"k8s/{YAML}"], []),
        ({"k8s/b.yaml": BROKEN}, ["k8s/b.yaml"], []),
        (
            {"k8s/a.yaml": JOB, "k8s/b.yaml": cron_job("b"), "k8s/t.yaml": TEMPLATE},
            [f"k8s/{YAML}"],
            ["k8s/t.yaml"],
        ),
        (
            {
                "d/k8s/a.yaml": JOB, "d/more/b.yaml": cron_job("b"), "d/web/Chart.yaml": "kind: x\n",
                "d/web/templates/t.yaml": TEMPLATE, "d/web/templates/u.yaml": FILLED,
            },
            [f"d/**/{YAML}"],
            ["d/web/templates"],
        ),
        (
            {"k8s/a.yaml": JOB, "k8s/b.yaml": cron_job("b"), "k8s/c.yaml": "kind: Pod\na: [\n"},
            [f"k8s/{YAML}"],
            ["k8s/c.yaml"],
        ),
        # Without a name and a schedule nothing comes of it, and somebody should be told.
        ({"k8s/a.yaml": "apiVersion: batch/v1\nkind: CronJob\n"}, ["k8s/a.yaml"], []),
        ({"k8s/a.yaml": FILLED}, ["k8s/a.yaml"], []),
    ],
)  # fmt: skip
def test_globs_take_what_lies_together(
    here: Here, found: dict[str, str], paths: list[str], exclude: list[str]
) -> None:
    for path, text in found.items():
        here.write(path, text)
    here.init()
    source = proposed(here)["kubernetes"]
    assert (source["paths"], source.get("exclude", [])) == (paths, exclude)


@pytest.mark.parametrize(
    ("format_", "found", "paths"),
    [
        ("backstage", {"catalog-info.yaml": component("a")}, ["catalog-info.yaml"]),
        (
            "backstage",
            {"s/a/catalog-info.yaml": component("a"), "s/b/catalog-info.yaml": component("b")},
            ["s/**/catalog-info.{yaml,yml}"],
        ),
        (
            "backstage",
            {"catalog-info.yaml": component("a"), "s/b/catalog-info.yml": component("b")},
            ["**/catalog-info.{yaml,yml}"],
        ),
        (
            "backstage",
            {"c/a.yaml": component("a"), "c/b.yaml": component("b")},
            [f"c/{YAML}"],
        ),
        (
            "compose",
            {"compose.yaml": COMPOSE, "compose.override.yaml": COMPOSE, "site.yaml": ANSIBLE},
            [f"compose{YAML}"],
        ),
        (
            "crontab",
            {"cron.d/a": CRONTAB, "cron.d/b": CRONTAB},
            ["cron.d/*"],
        ),
        (
            "crontab",
            {"cron.d/a": CRONTAB, "cron.d/b": CRONTAB, "cron.d/README": "What runs here.\n"},
            ["cron.d/a", "cron.d/b"],
        ),
        ("crontab", {"a/cron.d/a": CRONTAB, "b/cron.d/b": CRONTAB}, ["**/cron.d/*"]),
        ("systemd", {"u/a.timer": TIMER, "u/b.timer": TIMER}, ["u/*.timer"]),
        ("systemd", {"u/a.timer": TIMER, "v/b.timer": TIMER}, ["**/*.timer"]),
        ("terraform", {"main.tf": DATABASE, "dns.tf": 'variable "x" {}\n'}, ["*.tf"]),
        ("terraform", {"i/a/main.tf": DATABASE, "i/b/dns.tf": ""}, ["i/**/*.tf"]),
        (
            "github-actions",
            {".github/workflows/a.yml": WORKFLOW, ".github/workflows/b.yml": ON_PUSH,
             ".github/dependabot.yml": VALUES},
            [f".github/workflows/{YAML}"],
        ),
    ],
)  # fmt: skip
def test_globs_are_those_that_a_format_has(
    here: Here, format_: str, found: dict[str, str], paths: list[str]
) -> None:
    for path, text in found.items():
        here.write(path, text)
    here.init()
    assert proposed(here)[format_]["paths"] == paths
    assert files(here) >= found.keys() - {"site.yaml", "cron.d/README", ".github/dependabot.yml"}


def test_each_format_has_a_sign() -> None:
    assert {*signs.SIGNS} == {*FORMATS}


def test_what_is_added_tomorrow_is_read(here: Here) -> None:
    here.write("k8s/a.yaml", JOB)
    here.write("k8s/b.yaml", cron_job("b"))
    here.write(".github/workflows/a.yml", WORKFLOW)
    here.write(".github/workflows/b.yml", ON_PUSH)
    here.init()
    here.write("k8s/c.yml", cron_job("c"))
    here.write(".github/workflows/c.yaml", WORKFLOW)
    # The workflow that checks has a schedule too, and isn't one of them.
    here.init("--workflow")
    read_now = files(here)
    assert {"k8s/c.yml", ".github/workflows/c.yaml"} <= read_now
    assert survey.WORKFLOW not in read_now
    assert here.init()[0].count("can be read in place") == 0


TEXTS = {
    "job": JOB, "manifest": MANIFEST, "values": VALUES, "broken": BROKEN, "template": TEMPLATE,
    "ours": OURS, "torn": "kind: Pod\na: [\n", "component": component("a"), "empty": "",
}  # fmt: skip
NAMES = [
    f"{above}{name}.yaml"
    for above in ("", "a/", "a/b/", "a/c/", "d e/", "templates/", "node_modules/x/")
    for name in ("x", "y", "z z")
]


@given(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(sorted(TEXTS)), max_size=9))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_sources_read_all_that_is_of_a_format_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, layout: dict[str, str]
) -> None:
    root = tmp_path_factory.mktemp("here")
    for path, kind in layout.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(TEXTS[kind], encoding="utf-8")
    found = others(survey.survey(str(root)))
    kept = {path: kind for path, kind in layout.items() if "node_modules" not in path}
    for source in found.sources:
        selected = importers.select(survey.survey(str(root)).root, (source,))
        assert not selected.problems
        read_as = {kept.get(path, "skipped") for path in selected.readings}
        theirs = {"kubernetes": {"job", "broken", "manifest"}, "backstage": {"component"}}
        assert read_as <= theirs[source.format]
    of_all = {path for each in found.sources for path in importers.select(
        survey.survey(str(root)).root, (each,)).readings}  # fmt: skip
    assert {p for p, kind in kept.items() if kind in {"job", "broken", "component"}} <= of_all


# What is left out, and told -----------------------------------------------------------------------


def test_what_is_broken_is_found_by_the_check(here: Here) -> None:
    here.write("k8s/a.yaml", JOB)
    here.write("k8s/b.yaml", BROKEN)
    out, _ = here.init()
    assert "\nbroken: `k8s/b.yaml`. `opspolicy check` says what is wrong there.\n" in out
    code, shown = here.check(*AS_OF, "-q")
    assert code == 2
    assert shown.startswith("k8s/b.yaml:4:5: error[OPS002] invalid-yaml")


def test_a_template_that_is_left_out_is_told(here: Here) -> None:
    here.write("web/Chart.yaml", "name: web\n")
    here.write("web/templates/t.yaml", TEMPLATE)
    here.write("web/templates/sub/u.yaml", FILLED)
    here.write("web/templates/plain.yaml", JOB)
    out, _ = here.init()
    assert (
        "\nleft out, as nothing here fills templates in: `web/templates/sub/u.yaml` and"
        " `web/templates/t.yaml`. What comes of them can be imported:"
        " `helm template web | opspolicy import kubernetes -`.\n"
    ) in out
    # What a chart has that isn't filled in is as good as any.
    assert proposed(here)["kubernetes"]["paths"] == ["web/templates/plain.yaml"]
    assert "web/templates/t.yaml" not in files(here)


def test_braces_in_a_text_make_no_template(here: Here) -> None:
    here.write("k8s/a.yaml", BROKEN.replace("spec: {}", "spec: {x: 1\n  y: 'of {{ $labels.job }}'"))
    out, _ = here.init()
    assert "broken: `k8s/a.yaml`" in out
    assert proposed(here)["kubernetes"]["paths"] == ["k8s/a.yaml"]


def test_nothing_is_told_where_there_is_nothing_else(here: Here) -> None:
    here.write("t.yaml", TEMPLATE)
    out, _ = here.init()
    assert "left out" in out
    assert proposed(here) == {}
    assert here.check(*AS_OF)[0] == 0


def test_what_git_ignores_and_what_was_fetched_is_nobodys(here: Here) -> None:
    for above in ("k8s/", "node_modules/x/", "vendor/y/", "out/", "k8s/local/", "sub/"):
        here.write(f"{above}a.yaml", JOB)
        here.write(f"{above}b.yaml", cron_job("b"))
    here.write("go.mod", "module x\n")
    here.write(".gitignore", "/out\nlocal/\n/k8s/mine.yaml\n")
    here.write("k8s/mine.yaml", cron_job("mine"))
    here.write("sub/opspolicy.yaml", "horizon: 30d\n")
    Repository(here.root / "k8s/other").write("a.yaml", text=JOB)
    here.init()
    source = proposed(here)["kubernetes"]
    assert source["paths"] == [f"k8s/{YAML}"]
    assert sorted(source["exclude"]) == ["k8s/mine.yaml", "k8s/other"]
    assert files(here) == {"k8s/a.yaml", "k8s/b.yaml", "ops/estate.yaml"}
    assert "sub" not in here.read("opspolicy.yaml")


def test_what_is_ignored_and_committed_all_the_same_counts(here: Here) -> None:
    here.write("k8s/a.yaml", JOB)
    here.write(".gitignore", "k8s\n")
    Repository(here.root).commit()
    here.init()
    assert proposed(here)["kubernetes"]["paths"] == ["k8s/a.yaml"]


def test_vendor_may_be_whoever_sells_something(here: Here) -> None:
    here.write("vendor/acme.timer", TIMER)
    here.init()
    assert proposed(here)["systemd"]["paths"] == ["vendor/acme.timer"]


def test_ignored_declarations_are_nobodys(here: Here) -> None:
    here.write("node_modules/x/a.yaml", OURS)
    out, _ = here.init()
    assert "declarations are there already" not in out
    assert here.check(*AS_OF)[0] == 0


# Nothing is added to what is there ----------------------------------------------------------------


def test_the_first_check_judges_what_the_team_has(here: Here) -> None:
    here.write("catalog-info.yaml", component("shop").replace("owner: shop", "owner: sales"))
    here.write("k8s/a.yaml", JOB)
    before = here.files()
    out, _ = here.init()
    assert "wrote ops/estate.yaml: for what the other files don't say; all of it is comments" in out
    added = here.files().keys() - before.keys()
    assert added == {"opspolicy.yaml", "ops/estate.yaml"}
    text = here.read("ops/estate.yaml")
    assert all(not line or line.startswith("#") for line in text.split("\n"))
    code, shown = here.check(*AS_OF)
    assert code == 0
    assert "Checked 3 files: 1 service, 1 job, 0 maintenance windows." in shown
    assert "ops/estate.yaml" not in shown


def test_its_comments_are_declarations_once_they_are_none(here: Here) -> None:
    here.write("k8s/a.yaml", JOB.replace("name: a", "name: nightly-report"))
    here.init()
    examples = re.findall(r"^# ( *[\w-]+:.*)$", here.read("ops/estate.yaml"), re.MULTILINE)
    here.write("ops/estate.yaml", "\n".join(examples) + "\n")
    here.write("ops/more.yaml", "services: {database: {owner: platform}}\n")
    code, shown = here.check(*AS_OF)
    assert code != 2, shown
    # The job is the one in the other file, completed.
    assert "Checked 3 files: 2 services, 1 job, 1 maintenance window." in shown


@pytest.mark.parametrize("codeowners", ["", "* @acme/web\n"])
def test_a_team_is_declared_where_teams_must_be(here: Here, codeowners: str) -> None:
    group = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: sales}\nspec: {type: team, children: []}\n"
    here.write("catalog-info.yaml", group)
    here.write("k8s/a.yaml", JOB)
    if codeowners:
        here.write("CODEOWNERS", codeowners)
    out, _ = here.init()
    team = "web" if codeowners else "platform"
    assert f"it declares a team, `{team}`" in out
    code, shown = here.check(*AS_OF, "-q")
    assert code == 0
    assert "missing-owner" not in shown
    document = read(here.read("ops/estate.yaml"), "")[0][0].plain()
    assert isinstance(document, dict)
    assert {*document} == {"teams"}


def test_a_team_that_is_there_is_not_declared_again(here: Here) -> None:
    group = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: Platform}\nspec: {type: team, children: []}\n"
    here.write("catalog-info.yaml", group)
    here.init()
    assert "\nteams:" not in here.read("ops/estate.yaml")


def test_beside_sources_that_are_there_nothing_is_made_up(here: Here) -> None:
    here.write("k8s/a.yaml", JOB)
    config = "sources: [{format: kubernetes, paths: [k8s/a.yaml], defaults: {owner: x}}]\n"
    here.write("opspolicy.yaml", config)
    here.write("compose.yaml", COMPOSE)
    out, _ = here.init()
    assert here.read("opspolicy.yaml") == config
    assert "add this to `sources` in\nopspolicy.yaml." in out
    assert "format: compose" in out
    assert "format: kubernetes" not in out
    here.write("opspolicy.yaml", f"include: [ops]\n{config}")
    out, _ = here.init()
    assert "wrote ops/estate.yaml: for what the other files don't say" in out
    assert "Checked 2 files: 0 services, 1 job" in here.check(*AS_OF)[1]


# Names --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "names"),
    [
        ({"k/a.yaml": cron_job("x", "p"), "k/b.yaml": cron_job("y", "q")}, {"kubernetes": None}),
        (
            {"k/a.yaml": cron_job("x", "p"), "k/b.yaml": cron_job("x", "q")},
            {"kubernetes": "{namespace}/{name}"},
        ),
        (
            {"k/a.yaml": cron_job("x", "p") + "---\n" + cron_job("X", "q")},
            {"kubernetes": "{namespace}/{name}"},
        ),
        (
            {"k/dev/a.yaml": cron_job("x"), "k/prod/a.yaml": cron_job("x")},
            {"kubernetes": "{directory}/{name}"},
        ),
        (
            {"k/dev/a.yaml": cron_job("x", "p"), "k/dev/b.yaml": cron_job("x", "q"),
             "k/prod/a.yaml": cron_job("x", "p")},
            {"kubernetes": "{directory}/{namespace}/{name}"},
        ),
        # Several files of one project say more of the same; two projects don't.
        ({"compose.yaml": COMPOSE, "compose.override.yaml": COMPOSE}, {"compose": None}),
        (
            {"a/compose.yaml": COMPOSE, "b/compose.yaml": COMPOSE},
            {"compose": "{project}/{name}"},
        ),
        # Two formats can clash as well.
        (
            {"k/a.yaml": cron_job("a"), "u/a.timer": TIMER},
            {"kubernetes": None, "systemd": "{directory}/{name}"},
        ),
    ],
)  # fmt: skip
def test_no_two_have_one_name(
    here: Here, found: dict[str, str], names: dict[str, str | None]
) -> None:
    for path, text in found.items():
        here.write(path, text)
    here.init()
    assert {name: each.get("name") for name, each in proposed(here).items()} == names
    assert "duplicate-name" not in here.check(*AS_OF, "-q")[1]


def test_where_no_name_tells_them_apart_the_check_does(here: Here) -> None:
    here.write("k/a.yaml", JOB)
    here.write("k/b.yaml", JOB)
    here.init()
    assert "name" not in proposed(here)["kubernetes"]
    assert "duplicate-name" in here.check(*AS_OF, "-q")[1]


def test_a_new_source_clashes_with_none_that_is_there(here: Here) -> None:
    here.write("k8s/a.yaml", JOB)
    here.write("opspolicy.yaml", "sources: [{format: kubernetes, paths: [k8s/a.yaml]}]\n")
    here.write("u/a.timer", TIMER)
    out, _ = here.init()
    assert '        name: "{directory}/{name}"\n' in out


# Hostile repositories -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["a b", "a,b", "a{b,c}", "[!a]", "a*b", "a\x01b", "a\u202eb", "**", "{", "é", "a: b"]
)
def test_a_directory_of_any_name_is_read(here: Here, name: str) -> None:
    here.write(f"{name}/x.yaml", JOB)
    here.write(f"{name}/y.yaml", cron_job("b"))
    here.init()
    assert f"{name}/x.yaml" in files(here)


def test_links_and_pipes_hold_nothing_up(here: Here, tmp_path: Path) -> None:
    here.write("k8s/a.yaml", JOB)
    here.write("k8s/b.yaml", cron_job("b"))
    (tmp_path / "outside.yaml").write_text(cron_job("c"), encoding="utf-8")
    (here.root / "k8s/c.yaml").symlink_to(tmp_path / "outside.yaml")
    (here.root / "k8s/d.yaml").symlink_to("a.yaml")
    (here.root / "more").symlink_to("k8s")
    os.mkfifo(here.root / "k8s/e.yaml")
    here.init()
    code, shown = here.check(*AS_OF, "-q")
    assert code == 0, shown
    assert files(here) >= {"k8s/a.yaml", "k8s/b.yaml"}


def test_names_of_what_is_left_out_reach_no_terminal(here: Here) -> None:
    here.write("a\x1b[2Jb.yaml", TEMPLATE)
    here.write("::error::c.yaml", BROKEN)
    out, _ = here.init()
    assert "a\\x1b[2Jb.yaml" in out
    assert not any(line.startswith("::") for line in out.splitlines())
