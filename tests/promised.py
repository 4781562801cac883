"""A policy for tests, and the little language in which cases of service levels are written.

    made 2026-11-25 Wed 09:00 보통 [by bot] [in PROCESS/TEAM] [zone ZONE]
    2026-11-25 Wed 10:00 it status 진행        (who: it, biz, author, bot; j7: the journal's number)
    2026-11-25 Wed 10:00 moved PROCESS/TEAM
    now 2026-11-25 Wed 11:00
    response 1h of 2h kept stopped 2026-11-25 Wed 10:00
    resolution none

A time with `b` behind it is the second of two that a clock shows when it is put back.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from ruamel.yaml import YAML

from itsm_sync.model.histories import Deed, Event, History
from itsm_sync.model.service_levels import Standing
from itsm_sync.model.sla import ServiceLevels
from itsm_sync.model.stages import StageSpan
from itsm_sync.routing.service_levels import Clocks, RedmineNames

POLICY = """
timezone: Asia/Seoul
hours:
  office: {days: {mon-fri: [09:00-12:00, 13:00-18:00]}}
  berlin: {days: {mon-fri: [08:00-16:00]}, timezone: Europe/Berlin}
  night: {days: {mon-sun: [00:00-06:00, 22:00-24:00]}, timezone: Europe/Berlin}
  nyc: {days: {mon-sun: [00:00-24:00]}, timezone: America/New_York, on_holidays: open}
holidays:
  country: KR
  own: [{day: 05-01, name: Labour Day}]
  worked: [2025-06-03]
pauses: [의견]
resolved: [해결]
escalations: [{at: 50%}, {at: 75%}, {at: 100%}, {at: 150%}]
targets:
  - {process: incident, priority: 긴급, response: 30m, resolution: 4h, hours: 24x7}
  - {process: incident, priority: 높음, response: 1h, resolution: 4h}
  - {process: incident, response: 2h, resolution: 8h}
  - {process: request, team: biz, resolution: 4d}
  - {process: request, response: 4h, resolution: 2d}
  - {process: problem, response: 1d}
  - {process: berlin, resolution: 8h, hours: berlin}
  - {process: watch, resolution: 12h, hours: night}
  - {process: newyork, resolution: 30h, hours: nyc}
"""
STATUSES = {"1": "접수", "2": "진행", "3": "의견", "4": "해결", "5": "완료", "6": "거절"}
PRIORITIES = {"1": "낮음", "2": "보통", "3": "높음", "4": "긴급"}
NAMES = RedmineNames(statuses=STATUSES, closed=frozenset({"5", "6"}), priorities=PRIORITIES)
WHO = {"author": 7, "it": 8, "biz": 9, "bot": 99}
BOT = WHO["bot"]

_NUMBERS = {name: number for names in (STATUSES, PRIORITIES) for number, name in names.items()}
_TIME = r"(\d{4}-\d\d-\d\d) (\w{3}) (\d\d:\d\d)(b?)"
_MADE = re.compile(_TIME + r" (\S+)(?: by (\w+))?(?: in ([\w-]+)/([\w-]+))?(?: zone (\S+))?")
_EVENT = re.compile(_TIME + r" (\w+) (\w+)(?: (?!j\d)(\S+))?(?: j(\d+))?")
_MOVED = re.compile(_TIME + r" moved ([\w-]+)/([\w-]+)")
_SPENT = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?")


def levels(text: str = POLICY) -> ServiceLevels:
    """Answer what a `sla.yaml` says."""
    return TypeAdapter(ServiceLevels).validate_python(YAML(typ="safe").load(text))


def clocks(text: str = POLICY, names: RedmineNames = NAMES) -> Clocks:
    return Clocks(levels(text), names, BOT)


def moment(text: str, zone: ZoneInfo) -> datetime:
    """Read `2026-11-25 Wed 09:00`; the weekday must be the date's."""
    found = re.fullmatch(_TIME, text)
    assert found, text
    at = datetime.fromisoformat(f"{found[1]} {found[3]}").replace(tzinfo=zone, fold=bool(found[4]))
    assert f"{at:%a}" == found[2], f"{text} is a {at:%A}"
    return at


