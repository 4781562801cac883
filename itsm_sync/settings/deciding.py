"""The files that decide: matrix, rules, services, people; and those kept of an earlier time."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from itsm_sync.model.catalogue import Person, Service
from itsm_sync.model.errors import ConfigurationError, Problem
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.reporting import Reporting
from itsm_sync.model.rules import RuleBook
from itsm_sync.model.words import Message
from itsm_sync.settings.documents import Document, ValuePath, parsed
from itsm_sync.settings.faults import told

DECIDING = ("matrix", "rules", "services", "people")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The files that are valid in themselves; None where one is not.

    `sources` are the options of the sources that other packages bring, by name; `reporting` is
    None, too, where there is no such file.
    """

    matrix: Matrix | None
    rules: RuleBook | None
    services: tuple[Service, ...] | None
    people: tuple[Person, ...] | None
    sources: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    reporting: Reporting | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """What a configuration decides with."""

    matrix: Matrix
    rules: RuleBook
    services: tuple[Service, ...]
    people: tuple[Person, ...]


# A room's objection: the file's name without `.yaml`, the way to the value in it, what is wrong.
Objection = tuple[str, ValuePath, Message]
Inspect = Callable[[Parts], Iterable[Objection]]


def configuration_hash(documents: Mapping[str, Document]) -> str:
    """Answer 12 hexadecimal characters that change when a deciding file's values change."""
    deciding = {name: documents[name].value for name in DECIDING}
    return hashlib.sha256(repr(deciding).encode()).hexdigest()[:12]


def kept(name: str, files: Mapping[str, str], inspect: Inspect = lambda _: ()) -> Deciding:
    """Make what a configuration decides with of the texts that are kept of it.

    Args:
        name: the configuration's hash, as it was kept.
        files: text by the name of the file, without `.yaml`.
        inspect: as of `load`.

    Raises:
        ConfigurationError: a text is missing or not valid, or they are not those of that hash.
    """
    documents: dict[str, Document] = {}
    problems: list[Problem] = []
    for part in DECIDING:
        document = parsed(f"{name}/{part}.yaml", files.get(part, ""))
        if isinstance(document, Problem):
            problems.append(document)
        else:
            documents[part] = document
    parts = parts_of(documents, {}, problems)
    problems.extend(documents[file].problem(path, text) for file, path, text in inspect(parts))
    if not problems and configuration_hash(documents) != name:
        told = Message("what is kept of this configuration is not what was: its hash differs")
        problems.append(Problem(file=name, path=(), text=told))
    if problems or parts.matrix is None or parts.rules is None:
        raise ConfigurationError(problems)
    return Deciding(
        matrix=parts.matrix,
        rules=parts.rules,
        services=parts.services or (),
        people=parts.people or (),
    )


def parts_of(
    documents: Mapping[str, Document],
    sources: Mapping[str, Mapping[str, object]],
    problems: list[Problem],
) -> Parts:
    """Validate the documents that decide; note each problem and leave None where one is."""
    return Parts(
        matrix=value_of(documents, "matrix", Matrix, lambda value: value, problems),
        rules=value_of(documents, "rules", RuleBook, lambda v: v.get("rules", v), problems),
        services=value_of(documents, "services", tuple[Service, ...], under("services"), problems),
        people=value_of(documents, "people", tuple[Person, ...], under("people"), problems),
        sources=sources,
    )


def value_of(
    documents: Mapping[str, Document],
    name: str,
    kind: Any,
    part: Callable[[Any], Any],
    problems: list[Problem],
) -> Any:
    """Validate (a part of) a document as `kind`; note each problem and answer None then."""
    document = documents.get(name)
    if document is None:
        return None
    value = part(document.value)
    prefix: ValuePath = () if value is document.value else (name,)
    if prefix:
        problems.extend(
            document.problem(
                (key,), Message("unknown key; this file has only `{name}`", {"name": name})
            )
            for key in document.value
            if key != name
        )
    try:
        return TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        problems.extend(problems_of(document, prefix, error, kind))
        return None


def problems_of(
    document: Document, prefix: ValuePath, error: ValidationError, kind: Any
) -> list[Problem]:
    """Answer the faults of a value that stands at `prefix` and is no `kind`, each with its line."""
    return [document.problem((*prefix, *path), text) for path, text in told(error, kind)]


def under(key: str) -> Callable[[Any], Any]:
    """Answer what takes a document's value under its one key."""
    return lambda value: value.get(key, ())
