"""Reports in the wiki of the real Redmine: charts are seen, and nobody's words are marks."""

import re
from html import unescape
from pathlib import Path

import pytest
import requests
from sandbox.office import Office
from sandbox.redmine import Redmine

from itsm_sync.model.markup import Markup
from itsm_sync.reports.document import Rendered
from itsm_sync.reports.forms import wiki
from itsm_sync.reports.forms.fitting import fitted
from itsm_sync.reports.forms.redmine import as_wiki
from tests.acceptance.test_prose import LAYOUT, Seen
from tests.acceptance.test_safe_text import KNOWN, Renderer
from tests.hostile_report import OURS, hostile
from tests.sample_report import sample

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


@pytest.mark.parametrize("markup", [Markup.TEXTILE, Markup.COMMON_MARK])
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
