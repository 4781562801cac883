"""What is due is noted once and taken at once, whoever notes it."""

from threading import Thread

from itsm_sync.cycle.due import Due
from itsm_sync.daemon.agenda import MOST, Agenda, Work

NOW = 0.0


def test_what_is_due_is_taken_together_and_only_once() -> None:
    agenda = Agenda()
    agenda.due("redmine", "github")
    agenda.due("github")
    agenda.task("prune")
    agenda.task("prune")
    assert len(agenda) == 3
    none = frozenset[str]()
    due = Due(sources={"redmine": none, "github": none})
    assert agenda.take(NOW) == Work(due=due, tasks=("prune",))
    assert agenda.take(NOW) == Work()


def test_a_task_alone_makes_no_cycle() -> None:
    agenda = Agenda()
    agenda.task("prune")
    assert agenda.take(NOW).due is None


def test_a_hint_makes_its_streams_due_and_no_others() -> None:
    agenda = Agenda()
    assert agenda.hint("github", "abc/portal/*")
    assert agenda.hint("github", "abc/api/*")
    assert agenda.hint("jenkins")
    due = agenda.take(NOW).due
    assert due is not None
    assert due.streams("github") == {"abc/portal/*", "abc/api/*"}
    assert due.streams("jenkins") == {"*"}
    asked = [due.asks(s) for s in ("github", "jenkins", "redmine", "jenkins:other")]
    assert asked == [True, True, True, False]


def test_a_source_may_be_due_by_its_clock_and_by_a_hint_at_once() -> None:
    agenda = Agenda()
    agenda.due("github", "jenkins")
    agenda.hint("github", "abc/portal/*")
    taken = agenda.take(NOW)
    due = taken.due
    assert due is not None
    assert (due.streams("github"), due.clocked) == ({"abc/portal/*"}, {"github"})
    agenda.again(taken)
    assert agenda.take(NOW) == taken


def test_what_could_not_be_done_is_due_again_as_it_was() -> None:
    agenda = Agenda()
    agenda.due("redmine")
    agenda.hint("github", "abc/portal/dependabot")
    agenda.task("prune")
    taken = agenda.take(NOW)
    agenda.again(taken)
    assert agenda.take(NOW) == taken


def test_more_hints_than_can_wait_are_left_out_and_counted() -> None:
    agenda = Agenda()
    taken = [agenda.hint("github", f"abc/{n}/*") for n in range(MOST + 5)]
    assert taken == [True] * MOST + [False] * 5
    assert agenda.hint("github", "abc/0/*")  # it waits already
    assert (len(agenda), agenda.dropped) == (MOST, 5)
    agenda.take(NOW)
    assert agenda.hint("github", "abc/again/*")


def test_who_waits_is_woken_by_a_hint_from_another_thread() -> None:
    agenda = Agenda()
    taken: list[Work] = []
    waiting = Thread(target=lambda: taken.append(agenda.take(60)))
    waiting.start()
    agenda.hint("jenkins")
    waiting.join(30)
    assert taken[0].due is not None
