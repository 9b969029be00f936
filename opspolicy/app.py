"""The wiring: from paths to a report. Also the public Python API."""

from __future__ import annotations

import os

from opspolicy import config as configuration
from opspolicy import examine
from opspolicy.dates import UTC, date, datetime, timedelta
from opspolicy.estate.estate import gather
from opspolicy.examine import Judged, Request, Unassumable, UnknownRule
from opspolicy.phrases import with_hint
from opspolicy.report import order
from opspolicy.source.reading import Root
from opspolicy.temporal.instants import parse_as_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from opspolicy.config import Config
    from opspolicy.estate.estate import Estate
    from opspolicy.report import Report
    from opspolicy.source.bases import Base

    Path = str | os.PathLike[str]
    Paths = Path | Iterable[Path]

__all__ = [
    "Judged",
    "Request",
    "Unassumable",
    "UnknownRule",
    "check",
    "load",
    "occurrences",
    "run",
]

# Beyond these years, horizons reach past what dates and zones can be worked out for.
EARLIEST, LATEST = "1971-01-01", "2150-01-01"
# Two years of every minute; each takes some fifty bytes.
MOST_OCCURRENCES = 1_000_000


def load(
    paths: Paths = (),
    config: str | os.PathLike[str] | None = None,
) -> Estate:
    """Return the estate that ``paths`` declare, or what the configuration selects without any.

    ``paths`` are files and directories, relative to the current directory; ``config`` is the path
    of a configuration, else the nearest `opspolicy.yaml` holds. Never raises for what files hold:
    what is wrong with them is in ``problems``, ``invalid`` and the like.
    """
    settings = configuration.load(os.getcwd(), os.fspath(config) if config is not None else None)
    _, sources = examine.read(Root(settings.root), settings, _named(paths))
    return gather(sources, settings.defaults)


def check(
    paths: Paths = (),
    *,
    as_of: date | str,
    horizon: timedelta | str | None = None,
    config: str | os.PathLike[str] | None = None,
    base: str | None = None,
) -> Report:
    """Judge what ``paths`` declare, as `opspolicy check` does.

    ``as_of`` is an instant (UTC when it has no offset), a date, or its text, such as `2027-09-01`;
    ``horizon`` a duration or its text, such as `180d`, the configuration's when left out. ``paths``
    and ``config`` are as for ``load``.

    With ``base``, the name of a commit, findings are held against where this tree left that one.

    Raises ValueError for an ``as_of`` or ``horizon`` that can't be, and
    `opspolicy.source.git_error.GitError` for a ``base``; never for what files hold.
    """
    start = as_of_seconds(as_of)
    seconds = horizon_seconds(horizon) if horizon is not None else None
    settings = configuration.load(os.getcwd(), os.fspath(config) if config is not None else None)
    return run(settings, _named(paths), Request(start, seconds), base=base)


def occurrences(
    schedule: str | Mapping[str, object],
    *,
    timezone: str | None,
    scheduler: str | None,
    start: date | str,
    end: date | str,
) -> list[datetime]:
    """Return the starts of a schedule in ``[start, end)``, in UTC, sorted, each once.

    ``schedule`` is what a job's `schedule` is: a cron line, or a mapping with `cron`,
    `on_calendar`, `every`, `rrule` or `dates`. ``timezone`` and ``scheduler`` are the job's, and
    None where it doesn't say: a local time without a zone is refused, and a cron line without a
    scheduler starts whenever any dialect that accepts it does. ``start`` and ``end`` are as
    ``as_of`` for ``check``.

    Raises ValueError for a schedule that can't be, saying what to write instead (alone in its
    ``hint``), for an ``end`` before ``start``, and for more than a million starts.
    """
    from opspolicy.estate import single  # noqa: PLC0415 - no check reads a schedule by itself
    from opspolicy.temporal.recurrence import ScheduleError  # noqa: PLC0415
    from opspolicy.temporal.schedules import stretches  # noqa: PLC0415

    first, last = as_of_seconds(start), as_of_seconds(end)
    if last < first:
        message = f"`end` ({end}) is before `start` ({start})"
        raise ValueError(message)
    try:
        read = single.read(schedule, timezone, scheduler)
    except ScheduleError as error:
        told = with_hint(error, error.hint)
        raise ScheduleError(told, error.hint) from error
    found: list[datetime] = []
    for starts in stretches(read, first, last):
        found += [datetime.fromtimestamp(at, UTC) for at in starts]
        if len(found) > MOST_OCCURRENCES:
            message = f"more than {MOST_OCCURRENCES:,} starts: ask for a shorter stretch of time"
            raise ValueError(message)
    return found


