"""The note on what was delivered for a ticket: three tables, bounded, the newest first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from itsm_sync.model.items import Item
from itsm_sync.model.prose import Block, Grid, Heading, Paragraph, Part, Prose
from itsm_sync.model.words import Message
from itsm_sync.signals.builds.progress import STATES
from itsm_sync.signals.deliveries.delivered import Delivered
from itsm_sync.signals.words.phrases import ended, moment, more, pull_place, word, words
from itsm_sync.signals.words.shaping import link, local

ROWS = 20
Cell = tuple[Part, ...]
Row = tuple[Cell, ...]
_PRIVATE = {
    "pull": Message("a private pull request"),
    "build": Message("a private build"),
    "workflow_run": Message("a private build"),
    "deployment": Message("a private deployment"),
}


def evidence(
    found: Delivered,
    *,
    zone: tzinfo,
    may_say: Callable[[Item], bool],
    change: bool,
    approved: bool | None,
) -> Prose:
    """Answer the note.

    Args:
        found: what was delivered.
        zone: of the times.
        may_say: whether an item's words may stand on the ticket.
        change: whether it is the evidence of a change.
        approved: whether the change is; None: that is not known.
    """
    tables = _Tables(zone=zone, may_say=may_say)
    title = Message("Evidence of this change") if change else Message("Delivered for this ticket")
    return (
        Heading(title),
        *(_approval(approved) if change else ()),
        *tables.pulls(found.pulls),
        *tables.builds(found.builds),
        *tables.deployments(found.deployments, found.later),
    )


def _approval(approved: bool | None) -> Prose:
    told = {
        True: Message("The change is approved."),
        False: Message("The change is not approved."),
        None: Message("Whether the change is approved is not known."),
    }
    return (Paragraph((told[approved],)),)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tables:
    zone: tzinfo
    may_say: Callable[[Item], bool]

    def pulls(self, pulls: Sequence[Item]) -> Prose:
        head: Row = ((Message("Pull request"),), (Message("State"),), (Message("Reviews"),))
        return self._table((*head, (Message("Merged"),), (Message("Commit"),)), pulls, self._pull)

    def builds(self, builds: Sequence[Item]) -> Prose:
        head: Row = ((Message("Build"),), (Message("Result"),), (Message("Failed tests"),))
        return self._table((*head, (Message("Ended"),)), builds, self._build)

    def deployments(self, deployments: Sequence[Item], later: Sequence[Item]) -> Prose:
        head: Row = ((Message("Deployment"),), (Message("Environment"),), (Message("Result"),))
        indirect = {item.key for item in later}
        every = sorted((*deployments, *later), key=lambda i: (i.created_at, i.key), reverse=True)
        return self._table(
            (*head, (Message("By"),), (Message("When"),)),
            every,
            lambda item: self._deployment(item, indirect=item.key in indirect),
        )

    def _table(self, head: Row, items: Sequence[Item], row: Callable[[Item], Row]) -> Prose:
        if not items:
            return ()
        blank: Row = (("",),) * (len(head) - 1)
        rows = tuple(
            row(item) if self.may_say(item) else ((_PRIVATE[item.kind],), *blank)
            for item in items[:ROWS]
        )
        grid: Block = Grid(head=tuple(cell[0] for cell in head), rows=rows)
        left = len(items) - ROWS
        return (grid, Paragraph((more(left),))) if left > 0 else (grid,)

    def _pull(self, pull: Item) -> Row:
        facts = pull.facts
        merged, by = moment(facts, "merged_at"), word(facts, "merged_by")
        at = local(merged, self.zone) if merged else ""
        sha = word(facts, "merge_sha") or word(facts, "sha")
        return (
            (pull_place(pull), " ", link(pull)),
            (STATES.get(pull.state, pull.state),),
            _reviews(pull),
            (at, f" ({by})" if by else ""),
            (sha[:10],),
        )

    def _build(self, build: Item) -> Row:
        tests = words(build.facts, "failed_tests")
        running = build.facts.get("building") is True
        return (
            (link(build, _run(build)),),
            (build.state,),
            (str(len(tests)) if tests else "",),
            ("" if running else local(ended(build), self.zone),),
        )

    def _deployment(self, item: Item, *, indirect: bool) -> Row:
        facts = item.facts
        note: Cell = (" ", Message("(the first after the merge)")) if indirect else ()
        return (
            (link(item), *note),
            (word(facts, "environment"),),
            (item.state,),
            (word(facts, "user") or word(facts, "author"),),
            (local(item.created_at, self.zone),),
        )


def _run(build: Item) -> str:
    """Answer what a run of a workflow is called, whose title is a commit's; "" of a build."""
    workflow, number = word(build.facts, "workflow"), build.facts.get("number", "")
    return f"{workflow} {number}".strip() if build.kind == "workflow_run" else ""


def _reviews(pull: Item) -> Cell:
    approvals, changes = (pull.facts.get(n) for n in ("approvals", "changes_requested"))
    told: list[Part] = []
    if isinstance(approvals, int) and approvals:
        told.append(Message("approved by {n}", {"n": approvals}))
    if isinstance(changes, int) and changes:
        told += [", "] * bool(told)
        told.append(Message("changes asked for by {n}", {"n": changes}))
    if not told:
        return (Message("none"),)
    return tuple(told)
