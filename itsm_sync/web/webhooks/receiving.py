"""What becomes of a webhook: refused, ignored, or a hint. Nothing is fetched while it waits."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from itsm_sync.settings import Settings
from itsm_sync.web.looking import Looking
from itsm_sync.web.webhooks import payloads
from itsm_sync.web.webhooks.payloads import Due
from itsm_sync.web.webhooks.replays import Replays, names_of
from itsm_sync.web.webhooks.signing import CARRIES, signed
from itsm_sync.web.webhooks.warning import Warnings

_READERS: Final[Mapping[str, Callable[[payloads.Payload, str, Settings], Due | None]]] = {
    "github": payloads.github,
    "jenkins": payloads.jenkins,
    "redmine": payloads.redmine,
}
_UNSIGNED = "unsigned"
_CLOSE = {"Connection": "close"}  # what is left of the request is not read
_FORM = "application/x-www-form-urlencoded"  # GitHub's default


class _Refused(Exception):
    """A webhook that is not taken: the status, and what it is counted as."""

    def __init__(self, status: int, result: str, *, close: bool = False) -> None:
        super().__init__(result)
        self.status = status
        self.result = result
        self.headers = _CLOSE if close else {}


class Reception:
    """Takes webhooks in; `looking` knows the premises."""

    def __init__(self, looking: Looking) -> None:
        self._looking = looking
        self._warnings = Warnings(looking.premises.observer)
        self._replays = Replays()

    async def receive(self, request: Request) -> Response:
        """Answer 202 where the signature holds, whatever becomes of it: a sender that hears of
        trouble gives up, and schedules read all of it anyway.
        """
        system = request.path_params["system"]
        if system not in CARRIES:
            raise HTTPException(404)
        observer = self._looking.premises.observer
        try:
            result = await self._taken(system, request)
        except _Refused as refused:
            observer.saw("web.turned_away", system=system, result=refused.result)
            if refused.result == _UNSIGNED:
                sender = request.client.host if request.client is not None else "?"
                self._warnings.unsigned(system, sender)
            return JSONResponse({"error": refused.result}, refused.status, headers=refused.headers)
        observer.saw("web.hooked", system=system, result=result)
        return JSONResponse({"status": result}, 202)

    async def _taken(self, system: str, request: Request) -> str:
        body = await self._body(system, request)
        delivery = request.headers.get("x-github-delivery", "") if system == "github" else ""
        names = names_of(system, delivery, body)
        if self._replays.known(names):
            return "repeated"
        event = request.headers.get("x-github-event", "")
        payload = _payload(body, request.headers.get("content-type", ""))
        premises = self._looking.premises
        due = _READERS[system](payload, event, premises.settings)
        if due is not None and not premises.hints.hint(due.source, due.stream):
            return "dropped"  # and may come again
        self._replays.remember(names)
        return "ignored" if due is None else "hinted"

    async def _body(self, system: str, request: Request) -> bytes:
        """Read the body of a request that is signed; whatever is too large is not read whole."""
        http = self._looking.premises.settings.general.http
        length = request.headers.get("content-length", "")
        if length.isdecimal() and int(length) > http.body:
            raise _Refused(413, "too-large", close=True)
        secret = http.webhooks.secrets.get(system)
        known = secret.get_secret_value() if secret is not None else ""
        if not known or CARRIES[system] not in request.headers:
            raise _Refused(401, _UNSIGNED, close=True)
        body = bytearray()
        try:
            async for part in request.stream():
                body += part
                if len(body) > http.body:
                    raise _Refused(413, "too-large", close=True)
        except ClientDisconnect:
            raise _Refused(400, "cut", close=True) from None
        if not signed(system, known, request.headers, bytes(body)):
            raise _Refused(401, _UNSIGNED)
        return bytes(body)


def _payload(body: bytes, kind: str) -> dict[str, Any]:
    """Read the body as what it says it is. Raises _Refused."""
    media = kind.partition(";")[0].strip().casefold()
    try:
        text = body.decode()
        if media == _FORM:
            text = parse_qs(text, max_num_fields=10)["payload"][0]
        elif media != "application/json":
            raise _Refused(400, "malformed")
        payload = json.loads(text)
    except (ValueError, KeyError, RecursionError):
        raise _Refused(400, "malformed") from None
    if not isinstance(payload, dict):
        raise _Refused(400, "malformed")
    return payload
