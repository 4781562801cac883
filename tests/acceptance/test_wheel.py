"""What is installed from the wheel, without the checkout."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]


# What lies in config/ once somebody has worked there: it holds what people wrote.
STRAYS = ("itsm-sync.db", "itsm-sync.db-wal", "held-plan.json", "server.key", "secrets/github")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of a checkout that somebody has worked in."""
    folder = tmp_path_factory.mktemp("wheel")
    checkout = folder / "checkout"
    for name in ("itsm_sync", "config"):
        shutil.copytree(CHECKOUT / name, checkout / name)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy2(CHECKOUT / name, checkout / name)
    for name in STRAYS:
        (checkout / "config" / name).parent.mkdir(exist_ok=True)
        (checkout / "config" / name).touch()
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
         "--wheel-dir", str(folder), str(checkout)],
        check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = folder.glob("*.whl")
    return wheel


def test_the_wheel_carries_nothing_that_people_wrote(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())

    assert {name for name in names for stray in STRAYS if name.endswith(f"/{stray}")} == set()
    for file in (CHECKOUT / "config" / "server").iterdir():
        assert f"itsm_sync/starter/server/{file.name}" in names
    sources = (CHECKOUT / "itsm_sync").rglob("*.*")
    code = {str(f.relative_to(CHECKOUT)) for f in sources if f.is_file() and f.suffix != ".pyc"}
    assert code <= names


def test_the_wheel_carries_the_starter_configuration_and_the_examples(
    wheel: Path, tmp_path: Path
) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")

    def installed(*arguments: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "itsm_sync", *arguments],
            env={"PYTHONPATH": str(tmp_path / "installed"), "PYTHONSAFEPATH": "1"},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    for name, source in (("", "config"), ("harbour", "config/examples/harbour")):
        mine = tmp_path / f"mine-{name}"
        installed("init", str(mine), *(("--example", name) if name else ()))
        made = {file.name for file in mine.iterdir()}
        files = {file.name for file in (CHECKOUT / source).glob("*.yaml")}
        assert made == files | {"monitoring"}
        shipped = {file.name for file in (CHECKOUT / "config/monitoring").iterdir()}
        assert {file.name for file in (mine / "monitoring").iterdir()} == shipped
        for command in ("test", "lint"):
            installed("rules", command, "--config", str(mine))
