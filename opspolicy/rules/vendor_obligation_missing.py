"""A vendor doesn't owe what somebody who depends on it needs when something goes wrong.

## What it does
Looks at each vendor that declares `support` or `obligations`, and reports what is missing of five
things: that a critical problem goes to the most experienced engineers within 2 hours
(`escalation`), a standard set of information for a problem (`diagnostic_protocol`), the proven
cause afterwards (`root_cause_report`), a regular review of what could prevent the next one
(`prevention_review`), and rehearsed failures (`drill`). One finding a vendor names all of them.
With the option `required: true`, which the pack `strict` sets, it looks at every vendor.

## Why
What a vendor hasn't agreed to on a quiet day isn't negotiated in the night of an outage. A problem
older than two hours needs those who know most, and one whose cause nobody has proven comes back.

## Example
```yaml
vendors:
  acme-payments:
    contact: support@acme.example
    support: {hours: always, escalation: 4h}
    obligations: {diagnostic_protocol: https://acme.example/protocol, root_cause_report: 5d}
services:
  payments: {owner: shop, vendor: acme-payments}
```

## Use instead
```yaml
vendors:
  acme-payments:
    contact: support@acme.example
    support: {hours: always, escalation: 2h}
    obligations:
      diagnostic_protocol: https://acme.example/protocol
      root_cause_report: 5d
      prevention_review: 90d
      drill: 180d
services:
  payments: {owner: shop, vendor: acme-payments}
```
"""

from __future__ import annotations

from opspolicy.rules import vendors
from opspolicy.rules.base import WARNING, Rule, Violation, World
from opspolicy.rules.wording import full, listing, words
from opspolicy.source.span import Note
from opspolicy.temporal.durations import HOUR, LONGEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opspolicy.estate.declarations import Service, Vendor

MOST = 2 * HOUR
"""After how long a critical problem goes to the most experienced engineers, at the latest."""

UNDECLARED = LONGEST + 1
"""What is worse than any time that can be declared."""

OWED = (
    ("diagnostic_protocol", "diagnostic protocol", "https://…"),
    ("root_cause_report", "root-cause report", "5d"),
    ("prevention_review", "prevention review", "90d"),
    ("drill", "drill", "180d"),
)
"""The obligations by key, with what they are called and what to write."""


def check(world: World, options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each vendor that doesn't owe all of it."""
    estate = world.estate
    if not estate.vendors:
        return
    run, planned = vendors.services(estate), vendors.windows(estate)
    for name, vendor in sorted(estate.vendors.items()):
        if not vendor.is_bound and not options.get(vendors.REQUIRED):
            continue
        if lacking(vendor) or not is_fast(vendor):
            found = _violation(vendor, run[name])
            yield found._replace(answering=vendors.owners(run[name], planned[name]))


def lacking(vendor: Vendor) -> list[str]:
    """Return the keys of the obligations that a vendor hasn't agreed to, escalation aside."""
    return [key for key, _, _ in OWED if getattr(vendor, key) is None]


def is_fast(vendor: Vendor) -> bool:
    """Whether a vendor says that it escalates a critical problem soon enough."""
    return vendor.escalation is not None and vendor.escalation <= MOST


def _violation(vendor: Vendor, run: list[Service]) -> Violation:
    missing = lacking(vendor)
    parts: list[str] = []
    if missing:
        parts.append(f"owes no {listing([what for key, what, _ in OWED if key in missing], 'or')}")
    measure = [(at, 1) for at, (key, _, _) in enumerate(OWED, 1) if key in missing]
    related = vendors.service_notes(run)
    if vendor.escalation is None:
        parts.append("doesn't say after how long it escalates a critical problem")
    elif not is_fast(vendor):
        after = words(vendor.escalation)
        parts.append(f"escalates a critical problem only after {after}, more than {words(MOST)}")
        said = f"only after {after}, the most experienced engineers look at it"
        related.insert(0, Note(vendor.node.at("support", "escalation"), said))
    if not is_fast(vendor):
        late = UNDECLARED if vendor.escalation is None else vendor.escalation
        measure.insert(0, (0, late))
    return Violation(
        f"{full(vendor.ref)}{vendors.runs(run)} {' and '.join(parts)}",
        Note(vendor.node.place, "what it declares leaves this out"),
        tuple(related),
        subjects=(vendor.ref,),
        hint=_hint(vendor, missing),
        measure=tuple(measure),
    )


def _hint(vendor: Vendor, missing: list[str]) -> str:
    """Return whom to ask, and what to write once it has agreed."""
    written = [f"{key}: {example}" for key, _, example in OWED if key in missing]
    entries = [] if is_fast(vendor) else ["`support: {escalation: 2h}`"]
    if written:
        entries.append(f"`obligations: {{{', '.join(written)}}}`")
    return f"agree on it with {vendors.reached(vendor)}, and write {' and '.join(entries)}"


RULE = Rule(
    "OPS702",
    "vendor-obligation-missing",
    WARNING,
    __doc__,
    check,
    options=vendors.OPTIONS,
)
