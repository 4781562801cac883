"""From a signed webhook to the ticket that the daemon wrote.

Measured in turns: the webhook (sent once a person's ticket is there) until Redmine has served the
PUT of that ticket, and the floor: the three requests without which nobody can write it safely (the
list, the PUT, the reading back), sent plainly over a connection that stays open.
"""

import hmac
import json
from collections.abc import Iterator
from statistics import median
from threading import Event
from time import perf_counter

import requests

from sandbox.bench.program import NotWell, Program
from sandbox.bench.rows import SECONDS, Row, Said, Told
from sandbox.bench.stage import Stage
from sandbox.bench.towns import BOT, town
from sandbox.daemon import Daemon
from sandbox.office import Office
from sandbox.proxy import Proxy
from sandbox.standins.server import Request

_SECRET = "the secret of a bench's webhooks"
_TICKETS = 200  # that are there before
_PATIENCE = 60  # seconds until a ticket is taken never to be written


def rows(stage: Stage) -> Iterator[Told]:
    """Measure; yield the rows."""
    with (
        town(stage, min(_TICKETS, stage.sizes.tickets)) as office,
        Proxy(office.redmine.url) as proxy,
    ):
        program = Program.over(stage.fresh("state"), {"redmine": proxy.url}, office.keys[BOT])
        with program.daemon(every="1h", REDMINE_WEBHOOK_SECRET=_SECRET) as daemon:
            daemon.heard("cycle.finished")
            hooks, floors = [], []
            for n in range(stage.sizes.hooks):
                number = office.create("yujin", f"로그인이 안 됩니다 {n}")
                hooks.append(_hook(number, proxy, daemon))
                floors.append(_floor(number, office, proxy))
    yield Row(
        name="webhook",
        title=Said("webhook to written ticket", "웹훅에서 쓰인 일감까지"),
        measured=median(hooks),
        goal=2,
        unit=SECONDS,
        beside=((Said("the bare three requests", "요청 셋만"), median(floors)),),
    )


def _hook(number: int, proxy: Proxy, daemon: Daemon) -> float:
    """Answer the seconds from a webhook to the written ticket."""
    written = Event()

    def served(request: Request) -> None:
        if request.method == "PUT" and request.path == f"/issues/{number}.json":
            written.set()

    proxy.after = served
    body = json.dumps({"type": "issue.created", "number": number}).encode()
    signature = hmac.new(_SECRET.encode(), body, "sha256").hexdigest()
    headers = {
        "X-Redmine-Signature-256": f"sha256={signature}",
        "Content-Type": "application/json",
    }
    seen = len(daemon.events)
    started = perf_counter()
    answer = requests.post(f"{daemon.url}/webhooks/redmine", data=body, headers=headers, timeout=30)
    if answer.status_code != 202 or not written.wait(_PATIENCE):
        raise NotWell(f"#{number} was never written ({answer.status_code})")
    seconds = perf_counter() - started
    proxy.after = None
    daemon.heard("cycle.finished", after=seen)
    return seconds


def _floor(number: int, office: Office, proxy: Proxy) -> float:
    """Answer the seconds of the least that anybody would ask, of a ticket that is routed."""
    with requests.Session() as session:
        session.headers["X-Redmine-API-Key"] = office.keys[BOT]
        session.get(f"{proxy.url}/my/account.json", timeout=30)
        started = perf_counter()
        for method, path, body in (
            ("GET", "/issues.json?sort=updated_on:desc&limit=100&status_id=*", None),
            ("PUT", f"/issues/{number}.json", {"issue": {"notes": "", "priority_id": 2}}),
            ("GET", f"/issues/{number}.json?include=journals", None),
        ):
            session.request(method, f"{proxy.url}{path}", json=body, timeout=30).raise_for_status()
        return perf_counter() - started
