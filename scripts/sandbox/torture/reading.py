"""What an administrator reads of the signals' tickets, so that two runs can be compared."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from itsm_sync.model.signals import carried
from itsm_sync.model.tickets import FieldName
from sandbox.office import Office

# Signals that are looked at: when the trouble was first seen depends on who looked when.
LOOKED = ("nodes", "controllers")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Read:
    """One ticket as read; tickets are named by their keys, for their numbers differ."""

    key: str
    copy: bool
    tracker: str
    closed: bool
    team: str
    role: str
    relations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """All signals' tickets, and their numbers."""

    tickets: tuple[Read, ...]
    numbers: Mapping[str, int]  # key -> that of the ticket that the program opened
    twice: tuple[str, ...]  # keys that more than one of the program's tickets carries

    def differs(self, other: "Seen") -> list[str]:
        """Answer what differs, a line each."""
        mine, theirs = Counter(self.tickets), Counter(other.tickets)
        return [f"- {one}" for one in sorted((mine - theirs).elements())] + [
            f"+ {one}" for one in sorted((theirs - mine).elements())
        ]


def see(office: Office) -> Seen:
    """Read all tickets as an administrator."""
    issues = list(_issues(office))
    closed = {s["id"] for s in office.ask("admin", "GET", "/issue_statuses.json")["issue_statuses"]
              if s["is_closed"]}  # fmt: skip
    carrying = {i["id"]: key for i in issues if (key := _key(i, office))}
    names = _names(carrying.values())
    said = {i["id"]: names[carrying[i["id"]]] if i["id"] in carrying else f"#{i['id']}"
            for i in issues}  # fmt: skip
    bot = office.ask("itsm-sync", "GET", "/users/current.json")["user"]["id"]
    own = [i for i in issues if i["id"] in carrying and i["author"]["id"] == bot]
    counted = Counter(carrying[i["id"]] for i in own)
    return Seen(
        tickets=tuple(
            sorted(
                Read(
                    key=said[i["id"]],
                    copy=i not in own,
                    tracker=i["tracker"]["name"],
                    closed=i["status"]["id"] in closed,
                    team=_value(i, office, FieldName.TEAM),
                    role=_value(i, office, FieldName.ROLE),
                    relations=tuple(sorted(_relations(i, said))),
                )
                for i in issues
                if i["id"] in carrying
            )
        ),
        numbers={said[i["id"]]: i["id"] for i in own},
        twice=tuple(sorted(key for key, count in counted.items() if count > 1)),
    )


def _issues(office: Office) -> Iterable[dict[str, Any]]:
    """Answer every ticket, open and closed, with its relations."""
    after = 0
    while True:
        path = (
            f"/issues.json?status_id=*&sort=id&limit=100&include=relations&issue_id=%3E%3D{after}"
        )
        page = office.ask("admin", "GET", path)["issues"]
        yield from page
        if len(page) < 100:
            return
        after = page[-1]["id"] + 1


def _key(issue: Mapping[str, Any], office: Office) -> str:
    return carried(_value(issue, office, FieldName.KEY), issue.get("description") or "")


def _value(issue: Mapping[str, Any], office: Office, name: FieldName) -> str:
    fields = issue.get("custom_fields", ())
    return next((str(f["value"] or "") for f in fields if f["id"] == office.fields[name]), "")


def _names(keys: Iterable[str]) -> Mapping[str, str]:
    """Answer what the keys are called in a comparison: of what is looked at, without the time."""
    found: dict[str, str] = {}
    lines: Counter[str] = Counter()
    for key in sorted(set(keys)):
        line = key.rpartition("/")[0]
        lines[line] += 1
        found[key] = f"{line}/{lines[line]}" if line.startswith(LOOKED) else key
    return found


def _relations(issue: Mapping[str, Any], said: Mapping[int, str]) -> Iterable[str]:
    for relation in issue.get("relations", ()):
        other = relation["issue_id"] + relation["issue_to_id"] - issue["id"]
        kind = relation["relation_type"]
        yield f"{kind} {said.get(other, '?')}"
