"""Creating invoice item adjustments: the checks, in the rule book's order, record by record.

``decide_creates`` is the one place where a new adjustment is accepted or refused, whichever door it came
through. Checks 1 and 2 (required and well-formed values) need the contract's table of fields, so whoever
reads a record makes them: a record arrives here as a ``Draft`` or as the refusals that reading found.
Sources of the rules: the product's pages on invoice item adjustments and the messages that its clients
match (``docs/rules.md`` names them).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from gateway.engine.invoices import Invoice, InvoiceStatus, Source, SourceType
from gateway.engine.ledger import AdjustmentType, Ledger, refuse_source, refuse_window, signed
from gateway.engine.money import MAX_DIGITS, count_digits, round_to_minor_unit
from gateway.engine.refusals import (
    AmountNotPositive,
    AmountTooFine,
    AmountTooLong,
    DateBeforeInvoice,
    InvoiceMismatch,
    InvoiceNotPosted,
    NotPermitted,
    NumberInUse,
    Refusal,
    SourceOfOtherInvoice,
    SourceOfOtherType,
    TransactionRolledBack,
    UnknownInvoiceId,
    UnknownInvoiceNumber,
    UnknownSource,
)

Refused = tuple[Refusal, ...]
"""Why a record was refused: at least one refusal, in the order of the checks."""


class AdjustmentStatus(StrEnum):
    """An adjustment counts while it is processed; canceling is final."""

    PROCESSED = "Processed"
    CANCELED = "Canceled"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who acts, and when (aware, to the millisecond)."""

    user_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Policy:
    """What the tenant and the user's role allow.

    Attributes:
        counter_adjustments: Adjustments away from zero may give back earlier ones. The legacy calls it
            "Enable Counter Item and Credit Balance Adjustments" and has it off; here it is on.
        strict: An amount finer than its currency is refused, not rounded.
    """

    may_create: bool = True
    may_cancel: bool = True
    may_delete: bool = True
    may_change_reason_code: bool = True
    may_cancel_without_validation: bool = False
    may_override_transferred: bool = False
    counter_adjustments: bool = True
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """An adjustment as a caller asks for it: every value well formed, nothing looked up yet.

    Attributes:
        amount: As sent; it is rounded once the currency is known.
        invoice_id: This or ``invoice_number`` is given, or both.
        adjustment_number: None to have one generated.
    """

    adjustment_date: date
    amount: Decimal
    type: AdjustmentType
    source_type: SourceType
    source_id: str
    invoice_id: str | None = None
    invoice_number: str | None = None
    adjustment_number: str | None = None
    accounting_code: str | None = None
    reason_code: str | None = None
    reference_id: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Adjustment:
    """An invoice item adjustment, live or canceled.

    Attributes:
        amount: Positive, at the currency's minor unit; ``type`` has the direction.
        adjustment_number: Empty only between the decision and ``number_adjustments``.
    """

    id: str
    adjustment_number: str
    account_id: str
    invoice_id: str
    source_type: SourceType
    source_id: str
    type: AdjustmentType
    amount: Decimal
    adjustment_date: date
    created_by_id: str
    created_date: datetime
    updated_by_id: str
    updated_date: datetime
    status: AdjustmentStatus = AdjustmentStatus.PROCESSED
    cancelled_by_id: str | None = None
    cancelled_date: datetime | None = None
    accounting_code: str | None = None
    reason_code: str | None = None
    reference_id: str | None = None
    comment: str | None = None
    transferred_to_accounting: str | None = None
    invoice_item_name: str | None = None
    service_start_date: date | None = None
    service_end_date: date | None = None


