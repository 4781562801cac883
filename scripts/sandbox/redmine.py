"""A real Redmine of one's own: Debian's package, with all that it keeps in one directory.

Debian's Redmine finds an instance's configuration, database, files, log and temporary files under
`/usr/share/redmine/instances/NAME`. A NAME that leads upwards and back down to a directory of ours
makes that directory the instance: nothing of the system is changed, and no two checkouts share
anything.
"""

import hashlib
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import requests

from sandbox.processes import adopt, alive, end, free_port, spawn, wait
from sandbox.redmine_files import DATABASE, FIRST, MAIL, RACK
from sandbox.redmine_nursery import RedmineNursery

HOME = Path("/usr/share/redmine")
PACKAGES = ("redmine", "redmine-sqlite", "puma")
# Debian's Ruby brings a newer bundler that does not see Debian's gems; this one does.
BUNDLER = {"BUNDLER_VERSION": "2.3.15"}
LIFETIME = 12 * 3600.0
_READY = 60  # seconds until a started server must answer; 5 are usual
_DIRECTORIES = ("config", "files", "log", "mails", "public/plugin_assets", "tmp")


class RedmineTrouble(Exception):
    """The Redmine can't be installed, made or started; the text says what to do."""


def installed() -> bool:
    """Whether Debian's Redmine with SQLite and puma is there."""
    return (HOME / "config.ru").exists() and shutil.which("puma") is not None


def install(say: Callable[[str], object] = print) -> None:
    """Install Debian's Redmine where it is missing. Raises RedmineTrouble with what is needed."""
    if installed():
        return
    if not Path("/etc/debian_version").exists() or os.geteuid() != 0:
        raise RedmineTrouble(
            "실제 Redmine은 Debian 12의 root로 설치합니다. 여기서는 아래 가운데 하나를 하십시오:\n"
            "a real Redmine is installed by apt on Debian 12, as root. Here, do one of these:\n"
            f"  - as root on Debian 12: apt-get install {' '.join(PACKAGES)} and call again\n"
            "  - with Docker: see compose.yaml\n"
            "  - use a Redmine you have: itsm-sync provision --print shows what it needs"
        )
    say("Redmine을 설치합니다 (apt-get, 30초쯤) / installing Redmine (about half a minute)")
    environment = {**os.environ, **BUNDLER, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *PACKAGES]
    for arguments in (["apt-get", "update", "-q"], command):
        done = subprocess.run(
            arguments, env=environment, check=False, capture_output=True, text=True
        )
        if done.returncode:
            raise RedmineTrouble(f"{' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}")


def ready() -> None:
    """Install where needed; leave with a sentence instead of a trace where that can't be done."""
    try:
        install(lambda told: print(f"==> {told}", file=sys.stderr))
    except RedmineTrouble as trouble:
        sys.exit(str(trouble))


