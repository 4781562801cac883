"""What may stand in reports.yaml, and what is told where it may not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from itsm_sync.app.wiring import objections
from itsm_sync.model.errors import ConfigurationError
from itsm_sync.model.reporting import Period, Reporting, TargetKind
from itsm_sync.settings import load

REPORT = "reports:\n  mine:\n    title: Mine\n    sections: [tickets]\n"


def told(
    configuration: Callable[..., Path], text: str, schedules: str | None = None, **changes: Any
) -> list[str]:
    """Answer the problems of a configuration with these reports: file, line, path, text."""
    directory = configuration(**changes)
    (directory / "reports.yaml").write_text(text, encoding="utf-8")
    (directory / "schedules.yaml").write_text(schedules or "lease: 30s\n", encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        load(directory, {}, secrets=False, inspect=objections)
    return [
        f"{Path(p.file).name}:{p.line}: {'.'.join(map(str, p.path))}: {p.text}"
        for p in raised.value.problems
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("report: {}\n", "reports.yaml:1: report: unknown key"),
        ("reports:\n  list: {title: A, sections: [tickets]}\n", "`list` is no name"),
        ("reports:\n  A b: {title: A, sections: [tickets]}\n", "`A b` is no name"),
        ("reports:\n  a:\n    title: A\n", "reports.yaml:2: reports.a.sections: is missing"),
        ("reports:\n  a:\n    title: A\n    sections: []\n", "a report needs a section"),
        (REPORT.replace("tickets", "wishes"), "4: reports.mine.sections.0: no measure is called"),
        (
            REPORT.replace("tickets", "{measure: tickets, colour: 1}"),
            "4: reports.mine.sections.0: `tickets` has no option `colour`",
        ),
        (
            REPORT.replace("tickets", "{measure: tickets, rows: 0}"),
            "`rows` of `tickets` is a number, 1 or more",
        ),
        (REPORT + "    period: year\n", "5: reports.mine.period: must be one of"),
        (
            REPORT + "    teams: [it-planning, us]\n",
            "5: reports.mine.teams.1: no team is called `us`",
        ),
        (REPORT + "    processes: [magic]\n", "reports.mine.processes.0: no process is called"),
        (REPORT + "    services: [magic]\n", "reports.mine.services.0: no service is called"),
        (REPORT + "    forms: [docx]\n", "5: reports.mine.forms.0: must be one of"),
        (REPORT + "    deliver: [moon]\n", "5: reports.mine.deliver.0: no target is called `moon`"),
        ("targets:\n  a: {}\n", "2: targets.a: say one of: folder, wiki, news, ticket, mail"),
        ("targets:\n  a: {folder: {}, news: {project: abc}}\n", "targets.a: say one of"),
        ("targets:\n  a: {wiki: {project: 'A B'}}\n", "`A B` can be no identifier of a project"),
        ("targets:\n  a: {wiki: {project: abc, parent: 'a/b'}}\n", "no title of a wiki page"),
        ("targets:\n  a: {ticket: {}}\n", "targets.a.ticket: say either `project` or `number`"),
        ("targets:\n  a: {mail: {}}\n", "targets.a.mail: say to whom"),
        ("targets:\n  a: {mail: {to: [nobody]}}\n", "`nobody` is no mail address"),
        ("targets:\n  a: {mail: {to: ['a@b.c\\nBcc: d@e.f']}}\n", "is no mail address"),
        (
            "targets:\n  a:\n    mail: {to: [a@b.example]}\n",
            "3: targets.a.mail: mail needs a server",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    configuration: Callable[..., Path], text: str, problem: str
) -> None:
    (found,) = told(configuration, text)
    assert problem in found


def test_mail_for_a_team_that_is_none_is_told(configuration: Callable[..., Path]) -> None:
    def mail(settings: dict[str, Any]) -> None:
        settings["mail"] = {"host": "mail.example.com", "sender": "a@b.example"}

    text = "targets:\n  a:\n    mail:\n      teams: {us: [a@b.example]}\n"
    (found,) = told(configuration, text, change=mail)
    assert found.startswith("reports.yaml:4: targets.a.mail.teams.us: no team is called `us`")


WIDE = {
    "folder": "folder: {}",
    "wiki": "wiki: {project: abc}",
    "news": "news: {project: abc}",
    "ticket": "ticket: {project: abc}",
    "mail": "mail: {to: [all@abc.example]}",
}


@pytest.mark.parametrize("kind", TargetKind)
def test_a_private_report_goes_to_private_places_only(
    configuration: Callable[..., Path], kind: str
) -> None:
    def mail(settings: dict[str, Any]) -> None:
        settings["mail"] = {"host": "mail.example.com", "sender": "a@b.example"}

    targets = f"targets:\n  wide: {{{WIDE[kind]}}}\n  few: {{audience: private, {WIDE[kind]}}}\n"
    text = targets + REPORT + "    audience: private\n    deliver: [few, wide]\n"
    (found,) = told(configuration, text, change=mail)
    assert "reports.mine.deliver.1: a private report goes to no target that is not" in found
    clock = "reports:\n- {report: mine, cron: '@daily', deliver: [wide]}\n"
    text = targets + REPORT + "    audience: private\n    deliver: [few]\n"
    (told_on_time,) = told(configuration, text, clock, change=mail)
    assert "a private report goes to no target that is not: `wide`" in told_on_time


@pytest.mark.parametrize(
    ("schedule", "problem"),
    [
        ("- {report: yours, cron: '@daily'}", "2: reports.0.report: no report is called `yours`"),
        ("- {report: mine, cron: '@daily'}", "2: reports.0: say where it goes"),
        ("- {report: mine, deliver: [folder]}", "2: reports.0: a report has a `cron` line"),
        ("- {report: mine, every: 1d, deliver: [folder]}", "a report has a `cron` line"),
        ("- {report: mine, cron: '@daily', deliver: [moon]}", "no target is called `moon`"),
        ("- {report: mine, cron: '@daily', quiet: dark, deliver: [folder]}", "quiet hours are"),
        ("- {report: digest, days: 7, cron: '@daily'}", "`days` stands in reports.yaml now"),
        ("- {report: live, cron: '@daily', deliver: [folder]}", "`live` needs `go_live: DATE`"),
        (
            "- {report: mine, cron: '@daily', deliver: [folder]}\n" * 2,
            "3: reports.1: `mine folder` stands here twice",
        ),
    ],
)
def test_what_is_wrong_with_a_reports_clock_is_told(
    configuration: Callable[..., Path], schedule: str, problem: str
) -> None:
    live = "  live:\n    title: L\n    period: go_live\n    sections: [tickets]\n"
    text = "targets: {folder: {folder: {}}}\n" + REPORT + live
    (found,) = told(configuration, text, f"reports:\n{schedule}\n")
    assert found.startswith("schedules.yaml:")
    assert problem in found


def test_without_the_file_there_is_the_digest(configuration: Callable[..., Path]) -> None:
    directory = configuration()
    (directory / "reports.yaml").unlink()
    (directory / "schedules.yaml").write_text("lease: 30s\n", encoding="utf-8")
    settings = load(directory, {}, secrets=False, inspect=objections)
    assert settings.reporting == Reporting()
    assert list(settings.reporting.every) == ["digest"]


def test_the_shipped_reports_are_seven_in_two_languages(configuration: Callable[..., Path]) -> None:
    settings = load(configuration(), {}, secrets=False, inspect=objections)
    reports = settings.reporting.every
    assert list(reports) == [
        "digest", "weekly-operations", "monthly-service", "rr-keeping", "release-readiness",
        "early-life", "handover",
    ]  # fmt: skip
    for report in reports.values():
        assert report.title.ko != report.title.en
        assert report.what is not None
        assert report.what.ko != report.what.en
    targets = settings.reporting.targets
    managers = [report for name, report in reports.items() if name != "digest"]
    assert {one.audience for one in managers} == {"private"}  # nothing of the service is left out
    assert {one.deliver for one in managers} == {("managers",)}
    assert targets["managers"].is_private
    assert (reports["digest"].audience, reports["digest"].deliver) == ("team", ("folder",))
    assert not targets["folder"].is_private
    assert reports["monthly-service"].period is Period.MONTH


@pytest.mark.parametrize(
    ("mail", "problem"),
    [
        ({"host": "mail.example.com"}, "mail.sender: is missing"),
        ({"host": "m.example", "sender": "us"}, "mail.sender: must fit the pattern"),
        ({"host": "m.example", "sender": "a@b.c", "password": "x"}, "a secret does not stand"),
        ({"host": "m.example", "sender": "a@b.c", "security": "none"}, "on this machine alone"),
        (
            {"host": "localhost", "sender": "a@b.c", "security": "none", "user": "u"},
            "through TLS only",
        ),
    ],
)
def test_what_is_wrong_with_the_mail_server_is_told(
    configuration: Callable[..., Path], mail: dict[str, str], problem: str
) -> None:
    def change(settings: dict[str, Any]) -> None:
        settings["mail"] = mail

    with pytest.raises(ConfigurationError) as raised:
        load(configuration(change=change), {}, secrets=False)
    assert problem in str(raised.value)


def test_a_password_is_asked_for_where_there_is_a_user(
    configuration: Callable[..., Path],
) -> None:
    def change(settings: dict[str, Any]) -> None:
        settings["mail"] = {"host": "m.example", "sender": "a@b.c", "user": "us"}
        settings["jenkins"], settings["github"] = [], None

    directory = configuration(change=change)
    environment = {"REDMINE_API_KEY": "k" * 40}
    with pytest.raises(ConfigurationError, match="ITSM_SYNC_MAIL_PASSWORD is missing"):
        load(directory, environment)
    environment["ITSM_SYNC_MAIL_PASSWORD"] = "canary-mail-Lp3"
    mail = load(directory, environment).general.mail
    assert mail is not None
    assert mail.password.get_secret_value() == "canary-mail-Lp3"
    assert "canary" not in repr(mail)
