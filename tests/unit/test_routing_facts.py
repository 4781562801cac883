"""The facts that rules may ask: what is misspelt is told, what is one's own is free."""

from typing import Any

import pytest

from itsm_sync.routing.facts import is_known, nearest
from itsm_sync.routing.parsing import Parser


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
