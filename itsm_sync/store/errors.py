"""What can be wrong with a database, and what people can do about it."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.exc import DBAPIError, OperationalError

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


class Displaced(StoreError):
    """The file at the database's address is not the one that is open."""

    def __init__(self, database: str) -> None:
        told = (
            "{database} is not the file any more that this process opened: it was moved, removed or"
            " replaced, and nothing more is written to Redmine; put it back, or stop itsm-sync,"
            " take away what is left of the old one ({database}-wal, -shm), and start it with the"
            " file that is to be used"
        )
        super().__init__(Message(told, {"database": database}))


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
# PostgreSQL's (postgresql.org/docs/current/errcodes-appendix.html) by their beginnings, the more
# special ones first.
_AWAY = Message(
    "{database} can't be reached, check that its server runs and listens there: {error}"
)
_FORBIDDEN = Message(
    "{database} does not let this user do that ({error}): give it the right to make and change"
    " tables, or make it the database's owner"
)
_CODES = {
    "28": Message("{database} rejects the user or the password: {error}"),
    "3D000": Message("{database} is not there, make it first: {error}"),
    "3F000": Message("{database} has no schema for our tables, look at the user's `search_path`"),
    "42501": _FORBIDDEN,
    "25006": Message(
        "{database} can only be read, name the server that may be written to: {error}"
    ),
    "25P03": Message(
        "{database} ended a transaction in which this program was silent for too long: try again"
    ),
    "53100": _ADVICE["SQLITE_FULL"],
    "53300": Message("{database} has no connection left, allow more of them: {error}"),
    "53": Message("the server of {database} has too little of something: {error}"),
    "55P03": _LOCKED,
    "57014": Message("{database} took too long for an answer: {error}"),
    "57P04": Message("{database} is not there, make it first: {error}"),
    "57P": _AWAY,
    "08": _AWAY,
    "58": _ADVICE["SQLITE_IOERR"],
    "XX00": _ADVICE["SQLITE_CORRUPT"],
}
# A server that lets nobody in says why in words alone, and in its own language.
_WORDS = {
    "password": _CODES["28"],
    "authentication": _CODES["28"],
    "pg_hba.conf": _CODES["28"],
    "does not exist": _CODES["3D000"],
    "too many": _CODES["53300"],
    "connection slots": _CODES["53300"],
    "permission denied": _FORBIDDEN,
}
_OTHER = Message("the database {database} failed: {error}")


def told(error: DBAPIError, database: str) -> StoreError:
    """Answer a library's error as ours. `database` is its name without password."""
    params = {"database": database, "error": _said(error.orig)}
    return StoreError(replace(_advice(error), params=params))


def _advice(error: DBAPIError) -> Message:
    name = getattr(error.orig, "sqlite_errorname", "")
    if name:
        return _first(_ADVICE, name) or _OTHER
    code = getattr(error.orig, "sqlstate", None)
    if code:
        return _first(_CODES, code) or _OTHER
    if isinstance(error, OperationalError):
        words = str(error.orig)
        return next((message for word, message in _WORDS.items() if word in words), _AWAY)
    return _OTHER


def _first(known: Mapping[str, Message], name: str) -> Message | None:
    return next((message for code, message in known.items() if name.startswith(code)), None)


def _said(error: BaseException | None) -> str:
    """Answer what happened on one line, without the row that it happened to."""
    primary = getattr(getattr(error, "diag", None), "message_primary", None)
    lines = str(primary or error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
