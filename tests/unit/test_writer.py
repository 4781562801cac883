"""The writer: look, write, read back, compare."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from itsm_sync.clients.errors import (
    Broken,
    ClientError,
    Forbidden,
    Invalid,
    Missing,
    Unauthorised,
    Unreachable,
)
from itsm_sync.desk.looking import FIRST, MOST
from itsm_sync.desk.refusing import reason
from itsm_sync.desk.sending import attributes
from itsm_sync.desk.writer import Writer
from itsm_sync.model.markup import Rendering
from itsm_sync.model.plans import Edit, FieldEdit, NoteEdit, Outcome, Override, Result
from itsm_sync.model.ports import Clock
from itsm_sync.model.tickets import FieldChange, FieldName, Journal, Ref, Ticket
from itsm_sync.model.words import Message
from tests.builders import BOT, FIELD_IDS, NOON, SUA, journal, ticket

TEAM, ROLE, ASSIGNEE = FieldName.TEAM, FieldName.ROLE, FieldName.ASSIGNEE
NAMES = {number: name for name, number in FIELD_IDS.items()}


@dataclass
class Redmine:
    """Keeps tickets as Redmine does: silent about what it drops, honest in its journals."""

    tickets: dict[int, Ticket]
    journals: dict[int, list[Journal]] = field(default_factory=dict)
    read_only: set[FieldName] = field(default_factory=set)
    log: list[str] = field(default_factory=list)
    before_put: Callable[[int], None] = lambda _: None
    after_put: Callable[[int], None] = lambda _: None

    def look(self, ids: Sequence[int]) -> Mapping[int, Ticket]:
        self.log.append("look")
        return {number: self.tickets[number] for number in ids if number in self.tickets}

    def put(self, ticket: int, fields: Mapping[str, Any]) -> None:
        self.log.append(f"put {ticket}")
        self.before_put(ticket)
        values = {NAMES[f["id"]]: f["value"] for f in fields.get("custom_fields", [])}
        if "assigned_to_id" in fields:
            values[ASSIGNEE] = fields["assigned_to_id"]
        self.write(ticket, BOT, values, str(fields.get("notes", "")))
        self.after_put(ticket)

    def read_back(self, ticket: int) -> tuple[Ticket, tuple[Journal, ...]]:
        self.log.append(f"read {ticket}")
        if ticket not in self.tickets:
            raise Missing(Message("404"), system="redmine", status=404)
        return self.tickets[ticket], tuple(self.journals.get(ticket, ()))

    def write(
        self, number: int, who: Ref, values: Mapping[FieldName, str], notes: str = ""
    ) -> None:
        now = self.tickets[number]
        changes = [
            FieldChange(field=name, old=now.value(name) or "", new=value)
            for name, value in values.items()
            if name not in self.read_only and (now.value(name) or "") != value
        ]
        entries = self.journals.setdefault(number, [])
        entries.append(
            Journal(
                id=len(entries) + 1,
                author=who,
                at=NOON,
                notes=notes,
                private=False,
                changes=tuple(changes),
            )
        )
        fields = dict(now.fields)
        assignee = now.assignee
        for change in changes:
            if change.field is ASSIGNEE:
                assignee = Ref(id=int(change.new), name="?")
            else:
                fields[change.field] = change.new
        self.tickets[number] = replace(now, fields=fields, assignee=assignee)


class Deaf:
    def saw(self, event: str, /, **details: object) -> None:
        pass


def edit(now: Ticket, note: NoteEdit | None = None, **new: str) -> Edit:
    fields = tuple(
        FieldEdit(
            name=FieldName(name),
            old=now.value(FieldName(name)) or "",
            new=value,
            why=Message("test"),
        )
        for name, value in new.items()
    )
    return Edit(ticket=now, key=f"redmine:issue/{now.id}", fields=fields, note=note)


def apply(
    redmine: Any,
    *edits: Edit,
    labels: Mapping[FieldName, str] | None = None,
    clock: Clock = lambda: NOON,
) -> list[Result]:
    writer = Writer(
        counter=redmine,
        bot=BOT.id,
        configuration="abc",
        clock=clock,
        observer=Deaf(),
        labels=labels or {},
    )
    return list(writer.apply(edits))


def test_an_edit_is_looked_at_written_once_and_read_back() -> None:
    redmine = Redmine({1: ticket()})
    (result,) = apply(redmine, edit(ticket(), team="IT기획팀", assignee="21"))
    assert result.outcome is Outcome.APPLIED
    assert result.written == {TEAM: "IT기획팀", ASSIGNEE: "21"}
    assert redmine.log == ["look", "put 1", "read 1"]


def test_only_the_fields_of_the_edit_are_sent() -> None:
    sent = attributes(
        edit(ticket(), NoteEdit(text="안녕", private=True), team="IT기획팀"), Rendering()
    )
    assert sent == {
        "custom_fields": [{"id": FIELD_IDS[TEAM], "value": "IT기획팀"}],
        "notes": "안녕",
        "private_notes": True,
    }


@dataclass
class Slow(Redmine):
    """One whose PUT takes so many seconds, by the ticket's number."""

    takes: Callable[[int], float] = lambda _: 0.0
    seconds: float = 0.0
    looks: list[tuple[int, ...]] = field(default_factory=list)
    begun: list[float] = field(default_factory=list)  # after the last look, of each PUT
    _looked: float = 0.0

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)

    def look(self, ids: Sequence[int]) -> Mapping[int, Ticket]:
        self.looks.append(tuple(ids))
        self._looked = self.seconds
        return super().look(ids)

    def put(self, ticket: int, fields: Mapping[str, Any]) -> None:
        self.begun.append(self.seconds - self._looked)
        super().put(ticket, fields)
        self.seconds += self.takes(ticket)


