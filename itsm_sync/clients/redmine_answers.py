"""python-redmine's engine with our door, and what Redmine's answers and refusals say."""

import csv
import json
from collections.abc import Mapping
from typing import Any

import orjson
from redminelib.engines import SyncEngine
from requests import Response, Session

from itsm_sync.clients.errors import (
    Broken,
    ClientError,
    Conflict,
    Forbidden,
    Invalid,
    Missing,
    Unauthorised,
)
from itsm_sync.clients.refusals import answered, meaning, misshapen, no_json
from itsm_sync.clients.repeats import asked_to_wait
from itsm_sync.model.text import clean
from itsm_sync.model.words import Message

SYSTEM = "redmine"
_NOBODY = (
    "Redmine takes the API key for nobody's: is it the one on the bot's page \"My account\", and"
    " the bot not locked?"
)
_NO_API = (
    "Redmine answered 403 to the first request: is its REST API switched on (Administration,"
    " Settings, API)?"
)
_ANOTHER = "is {url} Redmine's own address, with its sub-path (as in https://host/redmine)?"
_Payload = Mapping[str, Any]


class Engine(SyncEngine):  # type: ignore[misc]
    """python-redmine's engine with our door, and with the answers left for us to read.

    The library's `requests={'timeout': ...}` has no effect, and its errors lose headers and
    reasons.
    """

    @staticmethod
    def create_session(**params: Any) -> Session:
        session = Session()
        session.headers.update(params["headers"])  # the default ones stay: they ask for gzip
        session.mount("http://", params["door"])
        session.mount("https://", params["door"])
        return session

    @staticmethod
    def construct_request_kwargs(
        method: str, headers: Any, params: Any, data: Any
    ) -> dict[str, Any]:
        kwargs: dict[str, Any] = SyncEngine.construct_request_kwargs(method, headers, params, data)
        # A redirect would carry the key's header to wherever it points.
        return kwargs | {"allow_redirects": False}

    def process_response(self, response: Response) -> Response:
        return response


def json_object(response: Response, path: str) -> dict[str, Any]:
    """Answer the JSON object of an answer, {} of an empty one. Raises Broken for anything else."""
    if not response.content.strip():
        return {}
    try:
        value = _read(response.content)
    except (ValueError, RecursionError):
        raise no_json(SYSTEM, path) from None
    if not isinstance(value, dict):
        raise misshapen(SYSTEM, path)
    return value


def _read(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except ValueError:  # half a character, say, which only `json` lets pass
        return json.loads(content)


def rows(response: Response, path: str) -> list[list[str]]:
    """Answer the rows of a CSV file, without the first, of names. Raises Broken for a page."""
    if not response.headers.get("content-type", "").startswith("text/csv"):
        raise misshapen(SYSTEM, path)
    text = response.content.decode("utf-8", errors="replace")
    try:
        return list(csv.reader(text.splitlines(keepends=True), strict=True))[1:]
    except csv.Error:
        raise misshapen(SYSTEM, path) from None


def inner(answer: _Payload, container: str, path: str) -> dict[str, Any]:
    """Answer the object that an answer holds. Raises Broken where it has none."""
    found = answer.get(container)
    if not isinstance(found, dict):
        raise misshapen(SYSTEM, path)
    return found


def listed(answer: _Payload, container: str, path: str) -> list[dict[str, Any]]:
    """Answer the list that an answer holds. Raises Broken: a list of another shape is none."""
    found = answer.get(container)
    if not isinstance(found, list):
        raise misshapen(SYSTEM, path)
    return found


def refusal(response: Response, path: str) -> ClientError:
    """Answer the error that a refusal stands for."""
    status = response.status_code
    kind = meaning(status)
    details: tuple[str, ...] = ()
    told = answered(SYSTEM, path, status)
    if status in (400, 413, 422):
        kind, details = _rejection(response)
    if 300 <= status < 400:
        told = Message("{answer}, a redirect", {"answer": told})
    return kind(
        told,
        system=SYSTEM,
        status=status,
        retry_after=asked_to_wait(response.headers),
        details=details,
    )


def nobody(status: int | None = None) -> Unauthorised:
    """Answer the error for a key that is nobody's (Redmine fact 3)."""
    return Unauthorised(Message(_NOBODY), system=SYSTEM, status=status)


def first_refusal(error: ClientError, url: str) -> ClientError:
    """Answer the error of the question whose key it is, which every Redmine answers: with what to
    look at where its key, its API or its address is not what it should be.
    """
    status = error.status or 200
    if isinstance(error, Unauthorised):
        return nobody(error.status)
    if isinstance(error, Forbidden):
        return Forbidden(Message(_NO_API), system=SYSTEM, status=error.status, address=url)
    if isinstance(error, Missing | Broken) and status < 500:
        return error.advised(Message(_ANOTHER, {"url": url}), address=url)
    return error


def _rejection(response: Response) -> tuple[type[ClientError], tuple[str, ...]]:
    """Answer what a 422 means: without a reason somebody else wrote just now (Redmine fact 19)."""
    try:
        errors = json.loads(response.content)["errors"]
        details = tuple(clean(e if isinstance(e, str) else ": ".join(e)) for e in errors)
    except (ValueError, KeyError, TypeError):
        return (Broken if response.status_code == 422 else Invalid), ()
    return (Invalid if details else Conflict), details
