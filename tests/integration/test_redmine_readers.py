"""Several readers at a real Redmine, while people write: every ticket is read."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from sandbox.office import Office
from sandbox.proxy import Proxy
from sandbox.standins.server import Request

from itsm_sync.clients.redmine import RedmineClient
from itsm_sync.settings import Settings
from itsm_sync.sources.redmine import RedmineSource
from tests.shelf import Shelf

MANY = 1_700


class Silent:
    def saw(self, event: str, /, **details: object) -> None:
        """Hear nothing."""


@pytest.fixture
def full(template: Path, tmp_path: Path) -> Iterator[Office]:
    with Office.open(tmp_path / "redmine", template) as office:
        office.fill("yujin", [f"문의 {n}" for n in range(MANY)])
        yield office


def test_every_ticket_is_read_while_people_write(full: Office, shipped: Settings) -> None:
    asked: list[Request] = []

    def meanwhile(request: Request) -> None:
        asked.append(request)
        if len(asked) in (5, 9, 13):
            full.create("yujin", f"그 사이에 연 일감 {len(asked)}")
            full.update("yujin", 3 * len(asked), notes="그 사이에 쓴 덧글")

    with Proxy(full.redmine.url) as proxy:
        proxy.before = meanwhile
        changes = {"url": proxy.url, "api_key": SecretStr(full.keys["itsm-sync"])}
        settings = shipped.redmine.model_copy(
            update={**changes, "readers": 4, "concurrency": 4, "rate": 1000.0}
        )
        client = RedmineClient(settings, Silent())
        source = RedmineSource(client, settings, lambda: datetime.now(UTC))
        shelf = Shelf()
        shelf.keep(source.pull(shelf))
        client.close()
    assert sum("%3E%3C" in r.query_string and "issue_id" in r.query_string for r in asked) > 9
    shown = {f"redmine:issue/{n}" for n in range(1, MANY + 4)}
    assert {key for key, item in shelf.items.items() if item.kind == "issue"} == shown
    for number in (15, 27, 39):
        stands = datetime.fromisoformat(full.read(number, "admin")["updated_on"])
        assert shelf.items[f"redmine:issue/{number}"].updated_at == stands
