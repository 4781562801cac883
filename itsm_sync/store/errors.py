"""What can be wrong with a database, and what people can do about it."""

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


# SQLite's result codes (sqlite.org/rescode.html) by the beginning of their names.
_ADVICE = {
    "SQLITE_NOTADB": "{database} is no database: name another file, or move it away",
    "SQLITE_CORRUPT": "{database} is damaged: restore a backup, or move it away and adopt again",
    "SQLITE_FULL": "no room left on the disk of {database}: make room, nothing was stored",
    "SQLITE_BUSY": "{database} stayed locked by another program: end it and try again",
    "SQLITE_LOCKED": "{database} stayed locked by another program: end it and try again",
    "SQLITE_READONLY": "{database} can't be written: give this user the right to file and folder",
    "SQLITE_PERM": "{database} can't be written: give this user the right to file and folder",
    "SQLITE_CANTOPEN": "{database} can't be opened: check that the folder is there and writable",
    "SQLITE_IOERR": "{database} can't be read or written: check the disk ({error})",
}
_OTHER = "the database {database} failed: {error}"


def told(error: DBAPIError, database: str) -> StoreError:
    """Answer a library's error as ours. `database` is its name without password."""
    name = getattr(error.orig, "sqlite_errorname", "")
    text = next((text for code, text in _ADVICE.items() if name.startswith(code)), _OTHER)
    return StoreError(Message(text, {"database": database, "error": str(error.orig)}))
