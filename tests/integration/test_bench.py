"""The bench measures what it says, tells it in both languages, and one part stops no other."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sandbox.bench.__main__ import main
from sandbox.bench.heats import Heat, Took, heat
from sandbox.bench.pages import number
from sandbox.bench.rows import REQUESTS, Curve, Row, Said, Told
from sandbox.bench.stage import Stage


def row(name: str, measured: float, goal: float, *, more_is_better: bool = False) -> Row:
    return Row(name=name, title=Said(name, f"{name} (ko)"), measured=measured, goal=goal,
               unit=REQUESTS, more_is_better=more_is_better)  # fmt: skip


def lines(page: Path) -> list[list[str]]:
    """The cells of the table's rows."""
    told = page.read_text(encoding="utf-8").splitlines()
    table = [line for line in told if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def test_small_parts_of_the_bench_run_and_count_right(tmp_path: Path) -> None:
    assert main(["--fast", "--rounds", "1", "--out", str(tmp_path), "decide", "idle-fleet"]) == 0

    told = json.loads((tmp_path / "performance.json").read_text(encoding="utf-8"))
    rows = {one["row"]: one for one in told["rows"]}
    assert (told["rounds"], told["fast"], told["failed"]) == (1, True, {})
    assert set(rows) == {"classify", "plan", "idle-jenkins", "idle-github"}
    assert (rows["idle-jenkins"]["measured"], rows["idle-jenkins"]["goal_met"]) == (3, True)
    assert (rows["idle-github"]["measured"], rows["idle-github"]["goal_met"]) == (0, True)
    assert rows["idle-github"]["beside"]["with those answered 304"] > 0
    for name in ("performance.md", "performance.ko.md"):
        assert len(lines(tmp_path / name)) == len(rows)


def fine(_: Stage) -> Iterator[Told]:
    yield row("few", 3, 2)
    yield row("many", 3, 2, more_is_better=True)
    yield Curve(name="c", title=Said("cost", "비용"), points=((10, 1), (100, 2)), goal=1.5)


def test_a_part_that_can_not_be_run_is_told_and_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(stage: Stage) -> Iterator[Told]:
        yield row("before", 1, 2)
        raise OSError(f"no Redmine in {stage.home.name[:6]}")

    monkeypatch.setattr("sandbox.bench.__main__.ready", lambda: None)
    status = main(["--out", str(tmp_path)], {"broken": broken, "fine": fine})

    told = json.loads((tmp_path / "performance.json").read_text(encoding="utf-8"))
    assert status == 1
    assert told["failed"] == {"broken": "OSError: no Redmine in bench-"}
    assert [one["goal_met"] for one in told["rows"]] == [True, False, True]
    for name, said in (("performance.md", ["yes", "no", "yes"]),
                       ("performance.ko.md", ["예", "아니요", "예"])):  # fmt: skip
        assert [cells[3] for cells in lines(tmp_path / name)] == said
        assert "OSError" in (tmp_path / name).read_text(encoding="utf-8")
    assert "cost" in (tmp_path / "performance.svg").read_text(encoding="utf-8")
    korean = (tmp_path / "performance.ko.svg").read_text(encoding="utf-8")
    assert "비용" in korean
    assert "목표 1.5" in korean
    assert told["curves"][0]["goal"] == 1.5


def test_at_small_sizes_no_goal_is_judged_and_the_page_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sandbox.bench.__main__.ready", lambda: None)
    assert main(["--fast", "--out", str(tmp_path)], {"fine": fine}) == 0

    for name, why in (("performance.md", "none is judged"),
                      ("performance.ko.md", "달성 여부를 따지지 않습니다")):  # fmt: skip
        assert [cells[3] for cells in lines(tmp_path / name)] == ["–", "–"]
        assert why in (tmp_path / name).read_text(encoding="utf-8")
    assert "goal" not in capsys.readouterr().out
    assert "goal 1.5" not in (tmp_path / "performance.svg").read_text(encoding="utf-8")


def test_a_run_that_is_stopped_leaves_what_it_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fine(_: Stage) -> Iterator[Told]:
        yield row("fine", 1, 2)

    def stopped(_: Stage) -> Iterator[Told]:
        raise KeyboardInterrupt

    monkeypatch.setattr("sandbox.bench.__main__.ready", lambda: None)
    with pytest.raises(KeyboardInterrupt):
        main(["--fast", "--out", str(tmp_path)], {"fine": fine, "stopped": stopped})
    told = json.loads((tmp_path / "performance.json").read_text(encoding="utf-8"))
    assert (told["parts"], [row["row"] for row in told["rows"]]) == (["fine"], ["fine"])


def test_a_part_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        main(["--out", str(tmp_path), "speed"])


def test_contestants_take_turns_and_what_is_before_them_is_not_measured() -> None:
    said: list[str] = []
    turns = {name: lambda name=name: said.append(name) for name in ("a", "b")}

    done = heat(turns, 2, before={"b": lambda: said.append("before b")})

    assert said == ["a", "before b", "b", "before b", "b", "a"]
    assert {name: len(took) for name, took in done.turns.items()} == {"a": 2, "b": 2}


def test_a_ratio_is_the_median_of_those_within_a_round() -> None:
    def took(*seconds: float) -> list[Took]:
        return [Took(wall=wall, cpu=wall / 2) for wall in seconds]

    done = Heat(turns={"a": took(2, 30, 4), "b": took(1, 10, 4)})

    assert (done.ratio("a", "b"), done.cpu_ratio("a", "b")) == (2, 2)
    assert (done.beyond("a", "b"), done.wall("a"), done.cpu("b")) == (1, 4, 2)


@pytest.mark.parametrize(
    ("value", "said"), [(2, "2"), (1.046, "1.05"), (27.14, "27.1"), (15_200.4, "15,200")]
)
def test_numbers_have_three_figures(value: float, said: str) -> None:
    assert number(value) == said
