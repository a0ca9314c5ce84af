"""Allocation: one amount spread over an invoice's items and their taxes; a write-off is the whole balance.

What comes out are drafts like any caller's, to be decided as a set. Sources: the rule book; the legacy has no
such call, its users' own programs do this (guardian/support-service-lambdas spreads a write-off so).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from gateway.engine.books import Books, Draft, Policy, Refused
from gateway.engine.checks import find_invoice
from gateway.engine.invoices import Invoice, InvoiceStatus, Source, SourceType
from gateway.engine.ledger import ZERO, AdjustmentType, available_amount, is_toward_zero, signed
from gateway.engine.money import is_at_minor_unit
from gateway.engine.refusals import (
    AmountNotPositive,
    AmountTooFine,
    InvoiceNotPosted,
    MoreThanInvoiceBalance,
    NothingToWriteOff,
    NotPermitted,
    TooLittleOnSources,
)
from gateway.engine.shares import fill_up, share_out


class Strategy(StrEnum):
    """How an amount is spread."""

    PROPORTIONAL = "Proportional"
    LARGEST_FIRST = "LargestFirst"
    OLDEST_FIRST = "OldestFirst"


@dataclass(frozen=True, slots=True)
class Terms:
    """What all adjustments of an allocation share.

    Attributes:
        adjustment_date: None is today.
    """

    adjustment_date: date | None = None
    reason_code: str | None = None
    reference_id: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Allocation:
    """An allocation as a caller asks for it.

    Attributes:
        amount: None, as ``type``, is all that is left: a write-off.
    """

    invoice_id: str | None = None
    invoice_number: str | None = None
    amount: Decimal | None = None
    type: AdjustmentType | None = None
    strategy: Strategy = Strategy.PROPORTIONAL
    terms: Terms = Terms()


@dataclass(frozen=True, slots=True)
class _Share:
    source: Source
    type: AdjustmentType
    amount: Decimal


def plan_allocation(asked: Allocation, books: Books, policy: Policy) -> list[Draft] | Refused:
    """Return the drafts of an allocation or a write-off, or why there are none.

    Args:
        asked: As the caller wants it.
        books: The invoice that it names, when it exists, with all its sources.
        policy: What the user's role allows.
    """
    if not policy.may_create:
        return (NotPermitted("create"),)
    invoices = {invoice.id: invoice for invoice in books.invoices}
    ids_by_number = {invoice.number: invoice.id for invoice in books.invoices}
    invoice = find_invoice(asked.invoice_id, asked.invoice_number, invoices, ids_by_number)
    if not isinstance(invoice, Invoice):
        return (invoice,)
    sources = [source for source in books.sources if source.invoice_id == invoice.id]
    if asked.amount is None or asked.type is None:
        return write_off(invoice, sources, asked.terms)
    return allocate(invoice, sources, asked.amount, asked.type, asked.strategy, asked.terms)


def allocate(
    invoice: Invoice,
    sources: Iterable[Source],
    amount: Decimal,
    adjustment_type: AdjustmentType,
    strategy: Strategy = Strategy.PROPORTIONAL,
    terms: Terms = Terms(),
) -> list[Draft] | Refused:
    """Spread an amount over the sources of an invoice.

    Args:
        invoice: Posted.
        sources: All of the invoice. Those with a positive balance take credits, the others charges.
        amount: At most the invoice's balance; nothing is rounded here.
        adjustment_type: The direction.
        strategy: In proportion to the balances (floored to the minor unit, the rest by largest remainder, of
            equal ones by Id); the largest balances first; or the oldest service periods first, those without
            one last, a tax behind its item.
        terms: What the adjustments share.

    Returns the drafts, none of zero, together of the amount, in the order of the strategy; or the refusals.
    """
    owed = -signed(adjustment_type, invoice.balance)
    refusals: list[
        AmountNotPositive | AmountTooFine | InvoiceNotPosted | MoreThanInvoiceBalance | TooLittleOnSources
    ] = []
    if amount <= 0:
        refusals.append(AmountNotPositive())
    if invoice.status is not InvoiceStatus.POSTED:
        refusals.append(InvoiceNotPosted(invoice.status))
    if not is_at_minor_unit(amount, invoice.minor_unit_digits):
        refusals.append(AmountTooFine(amount, invoice.minor_unit_digits))
    if amount > owed:
        refusals.append(MoreThanInvoiceBalance(amount, max(owed, ZERO)))
    takers = sorted(_takers(sources, adjustment_type), key=_ORDERS[strategy])
    available = sum((taker.amount for taker in takers), ZERO)
    if available < amount:
        refusals.append(TooLittleOnSources(amount, available))
    if refusals:
        return tuple(refusals)
    weights = [taker.amount for taker in takers]
    shares = (
        share_out(amount, weights, invoice.minor_unit_digits)
        if strategy is Strategy.PROPORTIONAL
        else fill_up(amount, weights)
    )
    spread = [_Share(t.source, t.type, share) for t, share in zip(takers, shares, strict=True)]
    return _drafts(invoice, spread, terms)


def write_off(
    invoice: Invoice,
    sources: Sequence[Source],
    terms: Terms = Terms(),
) -> list[Draft] | Refused:
    """Bring an invoice to zero.

    When the balances of its sources add up to the invoice's, each of them goes to zero, those with a negative
    one by a charge; otherwise (payments are not spread over sources) the invoice's balance is allocated in
    proportion.
    """
    if invoice.balance == 0:
        return (NothingToWriteOff(invoice.number),)
    if invoice.status is not InvoiceStatus.POSTED:
        return (InvoiceNotPosted(invoice.status),)
    takers = [taker for type_ in AdjustmentType for taker in _takers(sources, type_)]
    left = sum((-signed(taker.type, taker.amount) for taker in takers), ZERO)
    if left == invoice.balance:
        return _drafts(invoice, sorted(takers, key=_by_id), terms)
    type_ = AdjustmentType.CREDIT if invoice.balance > 0 else AdjustmentType.CHARGE
    return allocate(invoice, sources, abs(invoice.balance), type_, terms=terms)


def _takers(sources: Iterable[Source], adjustment_type: AdjustmentType) -> list[_Share]:
    """Return the sources that this direction brings toward zero, each with all that it can take."""
    return [
        _Share(source, adjustment_type, available_amount(source, adjustment_type))
        for source in sources
        if is_toward_zero(adjustment_type, source.original) and available_amount(source, adjustment_type) > 0
    ]


def _by_id(share: _Share) -> tuple[str, SourceType]:
    return share.source.id, share.source.type


def _by_size(share: _Share) -> tuple[Decimal, str, SourceType]:
    return -share.amount, *_by_id(share)


def _by_age(share: _Share) -> tuple[date, str, bool, str]:
    source = share.source
    is_tax = source.item_id is not None
    return source.service_start_date or date.max, source.item_id or source.id, is_tax, source.id


_ORDERS: dict[Strategy, Callable[[_Share], tuple[object, ...]]] = {
    Strategy.PROPORTIONAL: _by_id,
    Strategy.LARGEST_FIRST: _by_size,
    Strategy.OLDEST_FIRST: _by_age,
}


def _drafts(invoice: Invoice, shares: Iterable[_Share], terms: Terms) -> list[Draft]:
    return [
        Draft(
            amount=share.amount,
            type=share.type,
            adjustment_date=terms.adjustment_date,
            source_type=share.source.type,
            source_id=share.source.id,
            invoice_id=invoice.id,
            reason_code=terms.reason_code,
            reference_id=terms.reference_id,
            comment=terms.comment,
        )
        for share in shares
        if share.amount > 0
    ]
