"""The one door to python-jenkins: reads of one controller, and what its refusals mean."""

import json
from typing import Any
from urllib.parse import quote, urljoin

import jenkins
from requests import Request, Response
from requests.exceptions import HTTPError, RequestException

from itsm_sync.clients.errors import Broken, ClientError, Missing
from itsm_sync.clients.http import Door, Guard
from itsm_sync.clients.jenkins_console import BEGINNING, Console, length, taken
from itsm_sync.clients.known import Known
from itsm_sync.clients.refusals import answered, meaning, misshapen, no_json
from itsm_sync.clients.repeats import asked_to_wait
from itsm_sync.clients.silences import causes, unanswered
from itsm_sync.clients.waiting import Pace
from itsm_sync.model.ports import Observer
from itsm_sync.model.words import Message
from itsm_sync.settings.schema import Jenkins

SYSTEM = "jenkins"
_ANOTHER = "is {url} Jenkins's own address, with its prefix (as in https://host/jenkins)?"


def job_path(name: str) -> str:
    """Answer the path of a job by its raw full name: `a/feature%2Fx` is `job/a/job/feature%252Fx`.

    Jenkins fact 8: a branch's name is encoded in the job's name, and once more in an address.
    """
    return "/".join(f"job/{quote(part, safe='')}" for part in name.split("/"))


class JenkinsClient:
    """Reads one controller. The constructor opens nothing.

    Args:
        settings: address, user and API token, timeout, CA file.
        observer: told of each answer, as `clients.http.Door` says.
        name: the source's, for the observer: there may be several controllers.
        pace: how the door measures and waits, where that is not by the machine's clock.
        known: what was learnt of servers before.
    """

    def __init__(
        self,
        settings: Jenkins,
        observer: Observer,
        name: str = SYSTEM,
        *,
        pace: Pace | None = None,
        known: Known | None = None,
    ) -> None:
        self.url = settings.url
        server = jenkins.Jenkins(
            settings.url, settings.user, settings.token.get_secret_value(), settings.timeout
        )
        server.crumb = False  # Jenkins fact 10: nothing is written, so no crumb is asked for
        del server._auths[1:]  # a Kerberos library that happens to be installed is not tried
        session = server._session
        session.verify = True  # whatever PYTHONHTTPSVERIFY says
        session.hooks["response"].append(_as_utf8)
        guard = Guard.of(SYSTEM, settings, observer, system=name, pace=pace)
        account = (settings.url, settings.user, settings.token)
        door = Door((known or Known()).guarded(guard, *account))
        # The library's own `retries` has no effect: these prefixes are longer than its own.
        session.mount("http://", door)
        session.mount("https://", door)
        self._server = server

    def get(self, path: str, tree: str, **params: str) -> dict[str, Any]:
        """Answer the object at `path` (`job/a/17`; "" is the root), of it what `tree` names.

        Raises:
            Missing, Unauthorised, Forbidden, Throttled, Unreachable: as they are named.
            Broken: a 5xx, a page, a body cut short: an outage is never "nothing there".
        """
        address = f"{path}/api/json" if path else "api/json"
        return self._json(address, path, {"tree": tree, **params})

    def stages(self, path: str) -> dict[str, Any]:
        """Answer what a plug-in tells of a pipeline build's stages (Jenkins fact 12).

        Raises as `get` does; Missing where the plug-in is not there.
        """
        address = f"{path}/wfapi/describe"
        return self._json(address, address, {})

    def console(self, path: str, limit: int) -> Console:
        """Answer about the last `limit` bytes of what a build wrote, by one request or two.

        Raises as `get` does; Broken for what is no console.
        """
        address = f"{path}/logText/progressiveText"
        try:
            with self._stream(address, start=0) as answer:
                size = length(answer, f"/{address}")
                if size <= limit:
                    return Console(end=taken(answer, 2 * limit))  # line ends grow on the way
                beginning = taken(answer, BEGINNING)
            with self._stream(address, start=size - limit) as answer:
                length(answer, f"/{address}", least=size)
                return Console(end=taken(answer, 2 * limit), beginning=beginning, whole=False)
        except (jenkins.JenkinsException, RequestException) as error:
            raise _meaning(error, self.url, address) from None

    def version(self) -> str:
        """Answer the controller's version ("2.516.1"), "" where it does not tell.

        Raises as `get` does, and says what to look at where no Jenkins answers.
        """
        address = "api/json"
        request = Request("GET", urljoin(self._server.server, address), params={"tree": "mode"})
        try:
            answer = self._server.jenkins_request(request)
            _object(answer.text, address)
        except (jenkins.JenkinsException, RequestException) as error:
            raise _of_another(_meaning(error, self.url, address), self.url) from None
        except Broken as error:
            raise _of_another(error, self.url) from None
        return str(answer.headers.get("X-Jenkins", ""))

    def _json(self, address: str, path: str, params: dict[str, str]) -> dict[str, Any]:
        request = Request("GET", urljoin(self._server.server, address), params=params)
        try:
            text = self._server.jenkins_open(request)
        except (jenkins.JenkinsException, RequestException) as error:
            raise _meaning(error, self.url, path) from None
        return _object(text, path)

    def _stream(self, address: str, *, start: int) -> Response:
        """Answer an answer whose body is not read yet."""
        request = Request("GET", urljoin(self._server.server, address), params={"start": start})
        answer: Response = self._server.jenkins_open_stream(request)
        return answer

    def close(self) -> None:
        """Close the connections that are kept alive."""
        self._server._session.close()


def _as_utf8(response: Response, *_: Any, **__: Any) -> None:
    """JSON is UTF-8; without this a header without charset makes requests guess."""
    response.encoding = "utf-8"


def _object(text: str, path: str) -> dict[str, Any]:
    # Jenkins fact 13: what is not JSON is a failed read, never "no builds".
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise no_json(SYSTEM, f"/{path}") from None
    if not isinstance(value, dict):
        raise misshapen(SYSTEM, f"/{path}")
    return value


def _meaning(error: Exception, url: str, path: str) -> ClientError:
    """Answer the error's class by what the library met underneath.

    python-jenkins tells 401, 403 and 500 apart in its text only, with the server's page in it.
    """
    for cause in causes(error):
        if isinstance(cause, HTTPError) and cause.response is not None:
            return _refusal(cause.response, path)
    return unanswered(error, SYSTEM, url, f"/{path}")


def _of_another(error: ClientError, url: str) -> ClientError:
    """Answer the error of the first request with what to look at where it can't be Jenkins's."""
    if not isinstance(error, Broken | Missing) or (error.status or 0) >= 500:
        return error
    return error.advised(Message(_ANOTHER, {"url": url}), address=url)


def _refusal(response: Response, path: str) -> ClientError:
    status = response.status_code
    return meaning(status)(
        answered(SYSTEM, f"/{path}", status),
        system=SYSTEM,
        status=status,
        retry_after=asked_to_wait(response.headers),
    )
