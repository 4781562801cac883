"""Decisions: the one that stands for each key, their history, their facts and configurations."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from itsm_sync.model.items import Item
from itsm_sync.model.routing import Routing
from itsm_sync.store.codec import decode, digest, encode, loads, text_of
from itsm_sync.store.database import chunks, upsert
from itsm_sync.store.items import facts_item, facts_text
from itsm_sync.store.records import KeptRouting
from itsm_sync.store.schema import configurations, decisions, facts, routings
from itsm_sync.store.subject import Part

Made = tuple[Item, Routing]


class Routings(Part):
    """Keeping and reading decisions. What rules tried (`Routing.tried`) is not kept."""

    def keep_routings(
        self, made: Sequence[Made], cycle: str, configuration: str, at: datetime
    ) -> int:
        """Store decisions, each with the item just as rules were asked about it; answer how many
        differ from the one that stood.

        Only those make history, with the facts they were made of and the configuration's hash.
        """
        changed = 0
        with self._database.writing() as connection:
            for some in chunks(made):
                changed += _keep(connection, some, cycle, configuration, at)
        return changed

    def latest_routings(self, keys: Iterable[str]) -> Mapping[str, KeptRouting]:
        """Answer key -> the decision that stands."""
        joined = decisions.join(routings, routings.c.id == decisions.c.routing)
        found: dict[str, KeptRouting] = {}
        with self._database.reading() as connection:
            for some in chunks(keys):
                question = select(routings).select_from(joined).where(decisions.c.key.in_(some))
                found |= {row.key: _kept(row) for row in connection.execute(question)}
        return found

    def routing_history(self, key: str) -> tuple[KeptRouting, ...]:
        """Answer a key's decisions, the oldest first."""
        question = select(routings).where(routings.c.key == key).order_by(routings.c.id)
        with self._database.reading() as connection:
            return tuple(_kept(row) for row in connection.execute(question))

    def decided_under(self) -> tuple[str, ...]:
        """Answer the configurations that decisions of the history were made of, oldest first."""
        first = func.min(routings.c.id)
        question = select(routings.c.configuration).group_by(routings.c.configuration)
        with self._database.reading() as connection:
            return tuple(connection.scalars(question.order_by(first)))

    def history_under(self, configuration: str) -> Iterator[KeptRouting]:
        """Answer all decisions of the history that were made of a configuration, oldest first."""
        question = select(routings).where(routings.c.configuration == configuration)
        return (_kept(row) for row in self._pages(question, routings.c.id))

    def facts(self, names: Iterable[str]) -> Mapping[str, Item | None]:
        """Answer digest -> the item that rules were asked about, without its ticket.

        One that is not kept is absent; None where what is kept is not what was.
        """
        found: dict[str, Item | None] = {}
        with self._database.reading() as connection:
            for some in chunks(set(names)):
                for row in connection.execute(select(facts).where(facts.c.digest.in_(some))):
                    same = digest(row.content) == row.digest
                    found[row.digest] = facts_item(row.content) if same else None
        return found

    def keep_configuration(self, name: str, files: Mapping[str, str], at: datetime) -> None:
        """Keep a configuration's files by its hash, once."""
        known = select(configurations.c.hash).where(configurations.c.hash == name)
        with self._database.writing() as connection:
            if connection.scalar(known) is None:
                row = {"hash": name, "files": dict(files), "at": at}
                connection.execute(insert(configurations), [row])

    def configuration(self, name: str) -> Mapping[str, str] | None:
        """Answer the files of the configuration of that hash; None: it is not known."""
        question = select(configurations.c.files).where(configurations.c.hash == name)
        with self._database.reading() as connection:
            return connection.scalar(question)

    def configured_since(self, name: str) -> datetime | None:
        """Answer when the configuration of that hash was first used; None: it is not known."""
        question = select(configurations.c.at).where(configurations.c.hash == name)
        with self._database.reading() as connection:
            since: datetime | None = connection.scalar(question)
        return since


def _keep(
    connection: Connection, made: list[Made], cycle: str, configuration: str, at: datetime
) -> int:
    keys = [routing.key for _, routing in made]
    stood = {
        row.key: row
        for row in connection.execute(select(decisions).where(decisions.c.key.in_(keys)))
    }
    other, history = [], []
    asked: dict[str, str] = {}
    for item, routing in made:
        content = text_of(encode(replace(routing, tried=())))
        row = {
            "key": routing.key,
            "digest": digest(content),
            "sure": routing.sure,
            "caught_by_last": routing.caught_by_last,
        }
        before = stood.get(routing.key)
        if before is None or before.digest != row["digest"]:
            other.append(row)
            text = facts_text(encode(item))
            asked[digest(text)] = text
            line = {"key": routing.key, "facts": digest(text), "configuration": configuration}
            history.append(line | {"cycle": cycle, "at": at, "content": content})
    upsert(connection, facts, [{"digest": name, "content": t} for name, t in asked.items()])
    numbers = _append(connection, history)
    stand = [row | {"routing": number} for row, number in zip(other, numbers, strict=True)]
    upsert(connection, decisions, stand)
    return len(stand)


def _append(connection: Connection, rows: list[dict[str, Any]]) -> list[int]:
    """Add to the history; answer the rows' numbers in their order."""
    if not rows:
        return []
    statement = insert(routings).returning(routings.c.id, sort_by_parameter_order=True)
    return list(connection.scalars(statement, rows))


def _kept(row: Any) -> KeptRouting:
    return KeptRouting(
        routing=decode(Routing, loads(row.content)),
        cycle=row.cycle,
        at=row.at,
        facts=row.facts,
        configuration=row.configuration,
    )
