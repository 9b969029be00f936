"""Print the JSON Schema of a file of declarations, or of one of its sections."""

from __future__ import annotations

from opspolicy.estate.language import section_schemas
from opspolicy.estate.shapes import bundle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.cli.arguments import Given, Parser
    from opspolicy.cli.console import Console

WRITTEN = ("diff", "explanation", "report", "schedule-explanation", "suggestions", "waiver-list")
"""The schemas of what is printed; those of what is read are made from the language itself."""


def arguments(parser: Parser) -> None:
    """Add the options of `schema`."""
    parser.add_argument(
        "name",
        nargs="?",
        type=lambda name: name.replace("_", "-"),
        choices=[*section_schemas(), *WRITTEN],
        default="estate",
        metavar="NAME",
        help=f"one of {', '.join([*section_schemas(), *WRITTEN])}; estate when left out",
    )


def run(given: Given, console: Console) -> int:
    """Print a schema that stands alone."""
    if given.name in WRITTEN:
        import os  # noqa: PLC0415 - only to find a schema that isn't generated

        from opspolicy import resources  # noqa: PLC0415

        path = os.path.join(resources.directory("schemas"), f"{given.name}.schema.json")
        with open(path, encoding="utf-8") as file:
            console.write(file.read())
        return 0
    console.write_json(bundle(section_schemas()[given.name]))
    return 0
