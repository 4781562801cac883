"""What every session of ours has: a timeout, retries of reads, and a listener."""

from contextlib import suppress
from time import monotonic
from typing import Any, Self

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3 import BaseHTTPResponse
from urllib3.exceptions import InvalidHeader, MaxRetryError, ResponseError
from urllib3.util.retry import Retry

from itsm_sync.clients.refusals import spoken
from itsm_sync.model.ports import Observer

# A read is asked again twice (0.3 s, 0.6 s, with jitter) after a cut connection or one of these
# statuses; a server's `retry-after` is obeyed up to 30 s, a longer one is handed back at once.
# Writes are never repeated here.
_PASSING = (429, 502, 503, 504)
_PATIENCE = 30
_EVER = 10**9  # seconds


class _Retries(Retry):
    """Hands back an answer that asks for more patience than there is."""

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        with suppress(InvalidHeader):  # neither seconds nor a date: it asks for nothing
            return super().get_retry_after(response)
        return None

    def increment(self, *args: Any, **kwargs: Any) -> Self:
        response = kwargs.get("response")
        after = self.get_retry_after(response) if response is not None else None
        if after is not None and after > _PATIENCE:
            raise MaxRetryError(kwargs["_pool"], "", ResponseError("asks to wait"))
        return super().increment(*args, **kwargs)


def read_retries(total: int = 2) -> Retry:
    """Answer a retry policy for GET and HEAD only, that hands back the last answer."""
    return _Retries(
        total=total,
        backoff_factor=0.3,
        backoff_jitter=0.2,
        retry_after_max=_EVER,
        status_forcelist=_PASSING,
        allowed_methods=("GET", "HEAD"),
        raise_on_status=False,
        respect_retry_after_header=True,
    )


class Door(HTTPAdapter):
    """The adapter through which a session of ours speaks to one system.

    An error with an HTTP `status` is an answer of which a library or a retry policy made an error.

    Args:
        system: the source's name, for the listener.
        timeout: seconds for the connection and for each silence while reading.
        observer: told of each answer (`http.answered`: system, method, path, status, seconds) and
            each failure (`http.failed`: system, method, path, error).
        retries: the policy, `read_retries()` where none is given.
    """

    def __init__(
        self, *, system: str, timeout: float, observer: Observer, retries: Retry | None = None
    ) -> None:
        super().__init__(max_retries=retries or read_retries())
        self._system = system
        self._timeout = timeout
        self._observer = observer

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        if not kwargs.get("timeout"):
            kwargs["timeout"] = self._timeout
        path = spoken(request.path_url.partition("?")[0])
        said = {"system": self._system, "method": request.method, "path": path}
        started = monotonic()
        try:
            answer = super().send(request, *args, **kwargs)
        except Exception as error:
            status = getattr(error, "status", None)
            if isinstance(status, int):
                self._answered(status, started, said)
            else:
                self._observer.saw("http.failed", error=type(error).__name__, **said)
            raise
        self._answered(answer.status_code, started, said)
        return answer

    def _answered(self, status: int, started: float, said: dict[str, str | None]) -> None:
        seconds = monotonic() - started
        self._observer.saw("http.answered", status=status, seconds=seconds, **said)
