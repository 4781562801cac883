"""The world of a soak: builds end, people open tickets, say something and close them."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

import requests

from sandbox.office import Office
from sandbox.people import RefusedByRedmine
from sandbox.standins.github import GitHubStandIn
from sandbox.standins.jenkins import JenkinsStandIn
from sandbox.torture import world
from sandbox.torture.script import JOBS, Built, Discarded

OPEN = 10  # tickets of people that are open at most


@dataclass(slots=True, kw_only=True)
class Town:
    """What happens meanwhile; nothing where it is `quiet`."""

    office: Office
    jenkins: JenkinsStandIn
    quiet: bool
    random: Random = field(default_factory=lambda: Random("soak"))
    opened: list[int] = field(default_factory=list)
    number: int = 0

    def change(self) -> None:
        """Let a build end, and now and then a person open a ticket or say something on one.

        The world stays as large as it is: old builds go, and who opens a ticket closes an older
        one. What was is remembered, though, by Redmine and by the program.
        """
        if self.quiet:
            return
        error = "java.lang.OutOfMemoryError: Java heap space" if self.random.random() < 0.4 else ""
        built = Built(at=datetime.now(UTC), job=self.random.choice(JOBS), error=error)
        for event in (built, Discarded(job=built.job)):
            world.happen(event, self.jenkins, GitHubStandIn({}))
        # It may be busy with another's write: somebody else comes by later.
        with suppress(RefusedByRedmine, requests.HTTPError):
            self._say()
        self.number += 1

    def _say(self) -> None:
        if self.number % 4 == 0:
            self.opened.append(self.office.create("yujin", f"로그인이 안 됩니다 {self.number}"))
            if len(self.opened) > OPEN:
                done = self.office.number("issue_statuses", "완료")
                self.office.update("admin", self.opened.pop(0), status_id=done)
        elif self.number % 4 == 2 and self.opened:
            ticket = self.random.choice(self.opened)
            self.office.comment("yujin", ticket, f"아직도 그렇습니다 {self.number}")
