"""The world of a GitHub, and how tests change it."""

import json
from typing import Any

from sandbox.standins.github import rows
from sandbox.standins.github.rows import Row
from sandbox.standins.server import StandIn


class Changeable(StandIn):
    """A stand-in whose world tests may change by these methods, or directly under `lock`."""

    def repository(self, name: str) -> Row:
        """Answer a repository's documents; raises KeyError."""
        found: Row = self.world["repositories"][name]
        return found

    def add(self, name: str, kind: str, row: Row) -> Row:
        """Put a row (see `rows`) into a repository, as the newest of its kind."""
        with self.lock:
            self.repository(name)[kind].append(row)
            return row

    def change(self, name: str, kind: str, identity: int, **fields: Any) -> Row:
        """Change a row by its number or id."""
        with self.lock:
            row = self.row(name, kind, identity)
            row.update(fields)
            return row

    def change_repository(self, name: str, **fields: Any) -> None:
        """Change the repository itself (`private`, `default_branch`, ...)."""
        with self.lock:
            self.repository(name)["repository"].update(fields)

    def row(self, name: str, kind: str, identity: int) -> Row:
        """Answer a row by its number or id; raises StopIteration."""
        found = self.repository(name)[kind]
        return next(r for r in found if r.get("number", r.get("id")) == identity)

    def delete(self, name: str, kind: str, identity: int, *, status: int = 410) -> None:
        """Delete a row; it answers `status` (404 or 410) from now on."""
        with self.lock:
            documents = self.repository(name)
            documents[kind].remove(self.row(name, kind, identity))
            documents["deleted"][f"{kind}/{identity}"] = status

    def transfer(self, name: str, number: int, to: str, new: int) -> None:
        """Move an issue to another repository; its former address answers 301."""
        with self.lock:
            row = self.row(name, "issues", number)
            self.delete(name, "issues", number)
            moved = rows.issue(to, new, at=row["created_at"])
            kept = {key: row[key] for key in ("title", "body", "state", "user", "node_id")}
            self.add(to, "issues", {**moved, **kept})
            self.repository(name)["deleted"][f"issues/{number}"] = f"{to}/issues/{new}"

    def rename(self, old: str, new: str) -> None:
        """Rename a repository; the former name answers 301."""
        with self.lock:
            documents = self.world["repositories"].pop(old)
            text = json.dumps(documents).replace(f"/{old}", f"/{new}")
            documents = json.loads(text)
            documents["repository"].update(full_name=new, name=new.partition("/")[2])
            self.world["repositories"][new] = documents
            self.world["moved"][old] = new

    def switch_off(self, name: str, feature: str, status: int = 403) -> None:
        """Switch a feature (`dependabot`, `releases`, ...) off: it answers `status`."""
        with self.lock:
            self.repository(name)["off"][feature] = status
