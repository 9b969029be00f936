"""The calendar in a browser: choosing, zooming, reading, by pointer and by keys."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from opspolicy import cli
from tests.shared import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.conftest import Opened

AS_OF = "2027-09-01"
EXAMPLES = sorted(
    path.parent.relative_to(ROOT / "examples")
    for path in ROOT.glob("examples/*/*/ops")
    if path.is_dir()
)
BUSY = "two-clocks/before", "barclays/before", "banque-postale/before"
FEW = {"vendors/before"}
"""Examples that are opened in each run of the tests; the others in the long proofs."""


def mostly_proved(values: Iterable[Any], often: Container[Any]) -> list[Any]:
    """Return parameters of which most are for the long proofs: each takes seconds."""
    return [
        each
        if each in often
        else pytest.param(*(each if isinstance(each, tuple) else (each,)), marks=pytest.mark.prove)
        for each in values
    ]


@pytest.fixture(scope="module")
def page_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return what draws the calendar of an example, once."""
    directory = tmp_path_factory.mktemp("pages")

    def draw(example: str) -> Path:
        path = directory / f"{example.replace('/', '-')}.html"
        if not path.exists():
            where = ["-C", str(ROOT / "examples" / example), "--as-of", AS_OF, "--no-cache"]
            with pytest.MonkeyPatch.context() as patch:
                patch.chdir(ROOT)
                assert cli.main(["timeline", *where, "--output", f"html={path}"]) == 0
        return path

    return draw


@pytest.fixture
def founding(page_of: Callable[[str], Path]) -> Path:
    """Return the page of the founding incident."""
    return page_of("hydro-quebec/before")


def lanes(page: Page) -> list[str]:
    """Return the names of the lanes that are shown, from top to bottom."""
    return page.locator(".lane .head strong").all_inner_texts()


def told(page: Page) -> str:
    """Return how many lanes and findings are said to be shown."""
    return page.locator("#status").inner_text()


def when(page: Page) -> str:
    """Return from when to when is said to be drawn."""
    return page.locator("#when").inner_text()


def chosen(page: Page, name: str, value: str) -> None:
    """Choose by one of the lists."""
    page.locator(f"[name={name}]").select_option(value)


# What is shown -----------------------------------------------------------------------------------


def test_what_is_planned_is_drawn_with_the_collision_first(founding: Path, opened: Opened) -> None:
    with opened(founding) as page:
        assert lanes(page) == ["customer-portal", "billing-db", "mail-gateway"]
        assert told(page) == "3 lanes, 1 finding"
        assert when(page) == "Tue 31 Aug 2027 20:00 to Sun 27 Feb 2028 19:00 (America/Toronto)"
        first = page.locator(".lane").first
        assert first.locator(".label").all_inner_texts() == [
            "down by portal-upgrade", "sent by mail-ebills", "business hours",
        ]  # fmt: skip
        assert [first.locator(f"rect.{kind}").count() for kind in ("outage", "demand")] == [1, 3]
        assert first.locator("rect.band").count() == 1
        (mark,) = first.locator(".mark").all()
        assert str(mark.get_attribute("aria-label")).startswith(
            "error OPS302, Sat 9 Oct 2027 06:00 to Mon 11 Oct 2027 00:30: customer-portal is down"
        )


def test_a_click_on_the_collision_tells_its_story(founding: Path, opened: Opened) -> None:
    with opened(founding) as page:
        assert not page.locator("#panel").is_visible()
        page.locator(".mark").click()
        panel = page.locator("#panel")
        assert panel.locator("h2").inner_text() == "error OPS302"
        said = panel.inner_text()
        for each in (
            "customer-portal is down while mail-ebills has sent 350,000 customers to it",
            "Sat 9 Oct 2027 06:00 to Mon 11 Oct 2027 00:30 (America/Toronto), 42 h 30 min",
            "Sat 9 Oct 2027 10:00 to Mon 11 Oct 2027 04:30 (UTC)",
            "maintenance window portal-upgrade (Move the portal to the new database)",
            "digital (Digital channels): digital@example.org",
            "1. move mail-ebills 48 h later, to Mon 11 Oct 2027 06:00 (America/Toronto)",
            "opspolicy explain -C",
            "ops/platform.yaml:8",
        ):
            assert each in said
        # It is seen from near, and beside what is told of it.
        assert when(page).startswith("Tue 5 Oct 2027")
        bar, left = page.locator("rect.outage").bounding_box(), panel.bounding_box()
        assert bar is not None
        assert left is not None
        assert bar["x"] + bar["width"] < left["x"]
        page.locator("[data-do=close]").click()
        assert not panel.is_visible()


