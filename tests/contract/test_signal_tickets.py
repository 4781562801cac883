"""An episode's ticket in a Redmine, the fake and a real one alike: opened once, kept up in place,
closed and reopened; each look at an unchanged world writes nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from itsm_sync.clients.errors import Broken
from itsm_sync.desk.signals.matters import Saying
from itsm_sync.desk.signals.settling import PATIENCE
from itsm_sync.model.plans import Outcome
from itsm_sync.model.signals import Episode, Telling, carried
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.words import Message
from itsm_sync.store import Store
from tests import matters
from tests.builders import NOON
from tests.clerk import Clerk
from tests.matters import HOUR, prose, remark, told
from tests.redmine_place import Place

HOSTILE = '@admin #1 {{toc}} "x":http://e.example <b>x</b> *굵게* r12'
_NUMBERS = count(1)


@pytest.fixture
def clerk(place: Place, tmp_path: Path) -> Iterator[Clerk]:
    with Store.open(f"sqlite:///{tmp_path}/signals.db") as store:
        yield Clerk.at(place, store)


@pytest.fixture
def key() -> str:
    """An episode that no other test has."""
    return f"builds/{next(_NUMBERS):010x}/20260302T090000Z"


@pytest.fixture
def other() -> str:
    return f"nodes/{next(_NUMBERS):010x}/20260302T090000Z"


def episode(key: str, **changes: Any) -> Episode:
    return matters.episode(key=key, **changes)


def closed(key: str, **changes: Any) -> Episode:
    return matters.closed(key=key, **changes)


def telling(**changes: Any) -> Telling:
    words = {"description": prose(f"첫 실패: {HOSTILE}"), "live": prose("1번 실패")}
    return told(**(words | changes))


def test_a_ticket_lives_with_its_trouble(clerk: Clerk, key: str) -> None:
    people = clerk.place.people
    assert clerk.cycle((episode(key), telling())) == ["open"]
    shown, number = clerk.read(key), clerk.number(key)
    assert (shown["tracker"]["name"], shown["priority"]["name"]) == ("사건", "높음")
    assert people.value(number, FieldName.KEY) == key
    assert people.value(number, FieldName.TEAM) == "IT기획팀"
    assert carried("", shown["description"]) == key
    assert clerk.cycle((episode(key), telling())) == []

    # It goes on: one note is made, and then edited in place.
    again = episode(key, count=2), telling(live=prose(f"2번 실패 {HOSTILE}"))
    assert clerk.cycle(again) == [f"edit #{number}"]
    assert clerk.cycle(again) == []
    before, mails = clerk.read(key), len(people.mails())
    more = episode(key, count=3), telling(live=prose("3번 실패"))
    assert clerk.cycle(more) == ["edit note"]
    assert clerk.read(key)["updated_on"] == before["updated_on"]
    assert len(people.mails()) == mails
    assert clerk.notes(key) == ["3번 실패\n\nitsm-sync: live"]
    assert clerk.cycle(more) == []

    # It is proven to be well: it closes, and says why.
    remarks = (remark("closed@1", "빌드 18이 성공"),)
    over = closed(key, count=3), replace(more[1], remarks=remarks)
    assert clerk.cycle(over) == [f"edit #{number}"]
    assert clerk.read(key)["status"]["is_closed"]
    assert clerk.notes(key)[1:] == ["빌드 18이 성공"]
    assert clerk.cycle(over) == []

    # It is back: the same ticket is open again.
    said = (*remarks, remark("reopened@2", "다시 실패"))
    back = episode(key, count=4, reopenings=(NOON,)), replace(more[1], remarks=said)
    assert clerk.cycle(back) == [f"edit #{number}"]
    assert not clerk.read(key)["status"]["is_closed"]
    assert clerk.notes(key)[2:] == ["다시 실패"]
    assert clerk.cycle(back) == []


def test_what_was_over_before_it_was_seen_is_opened_and_closed_in_one_cycle(
    clerk: Clerk, key: str
) -> None:
    over = closed(key), telling(remarks=(remark("closed@1", "빌드 18이 성공"),))
    assert len(clerk.cycle(over)) == 2
    assert clerk.read(key)["status"]["name"] == "완료"
    assert clerk.notes(key) == ["빌드 18이 성공"]
    assert clerk.cycle(over) == []


def test_a_persons_wording_stays_and_ours_follows(clerk: Clerk, key: str) -> None:
    clerk.cycle((episode(key), telling()))
    clerk.place.people.update("haeun", clerk.number(key), subject="운영 배포가 안 됩니다")
    high = replace(clerk.seat, priority=clerk.priority_of(clerk.place, "긴급"))
    changed = episode(key), telling(description=prose("다르게"), due=date(2099, 1, 1))
    assert len(clerk.cycle(changed, seat=high)) == 1
    shown = clerk.read(key)
    assert shown["subject"] == "운영 배포가 안 됩니다"
    assert shown["description"].startswith("다르게")
    assert (shown["priority"]["name"], shown["due_date"]) == ("긴급", "2099-01-01")
    assert clerk.cycle(changed, seat=high) == []


def test_a_date_that_has_passed_keeps_nothing_from_its_place(clerk: Clerk, key: str) -> None:
    due = NOON.date()  # the tests run later
    clerk.cycle((episode(key), telling(due=due)))
    assert clerk.read(key)["due_date"] == "2026-03-02"
    early = episode(key), telling(due=due - 30 * (24 * HOUR), subject=Message("other"))
    clerk.cycle(early)
    assert clerk.results == [Outcome.PARTLY]
    assert (clerk.read(key)["due_date"], clerk.read(key)["subject"]) == ("2026-03-02", "other")
    assert clerk.cycle(early) == []  # Redmine does not take it: it is not tried again so soon


def test_tickets_are_related_once_and_a_relation_taken_away_stays_away(
    clerk: Clerk, key: str, other: str
) -> None:
    one = episode(key), telling(related=(other,))
    two = episode(other), telling(related=(key,))
    assert sorted(clerk.cycle(one, two)) == ["open", "open", "relate"]
    (relation,) = clerk.read(key)["relations"]
    assert relation["relation_type"] == "relates"
    known = {"related": frozenset({clerk.number(key), clerk.number(other)})}
    assert clerk.cycle(one, two, **known) == []
    clerk.place.people.ask("admin", "DELETE", f"/relations/{relation['id']}.json")
    assert clerk.cycle(one, two) == []


def test_what_closed_while_no_relation_could_be_made_is_related_later(
    clerk: Clerk, key: str, other: str
) -> None:
    clerk.cycle((episode(other), telling()))
    clerk.desk.deaf = True
    over = closed(key), telling(related=(other,))
    assert clerk.cycle(over)[-1] == "relate"
    assert clerk.read(key)["status"]["is_closed"]
    clerk.desk.deaf = False
    assert clerk.cycle(over) == ["relate"]
    assert [one["relation_type"] for one in clerk.read(key)["relations"]] == ["relates"]
    assert clerk.cycle(over) == []


def test_where_redmine_relates_no_tickets_of_two_projects_the_note_links_them(
    clerk: Clerk, key: str, other: str
) -> None:
    """Redmine fact 29."""
    people = clerk.place.people
    people.let_relate_across(False)
    elsewhere = replace(clerk.seat, project=people.number("projects", "ABC 인프라"))
    clerk.cycle((episode(other), telling()), seat=elsewhere)
    one, number = (episode(key), telling(related=(other,))), clerk.number(other)
    clerk.cycle(one)
    people.let_relate_across(True)
    assert clerk.store.unrelated(NOON) == {(clerk.number(key), number)}
    apart = {"unrelated": frozenset({number}), "apart": frozenset({number})}
    assert clerk.cycle(one, **apart) == [f"edit #{clerk.number(key)}"]
    (note,) = clerk.notes(key)
    assert f"* #{number}\n" in note
    assert clerk.cycle(one, **apart) == []


@pytest.mark.parametrize("saying", [Saying.WHOLE, Saying.PRIVATE])
@pytest.mark.parametrize("there", [True, False])
def test_a_lost_answer_makes_no_second_ticket(
    clerk: Clerk, key: str, saying: Saying, *, there: bool
) -> None:
    """Without the key field its marker tells it."""
    if not there:
        clerk.seat = replace(clerk.seat, field_ids={})
    clerk.desk.loses = True
    assert clerk.cycle((episode(key), telling()), saying=saying) == ["open"]
    link = clerk.store.links()[key]
    assert link.ticket is None
    assert link.intended_at is not None
    assert "open" not in clerk.cycle((episode(key), telling()), saying=saying)
    assert carried("", clerk.read(key)["description"]) == key
    assert clerk.cycle((episode(key), telling()), saying=saying) == []


def test_a_ticket_that_redmine_makes_late_is_the_one(
    clerk: Clerk, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it does where its process was killed, or gave up, while Redmine was slow."""
    late: list[Mapping[str, Any]] = []

    def slow(fields: Mapping[str, Any]) -> int:
        late.append(fields)
        raise Broken(Message("cut"), system="redmine")

    monkeypatch.setattr(clerk.desk, "post", slow)
    clerk.cycle((episode(key), telling()))
    assert clerk.cycle((episode(key), telling()), after=PATIENCE / 2) == []
    monkeypatch.undo()
    (fields,) = late
    number = clerk.desk.post(fields)
    assert clerk.cycle((episode(key), telling()), after=PATIENCE) == []
    assert clerk.number(key) == number