@dataclass(frozen=True, slots=True, kw_only=True)
class Redmine:
    """One instance of Redmine, with all of it under `root`."""

    root: Path

    @classmethod
    def make(cls, root: Path, *, template: Path, language: str = "ko") -> "Redmine":
        """Make a fresh instance: a copy of the migrated database in the directory `template`.

        The template is made where it is missing (12 s). It has Redmine's default data in
        `language` and an administrator `admin`, password `admin`, with an API key.
        """
        if not (template / "ready").exists() or cls._stale(template, language):
            shutil.rmtree(template, ignore_errors=True)
            made = cls(root=template)
            made._lay_out()
            made._migrate(language)
            (template / "base").write_text(fingerprint(language), encoding="ascii")
            (template / "ready").touch()
        redmine = cls(root=root)
        redmine.copy(template)
        return redmine

    def copy(self, other: Path) -> None:
        """Be a copy of the instance there, which nobody serves."""
        self._lay_out()
        for name in ("redmine.sqlite3", "admin.key"):
            if (other / name).exists():
                shutil.copy2(other / name, self.root / name)

    # ---------------------------------------------------------------- what it says of itself

    @property
    def made(self) -> bool:
        """Whether the instance is there."""
        return (self.root / "redmine.sqlite3").exists()

    @property
    def port(self) -> int:
        """The port it was last started on; 0 where it never was."""
        file = self.root / "port"
        return int(file.read_text(encoding="ascii")) if file.exists() else 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def admin_key(self) -> str:
        return (self.root / "admin.key").read_text(encoding="ascii").strip()

    @property
    def environment(self) -> dict[str, str]:
        """What Redmine's own commands need in their environment to mean this instance."""
        return {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            **BUNDLER,
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "RAILS_ENV": "production",
            "RUBYOPT": "-W0",
            "SCHEMA": str(self.root / "schema.rb"),
            "REDMINE_INSTANCE": "../" * 8 + str(self.root.resolve()).lstrip("/"),
        }

    # ---------------------------------------------------------------- commands

    def runner(self, ruby: str | Path, environment: Mapping[str, str] | None = None) -> str:
        """Run Ruby (text, or a file) inside Redmine; answer what it printed.

        Raises:
            RedmineTrouble: with the end of what it said.
        """
        file = ruby if isinstance(ruby, Path) else self.root / "tmp" / f"{secrets.token_hex(8)}.rb"
        if isinstance(ruby, str):
            file.write_text(ruby, encoding="utf-8")
        try:
            if _Forking.wanted:
                return self._fork(file, environment or {})
            return self._run(["rails", "runner", str(file)], environment or {})
        finally:
            if isinstance(ruby, str):
                file.unlink()

    def start(self, *, port: int = 0, lifetime: float = LIFETIME, workers: int = 0) -> None:
        """Serve on the loopback interface; `port` 0 takes a free one. Returns once it answers."""
        if self.running:
            return
        self._run_puma(port or free_port(), lifetime, workers)
        if not wait(self._settled, _READY) or not self.running:
            self.stop()
            told = "Redmine이 시작되지 않았습니다 / Redmine did not start"
            raise RedmineTrouble(f"{told}: {self.root}/log/puma.log")

    def stop(self) -> bool:
        """End the server; answer whether it ran."""
        return end(self._pid_file)

    @property
    def running(self) -> bool:
        return alive(self._pid_file)

    # ---------------------------------------------------------------- mails

    def mails(self) -> list[str]:
        """Answer the addresses that mails went to, one an entry for each mail."""
        told = []
        for file in sorted((self.root / "mails").iterdir()):
            text = file.read_text(encoding="utf-8", errors="replace")
            told += [file.name] * len(re.findall(r"^Message-ID:", text, re.MULTILINE))
        return told

    # ---------------------------------------------------------------- inside

    @staticmethod
    def _stale(template: Path, language: str) -> bool:
        """Whether a template that `make` made is of another Redmine or language."""
        base = template / "base"
        return base.exists() and base.read_text(encoding="ascii") != fingerprint(language)

    @property
    def _pid_file(self) -> Path:
        return self.root / "puma.pid"

    def _lay_out(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in _DIRECTORIES:
            (self.root / name).mkdir(parents=True, exist_ok=True)
        files = {
            "config/database.yml": DATABASE.format(file=json.dumps(f"{self.root}/redmine.sqlite3")),
            "config/configuration.yml": MAIL.format(folder=json.dumps(f"{self.root}/mails")),
            "config/secret_key.txt": secrets.token_hex(64),
            "config.ru": RACK,
        }
        for name, text in files.items():
            (self.root / name).write_text(text, encoding="utf-8")

    def _migrate(self, language: str) -> None:
        self._run(["rake", "db:migrate"], {})
        key = secrets.token_hex(20)
        self.runner(FIRST, {"LANGUAGE": language, "ADMIN_KEY": key})
        file = self.root / "admin.key"
        file.touch(mode=0o600)
        file.write_text(key, encoding="ascii")

    def _run(self, command: list[str], environment: Mapping[str, str]) -> str:
        done = subprocess.run(
            ["bundle", "exec", *command],
            cwd=HOME,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return _told(" ".join(command), done.returncode, done.stdout, done.stderr)

    def _fork(self, file: Path, environment: Mapping[str, str]) -> str:
        out, err = (self.root / "tmp" / f"{file.name}.{name}" for name in ("out", "err"))
        try:
            named = {**self.environment, **environment}
            status = _Forking.nursery_for(self).run(file, named, out, err)
            texts = [f.read_text(encoding="utf-8", errors="replace") for f in (out, err)]
            return _told(f"rails runner {file}", status, *texts)
        finally:
            out.unlink(missing_ok=True)
            err.unlink(missing_ok=True)

    def _run_puma(self, port: int, lifetime: float, workers: int) -> None:
        (self.root / "port").write_text(str(port), encoding="ascii")
        several = ["-w", str(workers)] if workers else []
        address = f"tcp://127.0.0.1:{port}"
        arguments = ["-e", "production", "-b", address, "-t", "4:4", *several, self._rack]
        log = self.root / "log" / "puma.log"
        if _Forking.wanted and not workers:
            nursery = _Forking.nursery_for(self)
            number = nursery.serve(arguments, self.environment, lifetime=lifetime, log=log)
            adopt(number, self._pid_file)
            return
        spawn(
            ["puma", *arguments],
            pid_file=self._pid_file,
            log=log,
            lifetime=lifetime,
            environment=self.environment,
            directory=HOME,
        )

    @property
    def _rack(self) -> str:
        return str((self.root / "config.ru").resolve())

    def _settled(self) -> bool:
        """Whether the server answers, or is dead."""
        if not self.running:
            return True
        try:
            answer = requests.get(f"{self.url}/login", timeout=5)
        except requests.RequestException:
            return False
        return answer.status_code == 200


class _Forking:
    """Whether this process forks its Redmines, and from where."""

    wanted = False
    home: Path | None = None
    nursery: RedmineNursery | None = None
    alone = Lock()

    @classmethod
    def nursery_for(cls, redmine: Redmine) -> RedmineNursery:
        """Answer the nursery; the first time it is started, upon a copy of that instance."""
        with cls.alone:
            if cls.nursery is None or not cls.nursery.lives:
                cls.home = Path(tempfile.mkdtemp(prefix="redmine-nursery-"))
                first = Redmine(root=cls.home / "first")
                first.copy(redmine.root)
                cls.nursery = RedmineNursery.open(first.environment, cls.home / "log")
            return cls.nursery


@contextmanager
def forking() -> Iterator[None]:
    """Within the block Redmine's code is loaded once: its servers and scripts are forked."""
    _Forking.wanted = True
    try:
        yield
    finally:
        _Forking.wanted = False
        if _Forking.nursery is not None and _Forking.home is not None:
            _Forking.nursery.close()
            shutil.rmtree(_Forking.home, ignore_errors=True)
            _Forking.nursery = None


def _told(command: str, status: int, out: str, err: str) -> str:
    """Answer what a command printed. Raises RedmineTrouble where it failed."""
    if status:
        lines = (out + err).splitlines()
        told = "\n".join([line for line in lines if not line.startswith("\tfrom ")][-25:])
        raise RedmineTrouble(f"{command} failed:\n{told}")
    return out


def fingerprint(language: str) -> str:
    """Answer what changes when a template of this Redmine must be made anew."""
    version = (HOME / "lib/redmine/version.rb").read_bytes()
    return hashlib.sha256(version + (FIRST + language).encode()).hexdigest()
