"""How many mails an edit causes at most."""

from dataclasses import replace

from itsm_sync.clients.errors import Missing
from itsm_sync.cycle.capping import MOST_ASKED, mail_bound
from itsm_sync.desk.mails import concerned, mails
from itsm_sync.model.plans import Edit, FieldEdit, KeptNote, NoteEdit
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
