"""What the generated Ruby makes on a real Redmine."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from sandbox.office import Office, RefusedByRedmine
from sandbox.redmine import HOME, Redmine

from itsm_sync.model.errors import ConfigurationError
from itsm_sync.model.tickets import BUILT_IN, DECISIONS, DERIVED, FieldName
from itsm_sync.model.words import Words
from itsm_sync.operations import provision
from itsm_sync.settings import Settings


@pytest.fixture
def copy(template: Path, tmp_path: Path) -> Redmine:
    """A provisioned Redmine that is not served: commands look at it."""
    return Redmine.make(tmp_path / "copy", template=template)


def _environment(redmine: Redmine, **more: str) -> dict[str, str]:
    return {**redmine.environment, **more}


def _content(redmine: Redmine) -> list[str]:
    with sqlite3.connect(redmine.root / "redmine.sqlite3") as database:
        return list(database.iterdump())


# ------------------------------------------------------------------------------ fields


def test_every_tracker_of_our_projects_has_the_fields_and_other_projects_have_none(
    office: Office,
) -> None:
    trackers = office.ask("admin", "GET", "/trackers.json")["trackers"]
    project = {"name": "남의 것", "identifier": "theirs", "tracker_ids": [1]}
    office.ask("admin", "POST", "/projects.json", {"project": project})

    for project_name in ("abc", "abc-infra"):
        for tracker in trackers:
            ticket = office.create("seojun", "시험", project=project_name, tracker=tracker["name"])
            shown = {field["id"] for field in office.read(ticket)["custom_fields"]}
            assert shown == set(office.fields.values())
    theirs = office.create("admin", "시험", project="theirs")
    assert "custom_fields" not in office.read(theirs)


def test_a_new_ticket_has_no_decision_by_default(office: Office) -> None:
    ticket = office.create("yujin", "서버가 다운되었습니다")

    assert {office.value(ticket, name) for name in office.fields} == {""}


def test_people_may_take_decisions_but_not_change_what_follows(office: Office) -> None:
    ticket = office.create("yujin", "로그인이 안 됩니다")
    decisions = [name for name in DECISIONS if name in office.fields]
    values = {
        FieldName.PROCESS: "사건 관리",
        FieldName.TEAM: "신사업팀",
        FieldName.ROLE: "서비스 소유자",
        FieldName.APPROVING_TEAM: "신사업팀",
    }

    office.update("sua", ticket, fields=values)
    office.update("sua", ticket, fields=dict.fromkeys(DERIVED, "실행"))

    assert {name: office.value(ticket, name) for name in decisions} == values
    assert {office.value(ticket, name) for name in DERIVED} == {""}


def test_the_bot_may_write_every_field(office: Office) -> None:
    ticket = office.create("yujin", "배포 요청")
    values = {
        FieldName.PROCESS: "변경 관리",
        FieldName.STAGE: "승인",
        FieldName.RESPONSIBILITY: "둘째 줄도\n있습니다",
        FieldName.REASON: "규칙 «변경»",
        FieldName.KEY: f"redmine:issue/{ticket}",
        FieldName.PIN: "1",
    }

    office.update("itsm-sync", ticket, fields=values)

    assert {name: office.value(ticket, name) for name in values} == values


def test_a_value_outside_the_matrix_is_rejected(office: Office) -> None:
    ticket = office.create("yujin", "시험")

    with pytest.raises(RefusedByRedmine, match="422"):
        office.update("sua", ticket, fields={FieldName.TEAM: "영업팀"})


# ------------------------------------------------------------------------------ people


def test_the_bot_is_no_administrator_and_sees_private_tickets(office: Office) -> None:
    ticket = office.create("seojun", "대외비", is_private=True)

    me = office.ask("itsm-sync", "GET", "/users/current.json")["user"]

    assert not me.get("admin")
    assert office.read(ticket, "itsm-sync")["is_private"]
    with pytest.raises(RefusedByRedmine, match="403"):
        office.ask("itsm-sync", "GET", "/users.json")


def test_the_bot_sees_every_project_of_ours(office: Office) -> None:
    seen = office.ask("itsm-sync", "GET", "/users/current.json?include=memberships")["user"]

    projects = {one["project"]["name"] for one in seen["memberships"]}
    assert projects == {
        "ABC시스템", "ABC 애플리케이션", "ABC 인프라", "ABC 사업", "ABC 구시스템", "ABC 보안",
    }  # fmt: skip


def test_a_private_project_has_no_member_of_another_team(office: Office) -> None:
    members = office.ask("admin", "GET", "/projects/abc-sec/memberships.json")["memberships"]
    groups = {one["group"]["name"] for one in members if "group" in one}
    assert groups == {"IT기획팀"}


def test_a_private_note_of_the_bot_is_private(office: Office) -> None:
    ticket = office.create("yujin", "시험")

    office.update("itsm-sync", ticket, notes="안에서만", private_notes=True)

    assert [note["private_notes"] for note in office.journals(ticket)] == [True]


def test_the_bot_may_do_every_transition(office: Office) -> None:
    for tracker in ("결함", "변경"):
        ticket = office.create("yujin", "시험", tracker=tracker)
        allowed = {
            status["name"] for status in office.read(ticket, "itsm-sync")["allowed_statuses"]
        }
        assert {"신규", "진행", "해결", "의견", "완료", "거절"} <= allowed


def test_the_bot_closes_and_reopens_in_every_tracker_from_every_status(office: Office) -> None:
    statuses = {
        one["name"]: one["is_closed"]
        for one in office.ask("admin", "GET", "/issue_statuses.json")["issue_statuses"]
    }
    names = list(statuses)
    for tracker in ("사건", "문제", "변경", "서비스 요청", "릴리스"):
        ticket = office.create("itsm-sync", "시험", tracker=tracker)
        for name in names:
            office.update("itsm-sync", ticket, status_id=office.number("issue_statuses", name))
            shown = office.read(ticket, "itsm-sync")
            assert shown["status"]["name"] == name
            assert {one["name"] for one in shown["allowed_statuses"]} == set(names)
            assert bool(shown["closed_on"]) or not statuses[name]


def test_the_bot_sets_priority_and_due_date_on_every_tracker(office: Office) -> None:
    """Once at opening and again later."""
    for tracker in office.ask("admin", "GET", "/trackers.json")["trackers"]:
        wanted = {"priority_id": 4, "due_date": "2100-03-02"}
        ticket = office.create("itsm-sync", "시험", tracker=tracker["name"], **wanted)
        shown = office.read(ticket)
        assert (shown["priority"]["id"], shown["due_date"]) == (4, "2100-03-02")
        office.update("itsm-sync", ticket, priority_id=5, due_date="2100-03-03")
        shown = office.read(ticket)
        assert (shown["priority"]["id"], shown["due_date"]) == (5, "2100-03-03")


def test_the_bot_deletes_nothing(office: Office) -> None:
    ticket = office.create("itsm-sync", "시험")

    with pytest.raises(RefusedByRedmine, match="403"):
        office.delete("itsm-sync", ticket)


def test_tickets_of_two_projects_can_be_related(office: Office) -> None:
    incident = office.create("itsm-sync", "사건", project="abc-app")
    problem = office.create("itsm-sync", "문제", project="abc-infra")

    office.relate("itsm-sync", problem, incident)

    (relation,) = office.read(incident)["relations"]
    assert {relation["issue_id"], relation["issue_to_id"]} == {incident, problem}


def test_a_team_s_group_can_be_assigned(office: Office) -> None:
    ticket = office.create("yujin", "시험", project="abc-biz")

    office.update("itsm-sync", ticket, assigned_to_id=office.groups["신사업팀"])

    assert office.read(ticket)["assigned_to"]["name"] == "신사업팀"


def test_watchers_and_relations_are_the_bot_s_to_set(office: Office) -> None:
    first, second = office.create("yujin", "하나"), office.create("yujin", "둘")
    watcher = {"user_id": office.groups["IT기획팀"]}
    relation = {"relation": {"issue_to_id": second, "relation_type": "relates"}}

    office.ask("itsm-sync", "POST", f"/issues/{first}/watchers.json", watcher)
    office.ask("itsm-sync", "POST", f"/issues/{first}/relations.json", relation)

    ticket = office.read(first, "itsm-sync")
    assert [one["name"] for one in ticket["watchers"]] == ["IT기획팀"]
    assert [one["issue_to_id"] for one in ticket["relations"]] == [second]


def test_a_change_goes_through_its_stages_by_the_team_s_hands(office: Office) -> None:
    ticket = office.create("yujin", "결제 화면 변경", tracker="변경")

    seen = [office.read(ticket)["status"]["name"]]
    for status in ("검토", "승인 대기", "승인", "실행", "검증", "완료"):
        office.update("haeun", ticket, status_id=office.number("issue_statuses", status))
        seen.append(office.read(ticket)["status"]["name"])

    assert seen == ["접수", "검토", "승인 대기", "승인", "실행", "검증", "완료"]


def _allowed(office: Office, ticket: int, login: str) -> set[str]:
    found = office.read(ticket, login)
    return {one["name"] for one in found["allowed_statuses"]} - {found["status"]["name"]}


def test_a_change_is_not_carried_out_between_assessment_and_approval(office: Office) -> None:
    ticket = office.create("yujin", "결제 화면 변경 2", tracker="변경")
    assert _allowed(office, ticket, "haeun") == {"검토", "실행", "거절"}

    office.update("haeun", ticket, status_id=office.number("issue_statuses", "검토"))
    office.update("haeun", ticket, status_id=office.number("issue_statuses", "실행"))

    assert office.read(ticket)["status"]["name"] == "검토"
    assert _allowed(office, ticket, "haeun") == {"접수", "승인 대기", "거절"}


def test_a_change_that_is_sent_back_is_reviewed_and_asks_again(office: Office) -> None:
    ticket = office.create("yujin", "결제 화면 변경 3", tracker="변경")

    for login, status in (
        ("haeun", "검토"), ("haeun", "승인 대기"), ("sua", "반려"), ("haeun", "검토"),
        ("haeun", "승인 대기"), ("sua", "승인"), ("haeun", "실행"),
    ):  # fmt: skip
        office.update(login, ticket, status_id=office.number("issue_statuses", status))
        assert office.read(ticket)["status"]["name"] == status


def test_a_release_asks_for_its_approval_before_or_after_its_tests(office: Office) -> None:
    for way in (
        ("검토", "승인 대기", "승인", "실행", "검증", "완료"),
        ("검토", "실행", "승인 대기", "승인", "실행", "검증", "완료"),
    ):
        ticket = office.create("yujin", "포털 9.9", tracker="릴리스")
        for status in way:
            office.update("haeun", ticket, status_id=office.number("issue_statuses", status))
            assert office.read(ticket)["status"]["name"] == status


def test_incidents_and_requests_go_as_they_need_and_wait_for_nobody_s_approval(
    office: Office,
) -> None:
    usual = {"신규", "진행", "해결", "의견", "완료", "거절"}
    for tracker in ("사건", "문제", "서비스 요청"):
        ticket = office.create("yujin", "단말 고장", tracker=tracker)
        assert office.read(ticket)["status"]["name"] == "접수"
        assert _allowed(office, ticket, "haeun") == usual


def test_a_ticket_that_comes_from_another_tracker_begins_anew(office: Office) -> None:
    ticket = office.create("yujin", "한도를 올려 주세요")
    office.update("haeun", ticket, status_id=office.number("issue_statuses", "진행"))
    office.update("haeun", ticket, tracker_id=office.number("trackers", "변경"))

    assert office.read(ticket)["status"]["name"] == "진행"
    assert _allowed(office, ticket, "haeun") == {"접수"}


# ------------------------------------------------------------------------------ queries


def test_the_saved_queries_find_their_tickets(office: Office) -> None:
    queries = office.ask("seojun", "GET", "/queries.json?limit=100")["queries"]
    abc = office.number("projects", "ABC시스템")
    numbers = {query["name"]: query["id"] for query in queries if query["project_id"] == abc}
    assert {query["project_id"] for query in queries} > {abc}
    mine = office.create("yujin", "우리 팀", fields={FieldName.TEAM: "신사업팀"})
    waiting = office.create("yujin", "승인 대기")
    approved = office.create("yujin", "승인됨", fields={FieldName.APPROVAL: "승인"})
    for ticket in (waiting, approved):
        office.update("itsm-sync", ticket, fields={FieldName.STAGE: "승인"})
    unsure = office.create("yujin", "모름")
    office.update("itsm-sync", unsure, fields={FieldName.REASON: "확인 필요: 규칙 «마지막»"})

    def found(name: str) -> set[int]:
        path = f"/issues.json?project_id=abc&query_id={numbers[name]}&limit=100"
        return {one["id"] for one in office.ask("seojun", "GET", path)["issues"]}

    made = {mine, waiting, approved, unsure}
    assert {"내 팀: IT기획팀", "내 팀: 신사업팀", "사람이 정한 값"} <= set(numbers)
    assert found("내 팀: 신사업팀") & made == {mine}
    assert found("승인 대기") & made == {waiting}
    assert found("확인 필요") & made == {unsure}


# ------------------------------------------------------------------------------ running it


def test_a_second_run_changes_nothing_at_all(copy: Redmine, shipped: Settings) -> None:
    before = _content(copy)

    answer = provision.run(shipped, HOME, _environment(copy))

    assert _content(copy) == before
    assert answer["warnings"] == []
    assert set(answer["fields"]) == {*DERIVED, *FieldName} - {*BUILT_IN}
    assert "key" not in answer["bot"]


def test_a_workflow_that_people_changed_keeps_what_they_added_and_took_away(
    copy: Redmine, shipped: Settings
) -> None:
    copy.runner("""
        tracker, role = Tracker.find_by!(name: '변경'), Role.find_by!(name: 'ITSM 담당')
        named = IssueStatus.all.to_h { |status| [status.name, status.id] }
        ours = WorkflowTransition.where(tracker_id: tracker.id, role_id: role.id)
        ours.where(old_status_id: named['접수'], new_status_id: named['실행']).delete_all
        WorkflowTransition.create!(tracker: tracker, role: role, old_status_id: named['검토'],
                                   new_status_id: named['완료'])
    """)
    before = _content(copy)

    provision.run(shipped, HOME, _environment(copy))

    assert _content(copy) == before


def test_a_tracker_of_people_s_own_keeps_its_workflow_and_gets_the_stages_beside_it(
    base: Path, shipped: Settings, tmp_path: Path
) -> None:
    fresh = Redmine.make(tmp_path / "fresh", template=base / "base")
    fresh.runner("""
        named = IssueStatus.all.to_h { |status| [status.name, status] }
        tracker = Tracker.create!(name: '변경', default_status: named['신규'])
        WorkflowTransition.create!(tracker: tracker, role: Role.find_by!(name: '개발자'),
                                   old_status: named['신규'], new_status: named['완료'])
    """)

    provision.run(shipped, HOME, _environment(fresh))

    told = fresh.runner("""
        tracker, role = Tracker.find_by!(name: '변경'), Role.find_by!(name: '개발자')
        WorkflowTransition.where(tracker: tracker, role: role).each do |one|
          puts "#{one.old_status.name}>#{one.new_status.name}"
        end
        puts tracker.default_status.name
    """).splitlines()
    assert told[-1] == "신규"
    assert {"신규>완료", "신규>접수", "접수>검토", "승인 대기>반려", "검증>완료"} <= set(told)
    assert not {"신규>진행", "신규>거절", "검토>실행", "진행>완료"} & set(told)


def test_where_the_house_s_ends_have_other_names_each_of_them_ends_a_change(
    base: Path, shipped: Settings, tmp_path: Path
) -> None:
    fresh = Redmine.make(tmp_path / "fresh", template=base / "base")
    fresh.runner("""
        IssueStatus.find_by!(name: '완료').update!(name: '종료')
        IssueStatus.find_by!(name: '거절').update!(name: '취소')
    """)

    provision.run(shipped, HOME, _environment(fresh))

    told = fresh.runner("""
        tracker, role = Tracker.find_by!(name: '변경'), Role.find_by!(name: 'ITSM 담당')
        old = IssueStatus.find_by!(name: '검증')
        puts WorkflowTransition.where(tracker: tracker, role: role, old_status: old)
                               .map { |one| one.new_status.name }
    """).splitlines()
    assert set(told) == {"검토", "실행", "종료", "취소"}


def test_where_no_other_tracker_knows_an_end_the_bot_can_close_all_the_same(
    base: Path, shipped: Settings, tmp_path: Path
) -> None:
    fresh = Redmine.make(tmp_path / "fresh", template=base / "base")
    fresh.runner("Tracker.all.each(&:destroy!)")

    provision.run(shipped, HOME, _environment(fresh))

    told = fresh.runner("""
        Tracker.all.each do |tracker|
          bot, first = Role.find_by!(name: 'ITSM 동기화'), tracker.default_status
          ways = WorkflowTransition.where(tracker: tracker, role: bot)
          closing = ways.select { |way| way.old_status == first && way.new_status.is_closed }
          opening = ways.select { |way| way.old_status.is_closed && way.new_status == first }
          puts "#{tracker.name} #{closing.size} #{opening.size}"
        end
    """).splitlines()
    assert told == ["사건 2 2", "문제 2 2", "변경 2 2", "서비스 요청 2 2", "릴리스 2 2"]


def test_what_keeps_the_bot_from_a_ticket_s_own_fields_is_taken_off_its_role_alone(
    copy: Redmine, shipped: Settings
) -> None:
    copy.runner("""
        tracker, status = Tracker.find_by!(name: '사건'), IssueStatus.find_by!(name: '접수')
        ['ITSM 동기화', 'ITSM 담당'].each do |name|
          WorkflowPermission.create!(role: Role.find_by!(name: name), tracker: tracker,
                                     old_status: status, field_name: 'due_date', rule: 'readonly')
        end
        tracker.update!(core_fields: tracker.core_fields - %w[due_date])
    """)

    answer = provision.run(shipped, HOME, _environment(copy))

    told = copy.runner("""
        puts WorkflowPermission.where(field_name: 'due_date').map { |one| one.role.name }
    """).splitlines()
    assert told == ["ITSM 담당"]
    assert answer["warnings"] == ["the tracker 사건 has no due_date: what is opened there has none"]


def test_a_field_that_lists_could_not_be_filtered_by_can(copy: Redmine, shipped: Settings) -> None:
    """Redmine fact 2: a key is looked for by such a filter."""
    key = "IssueCustomField.find_by!(name: '동기화 키')"
    copy.runner(f"{key}.update!(is_filter: false)")

    provision.run(shipped, HOME, _environment(copy))

    assert copy.runner(f"puts {key}.is_filter?").strip() == "true"


def test_what_provision_set_is_told(copy: Redmine, shipped: Settings) -> None:
    copy.runner("Setting.cross_project_issue_relations = '0'")

    answer = provision.run(shipped, HOME, _environment(copy))
    out = StringIO()
    provision.show(answer, Console(file=out, width=300), "ko")

    assert copy.runner("puts Setting.cross_project_issue_relations").strip() == "1"
    assert "cross_project_issue_relations (1)" in out.getvalue().splitlines()[0]


def test_the_key_of_the_environment_becomes_the_bot_s(
    copy: Redmine, shipped: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "bot.key"
    environment = _environment(copy, ITSM_SYNC_BOT_KEY="k" * 40)

    answer = provision.run(shipped, HOME, environment, key_file=file)

    assert file.read_text() == "k" * 40 + "\n"
    assert file.stat().st_mode & 0o777 == 0o600
    assert "k" * 40 not in str(answer)


def test_a_fresh_redmine_without_projects_is_told_what_is_missing(
    base: Path, shipped: Settings, tmp_path: Path
) -> None:
    fresh = Redmine.make(tmp_path / "fresh", template=base / "base")

    answer = provision.run(shipped, HOME, _environment(fresh), itil=False)

    assert answer["warnings"] == ["no project abc: make it and run this again"]
    assert set(answer["trackers"]) == {"결함", "새기능", "지원"}
    assert len(answer["bot"]["key"]) == 40


def test_names_with_quotes_and_code_in_them_arrive_as_they_are(
    copy: Redmine, shipped: Settings
) -> None:
    name = "It's \"#{raise 'no'}\" \\n <b> $& %{x} ITSM_SYNC_CONFIGURATION"
    processes = {**shipped.matrix.processes, "odd": Words(ko=name, en=name)}
    odd = replace(shipped, matrix=replace(shipped.matrix, processes=processes))

    provision.run(odd, HOME, _environment(copy))

    shown = copy.runner("puts IssueCustomField.find_by(name: 'ITSM 프로세스').possible_values")
    assert name in shown.splitlines()


def test_a_field_of_another_kind_stops_it_and_leaves_all_as_it_was(
    copy: Redmine, shipped: Settings
) -> None:
    copy.runner("IssueCustomField.find_by(name: '라우팅 고정').update_columns(field_format: 'int')")
    before = _content(copy)

    with pytest.raises(ConfigurationError, match="라우팅 고정 is a int, not a bool"):
        provision.run(shipped, HOME, _environment(copy))

    assert _content(copy) == before


def test_a_directory_without_a_redmine_is_a_problem_of_the_call(
    shipped: Settings, tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationError, match="is no Redmine"):
        provision.run(shipped, tmp_path, {})


def test_a_copied_configuration_can_be_written_and_read(
    configuration: Callable[..., Path],
) -> None:
    directory = configuration(write="observe")

    assert "write: observe" in (directory / "settings.yaml").read_text(encoding="utf-8")
