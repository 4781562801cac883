"""What Redmine does, asked of the fake and of a real one alike. Where they differ, the fake errs.

Facts are those of docs/facts.md.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from sandbox.people import RefusedByRedmine

from itsm_sync.clients.errors import Conflict, Forbidden, Invalid, Missing, Unauthorised
from itsm_sync.desk.forms import form
from itsm_sync.model.tickets import FieldName
from tests.redmine_place import Place

PROCESS, TEAM, ROLE, REASON = FieldName.PROCESS, FieldName.TEAM, FieldName.ROLE, FieldName.REASON
RESPONSIBILITY, KEY, PIN = FieldName.RESPONSIBILITY, FieldName.KEY, FieldName.PIN
IT, BUSINESS = "IT기획팀", "신사업팀"


@pytest.fixture
def ticket(place: Place) -> int:
    """A ticket of the reporter's."""
    return place.people.create("yujin", "결제가 안 됩니다")


# ------------------------------------------------------------------------------- fields


def test_a_new_ticket_shows_all_its_fields_and_none_filled(place: Place, ticket: int) -> None:
    shown = place.bot.issue(ticket)
    assert set(shown) == {
        "id", "project", "tracker", "status", "priority", "author", "subject", "description",
        "start_date", "due_date", "done_ratio", "is_private", "estimated_hours",
        "total_estimated_hours", "custom_fields", "created_on", "updated_on", "closed_on",
        "journals",
    } | ({"spent_hours", "total_spent_hours"} & set(shown))  # fmt: skip
    assert [field["id"] for field in shown["custom_fields"]] == sorted(place.people.fields.values())
    assert {field["value"] for field in shown["custom_fields"]} == {None}
    assert shown["status"] == {"id": 1, "name": "신규", "is_closed": False}
    assert shown["priority"] == {"id": 2, "name": "보통"}
    assert shown["author"]["name"] == "한유진"
    assert shown["description"] is None
    (listed,) = place.bot.issues([ticket])
    assert set(listed) == (set(shown) - {"journals"}) | {"relations"}
    assert listed["relations"] == []


def test_a_value_written_stands_with_who_wrote_it_and_what_was_there(
    place: Place, ticket: int
) -> None:
    place.fill(ticket, {TEAM: IT})
    place.people.update("sua", ticket, fields={TEAM: BUSINESS})
    place.fill(ticket, {TEAM: ""})
    assert place.history(ticket) == [
        ("itsm-sync봇", [("cf", place.cf(TEAM), None, IT)]),
        ("강수아", [("cf", place.cf(TEAM), IT, BUSINESS)]),
        ("itsm-sync봇", [("cf", place.cf(TEAM), BUSINESS, "")]),
    ]


def test_an_equal_value_makes_no_journal_and_no_mail_but_moves_the_time(place: Place) -> None:
    """Redmine fact 14."""
    one, other = (place.people.create("yujin", f"티켓 {n}") for n in (1, 2))
    place.fill(one, {TEAM: IT})
    place.write(other, done_ratio=10)
    assert place.mailed(lambda: place.fill(one, {TEAM: IT})) == []
    assert len(place.history(one)) == 1
    assert latest(place) == one
    assert place.mailed(lambda: place.write(other)) == []
    assert latest(place) == other


def latest(place: Place) -> int:
    rows, _ = place.bot.issue_page(limit=1, status_id="*", sort="updated_on:desc,id")
    return int(rows[0]["id"])


def test_a_value_that_is_not_in_the_list_rejects_all_that_comes_with_it(
    place: Place, ticket: int
) -> None:
    """Redmine fact 18."""
    with pytest.raises(Invalid) as caught:
        place.fill(ticket, {TEAM: "없는 팀", PROCESS: "사건 관리"}, notes="함께")
    assert [reason.startswith("담당 팀") for reason in caught.value.details] == [True]
    assert place.people.value(ticket, PROCESS) == ""
    assert place.history(ticket) == []


def test_a_value_that_an_administrator_renamed_stands_where_it_was(
    place: Place, ticket: int
) -> None:
    place.fill(ticket, {PROCESS: "용량 관리"})
    place.people.rename_value(PROCESS, "용량 관리", "용량과 성능 관리")
    try:
        assert place.people.value(ticket, PROCESS) == "용량 관리"
        place.fill(ticket, {TEAM: IT})
        assert place.people.value(ticket, TEAM) == IT
        place.fill(ticket, {PROCESS: "용량과 성능 관리"})
        with pytest.raises(Invalid):
            place.fill(ticket, {PROCESS: "용량 관리"})
        assert place.people.value(ticket, PROCESS) == "용량과 성능 관리"
    finally:
        place.people.rename_value(PROCESS, "용량과 성능 관리", "용량 관리")


