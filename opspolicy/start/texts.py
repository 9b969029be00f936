"""What is written for somebody who begins: a configuration, an estate, a hook and a workflow."""

from __future__ import annotations

import re

from opspolicy import encode
from opspolicy.start.hosting import NO_COMMIT, VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from opspolicy.start.hosting import Hosting
    from opspolicy.start.owners import Owner

CHECKOUT = "actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0"
HOSTED = "  # put in where opspolicy is hosted"
UNPINNED = "  # put in the id of a commit there"
PLAIN_DIRECTORY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*")
"""A directory that means the same to YAML, to a workflow's expressions and to a shell."""

CONFIG = """\
# What `opspolicy check` goes by. `opspolicy config` prints all of it, and where each value is from.

# The files that belong together: what they name must be declared in one of them. Paths begin at the
# directory of this file.
include:
{include}

# The rules, and how severe each is: `recommended`, or `strict`. `opspolicy rules` lists them; what
# you want otherwise goes to policies/*.yaml.
extends: [recommended]

# How far ahead collisions are looked for.
horizon: 180d

# From which severity on a check fails: error, warning or info; `never` to look at it first.
fail_on: error
"""

SOURCES = """
# What lies here in other formats and is read in place. `defaults` are for what doesn't say so
# itself: put in who answers for it, and `timezone`, the zone of the clocks it goes by.
"""

ESTATE = """\
# What runs, what customers need, and what is planned. These entries are examples: put your own in
# their place, here or in more files. `opspolicy check` says whether anything cuts customers off.

# For every entry of this file that doesn't say so itself. Name your own zone, such as Europe/Paris.
defaults: {{owner: {owner}, timezone: UTC, scheduler: cron}}

teams:
{team}

# When customers need a service. `holidays: DE-BY` would close it on those, too.
calendars:
  office-hours:
    hours:
      - {{days: mon-fri, from: 08:00, to: 18:00}}

services:
  shop:
    title: Web shop
    customer_facing: true
    customers: 1000               # how many people an outage touches
    business_hours: office-hours  # without it, they need it day and night
    depends_on: [database]        # down when the database is down
  database: {{title: Database of the shop}}

# What is started by a clock. It collides with an outage of what it requires.
jobs:
  nightly-report:
    schedule: "30 4 * * *"
    duration: 30m
    requires: [database]

# What takes services down on purpose; what happens once has a `start: 2030-10-09T22:00` instead of
# a `schedule`. Try it: on Mondays at ten (`0 10 * * mon`), `opspolicy check` refuses this one.
maintenance_windows:
  weekly-patches:
    summary: Updates of the operating system
    takes_down: [database]
    schedule: {{cron: "0 6 * * sun"}}
    duration: 1h
"""

BESIDE = """\
# What the files don't say that `sources` in opspolicy.yaml names. An entry here completes the one
# of the same name there: what it says wins, and all else stays. Take the `#` away, and put your own
# names in place of these.
{team}
# Who needs a service, and when. Without `business_hours`, they need it day and night.
# services:
#   shop: {{customer_facing: true, customers: 1000, depends_on: [database]}}

# How long a job runs, and what it needs while it does.
# jobs:
#   nightly-report: {{duration: 30m, requires: [database]}}

# What takes services down on purpose.
# maintenance_windows:
#   weekly-patches:
#     takes_down: [database]
#     schedule: {{cron: "0 6 * * sun", timezone: Europe/Paris}}
#     duration: 1h
"""

HOOK = """\
  - repo: {address}{note}
    rev: {revision}{unpinned}
    hooks:
      - id: opspolicy
"""

WORKFLOW = """\
# .github/workflows/opspolicy.yml: refuses a schedule that would cut customers off, in each pull
# request, in the merge queue, and every night, as holidays, time zones and the horizon move on.
name: opspolicy

on:
  pull_request:
  merge_group:
  push:
    branches: [main]
  schedule:
    - cron: "23 4 * * *"
  workflow_dispatch:

permissions:
  contents: read

concurrency:
  group: opspolicy-${{{{ github.event_name == 'pull_request' && github.ref || github.run_id }}}}
  cancel-in-progress: ${{{{ github.event_name == 'pull_request' }}}}

jobs:
  schedules:
    name: Schedules
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: {checkout}
        with:
          fetch-depth: 0
          persist-credentials: false
{note}      - uses: {action}@{revision}
        id: gate
{inputs}"""

