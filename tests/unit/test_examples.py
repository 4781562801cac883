"""The further configurations that ship: other organisations, complete and right in themselves."""

import re
from collections import Counter
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from itsm_sync.app.wiring import deciders, objections
from itsm_sync.desk.provisioning import wanted
from itsm_sync.model.errors import ConfigurationError
from itsm_sync.model.tickets import FieldName
from itsm_sync.operations.init import examples, init
from itsm_sync.operations.matrix.formats import FORMATS, render
from itsm_sync.operations.rules import lint as rules_lint
from itsm_sync.operations.rules.cases import CaseResult, run
from itsm_sync.settings import Settings, cases, load
from tests.deleting import unneeded

EXAMPLES = Path(__file__).parents[2] / "config" / "examples"
REDMINES_OWN = {"Bug", "Feature", "Support"}
PRIORITIES = {"Low", "Normal", "High", "Urgent", "Immediate"}
STATUSES = {"New", "In Progress", "Resolved", "Feedback", "Closed", "Rejected"}


def _strings(workbook: bytes) -> str:
    return ZipFile(BytesIO(workbook)).read("xl/sharedStrings.xml").decode()


@pytest.fixture(scope="module", params=sorted(path.name for path in EXAMPLES.iterdir()))
def settings(request: pytest.FixtureRequest) -> Settings:
    return load(EXAMPLES / request.param, {}, secrets=False, inspect=objections)


@pytest.fixture(scope="module")
def results(settings: Settings) -> tuple[CaseResult, ...]:
    router, catalogue = deciders(settings)
    return run(router, catalogue, cases(settings.directory / "cases.yaml"))


def test_every_case_comes_out_as_expected(results: tuple[CaseResult, ...]) -> None:
    assert [(r.case.name, r.line, r.differences) for r in results if not r.passed] == []


def test_there_are_enough_cases_of_different_names(results: tuple[CaseResult, ...]) -> None:
    names = Counter(result.case.name for result in results)

    assert len(results) >= 60
    assert [name for name, count in names.items() if count > 1] == []
    assert sum(bool(result.case.hard) for result in results) * 4 >= len(results)


def test_every_row_is_reached_by_several_cases(
    settings: Settings, results: tuple[CaseResult, ...]
) -> None:
    reached = Counter(result.routing.row for result in results)

    assert [row.id for row in settings.matrix.rows if reached[row.id] < 2] == []


def test_deleting_any_one_rule_fails_a_case(
    settings: Settings, results: tuple[CaseResult, ...]
) -> None:
    assert unneeded(*deciders(settings), results) == []


def test_the_lint_finds_nothing(settings: Settings) -> None:
    assert rules_lint.run(settings) == ()


def test_projects_have_lines_of_their_own_that_decide(
    settings: Settings, results: tuple[CaseResult, ...]
) -> None:
    assert len(settings.matrix.projects) >= 2
    assert {r.routing.project for r in results} == {*settings.matrix.projects, "*"}


@pytest.mark.parametrize("format_", FORMATS)
def test_the_matrix_is_shown_with_the_projects_that_differ(
    settings: Settings, format_: str
) -> None:
    shown = render(settings.matrix, format_, settings.language)  # type: ignore[arg-type]

    text = shown if isinstance(shown, str) else "".join(_strings(shown))
    for project in settings.matrix.projects:
        assert f"· {project}" in " ".join(text.split()) or format_ == "text"
        assert text.count(project) >= 4  # its lines of ownership, and of letters


def test_nothing_is_shown_of_a_document_that_there_is_not(settings: Settings) -> None:
    for format_ in ("text", "md", "html"):
        shown = str(render(settings.matrix, format_, "en"))  # type: ignore[arg-type]
        assert "Duties of sections 1 to 5" not in shown
        assert "Conflicts and decisions" not in shown


def test_redmines_own_trackers_and_statuses_are_enough(
    settings: Settings, results: tuple[CaseResult, ...]
) -> None:
    facts = [result.case.facts for result in results]

    assert {f["tracker"] for f in facts if "tracker" in f} == REDMINES_OWN
    assert {f["status"] for f in facts if "status" in f} <= STATUSES


def test_what_provision_makes_is_in_the_language_of_the_example(settings: Settings) -> None:
    made = wanted(settings, itil=False)

    assert settings.language == "en"
    assert made["itil"] is None
    assert made["groups"] == ["Service Desk", "Platform", "Product"]
    (approval,) = [field for field in made["fields"] if field["word"] == "approval"]
    assert approval["values"] == ["Awaiting", "Approved", "Rejected"]
    assert re.search("[가-힣]", str(made)) is None


def test_what_is_promised_is_in_redmines_own_words_and_fits_some_tickets(
    settings: Settings,
) -> None:
    sla = settings.sla
    assert sla is not None
    assert {*sla.pauses, *sla.resolved} <= STATUSES
    assert {name for target in sla.targets for name in target.priority} <= {*PRIORITIES, "*"}
    assert {name for target in sla.targets for name in target.process} & {
        *settings.matrix.processes
    }
    fields = settings.general.redmine.fields
    assert {FieldName.SLA_STATE, FieldName.SLA_DUE} <= {FieldName(name) for name in fields}


def test_there_is_a_clock_for_each_report_and_every_word_is_of_the_examples_language(
    settings: Settings,
) -> None:
    every = settings.reporting.every
    assert len(every) >= 5
    assert {one.report for one in settings.schedules.reports} == {*every}
    assert all(report.deliver and report.what for report in every.values())
    for file in ("sla", "reports", "schedules"):
        text = (settings.directory / f"{file}.yaml").read_text(encoding="utf-8")
        assert re.search("[가-힣]", text) is None


def test_init_copies_the_example_by_its_name(tmp_path: Path, settings: Settings) -> None:
    name = settings.directory.name
    made = [path for path in init(tmp_path / "mine", name) if path.parent.name != "monitoring"]

    assert name in examples()
    assert {path.name for path in made} == {path.name for path in settings.directory.iterdir()}
    for path in made:
        assert path.read_bytes() == (settings.directory / path.name).read_bytes()


def test_init_knows_no_other_example(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        init(tmp_path / "mine", "nowhere")

    assert "harbour" in str(caught.value)
    assert not (tmp_path / "mine").exists()
