"""The files of a site: its pages, pictures, feeds and data, by their paths."""

from __future__ import annotations

from glob import escape

from opspolicy import rules
from opspolicy.explain import policy as policies
from opspolicy.feeds import events, ics
from opspolicy.output import Style, html, renderer
from opspolicy.output.page import graph, story
from opspolicy.output.page.frame import Site
from opspolicy.picture import drawing
from opspolicy.picture.choice import EVERYBODY, Chosen
from opspolicy.planner import as_svg
from opspolicy.planner.lanes import Drawer
from opspolicy.rules.base import CUSTOM
from opspolicy.site import index, names
from opspolicy.temporal.durations import DAY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from opspolicy.explain.scene import Scene

LINKS = (
    ("index.html", "Overview"), ("calendar.html", "Calendar"), ("graph.html", "Dependencies"),
    ("findings.html", "Findings"), ("rules/index.html", "Rules"), ("feeds/index.html", "Feeds"),
)  # fmt: skip
SOON, AFTER = 31 * DAY, 14 * DAY
"""What the picture of the overview shows at least, and after the first outage."""

MOST_FEEDS = 500
"""Feeds of teams, and of services: more take minutes, as each is worked out by itself."""


class Pages:
    """All files of the site of one estate."""

    def __init__(self, scene: Scene, style: Style, progress: Callable[[str], None]) -> None:
        """Prepare to write; ``progress`` is told what is being worked out."""
        self.scene, self.style, self.progress = scene, style, progress
        report = scene.report
        self.drawer = Drawer(report, scene.timeline, report.as_of, report.until)
        self.planner = self.drawer.planner(everything=True)

    def files(self) -> Iterator[tuple[str, str]]:
        """Yield each file's path below the directory, with `/`, and its text."""
        # Without it, GitHub Pages leaves out what begins with an underscore, and takes time.
        yield ".nojekyll", ""
        self.progress("drawing the calendar")
        yield from self._drawn()
        self.progress("telling the rules")
        yield from self._rules()
        self.progress("writing feeds")
        yield from self._feeds()

    def _site(self, here: str, *, pictures: bool = False, up: str = "") -> Site:
        links = tuple((f"{up}{address}", name) for address, name in LINKS)
        return Site(links, here, f"{up}rules/", pictures)

    def _first(self) -> int:
        """Return when something is first down or degraded; the beginning where nothing ever is."""
        out = {drawing.OUTAGE, drawing.INHERITED, drawing.DEGRADED}
        rows = (row for lane in self.planner.lanes for row in lane.rows if row.kind in out)
        return min((row.when.start for row in rows), default=self.planner.start)

    def _drawn(self) -> Iterator[tuple[str, str]]:
        report, of = self.scene.report, self.scene
        end = min(max(report.as_of + SOON, self._first() + AFTER), report.until)
        soon = Drawer(report, of.timeline, report.as_of, end).planner()
        site = self._site("Overview", pictures=True)
        yield "index.html", index.overview(of, self.style, soon, site)
        yield "calendar.svg", as_svg.render(soon)
        calendar = self._site("Calendar")
        yield "calendar.html", html.drawn(of, self.style, self.planner, calendar)
        found = self._site("Findings")
        yield "findings.html", html.checked(of, self.style, self.planner, found)
        yield "report.json", renderer("json")(report, self.style)
        self.progress("drawing the graph")
        yield from graph.files(of, self.style, self._site("Dependencies"))

    def _rules(self) -> Iterator[tuple[str, str]]:
        site = self._site("", up="../")
        for each in rules.every():
            text = f"# {each.code} {each.slug}\n\n{each.doc.strip()}\n"
            yield f"rules/{each.slug}.html", story.of_markdown(each.slug, text, site)
        own = {name: one for name, one in self.scene.policies.items() if one.rule == CUSTOM}
        files = {name: f"policy-{file}.html" for name, file in names.files(own).items()}
        for name, one in own.items():
            yield f"rules/{files[name]}", story.of_markdown(name, policies.markdown(one), site)
        yield "rules/index.html", index.rules(rules.every(), files, self._site("Rules", up="../"))

    def _feeds(self) -> Iterator[tuple[str, str]]:
        """Yield a feed of all, of each team, and of each service that customers use."""
        estate = self.scene.estate
        teams = sorted(
            {*estate.teams, *(team for lane in self.planner.lanes for team in lane.teams)}
        )
        facing = [each.name for each in estate.services.values() if each.customer_facing]
        wanted = [("everyone", "all", "all.ics", EVERYBODY)]
        for kind, listed in (("team", teams[:MOST_FEEDS]), ("service", facing[:MOST_FEEDS])):
            for name, file in names.files(listed).items():
                # A name may be anything, and is no pattern here.
                plain = (escape(name),)
                one = Chosen(plain) if kind == "service" else Chosen((), plain)
                wanted.append((kind, name, f"{kind}-{file}.ics", one))
        told: list[tuple[str, str, str, int]] = []
        left: list[str] = []
        for kind, name, path, chosen in wanted:
            try:
                written = ics.render(self.drawer.planner(chosen), chosen)
            except events.TooMany as error:
                left.append(f"There is no feed of {kind} {name}: {error}.")
                continue
            told.append((kind, name, path, written.count("\r\nBEGIN:VEVENT\r\n")))
            yield f"feeds/{path}", written
        for what, names_of in (("teams", teams), ("services that customers use", facing)):
            if len(names_of) > MOST_FEEDS:
                many = f"{len(names_of):,} {what}"
                left.append(f"Of {many}, the first {MOST_FEEDS} have a feed of their own.")
        yield (
            "feeds/index.html",
            index.feeds(
                told, left, self._site("Feeds", up="../"), complete=self.scene.report.complete
            ),
        )
