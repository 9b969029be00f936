"""What lies in a repository in the formats of others, and the `sources` that would read it."""

from __future__ import annotations

from opspolicy import importers
from opspolicy.estate.entry import Defaults
from opspolicy.estate.formats import AS, FORMATS, WINDOWS
from opspolicy.estate.sources import Source
from opspolicy.phrases import listing, some
from opspolicy.record import NamedTuple
from opspolicy.source import as_yaml
from opspolicy.start import globs, looking, naming, signs, survey
from opspolicy.start.globs import Chosen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.source.reading import Root
    from opspolicy.start.looking import Looked
    from opspolicy.start.survey import Survey

MOST_NAMED = 5
OF_CHARTS = frozenset(("argocd", "kubernetes"))
"""The formats that `helm template` writes."""


class Others(NamedTuple):
    """What could be read in place and isn't yet.

    ``sources`` read it. ``names`` are pairs of a section and a name that they, and the sources
    there are already, declare. ``remarks`` are what to tell of files that are left out, and of
    those that are broken.
    """

    sources: tuple[Source, ...] = ()
    names: frozenset[tuple[str, str]] = frozenset()
    remarks: tuple[str, ...] = ()

    @property
    def titles(self) -> str:
        """The formats, in words."""
        return listing([FORMATS[each.format].title for each in self.sources])

    def text(self, owner: str) -> str:
        """Return the `sources` of a configuration, all of whose entries belong to ``owner``."""
        listed = [dict(_said(each, owner)) for each in self.sources]
        return "\n".join(as_yaml.lines({"sources": listed})) + "\n"


def others(found: Survey) -> Others:
    """Return what lies here in other formats, by format. Never raises for what it is."""
    root = found.root
    known = importers.select(root, found.settings.sources).readings
    taken = {*naming.names(root, known.items())}
    # The workflow that checks is no job of theirs.
    own = {*found.declaring, *known, survey.WORKFLOW}
    sources: list[Source] = []
    remarks: list[str] = []
    for name in FORMATS:
        looked = looking.look(found, name, looking.listing(root, name), own)
        remarks += _remarks(root, name, looked)
        if looked.wanted:
            source = _source(root, name, looked)
            named = naming.named(root, source, looked.wanted, taken)
            sources.append(source._replace(name=named.name))
            taken |= named.names
    return Others(tuple(sources), frozenset(taken), tuple(remarks))


def _source(root: Root, name: str, looked: Looked) -> Source:
    into = WINDOWS if AS in FORMATS[name].settings else ""
    chosen = globs.choose(looked, signs.SIGNS[name])
    source = Source(name, chosen.paths, chosen.exclude, "", Defaults(), into)
    read = importers.select(root, (source,))
    selected = {*read.readings}
    if read.problems or not {*looked.wanted} <= selected <= {*looked.wanted, *looked.kin}:
        # A link leads elsewhere, say. Names select what they name.
        chosen = Chosen(tuple(survey.literal(path) for path in looked.wanted))
    return source._replace(paths=chosen.paths, exclude=chosen.exclude)


def _said(source: Source, owner: str) -> Iterator[tuple[str, object]]:
    yield "format", source.format
    yield "paths", list(source.paths)
    if source.exclude:
        yield "exclude", list(source.exclude)
    if source.name:
        yield "name", source.name
    if source.into:
        yield AS, source.into
    yield "defaults", {"owner": owner}


def _remarks(root: Root, name: str, looked: Looked) -> Iterator[str]:
    """Yield what is to be told of files that aren't read, or can't be."""
    if looked.templates:
        charts = {looking.chart(root, path) for path in looked.templates}
        chart = charts.pop() if len(charts) == 1 else ""
        made = f"helm template {chart or 'CHART'}" if name in OF_CHARTS else "PROGRAM"
        yield (
            f"left out, as nothing here fills templates in: {_listed(looked.templates)}. What comes"
            f" of them can be imported: `{made} | opspolicy import {name} -`."
        )
    if looked.broken:
        yield f"broken: {_listed(looked.broken)}. `opspolicy check` says what is wrong there."


def _listed(paths: tuple[str, ...]) -> str:
    return some([f"`{each}`" for each in paths], MOST_NAMED, "more files")
