"""The events that the audit trail tells: an adjustment was created, canceled or deleted.

An event shows its adjustment as it was then, told by the trail alone: the same entries give the same events
however late they are asked for.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from gateway.engine import AdjustmentKind, AdjustmentStatus, AdjustmentType
from gateway.engine.ledger import signed
from gateway.service.auditing import applied, told
from gateway.service.export_ports import Bearings, PlacedEntry
from gateway.service.ports import Transaction


class EventKind(StrEnum):
    """What happened to an adjustment."""

    CREATED = "created"
    CANCELED = "canceled"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one adjustment.

    Attributes:
        state: The adjustment behind the event, as the trail tells it; of a deleted one, as it was last.
        bearings: None when the trail of the first releases does not say which invoice it was.
    """

    entry: PlacedEntry
    kind: EventKind
    state: dict[str, Any]
    bearings: Bearings | None

    @property
    def impact(self) -> Decimal | None:
        """What the event added to its invoice's balance; None when the trail does not say."""
        if "amount" not in self.state:
            return None
        moved = signed(AdjustmentType(self.state["type"]), Decimal(self.state["amount"]))
        match self.kind:
            case EventKind.CREATED:
                return moved
            case EventKind.CANCELED:
                return -moved
            case EventKind.DELETED:
                # Only a canceled one can go: it counts no more.
                return Decimal(0)


def read_events(tx: Transaction, entries: Sequence[PlacedEntry]) -> list[Event]:
    """Return the events among entries, in their order; other changes are none."""
    found = [(entry, kind, json.loads(entry.detail)) for entry in entries if (kind := _kind_of(entry))]
    untold = {
        entry.adjustment_id
        for entry, kind, detail in found
        if kind is EventKind.CANCELED or not {"before", "after"} & detail.keys()
    }
    earlier = tx.told_before(untold, entries[-1].place) if untold else {}
    lost = {id_ for id_ in untold if not any("after" in json.loads(text) for _, text in earlier.get(id_, ()))}
    rows = _rows_of(tx, lost) if lost else {}
    states = [
        _state(entry, kind, detail, earlier.get(entry.adjustment_id, ()), rows)
        for entry, kind, detail in found
    ]
    bearings = tx.bearings({state["invoice_id"] for state in states if "invoice_id" in state})
    return [
        Event(entry, kind, state, bearings.get(state.get("invoice_id", "")))
        for (entry, kind, _), state in zip(found, states, strict=True)
    ]


def _kind_of(entry: PlacedEntry) -> EventKind | None:
    detail = json.loads(entry.detail)
    if "before" not in detail and "after" not in detail:
        return _kind_of_old(entry, detail)
    if "before" not in detail:
        return EventKind.CREATED
    if "after" not in detail:
        return EventKind.DELETED
    is_canceled = detail["after"].get("status") == AdjustmentStatus.CANCELED
    return EventKind.CANCELED if is_canceled else None


def _kind_of_old(entry: PlacedEntry, detail: dict[str, Any]) -> EventKind | None:
    """Return what an entry of the first releases tells: those named only what an update changed."""
    match entry.action:
        case "create":
            return EventKind.CREATED
        case "delete":
            return EventKind.DELETED
        case _:
            is_canceled = detail.get("status", ())[-1:] == [AdjustmentStatus.CANCELED]
            return EventKind.CANCELED if is_canceled else None


def _state(
    entry: PlacedEntry,
    kind: EventKind,
    detail: dict[str, Any],
    earlier: Iterable[tuple[int, str]],
    rows: dict[str, dict[str, Any]],
) -> dict[str, Any]:
    """Return the adjustment as an event shows it."""
    if kind is EventKind.DELETED and "before" in detail:
        deleted: dict[str, Any] = detail["before"]
        return deleted
    state = dict(rows.get(entry.adjustment_id, {"id": entry.adjustment_id}))
    for place, text in earlier:
        if place < entry.place:
            state = applied(state, json.loads(text).get("after", {}))
    state = applied(state, detail.get("after", {}))
    # A row that stands in for the trail has what came later.
    status = AdjustmentStatus.PROCESSED if kind is EventKind.CREATED else AdjustmentStatus.CANCELED
    if "AdjustmentNumber" in detail:
        state["adjustment_number"] = detail["AdjustmentNumber"]
    return state | {"status": str(status)} if "after" not in detail else state


def _rows_of(tx: Transaction, ids: set[str]) -> dict[str, dict[str, Any]]:
    """Return adjustments of the first releases as they are now, where they are."""
    return {
        adjustment.id: told(adjustment) for kind in AdjustmentKind for adjustment in tx.adjustments(kind, ids)
    }