def applied(redmine: Slow, many: int) -> None:
    edits = [edit(now, team="IT기획팀") for now in list(redmine.tickets.values())[:many]]
    results = apply(redmine, *edits, clock=redmine.now)
    assert [result.outcome for result in results] == [Outcome.APPLIED] * many


def test_tickets_are_looked_at_in_batches_as_large_as_a_second_takes() -> None:
    quick, slow = (
        Slow({n: ticket(n) for n in range(1, 200)}, takes=lambda _, each=each: each)
        for each in (0.05, 0.3)
    )
    applied(quick, FIRST + 20 + 1)
    assert [len(ids) for ids in quick.looks] == [FIRST, 20, 1]
    applied(slow, 10)
    assert [ids[0] for ids in slow.looks] == [1, 5, 8]
    assert [len(ids) for ids in slow.looks] == [FIRST, 3, 3]
    assert max(*quick.begun, *slow.begun) < 1


def test_a_batch_has_a_largest_and_a_smallest_size() -> None:
    numbers = range(1, FIRST + 2 * MOST)
    instant = Slow({n: ticket(n) for n in numbers})
    applied(instant, FIRST + MOST + 1)
    assert [len(ids) for ids in instant.looks] == [FIRST, MOST, 1]
    drowsy = Slow({n: ticket(n) for n in numbers}, takes=lambda _: 5.0)
    applied(drowsy, 3)
    assert drowsy.looks[1:] == [(2,), (3,)]


def test_after_a_write_that_took_long_the_next_ticket_is_looked_at_anew() -> None:
    tickets = {number: ticket(number) for number in (1, 2, 3)}
    redmine = Slow(dict(tickets), takes=lambda number: 30.0 if number == 1 else 0.0)
    redmine.after_put = lambda number: redmine.tickets.update({2: ticket(2, closed=True)})
    edits = [edit(now, team="IT기획팀") for now in tickets.values()]
    results = apply(redmine, *edits, clock=redmine.now)
    assert [r.outcome for r in results] == [Outcome.APPLIED, Outcome.HELD, Outcome.APPLIED]
    assert [entry for entry in redmine.log if entry != "look"] == [
        "put 1", "read 1", "put 3", "read 3",
    ]  # fmt: skip


def test_a_ticket_that_moved_since_the_plan_is_left_for_the_next_cycle() -> None:
    redmine = Redmine({1: ticket(fields={TEAM: "신사업팀"})})
    (result,) = apply(redmine, edit(ticket(), team="IT기획팀"))
    assert result.outcome is Outcome.HELD
    assert redmine.log == ["look"]


def test_a_ticket_closed_since_the_plan_is_not_written() -> None:
    redmine = Redmine({1: ticket(closed=True)})
    assert apply(redmine, edit(ticket(), team="IT기획팀"))[0].outcome is Outcome.HELD


