"""What quickstart does once the stack runs: check, plan, two syncs, and words at the end."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import requests
from rich.cells import cell_len

from itsm_sync.locale import say as say_in
from itsm_sync.model.signals import called
from itsm_sync.operations.check_lines import Level
from sandbox.redmine import RedmineTrouble
from sandbox.stack import CHECKOUT, Stack, say

Summary = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A ticket worth looking at, as the bot's fields tell it."""

    number: int
    subject: str
    process: str
    stage: str
    team: str
    reason: str
    key: str = ""

    @property
    def signal(self) -> str:
        """The signal that opened it; "" where a person did."""
        return "" if self.key.startswith("redmine:") else self.key.partition("/")[0]

    @property
    def unsure(self) -> bool:
        return self.reason.startswith("확인 필요")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """itsm-sync on a stack."""

    stack: Stack

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run itsm-sync; its log goes to `.stack/itsm-sync.log`, what it prints is answered."""
        own = {"PYTHONPATH": str(CHECKOUT), "COLUMNS": _UNFOLDED}
        environment = {**os.environ, **self.stack.environment(), **own}
        watched = sys.stderr.isatty()
        with (self.stack.home / "itsm-sync.log").open("a", encoding="utf-8") as log:
            done = subprocess.run(
                [sys.executable, "-m", "itsm_sync", *arguments],
                env=environment,
                stdout=subprocess.PIPE,
                stderr=None if watched else log,
                text=True,
                check=False,
            )
        if done.returncode > 1:
            log_file = self.stack.home / "itsm-sync.log"
            print(done.stdout)
            raise RedmineTrouble(
                f"itsm-sync {' '.join(arguments)}: 종료 상태 {done.returncode}, 로그는 {log_file}"
                f" / ended with {done.returncode}; see {log_file}"
            )
        return done

    def summary(self, *arguments: str) -> Summary:
        """Run itsm-sync with --json; answer what it says."""
        return dict(json.loads(self.command(*arguments, "--json").stdout))

    def check(self) -> None:
        """Run `itsm-sync check`; print what is not fine, and how many lines read how."""
        levels = {say_in(level.value, "ko"): level for level in Level}
        counted: Counter[Level] = Counter()
        for line in self.command("check").stdout.splitlines():
            word = next((word for word in levels if line.startswith(f"{word} ")), None)
            if word is None:
                continue
            counted[levels[word]] += 1
            if levels[word] in (Level.WARNING, Level.FAILED):
                cells = (cell.strip() for cell in line.split("  ") if cell)
                print(f"    {'  '.join(cells)}", file=sys.stderr)
        names = {level: f"{word} ({level})" for word, level in levels.items()}
        say(", ".join(f"{names[level]}: {count}" for level, count in counted.items()))

    def tickets(self) -> Iterator[Shown]:
        """Answer the open tickets of the ABC projects, as the bot sees them."""
        told = json.loads((self.stack.home / "provisioned.json").read_text(encoding="utf-8"))
        words = {number: word for word, number in told["fields"].items()}
        environment = self.stack.environment()
        total, offset = 1, 0
        while offset < total:
            page = requests.get(
                f"{environment['REDMINE_URL']}/issues.json",
                params={"project_id": "abc", "limit": "100", "offset": str(offset)},
                headers={"X-Redmine-API-Key": environment["REDMINE_API_KEY"]},
                timeout=30,
            ).json()
            total, offset = page["total_count"], offset + 100
            for issue in page["issues"]:
                values = {
                    words[field["id"]]: str(field["value"] or "")
                    for field in issue["custom_fields"]
                    if field["id"] in words
                }
                known = {name: values.get(name, "") for name in _FIELDS}
                yield Shown(number=issue["id"], subject=issue["subject"], **known)


_FIELDS = ("process", "stage", "team", "reason", "key")
_UNFOLDED = "400"  # columns: each line of a table is one line of text
_COLUMNS = 80


def worth_seeing(tickets: Sequence[Shown]) -> list[Shown]:
    """Answer four tickets: one that business shall approve, an incident, one of a machine,
    an unsure one.
    """

    def awaits_approval(ticket: Shown) -> bool:
        return ticket.team == "신사업팀" and ticket.stage == "승인"

    def is_incident(ticket: Shown) -> bool:
        return ticket.process == "사건 관리" and not ticket.unsure and not ticket.signal

    def is_a_build_s(ticket: Shown) -> bool:
        return ticket.signal == "builds"

    def is_unsure(ticket: Shown) -> bool:
        return ticket.unsure

    found = []
    for wish in (awaits_approval, is_incident, is_a_build_s, is_unsure):
        fitting = (ticket for ticket in tickets if ticket not in found and wish(ticket))
        found += list(islice(fitting, 1))
    others = (ticket for ticket in tickets if ticket not in found)
    return found + list(islice(others, max(3 - len(found), 0)))


def main() -> int:
    """Bring the stack up and go round; answer the exit status."""
    started = time.monotonic()
    stack = Stack(home=CHECKOUT / ".stack")
    stack.start()
    tour = Tour(stack=stack)
    say("itsm-sync check")
    tour.check()
    say("itsm-sync plan (아무것도 쓰지 않습니다 / writes nothing)")
    planned = tour.summary("plan")
    waiting = _edits(planned, "planned")
    coming = int(planned["births"]["planned"])
    say("itsm-sync sync (1분까지 / up to a minute)")
    say(f"  쓸 일감 {waiting}개, 열 일감 {coming}개 / {waiting} tickets to write, {coming} to open")
    first = tour.summary("sync")
    say("itsm-sync sync, 한 번 더 / once more")
    second = tour.summary("sync")
    say("itsm-sync report monthly-service")
    made = tour.summary("report", "monthly-service", "--format", "html")
    print(
        farewell(
            stack=stack,
            tickets=list(tour.tickets()),
            stored=tour.summary("status")["items"],
            first=first,
            second=second,
            report=Path(made["folder"]) / made["documents"][0]["files"][0]["file"],
            seconds=time.monotonic() - started,
        )
    )
    return 0


def _edits(summary: Summary, what: str) -> int:
    return int(summary["edits"][what])


def farewell(
    *,
    stack: Stack,
    tickets: Sequence[Shown],
    stored: Mapping[str, int],
    first: Summary,
    second: Summary,
    report: Path,
    seconds: float,
) -> str:
    """Answer what is there now, where to look, and what to do next.

    Args:
        stack: whose servers run.
        tickets: the open ones, after all cycles.
        stored: source -> how many of its items are stored.
        first: what the first sync answered.
        second: what the second sync answered.
        report: the file of last month's report.
        seconds: how long all of it took.
    """
    named = sum(1 for ticket in tickets if ticket.team)
    unsure = sum(ticket.unsure for ticket in tickets)
    items = sum(stored.values())
    shown = worth_seeing(tickets)
    seen = "\n".join(
        f"  #{ticket.number}  {ticket.subject}\n"
        f"       {ticket.process} · {ticket.stage} → {ticket.team}\n"
        f"       {stack.url('redmine')}/issues/{ticket.number}"
        for ticket in shown
    )
    number = shown[0].number if shown else 1
    syncs_ko, syncs_en = _syncs(first, second)
    signals = Counter(ticket.signal for ticket in tickets if ticket.signal)
    kinds = _folded([f"{say_in(called(name), 'ko')} {n}" for name, n in signals.most_common()])
    return f"""
