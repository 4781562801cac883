"""A real PostgreSQL of one's own: Debian's programs, with all that it keeps in one folder.

PostgreSQL refuses to run as root, so root runs it as the package's own user, who may not enter
root's folders: the folder stands in the system's place for temporary files. A guard holds the
server (`python -m sandbox.postgres`): it ends the server and removes the folder when whoever
started it lets go, be it by dying, and after a lifetime in any case.
"""

import os
import pwd
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import sql

from sandbox.processes import free_port

_PROGRAMS = "/usr/lib/postgresql"
_LIFETIME = 3 * 3600
_PATIENCE = 30  # seconds to start or to end; half a second is usual
USER, PASSWORD = "owner", "owner's own password: p@ss/w%rd"
# Durability is for those who want to keep something; text is ordered as Koreans and dictionaries
# do, so that whoever relies on the bytes' order without saying so is found out.
_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "jit": "off",
    "listen_addresses": "127.0.0.1",
    "log_line_prefix": "%d ",
    "ssl": "on",
}
_INITDB = ("--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=ko-KR",
           "--auth-local=trust", "--auth-host=scram-sha-256", "--no-sync")  # fmt: skip


class PostgresTrouble(Exception):
    """The server can't be made or started; the text says what to do."""


@dataclass(slots=True, kw_only=True)
class Postgres:
    """A running server; `folder` holds its data, its socket, its certificate and its log."""

    folder: Path
    port: int
    guard: "subprocess.Popen[str]" = field(repr=False)

    @classmethod
    @contextmanager
    def serving(cls, lifetime: float = _LIFETIME) -> Iterator["Postgres"]:
        """Make a server and let it serve until the block is left, or this process ends."""
        command = [sys.executable, "-m", "sandbox.postgres", str(int(lifetime))]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
        pipe = subprocess.PIPE
        with subprocess.Popen(
            command, stdin=pipe, stdout=pipe, env=environment, text=True, start_new_session=True
        ) as guard:
            assert guard.stdin is not None
            folder, _, port = _line(guard).partition("\t")
            try:
                yield cls(folder=Path(folder), port=int(port), guard=guard)
            finally:
                guard.stdin.close()

    def restart(self) -> None:
        """End the server with all its connections, and start it anew on the same data."""
        assert self.guard.stdin is not None
        self.guard.stdin.write("restart\n")
        self.guard.stdin.flush()
        _line(self.guard)

    # ---------------------------------------------------------------- addresses

    def url(self, database: str) -> str:
        """Answer the address of a database by the server's socket; it asks for no password."""
        return f"postgresql://{USER}@/{database}?host={self.folder}&port={self.port}"

    def address(self, database: str, user: str = USER, password: str = "") -> str:  # nosec B107
        """Answer the address of a database on the loopback interface; it asks for a password."""
        secret = f":{password}" if password else ""
        return f"postgresql://{user}{secret}@127.0.0.1:{self.port}/{database}"

    @property
    def certificate(self) -> Path:
        """The file of the certificate that the server shows, for localhost and 127.0.0.1."""
        return self.folder / "server.crt"

    # ---------------------------------------------------------------- databases

    def create(self, name: str, template: str = "template0", options: str = "") -> str:
        """Make a database, as a copy of another that nobody is connected to; answer its address.

        `options` are further ones of CREATE DATABASE.
        """
        statement = "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy " + options
        names = (sql.Identifier(name), sql.Identifier(template))
        self.execute(sql.SQL(statement).format(*names))
        return self.url(name)

    def disconnect(self, name: str) -> None:
        """Cut all connections to a database."""
        cut = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = {}"
        self.execute(sql.SQL(cut).format(sql.Literal(name)))

    def drop(self, name: str) -> None:
        """Remove a database; whoever is connected to it loses the connection."""
        self.execute(sql.SQL("DROP DATABASE IF EXISTS {} (FORCE)").format(sql.Identifier(name)))

    def execute(
        self, statement: "sql.Composed | sql.SQL | bytes", database: str = "postgres"
    ) -> Any:
        """Run a statement as the server's owner; answer its rows."""
        address = self.url(database)
        with psycopg.connect(address, autocommit=True) as connection:
            done = connection.execute(statement)
            return done.fetchall() if done.description else []


