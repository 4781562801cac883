"""What is wrong with signals.yaml: all of it at once, with file and line, in two languages."""

import shutil
from pathlib import Path

import pytest

from itsm_sync.locale import say
from itsm_sync.model.errors import ConfigurationError, Problem
from itsm_sync.settings.load import load

ROOT = Path(__file__).parents[2]
SCHEDULE = (
    "schedules: {tickets: [{id: a, name: {ko: 가, en: a}, process: handover, every: week,"
    " start: 2026-01-01%s}]}"
)


def problems(tmp_path: Path, text: str) -> list[Problem]:
    folder = tmp_path / "config"
    shutil.copytree(ROOT / "config", folder)
    (folder / "signals.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        load(folder, {}, secrets=False)
    return raised.value.problems


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("builds: {open_after: 0}", "`open_after` must be at least 1"),
        ("builds: {open_after_production: 0}", "`open_after_production` must be at least 1"),
        ("nodes: {close_after: 0}", "`close_after` must be at least 1"),
        ("nodes: {open_for: 10}", "a duration is a number and its unit"),
        ("nodes: {project: ABC Infra}", "can be no identifier of a project"),
        ("nodes: {project: '12'}", "can be no identifier of a project"),
        ("outages: {jobs: 1}", "one job alone is no outage"),
        ("problems: {of: [build]}", "must be one of"),
        ("problems: {incidents: 1}", "`incidents` must be at least 2"),
        ("problems: {when_taken: stay}", "must be one of"),
        ("problems: {subject: '{job} again'}", "`{job}` is no place here; there are: {component}"),
        ("releases: {subject: 'Release {tag'}", "is no place here"),
        ("security: {dependabot: {intro: '{cve}'}}", "`{cve}` is no place here"),
        ("security: {dependabot: {when_taken: no}}", "must be one of"),
        ("security: {severities: {high: {due_days: -1}}}", "`due_days` must be at least 0"),
        ("capacity: {disk: {free_gib: -1}}", "`free_gib` must be at least 0"),
        ("statuses: {open: 완료}", "a ticket can't be closed with `완료`"),
        (SCHEDULE % ", process: nothing", "is there twice"),
        (SCHEDULE % ", day: -1", "`day` must be at least 0"),
        (SCHEDULE % ", end: 2026-01-01", "`end` is not after `start`"),
        (SCHEDULE % ", project: A B", "can be no identifier of a project"),
        (SCHEDULE.replace("handover", "hand-over") % "", "no process of the matrix is called"),
        (SCHEDULE.replace("id: a", "id: ''") % "", "`id` is empty"),
    ],
)
def test_one_thing_that_is_wrong_is_told_with_its_line(
    tmp_path: Path, line: str, told: str
) -> None:
    (problem,) = problems(tmp_path, f"\n{line}\n")
    assert told in say(problem.text, "en")
    assert Path(problem.file).name == "signals.yaml"
    assert problem.line == 2


def test_two_schedules_have_two_names(tmp_path: Path) -> None:
    one = SCHEDULE % ""
    inside = one[one.index("[{") + 1 : -2]
    (problem,) = problems(tmp_path, one.replace(inside, f"{inside},\n  {inside}"))
    assert say(problem.text, "en") == "`a` stands here twice"
    assert say(problem.text, "ko") == "`a`이(가) 두 번 있습니다"
    assert problem.line == 2


@pytest.mark.parametrize(
    "value", ["5", "true", "[a]", "text", "2026-01-01", "{a: 1}", "null", "[[]]", "'{'"]
)
def test_a_value_of_any_kind_in_any_place_is_told_and_never_a_crash(
    tmp_path: Path, value: str
) -> None:
    sections = ("builds", "nodes", "outages", "problems", "releases", "security", "capacity",
                "deliveries", "duplicates", "storms", "controllers", "statuses")  # fmt: skip
    text = "\n".join(f"{name}: {value}" for name in sections)
    lines = {problem.line for problem in problems(tmp_path, text)}
    assert lines == set(range(1, len(sections) + 1))


@pytest.mark.parametrize("value", ["[1]", "{a: {b: 1}}", "2026-01-01", "'x'"])
def test_options_of_a_wrong_kind_are_all_told(tmp_path: Path, value: str) -> None:
    options = ("enabled", "open_after", "open_for", "due_days", "production_priority", "failures")
    text = "builds:\n" + "\n".join(f"  {name}: {value}" for name in options)
    found = problems(tmp_path, text)
    assert len({problem.line for problem in found}) >= len(options) - 2
    assert all(say(problem.text, "ko") for problem in found)


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = "builds: {open_after: 0}\nnodes: {open_for: soon}\nqueue: {}\nproblems: {incidents: x}\n"
    found = problems(tmp_path, text)
    assert sorted(problem.line or 0 for problem in found) == [1, 2, 3, 4]


def test_what_is_wrong_is_said_in_korean(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "nodes: {open_for: soon}\n")
    assert say(problem.text, "ko") == "기간은 숫자와 단위로 적습니다: 30m, 6h, 3d, 2w"
