"""The door to a dead man's switch: asks its address, which is a secret, and says nothing else."""

from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from requests import RequestException, Session
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from itsm_sync.clients.errors import Unreachable
from itsm_sync.clients.refusals import meaning
from itsm_sync.model.words import Message
from itsm_sync.settings.schema import Heartbeat

SYSTEM = "heartbeat"
Sign = Literal["start", "success", "fail"]
# What passes by itself is asked twice more, soon: by the next cycle there is other news.
_AGAIN = Retry(
    total=2,
    backoff_factor=0.3,
    backoff_jitter=0.2,
    status_forcelist=(429, 502, 503, 504),
    raise_on_status=False,
    respect_retry_after_header=False,
)
_BEHIND = {"start": "/start", "success": "", "fail": "/fail"}


class HeartbeatClient:
    """Asks the address that the settings name. The constructor opens nothing.

    A request has no body and no header of ours beside its name. Twice more it is asked where the
    connection fails or the answer says to come again; nobody is followed elsewhere with it.
    """

    def __init__(self, settings: Heartbeat) -> None:
        self._url = settings.url.get_secret_value()
        self._timeout = settings.timeout
        self._session = Session()
        self._ca_file = settings.ca_file  # not of the session: REQUESTS_CA_BUNDLE would win
        self._session.headers["User-Agent"] = "itsm-sync"
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=_AGAIN))

    def ask(self, sign: Sign) -> None:
        """Tell the keeper of the switch.

        Raises:
            ClientError: without a word of the address, or of what a library says of it.
        """
        try:
            answer = self._session.get(
                addressed(self._url, sign),
                timeout=self._timeout,
                allow_redirects=False,
                verify=self._ca_file,
            )
            answer.close()
        except (RequestException, ValueError) as error:
            told = Message(
                "the heartbeat's address can't be reached ({kind})", {"kind": type(error).__name__}
            )
            raise Unreachable(told, system=SYSTEM) from None
        if not 200 <= answer.status_code < 300:
            params = {"status": answer.status_code}
            told = Message("the heartbeat's address answered {status}", params)
            raise meaning(answer.status_code)(told, system=SYSTEM, status=answer.status_code)

    def close(self) -> None:
        self._session.close()


def addressed(url: str, sign: Sign) -> str:
    """Answer the address for a sign: `/start` and `/fail` stand behind its path."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/") + _BEHIND[sign] if _BEHIND[sign] else parts.path
    return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))