def test_a_ticket_that_is_gone_fails_and_the_next_is_written() -> None:
    redmine = Redmine({2: ticket(2)})
    results = apply(redmine, edit(ticket(1), team="IT기획팀"), edit(ticket(2), team="IT기획팀"))
    assert [r.outcome for r in results] == [Outcome.FAILED, Outcome.APPLIED]


def test_what_redmine_drops_silently_is_refused_and_the_rest_applied() -> None:
    redmine = Redmine({1: ticket()}, read_only={ROLE})
    (result,) = apply(redmine, edit(ticket(), team="IT기획팀", role="변경 관리자"))
    assert result.outcome is Outcome.PARTLY
    assert result.written == {TEAM: "IT기획팀"}
    (refusal,) = result.refused
    assert (refusal.field, refusal.value) == (ROLE, "변경 관리자")
    assert refusal.circumstances == "1/1/1/abc"


def test_an_edit_dropped_whole_is_refused() -> None:
    redmine = Redmine({1: ticket()}, read_only={TEAM})
    assert apply(redmine, edit(ticket(), team="IT기획팀"))[0].outcome is Outcome.REFUSED


def test_a_rejected_edit_names_redmines_reasons() -> None:
    def reject(_: int) -> None:
        raise Invalid(
            Message("422"),
            system="redmine",
            status=422,
            details=("담당 팀 은(는) 목록에 없습니다",),
        )

    (result,) = apply(Redmine({1: ticket()}, before_put=reject), edit(ticket(), team="없는 팀"))
    assert result.outcome is Outcome.REFUSED
    assert "목록에 없습니다" in str(result.refused[0].reason.params["reasons"])


def test_a_persons_value_between_look_and_write_is_put_back_and_counted() -> None:
    redmine = Redmine({1: ticket()})

    def person(number: int) -> None:
        redmine.before_put = lambda _: None
        redmine.write(number, SUA, {TEAM: "신사업팀"})

    redmine.before_put = person
    (result,) = apply(redmine, edit(ticket(), team="IT기획팀", role="변경 관리자"))
    assert redmine.tickets[1].value(TEAM) == "신사업팀"
    assert redmine.tickets[1].value(ROLE) == "변경 관리자"
    assert [(o.field, o.value, o.by) for o in result.restored] == [(TEAM, "신사업팀", SUA.name)]
    assert TEAM not in result.written
    assert result.outcome is Outcome.APPLIED


def test_a_persons_value_after_our_write_stands_and_is_no_refusal() -> None:
    redmine = Redmine({1: ticket()})
    redmine.after_put = lambda number: redmine.write(number, SUA, {TEAM: "신사업팀"})
    (result,) = apply(redmine, edit(ticket(), team="IT기획팀"))
    assert redmine.tickets[1].value(TEAM) == "신사업팀"
    assert result.refused == ()
    assert result.written == {}


def test_a_write_whose_answer_was_lost_counts_when_reading_back_shows_it() -> None:
    def lose(_: int) -> None:
        raise Unreachable(Message("cut"), system="redmine")

    redmine = Redmine({1: ticket()}, after_put=lose)
    assert apply(redmine, edit(ticket(), team="IT기획팀"))[0].outcome is Outcome.APPLIED


@pytest.mark.parametrize(
    "error", [Unreachable(Message("down"), system="redmine"), Broken(Message("500"), system="r")]
)
def test_a_failed_write_is_no_refusal(error: ClientError) -> None:
    def fail(_: int) -> None:
        raise error

    (result,) = apply(Redmine({1: ticket()}, before_put=fail), edit(ticket(), team="IT기획팀"))
    assert result.outcome is Outcome.FAILED
    assert result.refused == ()


def test_what_is_forbidden_is_refused_and_keeps_no_other_from_being_written() -> None:
    def forbid(number: int) -> None:
        if number < 5:
            raise Forbidden(Message("403"), system="redmine", status=403)

    tickets = {number: ticket(number) for number in range(1, 6)}
    redmine = Redmine(dict(tickets), before_put=forbid)
    results = apply(redmine, *(edit(now, team="IT기획팀") for now in tickets.values()))
    assert [r.outcome for r in results] == [Outcome.REFUSED] * 4 + [Outcome.APPLIED]
    assert results[0].refused[0].field is TEAM


