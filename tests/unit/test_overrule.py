"""What follows when people overrule a decision."""

from dataclasses import replace

from itsm_sync.model.matrix import Team
from itsm_sync.routing.overrule import Overruled, follow, named
from tests.builders import MATRIX, change_routing, routing, row, words


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


def test_a_team_beside_another_teams_role_is_the_one_that_holds_the_ticket() -> None:
    followed = follow(MATRIX, routing(), Overruled(team="business", row="change"))
    assert (followed.row, followed.responsible) == ("change", "business")


def test_a_team_without_any_row_leaves_the_row_as_it_is() -> None:
    teams = {**MATRIX.teams, "guests": Team(name=words("손님"))}
    followed = follow(replace(MATRIX, teams=teams), routing(), Overruled(team="guests"))
    assert (followed.row, followed.responsible) == ("incident", "guests")
    approved = follow(replace(MATRIX, teams=teams), routing(), Overruled(approving_team="guests"))
    assert approved.accountable == "incident"


def test_a_role_that_both_teams_have_is_the_one_of_the_team_that_holds_the_ticket() -> None:
    both = (row("csi.it", "it", "개선"), row("csi.business", "business", "개선"))
    matrix = replace(MATRIX, rows=(*MATRIX.rows, *both))
    nobody: dict[str, str | None] = {"process": None, "approving_team": None}
    said = named(matrix, "ko", team=None, role="개선", held_by="business", **nobody)
    assert said.row == "csi.business"
    said = named(matrix, "ko", team="IT기획팀", role="개선", held_by="business", **nobody)
    assert said.row == "csi.it"
