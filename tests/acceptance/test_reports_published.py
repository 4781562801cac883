"""Reports in the real Redmine: wiki pages, news, tickets, each once, known again by themselves."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sandbox.proofs.hostile import TEXTS

from itsm_sync.model.text import clean
from tests.acceptance.conftest import Program
from tests.acceptance.pages import dangers, whole, wiki_page

HOSTILE = 'h1. "x":http://evil.example {{collapse}} !a.png! <b>굵게</b> #1 @yujin |a|'
REPORTS = """\
targets:
  wiki: {wiki: {project: abc-app, attach: [csv]}}
  news: {news: {project: abc-app, attach: [html]}}
  ticket: {ticket: {project: abc-app, tracker: 결함, attach: [html]}}
  note: {ticket: {number: NUMBER, attach: [csv]}}
  elsewhere: {news: {project: abc-infra}}
reports:
  weekly-operations:
    title: {ko: 주간 운영 보고, en: Weekly operations}
    period: week
    forms: [html]
    sections: [tickets, tickets_by_process, {measure: oldest_tickets, rows: 99}]
    deliver: [wiki, news, ticket, note]
  of-one-title:
    title: ABC
    period: week
    sections: [tickets]
    deliver: [wiki, news, note]
  of-the-same-title:
    title: {ko: 주간 운영 보고, en: Weekly operations}
    sections: [tickets]
    deliver: [wiki]
