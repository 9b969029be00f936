"""Airflow: CronMixin of its cron timetables, which asks croniter.

https://github.com/apache/airflow/blob/main/airflow-core/src/airflow/timetables/_cron.py
(`_get_next`, `_covers_every_hour`), utils/timezone.py (`make_naive`, `make_aware`), and pendulum 3,
tz/timezone.py (`Timezone.convert`) and datetime.py (`DateTime.add`).
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from croniter import CroniterBadDateError, croniter

from tests.oracle.wall import DAY, midnight, zone_named

# airflow/utils/dates.py, cron_presets.
PRESETS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@quarterly": "0 0 1 */3 *",
    "@yearly": "0 0 1 1 *",
}
RUNS_BEFORE = 5


def runs(line: str, zone: str, start: int, end: int) -> list[int]:
    """Give the instants at which Airflow runs the line, one after the other.

    A run's instant may depend on the one before it, so the first is some runs before the stretch
    and two days before it at least.
    """
    expression = read(line)
    before = make_naive(datetime.fromtimestamp(start - 2 * DAY, UTC), zone)
    found: list[int] = []
    try:
        cron = croniter(expression, start_time=before)
        first = [cron.get_prev(datetime) for _ in range(RUNS_BEFORE)][-1]
        current = make_aware(first, zone)
        while current.timestamp() < end:
            if current.timestamp() >= start:
                found.append(int(current.timestamp()))
            current = get_next(cron, current, zone)
    except CroniterBadDateError:
        # What never runs, such as on 30 February.
        return found
    return found


def get_next(cron: croniter, current: datetime, zone: str) -> datetime:
    """Give the first run after another, "with DST fixed"."""
    naive = make_naive(current, zone)
    # Airflow makes a croniter anew each time; this is one, without reading its line again.
    cron.set_current(naive, force=True)
    scheduled: datetime = cron.get_next(datetime)
    # `_covers_every_hour`
    if cron.expanded[1] != ["*"]:
        return make_aware(scheduled, zone)
    # Without days, months or years in it, pendulum adds a duration in UTC.
    return current + (scheduled - naive)


def read(line: str) -> str:
    """Give what croniter gets to read of the line."""
    expression = PRESETS.get(line, line)
    # croniter knows six fields and more, Airflow doesn't; it knows nicknames beyond the presets.
    assert len(expression.split()) == 5 or expression in {"@midnight", "@annually"}
    return expression


def readings(line: str, first: date, last: date) -> Iterator[datetime]:
    """Give what the clock shows when the line is due, on the dates from the first to the last.

    Before them come some more, as a run depends on the one before it.
    """
    cron = croniter(read(line), midnight(first))
    end = midnight(last) + timedelta(days=1)
    try:
        before = [cron.get_prev(datetime) for _ in range(RUNS_BEFORE)][-1]
        cron.set_current(before - timedelta(minutes=1), force=True)
        while (due := cron.get_next(datetime)) < end:
            yield due
    except CroniterBadDateError:
        return


def follows_elapsed_time(line: str) -> bool:
    """Say whether Airflow counts the time from run to run: `_covers_every_hour`."""
    return bool(croniter(read(line)).expanded[1] == ["*"])


def follow(due: Sequence[datetime], zone: str, *, elapsed: bool) -> Iterator[tuple[datetime, int]]:
    """Go from run to run of what is due, which is sorted; give each one's reading and instant."""
    at = 0
    current = None
    while at < len(due):
        if current is not None and elapsed:
            current += due[at] - make_naive(current, zone)
        else:
            current = make_aware(due[at], zone)
        yield due[at], int(current.timestamp())
        at = bisect_right(due, make_naive(current, zone))


def make_naive(value: datetime, zone: str) -> datetime:
    """Give what the clock shows."""
    return value.astimezone(zone_named(zone)).replace(tzinfo=None, fold=0)


def make_aware(value: datetime, zone: str) -> datetime:
    """Give the instant, in UTC, that Airflow takes for a reading.

    "In case we move clock back we want to schedule the run at the time of the second instance of
    the same clock time rather than the first one", hence fold=1.
    """
    first, second = (utc_offset(value.replace(fold=fold), zone) for fold in (0, 1))
    if second > first:
        # "Skipped time": pendulum moves it forward by as much as the clock jumped.
        value += second - first
    else:
        value = value.replace(fold=1)
    return value.replace(tzinfo=zone_named(zone)).astimezone(UTC)


def utc_offset(value: datetime, zone: str) -> timedelta:
    """Give by how much the clock is ahead of UTC at a reading."""
    offset = value.replace(tzinfo=zone_named(zone)).utcoffset()
    assert offset is not None
    return offset
