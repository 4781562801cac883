"""check: whether the files with secrets are their owner's alone."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from stat import S_IROTH, S_IXOTH

from pydantic import BaseModel

from itsm_sync.model.words import Message
from itsm_sync.operations.check_lines import Level, Line
from itsm_sync.settings import Settings, database

_HANDED = Path("/run")  # what a service manager or a container's keeper lays there, it guards


def exposed(settings: Settings, environment: Mapping[str, str]) -> Iterator[Line]:
    """Answer the files with secrets that every account of this machine can read."""
    for name in dict.fromkeys((*_variables(settings.general), database.PASSWORD)):
        file = environment.get(f"{name}_FILE")
        if file and not environment.get(name) and _open_to_all(Path(file).absolute()):
            params = {"file": file}
            told = Message("every account here can read it: `chmod 600 {file}`", params)
            yield Line(level=Level.WARNING, subject=f"{name}_FILE", message=told, whole=True)


def _variables(part: object) -> Iterator[str]:
    """Answer the variables that settings name for secrets, at any depth."""
    if isinstance(part, BaseModel):
        for name in type(part).model_fields:
            value = getattr(part, name)
            if name.endswith("_env"):
                yield str(value)
            else:
                yield from _variables(value)
    elif isinstance(part, Iterable) and not isinstance(part, str | Mapping):
        for one in part:
            yield from _variables(one)


def _open_to_all(file: Path) -> bool:
    if file.is_relative_to(_HANDED):
        return False
    try:
        way = all(parent.stat().st_mode & S_IXOTH for parent in file.parents)
        return way and bool(file.stat().st_mode & S_IROTH)
    except OSError:
        return False
