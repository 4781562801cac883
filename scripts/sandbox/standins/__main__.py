"""Runs the stand-ins over a directory of documents, for a lifetime.

    python -m sandbox.standins --world DIR [--jenkins-port P] [--github-port P] [--log FILE]
                               [--lifetime SECONDS]

DIR holds `jenkins.json` and `github.json`; a file that is absent starts no server. Prints one
JSON line with the addresses once both listen.
"""

import argparse
import importlib
import json
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from threading import Event

STANDINS = {"jenkins": "JenkinsStandIn", "github": "GitHubStandIn"}


def main(arguments: list[str] | None = None) -> int:
    """Serve until the lifetime is over or a signal comes."""
    options = _options(arguments)
    over = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    with ExitStack() as stack:
        addresses = {}
        for system, class_name in STANDINS.items():
            file = options.world / f"{system}.json"
            if file.exists():
                standin = getattr(importlib.import_module(f"sandbox.standins.{system}"), class_name)
                documents = json.loads(file.read_text(encoding="utf-8"))
                port = getattr(options, f"{system}_port")
                server = stack.enter_context(standin(documents, port=port, log=options.log))
                addresses[f"{system}_url"] = server.url
        print(json.dumps(addresses), flush=True)
        over.wait(options.lifetime)
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.standins")
    parser.add_argument("--world", type=Path, required=True)
    parser.add_argument("--jenkins-port", type=int, default=0)
    parser.add_argument("--github-port", type=int, default=0)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--lifetime", type=float, default=3600)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
