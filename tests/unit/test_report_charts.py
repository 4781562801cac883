"""Charts say what they show, in one colour a series, and fetch nothing."""

import re
from dataclasses import replace
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from xml.etree import ElementTree

import pytest
import vl_convert

from itsm_sync.reports.document import Chart, Document, Point, Section, Shape, Unit
from itsm_sync.reports.forms import colours, fonts, pictures
from itsm_sync.reports.forms.charts import NARROW, WIDE, Drawer
from itsm_sync.reports.forms.fitting import fitted
from itsm_sync.reports.forms.scales import apart, days, scale, wrapped
from tests.hostile_report import document, hostile
from tests.sample_report import sample

SVG = "{http://www.w3.org/2000/svg}"


def words(svg: str) -> list[str]:
    return [" ".join(text.itertext()) for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def chart(shape: Shape, *points: Point, unit: Unit = Unit.TICKETS) -> Chart:
    return Chart(name="c", title="차트", shape=shape, points=points, unit=unit)


def drawn(one: Chart, width: int = WIDE) -> str:
    return Drawer.of(document(one)).svg(one, width)


def test_a_line_has_its_name_and_last_value_beside_it_and_the_target_its_own() -> None:
    report = sample("ko")
    drawer = Drawer.of(report)
    (kept,) = [one for one in drawer.charts() if one.name == "kept"]
    said = words(drawer.svg(kept))
    assert {"IT기획팀 96.2%", "신사업팀 92.5%", "목표 95%", "단위: %", "1월", "날짜"} <= set(said)
    narrow = words(drawer.svg(kept, NARROW))
    assert {"IT기획팀", "신사업팀", "목표 95%"} <= set(narrow)


def test_bars_have_their_values_and_parts_their_wholes() -> None:
    drawer = Drawer.of(sample("en"))
    by_name = {one.name: words(drawer.svg(one)) for one in drawer.charts()}
    assert {"IT planning", "New business", "55", "53", "Unit: tickets"} <= set(
        by_name["by-process"]
    )
    assert {"48", "44", "capacity 50 tickets", "Jun 1"} <= set(by_name["weekly"])
    assert {"38.5", "Waiting for approval", "Unit: hours"} <= set(by_name["causes"])
    assert {"543", "limit 600 GB", "Unit: GB"} <= set(by_name["disk"])


def test_the_bars_of_a_month_have_no_values_in_each_others_way() -> None:
    def bars(count: int) -> Chart:
        first = date(2026, 10, 1)
        points = [
            Point(x=first + timedelta(n), y=30.0 + n, series=series)
            for n in range(count)
            for series in ("접수", "종료")
        ]
        return chart(Shape.BARS, *points)

    for width in (WIDE, NARROW):
        assert "33" not in words(drawn(bars(31), width))
    assert "33" in words(drawn(bars(7)))


@pytest.mark.parametrize("shape", [Shape.LINE, Shape.BARS])
def test_every_mark_of_an_axis_is_written_up_to_the_last(shape: Shape) -> None:
    one = chart(shape, *(Point(x=f"{n}월", y=float(n)) for n in (20, 40, 100)))
    for width in (WIDE, NARROW):
        assert {"0", "20", "40", "60", "80", "100"} <= set(words(drawn(one, width)))


def test_a_chart_of_fewer_than_two_points_is_left_out() -> None:
    assert "nothing" not in [one.name for one in Drawer.of(sample("ko")).charts()]
    none = chart(Shape.BARS, Point(x="a", y=1.0), Point(x="b", y=float("nan")))
    assert Drawer.of(fitted(document(none))).charts() == ()


def test_a_team_has_one_colour_in_every_report_and_no_other_series_has_it() -> None:
    report = sample("ko")
    places = colours.places(report)
    assert (places["IT기획팀"], places["신사업팀"]) == (0, 1)
    assert min(places[name] for name in ("받음", "해결", "성공", "실패", "불안정")) == 2
    only_second = chart(Shape.LINE, *(Point(x=f"{n}", y=n, series="신사업팀") for n in range(3)))
    assert colours.places(replace(document(only_second), teams=report.teams))["신사업팀"] == 1


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2."""

    def light(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_colours_stand_out_on_light_and_dark_paper_and_each_is_replaced_on_dark() -> None:
    for colour in (*colours.SERIES, colours.SOFT):
        assert contrast(colour.light, colours.PAPER.light) >= 3
        assert contrast(colour.dark, colours.PAPER.dark) >= 4.5
    every = (colours.INK, colours.SOFT, colours.LINE, colours.PAPER, *colours.SERIES)
    assert len({colour.light for colour in every}) == len(every)
    drawer = Drawer.of(sample("ko"))
    known = {colour.light for colour in every} | {"none", "transparent"}
    for one in drawer.charts():
        assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', drawer.svg(one))) <= known


def test_ids_are_unlike_those_of_other_charts_and_pictures_are_the_same_each_time() -> None:
    drawer = Drawer.of(sample("ko"))
    kinds = [(one, width) for one in drawer.charts()[1:3] for width in (WIDE, NARROW)]
    pages = [drawer.svg(one, width) for one, width in kinds]
    ids = [name for page in pages for name in re.findall(r'\bid="([^"]+)"', page)]
    assert len(ids) == len(set(ids))
    assert pages == [
        drawer.svg(one, width) for one in drawer.charts()[1:3] for width in (WIDE, NARROW)
    ]


def test_hostile_names_are_words_of_the_picture_and_nothing_else() -> None:
    drawer = Drawer.of(fitted(hostile()))
    tags, attributes = set(), set()
    for one, width in zip(drawer.charts(), (WIDE, NARROW, WIDE, NARROW, WIDE), strict=True):
        for element in ElementTree.fromstring(drawer.svg(one, width)).iter():
            tags.add(element.tag.removeprefix(SVG))
            attributes |= set(element.attrib)
    assert tags <= {"svg", "g", "path", "rect", "line", "text", "tspan", "defs", "clipPath"}
    assert not [name for name in attributes if name.startswith("on") or "href" in name]


def test_a_specification_has_no_address_and_the_library_would_not_follow_one() -> None:
    asked = []

    class Listening(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    with HTTPServer(("127.0.0.1", 0), Listening) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        spec = {
            "data": {"url": f"http://127.0.0.1:{server.server_port}/x.json"},
            "mark": "point",
            "encoding": {"x": {"field": "a", "type": "quantitative"}},
        }
        with pytest.raises(ValueError, match=r"(?i)external|allowed|denied"):
            vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
        server.shutdown()
    assert asked == []


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize(
    "points",
    [
        [Point(x=date(2026, 6, 1), y=0.0), Point(x=date(2026, 6, 1), y=0.0)],
        [Point(x=date(2024, 2, 29), y=-3.0), Point(x=date(2026, 6, 1), y=1e12)],
        [Point(x="가" * 60, y=1e-9), Point(x="가" * 61, y=2e-9)],
        [Point(x=f"{n}", y=float(n), series=f"s{n % 12}") for n in range(300)],
        [Point(x=date(2026, 1, 1) + timedelta(n), y=n % 7, series="x") for n in range(400)],
    ],
    ids=["nothing", "apart", "alike", "many", "long"],
)
def test_odd_numbers_and_names_are_drawn_too(shape: Shape, points: list[Point]) -> None:
    for width in (WIDE, NARROW):
        assert words(drawn(chart(shape, *points), width))


def test_pictures_are_png_by_report_period_and_chart() -> None:
    report = sample("ko")
    one, *_ = pictures(replace(report, sections=report.sections[1:2]))
    assert one.name == "monthly-service.20260601-20260630.ko.backlog.png"
    assert one.content.startswith(b"\x89PNG")
    assert int.from_bytes(one.content[16:20], "big") >= 2 * WIDE - 4


def test_names_beyond_forty_are_told_of_and_not_drawn() -> None:
    many = chart(Shape.ROWS, *(Point(x=f"이름 {n}", y=n) for n in range(47)))
    drawer = Drawer.of(document(many))
    assert drawer.caption(many) == "7개는 그림에 그리지 않았습니다."
    assert "이름 46" not in words(drawer.svg(many))


@pytest.mark.parametrize(
    ("values", "unit", "line", "marks"),
    [
        ([3, 38], Unit.TICKETS, True, (0, 10, 20, 30, 40)),
        ([1, 2], Unit.TICKETS, False, (0, 1, 2)),
        ([0, 0], Unit.TICKETS, False, (0, 1)),
        ([0.93, 0.97], Unit.SHARE, True, (0.9, 0.92, 0.94, 0.96, 0.98)),
        ([0.5, 1.0], Unit.SHARE, False, (0, 0.2, 0.4, 0.6, 0.8, 1)),
        ([-5, 5], Unit.NONE, False, (-6, -4, -2, 0, 2, 4, 6)),
    ],
)
def test_an_axis_begins_at_nothing_and_is_marked_at_round_numbers(
    values: list[float], unit: Unit, line: bool, marks: tuple[float, ...]
) -> None:
    assert scale(values, unit, line=line).marks == pytest.approx(marks)


def test_days_are_marked_at_mondays_or_firsts() -> None:
    first = date(2026, 6, 3)
    assert days(first, first + timedelta(5), 10) == tuple(first + timedelta(n) for n in range(6))
    assert all(day.weekday() == 0 for day in days(first, first + timedelta(40), 10))
    assert all(day.day == 1 for day in days(first, first + timedelta(400), 10))


def test_names_are_wrapped_at_blanks_and_labels_kept_apart() -> None:
    assert wrapped("릴리스 및 배포 관리", 80, 12, 2) == "릴리스 및\n배포 관리"
    assert wrapped("Service request", 90, 12, 2) == "Service\nrequest"
    assert wrapped("가" * 50, 60, 12, 2).endswith("…")
    assert apart([10, 11, 50], 15, 0, 100) == (10, 25, 50)
    assert apart([99, 99], 15, 0, 100) == (85, 100)


def test_where_no_font_has_korean_charts_are_drawn_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    assert fonts.korean((tmp_path,)) == ()
    report = Document(
        name="x", language="ko", title="x", subtitle="", zone="Asia/Seoul",
        since=sample("ko").since, until=sample("ko").until,
        sections=(Section(title="", blocks=(chart(Shape.BARS, Point(x="가", y=1),
                                                  Point(x="나", y=2)),)),),
    )  # fmt: skip
    drawer = Drawer(document=report, faces=())
    assert "가" in words(drawer.svg(drawer.charts()[0]))


def test_the_font_of_this_machine_has_korean_in_two_weights() -> None:
    faces = fonts.korean()
    assert [face.weight for face in faces] == [400, 700]
    rules = fonts.embedded(faces, "가나다 abc 123")
    assert rules.count("@font-face") == 2
    assert len(rules) < 20_000
