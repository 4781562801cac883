"""Reports in the real Redmine: wiki pages, news, tickets, each once, known again by themselves."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import Program
from tests.acceptance.pages import wiki_page

MAY = ("report", "weekly-operations", "--from", "2026-05-25", "--to", "2026-05-31", "--json")
HOSTILE = 'h1. "x":http://evil.example {{collapse}} !a.png! <b>굵게</b> #1 @yujin |a|'
REPORTS = """\
targets:
  wiki: {wiki: {project: abc-app, attach: [csv]}}
  news: {news: {project: abc-app, attach: [html]}}
  ticket: {ticket: {project: abc-app, tracker: 결함, attach: [html]}}
  note: {ticket: {number: NUMBER, attach: [xlsx]}}
reports:
  weekly-operations:
    title: {ko: 주간 운영 보고, en: Weekly operations}
    period: week
    forms: [html]
    sections:
      - tickets
      - tickets_by_process
      - {measure: oldest_tickets, rows: 10}
    deliver: [wiki, news, ticket, note]
"""
RIGHTS = """
Role.find_by!(name: 'ITSM 동기화').add_permission!(:edit_wiki_pages, :manage_news)
Project.find('abc-app').enable_module!(:news)
Issue.find(NUMBER).update_columns(created_on: Time.utc(2026, 5, 26))
"""
COUNTED = """
wiki = Project.find('abc-app').wiki
page = wiki.find_page('주간_운영_보고_2026-W22')
puts({ version: page&.content&.version, parent: page&.parent&.title,
       files: page ? page.attachments.map(&:filename).sort : [],
       news: News.all.map { |n| [n.title, n.attachments.map(&:filename)] },
       tickets: Issue.where("subject like '주간 운영 보고%'").map { |i|
         [i.id, i.subject, i.attachments.map(&:filename)] },
       noted: Attachment.where(container_type: 'Issue').map { |a| [a.container_id, a.filename] }
              .select { |a| a[1].end_with?('xlsx') },
       notes: Journal.where("notes like '%itsm-sync report:%'").count }.to_json)
"""


@pytest.fixture
def ticket(program: Program) -> int:
    """A ticket with a hostile title, the targets, and the rights that they need."""
    number = program.office.create("yujin", HOSTILE, tracker="결함")
    program.office.redmine.runner(RIGHTS.replace("NUMBER", str(number)))
    reports = REPORTS.replace("NUMBER", str(number))
    (program.configuration / "reports.yaml").write_text(reports, encoding="utf-8")
    assert program.sync().status == 0
    return number


def published(program: Program, *more: str) -> tuple[int, dict[str, str]]:
    said = program.run(*MAY, "--publish", *more)
    return said.status, {one["target"]: one["stand"] for one in said.json["deliveries"]}


def standing(program: Program) -> Any:
    return json.loads(program.office.redmine.runner(COUNTED).splitlines()[-1])


def test_a_report_stands_in_wiki_news_and_tickets_once_whatever_is_lost(
    program: Program, ticket: int, tmp_path: Path
) -> None:
    status, deliveries = published(program)
    assert (status, set(deliveries.values())) == (0, {"done"})
    first = standing(program)
    assert (first["version"], first["parent"]) == (1, "주간_운영_보고")
    assert any(name.endswith(".png") for name in first["files"])
    assert any(name.endswith(".zip") for name in first["files"])
    ((title, files),) = first["news"]
    assert title == "주간 운영 보고 · 2026-W22"
    assert files == ["weekly-operations-20260525-20260531.html"]
    ((_, subject, files),) = first["tickets"]
    assert subject == "주간 운영 보고 · 2026-05-25 ~ 2026-05-31"
    assert files == ["weekly-operations-20260525-20260531.html"]
    assert first["notes"] == 1
    assert first["noted"] == [[ticket, "weekly-operations-20260525-20260531.xlsx"]]

    page = wiki_page(program, "abc-app", "주간_운영_보고_2026-W22")
    assert HOSTILE in " ".join(page.text.split())  # no mark of it was taken for one
    assert {"table", "h1", "h2", "img"} <= page.tags
    assert page.tags & {"b", "script", "iframe", "details", "pre", "code"} == set()
    ours = (f"{program.office.redmine.url}/issues/", "/projects/abc-app/wiki/", "/attachments/",
            f"{program.proxy.url}/issues/", "#")  # fmt: skip
    assert [link for link in page.links if not link.startswith(ours)] == []

    assert published(program)[0] == 0
    assert program.proxy.asked("PUT") + program.proxy.asked("POST") == 0
    assert published(program, "--again", "--target", "wiki")[0] == 0  # the same text
    assert program.proxy.asked("PUT") == 0
    assert standing(program) == first

    (tmp_path / "itsm-sync.db").unlink()  # what stands in Redmine is the proof
    assert program.sync().status == 0
    status, deliveries = published(program)
    assert (status, set(deliveries.values())) == (0, {"done"})
    assert standing(program) == first


def test_a_page_that_people_have_edited_or_made_is_theirs(program: Program, ticket: int) -> None:
    office = program.office
    assert published(program, "--target", "wiki") == (0, {"wiki": "done"})
    office.write_page("yujin", "주간_운영_보고_2026-W22", "h1. 우리 말로 고침")
    other = office.create("yujin", "새 일감", tracker="결함")
    office.redmine.runner(f"Issue.find({other}).update_columns(created_on: Time.utc(2026, 5, 27))")
    assert program.sync().status == 0
    assert published(program, "--again", "--target", "wiki") == (1, {"wiki": "failed"})
    (letter,) = program.run("letters", "--json").json["letters"]
    assert letter["key"] == "report:weekly-operations/2026-W22/wiki"
    assert "edited" in letter["cause"]
    assert standing(program)["version"] == 2
    office.write_page("yujin", "주간_운영_보고_2026-W21", "미리 만든 문서")
    said = program.run("report", "weekly-operations", "--from", "2026-05-18", "--to",
                       "2026-05-24", "--publish", "--target", "wiki", "--json")  # fmt: skip
    assert said.status == 1
    assert "made by somebody else" in said.json["deliveries"][0]["cause"]


def test_what_redmine_forbids_is_a_letter(program: Program, ticket: int) -> None:
    program.office.redmine.runner(
        "Role.find_by!(name: 'ITSM 동기화').remove_permission!(:manage_news)"
    )
    assert published(program, "--target", "news") == (1, {"news": "failed"})
    (letter,) = program.run("letters", "--json").json["letters"]
    assert letter["kind"] == "delivery"
    program.office.redmine.runner(
        "Role.find_by!(name: 'ITSM 동기화').add_permission!(:manage_news)"
    )
    assert program.run("letters", "retry", "--source", "reports", "--json").status == 0
    assert len(standing(program)["news"]) == 1
