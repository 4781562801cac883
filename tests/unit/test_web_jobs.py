"""The status page's schedule names what is due: which report, whose it is, where it goes."""

from collections.abc import Callable
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from itsm_sync.settings import Settings, load
from itsm_sync.store import Store
from itsm_sync.web import Metrics
from itsm_sync.web.page.saying import Teller
from itsm_sync.web.page.sections import schedule
from tests.builders import NOON
from tests.premises import premises

REPORTS = """\
targets:
  files: {folder: {}}
  wiki: {wiki: {project: abc}}
reports:
  monthly: {title: M, sections: [tickets], deliver: [files, wiki]}
  it-only: {title: I, sections: [tickets], teams: [it-planning], deliver: [wiki]}
"""
SCHEDULES = """\
reports:
- {report: monthly, cron: "0 7 1 * *"}
- {report: monthly, cron: "0 7 2 * *", deliver: [wiki]}
- {report: it-only, cron: "0 7 * * *"}
- {report: digest, cron: "0 7 * * *", deliver: [files]}
"""


@pytest.fixture
def settings(configuration: Callable[..., Path]) -> Settings:
    directory = configuration()
    (directory / "reports.yaml").write_text(REPORTS, encoding="utf-8")
    (directory / "schedules.yaml").write_text(SCHEDULES, encoding="utf-8")
    return load(directory, {}, secrets=False)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ["cycle", "github", "report digest (each team) → files",
                "report it-only (IT planning) → wiki", "report monthly → files, wiki",
                "report monthly → wiki"]),
        ("ko", ["github", "보고서 digest (팀마다) → files", "보고서 it-only (IT기획팀) → wiki",
                "보고서 monthly → files, wiki", "보고서 monthly → wiki", "주기"]),
    ],
)  # fmt: skip
def test_each_report_of_the_schedule_is_told_apart(
    settings: Settings, store: Store, language: str, told: list[str]
) -> None:
    names = ("redmine", "github", *(f"report:{one.name}" for one in settings.schedules.reports))
    behind = premises(
        settings,
        store,
        Metrics(),
        upcoming=lambda: dict.fromkeys(names, NOON + timedelta(hours=1)),
    )
    teller = Teller(language=language, zone=UTC, now=NOON, redmine="http://tickets")
    assert sorted(row[0].text for row in schedule(behind, teller).rows) == told
