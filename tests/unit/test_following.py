"""What follows an edit: its note, notes that are kept up, relations; each once."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from itsm_sync.clients.errors import Broken, ClientError, Forbidden, Invalid, Missing, Unreachable
from itsm_sync.desk.writer import Writer
from itsm_sync.model.plans import Edit, FieldEdit, KeptNote, NoteEdit, Outcome, Result
from itsm_sync.model.relating import Relating
from itsm_sync.model.tickets import FieldName, Journal, Ref
from itsm_sync.model.words import Message
from tests.builders import BOT, NOON, SUA, ticket
from tests.matters import KEY, kept
from tests.unit.test_writer import Deaf, Redmine

NUMBER = 7
LIVE = replace(kept(), journal=None)
NOTE = NoteEdit(text="끝 *그대로*", private=False, rendered=True)


@dataclass
class Noting(Redmine):
    """Keeps notes and relations too; `fails` names the calls that fail, by their order."""

    relations: set[tuple[int, int]] = field(default_factory=set)
    across: bool = False
    mute: bool = False  # it leaves notes out
    fails: Mapping[str, ClientError] = field(default_factory=dict)
    tries: list[str] = field(default_factory=list)
    loses: bool = False  # what fails was written all the same

    def put(self, ticket: int, fields: Mapping[str, Any]) -> None:
        self.tries.append("put")
        self._fail("put", written=False)
        super().put(ticket, {n: v for n, v in fields.items() if n != "notes"})
        if not self.mute and "notes" in fields:
            self.note(ticket, BOT, fields["notes"])
        self._fail("put", written=True)

    def note(self, number: int, who: Ref, text: str) -> None:
        entries = self.journals.setdefault(number, [])
        entries.append(
            Journal(id=70 + len(entries), author=who, at=NOON, notes=text, private=False)
        )

    def edit_note(self, journal_id: int, text: str, private: bool | None = None) -> None:
        self.log.append(f"edit {journal_id}")
        self.tries.append("edit")
        self._fail("edit", written=False)
        entries = self.journals.get(NUMBER, [])
        for position, entry in enumerate(entries):
            if entry.id == journal_id:
                entries[position] = replace(entry, notes=text)
                return
        raise trouble(Missing)

    def relate(self, ticket: int, other: int) -> Relating:
        self.log.append(f"relate {ticket} {other}")
        self.tries.append("relate")
        self._fail("relate", written=False)
        if self.across:
            return Relating.ACROSS
        known = (ticket, other) in self.relations
        self.relations.add((ticket, other))
        return Relating.ALREADY if known else Relating.RELATED

    def _fail(self, what: str, *, written: bool) -> None:
        error = self.fails.get(f"{what} {self.tries.count(what)}")
        if error is not None and written == (self.loses and what == "put"):
            raise error

    @property
    def notes(self) -> list[str]:
        return [entry.notes for entry in self.journals.get(NUMBER, []) if entry.notes]


def trouble(kind: type[ClientError] = Broken) -> ClientError:
    return kind(Message("it went wrong"), system="redmine", details=("a reason",))


def redmine(**changes: Any) -> Noting:
    return Noting({NUMBER: ticket(NUMBER)}, **changes)


def wanted(**changes: Any) -> Edit:
    values: dict[str, Any] = {"fields": (), "episode": KEY, "said": ("closed@1",)}
    return Edit(ticket=ticket(NUMBER), key=f"redmine:issue/{NUMBER}", **(values | changes))


def apply(counter: Noting, edit: Edit) -> Result:
    writer = Writer(
        counter=counter, bot=BOT.id, configuration="abc", clock=lambda: NOON, observer=Deaf()
    )
    (result,) = writer.apply([edit])
    return result


def test_a_note_alone_is_sent_as_it_is_and_found_again() -> None:
    counter = redmine()
    result = apply(counter, wanted(note=NOTE))
    assert (result.outcome, result.spoken) == (Outcome.APPLIED, True)
    assert counter.notes == ["끝 *그대로*"]


@pytest.mark.parametrize("kind", [Forbidden, Invalid])
def test_a_note_that_is_refused_is_remembered(kind: type[ClientError]) -> None:
    result = apply(redmine(fails={"put 1": trouble(kind)}), wanted(note=NOTE))
    assert (result.outcome, result.spoken) == (Outcome.REFUSED, False)
    assert [refusal.field for refusal in result.refused] == [FieldName.NOTE]


def test_a_note_that_redmine_leaves_out_silently_is_remembered() -> None:
    """Redmine fact 15."""
    result = apply(redmine(mute=True), wanted(note=NOTE))
    assert (result.outcome, result.spoken) == (Outcome.REFUSED, False)
    assert str(result.refused[0].reason) == "Redmine left the note out"


def test_a_note_whose_answer_is_lost_counts_where_it_stands() -> None:
    lost = apply(redmine(fails={"put 1": trouble(Unreachable)}, loses=True), wanted(note=NOTE))
    assert (lost.outcome, lost.spoken) == (Outcome.APPLIED, True)
    failed = apply(redmine(fails={"put 1": trouble(Unreachable)}), wanted(note=NOTE))
    assert (failed.outcome, failed.spoken) == (Outcome.FAILED, False)


def test_a_kept_note_is_made_once_and_then_edited_in_place() -> None:
    counter = redmine()
    (made,) = apply(counter, wanted(kept=(LIVE,))).noted
    assert made.journal is not None
    assert counter.notes == [LIVE.text]
    counter.log.clear()
    (edited,) = apply(counter, wanted(kept=(replace(made, text=kept("세 번").text),))).noted
    assert edited.journal == made.journal
    assert counter.notes == [kept("세 번").text]
    assert counter.log == ["look", f"edit {made.journal}"]


def test_a_kept_note_that_is_there_though_nobody_knows_is_no_reason_for_a_second() -> None:
    counter = redmine()
    counter.note(NUMBER, SUA, kept("남의 것").text)
    counter.note(NUMBER, BOT, kept("한 번").text)
    (found,) = apply(counter, wanted(kept=(LIVE,))).noted
    assert counter.notes == [kept("남의 것").text, LIVE.text]
    assert found.journal == 71


def test_a_kept_note_that_somebody_deleted_is_made_anew() -> None:
    counter = redmine()
    (found,) = apply(counter, wanted(kept=(kept(journal=4),))).noted
    assert counter.notes == [LIVE.text]
    assert found.journal not in (None, 4)


@pytest.mark.parametrize("fails", [{"put 1": trouble(Forbidden)}, {"edit 1": trouble(Forbidden)}])
def test_a_kept_note_that_is_refused_is_remembered(fails: Mapping[str, ClientError]) -> None:
    note = LIVE if "put 1" in fails else kept()
    result = apply(redmine(fails=fails), wanted(kept=(note,)))
    assert result.outcome is Outcome.PARTLY
    assert [refusal.field for refusal in result.refused] == [FieldName.NOTE]


def test_a_kept_note_that_fails_is_tried_again_in_the_next_cycle() -> None:
    result = apply(redmine(fails={"put 1": trouble()}), wanted(kept=(LIVE,)))
    assert (result.outcome, result.refused, result.noted) == (Outcome.PARTLY, (), ())
    assert str(result.error) == "a note could not be kept up: it went wrong"


def test_what_a_note_did_to_the_ticket_is_known_where_nobody_else_wrote() -> None:
    counter = redmine()
    assert apply(counter, wanted(kept=(LIVE,))).after == counter.tickets[NUMBER]
    counter = redmine()
    counter.note(NUMBER, SUA, "잠시만요")
    assert apply(counter, wanted(kept=(LIVE,))).after is None


def test_relations_are_made_each_by_a_request_of_its_own() -> None:
    counter = redmine()
    result = apply(counter, wanted(related=(3, 4)))
    assert (result.outcome, result.related, result.unrelated) == (Outcome.APPLIED, (3, 4), ())
    assert apply(counter, wanted(related=(3,))).related == (3,)  # it is there already
    assert counter.relations == {(NUMBER, 3), (NUMBER, 4)}


@pytest.mark.parametrize("changes", [{"across": True}, {"fails": {"relate 1": trouble(Missing)}}])
def test_relations_that_redmine_does_not_allow_are_known(changes: dict[str, Any]) -> None:
    result = apply(redmine(**changes), wanted(related=(3,)))
    assert (result.outcome, result.related, result.unrelated) == (Outcome.APPLIED, (), (3,))


def test_a_relation_that_fails_is_tried_again_in_the_next_cycle() -> None:
    result = apply(redmine(fails={"relate 2": trouble()}), wanted(related=(3, 4)))
    assert (result.outcome, result.related, result.unrelated) == (Outcome.PARTLY, (3,), ())


def test_nothing_follows_what_was_refused() -> None:
    counter = redmine(fails={"put 1": trouble(Forbidden)})
    apply(counter, wanted(note=NOTE, kept=(KeptNote(name="live", text="x"),), related=(3,)))
    assert not [entry for entry in counter.log if entry.startswith(("relate", "edit"))]


def test_a_private_ticket_that_somebody_made_public_meanwhile_is_left_for_the_next_cycle() -> None:
    counter = redmine()
    edit = replace(wanted(note=NOTE), ticket=ticket(NUMBER, private=True))
    assert apply(counter, edit).outcome is Outcome.HELD
    assert counter.notes == []


def test_where_redmine_names_none_of_our_fields_the_due_date_is_tried_last_and_alone() -> None:
    """It may not lie before the ticket's start, and Redmine says so in its own language."""
    why = Message("x")
    changed = (
        FieldEdit(name=FieldName.TEAM, old="", new="IT기획팀", why=why),
        FieldEdit(name=FieldName.DUE_DATE, old="", new="2026-01-01", why=why),
    )
    result = apply(redmine(fails={"put 1": trouble(Invalid)}), wanted(fields=changed))
    assert result.outcome is Outcome.PARTLY
    assert result.written == {FieldName.TEAM: "IT기획팀"}
    assert [refusal.field for refusal in result.refused] == [FieldName.DUE_DATE]
