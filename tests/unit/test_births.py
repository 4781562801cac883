"""An episode's ticket is opened once: looked for before, and known again after."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from itsm_sync.clients.errors import (
    Broken,
    ClientError,
    Forbidden,
    Invalid,
    Throttled,
    Unauthorised,
    Unreachable,
)
from itsm_sync.desk.finding import Unfiltered
from itsm_sync.desk.forms import Form
from itsm_sync.desk.opening import Opener
from itsm_sync.desk.signals.births import Births
from itsm_sync.desk.signals.matters import Matter, Saying
from itsm_sync.desk.signals.openings import birth, opening_mark
from itsm_sync.desk.signals.settling import (
    PATIENCE,
    follow_ups,
    resolved,
    settle,
    unopened,
    with_kin,
)
from itsm_sync.model.markup import Markup, Rendering
from itsm_sync.model.openings import Opened, OpeningOutcome, Shown
from itsm_sync.model.plans import Birth, Born, Edit, Watch
from itsm_sync.model.signals import Link
from itsm_sync.model.tickets import FieldName, Ref, Ticket
from itsm_sync.model.words import Message
from tests.builders import BOT, IT_GROUP, NOON, SUA
from tests.matters import (
    DONE,
    HOUR,
    KEY,
    MANNER,
    MARKER_LINE,
    NORMAL,
    closed,
    episode,
    kept,
    matter,
    opened,
    remark,
    seat,
    ticketed,
    told,
)
from tests.unit.test_writer import Deaf

OTHER = "nodes/abcdef0123/20260302T090000Z"
GROUP = Ref(id=IT_GROUP, name="IT기획팀")


@dataclass
class Redmine:
    """Opens tickets, which show what was posted; `fails` names the calls that fail, by order."""

    shown: dict[int, Shown] = field(default_factory=dict)
    fails: Mapping[str, ClientError] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    intents: list[str] = field(default_factory=list)
    sent: list[Mapping[str, Any]] = field(default_factory=list)

    def _called(self, what: str) -> None:
        self.log.append(what)
        if error := self.fails.get(f"{what} {self.log.count(what)}"):
            raise error

    def find_key(self, field_id: int, value: str) -> tuple[Shown, ...]:
        self._called("find")
        held = (one for one in self.shown.values())
        return tuple(one for one in held if one.ticket.value(FieldName.KEY) == value)

    def intend(self, key: str, at: datetime) -> None:
        self.log.append("intend")
        self.intents.append(key)

    def may_be_private(self, project: int) -> bool:
        return True

    def post(self, fields: Mapping[str, Any]) -> int:
        self._called("post")
        self.sent.append(fields)
        number = 100 + len(self.shown)
        values = {f["id"]: f["value"] for f in fields.get("custom_fields", ())}
        now = opened(
            number,
            subject=fields["subject"],
            description=fields.get("description", ""),
            private=fields.get("is_private", False),
            assignee=GROUP if "assigned_to_id" in fields else None,
            due_date=fields.get("due_date", ""),
            updated_on=NOON,
        )
        filled = {n: values.get(i, "") for n, i in now.field_ids.items()}
        self.keep(replace(now, fields=filled))
        return number

    def put(self, ticket: int, fields: Mapping[str, Any]) -> None:
        self._called("put")
        now = self.shown[ticket].ticket
        self.keep(replace(now, subject=fields["subject"], description=fields["description"]))

    def keep(self, now: Ticket) -> None:
        self.shown[now.id] = Shown(
            ticket=now, subject=now.subject, description=now.description, priority=NORMAL.id
        )

    def show(self, ticket: int) -> Shown:
        self._called("show")
        return self.shown[ticket]

    def form_at(self, ticket: int) -> Form:
        return Form(notes=True, markup="textile", version=3)

    def rendering_by(self, found: Form) -> Rendering:
        return Rendering(markup=Markup.TEXTILE)


def trouble(kind: type[ClientError] = Broken) -> ClientError:
    return kind(Message("it went wrong"), system="redmine", details=("a reason",))


def bear(redmine: Redmine, *births: Birth) -> list[Born]:
    mouth = Births(
        finder=redmine,
        opener=Opener(counter=redmine, observer=Deaf()),
        intend=redmine.intend,
        bot=BOT.id,
        configuration=MANNER.configuration,
        clock=lambda: NOON,
        labels={FieldName.TEAM: "담당 팀", FieldName.REASON: "판단 근거"},
    )
    return list(mouth.bear(births))


def wanted(one: Matter | None = None) -> Birth:
    made = birth(one or matter(), MANNER, NOON)
    assert made is not None
    return made


def test_a_ticket_is_looked_for_intended_and_opened_by_one_post() -> None:
    redmine = Redmine()
    (born,) = bear(redmine, wanted())
    assert redmine.log == ["find", "intend", "post", "show"]
    assert (born.number, born.found, born.refused) == (100, False, "")
    assert redmine.intents == [KEY]


def test_all_that_it_shows_as_asked_for_is_ours_and_so_is_what_redmine_gave_it() -> None:
    (born,) = bear(Redmine(), wanted())
    assert born.written == {
        FieldName.TEAM: "IT기획팀",
        FieldName.KEY: KEY,
        FieldName.REASON: "까닭",
        FieldName.ASSIGNEE: str(IT_GROUP),
        FieldName.SUBJECT: "abc/deploy/main fails",
        FieldName.DESCRIPTION: f"어디서 무엇이 실패했는지\n\n{MARKER_LINE}",
        FieldName.PRIORITY: "2",
        FieldName.STATUS: "1",
        FieldName.DUE_DATE: "",
    }


def test_the_second_look_finds_it_and_opens_nothing() -> None:
    redmine = Redmine()
    bear(redmine, wanted())
    redmine.log.clear()
    (born,) = bear(redmine, wanted())
    assert (redmine.log, born.found, born.number) == (["find"], True, 100)
    assert FieldName.STATUS not in born.written  # a person may have chosen it
    assert born.written[FieldName.SUBJECT] == "abc/deploy/main fails"


def test_of_what_is_found_the_oldest_of_ours_is_the_one() -> None:
    """Redmine fact 28: copies carry the key."""
    redmine = Redmine()
    for number, author in ((5, SUA), (9, BOT), (8, BOT)):
        redmine.keep(opened(number, author=author))
    assert [born.number for born in bear(redmine, wanted())] == [8]


def test_a_persons_copy_alone_is_no_ticket_of_ours() -> None:
    redmine = Redmine()
    redmine.keep(opened(5, author=SUA))
    (born,) = bear(redmine, wanted())
    assert not born.found
    assert redmine.log[-2:] == ["post", "show"]


def test_where_nobody_knows_whether_it_is_there_none_is_opened() -> None:
    redmine = Redmine(fails={"find 1": trouble()})
    (born,) = bear(redmine, wanted())
    assert (born.opened.outcome, redmine.log) == (OpeningOutcome.UNKNOWN, ["find"])


def test_a_key_field_that_is_no_filter_keeps_no_ticket_from_being_opened() -> None:
    redmine = Redmine(fails={"find 1": trouble(Unfiltered)})
    (born,) = bear(redmine, wanted())
    assert (born.number, redmine.log) == (100, ["find", "intend", "post", "show"])


def test_a_tracker_without_the_key_field_costs_no_look() -> None:
    redmine = Redmine()
    bear(redmine, wanted(matter(seat=seat(field_ids={}))))
    assert redmine.log == ["intend", "post", "show"]
    assert MARKER_LINE in redmine.sent[0]["description"]


@pytest.mark.parametrize("kind", [Invalid, Forbidden])
def test_what_redmine_refuses_is_remembered_by_what_it_was(kind: type[ClientError]) -> None:
    fails = {"post 1": trouble(kind), "post 2": trouble(kind)}
    (born,) = bear(Redmine(fails=fails), wanted())
    assert born.opened.outcome is OpeningOutcome.REFUSED
    assert born.refused == opening_mark(wanted().opening, MANNER.configuration)
    assert born.written == {}


def rejected(reason: str) -> ClientError:
    return Invalid(Message("it went wrong"), system="redmine", details=(reason,))


def test_a_value_that_redmine_lacks_does_not_keep_the_ticket_from_being_opened() -> None:
    redmine = Redmine(fails={"post 1": rejected("담당 팀 은(는) 목록에 포함되어 있지 않습니다")})
    (born,) = bear(redmine, wanted())
    assert (born.number, born.refused) == (100, "")
    assert born.written.keys() >= {FieldName.KEY, FieldName.ASSIGNEE}
    assert FieldName.TEAM not in born.written
    assert redmine.intents == [KEY]


def test_where_redmine_names_no_field_of_ours_it_may_be_the_group_or_a_date() -> None:
    redmine = Redmine(fails={"post 1": rejected("담당자 은(는) 유효하지 않습니다.")})
    (born,) = bear(redmine, wanted(matter(telling=told(due=NOON.date()))))
    assert born.number == 100
    assert FieldName.ASSIGNEE not in born.written
    assert born.written[FieldName.TEAM] == "IT기획팀"


def test_what_redmine_names_one_after_the_other_is_all_left_out() -> None:
    said = (
        "담당 팀 은(는) 목록에 포함되어 있지 않습니다",
        "담당자 은(는) 유효하지 않습니다.",
        "판단 근거 이(가) 너무 깁니다",
    )
    redmine = Redmine(fails={f"post {n}": rejected(why) for n, why in enumerate(said, 1)})
    (born,) = bear(redmine, wanted())
    assert (born.number, born.refused, redmine.log.count("post")) == (100, "", 4)
    assert FieldName.KEY in born.written
    assert not born.written.keys() & {FieldName.TEAM, FieldName.ASSIGNEE, FieldName.REASON}
    assert redmine.intents == [KEY]


def test_what_is_left_out_is_not_ours_though_the_ticket_can_not_be_read_back() -> None:
    reason = rejected("담당 팀 은(는) 목록에 포함되어 있지 않습니다")
    (born,) = bear(Redmine(fails={"post 1": reason, "show 1": trouble(Unreachable)}), wanted())
    assert born.number == 100
    assert FieldName.KEY in born.written
    assert FieldName.TEAM not in born.written


def test_what_is_rejected_again_is_refused() -> None:
    error = rejected("범주 은(는) 빈 값이어서는 안 됩니다")
    redmine = Redmine(fails={"post 1": error, "post 2": error})
    (born,) = bear(redmine, wanted())
    assert (born.opened.outcome, redmine.log.count("post")) == (OpeningOutcome.REFUSED, 2)
    assert born.refused


@pytest.mark.parametrize("kind", [Throttled, Unauthorised])
def test_what_is_refused_for_the_moment_is_tried_again(kind: type[ClientError]) -> None:
    (born,) = bear(Redmine(fails={"post 1": trouble(kind)}), wanted())
    assert (born.opened.outcome, born.refused) == (OpeningOutcome.REFUSED, "")


def test_a_lost_answer_is_not_repeated_and_a_dead_server_is_left_alone() -> None:
    births = [replace(wanted(), episode=f"builds/{n}") for n in range(5)]
    fails = {f"post {n}": trouble(Unreachable) for n in range(1, 6)}
    redmine = Redmine(fails=fails)
    found = bear(redmine, *births)
    assert [born.opened.outcome for born in found] == [OpeningOutcome.UNKNOWN] * 3
    assert redmine.log.count("post") == 3


def test_a_private_ticket_has_its_key_and_its_marker_from_the_first_post_on() -> None:
    redmine = Redmine()
    (born,) = bear(redmine, wanted(matter(saying=Saying.PRIVATE)))
    (first,) = redmine.sent
    assert first["description"] == MARKER_LINE
    assert "abc" not in str(first)
    assert "까닭" not in str(first)
    assert KEY in [f["value"] for f in first["custom_fields"]]
    assert born.written[FieldName.SUBJECT] == "abc/deploy/main fails"


def test_a_private_ticket_that_stayed_neutral_is_ours_as_it_is() -> None:
    redmine = Redmine(fails={"put 1": trouble()})
    (born,) = bear(redmine, wanted(matter(saying=Saying.PRIVATE)))
    assert born.opened.outcome is OpeningOutcome.NEUTRAL
    assert born.written[FieldName.SUBJECT] == "여기에는 보여 줄 수 없는 항목"
    assert born.written[FieldName.DESCRIPTION] == MARKER_LINE


@pytest.mark.parametrize("fails", [("put 1", "show 2"), ("show 1", "show 2")], ids=str)
def test_a_private_ticket_that_could_not_be_read_back_counts_as_neutral(
    fails: tuple[str, ...],
) -> None:
    """Else nobody would ever put its words in."""
    redmine = Redmine(fails=dict.fromkeys(fails, trouble()))
    (born,) = bear(redmine, wanted(matter(saying=Saying.PRIVATE)))
    assert born.opened.ticket is None
    assert born.written[FieldName.SUBJECT] == "여기에는 보여 줄 수 없는 항목"
    assert born.written[FieldName.DESCRIPTION] == MARKER_LINE
    assert born.written[FieldName.KEY] == KEY


# What follows in the same cycle


def follow(*borns: Born, **numbers: int) -> tuple[Edit, ...]:
    return follow_ups(borns, {key.replace("_", "/"): n for key, n in numbers.items()})


def test_what_is_over_is_closed_with_its_note() -> None:
    telling = told(remarks=(remark("closed@1", "끝"),))
    (born,) = bear(Redmine(), wanted(matter(episode=closed(), telling=telling)))
    (edit,) = follow(born)
    assert [(f.name, f.new) for f in edit.fields] == [(FieldName.STATUS, str(DONE.id))]
    assert edit.note is not None
    assert (edit.note.text, edit.said, edit.episode) == ("끝", ("closed@1",), KEY)


def test_kept_notes_and_relations_follow_and_kin_have_numbers_by_then() -> None:
    telling = told(related=("redmine:issue/3", OTHER))
    (born,) = bear(Redmine(), wanted(matter(episode=episode(count=2), telling=telling)))
    (edit,) = follow_ups([born], {OTHER: 8})
    assert (edit.related, edit.kin) == ((3, 8), ())
    assert edit.kept == (replace(kept(), journal=None),)
    (edit,) = follow_ups([born], {})
    assert edit.related == (3,)


def test_two_that_name_each_other_are_related_once() -> None:
    redmine = Redmine()
    one = wanted(matter(telling=told(related=(OTHER,))))
    other = replace(one, episode=OTHER, kin=(KEY,))
    borns = bear(redmine, one, other)
    edits = follow_ups(borns, {KEY: 100, OTHER: 101})
    assert [(e.ticket.id, e.related) for e in edits] == [(100, (101,))]


def test_nothing_follows_where_there_is_nothing_to_do_or_nothing_is_known() -> None:
    (plain,) = bear(Redmine(), wanted())
    (lost,) = bear(Redmine(fails={"post 1": trouble()}), wanted(matter(episode=closed())))
    (unread,) = bear(Redmine(fails={"show 1": trouble()}), wanted(matter(episode=closed())))
    assert follow(plain, lost, unread) == ()
    assert unread.number == 100


def test_on_a_ticket_that_stayed_neutral_no_note_follows() -> None:
    one = matter(saying=Saying.PRIVATE, episode=closed(count=3),
                 telling=told(remarks=(remark("closed@1"),)))  # fmt: skip
    (born,) = bear(Redmine(fails={"put 1": trouble()}), wanted(one))
    (edit,) = follow(born)
    assert (edit.note, edit.kept, edit.said) == (None, (), ())
    assert edit.fields


def test_an_edit_knows_the_numbers_of_its_kin_before_it_is_sent() -> None:
    edit = Edit(ticket=opened(), key="k", fields=(), related=(3,), kin=(OTHER, "nodes/none"))
    assert resolved(edit, {OTHER: 8}).related == (3, 8)
    assert resolved(edit, {OTHER: 8}).kin == ()


# Intents whose answer was lost


def intent(key: str = KEY) -> Link:
    return Link(episode=key, intended_at=NOON)


def shown(number: int, **changes: Any) -> Shown:
    now = opened(number, **({"created_on": NOON} | changes))
    return Shown(ticket=now, subject=now.subject, description=now.description, priority=2)


def settled(
    *found: Shown,
    intents: tuple[Link, ...] = (intent(),),
    taken: Any = (),
    after: timedelta = PATIENCE,
) -> Any:
    made = settle(intents, found, taken=taken, neutral="비공개", now=NOON + after)
    return dict(made.links), set(made.forgotten)


def test_an_intent_came_true_where_a_ticket_carries_its_key() -> None:
    assert settled(shown(9), shown(8)) == ({KEY: 8}, set())


def test_an_intent_came_true_where_a_ticket_has_its_marker_alone() -> None:
    assert settled(shown(8, fields={})) == ({KEY: 8}, set())


def test_an_intent_of_which_there_is_no_ticket_is_forgotten() -> None:
    other = shown(8, fields={FieldName.KEY: OTHER}, description="")
    assert settled(other) == ({}, {KEY})
    assert settled() == ({}, {KEY})


def test_while_redmine_may_still_make_the_ticket_an_intent_stays() -> None:
    """A server may do what it was asked for long after who asked was killed or gave up."""
    soon = PATIENCE - timedelta(seconds=1)
    assert settled(after=soon) == ({}, set())
    assert settled(shown(8), after=soon) == ({KEY: 8}, set())
    assert settled(after=-HOUR) == ({}, {KEY})  # a clock was wrong: it keeps nothing waiting


def test_a_ticket_of_another_episode_is_nobody_elses() -> None:
    assert settled(shown(8), taken={8}) == ({}, {KEY})


def test_a_neutral_ticket_without_key_and_marker_is_the_one_where_it_can_be_no_other() -> None:
    bare: dict[str, Any] = {"fields": {}, "description": "", "subject": "비공개"}
    assert settled(shown(8, **bare)) == ({KEY: 8}, set())
    assert settled(shown(8, **bare), shown(9, **bare)) == ({}, {KEY})
    two = (intent(), intent(OTHER))
    assert settled(shown(8, **bare), intents=two) == ({}, {KEY, OTHER})
    assert settled(shown(8, **bare, created_on=NOON - HOUR)) == ({}, {KEY})


def test_what_redmine_refuses_to_open_is_told() -> None:
    link = Link(episode=KEY, refused="x", refused_at=NOON, why=Message("it went wrong"))
    (found,) = unopened([link, intent(), replace(link, ticket=7)])
    assert (found.key, found.kind) == (f"birth/{KEY}", "cycle.birth")


def test_a_ticket_that_is_there_is_tended_from_the_next_cycle_on() -> None:
    opening = Opened(outcome=OpeningOutcome.OPENED, number=7, ticket=opened())
    assert follow(Born(birth=wanted(ticketed()), opened=opening, found=True)) == ()


def test_fields_whose_numbers_only_a_ticket_tells_follow_in_the_same_cycle() -> None:
    """Redmine fact 12: of a Redmine without tickets nobody knows them."""
    (born,) = bear(Redmine(), wanted(matter(seat=seat(field_ids={}))))
    (edit,) = follow(born)
    assert {f.name: f.new for f in edit.fields} == {
        FieldName.TEAM: "IT기획팀",
        FieldName.KEY: KEY,
        FieldName.REASON: "까닭",
    }


def test_the_texts_of_a_private_ticket_do_not_follow_onto_a_public_one() -> None:
    one = wanted(matter(seat=seat(field_ids={}), saying=Saying.PRIVATE))
    (born,) = bear(Redmine(), one)
    public = replace(born.opened, ticket=opened(100, private=False, fields={}))
    (edit,) = follow(replace(born, opened=public))
    assert FieldName.REASON not in {f.name for f in edit.fields}


def test_consulted_teams_watch_from_the_beginning() -> None:
    watch = Watch(process="change", stage="none", team="it", group=IT_GROUP, name="IT기획팀")
    (born,) = bear(Redmine(), wanted(matter(watchers=(watch,))))
    (edit,) = follow(born)
    assert edit.watchers == (watch,)


def test_an_edit_waits_for_no_kin_that_is_not_to_be_opened() -> None:
    edit = Edit(ticket=opened(), key="k", fields=(), kin=(OTHER, "nodes/none"))
    assert with_kin(edit, {OTHER}) == replace(edit, kin=(OTHER,))
    assert with_kin(edit, ()) is None
    assert with_kin(replace(edit, related=(3,)), ()) == replace(edit, related=(3,), kin=())
