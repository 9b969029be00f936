"""The graph in a terminal: as a tree, of what falls or of who depends on what."""

from __future__ import annotations

from opspolicy import encode
from opspolicy.estate import places
from opspolicy.estate.declarations import HARD, SOFT
from opspolicy.graph import words
from opspolicy.graph.chosen import limited
from opspolicy.graph.tree import Branch, Tree
from opspolicy.phrases import count
from opspolicy.picture.choice import natural
from opspolicy.picture.printer import INDENT, Printer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.estate.declarations import Job
    from opspolicy.graph.drawn import Drawn, Node
    from opspolicy.graph.impact import Impact
    from opspolicy.picture.choice import Look
    from opspolicy.source.span import Span

MOST_NODES, MOST_LINES, MOST_FALLEN, MOST_JOBS = 60, 300, 40, 10
COLORS = {
    "bold": "1", "dim": "2", "warning": "1;33",
    "struck": "1;31", "down": "31", "degraded": "33", "outage": "31", "finding": "33",
}  # fmt: skip


def render(drawn: Drawn, look: Look) -> str:
    """Return the graph as text, with a final line break."""
    if drawn.impact is not None:
        text = Text(drawn, look)
        return text.page(text.fall(drawn.impact))
    text = Text(drawn if look.verbose else limited(drawn, MOST_NODES, MOST_LINES), look)
    return text.page(text.lines())


