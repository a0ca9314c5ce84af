"""The checks on a new adjustment, in the rule book's order.

An adjustment moves a source and its invoice, or the invoice alone; the second kind passes over the checks
that concern a source (5, 9, 10 and 11). Sources of the rules: the product's pages on invoice item adjustments
and invoice adjustments, and the messages that its clients match (``docs/rules.md`` names them).
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from gateway.engine.books import (
    Adjustment,
    AdjustmentStatus,
    Books,
    Draft,
    MasterData,
    Policy,
    Refused,
    Stamp,
)
from gateway.engine.invoices import Invoice, InvoiceStatus, Source, SourceType
from gateway.engine.ledger import (
    ZERO,
    Ledger,
    gives_back,
    refuse_crossing,
    refuse_source,
    refuse_window,
    signed,
)
from gateway.engine.money import MAX_DIGITS, is_too_long, round_to_minor_unit
from gateway.engine.periods import accounting_date
from gateway.engine.refusals import (
    AmountNotPositive,
    AmountTooFine,
    AmountTooLong,
    DateBeforeInvoice,
    InvoiceMismatch,
    InvoiceNotPosted,
    NotPermitted,
    NumberInUse,
    PeriodClosed,
    Refusal,
    RevenueNotIntegrated,
    SourceOfOtherInvoice,
    SourceOfOtherType,
    UnknownAccountingCode,
    UnknownInvoiceId,
    UnknownInvoiceNumber,
    UnknownReasonCode,
    UnknownSource,
)

# Looked up once: the members of an Enum are slow to get at.
_POSTED, _PROCESSED = InvoiceStatus.POSTED, AdjustmentStatus.PROCESSED


class Deciding:
    """The checks of one call, with what its earlier records changed."""

    def __init__(self, ledger: Ledger, books: Books, policy: Policy, *, each_in_window: bool) -> None:
        self.ledger = ledger
        self.policy = policy
        self.each_in_window = each_in_window
        self.ids_by_number = {invoice.number: invoice.id for invoice in books.invoices}
        self.used_numbers = set(books.used_numbers)
        self.master = books.master
        # The answers of check 7 so far: the records of a set have few days.
        self._booked: dict[tuple[date, bool], date | PeriodClosed] = {}

    def decide(self, draft: Draft | Refused, stamp: Stamp, ids: Iterator[str]) -> Adjustment | Refused:
        """Checks 0 and 3 to 13 on one draft; an accepted one is posted to the ledger."""
        if not self.policy.may_create:
            return (NotPermitted("create"),)
        assert isinstance(draft, Draft), "records that could not be read were answered before"
        invoice = find_invoice(
            draft.invoice_id, draft.invoice_number, self.ledger.invoices, self.ids_by_number
        )
        source = self._find_source(draft)
        day = draft.adjustment_date or stamp.today
        amount = draft.amount
        if isinstance(invoice, Invoice):
            amount = round_to_minor_unit(amount, invoice.minor_unit_digits)
        unsound = (
            refuse_amount(draft),
            refuse_invoice(invoice),
            refuse_rounding(draft, amount, invoice, strict=self.policy.strict),
            refuse_place(invoice, source),
        )
        booked = self._accounting_date(day, draft, source)
        refusals = (
            *unsound,
            refuse_date(day, invoice),
            booked if isinstance(booked, PeriodClosed) else None,
            refuse_reason_code(draft.reason_code, self.master),
            refuse_accounting_code(draft.accounting_code, self.master),
            refuse_exclusion(draft, self.policy),
            # What a record would move can only be said of one that is sound so far.
            None if any(unsound) else self._refuse_effect(draft, amount, invoice, source),
            self._refuse_number(draft),
        )
        if any(refusals) or isinstance(booked, PeriodClosed):
            return tuple(refusal for refusal in refusals if refusal is not None)
        return self._accept(draft, day, booked, amount, invoice, source, stamp, next(ids))

    def _find_source(self, draft: Draft) -> Source | Refusal | None:
        """Check 5, first part: the source that the draft names; None if it moves the invoice alone."""
        if draft.source_type is None or draft.source_id is None:
            return None
        source = self.ledger.sources.get((draft.source_type, draft.source_id))
        if source is not None:
            return source
        # An Id that no source has is looked up once for each of the two types.
        if any((type_, draft.source_id) in self.ledger.sources for type_ in SourceType):
            return SourceOfOtherType(draft.source_id, draft.source_type)
        return UnknownSource(draft.source_id)

    def _accounting_date(
        self, day: date, draft: Draft, source: Source | Refusal | None
    ) -> date | PeriodClosed:
        """Check 7: the accounting period, which a counter-adjustment passes."""
        counter = isinstance(source, Source) and gives_back(source, draft.type)
        booked = self._booked.get((day, counter))
        if booked is None:
            booked = self._booked[day, counter] = accounting_date(
                self.master.periods,
                day,
                may_manage_close=self.policy.may_manage_close,
                gives_back=counter,
            )
        return booked

    def _refuse_effect(
        self, draft: Draft, amount: Decimal, invoice: Invoice | Refusal, source: Source | Refusal | None
    ) -> Refusal | None:
        """Checks 10 to 12: the source, and the invoice's window."""
        assert isinstance(invoice, Invoice), "check 4 refused the others"
        if isinstance(source, Source):
            refusal = refuse_source(
                source, draft.type, amount, counter_adjustments=self.policy.counter_adjustments
            )
            if refusal is not None:
                return refusal
        if not self.each_in_window:
            return None
        after = invoice.balance + signed(draft.type, amount)
        judge = refuse_crossing if source is None else refuse_window
        return judge(invoice.amount, invoice.balance, after)

    def _refuse_number(self, draft: Draft) -> NumberInUse | None:
        """Check 13: a number that is supplied was never used."""
        if draft.adjustment_number is not None and draft.adjustment_number in self.used_numbers:
            return NumberInUse(draft.adjustment_number)
        return None

    def _accept(
        self,
        draft: Draft,
        day: date,
        booked: date,
        amount: Decimal,
        invoice: Invoice | Refusal,
        source: Source | Refusal | None,
        stamp: Stamp,
        id_: str,
    ) -> Adjustment:
        """Post an accepted draft to the ledger and return what becomes of it."""
        assert isinstance(invoice, Invoice), "check 4 refused the others"
        if draft.adjustment_number:
            self.used_numbers.add(draft.adjustment_number)
        if not isinstance(source, Source):
            self.ledger.post(invoice, draft.type, amount)
            return _adjustment(draft, day, booked, amount, invoice, None, self.master, stamp, id_)
        self.ledger.post(source, draft.type, amount)
        return _adjustment(draft, day, booked, amount, invoice, source, self.master, stamp, id_)


