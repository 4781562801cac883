"""Names in two languages, and messages that become sentences in a later room."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

Language = str  # "ko" or "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One name or sentence in Korean and in English; in a file, one text stands for both."""

    __pydantic_config__: ClassVar[dict[str, object]] = {"extra": "forbid"}

    ko: str
    en: str

    def __getitem__(self, language: Language) -> str:
        return self.ko if language == "ko" else self.en

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[Any], handler: Callable[[type[Any]], Mapping[str, Any]]
    ) -> Mapping[str, Any]:
        """Answer how pydantic reads one: a text becomes both languages."""

        def of_both(value: object) -> object:
            return {"ko": value, "en": value} if isinstance(value, str) else value

        inner = dict(handler(source))
        # the name by which pydantic finds the schema again must be that of the whole
        ref = {"ref": inner.pop("ref")} if "ref" in inner else {}
        reader = {"type": "no-info", "function": of_both}
        return {"type": "function-before", "function": reader, "schema": inner, **ref}


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
