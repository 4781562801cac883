"""What becomes of an episode's ticket: the table of what stands and what is known."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from itsm_sync.desk.signals.matters import Matter, Saying, saying
from itsm_sync.desk.signals.openings import opening_mark
from itsm_sync.desk.signals.tending import joined, tend
from itsm_sync.model.audience import Kind, Place
from itsm_sync.model.items import Audience
from itsm_sync.model.markup import Markup
from itsm_sync.model.plans import Birth, Edit, FieldEdit, NoteEdit, Refusal, Withheld
from itsm_sync.model.routing import Evidence
from itsm_sync.model.signals import Link, Standing, carried
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.words import Message
from itsm_sync.signals.asking import hushed
from tests.builders import NOON, item, routing, written
from tests.matters import (
    BUSY,
    DONE,
    HIGH,
    HOUR,
    KEY,
    MANNER,
    MARKER_LINE,
    NEW,
    closed,
    episode,
    kept,
    matter,
    opened,
    prose,
    remark,
    seat,
    ticketed,
    told,
)

STATUS, SUBJECT, DESCRIPTION = FieldName.STATUS, FieldName.SUBJECT, FieldName.DESCRIPTION
CLOSED_TICKET = opened(status=DONE, closed=True)


def tended(one: Matter) -> Edit | Birth | None:
    return tend(one, MANNER, NOON)[0]


def born(one: Matter) -> Birth:
    made = tended(one)
    assert isinstance(made, Birth)
    return made


def edited(one: Matter) -> Edit:
    made = tended(one)
    assert isinstance(made, Edit)
    return made


def changes(one: Matter) -> dict[FieldName, str]:
    return {field.name: field.new for field in edited(one).fields}


# Opening


def test_an_episode_without_a_ticket_gets_one() -> None:
    made = born(matter())
    opening = made.opening
    assert (made.episode, opening.project, opening.tracker, opening.group) == (KEY, 1, 1, 21)
    assert opening.subject == "abc/deploy/main fails"
    assert opening.description == f"어디서 무엇이 실패했는지\n\n{MARKER_LINE}"
    assert carried("", opening.description) == KEY
    assert opening.fields[FieldName.KEY] == KEY
    assert (opening.private, made.over, made.kept) == (False, False, ())
    assert (made.rule, made.process, made.team) == ("신호", "incident", "it")


def test_remarks_of_before_the_opening_count_as_said() -> None:
    remarks = (remark("reopened@1"), remark("cause@x"))
    made = born(matter(telling=told(remarks=remarks)))
    assert (made.said, made.note) == (("reopened@1", "cause@x"), None)


def test_what_was_over_before_we_saw_it_is_opened_and_closed_at_once() -> None:
    remarks = (remark("cause@x"), remark("closed@1", "빌드 18이 고침"))
    made = born(matter(episode=closed(), telling=told(remarks=remarks)))
    assert (made.over, made.closed) == (True, DONE)
    assert (made.said, made.closes) == (("cause@x",), ("closed@1",))
    assert made.note == NoteEdit(text="빌드 18이 고침", private=False, rendered=True)


def test_the_kept_note_comes_with_the_opening_where_there_is_more_to_say_already() -> None:
    made = born(matter(episode=episode(count=2)))
    assert made.kept == (replace(kept(), journal=None),)


def test_the_kept_note_comes_with_the_opening_where_the_telling_says_so() -> None:
    made = born(matter(telling=told(at_once=True)))
    assert made.kept == (replace(kept(), journal=None),)
    assert born(matter()).kept == ()


def test_what_it_relates_to_is_a_number_or_is_opened_with_it() -> None:
    telling = told(related=("redmine:issue/3", "builds/x", "nodes/y", "redmine:issue/x"))
    made = born(matter(telling=telling, numbers={"builds/x": 4}))
    assert (made.related, made.kin) == ((3, 4), ("nodes/y", "redmine:issue/x"))


@pytest.mark.parametrize("standing", [Standing.REJECTED, Standing.DELETED])
@pytest.mark.parametrize("there", [matter(), ticketed(), ticketed(CLOSED_TICKET)])
def test_what_a_person_will_not_have_is_left_alone(standing: Standing, there: Matter) -> None:
    assert tended(replace(there, episode=episode(standing=standing))) is None


@pytest.mark.parametrize(
    "one",
    [
        matter(episode=episode(under="outages/0/0")),
        matter(shut=True),
        matter(link=Link(episode=KEY, intended_at=NOON)),  # its answer is not known
        matter(link=Link(episode=KEY, ticket=7)),  # it can't be seen
    ],
)
def test_no_ticket_is_opened(one: Matter) -> None:
    assert tended(one) is None


def test_what_redmine_refused_to_open_is_tried_when_it_differs_or_after_a_day() -> None:
    mark = opening_mark(born(matter()).opening, MANNER.configuration)
    refused = Link(episode=KEY, refused=mark, refused_at=NOON - HOUR)
    assert tended(matter(link=refused)) is None
    assert born(matter(link=replace(refused, refused_at=NOON - 24 * HOUR)))
    for ahead in (HOUR / 6, 365 * 24 * HOUR):  # noted by a clock that was put right since
        assert born(matter(link=replace(refused, refused_at=NOON + ahead)))
    assert born(matter(link=refused, seat=seat(tracker=2)))
    other = replace(MANNER, configuration="def")
    assert tend(matter(link=refused), other, NOON)[0]


# What is private


def test_a_private_ticket_has_its_words_and_shows_a_neutral_subject_until_it_is_private() -> None:
    opening = born(matter(saying=Saying.PRIVATE)).opening
    assert (opening.private, opening.subject) == (True, "abc/deploy/main fails")
    assert opening.neutral == "여기에는 보여 줄 수 없는 항목"
    assert opening.marker == MARKER_LINE


@pytest.mark.parametrize(
    "one", [matter(saying=Saying.NEUTRAL), matter(saying=Saying.PRIVATE, seat=seat(group=None))]
)
def test_a_neutral_ticket_tells_its_key_and_how_it_is_routed_alone(one: Matter) -> None:
    made = born(replace(one, episode=closed(count=3), telling=told(remarks=(remark("closed@1"),))))
    opening = made.opening
    assert (opening.private, opening.description) == (False, MARKER_LINE)
    assert "abc" not in opening.subject
    assert opening.fields.keys() == {FieldName.TEAM, FieldName.KEY, FieldName.REASON}
    assert (made.kept, made.note, made.closed) == ((), None, DONE)


def test_on_a_ticket_that_may_not_tell_there_are_no_notes() -> None:
    one = ticketed(
        opened(), episode=closed(count=3), telling=told(remarks=(remark("closed@1"),)),
        saying=Saying.PRIVATE,
    )  # fmt: skip
    made = edited(one)
    assert {f.name for f in made.fields} == {STATUS}
    assert (made.note, made.kept, made.said) == (None, (), ())
    assert edited(replace(one, ticket=opened(private=True))).note is not None


def test_words_that_may_be_said_no_longer_are_taken_back() -> None:
    made = changes(ticketed(saying=Saying.NEUTRAL))
    assert made[DESCRIPTION] == MARKER_LINE
    assert "abc" not in made[SUBJECT]


def test_how_much_may_be_said_follows_from_all_items_that_it_is_about() -> None:
    public, private = item(1), item(2, audience=Audience.PRIVATE)
    place = Place(kind=Kind.PROJECT, project="abc-security", public=False)
    assert saying([], place, ()) is Saying.WHOLE
    assert saying([public], place, ()) is Saying.WHOLE
    assert saying([public, private], place, ("abc-security",)) is Saying.PRIVATE
    assert saying([public, private], place, ()) is Saying.NEUTRAL


# Closing and coming back


@pytest.mark.parametrize(
    ("one", "wanted"),
    [
        (ticketed(), None),
        (ticketed(opened(status=BUSY)), None),
        (ticketed(episode=closed()), DONE),
        (ticketed(opened(status=BUSY), episode=closed()), DONE),
        (ticketed(CLOSED_TICKET), None),  # a person's closing that was not heard yet
        (ticketed(CLOSED_TICKET, ledger=written(7, status="5")), NEW),
        (ticketed(CLOSED_TICKET, episode=episode(reopenings=(NOON,))), NEW),
        (ticketed(CLOSED_TICKET, episode=closed()), None),
    ],
)
def test_the_status_follows_the_standing(one: Matter, wanted: Any) -> None:
    made = tended(one)
    if wanted is None:
        assert made is None
        return
    assert isinstance(made, Edit)
    (field,) = made.fields
    assert (field.name, field.new, field.new_name) == (STATUS, str(wanted.id), wanted.name)


def test_a_closing_brings_all_that_is_unsaid_however_short_ago_something_was_said() -> None:
    remarks = (
        remark("closed@1", "끝", NOON),
        remark("cause@x", "다른 까닭", NOON - HOUR),
        remark("old"),
    )
    one = ticketed(
        episode=closed(), telling=told(remarks=remarks), said=frozenset({"old"}), said_at=NOON
    )
    made = edited(one)
    assert made.note == NoteEdit(text="다른 까닭\n\n끝", private=False, rendered=True)
    assert made.said == ("closed@1", "cause@x")


def test_an_end_is_not_told_while_redmine_does_not_let_the_ticket_close() -> None:
    now = opened()
    refusal = refused(STATUS, str(DONE.id))
    one = ticketed(now, episode=closed(), telling=told(remarks=(remark("closed@1"),)),
                   refusals={STATUS: refusal})  # fmt: skip
    made, withheld = tend(one, MANNER, NOON)
    assert made is None
    assert withheld == (Withheld(ticket=7, field=STATUS, value=str(DONE.id), why=refusal.reason),)
    later = tend(one, MANNER, NOON + 24 * HOUR)[0]
    assert isinstance(later, Edit)
    for ahead in (HOUR / 6, 365 * 24 * HOUR):  # noted by a clock that was put right since
        assert isinstance(tend(one, MANNER, NOON - ahead)[0], Edit)


def refused(name: FieldName, value: str) -> Refusal:
    return Refusal(
        ticket=7, field=name, value=value, circumstances="1/1/1/abc123", reason=Message("no"),
        at=NOON,
    )  # fmt: skip


@pytest.mark.parametrize("there", [ticketed(), ticketed(CLOSED_TICKET, episode=episode())])
def test_a_pinned_ticket_is_left_alone(there: Matter) -> None:
    assert there.ticket is not None
    pinned = replace(there.ticket, fields={**there.ticket.fields, FieldName.PIN: "1"})
    telling = told(subject=Message("other"), remarks=(remark("cause@x"),))
    assert tended(replace(there, ticket=pinned, telling=telling)) is None


def test_an_open_ticket_whose_episode_is_over_without_proof_is_left_to_people() -> None:
    left = closed(taken=True, healed="")
    telling = told(subject=Message("other"), remarks=(remark("cause@x"),))
    assert tended(ticketed(episode=left, telling=telling)) is None


def test_a_ticket_in_a_closed_project_is_left_alone() -> None:
    assert tended(ticketed(episode=closed(), shut=True)) is None


# Words


def test_words_of_ours_follow_the_telling() -> None:
    telling = told(subject=Message("other"), description=prose("anders"))
    made = changes(ticketed(telling=telling, seat=seat(priority=HIGH)))
    assert made == {
        SUBJECT: "other",
        DESCRIPTION: f"anders\n\n{MARKER_LINE}",
        FieldName.PRIORITY: "3",
    }


def test_a_persons_wording_stays_for_good() -> None:
    theirs = opened(subject="배포가 안 돼요", description="다시 씀", priority=HIGH,
                    due_date="2026-09-01")  # fmt: skip
    telling = told(subject=Message("other"), description=prose("anders"), due=NOON.date())
    assert tended(ticketed(theirs, telling=telling)) is None


def test_a_due_date_is_set_where_nobody_set_one_and_never_taken_away() -> None:
    assert changes(ticketed(telling=told(due=NOON.date()))) == {FieldName.DUE_DATE: "2026-03-02"}
    dated = opened(due_date="2026-03-02")
    ours = {**ticketed().ledger, **ticketed(dated).ledger}
    assert tended(ticketed(dated, ledger=ours)) is None


def test_the_same_words_in_another_mark_up_are_no_news() -> None:
    telling = told(description=prose("a *b* [c]"), live=prose("*d*"))
    in_textile = born(matter(telling=telling)).opening.description
    one = ticketed(opened(description=in_textile), telling=telling, episode=episode(count=2),
                   kept={"live": kept("&#42;d*")})  # fmt: skip
    for markup in Markup:
        assert tend(one, replace(MANNER, markup=markup), NOON)[0] is None


def test_line_ends_that_redmine_changes_are_no_news() -> None:
    shown = opened().description.replace("\n", "\r\n")
    assert tended(ticketed(opened(description=shown))) is None


# What goes on


def test_remarks_wait_until_the_last_note_is_old_enough() -> None:
    telling = told(remarks=(remark("cause@x"), remark("well@1")), note_every=6 * HOUR)
    one = ticketed(telling=telling, said_at=NOON - 5 * HOUR)
    assert tended(one) is None
    made = edited(replace(one, said_at=NOON - 6 * HOUR))
    assert made.said == ("cause@x", "well@1")
    assert made.fields == ()


def test_the_part_that_is_kept_up_is_one_note_edited_in_place() -> None:
    assert tended(ticketed()) is None  # it says no more than the opening
    again = ticketed(episode=episode(count=2))
    (made,) = edited(again).kept
    assert made == replace(kept(), journal=None)
    assert tended(replace(again, kept={"live": kept()})) is None
    (other,) = edited(replace(again, kept={"live": kept("한 번 실패")})).kept
    assert other == kept()


def test_on_a_closed_ticket_a_kept_note_is_put_right_and_none_is_made() -> None:
    over = ticketed(CLOSED_TICKET, episode=closed(count=2))
    assert tended(over) is None
    made = edited(replace(over, kept={"live": kept("한 번 실패")}))
    assert (made.fields, made.note, len(made.kept)) == ((), None, 1)


def test_a_kept_note_is_never_emptied() -> None:
    one = ticketed(episode=episode(count=2), telling=told(live=()), kept={"live": kept()})
    assert tended(one) is None


def test_notes_that_redmine_refused_wait_a_day_and_are_told() -> None:
    telling = told(remarks=(remark("cause@x"),))
    one = ticketed(episode=episode(count=2), telling=telling,
                   refusals={FieldName.NOTE: refused(FieldName.NOTE, "x")})  # fmt: skip
    made, withheld = tend(one, MANNER, NOON)
    assert made is None
    assert [(left.field, left.why) for left in withheld] == [(FieldName.NOTE, Message("no"))]
    assert tend(one, MANNER, NOON + 24 * HOUR)[0] is not None
    nothing_to_say = replace(one, telling=told(live=()))
    assert tend(nothing_to_say, MANNER, NOON) == (None, ())


# Relations


def test_a_relation_is_made_once() -> None:
    telling = told(related=("redmine:issue/3", "builds/x", "redmine:issue/7"))
    one = ticketed(telling=telling, numbers={"builds/x": 4})
    assert edited(one).related == (3, 4)
    assert edited(replace(one, related=frozenset({3}))).related == (4,)
    # A person took it away again.
    assert tended(replace(one, related=frozenset({3}), said=frozenset({"related/4"}))) is None


def test_a_relation_that_the_closing_lost_is_still_made_for_a_day() -> None:
    over = ticketed(CLOSED_TICKET, episode=closed(), telling=told(related=("redmine:issue/3",)))
    changed = CLOSED_TICKET.updated_on
    for since, wanted in ((-HOUR, (3,)), (HOUR, (3,)), (24 * HOUR, None)):
        made, _ = tend(over, MANNER, changed + since)
        assert (made.related if isinstance(made, Edit) else None) == wanted
    assert tend(replace(over, said=frozenset({"related/3"})), MANNER, changed)[0] is None


def test_tickets_that_redmine_does_not_relate_stand_as_links_in_the_kept_note() -> None:
    one = ticketed(
        telling=told(related=("redmine:issue/3",)),
        unrelated=frozenset({3}),
        apart=frozenset({3}),
    )
    made = edited(one)
    assert made.related == ()
    assert "\n* #3\n" in made.kept[0].text
    said = replace(one, kept={"live": replace(made.kept[0], journal=70)})
    assert tended(said) is None
    again = edited(replace(said, unrelated=frozenset()))  # a day later
    assert (again.related, again.kept) == ((3,), ())


def test_an_episode_whose_ticket_is_opened_in_the_same_cycle_is_kin() -> None:
    one = ticketed(telling=told(related=("outages/x", "nodes/y")), coming=frozenset({"nodes/y"}))
    assert edited(one).kin == ("nodes/y",)
    assert tended(replace(one, coming=frozenset())) is None


# Together with the routing


def test_routing_and_signal_make_one_edit() -> None:
    team = FieldEdit(name=FieldName.TEAM, old="", new="IT기획팀", why=Message("x"))
    routed = Edit(ticket=opened(), key="redmine:issue/7", fields=(team,), rule="규칙",
                  note=NoteEdit(text="넘김 #1", private=False))  # fmt: skip
    tending = edited(ticketed(episode=closed(), telling=told(remarks=(remark("closed@1", "끝"),))))
    made = joined(routed, tending, Markup.TEXTILE)
    assert [field.name for field in made.fields] == [FieldName.TEAM, STATUS]
    assert made.note == NoteEdit(text="넘김 &#35;1\n\n끝", private=False, rendered=True)
    assert (made.rule, made.episode, made.said) == ("규칙", KEY, ("closed@1",))
    assert made.routed is routed.routed  # the caps count it as what the routing makes of it


def test_a_ticket_with_a_due_date_starts_when_the_trouble_began_and_never_after_it_is_due() -> None:
    opening = born(matter(telling=told(due=NOON.date()))).opening
    assert (opening.start, opening.due) == ("2026-03-02", "2026-03-02")
    late = episode(began=NOON + 24 * HOUR)
    assert born(matter(episode=late, telling=told(due=NOON.date()))).opening.start == "2026-03-02"
    assert born(matter()).opening.start == ""


def test_words_that_stood_alone_get_their_layout_once_the_mark_up_is_known() -> None:
    telling = told(description=prose("a (b)"), live=prose("c"))
    unknown = replace(MANNER, markup=Markup.UNKNOWN)
    bare = tend(matter(telling=telling), unknown, NOON)[0]
    assert isinstance(bare, Birth)
    shown = opened(description=bare.opening.description)
    one = ticketed(shown, telling=telling, ledger=written(7, description=shown.description))
    assert tend(one, unknown, NOON)[0] is None
    assert changes(one) == {DESCRIPTION: f"a (b)\n\n{MARKER_LINE}"}


def test_a_hushed_routing_quotes_nothing() -> None:
    seen = Evidence(axis="process", answer="incident", rule="보안", matched=(("package", "log4j"),))
    told = hushed(routing(evidence=(seen,), alternatives=(seen,)))
    assert "log4j" not in str(told)
    assert [one.rule for one in (*told.evidence, *told.alternatives)] == ["보안", "보안"]


def test_a_ticket_whose_history_could_not_be_read_is_left_alone() -> None:
    assert tended(ticketed(CLOSED_TICKET, heard=False)) is None
    assert tended(ticketed(episode=closed(), heard=False)) is None


def test_a_ticket_of_which_nothing_is_told_any_more_stays_as_it_was_written() -> None:
    silent = told(subject=Message(""), description=(), live=())
    assert tended(ticketed(telling=silent)) is None
    assert tended(matter(telling=silent)) is None
    assert changes(ticketed(telling=silent, episode=closed())) == {STATUS: str(DONE.id)}


def test_the_start_is_the_day_of_the_zone() -> None:
    begun = replace(episode(), began=datetime(2026, 3, 1, 16, 0, tzinfo=UTC))
    one = matter(episode=begun, telling=told(due=date(2026, 3, 30)))
    seoul = tend(one, replace(MANNER, zone=ZoneInfo("Asia/Seoul")), NOON)[0]
    assert isinstance(seoul, Birth)
    assert seoul.opening.start == "2026-03-02"
