"""Failed builds."""

from dataclasses import dataclass, replace
from typing import ClassVar

from itsm_sync.model.signals import Life
from itsm_sync.model.watching.base import Duration, Lived, no_less


@dataclass(frozen=True, slots=True, kw_only=True)
class Builds(Lived):
    """Failed builds of tracked branches and of jobs that deploy become incidents.

    `failures` are the results that count as one, of Jenkins and of GitHub Actions. `untracked`: the
    main branches of jobs and repositories that no service names count as well. `workflows`: runs of
    GitHub Actions count. Deployments to one of `production` have `production_priority`, and so many
    failures as `open_after_production` says are enough of them.
    `after_deployment` is how long after a deployment a failure may come from it.
    """

    places: ClassVar[frozenset[str] | None] = frozenset(
        {"job", "branch", "environment", "repository", "controller"}
    )

    tracker: str = "사건"
    priority: str = "높음"
    open_after: int = 2
    failures: tuple[str, ...] = ("FAILURE",)
    untracked: bool = False
    workflows: bool = True
    production: tuple[str, ...] = ("production", "prod", "live", "운영")
    production_priority: str = "긴급"
    open_after_production: int = 1
    after_deployment: Duration = Duration(hours=6)

    def __post_init__(self) -> None:
        """Reject a ticket for nothing."""
        super(Builds, self).__post_init__()
        no_less(self, open_after_production=1)

    @property
    def life(self) -> Life:
        grave = frozenset(name.casefold() for name in self.production)
        usual = super(Builds, self).life
        return replace(usual, grave=grave, grave_after=self.open_after_production)
