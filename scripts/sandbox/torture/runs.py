"""The two runs, and what they come to."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from threading import Event
from typing import Any

from sandbox.torture.chaos import Chaos
from sandbox.torture.killing import Aim, Run, live, run, sync
from sandbox.torture.people import act
from sandbox.torture.reading import Seen, see
from sandbox.torture.script import START, STEP, Step, script
from sandbox.torture.stage import Stage

TURN = timedelta(minutes=1)  # so long after what happened the program has its turn
QUIET = 2  # undisturbed cycles after the last step
TRIES, TRIES_OF_DAEMON = 4, 8  # runs in a step, where the program is killed

Say = Callable[[str], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How one run ended."""

    seen: Seen
    acts: Sequence[str]
    planned: Sequence[Any]  # edits and births that one more cycle would make
    written: int  # requests of one more cycle that write
    chaos: Chaos | None = None
    strange: Sequence[str] = ()  # undisturbed cycles that did not end well


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the comparison found."""

    calm: Ended
    disturbed: Ended
    differences: Sequence[str]

    @property
    def chaos(self) -> Chaos:
        assert self.disturbed.chaos is not None
        return self.disturbed.chaos

    @property
    def wrong(self) -> list[str]:
        """Answer all that is not as it must be."""
        found = list(self.differences)
        for name, ended in (("undisturbed", self.calm), ("disturbed", self.disturbed)):
            found += [f"{name}: {key} has two tickets" for key in ended.seen.twice]
            found += [f"{name}: {line}" for line in ended.strange]
            if ended.planned or ended.written:
                found.append(
                    f"{name}: one more cycle plans {len(ended.planned)},"
                    f" writes {ended.written}: {ended.planned}"
                )
        for calm, disturbed in zip(self.calm.acts, self.disturbed.acts, strict=True):
            if calm != disturbed:
                found.append(f"people did another thing: {calm!r}, disturbed {disturbed!r}")
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How the program is run, and over what: a cycle after the other, or as a daemon; `databases`
    are the addresses of two empty ones, else the state is kept in files.
    """

    daemon: bool = False
    databases: tuple[str, str] = ("", "")

    def go(self, stage: Stage, aim: Aim | None = None, cycles: int = 1) -> Run:
        """Run the program."""
        return live(stage, aim, cycles) if self.daemon else sync(stage, aim)


def torture(
    home: Path,
    template: Path,
    seed: int,
    steps: int,
    say: Say,
    *,
    kills: int = 0,
    way: Way | None = None,
) -> Verdict:
    """Go through the script twice, at the same time; at least so many kills are tried for."""
    way = way or Way()
    chaos = Chaos(random=Random(f"chaos {seed}"), wanted=kills, moments=way.daemon)
    whole = list(script(seed, steps))
    over = Event()  # once one run can't go on, nobody needs the other

    def one(name: str, disturbing: Chaos | None) -> Ended:
        database = way.databases[disturbing is not None]
        with Stage.open(home / name, template, START, database=database) as stage:
            play = _Play(
                stage=stage,
                way=way,
                disturbed=max(s.number for s in whole if not s.calm),
                chaos=disturbing,
                over=over,
                say=lambda told: say(f"{name}: {told}"),
            )
            return play.go(whole)

    with ThreadPoolExecutor(max_workers=2) as pool:
        calm = pool.submit(one, "undisturbed", None)
        disturbed = pool.submit(one, "disturbed", chaos)
        try:
            first, second = calm.result(), disturbed.result()
        finally:
            over.set()
    return Verdict(calm=first, disturbed=second, differences=first.seen.differs(second.seen))


@dataclass(slots=True, kw_only=True)
class _Play:
    """One run through the script."""

    stage: Stage
    way: Way
    disturbed: int  # the last step that may be
    chaos: Chaos | None
    over: Event
    say: Say
    acts: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)

    def go(self, steps: Sequence[Step]) -> Ended:
        for step in steps:
            if self.over.is_set():
                raise InterruptedError
            self._step(step)
        at = steps[-1].at
        for _ in range(QUIET):
            at += STEP
            self.stage.clock.show(at + TURN)
            self._calm(len(steps))
        return self._ended()

    def _step(self, step: Step) -> None:
        self.stage.redmine.rest()  # ten minutes pass
        self.stage.clock.show(step.at)
        self.stage.happen(step)
        for acted in step.acts:
            done = act(acted, self.stage.office)
            self.acts.append(done)
        self.stage.clock.show(step.at + TURN)
        if self.chaos is None or step.calm:
            self._calm(step.number)
        else:
            self._disturbed(step, self.chaos)

    def _calm(self, number: int) -> None:
        done = self.way.go(self.stage)
        self._note(number, done)
        if not done.complete:
            self.strange.append(f"step {number}: exit status {done.status}: {done.said[-2000:]}")
        elif done.status:
            self.say(f"step {number}: exit status {done.status}")

    def _disturbed(self, step: Step, chaos: Chaos) -> None:
        """Run until a run was not killed, or it is enough for this step; where kills are wanted,
        so often as may be."""
        for _ in range(TRIES_OF_DAEMON if self.way.daemon else TRIES):
            chaos.begin(step, self.stage)
            done = self.way.go(self.stage, chaos.aim(step), chaos.cycles())
            chaos.end(step, done, self.stage)
            self._note(step.number, done)
            if done.kill is None and done.complete and self.way.daemon:
                self._disturb_at_rest(step, chaos)
                return
            rests = done.kill is None or chaos.random.random() < 0.6
            if chaos.kills.total() >= chaos.wanted and rests:
                return

    def _disturb_at_rest(self, step: Step, chaos: Chaos) -> None:
        """All is done that the step asked for: kill the daemon as it starts, where the kills are
        fewer than they should be by now."""
        while chaos.behind(step.number / self.disturbed):
            done = self.way.go(self.stage, chaos.soon())
            chaos.end(step, done, self.stage)
            self._note(step.number, done)

    def _note(self, number: int, done: Run) -> None:
        if "Traceback" in done.said:
            self.strange.append(f"step {number}: {done.said[-3000:]}")
        tickets = done.told.get("tickets", {})
        killed = f"killed in {done.kill.phase} ({done.kill.last})" if done.kill else done.status
        self.say(f"step {number}: {killed} {dict(tickets)}")

    def _ended(self) -> Ended:
        seen = see(self.stage.office)
        planned = run(self.stage, "plan").told.get("plan", [None])
        self.stage.redmine.forget_requests()
        sync(self.stage)
        asked = self.stage.redmine.asked
        return Ended(
            seen=seen,
            acts=self.acts,
            planned=planned,
            written=asked("POST") + asked("PUT") + asked("DELETE"),
            chaos=self.chaos,
            strange=self.strange,
        )
