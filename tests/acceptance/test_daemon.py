"""The daemon against a real Redmine: it works by itself, ends well, reads anew, and gives way."""

import hmac
import json
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest
import requests
from sandbox.daemon import Daemon, schedule
from sandbox.proxy import Proxy
from sandbox.standins.server import Request

from itsm_sync.model.tickets import FieldName
from tests.acceptance.conftest import Program

SOON = {"every": "1s"}
SELDOM = {"every": "1h", "stale_after": "2h"}


def often(program: Program, **values: object) -> None:
    """Let cycles follow one another."""
    schedule(program.configuration, cycle=SOON, lease="5s", **values)


def writes(proxy: Proxy) -> list[str]:
    return [f"{one.method} {one.path}" for one in proxy.requests if one.method != "GET"]


@pytest.fixture
def ticket(program: Program) -> int:
    """A ticket that a person has opened."""
    return program.office.create("yujin", "로그인이 안 됩니다")


def test_it_routes_what_people_open_and_rests_while_nothing_happens(
    program: Program, ticket: int
) -> None:
    often(program)
    with Daemon.started(program.environment) as daemon:
        first = daemon.heard("cycle.finished")
        assert program.office.value(ticket, FieldName.TEAM)
        daemon.heard("cycle.finished", after=first)
        program.proxy.forget_requests()
        second = daemon.heard("cycle.finished", after=len(daemon.events))
        third = daemon.heard("cycle.finished", after=second)
        assert writes(program.proxy) == []
        another = program.office.create("yujin", "결제가 두 번 됩니다")
        while not program.office.value(another, FieldName.TEAM):
            third = daemon.heard("cycle.finished", after=third)
        daemon.send(signal.SIGTERM)
        daemon.heard("daemon.stopping")
        daemon.send(signal.SIGTERM)  # while it closes, or just before it is gone
        assert daemon.ended(10) == 0
        assert daemon.other == []
    assert program.sync().json["edits"]["planned"] == 0
    assert {e["event"] for e in daemon.events} >= {"daemon.started", "daemon.working"}
    cycles = {e["cycle"] for e in daemon.said("cycle.finished")}
    assert {e["cycle"] for e in daemon.said("plan.made")} <= cycles


def test_a_signal_lets_the_edit_in_hand_be_finished_and_recorded(
    program: Program, ticket: int
) -> None:
    program.office.create("yujin", "결제가 두 번 됩니다")
    schedule(program.configuration, cycle=SELDOM)
    with Daemon.started(program.environment) as daemon:
        sent = Event()
        program.proxy.after = lambda asked: _end(daemon, asked, sent)
        assert sent.wait(120)
        assert daemon.ended(10) == 0
    program.proxy.after = None
    assert len([one for one in writes(program.proxy) if one.startswith("PUT")]) == 1
    assert len(daemon.said("edit.applied")) == 1
    assert len(daemon.said("cycle.interrupted")) == 1
    assert [e for e in daemon.events if e["level"] not in ("debug", "info")] == []
    planned = [line["ticket"] for line in program.run("plan", "--json").json["plan"]]
    assert len(planned) == 1
    assert program.sync().status == 0
    assert program.sync().json["edits"]["planned"] == 0


def _end(daemon: Daemon, asked: Request, sent: Event) -> None:
    if asked.method == "PUT":
        daemon.send(signal.SIGTERM)
        sent.set()