def test_a_lost_database_makes_no_second_ticket(clerk: Clerk, key: str, tmp_path: Path) -> None:
    clerk.cycle((episode(key), telling()))
    number = clerk.number(key)
    with Store.open(f"sqlite:///{tmp_path}/another.db") as empty:
        clerk.store = empty
        assert clerk.cycle((episode(key), telling())) == []
        assert (clerk.number(key), clerk.born[0].found) == (number, True)
        # What it shows of us is ours again, and follows.
        assert len(clerk.cycle((episode(key), telling(subject=Message("other"))))) == 1


def test_a_private_tickets_words_reach_nobody_else(clerk: Clerk, key: str) -> None:
    mails = clerk.place.mailed(
        lambda: clerk.cycle((episode(key), telling()), saying=Saying.PRIVATE)
    )
    assert "yujin" not in mails
    shown = clerk.read(key)
    assert shown["is_private"]
    assert shown["subject"] == "abc/deploy/main fails"
    assert carried("", shown["description"]) == key
    assert clerk.cycle((episode(key), telling()), saying=Saying.PRIVATE) == []
    # A person makes it public: no further word of it is said there.
    clerk.place.people.update("admin", shown["id"], is_private=False)
    over = closed(key, count=3), telling(remarks=(remark("closed@1", "빌드 18이 성공"),))
    assert len(clerk.cycle(over, saying=Saying.PRIVATE)) == 1
    assert clerk.read(key)["status"]["is_closed"]
    assert clerk.notes(key) == []


@pytest.mark.parametrize("lacking", [FieldName.TEAM, FieldName.SLA_STATE])
def test_a_value_that_redmine_lacks_keeps_no_ticket_from_being_opened(
    clerk: Clerk, key: str, lacking: FieldName
) -> None:
    """Redmine fact 18; of "SLA 상태" its reason says "Sla 상태"."""
    team = {FieldName.TEAM: "IT기획팀"}
    fields = {**team, lacking: "없는 값", FieldName.KEY: key}
    assert clerk.cycle((episode(key), telling()), fields=fields) == ["open", "open"]
    shown = {name: clerk.place.people.value(clerk.number(key), name) for name in fields}
    assert shown == {**team, lacking: "", FieldName.KEY: key}
    assert clerk.cycle((episode(key), telling()), fields=fields) == []
