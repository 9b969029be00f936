"""An estate in which every text that anybody may write freely is somebody's attack."""

from __future__ import annotations

import json
from typing import Any

from opspolicy.source.files import parse
from tests import worlds
from tests.payloads import PAYLOADS

RUNNING = "<img src=x onerror=\"window.hacked=1;alert('hacked')\">"
OUT = f"</script><script>window.hacked=1</script>{RUNNING}"
NAMED = (RUNNING, OUT, '"><svg/onload=alert(1)>', "javascript:alert(1)", "</title><b>", "--><b>")


def _is_read(text: str) -> bool:
    """Whether YAML takes a text at all, and the language takes it for a title and an owner."""
    if parse("a.yaml", f"services: {{a: {json.dumps(text)}}}").problems:
        return False
    declared = worlds.estate(a=json.dumps({"services": {"a": {"title": text, "owner": text}}}))
    return declared.services["a"].title == text


TEXTS = [*filter(_is_read, PAYLOADS), *NAMED]


def document() -> dict[str, Any]:
    """Return the estate: of each text a service, a window that takes it down, a job and a team."""
    services, windows, jobs, teams = {}, {}, {}, {}
    for at, text in enumerate(TEXTS):
        name, day = f"s{at}", f"2027-10-{1 + at % 28:02}"
        teams[text] = {"title": text, "contact": text}
        services[name] = {
            "owner": text, "title": text, "customer_facing": True, "customers": at + 1,
            "business_hours": "always", "help": text, "fallback": text,
            "depends_on": [f"s{at - 1}"] if at % 5 else [],
        }  # fmt: skip
        windows[name] = {
            "owner": text, "summary": text, "takes_down": [name], "start": f"{day}T00:00Z",
            "duration": "1h",
        }  # fmt: skip
        jobs[name] = {
            "owner": text, "summary": text, "requires": [name], "duration": "30m",
            "schedule": {"dates": [f"{day}T00:30Z"]},
            "induces_demand": [{"service": name, "for": "2h"}],
        }  # fmt: skip
    return {"services": services, "maintenance_windows": windows, "jobs": jobs, "teams": teams}


def misnamed() -> dict[str, Any]:
    """Return declarations that are refused for their names, which are told then."""
    return {"services": {name: {"owner": "o", "depends_on": [name]} for name in NAMED}}
