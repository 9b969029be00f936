"""What a freeze or a policy applies to: names with `*`; keys are AND, the names of a key are OR."""

from __future__ import annotations

from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from opspolicy.estate.declarations import Freeze, Service
    from opspolicy.estate.estate import Estate


class Scope(NamedTuple):
    """The names under each key; None where the key is absent."""

    services: tuple[str, ...] | None = None
    jobs: tuple[str, ...] | None = None
    maintenance_windows: tuple[str, ...] | None = None
    tags: tuple[str, ...] | None = None
    owners: tuple[str, ...] | None = None

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return all(names is None for names in self)

    def covers_service(self, service: Service) -> bool:
        """Whether a service is covered, by its name, tags and owner."""
        return (
            _any(self.services, [service.name])
            and _any(self.tags, service.tags)
            and _any(self.owners, [service.owner] if service.owner else [])
        )

    def covers(self, estate: Estate, refs: Iterable[str], owners: Iterable[str]) -> bool:
        """Whether a finding about ``refs``, owned by ``owners``, is covered."""
        if self.is_everything:
            return True
        by_section: dict[str, list[str]] = {}
        for ref in refs:
            section, _, name = ref.partition("/")
            by_section.setdefault(section, []).append(name)
        names = by_section.get("service", [])
        return (
            self._covers_a_service([estate.services.get(name) or name for name in names])
            and _any(self.jobs, by_section.get("job", []))
            and _any(self.maintenance_windows, by_section.get("maintenance_window", []))
            and _any(self.owners, owners)
        )

    def _covers_a_service(self, services: Iterable[Service | str]) -> bool:
        """Whether names and tags fit one and the same service; a name alone isn't declared."""
        if self.services is None and self.tags is None:
            return True
        return any(
            _any(self.services, [each if isinstance(each, str) else each.name])
            and _any(self.tags, [] if isinstance(each, str) else each.tags)
            for each in services
        )

    def is_empty(self, estate: Estate) -> bool:
        """Whether no declaration of the estate can ever be covered."""
        owners = [each.owner for each in estate.planned() if each.owner]
        owners += [service.owner for service in estate.services.values() if service.owner]
        return not (
            self._covers_a_service(estate.services.values())
            and _any(self.jobs, estate.jobs)
            and _any(self.maintenance_windows, estate.windows)
            and _any(self.owners, owners)
        )


def of_freeze(freeze: Freeze) -> Scope:
    """Return the services that a freeze is for."""
    return Scope(services=freeze.services, tags=freeze.tags, owners=freeze.owners)


def _any(patterns: tuple[str, ...] | None, names: Iterable[str]) -> bool:
    if patterns is None:
        return True
    from fnmatch import fnmatchcase  # noqa: PLC0415 - only for a scope

    return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)
