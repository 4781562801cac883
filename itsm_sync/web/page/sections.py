"""The tables of the status page, one a subject."""

from dataclasses import replace

from itsm_sync.model.cycles import Health
from itsm_sync.model.letters import Letter, LetterKind
from itsm_sync.model.signals import called
from itsm_sync.model.words import Message
from itsm_sync.operations.endings import SAID, outcome, written
from itsm_sync.routing.inventory import KIND as DRIFT
from itsm_sync.store import CycleRecord, OpenFinding
from itsm_sync.web.page import told
from itsm_sync.web.page.jobs import job
from itsm_sync.web.page.saying import Teller
from itsm_sync.web.page.view import BAD, GOOD, QUIET, WAITING, Cell, Section
from itsm_sync.web.premises import Premises
from itsm_sync.web.standing import SourceNow, Standing

MOST = 50  # lines of a table; the command line has all
MOST_DRIFT = 10
_TONES = {Health.OK: GOOD, Health.PARTLY: WAITING, Health.FAILED: BAD, Health.OFF: QUIET}
_ENDS = {
    "ok": GOOD,
    "unwell": WAITING,
    "failed": BAD,
    "interrupted": QUIET,
    "crashed": BAD,
    "running": QUIET,
}

Row = tuple[Cell, ...]


def cycles(seen: Standing, teller: Teller) -> Section:
    """Answer the last cycles: when, how long, what they did."""
    return Section(
        id="cycles",
        title=teller.say("Last cycles"),
        heads=_heads(teller, "started", "took", "how it ended", "items", "written", "tickets"),
        rows=tuple(_cycle(record, teller) for record in seen.cycles),
        empty=teller.say("no cycle has run yet"),
    )


def _cycle(record: CycleRecord, teller: Teller) -> Row:
    ended = outcome(record)
    done = record.finished_at
    summary = record.summary
    tickets = _counts(summary.get("tickets"))
    moved = [
        teller.say(name, n=tickets[key])
        for key, name in _TICKETS.items()
        if tickets.get(key)
    ]  # fmt: skip
    return (
        Cell(text=teller.time(record.started_at)),
        Cell(text=teller.seconds(done - record.started_at) if done else "–"),
        Cell(text=teller.say(SAID[ended]), tone=_ENDS[ended]),
        Cell(text=str(summary.get("items", "–"))),
        Cell(text=teller.say(written(record))),
        Cell(text=", ".join(moved) or "–"),
    )


_TICKETS = {"opened": "{n} opened", "closed": "{n} closed", "reopened": "{n} reopened"}


def _counts(value: object) -> dict[str, int]:
    if not isinstance(value, dict):
        return {}
    return {str(k): number for k, number in value.items() if isinstance(number, int)}


def sources(seen: Standing, teller: Teller) -> Section:
    """Answer the sources: how they are, since when they have not answered."""
    return Section(
        id="sources",
        title=teller.say("Sources"),
        heads=_heads(teller, "source", "status", "last success", "error"),
        rows=tuple(_source(one, teller) for one in seen.sources),
        empty=teller.say("no source was asked yet"),
    )


def _source(one: SourceNow, teller: Teller) -> Row:
    error = told.error(one.name, one.error)
    state = teller.say(one.health.value)
    if one.stale:
        state = f"{state}, {teller.say('stale')}"
    before = teller.say("{span} ago", span=teller.since(one.succeeded_at))
    return (
        Cell(text=one.name),
        Cell(text=state, tone=BAD if one.stale else _TONES[one.health]),
        Cell(text=before if one.succeeded_at else teller.say("never")),
        Cell(text=teller.say(error) if error is not None else "–"),
    )


def held(seen: Standing, premises: Premises, teller: Teller) -> Section:
    """Answer the plan that caps hold, and how it is let go."""
    waits = seen.held or ()
    broken = seen.held is None
    note = teller.say("Look at the file first: it has mode 0600 and says what would be written.")
    return Section(
        id="held",
        title=teller.say("Held plan"),
        heads=(),
        rows=(),
        empty=teller.say("the file of the held plan can't be read") if broken
        else "" if waits else teller.say("nothing is held"),
        note=note if waits else "",
        links=tuple(teller.link(name) for name in waits[:MOST]) + _more(len(waits), teller),
        command=f"itsm-sync apply {premises.settings.held_plan}" if waits else "",
    )  # fmt: skip


