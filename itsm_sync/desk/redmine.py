"""The service desk's counter: what the cycle asks of Redmine beside the pulling of tickets."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from itsm_sync.clients.errors import ClientError, Forbidden, Missing
from itsm_sync.clients.redmine import Account, RedmineClient
from itsm_sync.clients.redmine_lists import WikiPage
from itsm_sync.clients.redmine_payloads import journals, ticket
from itsm_sync.clients.refusals import misshapen, shaped
from itsm_sync.desk.finding import find_key, find_own, shown
from itsm_sync.desk.forms import Form, form
from itsm_sync.desk.histories import reading
from itsm_sync.desk.lists import Lists
from itsm_sync.desk.relating import RELATES, relate
from itsm_sync.desk.rights import OWN_PRIVATE, SET_PRIVATE, Rights
from itsm_sync.model.histories import Reading
from itsm_sync.model.lists import Priority, Project, Status, Tracker
from itsm_sync.model.markup import Markup, Rendering
from itsm_sync.model.matrix import Team
from itsm_sync.model.openings import Shown
from itsm_sync.model.plans import Edit
from itsm_sync.model.ports import Observer
from itsm_sync.model.relating import Relating
from itsm_sync.model.tickets import TEXTS, FieldName, Journal, Ticket
from itsm_sync.settings import TicketField


class Told(Protocol):
    """What remembers how Redmine shows text: `store.Store`."""

    def rendering(self) -> Rendering | None:
        """Answer what was last told; None: never."""

    def keep_rendering(self, rendering: Rendering) -> None:
        """Keep it."""


class Desk:
    """Reads and writes single tickets with the bot's own rights; `open` tells who the bot is."""

    def __init__(
        self,
        client: RedmineClient,
        fields: Mapping[FieldName, TicketField],
        observer: Observer,
        *,
        markup: Markup | None = None,
    ) -> None:
        self._client = client
        self._fields = fields
        self._observer = observer
        self._markup = markup  # as the settings name it; None: as a ticket's page tells
        self._rendering: Rendering | None = None
        self._told: Told | None = None
        self._account: Account | None = None
        self._rights = Rights(client)
        self._project_groups: dict[int, Mapping[str, int]] = {}
        self._members: dict[int, Mapping[int, str] | None] = {}
        self._lists = Lists(client)
        self._readings: dict[int, Reading] = {}

    def remember(self, told: "Told") -> None:
        """Keep there how Redmine shows text, for when it does not tell: a text that was written
        otherwise in a bad hour would stay so.
        """
        self._told = told

    @property
    def account(self) -> Account:
        """Who the bot is; `open` comes first."""
        if self._account is None:
            raise RuntimeError("the desk is not open")
        return self._account

    def open(self) -> Account:
        """Learn who we are, as the source asked this cycle (Redmine fact 3). Raises ClientError.

        What was learnt of groups and of Redmine's lists in an earlier cycle is asked anew.
        """
        self._project_groups.clear()
        self._members.clear()
        self._lists.forget()
        self._readings.clear()
        self._account = self._client.known_as()
        self._rendering = None
        return self._account

    def look(self, ids: Sequence[int]) -> Mapping[int, Ticket]:
        """Answer the tickets as they stand, in one request; those not visible are absent."""
        return {int(p["id"]): ticket(p, self._fields) for p in self._client.issues(ids)}

    def put(self, ticket: int, fields: Mapping[str, Any]) -> None:
        """Send one PUT with these attributes of the issue."""
        self._client.put(f"/issues/{ticket}.json", {"issue": dict(fields)})

    def post(self, fields: Mapping[str, Any]) -> int:
        """Send one POST; answer the ticket's number. Raises Broken where the answer has none."""
        made = self._client.post("/issues.json", {"issue": dict(fields)}).get("issue")
        number = made.get("id") if isinstance(made, dict) else None
        if not isinstance(number, int):
            raise misshapen("redmine", "/issues.json")
        return number

    def show(self, ticket_id: int) -> Shown:
        """Answer the ticket as it stands, with its words."""
        return shown(self._client.issue(ticket_id, journals=False), self._fields)

    def find_own(
        self,
        since: datetime,
        *,
        author: int,
        key_field_id: int | None = None,
        key: str | None = None,
    ) -> tuple[Shown, ...]:
        """Answer the tickets that an account opened since a time, as `finding.find_own` does."""
        return find_own(
            self._client, self._fields, since, author=author, key_field_id=key_field_id, key=key
        )

    def find_key(self, field_id: int, value: str) -> tuple[Shown, ...]:
        """Answer all tickets with this key, as `finding.find_key` does."""
        return find_key(self._client, self._fields, field_id, value)

    def wiki_page(self, project: int | str, title: str, version: int | None = None) -> WikiPage:
        """Answer a wiki page as it stands, or an older version of it. Raises ClientError."""
        return self._client.wiki_page(project, title, version)

    def read_back(self, ticket_id: int) -> tuple[Ticket, tuple[Journal, ...]]:
        """Answer the ticket and its history as they stand. Raises Broken where it is none.

        What the history says is kept for `taken_readings`.
        """
        payload = self._client.issue(ticket_id, journals=True)
        with shaped("redmine", f"/issues/{ticket_id}.json"):
            found = ticket(payload, self._fields)
            said = journals(payload, found.field_ids)
        if self._account is not None:
            self._readings[ticket_id] = reading(found, said, self._account.id)
        return found, said

    def histories(self, ids: Iterable[int]) -> Mapping[int, tuple[Journal, ...]]:
        """Answer the histories of these tickets, one request each; what fails is left out."""
        found = {}
        for ticket_id in ids:
            try:
                found[ticket_id] = self.read_back(ticket_id)[1]
            except ClientError as error:
                self._observer.saw("history.unread", ticket=ticket_id, error=str(error))
        return found

    def taken_readings(self) -> tuple[Reading, ...]:
        """Answer the histories that were read since this was last asked, whatever for."""
        taken = tuple(self._readings.values())
        self._readings.clear()
        return taken

    def groups(
        self, projects: Iterable[int], teams: Mapping[str, Team]
    ) -> Mapping[tuple[int, str], int | None]:
        """Answer (project, team) -> the team's group that is a member there.

        None where a project's groups can't be read just now.
        """
        found: dict[tuple[int, str], int | None] = {}
        for project in sorted(projects):
            try:
                groups = self._groups_of(project)
            except ClientError as error:
                self._observer.saw("groups.unread", project=project, error=str(error))
                found |= {(project, team_id): None for team_id in teams}
                continue
            for team_id, team in teams.items():
                if team.group in groups:
                    found[project, team_id] = groups[team.group]
        return found

    def members(self, group: int) -> Mapping[int, str] | None:
        """Answer a group's users, id to name; None: it is no group, or not for us to see.

        Asked once a cycle. Raises ClientError where the server fails: that says nothing.
        """
        if group not in self._members:
            try:
                self._members[group] = self._client.members(group)
            except (Forbidden, Missing):
                self._members[group] = None
        return self._members[group]

    def approvers(self, project: int, team: Team) -> Mapping[int, str]:
        """Answer who may approve for a team in a project: id to name; raises ClientError."""
        group = self._groups_of(project).get(team.group)
        return (self.members(group) or {}) if group is not None else {}

    def statuses(self) -> Mapping[int, str] | None:
        """Answer the names of all statuses by id; None where they can't be read. Asked once."""
        try:
            return {number: status.name for number, status in self._lists.statuses().items()}
        except ClientError as error:
            self._observer.saw("statuses.unread", error=str(error))
            return None

    def every_status(self) -> Mapping[int, Status]:
        """Answer all statuses by id. Asked once; raises ClientError."""
        return self._lists.statuses()

    def closed_statuses(self) -> frozenset[int]:
        """Answer the statuses that end a ticket. Asked once; raises ClientError."""
        return frozenset(one.id for one in self._lists.statuses().values() if one.closed)

    def priorities(self) -> tuple[Priority, ...]:
        """Answer all priorities, lowest first. Asked once; raises ClientError."""
        return self._lists.priorities()

    def trackers(self) -> tuple[Tracker, ...]:
        """Answer all trackers. Asked once; raises ClientError."""
        return self._lists.trackers()

    def projects(self) -> Mapping[str, Project]:
        """Answer the projects that the bot sees, by identifier. Asked once; raises ClientError."""
        return self._lists.projects()

    def closed_projects(self) -> frozenset[int]:
        """Answer the projects in which nothing can be written. Raises ClientError."""
        return frozenset(project.id for project in self._client.projects() if project.closed)

    def relate(self, ticket: int, other: int, kind: str = RELATES) -> Relating:
        """Relate two tickets by one POST, as `relating.relate` does. Raises ClientError."""
        return relate(self._client, ticket, other, kind)

    def edit_note(self, journal_id: int, text: str, private: bool | None = None) -> None:
        """Edit an own note in place: it moves no time and sends no mail (Redmine fact 30).

        Args:
            journal_id: the note's.
            text: never empty: Redmine deletes an emptied note.
            private: whether it shall be private from now on; None leaves that as it is. Without the
                right Redmine drops this and keeps the text: ask `may_hide_notes` first (fact 17).

        Raises:
            ValueError: the text is empty.
            ClientError: Forbidden for another's note, Missing for one that is not there (any more).
        """
        if not text.strip():
            raise ValueError("an emptied note is deleted by Redmine")
        hidden = {} if private is None else {"private_notes": private}
        self._client.put(f"/journals/{journal_id}.json", {"journal": {"notes": text, **hidden}})

    def watch(self, ticket: int, group: int) -> None:
        """Make a group a watcher; one that is already is no error (Redmine fact 31)."""
        self._client.post(f"/issues/{ticket}/watchers.json", {"user_id": group})

    def _groups_of(self, project: int) -> Mapping[str, int]:
        if project not in self._project_groups:
            self._project_groups[project] = self._client.group_ids(project)
        return self._project_groups[project]

    def watchers(self, ticket: int) -> Mapping[int, str]:
        """Answer the people and groups that watch a ticket, by their ids. Raises ClientError."""
        return self._client.watchers(ticket)

    def rendering(self, edits: Iterable[Edit]) -> Rendering:
        """Answer how Redmine shows text, by one page a cycle; none where no text is written."""
        written = {edit.ticket.id: texts for edit in edits if (texts := _texts(edit))}
        if not written:
            return self._rendering or Rendering(markup=self._markup or Markup.UNKNOWN)
        if self._rendering is None:
            self._rendering = self._rendering_at(max(written, key=written.__getitem__))
        return self._rendering

    def markup(self, ticket: int | None) -> Markup:
        """Answer how Redmine marks text up, by that ticket's page where the settings do not say."""
        if self._markup is not None:
            return self._markup
        if self._rendering is None and ticket is not None:
            self._rendering = self._rendering_at(ticket)
        return self._rendering.markup if self._rendering is not None else Markup.UNKNOWN

    def _rendering_at(self, ticket: int) -> Rendering:
        """Answer what the ticket's page tells; what one told before, where this is none."""
        try:
            page = self.form_at(ticket)
        except ClientError as error:
            self._observer.saw("page.unread", ticket=ticket, error=str(error))
            page = Form()
        shown = self.rendering_by(page)
        if self._told is None:
            return shown
        if shown.markup is Markup.UNKNOWN and page.version is None:
            kept = self._told.rendering()
            return shown if kept is None else self._with_last_word(kept)
        self._told.keep_rendering(shown)
        return shown

    def form_at(self, ticket_id: int) -> Form:
        """Answer what the ticket's page says."""
        return form(self._client.page(f"/issues/{ticket_id}"))

    def rendering_by(self, found: Form) -> Rendering:
        """Answer how Redmine shows text, as a page tells it; the settings have the last word."""
        shown = Rendering(markup=found.text_formatting, fields=found.rendered)
        return self._with_last_word(shown)

    def _with_last_word(self, shown: Rendering) -> Rendering:
        return replace(shown, markup=self._markup or shown.markup)

    def allowed(self, edit: Edit) -> Edit:
        """Answer the edit without a private note that Redmine would publish (Redmine fact 17)."""
        project = edit.ticket.project.id
        if edit.note is None or not edit.note.private or self.may_hide_notes(project):
            return edit
        self._observer.saw("note.withheld", ticket=edit.ticket.id, right=SET_PRIVATE)
        return replace(edit, note=None)

    def may_be_private(self, project: int) -> bool:
        """Answer whether the bot may make its own tickets private there."""
        return self._rights.any_of(project, OWN_PRIVATE)

    def may_hide_notes(self, project: int) -> bool:
        """Answer whether the bot may make notes private there."""
        return self._rights.any_of(project, (SET_PRIVATE,))


def _texts(edit: Edit) -> int:
    """Answer how many texts an edit brings."""
    return sum(f.name in TEXTS for f in edit.fields) + (
        edit.note is not None and not edit.note.rendered
    )