def test_a_field_that_the_workflow_keeps_from_somebody_is_dropped_without_a_word(
    place: Place, ticket: int
) -> None:
    """Redmine fact 15: the allowed half is written."""
    place.people.update("sua", ticket, fields={REASON: "내 생각", TEAM: BUSINESS})
    assert place.people.value(ticket, REASON) == ""
    assert place.people.value(ticket, TEAM) == BUSINESS
    place.fill(ticket, {REASON: "규칙"})
    assert place.people.value(ticket, REASON) == "규칙"
    place.people.update("admin", ticket, fields={REASON: "관리자"})
    assert place.people.value(ticket, REASON) == "관리자"


def test_who_may_not_edit_only_comments(place: Place, ticket: int) -> None:
    place.people.update("yujin", ticket, subject="다른 제목", fields={TEAM: IT}, notes="급해요")
    shown = place.people.read(ticket)
    assert shown["subject"] == "결제가 안 됩니다"
    assert place.people.value(ticket, TEAM) == ""
    assert [entry["notes"] for entry in shown["journals"]] == ["급해요"]
    assert shown["watchers"] == []


def test_texts_keep_their_line_ends_but_the_description(place: Place, ticket: int) -> None:
    place.fill(ticket, {REASON: "한 줄\n두 줄"}, description="한 줄\n두 줄")
    assert place.people.value(ticket, REASON) == "한 줄\n두 줄"
    assert place.people.read(ticket)["description"] == "한 줄\r\n두 줄"


def test_a_field_or_value_that_is_none_is_ignored(place: Place, ticket: int) -> None:
    place.write(ticket, custom_fields=[{"id": 99_999, "value": "x"}], status_id=99_999)
    assert place.history(ticket) == []
    assert place.people.read(ticket)["status"]["name"] == "신규"


# ------------------------------------------------------------------------------- the web form


def test_a_comment_by_web_form_changes_line_ends_in_its_persons_name(
    place: Place, ticket: int
) -> None:
    """Redmine fact 27."""
    place.fill(ticket, {RESPONSIBILITY: "역할\n책임", TEAM: IT})
    place.people.comment("admin", ticket, "확인했습니다")
    assert place.people.value(ticket, RESPONSIBILITY) == "역할\r\n책임"
    assert place.people.value(ticket, TEAM) == IT
    author, changes = place.history(ticket)[-1]
    assert author == "AdminRedmine" or author.endswith("Redmine")
    assert changes == [("cf", place.cf(RESPONSIBILITY), "역할\n책임", "역할\r\n책임")]


def test_a_comment_by_web_form_leaves_what_its_person_may_not_edit(
    place: Place, ticket: int
) -> None:
    place.fill(ticket, {RESPONSIBILITY: "역할\n책임", TEAM: IT})
    place.people.comment("haeun", ticket, "확인했습니다")
    assert place.people.value(ticket, RESPONSIBILITY) == "역할\n책임"
    assert place.history(ticket)[-1] == ("이하은", [])
    assert place.people.journals(ticket)[-1]["notes"] == "확인했습니다"


def test_the_page_tells_what_the_bot_may_fill(place: Place, ticket: int) -> None:
    """Redmine fact 32."""
    found = form(place.bot.page(f"/issues/{ticket}"))
    assert found.editable == frozenset(place.people.fields.values())
    assert found.options[place.people.fields[TEAM]] == (IT, BUSINESS)
    assert found.markup == "textile"
    assert {"subject", "description", "priority_id", "due_date", "status_id"} <= found.standard
    assert set(found.statuses) == {"신규", "진행", "해결", "의견", "완료", "거절"}


# ------------------------------------------------------------------------------- moves


@pytest.fixture
def keyless(place: Place) -> Iterator[str]:
    """A tracker that two fields of ours were taken off."""
    for name in (KEY, TEAM):
        place.people.take_off(name, "문제")
    return "문제"


def test_a_change_of_tracker_empties_what_the_new_one_lacks(
    place: Place, ticket: int, keyless: str
) -> None:
    """Redmine fact 27: in the name of who changed it, and for good."""
    place.fill(ticket, {TEAM: IT, KEY: "redmine:issue/1", PROCESS: "사건 관리"})
    number = place.people.number("trackers", keyless)
    place.people.update("haeun", ticket, tracker_id=number)
    assert place.people.value(ticket, TEAM) is None
    assert place.people.value(ticket, PROCESS) == "사건 관리"
    author, changes = place.history(ticket)[-1]
    assert author == "이하은"
    assert {change for change in changes if change[0] == "cf"} == {
        ("cf", place.cf(TEAM), IT, None),
        ("cf", place.cf(KEY), "redmine:issue/1", None),
    }
    assert ("attr", "tracker_id", "1", str(number)) in changes
    place.people.update("haeun", ticket, tracker_id=1)
    assert place.people.value(ticket, TEAM) == ""
    assert [c for c in place.history(ticket)[-1][1] if c[0] == "cf"] == []


