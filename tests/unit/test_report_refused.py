"""A refused delivery says what is wrong, where people can read it, and what is to be done."""

import pytest

from itsm_sync.clients.errors import Broken, ClientError, Forbidden, Missing
from itsm_sync.clients.refusals import answered
from itsm_sync.locale import say
from itsm_sync.model.reporting import Target
from itsm_sync.model.reporting.targets import News, Ticket, Wiki
from itsm_sync.operations.reporting.refused import refusal

WIKI = Target(wiki=Wiki(project="abc"))
PAGE = "/projects/abc/wiki/%EC%A3%BC%EA%B0%84_%EC%9A%B4%EC%98%81.json"


def error(kind: type[ClientError], path: str, status: int) -> ClientError:
    return kind(answered("redmine", path, status), system="redmine", status=status)


@pytest.mark.parametrize(
    ("target", "path", "parts"),
    [
        (WIKI, PAGE, ("/projects/abc/wiki/주간_운영)", "`wiki`", "`edit_wiki_pages`")),
        (Target(news=News(project="abc")), "/projects/abc/news.json", ("`manage_news`",)),
        (Target(ticket=Ticket(project="abc")), "/issues.json", ("`add_issues`", "abc")),
        (Target(ticket=Ticket(number=42)), "/issues/42.json", ("`add_issue_notes`", "#42")),
    ],
)
def test_what_is_forbidden_names_the_page_the_right_and_the_remedy(
    target: Target, path: str, parts: tuple[str, ...]
) -> None:
    told = say(refusal(error(Forbidden, path, 403), target), "ko")
    assert all(part in told for part in (*parts, "itsm-sync provision"))


def test_what_is_not_there_and_what_failed_otherwise_are_told_so() -> None:
    assert say(refusal(error(Missing, PAGE, 404), WIKI), "en") == (
        "Redmine has no such place, or the bot can't see it (/projects/abc/wiki/주간_운영): abc"
    )
    broken = error(Broken, PAGE, 500)
    assert refusal(broken, WIKI) == broken.message
