"""Release tickets: of GitHub's releases, and of Redmine's versions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta, tzinfo

from itsm_sync.model.items import Item
from itsm_sync.model.signals import Episode, Telling
from itsm_sync.model.watching import Deliveries
from itsm_sync.model.watching import Releases as Section
from itsm_sync.signals.ports import Known
from itsm_sync.signals.releases.released import releases
from itsm_sync.signals.releases.releasing import SIGNAL, Kept, Release, lived, shares
from itsm_sync.signals.releases.telling import tell
from itsm_sync.signals.releases.versions import versions

_SETTLED = timedelta(days=30)  # for so long an end is answered again


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseTickets:
    """Each release and each version has one ticket for ever.

    `deliveries` says what a deployment without an approved change is; None: nobody looks for them.
    """

    section: Section
    zone: tzinfo
    deliveries: Deliveries | None = None

    @property
    def name(self) -> str:
        return SIGNAL

    @property
    def follows_items(self) -> bool:
        return True

    def derive(self, known: Known) -> Iterable[Episode]:
        """Answer the releases that are not over, or have not been for long."""
        kept = Kept.of(known.episodes(signal=SIGNAL))
        first = known.baseline(SIGNAL)
        issues = tuple(known.items(kind="issue", state="open"))
        found = list(releases(known, self.section, kept, first))
        if self.section.versions:
            found += versions(known, issues, kept)
        return tuple(
            episode
            for release in found
            if not _is_settled(episode := self._lived(release, issues, kept, known), known)
        )

    def _lived(
        self,
        release: Release,
        issues: Sequence[Item],
        kept: Kept,
        known: Known,
    ) -> Episode:
        before = kept.get(release.line)
        acts = known.acts(before.key) if before else ()
        incidents = tuple(
            item.key
            for item in issues
            if item.facts.get("tracker") in self.section.incidents
            and shares(item.facts, release.facts)
        )
        told = replace(release, incidents=incidents)
        return lived(told, before, acts, keep_taken=self.section.when_taken == "note")

    def tell(self, episode: Episode, known: Known) -> Telling:
        """Answer what the release's ticket says now."""
        return tell(episode, known, self.section, deliveries=self.deliveries, zone=self.zone)


def _is_settled(episode: Episode, known: Known) -> bool:
    return episode.ended is not None and episode.ended < known.now - _SETTLED
