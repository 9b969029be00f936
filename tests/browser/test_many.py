"""A page of thousands stays small, shows soon, and holds in the document only what is in view."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from benchmarks import estates
from opspolicy import cli

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.conftest import Opened

MOST_BYTES = 5 * 1024 * 1024
MOST_LANES = 60
"""Of thousands, those that a window of 900 pixels shows, and some above and below."""

GUARD = 15
"""Seconds, five times as many as it may take where nothing else is done."""

SOME = estates.Size("some", 10, 300, 2_000, 200, 365)


@pytest.mark.parametrize(
    "size",
    [SOME, pytest.param(estates.LARGE, marks=pytest.mark.prove)],
    ids=lambda each: str(each.name),
)
def test_only_what_is_in_view_is_in_the_document(
    size: estates.Size, tmp_path: Path, opened: Opened, shot: Callable[[Page, str], None]
) -> None:
    estates.write(size, tmp_path)
    path = tmp_path / "page.html"
    where = ["-C", str(tmp_path), "--as-of", "2027-09-01", "--horizon", f"{size.days}d"]
    assert cli.main(["timeline", *where, "--output", f"html={path}", "--no-cache"]) == 0
    assert path.stat().st_size < MOST_BYTES
    started = time.monotonic()
    with opened(path) as page:
        page.locator(".lane").first.wait_for()
        assert time.monotonic() - started < GUARD
        assert (
            page.locator("#status").inner_text().startswith(f"{size.services:,}".replace(",", ""))
        )
        shot(page, f"calendar-{size.name}")
        # Runs that meet no outage, and those of every few minutes, are told by their number.
        assert page.locator(".head", has_text="drawn where these meet an outage").count()
        seen = set()
        step = page.evaluate("document.getElementById('lanes').scrollHeight") // 12
        for at in range(13):
            page.evaluate(f"document.getElementById('lanes').scrollTop = {at * step}")
            page.wait_for_function(
                "() => { const box = document.getElementById('lanes');"
                " const low = box.getBoundingClientRect();"
                " const lanes = [...document.querySelectorAll('.lane')]"
                ".map((each) => each.getBoundingClientRect());"
                " return Math.min(...lanes.map((each) => each.top)) <= low.top + 1"
                " && Math.max(...lanes.map((each) => each.bottom)) >= low.bottom - 1; }"
            )
            assert page.locator(".lane").count() <= MOST_LANES
            seen |= {*page.locator(".lane .head strong").all_inner_texts()}
        assert len(seen) > 12
        page.locator("[name=service]").fill(f"service-{size.services - 1}")
        assert page.locator(".lane").count() == 1
        page.get_by_role("button", name="Day", exact=True).click()
        assert page.locator("#when").inner_text()
