"""What people do in a Redmine, whichever it is: a real one, or a fake in memory."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from itsm_sync.model.tickets import FieldName


class RefusedByRedmine(Exception):
    """A person's request that Redmine did not do."""


class People(ABC):
    """People's hands on a Redmine: each acts by login, with their own rights."""

    fields: Mapping[FieldName, int]  # our fields' ids
    groups: Mapping[str, int]  # group -> id

    @abstractmethod
    def ask(self, login: str, method: str, path: str, body: object = None) -> Any:
        """Send a request as that person; answer its JSON. Raises RefusedByRedmine."""

    @abstractmethod
    def comment(self, login: str, ticket: int, notes: str) -> None:
        """Comment by the web form, which sends back all that its person may edit."""

    @abstractmethod
    def rename_value(self, name: FieldName, old: str, new: str) -> None:
        """Rename a value of a list, as an administrator."""

    @abstractmethod
    def take_off(self, name: FieldName, tracker: str) -> None:
        """Take a field off a tracker, as an administrator."""

    @abstractmethod
    def let_relate_across(self, allowed: bool) -> None:
        """Let tickets of two projects be related or not, as an administrator."""

    @abstractmethod
    def let_filter(self, name: FieldName, allowed: bool) -> None:
        """Let lists be filtered by a field of ours or not, as an administrator."""

    @abstractmethod
    def mails(self) -> list[str]:
        """Answer the addresses that mails went to, one an entry for each mail."""

    # ---------------------------------------------------------------- tickets

    def create(
        self,
        login: str,
        subject: str,
        *,
        project: str = "abc-app",
        tracker: str = "결함",
        fields: Mapping[FieldName, str] | None = None,
        **attributes: Any,
    ) -> int:
        """Open a ticket as a person; answer its number. `fields` are ours, by their word."""
        issue = {
            "project_id": project,
            "tracker_id": self.number("trackers", tracker),
            "subject": subject,
            **self._issue(fields, attributes),
        }
        return int(self.ask(login, "POST", "/issues.json", {"issue": issue})["issue"]["id"])

    def update(
        self,
        login: str,
        ticket: int,
        *,
        fields: Mapping[FieldName, str] | None = None,
        **attributes: Any,
    ) -> None:
        """Change a ticket as a person; `notes="..."` comments."""
        issue = self._issue(fields, attributes)
        self.ask(login, "PUT", f"/issues/{ticket}.json", {"issue": issue})

    def copy(self, login: str, ticket: int, *, project: str = "abc-app") -> int:
        """Copy a ticket with all that it holds, and a link; answer the copy's number."""
        body = {"copy_from": ticket, "link_copy": "1", "issue": {"project_id": project}}
        return int(self.ask(login, "POST", "/issues.json", body)["issue"]["id"])

    def delete(self, login: str, ticket: int) -> None:
        """Delete a ticket."""
        self.ask(login, "DELETE", f"/issues/{ticket}.json")

    def watch(self, login: str, ticket: int, watcher: int) -> None:
        """Make a user or a group a watcher."""
        self.ask(login, "POST", f"/issues/{ticket}/watchers.json", {"user_id": watcher})

    def relate(self, login: str, ticket: int, other: int, kind: str = "relates") -> None:
        """Relate two tickets."""
        relation = {"issue_to_id": other, "relation_type": kind}
        self.ask(login, "POST", f"/issues/{ticket}/relations.json", {"relation": relation})

    def write_page(self, login: str, title: str, text: str, *, project: str = "abc-app") -> None:
        """Write a wiki page."""
        path = f"/projects/{project}/wiki/{quote(title)}.json"
        self.ask(login, "PUT", path, {"wiki_page": {"text": text}})

    def add_project(
        self, identifier: str, *, public: bool = True, trackers: Sequence[int] = ()
    ) -> int:
        """Make a project without members and without our fields; answer its number.

        It has all trackers, or those of these numbers.
        """
        project: dict[str, Any] = {
            "identifier": identifier, "name": identifier, "is_public": public,
            **({"tracker_ids": list(trackers)} if trackers else {}),
        }  # fmt: skip
        return int(
            self.ask("admin", "POST", "/projects.json", {"project": project})["project"]["id"]
        )

    # ---------------------------------------------------------------- what they see

    def read(self, ticket: int, login: str = "admin") -> dict[str, Any]:
        """Answer the ticket as Redmine's API tells it, with journals, watchers and relations."""
        path = f"/issues/{ticket}.json?include=journals,watchers,relations,allowed_statuses"
        return dict(self.ask(login, "GET", path)["issue"])

    def value(self, ticket: int, name: FieldName) -> str | None:
        """Answer what a field of ours shows; None where the ticket does not have it."""
        number = self.fields[name]
        for field in self.read(ticket).get("custom_fields", ()):
            if field["id"] == number:
                return str(field["value"] or "")
        return None

    def journals(self, ticket: int) -> list[dict[str, Any]]:
        """Answer the ticket's history."""
        return list(self.read(ticket)["journals"])

    def number(self, kind: str, name: str) -> int:
        """Answer the id of a tracker, status, project, ... by its name; `kind` as in the API."""
        found = self.ask("admin", "GET", f"/{kind}.json?limit=100")
        return next(int(one["id"]) for one in next(iter(found.values())) if one["name"] == name)

    def _issue(
        self, fields: Mapping[FieldName, str] | None, attributes: Mapping[str, Any]
    ) -> dict[str, Any]:
        custom = [
            {"id": self.fields[name], "value": value} for name, value in (fields or {}).items()
        ]
        return {**attributes, **({"custom_fields": custom} if custom else {})}
