"""An episode's ticket in the real Redmine: opened once, kept up in place, closed and reopened; each
look at an unchanged world writes nothing.
"""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sandbox.office import Office

from itsm_sync.clients.redmine import RedmineClient
from itsm_sync.cycle.bearing import bear, numbers, settle_intents
from itsm_sync.desk.matters import Manner, Matter, Saying, Seat
from itsm_sync.desk.redmine import Desk
from itsm_sync.desk.settling import follow_ups, resolved
from itsm_sync.desk.tending import tend
from itsm_sync.desk.writer import Writer
from itsm_sync.model.cycles import Cycle
from itsm_sync.model.markup import Markup
from itsm_sync.model.plans import Birth, Born, Edit, Outcome
from itsm_sync.model.signals import Episode, Telling, carried
from itsm_sync.model.tickets import FieldName, Ref
from itsm_sync.model.words import Message
from itsm_sync.settings import load
from itsm_sync.store import Store
from tests.acceptance.conftest import Program
from tests.builders import NOON
from tests.matters import HOUR, KEY, closed, episode, prose, remark, told

CYCLE = Cycle(id="c1", started_at=NOON, configuration="abc123")
HOSTILE = '@admin #1 {{toc}} "x":http://e.example <b>x</b> *굵게* r12'
OTHER = "nodes/abcdef0123/20260302T090000Z"


@dataclass(kw_only=True)
class Clerk:
    """Tends tickets as a cycle does, of what a test says is known, with the program's own desk."""

    program: Program
    desk: Desk
    store: Store
    seat: Seat
    manner: Manner
    born: list[Born] = field(default_factory=list)

    def saw(self, event: str, /, **details: object) -> None:
        pass

    @property
    def office(self) -> Office:
        return self.program.office

    def cycle(
        self, *known: tuple[Episode, Telling], after: Any = None, **changes: Any
    ) -> list[str]:
        """Do all that is to be done about these episodes; answer the writes that Redmine got."""
        self.program.proxy.forget_requests()
        settle_intents(self.store, self.desk, "ko", self)
        now = NOON + (after or 0 * HOUR)
        made = [tend(self.matter(*one, **changes), self.manner, now)[0] for one in known]
        births = [one for one in made if isinstance(one, Birth)]
        self.born = list(
            bear(births, store=self.store, desk=self.desk, cycle=CYCLE, clock=lambda: now,
                 observer=self, undisturbed=nullcontext)
        )  # fmt: skip
        found = numbers(self.store, self.born)
        edits = [resolved(one, found) for one in made if isinstance(one, Edit)]
        for edit in (*follow_ups(self.born, found), *edits):
            self.write(edit)
        requests = self.program.proxy.requests
        return [f"{r.method} {r.path}" for r in requests if r.method in ("POST", "PUT")]

    def write(self, edit: Edit) -> None:
        writer = Writer(counter=self.desk, bot=self.desk.account.id, clock=lambda: NOON,
                        configuration=CYCLE.configuration, observer=self)  # fmt: skip
        for result in writer.apply([edit]):
            assert result.outcome is Outcome.APPLIED, [str(r) for r in result.refused] or result
            self.store.record(result, CYCLE.id, NOON)

    def matter(self, one: Episode, telling: Telling, **changes: Any) -> Matter:
        links = self.store.links()
        known = {key: link.ticket for key, link in links.items() if link.ticket is not None}
        number = known.get(one.key)
        ticket = None if number is None else self.desk.look([number]).get(number)
        values: dict[str, Any] = {
            "episode": one,
            "telling": telling,
            "seat": self.seat,
            "link": links.get(one.key),
            "ticket": ticket,
            "ledger": self.store.written([number or 0]).get(number or 0, {}),
            "refusals": self.store.refusals([number or 0]).get(number or 0, {}),
            "kept": {name: k for (n, name), k in self.store.kept_notes([number or 0]).items()},
            "said": self.store.said([one.key]).get(one.key, frozenset()),
            "said_at": self.store.said_at([one.key]).get(one.key),
            "fields": {FieldName.TEAM: "IT기획팀", FieldName.KEY: one.key},
            "numbers": known,
        }
        return Matter(**(values | changes))

    def number(self, key: str = KEY) -> int:
        number = self.store.links()[key].ticket
        assert number is not None
        return number

    def read(self, key: str = KEY) -> dict[str, Any]:
        found: dict[str, Any] = self.office.read(self.number(key), "admin")
        return found

    def notes(self) -> list[str]:
        return [entry["notes"] for entry in self.read()["journals"] if entry["notes"]]


