"""Other programs that check files, on the same bytes: each does less than a whole check does.

`yamllint` reads YAML and looks at its layout. `check-jsonschema` validates against our own schema.
`cfn-lint` knows CloudFormation only, so it gets templates of scheduled rules: as many files, none
larger than the file of the estate in its place.
"""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from benchmarks.commands import HERE
from benchmarks.measure import Command

if TYPE_CHECKING:
    from pathlib import Path

PACKAGES = ("yamllint", "check-jsonschema", "cfn-lint")
SCHEMA = HERE.parent / "schemas" / "estate.schema.json"
HEAD = "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n"
RULE = """\
  Job{at}:
    Type: AWS::Events::Rule
    Properties:
      Description: Runs job {at}
      ScheduleExpression: cron({minute} {hour} * * ? *)
      State: ENABLED
      Targets:
        - Id: job-{at}
          Arn: arn:aws:lambda:eu-west-3:123456789012:function:job-{at}
"""


def commands(environment: Path, estate: Path, directory: Path) -> list[Command]:
    """Return what is run on an estate, from the virtual environment of the peers."""
    programs = environment.absolute() / "bin"
    files = sorted(path.relative_to(estate) for path in (estate / "ops").glob("*.yaml"))
    templates = cloudformation(estate, directory / "cloudformation")
    return [
        # Its gentler set of rules, and the only one that finds nothing wrong with these files.
        Command("yamllint", [programs / "yamllint", "-d", "relaxed", "ops"], estate),
        Command(
            "check-jsonschema",
            [programs / "check-jsonschema", "--schemafile", SCHEMA, *files],
            estate,
        ),
        Command("cfn-lint, on templates", [programs / "cfn-lint", *templates], directory),
    ]


def cloudformation(estate: Path, directory: Path) -> list[Path]:
    """Write a template for each file of an estate, as large as it can be but no larger."""
    directory.mkdir()
    written = []
    for path in sorted((estate / "ops").glob("*.yaml")):
        size, text, at = path.stat().st_size, HEAD, 0
        while True:
            rule = RULE.format(at=at, minute=at % 60, hour=at % 24)
            # A template without resources isn't one.
            if at and len(text) + len(rule) > size:
                break
            text, at = text + rule, at + 1
        target = directory / path.name
        target.write_text(text, encoding="utf-8")
        written.append(target)
    return written


def versions(environment: Path) -> list[str]:
    """Return the names and versions of the peers that are installed."""
    code = (
        "import importlib.metadata as found, sys;"
        "print(*(f'{name} {found.version(name)}' for name in sys.argv[1:]), sep='\\n')"
    )
    done = subprocess.run(
        [environment / "bin" / "python", "-c", code, *PACKAGES],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()
