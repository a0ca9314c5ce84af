"""The audit trail: what each entry tells, and the chain that proves that none was changed, added or taken.

The entries of one invoice form a chain: each has its place, counted from 1, and a hash over the hash before
it and all that it says; the invoice's row has the last of both. Writers of different invoices therefore
never wait for each other, and those of one invoice hold its lock already.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from gateway.contract.lexical import write_decimal
from gateway.engine import Adjustment, Stamp
from gateway.service.calls import Call
from gateway.service.ports import AuditEntry

IMPORT = "import"
"""The action of what a file brought; every other one is of a change that was made here."""

_CUSTOM = "custom"
TOLD = tuple(field.name for field in fields(Adjustment) if field.name != _CUSTOM)
"""What an entry tells of an adjustment, beside the values of the tenant's own fields."""


@dataclass(frozen=True, slots=True)
class Head:
    """The end of an invoice's chain: how many entries it has, and the hash of the last.

    Attributes:
        id: The invoice's.
    """

    id: str
    audit_seq: int = 0
    audit_hash: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An entry in its place in its invoice's chain."""

    entry: AuditEntry
    seq: int
    hash: str


def entry_of_new(call: Call, stamp: Stamp, adjustment: Adjustment, amount_as_sent: str) -> AuditEntry:
    """Return the entry of an adjustment that was made; nobody sends the amount of a reversal."""
    sent = {"amount_as_sent": amount_as_sent} if amount_as_sent else {}
    return _entry(call, stamp, adjustment, {"after": told(adjustment), **sent})


def entry_of_change(call: Call, stamp: Stamp, before: Adjustment, after: Adjustment) -> AuditEntry:
    """Return the entry of an update: what changed, as it was and as it is."""
    was, becomes = told(before), told(after)
    return _entry(call, stamp, after, {"before": _differing(was, becomes), "after": _differing(becomes, was)})


def entry_of_deletion(call: Call, stamp: Stamp, adjustment: Adjustment) -> AuditEntry:
    """Return the entry of an adjustment that was deleted."""
    return _entry(call, stamp, adjustment, {"before": told(adjustment)})


def _entry(call: Call, stamp: Stamp, adjustment: Adjustment, detail: Mapping[str, Any]) -> AuditEntry:
    return AuditEntry(
        at=stamp.at,
        user_id=stamp.user_id,
        door=call.caller.door,
        request_id=call.caller.request_id,
        action=call.operation,
        invoice_id=adjustment.invoice_id,
        adjustment_id=adjustment.id,
        detail=json.dumps(detail, ensure_ascii=False, sort_keys=True),
    )


def told(adjustment: Adjustment) -> dict[str, Any]:
    """Return an adjustment as an entry tells it: plain JSON, what is null left out."""
    written = {
        name: _plain(getattr(adjustment, name)) for name in TOLD if getattr(adjustment, name) is not None
    }
    custom = {name: _plain(value) for name, value in adjustment.custom.items() if value is not None}
    return written | ({_CUSTOM: custom} if custom else {})


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: a decimal plainly, a moment in UTC to the millisecond."""
    if isinstance(value, Decimal):
        return write_decimal(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds")
    return value.isoformat() if isinstance(value, date) else value


def _differing(values: Mapping[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    """Return those values that differ from the others; one that only the others have is null."""
    differing: dict[str, Any] = {
        name: values.get(name)
        for name in {*values, *others} - {_CUSTOM}
        if values.get(name) != others.get(name)
    }
    custom, other_custom = values.get(_CUSTOM, {}), others.get(_CUSTOM, {})
    if custom != other_custom:
        differing[_CUSTOM] = _differing(custom, other_custom)
    return differing


def applied(state: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is told of an adjustment once an update's ``after`` is told too."""
    becomes = {**state, **changes}
    if _CUSTOM in changes:
        becomes[_CUSTOM] = applied(state.get(_CUSTOM, {}), changes[_CUSTOM])
    return {name: value for name, value in becomes.items() if value not in (None, {})}


def chain(entries: Iterable[AuditEntry], heads: Mapping[str, Head]) -> tuple[list[Link], list[Head]]:
    """Put new entries, in order, behind the heads of their invoices' chains.

    Args:
        entries: Of any invoices.
        heads: By the invoice's Id; each entry's invoice is there.

    Returns the links, in the order of the entries, and the heads that moved.
    """
    links: list[Link] = []
    moved: dict[str, Head] = {}
    for entry in entries:
        head = moved.get(entry.invoice_id) or heads[entry.invoice_id]
        seq = head.audit_seq + 1
        hash_ = entry_hash(head.audit_hash, seq, entry)
        links.append(Link(entry, seq, hash_))
        moved[entry.invoice_id] = Head(entry.invoice_id, seq, hash_)
    return links, list(moved.values())


def entry_hash(previous: str, seq: int, entry: AuditEntry) -> str:
    """Return an entry's hash: hexadecimal SHA-256 over the hash before it and a JSON array of its values.

    The array is ASCII without blanks, in the order below; so anybody can recompute it.
    """
    values = (
        previous,
        entry.invoice_id,
        seq,
        _plain(entry.at),
        entry.user_id,
        entry.door,
        entry.request_id,
        entry.action,
        entry.adjustment_id,
        entry.detail,
    )
    return sha256(json.dumps(values, separators=(",", ":")).encode("ascii")).hexdigest()
