"""Terraform: that its times are AWS's own, and that no text makes its reader fail or hang."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy.estate.estate import assemble
from opspolicy.estate.foreign import Foreign, Imported
from opspolicy.estate.sources import Source
from opspolicy.importers import reading, terraform
from opspolicy.importers.terraform import aws_times, hcl
from opspolicy.source.limits import DEPTH, MIB
from opspolicy.temporal import cron, instants, zones
from opspolicy.temporal.dialects import APPOINTMENT, EVENTBRIDGE
from opspolicy.temporal.rrule import rule
from tests.laws import REPRODUCIBLE

if TYPE_CHECKING:
    from opspolicy.estate.estate import Estate
    from opspolicy.temporal.recurrence import Recurrence

SOURCE = Source("terraform")
FUZZ = settings(REPRODUCIBLE, max_examples=50)
LONGEST = 10
"""Seconds: several times what a slow machine takes, and a fraction of what a mistake would."""
RESOURCE = 'resource "aws_db_instance" "main" {\n'
UTC = zones.zone("UTC")
FROM, TO = (instants.parse_as_of(day) for day in ("2027-12-01", "2028-04-01"))


def read(text: str, path: str = "main.tf") -> Imported:
    return terraform.read(text, path, SOURCE)


def estate(text: str) -> Estate:
    return assemble([Foreign("main.tf", text, None, (reading(SOURCE),))])


# Places -------------------------------------------------------------------------------------------


def test_values_stand_where_they_are_written() -> None:
    text = (
        "# é\n/* a\ncomment */ resource aws_db_instance main {\n"
        "  policy = <<-EOT\n    {\n  EOT\n"
        '  /* x */ maintenance_window = "mon:04:00-mon:06:00" # why\n}\n'
    )
    root = read(text).document
    assert root is not None
    window = root.entries["maintenance_windows"].entries["aws_db_instance.main-maintenance"]
    spans = {window.at("schedule", "cron"), window.at("duration"), window.headline()}
    assert [span[1:] for span in spans] == [(7, 32, 7, 53)]
    assert root.entries["services"].key("aws_db_instance.main")[1:] == (3, 12, 3, 41)


def test_values_of_a_plan_in_one_line_have_columns() -> None:
    values = {"schedule_expression": "cron(0 1 * * ? *)", "description": "\U0001f600 a/b"}
    address = "aws_cloudwatch_event_rule.x"
    found = {"address": address, "type": "aws_cloudwatch_event_rule", "name": "x", "values": values}
    text = json.dumps({"planned_values": {"root_module": {"resources": [found]}}})
    for written in (text, text.replace("a/b", "a\\/b"), text.replace(": ", ":")):
        root = read(written, "plan.json").document
        assert root is not None
        span = root.entries["jobs"].entries[address].at("schedule", "cron")
        assert written[span.column - 1 : span.end_column - 1] == '"cron(0 1 * * ? *)"'


def test_escapes_are_texts() -> None:
    text = RESOURCE + 'a = "\\"\\u00e9$${b}%%{c}"\nb = "${1}"\nc = { (d) = 1, "e" : 2 }\n}'
    (found,) = hcl.resources(text, "main.tf", ("aws_db_instance",))
    assert found.body.plain() == {"a": '"é${b}%{c}', "b": '"${1}"', "c": {"e": 2}}
    assert isinstance(found.body.entries["b"].value, hcl.Expression)


# Times --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("window", "first", "hours"),
    [
        ("Mon:04:00-Mon:06:00", "2027-09-06T04:00:00Z", 2),
        ("sun:23:30-mon:00:30", "2027-09-05T23:30:00Z", 1),
        ("sat:22:00-sun:06:00", "2027-09-04T22:00:00Z", 8),
        ("fri:00:00-thu:23:00", "2027-09-03T00:00:00Z", 167),
    ],
)
def test_a_window_takes_its_service_down(window: str, first: str, hours: int) -> None:
    found = estate(f'{RESOURCE}maintenance_window = "{window}"\n}}')
    assert found.problems == ()
    (declared,) = found.windows.values()
    assert declared.schedule is not None
    assert declared.duration == hours * 3600
    assert declared.takes_down == ("aws_db_instance.main",)
    september = instants.parse_as_of("2027-09-01")
    assert instants.rfc3339(declared.schedule.starts(september, TO)[0]) == first


def test_a_day_of_the_week_is_any_of_seven() -> None:
    for day in aws_times.DAYS:
        assert aws_times.weekly(f"{day}:00:00-{day}:00:30") == (f"0 0 * * {day}", "30m")
    for wrong in ("mon:24:00-tue:01:00", "mon:1:00-mon:02:00", "day:01:00-mon:02:00", "mon-tue"):
        with pytest.raises(aws_times.UnsaidError):
            aws_times.weekly(wrong)


def field(low: int, high: int, names: tuple[str, ...] = ()) -> st.SearchStrategy[str]:
    one = st.integers(low, high).map(str)
    ranges = st.tuples(st.integers(low, high), st.integers(low, high)).map(
        lambda ends: f"{min(ends)}-{max(ends)}"
    )
    items = st.one_of(one, ranges, *([st.sampled_from(names)] if names else []))
    steps = st.tuples(st.one_of(one, ranges, st.just("*")), st.integers(1, 9)).map(
        lambda parts: f"{parts[0]}/{parts[1]}"
    )
    lists = st.lists(st.one_of(items, steps), min_size=1, max_size=2).map(",".join)
    return st.one_of(st.just("*"), lists)


WEEKDAYS = tuple(day.upper() for day in aws_times.DAYS)
NTH = st.tuples(
    st.sampled_from(("1", "4", "7", *WEEKDAYS)), st.sampled_from(("#1", "#2", "#5", "L"))
)
DAYS = st.one_of(
    st.tuples(st.one_of(field(1, 31), st.just("L")), st.just("?")),
    st.tuples(
        st.just("?"),
        st.one_of(field(1, 7, (*WEEKDAYS, "MON-FRI")), st.just("L"), NTH.map("".join)),
    ),
)


@FUZZ
@given(field(0, 59), field(0, 23), field(1, 12, ("JAN", "DEC", "MAR-MAY")), DAYS)
def test_appointments_are_what_eventbridge_runs(
    minutes: str, hours: str, months: str, days: tuple[str, str]
) -> None:
    """In UTC no clock changes: Systems Manager's grammar in ours is EventBridge's, read as it is."""
    inside = f"{minutes} {hours} {days[0]} {months} {days[1]} *"
    try:
        said = aws_times.appointment(inside)
    except aws_times.UnsaidError as error:
        unsaid = str(error)
    else:
        unsaid = ""
    if unsaid:
        assert "more times of a day" in unsaid or not starts(cron.parse(inside, EVENTBRIDGE))
        return
    if "cron" in said:
        own: Recurrence = cron.parse(said["cron"], APPOINTMENT)
    else:
        own = rule.parse(said["rrule"], instants.parse_moment(said["start"]), UTC)
    assert starts(own) == starts(cron.parse(inside, EVENTBRIDGE))


def starts(when: Recurrence) -> list[int]:
    return when.starts(UTC, FROM, TO)


# Whatever is read ---------------------------------------------------------------------------------

PIECES = (
    RESOURCE, 'resource "aws_ssm_maintenance_window" "x" {', "schedule = ", "duration = 2", "{", "}",
    'maintenance_window = "mon:04:00-mon:06:00"', '"', "${", "var.x", "<<EOT\n", "EOT\n", "/*", "*/",
    "#", "//", "\n", "[", "]", "(", ")", "=", ",", "\\", "\\u001b", '"cron(0 1 ? * 2#6 *)"',
    "maintenance_window_start_time {\nday_of_week = 3\n}", "count = 0", "tags = {", "1e999", "-1",
    '"opspolicy.dev/owner" = 3', "# opspolicy: name=", 'resource "aws_mq_broker" "y" {', "\x1b", "é",
    'resource "aws_cloudwatch_event_rule" "z" {', 'schedule_expression = "rate(5 x)"', "\u2028", "\r",
)  # fmt: skip


def holds(text: str, path: str) -> None:
    """Hold that a text is read, or says where it is wrong, and that places lie within it."""
    found = read(text, path)
    assert (found.document is None) == bool(found.problems)
    lines = text.count("\n") + 1
    for each in (*found.problems, *found.remarks):
        assert 1 <= each.span.line <= lines
        assert each.message.isprintable() or "\x1b" not in each.message
    assemble([Foreign(path, text, None, (reading(SOURCE),))])


@FUZZ
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_no_terraform_makes_it_fail(text: str) -> None:
    holds(text, "main.tf")
    holds(f"{RESOURCE}{text}\n}}", "main.tf")


@FUZZ
@given(st.text(max_size=40))
def test_no_text_makes_it_fail(text: str) -> None:
    holds(text, "main.tf")
    holds(f'{RESOURCE}maintenance_window = "{text}"\n}}', "main.tf")
    holds(f'{{"resource": {{"aws_db_instance": {{"x": {text}}}}}}}', "main.tf.json")


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9))
KEYS = st.sampled_from((
    "planned_values", "root_module", "resources", "child_modules", "address", "type", "name",
    "values", "resource", "aws_db_instance", "aws_ssm_maintenance_window", "schedule", "tags",
    "duration", "maintenance_window", "mode", "opspolicy.dev/owner", "schedule_timezone",
))  # fmt: skip


@FUZZ
@given(
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
        max_leaves=20,
    )
)
def test_no_json_makes_it_fail(value: object) -> None:
    holds(json.dumps({"planned_values": {"root_module": value}}), "plan.json")
    holds(json.dumps({"resource": {"aws_ssm_maintenance_window": value}}), "main.tf.json")
    planned = {"type": "aws_ssm_maintenance_window", "address": "a", "values": value}
    holds(json.dumps({"values": {"root_module": {"resources": [planned]}}}), "plan.json")


def full(piece: str, before: str = "", after: str = "") -> str:
    """Return a file as long as may be."""
    room = MIB - len(before.encode()) - len(after.encode())
    return before + piece * (room // len(piece.encode())) + after


@pytest.mark.parametrize(
    "text",
    [
        full("a{}"),
        full(RESOURCE + "}\n"),
        full("a {\n"),
        full('"${1}"', "a {", "}"),
        full("x=<<A\nA\n", "a {\n", "}"),
        full("a\n", "a {\nx = <<A\n"),
        full(" ", "a {\nx = <<A\n", "\nA\n}"),
        full("/*"),
        full("a ", "", "{}"),
        full("-1", RESOURCE + "a=", "\n}"),
        full("1+", RESOURCE + "a=", "1\n}"),
        full("\n", RESOURCE, "}"),
        full("a=1\n", RESOURCE, "}"),
        full("x", RESOURCE + 'maintenance_window="', '"\n}'),
        full('{"a":', '{"values":'),
        full("[],", '{"values":[', "1]}"),
        full("\\/", '{"values":"', '"}'),
    ],
    ids=lambda text: repr(text[:40]),
)
@pytest.mark.prove
def test_no_file_makes_it_hang(text: str) -> None:
    start = time.perf_counter()
    read(text, "any")
    assert time.perf_counter() - start < LONGEST


@pytest.mark.prove
def test_as_many_words_as_may_be_are_parsed() -> None:
    start = time.perf_counter()
    words = "+1" * ((hcl.WORDS - 30) // 2)
    assert read(f"{RESOURCE}a = 1{words}\n}}").problems == ()
    assert time.perf_counter() - start < LONGEST
    (problem,) = read(f"{RESOURCE}a = 1{words}{'+1' * 30}\n}}").problems
    assert "more than 30,000 words" in problem.message
    (problem,) = read(f"{RESOURCE}a = {'-1' * hcl.CHAIN}\n}}").problems
    assert "32 numbers" in problem.message


def test_as_deep_as_may_be_is_read() -> None:
    inside = DEPTH - 1
    text = "{}a = {}{}\n}}"
    assert read(text.format(RESOURCE, "[" * inside, "]" * inside)).problems == ()
    (problem,) = read(text.format(RESOURCE, "[" * DEPTH, "]" * DEPTH)).problems
    assert f"deeper than {DEPTH} levels" in problem.message


@pytest.mark.parametrize(
    "text", ['{"values": "\\u001b"}', '{"values": "\\ud800"}', 'a "\x1b" {}', "\x00"]
)
def test_what_terminals_obey_is_refused(text: str) -> None:
    (problem,) = read(text, "any").problems
    assert "control character" in problem.message


def test_a_control_character_by_an_escape_is_refused() -> None:
    (problem,) = read(f'{RESOURCE}\n  a = "\\u001b[2J"\n}}').problems
    assert (problem.span.line, problem.span.column) == (3, 7)
    assert "control character" in problem.message


@pytest.mark.parametrize(
    "text", ["[1, 2", '{"a": NaN}', '{"a": 1, "a": 2}', '{"a": 01}', "{" * 100_000]
)
def test_json_that_is_wrong_is_refused(text: str) -> None:
    (problem,) = read(text.replace("[", '{"values": [', 1), "plan.json").problems
    assert problem.rule == "unreadable-file"


@pytest.mark.parametrize("kind", ["aws_db_instance", "aws_ssm_maintenance_window", "aws_mq_broker"])
def test_messages_stay_short(kind: str) -> None:
    long = "9" * 50_000
    keys = ("maintenance_window", "schedule", "duration", "schedule_expression", "day_of_week")
    body = "\n".join(f'{key} = "{long}"' for key in keys)
    text = f'resource "{kind}" "x" {{\n{body}\nmaintenance_window_start_time {{\n{body}\n}}\n}}'
    (remark,) = read(text).remarks
    assert len(remark.message) < 300
