"""The edits: what is written how, what stays, and what no small edit can say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from opspolicy.estate.declarations import Job, Window
from opspolicy.repair import moves
from opspolicy.repair.edits import applied, diff, save
from opspolicy.source.files import load
from opspolicy.source.reading import Root
from opspolicy.temporal.durations import DAY, HOUR
from opspolicy.temporal.instants import parse_as_of
from opspolicy.temporal.schedules import RecurringSchedule
from tests import worlds

if TYPE_CHECKING:
    from pathlib import Path

    from opspolicy.repair.moves import Move

AS_OF = parse_as_of("2027-09-01")
WITHIN = moves.Between(AS_OF, AS_OF + 90 * DAY)


def moved(text: str, ref: str, shift: int, kind: str = "") -> str | None:
    """Give the text after the move of an entity by ``shift``; None where there is none."""
    estate = worlds.estate(a=text)
    entity = estate.entity(ref)
    assert isinstance(entity, Job | Window)
    starts = [entity.start] if isinstance(entity, Window) and entity.start is not None else []
    if entity.schedule is not None:
        starts = entity.schedule.starts(*WITHIN)[:1]
    for move in moves.moves(estate, entity, starts, WITHIN):
        if move.shift == shift and kind in {"", move.kind}:
            return after(move)
    return None


def after(move: Move) -> str | None:
    made = applied(move.rewrite())
    return None if made is None else made.text


WINDOW = (
    "maintenance_windows:\n  w: {{takes_down: [s], start: {start}, duration: 2h, timezone: UTC}}\n"
)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2027-10-09T06:00", "2027-10-10T06:00"),
        ("2027-10-09 06:00", "2027-10-10 06:00"),
        ("2027-10-09T06:00:30", "2027-10-10T06:00:30"),
        ("2027-10-09T06:00Z", "2027-10-10T06:00Z"),
        ("2027-10-09T06:00:00+02:00", "2027-10-10T06:00:00+02:00"),
        ('"2027-10-09T06:00"', '"2027-10-10T06:00"'),
        ("'2027-10-09T06:00'", "'2027-10-10T06:00'"),
        ("!!str 2027-10-09T06:00", "2027-10-10T06:00"),  # the tag says what it is anyhow
    ],
)
def test_an_instant_keeps_its_form(written: str, expected: str) -> None:
    text = WINDOW.format(start=written)
    assert moved(text, "maintenance_window/w", DAY) == WINDOW.format(start=expected)


def test_comments_and_layout_stay() -> None:
    text = (
        "# Everything here is ours.\n"
        "maintenance_windows:\n"
        "  w:   # the big one\n"
        "    takes_down:   [s]\n"
        "    start:   2027-10-09T06:00   # after the release\n"
        "    end:     '2027-10-09T08:00'\n"
        "\n"
        "    timezone: UTC\n"
        "# the end"
    )
    expected = text.replace("10-09", "10-10")
    assert moved(text, "maintenance_window/w", DAY) == expected


def test_line_breaks_of_windows_stay() -> None:
    text = WINDOW.format(start="2027-10-09T06:00").replace("\n", "\r\n")
    assert moved(text, "maintenance_window/w", DAY) == text.replace("10-09", "10-10")


def test_what_others_share_is_not_touched() -> None:
    """One anchor, two windows: no small edit moves just one of them."""
    text = (
        "x-start: &start 2027-10-09T06:00\n"
        "maintenance_windows:\n"
        "  w: {takes_down: [s], start: *start, duration: 2h, timezone: UTC}\n"
        "  v: {takes_down: [t], start: *start, duration: 2h, timezone: UTC}\n"
    )
    found = moved(text, "maintenance_window/w", DAY)
    # The alias itself is a place of its own, and can be written out.
    assert found == text.replace("s], start: *start", "s], start: 2027-10-10T06:00")
    shared = "  w: &w {takes_down: [s], start: 2027-10-09T06:00, duration: 2h, timezone: UTC}\n"
    merged = f"maintenance_windows:\n{shared}  v: {{<<: *w, takes_down: [t]}}\n"
    assert moved(merged, "maintenance_window/w", DAY) is None
    assert moved(merged, "maintenance_window/v", DAY) is None


JOB = "jobs:\n  j:\n    timezone: UTC\n    schedule: {schedule}\n    duration: 1h\n"


@pytest.mark.parametrize(
    ("written", "shift", "expected"),
    [
        ('"0 2 * * sun"', DAY, '"0 2 * * mon"'),
        ("0 2 * * sun", HOUR, "0 3 * * sun"),
        ("{cron: 0 2 8 * *}", DAY, "{cron: 0 2 9 * *}"),
        ("{cron: '0 23 * * *'}", HOUR, "{cron: '0 0 * * *'}"),
        ("{cron: [0 2 8 * *, 0 3 9 * *]}", DAY, "{cron: [0 2 9 * *, 0 3 10 * *]}"),
        ("{cron: 0 1-3 * * *}", 22 * HOUR + HOUR // 2, None),  # some would be on the next day
        ("0 1,13 * * *", HOUR, '"0 2,14 * * *"'),
        ("{every: 6h, start: 2027-09-01T00:30}", HOUR, "{every: 6h, start: 2027-09-01T01:30}"),
        (
            "{rrule: FREQ=DAILY, start: 2027-09-01T00:30}",
            HOUR,
            "{rrule: FREQ=DAILY, start: 2027-09-01T01:30}",
        ),
        ("{rrule: FREQ=WEEKLY;BYDAY=WE, start: 2027-09-01T00:30}", DAY, None),
        ("{on_calendar: Mon 02:00}", DAY, "{on_calendar: Tue 02:00}"),
        ("{on_calendar: 'Mon *-*-01..07 02:00'}", DAY, None),
        ("{on_calendar: Mon 02:00}", HOUR, "{on_calendar: Mon 03:00}"),
        ("{on_calendar: 'Mon 02:00'}  # ours", -HOUR // 2, "{on_calendar: 'Mon 01:30'}  # ours"),
        ("{on_calendar: Mon 02:00}", -3 * HOUR, "{on_calendar: Sun 23:00}"),
        ("{on_calendar: daily}", HOUR, '{on_calendar: "*-*-* 01:00:00"}'),
        (
            "{on_calendar: [Mon 2:00, '*-*-01 12:30:15 UTC']}",
            HOUR,
            "{on_calendar: [Mon 3:00, '*-*-01 13:30:15 UTC']}",
        ),
        (
            "{on_calendar: [Mon 02:00, 'Tue 23:30']}",
            HOUR,
            "{on_calendar: [Mon 03:00, 'Wed 00:30']}",
        ),
        ("{on_calendar: [Mon 02:00, '*-*-01 23:30']}", HOUR, None),  # would be on the 2nd
        (
            "{rrule: FREQ=DAILY;BYHOUR=2;BYMINUTE=0, start: 2027-09-01T02:00}",
            3 * HOUR // 2,
            "{rrule: FREQ=DAILY;BYHOUR=3;BYMINUTE=30, start: 2027-09-01T03:30}",
        ),
        (
            "{rrule: 'RRULE:FREQ=WEEKLY;BYHOUR=02;BYDAY=WE', start: 2027-09-01T02:00}",
            -HOUR,
            "{rrule: 'RRULE:FREQ=WEEKLY;BYHOUR=01;BYDAY=WE', start: 2027-09-01T01:00}",
        ),
        ("{rrule: FREQ=DAILY;BYHOUR=2, start: 2027-09-01T02:00}", -3 * HOUR, None),
        (
            "{rrule: FREQ=DAILY;BYMINUTE=30, start: 2027-09-01T02:30}",
            HOUR,
            "{rrule: FREQ=DAILY;BYMINUTE=30, start: 2027-09-01T03:30}",
        ),
    ],
)
def test_a_series(written: str, shift: int, expected: str | None) -> None:
    found = moved(JOB.format(schedule=written), "job/j", shift, moves.SERIES)
    assert found == (None if expected is None else JOB.format(schedule=expected))


def test_an_edit_changes_something() -> None:
    rule = "{rrule: FREQ=DAILY;BYMINUTE=30, start: 2027-09-01T02:30}"
    estate = worlds.estate(a=JOB.format(schedule=rule))
    job = estate.jobs["j"]
    assert isinstance(job.schedule, RecurringSchedule)
    texts = moves._begun(job, job.schedule, HOUR)
    assert texts == {("schedule", "start"): "2027-09-01T03:30"}
    assert set(moves._begun(job, job.schedule, HOUR // 2)) == {
        ("schedule", "start"), ("schedule", "rrule"),
    }  # fmt: skip


def test_one_of_the_dates() -> None:
    text = JOB.format(
        schedule="\n      dates:\n        - 2027-09-09T06:00  # first\n        - 2027-10-09T06:00"
    )
    assert moved(text, "job/j", -2 * DAY) == text.replace("09-09", "09-07")


def test_dates_never_become_one() -> None:
    text = JOB.format(schedule="{dates: [2027-09-09T06:00, 2027-09-10T06:00]}")
    assert moved(text, "job/j", DAY) is None
    assert moved(text, "job/j", 2 * DAY) is not None


def test_a_date_goes_to_no_day_that_moves_it_on() -> None:
    dates = "{dates: [2027-10-08T06:00], on_non_business_day: next, except: [2027-10-12]}"
    text = JOB.format(schedule=dates)
    assert moved(text, "job/j", DAY) is None
    assert moved(text, "job/j", 4 * DAY) is None
    assert moved(text, "job/j", 3 * DAY) == text.replace("10-08", "10-11")


def test_a_series_is_told_when_it_will_really_start() -> None:
    """An hour of elapsed time is one on the clock only while the clock isn't changed."""
    text = JOB.replace("UTC", "Europe/Paris").format(
        schedule="{every: 1w, start: 2027-03-27T05:00}"
    )
    estate = worlds.estate(a=text)
    entity = estate.entity("job/j")
    assert isinstance(entity, Job)
    assert entity.schedule is not None
    first = entity.schedule.starts(*WITHIN)[:1]
    for move in moves.moves(estate, entity, first, WITHIN):
        if move.kind == moves.SERIES:
            assert move.entity.schedule is not None
            assert move.entity.schedule.starts(move.starts[0], move.starts[0] + 1)


