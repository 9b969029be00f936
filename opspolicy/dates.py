"""Dates from the C half of `datetime`.

Until Python 3.12, importing `datetime` also reads, and throws away, the whole of it in Python: two
hundredths of an ordinary run.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import UTC, date, datetime, timedelta
else:
    try:
        from _datetime import date, datetime, timedelta, timezone
    except ImportError:
        from datetime import date, datetime, timedelta, timezone
    UTC = timezone.utc  # noqa: UP017 - what datetime.UTC is

__all__ = ["UTC", "date", "datetime", "timedelta"]
