"""A Chromium that pages are opened in, and what it saw of each."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import sync_playwright

from tests.shared import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from playwright.sync_api import Browser, Page

    Opened = Callable[..., AbstractContextManager[Page]]

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
# Nothing may be asked of the network, neither by a page nor by the browser itself.
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
)  # fmt: skip
SHOTS = ROOT / "build" / "screenshots"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser where there is none."""
    if CHROMIUM is not None:
        return
    skip = pytest.mark.skip(reason="there is no chromium here: apt-get install chromium")
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(skip)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Run a browser for all tests of a worker."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield found
        found.close()


@pytest.fixture(scope="session")
def opened(browser: Browser) -> Opened:
    """Return what opens a file, and fails where the page complains or asks for anything else.

    ``script`` is whether scripts run; ``within`` a directory that it may lead about in. Other
    options are those of a context of the browser.
    """

    @contextmanager
    def open_(path: Path, fragment: str = "", *, width: int = 1440, height: int = 900,
              script: bool = True, within: Path | None = None, **options: Any) -> Iterator[Page]:  # fmt: skip  # noqa: ANN401 - playwright's own
        context = browser.new_context(
            viewport={"width": width, "height": height}, java_script_enabled=script, **options
        )
        context.set_default_timeout(10_000)
        page = context.new_page()
        said: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        # Left open, it would keep the page from all else.
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.on("request", lambda request: asked.append(request.url))
        page.on("popup", lambda other: said.append(other.url))
        address = path.as_uri()
        page.goto(address + fragment)
        yield page
        context.close()
        assert not said
        if within is None:
            assert {each.partition("#")[0] for each in asked} == {address}
        else:
            assert all(each.startswith(within.as_uri()) for each in asked)

    return open_


@pytest.fixture(scope="session")
def shot() -> Callable[[Page, str], None]:
    """Return what keeps a picture of what is seen of a page, to be looked at after the run."""

    def keep(page: Page, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png")

    return keep
