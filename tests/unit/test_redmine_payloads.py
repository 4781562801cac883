"""Redmine's payloads read into tickets, histories and items."""

from datetime import UTC, datetime
from typing import Any

import pytest

from itsm_sync.clients.redmine_payloads import OurFields, journals, ticket
from itsm_sync.model.items import Audience, Item
from itsm_sync.model.tickets import FieldChange, FieldName, Ref, StatusChange
from itsm_sync.settings.schema import TicketField
from itsm_sync.sources.redmine.items import issue_item, wiki_item
from tests.redmine_builders import BOT, URL, issue

TEAM, PIN, ASSIGNEE = FieldName.TEAM, FieldName.PIN, FieldName.ASSIGNEE
FIELDS = {TEAM: TicketField(name="담당 팀"), PIN: TicketField(name="라우팅 고정")}
OURS = OurFields(FIELDS)
NFD_TEAM = "담당 팀"  # as a Mac writes it, in parts


def item(**changes: Any) -> Item:
    paths = {2: ("abc", "abc-app")}
    return issue_item(
        issue(**changes), fields=OURS, path=lambda n: paths.get(n, ()), bot=BOT, url=URL
    )


def cf(number: int, name: str, value: object) -> dict[str, object]:
    return {"id": number, "name": name, "value": value}


def test_a_ticket_has_our_fields_by_name_and_their_ids() -> None:
    found = ticket(issue(custom_fields=[cf(3, NFD_TEAM, "IT기획팀"), cf(8, "고객", "A")]), FIELDS)
    assert found.fields == {TEAM: "IT기획팀"}
    assert found.field_ids == {TEAM: 3}


def test_who_was_renamed_is_known_by_the_new_name() -> None:
    for name in ("강수아", "강수정"):
        assert ticket(issue(author={"id": 8, "name": name}), FIELDS).author == Ref(id=8, name=name)


MARK = "itsm-sync report:weekly-operations:ko/2026-W48/ticket"
SIGNAL = "itsm-sync: builds/0123456789/20260301T090000Z"


@pytest.mark.parametrize(
    ("author", "text", "work"),
    [
        (BOT, f"수\r\n\r\n{MARK}", False),
        (BOT, f"수\n\n{MARK}\n\n읽었습니다", False),  # a person wrote below
        (11, f"수\n\n{MARK}", True),  # a copy that a person made
        (BOT, f"로그:\n{MARK}\n\n{SIGNAL}", True),  # a signal's ticket quotes it
        (BOT, SIGNAL, True),
        (BOT, "", True),
    ],
)
def test_a_report_that_was_sent_as_a_ticket_is_nobodys_work(
    author: int, text: str, work: bool
) -> None:
    made = item(author={"id": author, "name": "누구"}, description=text)
    assert (made.kind, made.state) == ("issue", "open")
    assert (made.ticket is not None) is work


def test_a_field_that_is_absent_is_not_enabled() -> None:
    """Redmine fact 12."""
    found = ticket(issue(custom_fields=[cf(9, "라우팅 고정", "0")]), FIELDS)
    assert found.value(TEAM) is None
    assert found.value(PIN) == "0"


def test_a_field_with_an_id_is_found_by_it_alone() -> None:
    fields = {TEAM: TicketField(name="담당 팀", id=7)}
    twins = [cf(3, "담당 팀", "그들의 값"), cf(7, "담당 팀", "우리의 값")]
    assert ticket(issue(custom_fields=twins), fields).fields == {TEAM: "우리의 값"}


@pytest.mark.parametrize(
    ("raw", "normal"),
    [(None, ""), ("1", "1"), ("a\r\nb ", "a\nb"), (["나", "가"], "가\n나"), ([], "")],
)
def test_values_are_normal(raw: object, normal: str) -> None:
    """Redmine fact 27: a web form turns line ends."""
    assert ticket(issue(custom_fields=[cf(3, "담당 팀", raw)]), FIELDS).fields[TEAM] == normal


def test_a_ticket_says_how_it_stands() -> None:
    found = ticket(
        issue(
            assigned_to={"id": 21, "name": "IT기획팀"},
            is_private=True,
            status={"id": 5, "name": "완료", "is_closed": True},
        ),
        FIELDS,
    )
    assert (found.closed, found.private, found.assignee) == (
        True,
        True,
        Ref(id=21, name="IT기획팀"),
    )
    assert found.updated_on == datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    assert ticket(issue(), FIELDS).assignee is None