GITLAB = """\
opspolicy:
  image: python:3.13
  variables: {{GIT_DEPTH: "0"}}  # what a change is compared with is in the history
  rules: [{{if: $CI_PIPELINE_SOURCE == "merge_request_event"}}]
  script:
{note}    - pip install "opspolicy @ git+{address}@{revision}"
    - opspolicy check{options} --base "$CI_MERGE_REQUEST_DIFF_BASE_SHA"
"""


def modeline(schema: str) -> str:
    """Return the line by which editors find a schema; nothing without one."""
    return f"# yaml-language-server: $schema={schema}\n" if schema else ""


def config(include: Sequence[str], schema: str = "", sources: str = "") -> str:
    """Return a configuration that selects ``include``, and reads ``sources`` in place."""
    listed = "\n".join(f"  - {_quoted(each)}" for each in include)
    return modeline(schema) + CONFIG.format(include=listed) + (SOURCES + sources if sources else "")


def estate(owner: Owner, schema: str = "") -> str:
    """Return a first estate, which belongs to ``owner``."""
    name = encode.scalar(owner.name)
    team = f"  # {_whose(owner)}\n{_team(owner)}"
    return modeline(schema) + ESTATE.format(owner=name, team=team)


def estate_beside(owner: Owner, schema: str = "", *, is_team: bool = False) -> str:
    """Return an estate beside `sources`, which declares nothing, or the team ``owner`` alone."""
    team = f"\n# {_whose(owner)}\nteams:\n{_team(owner)}\n" if is_team else ""
    return modeline(schema) + BESIDE.format(team=team)


def _whose(owner: Owner) -> str:
    if owner.is_placeholder:
        return "A placeholder: name the team that answers, and how to reach it."
    return f"From {owner.file}."


def _team(owner: Owner) -> str:
    """Return the line that declares a team."""
    name = encode.scalar(owner.name)
    if owner.is_placeholder:
        return f"  {name}: {{}}"
    key = "github" if owner.written.startswith("@") else "contact"
    return f"  {name}: {{{key}: {_quoted(owner.written)}}}"


def hook(hosting: Hosting, below: str) -> str:
    """Return the entry of a pre-commit configuration; ``below`` is where the estate is."""
    note = HOSTED if hosting.is_placeholder else ""
    # pre-commit reads YAML 1.1, to which forty digits are a number and `no` is false.
    text = HOOK.format(
        address=_quoted(hosting.address),
        note=note,
        revision=_quoted(hosting.pinned),
        unpinned="" if hosting.revision else UNPINNED,
    )
    return text + (f"        args: [-C, {_quoted(below)}]\n" if below else "")


def workflow(hosting: Hosting, below: str) -> str:
    """Return a workflow for GitHub; ``below`` is where the estate is."""
    version = hosting.revision or VERSION
    note = "" if hosting.commit != NO_COMMIT else f"      # Put in the commit of {version}.\n"
    if hosting.is_placeholder:
        note = f"      # Put in where opspolicy is hosted, and the commit of {VERSION}.\n"
    inputs = f"        with:\n          working-directory: {_quoted(below)}\n" if below else ""
    return WORKFLOW.format(
        checkout=CHECKOUT,
        action=hosting.action,
        revision=hosting.commit,
        note=note,
        inputs=inputs,
    )


def gitlab(hosting: Hosting, below: str) -> str:
    """Return a job for GitLab; ``below`` is where the estate is."""
    note = "" if hosting.revision else "    # Put in the id of a commit there.\n"
    if hosting.is_placeholder:
        note = "    # Put in where opspolicy is hosted, and the id of a commit there.\n"
    options = f" -C {below}" if below else ""
    return GITLAB.format(
        address=hosting.address, revision=hosting.pinned, note=note, options=options
    )


def _quoted(text: str) -> str:
    """Return a text as YAML takes it for one, whatever it holds."""
    import json  # noqa: PLC0415 - where something is written

    return encode.terminal(json.dumps(text, ensure_ascii=False))
