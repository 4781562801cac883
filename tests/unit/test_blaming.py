"""What Redmine's reasons name."""

import pytest

from itsm_sync.desk.blaming import blamed
from itsm_sync.model.tickets import FieldName

LABELS = {
    FieldName.TEAM: "담당 팀",
    FieldName.ROLE: "담당 역할",
    FieldName.REASON: "담당 역할 근거",
    FieldName.SLA_STATE: "SLA 상태",
    FieldName.KEY: "_itsm_ID_id",
}


@pytest.mark.parametrize(
    ("reason", "named"),
    [
        ("담당 팀 은 목록에 포함되어 있지 않습니다", {FieldName.TEAM}),
        ("Sla 상태 은 유효하지 않습니다.", {FieldName.SLA_STATE}),
        ("Itsm id is invalid", {FieldName.KEY}),
        ("담당 역할 근거 은 너무 깁니다", {FieldName.REASON}),
        ("담당자 은 유효하지 않습니다.", set()),
        ("", set()),
    ],
)
def test_a_reason_names_a_field_as_rails_writes_it(reason: str, named: set[FieldName]) -> None:
    assert blamed([reason], LABELS) == named


def test_a_field_without_a_name_is_never_named() -> None:
    assert blamed(["담당 팀 은 목록에 없습니다"], {FieldName.TEAM: ""}) == frozenset()
