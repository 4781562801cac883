"""check: whether Redmine relates tickets of two projects; its setting is not the bot's to read."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from itsm_sync.clients.redmine import RedmineClient
from itsm_sync.clients.refusals import shaped
from itsm_sync.model.words import Message
from itsm_sync.operations.check_lines import Level, Line

_LOOKED_AT = 5  # tickets a project, in case the others' ends are hidden from the bot


def relations(redmine: RedmineClient, projects: Sequence[str]) -> Iterator[Line]:
    """Answer what two related tickets of different projects show; nothing is tried (fact 29).

    Raises:
        ClientError: a project or its tickets can't be read.
    """
    for identifier in projects:
        if pair := _pair(redmine, redmine.project(identifier).id):
            told = Message("tickets of two projects are related: #{one}, #{other}", pair)
            yield Line(level=Level.OK, subject="redmine", message=told)
            return
    told = Message(
        "whether tickets of two projects can be related is not known (provision allows it); "
        "where they can't be, they name each other in their text"
    )
    yield Line(level=Level.UNKNOWN, subject="redmine", message=told)


def _pair(redmine: RedmineClient, project: int) -> Mapping[str, int] | None:
    """Answer a ticket of the project with a related one of another."""
    asked: Mapping[str, Any] = {
        "f[]": ["status_id", "project_id", "relates"],
        "op[status_id]": "*",
        "op[project_id]": "=",
        "v[project_id][]": str(project),
        "op[relates]": "=!p",
        "v[relates][]": str(project),
    }
    rows, _ = redmine.issue_page(_LOOKED_AT, **asked, sort="id:desc", include="relations")
    with shaped("redmine", "/issues.json"):
        for row in rows:
            number = int(row["id"])
            for other in redmine.issues(
                sorted(_ends(row) - {number})
            ):  # an unknown filter shows all
                if other["project"]["id"] != row["project"]["id"]:
                    return {"one": number, "other": int(other["id"])}
    return None


def _ends(row: Mapping[str, Any]) -> set[int]:
    related = row.get("relations", ())
    return {int(one[end]) for one in related for end in ("issue_id", "issue_to_id")}
