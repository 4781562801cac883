"""The digest in the words of a language: what every format shows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from itsm_sync.locale import say
from itsm_sync.model.approvals import Verdict
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.text import one_line
from itsm_sync.model.words import Language, Message, Words
from itsm_sync.reports.completeness import SourceState
from itsm_sync.reports.digest import COUNTS, Line, TeamDigest
from itsm_sync.reports.foot import foot
from itsm_sync.reports.periods import Period

TITLE = 160  # characters of a title
STILL = 10  # tickets shown of those without movement
_DATES = (
    "The date of a ticket is that of its last movement (made, another stage or team, a verdict);"
    " the days are those that passed up to the last day of the period"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One ticket: number, address, title, where it stands, what happened, since when.

    `tone` is "missing", "waiting", "closed" or "".
    """

    ticket: int
    url: str
    title: str
    place: str
    what: tuple[str, ...]
    since: str
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Tickets under a title; `more` says how many are left out, "" where none is."""

    title: str
    entries: tuple[Entry, ...]
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One team's part: the counts as a table, and the blocks of tickets.

    `figures` are sums that matter, with their labels; `hidden` are (number, address) under the
    line `hidden_said`.
    """

    team: str
    figures: tuple[tuple[str, int], ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    blocks: tuple[Block, ...]
    hidden_said: str
    hidden: tuple[tuple[int, str], ...]
    empty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The whole digest; `foot` tells how complete it is and what it was decided by."""

    language: Language
    title: str
    period: str
    pages: tuple[Page, ...]
    foot: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Says things of the matrix in a language; times are the zone's."""

    matrix: Matrix
    language: Language
    zone: tzinfo

    def pages(self, digests: Iterable[TeamDigest], period: Period) -> tuple[Page, ...]:
        """Say each team's part."""
        return tuple(self._page(one, period) for one in digests)

    def foot(self, sources: Iterable[SourceState], configuration: str) -> tuple[str, ...]:
        """Say how complete it is, and what it was decided by."""
        return (self._said(_DATES), *foot(sources, configuration, self.language, self.zone))

    def _page(self, one: TeamDigest, period: Period) -> Page:
        sums = {name: sum(c[name] for c in one.counts.values()) for name in COUNTS}
        rows = [
            (self._name(self.matrix.processes, process), *(str(c[name] or "") for name in COUNTS))
            for process, c in sorted(one.counts.items(), key=lambda found: self._order(found[0]))
        ]
        hidden = Message("{n} tickets of which only the number is told", {"n": len(one.hidden)})
        return Page(
            team=self._name({t: team.name for t, team in self.matrix.teams.items()}, one.team),
            figures=tuple((self._said(LABELS[name]), number) for name, number in sums.items()),
            headings=tuple(map(self._said, ("process", *(LABELS[name] for name in COUNTS)))),
            rows=tuple(rows),
            blocks=tuple(self._blocks(one.lines, period)),
            hidden_said=self._said(hidden) if one.hidden else "",
            hidden=one.hidden,
            empty=self._said("Nothing to be informed of.") if not one.lines else "",
        )

    def _blocks(self, lines: tuple[Line, ...], period: Period) -> Iterator[Block]:
        """Answer each ticket once: what needs a look, what happened, what stands still."""
        look = [line for line in lines if line.wrong or line.waiting]
        happened = [line for line in lines if line not in look and line.happened]
        still = [line for line in lines if line not in look and not line.happened]
        for title, found, limit in (
            ("Needs a look", look, None),
            ("What happened", happened, None),
            ("Longest without movement", still, STILL),
        ):
            left = len(found) - limit if limit else 0
            more = self._said(Message("… and {n} more", {"n": left})) if left > 0 else ""
            entries = tuple(self._entry(line, period) for line in found[:limit])
            if entries:
                yield Block(title=self._said(title), entries=entries, more=more)

    def _entry(self, line: Line, period: Period) -> Entry:
        routing = line.routing
        place = (
            self._name(self.matrix.processes, routing.process),
            self._name(self.matrix.stages, routing.stage),
            self._team(routing.responsible),
            self._name({row.id: row.name for row in self.matrix.rows}, routing.row),
        )
        days = self._passed(line.since, period)
        still = self._said(Message("{n} days since", {"n": days}))
        counted = days > 0 and line.closed is None
        tone = "missing" if line.wrong else "waiting" if line.waiting else ""
        return Entry(
            ticket=line.ticket,
            url=line.item.url,
            title=one_line(line.item.title, TITLE),
            place=" · ".join(place),
            what=tuple(
                self._said(told).removeprefix(f"#{line.ticket}: ") for told in self._what(line)
            ),
            since=f"{self._day(line.since)} ({still})" if counted else self._day(line.since),
            tone="closed" if line.closed is not None else tone,
        )

    def _what(self, line: Line) -> Iterator[Message | str]:
        yield from line.wrong
        if line.waiting:
            approving = {row.id: row.team for row in self.matrix.rows}
            team = self._team(approving.get(line.routing.accountable, ""))
            yield Message("waits for the approval of {team}", {"team": team})
        if line.new:
            yield "newly made"
        if line.stage is not None:
            before, after = (self._name(self.matrix.stages, stage) for stage in line.stage)
            yield Message("stage: {before} → {after}", {"before": before, "after": after})
        if line.team is not None:
            before, after = map(self._team, line.team)
            yield Message("handed over: {before} → {after}", {"before": before, "after": after})
        if line.said is not None:
            told = (
                "approved by {by}" if line.said.verdict is Verdict.APPROVED else "rejected by {by}"
            )
            yield Message(told, {"by": line.said.by})
        if line.closed is not None:
            yield Message("closed on {day}", {"day": self._day(line.closed)})
        elif not line.routing.sure:
            yield "to be confirmed"

    def _order(self, process: str) -> int:
        processes = list(self.matrix.processes)
        return processes.index(process) if process in processes else len(processes)

    def _team(self, team: str) -> str:
        found = self.matrix.teams.get(team)
        return found.name[self.language] if found else team

    def _name(self, names: Mapping[str, Words], name: str) -> str:
        """Answer what the matrix calls it; it may be of a matrix before this one."""
        return names[name][self.language] if name in names else name

    def _said(self, message: Message | str) -> str:
        return say(message, self.language)

    def _passed(self, since: datetime, period: Period) -> int:
        """Answer how many days passed up to the period's last, as a calendar of the zone counts."""
        last = period.until - timedelta(microseconds=1)
        return (last.astimezone(self.zone).date() - since.astimezone(self.zone).date()).days

    def _day(self, at: datetime) -> str:
        return f"{at.astimezone(self.zone):%Y-%m-%d}"


LABELS = {
    "open": "open",
    "new": "newly made",
    "moved": "moved",
    "approved": "approvals",
    "closed": "closed",
    "waiting": "waiting for approval",
    "missing": "approval missing",
    "unsure": "to be confirmed",
}
