"""check: whether Redmine has what the tickets of signals need, and lets the bot open them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from itsm_sync.clients.errors import ClientError
from itsm_sync.clients.redmine import Account, Project, RedmineClient
from itsm_sync.clients.redmine_payloads import OurFields
from itsm_sync.desk.forms import Form, form
from itsm_sync.desk.lists import Lists
from itsm_sync.desk.rights import OWN_PRIVATE
from itsm_sync.model.lists import Priority, Status, Tracker
from itsm_sync.model.text import normal
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.words import Message
from itsm_sync.operations.check_lines import Level, Line
from itsm_sync.operations.check_relations import relations
from itsm_sync.settings import TicketField

Fields = Mapping[FieldName, TicketField]
_WRITTEN = ("priority_id", "due_date")  # of Redmine's own fields, beside what every ticket has
_RIGHTS: tuple[tuple[Level, tuple[str, ...], Message], ...] = (
    (Level.FAILED, ("add_issues",), Message("open tickets")),
    (Level.FAILED, ("edit_issues",), Message("keep tickets up to date")),
    (Level.WARNING, ("edit_own_issue_notes", "edit_issue_notes"), Message("edit its own notes")),
    (Level.WARNING, ("manage_issue_relations",), Message("relate tickets")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the tickets of signals need, by Redmine's own names.

    `places` are a project's identifier and a tracker each ("": Redmine chooses), `private` the
    identifiers of projects in which private tickets are opened. `closing` are statuses that shall
    end a ticket, and one at least of the `rejecting` shall be there.
    """

    places: Collection[tuple[str, str]]
    priorities: Collection[str] = ()
    statuses: Collection[str] = ()
    closing: Collection[str] = ()
    rejecting: Collection[str] = ()
    private: Collection[str] = ()


def signals(
    wanted: Wanted, redmine: RedmineClient, account: Account, fields: Fields
) -> Iterator[Line]:
    """Look at everything that opening, closing and relating tickets needs; write nothing.

    Args:
        wanted: what the configuration names.
        redmine: the bot's door.
        account: who the bot is.
        fields: ours, as the settings name them.
    """
    look = _Look(wanted, redmine, account, fields)
    yield from _told("redmine", look.names())
    projects = list(dict.fromkeys([*(project for project, _ in wanted.places), *wanted.private]))
    for identifier in projects:
        yield from _told(identifier, look.project(identifier))
    if len(projects) > 1:
        yield from _told("redmine", relations(redmine, projects))


def _told(subject: str, lines: Iterator[Line]) -> Iterator[Line]:
    """Answer the lines, to where Redmine fails."""
    try:
        yield from lines
    except ClientError as error:
        told = Message("can't be read: {error}", {"error": error.message})
        yield Line(level=Level.UNKNOWN, subject=subject, message=told)


