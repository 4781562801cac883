"""The model's dataclasses survive the way through JSON."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from itsm_sync.model.cycles import Batch, Rejected
from itsm_sync.model.findings import Finding
from itsm_sync.model.items import Audience, Item
from itsm_sync.model.plans import Override, Refusal, Written
from itsm_sync.model.routing import Condition, Evidence, Routing, Trial
from itsm_sync.model.tickets import FieldChange, FieldName, Journal, Ref, Ticket
from itsm_sync.model.words import Message, Words
from itsm_sync.store.codec import decode, digest, dumps, encode, loads, text_of
from tests.builders import NOON, item, routing, ticket

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=9)), timezone(timedelta(hours=-3.5))])
TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=ZONES)  # noqa: DTZ001
FACTS = (
    TEXT
    | st.integers()
    | st.booleans()
    | TIMES
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.lists(TEXT, max_size=3).map(tuple)
)
WORDS = st.builds(Words, ko=TEXT, en=TEXT)
PLAIN = st.none() | FACTS | WORDS
PARAMS = st.dictionaries(
    TEXT,
    st.recursive(
        PLAIN,
        lambda inner: (
            st.lists(inner, max_size=3).map(tuple)
            | st.dictionaries(TEXT, inner, max_size=3)
            | st.builds(Message, TEXT, st.dictionaries(TEXT, inner, max_size=2))
        ),
        max_leaves=5,
    ),
    max_size=3,
)
MESSAGES = st.builds(Message, TEXT, PARAMS)
FIELDS = st.dictionaries(st.sampled_from(FieldName), TEXT, max_size=4)
REFS = st.builds(Ref, id=st.integers(), name=TEXT)
TICKETS = st.builds(
    Ticket,
    project=REFS,
    tracker=REFS,
    status=REFS,
    author=REFS,
    assignee=st.none() | REFS,
    created_on=TIMES,
    updated_on=TIMES,
    fields=FIELDS,
    field_ids=st.dictionaries(st.sampled_from(FieldName), st.integers(), max_size=4),
    copied_from=st.none() | st.integers(),
)
ITEMS = st.builds(
    Item,
    key=TEXT,
    title=TEXT,
    body=TEXT,
    created_at=TIMES,
    updated_at=TIMES,
    audience=st.sampled_from(Audience),
    facts=st.dictionaries(TEXT, FACTS, max_size=5),
    ticket=st.none() | TICKETS,
)
EVIDENCE = st.builds(Evidence, matched=st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple))
MADE: list[st.SearchStrategy[Any]] = [
    ITEMS,
    TICKETS,
    MESSAGES,
    EVIDENCE,
    st.builds(
        Routing,
        evidence=st.lists(EVIDENCE, max_size=2).map(tuple),
        tried=st.lists(st.builds(Trial, conditions=st.tuples(st.builds(Condition)))).map(tuple),
    ),
    st.builds(Finding, message=MESSAGES),
    st.builds(Override, at=st.none() | TIMES),
    st.builds(Written, at=TIMES),
    st.builds(Refusal, at=TIMES, reason=MESSAGES),
    st.builds(Journal, at=TIMES, changes=st.tuples(st.builds(FieldChange))),
    st.builds(
        Batch,
        items=st.lists(ITEMS, max_size=2).map(tuple),
        cursor=st.just({"a": [1]}).map(lambda _: None),
        error=st.none() | MESSAGES,
        rejected=st.tuples(st.builds(Rejected)),
    ),
]


@given(st.one_of(MADE))
def test_whatever_is_stored_comes_back_equal(made: Any) -> None:
    text = dumps(encode(made))
    again = decode(type(made), loads(text))
    assert again == made
    assert dumps(encode(again)) == text


@given(PARAMS)
def test_a_mapping_that_looks_like_a_tag_comes_back_as_itself(params: dict[str, Any]) -> None:
    message = Message("x", {"odd": {"$time": "now", "$Words": params}})
    assert decode(Message, loads(dumps(encode(message)))) == message


@given(st.dictionaries(TEXT, FACTS, max_size=5))
def test_the_order_of_facts_and_the_zone_of_times_do_not_matter(facts: dict[str, Any]) -> None:
    zone = timezone(timedelta(hours=9))
    one = item(facts=facts)
    other = item(
        facts=dict(reversed(facts.items())),
        created_at=one.created_at.astimezone(zone),
        updated_at=one.updated_at.astimezone(zone),
    )
    assert digest(dumps(encode(one))) == digest(dumps(encode(other)))


def test_types_come_back_as_they_were() -> None:
    facts = {"flag": True, "count": 1, "share": 1.0, "when": NOON, "names": ("b", "a"), "none": ()}
    back = decode(Item, loads(dumps(encode(item(facts=facts)))))
    assert [(type(back.facts[name]), back.facts[name]) for name in facts] == [
        (type(value), value) for value in facts.values()
    ]
    assert type(back.audience) is Audience
    assert back.ticket is not None
    assert {type(name) for name in back.ticket.fields} == {FieldName}


def test_a_list_among_parameters_comes_back_as_a_tuple() -> None:
    made = encode(Message("{x}", {"x": ["a", ["b"]]}))
    assert decode(Message, made).params == {"x": ("a", ("b",))}


def test_fields_of_a_later_version_are_passed_over() -> None:
    made = encode(routing()) | {"mood": "good", "evidence": [encode(Evidence(
        axis="process", answer="x", rule="y")) | {"colour": "red"}]}  # fmt: skip
    assert decode(Routing, made).evidence[0].rule == "y"


def test_a_field_that_equals_its_default_is_left_out_so_that_new_fields_change_no_digest() -> None:
    made = encode(ticket())
    assert "copied_from" not in made
    assert "body" not in encode(item())


@pytest.mark.parametrize(
    "facts",
    [{"when": datetime(2026, 1, 1)}, {"share": float("nan")}],  # noqa: DTZ001
    ids=["a time without a zone", "no number"],
)
def test_what_json_or_a_calendar_lacks_is_refused(facts: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"zone|no number"):
        dumps(encode(item(facts=facts)))


def test_a_stranger_among_parameters_is_refused() -> None:
    with pytest.raises(TypeError, match="object can't be stored"):
        encode(Message("{x}", {"x": object()}))


@given(st.dictionaries(st.text(max_size=9), st.text() | st.integers() | st.booleans() | st.none()))
@example({"half a pair": "\ud800", "many bits": 1 << 80, "quoted": '"\\\x00\x7f\u2028'})
def test_what_is_written_fast_is_what_json_writes(made: dict[str, Any]) -> None:
    assert text_of(made) == dumps(made)
