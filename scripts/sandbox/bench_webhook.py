"""How long it takes from a signed webhook to the ticket that the daemon wrote.

Measured in one run, a round of each after the other: the webhook (sent once a person's ticket is
there) until Redmine has served the PUT of that ticket, and the floor: the three requests without
which nobody can write it safely (the list, the PUT, the reading back), sent plainly over a
connection that stays open.
"""

import argparse
import hmac
import json
import os
import sys
import tempfile
from pathlib import Path
from statistics import median
from threading import Event
from time import perf_counter

import requests

from itsm_sync.desk.provisioning import ruby
from itsm_sync.settings import load
from sandbox.configuration import SHIPPED, copy
from sandbox.daemon import Daemon, schedule
from sandbox.office import Office
from sandbox.proxy import Proxy
from sandbox.redmine import ready
from sandbox.standins.server import Request

CHECKOUT = Path(__file__).resolve().parents[2]
SECRET = "the secret of a bench's webhooks"
GOAL = 2.0  # seconds, the median


def main() -> int:
    """Measure; answer the exit status: 1 only where a ticket was not written."""
    parser = argparse.ArgumentParser(prog="bench_webhook", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--tickets", type=int, default=200, help="that are there before")
    asked = parser.parse_args()
    ready()
    template = Office.prepare(
        CHECKOUT / ".test" / "redmine", ruby(load(SHIPPED, {}, secrets=False))
    )
    with (
        tempfile.TemporaryDirectory(prefix="bench-", dir=CHECKOUT / ".test") as home,
        Office.open(Path(home) / "redmine", template) as office,
        Proxy(office.redmine.url) as proxy,
    ):
        office.fill("yujin", [f"문의 {n}" for n in range(asked.tickets)])
        directory = copy(Path(home) / "config", addresses={"redmine": proxy.url}, change=_free)
        schedule(directory, cycle={"every": "1h", "stale_after": "2h"})
        environment = {
            "PATH": os.environ["PATH"],
            "ITSM_SYNC_CONFIG": str(directory),
            "ITSM_SYNC_DATABASE": f"sqlite:///{home}/itsm-sync.db",
            "REDMINE_API_KEY": office.keys["itsm-sync"],
            "REDMINE_WEBHOOK_SECRET": SECRET,
        }
        with Daemon.started(environment) as daemon:
            daemon.heard("cycle.finished")
            hooks, floors = [], []
            for n in range(asked.rounds):
                number = office.create("yujin", f"로그인이 안 됩니다 {n}")
                hooks.append(_hook(number, proxy, daemon))
                floors.append(_floor(number, office, proxy))
    hook, floor = median(hooks), median(floors)
    row = {
        "row": "webhook to written ticket, median",
        "seconds": round(hook, 3),
        "floor_seconds": round(floor, 3),
        "ratio": round(hook / floor, 1),
        "goal": f"<= {GOAL} s",
        "goal_met": hook <= GOAL,
        "rounds": asked.rounds,
        "tickets": asked.tickets,
    }
    print(json.dumps(row, indent=1))
    return 0


def _free(settings: dict[str, object]) -> None:
    """No caps: they tell how much is done at once."""
    settings["caps"] = dict.fromkeys(("rule", "team", "cycle", "share", "mails", "new"), 0)


def _hook(number: int, proxy: Proxy, daemon: Daemon) -> float:
    """Answer the seconds from a webhook to the written ticket."""
    written = Event()

    def served(request: Request) -> None:
        if request.method == "PUT" and request.path == f"/issues/{number}.json":
            written.set()

    proxy.after = served
    body = json.dumps({"type": "issue.created", "number": number}).encode()
    signature = hmac.new(SECRET.encode(), body, "sha256").hexdigest()
    headers = {
        "X-Redmine-Signature-256": f"sha256={signature}",
        "Content-Type": "application/json",
    }
    seen = len(daemon.events)
    started = perf_counter()
    answer = requests.post(f"{daemon.url}/webhooks/redmine", data=body, headers=headers, timeout=30)
    if answer.status_code != 202 or not written.wait(60):
        raise RuntimeError(f"#{number} was never written ({answer.status_code})")
    seconds = perf_counter() - started
    proxy.after = None
    daemon.heard("cycle.finished", after=seen)
    return seconds


def _floor(number: int, office: Office, proxy: Proxy) -> float:
    """Answer the seconds of the least that anybody would ask, of a ticket that is routed."""
    with requests.Session() as session:
        session.headers["X-Redmine-API-Key"] = office.keys["itsm-sync"]
        session.get(f"{proxy.url}/users/current.json", timeout=30)
        started = perf_counter()
        for method, path, body in (
            ("GET", "/issues.json?sort=updated_on:desc&limit=100&status_id=*", None),
            ("PUT", f"/issues/{number}.json", {"issue": {"notes": "", "priority_id": 2}}),
            ("GET", f"/issues/{number}.json?include=journals", None),
        ):
            session.request(method, f"{proxy.url}{path}", json=body, timeout=30).raise_for_status()
        return perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
