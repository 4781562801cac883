"""What follows when people overrule a decision."""

from itsm_sync.routing.overrule import Overruled, follow, named
from tests.builders import MATRIX, change_routing, routing


def test_nothing_overruled_changes_nothing() -> None:
    assert follow(MATRIX, routing(), Overruled()) == routing()


def test_another_process_brings_its_own_row_and_letters() -> None:
    followed = follow(MATRIX, routing(), Overruled(process="change"))
    assert (followed.process, followed.row, followed.accountable) == ("change", "change", "manager")
    assert followed.consulted == ("change",)


def test_another_team_brings_that_teams_row_in_the_process() -> None:
    followed = follow(MATRIX, change_routing(stage="assess"), Overruled(team="business"))
    assert (followed.row, followed.responsible) == ("manager", "business")


def test_a_team_without_a_row_in_the_process_has_its_first() -> None:
    assert follow(MATRIX, routing(), Overruled(team="business")).row == "manager"


def test_another_role_brings_its_team() -> None:
    followed = follow(MATRIX, routing(), Overruled(row="owner"))
    assert (followed.row, followed.responsible) == ("owner", "business")


def test_another_approving_team_brings_a_row_of_its_own() -> None:
    followed = follow(MATRIX, routing(), Overruled(approving_team="business"))
    assert MATRIX.row(followed.accountable).team == "business"
    assert followed.row == "incident"


def test_a_name_that_the_matrix_lacks_says_nothing() -> None:
    said = named(MATRIX, "ko", process="옛 이름", team="신사업팀", role=None, approving_team="")
    assert said == Overruled(team="business")
