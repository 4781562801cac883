"""A server to install on, within this machine: a view of its files of one's own, in which what is
done below a few folders is done in memory and gone afterwards. Needs root, as installing does.
"""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# What a fresh root shell has.
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Folders whose entries stay as they are, and that take new ones; /etc is a copy, so that users can
# be added.
_EXTENDED = ("/opt", "/var/lib", "/var/backups", "/usr/local/sbin")
_SET_UP = """
set -eu
mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs "$SCRATCH"
mkdir -p "$SCRATCH/etc"
cp -a /etc/. "$SCRATCH/etc"
mount --bind "$SCRATCH/etc" /etc
n=0
for folder in $FOLDERS; do
    n=$((n + 1))
    mkdir -p "$folder" "$SCRATCH/was/$n" "$SCRATCH/now/$n"
    mount --rbind "$folder" "$SCRATCH/was/$n"
    for entry in "$SCRATCH/was/$n"/*; do
        name=${entry##*/}
        if [ -L "$entry" ]; then
            cp -a "$entry" "$SCRATCH/now/$n/$name"
        elif [ -d "$entry" ]; then
            mkdir "$SCRATCH/now/$n/$name"
            mount --rbind "$entry" "$SCRATCH/now/$n/$name"
        elif [ -e "$entry" ]; then
            touch "$SCRATCH/now/$n/$name"
            mount --bind "$entry" "$SCRATCH/now/$n/$name"
        fi
    done
    mount --rbind "$SCRATCH/now/$n" "$folder"
done
echo ready
exec cat
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a command came to."""

    status: int
    out: str
    err: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """The server: commands run on it, and its files as this process sees them."""

    pid: int
    environment: Mapping[str, str]

    def file(self, path: str) -> Path:
        """Answer where a file of the server can be read and written from here."""
        return Path(f"/proc/{self.pid}/root{path}")

    def run(self, script: str, *, within: Path, given: str = "", **more: str) -> Done:
        """Run a script in bash, stopped by the first command that fails."""
        done = subprocess.run(
            self.command(["bash", "-euc", f"cd '{within}'\n{script}"]),
            env={**self.environment, **more},
            input=given,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        return Done(status=done.returncode, out=done.stdout, err=done.stderr)

    def command(self, command: list[str]) -> list[str]:
        """Answer the command that runs `command` there."""
        return ["nsenter", f"--mount=/proc/{self.pid}/ns/mnt", *command]


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    """Make a server, whose changes lie in memory, mounted on `folder` where only it sees them."""
    folder.mkdir()
    # pip's own settings say where this machine finds packages
    kept = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    environment = {**kept, "PATH": PATH, "HOME": os.environ.get("HOME", "/root"), "LANG": "C.UTF-8"}
    process = subprocess.Popen(
        ["unshare", "--mount", "sh", "-c", _SET_UP],
        env={**environment, "SCRATCH": str(folder), "FOLDERS": " ".join(_EXTENDED)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", "installing needs root"
        yield Server(pid=process.pid, environment=environment)
        process.communicate()  # `cat` ends with its input, and the view of files with it
