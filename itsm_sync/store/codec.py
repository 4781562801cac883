"""The model's dataclasses as JSON and back, exactly.

Where the annotation says what a value is, plain JSON stands: times as ISO 8601 in UTC, enums as
their values, tuples as lists. Where it does not (facts, parameters of messages) a value that JSON
lacks is tagged: `{"$time": ...}`, `{"$map": ...}`, `{"$Words": ...}`, `{"$Message": ...}`; lists
there become tuples. Fields that equal their default are left out, so that a field added later
changes no digest; names that are unknown are passed over.
"""

import json
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache, partial
from hashlib import blake2b
from math import isfinite
from typing import Any, TypeVar

import orjson

from itsm_sync.model.words import Message, Words

_T = TypeVar("_T")
_Convert = Callable[[Any], Any]
_PLAIN = frozenset((str, int, bool, type(None)))
_TAGGED: dict[str, type] = {"$Words": Words, "$Message": Message}
_WRITER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
)
# What `encode` leaves in an object is JSON: nothing is written in a way of the library's own.
_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


def dumps(value: object) -> str:
    """Answer JSON text, the same for equal values; raises ValueError for NaN and infinity."""
    return _WRITER.encode(value)


def text_of(made: Mapping[str, Any]) -> str:
    """Answer the JSON text of what `encode` made, the same for equal objects."""
    try:
        return orjson.dumps(made, option=_OPTIONS).decode()
    except TypeError:  # a lone surrogate, or a number of more than 64 bits
        return dumps(made)


def loads(text: str) -> Any:
    """Answer what JSON text says."""
    return json.loads(text)


def digest(text: str) -> str:
    """Answer 32 hexadecimal digits that differ where the texts differ."""
    return blake2b(text.encode(), digest_size=16).hexdigest()


def encode(value: Any) -> dict[str, Any]:
    """Answer a dataclass of the model as a JSON object.

    Raises:
        TypeError: something in it is no JSON, time, tuple, mapping, `Words` or `Message`.
        ValueError: a time in it has no zone, or a number is none.
    """
    kind: Any = type(value)
    made = {}
    for name, convert, default in _parts(kind):
        found = getattr(value, name)
        if default is MISSING or found != default:
            made[name] = found if convert is None else convert(found)
    return made


def decode(kind: type[_T], made: Mapping[str, Any]) -> _T:
    """Answer the dataclass that `encode` made the object of."""
    shape: Any = kind
    readers = _readers(shape)
    found = {
        name: value if (reader := readers[name]) is None else reader(value)
        for name, value in made.items()
        if name in readers
    }
    return kind(**found)


@cache
def _parts(kind: Any) -> tuple[tuple[str, _Convert | None, Any], ...]:
    """Answer a dataclass' fields: name, how to write it (None: as it is), and its default."""
    hints = typing.get_type_hints(kind)
    return tuple((f.name, _writer(hints[f.name]), _default(f)) for f in fields(kind))


def _default(part: Any) -> Any:
    return part.default_factory() if part.default_factory is not MISSING else part.default


@cache
def _readers(kind: Any) -> dict[str, _Convert | None]:
    return {name: _reader(hint) for name, hint in typing.get_type_hints(kind).items()}


def _writer(hint: Any) -> _Convert | None:
    """Answer how a value of that annotation is written; None: JSON has it."""
    hint, optional = _without_none(hint)
    convert = _plain_writer(hint)
    return _unless_none(convert) if convert is not None and optional else convert


def _plain_writer(hint: Any) -> _Convert | None:
    outer, inner = typing.get_origin(hint), typing.get_args(hint)
    if hint in _PLAIN or _is_enum(hint):
        return None
    if hint is float:
        return _finite
    if hint is datetime:
        return _iso
    if is_dataclass(hint):
        return encode
    if outer is tuple and all(_writer(part) is None for part in inner if part is not Ellipsis):
        return None
    if outer is tuple and inner[-1] is Ellipsis:
        return _list(_writer(inner[0]) or _same)
    if outer is frozenset and _writer(inner[0]) is None:
        return sorted
    if outer is Mapping:
        return _mapping_writer(inner[0], _writer(inner[1]))
    return _dynamic