def duration(text: str) -> timedelta:
    found = _SPENT.fullmatch(text)
    assert found, text
    return timedelta(hours=int(found[1] or 0), minutes=int(found[2] or 0))


@dataclass(kw_only=True)
class Story:
    """A ticket's life as a case tells it, and what is expected."""

    history: History
    spans: list[StageSpan]
    zone: ZoneInfo
    now: datetime | None = None
    expected: dict[str, str] = field(default_factory=dict)


def story(text: str) -> Story:
    """Read a case."""
    lines = [line.partition("#")[0].strip() for line in text.strip().splitlines()]
    made, *others = filter(None, lines)
    found = _MADE.fullmatch(made.removeprefix("made ").strip())
    assert found, made
    zone = ZoneInfo(found[9] or "Asia/Seoul")
    at = moment(" ".join(found.group(1, 2, 3)) + found[4], zone)
    told = Story(history=_born(found, at), spans=[_span(at, *found.group(7, 8))], zone=zone)
    events: list[Event] = []
    for line in others:
        word, _, rest = line.partition(" ")
        if word == "now":
            told.now = moment(rest.strip(), zone)
        elif word in ("response", "resolution"):
            told.expected[word] = " ".join(rest.split())
        elif moved := _MOVED.fullmatch(line):
            at = moment(" ".join(moved.group(1, 2, 3)), zone)
            told.spans.append(_span(at, *moved.group(5, 6)))
        else:
            events.append(_event(line, zone, len(events) + 1))
    told.history = _with(told.history, tuple(events))
    return told


def shown(standing: Standing, zone: ZoneInfo) -> str:
    """Answer a standing as cases write what they expect."""
    said = [_length(standing.spent), "of", _length(standing.allowed), str(standing.level)]
    said += ["paused"] if standing.paused else []
    for word, at in (
        ("due", standing.due),
        ("stopped", standing.stopped_at),
        ("breached", standing.breached_at),
    ):
        if at is not None:
            local = at.astimezone(zone)
            second = "b" if local.fold else ""
            said += [word, f"{local:%Y-%m-%d %a %H:%M}{second}"]
            assert (local.second, local.microsecond) == (0, 0), local
    return " ".join(said)


def _length(length: timedelta) -> str:
    minutes, seconds = divmod(length, timedelta(minutes=1))
    assert not seconds, length
    hours, minutes = divmod(minutes, 60)
    return (f"{hours}h" if hours else "") + (f"{minutes}m" if minutes else "") or "0h"


def _born(found: re.Match[str], at: datetime) -> History:
    return History(
        ticket=1,
        author=WHO[found[6] or "author"],
        created_at=at,
        seen=at,
        status="1",
        priority=_NUMBERS[found[5]],
        tracker="1",
    )


def _with(history: History, events: tuple[Event, ...]) -> History:
    return History(
        ticket=history.ticket,
        author=history.author,
        created_at=history.created_at,
        seen=max([history.seen, *(event.at for event in events)]),
        status=history.status,
        priority=history.priority,
        tracker=history.tracker,
        events=events,
    )


def _span(at: datetime, process: str | None, team: str | None) -> StageSpan:
    return StageSpan(
        ticket=1,
        process=process or "incident",
        stage="none",
        row="it.service-desk",
        team=team or "it",
        entered_at=at,
    )


def _event(line: str, zone: ZoneInfo, number: int) -> Event:
    found = _EVENT.fullmatch(line)
    assert found, line
    value = found[7] or ""
    return Event(
        deed=Deed(found[6]),
        at=moment(" ".join(found.group(1, 2, 3)) + found[4], zone),
        by=WHO[found[5]],
        journal=int(found[8] or number),
        new=_NUMBERS.get(value, value),
    )
