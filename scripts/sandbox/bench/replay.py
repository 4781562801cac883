"""A server that answers what another one answered: its work is none, so ours is what is seen."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from subprocess import PIPE, Popen

from sandbox.proxy import Proxy
from sandbox.standins.messages import Answer, Request
from sandbox.standins.server import StandIn


class Recorder(Proxy):
    """Keeps what a server answers, a file a question."""

    def __init__(self, target: str, folder: Path) -> None:
        super().__init__(target)
        self._folder = folder
        folder.mkdir(parents=True)

    def answer(self, request: Request) -> Answer:
        answer = super().answer(request)
        told = {"target": request.target, "status": answer.status, "headers": answer.headers}
        place = self._folder / _name(request.target)
        place.with_suffix(".json").write_text(json.dumps(told), encoding="utf-8")
        place.write_bytes(answer.body)
        return answer


class Replay(StandIn):
    """Answers what was recorded; 404 for what nobody asked then."""

    system = "replay"

    def __init__(self, folder: Path) -> None:
        super().__init__({})
        self._answers = {}
        for file in folder.glob("*.json"):
            told = json.loads(file.read_text(encoding="utf-8"))
            body = file.with_suffix("").read_bytes()
            answer = Answer(status=told["status"], body=body, headers=told["headers"])
            self._answers[told["target"]] = answer

    def answer(self, request: Request) -> Answer:
        """Answer as the server did."""
        return self._answers.get(request.target, Answer(status=404, body=b"{}"))


@contextmanager
def replayed(folder: Path) -> Iterator[str]:
    """Replay a folder from a process of its own, until the block is left; answer its address."""
    command = [sys.executable, "-m", "sandbox.bench.replay", str(folder)]
    with Popen(command, stdin=PIPE, stdout=PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.communicate("")  # it ends with its standard input


def _name(target: str) -> str:
    return sha256(target.encode()).hexdigest()[:16]


if __name__ == "__main__":
    with Replay(Path(sys.argv[1])) as server:
        print(server.url, flush=True)
        sys.stdin.read()
