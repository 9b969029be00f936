"""Moves of what other formats say in words of their own: the line that is written, and read again."""

from __future__ import annotations

import pytest

from opspolicy.estate.declarations import Job, Window
from opspolicy.repair import in_place, moves
from opspolicy.repair.edits import applied
from opspolicy.temporal.durations import DAY, HOUR, MINUTE
from tests import worlds
from tests.importers.reading import estate

HALF = 30 * MINUTE
WITHIN = moves.Between(worlds.AS_OF, worlds.AS_OF + 90 * DAY)


def written(name: str, text: str, ref: str, shift: int) -> str | None:
    """Return a foreign text after the move of a whole series; None where there is none."""
    declared = estate(name, text, zone="UTC")
    entity = declared.entity(ref)
    assert isinstance(entity, Job | Window)
    assert entity.schedule is not None
    starts = entity.schedule.starts(*WITHIN)[:1]
    for move in moves.moves(declared, entity, starts, WITHIN):
        if move.shift == shift:
            made = applied(move.rewrite())
            return None if made is None else made.text
    return None


TIMER = "[Timer]\n# opspolicy: name=j\nOnCalendar={0}\nPersistent=true\n"


@pytest.mark.parametrize(
    ("before", "shift", "after"),
    [
        ("*-*-* 03:00", HALF, "*-*-* 03:30"),
        ("Mon,Tue 03:00", -HALF, "Mon,Tue 02:30"),
        ("daily", -HALF, "*-*-* 23:30:00"),
        ("weekly Europe/Paris", DAY, "Tue *-*-* 00:00:00 Europe/Paris"),
        ("Mon..Fri 0:15", -HALF, None),
        ("*:00", HALF, None),
    ],
)
def test_a_timer(before: str, shift: int, after: str | None) -> None:
    found = written("systemd", TIMER.format(before), "job/j", shift)
    assert found == (None if after is None else TIMER.format(after))


def test_several_lines_of_a_timer() -> None:
    both = TIMER.format("Mon..Fri 3:00\nOnCalendar=Sat,Sun 5:00")
    after = TIMER.format("Mon..Fri 3:30\nOnCalendar=Sat,Sun 5:30")
    assert written("systemd", both, "job/j", HALF) == after


@pytest.mark.parametrize(
    ("before", "shift", "after"),
    [
        ("0 3 * * *", HALF, "30 3 * * *"),
        ("* 3 * * *", HOUR, "* 4 * * *"),
        ("0 1,13 * * *", HALF, "30 1,13 * * *"),
        ("0 3 * * 0", DAY, "0 3 * * 1"),
    ],
)
def test_a_crontab(before: str, shift: int, after: str) -> None:
    text = "# opspolicy: name=j\n{0} /srv/j --of 03:00\n"
    assert written("crontab", text.format(before), "job/j", shift) == text.format(after)


SCHEDULE = """\
resource "aws_scheduler_schedule" "j" {{
  schedule_expression          = "{0}"  # by night
  schedule_expression_timezone = "Europe/Paris"
}}
"""


@pytest.mark.parametrize(
    ("before", "shift", "after"),
    [
        ("cron(0 3 * * ? *)", HALF, "cron(30 3 * * ? *)"),
        ("cron( 0 3 * * ? * )", HALF, "cron( 30 3 * * ? * )"),
        ("cron(0 3 ? * SUN *)", DAY, "cron(0 3 ? * MON *)"),
        ("cron(15 0 ? * 2 *)", -HALF, "cron(45 23 ? * 1 *)"),
        ("cron(0 3 L * ? *)", HALF, None),
        ("at(2027-09-20T03:00:00)", HALF, "at(2027-09-20T03:30:00)"),
    ],
)
def test_a_schedule_of_eventbridge(before: str, shift: int, after: str | None) -> None:
    text = SCHEDULE.format(before)
    found = written("terraform", text, "job/aws_scheduler_schedule.j", shift)
    assert found == (None if after is None else SCHEDULE.format(after))


def test_a_rate_is_moved_by_its_start() -> None:
    text = (
        'resource "aws_scheduler_schedule" "j" {\n  schedule_expression = "rate(1 day)"\n'
        '  start_date = "2027-01-01T03:00:00Z"\n}\n'
    )
    found = written("terraform", text, "job/aws_scheduler_schedule.j", HALF)
    assert found == text.replace("03:00", "03:30")


WINDOW = """\
resource "aws_ssm_maintenance_window" "w" {{
  schedule = "{0}"
  duration = 3
  cutoff   = 1
}}
"""


@pytest.mark.parametrize(
    ("before", "shift", "after"),
    [
        ("cron(0 3 ? * SUN *)", HALF, "cron(30 3 ? * SUN *)"),
        ("cron(0 0 3 ? * SUN *)", DAY, "cron(0 0 3 ? * MON *)"),
        ("cron(0 3 ? * TUE#2 *)", HALF, None),  # a rule to us, of which two keys stand here
    ],
)
def test_a_window_of_systems_manager(before: str, shift: int, after: str | None) -> None:
    text = WINDOW.format(before)
    found = written("terraform", text, "maintenance_window/aws_ssm_maintenance_window.w", shift)
    assert found == (None if after is None else WINDOW.format(after))


DATABASE = (
    'resource "aws_db_instance" "d" {{\n  maintenance_window = "{0}"\n  backup_window = "{1}"\n}}\n'
)
BACKUP, WEEKLY = "01:00-01:30", "sun:03:00-sun:04:00"


@pytest.mark.parametrize(
    ("before", "shift", "after"),
    [
        (WEEKLY, HALF, "sun:03:30-sun:04:30"),
        ("Sun:23:30-Mon:00:15", HALF, "Mon:00:00-Mon:00:45"),
        ("SUN:03:00-SUN:04:00", -DAY, "SAT:03:00-SAT:04:00"),
    ],
)
def test_a_weekly_window(before: str, shift: int, after: str) -> None:
    ref = "maintenance_window/aws_db_instance.d-maintenance"
    found = written("terraform", DATABASE.format(before, BACKUP), ref, shift)
    assert found == DATABASE.format(after, BACKUP)


def test_a_daily_window() -> None:
    ref = "maintenance_window/aws_db_instance.d-backup"
    found = written("terraform", DATABASE.format(WEEKLY, "23:00-23:45"), ref, HALF)
    assert found == DATABASE.format(WEEKLY, "23:30-00:15")


@pytest.mark.parametrize(
    ("raw", "shift", "expected"),
    [
        ("03:00", HALF, "03:30"),
        ("03:00", 30, "now"),
        ("Xyz:03:00", HALF, "Xyz:03:30"),
        ("rate(1 day)", HALF, "now"),
        ("cron(nonsense)", HALF, "now"),
        ("<was>", HALF, "<now>"),
    ],
)
def test_what_nobody_knows_is_left_to_the_proof(raw: str, shift: int, expected: str) -> None:
    assert in_place.text_at(raw, "was", "now", shift) == expected
