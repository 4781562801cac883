"""Texts of configurations that were read before are not read again: reading takes half a second,
and most tests change none or one of the files.
"""

import pickle  # nosec B403 - of what this process made itself
from collections.abc import Callable
from dataclasses import replace

from itsm_sync.model.errors import Problem
from itsm_sync.settings import deciding, documents
from itsm_sync.settings.documents import Document

_Reader = Callable[[str, str], Document | Problem]


def remember() -> None:
    """Let this process, and what it forks, read each text once; what is wrong is read each time."""
    reader = documents.parsed
    if not isinstance(reader, Remembering):
        reader = Remembering(reader)
        for room in (documents, deciding):
            room.__dict__["parsed"] = reader


class Remembering:
    """The reader of documents; it answers a value of its own each time."""

    def __init__(self, reader: _Reader) -> None:
        self._reader = reader
        self._known: dict[str, bytes] = {}

    def __call__(self, file: str, text: str) -> Document | Problem:
        if text not in self._known:
            read = self._reader(file, text)
            if not isinstance(read, Document):
                return read
            self._known[text] = pickle.dumps(read)
        known: Document = pickle.loads(self._known[text])  # nosec B301 - made above
        return replace(known, file=file)
