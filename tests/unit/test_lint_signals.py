"""Rules that ask for a signal that there is not."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sandbox.configuration import SHIPPED

from itsm_sync.locale import say
from itsm_sync.model.rules import Rule
from itsm_sync.model.signals import SIGNALS
from itsm_sync.model.watching import Watching
from itsm_sync.routing.lint.signals import lint_signals
from itsm_sync.settings import load
from itsm_sync.signals.registry import registry


def of(when: dict[str, Any]) -> list[str]:
    rule = Rule(name="신호", when=when, then="incident")
    return [say(one.message, "en") for one in lint_signals({"process": (rule,)})]


def test_the_names_are_those_of_the_signals() -> None:
    made = registry(Watching(), ZoneInfo("UTC"), lambda *_: True)
    names = {signal.name for signal in (*made.lines, *made.gathered, *made.derived)}
    assert names == SIGNALS


@pytest.mark.parametrize(
    "when",
    [
        {"signal": "build"},
        {"signal": ["builds", "build"]},
        {"signal": {"any": ["build"]}},
        {"not": {"signal": "build"}},
        {"any": [{"signal": "nodes"}, {"all": [{"signal": "build"}]}]},
    ],
)
def test_an_unknown_signal_is_told_wherever_it_is_asked_for(when: dict[str, Any]) -> None:
    assert of(when) == ["There is no signal `build`; there are: `builds`."]


def test_known_signals_and_other_facts_are_no_finding() -> None:
    assert of({"signal": ["builds", "nodes"], "text": "build", "job": "build"}) == []


def test_the_shipped_rules_ask_for_signals_that_there_are() -> None:
    settings = load(SHIPPED, {}, secrets=False)
    assert list(lint_signals(settings.rules)) == []
