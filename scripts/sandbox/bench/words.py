"""The words of the page, in both languages."""

from pathlib import Path

from sandbox.bench.machine import Machine
from sandbox.bench.rows import Said

TITLE = Said("Performance", "성능")
HEADINGS = (
    Said("What was measured", "측정 결과"),
    Said("Cost against size", "크기에 따른 비용"),
    Said("The run", "실행 조건"),
)
COLUMNS = (
    Said("what", "무엇"),
    Said("measured", "측정값"),
    Said("goal", "목표"),
    Said("goal met", "목표 달성"),
    Said("known limit", "알려진 한계"),
    Said("beside it, in the same unit", "비교 대상(같은 단위)"),
    Said("note", "참고"),
)
YES, NO, NOT_JUDGED = Said("yes", "예"), Said("no", "아니요"), Said.alike("–")
GOAL = Said("goal", "목표")
DID_NOT_RUN = Said("Could not be run:", "실행하지 못한 부분:")
SIZE = Said("stored items", "저장된 항목")


def _text(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8").strip()


METHOD = Said(_text("method.md"), _text("method.ko.md"))
SMALL = Said(
    "Small sizes (`--fast`): these numbers say only that all of it runs. The goals are those of"
    " full sizes, so none is judged.",
    "작은 크기(`--fast`): 이 숫자들은 모두 실행된다는 것만 말합니다. 목표는 원래 크기의"
    " 것이므로 달성 여부를 따지지 않습니다.",
)


def facts(machine: Machine, rounds: int, *, language: str) -> str:
    """Answer what is told of the run."""
    told = (
        (Said("commit", "커밋"), f"`{machine.commit}`"),
        (Said("day", "날짜"), machine.day),
        (Said("rounds", "라운드"), str(rounds)),
        (Said("machine", "기계"),
         f"{machine.processor}, {machine.cores} cores, {machine.memory} GiB"),
        (Said("system", "시스템"), machine.system),
        (Said("versions", "버전"), f"Python {machine.python}, Redmine {machine.redmine}"),
        (Said("load before", "실행 전 부하"), str(machine.load)),
    )  # fmt: skip
    return "\n".join(f"- {name.in_(language)}: {value}" for name, value in told)
