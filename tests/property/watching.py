"""What must hold whatever happens, told from people's acts and Redmine's own history alone."""

from dataclasses import dataclass, field

from itsm_sync.model.tickets import PEOPLES, FieldName
from tests.fake_redmine import FakeOffice
from tests.fake_redmine.answering import Request
from tests.fake_redmine.world import CLOSED, Detail, World

BOT = "itsm-sync"


@dataclass(slots=True)
class Watch:
    """Keeps what people decided, and looks at each write of the bot's.

    `decided` are people's values by ticket and field. `raced` are tickets that people touch
    between look and write of the cycle that is at work: no look can tell the bot of that.
    """

    office: FakeOffice
    decided: dict[tuple[int, FieldName], str] = field(default_factory=dict)
    raced: set[int] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    puts: int = 0
    _last: tuple[int, int, int] | None = None

    # ---------------------------------------------------------------- people

    def chose(self, ticket: int, name: FieldName, before: str | None) -> None:
        """Note what a person gave a field that showed `before`; what it shows anyway is no act."""
        now = self.value(ticket, name)
        if now is None or now == before:
            return
        if now:
            self.decided[ticket, name] = now
        else:
            self.decided.pop((ticket, name), None)

    def made(self, ticket: int, values: dict[FieldName, str]) -> None:
        """Note what a new ticket's author filled in."""
        self.forget(ticket)
        for name, value in values.items():
            if self.value(ticket, name) == value:
                self.decided[ticket, name] = value

    def moved(self, ticket: int) -> None:
        """Forget what a move took away: it is nobody's when it comes back."""
        for place in [place for place in self.decided if place[0] == ticket]:
            if self.value(*place) != self.decided[place]:
                del self.decided[place]

    def forget(self, ticket: int) -> None:
        for place in [place for place in self.decided if place[0] == ticket]:
            del self.decided[place]

    # ---------------------------------------------------------------- the bot

    def before(self, request: Request) -> None:
        """Look at what the bot is about to do."""
        self.after()
        if request.user is None or request.user.login != BOT or request.method == "GET":
            return
        self.puts += 1
        issue = self.world.issues.get(int(request.path.split("/")[2].partition(".")[0]))
        if issue is None or issue.id in self.raced:
            return
        if self.world.statuses[issue.status].closed:
            self.wrong.append(f"closed #{issue.id} is written")
        if self.world.projects[issue.project].status == CLOSED:
            self.wrong.append(f"#{issue.id} in a closed project is written")
        if self.value(issue.id, FieldName.PIN) == "1":
            self.wrong.append(f"pinned #{issue.id} is written")
        self._last = (issue.id, issue.version, len(issue.journals))

    def after(self) -> None:
        """Look at what came of the last write: one that changed nothing was written twice."""
        if self._last is None:
            return
        (number, version, entries), self._last = self._last, None
        issue = self.world.issues.get(number)
        if issue is not None and issue.version > version and len(issue.journals) == entries:
            self.wrong.append(f"#{number} is written again with nothing new")

    # ---------------------------------------------------------------- what must hold

    def told(self) -> list[str]:
        """Answer all that is wrong."""
        self.after()
        return [*self.wrong, *self._overwritten(), *self._foreign()]

    def _overwritten(self) -> list[str]:
        return [
            f"#{ticket} {name}: {value!r} of a person's is now {now!r}"
            for (ticket, name), value in self.decided.items()
            if ticket in self.world.issues and (now := self.value(ticket, name)) != value
        ]

    def _foreign(self) -> list[str]:
        return [
            f"#{issue.id}: the bot changed {detail.kind} {detail.name}"
            for issue in self.world.issues.values()
            for entry in issue.journals
            if entry.user == self.bot
            for detail in entry.details
            if not self._ours(detail)
        ]

    def _ours(self, detail: Detail) -> bool:
        ours = {str(n) for name, n in self.office.fields.items() if name not in PEOPLES}
        return detail.name in ours if detail.kind == "cf" else detail.name == "assigned_to_id"

    # ---------------------------------------------------------------- looking

    @property
    def world(self) -> World:
        return self.office.world

    @property
    def bot(self) -> int:
        return self.world.user(BOT).id

    def value(self, ticket: int, name: FieldName) -> str | None:
        """Answer what a field shows; None where the ticket does not have it."""
        issue = self.world.issues[ticket]
        if name is FieldName.ASSIGNEE:
            return str(issue.assignee or "")
        number = self.office.fields[name]
        if number not in {f.id for f in self.world.fields_of(issue.project, issue.tracker)}:
            return None
        return issue.values.get(number) or ""
