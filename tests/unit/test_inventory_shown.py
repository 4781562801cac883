"""The inventory as people and programs read it; names are of whoever may make a job."""

import csv
import json
import re
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest
from markdown_it import MarkdownIt

from itsm_sync.cli import run
from itsm_sync.locale import catalogue as translations
from itsm_sync.model.cycles import Batch, Cycle, Health
from itsm_sync.model.inventory import CiKind, Known
from itsm_sync.model.items import Audience
from itsm_sync.model.words import Language
from itsm_sync.operations import inventory as inventories
from itsm_sync.reports import inventory_layout as layout
from itsm_sync.reports import inventory_view as view
from itsm_sync.reports.inventory import choose
from itsm_sync.reports.inventory_svg import as_svg
from itsm_sync.reports.inventory_text import as_csv
from itsm_sync.reports.inventory_view import Teller
from itsm_sync.routing import Catalogue
from itsm_sync.routing.inventory import make
from itsm_sync.store import Store
from tests.builders import MATRIX, NOON
from tests.inventory_builders import (
    PORTAL,
    build,
    deployment,
    job,
    known,
    node,
    repository,
    sighting,
    workflow_run,
)

SEOUL = ZoneInfo("Asia/Seoul")
SVG = "{http://www.w3.org/2000/svg}"
HARMLESS = frozenset(
    ("svg", "title", "desc", "style", "defs", "marker", "path", "rect", "text", "g", "a")
)
HOSTILE = (
    '=HYPERLINK("http://x.test","x")',
    "＝1+1",
    "</title><script>alert(1)</script>&amp;",
    "abc/" + "아주긴이름" * 60,
    "safe\u202egnp.exe",
    "مهمة/بناء",
    "a|b `c` [d](javascript:1) **e**",
    "nul\x00bell\x07\ufffe",
)


def teller(what: Known | None = None, language: Language = "ko", **chosen: object) -> Teller:
    inventory = make(what or known(), Catalogue((PORTAL,), ()), MATRIX, NOON)
    shown = choose(inventory, **chosen)  # type: ignore[arg-type]
    return Teller(shown=shown, matrix=MATRIX, language=language, zone=SEOUL)


def hostile() -> Teller:
    return teller(known(*(job(name, url=f"http://x.test/{n}") for n, name in enumerate(HOSTILE)),
                        repository()))  # fmt: skip


def texts(svg: str, element: str) -> list[str]:
    return ["".join(found.itertext()) for found in ET.fromstring(svg).iter(f"{SVG}{element}")]


# -- what it says ------------------------------------------------------------------------------


@pytest.mark.parametrize("labels", [view.KINDS, view.STATES, view.RELATIONS], ids=str)
def test_every_label_is_said_in_korean(labels: dict[object, str]) -> None:
    assert {label for label in labels.values() if label not in translations("ko")} == set()


def test_a_row_tells_what_it_is_whose_it_is_and_what_it_hangs_together_with() -> None:
    said = teller()
    (deploy,) = (i for i in said.shown.items if i.name.en == "abc/deploy/portal-prod")
    assert said.row(deploy) == (
        "abc/deploy/portal-prod", "포털", "신사업팀", "사용 중", "배포: production", "2026-01-21",
    )  # fmt: skip
    english = teller(language="en")
    assert english.row(deploy)[3:5] == ("active", "deploys to: production")


def test_a_kind_a_service_or_what_is_public_can_be_asked_for() -> None:
    inventory = teller(known(job(), repository(), node())).shown.whole
    assert {i.kind for i in choose(inventory, kind=CiKind.NODE).items} == {CiKind.NODE}
    assert {i.service for i in choose(inventory, service="portal").items} == {"portal"}
    hidden = replace(PORTAL, audience=Audience.PRIVATE)
    inventory = make(known(), Catalogue((hidden,), ()), MATRIX, NOON)
    public = choose(inventory, public=True)
    assert {i.name.en for i in public.items} == {"ABC시스템", "agent-01"}
    assert public.whole.relations == ()


# -- CSV ---------------------------------------------------------------------------------------


def test_csv_has_all_that_is_known() -> None:
    rows = list(csv.DictReader(StringIO(as_csv(teller()).removeprefix("\ufeff"))))
    found = {row["동기화 키"]: row for row in rows}
    row = found["jenkins:ci:abc/build/portal"]
    assert (row["종류"], row["서비스"], row["빌드"]) == ("작업", "포털", "abc/portal")
    assert (row["처음 본 때"], row["마지막으로 본 때"]) == ("2026-01-21 21:00", "2026-03-02 21:00")
    assert found["redmine:project/abc-app"]["상위 프로젝트"] == "ABC시스템"