# One occurrence out of a series -------------------------------------------------------------

OUT_OF = [
    (
        (
            "maintenance_windows:\n"
            "  w:\n"
            "    takes_down: [s]   # the shop\n"
            '    schedule: {cron: "0 2 * * sun", timezone: Europe/Paris}\n'
            "    duration: 2h\n"
            "services: {s: }\n"
        ),
        (
            "maintenance_windows:\n"
            "  w:\n"
            "    takes_down: [s]   # the shop\n"
            '    schedule: {cron: "0 2 * * sun", timezone: Europe/Paris, except: [2027-09-05]}\n'
            "    duration: 2h\n"
            "  w-2027-09-06:\n"
            "    takes_down: [s]\n"
            "    start: 2027-09-06T02:00\n"
            "    timezone: Europe/Paris\n"
            "    duration: 2h\n"
            "services: {s: }\n"
        ),
    ),
    (
        (
            "maintenance_windows:\n"
            "  w:\n"
            "    takes_down: [s]\n"
            "    duration: 2h\n"
            "    timezone: UTC\n"
            "    schedule:\n"
            "      cron: 0 2 * * sun   # at night\n"
            "      except:\n"
            "        - 2027-12-26\n"
        ),
        (
            "maintenance_windows:\n"
            "  w:\n"
            "    takes_down: [s]\n"
            "    duration: 2h\n"
            "    timezone: UTC\n"
            "    schedule:\n"
            "      cron: 0 2 * * sun   # at night\n"
            "      except:\n"
            "        - 2027-12-26\n"
            "        - 2027-09-05\n"
            "  w-2027-09-06:\n"
            "    takes_down: [s]\n"
            "    duration: 2h\n"
            "    timezone: UTC\n"
            "    start: 2027-09-06T02:00\n"
        ),
    ),
    (
        (
            "jobs:\n"
            "  w:\n"
            "    timezone: UTC\n"
            "    duration: 2h\n"
            "    induces_demand:\n"
            "      - {service: s, for: 4h}\n"
            "    schedule:\n"
            "      cron: 0 2 * * sun\n"
        ),
        (
            "jobs:\n"
            "  w:\n"
            "    timezone: UTC\n"
            "    duration: 2h\n"
            "    induces_demand:\n"
            "      - {service: s, for: 4h}\n"
            "    schedule:\n"
            "      cron: 0 2 * * sun\n"
            "      except: [2027-09-05]\n"
            "  w-2027-09-06:\n"
            "    timezone: UTC\n"
            "    duration: 2h\n"
            "    induces_demand: [{service: s, for: 4h}]\n"
            "    schedule:\n"
            "      dates: [2027-09-06T02:00]\n"
        ),
    ),
    (
        "jobs:\n  w: {timezone: UTC, duration: 2h, schedule: '0 2 * * sun'}\n# the end\n",
        (
            "jobs:\n"
            "  w: {timezone: UTC, duration: 2h, schedule: {cron: '0 2 * * sun', except: [2027-09-05]}}\n"
            "  w-2027-09-06:\n"
            "    timezone: UTC\n"
            "    duration: 2h\n"
            "    schedule:\n"
            "      dates: [2027-09-06T02:00]\n"
            "# the end\n"
        ),
    ),
    (
        (
            "maintenance_windows:\n"
            "  w:\n"
            "    schedule: {cron: 0 2 * * sun, timezone: Europe/Paris}\n"
            "    takes_down: [s]\n"
            "    duration: 2h\n"
            "    timezone: UTC\n"
        ),
        (
            "maintenance_windows:\n"
            "  w:\n"
            "    schedule: {cron: 0 2 * * sun, timezone: Europe/Paris, except: [2027-09-05]}\n"
            "    takes_down: [s]\n"
            "    duration: 2h\n"
            "    timezone: UTC\n"
            "  w-2027-09-06:\n"
            "    start: 2027-09-06T02:00\n"
            "    timezone: Europe/Paris\n"
            "    takes_down: [s]\n"
            "    duration: 2h\n"
        ),
    ),
    # In brackets there is no line to put another entry on.
    ("jobs: {w: {timezone: UTC, duration: 2h, schedule: '0 2 * * sun'}}\n", None),
]


