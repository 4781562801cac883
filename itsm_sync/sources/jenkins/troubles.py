"""What went wrong, told from the end of a failed build's console. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import re2

from itsm_sync.model.text import one_line
from itsm_sync.sources.jenkins.infrastructure import CLASSES, Class, is_infrastructure
from itsm_sync.sources.jenkins.normalising import bare, normalised

LINE_LIMIT = 300  # characters
LOG_LINES = 20
LOG_LIMIT = 3000  # characters
_BEFORE = 12  # lines of the excerpt, at most, that stand above the error
_NEAR = 25  # lines without an error between two of one trouble
_READ = 2000  # characters of a line that are looked at
_STEP = "[Pipeline]"

# How telling a line is. A trouble is the last cluster of telling lines: what was shaky before that
# went well in the end, or the build would have ended there.
_NOTHING, _GENERAL, _WORDY, _SHARP, _INFRASTRUCTURE = range(5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """The line that says what went wrong, and `error`, what it is every time; "" where unknown.

    `log` are the lines around it, `at` is its place, or the end.
    """

    line: str = ""
    error: str = ""
    log: str = ""
    infrastructure: bool = False
    at: int = 0


def trouble(
    lines: Sequence[str], *, tests_failed: bool = False, classes: Collection[Class] = CLASSES
) -> Trouble:
    """Answer the trouble that the lines of a console tell of."""
    told = [bare(line[:_READ]) for line in lines]

    def infrastructure(line: str) -> bool:
        return is_infrastructure(line, tests_failed=tests_failed, classes=classes)

    ranks = [_rank(line, infrastructure(line)) for line in told]
    ranks = [
        _SHARP if rank < _SHARP and before == "* What went wrong:" else rank
        for rank, before in zip(ranks, ["", *told], strict=False)
    ]
    ended = next((n for n, line in enumerate(told) if _END.search(line)), len(told))
    at = _place(ranks[:ended])
    at = _place(ranks) if at is None else at
    if at is None:
        return Trouble(log=excerpt(lines, len(lines) - 1), at=len(lines))
    vague = ranks[at] == _GENERAL  # "exit code 1" is the same text for troubles of all kinds
    return Trouble(
        line=one_line(told[at], LINE_LIMIT),
        error="" if vague else normalised(told[at] + _thrown_at(told, at)),
        log=excerpt(lines, at),
        infrastructure=infrastructure(told[at]),
        at=at,
    )


def node_of(lines: Sequence[str]) -> str:
    """Answer the node that a pipeline says last it runs on, "" where no line says so."""
    for line in reversed(lines):
        if found := _NODE.search(bare(line)):
            return str(found.group(1))
    return ""


def excerpt(lines: Sequence[str], at: int) -> str:
    """Answer the lines around one, at most 20 and 3,000 characters; steps' names are left out."""
    kept = [n for n, line in enumerate(lines) if n == at or not bare(line).startswith(_STEP)]
    if not kept:
        return ""
    place = min(range(len(kept)), key=lambda n: abs(kept[n] - at))
    first = max(0, min(place - _BEFORE, len(kept) - LOG_LINES))
    shown = {n: _cut(lines[n]) for n in kept[first : first + LOG_LINES]}
    while sum(len(line) + 1 for line in shown.values()) > LOG_LIMIT:
        del shown[max(shown, key=lambda n: abs(n - at))]
    return "\n".join(shown.values())


def _thrown_at(told: Sequence[str], at: int) -> str:
    """Answer where a bare exception was thrown, for without a message it is any of its class."""
    after = told[at + 1] if at + 1 < len(told) else ""
    frame = _FRAME.search(after) if _BARE_EXCEPTION.search(told[at]) else None
    return f" at {frame.group(1)}" if frame else ""


def _cut(line: str) -> str:
    return line if len(line) <= LINE_LIMIT else f"{line[: LINE_LIMIT - 1]}…"


def _place(ranks: Sequence[int]) -> int | None:
    """Answer where the most telling line of the last cluster stands, of several the first."""
    for least in (_SHARP, _WORDY):
        places = [n for n, rank in enumerate(ranks) if rank >= least]
        if places:
            return max(_last_cluster(places), key=lambda n: (ranks[n], -n))
    general = [n for n, rank in enumerate(ranks) if rank == _GENERAL]
    return general[-1] if general else None


def _last_cluster(places: Sequence[int]) -> list[int]:
    cluster = [places[-1]]
    for place in reversed(places[:-1]):
        if cluster[-1] - place > _NEAR:
            break
        cluster.append(place)
    return cluster


