"""check: files with secrets that every account of the machine can read."""

from functools import cache
from pathlib import Path

import pytest

from itsm_sync.operations.check_lines import Level
from itsm_sync.operations.check_secrets import exposed
from itsm_sync.settings import Settings, load

SHIPPED = Path(__file__).parents[2] / "config"


@cache
def shipped() -> Settings:
    return load(SHIPPED, {}, secrets=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that everybody may go into, whatever those above it are."""
    for part in (tmp_path, *tmp_path.parents):
        if part != Path("/") and not part.stat().st_mode & 0o001:
            part.chmod(part.stat().st_mode | 0o001)
    return tmp_path


def subjects(**environment: str) -> list[str]:
    return [line.subject for line in exposed(shipped(), environment)]


@pytest.mark.parametrize(
    "name",
    [
        "REDMINE_API_KEY",
        "JENKINS_TOKEN",
        "GITHUB_TOKEN",
        "GITHUB_WEBHOOK_SECRET",
        "ITSM_SYNC_DATABASE_PASSWORD",
    ],
)
def test_a_file_that_all_can_read_is_warned_of_with_what_to_do(folder: Path, name: str) -> None:
    file = folder / "secret"
    file.write_text("x", encoding="ascii")
    file.chmod(0o644)
    (line,) = exposed(shipped(), {f"{name}_FILE": str(file)})
    assert (line.level, line.subject) == (Level.WARNING, f"{name}_FILE")
    assert f"`chmod 600 {file}`" in str(line.message)

    file.chmod(0o640)  # a group of one's own may read it
    assert subjects(**{f"{name}_FILE": str(file)}) == []


def test_a_closed_folder_keeps_it(folder: Path) -> None:
    file = folder / "closed" / "key"
    file.parent.mkdir()
    file.write_text("x", encoding="ascii")
    file.chmod(0o644)
    assert subjects(REDMINE_API_KEY_FILE=str(file)) == ["REDMINE_API_KEY_FILE"]
    file.parent.chmod(0o700)
    assert subjects(REDMINE_API_KEY_FILE=str(file)) == []


def test_what_is_not_read_is_not_told(folder: Path) -> None:
    file = folder / "key"
    file.write_text("x", encoding="ascii")
    file.chmod(0o644)
    assert subjects(REDMINE_API_KEY_FILE=str(file), REDMINE_API_KEY="wins") == []
    assert subjects(REDMINE_API_KEY_FILE=str(folder / "none")) == []
    assert subjects(OTHER_FILE=str(file)) == []