def test_findings_at_one_place_share_a_mark_and_lead_to_each_other(
    page_of: Callable[[str], Path], opened: Opened
) -> None:
    with opened(page_of("barclays/before")) as page:
        assert told(page).endswith("2 findings")
        mark = page.locator(".mark")
        assert "error OPS301 and 1 more here, Sat 9 Oct" in str(mark.get_attribute("aria-label"))
        mark.click()
        page.get_by_role("button", name="error OPS304: banking-access is down for 48 h").click()
        assert page.locator("#panel h2").inner_text() == "error OPS304"
        page.get_by_role("button", name="error OPS301: banking-access is down while").click()
        assert page.locator("#panel h2").inner_text() == "error OPS301"


def test_a_click_on_a_lane_lists_what_happens_in_view(founding: Path, opened: Opened) -> None:
    with opened(founding, "#from=1823040000&to=1823472000") as page:
        page.get_by_role("button", name="customer-portal").first.click()
        said = page.locator("#panel").inner_text()
        assert "Times on the clock of America/Toronto." in said
        assert "Sat 9 Oct 2027 00:00 to Mon 11 Oct 2027 00:30, 48 h 30 min" in said


@pytest.mark.parametrize("example", mostly_proved(map(str, EXAMPLES), FEW))
def test_every_example_opens_and_every_finding_of_it_is_told(
    example: str, page_of: Callable[[str], Path], opened: Opened
) -> None:
    with opened(page_of(example)) as page:
        articles = page.locator("#findings article").count()
        assert told(page).endswith(f", {articles} finding{'' if articles == 1 else 's'}")
        for _ in range(articles):
            page.keyboard.press("n")
            assert page.locator("#panel #story p").first.inner_text()


# Choosing ----------------------------------------------------------------------------------------


def test_filters_choose_lanes_and_findings(founding: Path, opened: Opened) -> None:
    with opened(founding) as page:
        chosen(page, "team", "billing")
        assert lanes(page) == ["customer-portal", "billing-db", "mail-gateway"]
        chosen(page, "team", "platform")
        assert lanes(page) == ["customer-portal"]
        chosen(page, "team", "")
        chosen(page, "severity", "warning")
        assert told(page) == "1 of 3 lanes, 1 finding"
        chosen(page, "severity", "")
        page.locator("[name=service]").fill("mail-gateway")
        assert lanes(page) == ["mail-gateway"]
        assert told(page) == "1 of 3 lanes, 0 findings"
        assert not page.locator("article").is_visible()
        page.locator("[name=service]").fill("")
        page.locator("[name=q]").fill("PORTAL-upgrade down")
        assert lanes(page) == ["customer-portal"]
        page.locator("[name=q]").fill("no such thing")
        assert lanes(page) == []
        assert told(page) == "0 of 3 lanes, 0 findings"


def test_what_is_chosen_stands_in_the_address(founding: Path, opened: Opened) -> None:
    with opened(founding) as page:
        chosen(page, "team", "platform")
        chosen(page, "zone", "UTC")
        page.locator(".mark").click()
        page.get_by_role("button", name="Month").click()
        shown, fragment = when(page), page.evaluate("location.hash")
        assert shown.endswith("(UTC)")
    with opened(founding, fragment) as page:
        assert when(page) == shown
        assert lanes(page) == ["customer-portal"]
        assert page.locator("#panel h2").inner_text() == "error OPS302"


