"""Another organisation: English, three teams, Redmine's default trackers, projects of their own."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sandbox.configuration import EXAMPLES, copy
from sandbox.office import HARBOUR, Office
from sandbox.proxy import Proxy
from sandbox.redmine import install, installed

from itsm_sync.desk.provisioning import ruby
from itsm_sync.model.tickets import FieldName
from itsm_sync.settings import load
from tests.acceptance.conftest import CHECKOUT, Program

PROCESS, STAGE, TEAM, ROLE = FieldName.PROCESS, FieldName.STAGE, FieldName.TEAM, FieldName.ROLE
APPROVING, APPROVAL = FieldName.APPROVING_TEAM, FieldName.APPROVAL
EXAMPLE = EXAMPLES / "harbour"
DEFECT = "Checkout page shows the wrong total"


@pytest.fixture(scope="module")
def harbour() -> Path:
    """A Redmine in English with the fields of the example."""
    if not installed():
        install()
    settings = load(EXAMPLE, {}, secrets=False)
    return Office.prepare(CHECKOUT / ".test" / "redmine", ruby(settings, itil=False), HARBOUR)


@pytest.fixture
def shop(harbour: Path, tmp_path: Path) -> Iterator[Program]:
    """The program with the example's configuration over a Redmine of the test's own."""
    with (
        Office.open(tmp_path / "redmine", harbour) as office,
        Proxy(office.redmine.url) as proxy,
    ):
        directory = copy(
            tmp_path / "config", source=EXAMPLE, addresses={"redmine": proxy.url}, levels=True
        )
        environment = {
            "PATH": os.environ["PATH"],
            "ITSM_SYNC_CONFIG": str(directory),
            "ITSM_SYNC_DATABASE": f"sqlite:///{tmp_path}/itsm-sync.db",
            "REDMINE_API_KEY": office.keys["itsm-sync"],
        }
        yield Program(configuration=directory, environment=environment, proxy=proxy, office=office)


def opened(program: Program, subject: str, project: str, tracker: str = "Bug") -> int:
    return program.office.create("noor", subject, project=project, tracker=tracker)


def settled(program: Program) -> None:
    """A further cycle writes nothing."""
    said = program.sync()
    assert said.status == 0, said.out
    assert said.json["edits"]["planned"] == 0
    assert program.proxy.asked("PUT") == 0


def test_the_same_words_go_to_another_team_in_another_project(shop: Program) -> None:
    office = shop.office
    numbers = {project: opened(shop, DEFECT, project) for project in ("shop", "warehouse")}
    said = shop.sync()
    assert said.status == 0, said.err
    assert said.json["edits"]["applied"] == 2
    shown = {p: (office.value(n, TEAM), office.value(n, ROLE)) for p, n in numbers.items()}
    assert shown == {
        "shop": ("Product", "Development"),
        "warehouse": ("Platform", "Packaged software"),
    }
    for number, team in ((numbers["shop"], "Product"), (numbers["warehouse"], "Platform")):
        assert office.read(number)["assigned_to"]["name"] == team
        reason = str(office.value(number, FieldName.REASON))
        assert reason.startswith("Application maintenance: rule «Defect in what is there»")
        assert office.value(number, FieldName.SLA_STATE) == ""  # nothing is promised of defects
    broken = opened(shop, "The shop is down for all customers", "shop")
    shop.sync()
    assert office.value(broken, FieldName.SLA_STATE) == "Kept"
    assert str(office.value(broken, FieldName.SLA_DUE)) > "2026"
    settled(shop)


def test_check_and_the_live_lint_find_nothing_missing(shop: Program) -> None:
    opened(shop, DEFECT, "shop")
    checked = shop.run("check", "--json")
    assert checked.status == 0, checked.out
    assert [c for c in checked.json["checks"] if c["level"] in ("failed", "warning")] == []
    linted = shop.run("rules", "lint", "--live", "--json")
    assert linted.status == 0, linted.out
    assert linted.json["findings"] == []


def test_what_follows_a_persons_team_is_of_that_project(shop: Program) -> None:
    office = shop.office
    number = opened(shop, DEFECT, "warehouse")
    shop.sync()
    office.update("grace", number, fields={TEAM: "Product"})
    assert shop.sync().json["overrides"] == 1
    assert (office.value(number, TEAM), office.value(number, ROLE)) == ("Product", "Development")
    settled(shop)
    office.update("grace", number, fields={TEAM: "", ROLE: ""})
    assert shop.sync().json["overrides"] == 0
    assert office.value(number, ROLE) == "Packaged software"
    settled(shop)


def test_every_report_is_made_in_english(shop: Program, tmp_path: Path) -> None:
    opened(shop, DEFECT, "shop")
    shop.sync()
    out = tmp_path / "out"
    out.mkdir()
    for one in shop.run("report", "list", "--json").json:
        made = shop.run("report", one["name"], "--json", "--out", str(out))
        assert made.status == 0, made.err
    pages = sorted(out.glob("*.html"))
    assert len(pages) == 7  # one a team of the digest
    texts = [
        re.sub("<style.*?</style>", "", page.read_text("utf-8"), flags=re.DOTALL) for page in pages
    ]
    assert [text for text in texts if re.search("[가-힣]", text)] == []


def test_a_ticket_that_moves_to_the_other_project_moves_to_its_team(shop: Program) -> None:
    office = shop.office
    number = opened(shop, DEFECT, "shop")
    shop.sync()
    office.update("admin", number, project_id="warehouse")
    said = shop.sync()
    assert said.json["overrides"] == 0
    assert office.value(number, TEAM) == "Platform"
    settled(shop)


def test_a_change_has_the_approver_of_its_project(shop: Program) -> None:
    office = shop.office
    subject = "Change request: upgrade the label module"
    numbers = {p: opened(shop, subject, p, "Feature") for p in ("shop", "warehouse")}
    assert shop.sync().status == 0
    assert {p: office.value(n, APPROVING) for p, n in numbers.items()} == {
        "shop": "Product",
        "warehouse": "Service Desk",
    }
    assert office.value(numbers["shop"], STAGE) == "Requested"
    settled(shop)


@pytest.mark.parametrize(
    ("project", "owner", "other"), [("shop", "ana", "priya"), ("warehouse", "priya", "ana")]
)
def test_the_approval_field_alone_moves_a_change_by_the_team_that_approves_there(
    shop: Program, project: str, owner: str, other: str
) -> None:
    office = shop.office
    number = opened(shop, "Change request: upgrade the label module", project, "Feature")
    shop.sync()
    office.update(other, number, fields={APPROVAL: "Approved"})
    shop.sync()
    assert office.value(number, STAGE) == "Requested"
    (finding,) = shop.run("status", "--json").json["findings"]
    assert "is not in the group" in finding["text"]
    office.update(owner, number, fields={APPROVAL: "Awaiting"})
    shop.sync()
    assert office.value(number, STAGE) == "Awaiting approval"
    office.update(owner, number, fields={APPROVAL: "Approved"})
    shop.sync()
    assert (office.value(number, STAGE), office.value(number, TEAM)) == (
        "Being implemented",
        "Platform",
    )
    assert shop.run("status", "--json").json["findings"] == []
    settled(shop)


def test_explain_names_the_project_whose_lines_counted(shop: Program) -> None:
    number = opened(shop, DEFECT, "warehouse")
    shop.sync()
    told = shop.run("explain", str(number), "--json").json
    assert (told["project"], told["role"]) == ("warehouse", "Packaged software")
    assert "matrix of the project  warehouse" in shop.run("explain", str(number)).out
