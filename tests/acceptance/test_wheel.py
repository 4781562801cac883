"""What is installed from the wheel, without the checkout."""

import subprocess
import sys
import zipfile
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]


def test_the_wheel_carries_the_starter_configuration_and_the_examples(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
         "--wheel-dir", str(tmp_path), str(CHECKOUT)],
        check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
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
