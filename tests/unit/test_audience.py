"""Who sees what: every kind of item against every kind of place."""

from pathlib import Path
from typing import Any

import pytest

from itsm_sync.cli import run
from itsm_sync.clients.errors import ClientError, Missing
from itsm_sync.clients.redmine import Project
from itsm_sync.clients.refusals import spoken
from itsm_sync.locale import say
from itsm_sync.model.audience import NEUTRAL, OPEN, OPERATOR, Kind, Place, may_say
from itsm_sync.model.catalogue import Job, Service
from itsm_sync.model.errors import fault
from itsm_sync.model.items import Audience, Item
from itsm_sync.model.words import Message
from itsm_sync.operations.check_audience import wrong_projects
from itsm_sync.routing import Catalogue
from tests.builders import item, ticket, words
from tests.redmine_builders import project

SECRET = "인증 우회 취약점"
SERVICES = (
    Service(
        id="portal",
        name=words("포털"),
        team="it",
        repositories=("abc/portal",),
        jobs=(Job(job="abc/build"),),
        private_projects=("abc-sec",),
    ),
    Service(
        id="infra",
        name=words("인프라"),
        team="it",
        repositories=("abc/infra",),
        jobs=(Job(job="abc/ops/*"),),
        projects=("abc-infra",),
        audience=Audience.PRIVATE,
        private_projects=("abc-sec",),
    ),
    Service(id="open", name=words("문서"), team="it", repositories=("abc/docs",)),
)
CATALOGUE = Catalogue(SERVICES, ())
PUBLIC, PRIVATE = Audience.PUBLIC, Audience.PRIVATE


def thing(kind: str, audience: Audience = PUBLIC, **facts: Any) -> Item:
    made = item(title=SECRET, key=f"sample:{kind}", kind=kind, audience=audience, facts=facts)
    return CATALOGUE.enriched(made)


ITEMS = {
    "ticket": CATALOGUE.enriched(item(1, SECRET)),
    "private ticket": CATALOGUE.enriched(
        item(1, SECRET, audience=PRIVATE, ticket=ticket(1, private=True))
    ),
    "ticket of a private service": CATALOGUE.enriched(
        item(1, SECRET, facts={"project": "abc-infra"})
    ),
    "pull request": thing("pull", repository="abc/portal"),
    "pull request of a private repository": thing("pull", PRIVATE, repository="abc/portal"),
    "pull request of a private service": thing("pull", repository="abc/infra"),
    "security alert": thing("alert", PRIVATE, repository="abc/portal"),
    "security alert of a service without such a project": thing(
        "alert", PRIVATE, repository="abc/docs"
    ),
    "private thing of no service": thing("incident", PRIVATE),
    "build": thing("build", job="abc/build"),
    "build of a private service": thing("build", job="abc/ops/rotate-keys"),
}


def place(**changes: Any) -> Place:
    return Place(kind=Kind.PROJECT, **changes)


PLACES = {
    "its own ticket": place(project="abc-app", ticket="redmine:issue/1"),
    "another ticket": place(project="abc-app", ticket="redmine:issue/2"),
    "a ticket in a closed circle": place(project="abc-hr", public=False),
    "a ticket in the project named": place(project="abc-sec", public=False),
    "a ticket in the project named, which is public": place(project="abc-sec"),
    "a report in a public project": place(project="abc"),
    "a report in the project named": place(project="abc-sec", public=False),
    "a plan file": OPERATOR,
    "a log": OPEN,
}
ANY_PROJECT = {name for name, where in PLACES.items() if where.kind is Kind.PROJECT}
OWN, FILE = {"its own ticket"}, {"a plan file"}
NAMED = {"a ticket in the project named", "a report in the project named"}
# Who may be told of what; a log tells of nothing.
TABLE = {
    "ticket": ANY_PROJECT | FILE,
    "private ticket": OWN | FILE,
    "ticket of a private service": OWN | NAMED | FILE,
    "pull request": ANY_PROJECT | FILE,
    "pull request of a private repository": NAMED | FILE,
    "pull request of a private service": NAMED | FILE,
    "security alert": NAMED | FILE,
    "security alert of a service without such a project": FILE,
    "private thing of no service": FILE,
    "build": ANY_PROJECT | FILE,
    "build of a private service": NAMED | FILE,
}


def test_the_table_has_every_kind_of_item() -> None:
    assert TABLE.keys() == ITEMS.keys()


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("what", ITEMS)
def test_words_go_where_no_more_people_see_them(what: str, where: str) -> None:
    its = ITEMS[what]
    named = CATALOGUE.private_projects(its)
    allowed = may_say(its, PLACES[where], named)
    assert allowed == (where in TABLE[what])


def test_what_stands_for_a_title_tells_nothing_in_either_language() -> None:
    assert say(NEUTRAL, "en") == "something that may not be shown here"
    assert say(NEUTRAL, "ko") == "여기에는 보여 줄 수 없는 항목"
    assert NEUTRAL.params == {}


@pytest.mark.parametrize("error", [ValueError(SECRET), UnicodeError(SECRET)])
def test_a_fault_quotes_no_value(error: Exception) -> None:
    assert SECRET not in fault(error)
    assert fault(KeyError("title")) == "KeyError: 'title'"


def test_a_branch_is_not_told() -> None:
    assert spoken("/repos/abc/portal/branches/fix/login-bypass") == "/repos/abc/portal/branches/…"
    assert spoken("/repos/abc/portal/issues/7") == "/repos/abc/portal/issues/7"


def test_a_project_that_can_be_none_is_told_with_its_line(
    configuration: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    directory: Path = configuration()
    file = directory / "services.yaml"
    text = file.read_text(encoding="utf-8").replace(
        "projects: [abc-app]\n    private_projects: [abc-sec]",
        "projects: [abc-app]\n    private_projects: [abc-sec, Abc Sec, '12', abc-sec]",
    )
    file.write_text(text, encoding="utf-8")
    (line,) = [n for n, written in enumerate(text.splitlines(), 1) if "Abc Sec" in written]
    assert run(["matrix", "--config", str(directory)]) == 2
    said = capsys.readouterr().err
    assert f"services.yaml:{line}: services.0.private_projects.1: `Abc Sec`" in said
    assert "services.0.private_projects.2: `12`" in said
    assert "services.0.private_projects.3: `abc-sec`이(가) 두 번" in said
    assert "private_projects.0" not in said


class Redmine:
    """Shows one project that was not listed."""

    def project(self, name: int | str) -> Project:
        if name != "abc-sec":
            raise Missing(Message("404"), system="redmine", status=404)
        return project(9, "abc-sec", public=True)


def test_check_tells_of_named_projects_that_are_public_or_not_there() -> None:
    services = [
        Service(id="a", name=words("a"), team="it", private_projects=("abc-hr", "abc-sec")),
        Service(id="b", name=words("b"), team="it", private_projects=("abc-gone", "abc-hr")),
    ]
    seen = (project(1, "abc-hr", public=False), project(2, "abc-app", public=True))
    found = list(wrong_projects(services, Redmine(), seen))  # type: ignore[arg-type]
    assert [name for name, _ in found] == ["abc-gone", "abc-sec"]
    assert str(found[0][1]) == "can't be seen: 404"
    assert "is public" in str(found[1][1])
    assert issubclass(Missing, ClientError)
