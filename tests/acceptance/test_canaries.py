"""Secrets that are put into every place that may hold one are found in none that must not."""

import base64
import gzip
import json
import re
import stat
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import requests
from ruamel.yaml import YAML
from sandbox.canaries import forms, found, found_in_files, found_in_redmine
from sandbox.daemon import Daemon, schedule
from sandbox.standins.server import Answer, Request, StandIn
from sandbox.torture.script import JOBS
from sandbox.world import jenkins as jenkins_world

from tests.acceptance.conftest import Program, Said, Town

JENKINS = "canary-jenkins/7Kq+vYp2Wz&x"
GITHUB = "canary-github-0aV9xTn4LbQ8sRmE"
BEAT = "canary-beat-5f1d0c7e-91b2-4f7a"
MAIL = "canary-mail-Yk4/Np2Qs8&z"
HOOKS = {
    f"{name}_WEBHOOK_SECRET": f"canary-hook-{name}-Zt8" for name in ("GITHUB", "JENKINS", "REDMINE")
}
DATABASE = "canary-database-Hn3%21kP"
USERINFO = "canary-userinfo-Mw6Rj2"
MISPLACED = "canary-misplaced-Xc5Lf9"
# No header may hold it: libraries quote it in their errors.
BROKEN = ("canary-broken-Vd8Lq2", "canary-broken-Tg1Yh4")
IN_CONSOLE = "canaryConsole9Tq3WvZ1"
CONSOLE = f"""\
[Pipeline] sh
+ curl -H 'Authorization: Basic {base64.b64encode(f"bot:{IN_CONSOLE}".encode()).decode()}' https://a
+ deploy --password {IN_CONSOLE} --url https://bot:{IN_CONSOLE}@git.example.com/abc.git
DB_PASSWORD={IN_CONSOLE}
ERROR: token ghp_{IN_CONSOLE}{IN_CONSOLE} was refused: password={IN_CONSOLE}
"""
# A mail server that nobody runs.
NOBODY = {"host": "127.0.0.1", "port": 9, "sender": "a@abc.example", "user": "us"}
FORMS = tuple(
    word for form in ("html", "pdf", "xlsx", "md", "textile", "csv") for word in ("--format", form)
)
CYCLES = (("sync", "--json"), ("sync",), ("plan", "--json"), ("check",))
# Many commands in one process, each with more in its environment: starting is what takes time.
BATCH = """
import json, os, sys
from itsm_sync.cli import run
from itsm_sync.cli.call import prepare
prepare()
kept = dict(os.environ)
for arguments, environment in json.load(sys.stdin):
    os.environ.update(environment)
    status = run([*arguments, "--verbose"])
    print(f"STATUS {status} {arguments}", flush=True)
    os.environ.clear()
    os.environ.update(kept)
"""
Asked = tuple[tuple[str, ...], dict[str, str]]
QUIET = (
    ("status",), ("status", "--json"), ("explain", "1", "--all"), ("explain", "1", "--json"),
    ("overrides",), ("report", "digest"), ("report", "digest", "--json"), ("inventory",),
    ("matrix",), ("provision", "--print"), ("rules", "lint", "--live"), ("rules", "test"),
    ("rules", "replay"), ("letters",), ("letters", "list", "--json"),
    ("letters", "retry", "--all", "--json"), ("prune", "--dry-run"),
    ("pause",), ("resume",), ("adopt",),
)  # fmt: skip


class Keeper(StandIn):
    """Keeps a dead man's switch, and refuses."""

    system = "keeper"

    def answer(self, request: Request) -> Answer:
        return Answer.json({"you asked": request.target}, 404)


