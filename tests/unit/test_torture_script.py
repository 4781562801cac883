"""The script of the tortured world: the same for every run, and fit to be compared."""

import itertools

from sandbox.torture.reading import Read, Seen
from sandbox.torture.script import BLOCK, CROWD, START, STEP, Acted, Alerted, Built, Stood, script


def test_a_seed_tells_the_same_story_each_time() -> None:
    assert list(script(1, 60)) == list(script(1, 60))
    assert list(script(1, 60)) != list(script(2, 60))


def test_a_longer_story_begins_as_a_shorter_one() -> None:
    shorter, longer = list(script(1, 20)), list(script(1, 40))
    assert [step.events for step in shorter] == [step.events for step in longer[:21]]


def test_people_act_only_after_a_step_in_peace() -> None:
    steps = list(script(5, 100))
    for before, step in itertools.pairwise(steps):
        assert not step.acts or before.calm
    assert any(isinstance(act, Acted) for step in steps for act in step.acts)


def test_what_happens_lies_between_two_steps() -> None:
    for step in script(3, 100):
        times = [e.at for e in step.events if isinstance(e, Built | Stood | Alerted)]
        assert all(step.at - STEP <= at <= step.at for at in times)
    assert next(script(3, 1)).at == START


def test_a_node_is_down_for_longer_than_any_chaos_and_there_is_a_storm() -> None:
    steps = list(script(1, 60))
    stood = [(s.number, e.down) for s in steps for e in s.events if isinstance(e, Stood)]
    down, up = (number for number, _ in stood[:2])
    assert up - down > BLOCK
    crowd = {e.job for s in steps for e in s.events if isinstance(e, Built) and e.error}
    assert set(CROWD) <= crowd


def read(key: str, *, closed: bool = False) -> Read:
    return Read(key=key, copy=False, tracker="사건", closed=closed, team="IT기획팀", role="",
                relations=())  # fmt: skip


def test_tickets_are_compared_by_all_that_is_read_of_them() -> None:
    one = Seen(tickets=(read("a"), read("b")), numbers={}, twice=())
    other = Seen(tickets=(read("a"), read("b", closed=True)), numbers={}, twice=())
    assert one.differs(one) == []
    assert [line[0] for line in one.differs(other)] == ["-", "+"]
    twice = Seen(tickets=(read("a"), read("b"), read("b")), numbers={}, twice=("b",))
    assert len(one.differs(twice)) == 1
