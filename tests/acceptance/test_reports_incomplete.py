"""A source that is really down for hours: the made report says which numbers are incomplete, and
marks them and no others.
"""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from sandbox.configuration import SHIPPED
from sandbox.torture.script import JOBS, Built
from sandbox.torture.world import happen

from tests.acceptance.conftest import Town

HOUR = timedelta(hours=1)
SEOUL = ZoneInfo("Asia/Seoul")
REPORTS = """\
targets:
  managers: {audience: private, folder: {path: told}}
reports:
  day:
    title: {ko: 하루 보고, en: The day}
    audience: private
    forms: [html, xlsx]
    deliver: [managers]
    sections: [tickets, tickets_by_team, builds, dora, capacity, security_alerts]
"""
# What is counted from Jenkins, and what is not.
LESS = {"빌드", "DORA 지표", "용량"}
WHOLE = {"일감의 흐름", "팀별 일감", "보안 경고"}
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def told(page: str) -> dict[str, tuple[list[str], list[str]]]:
    """Answer by section the numbers that carry the mark, and those that don't."""
    found = {}
    for part in page.split("<section ")[1:]:
        title = re.search(r"<h2[^>]*>(.*?)</h2>", part)
        assert title is not None
        cells = re.findall(r'<td class="number">(.*?)</td>|<dd><b>(.*?)</b>', part)
        numbers = [one for one in map("".join, cells) if one != "–"]
        marked = [one for one in numbers if 'class="marked"' in one]
        found[unescape(title[1])] = (marked, [one for one in numbers if one not in marked])
    return found


def sheets(file: Path) -> dict[str, tuple[int, int]]:
    """Answer by sheet how many numbers' formats carry the mark, and how many don't."""
    with ZipFile(file) as book:
        styles = ElementTree.fromstring(book.read("xl/styles.xml"))
        formats = {
            one.attrib["numFmtId"]: one.attrib["formatCode"]
            for one in styles.iter(f"{SHEET}numFmt")
        }
        cells = next(styles.iter(f"{SHEET}cellXfs"))
        shown = [formats.get(one.attrib["numFmtId"], "") for one in cells]
        workbook = ElementTree.fromstring(book.read("xl/workbook.xml"))
        names = [one.attrib["name"] for one in workbook.iter(f"{SHEET}sheet")]
        found = {}
        for number, name in enumerate(names, start=1):
            sheet = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
            mine = [
                shown[int(cell.attrib["s"])]
                for cell in sheet.iter(f"{SHEET}c")
                if cell.get("t") != "s" and cell.find(f"{SHEET}v") is not None
            ]
            mine = [one for one in mine if not one.startswith("yyyy")]  # a day is no number
            marks = sum('"*"' in one for one in mine)
            found[name] = (marks, len(mine) - marks)
    return found


def texts(file: Path) -> str:
    with ZipFile(file) as book:
        return book.read("xl/sharedStrings.xml").decode("utf-8")


@pytest.mark.timeout(900)
def test_a_report_of_hours_in_which_jenkins_was_down_marks_its_numbers_and_no_others(
    watched: Town, tmp_path: Path
) -> None:
    """Jenkins fails in the cycles two and five hours on, and answers again in that after six."""
    program, began = watched.program, datetime.now(UTC)
    (program.configuration / "reports.yaml").write_text(REPORTS, encoding="utf-8")
    levels = (SHIPPED / "sla.yaml").read_text(encoding="utf-8")  # for them histories are read
    (program.configuration / "sla.yaml").write_text(levels, encoding="utf-8")
    program.office.create("yujin", "포털 로그인이 안 됩니다")
    assert program.sync().status == 0

    def after(hours: float, *, status: int) -> str:
        """Run a cycle so many hours on; answer when it was, as reports write it."""
        program.ahead = hours * HOUR
        said = program.sync()
        assert said.status == status, said.err[-2000:]
        at = datetime.fromisoformat(said.json["started_at"])
        return f"{at.astimezone(SEOUL):%Y-%m-%d %H:%M}"

    happen(Built(at=began + 1 * HOUR, job=JOBS[0], error=""), watched.jenkins, watched.github)
    last = after(1.5, status=0)
    watched.jenkins.misbehave(kind="status", status=503)
    happen(Built(at=began + 3 * HOUR, job=JOBS[0], error="no"), watched.jenkins, watched.github)
    after(2, status=1)
    after(5, status=1)
    watched.jenkins.behave()
    _measure(watched, began + 5.9 * HOUR)
    again = after(6, status=0)
    after(23, status=0)
    after(24, status=0)  # histories of what was opened just now

    program.ahead = 25 * HOUR
    page, book = _made(watched, tmp_path, since=began + HOUR, until=began + 24 * HOUR)
    loud = [unescape(one) for one in re.findall(r'class="notice" role="note">(.*?)</p>', page)]
    (failed,) = loud
    assert failed == (
        f"불완전(빌드, DORA 지표, 용량): jenkins: {last}부터 {again}까지 온전히 읽지 못함"
    )
    found = told(page)
    assert set(found) > LESS | WHOLE
    assert {name for name, (marked, _) in found.items() if marked} == LESS
    assert {name: bare for name, (marked, bare) in found.items() if marked and bare} == {}
    assert all(found[name][1] for name in ("일감의 흐름", "팀별 일감"))
    counted = sheets(book)
    marked = {name for name, (marks, _) in counted.items() if marks}
    assert {name for name in marked if counted[name][1]} == {"개요"}
    # Builds of one day are no chart: whether they are depends on the hour at which this runs.
    assert marked - {"차트 수치"} == {
        "개요", "서비스별 빌드", "가장 많이 실패한 작업", "기간 중 노드의 디스크와 메모리",
        "마지막으로 읽은 노드 상태",
    }  # fmt: skip
    assert "팀별 일감" in counted.keys() - marked
    assert failed in unescape(texts(book))

    # the hours after it are whole
    page, book = _made(watched, tmp_path, since=began + 7 * HOUR, until=began + 24 * HOUR)
    assert 'class="notice"' not in page
    assert 'class="marked"' not in page
    assert not any(marks for marks, _ in sheets(book).values())


def _made(town: Town, folder: Path, *, since: datetime, until: datetime) -> tuple[str, Path]:
    """Make the report of a time; answer its page and its workbook."""
    out = folder / f"{since:%H%M}"
    span = [f"{at.astimezone(SEOUL):%Y-%m-%dT%H:%M}" for at in (since, until)]
    said = town.program.run(
        "report", "day", "--from", span[0], "--to", span[1], "--out", str(out), "--json"
    )
    assert said.status == 0, said.err[-2000:]
    (page,), (book,) = out.glob("*.html"), out.glob("*.xlsx")
    return page.read_text(encoding="utf-8"), book


def _measure(town: Town, at: datetime) -> None:
    """Let the nodes tell how much room they have."""
    space: dict[str, Any] = {
        "_class": "hudson.node_monitors.DiskSpaceMonitorDescriptor$DiskSpace",
        "timestamp": round(at.timestamp() * 1000),
        "path": "/var/jenkins",
        "size": 50 * 10**9,
    }
    with town.jenkins.lock:
        for node in town.jenkins.world["computer"]["computer"]:
            node["monitorData"] = {"hudson.node_monitors.DiskSpaceMonitor": space}
