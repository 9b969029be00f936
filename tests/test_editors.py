"""What the page about editors says to write: it can be read, and does what it is for."""

from __future__ import annotations

import json
import re
import tomllib

from opspolicy.cli.schema import FILES
from opspolicy.output import Style, renderer
from opspolicy.report import Base, Report
from tests import worlds
from tests.shared import ROOT

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGE = (ROOT / "docs/integrations/editors.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """Return the blocks of a language."""
    return [body for name, body in BLOCK.findall(PAGE) if name == language]


def test_each_editor_is_told_of_each_schema() -> None:
    settings, *_ = (json.loads(each) for each in blocks("json"))
    (helix,) = (tomllib.loads(each) for each in blocks("toml"))
    (neovim,) = blocks("lua")
    of_helix = helix["language-server"]["yaml-language-server"]["config"]["yaml"]["schemas"]
    of_code = {name.removeprefix("./"): where for name, where in settings["yaml.schemas"].items()}
    assert of_code == of_helix
    assert set(of_code) == {f".opspolicy/{each}.schema.json" for each in FILES}
    for name, where in of_code.items():
        assert f'["{name}"] = "{where}"' in neovim


def test_a_task_finds_the_findings() -> None:
    *_, tasks = (json.loads(each) for each in blocks("json"))
    (task,) = tasks["tasks"]
    pattern = task["problemMatcher"]["pattern"]
    estate = worlds.estate(
        a="services: {shop: {owner: a, customer_facing: true}}\n"
        "maintenance_windows: {patch: {owner: a, takes_down: [shop], start: 2027-10-09T06:00Z,"
        " duration: 1h}}\n"
    )
    (finding,) = (
        each for each in worlds.findings(estate) if each.rule == "outage-in-business-hours"
    )

    report = Report(worlds.AS_OF, worlds.AS_OF + worlds.HALF_A_YEAR, (finding,), (), estate)
    for each in (report, report._replace(base=Base("main"))):
        (line,) = renderer("text")(each, Style(quiet=True)).splitlines()
        found = re.search(pattern["regexp"], line)
        assert found is not None, line
        said = {name: found[pattern[name]] for name in ("file", "line", "severity", "code")}
        assert said == {"file": "ops/a.yaml", "line": "2", "severity": "error", "code": "OPS301"}
