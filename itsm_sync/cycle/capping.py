"""The plan under its caps: what must be asked for that, and what a person is told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from itsm_sync.clients.errors import ClientError
from itsm_sync.desk.caps import Measure, check, counted, of_clocks
from itsm_sync.desk.mails import concerned, mails
from itsm_sync.desk.redmine import Desk
from itsm_sync.model.caps import RATES, Caps
from itsm_sync.model.findings import Finding
from itsm_sync.model.matrix import Team
from itsm_sync.model.plans import Edit, Plan
from itsm_sync.model.words import Message

HELD = "cycle.held"
# Tickets whose watchers are asked for, one request each (Redmine fact 4).
MOST_ASKED = 200


def capped(
    plan: Plan,
    caps: Caps,
    *,
    desk: Desk,
    teams: Mapping[str, Team],
    routed: int,
    let_go: frozenset[int] = frozenset(),
) -> Plan:
    """Answer the plan with what its caps keep back.

    Mails are reckoned only where nothing else holds all that they could hold.

    Args:
        plan: all edits of the cycle.
        caps: of the settings.
        desk: is asked for groups' people and tickets' watchers.
        teams: of the matrix.
        routed: how many open tickets are already routed.
        let_go: tickets whose edits a person lets go.
    """
    measure = Measure(routed=routed, teams={name: team.name for name, team in teams.items()})
    made = check(plan, caps, measure, let_go)
    mine = [edit for edit in counted(plan.edits, caps) if edit.ticket.id not in let_go]
    clocks = [edit for edit in of_clocks(plan.edits) if edit.ticket.id not in let_go]
    if not caps.mails or (not clocks and all(edit.ticket.id in made.held for edit in mine)):
        return made
    bound = mail_bound(desk, mine, caps.mails)
    spent = bound if bound <= caps.mails else 0  # what is held sends none
    turns = _turns(desk, clocks[: caps.clocks or None], caps.mails - spent)
    measure = replace(measure, mails=bound, turns=turns if len(clocks) > turns else None)
    return check(plan, caps, measure, let_go)


def _turns(desk: Desk, edits: Sequence[Edit], left: int) -> int:
    """Answer how many of the edits, in their order, cause no more mails than are left; one goes at
    any rate, or none ever would.
    """
    people = _People(desk)
    for number, edit in enumerate(edits):
        watchers = people.watching(edit) if number < MOST_ASKED else frozenset()
        left -= mails(edit, watchers, people.among(concerned(edit) | watchers, edit))
        if left < 0:
            return max(number, 1)
    return len(edits)


def mail_bound(desk: Desk, edits: Sequence[Edit], enough: int | None = None) -> int:
    """Answer how many mails the edits cause at most, as `desk.mails` says.

    Watchers are asked for only where the bound is not beyond `enough` without them, and of the
    first tickets only: those of the others, and of tickets that can't be read, are not in it, nor
    the people of a group that the bot may not see.
    """
    people = _People(desk)
    bound = sum(mails(edit, members=people.among(concerned(edit), edit)) for edit in edits)
    if enough is not None and bound > enough:
        return bound
    for edit in edits[:MOST_ASKED]:
        watchers = people.watching(edit)
        known = people.among(concerned(edit) | watchers, edit)
        bound += mails(edit, watchers, known) - mails(edit, members=known)
    return bound


class _People:
    """Who is behind a number; what Redmine does not show is one person."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: dict[int, frozenset[int] | None] = {}

    def among(self, named: frozenset[int], edit: Edit) -> Mapping[int, frozenset[int]]:
        """Answer the people of those that are groups; an author is none."""
        found = {number: self._behind(number) for number in named - {edit.ticket.author.id}}
        return {number: people for number, people in found.items() if people is not None}

    def watching(self, edit: Edit) -> frozenset[int]:
        try:
            return frozenset(self._desk.watchers(edit.ticket.id))
        except ClientError:
            return frozenset()

    def _behind(self, number: int) -> frozenset[int] | None:
        if number not in self._known:
            try:
                people = self._desk.members(number)
            except ClientError:
                people = None
            self._known[number] = None if people is None else frozenset(people)
        return self._known[number]


def held(plan: Plan, file: str) -> Iterator[Finding]:
    """Answer the finding that a plan is held in that file, where one is."""
    holding = [over.told for over in plan.over if over.cap not in RATES]
    if not plan.held:
        return
    why = holding[0]
    for told in holding[1:]:
        why = Message("{one}; {other}", {"one": why, "other": told})
    params = {"number": len(plan.held), "why": why, "file": file}
    told = Message("{number} edits are held ({why}). `itsm-sync apply {file}` lets them go", params)
    yield Finding(key="held", kind=HELD, message=told)
