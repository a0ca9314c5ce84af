"""Invoices and the sources on them that an adjustment can move: invoice items and taxation items."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from gateway.engine.values import value


class InvoiceStatus(StrEnum):
    """Where an invoice is in its life; only a posted one can be adjusted."""

    DRAFT = "Draft"
    POSTED = "Posted"
    CANCELED = "Canceled"
    ERROR = "Error"


class SourceType(StrEnum):
    """The two kinds of source, as the contract spells them."""

    INVOICE_DETAIL = "InvoiceDetail"
    TAX = "Tax"


@value
class Invoice:
    """An invoice with its running balance.

    Attributes:
        amount: What was billed, tax included, in ``currency``; negative for a credit invoice.
        balance: What is owed now: the imported balance less live credits, plus live charges.
        adjustment_amount: Live credits less live charges (our sign).
        adjusted: The signed sum of the live adjustments made here; the rest of ``balance`` was imported.
        minor_unit_digits: The decimals of ``currency``.
    """

    id: str
    number: str
    account_id: str
    date: date
    currency: str
    minor_unit_digits: int
    status: InvoiceStatus
    amount: Decimal
    balance: Decimal
    adjustment_amount: Decimal
    adjusted: Decimal = Decimal(0)


@value
class Source:
    """An invoice item (tax excluded) or a taxation item, with its running balance.

    Attributes:
        original: The amount billed; negative for a discount line.
        balance: What is left of it, between zero and ``original``.
        taken: Live adjustments toward zero less live counter-adjustments, over those known here: what a
            counter-adjustment can still give back. Never negative.
        adjusted: The signed sum of the live adjustments made here; the rest of ``balance`` was imported.
        item_id: The invoice item that a taxation item taxes; None for an invoice item.
        item_name: The charge name of the invoice item; for a taxation item, of the item that it taxes.
    """

    id: str
    type: SourceType
    invoice_id: str
    original: Decimal
    balance: Decimal
    taken: Decimal
    adjusted: Decimal = Decimal(0)
    item_name: str | None = None
    accounting_code: str | None = None
    service_start_date: date | None = None
    service_end_date: date | None = None
    item_id: str | None = None
