"""Public holidays, from the python-holidays package, kept in a cache of plain JSON.

Importing that package costs more than checking an ordinary estate, so it is imported only when a
calendar asks for a year the cache doesn't hold. The cache is keyed by the package's version, holds
data only, and an entry that isn't exactly what was written is a miss.
"""

from __future__ import annotations

import os

from opspolicy.phrases import did_you_mean
from opspolicy.record import NamedTuple
from opspolicy.temporal.tzif import EPOCH_ORDINAL

NATIONAL = "national"
CACHE_FORMAT = 2


class Year(NamedTuple):
    """One region's holidays in one year: day (since 1970-01-01) to name.

    ``unknown`` says why there are none to be had; a region without holidays is not a thing.
    """

    days: dict[int, str]
    unknown: str = ""
    hint: str = ""


class Holidays:
    """Answers which days are public holidays, asking the package as seldom as possible."""

    def __init__(self, cache_directory: str | None = None) -> None:
        """Keep what is looked up in ``cache_directory``, or nowhere."""
        self._cache = cache_directory
        self._years: dict[tuple[str, int], Year] = {}
        self._loaded: dict[str, dict[str, object]] = {}

    def year(self, region: str, year: int) -> Year:
        """Return the holidays of a region such as `CA-QC`, as observed, in one calendar year."""
        key = (region, year)
        if key not in self._years:
            found = self._from_cache(region, year)
            if found is None:
                found = look_up(region, year)
                self._to_cache(region, year, found)
            self._years[key] = found
        return self._years[key]

    def _from_cache(self, region: str, year: int) -> Year | None:
        kept = self._load(region).get(str(year))
        if (
            isinstance(kept, dict)
            and isinstance(kept.get("unknown"), str)
            and isinstance(kept.get("hint"), str)
            and isinstance(kept.get("days"), dict)
            and all(isinstance(name, str) for name in kept["days"].values())
            and all(day.lstrip("-").isdecimal() for day in kept["days"])
        ):
            days = {int(day): name for day, name in kept["days"].items()}
            return Year(days, kept["unknown"], kept["hint"])
        return None

    def _load(self, region: str) -> dict[str, object]:
        if region not in self._loaded:
            self._loaded[region] = {}
            path = self._path(region)
            if path is not None:
                self._loaded[region] = _read_entry(path)
        return self._loaded[region]

    def _to_cache(self, region: str, year: int, found: Year) -> None:
        path = self._path(region)
        if path is None:
            return
        import json  # noqa: PLC0415 - only when there is something to keep

        years = self._load(region)
        years[str(year)] = {
            "days": {str(day): name for day, name in sorted(found.days.items())},
            "unknown": found.unknown,
            "hint": found.hint,
        }
        body = json.dumps(years, sort_keys=True)
        try:
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            # Written aside and renamed, so that a reader never sees half a file.
            aside = f"{path}.{os.getpid()}"
            with open(aside, "w", encoding="utf-8") as file:
                file.write(f"{_digest(body)}\n{body}\n")
            os.replace(aside, path)
        except OSError:
            self._cache = None  # a read-only home is no reason to fail

    def _path(self, region: str) -> str | None:
        if self._cache is None:
            return None
        # The name is a digest, as a region comes from a file that anybody may have written.
        version = f"{CACHE_FORMAT} {_package_stamp()}"
        return os.path.join(self._cache, "holidays", f"{_digest(f'{version} {region}')}.json")


def look_up(region: str, year: int) -> Year:
    """Ask python-holidays; never raises, what isn't known comes back as such."""
    import warnings  # noqa: PLC0415 - with the import below, costs more than a whole run

    import holidays  # noqa: PLC0415

    country, _, subdivision = region.partition("-")
    supported = holidays.list_supported_countries(include_aliases=True)
    if country not in supported:
        is_case = country.upper() in supported
        hint = f"did you mean `{region.upper()}`?" if is_case else did_you_mean(country, supported)
        return Year({}, f"no holidays are known for `{country}`", hint)
    subdivisions = list(supported[country])
    if subdivision not in {"", NATIONAL, *subdivisions}:
        shown = did_you_mean(subdivision, subdivisions) or f"it has {_listed(subdivisions)}"
        return Year({}, f"`{country}` has no subdivision `{subdivision}`", shown)

    def days(part: str | None) -> dict[int, str]:
        # Left to itself, the package takes the names from the language of the machine.
        made = holidays.country_holidays(
            country,
            subdiv=part,
            years=[year],
            observed=True,
            language=known.default_language,
        )
        return {
            date.toordinal() - EPOCH_ORDINAL: name
            for date, name in made.items()
            if date.year == year
        }

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of years out of reach; that is said below
        known = holidays.country_holidays(country)
        found = days(subdivision if subdivision in subdivisions else None)
        if not known.start_year <= year <= known.end_year or not found:
            return Year({}, f"no holidays are known for `{region}`", CLOSE_BY_HAND)
        if not subdivision and any(days(part).keys() != found.keys() for part in subdivisions):
            why = f"the holidays of `{country}` differ by subdivision"
            national = f"`{country}-{NATIONAL}` for the days the whole country keeps"
            return Year(found, why, f"name one ({_listed(subdivisions)}), or write {national}")
    return Year(found)


CLOSE_BY_HAND = "list the closed days under `exceptions`, and leave `holidays` out"


def _listed(names: list[str]) -> str:
    most = 8
    shown = ", ".join(names[:most])
    return f"{shown}, …" if len(names) > most else shown


def _read_entry(path: str) -> dict[str, object]:
    import json  # noqa: PLC0415 - only for a calendar with holidays

    try:
        with open(path, encoding="utf-8") as file:
            digest, body = file.read().rstrip("\n").split("\n")
        if digest != _digest(body):
            return {}
        entry = json.loads(body)
    except (OSError, ValueError):
        return {}
    return entry if isinstance(entry, dict) else {}


def _digest(text: str) -> str:
    from hashlib import blake2b  # noqa: PLC0415 - only for a calendar with holidays

    return blake2b(text.encode(), digest_size=16).hexdigest()


def _package_stamp() -> str:
    """Return the installed version of python-holidays without importing it."""
    import importlib.util  # noqa: PLC0415 - only for a calendar with holidays

    spec = importlib.util.find_spec("holidays")
    if spec is None or spec.origin is None:
        return "missing"
    installed = os.listdir(os.path.dirname(os.path.dirname(spec.origin)))
    # importlib.metadata would say the same and cost as much as the rest of the run.
    versions = [name for name in installed if name.startswith("holidays-")]
    return " ".join(sorted(versions)) or f"{os.stat(spec.origin).st_mtime_ns}"
