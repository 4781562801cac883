"""News and tickets of reports are known again by their last line, and by no quoted one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from itsm_sync.clients.redmine_publishing import Entry, Press, Upload
from itsm_sync.desk.prose import rendered
from itsm_sync.desk.signals.telling import marker
from itsm_sync.model.deliveries import Errand
from itsm_sync.model.markup import Markup
from itsm_sync.model.prose import Verbatim
from itsm_sync.model.reporting import Span
from itsm_sync.model.reporting.targets import News, Ticket
from itsm_sync.reports.delivery.notices import Notice, as_news, as_ticket
from itsm_sync.reports.delivery.parcel import How, Landed, Parcel
from itsm_sync.reports.delivery.proofs import Proof
from tests.builders import NOON

SPAN = Span(key="2026-05", since=NOON - timedelta(days=30), until=NOON)
ERRAND = Errand(report="monthly", span=SPAN, target="desk", language="ko")
KEY = ERRAND.key


@dataclass(slots=True)
class Shelf:
    """Keeps the tickets of one account."""

    url: str = "http://redmine.example.com"
    told: list[str] = field(default_factory=list)

    def me(self) -> int:
        return 7

    def opened(self, project: str, since: datetime) -> Iterator[Entry]:
        del project, since
        for number, text in enumerate(list(self.told), 1):
            yield Entry(number=number, title="", description=text, author=7, created_at=NOON)

    def open(self, fields: dict[str, Any], uploads: Sequence[Upload]) -> int:
        del uploads
        self.told.append(str(fields["description"]))
        return len(self.told)


def notice(shelf: Shelf, markup: Markup) -> Notice:
    parcel = Parcel(report="monthly", span=SPAN, language="ko", title="월간", subtitle="2026-05",
                    lines=("열린 일감: 3건", f"itsm-sync {KEY}x"))  # fmt: skip
    proof = Proof(errand=ERRAND, title="월간", elsewhere="Monthly")
    return Notice(press=cast("Press", shelf), parcel=parcel, markup=markup, proof=proof)


@pytest.mark.parametrize("markup", list(Markup))
def test_a_log_that_quotes_the_mark_keeps_no_report_from_its_ticket(markup: Markup) -> None:
    log = rendered((Verbatim(f"ERROR\nitsm-sync {KEY}\nend"),), "ko", markup)
    shelf = Shelf(told=[f"{log}\n\n{marker('builds/0123456789/20260302T090000Z')}"])
    made = notice(shelf, markup)
    for how in (How.SENT, How.STOOD):
        assert as_ticket(made, Ticket(project="abc"), ()) == Landed(made.address("issues", 2), how)
    assert len(shelf.told) == 2


def test_news_are_titled_by_days_and_not_by_the_periods_key() -> None:
    posted: list[str] = []

    class Board(Shelf):
        def post_news(self, project: str, title: str, summary: str, text: str, _: object) -> None:
            del project, summary
            posted.append(title)
            self.told.append(text)

        def news(self, project: str, since: datetime) -> Iterator[Entry]:
            return self.opened(project, since)

    made = notice(Board(), Markup.TEXTILE)
    days = "2026-05-01 ~ 2026-05-31"
    made = replace(made, parcel=replace(made.parcel, subtitle=days))
    for how in (How.SENT, How.STOOD):
        assert as_news(made, News(project="abc"), ()) == Landed(made.address("news", 1), how)
    assert posted == [f"월간 · {days}"]


def test_what_people_wrote_below_it_hides_no_report() -> None:
    shelf = Shelf()
    made = notice(shelf, Markup.TEXTILE)
    as_ticket(made, Ticket(project="abc"), ())
    shelf.told[0] += "\r\n\r\n읽었습니다.\n"
    assert as_ticket(made, Ticket(project="abc"), ()).place.endswith("/issues/1")
