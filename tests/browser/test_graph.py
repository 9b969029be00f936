"""The graph in a browser: what falls by its script is what falls by the program, and is shown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy import cli
from opspolicy.graph import drawn, words
from opspolicy.output.page import frame, graph
from opspolicy.temporal.intervals import NOTHING
from opspolicy.timeline.causes import Cause
from opspolicy.timeline.paths import failing
from tests.explain.scenes import scene
from tests.graph.worlds import falls
from tests.laws import REPRODUCIBLE
from tests.oracle.engine import timeline_of
from tests.oracle.estates import World, estates
from tests.shared import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.browser.conftest import Opened

LAWS = settings(REPRODUCIBLE, max_examples=20)


@pytest.fixture(scope="module")
def fallen(browser: Browser) -> Iterator[Callable[[Any, list[int], list[int]], Any]]:
    """Return what the page's scripts say falls, of services, and for how many customers.

    Asked with those that go down, and with those that are slowed.
    """
    page = browser.new_page()
    code = "\n".join(frame.asset(name) for name in graph.SCRIPTS if name != "graph.js")
    body = (
        "const found = falls(services, struck, slowed);"
        " const said = customersOf(services, new Set(struck), found.down);"
        " return {said, down: [...found.down], degraded: [...found.degraded], why: [...found.why]};"
    )

    def ask(services: Any, struck: list[int], slowed: list[int]) -> Any:  # noqa: ANN401 - JSON
        return page.evaluate(f"({{services, struck, slowed}}) => {{\n{code}\n{body}\n}}",
                             {"services": services, "struck": struck, "slowed": slowed})  # fmt: skip

    yield ask
    page.close()


@LAWS
@given(estates(), st.data())
def test_what_falls_on_the_page_falls_in_the_program(
    fallen: Callable[[Any, list[int], list[int]], Any], world: World, data: st.DataObject
) -> None:
    """Also of several at once, by which a redundancy group is lost, and where some are slowed.

    The page says the same of customers.
    """
    estate, as_of, horizon = json.loads(json.dumps(world[0])), *world[1:]
    some = st.lists(st.sampled_from([*estate["services"]]), max_size=3, unique=True)
    struck, slowed = data.draw(some), data.draw(some)
    for each in estate["services"].values():
        customers = data.draw(st.sampled_from([None, 0, 1, 1200]))
        each.update({} if customers is None else {"customers": customers})
    window = {
        "takes_down": struck,
        "degrades": slowed,
        "start": "2027-10-09T22:00Z",
        "duration": "1h",
    }
    estate["maintenance_windows"]["asked"] = {key: each for key, each in window.items() if each}
    of = scene(timeline_of(estate, as_of, horizon).estate, as_of, horizon)
    services = graph._data(of, drawn.whole(of.report, of.timeline))["services"]
    names = [*of.estate.services]
    wanted = failing(of.estate.graph, [Cause("", tuple(struck), tuple(slowed), NOTHING)])
    hit, slow = ([names.index(each) for each in some] for some in (struck, slowed))
    found = fallen(services, hit, slow)
    assert {names[at] for at in found["down"]} == wanted.down
    assert {names[at] for at in found["degraded"]} == wanted.impaired - wanted.down
    told = words.customers(falls(of.timeline, "maintenance_window/asked"))
    assert found["said"] == told.replace("`", "")
    # What isn't hit itself falls by something that has fallen.
    why = dict(found["why"])
    assert why.keys() == {*found["down"], *found["degraded"]} - {*hit} - {*slow} | (
        {*slow} & {*found["down"]} - {*hit}
    )
    for cause in why.values():
        needed = [cause["service"]] if "service" in cause else cause["group"]["members"]
        assert {*needed} & {*found["down"], *found["degraded"]}


def page_of(example: str, directory: Path, *arguments: str) -> Path:
    """Return the page of an example's graph."""
    path = directory / "graph.html"
    where = ["-C", str(ROOT / "examples" / example), "--as-of", "2027-09-01", "--no-cache"]
    assert cli.main(["graph", *where, *arguments, "--output", f"html={path}"]) == 0
    return path


def told(page: Page) -> str:
    """Return what is said to fall."""
    return page.locator("#told").inner_text()


def states(page: Page) -> dict[str, str]:
    """Return what is written into each box."""
    return {
        str(each.get_attribute("data-ref")): each.locator(".state").text_content() or ""
        for each in page.locator(".node[role]").all()
    }


