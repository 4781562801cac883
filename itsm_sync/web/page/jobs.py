"""What the schedule's jobs are called, for people."""

from typing import Final

from itsm_sync.model.schedules import Telling
from itsm_sync.settings import Settings
from itsm_sync.web.page.saying import Teller

_REPORT: Final = "report:"  # before the name of a report's schedule
_JOBS: Final = {
    "redmine": "cycle",
    "letters": "retry of dead letters",
    "prune": "pruning",
    "reports": "reports that wait",
}


def job(name: str, settings: Settings, teller: Teller) -> str:
    """Answer what a job is: a report with whose it is and where it goes, a source by its name."""
    told = {f"{_REPORT}{one.name}": one for one in settings.schedules.reports}.get(name)
    return (
        _report(told, settings, teller) if told is not None else teller.say(_JOBS.get(name, name))
    )


def _report(told: Telling, settings: Settings, teller: Teller) -> str:
    report = settings.reporting.named(told.report)
    targets = ", ".join(told.deliver or (report.deliver if report else ())) or "–"
    names = [settings.matrix.teams[team].name for team in (report.teams if report else ())]
    teams = ", ".join(map(teller.say, names))
    if not teams and report is not None and report.audience == "team":
        teams = teller.say("each team")
    text = "report {name} ({teams}) → {targets}" if teams else "report {name} → {targets}"
    return teller.say(text, name=told.report, teams=teams, targets=targets)
