"""Whatever people, rules and crashes do, in any order: nobody's decision is overwritten, nothing
is written twice, and nothing but our own fields.
"""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)
from sandbox.people import RefusedByRedmine

from itsm_sync.model.plans import Outcome, Result
from itsm_sync.model.tickets import FieldName
from tests.fake_redmine import FakeOffice
from tests.fake_redmine.answering import Request
from tests.property.bot import CHANGED_RULES, Bot, Clock, configuration
from tests.property.choices import (
    CHOICES,
    GROUPS_AND_PEOPLE,
    MOST,
    PROJECTS,
    RENAMED,
    TITLES,
    TRACKERS,
    edits,
    person,
    which,
)
from tests.property.watching import Watch

pytestmark = pytest.mark.timeout(0)  # the long profile takes its time


class PeopleAndBot(RuleBasedStateMachine):
    """People at their tickets, and the bot."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        settings, _, _ = configuration("shipped")
        self.office = FakeOffice(settings, self.clock)
        self.office.add_project("elsewhere")
        for name in (FieldName.KEY, FieldName.TEAM):
            self.office.take_off(name, "문제")
        self.watch = Watch(self.office)
        self.bot = Bot(self.office, self.clock)
        self.renamed = False

    def teardown(self) -> None:
        self.bot.close()

    # ---------------------------------------------------------------- people

    @initialize(title=st.sampled_from(TITLES))
    def begin(self, title: str) -> None:
        self.create(title, "결함", "abc-app", None, "yujin")

    @rule(
        title=st.sampled_from(TITLES),
        tracker=st.sampled_from(TRACKERS),
        project=st.sampled_from(PROJECTS),
        filled=st.none() | edits,
        by=st.sampled_from(("yujin", "haeun")),
    )
    def create(
        self,
        title: str,
        tracker: str,
        project: str,
        filled: tuple[FieldName, str] | None,
        by: str,
    ) -> None:
        if len(self.numbers) >= MOST:
            return
        values = dict([filled]) if filled and filled[1] else {}
        values = {name: self.listed(name, value) for name, value in values.items()}
        ticket = self.office.create(
            by, title, tracker=tracker, project=self.project(project), fields=values
        )
        self.watch.made(ticket, values)

    @rule(at=which, by=person, edit=edits)
    def choose(self, at: int, by: str, edit: tuple[FieldName, str]) -> None:
        if (ticket := self.ticket(at)) is not None:
            self.fill(ticket, by, edit)

    @rule(at=which, by=person, name=st.sampled_from(list(CHOICES)))
    def choose_what_stands(self, at: int, by: str, name: FieldName) -> None:
        """Empty a field and give it the same value again."""
        ticket = self.ticket(at)
        value = self.watch.value(ticket, name) if ticket is not None else None
        if ticket is not None and value and self.listed(name, value) == value:
            self.fill(ticket, by, (name, ""))
            self.fill(ticket, by, (name, value))

    @rule(at=which, by=person, to=st.sampled_from(GROUPS_AND_PEOPLE))
    def assign(self, at: int, by: str, to: str) -> None:
        ticket = self.ticket(at)
        if ticket is not None:
            before = self.watch.value(ticket, FieldName.ASSIGNEE)
            self.act(by, ticket, assigned_to_id=to)
            self.watch.chose(ticket, FieldName.ASSIGNEE, before)

    @rule(at=which, by=person, pin=st.sampled_from(("1", "0")))
    def pin(self, at: int, by: str, pin: str) -> None:
        if (ticket := self.ticket(at)) is not None:
            self.act(by, ticket, fields={FieldName.PIN: pin})

    @rule(at=which, by=person, verdict=st.sampled_from(("대기", "승인", "반려", "")))
    def approve(self, at: int, by: str, verdict: str) -> None:
        if (ticket := self.ticket(at)) is not None:
            self.act(by, ticket, fields={FieldName.APPROVAL: verdict})

    @rule(at=which, group=st.sampled_from((6, 9)))
    def take_off_a_watcher(self, at: int, group: int) -> None:
        if (ticket := self.ticket(at)) is not None:
            self.office.ask("admin", "DELETE", f"/issues/{ticket}/watchers/{group}.json")

    @rule(at=which, by=person, status=st.sampled_from((1, 2, 5, 9, 10)))
    def change_status(self, at: int, by: str, status: int) -> None:
        if (ticket := self.ticket(at)) is not None:
            self.act(by, ticket, status_id=status)

    @rule(at=which, by=person, title=st.sampled_from(TITLES))
    def retitle(self, at: int, by: str, title: str) -> None:
        if (ticket := self.ticket(at)) is not None:
            self.act(by, ticket, subject=title)

    @rule(at=which, by=person)
    def comment_by_web_form(self, at: int, by: str) -> None:
        if (ticket := self.ticket(at)) is not None:
            with suppress(RefusedByRedmine):
                self.office.comment(by, ticket, "확인했습니다")

    @rule(at=which, by=person, private=st.booleans())
    def hide(self, at: int, by: str, private: bool) -> None:
        if (ticket := self.ticket(at)) is not None:
            self.act("admin", ticket, is_private=private)

    @rule(at=which, tracker=st.sampled_from(TRACKERS))
    def change_tracker(self, at: int, tracker: str) -> None:
        if (ticket := self.ticket(at)) is not None:
            number = self.office.number("trackers", tracker)
            self.act("haeun", ticket, tracker_id=number)
            self.watch.moved(ticket)

    @rule(at=which, project=st.sampled_from(PROJECTS))
    def move(self, at: int, project: str) -> None:
        if (ticket := self.ticket(at)) is not None:
            self.act("admin", ticket, project_id=self.project(project))
            self.watch.moved(ticket)

    @rule(at=which, project=st.sampled_from(PROJECTS))
    def copy(self, at: int, project: str) -> None:
        ticket = self.ticket(at)
        if ticket is not None and len(self.numbers) < MOST:
            try:
                made = self.office.copy("admin", ticket, project=self.project(project))
            except RefusedByRedmine:  # a value that its list has no more
                return
            self.watch.forget(made)

    @rule(at=which)
    def delete(self, at: int) -> None:
        if (ticket := self.ticket(at)) is not None:
            self.office.delete("admin", ticket)
            self.watch.forget(ticket)

    @rule()
    def rename_a_value(self) -> None:
        for name in (FieldName.TEAM, FieldName.APPROVING_TEAM):
            one, other = ("신사업부", "신사업팀") if self.renamed else ("신사업팀", "신사업부")
            self.office.rename_value(name, one, other)
        self.renamed = not self.renamed

    @rule(seconds=st.sampled_from((0.4, 1, 5, 100, 4000, 100_000)))
    def wait(self, seconds: float) -> None:
        self.clock.wait(seconds)

    # ---------------------------------------------------------------- the bot

    @rule()
    def sync(self) -> None:
        self.run()

    @rule()
    def sync_twice(self) -> None:
        """The second writes nothing."""
        first = self.run()
        if first is None or not all(map(settled, first.results)):
            return
        before = self.watch.puts
        self.run()
        assert self.watch.puts == before, "the second cycle wrote"

    @rule()
    def plan(self) -> None:
        before = self.watch.puts
        self.office.door.before = self.watch.before
        self.bot.plan()
        assert self.watch.puts == before, "plan wrote"

    @rule(rules=st.sampled_from(list(CHANGED_RULES)))
    def change_rules(self, rules: str) -> None:
        self.bot.rules = rules
        self.run()

    @rule()
    def restart(self) -> None:
        self.bot.restart()

    @rule()
    def lose_database(self) -> None:
        self.bot.lose_database()

    @rule()
    def crash_after_a_write(self) -> None:
        self.run(killed=True)

    @rule()
    def lose_an_answer(self) -> None:
        self.office.door.lose = 1
        self.run()
        self.office.door.lose = 0

    @rule(by=person, edit=edits)
    def edit_between_look_and_write(self, by: str, edit: tuple[FieldName, str]) -> None:
        def act(ticket: int) -> None:
            self.fill(ticket, by, edit)

        self.run(meanwhile=act)

    # ---------------------------------------------------------------- what must hold

    @invariant()
    def all_is_well(self) -> None:
        assert self.watch.told() == []

    # ---------------------------------------------------------------- inside

    @property
    def world(self) -> Any:
        return self.office.world

    @property
    def numbers(self) -> list[int]:
        return sorted(self.world.issues)

    def ticket(self, at: int) -> int | None:
        """Answer one of the tickets, None where there is none."""
        return self.numbers[at % len(self.numbers)] if self.numbers else None

    def project(self, identifier: str) -> int:
        return next(p.id for p in self.world.projects.values() if p.identifier == identifier)

    def listed(self, name: FieldName, value: str) -> str:
        """Answer a value as its list calls it now."""
        values = self.world.fields[self.office.fields[name]].values
        return value if not value or value in values else RENAMED.get(value, value)

    def act(self, by: str, ticket: int, **wanted: Any) -> None:
        """Change a ticket as a person, where they may."""
        with suppress(RefusedByRedmine):
            self.office.update(by, ticket, **wanted)

    def fill(self, ticket: int, by: str, edit: tuple[FieldName, str]) -> None:
        name, value = edit[0], self.listed(*edit)
        before = self.watch.value(ticket, name)
        self.act(by, ticket, fields={name: value})
        self.watch.chose(ticket, name, before)

    def run(self, *, killed: bool = False, meanwhile: Any = None) -> Any:
        """Let the bot run a cycle, a person acting once between its look and its write."""
        left = [meanwhile] if meanwhile else []

        def before(request: Request) -> None:
            if left and request.method == "PUT":
                ticket = int(request.path.split("/")[2].partition(".")[0])
                self.watch.raced.add(ticket)
                left.pop()(ticket)
            self.watch.before(request)

        self.office.door.before = before
        summary = self.bot.sync(killed=killed)
        self.watch.after()
        self.watch.raced.clear()
        return summary


def settled(result: Result) -> bool:
    """Whether nothing of an edit is left to be tried again."""
    left = set(result.edit.watchers) - set(result.watched)
    return not left and result.outcome not in (Outcome.FAILED, Outcome.HELD)


TestPeopleAndBot = PeopleAndBot.TestCase
