"""Whose a value is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from itsm_sync.desk.provenance import Setter, judge, setter, unexplained
from itsm_sync.model.plans import Override
from itsm_sync.model.tickets import FieldName, Journal, Ref, Ticket
from tests.builders import BOT, NOON, SEOJUN, SUA, YUJIN, journal, ticket, written

TEAM = FieldName.TEAM
HELD = ticket(fields={TEAM: "신사업팀"})


OURS = journal(BOT, TEAM, "", "신사업팀")


def judged(now: Ticket, history: tuple[Journal, ...] = (), **known: str) -> dict[FieldName, str]:
    """Answer field -> who decided it."""
    verdict = judge(
        now,
        ledger=written(**known),
        known={},
        history=history,
        bot=BOT.id,
        bot_name=BOT.name,
    )
    return {name: override.by for name, override in verdict.overrides.items()}


def test_the_history_is_asked_only_for_values_we_cannot_explain() -> None:
    override = Override(ticket=1, field=TEAM, value="신사업팀", by="강수아", at=NOON)
    assert unexplained(ticket(), {}, {}) == ()
    assert unexplained(HELD, {}, {}) == (TEAM,)
    assert unexplained(HELD, written(team="신사업팀"), {}) == ()
    assert unexplained(HELD, written(team="IT기획팀"), {}) == (TEAM,)
    assert unexplained(HELD, {}, {TEAM: override}) == ()


def test_an_assignee_needs_no_history() -> None:
    assert unexplained(ticket(assignee=SEOJUN), {}, {}) == ()


@pytest.mark.parametrize(
    ("history", "decided_by"),
    [
        ((), YUJIN.name),  # it stands since the ticket was made
        ((journal(SUA, TEAM, "", "신사업팀"),), SUA.name),
        ((journal(BOT, TEAM, "", "신사업팀"),), None),
        ((journal(BOT, TEAM, "", "신사업팀"), journal(SUA, TEAM, "신사업팀", "신사업팀 ")), None),
        ((journal(SUA, TEAM, "", "x"), journal(SUA, TEAM, "x", ""), OURS), None),
        ((journal(SUA, TEAM, "", "x"), journal(BOT, TEAM, "x", "신사업팀")), SUA.name),
        (
            (
                journal(SUA, TEAM, "", "신사업팀"),
                journal(BOT, TEAM, "신사업팀", "IT기획팀"),
                journal(BOT, TEAM, "IT기획팀", "신사업팀"),
            ),
            SUA.name,
        ),
    ],
    ids=[
        "author",
        "person",
        "bot",
        "comment by web form",
        "bot after a person gave back",
        "bot over a person's value",
        "bot put a person's value back",
    ],
)
def test_the_last_who_truly_changed_it_decided_it(
    history: tuple[Journal, ...], decided_by: str | None
) -> None:
    assert judged(HELD, history).get(TEAM) == decided_by


def test_a_ticket_the_bot_made_has_no_decisions_of_people() -> None:
    assert judged(ticket(author=BOT, fields={TEAM: "신사업팀"})) == {}


def test_an_override_tells_when_it_was_made() -> None:
    late = journal(SUA, TEAM, "", "신사업팀", at=NOON + timedelta(hours=2))
    verdict = judge(HELD, ledger={}, known={}, history=(late,), bot=BOT.id, bot_name=BOT.name)
    assert verdict.overrides[TEAM].at == NOON + timedelta(hours=2)
    assert setter(verdict, HELD, {}, TEAM) == (SUA.name, NOON + timedelta(hours=2))


def test_a_persons_value_that_our_write_replaced_unseen_is_known_by_the_history() -> None:
    history = (journal(SUA, TEAM, "", "IT기획팀"), journal(BOT, TEAM, "IT기획팀", "신사업팀"))
    verdict = judge(HELD, ledger={}, known={}, history=history, bot=BOT.id, bot_name=BOT.name)
    assert (verdict.overrides[TEAM].value, verdict.overrides[TEAM].by) == ("IT기획팀", SUA.name)


def test_a_person_who_comes_back_to_what_we_wrote_has_decided_it() -> None:
    before = {TEAM: Override(ticket=1, field=TEAM, value="IT기획팀", by=SUA.name, at=NOON)}
    ledger = written(team="신사업팀")
    assert unexplained(HELD, ledger, before) == (TEAM,)
    back = (journal(SUA, TEAM, "IT기획팀", "신사업팀"),)
    verdict = judge(HELD, ledger=ledger, known=before, history=back, bot=BOT.id, bot_name=BOT.name)
    assert verdict.overrides[TEAM].value == "신사업팀"
    after = {TEAM: verdict.overrides[TEAM]}
    assert unexplained(HELD, ledger, after) == ()
    verdict = judge(HELD, ledger=ledger, known=after, history=(), bot=BOT.id, bot_name=BOT.name)
    assert verdict.overrides == after


def test_an_assignee_that_the_history_knows_as_ours_is_ours() -> None:
    group = Ref(id=21, name="IT기획팀")
    history = (journal(BOT, FieldName.ASSIGNEE, "", "21"),)
    verdict = judge(
        ticket(assignee=group),
        ledger={},
        known={},
        history=history,
        bot=BOT.id,
        bot_name=BOT.name,
    )
    assert verdict.ours == {FieldName.ASSIGNEE}


def test_a_copied_value_is_nobodys_although_its_origin_was_overruled_since() -> None:
    copy = ticket(8, fields={TEAM: "IT기획팀"}, author=SUA, copied_from=7)
    verdict = judge(
        copy,
        ledger={},
        known={},
        history=(),
        bot=BOT.id,
        bot_name=BOT.name,
        origin=ticket(7, fields={TEAM: "신사업팀"}),
        carried=written(7, team="IT기획팀"),
    )
    assert verdict.inherited == {TEAM}


REASON = FieldName.REASON


def who(now: Ticket, *history: Journal, **known: str) -> Setter:
    """Answer who set the reason, and when."""
    ledger = written(**known)
    verdict = judge(now, ledger=ledger, known={}, history=history, bot=BOT.id, bot_name=BOT.name)
    return setter(verdict, now, ledger, REASON)


def test_a_derived_value_tells_who_set_it_and_when_as_far_as_that_is_known() -> None:
    shown = ticket(fields={REASON: "손으로 고침"})
    late = NOON + timedelta(hours=2)
    assert who(shown, reason="손으로 고침") == (BOT.name, NOON)  # as the ledger says
    assert who(shown, journal(SUA, REASON, "", "손으로 고침", at=late)) == (SUA.name, late)
    assert who(shown, journal(BOT, REASON, "", "손으로 고침", at=late)) == (BOT.name, late)
    assert who(shown, reason="우리 말") == ("", None)  # the history was not read


def test_an_empty_value_was_set_by_nobody() -> None:
    emptied = ticket(fields={REASON: ""})
    assert who(emptied, reason="") == ("", None)
    assert who(emptied, journal(SUA, REASON, "a", "")) == ("", None)


def test_what_stands_on_a_ticket_that_we_made_is_set_by_us_at_no_known_time() -> None:
    made = ticket(author=BOT, fields={TEAM: "신사업팀"})
    verdict = judge(made, ledger={}, known={}, history=(), bot=BOT.id, bot_name=BOT.name)
    assert setter(verdict, made, {}, TEAM) == (BOT.name, None)


def test_a_person_who_set_again_what_we_wrote_is_told() -> None:
    shown = ticket(fields={REASON: "a"})
    late = NOON + timedelta(hours=2)
    history = (journal(SUA, REASON, "a", "b"), journal(SUA, REASON, "b", "a", at=late))
    assert who(shown, *history, reason="a") == (SUA.name, late)


def test_a_value_that_was_only_recognised_does_not_tell_the_time_of_that() -> None:
    entry = replace(written(team="신사업팀")[TEAM], cycle="")
    verdict = judge(HELD, ledger={TEAM: entry}, known={}, history=(), bot=BOT.id, bot_name=BOT.name)
    assert setter(verdict, HELD, {TEAM: entry}, TEAM) == (BOT.name, None)


def test_what_a_person_chose_again_is_theirs_although_the_ledger_has_it() -> None:
    emptied = journal(SUA, TEAM, "신사업팀", "")
    chosen = journal(SUA, TEAM, "", "신사업팀")
    assert judged(HELD, (OURS, emptied, chosen), team="신사업팀") == {TEAM: SUA.name}
    assert judged(HELD, (OURS,), team="신사업팀") == {}
    assert judged(HELD, (emptied, OURS), team="신사업팀") == {}


def test_an_assignee_whom_a_person_chose_again_is_theirs_although_the_ledger_has_them() -> None:
    held = ticket(assignee=Ref(id=21, name="IT기획팀"))
    chosen = journal(SUA, FieldName.ASSIGNEE, "", "21")
    assert judged(held, (chosen,), assignee="21") == {FieldName.ASSIGNEE: SUA.name}
    assert judged(held, (), assignee="21") == {}


def test_a_field_is_the_same_key_as_its_name_in_the_settings() -> None:
    assert [{name: 1}[name.value] for name in FieldName] == [1] * len(FieldName)  # type: ignore[index]