def test_a_field_that_the_tracker_lacks_is_dropped_without_a_word(
    place: Place, keyless: str
) -> None:
    """Redmine fact 28."""
    ticket = place.people.create("yujin", "로그인이 안 됩니다", tracker=keyless)
    place.fill(ticket, {TEAM: IT, PROCESS: "사건 관리"})
    assert place.people.value(ticket, TEAM) is None
    assert place.people.value(ticket, PROCESS) == "사건 관리"


def test_a_status_that_a_new_tracker_shares_goes_along_and_the_first_one_does_not(
    place: Place,
) -> None:
    change = place.people.number("trackers", "변경")
    begun, new = (place.people.create("yujin", f"티켓 {n}") for n in (1, 2))
    place.people.update("haeun", begun, status_id=place.people.number("issue_statuses", "진행"))
    for number in (begun, new):
        place.people.update("haeun", number, tracker_id=change)
    assert place.people.read(begun)["status"]["name"] == "진행"
    assert place.people.read(new)["status"]["name"] == "접수"


def test_a_ticket_moved_to_a_project_of_ours_keeps_its_values(place: Place, ticket: int) -> None:
    place.fill(ticket, {TEAM: IT})
    place.people.update("haeun", ticket, project_id="abc-infra")
    assert place.people.read(ticket)["project"]["name"] == "ABC 인프라"
    assert place.people.value(ticket, TEAM) == IT
    assert [name for _, name, _, _ in place.history(ticket)[-1][1]] == ["project_id"]


def test_a_ticket_moved_out_of_our_projects_loses_our_fields(place: Place, ticket: int) -> None:
    place.fill(ticket, {TEAM: IT})
    elsewhere = place.people.add_project("elsewhere")
    place.people.update("admin", ticket, project_id=elsewhere)
    assert place.people.value(ticket, TEAM) is None
    assert ("cf", place.cf(TEAM), IT, None) in place.history(ticket)[-1][1]
    assert place.people.read(ticket)["tracker"]["name"] == "결함"


def test_a_copy_carries_all_values_and_begins_anew(place: Place, ticket: int) -> None:
    """Redmine fact 28."""
    held = {TEAM: IT, KEY: f"redmine:issue/{ticket}", RESPONSIBILITY: "역할\n책임"}
    place.fill(ticket, held, assigned_to_id=place.people.groups[IT])
    place.people.update("haeun", ticket, status_id=place.people.number("issue_statuses", "진행"))
    copy = place.people.copy("admin", ticket)
    shown = place.people.read(copy)
    assert {name: place.people.value(copy, name) for name in held} == held
    assert shown["assigned_to"]["id"] == place.people.groups[IT]
    assert (shown["status"]["name"], shown["author"]["id"]) == ("신규", 1)
    (relation,) = shown["relations"]
    assert (relation["issue_id"], relation["issue_to_id"]) == (ticket, copy)
    assert relation["relation_type"] == "copied_to"
    assert place.history(copy)[-1][1] == [("relation", "copied_from", None, str(ticket))]
    assert place.history(ticket)[-1][1] == [("relation", "copied_to", None, str(copy))]


@pytest.fixture
def apart(place: Place) -> Iterator[None]:
    """Tickets of two projects can't be related."""
    place.people.let_relate_across(False)
    yield
    place.people.let_relate_across(True)


def test_a_copy_into_another_project_has_a_link_where_projects_relate(
    place: Place, ticket: int
) -> None:
    """Redmine fact 29."""
    copy = place.people.copy("admin", ticket, project="abc-infra")
    (relation,) = place.people.read(copy)["relations"]
    assert (relation["issue_id"], relation["issue_to_id"]) == (ticket, copy)


def test_a_copy_into_another_project_has_no_link_where_they_do_not(
    place: Place, ticket: int, apart: None
) -> None:
    """Redmine fact 29."""
    place.fill(ticket, {TEAM: IT})
    copy = place.people.copy("admin", ticket, project="abc-infra")
    assert place.people.value(copy, TEAM) == IT
    assert place.people.read(copy).get("relations", []) == []
    assert place.history(copy) == []


# ------------------------------------------------------------------------------- statuses


def test_a_closed_ticket_is_listed_only_where_all_are_asked_for(place: Place, ticket: int) -> None:
    """Redmine fact 1."""
    done = place.people.number("issue_statuses", "완료")
    place.people.update("haeun", ticket, status_id=done)
    shown = place.bot.issue(ticket)
    assert shown["status"]["is_closed"]
    assert shown["closed_on"]
    assert place.bot.issue_page(issue_id=str(ticket))[0] == []
    assert len(place.bot.issues([ticket])) == 1
    place.people.update("haeun", ticket, status_id=1)
    assert not place.bot.issue(ticket)["status"]["is_closed"]
    assert place.history(ticket) == [
        ("이하은", [("attr", "status_id", "1", str(done))]),
        ("이하은", [("attr", "status_id", str(done), "1")]),
    ]