def find_invoice(
    invoice_id: str | None,
    number: str | None,
    invoices: Mapping[str, Invoice],
    ids_by_number: Mapping[str, str],
) -> Invoice | Refusal:
    """Check 4, first part: the invoice that an Id, a number or both name."""
    if invoice_id is None:
        assert number is not None, "check 1 refused what names no invoice"
        invoice_id = ids_by_number.get(number)
        return UnknownInvoiceNumber(number) if invoice_id is None else invoices[invoice_id]
    invoice = invoices.get(invoice_id)
    if invoice is None:
        return UnknownInvoiceId(invoice_id)
    if number is not None and number != invoice.number:
        return InvoiceMismatch(invoice_id, number)
    return invoice


def refuse_amount(draft: Draft) -> AmountNotPositive | None:
    """Check 3: amounts are positive, the type has the direction."""
    return AmountNotPositive() if draft.amount <= ZERO else None


def refuse_invoice(invoice: Invoice | Refusal) -> Refusal | None:
    """Check 4: the invoice is there and posted."""
    if not isinstance(invoice, Invoice):
        return invoice
    return None if invoice.status is _POSTED else InvoiceNotPosted(invoice.status)


def refuse_rounding(
    draft: Draft, amount: Decimal, invoice: Invoice | Refusal, *, strict: bool
) -> AmountTooFine | AmountNotPositive | AmountTooLong | None:
    """Check 4, last part: the amount is one of the invoice's currency; ``amount`` is the rounded one."""
    if not isinstance(invoice, Invoice):
        return None
    if strict and draft.amount != amount:
        return AmountTooFine(draft.amount, invoice.minor_unit_digits)
    if not amount:
        # What is no positive amount as it was sent, check 3 has refused.
        return AmountNotPositive() if draft.amount > ZERO else None
    return AmountTooLong(amount, MAX_DIGITS) if is_too_long(amount, invoice.minor_unit_digits) else None