"""
RIGHTS = "Role.find_by!(name: 'ITSM 동기화').add_permission!(:edit_wiki_pages, :manage_news)"
MODULES = {"project": {"enabled_module_names": ["issue_tracking", "wiki", "news"]}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Publishes the report of two days, and looks at what stands in Redmine."""

    program: Program
    ticket: int
    since: str
    until: str

    @property
    def period(self) -> str:
        return f"{self.since}..{self.until}"

    @property
    def page(self) -> str:
        return f"주간_운영_보고_{self.since}~{self.until}"

    def publish(self, *more: str, report: str = "weekly-operations") -> tuple[int, dict[str, str]]:
        said = self.program.run(
            "report", report, "--from", self.since, "--to", self.until, "--json",
            "--publish", *more,
        )  # fmt: skip
        return said.status, {one["target"]: one["stand"] for one in said.json["deliveries"]}

    def ask(self, path: str) -> Any:
        return self.program.office.ask("admin", "GET", path)

    def standing(self) -> dict[str, Any]:
        """Answer what stands there: the page, the news, the tickets, the note."""
        wiki = f"/projects/abc-app/wiki/{quote(self.page)}.json?include=attachments"
        page = self.ask(wiki)["wiki_page"]
        news = self.ask("/projects/abc-app/news.json")["news"]
        tickets = self.ask("/projects/abc-app/issues.json?status_id=*&limit=100")["issues"]
        told = self.ask(f"/issues/{self.ticket}.json?include=journals,attachments")["issue"]
        return {
            "page": (page["version"], page["parent"]["title"], page["comments"], _names(page)),
            "news": [(one["title"], _names(self._whole("news", one["id"]))) for one in news],
            "tickets": [
                (one["subject"], _names(self._whole("issues", one["id"])["issue"]))
                for one in tickets
                if one["subject"].startswith("주간 운영 보고")
            ],
            "notes": sum("itsm-sync report:" in (j["notes"] or "") for j in told["journals"]),
            "noted": _names(told),
        }

    def untouched(self) -> bool:
        """Whether nobody wrote to the ticket that the report made, and it counts as no open one."""
        opened = self.ask("/projects/abc-app/issues.json?limit=100")["issues"]
        (made,) = (one["id"] for one in opened if one["subject"].startswith("주간 운영 보고"))
        told = self.ask(f"/issues/{made}.json?include=journals,watchers")["issue"]
        known = self.program.run("explain", str(made), "--json").json
        assert (known["report"], known["routed"]) == ("weekly-operations", False)
        counted = self.program.run("status", "--json").json["open_tickets"]
        everywhere = self.ask("/issues.json?limit=1")["total_count"]
        return (told["journals"], told["watchers"], counted) == ([], [], everywhere - 1)

    def _whole(self, kind: str, number: int) -> Any:
        found = self.ask(f"/{kind}/{number}.json?include=attachments")
        return found.get("news", found)

    def dangers(self) -> list[str]:
        """Answer what the pages of the wiki, the news, the ticket and the note would do."""
        (news,) = self.ask("/projects/abc-app/news.json")["news"]
        tickets = self.ask("/projects/abc-app/issues.json?status_id=*&limit=100")["issues"]
        made = next(one["id"] for one in tickets if one["subject"].startswith("주간 운영 보고"))
        paths = (f"/projects/abc-app/wiki/{quote(self.page)}", "/projects/abc-app/news", "/news",
                 f"/news/{news['id']}", f"/issues/{made}", f"/issues/{self.ticket}",
                 "/projects/abc-app/activity")  # fmt: skip
        places = (self.program.office.redmine.url, self.program.proxy.url)
        return [one for path in paths for one in dangers(whole(self.program, path), *places)]

    def letters(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.program.run("letters", "--json").json["letters"]
        return found


def _names(one: dict[str, Any]) -> list[str]:
    return sorted(file["filename"] for file in one["attachments"])


@pytest.fixture
def markup() -> str:
    """How Redmine marks text up; a test may say another."""
    return "textile"


@pytest.fixture
def desk(program: Program, markup: str) -> Desk:
    """A ticket with a hostile title, the targets, and the rights that they need."""
    office = program.office
    said = [" ".join(clean(text).split()) for text in TEXTS]
    office.fill("yujin", [f"장애 {text}"[:255] for text in said], tracker="결함")
    number = office.create("yujin", HOSTILE, tracker="결함")
    office.redmine.runner(f"Setting.text_formatting = '{markup}'\n{RIGHTS}")
    office.ask("admin", "PUT", "/projects/abc-app.json", MODULES)
    reports = REPORTS.replace("NUMBER", str(number))
    (program.configuration / "reports.yaml").write_text(reports, encoding="utf-8")
    assert program.sync().status == 0
    now = datetime.now(UTC)
    since, until = (f"{now + timedelta(days=days):%Y-%m-%d}" for days in (-1, 1))
    return Desk(program=program, ticket=number, since=since, until=until)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("markup", ["textile", "common_mark"])
def test_a_report_stands_in_wiki_news_and_tickets_once_whatever_is_lost(
    desk: Desk, tmp_path: Path
) -> None:
    program = desk.program
    status, deliveries = desk.publish()
    assert (status, set(deliveries.values())) == (0, {"done"})
    first = desk.standing()
    stem = f"weekly-operations.{desk.since.replace('-', '')}-{desk.until.replace('-', '')}.ko"
    version, parent, comments, files = first["page"]
    assert (version, parent) == (1, "주간_운영_보고")
    assert comments == f"itsm-sync: report:weekly-operations:ko/{desk.period}/wiki"
    assert f"{stem}.zip" in files
    subject = f"주간 운영 보고 · {desk.since} ~ {desk.until}"
    assert first["news"] == [(subject, [f"{stem}.html"])]
    assert first["tickets"] == [(subject, [f"{stem}.html"])]
    assert (first["notes"], first["noted"]) == (1, [f"{stem}.zip"])

    page = wiki_page(program, "abc-app", desk.page)
    assert HOSTILE in " ".join(page.text.split())  # no mark of it was taken for one
    assert {"table", "h1", "h2"} <= page.tags
    assert page.tags & {"b", "script", "iframe", "details", "pre", "code"} == set()
    ours = (f"{program.office.redmine.url}/issues/", "/projects/abc-app/wiki/", "/attachments/",
            f"{program.proxy.url}/issues/", "#")  # fmt: skip
    assert [link for link in page.links if not link.startswith(ours)] == []
    assert desk.dangers() == []

    assert desk.publish()[0] == 0
    assert program.proxy.asked("PUT") + program.proxy.asked("POST") == 0

    for _ in range(2):
        assert program.sync().status == 0
        assert desk.untouched()
    assert program.proxy.asked("PUT") + program.proxy.asked("POST") == 0

    (tmp_path / "itsm-sync.db").unlink()  # what stands in Redmine is the proof
    assert program.sync().status == 0
    status, deliveries = desk.publish()
    assert (status, set(deliveries.values())) == (0, {"done"})
    assert program.proxy.asked("PUT") + program.proxy.asked("POST") == 0
    assert desk.standing() == first
    told = program.run("report", "weekly-operations", "--from", desk.since, "--to", desk.until,
                       "--publish", "--again", "--target", "news", "--target", "note")  # fmt: skip
    assert (told.status, told.out.count("이미 있어서 그대로 둡니다")) == (0, 2)


# What was published when keys did not name a language.
OLDER = """\
{News => 'description', Issue => 'description', Journal => 'notes',
 WikiContentVersion => 'comments', WikiContent => 'comments'}.each do |kind, column|
  kind.where("#{column} LIKE '%itsm-sync%report:%'").each do |one|
    one.update_columns(column => one[column].gsub(/(report:[a-z-]+):(ko|en)/, '\\1'))
  end
end
"""


@pytest.mark.timeout(900)
@pytest.mark.parametrize("lost", [False, True])
def test_a_report_in_another_language_is_another_one_also_beside_what_was_published_before(
    desk: Desk, tmp_path: Path, *, lost: bool
) -> None:
    program = desk.program
    every = ["weekly-operations", "of-one-title"]

    def publish(*more: str) -> int:
        """Publish both in all places; answer how many pages, entries, tickets and notes it took."""
        for report in every:
            status, deliveries = desk.publish(*more, report=report)
            assert (status, set(deliveries.values())) == (0, {"done"})
        proxy = program.proxy
        return sum(one.path.endswith(".json") for one in proxy.requests
                   if one.method in ("PUT", "POST") and "uploads" not in one.path)  # fmt: skip

    publish()
    program.office.redmine.runner(OLDER)
    if lost:
        (tmp_path / "itsm-sync.db").unlink()
        every.remove("of-one-title")  # whose languages nothing but the database tells apart
        assert program.sync().status == 0
    first = desk.standing()
    assert publish() == 0
    assert desk.standing() == first
    assert publish("--language", "en") > 0
    both = desk.standing()
    assert (both["page"], both["notes"]) == (first["page"], first["notes"] + len(every))
    assert len(both["news"]) == len(first["news"]) + len(every)
    for again in ((), ("--language", "en")):
        assert publish(*again) == 0
    if lost:
        return
    (tmp_path / "itsm-sync.db").unlink()
    every.remove("of-one-title")
    assert program.sync().status == 0
    for again in ((), ("--language", "en")):
        assert publish(*again) == 0
    assert desk.standing() == both
    pages = [one["title"] for one in desk.ask("/projects/abc-app/wiki/index.json")["wiki_pages"]]
    period = desk.page.removeprefix("주간_운영_보고_")
    own = {f"Weekly_operations_{period}", desk.page, f"ABC_{period}", f"ABC_{period}_en"}
    assert own <= set(pages)


@pytest.mark.timeout(900)
def test_what_people_made_or_forbid_is_left_and_told(desk: Desk) -> None:
    office = desk.program.office
    assert desk.publish("--target", "wiki") == (0, {"wiki": "done"})
    office.write_page("admin", desk.page, "h1. 우리 말로 고침")
    assert desk.publish("--target", "wiki") == (0, {"wiki": "done"})  # it stands
    assert desk.publish("--again", "--target", "wiki") == (1, {"wiki": "failed"})
    (letter,) = desk.letters()
    assert letter["key"] == f"report:weekly-operations:ko/{desk.period}/wiki"
    assert "edited" in letter["cause"]

    assert desk.publish(report="of-the-same-title") == (1, {"wiki": "failed"})
    causes = {one["key"]: one["cause"] for one in desk.letters()}
    same = f"report:of-the-same-title:ko/{desk.period}/wiki"
    assert "is another report's" in causes[same]

    checked = {
        one["subject"]: one["level"] for one in desk.program.run("check", "--json").json["checks"]
    }
    assert (checked["reports wiki"], checked["reports elsewhere"]) == ("ok", "failed")
    assert desk.publish("--target", "elsewhere") == (1, {"elsewhere": "failed"})
    (cause,) = (one["cause"] for one in desk.letters() if one["key"].endswith("/elsewhere"))
    assert "`news`" in cause
    assert "`manage_news`" in cause
    office.ask("admin", "PUT", "/projects/abc-infra.json", MODULES)
    key = f"report:weekly-operations:ko/{desk.period}/elsewhere"
    assert desk.program.run("letters", "retry", key, "--json").status == 0
    assert {one["key"] for one in desk.letters()} == {letter["key"], same}
    (news,) = desk.ask("/projects/abc-infra/news.json")["news"]
    assert news["title"] == f"주간 운영 보고 · {desk.since} ~ {desk.until}"
