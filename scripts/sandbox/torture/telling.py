"""docs/faults.md and docs/faults.ko.md: what a torture did, and what it came to."""

import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.parts import table, write_part
from sandbox.torture.killing import MOMENT, PHASES
from sandbox.torture.runs import Verdict
from sandbox.torture.stage import CHECKOUT


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """The words of one language."""

    file: str  # its name; the text before the tables stands in one beside this
    facts: tuple[str, ...]
    kills: str
    phase: str
    count: str
    phases: Mapping[str, str]
    faults: str
    fault: str
    verdict: str
    equal: str
    wrong: str
    daemon: str  # the text before its tables
    each: str
    step: str
    where: str


_EN = _Words(
    file="faults.md",
    facts=(
        "Seed",
        "Commit",
        "Steps",
        "Runs of the program killed",
        "Times servers misbehaved",
        "Deeds of people",
        "Tickets of signals compared",
    ),
    kills="## Kills",
    phase="phase",
    count="count",
    phases={phase.name: phase.name for phase in PHASES} | {MOMENT: "any moment"},
    faults="## Servers that misbehaved",
    fault="what",
    verdict="## Verdict",
    equal="The tickets of both runs are equal; no key has two tickets;"
    " one more cycle plans and writes nothing in both.",
    wrong="What is not as it must be:",
    daemon="# Killed at any moment: the daemon, its state in {database}\n\n"
    "The same script, with `itsm-sync run` in the place of `sync`: it is killed (SIGKILL) at any"
    " moment or in a phase, and started anew at once; where it is not, it lives for a cycle or two"
    " and is asked to end (SIGTERM).\n",
    each="## Where each kill fell",
    step="step",
    where="the last that was seen",
)
_KO = _Words(
    file="faults.ko.md",
    facts=(
        "시드",
        "커밋",
        "단계",
        "강제 종료한 실행",
        "서버가 오작동한 횟수",
        "사람의 행동",
        "비교한 신호 일감",
    ),
    kills="## 강제 종료",
    phase="구간",
    count="횟수",
    phases={
        "pull": "수집",
        "observe": "관찰",
        "plan": "계획",
        "create": "일감 만들기",
        "edit": "일감 고치기",
        "record": "기록",
        MOMENT: "아무 때나",
    },
    faults="## 오작동한 서버",
    fault="내용",
    verdict="## 결과",
    equal="두 실행의 일감이 같습니다. 한 키에 일감이 둘인 것은 없습니다."
    " 한 주기를 더 실행해도 두 쪽 모두 계획과 쓰기가 없습니다.",
    wrong="달라진 것:",
    daemon="# 아무 때나 강제 종료: 데몬, 상태는 {database}\n\n"
    "같은 각본을 `sync` 대신 `itsm-sync run`으로 합니다. 아무 때나, 또는 어느 구간에서 강제"
    " 종료(SIGKILL)하고 바로 다시 시작합니다. 그러지 않을 때는 한두 주기 뒤에"
    " 종료 신호를 보냅니다(SIGTERM).\n",
    each="## 강제 종료한 곳",
    step="단계",
    where="마지막으로 보인 것",
)


def tell(verdict: Verdict, seed: int, steps: int, folder: Path, daemon: str = "") -> None:
    """Write a part of both documents; `daemon` is what kept its state, where that was tortured."""
    for words in (_EN, _KO):
        text = "\n".join(_lines(verdict, seed, steps, words, daemon))
        write_part(folder / words.file, f"daemon_{daemon.lower()}" if daemon else "torture", text)


def _lines(verdict: Verdict, seed: int, steps: int, words: _Words, daemon: str) -> Iterable[str]:
    chaos = verdict.chaos
    values = (seed, commit(), steps, sum(chaos.kills.values()), sum(chaos.faults.values()),
              sum(map(bool, verdict.calm.acts)), len(verdict.calm.seen.tickets))  # fmt: skip
    if daemon:
        yield words.daemon.format(database=daemon)
    else:
        yield (Path(__file__).parent / words.file).read_text(encoding="utf-8")
    yield from table(("", ""), zip(words.facts, values, strict=True))
    yield f"\n{words.verdict}\n"
    if not verdict.wrong:
        yield words.equal
    else:
        yield words.wrong
        yield from (f"- {line[:300]}" for line in verdict.wrong)
    yield f"\n{words.kills}\n"
    counts = ((words.phases[name], count) for name, count in sorted(chaos.kills.items()))
    yield from table((words.phase, words.count), counts)
    yield f"\n{words.faults}\n"
    yield from table((words.fault, words.count), sorted(chaos.faults.items()))
    if daemon:
        return
    yield f"\n{words.each}\n"
    log = ((step, words.phases.get(phase, phase), f"`{last}`") for step, phase, last in chaos.log)
    yield from table((words.step, words.phase, words.where), log)


def commit() -> str:
    """Answer what is checked out."""
    asked = ["git", "-C", str(CHECKOUT), "describe", "--always", "--dirty", "--exclude=*"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "-"
