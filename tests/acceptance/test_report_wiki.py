"""Reports in the wiki of the real Redmine: charts are seen, and nobody's words are marks."""

import re
from datetime import UTC, datetime
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
from sandbox.office import Office
from sandbox.redmine import Redmine

from itsm_sync.app.wiring import start
from itsm_sync.clients.errors import Conflict
from itsm_sync.clients.redmine import RedmineClient
from itsm_sync.clients.redmine_publishing import Press
from itsm_sync.model.deliveries import Errand
from itsm_sync.model.markup import Markup
from itsm_sync.model.reporting import Span
from itsm_sync.model.reporting.targets import Wiki
from itsm_sync.reports.delivery.parcel import How, Parcel, Refused
from itsm_sync.reports.delivery.proofs import Proof
from itsm_sync.reports.delivery.wiki import Publisher
from itsm_sync.reports.document import File, Form, Rendered
from itsm_sync.reports.forms import wiki
from itsm_sync.reports.forms.fitting import fitted
from itsm_sync.reports.forms.redmine import as_wiki
from tests.acceptance.conftest import Program
from tests.acceptance.test_prose import LAYOUT, Seen
from tests.acceptance.test_safe_text import KNOWN, Renderer
from tests.hostile_report import OURS, hostile
from tests.sample_report import sample

NOW = datetime(2026, 1, 5, tzinfo=UTC)
OWN = LAYOUT | {"h1", "h2", "img"}
# pictures, columns of numbers, and what Redmine calls headings by
OURS_TOO = re.compile(
    r"src=monthly\.20260601-20260630\.ko\.[a-z0-9]+\.png|style=text-align: ?right;?|id=\S*"
)