@pytest.mark.parametrize(
    ("start", "end", "kind", "origin"),
    [
        (4, 1, "copied_to", 4),
        (1, 4, "copied_to", None),
        (1, 4, "copied_from", 4),
        (4, 1, "relates", None),
    ],
)
def test_a_copy_knows_its_original(start: int, end: int, kind: str, origin: int | None) -> None:
    """Redmine fact 28."""
    related = {"id": 1, "issue_id": start, "issue_to_id": end, "relation_type": kind}
    assert ticket(issue(1, relations=[related]), FIELDS).copied_from == origin


def test_a_history_tells_our_fields_from_the_rest() -> None:
    details = [
        {"property": "cf", "name": "3", "old_value": None, "new_value": "IT기획팀"},
        {"property": "attr", "name": "assigned_to_id", "old_value": "11", "new_value": "21"},
        {"property": "attr", "name": "tracker_id", "old_value": "1", "new_value": "2"},
        {"property": "cf", "name": "8", "old_value": "A", "new_value": "B"},
        {"property": "attachment", "name": "5", "new_value": "x.png"},
    ]
    entry = {
        "id": 70,
        "user": {"id": 12, "name": "강수아"},
        "notes": "넘깁니다\x00",
        "created_on": "2026-03-02T12:00:01Z",
        "private_notes": True,
        "details": details,
    }
    (found,) = journals(issue(journals=[entry]), {TEAM: 3})
    assert found.changes == (
        FieldChange(field=TEAM, old="", new="IT기획팀"),
        FieldChange(field=ASSIGNEE, old="11", new="21"),
    )
    assert found.other_changes == ("tracker_id", "cf:8", "attachment:5")
    assert (found.author.name, found.private, found.notes) == ("강수아", True, "넘깁니다")


def test_a_history_without_its_writer_is_still_read() -> None:
    entry = {"id": 70, "notes": None, "created_on": "2026-03-02T12:00:01Z"}
    (found,) = journals(issue(journals=[entry]), {})
    assert found.author == Ref(id=0, name="")


def test_a_history_brought_in_without_an_old_or_new_status_is_still_read() -> None:
    for old, new in ((None, "2"), ("2", None), ("", "2")):
        detail = {"property": "attr", "name": "status_id", "old_value": old, "new_value": new}
        entry = {"id": 70, "notes": "", "created_on": "2026-03-02T12:00:01Z", "details": [detail]}
        (found,) = journals(issue(journals=[entry]), {})
        assert found.status == StatusChange(old=int(old or 0), new=int(new or 0))


def test_an_item_has_the_facts_of_its_ticket() -> None:
    found = item(
        number=7,
        category={"id": 1, "name": "결제"},
        fixed_version={"id": 1, "name": "2.4"},
        parent={"id": 6},
        due_date="2026-03-09",
        assigned_to={"id": 21, "name": "IT기획팀"},
        status={"id": 5, "name": "완료", "is_closed": True},
    )
    assert found.key == "redmine:issue/7"
    assert (found.source, found.kind, found.state) == ("redmine", "issue", "closed")
    assert found.url == f"{URL}/issues/7"
    assert found.ticket is not None
    assert found.facts == {
        "project": "abc-app",
        "projects": ("abc", "abc-app"),
        "tracker": "결함",
        "status": "완료",
        "closed": True,
        "private": False,
        "priority": "보통",
        "category": "결제",
        "version": "2.4",
        "author": "한유진",
        "assignee": "IT기획팀",
        "parent": "redmine:issue/6",
        "due_date": "2026-03-09",
        "done_ratio": 0,
    }


def test_what_we_wrote_is_no_fact_and_other_fields_are() -> None:
    values = [cf(3, "담당 팀", "IT기획팀"), cf(8, "고객", "A"), cf(10, "구역", ["x", "y"])]
    facts = item(custom_fields=[*values, cf(11, "빈 칸", "")]).facts
    assert {name: facts[name] for name in facts if name.startswith("field.")} == {
        "field.고객": "A",
        "field.구역": ("x", "y"),
    }