def test_a_server_that_stays_down_is_not_asked_for_every_ticket() -> None:
    def fail(_: int) -> None:
        raise Unreachable(Message("down"), system="redmine")

    tickets = {number: ticket(number) for number in range(1, 8)}
    redmine = Redmine(dict(tickets), before_put=fail)
    results = apply(redmine, *(edit(now, team="IT기획팀") for now in tickets.values()))
    assert [r.outcome for r in results] == [Outcome.FAILED] * 7
    assert sum(line.startswith("put") for line in redmine.log) == 3


def test_a_key_that_is_no_longer_accepted_stops_everything() -> None:
    def reject(_: int) -> None:
        raise Unauthorised(Message("401"), system="redmine", status=401)

    redmine = Redmine({1: ticket(), 2: ticket(2)}, before_put=reject)
    with pytest.raises(Unauthorised):
        apply(redmine, edit(ticket(), team="IT기획팀"), edit(ticket(2), team="IT기획팀"))
    assert redmine.log == ["look", "put 1"]


def test_a_key_rejected_after_a_first_write_fails_the_rest_and_hides_no_result() -> None:
    def reject(number: int) -> None:
        if number > 1:
            raise Unauthorised(Message("401"), system="redmine", status=401)

    tickets = {number: ticket(number) for number in range(1, FIRST + 3)}
    redmine = Redmine(dict(tickets), before_put=reject)
    results = apply(redmine, *(edit(now, team="IT기획팀") for now in tickets.values()))
    assert [r.outcome for r in results] == [Outcome.APPLIED] + [Outcome.FAILED] * (FIRST + 1)
    assert redmine.log == ["look", "put 1", "read 1", "put 2"]


def test_a_server_that_stays_down_is_not_looked_at_again() -> None:
    class Down(Redmine):
        def look(self, ids: Sequence[int]) -> Mapping[int, Ticket]:
            self.log.append(f"look {len(ids)}")
            raise Unreachable(Message("down"), system="redmine")

    tickets = {number: ticket(number) for number in range(1, 3 * FIRST)}
    redmine = Down(tickets)
    results = apply(redmine, *(edit(now, team="IT기획팀") for now in tickets.values()))
    assert {r.outcome for r in results} == {Outcome.FAILED}
    assert redmine.log == [f"look {FIRST}"]


def test_tickets_that_are_gone_are_no_server_that_is_down() -> None:
    tickets = {number: ticket(number) for number in range(1, 6)}
    redmine = Redmine({5: tickets[5]})
    results = apply(redmine, *(edit(now, team="IT기획팀") for now in tickets.values()))
    assert [r.outcome for r in results] == [Outcome.FAILED] * 4 + [Outcome.APPLIED]


def test_each_edit_is_told_once_after_their_number() -> None:
    seen: list[str] = []

    class Listener:
        def saw(self, event: str, /, **details: object) -> None:
            seen.append(f"{event} {details.get('edits', details.get('ticket'))}")

    def fail(_: int) -> None:
        raise Unreachable(Message("down"), system="redmine")

    tickets = {number: ticket(number) for number in range(1, 6)}
    redmine = Redmine(dict(tickets), before_put=fail)
    edits = [edit(now, team="IT기획팀") for now in tickets.values()]
    writer = Writer(
        counter=redmine, bot=BOT.id, configuration="x", clock=lambda: NOON, observer=Listener()
    )
    list(writer.apply(edits))
    assert seen == ["edits.started 5", *(f"edit.failed {number}" for number in tickets)]


def test_the_ticket_read_back_is_taken_over_only_where_nobody_else_wrote() -> None:
    redmine = Redmine({1: ticket()})
    assert apply(redmine, edit(ticket(), team="IT기획팀"))[0].after == redmine.tickets[1]
    commented = Redmine({1: ticket()})
    commented.before_put = lambda number: commented.write(number, SUA, {})
    assert apply(commented, edit(ticket(), team="IT기획팀"))[0].after is None
    touched = Redmine({1: ticket(updated_on=NOON)})
    assert apply(touched, edit(ticket(), team="IT기획팀"))[0].after is None


def test_what_a_rejection_does_not_speak_of_is_written() -> None:
    def reject(_: int) -> None:
        redmine.before_put = lambda _: None
        raise Invalid(Message("422"), system="redmine", details=("담당 팀 목록에 없습니다",))

    redmine = Redmine({1: ticket()}, before_put=reject)
    wanted = edit(
        ticket(), NoteEdit(text="안녕", private=False), team="없는 팀", role="변경 관리자"
    )
    (result,) = apply(redmine, wanted, labels={TEAM: "담당 팀", ROLE: "담당 역할"})
    assert result.outcome is Outcome.PARTLY
    assert result.written == {ROLE: "변경 관리자"}
    assert [refusal.field for refusal in result.refused] == [TEAM]
    assert redmine.log == ["look", "put 1", "put 1", "read 1"]


