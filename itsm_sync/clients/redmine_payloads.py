"""Redmine's own JSON turned into the model's words; used by the source and by the desk."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from itsm_sync.model.lists import Project
from itsm_sync.model.markup import plain
from itsm_sync.model.text import clean, normal
from itsm_sync.model.tickets import (
    TEXTS,
    FieldChange,
    FieldName,
    Journal,
    Ref,
    StatusChange,
    Ticket,
    TrackerChange,
)
from itsm_sync.settings.schema import TicketField

Payload = Mapping[str, Any]

CLOSED_PROJECT = 5
COPIED_TO, COPIED_FROM = "copied_to", "copied_from"
# What Redmine calls its own fields among our names, in what is sent and in histories.
ATTRIBUTES: Mapping[FieldName, str] = {
    FieldName.ASSIGNEE: "assigned_to_id",
    FieldName.STATUS: "status_id",
    FieldName.SUBJECT: "subject",
    FieldName.DESCRIPTION: "description",
    FieldName.PRIORITY: "priority_id",
    FieldName.DUE_DATE: "due_date",
}
_STATUS = ("attr", "status_id")
_TRACKER = ("attr", "tracker_id")
_REMEMBERED = 1024  # trackers, people and the like: they come again and again


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who the key belongs to."""

    id: int
    login: str
    name: str
    admin: bool


def account(payload: Payload) -> Account:
    """Read a user. The payload holds the API key, which is not taken over."""
    return Account(
        id=int(payload["id"]),
        login=str(payload.get("login", "")),
        name=_full_name(clean(payload.get("firstname")), clean(payload.get("lastname"))),
        admin=bool(payload.get("admin", False)),
    )


def roles(payload: Payload) -> Mapping[int, tuple[int, ...]]:
    """Read a user's memberships: a project's id to the roles' ids there."""
    return {
        int(membership["project"]["id"]): tuple(int(role["id"]) for role in membership["roles"])
        for membership in payload.get("memberships", ())
    }


def project(payload: Payload) -> Project:
    """Read a project, with its modules and trackers where they came along."""
    parent = payload.get("parent")
    return Project(
        id=int(payload["id"]),
        identifier=str(payload["identifier"]),
        name=clean(payload["name"]),
        parent=int(parent["id"]) if parent else None,
        closed=payload.get("status") == CLOSED_PROJECT,
        public=payload.get("is_public") is not False,
        modules=frozenset(str(m["name"]) for m in payload.get("enabled_modules", ())),
        trackers=tuple(_ref(t) for t in payload.get("trackers", ())),
    )


class OurFields:
    """Tells our custom fields among a ticket's, by their number where the settings give it, else by
    their name.
    """

    def __init__(self, fields: Mapping[FieldName, TicketField]) -> None:
        self._numbers = {f.id: name for name, f in fields.items() if f.id is not None}
        self._titles = {clean(f.name): name for name, f in fields.items() if f.id is None}

    def among(self, payload: Payload) -> dict[FieldName, Payload]:
        """Answer an issue's entries that are ours. One that is absent is not enabled (fact 12)."""
        found = {}
        for entry in payload.get("custom_fields", ()):
            ours = self._numbers.get(int(entry["id"]))
            name = ours or self._titles.get(clean(str(entry["name"])))
            if name is not None:
                found[name] = entry
        return found


def ticket(payload: Payload, fields: Mapping[FieldName, TicketField]) -> Ticket:
    """Read an issue as the desk sees it; `fields` are ours as the settings name them; raises as
    `bare_ticket`.
    """
    return replace(
        bare_ticket(payload, OurFields(fields)),
        subject=clean(payload.get("subject")),
        description=clean(payload.get("description")),
        due_date=clean(payload.get("due_date")),
    )


