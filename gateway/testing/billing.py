"""Billing data of a test's choosing, brought in by the gateway's own import."""

import csv
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

from gateway.bootstrap import Gateway
from gateway.client import Adjustment

__all__ = ["BillingData", "Invoice", "InvoiceItem", "TaxationItem"]

Amount = str | Decimal


@dataclass(frozen=True, slots=True)
class _Source:
    """What an adjustment moves."""

    id: str
    invoice_id: str
    invoice_date: date
    amount: Decimal

    source_type = ""

    def credit(self, amount: Amount, **others: Any) -> Adjustment:
        """Return a credit of it, to be created; ``others`` are more fields of an `Adjustment`."""
        return self._adjustment("Credit", amount, others)

    def charge(self, amount: Amount, **others: Any) -> Adjustment:
        """Return a charge of it, to be created; ``others`` are more fields of an `Adjustment`."""
        return self._adjustment("Charge", amount, others)

    def _adjustment(self, type_: str, amount: Amount, others: dict[str, Any]) -> Adjustment:
        values: dict[str, Any] = {
            "invoice_id": self.invoice_id,
            "source_id": self.id,
            "source_type": self.source_type,
            "type": type_,
            "amount": Decimal(amount),
            "adjustment_date": self.invoice_date,
        }
        return Adjustment(**values | others)


@dataclass(frozen=True, slots=True)
class TaxationItem(_Source):
    """The tax on an invoice item."""

    source_type = "Tax"


@dataclass(frozen=True, slots=True)
class InvoiceItem(_Source):
    """A charge line of an invoice; ``tax`` is the tax on it."""

    name: str = ""
    tax: TaxationItem | None = None

    source_type = "InvoiceDetail"


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice as it was brought in; ``amount`` has its taxes in it."""

    id: str
    number: str
    account_id: str
    invoice_date: date
    amount: Decimal
    items: tuple[InvoiceItem, ...]


class BillingData:
    """What the gateway of a test knows of billing.

    Args:
        gateway: Where it is brought in.
    """

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._numbers = count(1)

    def account(self, *, name: str = "A customer", number: str | None = None, currency: str = "EUR") -> str:
        """Bring in an account and return its Id."""
        id_ = self._id("acc")
        row = {"Id": id_, "AccountNumber": number or f"A{id_[-8:]}", "Name": name, "Currency": currency}
        self._load(Account=[row | {"Status": "Active"}])
        return id_

    def invoice(
        self,
        items: Sequence[Amount] = ("100.00",),
        taxes: Sequence[Amount | None] = (),
        *,
        number: str | None = None,
        names: Sequence[str] = (),
        invoice_date: date = date(2026, 1, 1),  # a day never changes
        balance: Amount | None = None,
        currency: str = "EUR",
        status: str = "Posted",
        account_id: str | None = None,
    ) -> Invoice:
        """Bring in an invoice, and an account for it unless one is named.

        Args:
            items: The amount of each item, without tax; negative for a discount.
            taxes: The tax on each, in their order; None and what is left out is no tax.
            number: Such as INV00000001; one that nobody else has otherwise.
            names: What the items are called, in their order.
            invoice_date: Adjustments cannot be earlier.
            balance: What is left to pay; all of it otherwise.
            currency: Of three letters.
            status: Posted, or one of those that cannot be adjusted: Draft, Canceled, Error.
            account_id: Whose it is.
        """
        account_id = account_id or self.account(currency=currency)
        id_ = self._id("inv")
        made = tuple(
            self._item(id_, invoice_date, Decimal(amount), name, tax)
            for amount, name, tax in _aligned(items, names, taxes)
        )
        all_taxes = [(item, item.tax) for item in made if item.tax is not None]
        taxed = sum((tax.amount for _, tax in all_taxes), Decimal(0))
        total = sum((item.amount for item in made), taxed)
        number = number or f"INV{id_[-8:]}"
        self._load(
            Invoice=[
                {
                    "Id": id_,
                    "AccountId": account_id,
                    "InvoiceNumber": number,
                    "InvoiceDate": invoice_date,
                    "Status": status,
                    "Currency": currency,
                    "Amount": total,
                    "TaxAmount": taxed,
                    "Balance": total if balance is None else balance,
                }
            ],
            InvoiceItem=[
                {"Id": item.id, "InvoiceId": id_, "ChargeAmount": item.amount, "ChargeName": item.name}
                for item in made
            ],
            TaxationItem=[
                {"Id": tax.id, "InvoiceId": id_, "InvoiceItemId": item.id, "TaxAmount": tax.amount}
                for item, tax in all_taxes
            ],
        )
        return Invoice(id_, number, account_id, invoice_date, total, made)

    def period(self, name: str, first: date, last: date, *, status: str = "Closed") -> None:
        """Bring in an accounting period: Open, PendingClose or Closed."""
        self._load(AccountingPeriod=[{"Name": name, "StartDate": first, "EndDate": last, "Status": status}])

    def _item(
        self, invoice_id: str, day: date, amount: Decimal, name: str | None, tax: Amount | None
    ) -> InvoiceItem:
        id_ = self._id("itm")
        taxed = tax and TaxationItem(self._id("tax"), invoice_id, day, Decimal(tax))
        return InvoiceItem(id_, invoice_id, day, amount, name or f"Charge {id_[-8:]}", taxed or None)

    def _id(self, kind: str) -> str:
        """Return an Id that shows what it is of."""
        return f"{kind}{next(self._numbers):029d}"

    def _load(self, **files: Sequence[Mapping[str, object]]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for kind, rows in files.items():
                if rows:
                    _write(Path(folder, f"{kind}.csv"), rows)
            result = self._gateway.importing.load([Path(folder)])
        if result.bad:
            reasons = "; ".join(str(row) for row in result.bad_rows)
            raise ValueError(f"the gateway takes no such billing data: {reasons}")


def _aligned(
    items: Sequence[Amount], names: Sequence[str], taxes: Sequence[Amount | None]
) -> Iterable[tuple[Amount, str | None, Amount | None]]:
    """Pair each item with its name and its tax."""
    if len(names) > len(items) or len(taxes) > len(items):
        raise ValueError("there are more names or taxes than items")
    for index, amount in enumerate(items):
        name = names[index] if index < len(names) else None
        yield amount, name, taxes[index] if index < len(taxes) else None


def _write(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
