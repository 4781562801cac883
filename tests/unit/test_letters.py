"""What is set aside is listed, tried again with growing pauses, and given up with a notice."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from io import StringIO

import pytest
from rich.console import Console

from itsm_sync.clients.errors import Unreachable
from itsm_sync.cycle.rereading import given_up, reread, reread_due
from itsm_sync.desk.planner import circumstances
from itsm_sync.model.cycles import Batch, Cycle, Rejected
from itsm_sync.model.deliveries import Errand, Stand
from itsm_sync.model.errors import ConfigurationError
from itsm_sync.model.findings import Finding
from itsm_sync.model.letters import Letter, LetterKind, Retrying
from itsm_sync.model.plans import Plan, Refusal, Withheld
from itsm_sync.model.ports import Memory
from itsm_sync.model.reporting import Span
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.words import Message
from itsm_sync.operations.letters import Retried, chosen, letters_json, show, tell
from itsm_sync.operations.reporting.delivering import Outcome
from itsm_sync.store import Store
from tests.builders import NOON, item, ticket, turned_away
from tests.shelf import Deaf

HOUR = timedelta(hours=1)
SLOW = Retrying(first=HOUR, most=4 * HOUR, tries=3)
WHY = Message("the bot may not write this field here: read-only by the workflow, or no right")


@dataclass(slots=True)
class Alarms:
    """A source that reads its alarms again as a test says."""

    answers: Mapping[str, Batch] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    name: str = "alarms"

    def pull(self, memory: Memory) -> Iterator[Batch]:
        yield from ()

    def reread(self, memory: Memory, keys: Sequence[str]) -> Iterator[Batch]:
        for key in keys:
            self.asked.append(key)
            if key.endswith("/down"):
                raise Unreachable(Message("is away"), system="alarms")
            if key in self.answers:
                yield self.answers[key]


def cycle(hours: float = 0) -> Cycle:
    return Cycle(id=f"c{hours:g}", started_at=NOON + hours * HOUR, configuration="abc")


def set_aside(store: Store, *keys: str, source: str = "alarms") -> None:
    store.begin(Cycle(id=source, started_at=NOON, configuration="abc"))
    bad = tuple(Rejected(key=key, error="KeyError: 'id'") for key in keys)
    store.keep(source, Batch(stream="alarms", rejected=bad, cursor=7), source)


def due(store: Store, hours: float) -> list[str]:
    found = store.due_items(SLOW, NOON + hours * HOUR)
    return [letter.key for letters in found.values() for letter in letters]


def test_a_payload_is_tried_again_after_an_hour_then_twice_as_late_and_then_given_up(
    store: Store,
) -> None:
    set_aside(store, "alarms:1")
    source = Alarms(answers={"alarms:1": still_bad("alarms:1")})
    tried = []
    for half_hours in range(1, 40):
        at = cycle(half_hours / 2)
        store.begin(at)
        if reread_due([source], store, at, Deaf(), SLOW).failed:
            tried.append(half_hours / 2)
    assert tried == [1, 3, 7]
    (letter,) = store.letters(SLOW)
    assert (letter.tries, letter.given_up, letter.next_at) == (3, True, None)
    assert letter.times == 4
    assert [finding.key for finding in given_up(store, Plan(), SLOW)] == ["letter/item/alarms:1"]


@pytest.mark.parametrize("off", [HOUR / 6, 365 * 24 * HOUR], ids=["10 minutes", "a year"])
def test_what_a_wrong_clock_noted_keeps_nothing_waiting_once_it_is_right(
    store: Store, off: timedelta
) -> None:
    set_aside(store, "alarms:1")
    store.note_tries("alarms", ["alarms:1"], NOON + off)
    assert due(store, 0) == ["alarms:1"]
    (letter,) = store.letters(SLOW)
    assert letters_json([letter], NOON)[0]["next_at"] == NOON
    store.note_tries("alarms", ["alarms:1"], NOON)
    assert (due(store, 3.9), due(store, 4)) == ([], ["alarms:1"])
    store.note_tries("alarms", ["alarms:1"], NOON - off)
    assert due(store, 4) == []  # given up: the tries count whatever the clock said

    refused(store, off / HOUR)
    (edit,) = [one for one in store.letters(SLOW) if one.kind is LetterKind.EDIT]
    assert edit.due_at(NOON) == NOON
    assert edit.due_at(NOON + off) == NOON + off + 24 * HOUR


def still_bad(key: str) -> Batch:
    return Batch(stream="alarms", rejected=(Rejected(key=key, error="KeyError: 'at'"),))


def test_one_that_can_be_read_now_is_set_aside_no_more_and_no_other_stops_it(store: Store) -> None:
    set_aside(store, "alarms:1", "alarms:2", "alarms:3", "alarms:?")
    good = item(2, key="alarms:2", source="alarms", ticket=None)
    source = Alarms(
        answers={
            "alarms:1": still_bad("alarms:1"),
            "alarms:2": Batch(stream="alarms", items=(good,)),
            "alarms:3": Batch(stream="alarms", gone=("alarms:3",)),
        }
    )
    at = cycle(1)
    store.begin(at)
    found = reread_due([source], store, at, Deaf(), SLOW)
    assert [one.key for one in found.resolved] == ["alarms:2", "alarms:3"]
    assert [one.key for one in found.failed] == ["alarms:1"]
    assert [one.key for one in found.left] == ["alarms:?"]
    assert store.item("alarms:2") == good
    assert [letter.cause for letter in store.letters(SLOW)] == ["KeyError: 'at'", "KeyError: 'id'"]
    # What was read by itself tells nothing of its stream, and moves no cursor.
    assert store.memory("alarms").cursor("alarms") == 7
    assert due(store, 2) == []
    assert due(store, 3) == ["alarms:1", "alarms:?"]


def test_a_source_that_is_away_or_can_not_reread_stops_no_other(store: Store) -> None:
    set_aside(store, "alarms:1/down")
    set_aside(store, "other:1", source="other")
    third = Alarms(name="third", answers={"third:1": Batch(stream="alarms", gone=("third:1",))})
    set_aside(store, "third:1", source="third")

    class Plain:
        name = "other"

        def pull(self, memory: Memory) -> Iterator[Batch]:
            yield from ()

    letters = store.due_items(SLOW, NOON + HOUR)
    found = reread([Alarms(), Plain(), third], letters, store, cycle(1), Deaf())
    assert [one.key for one in found.resolved] == ["third:1"]
    assert [one.key for one in found.left] == ["alarms:1/down", "other:1"]
    assert set(found.errors or {}) == {"alarms"}


def test_a_person_has_it_tried_again_and_its_tries_count_anew(store: Store) -> None:
    set_aside(store, "alarms:1")
    for hours in (1, 3, 7):
        store.note_tries("alarms", ["alarms:1"], NOON + hours * HOUR)
    assert due(store, 1000) == []
    store.begin_letters_anew(store.letters(SLOW), NOON + 9 * HOUR)
    assert list(given_up(store, Plan(), SLOW)) == []
    assert due(store, 10) == ["alarms:1"]


def refused(store: Store, hours: float, value: str = "IT기획팀") -> None:
    one = Refusal(
        ticket=1,
        field=FieldName.TEAM,
        value=value,
        circumstances=circumstances(ticket(1), "abc"),
        reason=WHY,
        at=NOON + hours * HOUR,
    )
    store.record(turned_away(one), "c1", NOON)
    wanted = Message("#{ticket} {field} is not written: {why}", {"ticket": 1, "field": "team",
                                                                 "why": WHY})  # fmt: skip
    finding = Finding(key="field/1/team", kind="cycle.field", message=wanted)
    store.keep_findings([finding], NOON, whole_kind="cycle.")


def test_a_refused_edit_is_a_letter_as_long_as_it_is_wanted(store: Store) -> None:
    refused(store, 0)
    refused(store, 24)
    (letter,) = store.letters(SLOW)
    assert (letter.kind, letter.key, letter.field) == (LetterKind.EDIT, "redmine:issue/1", "team")
    assert (letter.first_at, letter.last_at) == (NOON, NOON + 24 * HOUR)
    assert (letter.times, letter.next_at) == (2, NOON + 48 * HOUR)
    assert store.refusals([1])[1][FieldName.TEAM].tries == 2

    refused(store, 48)
    (letter,) = store.letters(SLOW)
    assert (letter.given_up, letter.next_at) == (True, None)
    left = Withheld(ticket=1, field=FieldName.TEAM, value="", why=WHY, given_up=True)
    (finding,) = given_up(store, Plan(withheld=(left,)), SLOW)
    assert finding.key == "letter/edit/redmine:issue/1/team"

    store.begin_letters_anew([letter], NOON)
    (letter,) = store.letters(SLOW)
    assert not letter.given_up
    assert store.refusals([1])[1][FieldName.TEAM].circumstances == ""  # planned, whatever it was

    refused(store, 49, value="신사업팀")  # another value is another matter
    assert store.refusals([1])[1][FieldName.TEAM].tries == 1
    store.keep_findings([], NOON, whole_kind="cycle.")
    assert store.letters(SLOW) == ()


def test_letters_are_named_as_people_name_tickets(store: Store) -> None:
    refused(store, 0)
    set_aside(store, "alarms:1")
    every = store.letters(SLOW)
    assert [letter.source for letter in every] == ["alarms", "redmine"]
    for name in ("1", "#1", "redmine:issue/1"):
        assert [one.key for one in picked(every, name)] == ["redmine:issue/1"]
    assert picked(every, source="alarms") == every[:1]
    assert chosen(every, [], None, everything=True, sources=()) == every
    with pytest.raises(ConfigurationError, match="nothing is set aside under this name"):
        picked(every, "#2")
    assert [one["kind"] for one in letters_json(every, NOON)] == ["item", "edit"]


def test_a_source_of_which_nothing_is_set_aside_is_no_wrong_call() -> None:
    assert picked((), source="alarms") == ()
    with pytest.raises(ConfigurationError, match=r"alarm.*no source has this name.*alarms"):
        picked((), source="alarm")
    out = StringIO()
    tell(Retried(), Console(file=out, width=200), "ko")
    assert out.getvalue() == "따로 둔 항목이 없어 다시 시도할 것이 없습니다\n"


@pytest.mark.parametrize(
    ("stand", "told"),
    [(Stand.DONE, "보고서: 1건 보냄, 0건 실패"), (Stand.FAILED, "보고서: 0건 보냄, 1건 실패")],
)
def test_of_a_report_it_is_told_what_became_of_it(stand: Stand, told: str) -> None:
    span = Span(key="2026-05", since=NOON - HOUR, until=NOON)
    errand = Errand(report="monthly", span=span, target="mail", part="a@b.example", language="ko")
    out = StringIO()
    tried = Outcome(errand=errand, stand=stand, place="<1@b>", cause=WHY, now=True)
    tell(Retried(delivered=(tried,)), Console(file=out, width=200), "ko")
    counted, each = out.getvalue().splitlines()
    assert counted == told
    assert each.startswith("mail a@b.example: ")


def test_a_key_stands_in_one_piece_however_narrow_the_window(store: Store) -> None:
    """`letters retry` takes it as it is copied."""
    key = "jenkins:ci:" + "abc/very-long-name/" * 6 + "#17@1763871234000"
    set_aside(store, key)
    out = StringIO()
    show(store.letters(SLOW), Console(file=out, width=80), "ko", UTC, NOON + HOUR)
    assert out.getvalue().splitlines()[0] == key
    assert "처음 따로 둔 때: " in out.getvalue()


def picked(
    letters: tuple[Letter, ...], *names: str, source: str | None = None
) -> tuple[Letter, ...]:
    return chosen(letters, names, source, everything=False, sources=["alarms", "redmine"])
