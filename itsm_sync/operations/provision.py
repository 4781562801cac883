"""`itsm-sync provision`: the Redmine side, printed as Ruby or run where Redmine is."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from itsm_sync.desk.provisioning import ruby
from itsm_sync.locale import say
from itsm_sync.model.errors import ConfigurationError, Problem
from itsm_sync.model.words import Language, Message
from itsm_sync.settings import Settings

# Redmine starts in 4 s; a database with many tickets makes the fields no slower.
_PATIENCE = 600
_DEFAULTS = {"RAILS_ENV": "production", "RUBYOPT": "-W0"}


def text(settings: Settings, *, itil: bool = True) -> str:
    """Answer the Ruby, for people who run it themselves."""
    return ruby(settings, itil=itil)


def run(
    settings: Settings,
    root: Path,
    environment: Mapping[str, str],
    *,
    itil: bool = True,
    key_file: Path | None = None,
) -> dict[str, Any]:
    """Run the Ruby in the Redmine at `root`; answer what it says is there now.

    Args:
        root: Redmine's own directory (with `config/environment.rb`).
        environment: goes to Redmine's `bundle exec rails runner`. It may name the instance
            (`REDMINE_INSTANCE` on Debian), the bundler (`BUNDLER_VERSION=2.3.15` on Debian 12)
            and the bot's key (`ITSM_SYNC_BOT_KEY`).
        itil: whether ITIL trackers and statuses are wanted too.
        key_file: gets the bot's API key (0600); without it a key newly made is in the answer.

    Raises:
        ConfigurationError: there is no Redmine, or it rejects something; it is as it was then.
    """
    if not (root / "config" / "environment.rb").is_file():
        raise _problem(root, Message("is no Redmine: config/environment.rb is missing"))
    added = {"ITSM_SYNC_BOT_KEY_FILE": str(key_file.absolute())} if key_file else {}
    try:
        done = subprocess.run(
            ["bundle", "exec", "rails", "runner", "-"],  # nosec B607  # noqa: S607 - whichever Redmine uses
            cwd=root,
            env={**_DEFAULTS, **environment, **added, "LC_ALL": "C.UTF-8"},
            input=ruby(settings, itil=itil),
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        told = Message("rails runner can't be run: {error}", {"error": str(error)})
        raise _problem(root, told) from error
    return _answer(root, done)


def show(answer: Mapping[str, Any], out: Console, language: Language) -> None:
    """Print what is on the Redmine now; ids go into the settings where names are not enough."""
    for told, found in (
        (Message("settings"), answer["settings"]),
        (Message("fields"), answer["fields"]),
        (Message("groups"), answer["groups"]),
        (Message("roles"), answer["roles"]),
        (Message("trackers"), answer["trackers"]),
        (Message("projects"), answer["projects"]),
    ):
        names = ", ".join(f"{name} ({number})" for name, number in found.items())
        out.print(Text(f"{say(told, language)}: {names}"), soft_wrap=True)
    bot = answer["bot"]
    out.print(Text(f"{say(Message('bot'), language)}: {bot['login']} ({bot['id']})"))
    if "key" in bot:
        told = Message("its API key, shown only now: {key}", {"key": bot["key"]})
        out.print(Text(say(told, language), style="bold"), soft_wrap=True)
    for warning in answer["warnings"]:
        out.print(Text(str(warning), style="yellow"), soft_wrap=True)


def _answer(root: Path, done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        params = {"error": _complaint(done.stderr)}
        raise _problem(root, Message("rails runner failed: {error}", params))
    try:
        return dict(json.loads(lines[-1]))
    except ValueError as error:
        told = Message("rails runner answered no JSON: {line}", {"line": lines[-1][:200]})
        raise _problem(root, told) from error


def _complaint(output: str) -> str:
    """Answer the line that says what went wrong, out of Ruby's trace."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    told = [line for line in lines if "Error" in line or "Invalid" in line]
    return (told or lines or ["it said nothing"])[0][:500]


def _problem(root: Path, told: Message) -> ConfigurationError:
    return ConfigurationError([Problem(file=str(root), path=(), text=told)])
