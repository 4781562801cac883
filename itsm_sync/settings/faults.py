"""pydantic's faults as sentences of ours."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from itsm_sync.model.errors import Unfit
from itsm_sync.model.text import nearest
from itsm_sync.model.words import Message
from itsm_sync.settings.keys import nearest_key


class Wrong(ValueError):
    """A value that a validator of ours rejects, and why."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


_MISSING = Message("is missing")
_UNKNOWN = Message("unknown key")
_MISSPELT = "unknown key; is `{near}` meant?"
_CHOICE = Message("must be one of: {expected}")
_LIKE = "must be one of: {expected}; is `{near}` meant?"
_WHOLE = Message("must be a whole number")
_NUMBER = Message("must be a number")
_SWITCH = Message("must be true or false")
_TEXT = Message("must be text")
_MAPPING = Message("must be a mapping")
_LIST = Message("must be a list")
_DATE = Message("must be a date, as 2026-01-31 is")
# By pydantic's names (docs.pydantic.dev, "Validation Errors"); the places are those of its `ctx`.
_SAID: Mapping[str, Message] = {
    "missing": _MISSING,
    "missing_argument": _MISSING,
    "missing_keyword_only_argument": _MISSING,
    "extra_forbidden": _UNKNOWN,
    "unexpected_keyword_argument": _UNKNOWN,
    "enum": _CHOICE,
    "literal_error": _CHOICE,
    "string_type": _TEXT,
    "invalid_key": Message("a key must be text"),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "bool_type": _SWITCH,
    "bool_parsing": _SWITCH,
    "dict_type": _MAPPING,
    "mapping_type": _MAPPING,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "dataclass_type": _MAPPING,
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "greater_than": Message("must be more than {gt}"),
    "greater_than_equal": Message("must be at least {ge}"),
    "less_than": Message("must be less than {lt}"),
    "less_than_equal": Message("must be at most {le}"),
    "too_short": Message("must have {min_length} or more entries"),
    "string_too_short": Message("must have {min_length} or more characters"),
    "string_too_long": Message("must have at most {max_length} characters"),
    "string_pattern_mismatch": Message("must fit the pattern {pattern}"),
}


def told(error: ValidationError, kind: Any) -> Iterator[tuple[tuple[str | int, ...], Message]]:
    """Answer the way to each wrong value and a sentence; pydantic's English where we have none.

    `kind` is what the value was to be; None: nobody knows.
    """
    for detail in error.errors(include_url=False):
        path = tuple(part for part in detail["loc"] if part != "[key]")
        said = _sentence(detail)
        if said.text == _UNKNOWN.text and (near := nearest_key(kind, path)):
            said = Message(_MISSPELT, {"near": near})
        yield path, said


def _sentence(detail: ErrorDetails) -> Message:
    context: Mapping[str, Any] = detail.get("ctx") or {}
    if isinstance(wrong := context.get("error"), Wrong | Unfit):
        return wrong.message
    said = _SAID.get(detail["type"])
    if said is None:
        return Message("{error}", {"error": detail["msg"]})
    # "'ko' or 'en'": the conjunction is English.
    expected = str(context.get("expected", "")).replace(" or ", ", ")
    if not expected:
        return Message(said.text, context)
    near = nearest(str(detail["input"]), re.findall("'([^']+)'", expected))
    return Message(_LIKE if near else _CHOICE.text, {"expected": expected, "near": near})