class Listener:
    """Collects what was said, and what of it is a secret."""

    def __init__(self, program: Program) -> None:
        self.program = program
        key = program.office.keys["itsm-sync"]
        planted = (JENKINS, GITHUB, BEAT, MAIL, DATABASE, USERINFO, MISPLACED, IN_CONSOLE)
        self.secrets = [key, *planted, *HOOKS.values(), *BROKEN]
        self.said = 0

    def run(self, *arguments: str, **environment: str) -> Said:
        said = self.program.run(*arguments, "--verbose", **environment)
        self._look(said.out, said.err)
        return said

    def run_all(self, asked: Iterable[Asked]) -> list[int]:
        """Run commands one after another; answer their exit statuses."""
        asked = list(asked)
        done = subprocess.run(
            [sys.executable, "-c", BATCH],
            env=self.program.environment,
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        self._look(done.stdout, done.stderr)
        statuses = [int(one) for one in re.findall(r"^STATUS (\d+) ", done.stdout, re.MULTILINE)]
        assert len(statuses) == len(asked), done.stderr[-3000:]
        return statuses

    def _look(self, *streams: str) -> None:
        for stream in streams:
            if found(self.secrets, stream):
                told = [line for line in stream.splitlines() if found(self.secrets, line)]
                raise AssertionError("\n".join(told) or stream)
            self.said += len(stream)


@pytest.fixture
def listener(watched: Town, tmp_path: Path) -> Iterator[Listener]:
    """The program with secrets in every place that takes one, and what was said by then."""
    program = watched.program
    watched.jenkins.world["accounts"] = {jenkins_world.USER: JENKINS}
    watched.github.world["tokens"] = {GITHUB: "itsm-sync-bot"}
    files = tmp_path / "secrets"
    files.mkdir()
    (files / "jenkins").write_text(f"{JENKINS}\n", encoding="utf-8")
    (files / "redmine").write_text(program.environment.pop("REDMINE_API_KEY"), encoding="utf-8")
    with Keeper({}) as keeper:
        beat = f"{keeper.url}/ping/{BEAT}"
        del program.environment["JENKINS_TOKEN"]
        program.environment |= {
            **HOOKS,
            "REDMINE_API_KEY_FILE": str(files / "redmine"),
            "JENKINS_TOKEN_FILE": str(files / "jenkins"),
            "GITHUB_TOKEN": GITHUB,
            "ITSM_SYNC_HEARTBEAT_URL": beat,
            "ITSM_SYNC_MAIL_PASSWORD": MAIL,
        }
        more = {"heartbeat": {}, "mail": NOBODY}
        _change(program.configuration / "settings.yaml", lambda value: value.update(more))
        to_all = {"all": {"mail": {"to": ["all@abc.example"]}}}
        _change(
            program.configuration / "reports.yaml",
            lambda value: value.update(targets=to_all | value["targets"]),
        )
        _change(program.configuration / "signals.yaml", _at_once)
        yield Listener(program)


def _at_once(signals: dict[str, Any]) -> None:
    """Let every failed build get a ticket at once."""
    signals["builds"]["untracked"] = True
    for name in ("storms", "outages"):
        signals[name]["enabled"] = False


def _change(file: Path, change: Callable[[dict[str, Any]], object]) -> None:
    yaml = YAML()
    value = yaml.load(file.read_text(encoding="utf-8"))
    change(value)
    with file.open("w", encoding="utf-8") as out:
        yaml.dump(value, out)


def _spoil(town: Town) -> Iterator[None]:
    """Let the servers misbehave in one way after another."""
    for kind in ("status", "html", "json", "cut", "drop"):
        for server in (town.program.proxy, town.jenkins, town.github):
            server.misbehave(kind=kind)
            yield
            server.behave()


@pytest.mark.timeout(900)
def test_no_secret_is_found_where_it_must_not_be(
    watched: Town, listener: Listener, tmp_path: Path
) -> None:
    program = watched.program
    program.office.create("yujin", "포털 로그인이 안 됩니다")
    assert listener.run("sync", "--json").status == 0
    for minutes in (40, 30):
        began = int((time.time() - 60 * minutes) * 1000)
        watched.jenkins.fail_build(JOBS[0], at=began, duration=100, log=CONSOLE, stage="deploy")
    opened = listener.run("sync", "--json")
    assert opened.json["tickets"]["opened"] == 1, opened.err[-3000:]
    plan = str(tmp_path / "plan.json")
    writing = (("plan", "--out", plan), ("apply", plan), ("undo", opened.json["cycle"]))
    listener.run_all((arguments, {}) for arguments in (*writing, *QUIET))
    _files(listener, tmp_path)

    for n, _ in enumerate(_spoil(watched)):
        listener.run(*CYCLES[n % len(CYCLES)])
    _wrong_secrets(listener)
    _daemon(watched, listener)

    assert listener.said > 20_000
    spared = (tmp_path / "redmine", tmp_path / "secrets")
    assert found_in_files(listener.secrets, tmp_path, but=spared) == {}
    assert found_in_redmine(listener.secrets, tmp_path / "redmine") == {}


def _files(listener: Listener, folder: Path) -> None:
    """A backup, what is restored from it, and reports in every form; they are searched at last."""
    backup, other = folder / "a.backup", f"sqlite:///{folder}/restored.db"
    reports = [("report", name, *FORMS, "--from", "2026-01-01", "--out", str(folder / "reports"))
               for name in ("monthly-service", "early-life")]  # fmt: skip
    asked: list[Asked] = [(("backup", str(backup)), {}), *((one, {}) for one in reports)]
    asked += [((name, *more), {"ITSM_SYNC_DATABASE": other}) for name, more in (
        ("restore", (str(backup), "--json")), ("status", ()), ("letters", ()))]  # fmt: skip
    assert listener.run_all(asked)[:4] == [0, 0, 0, 0]
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert {file.suffix for file in (folder / "reports").iterdir()} >= {
        ".html", ".pdf", ".xlsx", ".md", ".txt", ".zip",
    }  # fmt: skip


def _wrong_secrets(listener: Listener) -> None:
    """Secrets that are wrong, broken, or stand where none belongs."""
    unreadable: list[Asked] = []
    for key in (MISPLACED, "\n".join(BROKEN)):
        keys = dict.fromkeys(("REDMINE_API_KEY", "JENKINS_TOKEN", "GITHUB_TOKEN"), key)
        unreadable += [(("sync",), keys), (("check", "--json"), keys)]
    for name in ("REDMINE_URL", "JENKINS_URL", "GITHUB_URL"):
        unreadable.append((("sync",), {name: f"https://bot:{USERINFO}@127.0.0.1:1/"}))
    database = f"postgresql+psycopg://itsm:{DATABASE}@127.0.0.1:1/itsm"
    unreadable.append((("status",), {"ITSM_SYNC_DATABASE": database}))
    apart = {
        "ITSM_SYNC_DATABASE": "postgresql://itsm@127.0.0.1:1/itsm",
        "ITSM_SYNC_DATABASE_PASSWORD": DATABASE,
    }
    unreadable += [((name,), apart) for name in ("status", "letters", "sync")]
    unreadable += [
        (("sync",), {"ITSM_SYNC_HEARTBEAT_URL": beat})
        for beat in (USERINFO, f"https://{USERINFO}:x@[")
    ]
    assert all(listener.run_all(unreadable))
    beat = f"https://bot:{USERINFO}@127.0.0.1:1/{MISPLACED}"
    listener.run_all([(("sync",), {"ITSM_SYNC_HEARTBEAT_URL": beat})])
    file = listener.program.configuration / "settings.yaml"
    kept = file.read_text(encoding="utf-8")
    _change(file, lambda value: value["redmine"].update(key_env=MISPLACED, api_key=MISPLACED))
    assert listener.run_all([(("sync", "--json"), {})]) == [2]
    file.write_text(kept, encoding="utf-8")


def _daemon(town: Town, listener: Listener) -> None:
    """The daemon says nothing, either, whatever it meets."""
    schedule(town.program.configuration, cycle={"every": "1s"}, lease="5s")
    with Daemon.started(town.program.environment, "--verbose") as daemon:
        daemon.heard("heartbeat.failed")
        heard = daemon.heard("cycle.finished")
        town.program.proxy.misbehave(kind="html")
        failed = daemon.heard("source.done", after=heard, source="redmine", health="failed")
        town.program.proxy.behave()
        daemon.heard("cycle.finished", after=failed)
        answered = _ask(daemon.url)
        daemon.heard("web.unsigned", system="jenkins")
    assert found(listener.secrets, answered + daemon.text()) == []


def _ask(url: str) -> str:
    """Ask for all that the port has, and send webhooks with secrets in wrong places."""
    pages = ("/", "/?lang=en", "/metrics", "/health/live", "/health/ready", "/openapi.json",
             "/style.css", f"/{MISPLACED}", f"/?lang={MISPLACED}")  # fmt: skip
    answers = [requests.get(url + page, timeout=30) for page in pages]
    secret, wrong = HOOKS["JENKINS_WEBHOOK_SECRET"], {"Content-Type": "application/json"}
    for headers, data, status in (
        ({"Authorization": f"Bearer {MISPLACED}"}, "{}", 401),
        ({"Authorization": f"Basic {secret}"}, "{}", 401),
        ({"Authorization": f"Bearer {secret}"}, f"no JSON {MISPLACED}", 400),
        ({"Authorization": f"Bearer {secret}"}, json.dumps({"url": f"/job/{MISPLACED}"}), 202),
        ({"X-Hub-Signature-256": MISPLACED}, MISPLACED, 404),
    ):
        system = "jenkins" if status != 404 else MISPLACED
        answer = requests.post(
            f"{url}/webhooks/{system}", headers=wrong | headers, data=data, timeout=30
        )
        assert answer.status_code == status
        answers.append(answer)
    return "\n".join(f"{one.headers}\n{one.text}" for one in answers)


# ------------------------------------------------------------------------------ the search itself


def test_the_search_finds_every_form_of_a_secret_in_the_midst_of_a_file(tmp_path: Path) -> None:
    for n, form in enumerate(forms(JENKINS)):
        file = tmp_path / "below" / f"{n}.db"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"\x00\xff before " + form + b" after")
    held = tmp_path / "held"
    held.write_text(JENKINS, encoding="utf-8")
    (tmp_path / "clean").write_text("nothing", encoding="utf-8")
    (tmp_path / "backup").write_bytes(gzip.compress(b"before " + JENKINS.encode() + b" after"))
    (tmp_path / "paper.pdf").write_bytes(
        b"%PDF-1.7\n1 0 obj\n<<>>\nstream\n" + zlib.compress(JENKINS.encode()) + b"\nendstream\n"
    )
    with ZipFile(tmp_path / "book.xlsx", "w", ZIP_DEFLATED) as book:
        book.writestr("docProps/core.xml", f"<dc:creator>{JENKINS}</dc:creator>")

    told = found_in_files([GITHUB, JENKINS], tmp_path, but=[held])
    assert len(told) == len(list(forms(JENKINS))) + 3
    assert set(map(tuple, told.values())) == {("cana...",)}


def test_the_search_finds_a_secret_that_basic_authentication_hides() -> None:
    for user in ("a", "me", "bot", "four"):
        sent = base64.b64encode(f"{user}:{JENKINS}".encode()).decode()
        assert found([JENKINS], f"Authorization: Basic {sent}") == ["cana..."]


def test_the_search_finds_what_is_written_into_a_ticket(program: Program, tmp_path: Path) -> None:
    ticket = program.office.create("yujin", "제목", description=f"said {GITHUB}")
    program.office.ask("yujin", "PUT", f"/issues/{ticket}.json", {"issue": {"notes": JENKINS}})

    told = found_in_redmine([GITHUB, JENKINS], tmp_path / "redmine")
    assert set(told) == {"issues.description", "journals.notes"}
    assert json.dumps(told).count("cana...") == 2