def test_no_cell_of_the_csv_is_a_formula() -> None:
    text = as_csv(hostile())
    assert text.startswith("\ufeff")
    cells = [cell for row in csv.reader(StringIO(text[1:])) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "＝"))]
    assert '\'=HYPERLINK("http://x.test","x")' in cells
    assert not re.search("[\x00\x07\u202e]", text)


# -- SVG ---------------------------------------------------------------------------------------


def test_a_picture_with_hostile_names_is_sound_xml_and_runs_nothing() -> None:
    svg = as_svg(hostile(), ["<script>"], [])
    root = ET.fromstring(svg)
    assert {found.tag.removeprefix(SVG) for found in root.iter()} <= HARMLESS
    assert "\u202e" not in svg
    assert "</title><script>alert(1)</script>&amp;" in "".join(texts(svg, "title"))


def test_only_addresses_of_the_web_are_linked() -> None:
    jobs = (job("a", url="javascript:alert(1)"), job("b", url='http://x.test/"onload="x'))
    links = [
        a.get("href") for a in ET.fromstring(as_svg(teller(known(*jobs)), [], [])).iter(f"{SVG}a")
    ]
    assert 'http://x.test/"onload="x' in links
    assert not [link for link in links if not str(link).startswith("http")]


def test_who_hears_the_picture_is_told_every_item() -> None:
    svg = as_svg(teller(), [], [])
    spoken = texts(svg, "title")
    assert spoken[0] == "구성 항목"
    assert any(
        told.startswith("abc/build/portal · 포털 · 신사업팀") and "빌드: abc/portal" in told
        for told in spoken
    )
    assert len(spoken) == 1 + 3 + 7, "the picture, its lanes and its boxes; a service is a lane"
    labels = [
        g.get("aria-label") for g in ET.fromstring(svg).iter(f"{SVG}g") if g.get("aria-label")
    ]
    assert labels == ["포털, 신사업팀", "서비스 없음", "노드"]


def test_every_name_fits_into_its_box() -> None:
    svg = as_svg(hostile(), [], [])
    shown = [text for text in texts(svg, "text") if "아주긴이름" in text]
    assert shown
    assert all(text.startswith("…") and len(text) < 20 for text in shown)


def test_a_state_is_seen_without_colours() -> None:
    gone = sighting(job("abc/old"), gone=NOON)
    svg = as_svg(teller(known(gone, job(disabled=True), node(offline=True))), [], [])
    assert {"사라짐", "중지", "오프라인"} <= set(texts(svg, "text"))
    (group,) = (
        g for g in ET.fromstring(svg).iter(f"{SVG}g")
        if g.find(f"{SVG}title") is not None and "abc/old" in str(g.findtext(f"{SVG}title"))
    )  # fmt: skip
    assert set(str(group.get("class")).split()) == {"item", "trouble", "absent"}


def test_an_empty_inventory_is_a_picture_too() -> None:
    nothing = make(Known(), Catalogue((), ()), MATRIX, NOON)
    shown = Teller(shown=choose(nothing), matrix=MATRIX, language="en", zone=SEOUL)
    assert "no configuration item" in texts(as_svg(shown, [], []), "desc")


def crowd() -> layout.Picture:
    """Thirty jobs of one service, six repositories, and thirty nodes."""
    names = [f"abc/repo{n}" for n in range(6)]
    jobs = [job(f"abc/build/{n:02}") for n in range(30)]
    service = replace(PORTAL, jobs=(replace(PORTAL.jobs[0], job="abc/build/*", deploys="prod"),),
                      repositories=tuple(names))  # fmt: skip
    relations = tuple(
        replace(known().relations[0], origin=j.key, target=f"github:{names[n % 6]}")
        for n, j in enumerate(jobs)
    )
    nodes = [node(f"agent-{n:02}") for n in range(30)]
    what = known(*jobs, *map(repository, names), *nodes, relations=relations,
                 scope=replace(known().scope, repositories=tuple(names)))  # fmt: skip
    return layout.laid_out(choose(make(what, Catalogue((service,), ()), MATRIX, NOON)))


def test_boxes_of_a_crowd_do_not_overlap_and_stay_in_their_lanes() -> None:
    picture = crowd()
    boxes = [box for lane in picture.lanes for box in lane.boxes]
    assert len(boxes) > 60
    places: dict[int, list[int]] = {}
    for box in boxes:
        places.setdefault(box.x, []).append(box.y)
    for column in places.values():
        heights = sorted(column)
        assert all(b - a >= layout.ROW for a, b in pairwise(heights))
    for lane in picture.lanes:
        assert all(lane.y < box.y and box.y + layout.BOX < lane.y + lane.height
                   for box in lane.boxes)  # fmt: skip


