"""Reversing adjustments: the opposite of each, linked to it, for what is left to reverse.

Nothing is written here that ``decide_creates`` would refuse: a reversal is a new adjustment like any other,
a counter-adjustment mostly. Source: the product's page on reversing past invoice item adjustments; the link
is ours.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gateway.engine.adjustments import settle_by_invoice
from gateway.engine.books import (
    Adjustment,
    AdjustmentStatus,
    Books,
    Decision,
    Draft,
    Policy,
    Refused,
    Stamp,
)
from gateway.engine.checks import Deciding
from gateway.engine.ledger import ZERO, AdjustmentType, Ledger, available_amount
from gateway.engine.refusals import NothingToReverse, NotPermitted, UnknownAdjustment


@dataclass(frozen=True, slots=True)
class Reversal:
    """A reversal as a caller asks for it.

    Attributes:
        id: Of the adjustment to reverse.
        adjustment_date: None is today.
    """

    id: str
    adjustment_date: date | None = None
    reason_code: str | None = None
    reference_id: str | None = None
    comment: str | None = None


def decide_reversals(
    reversals: Sequence[Reversal | Refused],
    books: Books,
    policy: Policy,
    stamp: Stamp,
    ids: Iterator[str],
    *,
    together: bool = False,
) -> Decision:
    """Decide reversals in order, each against what its accepted predecessors left.

    Args:
        reversals: In the caller's order; a request that could not be read is its refusals.
        books: Every adjustment that is named and exists, with its source, its invoice, and what live
            adjustments reverse of it already.
        policy: What the tenant and the user's role allow.
        stamp: Who reverses, and when.
        ids: Fresh 32-character Ids, ascending; one is drawn for each accepted reversal.
        together: The invoice window counts once for each invoice, on the sum of its reversals that pass
            their own checks; those stand or fall together.

    Returns the reversing adjustments, to be numbered and written as new ones, or refusals. A reversal is for
    the adjustment's amount less its live reversals, and never more than its source has left to give back.
    """
    ledger = Ledger(books.invoices, books.sources)
    deciding = Deciding(ledger, books, policy, each_in_window=not together)
    adjustments = {adjustment.id: adjustment for adjustment in books.adjustments}
    reversed_ = dict(books.reversed)
    outcomes: list[Adjustment | Refused] = []
    for reversal in reversals:
        draft = _draft(reversal, adjustments, ledger, reversed_, policy)
        outcome = draft if isinstance(draft, tuple) else deciding.decide(draft, stamp, ids)
        if isinstance(outcome, Adjustment) and outcome.reverses_id is not None:
            done = reversed_.get(outcome.reverses_id, ZERO)
            reversed_[outcome.reverses_id] = done + outcome.amount
        outcomes.append(outcome)
    if together:
        return settle_by_invoice(outcomes, books.invoices, ledger)
    return Decision(tuple(outcomes), ledger.moved_invoices(), ledger.moved_sources())


def _draft(
    reversal: Reversal | Refused,
    adjustments: dict[str, Adjustment],
    ledger: Ledger,
    reversed_: dict[str, Decimal],
    policy: Policy,
) -> Draft | Refused:
    if not policy.may_create:
        return (NotPermitted("create"),)
    if isinstance(reversal, tuple):
        return reversal
    adjustment = adjustments.get(reversal.id)
    if adjustment is None:
        return (UnknownAdjustment(reversal.id),)
    opposite = AdjustmentType.CHARGE if adjustment.type is AdjustmentType.CREDIT else AdjustmentType.CREDIT
    amount = adjustment.amount - reversed_.get(adjustment.id, ZERO)
    if adjustment.source_type is not None and adjustment.source_id is not None:
        source = ledger.sources[adjustment.source_type, adjustment.source_id]
        amount = min(amount, available_amount(source, opposite))
    if adjustment.status is AdjustmentStatus.CANCELED or amount <= 0:
        return (NothingToReverse(adjustment.id),)
    return Draft(
        amount=amount,
        type=opposite,
        adjustment_date=reversal.adjustment_date,
        source_type=adjustment.source_type,
        source_id=adjustment.source_id,
        invoice_id=adjustment.invoice_id,
        accounting_code=adjustment.accounting_code,
        reason_code=reversal.reason_code,
        reference_id=reversal.reference_id,
        comment=reversal.comment,
        reverses_id=adjustment.id,
    )
