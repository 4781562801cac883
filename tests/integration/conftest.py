"""What tests against a real Redmine share: `office`, one for all tests, and `fresh_office`."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sandbox.configuration import SHIPPED
from sandbox.office import Office
from sandbox.redmine import Redmine, install, installed

from itsm_sync.desk.provisioning import ruby
from itsm_sync.settings import Settings, load

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def shipped() -> Settings:
    """The configuration as it ships, without secrets."""
    return load(SHIPPED, {}, secrets=False)


@pytest.fixture(scope="session")
def base() -> Path:
    """A migrated Redmine with its default data in Korean; copied, never served."""
    if not installed():
        install()
    return CHECKOUT / ".test" / "redmine"


@pytest.fixture(scope="session")
def template(base: Path, shipped: Settings) -> Path:
    """A provisioned Redmine with the ABC projects and people; copied, never served."""
    return Office.prepare(base, ruby(shipped))


@pytest.fixture(scope="session")
def office(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A Redmine that all tests of the session share: each makes tickets of its own."""
    with Office.open(tmp_path_factory.mktemp("redmine"), template) as office:
        yield office


@pytest.fixture
def fresh_office(template: Path, tmp_path: Path) -> Iterator[Office]:
    """A Redmine of the test's own (5 s), for tests that look at all tickets."""
    with Office.open(tmp_path / "redmine", template) as office:
        yield office


@pytest.fixture(scope="session")
def redmine(office: Office) -> Redmine:
    """The shared Redmine itself: address, admin key, mails."""
    return office.redmine
