"""A schedule in French words."""

from __future__ import annotations

from opspolicy.explain import meaning
from opspolicy.explain.meaning import LAST, Nth, Span, Weekdays
from opspolicy.explain.words import Language, time, week, week_run
from opspolicy.temporal.cron_grammar import ALL_MONTHS, values
from opspolicy.temporal.durations import HOUR, MINUTE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from opspolicy.explain.meaning import Stretches

DAYS = ("dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi")
MONTHS = (
    "", "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip
UNITS = (
    (HOUR, "toutes les heures", "heures"),
    (MINUTE, "toutes les minutes", "minutes"),
    (1, "toutes les secondes", "secondes"),
)


class French(Language):
    """French, as said and not as abbreviated."""

    name = "fr"
    and_ = "et"
    or_ = "ou"

    def every_day(self) -> str:
        """Return « tous les jours »."""
        return "tous les jours"

    def at(self, times: Sequence[str]) -> str:
        """Return « à 02:00 et 14:00 »."""
        return f"à {self.listing(times)}"

    def every(self, step: int) -> str:
        """Return « toutes les 15 minutes » for as many seconds."""
        size, single, units = next(each for each in UNITS if step % each[0] == 0)
        return single if step == size else f"toutes les {step // size} {units}"

    def between(self, stretches: Stretches) -> str:
        """Return « toutes les 15 minutes de 08:00 à 18:45 »."""
        shown = [f"de {time(first)} à {time(last)}" for first, last in stretches.spans]
        return f"{self.every(stretches.step)} {self.listing(shown)}"

    def span(self, span: Span) -> str:
        """Return « 5 », « 5 à 9 », « 0 à 56 par pas de 7 »."""
        first, last, step = span
        if first == last:
            return f"{first}"
        return f"{first} à {last}" + (f" par pas de {step}" if step > 1 else "")

    def minutes(self, shown: str, count: int) -> str:
        """Return « aux minutes 5 et 10 »."""
        return f"{'aux minutes' if count > 1 else 'à la minute'} {shown}"

    def seconds(self, shown: str, count: int, minutes: str, minute_count: int) -> str:
        """Return « à la seconde 30 des minutes 5 et 10 », or « de chaque minute »."""
        of = "de chaque minute"
        if minutes:
            of = f"{'des minutes' if minute_count > 1 else 'de la minute'} {minutes}"
        return f"{'aux secondes' if count > 1 else 'à la seconde'} {shown} {of}"

    def of_hours(self, inner: str, hours: str) -> str:
        """Return ``inner`` of those hours, or of every hour where none are named."""
        if not hours:
            return f"{inner} de chaque heure"
        of = "de l'heure" if hours.isdecimal() else "des heures"
        return f"{inner} {of} {hours}"

    def each_of_hours(self, inner: str, hours: str) -> str:
        """Return « toutes les 15 minutes des heures 0 et 2 »."""
        return self.of_hours(inner, hours)

    def only_if(self, dates: str, weekdays: Sequence[Weekdays | Nth]) -> str:
        """Return dates that count only where they fall on such a weekday."""
        fitting: list[str] = []
        for part in weekdays:
            if isinstance(part, Nth):
                fitting.append(self.nth(part, ALL_MONTHS))
            elif week_run(week(part.mask)):
                fitting.append(f"un jour {self.on_weekdays(week(part.mask))}")
            else:
                fitting += [f"un {DAYS[at]}" for at in week(part.mask)]
        return f"{dates}, seulement si c'est {self.listing(fitting, self.or_)}"

    def besides(self, dates: str, weekdays: str) -> str:
        """Return dates, and weekdays whatever the date."""
        return f"{dates}, ainsi que {weekdays}"

    def in_months(self, months: Sequence[int], *, apart: bool) -> str:
        """Return « en janvier »; ``apart`` from a sentence that has parts itself."""
        shown = f"en {self.listing([MONTHS[at] for at in months])}"
        if meaning.run_of(months):
            shown = _from_to(MONTHS[months[0]], MONTHS[months[-1]])
        return f", seulement {shown}" if apart else f" {shown}"

    def in_years(self, years: Sequence[int], *, apart: bool) -> str:
        """Return « en 2027 »."""
        if meaning.run_of(years):
            # "le dernier vendredi du mois de 2027" would be read as one.
            return f",{' seulement' if apart else ''} de {years[0]} à {years[-1]}"
        return f"{', seulement' if apart else ''} en {self.numbers(years)}"

    def on_dates(self, days: Sequence[Span], of: int) -> str:
        """Return « le 1er du mois »."""
        shown = [
            f"tous les {step} jours du {_ordinal(first)} au {_ordinal(last)}"
            if step > 1
            else f"du {_ordinal(first)} au {_ordinal(last)}"
            if last > first
            else f"le {_ordinal(first)}"
            for first, last, step in days
        ]
        return f"{self.listing(shown)} {self._of_dates(of)}"

    def from_end(self, days: Sequence[Span], of: int) -> str:
        """Return « le dernier jour du mois »."""
        first, last, step = days[0]
        if len(days) == first == step == 1 and last > 1:
            return f"les {last} derniers jours {self._of(of)}"
        each = [at for first, last, step in days for at in range(first, last + 1, step)]
        return f"{self.listing([f'le {_last(at)}' for at in each])} {self._of(of)}"

    def nearest(self, day: int, of: int, *, from_end: bool) -> str:
        """Return what `15W` names, which never leaves its month."""
        to = f"{_ordinal(day)} {self._of_dates(of)}"
        if from_end:
            to = f"{_last(day)} {self._of(of)}"
        return f"le jour du lundi au vendredi, dans le même mois, le plus proche du {to}"

    def on_weekdays(self, days: Sequence[int]) -> str:
        """Return « le lundi et le jeudi », from the weekdays in the week's order."""
        if week_run(days):
            return f"du {DAYS[days[0]]} au {DAYS[days[-1]]}"
        return self.listing([f"le {DAYS[at]}" for at in days])

    def nth(self, part: Nth, of: int) -> str:
        """Return « le 3e vendredi du mois »."""
        number = abs(part.number)
        which = _ordinal(number) + "e" * (number > 1)
        if part.number < 0:
            which = "dernier" if part.number == LAST else f"{which} avant-dernier"
        unit = "de l'année" if part.of_year else self._of(of)
        return f"le {which} {DAYS[part.weekday]} {unit}"

    def _of_dates(self, months: int) -> str:
        named = values(months)
        # « Le 1er janvier », without a preposition.
        return MONTHS[named[0]] if len(named) == 1 else self._of(months)

    def _of(self, months: int) -> str:
        named = values(months)
        if months == ALL_MONTHS:
            return "du mois"
        if meaning.run_of(named):
            return f"des mois {_from_to(MONTHS[named[0]], MONTHS[named[-1]])}"
        if len(named) > 1:
            return f"des mois {_de(self.listing([MONTHS[at] for at in named]))}"
        return _de(MONTHS[named[0]])


def _ordinal(number: int) -> str:
    """Return a day of the month: « 1er », « 2 »."""
    return "1er" if number == 1 else f"{number}"


def _last(day: int) -> str:
    before = day - 1
    if not before:
        return "dernier jour"
    return f"{_ordinal(before)}{'e' * (before > 1)} jour avant le dernier"


def _de(name: str) -> str:
    """Return « de mars », « d'avril »."""
    return f"d'{name}" if name[0] in "ao" else f"de {name}"


def _from_to(first: str, last: str) -> str:
    return f"{_de(first)} à {last}"