@pytest.fixture
def clerk(program: Program, tmp_path: Path) -> Iterator[Clerk]:
    office = program.office
    settings = load(program.configuration, program.environment).redmine

    class Deaf:
        def saw(self, event: str, /, **details: object) -> None:
            pass

    client = RedmineClient(settings, Deaf())
    desk = Desk(client, settings.fields, Deaf())
    desk.open()
    statuses = {name: number for number, name in (desk.statuses() or {}).items()}
    seat = Seat(
        project=office.number("projects", "ABC 애플리케이션"),
        tracker=office.number("trackers", "사건"),
        opened=Ref(id=statuses["신규"], name="신규"),
        asked=statuses["신규"],
        closed=Ref(id=statuses["완료"], name="완료"),
        priority=Ref(id=office.number("enumerations/issue_priorities", "높음"), name="높음"),
        group=office.groups["IT기획팀"],
        field_ids=office.fields,
    )
    manner = Manner(language="ko", markup=Markup.TEXTILE, configuration=CYCLE.configuration)
    with Store.open(f"sqlite:///{tmp_path}/signals.db") as store:
        yield Clerk(program=program, desk=desk, store=store, seat=seat, manner=manner)
    client.close()


def telling(**changes: Any) -> Telling:
    return told(description=prose(f"첫 실패: {HOSTILE}"), live=prose("1번 실패"), **changes)


def test_a_ticket_lives_with_its_trouble(clerk: Clerk) -> None:
    office = clerk.office
    assert clerk.cycle((episode(), telling())) == ["POST /issues.json"]
    shown = clerk.read()
    number = shown["id"]
    assert (shown["tracker"]["name"], shown["status"]["name"]) == ("사건", "신규")
    assert shown["priority"]["name"] == "높음"
    assert office.value(number, FieldName.KEY) == KEY
    assert office.value(number, FieldName.TEAM) == "IT기획팀"
    assert carried("", shown["description"]) == KEY
    assert clerk.cycle((episode(), telling())) == []

    # It goes on: one note is made, and then edited in place.
    again = episode(count=2), replace(telling(), live=prose(f"2번 실패 {HOSTILE}"))
    assert clerk.cycle(again) == [f"PUT /issues/{number}.json"]
    assert clerk.cycle(again) == []
    before, mails = clerk.read(), len(office.mails())
    more = episode(count=3), replace(telling(), live=prose("3번 실패"))
    (edit,) = clerk.cycle(more)
    assert edit.startswith("PUT /journals/")
    assert clerk.read()["updated_on"] == before["updated_on"]
    assert len(office.mails()) == mails
    assert clerk.notes() == ["3번 실패\n\nitsm-sync: live"]
    assert clerk.cycle(more) == []

    # It is proven to be well: it closes, and says why.
    remarks = (remark("closed@1", "빌드 18이 성공"),)
    over = closed(count=3), replace(more[1], remarks=remarks)
    assert clerk.cycle(over) == [f"PUT /issues/{number}.json"]
    shown = clerk.read()
    assert shown["status"]["is_closed"]
    assert clerk.notes()[1:] == ["빌드 18이 성공"]
    assert clerk.cycle(over) == []

    # It is back: the same ticket is open again.
    back = (
        episode(count=4, reopenings=(NOON,)),
        replace(more[1], remarks=(*remarks, remark("reopened@2", "다시 실패"))),
    )
    assert clerk.cycle(back) == [f"PUT /issues/{number}.json"]
    assert not clerk.read()["status"]["is_closed"]
    assert clerk.notes()[2:] == ["다시 실패"]
    assert clerk.cycle(back) == []


def test_what_was_over_before_it_was_seen_is_opened_and_closed_in_one_cycle(clerk: Clerk) -> None:
    over = closed(), telling(remarks=(remark("closed@1", "빌드 18이 성공"),))
    assert len(clerk.cycle(over)) == 2
    assert clerk.read()["status"]["name"] == "완료"
    assert clerk.notes() == ["빌드 18이 성공"]
    assert clerk.cycle(over) == []


def test_a_date_that_has_passed_keeps_nothing_from_its_place(clerk: Clerk) -> None:
    due = NOON.date()  # the tests run later
    clerk.cycle((episode(), telling(due=due)))
    assert clerk.read()["due_date"] == "2026-03-02"
    other = telling(due=due - 30 * (24 * HOUR), subject=Message("other"))
    with pytest.raises(AssertionError, match="완료기한"):
        clerk.cycle((episode(), other))
    assert (
        clerk.read()["subject"] == "other"
    )  # what Redmine did not speak of is written all the same


