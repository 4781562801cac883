"""Secrets put out to be found: whether one of them, in any form, stands where it must not."""

import base64
import hashlib
import html
import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing
from functools import cache
from pathlib import Path
from urllib.parse import quote, quote_plus

from sandbox.unpacking import unpacked

# What people and mails can see of a Redmine; its own table of tokens holds keys, as it must.
_SEEN = {
    "issues": ("subject", "description"),
    "journals": ("notes",),
    "journal_details": ("old_value", "value"),
    "custom_values": ("value",),
}
_VARIABLES = ("KEY", "TOKEN", "SECRET", "PASSWORD", "HEARTBEAT_URL")
_LEAST = 8  # of fewer characters a finding would be chance


def secrets_in(environment: Mapping[str, str]) -> list[str]:
    """The secrets that an environment holds, itself or in files."""
    found = []
    for name, value in environment.items():
        if name.endswith(_VARIABLES):
            found.append(value)
        elif name.endswith("_FILE") and Path(value).is_file():
            found.append(Path(value).read_text(encoding="utf-8").strip())
    return [secret for secret in found if len(secret) >= _LEAST]


def forms(secret: str) -> Iterator[bytes]:
    """What could be made of a secret that somebody can make the secret of again, or test one by."""
    raw = secret.encode()
    yield from (raw, raw[::-1], raw.hex().encode(), raw.hex().upper().encode())
    for text in (quote(secret, safe=""), quote_plus(secret), html.escape(secret),
                 repr(secret)[1:-1], json.dumps(secret)[1:-1]):  # fmt: skip
        yield text.encode()
    for offset in range(3):  # within a longer text, as `user:secret`
        coded = base64.b64encode(b"\0" * offset + raw).rstrip(b"=")
        core = coded[(0, 2, 3)[offset] : (offset + len(raw)) * 8 // 6]
        yield from (core, core.replace(b"+", b"-").replace(b"/", b"_"))
    for kind in ("md5", "sha1", "sha256", "sha512"):
        digest = hashlib.new(kind, raw)
        yield from (digest.hexdigest().encode(), base64.b64encode(digest.digest()))


def found(secrets: Collection[str], said: str | bytes) -> list[str]:
    """Which secrets stand in what was said, in some form; each by its first characters."""
    where = said.encode("utf-8", "surrogateescape") if isinstance(said, str) else said
    return [f"{s[:4]}..." for s in secrets if any(form in where for form in _forms(s))]


@cache
def _forms(secret: str) -> tuple[bytes, ...]:
    return tuple(forms(secret))


def found_in_files(
    secrets: Collection[str], folder: Path, *, but: Iterable[Path] = ()
) -> dict[str, list[str]]:
    """Which files below a folder hold secrets, packed or not, but those that are to hold them."""
    spared = {path.resolve() for path in but}
    told = {}
    for file in folder.rglob("*"):
        if not file.is_file() or spared & {file.resolve(), *file.resolve().parents}:
            continue
        if which := found(secrets, b"\n".join(unpacked(file.read_bytes()))):
            told[str(file.relative_to(folder))] = which
    return told


def found_in_redmine(secrets: Collection[str], root: Path) -> dict[str, list[str]]:
    """Which columns of a Redmine hold secrets where people see them; and which mails it wrote."""
    told = found_in_files(secrets, root / "mails")
    with closing(sqlite3.connect(f"file:{root}/redmine.sqlite3?mode=ro", uri=True)) as database:
        for table, columns in _SEEN.items():
            for column in columns:
                asked = f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL"  # nosec B608
                text = "\n".join(str(row[0]) for row in database.execute(asked))
                if which := found(secrets, text):
                    told[f"{table}.{column}"] = which
    return told
