"""What a stand-in controller tells of one build besides its JSON: stages and console."""

import re
from collections.abc import Mapping
from typing import Any

from sandbox.standins.server import Answer

Document = dict[str, Any]

_STATUS = {
    "SUCCESS": "SUCCESS",
    "FAILURE": "FAILED",
    "UNSTABLE": "UNSTABLE",
    "ABORTED": "ABORTED",
    "NOT_BUILT": "NOT_EXECUTED",
    None: "IN_PROGRESS",
}
_NOTE = re.compile(b"\x1b\\[8mha:[^\x1b]*\x1b\\[0m")


def described(build: Document, stages: list[Document]) -> Document:
    """Answer what `wfapi/describe` has of a build, as the stage view plug-in makes it."""
    return {
        "_links": {"self": {"href": f"{build['url']}wfapi/describe"}},
        "id": build["id"],
        "name": build["displayName"],
        "status": _STATUS[build["result"]],
        "startTimeMillis": build["timestamp"],
        "endTimeMillis": build["timestamp"] + build["duration"],
        "durationMillis": build["duration"],
        "queueDurationMillis": 0,
        "pauseDurationMillis": 0,
        "stages": stages,
    }


def new_stage(build: Document, number: int, name: str, status: str, error: str = "") -> Document:
    """Answer one stage of a build; `error` is the message of the step that failed in it."""
    address = f"{build['url']}execution/node/{number}/wfapi/describe"
    made: Document = {
        "_links": {"self": {"href": address}},
        "id": str(number),
        "name": name,
        "execNode": "",
        "status": status,
        "startTimeMillis": build["timestamp"],
        "durationMillis": build["duration"],
        "pauseDurationMillis": 0,
    }
    return made | ({"error": {"message": error, "type": "hudson.AbortException"}} if error else {})


def failed_in(build: Document, stage: str) -> list[Document]:
    """Answer the stages of a build that failed in one, and once more in what always comes last."""
    why = "script returned exit code 1"
    return [
        new_stage(build, 6, "Checkout", "SUCCESS"),
        new_stage(build, 11, stage, "FAILED", why),
        new_stage(build, 19, "Declarative: Post Actions", "FAILED", why),
    ]


def progressive(
    log: str | None, query: Mapping[str, str], *, running: bool, headers: Mapping[str, str]
) -> Answer:
    """Answer a console from `start` on, a place in bytes.

    A start behind the end begins anew, as with a log that was rotated. Notes are counted and not
    shown, and a line ends in CR LF. A build without a file of it answers nothing, with 200.
    """
    whole = (log or "").encode()
    start = int(query.get("start") or 0)
    start = 0 if start > len(whole) else start
    shown = _NOTE.sub(b"", whole[start:]).replace(b"\n", b"\r\n")
    more = {"X-More-Data": "true"} if running or log is None else {}
    told = {"Content-Type": "text/plain;charset=UTF-8", "X-Text-Size": str(len(whole)), **more}
    return Answer(body=shown, headers={**headers, **told})
