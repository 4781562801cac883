"""Text at the door and in comparisons."""

import pytest

from itsm_sync.model.references import tickets_named
from itsm_sync.model.text import clean, folded, normal, one_line


def test_what_databases_refuse_is_cleaned_at_the_door() -> None:
    assert clean("a\x00b\ud800c\x1bd\te\n") == "abcd\te\n"
    assert clean(None) == ""


def test_korean_is_composed() -> None:
    assert clean("\u1112\u1161\u11ab") == "한"
    assert folded("ÄPI \u1112\u1161\u11ab") == "äpi 한"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a\r\nb", "a\nb"),
        ("a \nb", "a\nb"),
        ("a\n", "a"),
        (None, ""),
        (True, "1"),
        ("\u1112\u1161\u11ab", "한"),
    ],
)
def test_what_is_equal_to_people_is_equal(one: object, other: object) -> None:
    assert normal(one) == normal(other)


def test_several_values_have_no_order() -> None:
    assert normal(["b", "a"]) == normal(["a", "b"])


def test_one_line_is_cut_with_an_ellipsis() -> None:
    assert one_line("a\n b  c", 10) == "a b c"
    assert one_line("abcdef", 4) == "abc…"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("#12 고침, refs #13", (12, 13)),
        ("#12 #12", (12,)),
        ("(#7)", (7,)),
        ("abc/api#9 &#39; #0 #12345678 a#5 #5a", ()),
    ],
)
def test_tickets_are_named_by_a_number_sign(text: str, numbers: tuple[int, ...]) -> None:
    assert tickets_named(text) == tuple(f"redmine:issue/{n}" for n in numbers)


def test_control_characters_of_eight_bits_are_cleaned_too() -> None:
    """A terminal obeys them, and Redmine drops them."""
    assert clean("a\x9b1mb\x80\x85c") == "a1mb\x85c"
