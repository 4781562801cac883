"""Names in two languages, and messages that become sentences in a later room."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

Language = str  # "ko" or "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One name or sentence in Korean and in English."""

    __pydantic_config__: ClassVar[dict[str, object]] = {"extra": "forbid"}

    ko: str
    en: str

    def __getitem__(self, language: Language) -> str:
        return self.ko if language == "ko" else self.en


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence to be: its English form with named places, and what goes into them.

    `locale.say` makes the sentence, `str` the English one; a parameter may itself be `Words` or a
    `Message`.
    """

    text: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        english = {n: v.en if isinstance(v, Words) else v for n, v in self.params.items()}
        return self.text.format(**english)
