"""Wiki pages, news, and files on tickets: what reports are published by."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from itsm_sync.clients.errors import Missing
from itsm_sync.clients.redmine import RedmineClient
from itsm_sync.clients.redmine_answers import SYSTEM, inner
from itsm_sync.clients.redmine_payloads import moment
from itsm_sync.clients.refusals import misshapen, shaped
from itsm_sync.model.text import clean

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A wiki page as it stands; `author` (an id) wrote this version, None where nobody is told."""

    title: str
    text: str
    version: int
    comments: str
    author: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A news entry, or a ticket."""

    number: int
    title: str
    description: str
    author: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that was sent and is to be attached."""

    token: str
    name: str
    media_type: str

    @property
    def payload(self) -> Row:
        return {"token": self.token, "filename": self.name, "content_type": self.media_type}


class Press:
    """Publishes in one Redmine; every method raises as those of `RedmineClient` do."""

    def __init__(self, client: RedmineClient) -> None:
        self._client = client

    @property
    def url(self) -> str:
        return self._client.url

    def me(self) -> int:
        """Answer who we are."""
        return self._client.known_as().id

    def is_public(self, project: str | int) -> bool:
        """Whether everybody sees a project."""
        return self._client.project(project).public

    def upload(self, name: str, media_type: str, content: bytes) -> Upload:
        """Send a file that a write which follows attaches; without one Redmine forgets it."""
        token = self._client.upload(name, content)
        return Upload(token=token, name=name, media_type=media_type)

    # -- wiki ---------------------------------------------------------------------------------

    def page(self, project: str, title: str, version: int | None = None) -> Page | None:
        """Answer a page as it stands, or an older version of it; None: there is none."""
        path = _page(project, title, version)
        try:
            payload = inner(self._client.get(path), "wiki_page", path)
        except Missing:
            return None
        with shaped(SYSTEM, path):
            return Page(
                title=clean(payload["title"]),
                text=clean(payload.get("text")),
                version=int(payload["version"]),
                comments=clean(payload.get("comments")),
                author=_author(payload),
            )

    def put_page(
        self,
        project: str,
        title: str,
        text: str,
        *,
        comments: str,
        version: int | None,
        parent: str = "",
        uploads: Iterable[Upload] = (),
    ) -> None:
        """Write a page.

        Args:
            project: its identifier.
            title: the page's.
            text: all of it.
            comments: what stands beside the version in the page's history.
            version: the one that was looked at; None: there was none.
            parent: the title of the page above, for a new one.
            uploads: files to attach.

        Raises:
            Conflict: the page is of another version by now.
        """
        page: Row = {"text": text, "comments": comments}
        if version is not None:
            page["version"] = version
        elif parent:
            page["parent_title"] = parent
        if files := [one.payload for one in uploads]:
            page["uploads"] = files
        self._client.put(_page(project, title), {"wiki_page": page})

    # -- news ---------------------------------------------------------------------------------

    def news(self, project: str, since: datetime) -> Iterator[Entry]:
        """Answer the news of a project since a time, the newest first."""
        path = f"/projects/{project}/news.json"
        for row in self._client.pages(path, "news"):
            with shaped(SYSTEM, path):
                entry = Entry(
                    number=int(row["id"]),
                    title=clean(row.get("title")),
                    description=clean(row.get("description")),
                    author=_author(row),
                    created_at=moment(row["created_on"]),
                )
            if entry.created_at < since:
                return
            yield entry

    def post_news(
        self, project: str, title: str, summary: str, text: str, uploads: Sequence[Upload] = ()
    ) -> None:
        """Make a news entry; Redmine does not tell its number."""
        news: Row = {"title": title, "summary": summary, "description": text}
        if uploads:
            news["uploads"] = [one.payload for one in uploads]
        self._client.post(f"/projects/{project}/news.json", {"news": news})

    # -- tickets ------------------------------------------------------------------------------

    def opened(self, project: str, since: datetime) -> Iterator[Entry]:
        """Answer the tickets that we opened in a project since a time, the newest first.

        By Redmine's own filters, and looked at again: one that it does not know it ignores.
        """
        path, me, offset = "/issues.json", self.me(), 0
        number = self._client.project(project).id
        asked: Row = {"project_id": project, "author_id": me, "status_id": "*", "sort": "id:desc"}
        while True:
            rows, total = self._client.issue_page(**asked, offset=offset)
            with shaped(SYSTEM, path):
                for row in rows:
                    made = moment(row["created_on"])
                    if made < since:
                        return
                    if _author(row) == me and int(row["project"]["id"]) == number:
                        yield Entry(
                            number=int(row["id"]),
                            title=clean(row.get("subject")),
                            description=clean(row.get("description")),
                            author=me,
                            created_at=made,
                        )
            offset += len(rows)
            if not rows or offset >= total:
                return

    def open(self, fields: Row, uploads: Sequence[Upload] = ()) -> int:
        """Open a ticket; answer its number."""
        issue = dict(fields)
        if uploads:
            issue["uploads"] = [one.payload for one in uploads]
        path = "/issues.json"
        made = self._client.post(path, {"issue": issue}).get("issue")
        number = made.get("id") if isinstance(made, dict) else None
        if not isinstance(number, int):
            raise misshapen(SYSTEM, path)
        return number

    def project_of(self, ticket: int) -> int:
        """Answer the project that a ticket is in."""
        payload = self._client.issue(ticket, journals=False)
        with shaped(SYSTEM, f"/issues/{ticket}.json"):
            return int(payload["project"]["id"])

    def notes(self, ticket: int) -> Iterator[tuple[int | None, str]]:
        """Answer the notes on a ticket: who wrote them, and what."""
        payload = self._client.issue(ticket)
        with shaped(SYSTEM, f"/issues/{ticket}.json"):
            for journal in payload.get("journals", ()):
                user = journal.get("user")
                yield (int(user["id"]) if user else None), clean(journal.get("notes"))

    def note(self, ticket: int, text: str, uploads: Sequence[Upload] = ()) -> None:
        """Write a note on a ticket, with files."""
        issue: Row = {"notes": text}
        if uploads:
            issue["uploads"] = [one.payload for one in uploads]
        self._client.put(f"/issues/{ticket}.json", {"issue": issue})

    def trackers(self, project: str) -> dict[str, int]:
        """Answer the trackers of a project by name."""
        path = f"/projects/{project}.json"
        payload = inner(self._client.get(path, include="trackers"), "project", path)
        with shaped(SYSTEM, path):
            return {clean(one["name"]): int(one["id"]) for one in payload.get("trackers", ())}


def _page(project: str, title: str, version: int | None = None) -> str:
    older = "" if version is None else f"/{version}"
    return f"/projects/{project}/wiki/{quote(title, safe='')}{older}.json"


def _author(payload: Row) -> int | None:
    author = payload.get("author")
    return int(author["id"]) if author else None