def refuse_place(invoice: Invoice | Refusal, source: Source | Refusal | None) -> Refusal | None:
    """Check 5: the source is there, is of the draft's type and stands on the invoice."""
    if not isinstance(source, Source):
        return source
    if isinstance(invoice, Invoice) and source.invoice_id != invoice.id:
        return SourceOfOtherInvoice(source.id, invoice.number)
    return None


def refuse_date(day: date, invoice: Invoice | Refusal) -> DateBeforeInvoice | None:
    """Check 6: an adjustment is not dated before its invoice."""
    if isinstance(invoice, Invoice) and day < invoice.date:
        return DateBeforeInvoice(day, invoice.date)
    return None


def refuse_reason_code(code: str | None, master: MasterData) -> UnknownReasonCode | None:
    """Check 8, of a reason code: one that is given exists and is active."""
    if code is not None and master.reason_codes is not None and code not in master.reason_codes.active:
        return UnknownReasonCode(code)
    return None


def refuse_accounting_code(code: str | None, master: MasterData) -> UnknownAccountingCode | None:
    """Check 8, of an accounting code: one that is given is an active one of the chart, where there is one."""
    if code is not None and master.accounting_codes and code not in master.accounting_codes:
        return UnknownAccountingCode(code)
    return None


def refuse_exclusion(draft: Draft, policy: Policy) -> RevenueNotIntegrated | None:
    """Check 9: billing can be kept out of revenue accounting only where the two are integrated."""
    if draft.exclude_item_billing_from_revenue_accounting and not policy.revenue_integration:
        return RevenueNotIntegrated()
    return None


def _adjustment(
    draft: Draft,
    day: date,
    booked: date,
    amount: Decimal,
    invoice: Invoice,
    source: Source | None,
    master: MasterData,
    stamp: Stamp,
    id_: str,
) -> Adjustment:
    """Return an accepted draft as an adjustment, with what it inherits, in the order of the class."""
    default_reason = master.reason_codes.default if master.reason_codes is not None else None
    excluded = draft.exclude_item_billing_from_revenue_accounting
    return Adjustment(
        id_,
        draft.adjustment_number or "",
        invoice.account_id,
        invoice.id,
        draft.type,
        amount,
        day,
        booked,
        stamp.user_id,  # created by
        stamp.at,
        stamp.user_id,  # updated by
        stamp.at,
        draft.source_type,
        draft.source_id,
        _PROCESSED,
        None,  # canceled by
        None,  # canceled at
        draft.accounting_code or (source.accounting_code if source is not None else None),
        draft.reason_code or default_reason,
        draft.reference_id,
        draft.comment,
        None,  # transferred to accounting
        source.item_name if source is not None else None,
        source.service_start_date if source is not None else None,
        source.service_end_date if source is not None else None,
        draft.deferred_revenue_account,
        draft.recognized_revenue_account,
        bool(excluded) if source is not None else None,
        draft.reverses_id,
        draft.custom,
    )
