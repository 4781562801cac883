"""Sentences in Korean and English: gettext catalogues whose message ids are the English text."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from babel.messages.pofile import read_po

from itsm_sync.model.words import Language, Message, Words


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Answer message id -> sentence of `ko.po`; English is the ids themselves."""
    if language == "en":
        return {}
    source = files(__name__) / f"{language}.po"
    with source.open("rb") as file:
        found = read_po(file, locale=language)
    return {str(entry.id): str(entry.string) for entry in found if entry.id and entry.string}


def say(message: Message | Words | str, language: Language) -> str:
    """Answer the sentence; parameters that are messages or words are said in the same language."""
    if isinstance(message, Words):
        return message[language]
    if isinstance(message, str):
        return catalogue(language).get(message, message)
    params = {
        name: say(value, language) if isinstance(value, (Message, Words)) else value
        for name, value in message.params.items()
    }
    return catalogue(language).get(message.text, message.text).format(**params)
