"""The sentences of a drawn graph: what falls, for whom, and when, said the same way everywhere."""

from __future__ import annotations

from itertools import islice

from opspolicy.estate.declarations import GROUP, Job, Service, Vendor, Window
from opspolicy.graph.drawn import DEGRADED, DOWN, STRUCK, UNKNOWN, blamed
from opspolicy.phrases import count, listing, some
from opspolicy.rules.wording import full, kind, lasting, name, people
from opspolicy.temporal import wording
from opspolicy.temporal.durations import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opspolicy.graph.drawn import Drawn, Node
    from opspolicy.graph.impact import Impact

MOST_NAMED, MOST_PLANNED = 3, 3
DAY_WORDS = len(["Sat", "9", "Oct", "2027"])
OTHERS, WHOLE = "--service and --team draw others", "json and dot have all lines"
"""How to see what isn't drawn: services, and the lines of those that are."""

NEED, SEND = "Jobs that need what is down:", "Jobs that send customers to what is down:"
STATES = {STRUCK: "goes down", DOWN: "goes down with it", DEGRADED: "is degraded"}
"""What is said of a node that fails."""

SHORT = {STRUCK: "goes down", DOWN: "down with it", DEGRADED: "degraded"}
"""The same in a drawing."""


def title(drawn: Drawn) -> str:
    """Return in one sentence what is shown."""
    if drawn.impact is not None:
        return told(drawn.impact)
    many = count(len(drawn.services), "service")
    if drawn.left_out:
        all_of_them = count(drawn.left_out + len(drawn.services), "service")
        many = f"{len(drawn.services):,} of {all_of_them}"
    needs = {(each.service.name, each.position) for each in (*drawn.edges, *drawn.cut)}
    return f"{many} and {count(len(needs), 'dependency', 'dependencies')}"


def left_out(drawn: Drawn, more: str = "") -> str:
    """Return how much isn't drawn, and how to see it; "" where all is.

    ``more`` says how, in place of what a command is told.
    """
    parts, ways = [], []
    if drawn.left_out:
        parts.append(f"{count(drawn.left_out, 'more service')}{_which(drawn)}")
        ways.append(OTHERS)
    if drawn.cut:
        parts.append(f"{count(len(drawn.cut), 'line')} to what the drawn ones need")
        ways.append(WHOLE)
    return f"Not drawn: {', and '.join(parts)}; {more or ', '.join(ways)}." if parts else ""


def _which(drawn: Drawn) -> str:
    """Return which services aren't drawn."""
    if drawn.impact is None:
        return ", as those with an outage or a finding come first"
    fallen = len(drawn.impact.fails.impaired) - sum(1 for each in drawn.services if each.state)
    return f", of which {fallen:,} {_verb(fallen, 'fails', 'fail')}" if fallen else ""


def told(impact: Impact) -> str:
    """Return what falls, and how many customers are cut off."""
    failing, others = _failing(impact), _others(impact)
    if not (impact.struck or impact.slowed):
        return f"{failing}."
    return f"{failing}{others}; {customers(impact)}."


def _failing(impact: Impact) -> str:
    """Return the beginning of the sentence: what fails by itself."""
    target, struck = impact.target, _named(impact.struck)
    verb = "goes down" if len(impact.struck) == 1 else "go down"
    if isinstance(target, Service):
        return f"When {name(target.ref)} goes down, "
    if isinstance(target, Vendor):
        if not struck:
            return f"{_capital(full(target.ref))} runs no service that is declared"
        return f"When {full(target.ref)} fails, {struck} {verb}; with that, "
    if not (impact.struck or impact.slowed):
        unknown = f" that is declared: not {_named(impact.unknown)}" if impact.unknown else ""
        return f"{_capital(full(target.ref))} takes no service down{unknown}"
    hits = [f"{struck} {verb}"] if struck else []
    if impact.slowed:
        slow = "is" if len(impact.slowed) == 1 else "are"
        hits.append(f"{_named(impact.slowed)} {slow} degraded")
    when = "While" if isinstance(target, Job) else "During"
    runs = " runs" if isinstance(target, Job) else ""
    return f"{when} {full(target.ref)}{runs}, {listing(hits)}; with that, "


def _others(impact: Impact) -> str:
    """Return how many services the failing ones take along."""
    down, slow = len(impact.down), len(impact.degraded)
    with_it = " with it" if isinstance(impact.target, Service) else ""
    more = "" if isinstance(impact.target, Service) else "more "
    parts = []
    if down:
        parts.append(f"{count(down, f'{more}service')} {_verb(down, 'goes', 'go')} down{with_it}")
    if slow:
        what = f"{slow:,}" if down else count(slow, f"{more}service")
        parts.append(f"{what} {_verb(slow, 'is', 'are')} degraded")
    return listing(parts) or "no other service fails"


def customers(impact: Impact) -> str:
    """Return how many customers are cut off; never none where nobody has said how many."""
    unsaid = _named([each.name for each in impact.uncounted])
    if not impact.facing:
        return "nothing that customers use is down"
    if impact.customers is None:
        return f"customers of {unsaid} are cut off, how many isn't declared"
    said = count(impact.customers, "customer")
    verb = _verb(impact.customers, "is", "are")
    if impact.uncounted:
        return f"at least {said} {verb} cut off, as nobody declares how many use {unsaid}"
    counted = ", counted service by service" if len(impact.facing) > 1 else ""
    return f"{said} {verb} cut off{counted}"