def test_closing_a_ticket_closes_its_duplicates_and_nothing_that_only_relates(
    place: Place, ticket: int
) -> None:
    """Redmine fact 29."""
    duplicate, related, original = (place.people.create("yujin", f"티켓 {n}") for n in range(3))
    place.people.relate("haeun", duplicate, ticket, "duplicates")
    place.people.relate("haeun", related, ticket)
    place.people.relate("haeun", ticket, original, "duplicates")
    done = place.people.number("issue_statuses", "완료")
    place.write(ticket, status_id=done, notes="고쳤습니다")
    shown = {n: place.people.read(n) for n in (ticket, duplicate, related, original)}
    closed = {number for number, one in shown.items() if one["status"]["is_closed"]}
    assert closed == {ticket, duplicate}
    last = shown[duplicate]["journals"][-1]
    assert (last["user"]["name"], last["notes"]) == ("itsm-sync봇", "고쳤습니다")
    assert place.history(duplicate)[-1][1] == [("attr", "status_id", "1", str(done))]


def test_a_ticket_that_another_blocks_is_not_closed_and_the_rest_is_written(
    place: Place, ticket: int
) -> None:
    """Redmine fact 15."""
    blocking = place.people.create("yujin", "먼저 할 일")
    place.people.relate("haeun", blocking, ticket, "blocks")
    done = place.people.number("issue_statuses", "완료")
    place.write(ticket, status_id=done, done_ratio=50)
    shown = place.people.read(ticket)
    assert (shown["status"]["name"], shown["done_ratio"]) == ("신규", 50)
    place.write(blocking, status_id=done)
    place.write(ticket, status_id=done)
    assert place.people.read(ticket)["status"]["name"] == "완료"
    place.write(ticket, status_id=1)
    assert place.people.read(ticket)["status"]["name"] == "신규"


def test_a_new_ticket_begins_with_its_tracker_s_first_status_whatever_is_asked(
    place: Place,
) -> None:
    """Redmine fact 16."""
    incident = place.people.number("trackers", "사건")
    wanted = place.people.number("issue_statuses", "진행")
    ticket = opened_by_the_bot(place, "새 사건", tracker_id=incident, status_id=wanted)
    assert place.people.read(ticket)["status"]["name"] == "접수"
    (first,) = {one.first for one in place.bot.trackers() if one.id == incident}
    assert first == place.people.read(ticket)["status"]["id"]


def test_a_status_that_the_tracker_does_not_know_is_ignored(place: Place, ticket: int) -> None:
    """Redmine fact 15, and 16 for a new ticket."""
    place.write(ticket, status_id=place.people.number("issue_statuses", "승인 대기"))
    assert place.people.read(ticket)["status"]["name"] == "신규"
    done = place.people.number("issue_statuses", "완료")
    new = place.people.create("haeun", "이미 끝난 일", status_id=done)
    assert place.people.read(new)["status"]["name"] == "신규"


# ------------------------------------------------------------------------------- people


def test_a_group_is_assigned_and_each_member_gets_a_mail(place: Place, ticket: int) -> None:
    """Redmine fact 21."""
    group = place.people.groups[IT]
    mailed = place.mailed(lambda: place.write(ticket, assigned_to_id=group))
    assert sorted(mailed) == ["haeun", "seojun", "yujin"]
    assert place.people.read(ticket)["assigned_to"] == {"id": group, "name": IT}
    assert place.history(ticket)[-1][1] == [("attr", "assigned_to_id", None, str(group))]


def test_who_had_the_ticket_before_gets_a_mail_too_and_who_writes_none(
    place: Place, ticket: int
) -> None:
    sua = place.people.ask("sua", "GET", "/users/current.json")["user"]["id"]
    place.write(ticket, assigned_to_id=sua)
    group = place.people.groups[IT]
    mailed = place.mailed(
        lambda: place.people.update("haeun", ticket, assigned_to_id=group, notes="가져갑니다")
    )
    assert sorted(mailed) == ["seojun", "sua", "yujin"]


def test_who_cannot_be_assigned_is_rejected(place: Place, ticket: int) -> None:
    """Redmine fact 18."""
    bot = place.bot.me().id
    with pytest.raises(Invalid) as caught:
        place.write(ticket, assigned_to_id=bot, done_ratio=10)
    assert caught.value.details == ("담당자 은 유효하지 않습니다.",)
    assert place.people.read(ticket)["done_ratio"] == 0


def test_who_contributes_watches_from_then_on_but_not_the_bot(place: Place, ticket: int) -> None:
    place.fill(ticket, {TEAM: IT})
    assert place.people.read(ticket)["watchers"] == []
    place.people.update("haeun", ticket, notes="보고 있습니다")
    assert [w["name"] for w in place.people.read(ticket)["watchers"]] == ["이하은"]
    assert sorted(place.mailed(lambda: place.write(ticket, notes="알림"))) == ["haeun", "yujin"]