@pytest.mark.parametrize(("text", "expected"), OUT_OF)
def test_one_occurrence_out_of_a_series(text: str, expected: str | None) -> None:
    ref = "job/w" if text.startswith("jobs") else "maintenance_window/w"
    assert moved(text, ref, DAY, moves.ASIDE) == expected


def test_other_runs_of_the_day_are_not_dropped_with_it() -> None:
    text = JOB.format(schedule='"0 2,14 * * sun"')
    assert moved(text, "job/j", DAY, moves.ASIDE) is None


def test_a_name_that_is_taken_is_not_used() -> None:
    text = (
        OUT_OF[0][0] + "  W-2027-09-06: {takes_down: [s], start: 2027-09-06T02:00Z, duration: 1h}\n"
    )
    text = text.replace("services: {s: }\n", "", 1) + "services: {s: }\n"
    assert moved(text, "maintenance_window/w", DAY, moves.ASIDE) is None


# On the disk ------------------------------------------------------------------------------------


def test_saving_keeps_all_else(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    data = b"\xef\xbb\xbf# \xc3\xa9t\xc3\xa9\r\nservices: {s: }\r\n"
    path.write_bytes(data)
    path.chmod(0o640)
    before = load(Root(str(tmp_path)), "a.yaml")
    after = type(before)("a.yaml", before.text.replace("s:", "t:", 1).replace("t:", "longer:"))
    save(Root(str(tmp_path)), before, after)
    assert path.read_bytes() == b"\xef\xbb\xbf" + after.text.encode()
    assert path.stat().st_mode & 0o777 == 0o640


def test_what_has_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("services: {s: }\n", encoding="utf-8")
    before = load(Root(str(tmp_path)), "a.yaml")
    path.write_text("services: {t: }\n", encoding="utf-8")
    with pytest.raises(OSError, match="has changed meanwhile"):
        save(Root(str(tmp_path)), before, type(before)("a.yaml", "services: {u: }\n"))
    assert path.read_text(encoding="utf-8") == "services: {t: }\n"


def test_a_diff_is_one_that_patch_takes() -> None:
    estate = worlds.estate(a=WINDOW.format(start="2027-10-09T06:00").rstrip())
    (before,) = estate.files
    after = type(before)(before.path, before.text.replace("10-09", "10-10"))
    assert diff(before, after).split("\n")[:3] == [
        "--- a/ops/a.yaml",
        "+++ b/ops/a.yaml",
        "@@ -1,2 +1,2 @@",
    ]
    assert diff(before, after).count("\\ No newline at end of file\n") == 2
