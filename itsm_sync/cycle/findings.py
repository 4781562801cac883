"""What a cycle found wrong that a person must know; each is closed by a cycle that misses it."""

from collections.abc import Iterable, Iterator, Mapping

from itsm_sync.model.cycles import Health, SourceReport
from itsm_sync.model.findings import Finding
from itsm_sync.model.plans import Plan, Result
from itsm_sync.model.words import Message

KIND = "cycle."  # all kinds below begin so


def findings(
    sources: Mapping[str, SourceReport],
    plan: Plan,
    results: Iterable[Result],
    unread: Iterable[int],
) -> Iterator[Finding]:
    """Answer what is wrong after a cycle: sources, refused and withheld fields, histories."""
    for name, report in sources.items():
        if report.health in (Health.FAILED, Health.PARTLY):
            params = {"source": name, "error": report.error or ""}
            told = Message("{source} could not be read in full: {error}", params)
            yield Finding(key=f"source/{name}", kind=f"{KIND}source", message=told)
    for left in plan.withheld:
        yield _field(left.ticket, left.field, left.why)
    for result in results:
        for refusal in result.refused:
            yield _field(refusal.ticket, refusal.field, refusal.reason)
    for ticket in unread:
        told = Message("#{ticket}: its history can't be read, so it is left alone",
                       {"ticket": ticket})  # fmt: skip
        yield Finding(key=f"history/{ticket}", kind=f"{KIND}history", message=told)


def _field(ticket: int, field: str, why: Message) -> Finding:
    params = {"ticket": ticket, "field": field, "why": why}
    told = Message("#{ticket} {field} is not written: {why}", params)
    return Finding(key=f"field/{ticket}/{field}", kind=f"{KIND}field", message=told)