def test_what_hangs_together_stands_side_by_side_so_that_no_lines_cross() -> None:
    lines = [line for line in crowd().lines if line.kind == "builds"]
    assert len(lines) == 30
    ends = sorted((line.start.y, line.end.y) for line in lines)
    assert [end for _, end in ends] == sorted(end for _, end in ends)


# -- Markdown ----------------------------------------------------------------------------------


def test_markdown_shows_names_as_they_are() -> None:
    text = inventories.as_markdown(hostile(), ["a|b"], ["c"])
    html = MarkdownIt("commonmark").enable("table").render(text)
    assert "<script" not in html
    assert 'javascript:1"' not in html
    assert html.count("<th>") == 6 * html.count("<thead>")
    assert "a|b `c` [d](javascript:1) **e**" in html


# -- the command -------------------------------------------------------------------------------


@pytest.fixture
def shipped(
    configuration: Callable[..., Path], store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> Store:
    """The shipped configuration over a store with a little of the ABC world."""
    addresses = {name: f"http://{name}.test" for name in ("redmine", "jenkins", "github")}
    monkeypatch.setenv("ITSM_SYNC_CONFIG", str(configuration(addresses=addresses)))
    monkeypatch.setenv("ITSM_SYNC_DATABASE", url)
    store.begin(Cycle(id="c1", started_at=NOON, configuration="abc"))
    items = (job(), job("abc/infra/x"), node(), build(repository="abc/portal"))
    store.keep("jenkins", Batch(stream="jobs", items=items), "c1")
    code = (
        repository(),
        repository("abc/infra", audience=Audience.PRIVATE),
        workflow_run(),
        deployment(),
    )
    store.keep("github", Batch(stream="abc/portal/repository", items=code), "c1")
    store.keep("github", Batch(stream="abc/api/repository", health=Health.FAILED), "c1")
    return store


@pytest.mark.usefixtures("shipped")
def test_programs_get_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inventory", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"configuration", "sources", "items", "relations", "drift"}
    found = {item["key"]: item for item in told["items"]}
    assert found["jenkins:ci:abc/build/portal"]["row"] == "it.configuration"
    assert found["github:abc/infra"]["audience"] == "private"
    assert found["github:abc/api"]["state"] == "unknown"
    assert {"from": "jenkins:ci:abc/build/portal", "to": "github:abc/portal", "kind": "builds",
            "seen_at": "2026-03-02T12:00:00+00:00"} in told["relations"]  # fmt: skip
    assert {"source": "github", "streams": 2, "unwell": 1}.items() <= told["sources"][0].items()


@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize("shape", inventories.FORMATS)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_people_read_it_in_their_language(
    shape: str,
    language: str,
    configuration: Callable[..., Path],
    capsys: pytest.CaptureFixture[str],
) -> None:
    addresses = {name: f"http://{name}.test" for name in ("redmine", "jenkins", "github")}
    directory = configuration(
        language, addresses=addresses, change=lambda s: s.update(language=language)
    )
    assert run(["inventory", "--format", shape, "--config", str(directory)]) == 0
    out = capsys.readouterr().out
    words = {"ko": ("ABC 포털", "IT기획팀", "저장소"), "en": ("ABC portal", "IT", "epositor")}
    assert [word for word in words[language] if word not in out] == []
    assert re.search("[가-힣]", re.sub("ABC시스템|IT기획팀|신사업팀", "", out)) or language == "en"


@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize("shape", inventories.FORMATS)
def test_a_file_is_its_owner_s_alone(
    shape: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / f"inventory.{shape}"
    assert run(["inventory", "--format", shape, "--out", str(file), "--json"]) == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(capsys.readouterr().out) == {"file": str(file)}
    assert "abc/infra" in file.read_text(encoding="utf-8")
    assert run(["inventory", "--format", shape, "--out", str(file), "--public"]) == 0
    assert "abc/infra" not in file.read_text(encoding="utf-8")


@pytest.mark.usefixtures("shipped")
def test_a_service_is_named_by_id_or_name(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("portal", "ABC 포털", "ABC portal"):
        assert run(["inventory", "--service", name, "--kind", "job", "--json"]) == 0
        items = json.loads(capsys.readouterr().out)["items"]
        assert {(item["kind"], item["service"]) for item in items} == {("job", "portal")}
    assert run(["inventory", "--service", "nobody", "--json"]) == 2
    assert "known: portal, api" in json.loads(capsys.readouterr().out)["error"]
    assert run(["inventory", "--kind", "car", "--json"]) == 2


@pytest.mark.usefixtures("shipped")
def test_a_file_that_can_t_be_written_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["inventory", "--out", str(tmp_path / "no" / "such" / "file"), "--json"]) == 2
    assert "can't be written" in json.loads(capsys.readouterr().out)["error"]
