"""List waivers and inline ignores, with their state and what they accept now."""

from __future__ import annotations

from opspolicy import app, encode
from opspolicy.cli import options
from opspolicy.phrases import count, listing
from opspolicy.report import INCOMPLETE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from opspolicy.cli.arguments import Given, Parser
    from opspolicy.cli.console import Console
    from opspolicy.policy.grants import Grant
    from opspolicy.policy.standings import Match, Standing
    from opspolicy.report import Report

MOST_FINDINGS = 3
LABEL = len("  approved: ")
KINDS = ("waiver", "ignore")


def arguments(parser: Parser) -> None:
    """Add the options of `waivers`."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and directories to read")
    options.add_estate(parser)
    options.add_time(parser)
    options.add_cache(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print")


def run(given: Given, console: Console) -> int:
    """Print the list; exit 2 when the verdict is incomplete, and 0 whatever is on the list."""
    as_of, cache = options.as_of(given, console), options.cache(given, console)
    # What a waiver accepts is known before anybody looks where else it could go.
    request = app.Request(as_of, options.horizon(given), cache=cache, slots=False)
    settings = options.settings(given, cache)
    report = app.run(settings, given.paths, request)
    if given.format == "json":
        console.write_json(_document(report))
    else:
        lines = list(_lines(report, console.width))
        console.write("\n".join(lines) + "\n")
    if report.complete:
        return 0
    if settings.problems:
        console.complain_of(settings.problems)
    else:
        console.complain(_why_incomplete(report))
    return INCOMPLETE


def _why_incomplete(report: Report) -> str:
    if report.nothing_matched:
        return f"no file matched: looked for {report.nothing_matched}"
    (first, *_) = report.findings
    span = first.place.span
    said = f"{span.file}:{span.line}:{span.column}: {first.message}"
    return f"the verdict is incomplete, and so may be this list; first mend {said}"


def _lines(report: Report, width: int) -> Iterator[str]:
    """Yield a block for each waiver and ignore, and how many there are."""
    for standing in report.standings:
        yield from _block(standing, report, width)
        yield ""
    numbers = [sum(_kind(each.grant) == kind for each in report.standings) for kind in KINDS]
    counted = [count(number, kind) for number, kind in zip(numbers, KINDS, strict=True) if number]
    if not counted:
        # What couldn't be read may have some.
        yield "No waivers." if report.complete else "No waivers in what could be read."
        return
    states = dict.fromkeys(each.state for each in report.standings)
    by_state = [
        f"{sum(each.state == state for each in report.standings):,} {state}" for state in states
    ]
    yield from encode.wrap(f"{listing(counted)}: {', '.join(by_state)}.", width)


def _block(standing: Standing, report: Report, width: int) -> Iterator[str]:
    """Yield one waiver or ignore, in lines of so many columns."""
    grant = standing.grant
    place = grant.place()
    rule = f" {grant.rule}" if grant.rule else ""
    head = f"{standing.state}: {_kind(grant)}{rule}"
    yield from encode.wrap(encode.terminal(head), width)
    yield encode.terminal(f"  --> {place.file}:{place.line}:{place.column}")
    for label, paragraphs in _facts(standing, report):
        lead = f"  {label}:".ljust(LABEL)
        for paragraph in paragraphs:
            for line in encode.wrap(encode.terminal(paragraph), width - LABEL) or [""]:
                yield f"{lead}{line}".rstrip()
                lead = " " * LABEL


def _facts(standing: Standing, report: Report) -> Iterator[tuple[str, list[str]]]:
    from opspolicy.rules.wording import full  # noqa: PLC0415 - only where there is one
    from opspolicy.temporal.instants import day_words  # noqa: PLC0415

    grant = standing.grant
    if grant.on:
        yield "on", [", ".join(full(each) for each in grant.on)]
    if grant.accepts:
        yield "accepts", [", ".join(grant.accepts)]
    if grant.expires is not None:
        left = _left(grant, report)
        yield "until", [f"{day_words(grant.expires)}, {_in_words(left)}"]
    if grant.approved_by:
        yield "approved", [f"by {listing(grant.approved_by)}"]
    if grant.reason:
        yield "reason", [f"{grant.reason} ({grant.ticket})" if grant.ticket else grant.reason]
    if standing.why:
        yield "but", [standing.why]
    for label, matches in _groups(standing):
        shown = [_match(each) for each in matches[:MOST_FINDINGS]]
        if len(matches) > MOST_FINDINGS:
            shown.append(f"… and {len(matches) - MOST_FINDINGS:,} more")
        yield label, shown
    if standing.hint:
        yield "fix", [standing.hint]


def _groups(standing: Standing) -> Iterator[tuple[str, list[Match]]]:
    """Yield what a waiver matches, by what becomes of it."""
    from opspolicy.policy.standings import ENDED, LACKING, PARTLY, WHOLLY  # noqa: PLC0415

    for label, outcome in (
        ("waives", WHOLLY), ("in part", PARTLY), ("no more", ENDED), ("not yet", LACKING),
    ):  # fmt: skip
        matches = standing.those(outcome)
        if matches:
            yield label, matches


def _match(match: Match) -> str:
    finding = match.finding
    lacks = f" (lacks {listing(match.missing)})" if match.missing else ""
    return f"{finding.severity}[{finding.code}] {finding.message}{lacks}"


def _kind(grant: Grant) -> str:
    return KINDS[0] if grant.about is None else KINDS[1]


def _left(grant: Grant, report: Report) -> int:
    """Return how many days are left after today, in UTC; below zero when it is over."""
    from opspolicy.temporal.durations import DAY  # noqa: PLC0415 - only where there is one

    return (grant.expires or 0) - report.as_of // DAY


def _in_words(left: int) -> str:
    if left == 0:
        return "the last day"
    return f"{count(left, 'day')} left" if left > 0 else f"{count(-left, 'day')} ago"


def _document(report: Report) -> dict[str, Any]:
    """Return the shape of `schemas/waiver-list.schema.json`."""
    from opspolicy.envelope import envelope  # noqa: PLC0415 - only for this format

    return {
        **envelope(report.as_of, report.until),
        "complete": report.complete,
        "waivers": [_entry(each, report) for each in report.standings],
    }


def _entry(standing: Standing, report: Report) -> dict[str, Any]:
    from opspolicy.envelope import located  # noqa: PLC0415 - only for this format
    from opspolicy.temporal.instants import calendar_date  # noqa: PLC0415

    grant = standing.grant
    day = grant.expires
    return {
        "ref": grant.ref,
        "kind": _kind(grant),
        "state": standing.state,
        "rule": grant.rule or None,
        "on": list(grant.on),
        "accepts": list(grant.accepts),
        "expires": None if day is None else calendar_date(day).isoformat(),
        "days_left": None if day is None else _left(grant, report),
        "approved_by": list(grant.approved_by),
        "reason": grant.reason or None,
        "ticket": grant.ticket,
        "why": standing.why or None,
        "hint": standing.hint or None,
        "location": located(grant.place()),
        "findings": [_matched(each) for each in standing.matches],
    }


def _matched(match: Match) -> dict[str, Any]:
    from opspolicy.temporal.instants import rfc3339  # noqa: PLC0415 - only for this format

    finding = match.finding
    return {
        "fingerprint": finding.fingerprint,
        "code": finding.code,
        "policy": finding.policy,
        "severity": finding.severity,
        "message": finding.message,
        "outcome": match.outcome,
        "covered": match.covered,
        "next": None if match.other is None else rfc3339(match.other),
        "missing": list(match.missing),
    }
