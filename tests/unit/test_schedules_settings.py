"""What may stand in schedules.yaml, and what is told where it may not."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from itsm_sync.app.scope import timetable
from itsm_sync.model.errors import ConfigurationError
from itsm_sync.model.schedules import Schedules
from itsm_sync.settings import load


def told(configuration: Callable[..., Path], text: str) -> list[str]:
    """Answer the problems of a configuration with these schedules, after the file's name."""
    directory = configuration()
    (directory / "schedules.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        load(directory, {}, secrets=False)
    problems = raised.value.problems
    assert all(p.file.endswith("schedules.yaml") for p in problems)
    return [f"{p.line}: {'.'.join(map(str, p.path))}: {p.text}" for p in problems]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("cycle: {every: 1m, cron: '* * * * *'}", "1: cycle: say either `every` or `cron`"),
        ("cycle: {stale_after: 5m}", "1: cycle: say either `every` or `cron`"),
        (
            "cycle: {every: 2h}",
            "1: cycle: `stale_after` must be longer than `every`; it is 1h where it is not written",
        ),
        ("cycle: {every: soon}", "1: cycle.every: a duration is a number and its unit"),
        ("prune: {cron: '61 * * * *'}", "1: prune.cron: `61` is no minute of a cron line"),
        ("lease: 1s", "1: : `lease` is 5 seconds at least"),
        ("\ntimezone: Asia/Soul", "2: timezone: no such time zone: Asia/Soul"),
        ("sources:\n  gitlab: {every: 5m}", "2: sources.gitlab: no source is called `gitlab`"),
        ("sources:\n  redmine: {every: 5m}", "2: sources.redmine: Redmine is read in each cycle"),
        ("letters: {every: 1h, tries: 0}", "1: letters: `tries` is 1 or more"),
        ("cycles: {every: 1m}", "1: cycles: unknown key"),
        ("reports:\n- {report: weekly, cron: '@weekly'}", "2: reports.0.report: no report is"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    configuration: Callable[..., Path], text: str, problem: str
) -> None:
    (found,) = told(configuration, text)
    assert problem in found


def test_what_is_shipped_is_valid_and_says_what_holds_without_it(
    configuration: Callable[..., Path],
) -> None:
    directory = configuration(
        addresses={"jenkins": "http://a.example", "github": "http://b.example"}
    )
    shipped = load(directory, {}, secrets=False)
    (directory / "schedules.yaml").unlink()
    without = load(directory, {}, secrets=False).schedules
    assert without == Schedules()
    assert (shipped.schedules.cycle, shipped.schedules.lease) == (without.cycle, without.lease)
    assert (shipped.schedules.letters, shipped.schedules.prune) == (without.letters, without.prune)
    table = timetable(shipped)
    assert table.promises == {
        "redmine": timedelta(minutes=15),
        "jenkins": timedelta(minutes=30),
        "github": timedelta(hours=1),
    }
    assert table.clocks["github"]["*/branch"] == timedelta(days=1)
