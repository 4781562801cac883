"""Invariants of the clocks, and the clocks against a count of single minutes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from itsm_sync.model.histories import Deed, Event, History
from itsm_sync.model.service_levels import Aim, Level, Standing
from itsm_sync.model.stages import StageSpan
from tests.promised import BOT, WHO, clocks

SEOUL = ZoneInfo("Asia/Seoul")
BORN = datetime(2026, 2, 12, 8, 30, tzinfo=SEOUL)  # a Thursday; Seollal is from Monday on
OFF = {16, 17, 18}
LONG = 10 * 1440  # minutes
CLOCKS = clocks()
MINUTE = timedelta(minutes=1)
TINY = timedelta(microseconds=1)

minutes = st.integers(-60, LONG)
events = st.lists(
    st.tuples(
        minutes,
        st.sampled_from((Deed.STATUS, Deed.PRIORITY, Deed.NOTE, Deed.ASSIGNEE)),
        st.sampled_from(tuple(WHO.values())),
        st.integers(1, 6),
    ),
    max_size=8,
)
places = st.tuples(st.sampled_from(("incident", "request", "problem", "csi")),
                   st.sampled_from(("it", "biz")))  # fmt: skip
moves = st.lists(st.tuples(minutes, places), min_size=1, max_size=4)
Life = tuple[History, tuple[StageSpan, ...]]


def _life(
    priority: int,
    told: list[tuple[int, Deed, int, int]],
    moved: list[tuple[int, tuple[str, str]]],
) -> Life:
    made = tuple(
        Event(deed=deed, at=BORN + MINUTE * at, by=by, journal=n,
              new="" if deed is Deed.NOTE else str(new))
        for n, (at, deed, by, new) in enumerate(sorted(told, key=lambda one: one[0]), start=1)
    )  # fmt: skip
    history = History(
        ticket=1, author=WHO["author"], created_at=BORN, seen=BORN, status="1",
        priority=str(priority), tracker="1", events=made,
    )  # fmt: skip
    spans = tuple(
        StageSpan(ticket=1, process=process, stage="none", row="r", team=team,
                  entered_at=BORN + MINUTE * at)
        for at, (process, team) in sorted(moved, key=lambda one: one[0])
    )  # fmt: skip
    return history, spans


lives = st.builds(_life, st.integers(1, 4), events, moves)


def asked(life: Life, now: datetime) -> Mapping[Aim, Standing]:
    return {one.aim: one for one in CLOCKS.standings(*life, now)}


@given(lives, minutes)
def test_asking_again_or_anew_gives_the_same(life: Life, minute: int) -> None:
    history, spans = life
    now = BORN + MINUTE * minute
    first = CLOCKS.standings(history, spans, now)
    CLOCKS.standings(history, spans, now + timedelta(days=400))
    assert CLOCKS.standings(history, spans, now) == first
    assert clocks().standings(history, spans, now) == first
    turned = replace(history, events=history.events[::-1])
    assert CLOCKS.standings(turned, spans, now) == first


@given(lives, minutes, minutes)
def test_what_is_gone_never_comes_back(life: Life, one: int, other: int) -> None:
    early, late = (asked(life, BORN + MINUTE * minute) for minute in sorted((one, other)))
    for aim in early.keys() & late.keys():
        before, after = early[aim], late[aim]
        if before.stopped_at is None or before.stopped_at == after.stopped_at:
            assert before.spent / before.allowed <= after.spent / after.allowed + 1e-9
        assert before.ran <= after.ran
        assert after.reached[: len(before.reached)] == before.reached
    for aim, standing in early.items():
        if standing.level is Level.BREACHED:
            assert late[aim].breached_at == standing.breached_at
            assert late[aim].level is Level.BREACHED


@given(lives, minutes)
def test_it_runs_out_when_it_is_due_and_not_before(life: Life, minute: int) -> None:
    now = BORN + MINUTE * minute
    history, spans = life
    known = tuple(event for event in history.events if event.at <= now)
    there = tuple(span for span in spans if span.entered_at <= now) or spans[:1]
    life = replace(history, events=known), there  # nothing happens from now on
    for aim, standing in asked(life, now).items():
        if standing.due is None or standing.level is Level.BREACHED:
            continue
        then = asked(life, max(standing.due, now))[aim]
        assert then.spent == then.allowed
        assert then.level is Level.AT_RISK
        if standing.due > now:
            assert asked(life, standing.due - TINY)[aim].spent < then.allowed
        later = asked(life, max(standing.due, now) + timedelta(days=10))[aim]
        assert (later.level, later.breached_at) == (Level.BREACHED, standing.due)
        assert later.due == standing.due


@given(lives, minutes, minutes)
def test_an_event_that_changes_nothing_changes_no_clock(life: Life, at: int, minute: int) -> None:
    history, spans = life
    when, now = BORN + MINUTE * at, BORN + MINUTE * minute
    before = [e for e in history.events if e.deed is Deed.PRIORITY and e.at <= when]
    priority = before[-1].new if before else history.priority
    extra = Event(deed=Deed.PRIORITY, at=when, by=BOT, journal=99, new=priority)
    again = replace(history, events=(*history.events, extra))
    assert CLOCKS.standings(again, spans, now) == CLOCKS.standings(history, spans, now)


@given(lives, minutes)
def test_the_clocks_are_what_counting_minutes_gives(life: Life, minute: int) -> None:
    found = asked(life, BORN + MINUTE * minute)
    for aim in Aim:
        share, ran = _counted(life, aim, minute)
        if aim not in found:
            assert share <= 1
            continue
        standing = found[aim]
        whole = standing.allowed // MINUTE
        assert standing.spent == timedelta(microseconds=int(share * whole * 60_000_000))
        assert standing.ran == MINUTE * ran
        assert (standing.level is Level.BREACHED) == (share > 1)


def _counted(life: Life, aim: Aim, until: int) -> tuple[Fraction, int]:
    """Answer the share that is gone and the minutes that the clock went, minute by minute."""
    history, spans = life
    share, ran = Fraction(0), 0
    answered = min(
        (_minute(e.at) for e in history.events
         if e.by not in (BOT, history.author) and e.deed in (Deed.NOTE, Deed.STATUS)),
        default=LONG,
    )  # fmt: skip
    end = min(until, answered) if aim is Aim.RESPONSE and answered <= until else until
    changes = sorted(
        [(_minute(e.at), e.journal, e.deed, e.new) for e in history.events], key=lambda c: c[:2]
    )
    status, priority = history.status, history.priority
    for minute in range(end):
        while changes and changes[0][0] <= minute:
            _, _, deed, new = changes.pop(0)
            status = new if deed is Deed.STATUS else status
            priority = new if deed is Deed.PRIORITY else priority
        if status in ("3", "4", "5", "6"):
            continue
        span = next((s for s in reversed(spans) if _minute(s.entered_at) <= minute), spans[0])
        whole, always = _promised(aim, span.process, span.team, priority)
        if whole and (always or _open(BORN + MINUTE * minute)):
            share += Fraction(1, whole)
            ran += 1
    return share, ran


def _minute(at: datetime) -> int:
    return (at - BORN) // MINUTE


def _promised(aim: Aim, process: str, team: str, priority: str) -> tuple[int, bool]:
    """Answer the minutes that the policy of the tests gives, and whether round the clock."""
    response = aim is Aim.RESPONSE
    if process == "incident":
        urgent, high = priority == "4", priority == "3"
        return (30 if urgent else 60 if high else 120) if response else (
            240 if urgent or high else 480
        ), urgent  # fmt: skip
    if process == "request":
        if team == "biz":
            return (0 if response else 1920), False
        return (240 if response else 960), False
    return (480 if process == "problem" and response else 0), False


def _open(at: datetime) -> bool:
    """Answer whether the office is open, in the days that these lives last."""
    workday = at.weekday() < 5 and not (at.month == 2 and at.day in OFF)
    return workday and at.hour in (9, 10, 11, 13, 14, 15, 16, 17)
