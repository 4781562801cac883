"""Copies of the shipped configuration, changed for a place to try things."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

SHIPPED = Path(__file__).parents[2] / "config"
EXAMPLES = SHIPPED / "examples"

_TARGETS = """\
targets:
  wiki:
    audience: private
    wiki: {project: PROJECT, attach: [xlsx]}
  news:
    audience: private
    news: {project: PROJECT, attach: [pdf]}
  ticket:
    audience: private
    ticket: {project: PROJECT, tracker: 지원, attach: [html, xlsx]}
"""


def copy(
    directory: Path,
    *,
    write: str = "on",
    addresses: Mapping[str, str] | None = None,
    change: Callable[[dict[str, Any]], object] | None = None,
    source: Path = SHIPPED,
    signals: bool = False,
    levels: bool = False,
) -> Path:
    """Copy `config/`, or another `source`, to `directory`; answer it.

    Args:
        write: "on" or "observe".
        addresses: of "redmine", "jenkins" and "github"; one that is not named leaves that
            system out (Redmine stays).
        change: changes the settings' value in place, at last.
        signals: whether signals are watched.
        levels: whether there are service levels.
    """
    directory.mkdir(parents=True, exist_ok=True)
    for file in source.glob("*.yaml"):
        (directory / file.name).write_bytes(file.read_bytes())
    if not signals:
        (directory / "signals.yaml").unlink(missing_ok=True)
    if not levels:
        (directory / "sla.yaml").unlink(missing_ok=True)
    known = addresses or {}

    def settle(settings: dict[str, Any]) -> None:
        settings["write"] = write
        for system in ("jenkins", "github"):
            if system not in known:
                settings.pop(system, None)
        if change is not None:
            change(settings)

    address(directory, known, change=settle)
    return directory


def address(
    directory: Path,
    addresses: Mapping[str, str],
    *,
    change: Callable[[dict[str, Any]], object] | None = None,
) -> None:
    """Put the addresses of the systems into the settings there; comments stay."""
    yaml = YAML()
    yaml.width = 120
    file = directory / "settings.yaml"
    settings = yaml.load(file.read_text(encoding="utf-8"))
    for system, url in addresses.items():
        part = settings[system][0] if system == "jenkins" else settings[system]
        part["url"] = url
    if change is not None:
        change(settings)
    with file.open("w", encoding="utf-8") as out:
        yaml.dump(settings, out)


def publish_in(directory: Path, project: str) -> None:
    """Add targets in a project, which is not public, to the reports there."""
    file = directory / "reports.yaml"
    text = file.read_text(encoding="utf-8")
    targets = _TARGETS.replace("PROJECT", project)
    file.write_text(text.replace("targets:\n", targets, 1), encoding="utf-8")