def test_the_author_of_an_untouched_ticket_wrote_last_unless_it_is_the_bot() -> None:
    untouched = {"created_on": "2026-03-02T12:00:00Z"}
    assert item(**untouched).facts["last_writer"] == "한유진"
    assert "last_writer" not in item().facts
    assert "last_writer" not in item(author={"id": BOT, "name": "itsm-sync 봇"}, **untouched).facts


def test_relations_read_from_the_ticket_s_own_side() -> None:
    related = [
        {"id": 1, "issue_id": 1, "issue_to_id": 12, "relation_type": "relates"},
        {"id": 2, "issue_id": 13, "issue_to_id": 1, "relation_type": "blocks"},
        {"id": 3, "issue_id": 14, "issue_to_id": 1, "relation_type": "duplicates"},
    ]
    assert item(relations=related).facts["relations"] == (
        "relates:redmine:issue/12",
        "blocked:redmine:issue/13",
        "duplicated:redmine:issue/14",
    )


def test_a_private_ticket_is_for_few() -> None:
    assert item(is_private=True).audience is Audience.PRIVATE
    assert item().audience is Audience.PUBLIC


def test_every_text_of_an_items_facts_is_clean() -> None:
    odd = {"id": 2, "name": "가\x00나"}
    named = dict.fromkeys(("tracker", "priority", "category", "fixed_version", "author"), odd)
    named["assigned_to"] = odd
    changes: dict[str, Any] = {
        **named,
        "status": {**odd, "is_closed": False},
        "due_date": "2026\x00",
        "done_ratio": "5\x000",
        "relations": [{"relation_type": "bl\x00ocks", "issue_id": 1, "issue_to_id": 2}],
        "custom_fields": [cf(8, "고\x00객", ["A\x00"]), cf(9, "\x1b품목", "B\x00")],
    }
    path = ("ab\x00c", "abc\x1b-app")
    made = issue_item(issue(**changes), fields=OURS, path=lambda _n: path, bot=BOT, url=URL)
    assert {"field.고객", "field.품목", "relations", "version"} <= made.facts.keys()
    told = f"{dict(made.facts)}"
    assert "\\x" not in told, told


def test_text_is_cleaned_at_the_door() -> None:
    """Redmine fact 36."""
    found = item(subject="가\x00나\ud800", description=None)
    assert (found.title, found.body) == ("가나", "")


def test_a_wiki_page_has_its_project_and_version() -> None:
    page = {
        "title": "운영_안내",
        "version": 3,
        "created_on": "2026-03-01T09:00:00Z",
        "updated_on": "2026-03-02T12:00:00Z",
    }
    found = wiki_item(page, identifier="abc-app", url=URL)
    assert found.key == "redmine:wiki/abc-app/운영_안내"
    assert found.title == "운영 안내"
    assert found.facts == {"project": "abc-app", "version": 3}
    assert found.url.isascii()


def test_a_tickets_own_words_are_read_with_it() -> None:
    found = ticket(issue(description="로그\r\n끝", due_date="2026-04-01"), FIELDS)
    assert (found.subject, found.description, found.due_date) == (
        "티켓 1",
        "로그\r\n끝",
        "2026-04-01",
    )
    assert found.value(FieldName.PRIORITY) == "2"
    assert found.value(FieldName.STATUS) == "1"
    assert found.bare.value(FieldName.SUBJECT) == found.bare.value(FieldName.DUE_DATE) == ""
    assert found.bare.value(FieldName.PRIORITY) == "2"  # clocks ask for it, without its name


def test_a_history_tells_redmines_own_fields_that_a_signals_ticket_is_opened_with() -> None:
    named = {"status_id": "5", "subject": "새 제목", "description": "새 설명", "priority_id": "3",
             "due_date": "2026-04-01"}  # fmt: skip
    details = [
        {"property": "attr", "name": name, "old_value": None, "new_value": value}
        for name, value in named.items()
    ]
    entry = {"id": 70, "created_on": "2026-03-02T12:00:01Z", "details": details}
    (found,) = journals(issue(journals=[entry]), {})
    assert {change.field: change.new for change in found.changes} == {
        FieldName.STATUS: "5",
        FieldName.SUBJECT: "새 제목",
        FieldName.DESCRIPTION: "새 설명",
        FieldName.PRIORITY: "3",
        FieldName.DUE_DATE: "2026-04-01",
    }
    assert found.status == StatusChange(old=0, new=5)
    assert found.other_changes == ("status_id",)