def programs() -> Path:
    """Answer where the newest server's programs are; raises PostgresTrouble where none are."""
    found = [
        (int(match[1]), path)
        for path in Path(_PROGRAMS).glob("*/bin")
        if (match := re.fullmatch(r"(\d+)", path.parent.name)) and (path / "initdb").exists()
    ]
    if not found:
        raise PostgresTrouble("no PostgreSQL is installed: apt-get install postgresql")
    return max(found)[1]


def _line(guard: "subprocess.Popen[str]") -> str:
    assert guard.stdout is not None
    line = guard.stdout.readline().rstrip("\n")
    if not line:
        raise PostgresTrouble("PostgreSQL did not start; what it said stands above")
    return line


# ---------------------------------------------------------------- the guard, a process of its own


@dataclass(slots=True, kw_only=True)
class _Server:
    folder: Path
    port: int
    lifetime: int
    process: "subprocess.Popen[bytes] | None" = None

    def make(self) -> None:
        user = _user()
        if user is not None:
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        secret = self.folder / "password"
        secret.write_text(PASSWORD, encoding="utf-8")
        secret.chmod(0o644)
        self._run([programs() / "initdb", "-D", self.folder / "data", "-U", USER,
                   f"--pwfile={secret}", *_INITDB])  # fmt: skip
        secret.unlink()
        names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
        self._run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                   "ec_paramgen_curve:prime256v1", "-nodes", "-days", "3", "-subj",
                   "/CN=localhost", "-addext", names, "-keyout", self.folder / "server.key",
                   "-out", self.folder / "server.crt"])  # fmt: skip
        files = {"ssl_key_file": "server.key", "ssl_cert_file": "server.crt"}
        settings = _SETTINGS | {name: str(self.folder / file) for name, file in files.items()}
        settings |= {"port": str(self.port), "unix_socket_directories": str(self.folder)}
        lines = "".join(f"{name} = '{value}'\n" for name, value in settings.items())
        with (self.folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(lines)

    def start(self) -> None:
        command = ["timeout", "--signal=INT", "--kill-after=10", str(self.lifetime),
                   str(programs() / "postgres"), "-D", str(self.folder / "data")]  # fmt: skip
        how = {"stdin": subprocess.DEVNULL, "start_new_session": True, **_as_user()}
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, **how)
        self.process = process
        over = time.monotonic() + _PATIENCE
        while not self._answers():
            if process.poll() is not None or time.monotonic() > over:
                told = (self.folder / "log").read_text(encoding="utf-8", errors="replace")
                raise PostgresTrouble(f"PostgreSQL did not start:\n{told[-2000:]}")
            time.sleep(0.02)

    def stop(self, *, for_good: bool = False) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        # All connections are cut; `for_good`: what is to be removed needs no tidying up either.
        for number in (signal.SIGQUIT,) if for_good else (signal.SIGINT, signal.SIGQUIT):
            self.process.send_signal(number)
            try:
                self.process.wait(_PATIENCE / 2)
            except subprocess.TimeoutExpired:
                continue
            return

    def _answers(self) -> bool:
        try:
            psycopg.connect(
                f"postgresql://{USER}@/postgres?host={self.folder}&port={self.port}"
            ).close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, command: list[Any]) -> None:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, cwd=self.folder, **_as_user()
        )
        if done.returncode:
            raise PostgresTrouble(f"{command[0]} failed:\n{done.stdout}\n{done.stderr}")


def _user() -> pwd.struct_passwd | None:
    """Answer the package's user, whom root runs the server as; None: the one who asks."""
    return pwd.getpwnam("postgres") if os.geteuid() == 0 else None


def _as_user() -> dict[str, Any]:
    user = _user()
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TZ": "UTC"}
    if user is None:
        return {"env": environment}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "env": environment}


def _stand_guard(lifetime: int, orders: IO[str], out: IO[str]) -> None:
    """Serve until `orders` end, the server dies or its time is over; tell where once it answers."""
    folder = Path(tempfile.mkdtemp(prefix="itsm-sync-postgres-"))
    server = _Server(folder=folder, port=free_port(), lifetime=lifetime)
    over = time.monotonic() + lifetime
    try:
        server.make()
        server.start()
        print(f"{folder}\t{server.port}", file=out, flush=True)
        while time.monotonic() < over:
            if not select.select([orders], [], [], 1)[0]:
                continue
            if not orders.readline():
                break
            server.stop()
            server.start()
            print("restarted", file=out, flush=True)
    finally:
        server.stop(for_good=True)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGHUP):  # meant for whoever started us
        signal.signal(number, signal.SIG_IGN)
    _stand_guard(int(sys.argv[1]), sys.stdin, sys.stdout)
