"""What Redmine's people are called whose deeds stand in tickets' histories by number."""

from collections.abc import Mapping

from sqlalchemy import select

from itsm_sync.store.database import upsert
from itsm_sync.store.schema import people
from itsm_sync.store.subject import Part


class People(Part):
    """Keeping and telling names."""

    def keep_people(self, names: Mapping[int, str]) -> None:
        """Store what people are called; who has another name by now is called by that."""
        known = self.people() if names else {}
        news = [{"number": n, "name": name} for n, name in names.items() if known.get(n) != name]
        if news:
            with self._database.writing() as connection:
                upsert(connection, people, news)

    def people(self) -> Mapping[int, str]:
        """Answer Redmine's number -> name of everybody seen."""
        with self._database.reading() as connection:
            return {row.number: row.name for row in connection.execute(select(people))}
