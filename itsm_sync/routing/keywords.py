"""All keywords of all rules, found in one pass over a text.

A keyword is matched after NFC and case folding. Korean fits inside words, and a blank between two
Korean words of a keyword fits with or without a blank in the text. A Latin letter or digit at a
keyword's end fits at a word's border only, except where `*` stands there (`deploy*`). What the text
denies in the same breath ("장애는 아니고", "not an outage") is no match.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from itsm_sync.model.text import folded

_LATIN_END = "\u0250"  # first character after Latin Extended-B
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
_DENIAL = re.compile(r"아[니닌님닙녜녀]|없이|not |never |n't |without ")
_WINDOW = 24  # characters looked at before a keyword for a denial


class Hits(NamedTuple):
    """Bit masks of the keywords found in an item's title and in its body."""

    title: int
    body: int


class _Pattern(NamedTuple):
    bit: int
    left: bool  # must begin at a word's border
    right: bool  # must end at one


def prepared(text: str) -> str:
    """Answer `text` as keywords are looked for in it: folded, blanks and line ends as one blank."""
    return " ".join(folded(text).split())


class Vocabulary:
    """Every keyword of all rules, once, each with its bit."""

    def __init__(self) -> None:
        self._bits: dict[str, int] = {}
        self._words: list[str] = []

    @property
    def words(self) -> list[str]:
        """The keywords in the order of their bits."""
        return self._words

    def mask(self, words: Iterable[str]) -> int:
        """Answer the bits of the words, given as written; new ones are added."""
        found = 0
        for word in map(prepared, words):
            if word not in self._bits:
                self._bits[word] = len(self._words)
                self._words.append(word)
            found |= 1 << self._bits[word]
        return found

    def named(self, mask: int) -> list[str]:
        """Answer the words whose bits are set, without their `*`, in the order of their bits."""
        words = self.words
        return [words[bit].strip("*") for bit in bits(mask)]


class Keywords:
    """Finds a vocabulary's words in texts."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._patterns: list[_Pattern] = []
        spellings = []
        for bit, word in enumerate(vocabulary.words):
            for spelling in _spellings(word):
                bare = spelling.strip("*")
                left = _latin(bare[0]) and not spelling.startswith("*")
                right = _latin(bare[-1]) and not spelling.endswith("*")
                self._patterns.append(_Pattern(1 << bit, left, right))
                spellings.append(bare)
        self._finder = AhoCorasick(spellings) if spellings else None

    def scan(self, title: str, body: str) -> Hits:
        """Answer which keywords the prepared title and body hold."""
        if self._finder is None:
            return Hits(0, 0)
        text = f"{title}\n{body}"
        edge = len(title)
        denial = _DENIAL.search(text) is not None
        in_title = in_body = 0
        for index, start, end in self._finder.find_matches_as_indexes(text, overlapping=True):
            bit, left, right = self._patterns[index]
            if left and start and _latin(text[start - 1]):
                continue
            if right and end < len(text) and _latin(text[end]):
                continue
            if denial and _denied(text, start, end):
                continue
            if start < edge:
                in_title |= bit
            else:
                in_body |= bit
        return Hits(in_title, in_body)


def bits(mask: int) -> Iterator[int]:
    """Answer the numbers of the bits that are set, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _spellings(word: str) -> tuple[str, ...]:
    closed = _BLANK_IN_KOREAN.sub("", word)
    return (word,) if closed == word else (word, closed)


def _latin(character: str) -> bool:
    return character < _LATIN_END and character.isalnum()


def _denied(text: str, start: int, end: int) -> bool:
    if _DENIED_AFTER.match(text, end):
        return True
    return _DENIED_BEFORE.search(text, max(0, start - _WINDOW), start) is not None