@dataclass(frozen=True, slots=True)
class Books:
    """All that the records of one call refer to, as loaded and locked.

    What a record names and these do not hold does not exist.
    """

    invoices: tuple[Invoice, ...]
    sources: tuple[Source, ...]
    used_numbers: frozenset[str] = frozenset()
    adjustments: tuple[Adjustment, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of each record, in the order given, and the rows that moved."""

    outcomes: tuple[Adjustment | Refused, ...]
    invoices: tuple[Invoice, ...]
    sources: tuple[Source, ...]

    @property
    def accepted(self) -> tuple[Adjustment, ...]:
        """The adjustments to write, in order."""
        return tuple(outcome for outcome in self.outcomes if isinstance(outcome, Adjustment))


def decide_creates(
    drafts: Sequence[Draft | Refused],
    books: Books,
    policy: Policy,
    stamp: Stamp,
    ids: Iterator[str],
    *,
    single_transaction: bool = False,
) -> Decision:
    """Decide new adjustments in order, each against the balances that its accepted predecessors left.

    Args:
        drafts: In the caller's order; a record that could not be read is its refusals.
        books: Every invoice and source that a draft names and that exists, and every number in use.
        policy: What the tenant and the user's role allow.
        stamp: Who creates, and when.
        ids: Fresh 32-character Ids, ascending; one is drawn for each accepted record.
        single_transaction: All or nothing; the invoice window counts once, on the sum.

    Returns each record's adjustment or refusals. Adjustments without a supplied number have an empty one;
    ``number_adjustments`` fills it in.
    """
    ledger = Ledger(books.invoices, books.sources)
    deciding = _Deciding(ledger, books, policy, each_in_window=not single_transaction)
    outcomes = [
        draft if isinstance(draft, tuple) and policy.may_create else deciding.decide(draft, stamp, ids)
        for draft in drafts
    ]
    if single_transaction:
        return settle_together(outcomes, books.invoices, ledger)
    return Decision(tuple(outcomes), ledger.moved_invoices(), ledger.moved_sources())


def number_adjustments(decision: Decision, numbers: Iterable[str]) -> Decision:
    """Give each accepted adjustment without a number the next of these, which no adjustment has."""
    fresh = iter(numbers)
    return replace(
        decision,
        outcomes=tuple(
            replace(outcome, adjustment_number=next(fresh))
            if isinstance(outcome, Adjustment) and not outcome.adjustment_number
            else outcome
            for outcome in decision.outcomes
        ),
    )


def settle_together(
    outcomes: Sequence[Adjustment | Refused], before: Iterable[Invoice], ledger: Ledger
) -> Decision:
    """Judge a single transaction: check 12 once for each invoice on the sum, and all or nothing.

    Returns the outcomes as they are when all stand. Otherwise nothing moves: a refused record keeps its own
    reason, the records of an invoice that leaves its window carry that, all others are rolled back.
    """
    window: dict[str, Refusal] = {}
    for was in before:
        becomes = ledger.invoices[was.id]
        refusal = refuse_window(was.amount, was.balance, becomes.balance)
        if refusal is not None:
            window[was.id] = refusal
    refused_already = any(isinstance(outcome, tuple) for outcome in outcomes)
    if not window and not refused_already:
        return Decision(tuple(outcomes), ledger.moved_invoices(), ledger.moved_sources())
    rolled_back: list[Adjustment | Refused] = [
        outcome
        if isinstance(outcome, tuple)
        else (
            (TransactionRolledBack(),)
            if refused_already
            else (window.get(outcome.invoice_id, TransactionRolledBack()),)
        )
        for outcome in outcomes
    ]
    return Decision(tuple(rolled_back), (), ())


class _Deciding:
    """The checks of one call, with what its earlier records changed."""

    def __init__(self, ledger: Ledger, books: Books, policy: Policy, *, each_in_window: bool) -> None:
        self.ledger = ledger
        self.policy = policy
        self.each_in_window = each_in_window
        self.ids_by_number = {invoice.number: invoice.id for invoice in books.invoices}
        self.used_numbers = set(books.used_numbers)

    def decide(self, draft: Draft | Refused, stamp: Stamp, ids: Iterator[str]) -> Adjustment | Refused:
        """Checks 0 and 3 to 13 on one draft; an accepted one is posted to the ledger."""
        if not self.policy.may_create:
            return (NotPermitted("create"),)
        assert isinstance(draft, Draft), "records that could not be read were answered before"
        if draft.amount <= 0:
            return (AmountNotPositive(),)
        invoice = self._find_invoice(draft)
        if not isinstance(invoice, Invoice):
            return (invoice,)
        amount = round_to_minor_unit(draft.amount, invoice.minor_unit_digits)
        source = self._find_source(draft, invoice)
        refusal = (
            self._refuse_invoice(invoice, draft.amount, amount)
            or (None if isinstance(source, Source) else source)
            or _refuse_date(draft, invoice)
        )
        if refusal is not None:
            return (refusal,)
        assert isinstance(source, Source), "anything else was a refusal"
        refusal = self._refuse_effect(draft, invoice, source, amount)
        if refusal is not None:
            return (refusal,)
        self.ledger.post(source, draft.type, amount)
        if draft.adjustment_number:
            self.used_numbers.add(draft.adjustment_number)
        return _adjustment(draft, invoice, source, amount, stamp, next(ids))

    def _find_invoice(self, draft: Draft) -> Invoice | Refusal:
        """Check 4, first half: the invoice that the draft names."""
        if draft.invoice_id is None:
            assert draft.invoice_number is not None, "check 1 refused drafts that name no invoice"
            invoice_id = self.ids_by_number.get(draft.invoice_number)
            if invoice_id is None:
                return UnknownInvoiceNumber(draft.invoice_number)
            return self.ledger.invoices[invoice_id]
        invoice = self.ledger.invoices.get(draft.invoice_id)
        if invoice is None:
            return UnknownInvoiceId(draft.invoice_id)
        if draft.invoice_number is not None and draft.invoice_number != invoice.number:
            return InvoiceMismatch(draft.invoice_id, draft.invoice_number)
        return invoice

    def _refuse_invoice(self, invoice: Invoice, sent: Decimal, amount: Decimal) -> Refusal | None:
        """Check 4, second half: the invoice is posted, and the amount is one of its currency."""
        if invoice.status is not InvoiceStatus.POSTED:
            return InvoiceNotPosted(invoice.status)
        if self.policy.strict and sent != amount:
            return AmountTooFine(sent, invoice.minor_unit_digits)
        if amount == 0:
            return AmountNotPositive()
        if count_digits(amount) > MAX_DIGITS:
            return AmountTooLong(amount, MAX_DIGITS)
        return None

    def _find_source(self, draft: Draft, invoice: Invoice) -> Source | Refusal:
        """Check 5: the source exists, is of the draft's type and stands on the invoice."""
        source = self.ledger.sources.get((draft.source_type, draft.source_id))
        if source is None:
            if any(id_ == draft.source_id for _, id_ in self.ledger.sources):
                return SourceOfOtherType(draft.source_id, draft.source_type)
            return UnknownSource(draft.source_id)
        if source.invoice_id != invoice.id:
            return SourceOfOtherInvoice(draft.source_id, invoice.number)
        return source

    def _refuse_effect(
        self, draft: Draft, invoice: Invoice, source: Source, amount: Decimal
    ) -> Refusal | None:
        """Checks 10 to 13: the source, the invoice's window, the number."""
        refusal = refuse_source(
            source, draft.type, amount, counter_adjustments=self.policy.counter_adjustments
        )
        if refusal is not None:
            return refusal
        if self.each_in_window:
            after = invoice.balance + signed(draft.type, amount)
            crossed = refuse_window(invoice.amount, invoice.balance, after)
            if crossed is not None:
                return crossed
        if draft.adjustment_number in self.used_numbers:
            assert draft.adjustment_number is not None, "None is never in use"
            return NumberInUse(draft.adjustment_number)
        return None


def _refuse_date(draft: Draft, invoice: Invoice) -> Refusal | None:
    """Check 6: an adjustment is not dated before its invoice."""
    if draft.adjustment_date < invoice.date:
        return DateBeforeInvoice(draft.adjustment_date, invoice.date)
    return None


def _adjustment(
    draft: Draft, invoice: Invoice, source: Source, amount: Decimal, stamp: Stamp, id_: str
) -> Adjustment:
    """Return the accepted adjustment; what the draft leaves out is inherited from its source."""
    return Adjustment(
        id=id_,
        adjustment_number=draft.adjustment_number or "",
        account_id=invoice.account_id,
        invoice_id=invoice.id,
        source_type=source.type,
        source_id=source.id,
        type=draft.type,
        amount=amount,
        adjustment_date=draft.adjustment_date,
        created_by_id=stamp.user_id,
        created_date=stamp.at,
        updated_by_id=stamp.user_id,
        updated_date=stamp.at,
        accounting_code=draft.accounting_code or source.accounting_code,
        reason_code=draft.reason_code,
        reference_id=draft.reference_id,
        comment=draft.comment,
        invoice_item_name=source.item_name,
        service_start_date=source.service_start_date,
        service_end_date=source.service_end_date,
    )
