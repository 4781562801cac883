"""backup, restore: all that is kept, in one file, from any database to any other."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from itsm_sync.locale import say
from itsm_sync.model.words import Language, Message
from itsm_sync.operations.backup_file import Backup, Header, write
from itsm_sync.operations.reporting.adopting import doubt
from itsm_sync.operations.reporting.timing import Timetable
from itsm_sync.store import Store, newest
from itsm_sync.store.leases import DAEMON


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What was written to a file, or stored from one; `schema` is the database's.

    `letters`: of so many messages that were due nobody knows whether they went since; None: nothing
    was stored.
    """

    file: Path
    header: Header
    schema: str
    letters: int | None = None


def backup(
    store: Store, file: Path, configuration: str, now: datetime, *, over: bool = False
) -> Copied:
    """Write all that is kept as of one moment to a file; cycles go on meanwhile.

    Args:
        store: what is kept.
        file: gets mode 0600.
        configuration: the hash of today's.
        now: when this is.
        over: write over a file that is there.

    Raises:
        ConfigurationError: the file can't be written, or is there already.
        StoreError: the database fails.
    """
    with store.dumped() as dump:
        header = Header(
            schema=dump.schema, made_at=now, configuration=configuration, shapes=dump.shapes
        )
        write(file, header, dump.rows, over=over)
    return Copied(file=file, header=header, schema=header.schema)


def restore(timetable: Timetable, file: Path, backup: Backup, *, instead: bool = False) -> Copied:
    """Store what a backup holds, all of it or nothing, while neither daemon nor cycle runs. Mail of
    reports that was due since the backup may have gone: it waits for a person.

    Args:
        timetable: what is due now; its store has nothing in it, or is to be replaced.
        file: the backup's, to be told.
        backup: as `backup_file.opened` answers it.
        instead: in the place of all that is kept.

    Raises:
        Busy: a daemon or a cycle is running.
        StoreError: something is kept already, or the database fails.
        ConfigurationError: the backup holds what it can't.
    """
    store = timetable.store
    with store.exclusive(DAEMON), store.exclusive():
        try:
            store.take(backup.dump(), instead=instead)
        except ValueError as error:
            raise backup.damaged() from error
        letters = doubt(timetable)
    return Copied(file=file, header=backup.header, schema=newest(), letters=letters)


def as_json(copied: Copied) -> dict[str, Any]:
    """Answer what was copied; `schema` is the file's, `database_schema` the database's."""
    header = copied.header
    letters = {} if copied.letters is None else {"letters": copied.letters}
    return {
        "file": str(copied.file),
        "made_at": header.made_at,
        "schema": header.schema,
        "database_schema": copied.schema,
        "configuration": header.configuration,
        "rows": header.rows,
        "tables": header.counts,
        **letters,
    }


def show_backup(copied: Copied, console: Console, language: Language) -> None:
    """Print what was written, for people."""
    params = {"rows": copied.header.rows, "file": str(copied.file)}
    told = Message("{rows} rows written to {file}; it may hold private text, keep it safe", params)
    console.print(Text(say(told, language)), soft_wrap=True)


def show_restored(copied: Copied, console: Console, language: Language, zone: ZoneInfo) -> None:
    """Print what was stored, for people."""
    made = copied.header.made_at.astimezone(zone)
    params = {"rows": copied.header.rows, "at": f"{made:%Y-%m-%d %H:%M}"}
    told = Message("{rows} rows restored, as they were at {at}; `itsm-sync plan` shows what"
                   " came since", params)  # fmt: skip
    console.print(Text(say(told, language)), soft_wrap=True)
    if copied.letters:
        unsure = Message(
            "mail of reports that was due, and may have been sent since: {count};"
            " `itsm-sync letters` lists it, `itsm-sync letters retry` sends it",
            {"count": copied.letters},
        )
        console.print(Text(say(unsure, language)), soft_wrap=True)