ADDRESSES = (
    "#zone=__proto__", "#from=x&to=y", "#zone=Mars/Base", "#team=<b>", "#q=%E0%A4%A", "#ops-0",
    "#&&=", "#zone=constructor", "#severity=foo",
)  # fmt: skip


@pytest.mark.parametrize("fragment", mostly_proved(ADDRESSES, ADDRESSES[:2]))
def test_a_strange_address_breaks_nothing(founding: Path, opened: Opened, fragment: str) -> None:
    with opened(founding, fragment) as page:
        assert "America/Toronto" in when(page)


def test_the_clock_is_that_of_a_chosen_zone(founding: Path, opened: Opened) -> None:
    with opened(founding) as page:
        chosen(page, "zone", "UTC")
        assert when(page) == "Wed 1 Sep 2027 00:00 to Mon 28 Feb 2028 00:00 (UTC)"
        label = str(page.locator(".mark").get_attribute("aria-label"))
        assert "Sat 9 Oct 2027 10:00 to Mon 11 Oct 2027 04:30" in label


# Time --------------------------------------------------------------------------------------------


def length(page: Page) -> int:
    """Return how many seconds are drawn."""
    found = re.search(r"from=(\d+)&to=(\d+)", page.evaluate("location.hash"))
    return int(found[2]) - int(found[1]) if found is not None else 180 * 86_400


def test_it_zooms_from_all_there_is_to_an_hour(founding: Path, opened: Opened) -> None:
    with opened(founding) as page:
        found = []
        for name in ("Year", "Quarter", "Month", "Week", "Day", "Hour"):
            page.get_by_role("button", name=name).click()
            found.append(length(page) / 86_400)
        assert found == [180, 92, 31, 7, 1, 1 / 24]
        page.get_by_role("button", name="Zoom in").click()
        assert length(page) == 3600
        page.get_by_role("button", name="All there is").click()
        assert length(page) == 180 * 86_400


def test_keys_move_zoom_search_and_read(founding: Path, opened: Opened) -> None:
    with opened(founding) as page:
        page.keyboard.press("+")
        assert length(page) == pytest.approx(180 * 86_400 / 1.6, abs=2)
        before = when(page)
        page.keyboard.press("ArrowRight")
        assert when(page) != before
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("-")
        page.keyboard.press("0")
        assert length(page) == 180 * 86_400
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.name") == "q"
        page.keyboard.type("n+0")
        assert page.locator("[name=q]").input_value() == "n+0"
        page.locator("[name=q]").fill("")
        page.keyboard.press("Tab")
        page.locator("#lanes").focus()
        page.keyboard.press("n")
        assert page.evaluate("document.activeElement.id") == "panel-title"
        page.keyboard.press("Escape")
        assert not page.locator("#panel").is_visible()
        assert page.evaluate("document.activeElement.id") == "lanes"


def test_all_can_be_reached_and_read_by_keys_alone(founding: Path, opened: Opened) -> None:
    with opened(founding) as page:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.className").startswith("mark"):
                break
        page.keyboard.press("Enter")
        assert page.locator("#panel h2").inner_text() == "error OPS302"
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.dataset.do") == "close"
        page.keyboard.press("Enter")
        # The mark was drawn anew from near; the focus is at least in the calendar.
        assert page.evaluate("document.activeElement.closest('#planner') !== null")


def test_a_drag_moves_and_the_wheel_zooms(founding: Path, opened: Opened) -> None:
    with opened(founding) as page:
        page.get_by_role("button", name="Week").click()
        before, many = when(page), length(page)
        page.mouse.move(700, 330)
        page.mouse.down()
        page.mouse.move(500, 330, steps=4)
        page.mouse.up()
        after = when(page)
        assert after != before
        assert length(page) == many
        page.keyboard.down("Control")
        page.mouse.wheel(0, -300)
        page.keyboard.up("Control")
        page.wait_for_function(
            "text => document.getElementById('when').innerText != text", arg=after
        )
        assert length(page) < many


