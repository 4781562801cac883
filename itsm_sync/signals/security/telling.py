"""What the ticket of security alerts says. Secrets themselves were never read."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo

from itsm_sync.model.items import Item
from itsm_sync.model.prose import Address, Block, Grid, Paragraph, Part, Prose
from itsm_sync.model.signals import Episode, Remark, Telling
from itsm_sync.model.text import one_line
from itsm_sync.model.watching.security import Alerts, Urgency
from itsm_sync.model.words import Message
from itsm_sync.signals.words.shaping import due, link, local, project, worded

_SHOWN, _LONGEST = 30, 120
_STATES = {
    "open": Message("open"),
    "fixed": Message("fixed"),
    "dismissed": Message("dismissed"),
    "auto_dismissed": Message("dismissed by GitHub"),
    "resolved": Message("resolved"),
}
_SEVERITIES = {
    "critical": Message("critical"),
    "high": Message("high"),
    "medium": Message("medium"),
    "low": Message("low"),
}
_SUBJECTS = {
    "dependabot": "Weak dependency {package} in {repository}",
    "code_scanning": "Code scanning found {rule} in {repository}",
    "secret_scanning": "Leaked secret ({secret_type}) in {repository}",
}
_INTROS = {
    "dependabot": (
        "Dependabot knows weaknesses of {package} that {repository} depends on."
        " The ticket closes once GitHub says of every alert that it is fixed or dismissed."
    ),
    "code_scanning": (
        "Code scanning ({tool}) found code in {repository} that breaks the rule {rule}."
        " The ticket closes once GitHub says of every alert that it is fixed or dismissed."
    ),
    "secret_scanning": (
        "Secrets of the type {secret_type} stand in {repository}. Revoke them first; whoever saw"
        " the repository may have them. The ticket closes once every alert is resolved at GitHub."
    ),
}


def tell(
    signal: str,
    episode: Episode,
    alerts: Sequence[Item],
    *,
    section: Alerts,
    severities: Mapping[str, Urgency],
    zone: tzinfo,
) -> Telling:
    """Answer what the ticket says of all alerts that the episode ever had, as they are now."""
    places = _places(episode)
    urgency = _urgency(episode, alerts, section, severities)
    return Telling(
        project=project(section, episode.facts),
        tracker=section.tracker,
        subject=worded(section.subject, Message(_SUBJECTS[signal], places), places),
        description=(
            Paragraph((worded(section.intro, Message(_INTROS[signal], places), places),)),
            *_cure(signal),
        ),
        priority=urgency.priority,
        due=due(episode, urgency.due_days, zone),
        live=tuple(_live(episode, alerts, section, zone)),
        at_once=True,
        remarks=tuple(_remarks(episode, alerts, zone)),
        note_every=section.note_every,
        about=episode.fingerprints,
    )


def _places(episode: Episode) -> dict[str, str]:
    names = ("repository", "package", "ecosystem", "rule", "tool", "secret_type")
    return {name: str(episode.facts.get(name, "?")) for name in names}


def _cure(signal: str) -> Prose:
    if signal == "dependabot":
        told = Message("The table names the version that each weakness is fixed in.")
        return (Paragraph((told,)),)
    return ()


def _severity(alert: Item, section: Alerts) -> str:
    return str(alert.facts.get("severity") or section.severity)


def _urgency(
    episode: Episode,
    alerts: Sequence[Item],
    section: Alerts,
    severities: Mapping[str, Urgency],
) -> Urgency:
    """Answer the urgency of the gravest alert that is open, of all where none is."""
    still = [alert for alert in alerts if alert.key in episode.members] or alerts
    told = {_severity(alert, section) for alert in still}
    gravest = next((of for name, of in severities.items() if name in told), Urgency())
    return Urgency(
        priority=gravest.priority or section.priority,
        due_days=section.due_days if gravest.due_days is None else gravest.due_days,
    )


def _live(
    episode: Episode, alerts: Sequence[Item], section: Alerts, zone: tzinfo
) -> Iterator[Block]:
    count = {"open": len(episode.members), "alerts": len(episode.fingerprints)}
    yield Paragraph((Message("{open} of {alerts} alerts open", count),))
    head: tuple[Part, ...] = (
        Message("Alert"),
        Message("State"),
        Message("Severity"),
        Message("Since"),
        Message("Where"),
        Message("Known as"),
        Message("Fixed in"),
    )
    first = sorted(alerts, key=lambda one: (one.key not in episode.members, one.created_at))
    rows = tuple(_row(alert, section, zone) for alert in first[:_SHOWN])
    yield Grid(head=head, rows=rows)
    if len(first) > _SHOWN:
        yield Paragraph((Message("… and {n} more", {"n": len(first) - _SHOWN}),))


def _row(alert: Item, section: Alerts, zone: tzinfo) -> tuple[tuple[Part, ...], ...]:
    facts = alert.facts
    number, severity = alert.key.rpartition("/")[2], _severity(alert, section)
    title: tuple[Part, ...] = (
        Address(text=f"#{number}", url=alert.url),
        f" {one_line(alert.title, _LONGEST)}",
    )
    names = [str(facts[name]) for name in ("advisory", "cve") if name in facts]
    return (
        title,
        tuple(_state(alert)),
        (_SEVERITIES.get(severity, severity or "?"),),
        (local(alert.created_at, zone),),
        (", ".join(_paths(alert)),),
        (", ".join(names),),
        (str(facts.get("fixed_in", "")),),
    )


def _state(alert: Item) -> Iterator[Part]:
    yield _STATES.get(alert.state, alert.state)
    by = str(alert.facts.get("dismissed_by", ""))
    why = str(alert.facts.get("dismissed_reason") or alert.facts.get("resolution") or "")
    if alert.state != "open" and (by or why):
        yield f" ({', '.join(filter(None, (by, why)))})"


def _paths(alert: Item) -> tuple[str, ...]:
    paths = alert.facts.get("paths", ())
    return paths if isinstance(paths, tuple) else ()


def _remarks(episode: Episode, alerts: Sequence[Item], zone: tzinfo) -> Iterator[Remark]:
    by_key = {alert.key: alert for alert in alerts}
    for at in episode.reopenings:
        told = Message("An alert was open again at {at}.", {"at": local(at, zone)})
        yield _remark("reopened", at, (told,))
    if episode.well_since is not None:
        told = Message(
            "Every alert has been settled since {at}; the ticket stays with who took it.",
            {"at": local(episode.well_since, zone)},
        )
        yield _remark("well", episode.well_since, (told,))
    proof = by_key.get(episode.healed)
    if episode.ended is not None and proof is not None:
        told = Message("Every alert is settled, the last at {at}: ",
                       {"at": local(episode.ended, zone)})  # fmt: skip
        yield _remark("closed", episode.ended, (told, link(proof), " ", *_state(proof)))


def _remark(what: str, at: datetime, parts: tuple[Part, ...]) -> Remark:
    return Remark(name=f"{what}@{at.isoformat()}", text=(Paragraph(parts),), at=at)
