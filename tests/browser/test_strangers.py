"""Whatever anybody writes anywhere: nothing of it runs, nothing breaks out, and it is shown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from opspolicy import cli, encode
from opspolicy.output.page import data
from tests.browser.strangers import NAMED, OUT, RUNNING, TEXTS, document, misnamed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.conftest import Opened


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the directory of the estate."""
    directory = tmp_path_factory.mktemp("strangers")
    (directory / "ops").mkdir()
    (directory / "ops" / "a.yaml").write_text(json.dumps(document()), encoding="utf-8")
    return directory


def drawn(estate: Path, *arguments: str) -> Path:
    """Return the page that a command writes."""
    path = estate / "page.html"
    where = ["-C", str(estate), "--as-of", "2027-09-01", "--no-cache"]
    cli.main([*arguments, *where, "--output", f"html={path}"])
    return path


def assert_only_ours(page: Page) -> None:
    """Fail where there is an element, an attribute or a script that isn't the page's own."""
    assert page.evaluate("window.hacked") is None
    assert page.locator("img, iframe, object, embed, link, base, a, b, i, details").count() == 0
    assert page.locator("script").count() == 2
    assert page.evaluate(
        "[...document.querySelectorAll('*')].every((each) =>"
        " [...each.attributes].every((one) => !one.name.startsWith('on')))"
    )


@pytest.mark.parametrize("command", ["timeline", pytest.param("check", marks=pytest.mark.prove)])
def test_nothing_of_a_stranger_runs(
    command: str, estate: Path, opened: Opened, shot: Callable[[Page, str], None]
) -> None:
    assert len(TEXTS) > 140
    with opened(drawn(estate, command)) as page:
        # They have the most customers, so that their findings are told in full.
        for number, text in enumerate(NAMED, len(TEXTS) - len(NAMED)):
            page.locator("[name=service]").fill(f"s{number}")
            assert encode.terminal(text) in page.locator(".lane .head").inner_text()
            page.locator(".lane .head").click()
            assert text in page.locator("#panel").inner_text()
            page.locator(".lane .mark").first.click()
            assert text in page.locator("#panel").inner_text()
            assert_only_ours(page)
            page.keyboard.press("Escape")
            page.get_by_role("button", name="All there is").click()
        page.locator("[name=service]").fill("")
        for name in ("team", "q"):
            field = page.locator(f"[name={name}]")
            field.select_option(OUT) if name == "team" else field.fill(RUNNING)
            assert page.locator(".lane").count()
        shot(page, f"strangers-{command}")
        assert_only_ours(page)


def test_nothing_of_a_stranger_runs_in_a_graph(
    estate: Path, opened: Opened, shot: Callable[[Page, str], None]
) -> None:
    with opened(drawn(estate, "graph")) as page:
        for number, text in enumerate(NAMED, len(TEXTS) - len(NAMED)):
            page.locator("[name=service]").fill(f"s{number}")
            page.keyboard.press("Enter")
            assert text in page.locator("#falls").inner_text()
        page.locator("[name=service]").fill(OUT)
        page.keyboard.press("Enter")
        assert page.locator("#told").inner_text() == (
            f"There is no service {OUT}; the field offers those there are."
        )
        shot(page, "strangers-graph")
        assert_only_ours(page)


def test_what_is_refused_for_its_name_is_told(estate: Path, opened: Opened) -> None:
    other = estate / "misnamed"
    (other / "ops").mkdir(parents=True)
    (other / "ops" / "a.yaml").write_text(json.dumps(misnamed()), encoding="utf-8")
    with opened(drawn(other, "check")) as page:
        said = page.locator("#findings").inner_text()
        assert all(name in said for name in NAMED)
        assert_only_ours(page)


def test_all_is_shown_as_it_is_written(estate: Path, opened: Opened) -> None:
    with opened(drawn(estate, "timeline")) as page:
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        shown = "\n".join(page.locator(".lane .head").all_text_contents())
        for text in TEXTS:
            assert data.shown(text) in shown
