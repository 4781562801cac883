"""A starter configuration: the ABC system's, to be made one's own."""

from importlib.resources import files
from pathlib import Path

from itsm_sync.model.errors import ConfigurationError, Problem
from itsm_sync.model.os_errors import why
from itsm_sync.model.words import Message

MONITORING = "monitoring"  # the folder of what is for Prometheus and Grafana


def starter() -> Path:
    """Answer the directory that holds the shipped configuration."""
    package = Path(str(files("itsm_sync")))
    shipped = package / "starter"
    return shipped if shipped.is_dir() else package.parent / "config"


def examples() -> list[str]:
    """Answer the names of the further configurations that ship."""
    return sorted(path.name for path in (starter() / "examples").iterdir() if path.is_dir())


def init(directory: Path, example: str = "") -> list[Path]:
    """Copy the starter configuration, or the example of that name, and what is for Prometheus and
    Grafana; answer the files made.

    Raises:
        ConfigurationError: where a file of the same name is there already, or there is no such
            example; nothing is written.
    """
    if example and example not in examples():
        params = {"name": example, "known": ", ".join(examples())}
        text = Message("no example is called {name} (known: {known})", params)
        raise ConfigurationError([Problem(file="--example", path=(), text=text)])
    source = starter() / "examples" / example if example else starter()
    wanted = {file: directory / file.name for file in sorted(source.glob("*.yaml"))}
    watching = sorted((starter() / MONITORING).iterdir())
    wanted |= {file: directory / MONITORING / file.name for file in watching}
    there = [path for path in wanted.values() if path.exists()]
    if there:
        text = Message("is there already; choose another directory or move it away")
        raise ConfigurationError([Problem(file=str(path), path=(), text=text) for path in there])
    try:
        for file, path in wanted.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    except OSError as error:
        told = Message("can't be written: {error}", {"error": why(error)})
        raise ConfigurationError([Problem(file=str(directory), path=(), text=told)]) from error
    return list(wanted.values())
