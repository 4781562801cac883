"""Text at the door and in comparisons."""

import unicodedata

import pytest

from itsm_sync.model.references import tickets_named
from itsm_sync.model.text import PLAIN, clean, folded, normal, one_line, upright


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


PLAIN_ONES = [chr(number) for number in range(0x110000) if PLAIN(chr(number))]


def test_plain_characters_need_no_cleaning_and_only_a_to_z_fold() -> None:
    for one in PLAIN_ONES:
        assert unicodedata.normalize("NFC", upright(one)) == one
        assert not unicodedata.category(one).startswith(("M", "Cf", "Cs"))
        assert one.casefold() == (one.lower() if one.isascii() else one)
        assert one.isspace() == (one in " \t\r\n")
        assert one in "\t\r\n" or not unicodedata.category(one).startswith("C")


def test_no_two_plain_characters_become_one() -> None:
    for one in PLAIN_ONES:
        assert unicodedata.is_normalized("NFC", "".join(f"{one}{two}" for two in "가a←一"))
    for two in PLAIN_ONES:
        assert unicodedata.is_normalized("NFC", "".join(f"{one}{two}" for one in "가a←一"))


@pytest.mark.parametrize("odd", ["\x00", "\x85", "\u1161", "\u0301", "É", "\u3000", "\u2028", "Ⅷ"])
def test_a_text_with_any_other_character_is_not_plain(odd: str) -> None:
    assert not PLAIN(f"결제 {odd} 장애")


def test_blanks_at_the_ends_of_lines_are_no_difference() -> None:
    assert normal(" a \t\r\n b\u3000\n\n  \nc ") == "a\n b\n\n\nc"


def test_a_long_run_of_blanks_within_a_line_is_read_once() -> None:
    """Anybody can write one; looked at from each of its blanks, it would take minutes."""
    assert normal(f"a{' ' * 300_000}b\n") == f"a{' ' * 300_000}b"
