"""All keywords of all rules, found in one pass over a text.

A keyword is matched after NFC and case folding. Korean fits inside words, and a blank between two
Korean words of a keyword fits with or without a blank in the text. A Latin letter or digit at a
keyword's end fits at a word's border only, except where `*` stands there (`deploy*`). What the text
denies in the same breath ("장애는 아니고", "not an outage") is no match.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick, Implementation

from itsm_sync.model.text import PLAIN, folded

_LATIN_END = "\u0250"  # first character after Latin Extended-B
_LATIN, _ASCII_END = b"abcdefghijklmnopqrstuvwxyz0123456789", 0x80
_BLANK_IN_KOREAN = re.compile(r"(?<=[가-힣]) (?=[가-힣])")
# "장애는 아니고", "장애 신고는 아닙니다"; "장애 아닌가요?", "장애뿐 아니라" and the
# person in "업무를 강수아님이" deny nothing.
_DENIED_AFTER = re.compile(
    r"[가-힣]{0,3}(?: [가-힣]{1,4}(?= ))?(?<!뿐)(?<!뿐만)"
    r" ?(?:아니(?![냐겠])|아닌(?![가지])|아님(?![이은을의께과도])|아닙|아녜|아녀)"
    r"|[가-힣]? ?없이"
)
_DENIED_BEFORE = re.compile(
    r"(?:\b(?:not|never)|n't)(?: \w+ly)? (?:an?|the) (?:\w+ )?$|\bwithout (?:an? |any )?$"
)
# One of them is in every denial.
_DENIALS = (*(f"아{end}" for end in "니닌님닙녜녀"), "없이", "not ", "never ", "n't ", "without ")
_WINDOW = 24  # characters looked at before a keyword for a denial
_LONGEST = 4  # bytes of a character
_REACH = 64  # bytes looked at after a keyword; no denial there is as long
# Of a plain text: what folds, and what is a blank.
_FOLDING = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ\t\n\r", b"abcdefghijklmnopqrstuvwxyz   ")
_GAPS = re.compile(b"   *")  # two blanks and more; far faster than " {2,}"
# The fastest automaton takes memory, some 300 bytes for each byte of the keywords.
_MOST_AT_ONCE = 20_000


class Hits(NamedTuple):
    """Bit masks of the keywords found in an item's title and in its body."""

    title: int
    body: int


_NOWHERE = Hits(0, 0)


class _Pattern(NamedTuple):
    bit: int
    left: bool  # must begin at a word's border
    right: bool  # must end at one


def prepared(text: str) -> bytes:
    """Answer `text` as keywords are looked for in it, in UTF-8: folded, blanks and line ends as one
    blank.
    """
    if not PLAIN(text):
        return " ".join(folded(text).split()).encode()
    return _GAPS.sub(b" ", text.encode().translate(_FOLDING).strip())


class Vocabulary:
    """Every keyword of all rules, once, each with its bit."""

    def __init__(self) -> None:
        self._bits: dict[str, int] = {}
        self._words: list[str] = []
        self._names: list[str] = []  # of the words, as they are told: without their `*`

    @property
    def words(self) -> list[str]:
        """The keywords in the order of their bits."""
        return self._words

    def mask(self, words: Iterable[str]) -> int:
        """Answer the bits of the words, given as written; new ones are added."""
        found = 0
        for word in (prepared(word).decode() for word in words):
            if word not in self._bits:
                self._bits[word] = len(self._words)
                self._words.append(word)
                self._names.append(word.strip("*"))
            found |= 1 << self._bits[word]
        return found

    def named(self, mask: int) -> list[str]:
        """Answer the words whose bits are set, without their `*`, in the order of their bits."""
        return [self._names[bit] for bit in bits(mask)]


class Keywords:
    """Finds a vocabulary's words in texts."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._patterns: list[_Pattern] = []
        spellings: list[str] = []
        for bit, word in enumerate(vocabulary.words):
            for spelling in _spellings(word):
                bare = spelling.strip("*")
                left = _latin(bare[0]) and not spelling.startswith("*")
                right = _latin(bare[-1]) and not spelling.endswith("*")
                self._patterns.append(_Pattern(1 << bit, left, right))
                spellings.append(bare)
        self._finder = _finder(spellings)

    def scan(self, title: bytes, body: bytes) -> Hits:
        """Answer which keywords the prepared title and body hold."""
        text = b"%b\n%b" % (title, body)
        found = self._finder.find_matches_as_indexes(text, overlapping=True)
        if not found:
            return _NOWHERE
        edge = len(title)
        words = len(self._patterns)
        denial = max(found)[0] >= words
        in_title = in_body = 0
        for index, start, end in found:
            if index >= words:
                continue
            bit, left, right = self._patterns[index]
            if bit & (in_title if start < edge else in_body):
                continue
            if left and start and _latin_ends(text, start):
                continue
            if right and end < len(text) and _latin_begins(text, end):
                continue
            if denial and _denied(text, start, end):
                continue
            if start < edge:
                in_title |= bit
            else:
                in_body |= bit
        return Hits(in_title, in_body)


def bits(mask: int) -> list[int]:
    """Answer the numbers of the bits that are set, lowest first."""
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found


def _spellings(word: str) -> tuple[str, ...]:
    closed = _BLANK_IN_KOREAN.sub("", word)
    return (word,) if closed == word else (word, closed)


def _latin(character: str) -> bool:
    return character < _LATIN_END and character.isalnum()


def _finder(spellings: list[str]) -> BytesAhoCorasick:
    """Answer what finds the spellings, by their places in the list, and after them the denials."""
    patterns = [pattern.encode() for pattern in (*spellings, *_DENIALS)]
    small = sum(map(len, patterns)) <= _MOST_AT_ONCE
    return BytesAhoCorasick(patterns, implementation=Implementation.DFA if small else None)


def _latin_ends(text: bytes, place: int) -> bool:
    """Whether a Latin letter or a digit stands before a place; the text is folded."""
    last = text[place - 1]
    return last in _LATIN if last < _ASCII_END else _latin(_before(text, place)[-1])


def _latin_begins(text: bytes, place: int) -> bool:
    """Whether one stands behind it."""
    first = text[place]
    return first in _LATIN if first < _ASCII_END else _latin(_after(text, place)[0])


def _before(text: bytes, place: int, characters: int = 1) -> str:
    """Answer so many characters before a place, as far as they are there, and maybe some more."""
    return text[max(0, place - characters * _LONGEST) : place].decode(errors="ignore")


def _after(text: bytes, place: int, length: int = _LONGEST) -> str:
    """Answer the characters of so many bytes from a place on."""
    return text[place : place + length].decode(errors="ignore")


def _denied(text: bytes, start: int, end: int) -> bool:
    behind = _before(text, end, 2)
    if _DENIED_AFTER.match(behind + _after(text, end, _REACH), len(behind)):
        return True
    before = _before(text, start, _WINDOW + 1)
    return _DENIED_BEFORE.search(before, max(0, len(before) - _WINDOW)) is not None
