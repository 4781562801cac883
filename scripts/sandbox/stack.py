"""The stack of a checkout: a real Redmine, stand-ins for Jenkins and GitHub, the ABC world.

    python -m sandbox.stack status|start|stop|reset|env

All of it is in `.stack/`; the servers listen on loopback, on free ports that stay the same, and end
by themselves after their lifetime (ITSM_SYNC_STACK_HOURS, 12 by default).
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import requests

from sandbox import configuration
from sandbox.processes import alive, end, free_port, is_free, spawn, wait
from sandbox.redmine import HOME, Redmine, RedmineTrouble, install
from sandbox.world import load
from sandbox.world.github import TOKEN as GITHUB_TOKEN
from sandbox.world.jenkins import TOKEN as JENKINS_TOKEN
from sandbox.world.jenkins import USER as JENKINS_USER
from sandbox.world.organisation import MANAGERS

CHECKOUT = Path(__file__).resolve().parents[2]
SYSTEMS = ("redmine", "jenkins", "github")
_KEPT = ("ports.json", "redmine-base")
_THROWN_AWAY = (
    "일감, 보고서, 설정, 데이터베이스를 버립니다"
    " / throwing away tickets, reports, configuration and database"
)
_RUNS, _RESTS = "실행 중 / running", "멈춤 / stopped   "  # as wide: Korean takes two columns
_READY = 30  # seconds until the stand-ins must answer; 1 is usual


def say(text: str) -> None:
    """Tell on standard error what is being done."""
    print(f"==> {text}", file=sys.stderr, flush=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """The servers and the configuration under `home`."""

    home: Path
    say: Callable[[str], object] = say

    # ---------------------------------------------------------------- commands

    def start(self) -> None:
        """Make what is missing and start what does not run. Raises RedmineTrouble."""
        self.home.mkdir(exist_ok=True, mode=0o700)
        if not (self.home / "made").exists():
            self._make()
        moved = self._settle_ports()
        if moved or not (self.home / "config").exists():
            self._address()
        if not self.redmine.running:
            self.say("Redmine을 시작합니다 / starting Redmine")
            self.redmine.start(port=self.ports["redmine"], lifetime=self.lifetime)
        if not alive(self._pid_file):
            self.say(
                "Jenkins와 GitHub의 대역을 시작합니다 / starting stand-ins for Jenkins and GitHub"
            )
            self._start_standins()

    def stop(self) -> None:
        """End the servers; what they hold stays."""
        self.redmine.stop()
        end(self._pid_file)

    def reset(self) -> None:
        """Throw away everything but the ports and the migrated template, say what, and make it
        anew.
        """
        self.stop()
        there = sorted(self.home.iterdir()) if self.home.exists() else []
        lost = [path for path in there if path.name not in _KEPT]
        if lost:
            self.say(f"{_THROWN_AWAY}: {', '.join(path.name for path in lost)}")
        for path in lost:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        self.start()

    def status(self) -> bool:
        """Print each server, its address and whether it runs; answer whether all do."""
        running = {
            "redmine": self.redmine.running,
            "jenkins": alive(self._pid_file),
            "github": alive(self._pid_file),
        }
        for system, runs in running.items():
            address = self.url(system) if self.ports else "-"
            print(f"{system:8} {_RUNS if runs else _RESTS}  {address}")
        print(f"{'state':8} {self.home}")
        return all(running.values())

    def environment(self) -> dict[str, str]:
        """Answer what itsm-sync needs in its environment to work on this stack.

        Raises:
            RedmineTrouble: there is no stack yet.
        """
        if not (self.home / "made").exists():
            raise RedmineTrouble(
                "스택이 아직 없습니다. ./scripts/quickstart가 만듭니다"
                " / there is no stack yet: ./scripts/quickstart makes one"
            )
        return {
            "REDMINE_URL": self.url("redmine"),
            "REDMINE_API_KEY": self._bot_key.read_text(encoding="ascii").strip(),
            "REDMINE_ADMIN_KEY": self.redmine.admin_key,
            "JENKINS_URL": self.url("jenkins"),
            "JENKINS_USER": JENKINS_USER,
            "JENKINS_TOKEN": JENKINS_TOKEN,
            "GITHUB_URL": self.url("github"),
            "GITHUB_TOKEN": GITHUB_TOKEN,
            "ITSM_SYNC_CONFIG": str(self.home / "config"),
            "ITSM_SYNC_DATABASE": f"sqlite:///{self.home / 'itsm-sync.db'}",
        }

    # ---------------------------------------------------------------- parts

    @property
    def redmine(self) -> Redmine:
        return Redmine(root=self.home / "redmine")

    @property
    def lifetime(self) -> float:
        """Seconds until the servers end by themselves."""
        return float(os.environ.get("ITSM_SYNC_STACK_HOURS", "12")) * 3600

    @property
    def ports(self) -> dict[str, int]:
        file = self.home / "ports.json"
        return dict(json.loads(file.read_text(encoding="ascii"))) if file.exists() else {}

    def url(self, system: str) -> str:
        """Answer the address of "redmine", "jenkins" or "github"."""
        return f"http://127.0.0.1:{self.ports[system]}"

    # ---------------------------------------------------------------- inside

    @property
    def _pid_file(self) -> Path:
        return self.home / "standins.pid"

    @property
    def _bot_key(self) -> Path:
        return self.home / "bot.key"

    def _make(self) -> None:
        self.stop()
        shutil.rmtree(self.redmine.root, ignore_errors=True)
        self._settle_ports()
        self._address()
        install(self.say)
        self.say("Redmine을 만듭니다(한국어) / making a Redmine (language ko)")
        Redmine.make(self.redmine.root, template=self.home / "redmine-base")
        self.say("ABC 세계(샘플 데이터)를 지어냅니다 / inventing the ABC world (sample data)")
        world = load.generate(self.home / "world")
        self.say("사람과 프로젝트를 넣습니다 / loading people and projects")
        load.organisation(self.redmine, world)
        self.say("필드와 봇을 만듭니다 / making fields and the bot (itsm-sync provision)")
        self._provision()
        self.say("일감과 이력을 넣습니다 / loading tickets and their histories")
        load.tickets(self.redmine, world)
        (self.home / "made").touch()

    def _provision(self) -> None:
        command = [
            sys.executable, "-m", "itsm_sync", "--json", "--config", str(self.home / "config"),
            "provision", "--redmine-root", str(HOME), "--key-file", str(self._bot_key),
        ]  # fmt: skip
        done = subprocess.run(
            command,
            env={**self.redmine.environment, "PYTHONPATH": str(CHECKOUT)},
            capture_output=True,
            text=True,
            check=False,
        )
        (self.home / "provisioned.json").write_text(done.stdout, encoding="utf-8")
        if done.returncode:
            told = "itsm-sync provision이 실패했습니다 / itsm-sync provision failed"
            raise RedmineTrouble(f"{told}:\n{done.stdout}{done.stderr}")

    def _settle_ports(self) -> bool:
        """See that each server that does not run has a free port; answer whether one is new."""
        ports = dict(self.ports)
        runs = {
            "redmine": self.redmine.running,
            "jenkins": alive(self._pid_file),
            "github": alive(self._pid_file),
        }
        for system in SYSTEMS:
            if not runs[system] and not (system in ports and is_free(ports[system])):
                ports[system] = free_port()
        moved = ports != self.ports
        (self.home / "ports.json").write_text(json.dumps(ports), encoding="ascii")
        return moved

    def _address(self) -> None:
        """Put the addresses into the stack's copy of the configuration."""
        addresses = {system: self.url(system) for system in SYSTEMS}
        directory = self.home / "config"
        if directory.exists():
            configuration.address(directory, addresses)
        else:
            configuration.copy(
                directory, write="on", addresses=addresses, signals=True, levels=True
            )
            configuration.publish_in(directory, MANAGERS)

    def _start_standins(self) -> None:
        command = [
            sys.executable, "-m", "sandbox.standins",
            "--world", str(self.home / "world"),
            "--jenkins-port", str(self.ports["jenkins"]),
            "--github-port", str(self.ports["github"]),
            "--log", str(self.home / "requests.log"),
            "--lifetime", str(self.lifetime),
        ]  # fmt: skip
        spawn(
            command,
            pid_file=self._pid_file,
            log=self.home / "standins.log",
            lifetime=self.lifetime,
            environment={**os.environ, "PYTHONPATH": str(CHECKOUT / "scripts")},
            directory=CHECKOUT,
        )
        if not wait(self._answering, _READY) or not alive(self._pid_file):
            end(self._pid_file)
            told = "대역 서버가 시작되지 않았습니다 / the stand-ins did not start"
            raise RedmineTrouble(f"{told}: {self.home}/standins.log")

    def _answering(self) -> bool:
        """Whether both stand-ins answer, or are dead."""
        if not alive(self._pid_file):
            return True
        try:
            for system in ("jenkins", "github"):
                requests.get(f"{self.url(system)}/_standin/faults", timeout=2)
        except requests.RequestException:
            return False
        return True


def assignments(environment: Mapping[str, str]) -> str:
    """Answer lines for `eval` in a shell: the assignments, and their export."""
    lines = [f"{name}={shlex.quote(value)}" for name, value in environment.items()]
    return "\n".join([*lines, f"export {' '.join(environment)}"])


def main(arguments: list[str]) -> int:
    """Do one command; answer the exit status."""
    stack = Stack(home=CHECKOUT / ".stack")
    started = time.monotonic()
    match arguments:
        case ["status"]:
            return 0 if stack.status() else 1
        case ["env"]:
            print(assignments(stack.environment()))
        case ["stop"]:
            stack.stop()
            say("멈췄습니다, 데이터는 그대로입니다 / stopped; what the servers hold stays")
        case ["start" | "reset" as command]:
            stack.start() if command == "start" else stack.reset()
            say(f"준비되었습니다 / ready ({time.monotonic() - started:.0f} s)")
            stack.status()
            if command == "reset":
                say("아직 sync하지 않았습니다 / no sync has run yet: itsm-sync sync")
        case _:
            print("사용법 / usage: ./scripts/stack status|start|stop|reset|env", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except RedmineTrouble as trouble:
        sys.exit(str(trouble))
