"""The checks on a new adjustment, in the rule book's order.

An adjustment moves a source and its invoice, or the invoice alone; the second kind passes over the checks
that concern a source (5, 9, 10 and 11). Sources of the rules: the product's pages on invoice item adjustments
and invoice adjustments, and the messages that its clients match (``docs/rules.md`` names them).
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from gateway.engine.books import Adjustment, Books, Draft, MasterData, Policy, Refused, Stamp
from gateway.engine.invoices import Invoice, InvoiceStatus, Source
from gateway.engine.ledger import (
    Ledger,
    gives_back,
    refuse_crossing,
    refuse_source,
    refuse_window,
    signed,
)
from gateway.engine.money import MAX_DIGITS, count_digits, round_to_minor_unit
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


class Deciding:
    """The checks of one call, with what its earlier records changed."""

    def __init__(self, ledger: Ledger, books: Books, policy: Policy, *, each_in_window: bool) -> None:
        self.ledger = ledger
        self.policy = policy
        self.each_in_window = each_in_window
        self.ids_by_number = {invoice.number: invoice.id for invoice in books.invoices}
        self.used_numbers = set(books.used_numbers)
        self.master = books.master

    def decide(self, draft: Draft | Refused, stamp: Stamp, ids: Iterator[str]) -> Adjustment | Refused:
        """Checks 0 and 3 to 13 on one draft; an accepted one is posted to the ledger."""
        if not self.policy.may_create:
            return (NotPermitted("create"),)
        assert isinstance(draft, Draft), "records that could not be read were answered before"
        draft = replace(draft, adjustment_date=draft.adjustment_date or stamp.today)
        invoice, source = self._find_invoice(draft), self._find_source(draft)
        unsound = (
            *_refuse_amount(draft),
            *self._refuse_invoice(draft, invoice),
            *_refuse_place(invoice, source),
        )
        booked = self._accounting_date(draft, source)
        refusals = (
            *unsound,
            *_refuse_date(draft, invoice),
            *((booked,) if isinstance(booked, PeriodClosed) else ()),
            *self._refuse_codes(draft),
            *self._refuse_exclusion(draft),
            # What a record would move can only be said of one that is sound so far.
            *(() if unsound else self._refuse_effect(draft, invoice, source)),
            *self._refuse_number(draft),
        )
        if refusals or isinstance(booked, PeriodClosed):
            return refusals
        return self._accept(draft, booked, invoice, source, stamp, next(ids))

    def _find_invoice(self, draft: Draft) -> Invoice | Refusal:
        """Check 4, first part: the invoice that the draft names."""
        return find_invoice(draft.invoice_id, draft.invoice_number, self.ledger.invoices, self.ids_by_number)

    def _refuse_invoice(self, draft: Draft, invoice: Invoice | Refusal) -> Iterator[Refusal]:
        """Check 4: the invoice is there and posted, and the amount is one of its currency."""
        if not isinstance(invoice, Invoice):
            yield invoice
            return
        if invoice.status is not InvoiceStatus.POSTED:
            yield InvoiceNotPosted(invoice.status)
        amount = _rounded(draft, invoice)
        if self.policy.strict and draft.amount != amount:
            yield AmountTooFine(draft.amount, invoice.minor_unit_digits)
        elif amount == 0 < draft.amount:
            yield AmountNotPositive()
        elif count_digits(amount) > MAX_DIGITS:
            yield AmountTooLong(amount, MAX_DIGITS)

    def _find_source(self, draft: Draft) -> Source | Refusal | None:
        """Check 5, first part: the source that the draft names; None if it moves the invoice alone."""
        if draft.source_type is None or draft.source_id is None:
            return None
        source = self.ledger.sources.get((draft.source_type, draft.source_id))
        if source is not None:
            return source
        if any(id_ == draft.source_id for _, id_ in self.ledger.sources):
            return SourceOfOtherType(draft.source_id, draft.source_type)
        return UnknownSource(draft.source_id)

    def _accounting_date(self, draft: Draft, source: Source | Refusal | None) -> date | PeriodClosed:
        """Check 7: the accounting period, which a counter-adjustment passes."""
        return accounting_date(
            self.master.periods,
            _day(draft),
            may_manage_close=self.policy.may_manage_close,
            gives_back=isinstance(source, Source) and gives_back(source, draft.type),
        )

    def _refuse_codes(self, draft: Draft) -> Iterator[Refusal]:
        """Check 8: codes that are given exist."""
        yield from refuse_reason_code(draft.reason_code, self.master)
        codes = self.master.accounting_codes
        if draft.accounting_code is not None and codes and draft.accounting_code not in codes:
            yield UnknownAccountingCode(draft.accounting_code)

    def _refuse_exclusion(self, draft: Draft) -> Iterator[Refusal]:
        """Check 9: billing can be kept out of revenue accounting only where the two are integrated."""
        if draft.exclude_item_billing_from_revenue_accounting and not self.policy.revenue_integration:
            yield RevenueNotIntegrated()

    def _refuse_effect(
        self, draft: Draft, invoice: Invoice | Refusal, source: Source | Refusal | None
    ) -> Iterator[Refusal]:
        """Checks 10 to 12: the source, and the invoice's window."""
        assert isinstance(invoice, Invoice), "check 4 refused the others"
        amount = _rounded(draft, invoice)
        if isinstance(source, Source):
            refusal = refuse_source(
                source, draft.type, amount, counter_adjustments=self.policy.counter_adjustments
            )
            if refusal is not None:
                yield refusal
                return
        if self.each_in_window:
            after = invoice.balance + signed(draft.type, amount)
            judge = refuse_crossing if source is None else refuse_window
            crossed = judge(invoice.amount, invoice.balance, after)
            if crossed is not None:
                yield crossed

    def _refuse_number(self, draft: Draft) -> Iterator[Refusal]:
        """Check 13: a number that is supplied was never used."""
        if draft.adjustment_number is not None and draft.adjustment_number in self.used_numbers:
            yield NumberInUse(draft.adjustment_number)

    def _accept(
        self,
        draft: Draft,
        booked: date,
        invoice: Invoice | Refusal,
        source: Source | Refusal | None,
        stamp: Stamp,
        id_: str,
    ) -> Adjustment:
        """Post an accepted draft to the ledger and return what becomes of it."""
        assert isinstance(invoice, Invoice), "check 4 refused the others"
        amount = _rounded(draft, invoice)
        if draft.adjustment_number:
            self.used_numbers.add(draft.adjustment_number)
        reason_codes = self.master.reason_codes
        adjustment = replace(
            _adjustment(draft, invoice, amount, stamp, id_),
            accounting_date=booked,
            reason_code=draft.reason_code or (reason_codes.default if reason_codes else None),
        )
        if not isinstance(source, Source):
            self.ledger.post(invoice, draft.type, amount)
            return adjustment
        self.ledger.post(source, draft.type, amount)
        return replace(
            adjustment,
            accounting_code=draft.accounting_code or source.accounting_code,
            invoice_item_name=source.item_name,
            service_start_date=source.service_start_date,
            service_end_date=source.service_end_date,
            exclude_item_billing_from_revenue_accounting=bool(
                draft.exclude_item_billing_from_revenue_accounting
            ),
        )


