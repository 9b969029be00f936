"""Opening hours: weekdays, holidays, exceptions, midnight and clock changes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from opspolicy.estate.estate import assemble
from opspolicy.source.files import parse
from opspolicy.temporal import holidays
from opspolicy.temporal.holidays import Holidays
from opspolicy.temporal.instants import parse_as_of, parse_date, rfc3339
from opspolicy.temporal.intervals import IntervalSet
from opspolicy.temporal.zones import zone

if TYPE_CHECKING:
    from pathlib import Path


def openings(calendar: dict[str, Any], start: str, end: str) -> list[str]:
    """Return when a calendar is open between two UTC instants, on its own clock."""
    estate = assemble([parse("a.yaml", json.dumps({"calendars": {"c": calendar}}))])
    assert not estate.problems
    assert not estate.invalid
    hours = estate.hours("c")
    assert hours is not None
    place = zone(calendar["timezone"])
    found = hours.during(IntervalSet([(parse_as_of(start), parse_as_of(end))]))
    return [
        f"{rfc3339(place.wall(s))[5:16]} {rfc3339(place.wall(e))[5:16]}" for s, e in found
    ]  # fmt: skip


WEEK: dict[str, Any] = {
    "timezone": "UTC",
    "hours": [{"days": "mon-fri", "from": "08:00", "to": "20:00"}],
}


def test_weekdays() -> None:
    assert openings(WEEK, "2027-10-08", "2027-10-12") == [
        "10-08T08:00 10-08T20:00", "10-11T08:00 10-11T20:00",
    ]  # fmt: skip


def test_days_as_a_list_a_wrapping_range_and_left_out() -> None:
    for days in (["sat", "sun", "mon"], "sat-mon"):
        hours = {"timezone": "UTC", "hours": [{"days": days, "from": "08:00", "to": "09:00"}]}
        assert [each[:5] for each in openings(hours, "2027-10-04", "2027-10-11")] == [
            "10-04", "10-09", "10-10",
        ]  # fmt: skip
    every = {"timezone": "UTC", "hours": [{"from": "00:00", "to": "24:00"}]}
    assert openings(every, "2027-10-04", "2027-10-06") == ["10-04T00:00 10-06T00:00"]


def test_holidays_have_the_names_of_their_country_on_every_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for language in ("fr", "de", "ja", ""):
        monkeypatch.setenv("LANGUAGE", language)
        assert "Neujahr" in holidays.look_up("DE-BE", 2027).days.values()
        assert "Jour de l'an" in holidays.look_up("FR-national", 2027).days.values()


def test_holidays_are_closed_and_exceptions_beat_them() -> None:
    shop = {**WEEK, "timezone": "America/Toronto", "holidays": "CA-QC"}
    # Monday 11 October 2027 is Thanksgiving.
    assert openings(shop, "2027-10-10", "2027-10-13") == ["10-12T08:00 10-12T20:00"]
    shop["holiday_hours"] = [{"from": "10:00", "to": "12:00"}]
    assert openings(shop, "2027-10-10", "2027-10-12T04:00") == ["10-11T10:00 10-11T12:00"]
    shop["exceptions"] = [
        {"date": "2027-10-11", "from": "14:00", "to": "15:00"},
        {"date": "2027-10-11", "from": "16:00", "to": "17:00"},
        {"date": "2027-10-12", "closed": True},
    ]
    assert openings(shop, "2027-10-10", "2027-10-13T12:00") == [
        "10-11T14:00 10-11T15:00", "10-11T16:00 10-11T17:00",
    ]  # fmt: skip


def test_over_midnight_belongs_to_the_day_it_starts_on() -> None:
    club = {
        "timezone": "UTC",
        "hours": [{"days": "sat", "from": "22:00", "to": "02:00"}],
        "exceptions": [{"date": "2027-10-10", "closed": True}],
    }
    # A closed Sunday doesn't cut the tail of Saturday's night.
    assert openings(club, "2027-10-08", "2027-10-12") == ["10-09T22:00 10-10T02:00"]
    club["exceptions"] = [{"date": "2027-10-09", "closed": True}]
    assert openings(club, "2027-10-08", "2027-10-12") == []
    # Asked for its tail only, it is found all the same.
    club["exceptions"] = []
    assert openings(club, "2027-10-10T01:00", "2027-10-11") == ["10-10T01:00 10-10T02:00"]


def test_clock_changes() -> None:
    """In a gap an edge moves to its end; in a fold the opening takes the longest reading."""
    hours = [{"days": "everyday", "from": "02:30", "to": "05:00"}]
    new_york = {"timezone": "America/New_York", "hours": hours}
    assert openings(new_york, "2027-03-14", "2027-03-15") == ["03-14T03:00 03-14T05:00"]
    new_york["hours"] = [{"days": "everyday", "from": "01:30", "to": "01:45"}]
    found = openings(new_york, "2027-11-07", "2027-11-08")
    assert found == ["11-07T01:30 11-07T01:45"]
    place = zone("America/New_York")
    first = place.instant(parse_date("2027-11-07") * 86_400 + 90 * 60)
    assert place.readings(parse_date("2027-11-07") * 86_400 + 105 * 60) == [
        first + 900,
        first + 4500,
    ]


@pytest.mark.parametrize(
    ("key", "night"),
    [
        ("America/Santiago", "2027-09-05"), ("Asia/Beirut", "2027-03-28"),
        ("America/Havana", "2027-03-14"), ("Africa/Cairo", "2027-04-30"),
        ("Australia/Lord_Howe", "2027-10-03"), ("Pacific/Chatham", "2027-09-26"),
        ("Africa/Casablanca", "2027-02-07"), ("Asia/Kathmandu", "2027-05-05"),
        ("Europe/Dublin", "2027-10-31"), ("America/Santiago", "2027-04-04"),
    ],
)  # fmt: skip
def test_day_and_night_shifts_cover_every_clock_change(key: str, night: str) -> None:
    """Two calendars that share the clock leave no instant out, wherever the clocks change."""
    day = {"timezone": key, "hours": [{"from": "06:00", "to": "18:00"}]}
    rest = {"timezone": key, "hours": [{"from": "18:00", "to": "06:00"}]}
    estate = assemble([parse("a.yaml", json.dumps({"calendars": {"day": day, "night": rest}}))])
    middle = parse_as_of(night)
    when = IntervalSet([(middle - 2 * 86_400, middle + 2 * 86_400)])
    open_hours = [hours for name in ("day", "night") if (hours := estate.hours(name)) is not None]
    assert open_hours[0].during(when) | open_hours[1].during(when) == when


class TestHolidays:
    """Where they come from, and what is kept."""

    def test_what_is_not_known_says_why(self) -> None:
        known = Holidays()
        thanksgiving = parse_date("2027-10-11")
        assert known.year("CA-QC", 2027).days[thanksgiving] == "Thanksgiving Day"
        assert known.year("CA-QC", 2027).unknown == ""
        for region, year, why, hint in (
            ("XX", 2027, "no holidays are known for `XX`", ""),
            ("CA-QX", 2027, "`CA` has no subdivision `QX`", "it has AB, BC"),
            ("CA", 2027, "the holidays of `CA` differ by subdivision", "`CA-national`"),
            # python-holidays has Sri Lanka's full moons up to 2026.
            ("LK", 2027, "no holidays are known for `LK`", "`exceptions`"),
            ("FR-57", 1600, "no holidays are known for `FR-57`", "`exceptions`"),
        ):
            found = known.year(region, year)
            assert found.unknown == why
            assert hint in found.hint

    def test_the_whole_country(self) -> None:
        """Mainland France is no subdivision of the data, so there is a name for it."""
        national = Holidays().year("FR-national", 2027)
        assert national.unknown == ""
        assert parse_date("2027-07-14") in national.days

    def test_the_cache_answers_without_the_package(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cache = str(tmp_path / "cache")
        expected = Holidays(cache).year("CA-QC", 2027)

        def asked(_region: str, _year: int) -> holidays.Year:
            raise AssertionError

        monkeypatch.setattr(holidays, "look_up", asked)
        assert Holidays(cache).year("CA-QC", 2027) == expected
        assert [path.name for path in (tmp_path / "cache").iterdir()] == ["holidays"]

    @pytest.mark.parametrize(
        "damage",
        [
            lambda text: text[: len(text) // 2],
            lambda text: text.replace("Thanksgiving", "Thanksgivinh"),
            lambda _: "",
            lambda _: "[]\n[]\n",
            lambda text: text + "more\n",
        ],
    )
    def test_a_damaged_entry_is_a_miss(self, tmp_path: Path, damage: Any) -> None:  # noqa: ANN401 - a function a case
        expected = Holidays(str(tmp_path)).year("CA-QC", 2027)
        (entry,) = (tmp_path / "holidays").iterdir()
        entry.write_text(damage(entry.read_text(encoding="utf-8")), encoding="utf-8")
        assert Holidays(str(tmp_path)).year("CA-QC", 2027) == expected

    def test_nowhere_to_write_is_no_reason_to_fail(self, tmp_path: Path) -> None:
        (tmp_path / "holidays").write_text("a file where a directory should be", encoding="utf-8")
        assert Holidays(str(tmp_path)).year("CA-QC", 2027).unknown == ""
