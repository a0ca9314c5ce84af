"""Tax that follows its line: an adjustment of an invoice item brings those of its taxes along.

The parts are cumulative. Whatever the series of adjustments, what is left of a tax is its original amount
less the rounded share that is gone of its item: an item that is credited in full ends with its tax at exactly
zero, never a cent beside it. Source: the rule book; the legacy leaves tax records to its callers.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from gateway.engine.books import Adjustment, Draft, Refused, Stamp
from gateway.engine.checks import Deciding
from gateway.engine.invoices import Source, SourceType
from gateway.engine.ledger import AdjustmentType, available_amount, is_toward_zero
from gateway.engine.money import share_of


class TaxLines:
    """The taxation items among these sources, by the invoice item that each taxes."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._tax_ids: dict[str, list[str]] = {}
        for source in sorted(sources, key=lambda source: source.id):
            if source.item_id is not None:
                self._tax_ids.setdefault(source.item_id, []).append(source.id)

    def decide(
        self, draft: Draft | Refused, deciding: Deciding, stamp: Stamp, ids: Iterator[str]
    ) -> tuple[Adjustment | Refused, tuple[Adjustment, ...]]:
        """Decide a draft and the tax adjustments that it brings, each by all the checks.

        They stand or fall together: when one of the taxes is refused, its refusals are the draft's.
        """
        tax_ids: list[str] = []
        if isinstance(draft, Draft) and draft.source_type is SourceType.INVOICE_DETAIL:
            tax_ids = self._tax_ids.get(draft.source_id or "", [])
        mark = deciding.ledger.mark() if tax_ids else None
        outcome = deciding.decide(draft, stamp, ids)
        if mark is None or isinstance(outcome, tuple):
            return outcome, ()
        taxes: list[Adjustment] = []
        for tax_id in tax_ids:
            item = deciding.ledger.sources[SourceType.INVOICE_DETAIL, outcome.source_id or ""]
            tax = deciding.ledger.sources[SourceType.TAX, tax_id]
            digits = deciding.ledger.invoices[item.invoice_id].minor_unit_digits
            along = amount_along(item, tax, outcome.type, digits)
            if along is None:
                continue
            decided = deciding.decide(_draft_along(outcome, tax, *along), stamp, ids)
            if isinstance(decided, tuple):
                deciding.ledger.return_to(mark)
                deciding.used_numbers.discard(outcome.adjustment_number)
                return decided, ()
            taxes.append(decided)
        return outcome, tuple(taxes)


def amount_along(
    item: Source, tax: Source, adjustment_type: AdjustmentType, digits: int
) -> tuple[AdjustmentType, Decimal] | None:
    """Return the adjustment that brings a tax to its item's share, or None when it is there.

    Args:
        item: As the adjustment has left it.
        tax: As it is still.
        adjustment_type: The direction in which the item moved. Its tax never moves the other way: what was
            credited of the tax alone is not charged again.
        digits: The decimals of the currency.
    """
    if item.original == 0:
        return None
    gone = share_of(tax.original, item.original - item.balance, item.original, digits)
    change = tax.original - gone - tax.balance
    type_ = AdjustmentType.CREDIT if change < 0 else AdjustmentType.CHARGE
    if is_toward_zero(type_, tax.original) is not is_toward_zero(adjustment_type, item.original):
        return None
    amount = min(abs(change), available_amount(tax, type_))
    return (type_, amount) if amount > 0 else None


def _draft_along(line: Adjustment, tax: Source, type_: AdjustmentType, amount: Decimal) -> Draft:
    return Draft(
        amount=amount,
        type=type_,
        adjustment_date=line.adjustment_date,
        source_type=tax.type,
        source_id=tax.id,
        invoice_id=line.invoice_id,
        reason_code=line.reason_code,
        reference_id=line.reference_id,
        comment=line.comment,
    )