ABC시스템(샘플 데이터)의 Redmine이 실행 중입니다. 열린 일감 {len(tickets)}개 가운데 {named}개에
프로세스, 담당 팀, 담당 역할, 책임, 라우팅 근거가 적혀 있습니다({unsure}개는 확인 필요).
세 시스템의 항목 {items}개가 저장되어 있습니다. {syncs_ko}
기계가 알아챈 것에서 열린 일감은 {signals.total()}개입니다:
{kinds}

A real Redmine with the ABC world (sample data) is running. {named} of its {len(tickets)} open
tickets say their process, team, role, responsibility and reason ({unsure} to be confirmed).
{items} items of three systems are stored. {syncs_en}
{signals.total()} tickets came of what machines noticed.

  Redmine  {stack.url("redmine")}   로그인 / login: admin, 비밀번호 / password: admin
  Jenkins  {stack.url("jenkins")}   (대역 서버 / stand-in)
  GitHub   {stack.url("github")}   (대역 서버 / stand-in)

볼 만한 일감 / tickets worth looking at:
{seen}

지난달 보고서, 두 팀의 관리자용 / last month's report, for the managers of both teams:
  {report}
  비공개 일감과 보안 경고까지 셉니다 / private tickets and security alerts are counted

여기까지 {seconds:.0f}초 걸렸습니다 / this took {seconds:.0f} s

다음: 첫 줄부터 차례로 / next, the first line first:
  eval "$(./scripts/stack env)"     없으면 다른, 빈 데이터베이스 / else another, empty database
  .venv/bin/itsm-sync status
  .venv/bin/itsm-sync explain {number}
  .venv/bin/itsm-sync report list
  .venv/bin/itsm-sync report monthly-service --publish --target wiki
  ./scripts/stack stop              멈춤 / stops the servers"""


def _syncs(first: Summary, second: Summary) -> tuple[str, str]:
    """Answer what the two syncs wrote, in Korean and in English."""
    written, again = _edits(first, "applied"), _edits(second, "planned")
    if not (written or again):
        return (
            "일감은 모두 이미 맞아 두 sync가 쓴 것이 없습니다.",
            "All tickets were right already: neither sync wrote any.",
        )
    late_ko, late_en = (
        ("(그새 때가 된 서비스 수준)", " (clocks that ran on)") if again else ("", "")
    )
    return (
        f"첫 sync는\n일감 {written}개를 썼고, 둘째가 쓸 것은 {again}개였습니다{late_ko}.",
        f"The first sync wrote {written} tickets, the\nsecond had {again} to write{late_en}.",
    )


def _folded(names: Sequence[str]) -> str:
    """Answer names as lines of a terminal's usual width; Korean takes two columns."""
    lines = [""]
    for name in names:
        longer = f"{lines[-1]}, {name}" if lines[-1] else f"  {name}"
        if cell_len(longer) < _COLUMNS:
            lines[-1] = longer
        else:
            lines[-1] += ","
            lines.append(f"  {name}")
    return "\n".join(lines)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except RedmineTrouble as trouble:
        sys.exit(str(trouble))
