"""Where everything of a drawn graph goes: boxes in columns, and lines between them.

A layered drawing after Sugiyama: what is needed stands to the right of whoever needs it. Lines over
several columns get a place in each, columns are sorted so that few lines cross, and then each box
comes as near to those it is joined to as the others in its column let it. Parts that nothing joins
are put side by side. The same graph always comes out the same.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from itertools import pairwise

from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

GAP_ACROSS, GAP_DOWN, GAP_LINES = 56, 18, 10
"""Pixels between columns, between boxes of a column, and beside a line that goes through one."""

WIDE = 1200
"""Pixels up to which parts that nothing joins stand side by side."""

SWEEPS, SETTLINGS = 12, 8
STIFFNESS = 4.0
"""How much more a line wants to be straight than a box wants to be near."""

LOOP = 9
"""Pixels by which the line of what depends on itself stands out."""

Point = tuple[float, float]


class Box(NamedTuple):
    """Where a node is, by its upper left corner, in pixels; ``column`` counts from the left."""

    ref: str
    x: float
    y: float
    width: float
    height: float
    column: int


class Line(NamedTuple):
    """The way from the box ``start`` to the box ``end``, edge ``at`` of those that were given."""

    start: str
    end: str
    at: int
    points: tuple[Point, ...]


class Layout(NamedTuple):
    """All boxes, in the order in which they were given, and all lines; in pixels, from 0."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    width: float
    height: float


def layout(
    sizes: Mapping[str, tuple[float, float]], edges: Sequence[tuple[str, str]], wide: float = WIDE
) -> Layout:
    """Return where nodes of some ``sizes`` (width and height) go, and the lines of ``edges``.

    An edge leads from who depends on something to what it depends on; both must be among the nodes.
    """
    parts = [_Part(sizes, edges, *each).placed() for each in _parts(sizes, edges)]
    # The large ones first; a shelf is as high as its highest.
    parts.sort(key=lambda part: (-part.height, -part.width))
    boxes: dict[str, Box] = {}
    lines: list[Line] = []
    x = y = shelf = most = 0.0
    for part in parts:
        if x and x + part.width > wide:
            x, y, shelf = 0.0, y + shelf + 2 * GAP_DOWN, 0.0
        boxes |= {each.ref: each._replace(x=each.x + x, y=each.y + y) for each in part.boxes}
        lines += [
            each._replace(points=tuple((px + x, py + y) for px, py in each.points))
            for each in part.lines
        ]
        x, shelf = x + part.width + GAP_ACROSS, max(shelf, part.height)
        most = max(most, x - GAP_ACROSS)
    lines.sort(key=lambda each: each.at)
    return Layout(tuple(boxes[ref] for ref in sizes), tuple(lines), most, y + shelf)


def breadth(sizes: Mapping[str, tuple[float, float]], edges: Sequence[tuple[str, str]]) -> float:
    """Return how wide the widest part of a layout will be, which takes no time to know."""
    widest = 0.0
    for refs, among in _parts(sizes, edges):
        columns = _columns(refs, [edges[at] for at in among])
        widths: dict[int, float] = {}
        for ref, column in columns.items():
            widths[column] = max(widths.get(column, 0.0), sizes[ref][0])
        widest = max(widest, sum(widths.values()) + max(columns.values()) * GAP_ACROSS)
    return widest


def _parts(
    sizes: Mapping[str, tuple[float, float]], edges: Sequence[tuple[str, str]]
) -> list[tuple[list[str], list[int]]]:
    """Return the nodes that are joined in any way, and the positions of their edges."""
    of: dict[str, str] = {ref: ref for ref in sizes}

    def top(ref: str) -> str:
        while of[ref] != ref:
            of[ref] = of[of[ref]]
            ref = of[ref]
        return ref

    for start, end in edges:
        of[top(start)] = top(end)
    found: dict[str, tuple[list[str], list[int]]] = {}
    for ref in sizes:
        found.setdefault(top(ref), ([], []))[0].append(ref)
    for at, (start, _) in enumerate(edges):
        found[top(start)][1].append(at)
    return list(found.values())


