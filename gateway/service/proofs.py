"""The equations of the books, as plain functions: values in, differences out.

Each is written as an accountant would check it. What was imported is taken as given; everything else must
follow from the adjustments, and they from the audit trail.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gateway.contract.lexical import write_decimal
from gateway.contract.objects import (
    INVOICE_ADJUSTMENT,
    INVOICE_ITEM,
    INVOICE_ITEM_ADJUSTMENT,
    TAXATION_ITEM,
)
from gateway.engine import AdjustmentKind, SourceType
from gateway.engine.ledger import ZERO
from gateway.service.auditing import Head, applied, entry_hash, told
from gateway.service.evidence import ChainedEntry, InvoiceEvidence, Life, SourceEvidence, Stray, ToldEntry

OBJECT_OF = {SourceType.INVOICE_DETAIL: INVOICE_ITEM.name, SourceType.TAX: TAXATION_ITEM.name}
OBJECT_OF_KIND = {
    AdjustmentKind.ITEM: INVOICE_ITEM_ADJUSTMENT.name,
    AdjustmentKind.INVOICE: INVOICE_ADJUSTMENT.name,
}


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as it follows from the rest."""

    object_name: str
    id: str
    field: str
    stored: str
    expected: str

    def __str__(self) -> str:
        return f"{self.object_name} {self.id}: {self.field} is {self.stored}, should be {self.expected}"


def check_invoice(invoice: InvoiceEvidence) -> Iterator[Difference]:
    """Balance = imported balance + adjusted; adjusted = live adjustments less what was imported with them."""
    adjusted = invoice.live - invoice.impact
    yield from _equal("Invoice", invoice.id, "adjusted", invoice.adjusted, adjusted)
    yield from _equal(
        "Invoice", invoice.id, "balance", invoice.balance, _sum(invoice.imported_balance, adjusted)
    )
    yield from _equal(
        "Invoice",
        invoice.id,
        "adjustment_amount",
        invoice.adjustment_amount,
        _sum(invoice.imported_adjustment_amount, -adjusted),
    )


def check_source(source: SourceEvidence) -> Iterator[Difference]:
    """As an invoice; and taken = live adjustments toward zero less live counter-adjustments.

    A balance lies between zero and the original amount, unless it was imported outside.
    """
    name = OBJECT_OF[source.type]
    adjusted = source.live - source.impact
    yield from _equal(name, source.id, "adjusted", source.adjusted, adjusted)
    yield from _equal(name, source.id, "balance", source.balance, _sum(source.imported_balance, adjusted))
    taken = -source.live if source.original > 0 else source.live
    if source.original:
        yield from _equal(name, source.id, "taken", source.taken, taken)
    low, high = min(ZERO, source.original), max(ZERO, source.original)
    came_outside = source.imported_balance is None or not low <= source.imported_balance <= high
    if not low <= source.balance <= high and not came_outside:
        expected = f"from {write_decimal(low)} to {write_decimal(high)}"
        yield Difference(name, source.id, "balance", write_decimal(source.balance), expected)


def check_chain(entries: Iterable[ChainedEntry]) -> Iterator[Difference]:
    """Each entry's place follows the one before it, its hash holds both, and the last is the invoice's head.

    Args:
        entries: All there are, by invoice, then by place.
    """
    before, head = Head(""), None
    for entry in entries:
        link = entry.link
        if link.entry.invoice_id != before.id:
            yield from _check_head(before, head)
            before = Head(link.entry.invoice_id)
            if entry.head is None:
                yield Difference("Invoice", before.id, "Id", "none", "that of its audit entries")
        head = entry.head
        expected = before.audit_seq + 1
        if link.seq != expected:
            yield _of_chain(link.entry.invoice_id, expected, "seq", str(link.seq), str(expected))
        elif link.hash != (hash_ := entry_hash(before.audit_hash, link.seq, link.entry)):
            yield _of_chain(link.entry.invoice_id, link.seq, "hash", link.hash, hash_)
        before = Head(before.id, link.seq, link.hash)
    yield from _check_head(before, head)


def _check_head(last: Head, head: Head | None) -> Iterator[Difference]:
    if head is None:
        return
    yield from _equal("Invoice", last.id, "audit_seq", head.audit_seq, last.audit_seq)
    yield from _equal("Invoice", last.id, "audit_hash", head.audit_hash, last.audit_hash)


def _of_chain(invoice_id: str, seq: int, field: str, stored: str, expected: str) -> Difference:
    return Difference("AuditEntry", f"{seq} of invoice {invoice_id}", field, stored, expected)


def check_life(life: Life) -> Iterator[Difference]:
    """An adjustment is what its entries tell, and gone when they tell of its deletion.

    Entries of the first releases told less: of an adjustment that has one only its number is checked.
    """
    adjustment = life.adjustment
    name = _object_name(life)
    if adjustment is not None:
        yield from _equal(name, life.id, "adjustment_number", adjustment.adjustment_number, life.number)
    if not life.entries:
        yield Difference(name, life.id, "audit trail", "empty", "there from its creation on")
    if not life.entries or any(entry.seq is None for entry in life.entries):
        return
    state = _last_told(life.entries)
    if adjustment is None or state is None:
        if (adjustment is None) is not (state is None):
            stored, expected = ("there", "deleted") if state is None else ("gone", "there")
            yield Difference(name, life.id, "row", stored, f"{expected}, as its audit trail tells")
        return
    is_told = told(adjustment)
    for field in sorted({*state, *is_told}):
        yield from _equal(name, life.id, field, is_told.get(field), state.get(field))


def _object_name(life: Life) -> str:
    if life.adjustment is not None:
        return OBJECT_OF_KIND[life.adjustment.kind]
    return "Adjustment"


def _last_told(entries: Sequence[ToldEntry]) -> dict[str, Any] | None:
    """Return an adjustment as its entries leave it; None once they tell of its deletion."""
    state: dict[str, Any] | None = None
    for entry in entries:
        detail = json.loads(entry.detail)
        if "after" not in detail:
            state = None
        elif "before" in detail:
            state = applied(state or {}, detail["after"])
        else:
            state = detail["after"]
    return state


def check_strays(strays: Sequence[Stray]) -> Iterator[Difference]:
    """Nothing points at what is not there."""
    for stray in strays:
        yield Difference(stray.object_name, stray.id, stray.field, stray.stored, stray.expected)


def _sum(imported: Decimal | None, adjusted: Decimal) -> Decimal | None:
    return None if imported is None else imported + adjusted


def _equal(object_name: str, id_: str, field: str, stored: Any, expected: Any) -> Iterator[Difference]:
    if stored != expected:
        yield Difference(object_name, id_, field, _shown(stored), _shown(expected))


def _shown(value: Any) -> str:
    if isinstance(value, Decimal):
        return write_decimal(value)
    return "empty" if value in (None, "") else str(value)