def test_a_group_that_cannot_be_assigned_keeps_nothing_else_from_the_ticket() -> None:
    def reject(_: int) -> None:
        redmine.before_put = lambda _: None
        raise Invalid(Message("422"), system="redmine", details=("담당자 올바르지 않은 값입니다",))

    redmine = Redmine({1: ticket()}, before_put=reject)
    (result,) = apply(redmine, edit(ticket(), team="IT기획팀", assignee="21"))
    assert result.written == {TEAM: "IT기획팀"}
    assert [refusal.field for refusal in result.refused] == [ASSIGNEE]


def test_an_end_that_wants_another_field_keeps_nothing_else_from_the_ticket() -> None:
    def reject(_: int) -> None:
        redmine.before_put = lambda _: None
        raise Invalid(Message("422"), system="redmine", details=("해결 방법 빈 값입니다",))

    redmine = Redmine({1: ticket()}, before_put=reject)
    ending = NoteEdit(text="다시 성공하여 닫습니다", private=False)
    (result,) = apply(redmine, edit(ticket(), ending, team="IT기획팀", status="5"))
    assert result.written == {TEAM: "IT기획팀"}
    assert [refusal.field for refusal in result.refused] == [FieldName.STATUS]
    assert not result.spoken


def test_a_decision_like_ours_between_look_and_write_is_the_persons() -> None:
    redmine = Redmine({1: ticket()})
    redmine.before_put = lambda number: redmine.write(number, SUA, {TEAM: "IT기획팀"})
    (result,) = apply(redmine, edit(ticket(), team="IT기획팀", role="변경 관리자"))
    assert result.written == {ROLE: "변경 관리자"}
    assert [(o.field, o.by) for o in result.restored] == [(TEAM, SUA.name)]


def test_an_old_race_is_not_put_back_again() -> None:
    long_ago = NOON - timedelta(days=9)
    history = [
        journal(SUA, TEAM, "", "신사업팀", at=long_ago),
        journal(BOT, TEAM, "신사업팀", "IT기획팀", at=long_ago),
    ]
    redmine = Redmine({1: ticket()}, journals={1: history}, read_only={TEAM})
    (result,) = apply(redmine, edit(ticket(), team="IT기획팀"))
    assert result.restored == ()
    assert result.outcome is Outcome.REFUSED


def test_a_person_who_decides_again_while_being_put_back_has_the_last_word() -> None:
    redmine = Redmine({1: ticket()})
    said = ["신사업팀", "다른 팀"]

    def person(number: int) -> None:
        if said:
            redmine.write(number, SUA, {TEAM: said.pop(0)})

    redmine.before_put = person
    (result,) = apply(redmine, edit(ticket(), team="IT기획팀"))
    assert redmine.tickets[1].value(TEAM) == "다른 팀"
    assert [o.value for o in result.restored] == ["다른 팀"]


def test_a_value_that_our_own_account_put_in_the_place_of_ours_is_another_programs() -> None:
    def result(who: Ref, *, again: bool = True, old: str = "신사업팀") -> Result:
        redmine = Redmine({1: ticket(fields={TEAM: "IT기획팀"})})
        redmine.write(1, who, {TEAM: old})
        now = redmine.tickets[1]
        made = edit(now, team="IT기획팀", role="서비스 데스크")
        fields = tuple(replace(f, again=again) for f in made.fields)
        (done,) = apply(redmine, replace(made, fields=fields))
        assert done.outcome is Outcome.APPLIED
        assert done.written[TEAM] == "IT기획팀"
        return done

    (twin,) = result(BOT).fought
    assert (twin.field, twin.value, reason(twin.reason)) == (TEAM, "IT기획팀", "fought")
    assert result(SUA).fought == ()
    assert result(BOT, again=False).fought == ()  # we may have written it, and died before we knew
    assert result(BOT, old="").fought == ()  # as `undo` does