def test_a_broken_configuration_is_reported_and_the_old_one_goes_on(program: Program) -> None:
    often(program)
    matrix = program.configuration / "matrix.yaml"
    kept = matrix.read_text(encoding="utf-8")
    with Daemon.started(program.environment) as daemon:
        daemon.heard("cycle.finished")
        matrix.write_text(kept + "\nrubbish: true\n", encoding="utf-8")
        daemon.send(signal.SIGHUP)
        failed = daemon.heard("daemon.reload_failed")
        assert f"{matrix}:" in str(daemon.events[failed - 1]["problems"])
        daemon.heard("cycle.finished", after=failed)
        matrix.write_text(kept, encoding="utf-8")
        found = program.run("status", "--json").json["findings"]
        assert [f["key"] for f in found if f["kind"].startswith("d")] == ["daemon.configuration"]
        often(program, cycle_of="nobody")  # no such key
        daemon.send(signal.SIGHUP)
        failed = daemon.heard("daemon.reload_failed", after=failed)
        often(program)
        daemon.send(signal.SIGHUP)
        reloaded = daemon.heard("daemon.reloaded", after=failed)
        daemon.heard("cycle.finished", after=reloaded)
        found = program.run("status", "--json").json["findings"]
        assert [f for f in found if f["kind"].startswith("daemon")] == []


@pytest.fixture
def second(program: Program, configuration: Callable[..., Path]) -> Iterator[Program]:
    """The same program once more over the same database, through a door of its own."""
    with Proxy(program.office.redmine.url) as proxy:
        directory = configuration("second", addresses={"redmine": proxy.url})
        environment = program.environment | {"ITSM_SYNC_CONFIG": str(directory)}
        yield Program(
            configuration=directory, environment=environment, proxy=proxy, office=program.office
        )


def test_the_second_of_two_daemons_waits_and_takes_over_when_the_first_dies(
    program: Program, second: Program
) -> None:
    often(program)
    often(second)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        both = {"ITSM_SYNC_HTTP": f"127.0.0.1:{free.getsockname()[1]}"}
    with Daemon.started(program.environment | both) as first:
        first.heard("cycle.finished")
        with Daemon.started(second.environment | both) as other:
            other.heard("daemon.standby", port=False)
            assert other.said("daemon.failed") == []  # it is as it should be
            first.heard("cycle.finished", after=len(first.events))
            assert second.proxy.requests == []
            first.send(signal.SIGKILL)
            first.ended()
            other.heard("daemon.working")
            other.heard("cycle.finished")
            assert second.proxy.asked("GET") > 0
            assert other.url == first.url


def test_a_daemon_that_was_stopped_past_its_lease_writes_nothing_more(
    program: Program, second: Program, ticket: int
) -> None:
    others = [program.office.create("yujin", f"화면이 느립니다 {n}") for n in range(3)]
    often(program)
    often(second)
    stopped = Event()

    def stop(asked: Request) -> None:
        if asked.method == "PUT" and not stopped.is_set():
            first.send(signal.SIGSTOP)
            stopped.set()

    with Daemon.started(program.environment) as first:
        program.proxy.after = stop
        assert stopped.wait(60)
        with Daemon.started(second.environment) as other:
            other.heard("daemon.working")
            other.heard("cycle.finished")
            assert all(program.office.value(n, FieldName.TEAM) for n in (ticket, *others))
            before = len(writes(program.proxy))
            first.send(signal.SIGCONT)
            first.heard("daemon.lease_lost")
            first.heard("daemon.standby")
            assert len(writes(program.proxy)) == before
            other.heard("cycle.finished", after=len(other.events))
            other.send(signal.SIGTERM)
            assert other.ended(10) == 0
        first.heard("daemon.working", after=first.heard("daemon.standby"))
        first.heard("cycle.finished", after=first.heard("daemon.standby"))
        assert len(writes(program.proxy)) == before
    for number in (ticket, *others):
        notes = program.office.read(number)["journals"]
        assert len([j for j in notes if j["notes"]]) <= 1


