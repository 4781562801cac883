"""Prose becomes mark-up: layout and links of ours, words that stay words."""

import pytest

from itsm_sync.desk.prose import rendered
from itsm_sync.model.markup import Markup
from itsm_sync.model.prose import (
    Address,
    Bullets,
    Grid,
    Heading,
    Paragraph,
    Part,
    Picture,
    TicketNumber,
    Verbatim,
)
from itsm_sync.model.words import Message, Words

LINK = Address(text="빌드 17", url="https://ci.example.com/job/a/17/")
PROSE = (
    Heading(Message("Cause")),
    Paragraph(("보라 ", LINK, "를 ", TicketNumber(12))),
    Bullets((("하나",), ("둘",))),
    Grid(head=("작업",), rows=((("a|b",),),)),
    Verbatim("줄 1\n줄 2"),
)


def line(*parts: Part, markup: Markup = Markup.TEXTILE, language: str = "ko") -> str:
    return rendered((Paragraph(parts),), language, markup)


def test_textile() -> None:
    assert rendered(PROSE, "en", Markup.TEXTILE) == (
        "h3. Cause\n\n"
        '보라 "빌드 17":https://ci.example.com/job/a/17/ 를 #12\n\n'
        "* 하나\n* 둘\n\n"
        "|_. 작업 |\n| a&#124;b |\n\n"
        "<pre>\n줄 1\n줄 2\n</pre>"
    )


def test_common_mark() -> None:
    assert rendered(PROSE, "en", Markup.COMMON_MARK) == (
        "### Cause\n\n"
        "보라 [빌드 17](https://ci.example.com/job/a/17/) 를 #12\n\n"
        "- 하나\n- 둘\n\n"
        "| 작업 |\n| --- |\n| a&#124;b |\n\n"
        "```\n줄 1\n줄 2\n```"
    )


def test_without_mark_up_an_address_stands_beside_its_name() -> None:
    assert rendered(PROSE, "en", Markup.NONE) == (
        "Cause\n\n"
        "보라 빌드 17: https://ci.example.com/job/a/17/ 를 #12\n\n"
        "- 하나\n- 둘\n\n"
        "작업\na|b\n\n"
        "줄 1\n줄 2"
    )


def test_where_the_mark_up_is_not_known_words_and_tame_addresses_stand_alone() -> None:
    assert rendered(PROSE, "en", Markup.UNKNOWN) == (
        "Cause\n\n"
        "보라 빌드 17 https://ci.example.com/job/a/17/ 를 #12\n\n"
        "하나\n\n둘\n\n"
        "작업\n\na b\n\n"
        "줄 1\n줄 2"
    )
    wild = Address(text="빌드", url="https://ci.example.com/a_b_c/%EC%9B%90%EC%9B%90")
    assert line(wild, markup=Markup.UNKNOWN) == "빌드"


def test_sentences_are_said_in_the_language_asked_for() -> None:
    both = Words(ko="원인", en="cause")
    assert line(both, language="ko") == "원인"
    assert line(both, ": ", Message("approved"), language="ko") == "원인: 승인"
    assert line(both, ": ", Message("approved"), language="en") == "cause: approved"


def test_words_of_an_item_are_said_as_they_are_even_where_they_read_like_a_sentence() -> None:
    assert line("approved") == "approved"


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "ftp://a.example", "//a.example/x", "", "http://", "http://[::1",
     "http://user:secret@a.example/", "data:text/html,x"],
)  # fmt: skip
def test_what_is_no_web_address_leaves_its_words_alone(url: str) -> None:
    for markup in Markup:
        assert line(Address(text="여기", url=url), markup=markup) == "여기"


def test_an_address_can_not_end_its_link() -> None:
    hostile = Address(text="x", url='http://a.example/) "y":http://b.example |<b>')
    assert line(hostile) == ('"x":http://a.example/%29%20%22y%22:http://b.example%20%7C%3Cb%3E')


def test_marks_split_over_parts_are_no_marks() -> None:
    assert line("[", "[Wiki]]", markup=Markup.NONE) == "[\u2060[Wiki]]"
    assert line("!", TicketNumber(1)) == "! #1"


def test_blocks_without_anything_to_show_are_left_out() -> None:
    empty = (Paragraph(("  ",)), Bullets(()), Grid(head=("x",), rows=()), Verbatim("\n"))
    for markup in Markup:
        assert rendered(empty, "ko", markup) == ""


def test_characters_that_no_database_takes_are_left_out() -> None:
    for markup in Markup:
        assert "\x00" not in rendered((Verbatim("a\x00b"), Paragraph(("c\x00d",))), "ko", markup)


NUMBERS = (
    Heading("보고서", level=1),
    Picture(name="chart-1.png", said="열린 [티켓] (건)"),
    Grid(head=("작업", "건"), rows=((("가",), ("12",)),), right=frozenset((1,))),
)


def test_numbers_stand_right_and_pictures_say_what_they_show() -> None:
    assert rendered(NUMBERS, "ko", Markup.TEXTILE) == (
        "h1. 보고서\n\n!chart-1.png(열린 &#91;티켓&#93; &#40;건&#41;)!\n\n"
        "|_. 작업 |_>. 건 |\n| 가 |>. 12 |"
    )
    assert rendered(NUMBERS, "ko", Markup.MARKDOWN) == (
        "# 보고서\n\n![열린 &#91;티켓&#93; &#40;건&#41;](chart-1.png)\n\n"
        "| 작업 | 건 |\n| --- | ---: |\n| 가 | 12 |"
    )
    assert (
        rendered(NUMBERS, "ko", Markup.NONE) == "보고서\n\n열린 [티켓] (건)\n\n작업 / 건\n가 / 12"
    )