# Who looks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("example", "width", "scheme"),
    mostly_proved(
        product(("hydro-quebec/before", "barclays/before"), (1440, 390), ("light", "dark")),
        {("hydro-quebec/before", 1440, "light"), ("barclays/before", 390, "dark")},
    ),
)
def test_nothing_is_in_the_way_of_anybody(
    example: str, width: int, scheme: str, page_of: Callable[[str], Path], opened: Opened,
    shot: Callable[[Page, str], None],
) -> None:  # fmt: skip
    """By the rules of WCAG that a program can check: contrast, names, roles, order, targets."""
    with opened(page_of(example), width=width, color_scheme=scheme) as page:
        name = f"calendar-{example.partition('/')[0]}-{width}-{scheme}"
        shot(page, name)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width
        for step in ("closed", "open"):
            if step == "open":
                page.locator(".mark").first.click()
                shot(page, f"{name}-story")
            found = Axe().run(page)
            bad = [
                each
                for each in found.response["violations"]
                if each["impact"] in {"serious", "critical"}
            ]
            assert not bad, [(each["id"], [node["html"] for node in each["nodes"]]) for each in bad]


def test_a_phone_reads_a_story_by_a_tap(founding: Path, opened: Opened) -> None:
    with opened(founding, width=390, height=844, has_touch=True, is_mobile=True) as page:
        page.locator(".mark").tap()
        box = page.locator("#panel").bounding_box()
        assert box is not None
        assert box["width"] == 390
        # What it is about can still be seen above.
        assert box["y"] > 200
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 390


@pytest.mark.parametrize("example", mostly_proved(BUSY, BUSY[:1]))
def test_all_is_printed(example: str, page_of: Callable[[str], Path], opened: Opened) -> None:
    with opened(page_of(example)) as page:
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        many = page.locator("#services option").count()
        assert len(lanes(page)) >= many
        assert not page.locator("#filters").is_visible()
        assert page.locator("article").count() == page.locator("article:visible").count()


def test_without_a_script_the_findings_are_read_all_the_same(
    founding: Path, opened: Opened
) -> None:
    with opened(founding, script=False) as page:
        assert not page.locator("#calendar").is_visible()
        assert "The calendar is drawn by a script" in page.locator("noscript").inner_text()
        assert "move mail-ebills 48 h later" in page.locator("article").inner_text()


REPEATED = """
defaults: {owner: web, timezone: Europe/Paris, scheduler: cron}
services: {shop: {customer_facing: true, business_hours: always}, other: {customer_facing: true, business_hours: always}}
maintenance_windows:
  weekly: {takes_down: [shop], schedule: {cron: "0 5 * * sun"}, duration: 1h}
  once: {takes_down: [other], start: 2027-12-24T00:00, duration: 2h}
"""


@pytest.fixture
def repeated(tmp_path: Path) -> Path:
    """Return the page of an outage that comes every week."""
    (tmp_path / "a.yaml").write_text(REPEATED, encoding="utf-8")
    path = tmp_path / "page.html"
    where = ["-C", str(tmp_path), "--as-of", AS_OF, "--no-cache"]
    assert cli.main(["timeline", *where, "--output", f"html={path}"]) == 0
    return path