class Text(Printer):
    """One rendering of one graph."""

    def __init__(self, drawn: Drawn, look: Look) -> None:
        """Prepare to render ``drawn``."""
        super().__init__(look, COLORS)
        self.drawn = drawn
        self.nodes = {each.ref: each for each in drawn.nodes}

    # Who depends on what --------------------------------------------------------------------------

    def lines(self) -> Iterator[str]:
        """Yield the lines of a graph without an impact."""
        yield from self._head()
        if not self.drawn.nodes:
            yield "No service is declared."
            return
        yield ""
        yield from self._tree(self._needs(), self._roots())
        yield ""
        others = f", {words.OTHERS}" if self.drawn.left_out else ""
        if left := words.left_out(self.drawn, f"-v draws all{others}"):
            yield from self.said(left)
        yield "What falls when one of them goes down:"
        yield f"{INDENT}opspolicy graph {encode.terminal(self._pasted())}--impact NAME"

    def _needs(self) -> dict[str, list[tuple[str, str]]]:
        """Return what stands below each node: references, and how each is depended on."""
        found: dict[str, list[tuple[str, str]]] = {}
        for edge in self.drawn.edges:
            soft = "soft" if edge.kind == SOFT else ""
            found.setdefault(edge.start, []).append((edge.end, soft))
        return found

    def _roots(self) -> list[str]:
        """Return the references to begin with: services nobody depends on, then all the others."""
        needed = {each.end for each in self.drawn.edges if each.end != each.start}
        services = sorted(self.drawn.services, key=lambda each: natural(each.name))
        first = sorted(services, key=lambda each: (each.ref in needed, not each.is_facing))
        return [each.ref for each in first]

    def _branch(self, ref: str, how: str) -> Branch:
        node = self.nodes[ref]
        marks = []
        if node.planned:
            sign = "!" if self.look.plain else "▼"
            marks.append((f"{sign} {words.outage(node)}", "outage"))
        if node.findings:
            sign = "*" if self.look.plain else "◆"
            marks.append((f"{sign} {words.findings(node)}", "finding"))
        return Branch(node.name, how, ", ".join(words.about(node)), tuple(marks))

    def _tree(self, below: dict[str, list[tuple[str, str]]], roots: list[str]) -> Iterator[str]:
        tree = Tree(below, self._branch, self.look.width, self.paint, plain=self.look.plain)
        for root in roots:
            yield from tree.lines(root)

    # What falls -----------------------------------------------------------------------------------

    def fall(self, impact: Impact) -> Iterator[str]:
        """Yield the lines of an impact: what falls and when, by which ways, and which jobs."""
        yield from self._head()
        planned = words.planned(self.drawn)
        if impact.planned:
            yield "Planned:"
        for each in planned:
            yield from self.said(each, indent=INDENT if impact.planned else "")
        if impact.unknown and (impact.struck or impact.slowed):
            names = ", ".join(f"`{each}`" for each in impact.unknown)
            yield from self.said(f"Nothing declares {names}, which it names too.", "warning")
        roots = [each.ref for each in self.drawn.services if each.name in impact.fails.impaired]
        roots = [each for each in roots if not impact.ways.get(self.nodes[each].name)]
        below = self._ways(impact)
        if roots:
            yield ""
        tree = Tree(below, self._fallen, self.look.width, self.paint, plain=self.look.plain)
        for root in roots:
            yield from tree.lines(root)
        told = sum(map(len, below.values()))
        fallen = sum(1 for each in self.drawn.services if each.name in impact.ways)
        if fallen > told:
            more = count(fallen - told, "more service")
            yield from self.said(f"… and {more}: -v tells all, --service and --team some.")
        if len(impact.ways) > fallen:
            more = count(len(impact.ways) - fallen, "more service")
            yield from self.said(f"… and {more} that nobody has asked for here.")
        yield from self._jobs(impact)
        yield ""
        yield "The whole story of it:"
        yield f"{INDENT}opspolicy explain {encode.terminal(self._pasted() + impact.target.ref)}"

    def _ways(self, impact: Impact) -> dict[str, list[tuple[str, str]]]:
        """Return who falls through each service, as many as are told: those nearest, down first."""
        drawn = {each.name for each in self.drawn.services}
        fallen = [each for each in (*impact.down, *impact.degraded) if each in drawn]
        if not self.look.verbose and len(fallen) > MOST_FALLEN:
            down = impact.fails.down
            fallen.sort(key=lambda each: (each not in down, len(impact.ways[each]), natural(each)))
            fallen = fallen[:MOST_FALLEN]
        found: dict[str, list[tuple[str, str]]] = {}
        for each in sorted(fallen, key=lambda each: (each not in impact.fails.down, natural(each))):
            through = impact.ways[each][1]
            found.setdefault(f"service/{through}", []).append((f"service/{each}", through))
        return found

    def _fallen(self, ref: str, through: str) -> Branch:
        """Return what is told of a service that fails; ``through`` is what it depends on there."""
        node = self.nodes[ref]
        service = node.service
        if service is None:
            return Branch(node.name, "", "")
        place, how = service.node.place, ""
        if through:
            place, how = places.dependency(service, through), self._how(node, through)
        state = ", ".join(filter(None, [words.STATES[node.state], how]))
        told = f"{state}: {', '.join(words.about(node))} ({_where(place)})"
        return Branch(node.name, "", told, (), node.state)

    def _how(self, node: Node, through: str) -> str:
        """Return how a service depends on another through which it fails, where not just so."""
        found = [
            each
            for each in self.drawn.edges
            if each.service.name == node.name and each.needed == through and each.state
        ]
        if any(each.kind == HARD for each in found):
            return ""
        if any(each.kind == SOFT for each in found):
            return "does worse without"
        return next((f"needs {self.nodes[each.start].name}" for each in found), "")

    def _jobs(self, impact: Impact) -> Iterator[str]:
        told = list(words.jobs(impact))
        for key, head in (("requires", words.NEED), ("induces_demand", words.SEND)):
            some = [each for each in told if each[2] == key]
            if not some:
                continue
            yield ""
            yield head
            for job, said, _, service in some if self.look.verbose else some[:MOST_JOBS]:
                owner = f" of {job.owner}" if job.owner else ""
                place = _named_at(job, key, service)
                yield from self.said(f"`{job.name}`{owner}: {said} ({_where(place)})", "", INDENT)
            if len(some) > MOST_JOBS and not self.look.verbose:
                yield f"{INDENT}… and {len(some) - MOST_JOBS:,} more: -v tells all."

    # Pieces ---------------------------------------------------------------------------------------

    def _head(self) -> Iterator[str]:
        for each in self.drawn.warnings:
            yield from self.said(each, "warning")
        title = words.title(self.drawn)
        yield from self.said(title if title.endswith(".") else f"{title}.", "bold")

    def _pasted(self) -> str:
        return self.drawn.report.again(self.look.where)


def _where(place: Span) -> str:
    return f"{place.file}:{place.line}"


def _named_at(job: Job, key: str, service: str) -> Span:
    """Return where a job names a service."""
    if key == "requires":
        return places.listed(job, key, service)
    return job.node.at(key, next(each.position for each in job.demands_on({service})))