def _mapping_writer(named: Any, convert: _Convert | None) -> _Convert:
    if _is_enum(named):
        values, each = {name: name.value for name in named}, convert or _same
        return lambda value: {values[name]: each(part) for name, part in value.items()}
    if convert is None:
        return dict
    return _facts if convert is _dynamic else _values(convert)


def _reader(hint: Any) -> _Convert | None:
    """Answer how a value of that annotation is read back; None: it is as JSON has it."""
    hint, optional = _without_none(hint)
    convert = _plain_reader(hint)
    return _unless_none(convert) if convert is not None and optional else convert


def _plain_reader(hint: Any) -> _Convert | None:
    outer, inner = typing.get_origin(hint), typing.get_args(hint)
    if hint in _PLAIN or hint is float:
        return None
    if hint is datetime:
        return datetime.fromisoformat
    if _is_enum(hint):
        return hint  # type: ignore[no-any-return]
    if is_dataclass(hint):
        return partial(decode, typing.cast("type", hint))
    if outer is tuple and inner[-1] is Ellipsis:
        each = _reader(inner[0])
        return tuple if each is None else _tuple(each)
    if outer is frozenset and _reader(inner[0]) is None:
        return frozenset
    if outer is Mapping:
        return _mapping(_reader(inner[0]) or _same, _reader(inner[1]) or _same)
    return _from_dynamic


def _unless_none(convert: _Convert) -> _Convert:
    return lambda value: None if value is None else convert(value)


def _list(convert: _Convert) -> _Convert:
    return lambda value: [convert(part) for part in value]


def _tuple(convert: _Convert) -> _Convert:
    return lambda made: tuple(convert(part) for part in made)


def _facts(value: Mapping[str, Any]) -> dict[str, Any]:
    """Answer what `_values(_dynamic)` would, without a call for each plain value."""
    return {name: p if type(p) in _PLAIN else _dynamic(p) for name, p in value.items()}


def _values(convert: _Convert) -> _Convert:
    return lambda value: {name: convert(part) for name, part in value.items()}


def _mapping(named: _Convert, convert: _Convert) -> _Convert:
    return lambda made: {named(name): convert(part) for name, part in made.items()}


def _dynamic(value: Any) -> Any:
    """Answer a value of unknown kind with a tag where JSON lacks it."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, float):
        return _finite(value)
    if isinstance(value, datetime):
        return {"$time": _iso(value)}
    if isinstance(value, (tuple, list)):
        return [_dynamic(part) for part in value]
    if isinstance(value, Mapping):
        return {"$map": {str(name): _dynamic(part) for name, part in value.items()}}
    if isinstance(value, (Words, Message)):
        return {f"${type(value).__name__}": encode(value)}
    if isinstance(value, (str, int)):
        return value
    raise TypeError(f"{type(value).__name__} can't be stored")


def _from_dynamic(made: Any) -> Any:
    if isinstance(made, list):
        return tuple(_from_dynamic(part) for part in made)
    if not isinstance(made, dict):
        return made
    [(tag, value)] = made.items()
    if tag == "$time":
        return datetime.fromisoformat(value)
    if tag == "$map":
        return {name: _from_dynamic(part) for name, part in value.items()}
    return decode(_TAGGED[tag], value)


def _finite(value: float) -> float:
    if not isfinite(value):
        raise ValueError(f"no number that can be stored: {value}")
    return value


def _iso(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError(f"a time without a zone can't be stored: {value}")
    return (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat()


def _same(value: Any) -> Any:
    return value


def _is_enum(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, Enum)


def _without_none(hint: Any) -> tuple[Any, bool]:
    """Answer `X, True` for `X | None`; a union of several stays as it is."""
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        parts = [part for part in typing.get_args(hint) if part is not type(None)]
        if len(parts) == 1:
            return parts[0], True
    return hint, False