def test_groups_watch_and_stop_watching(place: Place, ticket: int) -> None:
    """Redmine fact 31; no journal, and no time moved (fact 8)."""
    group = place.people.groups[BUSINESS]
    other = place.people.create("yujin", "나중 티켓")
    place.bot.post(f"/issues/{ticket}/watchers.json", {"user_id": group})
    place.bot.post(f"/issues/{ticket}/watchers.json", {"user_id": group})
    assert place.people.read(ticket)["watchers"] == [{"id": group, "name": BUSINESS}]
    assert latest(place) == other
    assert place.history(ticket) == []
    mailed = place.mailed(lambda: place.write(ticket, notes="알림"))
    assert sorted(mailed) == ["minjae", "sua", "yujin"]
    place.write(ticket, watcher_user_ids=[])
    assert place.people.read(ticket)["watchers"] != []
    place.bot.delete(f"/issues/{ticket}/watchers/{group}.json")
    assert place.people.read(ticket)["watchers"] == []


def test_watchers_that_are_none_are_ignored_and_their_going_is_not(
    place: Place, ticket: int
) -> None:
    place.bot.post(f"/issues/{ticket}/watchers.json", {"user_id": 99_999})
    assert place.people.read(ticket)["watchers"] == []
    with pytest.raises(Missing):
        place.bot.delete(f"/issues/{ticket}/watchers/99999.json")


def test_watchers_are_given_with_a_new_ticket(place: Place) -> None:
    group = place.people.groups[IT]
    ticket = place.people.create("haeun", "함께 봅니다", watcher_user_ids=[group])
    assert place.people.read(ticket)["watchers"] == [{"id": group, "name": IT}]


def test_a_new_ticket_is_told_to_who_gets_it(place: Place) -> None:
    group = place.people.groups[IT]
    mailed = place.mailed(lambda: place.people.create("haeun", "새 티켓", assigned_to_id=group))
    assert mailed == ["seojun"]


def test_the_bot_knows_itself_the_groups_and_their_members(place: Place) -> None:
    """Redmine fact 12."""
    me = place.bot.me()
    assert (me.login, me.admin, me.name) == ("itsm-sync", False, "itsm-sync 봇")
    rights = place.bot.permissions(place.bot.roles()[2][0])
    assert {"edit_issues", "set_notes_private", "add_issue_watchers"} <= rights
    assert "delete_issues" not in rights
    groups = place.bot.group_ids("abc-app")
    assert groups == dict(place.people.groups)
    told = place.bot.get(f"/groups/{groups[IT]}.json", include="users")["group"]
    assert sorted(user["name"] for user in told["users"]) == ["김서준", "이하은"]
    with pytest.raises(Forbidden):
        place.bot.get("/custom_fields.json")


def test_a_key_of_nobodys_is_refused(place: Place, ticket: int) -> None:
    """Redmine fact 3."""
    with pytest.raises(Unauthorised):
        place.stranger.me()
    with pytest.raises(Unauthorised):
        place.stranger.put(f"/issues/{ticket}.json", {"issue": {"subject": "x"}})


# ------------------------------------------------------------------------------- notes


def test_a_private_note_with_changes_makes_two_journals(place: Place, ticket: int) -> None:
    """Redmine fact 21."""
    mailed = place.mailed(lambda: place.fill(ticket, {TEAM: IT}, notes="안", private_notes=True))
    assert mailed == ["yujin"]  # of the change, not of the note
    told = [(j["notes"] or "", j["private_notes"], len(j["details"]))
            for j in place.people.journals(ticket)]  # fmt: skip
    assert told == [("", False, 1), ("안", True, 0)]
    assert len(place.people.read(ticket, "haeun")["journals"]) == 2
    assert len(place.people.read(ticket, "yujin")["journals"]) == 1


def test_a_private_note_without_the_right_is_public(place: Place, ticket: int) -> None:
    """Redmine fact 17."""
    place.people.update("yujin", ticket, notes="비밀", private_notes=True)
    assert [j["private_notes"] for j in place.people.journals(ticket)] == [False]


def test_an_own_note_is_edited_without_a_trace(place: Place, ticket: int) -> None:
    """Redmine fact 30."""
    place.write(ticket, notes="처음")
    (note,) = place.people.journals(ticket)
    other = place.people.create("yujin", "나중 티켓")

    def edit() -> None:
        place.bot.put(f"/journals/{note['id']}.json", {"journal": {"notes": "나중"}})

    assert place.mailed(edit) == []
    assert [j["notes"] for j in place.people.journals(ticket)] == ["나중"]
    assert latest(place) == other