def test_a_persons_wording_stays_and_ours_follows(clerk: Clerk) -> None:
    clerk.cycle((episode(), telling()))
    clerk.office.update("haeun", clerk.number(), subject="운영 배포가 안 됩니다")
    high = replace(clerk.seat, priority=Ref(
        id=clerk.office.number("enumerations/issue_priorities", "긴급"), name="긴급"))  # fmt: skip
    other = episode(), replace(telling(), description=prose("다르게"), due=date(2099, 1, 1))
    assert len(clerk.cycle(other, seat=high)) == 1
    shown = clerk.read()
    assert shown["subject"] == "운영 배포가 안 됩니다"
    assert shown["description"].startswith("다르게")
    assert (shown["priority"]["name"], shown["due_date"]) == ("긴급", "2099-01-01")
    assert clerk.cycle(other, seat=high) == []


def test_tickets_are_related_once_and_a_relation_taken_away_stays_away(clerk: Clerk) -> None:
    one = episode(), telling(related=(OTHER,))
    other = episode(key=OTHER), telling(related=(KEY,))
    writes = clerk.cycle(one, other)
    assert sum(write.endswith("/relations.json") for write in writes) == 1
    (relation,) = clerk.read()["relations"]
    assert relation["relation_type"] == "relates"
    known = {"related": frozenset({clerk.number(), clerk.number(OTHER)})}
    assert clerk.cycle(one, other, **known) == []
    clerk.office.ask("admin", "DELETE", f"/relations/{relation['id']}.json")
    assert clerk.cycle(one) == []


def test_where_redmine_relates_no_tickets_of_two_projects_the_note_links_them(
    clerk: Clerk,
) -> None:
    """Redmine fact 29."""
    office = clerk.office
    office.let_relate_across(False)
    elsewhere = replace(clerk.seat, project=office.number("projects", "ABC 인프라"))
    clerk.cycle((episode(key=OTHER), telling()), seat=elsewhere)
    one = episode(), telling(related=(OTHER,))
    clerk.cycle(one)
    apart = {
        "unrelated": frozenset({clerk.number(OTHER)}),
        "apart": frozenset({clerk.number(OTHER)}),
    }
    assert clerk.store.unrelated(NOON) == {(clerk.number(), clerk.number(OTHER))}
    assert clerk.cycle(one, **apart) == [f"PUT /issues/{clerk.number()}.json"]
    (note,) = clerk.notes()
    assert f"* #{clerk.number(OTHER)}" in note
    assert clerk.cycle(one, **apart) == []


def test_a_lost_answer_makes_no_second_ticket(clerk: Clerk) -> None:
    proxy = clerk.program.proxy
    proxy.misbehave("/issues.json", kind="cut")
    # Only the POST is cut: what is asked before it is a GET of the same path.
    clerk.seat = replace(clerk.seat, field_ids={})
    assert clerk.cycle((episode(), telling())) == ["POST /issues.json"]
    proxy.behave()
    assert clerk.store.links()[KEY].ticket is None
    assert clerk.store.links()[KEY].intended_at is not None
    assert clerk.cycle((episode(), telling())) == []
    assert clerk.number() == clerk.read()["id"]
    told = clerk.office.redmine.runner("puts Issue.count")
    assert told.strip() == "1"


def test_a_lost_database_makes_no_second_ticket(clerk: Clerk, tmp_path: Path) -> None:
    clerk.cycle((episode(), telling()))
    number = clerk.number()
    with Store.open(f"sqlite:///{tmp_path}/another.db") as empty:
        clerk.store = empty
        assert clerk.cycle((episode(), telling())) == []
        assert clerk.number() == number
        assert clerk.born[0].found


def test_a_private_tickets_words_reach_nobody_else(clerk: Clerk) -> None:
    clerk.cycle((episode(), telling()), saying=Saying.PRIVATE)
    shown = clerk.read()
    assert shown["is_private"]
    assert shown["subject"] == "abc/deploy/main fails"
    assert carried("", shown["description"]) == KEY
    assert "yujin@example.com" not in clerk.office.mails()
    assert clerk.cycle((episode(), telling()), saying=Saying.PRIVATE) == []
    # A person makes it public: no further word of it is said there.
    clerk.office.update("admin", shown["id"], is_private=False)
    over = closed(count=3), telling(remarks=(remark("closed@1", "빌드 18이 성공"),))
    assert len(clerk.cycle(over, saying=Saying.PRIVATE)) == 1
    assert clerk.read()["status"]["is_closed"]
    assert clerk.notes() == []
