"""What a measure is to a report: a name, a title, the sources it is made of, and its blocks."""

from collections.abc import Callable
from dataclasses import dataclass

from itsm_sync.model.words import Message, Words
from itsm_sync.reports.document import Block
from itsm_sync.reports.periods import Period
from itsm_sync.reports.views.voice import Voice
from itsm_sync.reports.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a report may ask of a measure: `rows` is how many lines a table has at most."""

    rows: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A system that a measure counts from, and the streams of it (patterns) that it counts."""

    system: str
    streams: tuple[str, ...] = ("*",)


Make = Callable[[World, Period, Voice, Options], tuple[Block, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One entry of the registry.

    `histories` says that it counts from tickets' histories, some of which may not be read yet;
    `looks` that it counts what can only be seen while it lasts, which no later read makes good.
    `noted` that it counts only what itsm-sync notes while it runs, and nothing else tells.
    `private` says that it is made of what is always private: a public report tells its number only.
    """

    name: str
    title: Message | Words
    needs: tuple[Need, ...]
    make: Make
    histories: bool = False
    looks: bool = False
    noted: bool = False
    private: bool = False


TICKETS = Need(system="redmine", streams=("issues", "projects", "vanished"))
STAGES = Need(system="itsm-sync")
PAGES = Need(system="redmine", streams=("wiki:*",))
BUILDS = Need(system="jenkins", streams=("jobs", "builds:*"))
RUNS = Need(system="github", streams=("*/runs",))
MACHINES = Need(system="jenkins", streams=("nodes", "queue"))
DEPLOYMENTS = Need(system="github", streams=("*/deployments",))
PULLS = Need(system="github", streams=("*/pulls", "*/issues", "*/open"))
ALERTS = Need(system="github", streams=("*/dependabot", "*/code-scanning", "*/secret-scanning"))