def test_a_notes_privacy_is_changed_by_who_may(place: Place, ticket: int) -> None:
    place.write(ticket, notes="안")
    (note,) = place.people.journals(ticket)
    path = f"/journals/{note['id']}.json"
    place.bot.put(path, {"journal": {"notes": "안에서만", "private_notes": True}})
    (shown,) = place.people.journals(ticket)
    assert (shown["notes"], shown["private_notes"]) == ("안에서만", True)
    assert place.people.read(ticket, "yujin")["journals"] == []
    place.bot.put(path, {"journal": {"notes": "아직 안에서만"}})
    (shown,) = place.people.journals(ticket)
    assert (shown["notes"], shown["private_notes"]) == ("아직 안에서만", True)


def test_an_emptied_note_is_gone_and_one_with_changes_stays(place: Place, ticket: int) -> None:
    """Redmine fact 30."""
    place.write(ticket, notes="하나")
    place.fill(ticket, {TEAM: IT}, notes="둘")
    for note in place.people.journals(ticket):
        place.bot.put(f"/journals/{note['id']}.json", {"journal": {"notes": " "}})
    (left,) = place.people.journals(ticket)
    assert (left["notes"].strip(), len(left["details"])) == ("", 1)


def test_anothers_note_is_not_the_bots_to_edit(place: Place, ticket: int) -> None:
    place.people.update("haeun", ticket, notes="사람의 말")
    (note,) = place.people.journals(ticket)
    with pytest.raises(Forbidden):
        place.bot.put(f"/journals/{note['id']}.json", {"journal": {"notes": "봇의 말"}})
    with pytest.raises(Missing):
        place.bot.put("/journals/99999.json", {"journal": {"notes": "봇의 말"}})


def test_a_stale_write_is_a_conflict(place: Place, ticket: int) -> None:
    """Redmine fact 19."""
    place.people.update("haeun", ticket, notes="그 사이")
    with pytest.raises(Conflict):
        place.write(ticket, lock_version=0, subject="늦었습니다")


# ------------------------------------------------------------------------------- relations


def test_relations_are_shown_from_both_ends_and_taken_away(place: Place, ticket: int) -> None:
    other = place.people.create("yujin", "다른 티켓")
    wanted = {"relation": {"issue_to_id": ticket, "relation_type": "relates"}}
    made = place.bot.post(f"/issues/{other}/relations.json", wanted)["relation"]
    for number in (ticket, other):
        (shown,) = place.bot.issue(number)["relations"]
        assert (shown["issue_id"], shown["issue_to_id"]) == (ticket, other)
    with pytest.raises(Invalid):
        place.bot.post(f"/issues/{other}/relations.json", wanted)
    place.bot.delete(f"/relations/{made['id']}.json")
    assert "relations" not in place.bot.issue(ticket)
    assert [change for _, (change,) in place.history(ticket)] == [
        ("relation", "relates", None, str(other)),
        ("relation", "relates", str(other), None),
    ]


def test_tickets_of_two_projects_are_related_where_the_setting_lets_them(
    place: Place, ticket: int, apart: None
) -> None:
    """Redmine fact 29."""
    other = place.people.create("yujin", "다른 티켓", project="abc-infra")
    wanted = {"relation": {"issue_to_id": other, "relation_type": "relates"}}
    with pytest.raises(Invalid):
        place.bot.post(f"/issues/{ticket}/relations.json", wanted)
    place.people.let_relate_across(True)
    place.bot.post(f"/issues/{ticket}/relations.json", wanted)
    (shown,) = place.bot.issue(other)["relations"]
    assert (shown["issue_id"], shown["issue_to_id"]) == (ticket, other)
    place.people.let_relate_across(False)
    assert len(place.bot.issue(other)["relations"]) == 1


def test_a_ticket_that_is_not_there_is_not_related(place: Place, ticket: int) -> None:
    wanted = {"relation": {"issue_to_id": 99_999, "relation_type": "relates"}}
    with pytest.raises(Invalid):
        place.bot.post(f"/issues/{ticket}/relations.json", wanted)
    with pytest.raises(Missing):
        place.bot.post("/issues/99999/relations.json", wanted)


def test_a_relation_moves_no_time(place: Place, ticket: int) -> None:
    """Redmine fact 8."""
    other, last = (place.people.create("yujin", f"티켓 {n}") for n in (1, 2))
    place.people.relate("haeun", ticket, other)
    assert latest(place) == last


# ------------------------------------------------------------------------------- hidden and gone


def test_a_deleted_ticket_leaves_no_trace(place: Place, ticket: int) -> None:
    """Redmine fact 9."""
    other = place.people.create("yujin", "다른 티켓")
    place.people.relate("haeun", other, ticket)
    place.people.delete("admin", ticket)
    with pytest.raises(Missing):
        place.bot.issue(ticket)
    assert place.bot.issues([ticket]) == []
    assert place.people.read(other).get("relations", []) == []
    assert place.history(other) == []
    with pytest.raises(RefusedByRedmine):
        place.people.delete("haeun", other)


def test_the_number_of_the_last_ticket_is_given_again_once_it_is_deleted(place: Place) -> None:
    """So on SQLite."""
    ticket = place.people.create("yujin", "지울 티켓")
    place.people.delete("admin", ticket)
    assert place.people.create("yujin", "새 티켓") == ticket


