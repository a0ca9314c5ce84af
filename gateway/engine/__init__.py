"""The adjustment engine: what may be adjusted, by how much, and what becomes of the balances.

Frozen values and plain functions over the standard library: no SQL, no XML, no clock. Start reading in
``adjustments.py``.
"""

from gateway.engine.adjustments import decide_creates, decide_together, number_adjustments
from gateway.engine.books import (
    Adjustment,
    AdjustmentKind,
    AdjustmentStatus,
    Books,
    Decision,
    Draft,
    MasterData,
    Policy,
    ReasonCodes,
    Stamp,
)
from gateway.engine.changes import Change, decide_deletes, decide_updates
from gateway.engine.invoices import Invoice, Source, SourceType
from gateway.engine.ledger import AdjustmentType
from gateway.engine.refusals import Refusal
from gateway.engine.reversals import Reversal, decide_reversals

__all__ = [
    "Adjustment",
    "AdjustmentKind",
    "AdjustmentStatus",
    "AdjustmentType",
    "Books",
    "Change",
    "Decision",
    "Draft",
    "Invoice",
    "MasterData",
    "Policy",
    "ReasonCodes",
    "Refusal",
    "Reversal",
    "Source",
    "SourceType",
    "Stamp",
    "decide_creates",
    "decide_deletes",
    "decide_reversals",
    "decide_together",
    "decide_updates",
    "number_adjustments",
]
