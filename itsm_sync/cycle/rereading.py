"""What is set aside, read again: one bad payload stops no other."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from itsm_sync.clients.errors import ClientError
from itsm_sync.cycle.findings import KIND
from itsm_sync.model.cycles import Cycle
from itsm_sync.model.errors import place
from itsm_sync.model.findings import Finding
from itsm_sync.model.letters import Letter, LetterKind, Retrying
from itsm_sync.model.plans import Plan
from itsm_sync.model.ports import Observer, Rereads, Source
from itsm_sync.model.words import Message
from itsm_sync.store import Store, StoreError


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """What became of payloads that were read again.

    `left` can't be read alone, or their source could not be read: `errors` says why, by source.
    """

    resolved: tuple[Letter, ...] = ()
    failed: tuple[Letter, ...] = ()
    left: tuple[Letter, ...] = ()
    errors: Mapping[str, Message] | None = None


def reread_due(
    sources: Iterable[Source], store: Store, cycle: Cycle, observer: Observer, retrying: Retrying
) -> Reread:
    """Read the payloads again whose time has come; each try is counted before it is made."""
    due = store.due_items(retrying, cycle.started_at)
    for source, letters in due.items():
        store.note_tries(source, [letter.key for letter in letters], cycle.started_at)
    return reread(sources, due, store, cycle, observer)


def reread(
    sources: Iterable[Source],
    wanted: Mapping[str, Sequence[Letter]],
    store: Store,
    cycle: Cycle,
    observer: Observer,
) -> Reread:
    """Read payloads again, by source; answer what became of each."""
    known = {source.name: source for source in sources}
    answered: set[tuple[str, str]] = set()
    errors: dict[str, Message] = {}
    for name, letters in wanted.items():
        source = known.get(name)
        if not isinstance(source, Rereads):
            continue
        try:
            for key in _read(source, letters, store, cycle):
                answered.add((name, key))
        except ClientError as error:
            errors[name] = error.message
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - a source's own fault must not stop the others
            told = Message("the source itself failed: {error}", {"error": place(error)})
            errors[name] = told
        observer.saw("letters.reread", source=name, letters=len(letters), failed=name in errors)
    standing = {(letter.source, letter.key) for letter in store.dead_letters()}
    every = [letter for letters in wanted.values() for letter in letters]
    there = [one for one in every if (one.source, one.key) in standing]
    return Reread(
        resolved=tuple(one for one in every if (one.source, one.key) not in standing),
        failed=tuple(one for one in there if (one.source, one.key) in answered),
        left=tuple(one for one in there if (one.source, one.key) not in answered),
        errors=errors,
    )


def _read(source: Source, letters: Sequence[Letter], store: Store, cycle: Cycle) -> Iterator[str]:
    """Store what a source reads again; answer the keys that it answered for."""
    if not isinstance(source, Rereads):
        return
    keys = [letter.key for letter in letters]
    for batch in source.reread(store.memory(source.name), keys):
        kept = store.keep(source.name, batch, cycle.id, notes=False)
        yield from (item.key for item in batch.items)
        yield from (one.key for one in (*batch.rejected, *kept.unfit))
        yield from batch.gone


def given_up(store: Store, planned: Plan, retrying: Retrying) -> Iterator[Finding]:
    """Answer what is not tried by itself any more; each stands until a person has it tried."""
    for letter in store.letters_given_up(retrying):
        yield _finding(letter.kind, letter.key, letter.key)
    for left in planned.withheld:
        if left.given_up:
            ticket = f"redmine:issue/{left.ticket}"
            yield _finding(LetterKind.EDIT, f"{ticket}/{left.field}", ticket)


def _finding(kind: LetterKind, what: str, key: str) -> Finding:
    told = Message(_GIVEN_UP[kind], {"what": what, "key": key})
    return Finding(key=f"letter/{kind}/{what}", kind=f"{KIND}letter", message=told)


_GIVEN_UP = {
    LetterKind.ITEM: "{what} can't be made an item of, and is not tried by itself any more:"
    " `itsm-sync letters retry {key}`",
    LetterKind.EDIT: "{what} is refused again and again, and is not tried by itself any more:"
    " `itsm-sync letters retry {key}`",
    LetterKind.DELIVERY: "{what} did not arrive, or perhaps did, and is not tried by itself any"
    " more: `itsm-sync letters retry '{key}'`",
    LetterKind.TICKET: "the ticket of {what} is refused again and again, and is not tried by itself"
    " any more: `itsm-sync letters retry {key}`",
}
