"""What the environment says instead of the settings, and which variable said it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from itsm_sync.model.errors import Problem
from itsm_sync.settings.documents import ValuePath

_HTTP = "ITSM_SYNC_HTTP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlaid:
    """The settings with the environment's values in their places; `said` names the variable
    of each place.
    """

    value: Mapping[str, Any]
    said: Mapping[ValuePath, str]

    def named(self, problems: Iterable[Problem]) -> list[Problem]:
        """Answer the problems, each of a value that the environment gave with its variable in the
        place of file and line; one that is told of several places only once.
        """
        found: list[Problem] = []
        for problem in map(self._named, problems):
            if problem not in found:
                found.append(problem)
        return found

    def _named(self, problem: Problem) -> Problem:
        variable = self.said.get(problem.path)
        if variable is None:
            return problem
        part = problem.path[-1:] if variable == _HTTP else ()  # `host` or `port`
        return replace(problem, file=variable, path=part, line=None)


def overlaid(settings: Mapping[str, Any], environment: Mapping[str, str]) -> Overlaid:
    """Put what the environment says into the settings; an empty variable says nothing."""
    value, said = dict(settings), dict[ValuePath, str]()
    for name in ("redmine", "github"):
        variable = f"{name.upper()}_URL"
        if (url := environment.get(variable)) and isinstance(value.get(name), dict):
            value[name] = {**value[name], "url": url}
            said[name, "url"] = variable
    controllers = value.get("jenkins")
    if (url := environment.get("JENKINS_URL")) and isinstance(controllers, list):
        value["jenkins"] = [{**c, "url": url} if isinstance(c, dict) else c for c in controllers]
        said |= {("jenkins", n, "url"): "JENKINS_URL" for n in range(len(controllers))}
    texts = {"database": "ITSM_SYNC_DATABASE", "held_plan": "ITSM_SYNC_HELD_PLAN"}
    for name, variable in texts.items():
        if text := environment.get(variable):
            value[name] = text
            said[(name,)] = variable
    if listen := environment.get(_HTTP):
        host, _, port = listen.rpartition(":")
        there = value.get("http")
        there = there if isinstance(there, dict) else {}
        value["http"] = {**there, "host": host.strip("[]"), "port": _number(port)}
        said |= {("http", "host"): _HTTP, ("http", "port"): _HTTP}
    return Overlaid(value=value, said=said)


def _number(text: str) -> int | str:
    """Answer the number that a text is; a text that is none is told as such by the schema."""
    return int(text) if text.isdecimal() else text