@pytest.mark.parametrize("width", [1440, 700, 390])
def test_each_time_has_a_mark_which_leads_there(width: int, repeated: Path, opened: Opened) -> None:
    with opened(repeated, width=width) as page:
        marks = page.locator(".lane", has_text="shop").locator(".mark")
        # As many as have room, whatever the width.
        assert marks.count() >= min(26, width // 60)
        late = marks.nth(marks.count() - 2)
        label = str(late.get_attribute("aria-label"))
        day = re.search(r"Sun \d+ (Jan|Feb) 2028 05:00", label)
        assert day, label
        late.click()
        start, _, end = when(page).partition(" to ")
        assert "2028" in start + end
        shown = page.locator(".lane", has_text="shop").locator("rect.outage")
        assert shown.count() == 1


def test_what_is_asked_for_from_nearer_is_what_is_found(repeated: Path, opened: Opened) -> None:
    with opened(repeated) as page:
        page.locator("[name=service]").fill("other")
        page.get_by_role("button", name="Day", exact=True).click()
        assert page.locator("rect.outage").count() == 1
        assert when(page) == "Thu 23 Dec 2027 13:00 to Fri 24 Dec 2027 13:00 (Europe/Paris)"


def test_where_nothing_fits_all_can_be_shown_again(founding: Path, opened: Opened) -> None:
    with opened(founding, "#team=nobody&finding=ops-gone") as page:
        assert "That finding isn't here any more." in page.locator("#status").inner_text()
    with opened(founding) as page:
        page.locator("[name=q]").fill("no such thing")
        assert page.get_by_text("No lane fits what is chosen.").is_visible()
        page.get_by_role("button", name="Show all").click()
        assert len(lanes(page)) == 3
        assert page.locator("[name=q]").input_value() == ""


def test_what_happens_in_a_lane_stands_beside_its_name(founding: Path, opened: Opened) -> None:
    with opened(founding) as page:
        page.locator(".lane .head").first.click()
        story = page.locator("#story dl > *")
        names = story.evaluate_all("(all) => all.map((each) => each.nodeName)")
        assert names == ["DT", "DD"] * (len(names) // 2)


def test_lanes_are_read_in_order_whichever_way_somebody_scrolls(
    tmp_path: Path, opened: Opened
) -> None:
    services = "".join(f"  s{at}: {{customer_facing: true}}\n" for at in range(200))
    (tmp_path / "a.yaml").write_text(
        f"defaults: {{owner: a}}\nservices:\n{services}", encoding="utf-8"
    )
    path = tmp_path / "page.html"
    cli.main(
        [
            "timeline",
            "-C",
            str(tmp_path),
            "--as-of",
            AS_OF,
            "--no-cache",
            "--output",
            f"html={path}",
        ]
    )
    with opened(path) as page:
        for top in (3000, 1200, 1500, 0):
            page.evaluate(f"document.getElementById('lanes').scrollTop = {top}")
            page.wait_for_function(
                "(top) => { const lanes = [...document.querySelectorAll('.lane')];"
                " return lanes.length && lanes.some((each) => parseFloat(each.style.top) <= top)"
                " && Math.min(...lanes.map((each) => parseFloat(each.style.top))) > top - 500; }",
                arg=max(top, 1),
            )
            places = page.locator(".lane").evaluate_all(
                "(all) => all.map((one) => +one.ariaPosInSet)"
            )
            assert places == sorted(places)


def test_an_outage_that_goes_beyond_what_is_drawn_is_told_whole(
    tmp_path: Path, opened: Opened
) -> None:
    path = tmp_path / "page.html"
    where = ["-C", str(ROOT / "examples/hydro-quebec/before"), "--as-of", AS_OF, "--no-cache"]
    stretch = ["--from", "2027-10-09T09:00", "--until", "2027-10-10T09:00"]
    assert cli.main(["timeline", *where, *stretch, "--output", f"html={path}"]) == 0
    with opened(path) as page:
        page.locator(".lane .head").first.click()
        said = page.locator("#panel").inner_text()
        assert "Sat 9 Oct 2027 00:00 to Mon 11 Oct 2027 00:30, 48 h 30 min" in said
        label = str(page.locator(".mark").first.get_attribute("aria-label"))
        assert "Sat 9 Oct 2027 06:00 to Mon 11 Oct 2027 00:30" in label


def test_arrows_move_what_is_wider_than_its_frame_and_not_the_calendar(
    founding: Path, opened: Opened
) -> None:
    with opened(founding, width=420) as page:
        page.locator("article pre").last.focus()
        before = when(page)
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        assert when(page) == before
        assert page.locator("article pre").last.evaluate("(pre) => pre.scrollLeft") > 0


def test_another_address_is_another_view(founding: Path, opened: Opened) -> None:
    with opened(founding) as page:
        page.locator(".mark").click()
        assert page.locator("#panel").is_visible()
        page.evaluate("location.hash = '#q=gateway'")
        page.wait_for_function("document.getElementById('panel').hidden")
        assert lanes(page) == ["mail-gateway"]
        assert length(page) == 180 * 86_400
