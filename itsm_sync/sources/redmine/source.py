"""Pulls Redmine: projects, tickets, wiki indexes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from itsm_sync.clients.errors import Broken, ClientError, Forbidden, Missing, Unauthorised
from itsm_sync.clients.redmine import Account, RedmineClient
from itsm_sync.clients.redmine_payloads import OurFields
from itsm_sync.model.cycles import Batch, Health, Rejected
from itsm_sync.model.errors import fault
from itsm_sync.model.items import Item
from itsm_sync.model.lists import Project
from itsm_sync.model.ports import Clock, Memory
from itsm_sync.model.resting import rests
from itsm_sync.model.words import Message
from itsm_sync.settings.schema import Redmine
from itsm_sync.sources.redmine.again import ANEW, PROJECTS, numbered, rewound
from itsm_sync.sources.redmine.asking import Row, fits, number
from itsm_sync.sources.redmine.items import (
    SOURCE,
    WIKI_PAGE,
    issue_item,
    wiki_item,
    wiki_prefix,
    with_author,
)
from itsm_sync.sources.redmine.place import ANCIENT, Place
from itsm_sync.sources.redmine.projects import Tree
from itsm_sync.sources.redmine.reading import ISSUES, IssueReader
from itsm_sync.sources.redmine.sweep import Sweep, is_deleted

# Projects are renamed and moved rarely; a new one shows itself by its first ticket.
PROJECTS_EVERY = timedelta(days=1)
WIKI_EVERY = timedelta(hours=1)
_UNSEEN = "Redmine shows the bot no project {projects}"
_OFF = "the wiki is switched off, or the bot may not see it"


@dataclass(slots=True)
class RedmineSource:
    """Reads the tickets of the configured projects and of all below them.

    Streams: `projects`, `issues`, `vanished`, and `wiki:IDENTIFIER` where a project's wiki is on.
    An unchanged Redmine is asked who we are, and once for tickets; once a day for its projects;
    once an hour for each wiki's index, and for the numbers of its open tickets, once a day of all,
    500 a request.
    """

    client: RedmineClient
    settings: Redmine
    clock: Clock
    name: str = SOURCE

    def pull(self, memory: Memory) -> Iterator[Batch]:
        """Read what is new.

        Raises:
            Unauthorised: the key is nobody's, at the beginning or by the end.
            ClientError: Redmine can't be reached, or its projects were never read.
        """
        account = self.client.me()
        now = self.clock()
        tree, about = self._projects(memory.cursor(PROJECTS), now)
        yield about
        if not tree.ours:
            return
        reader = self._reader(memory, account, tree, now)
        yield from self._issues(reader, memory)
        if reader.tree != tree:
            yield Batch(stream=PROJECTS, cursor=_told(reader.tree, memory.cursor(PROJECTS), now))
        for one in sorted(reader.tree.ours):
            yield from self._wiki(reader.tree.projects[one], memory, now)
        sweep = Sweep(client=self.client, memory=memory, tree=reader.tree, now=now)
        yield from sweep.look()

    def rewound(self, memory: Memory, stream: str, since: datetime | None) -> object | None:
        """Answer the cursor from which a stream is read again (`model.ports.Rewinds`)."""
        return rewound(memory.cursor(stream), stream, since)

    def reread(self, memory: Memory, keys: Sequence[str]) -> Iterator[Batch]:
        """Read tickets again, one by one as far as they fail (`model.ports.Rereads`).

        A ticket without a number, and a wiki page, can't be read alone.
        """
        cursor = memory.cursor(PROJECTS)
        wanted = {key: ticket for key in keys if (ticket := numbered(key)) is not None}
        if not wanted or not cursor:
            return
        account, now = self.client.me(), self.clock()
        tree = Tree.read(cursor["projects"], self.settings.projects)  # type: ignore[index]
        reader = self._reader(memory, account, tree, now)
        found = self.client.issues(tuple(wanted.values()))
        rows = {number(row): row for row in found if fits(row)}
        for key, ticket in wanted.items():
            if ticket in rows:
                yield reader.alone(rows[ticket])
            elif is_deleted(self.client, ticket):
                yield Batch(stream=ISSUES, gone=(key,))

    # -- projects -----------------------------------------------------------------------------

    def _projects(self, cursor: Any, now: datetime) -> tuple[Tree, Batch]:
        """Answer the projects, as remembered or read anew, and how the stream fared."""
        tree = Tree.read(cursor["projects"] if cursor else (), self.settings.projects)
        if cursor and not tree.unseen and rests(_read_at(cursor), PROJECTS_EVERY, now):
            return tree, Batch(stream=PROJECTS)
        try:
            tree = self._look_for_roots(tree.joined(self.client.projects()))
        except Unauthorised:
            raise
        except ClientError as error:
            if not cursor:
                raise
            return tree, _failed(PROJECTS, error)
        told = {"read": now.isoformat(), "projects": tree.written()}
        if not tree.unseen:
            return tree, Batch(stream=PROJECTS, cursor=told)
        why = Message(_UNSEEN, {"projects": ", ".join(tree.unseen)})
        health = Health.PARTLY if tree.ours else Health.FAILED
        return tree, Batch(stream=PROJECTS, cursor=told, health=health, error=why)

    def _look_for_roots(self, tree: Tree) -> Tree:
        """Look at configured projects that no list shows: an old Redmine hides closed ones."""
        for identifier in tree.unseen:
            try:
                tree = tree.joined((self.client.project(identifier),))
            except (Forbidden, Missing):
                continue
        return tree

    # -- tickets ------------------------------------------------------------------------------

    def _reader(self, memory: Memory, account: Account, tree: Tree, now: datetime) -> IssueReader:
        fields = OurFields(self.settings.fields)

        def make(row: Row, tree: Tree) -> Item:
            return issue_item(
                row,
                fields=fields,
                path=tree.path,
                bot=account.id,
                url=self.client.url,
            )

        return IssueReader(
            self.client,
            make,
            tree=tree,
            place=Place.read(memory.cursor(ISSUES)),
            overlap=timedelta(seconds=self.settings.overlap),
            now=now,
            readers=self.settings.readers,
        )

    def _issues(self, reader: IssueReader, memory: Memory) -> Iterator[Batch]:
        began = reader.place
        try:
            yield from reader.read(memory)
            if reader.place != began:
                self.client.me()
        except Unauthorised as error:
            # A key that was revoked meanwhile reads on as nobody's, with fewer tickets and 200
            # (Redmine fact 3): nothing of what was read since can be taken for all there is.
            yield _failed(ISSUES, error, began)
            raise
        except ClientError as error:
            yield _failed(ISSUES, error)

    # -- wiki ---------------------------------------------------------------------------------

    def _wiki(self, project: Project, memory: Memory, now: datetime) -> Iterator[Batch]:
        stream = f"wiki:{project.identifier}"
        if "wiki" not in project.modules:
            return
        cursor = memory.cursor(stream)
        if isinstance(cursor, Mapping) and rests(_read_at(cursor), WIKI_EVERY, now):
            return
        read = {"read": now.isoformat()}
        path = f"/projects/{project.identifier}/wiki/index.json"
        try:
            rows = self.client.get(path).get("wiki_pages")
            if not isinstance(rows, list):
                params = {"system": "Redmine", "path": path}
                told = Message("{system} answered JSON of another shape at {path}", params)
                raise Broken(told, system=SOURCE)
            yield self._wiki_batch(stream, project, rows, memory, read)
        except (Forbidden, Missing):
            yield Batch(stream=stream, cursor=read, health=Health.OFF, error=Message(_OFF))
        except Unauthorised:
            raise
        except ClientError as error:
            yield _failed(stream, error)

    def _page_author(self, project: Project, row: Mapping[str, Any]) -> str:
        """Answer the person who wrote the page's last version; "" for us, and where nobody tells.

        Not asked at the first read, which finds every page new.
        """
        try:
            author = self.client.wiki_page(project.identifier, str(row["title"])).author
        except (Forbidden, Missing):
            return ""
        return author.name if author is not None and author.id != self.client.known_as().id else ""

    def _wiki_batch(
        self,
        stream: str,
        project: Project,
        rows: Iterable[Mapping[str, Any]],
        memory: Memory,
        cursor: Mapping[str, object],
    ) -> Batch:
        prefix = wiki_prefix(project.identifier)
        stored, before = memory.updated_since(WIKI_PAGE, ANCIENT), memory.cursor(stream)
        old = before if isinstance(before, Mapping) else {}
        anew, versions = ANEW in old, old.get("versions", {})
        items: dict[str, Item] = {}
        rejected, same = [], set[str]()
        for row in rows:
            try:
                item = wiki_item(row, identifier=project.identifier, url=self.client.url)
                # A page may be written twice within a second.
                version = item.facts["version"]
                unchanged = versions.get(item.key, version) == version
                if unchanged and stored.get(item.key) == item.updated_at:
                    same.add(item.key)
                    author = memory.facts(item.key).get("author", "") if anew else ""
                    item = with_author(item, str(author))
                elif before is not None:
                    item = with_author(item, self._page_author(project, row))
                items[item.key] = item
            except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
                rejected.append(Rejected(key=f"{prefix}?", error=fault(error)))
        mine = {key for key in stored if key.startswith(prefix)}
        return Batch(
            stream=stream,
            items=tuple(i for i in items.values() if anew or i.key not in same),
            cursor={**cursor, "versions": {k: i.facts["version"] for k, i in items.items()}},
            rejected=tuple(rejected),
            gone=() if rejected else tuple(sorted(mine - items.keys())),
        )


def _read_at(cursor: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(cursor["read"])


def _told(tree: Tree, cursor: Any, now: datetime) -> dict[str, Any]:
    """Answer the projects' cursor with the projects that tickets made known."""
    return {"read": cursor["read"] if cursor else now.isoformat(), "projects": tree.written()}


def _failed(stream: str, error: ClientError, place: Place | None = None) -> Batch:
    return Batch(
        stream=stream,
        health=Health.FAILED,
        error=error.message,
        cursor=place.written() if place else None,
    )
