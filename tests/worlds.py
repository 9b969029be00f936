"""Small worlds for tests: an estate from YAML text, and what is found in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opspolicy import judge
from opspolicy.estate.estate import Estate, assemble
from opspolicy.policy import policies
from opspolicy.source.files import parse
from opspolicy.temporal.instants import parse_as_of
from opspolicy.timeline.horizon import Horizon
from opspolicy.timeline.timeline import Timeline

if TYPE_CHECKING:
    from opspolicy.policy.policies import Policy
    from opspolicy.report import Finding

AS_OF = parse_as_of("2027-09-01")
HALF_A_YEAR = 180 * 86_400
RECOMMENDED = policies.combine(policies.DEFAULT_PACKS, []).by_name


def estate(**files: str) -> Estate:
    """Return the estate of files given by their names without ending."""
    return assemble([parse(f"ops/{name}.yaml", text) for name, text in files.items()])


def timeline(declared: Estate, as_of: int = AS_OF, horizon: int = HALF_A_YEAR) -> Timeline:
    """Return its timeline."""
    return Timeline(declared, Horizon(as_of, as_of + horizon))


def findings(
    declared: Estate, rules: dict[str, Policy] | None = None, as_of: int = AS_OF
) -> tuple[Finding, ...]:
    """Return what is found in an estate by the recommended pack, or by other policies."""
    return judge.judge(declared, timeline(declared, as_of), RECOMMENDED if rules is None else rules)
