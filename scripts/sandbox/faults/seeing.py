"""What an administrator reads of every ticket, so that two runs can be compared."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from itsm_sync.model.signals import carried
from itsm_sync.model.tickets import FieldName
from sandbox.office import Office

# What differs between two Redmines, and two stand-ins: numbers, ports.
_OWN = (
    (re.compile(r"http://127\.0\.0\.1:\d+"), "http://…"),
    (re.compile(r"(?<![\w&])#\d+"), "#…"),
    (re.compile(r"redmine:issue/\d+"), "redmine:issue/…"),
    (re.compile(r"/issues/\d+"), "/issues/…"),
)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Paper:
    """One ticket as read: `name` is its key, or a person's subject; `notes` are all of them."""

    name: str
    project: str
    tracker: str
    status: str
    priority: str
    assignee: str
    private: bool
    description: str
    fields: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    relations: tuple[str, ...]

    def differs(self, other: "Paper") -> str:
        """Answer in what, shortly."""
        return "; ".join(
            f"{name}: {getattr(self, name)!r} / {getattr(other, name)!r}"
            for name in Paper.__dataclass_fields__
            if getattr(self, name) != getattr(other, name)
        )


@dataclass(slots=True, kw_only=True)
class Reader:
    """Reads one Redmine again and again; histories only of tickets that may have changed."""

    office: Office
    _kept: dict[int, tuple[str, Paper]] = field(default_factory=dict)

    def read(self, *, anew: bool = False) -> tuple[Paper, ...]:
        """Answer all tickets. `anew`: also those whose time of change is the old one."""
        issues = list(self._issues())
        names = {issue["id"]: self._name(issue) for issue in issues}
        recent = sorted(names)[-8:]  # an own note that is edited moves no time (Redmine fact 30)
        found = {}
        for issue in issues:
            number, at = issue["id"], issue["updated_on"]
            kept = self._kept.get(number)
            if anew or number in recent or kept is None or kept[0] != at:
                kept = (at, self._paper(number, names))
            found[number] = kept
        self._kept = found
        return tuple(sorted(paper for _, paper in found.values()))

    def _issues(self) -> Iterator[dict[str, Any]]:
        after = 0
        while True:
            path = f"/issues.json?status_id=*&sort=id&limit=100&issue_id=%3E%3D{after}"
            page = self.office.ask("admin", "GET", path)["issues"]
            yield from page
            if len(page) < 100:
                return
            after = page[-1]["id"] + 1

    def _paper(self, number: int, names: Mapping[int, str]) -> Paper:
        issue = self.office.read(number)
        values = {f["id"]: _same(_text(f["value"])) for f in issue.get("custom_fields", ())}
        ours = {name: values.get(at, "") for name, at in self.office.fields.items()}
        notes = (_same(j["notes"]) for j in issue["journals"] if j.get("notes"))
        return Paper(
            name=names[number],
            project=issue["project"]["name"],
            tracker=issue["tracker"]["name"],
            status=issue["status"]["name"],
            priority=issue["priority"]["name"],
            assignee=issue.get("assigned_to", {}).get("name", ""),
            private=issue.get("is_private", False),
            description=_same(issue.get("description") or ""),
            fields=tuple(sorted((str(name), value) for name, value in ours.items())),
            notes=tuple(sorted(notes)),
            relations=tuple(sorted(_relations(issue, names))),
        )

    def _name(self, issue: Mapping[str, Any]) -> str:
        key = next(
            (
                _text(f["value"])
                for f in issue.get("custom_fields", ())
                if f["id"] == self.office.fields[FieldName.KEY]
            ),
            "",
        )
        signal = carried(key, issue.get("description") or "")
        return signal or str(issue["subject"])


def compare(calm: tuple[Paper, ...], disturbed: tuple[Paper, ...]) -> list[str]:
    """Answer what differs, a line each: lost, there twice, or another."""
    found = []
    mine, theirs = Counter(calm), Counter(disturbed)
    less, more = list((mine - theirs).elements()), list((theirs - mine).elements())
    for paper in less:
        twin = next((one for one in more if one.name == paper.name), None)
        if twin is None:
            found.append(f"lost: {paper.name}")
            continue
        more.remove(twin)
        found.append(f"{paper.name}: {paper.differs(twin)}")
    return found + [f"too many: {paper.name}" for paper in more]


def _relations(issue: Mapping[str, Any], names: Mapping[int, str]) -> Iterator[str]:
    for relation in issue.get("relations", ()):
        other = relation["issue_id"] + relation["issue_to_id"] - issue["id"]
        yield f"{relation['relation_type']} {names.get(other, '?')}"


def _text(value: object) -> str:
    return str(value or "")


def _same(text: str) -> str:
    for pattern, stands in _OWN:
        text = pattern.sub(stands, text)
    return text