def bare_ticket(payload: Payload, fields: OurFields) -> Ticket:
    """Read an issue as it is stored: its words stand in its item.

    Args:
        payload: one element of `issues`, or `issue`; with relations where `copied_from` matters.
        fields: what tells our fields.

    Raises:
        KeyError, TypeError, ValueError: it is not an issue of Redmine's.
    """
    ours = fields.among(payload)
    return Ticket(
        id=int(payload["id"]),
        project=_ref(payload["project"]),
        tracker=_ref(payload["tracker"]),
        status=_ref(payload["status"]),
        closed=bool(payload["status"]["is_closed"]),
        private=bool(payload.get("is_private", False)),
        author=_ref(payload["author"]),
        assignee=_ref(payload["assigned_to"]) if payload.get("assigned_to") else None,
        created_on=moment(payload["created_on"]),
        updated_on=moment(payload["updated_on"]),
        fields={name: _value(name, entry.get("value")) for name, entry in ours.items()},
        field_ids={name: int(entry["id"]) for name, entry in ours.items()},
        copied_from=_copied_from(payload),
        priority=_ref(payload["priority"]) if payload.get("priority") else None,
    )


def journals(payload: Payload, field_ids: Mapping[FieldName, int]) -> tuple[Journal, ...]:
    """Read an issue's history, oldest first; `field_ids` tells which custom fields are ours."""
    names = {("cf", str(number)): name for name, number in field_ids.items()}
    names |= {("attr", attribute): name for name, attribute in ATTRIBUTES.items()}
    return tuple(_journal(entry, names) for entry in payload.get("journals", ()))


def moment(text: str) -> datetime:
    """Read Redmine's time (`2026-03-02T12:00:00Z`); an aware datetime."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"a time without zone: {text}")
    return found


def _journal(entry: Payload, names: Mapping[tuple[str, str], FieldName]) -> Journal:
    changes, others = [], []
    status, tracker = None, None
    for detail in entry.get("details", ()):
        where = (str(detail["property"]), str(detail["name"]))
        if where in names:
            name = names[where]
            old, new = _value(name, detail.get("old_value")), _value(name, detail.get("new_value"))
            changes.append(FieldChange(field=name, old=old, new=new))
        if where == _STATUS:
            # What was brought in from another system may lack one of them: no status is 0.
            status = StatusChange(
                old=int(detail["old_value"] or 0), new=int(detail["new_value"] or 0)
            )
        if where == _TRACKER:
            tracker = TrackerChange(
                old=int(detail["old_value"] or 0), new=int(detail["new_value"] or 0)
            )
        if where not in names or where == _STATUS:
            others.append(_other(*where))
    user = entry.get("user")
    return Journal(
        id=int(entry["id"]),
        author=_ref(user) if user else Ref(id=0, name=""),
        at=moment(entry["created_on"]),
        notes=clean(entry.get("notes")),
        private=bool(entry.get("private_notes", False)),
        changes=tuple(changes),
        status=status,
        tracker=tracker,
        other_changes=tuple(others),
    )


def _value(name: FieldName, value: object) -> str:
    """Answer a field's value as it is compared; a text as it was before it was escaped."""
    return plain(normal(value)) if name in TEXTS else normal(value)


def _other(kind: str, name: str) -> str:
    return name if kind == "attr" else f"{kind}:{name}"


def _copied_from(payload: Payload) -> int | None:
    """Answer the original of a copy. Redmine shows the relation as stored, from the original."""
    own = int(payload["id"])
    for relation in _relations(payload):
        start, end = int(relation["issue_id"]), int(relation["issue_to_id"])
        if relation["relation_type"] == COPIED_TO and end == own:
            return start
        if relation["relation_type"] == COPIED_FROM and start == own:
            return end
    return None


def _relations(payload: Payload) -> Iterable[Payload]:
    found: Iterable[Payload] = payload.get("relations", ())
    return found


def _full_name(first: str, last: str) -> str:
    """Answer a person's name; in Hangul the family's comes first. `user_format` is not told."""
    korean = any("가" <= letter <= "힣" for letter in first + last)
    return (f"{last} {first}" if korean else f"{first} {last}").strip()


def _ref(payload: Payload) -> Ref:
    return _named(payload["id"], payload.get("name"))


@lru_cache(_REMEMBERED)
def _named(number: int | str, name: str | None) -> Ref:
    return Ref(id=int(number), name=clean(name))
