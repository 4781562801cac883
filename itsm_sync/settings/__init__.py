"""The configuration: strict, typed, each value with its line, all faults at once."""

from itsm_sync.settings.credentials import read_secret
from itsm_sync.settings.deciding import (
    DECIDING,
    Deciding,
    Inspect,
    Objection,
    Parts,
    configuration_hash,
    kept,
)
from itsm_sync.settings.faults import told
from itsm_sync.settings.glimpsed import Glimpse, glimpse, language, zone
from itsm_sync.settings.load import Settings, cases, load, locate
from itsm_sync.settings.schema import (
    Approvals,
    GitHub,
    Heartbeat,
    Http,
    Jenkins,
    Mail,
    Redmine,
    Says,
    TicketField,
)

__all__ = [
    "DECIDING",
    "Approvals",
    "Deciding",
    "GitHub",
    "Glimpse",
    "Heartbeat",
    "Http",
    "Inspect",
    "Jenkins",
    "Mail",
    "Objection",
    "Parts",
    "Redmine",
    "Says",
    "Settings",
    "TicketField",
    "cases",
    "configuration_hash",
    "glimpse",
    "kept",
    "language",
    "load",
    "locate",
    "read_secret",
    "told",
    "zone",
]