def _named(paths: Paths) -> list[str]:
    if isinstance(paths, (str, os.PathLike)):
        return [os.fspath(paths)]
    return [os.fspath(path) for path in paths]


def as_of_seconds(as_of: date | str) -> int:
    """Return an instant as UTC epoch seconds; raises ValueError for one that can't be judged."""
    if isinstance(as_of, datetime):
        aware = as_of if as_of.tzinfo is not None else as_of.replace(tzinfo=UTC)
        seconds = int(aware.timestamp())
    else:
        # A plain date says what its text says.
        seconds = parse_as_of(str(as_of))
    if not parse_as_of(EARLIEST) <= seconds < parse_as_of(LATEST):
        message = f"`{as_of}` is out of reach: {EARLIEST} to {LATEST} can be judged"
        raise ValueError(message)
    return seconds


def horizon_seconds(horizon: timedelta | str) -> int:
    """Return a horizon in seconds; raises ValueError for none and for over five years."""
    if isinstance(horizon, timedelta):
        return configuration.check_horizon(int(horizon.total_seconds()), str(horizon))
    return configuration.parse_horizon(str(horizon))


def run(  # noqa: PLR0913 - what is judged, by what, and how
    settings: Config,
    paths: Sequence[str],
    request: Request,
    progress: Callable[[str], None] = lambda _: None,
    *,
    base: str | Base | None = None,
    head: str | None = None,
    together: Sequence[str] = (),
) -> Report:
    """Check the estate that ``settings`` or ``paths`` select: that of the commit ``head``, if any.

    With a ``base``, the name of a commit, it is held against where it left that one; one that is a
    Base may be where it began itself. ``together``
    are other open branches, for what collides only with them. ``progress`` is told what is being
    done, many times in a long run.

    Raises UnknownRule when the request names a rule there isn't, Unassumable for what can't be
    assumed, and GitError for what git can't tell of a base, a head or a branch.
    """
    if base is None and head is None:
        found = judged(settings, paths, request, progress)
    else:
        from opspolicy import against  # noqa: PLC0415 - only with a commit

        if base is not None:
            found = against.compared(settings, paths, request, base, head, progress).judged
        else:
            found = against.committed(settings, paths, request, str(head), progress)
    if request.slots and not request.what_if:
        found = advised(found, progress)
    if together:
        from opspolicy import against  # noqa: PLC0415 - only with other branches

        return against.together(settings.root, found, request, together, progress, head)
    return found.report


def advised(found: Judged, progress: Callable[[str], None] = lambda _: None) -> Judged:
    """Look for other times for what collides, and return the same with what there is."""
    report = found.report
    if found.timeline is None or not any(each.causes for each in report.findings):
        return found
    from opspolicy.repair import advice  # noqa: PLC0415 - only for a finding

    progress("looking for slots")
    told = advice.advised(examine.trial(found), report.findings)
    return found._replace(report=report._replace(findings=tuple(sorted(told, key=order))))


def judged(
    settings: Config,
    paths: Sequence[str],
    request: Request,
    progress: Callable[[str], None] = lambda _: None,
) -> Judged:
    """Check as ``run`` does, but for slots, and return also what more can be asked of."""
    memory = examine.remembered(settings, request.cache)
    root = Root(settings.root)
    return examine.judged(root, settings, paths, request, progress, memory=memory)
