"""The words of a language for what measures answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from itsm_sync.locale import say
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.text import one_line
from itsm_sync.model.words import Language, Message, Words
from itsm_sync.reports.document import Column, Kind, Link, Unit
from itsm_sync.reports.world import TicketRecord

_TITLE = 120  # characters of a title


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Says things of the matrix and of the catalogue in a language; times are the zone's."""

    matrix: Matrix
    language: Language
    zone: tzinfo
    services: Mapping[str, Words]

    def say(self, message: Message | Words | str) -> str:
        return say(message, self.language)

    def team(self, team: str) -> str:
        found = self.matrix.teams.get(team)
        return self.say(found.name) if found else team or self.nobody

    def process(self, process: str) -> str:
        return self._name(self.matrix.processes, process)

    def stage(self, stage: str) -> str:
        return self._name(self.matrix.stages, stage)

    def service(self, service: str) -> str:
        return self._name(self.services, service)

    def row(self, row: str) -> str:
        """Answer a row's name, with its team where both teams have one of that name."""
        mine = next((one for one in self.matrix.rows if one.id == row), None)
        if mine is None:
            return row or self.nobody
        same = [one for one in self.matrix.rows if one.name == mine.name]
        name = self.say(mine.name)
        return f"{name} ({self.team(mine.team)})" if len(same) > 1 else name

    @property
    def nobody(self) -> str:
        """What stands where nothing is known."""
        return self.say(Message("(not known)"))

    def ticket(self, one: TicketRecord) -> Link:
        title = one_line(one.title, _TITLE)
        return Link(f"#{one.number} {title}", one.url)

    def column(self, title: Message, kind: Kind = Kind.TEXT, unit: Unit = Unit.NONE) -> Column:
        return Column(title=self.say(title), kind=kind, unit=unit)

    def numbers(self, *titles: Message) -> tuple[Column, ...]:
        """Answer columns of whole numbers."""
        return tuple(self.column(title, Kind.NUMBER) for title in titles)

    def durations(self, *titles: Message, unit: Unit = Unit.NONE) -> tuple[Column, ...]:
        return tuple(self.column(title, Kind.DURATION, unit) for title in titles)

    def shares(self, *titles: Message) -> tuple[Column, ...]:
        return tuple(self.column(title, Kind.SHARE) for title in titles)

    def percent(self, share: float) -> str:
        """Answer a share in per cent, as tables do: all and nothing of all and nothing only."""
        percent = round(share * 100, 1)
        if percent == 0 < share:
            return "<0.1"
        return "99.9" if share < 1 <= percent / 100 else f"{percent:g}"

    def time(self, at: datetime) -> str:
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M}"

    def in_order(self, teams: Iterable[str]) -> list[str]:
        """Answer ids in the order in which the matrix has them, the others behind."""
        order = {name: number for number, name in enumerate(self._all())}
        return sorted(teams, key=lambda name: (order.get(name, len(order)), name))

    def _all(self) -> Iterable[str]:
        yield from self.matrix.teams
        yield from self.matrix.processes
        yield from self.matrix.stages
        yield from (row.id for row in self.matrix.rows)

    def _name(self, names: Mapping[str, Words], name: str) -> str:
        found = names.get(name)
        return self.say(found) if found else (name or self.nobody)
