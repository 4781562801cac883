"""The facts that rules may ask: what is misspelt is told, what is one's own is free."""

from typing import Any

import pytest

from itsm_sync.model.items import Item
from itsm_sync.routing.facts import is_known, nearest
from itsm_sync.routing.keywords import Keywords, Vocabulary
from itsm_sync.routing.parsing import Parser
from itsm_sync.routing.seen import Seen
from tests.builders import NOON


def told(when: Any, *answers: str) -> list[tuple[Any, str]]:
    parser = Parser(answers=answers)
    parser.parse(when, ())
    return [(trouble.path, str(trouble.text)) for trouble in parser.problems]


def test_a_misspelt_fact_is_told_with_its_path_and_the_nearest_name() -> None:
    [(path, text)] = told({"any": [{"title": "장애"}, {"tracer": "결함"}]})
    assert path == ("any", 1, "tracer")
    assert "`tracer`" in text
    assert "`tracker`" in text


def test_a_fact_like_no_other_is_told_how_another_source_names_its_own() -> None:
    [(path, text)] = told({"moonphase": "full"})
    assert path == ("moonphase",)
    assert "`x.`" in text


@pytest.mark.parametrize("fact", ["field.고객사", "x.alarm", "last_writer_team", "paths", "text"])
def test_facts_of_sources_custom_fields_and_other_sources_may_be_asked(fact: str) -> None:
    assert told({fact: "a"}) == []


@pytest.mark.parametrize("prefix", ["field.", "x."])
def test_a_prefix_alone_is_no_fact(prefix: str) -> None:
    assert not is_known(prefix)


def test_the_answer_of_an_axis_is_a_fact_only_after_it() -> None:
    assert told({"process": "incident"}, "process") == []
    assert len(told({"process": "incident"})) == 1
    assert nearest("proces", ("process",)) == "process"


@pytest.mark.parametrize("fact", ["failed_stage", "error", "infrastructure", "node"])
def test_what_a_failed_build_tells_every_time_may_be_asked(fact: str) -> None:
    assert told({fact: "a"}) == []


@pytest.mark.parametrize("fact", ["log", "error_line"])
def test_what_a_console_said_may_not_be_asked(fact: str) -> None:
    [(path, text)] = told({"any": [{fact: {"pattern": "장애"}}]})
    assert path == ("any", 0, fact)
    assert "`error`" in text


def test_words_of_a_console_are_no_evidence() -> None:
    """A log may say anything: keywords see title and body only."""
    plain = build()
    shouting = build(log="장애 발생! security incident", error_line="장애", error="장애")
    vocabulary = Vocabulary()
    for word in ("장애", "security"):
        vocabulary.mask([word])
    keywords = Keywords(vocabulary)
    assert Seen(shouting, keywords).mask("text") == Seen(plain, keywords).mask("text")
    assert Seen(shouting, keywords).parts("text") == Seen(plain, keywords).parts("text")


def build(**facts: str) -> Item:
    return Item(
        key="jenkins:ci:abc/api#1@1",
        source="jenkins",
        kind="build",
        title="abc/api #1",
        url="https://ci.example.com/job/abc/job/api/1/",
        state="FAILURE",
        created_at=NOON,
        updated_at=NOON,
        facts=facts,
    )
