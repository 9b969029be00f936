"""Which policies the tests hold: each has to find something in one, and nothing in another."""

from __future__ import annotations

from opspolicy import rules
from opspolicy.record import NamedTuple
from opspolicy.rules.base import CUSTOM, ERROR, OFF, World
from opspolicy.testing.results import PASSED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from opspolicy.config import Config
    from opspolicy.examine import Judged
    from opspolicy.policy.policies import Policy
    from opspolicy.testing.results import FileResult

VENDORS = "vendor-"
"""How the names of the rules begin that are about vendors."""


class Covered(NamedTuple):
    """A policy, and whether a test expects its finding (``fires``) and one has none (``rests``).

    It rests where it has something to look at: nothing is found in an empty estate by any policy.
    """

    policy: Policy
    fires: bool
    rests: bool

    @property
    def is_held(self) -> bool:
        """Whether tests would notice that it finds less, and that it finds more."""
        return self.fires and self.rests


def required(settings: Config, *, packs: bool) -> list[Policy]:
    """Return the policies that tests have to hold: the team's own, by name.

    With ``packs`` also those of the packs that are errors; one that is switched off never.
    """
    found = []
    for name in sorted(settings.policies):
        policy = settings.policies[name]
        rule = rules.load(policy.rule)
        judges = rule is not None and rule.check is not None and not rule.incomplete
        own = any(layer.place is not None for layer in policy.layers)
        severe = packs and any(layer.severity == ERROR for layer in policy.layers)
        if judges and policy.is_on and (own or severe):
            found.append(policy)
    return found


def coverage(settings: Config, results: Iterable[FileResult], *, packs: bool) -> list[Covered]:
    """Return for each policy that tests have to hold whether they do.

    What counts are tests that pass and that judge by this very policy; to find nothing, it must
    have something to look at.
    """
    fires: set[str] = set()
    rests: set[str] = set()
    wanted = required(settings, packs=packs)
    for file in results:
        for each in file.results:
            if each.outcome != PASSED or each.judged is None:
                continue
            own = each.judged.policies
            same = {policy.name for policy in wanted if own.get(policy.name) == policy}
            fires |= same & {finding.policy for finding in each.met}
            silent = same - rests - {finding.policy for finding in each.judged.report.findings}
            rests |= {name for name in silent if _has_subject(own[name], each.judged)}
    return [Covered(each, each.name in fires, each.name in rests) for each in wanted]


def _has_subject(policy: Policy, judged: Judged) -> bool:
    """Whether an estate declares anything that a policy is about, in its scope."""
    estate, timeline = judged.report.estate, judged.timeline
    if timeline is None:
        return False
    layers = [layer for layer in policy.layers if layer.severity != OFF]
    # What the team has narrowed is what the team has to test.
    layers = [layer for layer in layers if layer.place is not None] or layers
    scopes = tuple(layer.scope for layer in layers)
    if policy.rule == CUSTOM:
        return _has_match(policy, World(estate, timeline, within=scopes))
    about = [*estate.owned(), *(estate.vendors if policy.rule.startswith(VENDORS) else ())]
    return bool(about) and not all(each.is_empty(estate) for each in scopes)


def _has_match(policy: Policy, world: World) -> bool:
    """Whether a policy of the team's own rules is for anything that is declared."""
    from opspolicy.rules import custom  # noqa: PLC0415 - for who has such rules
    from opspolicy.rules.cel import subjects  # noqa: PLC0415

    kind = str(policy.options["for_each"])
    found = subjects.declared(world, kind)
    if not found:
        return False
    meant = custom.matching(world, policy.options, kind)
    if meant is not None:
        found = meant
    # What happens may be covered by what else takes part in it.
    inside = world if kind not in {"outage", "run"} else world._replace(within=())
    if not any(subjects.covered(inside, [each.ref]) for each in found):
        return False
    return not all(each.is_empty(world.estate) for each in world.within)
