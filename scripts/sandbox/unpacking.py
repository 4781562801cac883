"""What stands in files that are packed: gzip, zip (Excel, CSV), the streams of a PDF."""

import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from zipfile import BadZipFile, ZipFile

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
_DEEP = 3  # packed in packed in packed


def unpacked(content: bytes, deep: int = _DEEP) -> Iterator[bytes]:
    """Answer the content itself, and all that is packed in it; what can't be unpacked is left."""
    yield content
    if deep:
        for inner in _inner(content):
            yield from unpacked(inner, deep - 1)


def _inner(content: bytes) -> Iterator[bytes]:
    with suppress(BadZipFile, EOFError, OSError, zlib.error):
        if content.startswith(b"\x1f\x8b"):
            yield gzip.decompress(content)
        elif content.startswith(b"PK\x03\x04"):
            with ZipFile(BytesIO(content)) as archive:
                for name in archive.namelist():
                    yield name.encode()
                    yield archive.read(name)
        elif content.startswith(b"%PDF-"):
            for stream in _STREAM.findall(content):
                with suppress(zlib.error):
                    yield zlib.decompress(stream)
