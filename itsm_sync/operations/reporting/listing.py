"""report list: the reports there are."""

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from itsm_sync.locale import say
from itsm_sync.model.reporting import Period, Report
from itsm_sync.model.words import Language, Message
from itsm_sync.settings import Settings

_PERIODS = {
    Period.DAY: Message("the last day"),
    Period.WEEK: Message("the last week"),
    Period.MONTH: Message("the last month"),
    Period.QUARTER: Message("the last quarter"),
}
_UNSAID = Message("since going live: needs --from DATE, or `go_live` in reports.yaml")


def as_json(settings: Settings) -> list[dict[str, Any]]:
    """Answer the reports."""
    clocks: dict[str, list[str]] = {}
    for one in settings.schedules.reports:
        clocks.setdefault(one.report, []).append(str(one.cron))
    return [
        {
            "name": name,
            "title": {"ko": report.title.ko, "en": report.title.en},
            "what": None if report.what is None else {"ko": report.what.ko, "en": report.what.en},
            "period": report.period.value,
            "go_live": report.go_live,
            "audience": report.audience,
            "measures": [one.name for part in report.sections for one in part.measures],
            "forms": list(report.forms),
            "deliver": list(report.deliver),
            "cron": clocks.get(name, []),
        }
        for name, report in settings.reporting.every.items()
    ]


def _period(report: Report) -> Message:
    """Answer of which time a report is; where nobody said since when, what must be said."""
    if report.period is not Period.GO_LIVE:
        return _PERIODS[report.period]
    if report.go_live is None:
        return _UNSAID
    return Message("since going live on {day}", {"day": report.go_live})


def show(settings: Settings, console: Console, language: Language) -> None:
    """Print the reports, for people."""
    table = Table(box=None, pad_edge=False)
    for title in ("report", "title", "period", "what it tells"):
        table.add_column(say(title, language), overflow="fold")
    for name, report in settings.reporting.every.items():
        table.add_row(
            Text(name, style="bold"),
            Text(report.title[language]),
            Text(say(_period(report), language)),
            Text(report.what[language] if report.what else ""),
        )
    console.print(table)