def test_taking_services_down_by_pointer_and_by_name(tmp_path: Path, opened: Opened) -> None:
    with opened(page_of("barclays/before", tmp_path)) as page:
        assert told(page).startswith("Choose a service")
        page.locator("[data-ref='service/mobile'] rect").click()
        assert told(page) == (
            "When mobile goes down, no other service fails; customers of mobile are cut off, how"
            " many isn't declared."
        )
        page.locator("[name=service]").fill("online")
        page.keyboard.press("Enter")
        assert states(page)["service/banking-access"] == "~ degraded"
        page.locator("[name=service]").fill("phone")
        page.get_by_role("button", name="Take down").click()
        assert told(page) == (
            "When mobile, online and phone go down, 1 other service goes down too; at least"
            " 1,000,000 customers are cut off, as nobody declares how many use mobile, online and"
            " phone."
        )
        assert states(page) == {
            "service/banking-access": "✕ down", "service/mobile": "✕ goes down",
            "service/online": "✕ goes down", "service/phone": "✕ goes down",
        }  # fmt: skip
        rows = [
            row.all_inner_texts()
            for row in (each.locator("td") for each in page.locator("tbody tr").all())
        ]
        assert rows[-1][:3] == ["banking-access", "✕ down", "needs 1 of 3, and has none left"]
        assert "Sat 9 Oct 2027 00:00" in rows[0][4]
        fragment = page.evaluate("location.hash")
        page.keyboard.press("Escape")
        assert told(page).startswith("Choose a service")
        page.locator("[name=service]").fill("nobody")
        page.keyboard.press("Enter")
        assert told(page) == "There is no service nobody; the field offers those there are."
    with opened(tmp_path / "graph.html", fragment) as page:
        assert told(page).startswith("When mobile, online and phone go down")


def test_what_is_asked_for_is_down_at_first(tmp_path: Path, opened: Opened) -> None:
    with opened(page_of("customer-notices/before", tmp_path, "--impact", "web-cluster")) as page:
        assert told(page) == (
            "When web-cluster goes down, 2 other services go down too; 4,300,000 customers are cut"
            " off."
        )


SLOW = """
services:
  store: {owner: o}
  shop: {owner: o, customer_facing: true, customers: 1, depends_on: [store]}
  blog: {owner: o, depends_on: [shop]}
  alone: {owner: o}
maintenance_windows:
  slow: {owner: o, degrades: [store], start: 2027-10-09T22:00Z, duration: 2h}
"""


def test_what_is_slowed_is_degraded_at_first(tmp_path: Path, opened: Opened) -> None:
    (tmp_path / "a.yaml").write_text(SLOW, encoding="utf-8")
    path = page_of(str(tmp_path), tmp_path, "--impact", "slow")
    degraded = dict.fromkeys(("service/store", "service/shop", "service/blog"), "~ degraded")
    with opened(path) as page:
        first = (
            "When store is degraded, 2 other services are degraded; nothing that customers use is"
            " down."
        )
        assert told(page) == first
        assert states(page) == {**degraded, "service/alone": ""}
        page.locator("[data-ref='service/shop'] rect").click()
        assert told(page) == (
            "When shop goes down and store is degraded, 1 other service goes down too; 1 customer"
            " is cut off."
        )
        page.locator("[data-ref='service/shop'] rect").click()
        fragment = page.evaluate("location.hash")
        page.keyboard.press("Escape")
        assert told(page).startswith("Choose a service")
    with opened(path, fragment) as page:
        assert told(page) == first


def test_the_chosen_part_is_drawn_and_all_of_it_falls(tmp_path: Path, opened: Opened) -> None:
    (tmp_path / "a.yaml").write_text(SLOW, encoding="utf-8")
    with opened(page_of(str(tmp_path), tmp_path, "--service", "store")) as page:
        assert states(page).keys() == {"service/store", "service/shop"}
        assert "Drawn as chosen: 2 of 4 services;" in page.inner_text("main")
        page.locator("[data-ref='service/store'] rect").click()
        assert "2 other services go down too" in told(page)
        assert "blog" in page.locator("#falls").inner_text()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_all_can_be_reached_by_keys_and_nothing_is_in_the_way(
    width: int, scheme: str, tmp_path: Path, opened: Opened, shot: Callable[[Page, str], None]
) -> None:
    path = page_of("customer-notices/before", tmp_path)
    with opened(path, width=width, color_scheme=scheme) as page:
        for _ in range(20):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.dataset.ref") == "service/web-cluster":
                break
        page.keyboard.press("Enter")
        node = page.locator("[data-ref='service/web-cluster']")
        assert node.get_attribute("aria-pressed") == "true"
        assert "2 other services go down too" in told(page)
        shot(page, f"graph-{width}-{scheme}")
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width
        found = Axe().run(page).response["violations"]
        bad = [each for each in found if each["impact"] in {"serious", "critical"}]
        assert not bad, [(each["id"], [node["html"] for node in each["nodes"]]) for each in bad]
        page.keyboard.press("Space")
        assert node.get_attribute("aria-pressed") == "false"
