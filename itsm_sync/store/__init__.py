"""All SQL: items, cursors, routings, ledger, findings, dead letters, cycles."""

from itsm_sync.store.approvals import KeptApproval
from itsm_sync.store.dumps import Dump, Row, Shape
from itsm_sync.store.errors import Busy, Displaced, LeaseLost, StoreError
from itsm_sync.store.measured import Measured
from itsm_sync.store.prunes import Room
from itsm_sync.store.records import (
    Counts,
    CycleRecord,
    DaemonStart,
    DeadLetter,
    KeptOverride,
    KeptRouting,
    LeaseRecord,
    OpenFinding,
    Pause,
    Routed,
    SourceStanding,
    StreamHealth,
    Write,
)
from itsm_sync.store.signal_tickets import Moved
from itsm_sync.store.store import Store
from itsm_sync.store.unkept import Unkept
from itsm_sync.store.upgrade import newest, schemas

__all__ = [
    "Busy",
    "Counts",
    "CycleRecord",
    "DaemonStart",
    "DeadLetter",
    "Displaced",
    "Dump",
    "KeptApproval",
    "KeptOverride",
    "KeptRouting",
    "LeaseLost",
    "LeaseRecord",
    "Measured",
    "Moved",
    "OpenFinding",
    "Pause",
    "Room",
    "Routed",
    "Row",
    "Shape",
    "SourceStanding",
    "Store",
    "StoreError",
    "StreamHealth",
    "Unkept",
    "Write",
    "newest",
    "schemas",
]
