"""Real engine values with dull defaults, so that a test shows only what matters to it.

The dull world is one posted invoice of 100.00 EUR, dated 1 March 2024: an item of 80.00 and its tax of 20.00.
Amounts are written as text.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from gateway.engine.books import Adjustment, Books, Decision, Draft, Stamp
from gateway.engine.invoices import Invoice, InvoiceStatus, Source, SourceType
from gateway.engine.ledger import AdjustmentType

ACCOUNT_ID = "acc1".rjust(32, "0")
INVOICE_ID = "inv1".rjust(32, "0")
OTHER_INVOICE_ID = "inv2".rjust(32, "0")
ITEM_ID = "item1".rjust(32, "0")
TAX_ITEM_ID = "tax1".rjust(32, "0")
ADJUSTMENT_ID = "adj1".rjust(32, "0")

CREDIT, CHARGE = AdjustmentType.CREDIT, AdjustmentType.CHARGE

STAMP = Stamp("user1".rjust(32, "0"), datetime(2024, 3, 20, 12, 0, tzinfo=UTC), date(2024, 3, 20))
"""Who acts and when: the clock that stands still."""

EARLIER = Stamp("user2".rjust(32, "0"), datetime(2024, 3, 16, 9, 30, tzinfo=UTC), date(2024, 3, 16))
"""Who made the adjustments that exist already, and when."""


def fresh_ids(first: int = 1) -> Iterator[str]:
    """Count up in Ids of 32 characters: the same ones in every test."""
    return (f"{number:032x}" for number in count(first))


def an_invoice(
    amount: str = "100.00", balance: str | None = None, *, adjustment_amount: str = "0", **others: Any
) -> Invoice:
    """Return a posted invoice, unpaid unless ``balance`` says otherwise; it was adjusted here alone."""
    dull = Invoice(
        id=INVOICE_ID,
        number="INV00000001",
        account_id=ACCOUNT_ID,
        date=date(2024, 3, 1),
        currency="EUR",
        minor_unit_digits=2,
        status=InvoiceStatus.POSTED,
        amount=Decimal(amount),
        balance=Decimal(amount if balance is None else balance),
        adjustment_amount=Decimal(adjustment_amount),
        adjusted=-Decimal(adjustment_amount),
    )
    return replace(dull, **others)


def an_item(amount: str = "80.00", balance: str | None = None, *, taken: str = "0", **others: Any) -> Source:
    """Return an invoice item, untouched unless ``balance`` and ``taken`` say otherwise.

    All that was taken was taken here, by adjustments toward zero.
    """
    dull = Source(
        id=ITEM_ID,
        type=SourceType.INVOICE_DETAIL,
        invoice_id=INVOICE_ID,
        original=Decimal(amount),
        balance=Decimal(amount if balance is None else balance),
        taken=Decimal(taken),
        adjusted=-Decimal(taken) if Decimal(amount) > 0 else Decimal(taken),
        item_name="Monthly fee",
        accounting_code="4000",
        service_start_date=date(2024, 2, 1),
        service_end_date=date(2024, 2, 29),
    )
    return replace(dull, **others)


def a_tax_item(
    amount: str = "20.00", balance: str | None = None, *, taken: str = "0", **others: Any
) -> Source:
    """Return a taxation item of the dull item, untouched unless ``balance`` and ``taken`` say otherwise."""
    dull = {
        "id": TAX_ITEM_ID,
        "type": SourceType.TAX,
        "accounting_code": "4700",
        "item_id": ITEM_ID,
    }
    return an_item(amount, balance, taken=taken, **(dull | others))


def a_draft(amount: str = "10.00", **others: Any) -> Draft:
    """Return what a caller asks for: a credit on the dull item."""
    dull = Draft(
        adjustment_date=date(2024, 3, 15),
        amount=Decimal(amount),
        type=CREDIT,
        source_type=SourceType.INVOICE_DETAIL,
        source_id=ITEM_ID,
        invoice_id=INVOICE_ID,
    )
    return replace(dull, **others)


def an_adjustment(amount: str = "10.00", **others: Any) -> Adjustment:
    """Return a live credit of the dull item; its sources' balances are for ``books`` to show."""
    dull = Adjustment(
        id=ADJUSTMENT_ID,
        adjustment_number="IIA-00000001",
        account_id=ACCOUNT_ID,
        invoice_id=INVOICE_ID,
        source_type=SourceType.INVOICE_DETAIL,
        source_id=ITEM_ID,
        type=CREDIT,
        amount=Decimal(amount),
        adjustment_date=date(2024, 3, 15),
        accounting_date=date(2024, 3, 15),
        created_by_id=EARLIER.user_id,
        created_date=EARLIER.at,
        updated_by_id=EARLIER.user_id,
        updated_date=EARLIER.at,
    )
    return replace(dull, **others)


def books(*rows: Invoice | Source | Adjustment, used_numbers: Iterable[str] = ()) -> Books:
    """Return books of these rows; without an invoice or a source among them, of the dull ones."""
    invoices = tuple(row for row in rows if isinstance(row, Invoice))
    sources = tuple(row for row in rows if isinstance(row, Source))
    return Books(
        invoices=invoices or (an_invoice(),),
        sources=sources or (an_item(), a_tax_item()),
        used_numbers=frozenset(used_numbers),
        adjustments=tuple(row for row in rows if isinstance(row, Adjustment)),
    )


def carried_forward(before: Books, decision: Decision) -> Books:
    """Return the books of the next call, once a decision on creates or updates is written."""
    invoices = {row.id: row for row in (*before.invoices, *decision.invoices)}
    sources = {(row.type, row.id): row for row in (*before.sources, *decision.sources)}
    adjustments = {row.id: row for row in (*before.adjustments, *decision.accepted)}
    numbers = {row.adjustment_number for row in decision.accepted} - {""}
    return Books(
        invoices=tuple(invoices.values()),
        sources=tuple(sources.values()),
        used_numbers=before.used_numbers | numbers,
        adjustments=tuple(adjustments.values()),
    )