class _Look:
    """Looks at a Redmine's lists and at one ticket of each place."""

    def __init__(
        self, wanted: Wanted, redmine: RedmineClient, account: Account, fields: Fields
    ) -> None:
        self._wanted = wanted
        self._redmine = redmine
        self._account = account
        self._fields = fields
        self._lists = Lists(redmine)

    def names(self) -> Iterator[Line]:
        """Look at the names that hold in all projects."""
        wanted = self._wanted
        priorities, statuses = self._lists.priorities(), self._lists.statuses().values()
        off = [one.name for one in priorities if not one.active]
        going_on = [one.name for one in statuses if not one.closed]
        trackers = [name for _, name in wanted.places if name]
        for told in (
            Message("no such priority: {names}", _lacking(wanted.priorities, priorities)),
            Message("switched off, for no new ticket: {names}", _among(wanted.priorities, off)),
            Message("no such status: {names}",
                    _lacking([*wanted.statuses, *wanted.closing], statuses)),
            Message("shall end a ticket and do not: {names}", _among(wanted.closing, going_on)),
            Message("no such tracker: {names}", _lacking(trackers, self._lists.trackers())),
        ):  # fmt: skip
            if told.params["names"]:
                yield Line(level=Level.FAILED, subject="redmine", message=told)
        absent = _lacking(wanted.rejecting, statuses)
        if wanted.rejecting and absent == _names(wanted.rejecting):
            told = Message(
                "none of these statuses is there, so nothing is rejected: {names}", absent
            )
            yield Line(level=Level.WARNING, subject="redmine", message=told)

    def project(self, identifier: str) -> Iterator[Line]:
        """Look at a project: whether tickets can be opened there, and with which trackers."""
        line = partial(Line, subject=identifier)
        try:
            found = self._lists.projects().get(identifier) or self._redmine.project(identifier)
        except ClientError as error:
            told = Message("can't be seen: {error}", {"error": error.message})
            yield line(level=Level.FAILED, message=told)
            return
        if why := _shut(found):
            # Those of a closed one are opened in the settings' first instead.
            yield line(level=Level.WARNING if found.closed else Level.FAILED, message=why)
            return
        yield from self._rights(found)
        for place, tracker in dict.fromkeys(self._wanted.places):
            if place == identifier and tracker:
                yield from _told(identifier, self._place(found, tracker))

    def _rights(self, project: Project) -> Iterator[Line]:
        if self._account.admin:
            return
        if project.id not in self._redmine.roles():
            told = Message("the bot is no member here")
            yield Line(level=Level.FAILED, subject=project.identifier, message=told)
            return
        held: set[str] = set()
        for role in self._redmine.roles()[project.id]:
            held |= self._redmine.permissions(role)
        needed = list(_RIGHTS)
        if project.identifier in self._wanted.private:
            # Asked for all the same, Redmine would make a public one (Redmine fact 17).
            needed.append((Level.FAILED, OWN_PRIVATE, Message("open private tickets")))
        for level, rights, what in needed:
            if held.isdisjoint(rights):
                params = {"right": rights[0], "what": what}
                told = Message("the bot lacks the right {right} here: {what}", params)
                yield Line(level=level, subject=project.identifier, message=told)

    def _place(self, project: Project, tracker: str) -> Iterator[Line]:
        """Look at a tracker in a project; only a ticket tells its fields (Redmine fact 12)."""
        line = partial(Line, subject=project.identifier, tracker=tracker)
        known = {normal(one.name): one for one in self._lists.trackers()}
        if (found := known.get(normal(tracker))) is None:
            return  # told already
        if found.id not in {one.id for one in project.trackers}:
            # Redmine would open it with another tracker (Redmine fact 16).
            told = Message("the tracker is not enabled in this project")
            yield line(level=Level.FAILED, message=told)
            return
        if found.lacks("due_date"):
            yield line(level=Level.WARNING, message=Message("the tracker has no due date"))
        rows = self._newest(project, found)
        if not rows:
            told = Message("no ticket to look at, so whether it has our key field is not known")
            yield line(level=Level.UNKNOWN, message=told)
            return
        yield from self._ticket(line, rows[0])

    def _newest(self, project: Project, tracker: Tracker) -> list[dict[str, Any]]:
        """Answer the newest ticket, best one in the status in which ours begin, else an open one:
        its form tells more.
        """
        first = [tracker.first] if tracker.first else []
        for status in (*first, "o", "*"):
            rows, _ = self._redmine.issue_page(1, project_id=project.id, subproject_id="!*",
                                               tracker_id=tracker.id, status_id=status,
                                               sort="id:desc")  # fmt: skip
            if rows:
                return rows
        return []

    def _ticket(self, line: "partial[Line]", row: Mapping[str, Any]) -> Iterator[Line]:
        key = self._fields.get(FieldName.KEY)
        if key is None or FieldName.KEY not in OurFields(self._fields).among(row):
            told = Message("our key field is not there: its tickets are known by their description")
            yield line(level=Level.WARNING, message=told)
        if row["status"]["is_closed"]:
            told = Message("no open ticket to look at, so rights are not known")
            yield line(level=Level.UNKNOWN, message=told)
            return
        found = form(self._redmine.page(f"/issues/{row['id']}"))
        wrong = list(self._form(found, str(row["status"]["name"])))
        for message in wrong:
            yield line(level=Level.WARNING, message=message)
        if not wrong:
            yield line(level=Level.OK, message=Message("tickets of signals can be kept here"))

    def _form(self, found: Form, status: str) -> Iterator[Message]:
        if lacking := [name for name in _WRITTEN if name not in found.standard]:
            params = {"fields": ", ".join(lacking)}
            yield Message("fields that the bot may not write: {fields}", params)
        statuses = self._lists.statuses().values()
        ends = self._wanted.closing or [one.name for one in statuses if one.closed]
        if not _among(ends, found.statuses)["names"]:
            told = "the bot can't close a ticket that is in {status}; transitions: {statuses}"
            yield Message(told, {"status": status, "statuses": ", ".join(found.statuses) or "-"})


def _shut(project: Project) -> Message | None:
    """Answer why nobody can open a ticket in a project."""
    if project.closed:
        return Message("the project is closed: no ticket can be opened here")
    if "issue_tracking" not in project.modules:
        return Message("issue tracking is switched off: no ticket can be opened here")
    return None


def _lacking(
    wanted: Iterable[str], there: Iterable[Priority | Status | Tracker]
) -> Mapping[str, str]:
    """Answer which names Redmine does not have."""
    names = {normal(one.name) for one in there}
    return _names(name for name in wanted if normal(name) not in names)


def _among(wanted: Iterable[str], there: Iterable[str]) -> Mapping[str, str]:
    """Answer which names are among those."""
    names = set(map(normal, there))
    return _names(name for name in wanted if normal(name) in names)


def _names(found: Iterable[str]) -> Mapping[str, str]:
    return {"names": ", ".join(dict.fromkeys(found))}