class _Part:
    """A part of a graph that hangs together, on its way to a layout.

    Cells are boxes, by their references, and the places of lines in the columns they go through,
    as pairs of an edge and a column.
    """

    def __init__(
        self,
        sizes: Mapping[str, tuple[float, float]],
        edges: Sequence[tuple[str, str]],
        refs: list[str],
        among: list[int],
    ) -> None:
        self.sizes, self.edges, self.refs, self.among = sizes, edges, refs, among

    def placed(self) -> Layout:
        """Return the layout of this part alone."""
        columns = _columns(self.refs, [self.edges[at] for at in self.among])
        ways = self._ways(columns)
        rows = self._rows(columns, ways)
        joined = _joined(ways.values())
        rows = _uncrossed(rows, joined)
        tops = self._settled(rows, joined)
        return self._drawn(columns, rows, tops, ways)

    def _ways(self, columns: Mapping[str, int]) -> dict[int, list[_Cell]]:
        """Return the cells of each line from left to right, whichever way it leads."""
        ways: dict[int, list[_Cell]] = {}
        for at in self.among:
            left, right = sorted(self.edges[at], key=lambda ref: columns[ref])
            between = range(columns[left] + 1, columns[right])
            ways[at] = [left, *((at, column) for column in between), right]
        return ways

    def _rows(
        self, columns: Mapping[str, int], ways: Mapping[int, list[_Cell]]
    ) -> list[list[_Cell]]:
        """Return the cells of each column, as they were given."""
        rows: list[list[_Cell]] = [[] for _ in range(max(columns.values()) + 1)]
        for ref in self.refs:
            rows[columns[ref]].append(ref)
        for way in ways.values():
            for cell in way[1:-1]:
                rows[int(cell[1])].append(cell)
        return rows

    def _height(self, cell: _Cell) -> float:
        return self.sizes[cell][1] if isinstance(cell, str) else 0.0

    def _settled(
        self, rows: list[list[_Cell]], joined: Mapping[_Cell, list[_Cell]]
    ) -> dict[_Cell, float]:
        """Return the middle of each cell: near to those it is joined to, in its column's order."""
        middles: dict[_Cell, float] = {}
        for row in rows:
            y = 0.0
            for cell, gap in zip(row, self._gaps(row), strict=True):
                y += gap
                middles[cell] = y
        for turn in range(SETTLINGS):
            for row in rows if turn % 2 else rows[::-1]:
                wanted = []
                for cell in row:
                    others = joined.get(cell, ())
                    near = [middles[each] for each in others] or [middles[cell]]
                    stiff = STIFFNESS if not isinstance(cell, str) else 1.0
                    wanted.append((sum(near) / len(near), stiff * len(near)))
                middles |= zip(row, _apart(wanted, self._gaps(row)), strict=True)
        return middles

    def _gaps(self, row: list[_Cell]) -> list[float]:
        """Return how far below the one before it each cell of a column must be, at the middle."""
        gaps = [0.0]
        for above, below in pairwise(row):
            boxes = isinstance(above, str) and isinstance(below, str)
            room = GAP_DOWN if boxes else GAP_LINES
            gaps.append((self._height(above) + self._height(below)) / 2 + room)
        return gaps

    def _drawn(
        self,
        columns: Mapping[str, int],
        rows: list[list[_Cell]],
        middles: Mapping[_Cell, float],
        ways: Mapping[int, list[_Cell]],
    ) -> Layout:
        widths = [
            max((self.sizes[each][0] for each in row if isinstance(each, str)), default=0.0)
            for row in rows
        ]
        lefts = [sum(widths[:at]) + at * GAP_ACROSS for at in range(len(widths))]
        top = min(middles[cell] - self._height(cell) / 2 for row in rows for cell in row)
        # What depends on itself has its line above the box.
        top -= LOOP if any(way[0] == way[-1] for way in ways.values()) else 0
        boxes: dict[str, Box] = {}
        for ref in self.refs:
            width, height = self.sizes[ref]
            column = columns[ref]
            x = lefts[column] + (widths[column] - width) / 2
            boxes[ref] = Box(ref, x, middles[ref] - height / 2 - top, width, height, column)
        ports = _Ports(boxes, ways, middles)
        lines = []
        for at in self.among:
            start, end = self.edges[at]
            if start == end:
                lines.append(Line(start, end, at, _loop(boxes[start])))
                continue
            way = ways[at]
            points: list[Point] = [ports.leaving(at)]
            for cell in way[1:-1]:
                column, y = int(cell[1]), middles[cell] - top
                points += [(lefts[column], y), (lefts[column] + widths[column], y)]
            points.append(ports.arriving(at))
            lines.append(Line(start, end, at, tuple(points if way[0] == start else points[::-1])))
        bottom = max(middles[cell] + self._height(cell) / 2 for row in rows for cell in row) - top
        return Layout(tuple(boxes.values()), tuple(lines), lefts[-1] + widths[-1], bottom)


_Cell = str | tuple[int, int]


class _Ports:
    """Where lines leave boxes and arrive at them: apart, in the order of their other ends."""

    def __init__(
        self,
        boxes: Mapping[str, Box],
        ways: Mapping[int, list[_Cell]],
        middles: Mapping[_Cell, float],
    ) -> None:
        self._at: dict[tuple[int, bool], Point] = {}
        sides: dict[tuple[str, bool], list[tuple[float, int]]] = {}
        for at, way in ways.items():
            if len(way) > 1 and way[0] != way[-1]:
                sides.setdefault((str(way[0]), True), []).append((middles[way[1]], at))
                sides.setdefault((str(way[-1]), False), []).append((middles[way[-2]], at))
        for (ref, leaves), ends in sides.items():
            box = boxes[ref]
            for place, (_, at) in enumerate(sorted(ends)):
                y = box.y + box.height * (place + 1) / (len(ends) + 1)
                self._at[at, leaves] = (box.x + box.width if leaves else box.x, y)

    def leaving(self, at: int) -> Point:
        """Return where a line has its left end."""
        return self._at[at, True]

    def arriving(self, at: int) -> Point:
        """Return where a line has its right end."""
        return self._at[at, False]


