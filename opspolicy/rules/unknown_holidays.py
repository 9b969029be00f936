"""The holidays of a calendar aren't known.

## What it does
Reports a calendar whose `holidays` name a region without holiday data, a year the data doesn't
reach, or a country whose holidays differ by subdivision without saying which one. Only years that
are judged count.

## Why
A year without data is not a year without holidays. Whether a service is needed on those days is
unknown, so the run is incomplete and the exit code is 2.

## Example
```yaml
calendars:
  retail:
    timezone: America/Toronto
    hours: [{days: mon-fri, from: 08:00, to: 20:00}]
    holidays: CA
services:
  shop: {owner: retail, customer_facing: true, business_hours: retail}
```

## Use instead
```yaml
calendars:
  retail:
    timezone: America/Toronto
    hours: [{days: mon-fri, from: 08:00, to: 20:00}]
    holidays: CA-QC
services:
  shop: {owner: retail, customer_facing: true, business_hours: retail}
```
"""

from __future__ import annotations

from opspolicy.rules.base import ERROR, Rule, Violation, World
from opspolicy.rules.wording import full, listing
from opspolicy.source.span import Note
from opspolicy.temporal.durations import DAY
from opspolicy.temporal.instants import year_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def check(world: World, _options: Mapping[str, object]) -> Iterator[Violation]:
    """Yield a violation for each region and reason."""
    # A local day can lie in the year before or after the UTC one.
    judged = _years(world, DAY)
    moving = {
        reference.name
        for reference in world.estate.references
        if reference.section == "calendars" and {"business_days", "except"} & {*reference.path}
    }
    for calendar in world.estate.calendars.values():
        # What moves a run into the judged time can be a closed day some weeks before or after.
        years = _years(world, FAR) if calendar.name in moving else judged
        for position, region in enumerate(calendar.regions):
            listed = calendar.node.find("holidays", position) is not None
            place = calendar.node.at("holidays", *([position] if listed else []))
            # Why, with what to do about it, to the years it is true of.
            reasons: dict[tuple[str, str], list[int]] = {}
            for year in years:
                known = world.estate.holidays.year(region, year)
                if known.unknown:
                    reasons.setdefault((known.unknown, known.hint), []).append(year)
            for (reason, hint), unknown in reasons.items():
                in_years = f" in {listing([str(year) for year in unknown])}"
                when = in_years if len(unknown) < len(years) else ""
                yield Violation(
                    f"{full(calendar.ref)}: {reason}{when}",
                    Note(place, "the open days can't be told"),
                    subjects=(calendar.ref,),
                    hint=hint,
                    key=f"{region}: {reason}",
                )


def _years(world: World, around: int) -> list[int]:
    """Return the years of the judged time and of so many seconds around it."""
    return sorted(
        {
            year
            for start, end in world.timeline.judged
            for year in range(year_of(start - around), year_of(end + around) + 1)
        }
    )


FAR = 31 * DAY
RULE = Rule("OPS107", "unknown-holidays", ERROR, __doc__, check, incomplete=True)
