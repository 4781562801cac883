"""A starter configuration: the ABC system's, to be made one's own."""

from importlib.resources import files
from pathlib import Path

from itsm_sync.model.errors import ConfigurationError, Problem
from itsm_sync.model.words import Message


def starter() -> Path:
    """Answer the directory that holds the shipped configuration."""
    package = Path(str(files("itsm_sync")))
    shipped = package / "starter"
    return shipped if shipped.is_dir() else package.parent / "config"


def init(directory: Path) -> list[Path]:
    """Copy the starter configuration; answer the files made.

    Raises:
        ConfigurationError: where a file of the same name is there already; nothing is written.
    """
    wanted = {file: directory / file.name for file in sorted(starter().glob("*.yaml"))}
    there = [path for path in wanted.values() if path.exists()]
    if there:
        text = Message("is there already; choose another directory or move it away")
        raise ConfigurationError([Problem(file=str(path), path=(), text=text) for path in there])
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for source, path in wanted.items():
            path.write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    except OSError as error:
        told = Message("can't be written: {error}", {"error": error.strerror or str(error)})
        raise ConfigurationError([Problem(file=str(directory), path=(), text=told)]) from error
    return list(wanted.values())
