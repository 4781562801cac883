"""Keywords in titles and bodies."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itsm_sync.model.text import clean
from itsm_sync.routing.keywords import Keywords, Vocabulary, prepared


def found(word: str, text: str) -> bool:
    vocabulary = Vocabulary()
    vocabulary.mask([word])
    return bool(Keywords(vocabulary).scan(prepared(text), b"").title)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("장애", "결제장애가 났어요"),
        ("서버 다운", "서버다운"),
        ("서버 다운", "서버   다운"),
        ("server", "server가 죽음"),
        ("server", "the SERVER, again"),
        ("disk", "disk_full"),
        ("deploy*", "deployments"),
        ("502", "502 떠요"),
        ("straße", "STRASSE"),
        ("장애", "장애 아닌가요?"),
        ("장애", "장애뿐 아니라 요금도 문제"),
        ("장애", "장애인지 아닌지 봐 주세요"),
        ("업무", "업무를 강수아님이 이어받습니다"),
        ("업무", "업무는 박수아님께"),
        ("outage", "not urgent, but an outage"),
        ("outage", "not an issue 😀 outage"),
        ("api", "결제api가"),
        ("api", "😀api😀"),
    ],
)
def test_a_keyword_is_found(word: str, text: str) -> None:
    assert found(word, text)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("server", "observers"),
        ("server", "servers"),
        ("502", "1502건"),
        ("장애", "장 애"),
        ("deploy*", "redeploy"),
        ("caf", "café"),
        ("tat", "état"),
    ],
)
def test_a_keyword_inside_another_word_is_not_found(word: str, text: str) -> None:
    assert not found(word, text)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("장애", "장애는 아니고 문의입니다"),
        ("장애", "장애 신고는 아닙니다"),
        ("훈련", "훈련 아닙니다"),
        ("중단", "중단 없이 교체"),
        ("outage", "This is not an outage"),
        ("outage", "it isn't a real outage"),
        ("downtime", "without any downtime"),
        ("outage", "é😀 not a really😀 not an émigré outage"),
        ("장애", "😀장애 신고는 아닙니다😀"),
    ],
)
def test_what_the_text_denies_in_the_same_breath_is_no_match(word: str, text: str) -> None:
    assert not found(word, text)


def test_a_keyword_denied_once_and_said_once_is_found() -> None:
    assert found("장애", "어제 장애는 아니고 오늘 새로운 장애입니다")


def test_decomposed_korean_is_the_same_as_composed() -> None:
    assert found("장애", unicodedata.normalize("NFD", "서버 장애"))
    assert found(unicodedata.normalize("NFD", "장애"), "서버 장애")


def test_title_and_body_are_told_apart_and_nothing_spans_both() -> None:
    vocabulary = Vocabulary()
    server, down, both = (vocabulary.mask([word]) for word in ("서버", "다운", "서버 다운"))
    hits = Keywords(vocabulary).scan(prepared("서버"), prepared("다운"))
    assert (hits.title, hits.body) == (server, down)
    assert not (hits.title | hits.body) & both


def test_overlapping_keywords_are_all_found() -> None:
    vocabulary = Vocabulary()
    every = vocabulary.mask(["서비스 수준", "수준 협약", "서비스", "수준"])
    assert Keywords(vocabulary).scan(prepared("서비스 수준 협약"), b"").title == every


def test_no_keywords_find_nothing() -> None:
    assert Keywords(Vocabulary()).scan(prepared("서버"), prepared("다운")) == (0, 0)


WORDS = ["서버 다운", "서버", "다운", "api", "접속 불가", "502", "deploy*", "é", "*ops"]
PIECES = [
    *"서버다운 \t\n\x00éÉ😀A가",
    "api",
    "API",
    "접속",
    "불가",
    "502",
    "deploy",
    "devops",
    "  ",
]
TEXTS = st.lists(st.sampled_from(PIECES)).map("".join)


@settings(max_examples=300, deadline=None)
@given(text=TEXTS | st.text())
def test_a_text_is_prepared_as_if_each_step_were_done(text: str) -> None:
    folded = unicodedata.normalize("NFC", clean(text).casefold())
    assert prepared(text).decode() == " ".join(folded.split())


@settings(max_examples=300, deadline=None)
@given(title=TEXTS, body=TEXTS, many=st.booleans())
def test_keywords_are_found_as_if_each_were_looked_for_alone(
    title: str, body: str, many: bool
) -> None:
    vocabulary = Vocabulary()
    masks = [vocabulary.mask([word]) for word in WORDS]
    if many:  # more than the fastest automaton takes
        vocabulary.mask(f"낱말{number:05}" for number in range(2_000))
    hits = Keywords(vocabulary).scan(prepared(title), prepared(body))
    for text, found in ((title, hits.title), (body, hits.body)):
        alone = [stands(word, prepared(text).decode()) for word in WORDS]
        assert [bool(found & mask) for mask in masks] == alone


def stands(word: str, text: str) -> bool:
    bare = word.strip("*")
    return any(
        (not latin(spelling[0]) or word[0] == "*" or not latin(text[:at][-1:]))
        and (
            not latin(spelling[-1]) or word[-1] == "*" or not latin(text[at + len(spelling) :][:1])
        )
        for spelling in {bare, bare.replace(" ", "")}
        for at in range(len(text))
        if text.startswith(spelling, at)
    )


def latin(character: str) -> bool:
    return character.isalnum() and character < "\u0250"
