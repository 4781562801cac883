"""The keys that may stand at a place of the configuration, so that a misspelt one is told."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from itsm_sync.model.text import nearest

_Schema = Mapping[str, Any]


class _Lenient(GenerateJsonSchema):
    """Knows nothing of a value that a validator of ours reads whole: it has no keys."""

    def handle_invalid_for_json_schema(
        self,
        schema: core_schema.CoreSchema,  # noqa: ARG002 - pydantic's names
        error_info: str,  # noqa: ARG002
    ) -> JsonSchemaValue:
        return {}


def nearest_key(kind: Any, path: tuple[str | int, ...]) -> str:
    """Answer the key of a `kind` that is spelt most like the one at the end of `path`; "" where
    none is near.
    """
    *above, name = path
    whole = TypeAdapter(kind).json_schema(schema_generator=_Lenient)
    places = [*_meant(whole, whole)]
    for part in above:
        places = [found for place in places for found in _meant(_below(place, part), whole)]
    return nearest(str(name), {key for place in places for key in place.get("properties", ())})


def _below(place: _Schema, part: str | int) -> object:
    if isinstance(part, int):
        return place.get("items")
    return place.get("properties", {}).get(part) or place.get("additionalProperties")


def _meant(schema: object, whole: _Schema) -> Iterator[_Schema]:
    """Answer what a schema may stand for: itself, what it refers to, its alternatives."""
    if not isinstance(schema, Mapping):
        return
    yield schema
    if reference := schema.get("$ref"):
        yield from _meant(whole["$defs"][reference.rpartition("/")[2]], whole)
    for part in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from _meant(part, whole)
