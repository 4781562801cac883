"""The tables. A change here needs a migration (`tests/unit/test_store_released.py` compares)."""

from itsm_sync.store.schema.deciding import (
    approvals,
    configurations,
    decisions,
    facts,
    routings,
    stages,
)
from itsm_sync.store.schema.metadata import metadata
from itsm_sync.store.schema.reading import (
    dead_letters,
    gaps,
    items,
    links,
    offered,
    people,
    relations,
    sources,
    streams,
)
from itsm_sync.store.schema.running import cycles, findings, leases, switches
from itsm_sync.store.schema.signals import (
    acts,
    baselines,
    episodes,
    kept_notes,
    lines,
    looks,
    observations,
    observed,
    remarks,
    signal_tickets,
    unrelated,
)
from itsm_sync.store.schema.telling import deliveries, heeded
from itsm_sync.store.schema.writing import ledger, overrides, refusals, watches

__all__ = [
    "acts",
    "approvals",
    "baselines",
    "configurations",
    "cycles",
    "dead_letters",
    "decisions",
    "deliveries",
    "episodes",
    "facts",
    "findings",
    "gaps",
    "heeded",
    "items",
    "kept_notes",
    "leases",
    "ledger",
    "lines",
    "links",
    "looks",
    "metadata",
    "observations",
    "observed",
    "offered",
    "overrides",
    "people",
    "refusals",
    "relations",
    "remarks",
    "routings",
    "signal_tickets",
    "sources",
    "stages",
    "streams",
    "switches",
    "unrelated",
    "watches",
]