def test_a_daemon_whose_database_was_moved_away_writes_nothing_until_it_is_back(
    program: Program, ticket: int
) -> None:
    often(program)
    address = Path(program.environment["ITSM_SYNC_DATABASE"].removeprefix("sqlite:///"))
    aside = address.with_name("aside.db")
    with Daemon.started(program.environment) as daemon:
        daemon.heard("cycle.finished")
        address.rename(aside)
        failed = daemon.heard("daemon.database_failed")
        assert "moved, removed or replaced" in daemon.events[failed - 1]["error"]
        assert requests.get(f"{daemon.url}/health/ready", timeout=30).status_code == 503
        program.proxy.forget_requests()
        another = program.office.create("yujin", "결제가 두 번 됩니다")
        daemon.heard("daemon.database_failed", after=failed)
        assert writes(program.proxy) == []
        assert not program.office.value(another, FieldName.TEAM)
        aside.rename(address)
        end = len(daemon.events)
        while not program.office.value(another, FieldName.TEAM):
            end = daemon.heard("cycle.finished", after=end)
        assert requests.get(f"{daemon.url}/health/ready", timeout=30).status_code == 200
        daemon.send(signal.SIGTERM)
        assert daemon.ended(10) == 0
    assert program.sync().json["edits"]["planned"] == 0
    notes = program.office.read(ticket)["journals"]
    assert len([j for j in notes if j["notes"]]) <= 1


def test_a_signed_webhook_makes_its_source_due_at_once(program: Program, ticket: int) -> None:
    schedule(program.configuration, cycle=SELDOM)
    secret = {"REDMINE_WEBHOOK_SECRET": "s3cret of the hook"}
    with Daemon.started(program.environment | secret) as daemon:
        first = daemon.heard("cycle.finished")
        another = program.office.create("yujin", "결제가 두 번 됩니다")
        assert hooked(daemon.url, "another secret") == 401
        assert hooked(daemon.url, secret["REDMINE_WEBHOOK_SECRET"]) == 202
        second = daemon.heard("cycle.finished", after=first)
        assert program.office.value(another, FieldName.TEAM)
        assert len(daemon.said("cycle.started")) == 2
        program.proxy.forget_requests()
        assert hooked(daemon.url, secret["REDMINE_WEBHOOK_SECRET"], "again") == 202
        daemon.heard("cycle.finished", after=second)
        assert writes(program.proxy) == []
        assert daemon.said("daemon.crashed") == []


def hooked(url: str, secret: str, about: str = "made") -> int:
    """Send a webhook as Redmine 7 does; answer the status."""
    body = json.dumps({"type": "issue.created", "data": {"about": about}}).encode()
    signature = hmac.new(secret.encode(), body, "sha256").hexdigest()
    headers = {
        "X-Redmine-Signature-256": f"sha256={signature}",
        "Content-Type": "application/json",
    }
    address = f"{url}/webhooks/redmine"
    return requests.post(address, data=body, headers=headers, timeout=30).status_code


def test_pausing_stops_writing_and_resuming_starts_it(program: Program, ticket: int) -> None:
    often(program)
    assert program.run("pause", "--why", "점검").status == 0
    with Daemon.started(program.environment) as daemon:
        daemon.heard("cycle.finished")
        assert writes(program.proxy) == []
        told = program.run("status", "--json").json
        assert (told["paused"]["why"], told["daemon"]["at_work"]) == ("점검", True)
        assert program.run("resume").status == 0
        place = 0
        while not program.office.value(ticket, FieldName.TEAM):
            place = daemon.heard("cycle.finished", after=place)
        daemon.send(signal.SIGINT)
        assert daemon.ended(10) == 0
    assert program.run("status", "--json").json["daemon"]["at_work"] is False


def test_a_pause_within_a_cycle_leaves_the_rest_unwritten(program: Program, ticket: int) -> None:
    for n in range(4):
        program.office.create("yujin", f"화면이 느립니다 {n}")

    def pause(asked: Request) -> None:
        if asked.method == "PUT" and not paused:
            paused.append(1)
            inner = Program(
                configuration=program.configuration,
                environment=program.environment,
                proxy=Proxy("http://127.0.0.1:1"),
                office=program.office,
            )
            assert inner.run("pause").status == 0

    paused: list[int] = []
    program.proxy.after = pause
    said = program.run("sync", "--json")
    program.proxy.after = None
    assert said.status == 1
    assert said.json["edits"]["applied"] == 1
    assert said.json["paused"]["by"]
    assert len(writes(program.proxy)) == 1
    program.run("resume")
    assert program.sync().json["edits"]["applied"] == 4
    assert program.sync().json["edits"]["planned"] == 0
