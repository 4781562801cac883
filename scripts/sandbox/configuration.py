"""Copies of the shipped configuration, changed for a place to try things."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

SHIPPED = Path(__file__).parents[2] / "config"


def copy(
    directory: Path,
    *,
    write: str = "on",
    addresses: Mapping[str, str] | None = None,
    change: Callable[[dict[str, Any]], object] | None = None,
) -> Path:
    """Copy `config/` to `directory`; answer it.

    Args:
        write: "on" or "observe".
        addresses: of "redmine", "jenkins" and "github"; one that is not named leaves that
            system out (Redmine stays).
        change: changes the settings' value in place, at last.
    """
    directory.mkdir(parents=True, exist_ok=True)
    for file in SHIPPED.glob("*.yaml"):
        (directory / file.name).write_bytes(file.read_bytes())
    yaml = YAML()
    yaml.width = 120
    file = directory / "settings.yaml"
    settings = yaml.load(file.read_text(encoding="utf-8"))
    settings["write"] = write
    addresses = addresses or {}
    if "redmine" in addresses:
        settings["redmine"]["url"] = addresses["redmine"]
    if "jenkins" in addresses:
        settings["jenkins"][0]["url"] = addresses["jenkins"]
    else:
        settings.pop("jenkins", None)
    if "github" in addresses:
        settings["github"]["url"] = addresses["github"]
    else:
        settings.pop("github", None)
    if change is not None:
        change(settings)
    with file.open("w", encoding="utf-8") as out:
        yaml.dump(settings, out)
    return directory
