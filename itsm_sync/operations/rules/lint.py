"""Runs the lint over matrix and rules: what is wrong, in which file and line."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from itsm_sync.locale import say
from itsm_sync.model.matrix import ANY, Matrix
from itsm_sync.model.words import Language, Message
from itsm_sync.routing.lint import LintFinding, assumed, lint
from itsm_sync.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A finding with its file's path and line (None where the line is not known)."""

    finding: LintFinding
    file: str
    line: int | None

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


def run(settings: Settings) -> tuple[Located, ...]:
    """Lint matrix, rules and service levels; nothing found is an empty tuple."""
    services = settings.services
    named = {name for service in services for name in service.projects}
    shared = {project for service in services for _, project, _ in service.categorised()}
    projects = {*settings.redmine.projects, *named, *shared}
    return located(settings, lint(settings.matrix, settings.rules, projects, settings.sla))


def located(settings: Settings, findings: Iterable[LintFinding]) -> tuple[Located, ...]:
    """Answer findings with the file and line of each."""
    return tuple(
        Located(finding=finding, file=document.file, line=document.line(finding.path))
        for finding in findings
        for document in (settings.documents[finding.file],)
    )


def as_json(found: Iterable[Located], matrix: Matrix, language: Language) -> dict[str, Any]:
    """Answer the findings, the assumed letters and the resolved conflicts as one document."""
    return {
        "findings": [
            {
                "file": one.file,
                "line": one.line,
                "path": list(one.finding.path),
                "kind": one.finding.kind,
                "message": say(one.finding.message, language),
            }
            for one in found
        ],
        "assumed": [
            {"process": process, "stage": stage, "letters": [str(letter) for letter in letters]}
            for process, stage, letters in assumed(matrix)
        ],
        "notes": [
            {"sections": list(note.sections), "text": note.text[language]} for note in matrix.notes
        ],
    }


def render(found: Iterable[Located], matrix: Matrix, console: Console, language: Language) -> None:
    """Print the findings as a table, the assumed letters, and the counts."""
    found = tuple(found)
    if found:
        console.print(_findings(found, language))
    if any(assumed(matrix)):
        console.print(_assumed(matrix, language))
    counts = {"findings": len(found), "notes": len(matrix.notes)}
    text = Message(
        "{findings} findings; {notes} conflicts of the document are resolved in the notes", counts
    )
    console.print(Text(say(text, language), style="bold red" if found else "green"))


def _findings(found: tuple[Located, ...], language: Language) -> Table:
    table = Table(title=say("Findings", language), title_justify="left")
    for column in ("Place", "Kind", "What is wrong"):
        table.add_column(say(column, language), overflow="fold")
    for one in found:
        table.add_row(
            Text(one.place), Text(one.finding.kind), Text(say(one.finding.message, language))
        )
    return table


def _assumed(matrix: Matrix, language: Language) -> Table:
    """Answer the letters that the document does not have: settled here, to be confirmed."""
    table = Table(title=say("Letters assumed", language), title_justify="left")
    for column in ("Process", "Stage", "Letters"):
        table.add_column(say(column, language), overflow="fold")
    for process, stage, letters in assumed(matrix):
        named = matrix.processes.get(process)
        shown = say("any stage", language) if stage == ANY else stage
        if (words := matrix.stages.get(stage)) is not None:
            shown = words[language]
        table.add_row(Text(named[language] if named else process), Text(shown), " ".join(letters))
    return table
