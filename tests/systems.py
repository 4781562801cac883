"""Systems beside Redmine that say what a test gives them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from itsm_sync.model.cycles import Batch
from itsm_sync.model.items import Item
from itsm_sync.model.ports import Memory
from tests.fake_redmine import FakeOffice


@dataclass(slots=True)
class Systems:
    """A source that hands over what a test put there."""

    name: str = "github"
    news: list[Item] = field(default_factory=list)

    def pull(self, memory: Memory) -> Iterator[Batch]:
        yield Batch(stream="all", items=tuple(self.news))


def writes(office: FakeOffice) -> int:
    """Answer how often the bot wrote so far."""
    return sum(method != "GET" for method, _ in office.door.asked)
