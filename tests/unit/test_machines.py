"""Nodes and systems that are down: what they say, and what their tickets say."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from itsm_sync.model import watching
from itsm_sync.model.cycles import Health, SourceReport
from itsm_sync.model.items import Audience, Item
from itsm_sync.model.signals import Observation, Standing
from itsm_sync.model.words import Message, Words
from itsm_sync.signals.life.lives import live
from itsm_sync.signals.machines.controllers import Controllers
from itsm_sync.signals.machines.nodes import Nodes
from tests.builders import NOON
from tests.known import FakeKnown
from tests.prose import whole, words
from tests.signalled import HOUR, MINUTE, build, down, episode, node

SEOUL = ZoneInfo("Asia/Seoul")
NODES = Nodes(section=watching.Nodes(), zone=SEOUL)
SYSTEMS = Controllers(section=watching.Controllers(), zone=SEOUL)


def said(**facts: Any) -> Observation | None:
    """What a node with these facts says at noon."""
    return next(iter(NODES.observe(node(facts=facts), NOON)), None)


@pytest.mark.parametrize(
    ("facts", "good"),
    [
        ({"offline": False}, True),
        ({"offline": True}, False),
        ({"offline": True, "offline_by": "trouble"}, False),
        ({"offline": True, "offline_by": "monitor", "temporarily_offline": True}, False),
        ({"offline": True, "temporarily_offline": True}, None),
        ({"offline": True, "offline_by": "person"}, None),
        ({"offline": True, "offline_by": "person", "temporarily_offline": True}, None),
        ({"offline": True, "offline_by": "idle"}, None),
    ],
)
def test_a_node_is_down_that_no_person_and_no_saving_took_offline(
    facts: Mapping[str, Any], good: bool | None
) -> None:
    heard = said(**facts)
    assert (heard.good if heard else None) is good


def test_a_node_is_down_since_when_jenkins_says() -> None:
    heard = said(offline=True, offline_since=NOON - HOUR)
    assert heard is not None
    assert (heard.at, heard.until) == (NOON - HOUR, NOON)
    assert (heard.line, heard.facts) == (
        "ci:agent-01",
        {"controller": "ci", "node": "agent-01"},
    )


@pytest.mark.parametrize("told", [None, NOON + HOUR], ids=["no time", "a clock ahead of ours"])
def test_a_node_whose_time_is_not_known_is_down_since_it_was_seen(told: datetime | None) -> None:
    heard = said(offline=True, **({"offline_since": told} if told else {}))
    assert heard is not None
    assert heard.at == NOON


def test_a_node_that_is_down_for_a_moment_opens_nothing() -> None:
    since = NOON - timedelta(minutes=9)
    heard = said(offline=True, offline_since=since)
    assert heard is not None
    assert live("nodes", heard.line, [heard], (), NODES.life) == ()
    later = replace(heard, until=NOON + MINUTE)
    (opened,) = live("nodes", heard.line, [later], (), NODES.life)
    assert (opened.began, opened.opened) == (since, since + timedelta(minutes=10))


# -- what a node's ticket says ----------------------------------------------------------------


def job(name: str, number: int = 1, **changes: Any) -> Item:
    """A job whose last build has this number and began at noon."""
    values: dict[str, Any] = {
        "key": f"jenkins:ci:{name}",
        "source": "jenkins",
        "kind": "job",
        "title": name,
        "url": f"http://127.0.0.1/job/{name}/",
        "state": "red",
        "created_at": NOON,
        "updated_at": NOON,
        "facts": {"controller": "ci", "job": name, "next_build_number": number + 1},
    }
    return Item(**(values | changes))


def built(name: str, on: str) -> Item:
    started = round((NOON - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)
    return build(name, key=f"jenkins:ci:{name}#1@{started}", facts={"node": on})


def test_the_ticket_of_a_node_says_since_when_why_and_what_ran_there() -> None:
    away = node(facts={"offline": True, "offline_cause": "Connection was broken"})
    items = (away, job("a"), built("a", "agent-01"), job("b"), built("b", "agent-02"), job("c", 7))
    told = NODES.tell(down(), FakeKnown(all_items=items))
    text = whole(told)
    assert text.startswith("Node agent-01 of ci is down\n")
    assert "Down since 2026-03-02 21:00." in text
    assert "Connection was broken" in words(told.live)
    assert "* a <http://127.0.0.1/job/a/>" in text
    assert "job/b" not in text
    assert (told.tracker, told.about) == ("사건", (away.key,))
    assert "2026-03-02 21:00부터 중단되었습니다." in whole(told, "ko")


def test_what_is_held_back_under_a_node_is_listed_and_what_has_a_ticket_is_related() -> None:
    away = node(facts={"offline": True})
    held, older = episode("held", NOON + MINUTE), episode("older", NOON + MINUTE)
    secret = episode("secret", NOON + MINUTE, audience=Audience.PRIVATE)
    others = tuple(build(name, facts={"node": "agent-01"}) for name in ("held", "older", "secret"))
    known = FakeKnown(
        all_items=(away, *others), all_episodes=(held, older, secret), tickets={older.key: 7}
    )
    told = NODES.tell(down(), known)
    assert "* ci:held" in words(told.live)
    assert "older" not in words(told.live)
    assert "secret" not in words(told.live)
    assert set(told.related) == {one.key for one in (held, older, secret)}  # as far as ticketed


def test_what_stands_for_good_says_nothing_that_changes_when_the_node_is_back() -> None:
    items = (job("a"), built("a", "agent-01"))
    away = node(facts={"offline": True, "offline_cause": "Connection was broken"})
    before = NODES.tell(down(), FakeKnown(all_items=(away, *items)))
    over = NODES.tell(down(ended=NOON + HOUR), FakeKnown(all_items=(node(), *items)))
    assert (over.subject, over.description) == (before.subject, before.description)
    assert words(over.live) == "* Back since 2026-03-02 22:00."
    assert [remark.name.partition("@")[0] for remark in over.remarks] == ["closed"]


def test_a_node_that_is_back_while_a_person_has_its_ticket_is_noted_to_be() -> None:
    told = NODES.tell(down(taken=True, well_since=NOON + HOUR), FakeKnown(all_items=(node(),)))
    assert words(told.remarks[0].text).startswith("Back since 2026-03-02 22:00. The ticket stays")


def test_a_node_that_came_down_again_says_so_and_names_the_ticket_before() -> None:
    again = down(reopenings=(NOON + HOUR,), previous="nodes/x/1")
    known = FakeKnown(all_items=(node(facts={"offline": True}),), tickets={"nodes/x/1": 3})
    told = NODES.tell(again, known)
    assert "Before this: #3" in words(told.description)
    assert "Times it came back since" in words(told.live)
    assert told.related == ("nodes/x/1",)


def test_words_and_due_date_of_ones_own_stand_on_the_ticket() -> None:
    section = watching.Nodes(
        project="ops",
        priority="긴급",
        due_days=2,
        subject=Words(ko="{node} 멈춤", en="{node} stopped"),
        intro=Words(ko="{controller} 담당자에게", en="To whom {controller} belongs"),
    )
    told = Nodes(section=section, zone=SEOUL).tell(down(), FakeKnown())
    assert whole(told).startswith("agent-01 stopped\nTo whom ci belongs\n")
    assert whole(told, "ko").startswith("agent-01 멈춤\nci 담당자에게\n")
    assert (told.project, told.priority, str(told.due)) == ("ops", "긴급", "2026-03-04")


def test_a_place_that_a_signal_does_not_fill_is_rejected() -> None:
    with pytest.raises(ValueError, match=r"`\{host\}` is no place here; there are: \{controller\}"):
        watching.Nodes(subject=Words(ko="{host}", en="{node}"))


# -- whole systems ----------------------------------------------------------------------------


def report(health: Health) -> SourceReport:
    return SourceReport(health=health, error=Message("HTTP {status}", {"status": 503}))


def test_a_system_is_down_that_can_not_be_read_in_this_cycle() -> None:
    sources = {
        "jenkins:ci": report(Health.FAILED),
        "github": report(Health.PARTLY),
        "x": report(Health.OK),
        "alarms": report(Health.OFF),
    }
    heard = {one.line: one for one in SYSTEMS.look_round(FakeKnown(now=NOON, sources=sources))}
    assert {line: one.good for line, one in heard.items()} == {
        "jenkins:ci": False,
        "github": True,
        "x": True,
    }
    assert heard["jenkins:ci"].facts == {"controller": "ci"}
    assert heard["github"].facts == {}


def test_a_redmine_that_can_not_be_read_says_nothing() -> None:
    assert SYSTEMS.look_round(FakeKnown(now=NOON, sources={"redmine": report(Health.FAILED)})) == ()


def test_a_system_that_was_not_asked_tells_nothing_until_it_is_stale() -> None:
    rested = SourceReport(health=Health.OK, asked=False)
    sources = {
        "github": rested,
        "jenkins": replace(rested, stale=True),
        "alarms": replace(rested, health=Health.FAILED),
    }
    seen = SYSTEMS.look_round(FakeKnown(sources=sources))
    assert [(one.line, one.good) for one in seen] == [("jenkins", False)]


def test_the_ticket_of_a_system_says_since_when_and_why() -> None:
    away = episode(signal="controllers", line="jenkins:ci", first="source/jenkins:ci", facts={})
    known = FakeKnown(sources={"jenkins:ci": report(Health.FAILED)})
    told = SYSTEMS.tell(away, known)
    assert whole(told).startswith("jenkins:ci can't be read\n")
    assert "Cause: HTTP 503" in words(told.live)
    over = replace(away, standing=Standing.CLOSED, ended=NOON + HOUR, healed="source/jenkins:ci")
    assert words(SYSTEMS.tell(over, FakeKnown()).live) == "* Back since 2026-03-02 22:00."