def test_a_ticket_in_a_project_that_is_none_of_the_bots_is_hidden(
    place: Place, ticket: int
) -> None:
    """Redmine fact 9."""
    hidden = place.people.add_project("hidden", public=False)
    place.people.update("admin", ticket, project_id=hidden)
    with pytest.raises(Forbidden):
        place.bot.issue(ticket)
    assert place.bot.issues([ticket]) == []
    with pytest.raises(Forbidden):
        place.bot.project(hidden)


def test_a_private_ticket_is_seen_by_who_made_it_who_has_it_and_the_bot(place: Place) -> None:
    ticket = place.people.create("sua", "비밀", is_private=True)
    assert place.people.read(ticket)["is_private"]
    assert place.bot.issue(ticket)["is_private"]
    assert place.people.read(ticket, "sua")["id"] == ticket
    for login in ("yujin", "haeun"):
        with pytest.raises(RefusedByRedmine):
            place.people.read(ticket, login)
    place.write(ticket, assigned_to_id=place.people.groups[IT])
    assert place.people.read(ticket, "haeun")["id"] == ticket


def test_a_private_ticket_without_the_right_is_public(place: Place) -> None:
    """Redmine fact 17."""
    ticket = place.people.create("yujin", "비밀", is_private=True)
    assert not place.people.read(ticket)["is_private"]
    place.people.update("admin", ticket, is_private=True)
    assert place.history(ticket)[-1][1] == [("attr", "is_private", "0", "1")]


def test_a_closed_project_takes_nothing_and_still_shows_its_tickets(place: Place) -> None:
    """Redmine fact 33."""
    ticket = place.people.create("yujin", "티켓", project="abc-legacy")
    place.people.ask("admin", "PUT", "/projects/abc-legacy/close.json")
    try:
        with pytest.raises(Forbidden):
            place.fill(ticket, {TEAM: IT})
        with pytest.raises(RefusedByRedmine):
            place.people.create("yujin", "티켓", project="abc-legacy")
        assert len(place.bot.issues([ticket])) == 1
        listed = place.bot.get("/projects.json")["projects"]
        assert "abc-legacy" not in {project["identifier"] for project in listed}
        closed = {p.identifier: p.closed for p in place.bot.projects()}
        assert closed["abc-legacy"]
        assert not closed["abc"]
    finally:
        place.people.ask("admin", "PUT", "/projects/abc-legacy/reopen.json")


# ------------------------------------------------------------------------------- lists


def test_lists_are_filtered_ordered_and_counted(place: Place) -> None:
    numbers = [place.people.create("yujin", f"목록 {n}", project="abc-biz") for n in range(4)]
    place.write(numbers[0], notes="마지막")

    def asked(sort: str, limit: int = 100, **conditions: tuple[str, ...]) -> tuple[list[int], int]:
        given = {"status_id": ("*",), "project_id": ("=", "4"), **conditions}
        params: dict[str, Any] = {"f[]": list(given), "sort": sort}
        for name, (operator, *values) in given.items():
            params[f"op[{name}]"] = operator
            if values:
                params[f"v[{name}][]"] = values
        rows, total = place.bot.issue_page(limit=limit, **params)
        return [row["id"] for row in rows], total

    assert asked("id") == (numbers, 4)
    assert asked("id", limit=2) == (numbers[:2], 4)
    assert asked("updated_on,id")[0] == [*numbers[1:], numbers[0]]
    assert asked("updated_on:desc,id", limit=1) == (numbers[:1], 4)
    assert asked("id", issue_id=(">=", str(numbers[2]))) == (numbers[2:], 2)
    assert (
        asked("id", project_id=("!", "4", "1", "2", "3", "5"))[0]
        == asked("id", project_id=("!", "1", "2", "3", "4", "5"))[0]
    )
    seen = place.bot.issue(numbers[0])["updated_on"]
    assert numbers[0] in asked("id", updated_on=(">=", seen))[0]
    assert asked("id", updated_on=(">=", "2100-01-01T00:00:00Z")) == ([], 0)


def test_tickets_are_found_by_who_opened_them_since_when(place: Place) -> None:
    mine = opened_by_the_bot(place, "내 것")
    theirs = place.people.create("yujin", "남의 것")
    bot, at = place.bot.me().id, place.bot.issue(mine)["created_on"]
    found = {"status_id": "*", "author_id": bot}
    rows, _ = place.bot.issue_page(**found, created_on=f">={at}")
    assert mine in {row["id"] for row in rows}
    assert theirs not in {row["id"] for row in rows}
    assert {row["author"]["id"] for row in rows} == {bot}
    assert place.bot.issue_page(**found, created_on=">=2100-01-01T00:00:00Z") == ([], 0)


