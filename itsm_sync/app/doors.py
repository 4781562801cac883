"""The doors to the servers, opened when first asked for, and the sources behind them.

GitHub's is loaded where it is wanted alone: with its library it takes a tenth of the memory.
"""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING

from itsm_sync.app.clock import utc_now
from itsm_sync.app.scope import reader
from itsm_sync.clients.errors import Missing
from itsm_sync.clients.jenkins import JenkinsClient
from itsm_sync.clients.known import Known
from itsm_sync.clients.redmine import RedmineClient
from itsm_sync.model.ports import Observer, Source
from itsm_sync.model.words import Message
from itsm_sync.settings import Jenkins, Settings
from itsm_sync.sources.jenkins import JenkinsSource
from itsm_sync.sources.redmine import RedmineSource

if TYPE_CHECKING:
    from itsm_sync.clients.github import GitHubClient

_UNSEEN = (
    "is the repository's name right, may the token see it, and does the address of an Enterprise"
    " Server end in /api/v3?"
)


@dataclass(kw_only=True)
class Doors:
    """One door to each server; `stack` closes them. `guard` is asked right before a write to
    Redmine.
    """

    settings: Settings
    observer: Observer
    known: Known
    stack: ExitStack
    guard: Callable[[], None]
    brought: tuple[Source, ...] = ()
    _controllers: dict[str, JenkinsClient] = field(default_factory=dict)

    @cached_property
    def redmine(self) -> RedmineClient:
        """The one door to Redmine: the source reads through it, then the desk writes."""
        client = RedmineClient(
            self.settings.redmine, self.observer, guard=self.guard, known=self.known
        )
        self.stack.callback(client.close)
        return client

    @cached_property
    def github(self) -> "GitHubClient | None":
        """The one door to GitHub: what it was told of limits stands over all cycles."""
        settings = self.settings.general.github
        if settings is None:
            return None
        from itsm_sync.clients.github import GitHubClient  # noqa: PLC0415 - see above

        client = GitHubClient(settings, self.observer, known=self.known)
        self.stack.callback(client.close)
        return client

    def sources(self) -> tuple[Source, ...]:
        """Answer the configured sources, those of other packages too."""
        general = self.settings.general
        redmine = RedmineSource(client=self.redmine, settings=general.redmine, clock=utc_now)
        found: list[Source] = [redmine]
        repositories = tuple(r for service in self.settings.services for r in service.repositories)
        for controller in general.jenkins:
            name = self._reader(controller)
            client = self._jenkins(controller)
            found.append(JenkinsSource(client, controller, name, repositories=repositories))
        if general.github is not None and self.github is not None:
            from itsm_sync.sources.github.source import GitHubSource  # noqa: PLC0415 - see above

            found.append(GitHubSource(self.github, general.github, utc_now))
        return (*found, *self.brought)

    def probes(self) -> Mapping[str, Callable[[], Message]]:
        """Answer, by name, what tells whether each system beside Redmine answers."""
        general = self.settings.general
        found: dict[str, Callable[[], Message]] = {}
        for controller in general.jenkins:
            client = self._jenkins(controller)
            found[f"jenkins {controller.name}"] = partial(_jenkins, client)
        if general.github is not None and self.github is not None:
            for repository in general.github.repositories:
                found[f"github {repository}"] = partial(_github, self.github, repository)
        return found

    def _jenkins(self, controller: Jenkins) -> JenkinsClient:
        """Answer the one door to a controller: its budget and breaker stand over all cycles."""
        if controller.name not in self._controllers:
            name = self._reader(controller)
            client = JenkinsClient(controller, self.observer, name, known=self.known)
            self.stack.callback(client.close)
            self._controllers[controller.name] = client
        return self._controllers[controller.name]

    def _reader(self, controller: Jenkins) -> str:
        return reader(controller, alone=len(self.settings.general.jenkins) == 1)


def _jenkins(client: JenkinsClient) -> Message:
    return Message("Jenkins {version} answers", {"version": client.version() or "?"})


def _github(client: "GitHubClient", repository: str) -> Message:
    try:
        client.object(f"/repos/{repository}")
    except Missing as error:
        raise error.advised(Message(_UNSEEN), address=client.url) from error
    return Message("can be read")
