"""Print the JSON Schema of a file of declarations, or of one of its sections."""

from __future__ import annotations

from opspolicy import encode
from opspolicy.cli.console import UsageError
from opspolicy.estate.language import section_schemas
from opspolicy.estate.shapes import bundle
from opspolicy.estate.vocabulary import SECTIONS
from opspolicy.phrases import did_you_mean, listing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.cli.arguments import Given, Parser
    from opspolicy.cli.console import Console

WRITTEN = (
    "diff",
    "explanation",
    "graph",
    "notices",
    "report",
    "policy-explanation",
    "schedule-explanation",
    "suggestions",
    "test-results",
    "waiver-list",
)
"""The schemas of what is printed; those of what is read are made from the language itself."""

FILES = ("estate", "config", "policies", "test")
"""The kinds of files that people write, the usual one first."""


def arguments(parser: Parser) -> None:
    """Add the options of `schema`."""
    parser.add_argument(
        "name",
        nargs="?",
        type=_schema,
        choices=[*section_schemas(), *WRITTEN],
        default="estate",
        metavar="NAME",
        help=f"one of {', '.join([*section_schemas(), *WRITTEN])}; estate when left out",
    )
    parser.add_argument("--write", metavar="DIR",
                        help="write those that editors need into a directory instead")  # fmt: skip


def _schema(text: str) -> str:
    """Return the name of a schema, also for a section's as YAML has it; raises UsageError."""
    section = text.replace("-", "_")
    # A section as the others are, to which no reference leads.
    name = "waiver" if section == "waivers" else SECTIONS.get(section, section).replace("_", "-")
    known = [*section_schemas(), *WRITTEN]
    if name not in known:
        hint = did_you_mean(name, known) or f"there are {listing(known)}"
        message = f"there is no schema `{text}`; {hint}"
        raise UsageError(message)
    return name


def run(given: Given, console: Console) -> int:
    """Print a schema that stands alone, or write those of all files that people write."""
    if given.write is not None:
        return _write(given.write, given.name, console)
    if given.name in WRITTEN:
        import os  # noqa: PLC0415 - only to find a schema that isn't generated

        from opspolicy import resources  # noqa: PLC0415

        path = os.path.join(resources.directory("schemas"), f"{given.name}.schema.json")
        with open(path, encoding="utf-8") as file:
            console.write(file.read())
        return 0
    console.write_json(bundle(section_schemas()[given.name]))
    return 0


def _write(directory: str, name: str, console: Console) -> int:
    """Write the schemas of whole files; exit 2 where that can't be."""
    import os  # noqa: PLC0415 - only to write

    from opspolicy.source.reading import Root  # noqa: PLC0415
    from opspolicy.start import plan, writing  # noqa: PLC0415

    if name != FILES[0]:
        message = f"--write writes the schemas of {', '.join(FILES)}: leave out `{name}`"
        raise UsageError(message)
    for each in FILES:
        path = f"{each}.schema.json"
        try:
            os.makedirs(directory, exist_ok=True)
            writing.create(Root(os.path.abspath(directory)), path, plan.schema(each), renew=True)
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            message = f"--write {directory}: {path} can't be written: {why}"
            raise UsageError(message) from error
        console.write(f"wrote {encode.terminal(os.path.join(directory, path))}\n")
    return 0
