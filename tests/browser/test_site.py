"""A site in a browser, from a disk: every page opens, and leads where it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from opspolicy import cli
from tests.shared import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.conftest import Opened

PAGES = (
    "index.html", "calendar.html", "graph.html", "findings.html", "feeds/index.html",
    "rules/index.html", "rules/outage-in-business-hours.html",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the site of an incident."""
    directory = tmp_path_factory.mktemp("site") / "public"
    where = ["-C", str(ROOT / "examples/barclays/before"), "--as-of", "2027-09-20"]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        assert cli.main(["site", str(directory), *where, "--no-cache", "-q"]) == 0
    return directory


@pytest.mark.parametrize(
    ("pages", "scheme"),
    [
        (PAGES[:1] + PAGES[-1:], "light"),
        pytest.param(PAGES, "light", marks=pytest.mark.prove),
        pytest.param(PAGES, "dark", marks=pytest.mark.prove),
    ],
    ids=["some", "all light", "all dark"],
)
def test_every_page_opens_and_nothing_is_in_the_way(
    pages: tuple[str, ...],
    scheme: str,
    site: Path,
    opened: Opened,
    shot: Callable[[Page, str], None],
) -> None:
    for name in pages:
        with opened(site / name, color_scheme=scheme, within=site) as page:
            assert page.locator("nav a").count() == 6
            assert page.locator("h1").count() == 1
            shot(page, f"site-{name.replace('/', '-').removesuffix('.html')}-{scheme}")
            page.set_viewport_size({"width": 390, "height": 844})
            assert page.evaluate("document.scrollingElement.scrollWidth") <= 390, name
            found = Axe().run(page).response["violations"]
            bad = [each for each in found if each["impact"] in {"serious", "critical"}]
            assert not bad, [(each["id"], [node["html"] for node in each["nodes"]]) for each in bad]


def test_one_goes_from_the_overview_to_a_story_to_its_rule(site: Path, opened: Opened) -> None:
    with opened(site / "index.html", within=site) as page:
        picture = page.locator("img")
        assert picture.evaluate("(image) => image.complete && image.naturalWidth") > 500
        page.get_by_role("link", name="OPS301").click()
        assert page.locator("#panel h2").inner_text() == "error OPS301"
        page.keyboard.press("Escape")
        page.locator("#findings").get_by_role("link", name="OPS301").first.click()
        assert page.locator("h1").inner_text().startswith("OPS301 outage-in-business-hours")
        page.get_by_role("link", name="Feeds").click()
        page.get_by_role("link", name="Calendar").click()
        assert page.locator(".lane").count() == 4
        page.get_by_role("link", name="Overview").click()
        page.locator("table").get_by_role("link", name="mobile").click()
        assert page.locator("#status").inner_text().startswith("1 of 4 lanes")