def _loop(box: Box) -> tuple[Point, ...]:
    """Return the line of what depends on itself, above the right end of its box."""
    right, over = box.x + box.width - LOOP, box.y - LOOP
    left = right - 2 * LOOP
    return ((left, box.y), (left, over), (right, over), (right, box.y))


def _columns(refs: list[str], edges: list[tuple[str, str]]) -> dict[str, int]:
    """Return the column of each node: to the left of all it depends on, but for those in a circle.

    Of a circle, the edges that lead back in it are taken the other way round.
    """
    if len(refs) == 1:
        return dict.fromkeys(refs, 0)
    import networkx as nx  # noqa: PLC0415 - a quarter of a second, only for a drawing

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(refs)
    graph.add_edges_from(edge for edge in edges if edge[0] != edge[1])
    given = {ref: at for at, ref in enumerate(refs)}
    place: dict[str, int] = {}
    knot: dict[str, int] = {}
    for number, component in enumerate(nx.strongly_connected_components(graph)):
        first = min(component, key=given.__getitem__)
        inside = nx.dfs_preorder_nodes(graph.subgraph(component), first, sort_neighbors=sorted)
        for at, ref in enumerate(inside):
            place[ref], knot[ref] = at, number
    forward: nx.DiGraph[str] = nx.DiGraph()
    forward.add_nodes_from(refs)
    for start, end in graph.edges:
        back = knot[start] == knot[end] and place[start] > place[end]
        forward.add_edge(*((end, start) if back else (start, end)))
    found = {ref: at for at, some in enumerate(nx.topological_generations(forward)) for ref in some}
    # What nobody depends on stands beside what it depends on, and not at the left of all.
    for ref in refs:
        after = [found[each] for each in forward.successors(ref)]
        if after and not forward.pred[ref]:
            found[ref] = min(after) - 1
    least = min(found.values())
    return {ref: found[ref] - least for ref in refs}


def _joined(ways: Iterable[list[_Cell]]) -> dict[_Cell, list[_Cell]]:
    """Return the cells that each is joined to by a line, on both sides."""
    found: dict[_Cell, list[_Cell]] = {}
    for way in ways:
        for left, right in pairwise(way):
            if left != right:
                found.setdefault(left, []).append(right)
                found.setdefault(right, []).append(left)
    return found


def _uncrossed(rows: list[list[_Cell]], joined: Mapping[_Cell, list[_Cell]]) -> list[list[_Cell]]:
    """Return the columns sorted so that few lines cross: of sweeps by barycentres, the best."""
    best, fewest = rows, _crossings(rows, joined)
    for turn in range(SWEEPS):
        if not fewest:
            break
        rows = [list(row) for row in rows]
        onward = turn % 2 == 0
        order = range(1, len(rows)) if onward else range(len(rows) - 2, -1, -1)
        for column in order:
            beside = {
                cell: at for at, cell in enumerate(rows[column - 1 if onward else column + 1])
            }
            own = {cell: at for at, cell in enumerate(rows[column])}
            keys: dict[_Cell, float] = {}
            for cell, at in own.items():
                near = [beside[each] for each in joined.get(cell, ()) if each in beside]
                # What isn't joined to that side stays where it is, in proportion.
                share = at * len(beside) / len(own)
                keys[cell] = sum(near) / len(near) if near else share
            rows[column].sort(key=lambda cell: (keys[cell], own[cell]))
        crossings = _crossings(rows, joined)
        if crossings < fewest:
            best, fewest = rows, crossings
    return best


def _crossings(rows: list[list[_Cell]], joined: Mapping[_Cell, list[_Cell]]) -> int:
    """Return how many pairs of lines cross between columns."""
    found = 0
    for left, right in pairwise(rows):
        place = {cell: at for at, cell in enumerate(right)}
        seen: list[int] = []
        for cell in left:
            ends = sorted(place[each] for each in joined.get(cell, ()) if each in place)
            for end in ends:
                found += len(seen) - bisect_right(seen, end)
            for end in ends:
                insort(seen, end)
    return found


def _apart(wanted: list[tuple[float, float]], gaps: list[float]) -> list[float]:
    """Return places as near to those ``wanted``, with their weights, as the ``gaps`` between let.

    That is isotonic regression: what comes too near to the one before it shares a mean with it.
    """
    offsets: list[float] = []
    total = 0.0
    for gap in gaps:
        total += gap
        offsets.append(total)
    blocks: list[tuple[float, float, int]] = []
    for (place, weight), offset in zip(wanted, offsets, strict=True):
        mean, heavy, many = place - offset, weight, 1
        while blocks and blocks[-1][0] > mean:
            other, load, count = blocks.pop()
            mean = (mean * heavy + other * load) / (heavy + load)
            heavy, many = heavy + load, many + count
        blocks.append((mean, heavy, many))
    means = [mean for mean, _, many in blocks for _ in range(many)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]
