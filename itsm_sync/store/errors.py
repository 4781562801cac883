"""What can be wrong with a database, and what people can do about it."""

from dataclasses import replace

from sqlalchemy.exc import DBAPIError

from itsm_sync.locale import say
from itsm_sync.model.words import Message


class StoreError(Exception):
    """The database can't be used; `message` says what happened and what to do."""

    def __init__(self, message: Message) -> None:
        super().__init__(say(message, "en"))
        self.message = message


class Busy(StoreError):
    """Another cycle is at work on the same database."""


class LeaseLost(Busy):
    """Another works on this database, since this process was silent for too long."""

    def __init__(self) -> None:
        super().__init__(
            Message("this process was silent for too long: another works on the database now")
        )


_NO_RIGHT = Message(
    "{database} can't be written: give this user the right to write the file and its folder"
)
_LOCKED = Message("{database} stayed locked by another program: end it and try again")
# SQLite's result codes (sqlite.org/rescode.html) by the beginning of their names.
_ADVICE = {
    "SQLITE_NOTADB": Message("{database} is no database: name another file, or move it away"),
    "SQLITE_CORRUPT": Message(
        "{database} is damaged: put a copy of it back, or move it away and start anew"
    ),
    "SQLITE_FULL": Message("no room is left on the disk of {database}: make room and try again"),
    "SQLITE_BUSY": _LOCKED,
    "SQLITE_LOCKED": _LOCKED,
    "SQLITE_READONLY": _NO_RIGHT,
    "SQLITE_PERM": _NO_RIGHT,
    "SQLITE_CANTOPEN": Message("{database} can't be opened: check that its folder is there"),
    "SQLITE_IOERR": Message("{database} can't be read or written, check the disk: {error}"),
}
_OTHER = Message("the database {database} failed: {error}")


def told(error: DBAPIError, database: str) -> StoreError:
    """Answer a library's error as ours. `database` is its name without password."""
    name = getattr(error.orig, "sqlite_errorname", "")
    found = next((message for code, message in _ADVICE.items() if name.startswith(code)), _OTHER)
    return StoreError(replace(found, params={"database": database, "error": str(error.orig)}))
