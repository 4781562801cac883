"""The Ruby that makes the Redmine side says what the configuration says."""

import json
from dataclasses import replace

import pytest
from sandbox.configuration import SHIPPED

from itsm_sync.desk.provisioning import choices, ruby, wanted
from itsm_sync.locale import say
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.tickets import DERIVED, FieldName
from itsm_sync.settings import Settings, load


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load(SHIPPED, {}, secrets=False)


@pytest.fixture(scope="module")
def matrix(settings: Settings) -> Matrix:
    return settings.matrix


def _english(settings: Settings) -> Settings:
    return replace(settings, general=settings.general.model_copy(update={"language": "en"}))


def test_the_configuration_is_read_back_from_the_ruby_as_it_was(settings: Settings) -> None:
    text = ruby(settings)

    between = text.partition("<<'ITSM_SYNC_CONFIGURATION')\n")[2]
    embedded = between.partition("\nITSM_SYNC_CONFIGURATION\n")[0]
    assert json.loads(embedded) == json.loads(json.dumps(wanted(settings, itil=True)))


def test_every_name_that_a_routing_may_write_is_a_possible_value(
    settings: Settings, matrix: Matrix
) -> None:
    values = choices(matrix, "ko")

    assert set(values[FieldName.PROCESS]) == {words.ko for words in matrix.processes.values()}
    assert set(values[FieldName.STAGE]) == {words.ko for words in matrix.stages.values()}
    assert set(values[FieldName.TEAM]) == {team.name.ko for team in matrix.teams.values()}
    assert values[FieldName.APPROVING_TEAM] == values[FieldName.TEAM]
    assert set(values[FieldName.ROLE]) == {row.name.ko for row in matrix.rows}
    assert values[FieldName.APPROVAL] == ["대기", "승인", "반려"]
    assert values[FieldName.SLA_STATE] == ["지킴", "임박", "위반"]


def test_a_private_project_is_shown_to_the_teams_of_its_services_alone(settings: Settings) -> None:
    assert wanted(settings, itil=True)["private"] == {"abc-sec": ["IT기획팀"]}


def test_no_field_has_a_default_value_and_none_is_required(settings: Settings) -> None:
    for field in wanted(settings, itil=True)["fields"]:
        assert not {"default", "default_value", "required"} & set(field)


def test_the_kinds_of_the_fields_fit_what_is_written(settings: Settings) -> None:
    kinds = {field["word"]: field["format"] for field in wanted(settings, itil=True)["fields"]}

    assert kinds == {
        "process": "list", "stage": "list", "team": "list", "role": "list",
        "responsibility": "text", "approving_team": "list", "approval": "list",
        "reason": "text", "pin": "bool", "key": "string",
        "sla_state": "list", "sla_due": "string",
    }  # fmt: skip


def test_what_follows_from_decisions_is_read_only_and_nothing_else(settings: Settings) -> None:
    assert set(wanted(settings, itil=True)["read_only"]) == set(DERIVED)


def test_itil_trackers_come_only_where_they_are_wanted(settings: Settings) -> None:
    assert wanted(settings, itil=False)["itil"] is None
    assert wanted(settings, itil=True)["itil"]["trackers"] == [
        "사건", "문제", "변경", "서비스 요청", "릴리스",
    ]  # fmt: skip


def test_in_english_the_names_are_english(settings: Settings) -> None:
    told = wanted(_english(settings), itil=True)

    assert told["itil"]["trackers"][0] == "Incident"
    assert told["bot"]["role"] == "ITSM synchronisation"
    assert [query["name"] for query in told["queries"]][-4:] == [
        "Awaiting approval", "SLA at risk or breached", "To be confirmed", "Set by people",
    ]  # fmt: skip


def test_a_query_whose_field_is_not_configured_is_left_out(settings: Settings) -> None:
    fields = {
        name: field
        for name, field in settings.redmine.fields.items()
        if name is not FieldName.APPROVAL
    }
    redmine = settings.redmine.model_copy(update={"fields": fields})
    general = settings.general.model_copy(update={"redmine": redmine})

    names = [
        query["name"] for query in wanted(replace(settings, general=general), itil=True)["queries"]
    ]

    assert names == ["SLA 임박·위반", "확인 필요", "사람이 정한 값"]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_queries_look_for_the_words_that_the_reason_uses(
    settings: Settings, language: str
) -> None:
    chosen = settings if language == "ko" else _english(settings)
    filters = [f for query in wanted(chosen, itil=True)["queries"] for f in query["filters"]]
    words = [values[0] for _, operator, values in filters if operator == "~"]

    assert words == [
        say("To be confirmed: {told}{rival}", language).partition(":")[0],
        say("set by people", language),
    ]
