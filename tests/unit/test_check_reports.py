"""check, of reports: what keeps a report from being delivered is a failure, said in plain words."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pytest

from itsm_sync.clients.errors import Broken, ClientError, Forbidden, Missing
from itsm_sync.clients.redmine import Account
from itsm_sync.locale import say
from itsm_sync.model.lists import Project
from itsm_sync.model.reporting import Reporting, Target
from itsm_sync.model.reporting.targets import News
from itsm_sync.model.words import Message
from itsm_sync.operations.check_lines import Level
from itsm_sync.operations.check_reports import targets

BOT = Account(id=90, login="itsm-sync", name="봇", admin=False)
TOLD = Reporting(targets={"told": Target(news=News(project="abc-news"))})


@dataclass(frozen=True, slots=True, kw_only=True)
class Redmine:
    """Has one project, or refuses to show it."""

    refusal: ClientError | None = None
    modules: Collection[str] = ("news",)
    rights: Collection[str] = ("manage_news",)

    def project(self, name: str) -> Project:
        if self.refusal is not None:
            raise self.refusal
        modules = frozenset(self.modules)
        return Project(
            id=7, identifier=name, name="소식", parent=None, closed=False, modules=modules
        )

    def roles(self) -> Mapping[int, tuple[int, ...]]:
        return {7: (3,)}

    def permissions(self, role: int) -> frozenset[str]:
        return frozenset(self.rights) if role == 3 else frozenset()


def looked(redmine: Redmine) -> tuple[Level, str]:
    (line,) = targets(TOLD, redmine, BOT)  # type: ignore[arg-type]
    assert line.subject == "reports told"
    return line.level, say(line.message, "ko")


def test_a_target_that_can_be_published_to_is_fine() -> None:
    assert looked(Redmine())[0] is Level.OK


@pytest.mark.parametrize(("kind", "status"), [(Missing, 404), (Forbidden, 403)])
def test_a_project_that_is_not_there_fails_and_is_named(
    kind: type[ClientError], status: int
) -> None:
    path = Message("HTTP {status}: /projects/abc-news.json", {"status": status})
    refusal = kind(path, system="redmine", status=status)
    expected = "프로젝트 abc-news이(가) 없거나 봇이 볼 수 없습니다"
    assert looked(Redmine(refusal=refusal)) == (Level.FAILED, expected)


def test_a_module_or_a_right_that_is_missing_fails() -> None:
    for redmine, named in ((Redmine(modules=()), "news"), (Redmine(rights=()), "manage_news")):
        level, told = looked(redmine)
        assert level is Level.FAILED
        assert named in told


def test_a_server_that_does_not_answer_is_not_known() -> None:
    broken = Broken(Message("HTTP 500"), system="redmine", status=500)
    assert looked(Redmine(refusal=broken))[0] is Level.UNKNOWN
