"""Whose part of a drawing is wanted, and how drawings of an estate look and are ordered."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

from opspolicy.phrases import did_you_mean, some, with_hint
from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.estate.estate import Estate

MOST_NAMED = 3


class Chosen(NamedTuple):
    """Who is wanted: some services, and what some teams have to do with, by patterns (`card-*`)."""

    services: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()

    def names(self, service: str) -> bool:
        """Whether a service is one of those that are named, or none is."""
        return not self.services or any(fnmatchcase(service, each) for each in self.services)

    def holds(self, *teams: str | None) -> bool:
        """Whether any of some teams is one of those that are named, or none is."""
        known = [each for each in teams if each is not None]
        return not self.teams or any(fnmatchcase(at, to) for at in known for to in self.teams)


EVERYBODY = Chosen()


class Look(NamedTuple):
    """How text is to look: columns, whether in colour, in ASCII alone, and with all there is.

    ``where`` are the options by which another command sees the same estate at the same time.
    """

    width: int = 100
    color: bool = False
    plain: bool = False
    verbose: bool = False
    where: tuple[tuple[str, str | None], ...] = ()


def missing(estate: Estate, chosen: Chosen) -> str:
    """Return what is wrong with a choice of which nothing goes by that name; "" for nothing."""
    if chosen == EVERYBODY:
        # Not to ask for the owners of thousands.
        return ""
    tables = (estate.services, estate.jobs, estate.windows)
    owners = {estate.owner_of(each.ref) for table in tables for each in table.values()}
    for kind, patterns, names in (
        ("service", chosen.services, sorted(estate.services, key=natural)),
        ("team", chosen.teams, sorted({*estate.teams, *filter(None, owners)}, key=natural)),
    ):
        for each in patterns:
            if not any(fnmatchcase(name, each) for name in names):
                hint = did_you_mean(each, names) or f"there are {some(names, MOST_NAMED)}"
                return with_hint(f"there is no {kind} `{each}`", hint if names else "")
    return ""


def natural(text: str) -> list[object]:
    """Return a sort key by which `node-2` comes before `node-10`."""
    parts = re.split(r"([0-9]+)", text)
    return [int(part) if at % 2 else part for at, part in enumerate(parts)]
