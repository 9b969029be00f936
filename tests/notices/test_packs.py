"""What the packs ask about telling customers."""

from __future__ import annotations

import pytest

from opspolicy.policy import policies


@pytest.mark.parametrize("slug", ["missing-notice", "support-unstaffed"])
def test_strict_demands_what_recommended_only_judges(slug: str) -> None:
    demanded = {
        name: policies.combine([name], []).by_name[slug].options.get("required", False)
        for name in ("recommended", "strict")
    }
    assert demanded == {"recommended": False, "strict": True}
