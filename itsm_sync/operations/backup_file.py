"""The file of a backup: compressed lines of JSON, readable by any program.

The first line says what follows: the tables with their columns and numbers of rows. Then comes a
line a row, a list in the order of the columns, table by table; times are ISO 8601 in UTC. The last
line is the digest of all lines before it, so that a file that was cut or changed is found out.
"""

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Self

from itsm_sync.model.errors import ConfigurationError, Problem
from itsm_sync.model.os_errors import why
from itsm_sync.model.words import Message
from itsm_sync.operations.drafts import drafted
from itsm_sync.store import Dump, Row, Shape, schemas

FORMAT, VERSION = "itsm-sync backup", 1
_HEADER = 1 << 20  # bytes; a real one has a few thousand
_FOREIGN = Message("is no backup of itsm-sync")
_DAMAGED = Message("is damaged, it was cut or changed: take another backup")
_NEWER = Message("was made by a newer version ({version}): update itsm-sync")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a backup says of itself; `configuration` is the hash of the one it was made under."""

    schema: str
    made_at: datetime
    configuration: str
    shapes: tuple[Shape, ...]

    @property
    def rows(self) -> int:
        return sum(shape.rows for shape in self.shapes)

    @property
    def counts(self) -> dict[str, int]:
        """Answer the numbers of rows by table."""
        return {shape.name: shape.rows for shape in self.shapes}

    def written(self) -> dict[str, Any]:
        """Answer it as the first line."""
        shapes = [
            {"name": one.name, "rows": one.rows, "columns": list(one.columns)}
            for one in self.shapes
        ]
        return {
            "format": FORMAT,
            "version": VERSION,
            "schema": self.schema,
            "made_at": self.made_at.isoformat(),
            "configuration": self.configuration,
            "tables": shapes,
        }

    @classmethod
    def read(cls, made: Mapping[str, Any]) -> Self:
        """Raises ValueError, KeyError or TypeError where it is not as `written` makes it."""
        shapes = tuple(
            Shape(name=str(one["name"]), rows=int(one["rows"]), columns=tuple(one["columns"]))
            for one in made["tables"]
        )
        return cls(
            schema=str(made["schema"]),
            made_at=datetime.fromisoformat(made["made_at"]),
            configuration=str(made["configuration"]),
            shapes=shapes,
        )


def write(path: Path, header: Header, rows: Iterable[Row], *, over: bool) -> None:
    """Write a backup, whole or not at all, for its owner alone; `over` what is there by that name.

    Raises:
        ConfigurationError: it can't be written, or something is there already.
    """
    digest = hashlib.sha256()
    with (
        drafted(path, over=over) as draft,
        gzip.GzipFile(filename="", mode="wb", fileobj=draft, compresslevel=6, mtime=0) as packed,
    ):

        def say(value: object) -> None:
            line = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            digest.update(line)
            packed.write(line)

        say(header.written())
        for row in rows:
            say(row)
        say({"sha256": digest.hexdigest()})


class Backup:
    """A backup in an open file, that can be read again and again."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        """Read what it says of itself; raises ConfigurationError where it can't be restored."""
        self._path = path
        self._file = file
        self.header = self._begin()[0]

    def dump(self) -> Dump:
        """Answer what it holds; its rows raise ConfigurationError where they are damaged."""
        header, packed, digest = self._begin()
        rows = self._rows(packed, header.shapes, digest)
        return Dump(schema=header.schema, shapes=header.shapes, rows=rows)

    def damaged(self) -> ConfigurationError:
        """Answer what is told of a backup whose rows are not what it says of them."""
        return self._wrong(_DAMAGED)

    def _begin(self) -> tuple[Header, gzip.GzipFile, Any]:
        self._file.seek(0)
        packed = gzip.GzipFile(fileobj=self._file, mode="rb")
        try:
            line = packed.readline(_HEADER)
            made = json.loads(line)
        except (ValueError, gzip.BadGzipFile) as error:
            raise self._wrong(_FOREIGN) from error
        except (EOFError, zlib.error) as error:
            raise self._wrong(_DAMAGED) from error
        if not isinstance(made, dict) or made.get("format") != FORMAT:
            raise self._wrong(_FOREIGN)
        self._see_age(made)
        try:
            return Header.read(made), packed, hashlib.sha256(line)
        except (ValueError, KeyError, TypeError) as error:
            raise self._wrong(_DAMAGED) from error

    def _see_age(self, made: Mapping[str, Any]) -> None:
        """Raise ConfigurationError where only a newer program can read it."""
        if made.get("version") != VERSION:
            raise self._wrong(Message(_NEWER.text, {"version": str(made.get("version"))}))
        if made.get("schema") not in schemas():
            raise self._wrong(Message(_NEWER.text, {"version": str(made.get("schema"))}))

    def _rows(self, packed: gzip.GzipFile, shapes: Iterable[Shape], digest: Any) -> Iterator[Row]:
        try:
            for shape in shapes:
                for _ in range(shape.rows):
                    line = packed.readline()
                    digest.update(line)
                    yield _row(line, len(shape.columns))
            if json.loads(packed.readline()) != {"sha256": digest.hexdigest()} or packed.read(1):
                raise self._wrong(_DAMAGED)
        except (ValueError, EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise self._wrong(_DAMAGED) from error

    def _wrong(self, text: Message) -> ConfigurationError:
        return ConfigurationError([Problem(file=str(self._path), path=(), text=text)])


@contextmanager
def opened(path: Path) -> Iterator[Backup]:
    """Open a backup that is whole: all of it is read once, and nothing kept of it.

    Raises:
        ConfigurationError: it can't be read, is damaged, of a newer version, or no backup at all.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        told = Message("can't be read: {error}", {"error": why(error)})
        raise ConfigurationError([Problem(file=str(path), path=(), text=told)]) from error
    with file:
        backup = Backup(path, file)
        for _ in backup.dump().rows:
            pass
        yield backup


def _row(line: bytes, width: int) -> Row:
    row = json.loads(line)
    plain = isinstance(row, list) and all(isinstance(v, (str, int, type(None))) for v in row)
    if not plain or len(row) != width:
        raise ValueError("no row of this table")
    found: Row = row
    return found
