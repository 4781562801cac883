"""What a server's refusal means, whichever library met it."""

from typing import Self

from itsm_sync.model.words import Message


def advised(told: Message, advice: Message) -> Message:
    """Answer what happened with what to look at behind it; it knows the places of the first."""
    return Message("{answer}: {advice}", {**told.params, "answer": told, "advice": advice})


class ClientError(Exception):
    """A request failed. `retryable` says whether the same request may succeed later by itself.

    Args:
        message: what happened, for people, without secrets; `str` of the error is its English.
        system: which system answered ("redmine", "jenkins", "github").
        status: the HTTP status, where there was one.
        retry_after: seconds the server asked to wait.
        details: the server's own reasons, line by line (Redmine's `errors`).
        address: the server's, where another one in the settings may mend it.
    """

    retryable = False

    def __init__(
        self,
        message: Message,
        *,
        system: str,
        status: int | None = None,
        retry_after: float | None = None,
        details: tuple[str, ...] = (),
        address: str = "",
    ) -> None:
        super().__init__(str(message))
        self.message = message
        self.system = system
        self.status = status
        self.retry_after = retry_after
        self.details = details
        self.address = address

    def advised(self, advice: Message, *, address: str = "") -> Self:
        """Answer this error with what to look at behind what happened; `address` as above."""
        return type(self)(
            advised(self.message, advice),
            system=self.system,
            status=self.status,
            retry_after=self.retry_after,
            details=self.details,
            address=address or self.address,
        )


class Unreachable(ClientError):
    """No connection, a timeout, or a connection cut in mid-answer."""

    retryable = True


class NotAsked(Unreachable):
    """Not sent at all: the server failed too often in a row, and is left alone for a while."""


class Broken(ClientError):
    """An answer that is none: 5xx, HTML where JSON belongs, a body cut short or of wrong shape."""

    retryable = True


class Throttled(ClientError):
    """Too many requests (429, or GitHub's 403 with `retry-after`)."""

    retryable = True


class Unauthorised(ClientError):
    """The key is missing, wrong or revoked (401, or an anonymous 200)."""


class Forbidden(ClientError):
    """The key is good and the right is missing, or the feature is off (403)."""


class Missing(ClientError):
    """No such thing, any more or here (404, 410)."""


class Invalid(ClientError):
    """The server checked what was sent and rejects it whole (422 with reasons)."""


class Conflict(ClientError):
    """Somebody else wrote at the same time (409, or Redmine's 422 without reasons)."""

    retryable = True
