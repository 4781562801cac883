"""The routes, and what every answer has in common."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from itsm_sync.web import health
from itsm_sync.web.hosts import welcome
from itsm_sync.web.looking import Looking
from itsm_sync.web.metrics import Metrics
from itsm_sync.web.openapi import description
from itsm_sync.web.page.showing import status_page, style_sheet
from itsm_sync.web.webhooks.receiving import Reception

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# Seconds for an answer, less than `patience.WHOLE`, so that it can still be told.
WITHIN = 10.0

Endpoint = Callable[[Request], Awaitable[Response]]


def application(looking: Looking, metrics: Metrics) -> ASGIApp:
    """Answer the ASGI application over what is looked at."""

    async def failed(request: Request, error: Exception) -> Response:
        observer = looking.premises.observer
        observer.saw("web.failed", route=route_of(request.scope), error=type(error).__name__)
        return JSONResponse({"error": "internal error"}, 500)

    inner = Starlette(
        routes=routes(looking, metrics),
        exception_handlers={HTTPException: _refused, Exception: failed},
    )
    inner.router.redirect_slashes = False  # a redirect would repeat whatever `Host` says
    return _Outermost(inner, looking)


def routes(looking: Looking, metrics: Metrics) -> list[Route]:
    """Answer what there is to ask for."""
    reception = Reception(looking)

    async def live(_: Request) -> Response:
        found = health.live(looking.premises)
        return JSONResponse(found, 200 if found["live"] else 503)

    async def ready(_: Request) -> Response:
        seen = await run_in_threadpool(looking.look)
        found = health.ready(looking.premises, seen)
        return JSONResponse(found, 200 if found["ready"] else 503)

    async def measured(_: Request) -> Response:
        seen = await run_in_threadpool(looking.look)
        text, kind = metrics.text(seen, looking.premises)
        return Response(text, media_type=kind)

    async def page(request: Request) -> Response:
        seen = await run_in_threadpool(looking.look)
        return status_page(request, looking.premises, seen)

    async def described(_: Request) -> Response:
        return JSONResponse(description())

    given: list[tuple[str, Endpoint, str]] = [
        ("/", page, "GET"),
        ("/style.css", style_sheet, "GET"),
        ("/health/live", live, "GET"),
        ("/health/ready", ready, "GET"),
        ("/metrics", measured, "GET"),
        ("/openapi.json", described, "GET"),
        ("/webhooks/{system}", reception.receive, "POST"),
    ]
    return [Route(path, endpoint, methods=[method]) for path, endpoint, method in given]


async def _refused(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return JSONResponse({"error": error.detail}, error.status_code, headers=error.headers)


class _Outermost:
    """Around everything: whom we answer, in what time, with which headers; and who is told."""

    def __init__(self, inner: ASGIApp, looking: Looking) -> None:
        self._inner = inner
        self._looking = looking

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        started, told = monotonic(), _Told(send)
        try:
            async with asyncio.timeout(WITHIN):
                await self._answer(scope, receive, told)
        except TimeoutError:
            await told.instead(scope, receive, 408, "too slow")
        except Exception:  # noqa: BLE001 - Starlette has told and answered it, and raises it anew
            await told.instead(scope, receive, 500, "internal error")
        self._looking.premises.observer.saw(
            "web.answered",
            method=scope["method"] if scope["method"] in METHODS else "other",
            route=route_of(scope),
            status=told.status,
            seconds=monotonic() - started,
        )

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        http = self._looking.premises.settings.general.http
        host = next((v.decode("latin-1") for n, v in scope["headers"] if n == b"host"), "")
        if _ambiguous(scope):
            refused = JSONResponse({"error": "malformed"}, 400, headers={"Connection": "close"})
            await refused(scope, receive, send)
        elif welcome(host, http):
            await self._inner(scope, receive, send)
        else:
            refused = JSONResponse({"error": "no such host"}, 421, headers={"Connection": "close"})
            await refused(scope, receive, send)


def _ambiguous(scope: Scope) -> bool:
    """Whether a proxy before us could take the request to end elsewhere than we do, and hand over
    what follows as another's (RFC 9112, 6.1 and 6.3).
    """
    names = {name for name, _ in scope["headers"]}
    if b"transfer-encoding" not in names:
        return False
    return b"content-length" in names or scope["http_version"] == "1.0"


class _Told:
    """Sends what is answered with the headers that all answers have, and remembers the status."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            added = [(n.lower().encode(), v.encode()) for n, v in HEADERS.items()]
            message = {**message, "headers": [*message["headers"], *added]}
        await self._send(message)

    async def instead(self, scope: Scope, receive: Receive, status: int, error: str) -> None:
        """Answer an error where nothing was answered yet."""
        if self.status == 0:
            gone = JSONResponse({"error": error}, status, headers={"Connection": "close"})
            await gone(scope, receive, self)


def route_of(scope: Scope) -> str:
    """Answer the route as figures may tell it: a path of ours, or `other`."""
    route = scope.get("route")
    return route.path if isinstance(route, Route) else "other"
