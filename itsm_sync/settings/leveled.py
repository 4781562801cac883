"""What is odd in a valid `sla.yaml`: names that lead nowhere, promises that nobody can wait for."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from itsm_sync.model.errors import Problem
from itsm_sync.model.matrix import ANY, Matrix
from itsm_sync.model.service_levels import Aim
from itsm_sync.model.sla import ROUND_THE_CLOCK, DaysOff, ServiceLevels, Target
from itsm_sync.model.text import folded
from itsm_sync.model.words import Message
from itsm_sync.settings.documents import Document, ValuePath

_Odd = Iterator[tuple[ValuePath, Message]]


def leveled(levels: ServiceLevels, document: Document, matrix: Matrix | None) -> Iterator[Problem]:
    """Answer the problems; processes and teams are compared only where the matrix could be read."""
    for parts in (_zones(levels), _days_off(levels.holidays), _statuses(levels), _shares(levels)):
        yield from (document.problem(path, told) for path, told in parts)
    for n, target in enumerate(levels.targets):
        for path, told in (*_promised(levels, target), *_named(target, matrix)):
            yield document.problem(("targets", n, *path), told)


def in_zone(levels: ServiceLevels | None, zone: str) -> ServiceLevels | None:
    """Answer the levels with a zone: theirs, else this one."""
    return None if levels is None else replace(levels, timezone=levels.timezone or zone)


def _zones(levels: ServiceLevels) -> _Odd:
    zones: list[tuple[ValuePath, str]] = [(("timezone",), levels.timezone)]
    zones += [(("hours", name, "timezone"), one.timezone) for name, one in levels.hours.items()]
    for path, zone in zones:
        try:
            ZoneInfo(zone or "UTC")
        except (ZoneInfoNotFoundError, ValueError, OSError):
            yield path, Message("no such time zone: {name}", {"name": zone})


def _days_off(off: DaysOff) -> _Odd:
    """Answer countries and subdivisions whose holidays the library does not know."""
    if not off.country:
        if off.subdivision:
            yield ("holidays", "subdivision"), Message("a subdivision needs its country")
        return
    import holidays  # noqa: PLC0415 - 3 MiB, where a country is named

    known = holidays.list_supported_countries()
    if off.country not in known:
        told = Message("no holidays are known of the country `{name}`", {"name": off.country})
        yield ("holidays", "country"), told
    elif off.subdivision and off.subdivision not in known[off.country]:
        params = {"name": off.subdivision, "known": ", ".join(known[off.country]) or "-"}
        told = Message("no subdivision is called `{name}`: {known}", params)
        yield ("holidays", "subdivision"), told


def _statuses(levels: ServiceLevels) -> _Odd:
    seen: set[str] = set()
    for part, names in (("pauses", levels.pauses), ("resolved", levels.resolved)):
        for n, name in enumerate(names):
            if not name.strip():
                yield (part, n), Message("a status has a name")
            elif folded(name) in seen:
                yield (part, n), Message("`{name}` stands here twice", {"name": name})
            seen.add(folded(name))


def _shares(levels: ServiceLevels) -> _Odd:
    seen: set[tuple[int, Aim]] = set()
    for n, one in enumerate(levels.escalations):
        if not one.aims:
            yield ("escalations", n, "aims"), Message("say response, resolution, or both")
        if seen.intersection((one.at, aim) for aim in one.aims):
            yield ("escalations", n), Message("`{name}` stands here twice", {"name": f"{one.at}%"})
        seen.update((one.at, aim) for aim in one.aims)


def _promised(levels: ServiceLevels, target: Target) -> _Odd:
    """Answer hours that are not there, and promises that are too long."""
    if target.hours not in ("", ROUND_THE_CLOCK, *levels.hours):
        known = ", ".join((*levels.hours, ROUND_THE_CLOCK))
        params = {"name": target.hours, "known": known}
        yield ("hours",), Message("no business hours are called `{name}`: {known}", params)
        return
    for aim in Aim:
        if levels.too_long(target, aim):
            yield (aim,), Message("more than 1000 days of business time is no promise")


def _named(target: Target, matrix: Matrix | None) -> _Odd:
    """Answer processes and teams that the matrix lacks."""
    if matrix is None:
        return
    kinds: tuple[tuple[str, Message, tuple[str, ...], Collection[str]], ...] = (
        ("process", Message("process"), target.process, matrix.processes),
        ("team", Message("team"), target.team, matrix.teams),
    )
    for part, what, names, known in kinds:
        for n, name in enumerate(names):
            if name != ANY and name not in known:
                params = {"what": what, "name": name}
                yield (part, n), Message("no {what} of the matrix is called `{name}`", params)
