"""Reports of each kind, made once for all formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.output import samples

if TYPE_CHECKING:
    from opspolicy.report import Report


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Report]:
    """Return a report of each kind."""
    found = samples.every_kind(tmp_path_factory.mktemp("estates"))
    assert tuple(found) == samples.KINDS
    return found
