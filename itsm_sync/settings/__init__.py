"""The configuration: strict, typed, each value with its line, all faults at once."""

from itsm_sync.settings.load import (
    DECIDING,
    Inspect,
    Parts,
    Settings,
    cases,
    configuration_hash,
    load,
    locate,
)
from itsm_sync.settings.schema import GitHub, Jenkins, Redmine, TicketField

__all__ = [
    "DECIDING",
    "GitHub",
    "Inspect",
    "Jenkins",
    "Parts",
    "Redmine",
    "Settings",
    "TicketField",
    "cases",
    "configuration_hash",
    "load",
    "locate",
]
