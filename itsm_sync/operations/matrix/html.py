"""The matrix as one HTML file that needs nothing else; light, dark, and on paper."""

from collections.abc import Iterable
from html import escape
from importlib.resources import files

from itsm_sync.locale import say
from itsm_sync.model.matrix import ANY, Letter, Matrix, Ownership, Row
from itsm_sync.model.words import Language, Message, Words
from itsm_sync.operations.matrix.sheets import ownership_headings
from itsm_sync.operations.matrix.view import (
    Cell,
    Line,
    duties,
    lines,
    process_said,
    raci_legend,
    short,
    stages_said,
    where,
)

_TEAM_COLOURS = 4  # that matrix.css has


def as_html(matrix: Matrix, language: Language) -> str:
    """Answer the page; names and sentences of the matrix are escaped."""
    return _Page(matrix, language).html()


class _Page:
    """Builds the page, section by section."""

    def __init__(self, matrix: Matrix, language: Language) -> None:
        self._matrix = matrix
        self._language = language
        self._lines = lines(matrix)
        self._team_class = {
            team: f"team{number % _TEAM_COLOURS}" for number, team in enumerate(matrix.teams)
        }

    def html(self) -> str:
        every = (
            ("raci", "RACI", len(self._lines), self._grid()),
            ("rows", "Roles and responsibilities", len(self._matrix.rows), self._rows()),
            ("ownership", "Ownership", len(self._matrix.ownership), self._ownership()),
            (
                "duties",
                "Duties of sections 1 to 5",
                len(list(duties(self._matrix))),
                self._duties(),
            ),
            ("notes", "Conflicts and decisions", len(self._matrix.notes), self._notes()),
        )
        sections = [section for section in every if section[2]]
        links = "".join(f'<a href="#{at}">{self._said(title)}</a>' for at, title, _, _ in sections)
        bodies = "".join(
            f'<section id="{at}"><h2>{self._said(title)}<span class="count">{count}</span></h2>'
            f"{body}</section>\n"
            for at, title, count, body in sections
        )
        title = self._said(self._matrix.title)
        style = files(__package__).joinpath("matrix.css").read_text(encoding="utf-8")
        return (
            f'<!doctype html>\n<html lang="{self._language}">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n"
            f"<header><h1>{title}</h1><p>{self._said(self._counts())}</p><nav>{links}</nav></header>\n"
            f"{bodies}</main>\n</body>\n</html>\n"
        )

    def _said(self, text: Message | Words | str) -> str:
        return escape(say(text, self._language))

    def _counts(self) -> Message:
        matrix = self._matrix
        teams = ", ".join(team.name[self._language] for team in matrix.teams.values())
        counts = {"teams": teams, "rows": len(matrix.rows), "processes": len(matrix.processes)}
        return Message("{teams} · {rows} roles · {processes} processes", counts)

    def _team(self, team: str) -> str:
        name = self._matrix.teams[team].name if team in self._matrix.teams else team
        return f'<span class="chip {self._team_class.get(team, "")}">{self._said(name)}</span>'

    # ------------------------------------------------------------------------------ letters

    def _grid(self) -> str:
        teams = [
            (team, [row for row in self._matrix.rows if row.team == team])
            for team in self._matrix.teams
        ]
        ordered = [row for _, rows in teams for row in rows]
        edges = {rows[0].id for _, rows in teams if rows}
        bands = "".join(
            f'<th class="team edge {self._team_class[team]}" scope="colgroup" '
            f'colspan="{len(rows)}">{self._said(self._matrix.teams[team].name)}</th>'
            for team, rows in teams
            if rows
        )
        corner = "".join(
            f'<th class="corner" rowspan="2" scope="col">{self._said(text)}</th>'
            for text in ("Process", "Stage")
        )
        names = "".join(self._role_heading(row, row.id in edges) for row in ordered)
        body = "".join(self._grid_line(n, ordered, edges) for n in range(len(self._lines)))
        return (
            f"{self._legend()}<div class='frame'><table class='grid'>"
            f"<colgroup><col class='process'><col class='stage'></colgroup>"
            f"<thead><tr>{corner}{bands}</tr><tr>{names}</tr></thead>"
            f"<tbody>{body}</tbody></table></div>"
        )

    def _role_heading(self, row: Row, edge: bool) -> str:
        full = row.name[self._language]
        return (
            f'<th class="role {self._edge(row, edge)}" scope="col" title="{escape(full)}">'
            f"<span>{escape(short(full))}</span></th>"
        )

    def _edge(self, row: Row, edge: bool) -> str:
        return f"edge {self._team_class[row.team]}" if edge else ""

    def _grid_line(self, number: int, ordered: list[Row], edges: set[str]) -> str:
        line = self._lines[number]
        followed = number + 1 < len(self._lines) and not self._lines[number + 1].first
        process = escape(process_said(self._matrix, line, self._language))
        name = process if line.first else f'<span class="any">{process}</span>'
        cells = "".join(self._grid_cell(line, row, row.id in edges) for row in ordered)
        return (
            f'<tr class="{"within" if followed else ""}"><th scope="row">{name}</th>'
            f'<td class="stage">{escape(stages_said(self._matrix, line, self._language))}</td>'
            f"{cells}</tr>"
        )

    def _grid_cell(self, line: Line, row: Row, edge: bool) -> str:
        cell = line.cells.get(row.id)
        inside = self._letters(cell) if cell else ""
        return f'<td class="{self._edge(row, edge)}">{inside}</td>'

    def _letters(self, cell: Cell) -> str:
        limits = ", ".join(self._said(self._matrix.domains[domain]) for domain in cell.domains)
        letters = "".join(
            _badge(letter, letter in cell.assumed, must=cell.approval and letter is Letter.A)
            for letter in cell.letters
        )
        return letters + (f"<small>{limits}</small>" if limits else "")

    def _legend(self) -> str:
        entries = "".join(
            f"<span>{_badge(letter, False)}{self._said(text)}</span>"
            for letter, text in raci_legend()
        )
        assumed = self._said("assumed: not in the document")
        return f'<p class="legend">{entries}<span>{_badge(Letter.A, True)}{assumed}</span></p>'

    # --------------------------------------------------------------------------------- rows

    def _rows(self) -> str:
        parts = []
        for team in self._matrix.teams:
            rows = [row for row in self._matrix.rows if row.team == team]
            cards = "".join(self._card(row) for row in rows)
            name = self._said(self._matrix.teams[team].name)
            parts.append(
                f'<div class="{self._team_class[team]}"><h3>{name}'
                f'<span class="count">{len(rows)}</span></h3><div class="cards">{cards}</div></div>'
            )
        return "".join(parts)

    def _card(self, row: Row) -> str:
        tools = "".join(f"<li>{escape(tool)}</li>" for tool in row.tools)
        said = "".join(
            f"<p><span class='number'>{escape(duty.section)}</span> "
            f"{self._team(duty.team) if duty.team != row.team else ''} "
            f"{self._said(duty.name)}: {self._said(duty.text)}</p>"
            for duty in row.duties
        )
        heading = self._said("Duties of sections 1 to 5")
        return (
            f'<article class="card" id="{escape(row.id)}"><h4>{self._said(row.name)}</h4>'
            f"<code>{escape(row.id)}</code>"
            f"<dl><dt>{self._said('Role')}</dt><dd>{self._said(row.role)}</dd>"
            f"<dt>{self._said('Responsibility')}</dt><dd>{self._said(row.responsibility)}</dd></dl>"
            f"<div class='held'>{self._held(row)}</div>"
            + (f"<details><summary>{heading}</summary>{said}</details>" if said else "")
            + (f"<ul class='tools'>{tools}</ul>" if tools else "")
            + "</article>"
        )

    def _held(self, row: Row) -> str:
        """Answer the row's letters and where it has them, the assumed ones apart."""
        said = []
        for letter in Letter:
            for assumed in (False, True):
                places = where(
                    self._matrix, self._lines, row.id, letter, self._language, assumed=assumed
                )
                if places:
                    said.append(f"{_badge(letter, assumed)}<span>{escape(places)}</span>")
        return "".join(said)

    # --------------------------------------------------------------------------- the others

    def _table(self, kind: str, headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
        """Answer a table; its cells are HTML."""
        head = "".join(f'<th scope="col">{self._said(heading)}</th>' for heading in headings)
        body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
        return (
            f'<div class="frame"><table class="{kind}"><thead><tr>{head}</tr></thead>'
            f"<tbody>{body}</tbody></table></div>"
        )

    def _ownership(self) -> str:
        rows = (
            (f'<span class="number">{number}</span>', *self._owner(line))
            for number, line in enumerate(self._matrix.ownership, start=1)
        )
        told = self._said("From top to bottom: the first line that fits decides who holds an item.")
        headings = ownership_headings(self._matrix)
        return f'<p class="legend">{told}</p>' + self._table("ownership", headings, rows)

    def _owner(self, line: Ownership) -> tuple[str, ...]:
        row = self._matrix.row(line.row)
        project = (self._or_any(line.project, None),) if self._matrix.projects else ()
        return (
            *project,
            self._or_any(line.process, self._matrix.processes.get(line.process)),
            self._or_any(line.domain, self._matrix.domains.get(line.domain)),
            self._or_any(line.stage, self._matrix.stages.get(line.stage)),
            self._said(row.name),
            self._team(row.team),
        )

    def _or_any(self, value: str, words: Words | None) -> str:
        if value == ANY:
            return f'<span class="any">{self._said("any")}</span>'
        return self._said(words or value)

    def _duties(self) -> str:
        rows = (
            (
                escape(duty.section),
                self._team(duty.team),
                self._said(duty.name),
                self._said(duty.text),
                self._said(row.name) if row else f'<b class="warn">{self._said("no row")}</b>',
            )
            for duty, row in duties(self._matrix)
        )
        return self._table("duties", ("Section", "Team", "Duty", "Text", "Row"), rows)

    def _notes(self) -> str:
        rows = ((escape(", ".join(n.sections)), self._said(n.text)) for n in self._matrix.notes)
        told = self._said("Where the document disagrees with itself, and how it is resolved here.")
        return f'<p class="legend">{told}</p>' + self._table("notes", ("Sections", "Note"), rows)


def _badge(letter: Letter, assumed: bool, *, must: bool = False) -> str:
    kind = f"letter {letter}{' assumed' if assumed else ''}"
    return f'<b class="{kind}">{letter}{"!" if must else ""}</b>'
