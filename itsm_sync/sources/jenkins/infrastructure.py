"""Errors of a class that no commit causes. Pure.

One place or machine fails and everything on it with it (Jenkins fact 15): one infrastructure
incident, not one for each job.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

import re2


@dataclass(frozen=True, slots=True, kw_only=True)
class Class:
    """A class of errors: an RE2 pattern for a line, in capitals or not.

    `by_code`: code with a fault may say the same, so that it proves nothing where tests failed, nor
    of the machine the build ran on itself.
    """

    name: str
    pattern: str
    by_code: bool = False


CLASSES = (
    Class(
        name="disk",
        pattern=r"no space left on device|disk quota exceeded|not enough (?:disk )?space|\benospc\b"
        r"|read-only file system|stale file handle|input/output error|디스크.{0,10}(?:부족|가득)",
    ),
    Class(
        name="agent",
        pattern=r"\bchannel\b.{0,80}\b(?:closed|closing|disconnected|down)\b|channelclosedexception"
        r"|unexpected termination of the channel|connection was broken|requestabortedexception"
        r"|(?:agent|node|slave)\b.{0,60}\b(?:went|is|was|marked) (?:offline|deleted)"
        r"|cannot contact [\w.-]+: |unable to create live filepath|removed or offline"
        r"|에이전트.{0,20}(?:끊|오프라인)",
    ),
    Class(
        name="docker",
        pattern=r"cannot connect to the docker daemon|is the docker daemon running"
        r"|error during connect: .{0,200}docker|docker\.sock: connect:",
    ),
    Class(
        name="memory",
        pattern=r"cannot allocate memory|\boomkilled\b|out of memory: kill|insufficient memory"
        r"|out[ -]?of[ -]?memory(?:error)?\b|\benomem\b|메모리.{0,6}부족",
        by_code=True,
    ),
    Class(
        name="network",
        pattern=r"connection (?:was )?(?:refused|reset|timed out|aborted)|econn(?:refused|reset)"
        r"|\betimedout\b|\behostunreach\b|(?:connect|read) ?timed out|i/o timeout|connecttimeout"
        r"|handshake timeout|no route to host|network is unreachable|failed to connect to the host"
        r"|kex_exchange_identification|ssl_error_syscall|the remote end hung up|연결.{0,8}거부"
        r"|연결.{0,12}(?:시간.{0,4}초과|끊)",
        by_code=True,
    ),
    Class(
        name="names",
        pattern=r"could not resolve host|name resolution|name or service not known|no such host"
        r"|unknownhostexception|getaddrinfo (?:enotfound|eai_again)|nxdomain",
        by_code=True,
    ),
    Class(
        name="service",
        pattern=r"\b50[234] (?:bad gateway|service (?:temporarily )?unavailable|gateway time-?out)"
        r"|unexpected http status: 5\d\d|toomanyrequests|429 too many requests",
        by_code=True,
    ),
)

_HOME = re2.compile(r"(?i:\blocalhost\b|\b127\.0\.0\.1\b|\[::1\])")


def is_infrastructure(
    line: str, *, tests_failed: bool = False, classes: Collection[Class] = CLASSES
) -> bool:
    """Answer whether a line tells of a trouble that no commit causes."""
    doubtful = tests_failed or _HOME.search(line) is not None
    asked = tuple(c.pattern for c in classes if not (doubtful and c.by_code))
    return bool(asked) and _any_of(asked).search(line) is not None


@cache
def _any_of(patterns: tuple[str, ...]) -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    return re2.compile("|".join(f"(?:{pattern})" for pattern in patterns), options)
