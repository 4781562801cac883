"""How many mails an edit causes at most."""

from dataclasses import replace

from itsm_sync.clients.errors import Missing
from itsm_sync.cycle.capping import MOST_ASKED, capped, mail_bound
from itsm_sync.desk.mails import concerned, mails
from itsm_sync.model.caps import Caps
from itsm_sync.model.plans import Edit, FieldEdit, KeptNote, NoteEdit, Plan
from itsm_sync.model.tickets import FieldName, Ref
from itsm_sync.model.words import Message
from tests.builders import BUSINESS_GROUP, IT_GROUP, SEOJUN, SUA, YUJIN, ticket

MEMBERS = {IT_GROUP: (SEOJUN.id, 51), BUSINESS_GROUP: (SUA.id, 61)}


def edit(number: int = 1, to: int = BUSINESS_GROUP) -> Edit:
    """A ticket of the reporter's that goes from one team's group to the other's."""
    why = Message("rule «{rule}»", {"rule": "r"})
    change = FieldEdit(name=FieldName.ASSIGNEE, old=str(IT_GROUP), new=str(to), why=why)
    now = ticket(number, assignee=Ref(id=IT_GROUP, name="IT기획팀"))
    return Edit(ticket=now, key=f"redmine:issue/{number}", fields=(change,))


def test_author_and_everybody_of_the_group_before_and_after_get_one_mail_each() -> None:
    assert concerned(edit()) == {YUJIN.id, IT_GROUP, BUSINESS_GROUP}
    assert mails(edit(), members=MEMBERS) == 5


def test_who_is_concerned_twice_gets_one_mail() -> None:
    by_member = replace(edit(), ticket=replace(edit().ticket, author=SUA))
    assert mails(by_member, watchers=(SUA.id, IT_GROUP, SEOJUN.id), members=MEMBERS) == 4


def test_a_private_note_makes_a_second_mail_and_a_public_one_does_not() -> None:
    public = replace(edit(), note=NoteEdit(text="x", private=False))
    private = replace(edit(), note=NoteEdit(text="x", private=True))
    assert mails(public, members=MEMBERS) == 5
    assert mails(private, members=MEMBERS) == 10


class Desk:
    """Knows two groups, and one more watcher on every ticket."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.watched: list[int] = []

    def members(self, group: int) -> dict[int, str]:
        self.asked.append(group)
        if group not in MEMBERS:
            raise Missing(Message("none"), system="redmine")
        return dict.fromkeys(MEMBERS[group], "")

    def watchers(self, number: int) -> dict[int, str]:
        self.watched.append(number)
        return {70: ""}


def test_watchers_are_asked_for_only_where_they_can_matter() -> None:
    some = [edit(number) for number in range(1, 4)]
    desk = Desk()
    assert mail_bound(desk, some, 14) == 15  # type: ignore[arg-type]
    assert desk.watched == []
    assert mail_bound(desk, some, 15) == 18  # type: ignore[arg-type]
    assert desk.watched == [1, 2, 3]


def test_each_group_is_asked_for_once_and_watchers_of_so_many_tickets() -> None:
    many = [edit(number) for number in range(1, MOST_ASKED + 50)]
    desk = Desk()
    mail_bound(desk, many, 99_999)  # type: ignore[arg-type]
    assert len(desk.watched) == MOST_ASKED
    assert sorted(desk.asked) == [IT_GROUP, BUSINESS_GROUP, 70]


def test_a_note_to_be_kept_up_mails_when_it_is_made_and_never_again() -> None:
    live = KeptNote(name="live", text="x")
    alone = mails(replace(edit(), fields=(), kept=(live,)), members=MEMBERS)
    assert alone > 0
    assert mails(replace(edit(), kept=(live,)), members=MEMBERS) == 2 * mails(
        edit(), members=MEMBERS
    )
    assert mails(replace(edit(), fields=(), kept=(replace(live, journal=7),)), members=MEMBERS) == 0


def clock(number: int) -> Edit:
    """A ticket of the first group's that is at risk now: author, group and one watcher, 4 mails."""
    why = Message("the clocks of its service level")
    change = FieldEdit(name=FieldName.SLA_STATE, old="지킴", new="임박", why=why)
    return replace(edit(number), fields=(change,), routed=True)


def test_what_clocks_tell_has_the_room_that_routing_leaves_and_one_goes_at_any_rate() -> None:
    def waiting(most: int, *edits: Edit) -> frozenset[int]:
        caps = Caps(mails=most)
        made = capped(Plan(edits=edits), caps, desk=Desk(), teams={}, routed=9)  # type: ignore[arg-type]
        return made.waiting

    some = [clock(number) for number in (1, 2, 3)]
    assert waiting(12, *some) == frozenset()
    assert waiting(11, *some) == {3}
    assert waiting(1, *some) == {2, 3}
    routed = replace(edit(9), routed=True)  # six mails
    assert waiting(14, *some, routed) == {3}