def findings(seen: Standing, teller: Teller) -> Section:
    """Answer what stands; of drift, which a new configuration may have much of, the first."""
    drift = [f for f in seen.findings if f.finding.kind.startswith(DRIFT)]
    others = [f for f in seen.findings if not f.finding.kind.startswith(DRIFT)]
    shown = [*others[:MOST], *drift[:MOST_DRIFT]]
    left = len(seen.findings) - len(shown)
    return Section(
        id="findings",
        title=teller.say("Findings"),
        heads=_heads(teller, "seen since", "finding"),
        rows=tuple(_finding(one, teller) for one in shown),
        empty=teller.say("nothing is found wrong"),
        note=teller.say("… and {n} more: `itsm-sync status --json` has all", n=left)
        if left
        else "",
    )


def _finding(one: OpenFinding, teller: Teller) -> Row:
    return (
        Cell(text=teller.time(one.first_at)),
        teller.linked(
            teller.say(told.finding(one.finding)), one.finding.message.params.get("ticket")
        ),
    )


def letters(seen: Standing, teller: Teller) -> Section:
    """Answer what is set aside, of all kinds: cause and age."""
    left = len(seen.letters) - MOST
    return Section(
        id="letters",
        title=teller.say("Dead letters"),
        heads=_heads(teller, "source", "kind", "item", "cause", "age", "tries"),
        rows=tuple(_letter(one, teller) for one in seen.letters[:MOST]),
        empty=teller.say("nothing is set aside"),
        note=teller.say("… and {n} more: `itsm-sync letters` lists all", n=left)
        if left > 0
        else "",
        command="itsm-sync letters" if seen.letters else "",
    )


def _letter(one: Letter, teller: Teller) -> Row:
    item = teller.link(told.key(one.key))
    if isinstance(one.cause, Message):  # Redmine's answer; else the class of our own exception
        cause = Cell(text=teller.say(told.opened(one.cause)))
    else:
        cause = Cell(text=told.cause(one.cause), code=True)
    return (
        Cell(text=one.source),
        Cell(text=teller.say(_KINDS[one.kind])),
        replace(item, after=f" {one.field}") if one.field else item,
        cause,
        Cell(text=teller.since(one.first_at)),
        Cell(text=str(one.times)),
    )


_KINDS = {
    LetterKind.ITEM: "payload not understood",
    LetterKind.EDIT: "value refused",
    LetterKind.TICKET: "ticket not opened",
    LetterKind.DELIVERY: "report not delivered",
}


def signals(seen: Standing, teller: Teller) -> Section:
    """Answer how many tickets of signals are open, by signal."""
    return Section(
        id="signals",
        title=teller.say("Open tickets of signals"),
        heads=_heads(teller, "signal", "tickets still open"),
        rows=tuple(
            (Cell(text=teller.say(called(name))), Cell(text=str(number)))
            for name, number in sorted(seen.signals.items())
        ),
        empty=teller.say("none is open"),
    )


def schedule(premises: Premises, teller: Teller) -> Section:
    """Answer what runs next."""
    jobs = sorted(premises.upcoming().items(), key=lambda job: (job[1], job[0]))
    return Section(
        id="schedule",
        title=teller.say("Schedule"),
        heads=_heads(teller, "job", "next run", "in"),
        rows=tuple(
            (
                Cell(text=job(name, premises.settings, teller)),
                Cell(text=teller.time(at)),
                Cell(text=teller.span(at - teller.now)),
            )
            for name, at in jobs
        ),
        empty=teller.say("nothing is scheduled here"),
    )


def _heads(teller: Teller, *names: str) -> tuple[str, ...]:
    return tuple(map(teller.say, names))


def _more(number: int, teller: Teller) -> tuple[Cell, ...]:
    return (Cell(text=teller.say("… and {n} more", n=number - MOST)),) if number > MOST else ()
