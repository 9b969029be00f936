"""Reports for the tests of formats: of real estates, of one in each state, and of very many findings."""

from __future__ import annotations

import os
import shutil
from contextlib import chdir
from functools import cache
from typing import TYPE_CHECKING

import opspolicy
from opspolicy import app, config
from opspolicy.estate.assumptions import parse
from opspolicy.report import PREFIX
from tests.repositories import Repository
from tests.shared import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from opspolicy.report import Finding, Report

KINDS = (
    "clean", "found", "path", "group", "waived", "ignored", "incomplete", "unreadable", "nothing",
    "base", "worse", "name", "undecodable", "assumed",
)  # fmt: skip
"""What reports there are, as ``every_kind`` returns them."""

AS_OF = "2027-09-01"
EXAMPLES = ROOT / "examples"

COLLISION = """\
services:
  portal: {owner: digital, customer_facing: true, business_hours: office, depends_on: [identity]}
  identity: {owner: platform, depends_on: [database]}
  database: {owner: platform}
maintenance_windows:
  upgrade: {owner: platform, takes_down: [database], start: 2027-10-08T10:00Z, duration: 4h}
calendars: {office: {timezone: UTC, hours: [{days: mon-fri, from: 08:00, to: 20:00}]}}
"""
GROUP = """\
services:
  shop: {owner: web, customer_facing: true, depends_on: [{any_of: [one, two], at_least: 1}]}
  one: {owner: web}
  two: {owner: web}
maintenance_windows:
  first: {owner: web, takes_down: [one], start: 2027-10-09T00:00Z, duration: 4h}
  second: {owner: web, takes_down: [two], start: 2027-10-09T01:00Z, duration: 4h}
"""
WAIVED = (
    COLLISION
    + """\
waivers:
  - rule: outage-in-business-hours
    on: [maintenance_window/upgrade, service/portal]
    reason: "Regulator's date [see](1) {0}"
    approved_by: [digital, platform]
    ticket: CHG-1
    expires: 2027-12-31
"""
)
IGNORED = """\
jobs:
  tidy: {owner: platform, scheduler: cron, schedule: {cron: "0 5 * * *", timezone: UTC}}  # opspolicy: ignore[unknown-duration] until 2027-10-11 measured in October
"""
UNUSUAL = 'a b%é客:#?"<&>[x](1){0}\n\x1b[31m::error::.yaml'
"""A name that a file can have."""

BROKEN = "services: {a: {depends_on: [nothing]}}\n"


def checked(directory: Path, base: str | None = None) -> Report:
    """Return what a check of a directory finds."""
    with chdir(directory):
        return opspolicy.check(as_of=AS_OF, base=base)


@cache
def example(name: str) -> Report:
    """Return what is found in an example."""
    return checked(EXAMPLES / name)


def of(directory: Path, text: str, name: str = "a.yaml") -> Report:
    """Return what is found in an estate of one file."""
    (directory / "ops").mkdir(parents=True, exist_ok=True)
    (directory / "ops" / name).write_text(text, encoding="utf-8")
    return checked(directory)


def pull_request(directory: Path) -> Report:
    """Return what the pull request of the examples is told: new, unchanged, and waived."""
    repository = Repository(directory, "--initial-branch", "main")
    source = EXAMPLES / "pull-request"
    for state in ("before", "after"):
        # With times of their own: git takes a file of the same size and second for the same one.
        shutil.copytree(
            source / state, directory, copy_function=shutil.copyfile, dirs_exist_ok=True
        )
        if state == "before":
            repository.commit("The plan")
    return checked(directory, base="main")


def assumed(directory: Path) -> Report:
    """Return what is found where a service is assumed to be down, and a window to last longer."""
    of(directory, COLLISION)
    there = config.load(str(directory))
    what_if = (parse("--extend", "upgrade=2h"), parse("--down", "database=2027-10-11T10:00/4h"))
    return app.run(there, (), app.Request(app.as_of_seconds(AS_OF), what_if=what_if))


def worse(directory: Path) -> Report:
    """Return what is told of a change that makes a finding longer."""
    repository = Repository(directory, "--initial-branch", "main")
    repository.write("ops/a.yaml", text=COLLISION)
    repository.commit("The plan")
    repository.write("ops/a.yaml", text=COLLISION.replace("4h", "5h"))
    return checked(directory, base="main")


def every_kind(directory: Path) -> dict[str, Report]:
    """Return a report of each kind, by what it is."""
    empty = directory / "empty"
    (empty / "ops").mkdir(parents=True)
    return {
        "clean": example("hydro-quebec/after-window"),
        "found": example("hydro-quebec/before"),
        "path": of(directory / "path", COLLISION),
        "group": of(directory / "group", GROUP),
        "waived": of(directory / "waived", WAIVED),
        "ignored": of(directory / "ignored", IGNORED),
        "incomplete": of(directory / "incomplete", BROKEN),
        "unreadable": of(directory / "unreadable", "services: {a: [}\n"),
        "nothing": checked(empty),
        "base": pull_request(directory / "base"),
        "worse": worse(directory / "worse"),
        "name": of(directory / "name", BROKEN, UNUSUAL),
        "undecodable": of(directory / "undecodable", BROKEN, os.fsdecode(b"\xff\xfe.yaml")),
        "assumed": assumed(directory / "assumed"),
    }


def many(report: Report, number: int, message: str = "") -> Report:
    """Return a report with so many findings, made of those that it has."""
    return report._replace(
        findings=tuple(
            _another(report.findings[at % len(report.findings)], at, message)
            for at in range(number)
        )
    )


def _another(finding: Finding, at: int, message: str) -> Finding:
    place = finding.place
    return finding._replace(
        fingerprint=f"{PREFIX}{at:032x}",
        message=f"{at}: {message or finding.message}",
        place=place._replace(span=place.span._replace(line=at + 1, end_line=at + 1)),
    )