def find_invoice(
    invoice_id: str | None,
    number: str | None,
    invoices: Mapping[str, Invoice],
    ids_by_number: Mapping[str, str],
) -> Invoice | Refusal:
    """Check 4: the invoice that an Id, a number or both name."""
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


def refuse_reason_code(code: str | None, master: MasterData) -> Iterator[UnknownReasonCode]:
    """Check 8, of a reason code: one that is given exists and is active."""
    if code is not None and master.reason_codes is not None and code not in master.reason_codes.active:
        yield UnknownReasonCode(code)


def _rounded(draft: Draft, invoice: Invoice) -> Decimal:
    return round_to_minor_unit(draft.amount, invoice.minor_unit_digits)


def _refuse_amount(draft: Draft) -> Iterator[Refusal]:
    """Check 3: amounts are positive, the type has the direction."""
    if draft.amount <= 0:
        yield AmountNotPositive()


def _refuse_place(invoice: Invoice | Refusal, source: Source | Refusal | None) -> Iterator[Refusal]:
    """Check 5: the source is there, is of the draft's type and stands on the invoice."""
    if isinstance(source, Source):
        if isinstance(invoice, Invoice) and source.invoice_id != invoice.id:
            yield SourceOfOtherInvoice(source.id, invoice.number)
    elif source is not None:
        yield source


def _refuse_date(draft: Draft, invoice: Invoice | Refusal) -> Iterator[Refusal]:
    """Check 6: an adjustment is not dated before its invoice."""
    if isinstance(invoice, Invoice) and _day(draft) < invoice.date:
        yield DateBeforeInvoice(_day(draft), invoice.date)


def _day(draft: Draft) -> date:
    assert draft.adjustment_date is not None, "a draft that named none got today"
    return draft.adjustment_date


def _adjustment(draft: Draft, invoice: Invoice, amount: Decimal, stamp: Stamp, id_: str) -> Adjustment:
    """Return an accepted draft as an adjustment; what it inherits comes later."""
    return Adjustment(
        id=id_,
        adjustment_number=draft.adjustment_number or "",
        account_id=invoice.account_id,
        invoice_id=invoice.id,
        source_type=draft.source_type,
        source_id=draft.source_id,
        type=draft.type,
        amount=amount,
        adjustment_date=_day(draft),
        accounting_date=_day(draft),
        created_by_id=stamp.user_id,
        created_date=stamp.at,
        updated_by_id=stamp.user_id,
        updated_date=stamp.at,
        accounting_code=draft.accounting_code,
        reference_id=draft.reference_id,
        comment=draft.comment,
        deferred_revenue_account=draft.deferred_revenue_account,
        recognized_revenue_account=draft.recognized_revenue_account,
        reverses_id=draft.reverses_id,
        custom=draft.custom,
    )