@pytest.fixture(scope="module")
def renderer(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Renderer:
    """A Redmine that is not served."""
    place = tmp_path_factory.mktemp("reports") / "one"
    return Renderer(redmine=Redmine.make(place, template=template))


def test_two_hundred_hostile_texts_make_no_mark_in_any_place_of_a_report(
    renderer: Renderer,
) -> None:
    report = fitted(hostile())
    shown = renderer.render({markup: [as_wiki(report, markup)] for markup in KNOWN})
    for markup, ((page, mentioned),) in shown.items():
        found = Seen(page)
        assert found.tags <= OWN, markup
        assert not any(mentioned), markup
        assert set(found.links) <= {OURS}, markup
        assert [mark for mark in found.marked if not OURS_TOO.fullmatch(mark)] == [], markup


def publish(office: Office, title: str, page: Rendered) -> str:
    """Write the page with its pictures, as the bot's key may; answer where it is."""
    url, headers = office.redmine.url, {"X-Redmine-API-Key": office.keys["admin"]}
    uploads = []
    for file in page.beside:
        sent = requests.post(
            f"{url}/uploads.json", params={"filename": file.name}, data=file.content,
            headers=headers | {"Content-Type": "application/octet-stream"}, timeout=60,
        )  # fmt: skip
        sent.raise_for_status()
        token = sent.json()["upload"]["token"]
        uploads.append({"token": token, "filename": file.name, "content_type": file.media_type})
    place = f"{url}/projects/abc-app/wiki/{title}"
    body = {"wiki_page": {"text": page.main.content.decode(), "uploads": uploads}}
    requests.put(f"{place}.json", json=body, headers=headers, timeout=60).raise_for_status()
    return place


@pytest.mark.parametrize("markup", [Markup.TEXTILE, Markup.MARKDOWN, Markup.COMMON_MARK])
def test_a_report_is_seen_in_the_wiki_with_its_charts(office: Office, markup: Markup) -> None:
    office.redmine.runner(
        f"Setting.text_formatting = '{markup}'\n"
        "project = Project.find('abc-app')\n"
        "project.enable_module!(:wiki)\n"
        "Wiki.create!(project: project, start_page: 'Wiki') unless project.reload.wiki"
    )
    report = wiki(sample("ko"), markup)
    place = publish(office, "Monthly", report)
    headers = {"X-Redmine-API-Key": office.keys["admin"]}
    page = requests.get(place, headers=headers, timeout=60)
    page.raise_for_status()
    found = [
        dict(re.findall(r'(src|alt)="([^"]*)"', tag)) for tag in re.findall("<img[^>]+>", page.text)
    ]
    charts = [(one["src"], unescape(one["alt"])) for one in found if "monthly" in one["src"]]
    assert [src.rsplit("/", 1)[1] for src, _ in charts] == [file.name for file in report.beside]
    assert charts[4][1].endswith("목표를 넘긴 까닭: 외부 응답 대기가 38.5시간으로 가장 깁니다.")
    for (src, _), file in zip(charts, report.beside, strict=True):
        sent = requests.get(office.redmine.url + src, headers=headers, timeout=60)
        assert sent.content == file.content
    assert page.text.count("<table") >= 4
    assert re.search(r"<td[^>]*right[^>]*>214건\s*</td>", page.text)
    assert "가장 오래된 열린 티켓" in page.text
    body = page.text[page.text.index('class="wiki wiki-page"') :]
    tables = re.findall("<table.*?</table>", body, re.DOTALL)
    grids = [re.findall("<tr.*?</tr>", table, re.DOTALL) for table in tables]
    for grid in grids:
        wide = [len(re.findall("<t[dh][ >]", row)) for row in grid]
        assert len(set(wide)) == 1, grid  # no cell of a row is lost, no mark makes another
    assert [len(re.findall("<h[12][ >]", body)), body.count("<pre")] == [6, 0]


class Meddled(Press):
    """Lets a person write a page, once, after it was looked at and before we write it."""

    def __init__(self, client: RedmineClient, office: Office) -> None:
        super().__init__(client)
        self.office = office
        self.meddle = ""
        self.conflicts = 0

    def put_page(self, project: str, title: str, text: str, **how: Any) -> None:
        if title == self.meddle:
            self.meddle = ""
            self.office.write_page("admin", title, f"{WORDS} {title}")
        try:
            super().put_page(project, title, text, **how)
        except Conflict:
            self.conflicts += 1
            raise


WORDS = "사람이 쓴 글"


def test_what_a_person_writes_between_look_and_write_is_never_lost(program: Program) -> None:
    office = program.office
    office.redmine.runner(
        "Role.find_by!(name: 'ITSM 동기화').add_permission!(:edit_wiki_pages)\n"
        "project = Project.find('abc-app')\n"
        "project.enable_module!(:wiki)\n"
        "Wiki.create!(project: project, start_page: 'Wiki') unless project.reload.wiki"
    )

    def stands(title: str) -> tuple[str, int]:
        page = office.ask("admin", "GET", f"/projects/abc-app/wiki/{quote(title)}.json")[
            "wiki_page"
        ]
        return page["text"], page["version"]

    with start(program.configuration, program.environment, stream=StringIO()) as app:
        press = Meddled(app.doors.redmine, office)

        def publish(period: str, text: str, *, meddle: str = "", again: bool = False) -> How:
            press.meddle, press.conflicts = meddle, 0
            span = Span(key=period, since=NOW, until=NOW)
            main = File(name="a.textile", media_type="text/plain", content=text.encode())
            parcel = Parcel(
                report="weekly",
                span=span,
                language="ko",
                title="주간",
                subtitle=period,
                made={Form.TEXTILE: Rendered(main=main)},
            )
            errand = Errand(report="weekly", span=span, target="wiki", language="ko")
            proof = Proof(errand=errand, title="주간", elsewhere="Weekly")
            page = Publisher(press=press, parcel=parcel, wiki=Wiki(project="abc-app"),
                             markup=Markup.TEXTILE, proof=proof)  # fmt: skip
            return page.publish(again=again).how

        publish("2026-W01", "하나", meddle="주간")  # the page above
        assert stands("주간") == (f"{WORDS} 주간", 3)  # written over, and put back
        assert stands("주간_2026-W01") == ("하나", 1)
        with pytest.raises(Refused, match="made by somebody else"):
            publish("2026-W02", "둘", meddle="주간_2026-W02")
        assert stands("주간_2026-W02") == (f"{WORDS} 주간_2026-W02", 3)
        with pytest.raises(Refused, match="made by somebody else"):
            publish("2026-W02", "둘")
        assert stands("주간_2026-W02") == (f"{WORDS} 주간_2026-W02", 3)
        with pytest.raises(Refused, match="has edited the wiki page"):
            publish("2026-W01", "셋", meddle="주간_2026-W01", again=True)
        assert (press.conflicts, stands("주간_2026-W01")) == (1, (f"{WORDS} 주간_2026-W01", 2))
        older = press.page("abc-app", "주간_2026-W01", 1)
        assert older is not None
        assert older.text == "하나"
        again = [publish("2026-W03", text, again=True) for text in ("넷", "넷", "다섯", "다섯")]
        assert again == [How.SENT, How.STOOD, How.CHANGED, How.STOOD]
