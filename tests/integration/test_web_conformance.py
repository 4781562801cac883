"""The port and its own description: what is described is there, and what is answered described."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import validate
from sandbox.configuration import copy
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    ignored_auth,
    negative_data_rejection,
    positive_data_acceptance,
)

from itsm_sync.store import Store
from itsm_sync.web import Metrics, Role, Server
from itsm_sync.web.application import routes
from itsm_sync.web.openapi import description
from itsm_sync.web.webhooks.signing import CARRIES, signature
from tests.premises import SECRETS, STANDBY, Heard, busy, configured, paused, premises, served

# `torture` asks for more: this many of each operation and way.
EXAMPLES = 25
OPERATIONS = [
    (method, path) for path, methods in description()["paths"].items() for method in methods
]
HOOKS = [path for _, path in OPERATIONS if path.startswith("/webhooks/")]
VALID, INVALID = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
# Where nothing can be said, nothing wrong can be.
ASKED = [(*one, VALID) for one in OPERATIONS]
ASKED += [(*one, INVALID) for one in OPERATIONS if one[1] == "/" or one[1] in HOOKS]

bounded = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


def sign(request: requests.PreparedRequest, system: str) -> None:
    """Sign a request as the system does."""
    secret = SECRETS[f"{system.upper()}_WEBHOOK_SECRET"].encode()
    body = request.body or b""
    content = body.encode() if isinstance(body, str) else body
    told = b"Bearer " + secret if system == "jenkins" else signature(secret, content)
    for name in [name for name in request.headers if name.casefold() == CARRIES[system]]:
        del request.headers[name]
    request.headers[CARRIES[system]] = told  # type: ignore[assignment] - bytes are sent as they are


@pytest.fixture(scope="module")
def heard() -> Heard:
    return Heard()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, heard: Heard) -> Iterator[Server]:
    """A port over a store in which much has happened."""
    folder = tmp_path_factory.mktemp("port")
    addresses = {s: f"https://{s}.example.com" for s in ("redmine", "jenkins", "github")}
    configuration = configured(copy(folder / "config", addresses=addresses), **SECRETS)
    metrics = Metrics()
    with Store.open(f"sqlite:///{folder}/itsm-sync.db") as store:
        busy(store, configuration)
        paused(store)
        # one that waits is ready, though a source is stale
        behind = premises(configuration, store, metrics, observer=heard, **STANDBY)
        with served(behind, metrics) as server:
            yield server


@pytest.fixture(scope="module")
def schema(server: Server) -> Any:
    """The description as the port itself gives it."""
    return schemathesis.openapi.from_url(f"{server.url}/openapi.json")


def test_the_description_is_one(server: Server) -> None:
    validate(requests.get(f"{server.url}/openapi.json", timeout=30).json())


def test_the_description_has_the_routes_and_no_other(server: Server) -> None:
    found = {
        (path, method)
        for route in routes(server._looking, Metrics())
        for path in (
            [route.path.format(system=system) for system in CARRIES]
            if "{" in route.path
            else [route.path]
        )
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert found == {(path, method.upper()) for method, path in OPERATIONS}


@pytest.mark.parametrize("one", ASKED, ids=lambda one: f"{one[1]}-{one[2].value}")
def test_whatever_is_asked_is_answered_as_described(
    schema: Any, server: Server, heard: Heard, one: tuple[str, str, GenerationMode]
) -> None:
    method, path, way = one

    @bounded
    @given(case=schema[path][method].as_strategy(generation_mode=way))
    def asked(case: schemathesis.Case) -> None:
        case.call_and_validate(base_url=server.url)

    asked()
    assert heard.named("web.failed") == []


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/"])
def test_bad_news_is_answered_as_described_too(
    schema: Any, server: Server, heard: Heard, path: str
) -> None:
    looking = server._looking
    good = looking.premises
    server.renew(replace(good, role=lambda: Role.WORKING, silent_for=lambda: 9_999.0))
    try:
        case = schema[path]["get"].Case()
        answer = case.call(base_url=server.url)
        assert answer.status_code == (200 if path == "/" else 503)
        case.validate_response(answer, excluded_checks=[not_a_server_error])
    finally:
        server.renew(good)


@pytest.mark.parametrize("way", [VALID, INVALID], ids=["valid", "invalid"])
@pytest.mark.parametrize("path", HOOKS)
def test_whatever_is_signed_is_answered_as_described(
    schema: Any, server: Server, heard: Heard, path: str, way: GenerationMode
) -> None:
    system = path.rpartition("/")[2]
    # The signature makes good what was wrong with a header, and a form's text need be no JSON.
    mended = [ignored_auth, negative_data_rejection, positive_data_acceptance]
    statuses: set[int] = set()

    @bounded
    @given(case=schema[path]["post"].as_strategy(generation_mode=way))
    def asked(case: schemathesis.Case) -> None:
        with requests.Session() as session:
            wanted = case.as_transport_kwargs(server.url)
            kept = {"method", "url", "headers", "data", "json", "files", "params"}
            given = {name: value for name, value in wanted.items() if name in kept}
            request = session.prepare_request(requests.Request(**given))
            sign(request, system)
            answer = session.send(request, timeout=30)
        statuses.add(answer.status_code)
        case.validate_response(answer, excluded_checks=mended)

    asked()
    assert 400 in statuses if way is INVALID else 202 in statuses
    assert statuses <= {202, 400}
    assert heard.named("web.failed") == []
