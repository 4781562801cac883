"""Requests and answers, as servers of ours see them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qs

HTML = "text/html;charset=utf-8"
JSON = "application/json;charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it came: `path` still encoded, header names in lower case."""

    method: str
    path: str
    query_string: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def query(self) -> dict[str, str]:
        """The parameters decoded; the last value where one is given twice."""
        found = parse_qs(self.query_string, keep_blank_values=True)
        return {name: values[-1] for name, values in found.items()}

    @property
    def target(self) -> str:
        return f"{self.path}?{self.query_string}" if self.query_string else self.path


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer; `Content-Length` and `Date` are added when it is sent."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def json(
        cls, value: object, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> Self:
        body = json.dumps(value, ensure_ascii=False).encode()
        return cls(status=status, body=body, headers={"Content-Type": JSON, **(headers or {})})

    @classmethod
    def html(cls, text: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Self:
        return cls(
            status=status, body=text.encode(), headers={"Content-Type": HTML, **(headers or {})}
        )
