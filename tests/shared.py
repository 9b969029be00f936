"""Where data of the real world lies that is not part of the project."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("OPSPOLICY_SHARED", ROOT.parent / "shared")) / "data"

needs_data = pytest.mark.skipif(
    not DATA.is_dir(),
    reason=f"the data sets are not at {DATA.name} beside the project; set OPSPOLICY_SHARED",
)


@cache
def load(name: str) -> Any:  # noqa: ANN401 - as varied as the data
    """Return a JSON file of the data, read once and not to be changed; None where it is absent."""
    path = DATA / name
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
