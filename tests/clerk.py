"""Tends tickets as a cycle does, of what a test says is known, with the program's own desk."""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from itsm_sync.clients.errors import Unreachable
from itsm_sync.cycle.signals.bearing import bear, numbers, settle_intents
from itsm_sync.desk.redmine import Desk
from itsm_sync.desk.signals.matters import Manner, Matter, Seat
from itsm_sync.desk.signals.settling import follow_ups, resolved
from itsm_sync.desk.signals.tending import tend
from itsm_sync.desk.writer import Writer
from itsm_sync.model.cycles import Cycle
from itsm_sync.model.plans import Birth, Born, Edit, Outcome
from itsm_sync.model.relating import Relating
from itsm_sync.model.signals import Episode, Telling
from itsm_sync.model.tickets import FieldName, Ref
from itsm_sync.model.words import Message
from itsm_sync.store import Store
from tests.builders import NOON
from tests.matters import MANNER
from tests.redmine_place import Place, shipped
from tests.shelf import Deaf

LABELS = {name: field.name for name, field in shipped().redmine.fields.items()}
CYCLE = Cycle(id="c1", started_at=NOON, configuration="abc123")


class Noting(Desk):
    """The desk, which notes what it wrote; `loses`: the answer to the next POST is lost, `deaf`: no
    relation comes through.
    """

    writes: list[str]
    loses: bool = False
    deaf: bool = False

    def post(self, fields: Mapping[str, Any]) -> int:
        self.writes.append("open")
        number = super().post(fields)
        if self.loses:
            self.loses = False
            raise Unreachable(Message("cut"), system="redmine")
        return number

    def put(self, ticket: int, fields: Mapping[str, Any]) -> None:
        self.writes.append(f"edit #{ticket}")
        super().put(ticket, fields)

    def edit_note(self, journal_id: int, text: str, private: bool | None = None) -> None:
        self.writes.append("edit note")
        super().edit_note(journal_id, text, private)

    def relate(self, ticket: int, other: int, kind: str = "relates") -> Relating:
        self.writes.append("relate")
        if self.deaf:
            raise Unreachable(Message("cut"), system="redmine")
        return super().relate(ticket, other, kind)


@dataclass(kw_only=True)
class Clerk:
    """Does for some episodes what a cycle does for all."""

    place: Place
    store: Store
    desk: Noting
    seat: Seat
    manner: Manner = MANNER
    born: list[Born] = field(default_factory=list)
    results: list[Outcome] = field(default_factory=list)

    @classmethod
    def at(cls, place: Place, store: Store) -> "Clerk":
        place.bot.me()
        desk = Noting(place.bot, shipped().redmine.fields, Deaf())
        desk.writes = []
        desk.open()
        people, statuses = place.people, {n: i for i, n in (desk.statuses() or {}).items()}
        seat = Seat(
            project=people.number("projects", "ABC 애플리케이션"),
            tracker=people.number("trackers", "사건"),
            opened=Ref(id=statuses["신규"], name="신규"),
            closed=Ref(id=statuses["완료"], name="완료"),
            priority=cls.priority_of(place, "높음"),
            group=people.groups["IT기획팀"],
            field_ids=people.fields,
        )
        return cls(place=place, store=store, desk=desk, seat=seat)

    @staticmethod
    def priority_of(place: Place, name: str) -> Ref:
        return Ref(id=place.people.number("enumerations/issue_priorities", name), name=name)

    def cycle(
        self, *known: tuple[Episode, Telling], after: timedelta | None = None, **changes: Any
    ) -> list[str]:
        """Do all that is to be done about these episodes; answer what was written."""
        self.desk.writes.clear()
        now = NOON + (after or timedelta())
        settle_intents(self.store, self.desk, "ko", Deaf(), now)
        made = [tend(self.matter(*one, **changes), self.manner, now)[0] for one in known]
        births = [one for one in made if isinstance(one, Birth)]
        self.born = list(
            bear(births, store=self.store, desk=self.desk, cycle=CYCLE, clock=lambda: now,
                 observer=Deaf(), undisturbed=nullcontext, labels=LABELS)
        )  # fmt: skip
        found = numbers(self.store, self.born)
        edits = [resolved(one, found) for one in made if isinstance(one, Edit)]
        self._write((*follow_ups(self.born, found), *edits))
        return list(self.desk.writes)

    def _write(self, edits: tuple[Edit, ...]) -> None:
        writer = Writer(counter=self.desk, bot=self.desk.account.id, clock=lambda: NOON,
                        configuration=CYCLE.configuration, observer=Deaf())  # fmt: skip
        self.results = []
        for result in writer.apply(edits):
            self.results.append(result.outcome)
            self.store.record(result, CYCLE.id, NOON)

    def matter(self, one: Episode, telling: Telling, **changes: Any) -> Matter:
        links = self.store.links()
        known = {key: link.ticket for key, link in links.items() if link.ticket is not None}
        number = known.get(one.key, 0)
        values: dict[str, Any] = {
            "episode": one,
            "telling": telling,
            "seat": self.seat,
            "link": links.get(one.key),
            "ticket": self.desk.look([number]).get(number) if number else None,
            "ledger": self.store.written([number]).get(number, {}),
            "refusals": self.store.refusals([number]).get(number, {}),
            "kept": {name: k for (_, name), k in self.store.kept_notes([number]).items()},
            "said": self.store.said([one.key]).get(one.key, frozenset()),
            "said_at": self.store.said_at([one.key]).get(one.key),
            "fields": {FieldName.TEAM: "IT기획팀", FieldName.KEY: one.key},
            "numbers": known,
        }
        return Matter(**(values | changes))

    def number(self, key: str) -> int:
        number = self.store.links()[key].ticket
        assert number is not None
        return number

    def read(self, key: str) -> dict[str, Any]:
        return self.place.people.read(self.number(key), "admin")

    def notes(self, key: str) -> list[str]:
        journals = self.place.people.journals(self.number(key))
        return [entry["notes"].replace("\r\n", "\n") for entry in journals if entry["notes"]]
