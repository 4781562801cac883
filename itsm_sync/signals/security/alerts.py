"""Security alerts: one line for each package, rule or type of a repository, its alerts the members.

Everything of them is private (GitHub fact 16). A state of the alert is a fact with its own time:
GitHub fact 8, a feature that is off says nothing, so nothing ends with it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from itsm_sync.model.items import Audience, Item
from itsm_sync.model.signals import Episode, Life, Observation, Telling
from itsm_sync.model.watching import Alerts, Security
from itsm_sync.model.watching.security import Urgency
from itsm_sync.signals.ports import Known, Lines
from itsm_sync.signals.security.telling import tell
from itsm_sync.signals.words.shaping import lasting, silent

OPEN = "open"
# GitHub fact 9: no other state is an end.
_ENDS = {
    "fixed": ("fixed_at",),
    "dismissed": ("dismissed_at",),
    "auto_dismissed": ("dismissed_at",),
    "resolved": ("resolved_at",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertLines:
    """Alerts of one kind.

    `parts` are the facts that make the line beside the repository. What an alert said before stays
    (`Store.look`), so that one that opens again is told from one that lasts.
    """

    name: str
    kind: str
    parts: tuple[str, ...]
    section: Alerts
    severities: Mapping[str, Urgency]
    zone: tzinfo

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset({self.kind})

    @property
    def snapshot(self) -> bool:
        return False

    @property
    def life(self) -> Life:
        return self.section.life

    def observe(self, item: Item, now: datetime) -> Iterable[Observation]:
        """Answer when the alert was opened, and when it ended or was seen open again."""
        del now  # an alert has times of its own
        thing = self._thing(item)
        if not thing or not (item.state == OPEN or item.state in _ENDS):
            return ()
        return tuple(self._said(item, f"{item.facts.get('repository', '')} {thing}"))

    def tell(self, episode: Episode, known: Known) -> Telling:
        """Answer what the ticket says: it is private, so it says everything but secrets."""
        if not episode.line:
            return silent(self.section)
        alerts = [item for key in episode.fingerprints if (item := known.item(key)) is not None]
        return tell(
            self.name,
            episode,
            alerts,
            section=self.section,
            severities=self.severities,
            zone=self.zone,
        )

    def _thing(self, item: Item) -> str:
        if self.parts[-1] not in item.facts:
            return ""
        return ":".join(str(item.facts[part]) for part in self.parts if part in item.facts)

    def _said(self, item: Item, line: str) -> Iterator[Observation]:
        yield self._observation(item, line, at=item.created_at, good=False)
        if item.state != OPEN:
            yield self._observation(item, line, at=_ended(item), good=True)
        elif item.updated_at > item.created_at:
            yield self._observation(item, line, at=item.updated_at, good=False, again=True)

    def _observation(
        self, item: Item, line: str, *, at: datetime, good: bool, again: bool = False
    ) -> Observation:
        return Observation(
            signal=self.name,
            line=line,
            at=at,
            good=good,
            until=at,
            again=again,
            item=item.key,
            member=item.key,
            fingerprint=item.key,
            facts=lasting(item.facts, "repository", "tool", *self.parts),
            audience=Audience.PRIVATE,
        )


def _ended(item: Item) -> datetime:
    """Answer when the alert ended; its last change, where GitHub does not say."""
    for name in _ENDS[item.state]:
        at = item.facts.get(name)
        if isinstance(at, datetime):
            return max(at, item.created_at)
    return item.updated_at


def alert_signals(section: Security, zone: tzinfo) -> tuple[Lines, ...]:
    """Answer the kinds that are switched on."""
    sorts = (
        ("dependabot", ("ecosystem", "package"), section.dependabot),
        ("code_scanning", ("rule",), section.code_scanning),
        ("secret_scanning", ("secret_type",), section.secret_scanning),
    )
    return tuple(
        AlertLines(
            name=name,
            kind=f"{name}_alert",
            parts=parts,
            section=alerts,
            severities=section.severities,
            zone=zone,
        )
        for name, parts, alerts in sorts
        if alerts.enabled
    )
