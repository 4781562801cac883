"""The plan checked as a whole before the first write: what goes, what is held, what waits. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from itsm_sync.model.caps import Cap, Caps, Over
from itsm_sync.model.plans import Birth, Edit, Plan
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.words import Message, Words

# A cap that the plan goes over, and the edits that it keeps back.
Kept = tuple[Over, Sequence[Edit]]
Late = tuple[Over, Sequence[Edit | Birth]]
# An edit that changes one of these gives a ticket to somebody else.
_HANDS = (FieldName.PROCESS, FieldName.TEAM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What the caps compare a plan with.

    `routed` is how many open tickets are already routed, `mails` an upper bound of the mails that
    `counted` edits cause, `teams` the teams' names by their ids. `turns` is how many edits of
    clocks, in their order, the mails leave room for; None: all of them.
    """

    routed: int
    mails: int = 0
    teams: Mapping[str, Words]
    turns: int | None = None


def check(plan: Plan, caps: Caps, measure: Measure, let_go: frozenset[int] = frozenset()) -> Plan:
    """Answer the plan with what its caps keep back.

    A rule's and a team's cap hold the edits that they count, the cycle's caps (`cycle`, `share`,
    `mails`) all edits of tickets already routed. Tickets never routed, and tickets that are
    incidents already, go on: so many a cycle, old tickets last, and the rest waits. So do tickets
    to be opened, after those that are there, and edits that only tell how a service level stands,
    notes first.

    Args:
        plan: all edits and births of the cycle.
        caps: of the settings.
        measure: what they are compared with.
        let_go: tickets whose edits a person lets go; no cap knows of them.
    """
    edits = tuple(edit for edit in plan.edits if edit.ticket.id not in let_go)
    whole = counted(edits, caps)
    holding = [*_each(edits, caps, measure), *_whole(whole, caps, measure)]
    held = frozenset(edit.ticket.id for _, which in holding for edit in which)
    free = [edit for edit in edits if edit.ticket.id not in held]
    rates = [*_rates(free, plan.births, caps), *_clocks(free, caps, measure)]
    late = [one for _, which in rates for one in which]
    waiting = frozenset(one.ticket.id for one in late if isinstance(one, Edit))
    unborn = frozenset(one.episode for one in late if isinstance(one, Birth))
    over = tuple(found for found, _ in (*holding, *rates))
    return replace(plan, held=held, waiting=waiting, unborn=unborn, over=over)


def counted(edits: Iterable[Edit], caps: Caps) -> tuple[Edit, ...]:
    """Answer the edits that the cycle's caps count, and hold."""
    return tuple(
        edit for edit in edits if edit.routed and not edit.is_of_clocks and not _urgent(edit, caps)
    )


def of_clocks(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Answer the edits that only tell how a service level stands, in their turns: notes first."""
    return tuple(sorted((e for e in edits if e.is_of_clocks), key=lambda e: not e.kept))


def _urgent(edit: Edit, caps: Caps) -> bool:
    """Whether it is about an incident: a new one, or one that is an incident already.

    A ticket that only becomes one is counted with all others: a rule may say so of hundreds.
    """
    stands = all(change.name is not FieldName.PROCESS for change in edit.fields)
    return edit.process in caps.urgent and (stands or not edit.routed)


def _each(edits: Sequence[Edit], caps: Caps, measure: Measure) -> Iterator[Kept]:
    """Answer the rules and teams with too many edits, incidents that change hands with them."""
    moved = [
        edit
        for edit in edits
        if edit.routed
        and not edit.is_of_clocks
        and (not _urgent(edit, caps) or any(change.name in _HANDS for change in edit.fields))
    ]
    of_rule, of_team = _by(moved, lambda e: e.rule), _by(moved, lambda e: e.team)
    for cap, most, groups in ((Cap.RULE, caps.rule, of_rule), (Cap.TEAM, caps.team, of_team)):
        for name, which in groups.items():
            if most and name and len(which) > most:
                shown = measure.teams.get(name, name) if cap is Cap.TEAM else name
                yield _over(cap, len(which), most, name, shown), which


def _by(edits: Iterable[Edit], name: Callable[[Edit], str]) -> Mapping[str, Sequence[Edit]]:
    found: dict[str, list[Edit]] = {}
    for edit in edits:
        found.setdefault(name(edit), []).append(edit)
    return found


def _whole(edits: Sequence[Edit], caps: Caps, measure: Measure) -> Iterator[Kept]:
    number = len(edits)
    if caps.cycle and number > caps.cycle:
        yield _over(Cap.CYCLE, number, caps.cycle), edits
    share = max(measure.routed * caps.share // 100, caps.floor)
    if caps.share and number > share:
        yield _over(Cap.SHARE, number, share, shown=str(measure.routed)), edits
    if caps.mails and measure.mails > caps.mails:
        yield _over(Cap.MAILS, measure.mails, caps.mails), edits


def _rates(edits: Sequence[Edit], births: Sequence[Birth], caps: Caps) -> Iterator[Late]:
    """Answer what is too much of what goes on: the last ones, those of a backfill first, and those
    without a ticket before these.
    """
    others_than_clocks = (edit for edit in edits if not edit.is_of_clocks)
    turns = sorted(others_than_clocks, key=lambda edit: edit.backfill)
    alarms = [birth for birth in births if birth.process in caps.urgent]
    others = [birth for birth in births if birth.process not in caps.urgent]
    urgent: Sequence[Edit | Birth] = (*(edit for edit in turns if _urgent(edit, caps)), *alarms)
    new: Sequence[Edit | Birth] = (
        *(e for e in turns if not e.routed and not _urgent(e, caps)),
        *others,
    )
    for cap, most, which in ((Cap.INCIDENTS, caps.incidents, urgent), (Cap.NEW, caps.new, new)):
        if most and len(which) > most:
            yield _over(cap, len(which), most), which[most:]


def _clocks(edits: Sequence[Edit], caps: Caps, measure: Measure) -> Iterator[Late]:
    """Answer what is too much of what clocks tell in a cycle, by number or by mails."""
    found = of_clocks(edits)
    bounds = [bound for bound in (caps.clocks or None, measure.turns) if bound is not None]
    most = min(bounds, default=len(found))
    if len(found) > most:
        yield _over(Cap.CLOCKS, len(found), most), found[most:]


_SAID = {
    Cap.RULE: Message("{number} edits by the rule «{of}», at most {most} in a cycle"),
    Cap.TEAM: Message("{number} edits for the team {of}, at most {most} in a cycle"),
    Cap.CYCLE: Message("{number} edits of tickets already routed, at most {most} in a cycle"),
    Cap.SHARE: Message("{number} edits of the {of} open tickets already routed, at most {most}"),
    Cap.MAILS: Message("up to {number} mails, at most {most} in a cycle"),
    Cap.NEW: Message("{number} tickets routed for the first time, at most {most} in a cycle"),
    Cap.INCIDENTS: Message("{number} edits of incidents, at most {most} in a cycle"),
    Cap.CLOCKS: Message("{number} edits of service levels alone, at most {most} in a cycle"),
}


def _over(cap: Cap, number: int, most: int, of: str = "", shown: Words | str = "") -> Over:
    params = {"number": number, "most": most, "of": shown or of}
    return Over(cap=cap, number=number, most=most, of=of, told=Message(_SAID[cap].text, params))