def _rank(line: str, infrastructure: bool) -> int:
    if _NOISE.search(line):
        return _NOTHING
    if infrastructure:
        return _INFRASTRUCTURE
    kinds = ((_SHARP, _NAMED), (_GENERAL, _VAGUE), (_SHARP, _PLAIN), (_WORDY, _WORDS))
    return next((rank for rank, pattern in kinds if pattern.search(line)), _NOTHING)


def _any_of(*patterns: str) -> Any:
    return re2.compile("|".join(f"(?:{pattern})" for pattern in patterns))


# What follows belongs to the steps that run whatever happened.
_END = _any_of(r"^\[Pipeline\] \{ \(Declarative: Post Actions\)", r"^Post stage$")
_NODE = re2.compile(r"^(?:\[[^\]]{1,80}\] ?)?Running on (.{1,100}?) in (?:/|[A-Za-z]:[\\/])")
_FRAME = re2.compile(r"^at ([\w.$<>/@]+)\(")
_BARE_EXCEPTION = re2.compile(r"(?:Exception|Error):?$")
_NOISE = _any_of(
    r"^\[Pipeline\]",
    r"^Finished: ",
    r"^\+{1,3} ",  # a shell tells what it runs
    _FRAME.pattern,
    r"^\.\.\. \d+ (?:more|common)",
    r"^File \"",
    r"^(?:raise|except|throw|catch)\b",
    r"^(?:Also|Traceback)\b.*:",
    r"(?i:skipped due to earlier failure|^failed in branch|error when executing)",
    r"(?i:^\W*warn(?:ing)?\b|\bwarning:|\bretrying\b|will (?:be )?retr(?:y|ied)\b|재시도)",
    r"(?i:\b(?:0|no) (?:errors?|failures?)\b|\b(?:errors?|failures?)[:=] ?0\b)",
    r"^(?:Sending|Recording|Archiving|Notifying)\b",
    r"^\[ERROR\]\s*(?:$|-> \[Help|\[Help|To see|Re-run|For more|Errors?:|Failures:|Please refer)",
)
_NAMED = _any_of(r"did not complete successfully: exit code")  # and the command before it
_VAGUE = _any_of(
    r"(?i:returned exit code|(?:exit(?:ed)?|failed) with (?:exit )?(?:code|status))",
    r"(?i:exit (?:code|status):? \d+\.?$|aborting due to|^fatal: command execution failed)",
    r"(?i:\bnpm (?:ERR!|error) (?:code|errno|path|command|lifecycle|a complete log)\b)",
    r"(?i:marked build as failure|changed build result|build fail(?:ed|ure))",
    r"(?i:there (?:were|are) (?:failing )?test)",
    r"^> Task \S+ FAILED",
    r"COMPILATION ERROR",
    r"^(?:make|gmake)(?:\[\d+\])?: \*\*\*",
    r"(?i:^error: build step failed|^ERROR: null$)",
    r"^빌드(?:가|에)? ?실패",
)
_PLAIN = _any_of(
    r"(?i:(?:^|[\s\[(])(?:fatal|panic|critical)\b\s*[:\]!])",
    r"\b(?:[\w$]+\.)*[A-Z][\w$]*(?:Exception|Error)\b(?::|$)",
    r"(?i:(?:^|[\s\[:(|│])error\b\s*(?:\[?[A-Za-z]{1,6}-?\d+\]?)?\s*[:\]])",
    r"^(?:ERROR\b|ERR!|npm (?:ERR!|error)\b|(?:--- )?FAIL(?:ED)?\b:?\s+\S|✕|✗|not ok\b|Error\b)",
    r"\bFAILED$",
    r"^> (?:Could not|Cannot|Failed|A failure)|^Execution failed for task",
    r"(?i:command not found|is not recognized as an internal|no such file or directory"
    r"|permission denied|undefined reference|내부 또는 외부 명령"
    r"|cannot find symbol|unable to locate|could not find a version)",
    r"(?:오류|에러|예외|실패)(?:가 발생\S*)?\s*[:：]",
)
_WORDS = _any_of(
    r"(?i:\b(?:failed|failure|errors?|exceptions?|cannot|can't|could not|couldn't|unable to|denied"
    r"|refused|rejected|timed? ?out|timeout|not found|aborting|invalid|unexpected|missing"
    r"|unreachable|expired|exceeded)\b)",
    r"^E\s{2,}\S|^Killed$|^Terminated$",
    r"실패|오류|에러|예외|찾을 수 없|수 없습니다|못했습니다|거부|초과|중단|만료",
)