def planned(drawn: Drawn, most: int = MOST_PLANNED) -> list[str]:
    """Return when the target of an impact is down, or happens, in the judged time."""
    impact, timeline = drawn.impact, drawn.timeline
    if impact is None or not (impact.struck or impact.slowed):
        return []
    target, zone = impact.target, drawn.zone
    until = f"{wording.at(drawn.report.until, zone)} ({zone})"
    if not impact.planned:
        if isinstance(target, Window | Job):
            return [f"It takes nothing down before {until}."]
        return [f"No outage of {_target(impact)} is planned before {until}."]
    told = []
    for start, end in islice(impact.planned, most):
        hit = impact.struck if isinstance(target, Service | Vendor) else ()
        refs = dict.fromkeys(ref for each in hit for ref in blamed(timeline, each, (start, end)))
        by = f", by {_full([*refs])}" if refs else ""
        when = wording.between(start, end, zone)
        told.append(f"{when} ({zone}), {words(end - start)}{by}")
    if len(impact.planned) > most:
        told.append(f"… and {len(impact.planned) - most:,} more before {until}")
    return told


def heading(drawn: Drawn) -> list[str]:
    """Return what stands above a drawing: when an impact is planned, and which jobs it hurts."""
    impact = drawn.impact
    if impact is None:
        return []
    lead = "Planned: " if impact.planned else ""
    told = [f"{lead}{each}" for each in planned(drawn)]
    for head, hurt in ((NEED, impact.jobs), (SEND, impact.senders)):
        if hurt:
            told.append(f"{head} {_named([each.name for each in hurt])}.")
    return told


def jobs(impact: Impact) -> Iterator[tuple[Job, str, str, str]]:
    """Yield each job that is hurt: what for, and the key and the service by which it is."""
    fallen = impact.fails.down
    for job in impact.jobs:
        needs = [each for each in job.requires if each in fallen]
        yield job, f"needs {_named(needs)}", "requires", needs[0]
    for job in impact.senders:
        for demand in job.demands_on(fallen):
            who = people(job.customers)
            said = f"sends {who} to `{demand.service}` {lasting(demand)}"
            yield job, said, "induces_demand", demand.service


def about(node: Node) -> list[str]:
    """Return what is said of a node beside its name, the most telling first."""
    service = node.service
    if service is None:
        return ["nothing declares it"] if node.kind == UNKNOWN else []
    found = [service.title or ""]
    if service.customer_facing:
        unsaid = "customers use it, how many isn't declared"
        found.append(unsaid if service.customers is None else people(service.customers))
    found.append(f"owned by {service.owner}" if service.owner else "nobody owns it")
    found.append(f"run by {service.vendor}" if service.vendor else "")
    if node.jobs:
        found.append(f"{count(node.jobs, 'job')} {_verb(node.jobs, 'needs', 'need')} it")
    if node.senders:
        sends = _verb(node.senders, "sends", "send")
        found.append(f"{count(node.senders, 'job')} {sends} customers to it")
    return [each for each in found if each]


def outage(node: Node) -> str:
    """Return when a node is down in the judged time and by what; "" where it isn't."""
    if not node.planned:
        return ""
    start, end = next(iter(node.planned))
    when = f"{wording.between(start, end, node.zone)} ({node.zone})"
    by = f" by {_full(node.by)}" if node.by else ""
    many = len(node.planned)
    # Others may take it down the other times.
    return f"down {many:,} times, first {when}{by}" if many > 1 else f"down{by}, {when}"


def short_outage(node: Node) -> str:
    """Return the same in a few words, on the clock of the node."""
    if not node.planned:
        return ""
    many = len(node.planned)
    at = wording.at(node.planned.start, node.zone)
    day = " ".join(at.split(" ")[:DAY_WORDS])
    return f"down {at}" if many == 1 else f"down {many:,} times, first {day}"


def findings(node: Node) -> str:
    """Return what is found about a node; "" for nothing."""
    if not node.findings:
        return ""
    worst = node.findings[0]
    told = f"{worst.severity}[{worst.code}] {worst.policy}"
    many = len(node.findings)
    return told if many == 1 else f"{count(many, 'finding')}, the worst: {told}"


def called(node: Node) -> str:
    """Return what a node is, in a word or two."""
    if node.kind == GROUP:
        return f"redundancy group, {node.name}"
    return f"service {node.name}" if node.service is not None else node.name


def _target(impact: Impact) -> str:
    target = impact.target
    return name(target.ref) if isinstance(target, Service) else full(target.ref)


def _full(refs: Sequence[str]) -> str:
    """Return `job a and maintenance windows b and c`, the first few of many."""
    of: dict[str, list[str]] = {}
    for ref in refs[:MOST_NAMED]:
        of.setdefault(kind(ref), []).append(name(ref))
    told = [f"{what}{'s' if len(names) > 1 else ''} {listing(names)}" for what, names in of.items()]
    rest = len(refs) - MOST_NAMED
    return listing([*told, f"{rest:,} more"] if rest > 0 else told)


def _named(names: Sequence[str]) -> str:
    return some([f"`{each}`" for each in names], MOST_NAMED)


def _verb(many: int, one: str, other: str) -> str:
    return one if many == 1 else other


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