def test_a_persons_value_that_is_put_back_late_is_theirs_and_not_written_by_us() -> None:
    theirs = Override(ticket=1, field=TEAM, value="신사업팀", by=SUA.name, at=NOON)
    now = ticket(fields={TEAM: "IT기획팀"})
    back = edit(now, team="신사업팀")
    back = replace(back, fields=tuple(replace(f, theirs=theirs) for f in back.fields))
    (result,) = apply(Redmine({1: now}), back)
    assert result.written == {}
    assert result.restored == (theirs,)
    assert result.outcome is Outcome.APPLIED


@pytest.mark.parametrize(
    "now",
    [
        ticket(fields={FieldName.PIN: "1"}),
        ticket(project=Ref(id=2, name="다른 프로젝트")),
        ticket(tracker=Ref(id=2, name="새기능")),
        ticket(fields={FieldName.PROCESS: "변경 관리"}),
    ],
    ids=["pinned", "another project", "another tracker", "another decision"],
)
def test_a_ticket_that_is_another_by_now_is_left(now: Ticket) -> None:
    redmine = Redmine({1: now})
    (result,) = apply(redmine, edit(ticket(), team="IT기획팀"))
    assert result.outcome is Outcome.HELD
    assert redmine.log == ["look"]


def test_a_deleted_ticket_is_told_as_gone() -> None:
    (result,) = apply(Redmine({}), edit(ticket(), team="IT기획팀"))
    assert result.gone


def test_tickets_that_break_redmine_keep_no_other_from_being_written() -> None:
    def fail(number: int) -> None:
        if number < 5:
            raise Broken(Message("500"), system="redmine", status=500)

    tickets = {number: ticket(number) for number in range(1, 6)}
    redmine = Redmine(dict(tickets), before_put=fail)
    results = apply(redmine, *(edit(now, team="IT기획팀") for now in tickets.values()))
    assert [r.outcome for r in results] == [Outcome.FAILED] * 4 + [Outcome.APPLIED]


REMARK = NoteEdit(text="다시 실패합니다: build 15", private=False, rendered=True)


def remarked(**new: str) -> Edit:
    """An edit of a signal's ticket with a remark."""
    return replace(edit(ticket(), REMARK, **new), episode="builds/x", said=("back@15",))


@pytest.mark.parametrize("new", [{}, {"team": "IT기획팀"}], ids=["alone", "with a field"])
def test_a_remark_whose_answer_was_lost_is_not_made_twice(new: dict[str, str]) -> None:
    redmine = Redmine({1: ticket()})
    read_back = redmine.read_back

    def lost(number: int) -> tuple[Ticket, tuple[Journal, ...]]:
        if "put 1" in redmine.log:
            raise Broken(Message("cut"), system="redmine")
        return read_back(number)

    redmine.read_back = lost  # type: ignore[method-assign]
    (failed,) = apply(redmine, remarked(**new))
    assert failed.outcome is Outcome.FAILED
    assert not failed.spoken
    redmine.read_back = read_back  # type: ignore[method-assign]
    redmine.log.clear()
    (again,) = apply(redmine, replace(remarked(), ticket=redmine.tickets[1]))
    assert again.outcome is Outcome.APPLIED
    assert again.spoken
    assert again.edit.said == ("back@15",)
    assert [j.notes for j in redmine.journals[1]].count(REMARK.text) == 1
    assert "put 1" not in redmine.log


def test_a_remark_that_stands_keeps_no_field_from_being_written() -> None:
    redmine = Redmine({1: ticket()})
    apply(redmine, remarked())
    (again,) = apply(redmine, remarked(team="IT기획팀"))
    assert again.written == {TEAM: "IT기획팀"}
    assert again.spoken
    assert [j.notes for j in redmine.journals[1]] == [REMARK.text, ""]


def test_the_same_words_of_a_person_are_no_remark_of_ours() -> None:
    redmine = Redmine({1: ticket()})
    redmine.write(1, SUA, {}, REMARK.text)
    (result,) = apply(redmine, remarked())
    assert result.spoken
    assert [j.author for j in redmine.journals[1]] == [SUA, BOT]


def test_without_the_history_no_remark_is_made() -> None:
    redmine = Redmine({1: ticket()})

    def down(number: int) -> tuple[Ticket, tuple[Journal, ...]]:
        raise Unreachable(Message("away"), system="redmine")

    redmine.read_back = down  # type: ignore[method-assign]
    (result,) = apply(redmine, remarked(team="IT기획팀"))
    assert result.outcome is Outcome.FAILED
    assert "put 1" not in redmine.log
