"""The running balances while the records of one call are decided, and the laws they keep.

This is the only module in which an adjustment's direction becomes a sign.
"""

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum

from gateway.engine.invoices import Invoice, Source
from gateway.engine.refusals import (
    AmountOutOfRange,
    InvoiceAwayFromZero,
    InvoiceCrossesZero,
    OnlyTowardZero,
    SourceLeavesRange,
)

ZERO = Decimal(0)


class AdjustmentType(StrEnum):
    """The direction of an adjustment; its amount is always positive."""

    CREDIT = "Credit"
    CHARGE = "Charge"


# Looked up once: the members of an Enum are slow to get at.
_CREDIT = AdjustmentType.CREDIT


def signed(adjustment_type: AdjustmentType, amount: Decimal) -> Decimal:
    """Return what an adjustment adds to a balance: a credit lowers it, a charge raises it."""
    return -amount if adjustment_type is _CREDIT else amount


def is_toward_zero(adjustment_type: AdjustmentType, original: Decimal) -> bool:
    """Say whether this direction moves a source with this original amount toward zero."""
    return original > ZERO if adjustment_type is _CREDIT else original < ZERO


class Ledger:
    """The balances of the invoices and sources of one call, as its accepted records leave them."""

    def __init__(self, invoices: Iterable[Invoice], sources: Iterable[Source]) -> None:
        self.invoices = {invoice.id: invoice for invoice in invoices}
        self.sources = {(source.type, source.id): source for source in sources}
        self._moves: list[Invoice | Source] = []  # as each was before its move

    def post(self, moved: Source | Invoice, adjustment_type: AdjustmentType, amount: Decimal) -> None:
        """Move the balances of a source and its invoice, or of an invoice alone, by a new adjustment."""
        self._move(moved, signed(adjustment_type, amount), taken=amount, type_=adjustment_type)

    def give_back(self, moved: Source | Invoice, adjustment_type: AdjustmentType, amount: Decimal) -> None:
        """Move the balances back as if an adjustment had not been: it is being canceled."""
        self._move(moved, -signed(adjustment_type, amount), taken=-amount, type_=adjustment_type)

    def _move(
        self, moved: Source | Invoice, change: Decimal, *, taken: Decimal, type_: AdjustmentType
    ) -> None:
        if not isinstance(moved, Source):
            self._move_invoice(moved, change)
            return
        self._move_source(moved, change, taken if is_toward_zero(type_, moved.original) else -taken)
        self._move_invoice(self.invoices[moved.invoice_id], change)

    def _move_source(self, source: Source, change: Decimal, taken: Decimal) -> None:
        key = (source.type, source.id)
        self._moves.append(self.sources[key])
        self.sources[key] = Source(
            source.id,
            source.type,
            source.invoice_id,
            source.original,
            source.balance + change,
            source.taken + taken,
            source.adjusted + change,
            source.item_name,
            source.accounting_code,
            source.service_start_date,
            source.service_end_date,
            source.item_id,
        )

    def _move_invoice(self, invoice: Invoice, change: Decimal) -> None:
        self._moves.append(self.invoices[invoice.id])
        self.invoices[invoice.id] = Invoice(
            invoice.id,
            invoice.number,
            invoice.account_id,
            invoice.date,
            invoice.currency,
            invoice.minor_unit_digits,
            invoice.status,
            invoice.amount,
            invoice.balance + change,
            invoice.adjustment_amount - change,
            invoice.adjusted + change,
        )

    def mark(self) -> int:
        """Return the present place in the row of moves, for ``return_to``."""
        return len(self._moves)

    def return_to(self, mark: int) -> None:
        """Take back all moves since a mark, as if they had not been."""
        while len(self._moves) > mark:
            was = self._moves.pop()
            if isinstance(was, Invoice):
                self.invoices[was.id] = was
            else:
                self.sources[was.type, was.id] = was

    def moved_invoices(self) -> tuple[Invoice, ...]:
        """The invoices whose rows must be written, by Id."""
        ids = {was.id for was in self._moves if isinstance(was, Invoice)}
        return tuple(self.invoices[id_] for id_ in sorted(ids))

    def moved_sources(self) -> tuple[Source, ...]:
        """The sources whose rows must be written, by type and Id."""
        keys = {(was.type, was.id) for was in self._moves if isinstance(was, Source)}
        return tuple(self.sources[key] for key in sorted(keys))


def gives_back(source: Source, adjustment_type: AdjustmentType) -> bool:
    """Say whether this direction is that of a counter-adjustment of a source."""
    return bool(source.original) and not is_toward_zero(adjustment_type, source.original)


def refuse_source(
    source: Source, adjustment_type: AdjustmentType, amount: Decimal, *, counter_adjustments: bool
) -> OnlyTowardZero | AmountOutOfRange | None:
    """Checks 10 and 11: the direction of an adjustment, and that its source has that much."""
    if gives_back(source, adjustment_type) and (not counter_adjustments or source.taken <= ZERO):
        return OnlyTowardZero()
    available = available_amount(source, adjustment_type)
    return AmountOutOfRange(available) if amount > available else None


def available_amount(source: Source, adjustment_type: AdjustmentType) -> Decimal:
    """Return the most that an adjustment in this direction may move a source.

    Toward zero the source's balance is the limit. Away from zero is a counter-adjustment: it gives back what
    adjustments known here took, and never brings the source beyond its original amount.
    """
    if not source.original:
        return ZERO
    # Imported balances may lie outside [0, original]; their sign counts.
    left = source.balance if source.original > ZERO else -source.balance
    if is_toward_zero(adjustment_type, source.original):
        return max(left, ZERO)
    return max(min(source.taken, abs(source.original) - left), ZERO)


def refuse_give_back(
    source: Source, adjustment_type: AdjustmentType, amount: Decimal
) -> SourceLeavesRange | None:
    """Say why an adjustment cannot be canceled for its source's sake, or None.

    The balance stays between zero and the original amount, and what a live counter-adjustment gave back is
    not given back again: a balance imported without its adjustments gives nothing back (check 10).
    """
    balance = source.balance - signed(adjustment_type, amount)
    if not min(ZERO, source.original) <= balance <= max(ZERO, source.original):
        return SourceLeavesRange(balance, source.original)
    if is_toward_zero(adjustment_type, source.original) and amount > source.taken:
        untouched = source.balance - signed(adjustment_type, source.taken)
        return SourceLeavesRange(balance, untouched)
    return None


def refuse_window(
    amount: Decimal, before: Decimal, after: Decimal
) -> InvoiceCrossesZero | InvoiceAwayFromZero | None:
    """Check 12: an invoice's balance stays between zero and what was billed.

    A balance that is outside already (payments move it too) may take any step back toward the window.

    Args:
        amount: What the invoice billed; the window is [0, amount], or [amount, 0] when negative.
        before: The balance before the step.
        after: The balance after it.
    """
    crossed = refuse_crossing(amount, before, after)
    if crossed is not None:
        return crossed
    if amount < 0:
        amount, before, after = -amount, -before, -after
    return InvoiceAwayFromZero() if after > amount and after > before else None


def refuse_crossing(amount: Decimal, before: Decimal, after: Decimal) -> InvoiceCrossesZero | None:
    """Check 12 for an adjustment of the invoice alone: it may raise what is owed, as a late fee does."""
    if amount < 0:
        before, after = -before, -after
    return InvoiceCrossesZero(was_positive=amount >= 0) if after < 0 and after < before else None
