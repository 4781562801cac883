"""A rule book of many roles with keywords of their own, and texts that say some of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from itsm_sync.model.matrix import Matrix
from itsm_sync.model.rules import Rule, RuleBook

ROLES, KEYWORDS, LENGTH = 25, 12, 600
_SYLLABLES = "가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노도로모보소오조초코토포호"
_FILLERS = ("결제", "화면에서", "오류가", "나고", "다음", "단계로", "넘어가지", "않습니다", "배포",
            "뒤에", "로그인이", "느려졌습니다", "문서를", "고쳐", "주십시오", "portal", "API",
            "timeout", "502", "build")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """The keywords of each role, by the name of its rule, in the order they are tried."""

    keywords: Mapping[str, tuple[str, ...]]
    rules: RuleBook

    @classmethod
    def made(cls, matrix: Matrix, shipped: RuleBook) -> "Book":
        """Make one on a matrix: a rule for each role, and the last rule of each axis."""
        chance = Random(11)
        words = iter(_words(chance, ROLES * KEYWORDS))
        keywords = {f"role {n}": tuple(next(words) for _ in range(KEYWORDS)) for n in range(ROLES)}
        processes = list(matrix.processes)
        made = [
            Rule(name=name, then=processes[n % len(processes)], when={"text": {"any": list(said)}})
            for n, (name, said) in enumerate(keywords.items())
        ]
        rules = {axis: shipped[axis][-1:] for axis in ("process", "domain", "stage")}
        return cls(keywords=keywords, rules={**rules, "process": (*made, *rules["process"])})

    def texts(self, many: int) -> list[str]:
        """Answer texts of `LENGTH` characters; two of three say keywords of a role or two."""
        chance, said = Random(12), [*self.keywords.values()]
        return [self._text(chance, said, number % 3) for number in range(many)]

    def _text(self, chance: Random, said: list[tuple[str, ...]], keywords: int) -> str:
        words = [chance.choice(_FILLERS) for _ in range(LENGTH // 3)]
        for _ in range(keywords):
            # within what is left of the text once it is cut
            words[chance.randrange(LENGTH // 10)] = chance.choice(chance.choice(said))
        return " ".join(words)[:LENGTH]


def _words(chance: Random, many: int) -> list[str]:
    """Answer made-up words, half of them Latin, none of which is in another."""
    found: list[str] = []
    while len(found) < many:
        latin = len(found) % 2
        letters = "bcdfghjklmnpqrstvwxyz" if latin else _SYLLABLES
        word = "".join(chance.choice(letters) for _ in range(7 if latin else 4))
        if word not in found:
            found.append(word)
    return found
