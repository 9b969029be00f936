"""The names of what is imported: made of what the file calls it, in the letters that names have."""

from __future__ import annotations

import re

from opspolicy.estate.sources import FIELD
from opspolicy.estate.vocabulary import PREFIXES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 100
OTHER = re.compile(r"[^A-Za-z0-9._/-]+")
EDGES = "._/-"
PLAIN = re.compile(rf"[A-Za-z0-9]([A-Za-z0-9._/-]{{0,{LONGEST - 2}}}[A-Za-z0-9])?")


def made(template: str, fields: Mapping[str, str]) -> str:
    """Return the name that a template makes of ``fields``; "" where nothing is left of it.

    What names can't have becomes `-`, once for several of it.
    """
    # Most are named by one field, in letters that need nothing.
    one = template[1:-1]
    if one in fields and template == f"{{{one}}}":
        name = fields[one]
    else:
        name = re.sub(FIELD, lambda field: fields.get(field[1], ""), template)
    if not PLAIN.fullmatch(name):
        name = OTHER.sub("-", name).strip(EDGES)[:LONGEST].rstrip(EDGES)
    # `service/shop` would be taken for a reference to `shop`.
    return name.replace("/", "-", 1) if name.startswith(tuple(PREFIXES.values())) else name


def of_file(path: str) -> dict[str, str]:
    """Return the fields that any entry of a file has."""
    directory, _, name = path.rpartition("/")
    stem = name.rpartition(".")[0] or name
    return {"file": stem, "directory": directory.rpartition("/")[2]}
