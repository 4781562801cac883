"""What the lint finds."""

from dataclasses import dataclass
from typing import Literal

from itsm_sync.model.words import Message
from itsm_sync.routing.problems import ValuePath

File = Literal["matrix", "rules", "services", "settings", "sla"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LintFinding:
    """One fault: the file's name without `.yaml`, the way to the value, its kind and a sentence.

    `kind` is a machine-readable name that stays: `row-unreached`, `rule-covered`, ...
    """

    file: File
    path: ValuePath
    kind: str
    message: Message


def found(file: File, path: ValuePath, kind: str, text: str, **params: object) -> LintFinding:
    """Answer a finding; `text` is the English sentence with places for `params`."""
    return LintFinding(file=file, path=path, kind=kind, message=Message(text, params))