def opened_by_the_bot(place: Place, subject: str, **attributes: Any) -> int:
    issue = {"project_id": "abc-app", "tracker_id": 1, "subject": subject, **attributes}
    return int(place.bot.post("/issues.json", {"issue": issue})["issue"]["id"])


def test_tickets_are_found_that_are_related_to_another_project(place: Place, ticket: int) -> None:
    near, far = (
        place.people.create("yujin", "다른 티켓", project=p) for p in ("abc-app", "abc-infra")
    )
    place.people.relate("haeun", ticket, near)
    place.people.relate("haeun", ticket, far)
    where = {"f[]": ["project_id", "relates"], "op[project_id]": "=", "v[project_id][]": "2",
             "op[relates]": "=!p", "v[relates][]": "2"}  # fmt: skip
    found = [row["id"] for row in place.bot.issue_page(**where, include="relations")[0]]
    assert ticket in found
    assert not {near, far} & set(found)


def test_tickets_are_found_by_a_field_of_ours_and_an_unknown_one_finds_all(
    place: Place, ticket: int
) -> None:
    """Redmine fact 2."""
    key = f"jenkins:ci:abc/portal|main#{ticket}"
    place.fill(ticket, {KEY: key})

    def asked(field: str, value: str) -> list[int]:
        where = {"f[]": [field], f"op[{field}]": "=", f"v[{field}][]": value}
        return [row["id"] for row in place.bot.issue_page(**where, sort="id")[0]]

    ours = f"cf_{place.cf(KEY)}"
    assert asked(ours, key) == [ticket]
    assert asked(ours, "nothing") == []
    everything = asked("cf_99999", key)
    assert len(everything) > 1
    place.people.let_filter(KEY, False)
    try:
        assert asked(ours, key) == everything
    finally:
        place.people.let_filter(KEY, True)
    rows, _ = place.bot.issue_page(**{ours: key, "status_id": "*"})
    assert rows == [], "the short form takes the bar for an or"


def test_a_page_has_at_most_a_hundred(place: Place) -> None:
    """Redmine fact 1."""
    answer = place.bot.get("/issues.json", limit=500)
    assert len(answer["issues"]) <= 100
    assert answer["total_count"] >= len(answer["issues"])


def test_statuses_priorities_and_trackers_are_listed(place: Place) -> None:
    statuses = place.bot.statuses()
    closed = {one.name for one in statuses.values() if one.closed}
    assert closed == {"완료", "거절"}
    assert {one.name for one in statuses.values()} > {"신규", "접수", "승인 대기"}
    assert [(one.id, one.name, one.default, one.active) for one in place.bot.priorities()] == [
        (1, "낮음", False, True),
        (2, "보통", True, True),
        (3, "높음", False, True),
        (4, "긴급", False, True),
        (5, "즉시", False, True),
    ]
    trackers = {one.name: one for one in place.bot.trackers()}
    assert [*trackers] == [
        "결함",
        "새기능",
        "지원",
        "사건",
        "문제",
        "변경",
        "서비스 요청",
        "릴리스",
    ]
    assert statuses[trackers["결함"].first].name == "신규"
    assert statuses[trackers["사건"].first].name == "접수"
    assert not any(one.lacks("due_date") or one.lacks("description") for one in trackers.values())


def test_a_project_tells_its_trackers_and_who_sees_it(place: Place) -> None:
    place.people.add_project("narrow", trackers=[1])
    (listed,) = [p for p in place.bot.projects(trackers=True) if p.identifier == "narrow"]
    alone = place.bot.project("narrow")
    for found in (listed, alone):
        assert [tracker.name for tracker in found.trackers] == ["결함"]
        assert (found.public, found.closed) == (True, False)
    assert {tracker.name for tracker in place.bot.project("abc").trackers} > {"사건", "릴리스"}


def test_a_wiki_page_tells_its_version_and_who_wrote_it(place: Place) -> None:
    """Redmine fact 24: the same text makes no version."""
    for login, text in (("haeun", "처음"), ("sua", "나중"), ("haeun", "나중")):
        place.people.write_page(login, "운영_인계", text, project="abc-biz")
    found = place.bot.wiki_page("abc-biz", "운영_인계")
    assert (found.title, found.version, found.author and found.author.name) == (
        "운영_인계", 2, "강수아",
    )  # fmt: skip
    older = place.bot.wiki_page("abc-biz", "운영_인계", 1)
    assert (older.version, older.author and older.author.name) == (1, "이하은")
    index = place.bot.get("/projects/abc-biz/wiki/index.json")["wiki_pages"]
    assert [(page["title"], page["version"]) for page in index] == [("운영_인계", 2)]
    for title, version in (("운영_인계", 3), ("없는_쪽", None)):
        with pytest.raises(Missing):
            place.bot.wiki_page("abc-biz", title, version)


def test_a_project_without_wiki_pages_shows_none(place: Place) -> None:
    assert place.bot.get("/projects/abc-app/wiki/index.json") == {"wiki_pages": []}
