"""What is installed from the wheel, without the checkout."""

import subprocess
import sys
import zipfile
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]


def test_the_wheel_carries_the_starter_configuration(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
         "--wheel-dir", str(tmp_path), str(CHECKOUT)],
        check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    done = subprocess.run(
        [sys.executable, "-m", "itsm_sync", "init", str(tmp_path / "mine")],
        env={"PYTHONPATH": str(tmp_path / "installed"), "PYTHONSAFEPATH": "1"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    made = {file.name for file in (tmp_path / "mine").iterdir()}
    assert made == {file.name for file in (CHECKOUT / "config").glob("*.yaml")}
    used = subprocess.run(
        [sys.executable, "-m", "itsm_sync", "rules", "test", "--config", str(tmp_path / "mine")],
        env={"PYTHONPATH": str(tmp_path / "installed"), "PYTHONSAFEPATH": "1"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert used.returncode == 0, used.stderr
