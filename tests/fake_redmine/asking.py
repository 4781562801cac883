"""A request of somebody's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.fake_redmine.world import User

Answer = tuple[int, object]  # a status, and what is shown: JSON, a page, or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody asks. `user` is None where the key is nobody's."""

    user: User | None
    method: str
    target: str
    body: Mapping[str, Any]

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def params(self) -> Mapping[str, Sequence[str]]:
        return parse_qs(urlsplit(self.target).query, keep_blank_values=True)

    @property
    def include(self) -> set[str]:
        return set(",".join(self.params.get("include", ())).split(","))
