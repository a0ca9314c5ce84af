"""The sample data of the demo: an account with one posted invoice, as import files.

The same every time, so that what the demo prints can be compared. Every fourth item is taxed, every tenth is
a discount line (negative), and the names come in several scripts.
"""

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

INVOICE_NUMBER = "INV00000001"
INVOICE_DATE = "2026-10-01"
ACCOUNT_ID = "8a90a0b1000000000000000000000001"
INVOICE_ID = "8a90a0b2000000000000000000000001"

_CHARGE_NAMES = (
    "Monthly platform fee",
    "Überwachung & Wartung",
    "Capacité supplémentaire <nœud>",
    "データ転送料",
    "存储空间",
    "Поддержка 24/7",
    "دعم فني",
    "שירות גיבוי",
    "ค่าบริการ",
    'Seats "Enterprise" 🚀',
)
_TAX_RATE = Decimal("0.19")
_CENT = Decimal("0.01")


def write_sample(folder: Path, items: int) -> None:
    """Write the four import files for an invoice of that many items."""
    charges = [_charge(number) for number in range(1, items + 1)]
    taxes = list(_taxes(charges))
    billed = sum((charge[1] for charge in charges), Decimal(0))
    taxed = sum((tax[2] for tax in taxes), Decimal(0))
    folder.mkdir(parents=True, exist_ok=True)
    _write(
        folder / "Account.csv",
        ("Id", "AccountNumber", "Name", "Currency", "Status", "Balance"),
        [
            (
                ACCOUNT_ID,
                "A00000001",
                "Société Générale d'Exemples & Söhne 株式会社",
                "EUR",
                "Active",
                billed + taxed,
            )
        ],
    )
    _write(
        folder / "Invoice.csv",
        (
            "Id",
            "AccountId",
            "InvoiceNumber",
            "InvoiceDate",
            "DueDate",
            "Status",
            "Amount",
            "TaxAmount",
            "Balance",
        ),
        [
            (
                *(INVOICE_ID, ACCOUNT_ID, INVOICE_NUMBER, INVOICE_DATE, "2026-10-31", "Posted"),
                *(billed + taxed, taxed, billed + taxed),
            )
        ],
    )
    _write(
        folder / "InvoiceItem.csv",
        (
            "Id",
            "InvoiceId",
            "ChargeAmount",
            "ChargeName",
            "AccountingCode",
            "ServiceStartDate",
            "ServiceEndDate",
        ),
        [
            (id_, INVOICE_ID, amount, name, "Subscription Revenue", "2026-09-01", "2026-09-30")
            for id_, amount, name in charges
        ],
    )
    _write(
        folder / "TaxationItem.csv",
        ("Id", "InvoiceId", "InvoiceItemId", "TaxAmount", "Name", "TaxRate", "TaxDate"),
        [(id_, INVOICE_ID, item_id, tax, "VAT", _TAX_RATE, INVOICE_DATE) for id_, item_id, tax in taxes],
    )


def _charge(number: int) -> tuple[str, Decimal, str]:
    """Return one item's Id, amount (negative for a discount) and name."""
    amount = Decimal(500 + number * 37 % 9500) / 100
    if number % 10 == 0:
        amount = -(amount / 4).quantize(_CENT)
    name = _CHARGE_NAMES[number % len(_CHARGE_NAMES)]
    return f"8a90a0b3{number:024d}", amount, f"{name} {number}"


def _taxes(charges: list[tuple[str, Decimal, str]]) -> Iterator[tuple[str, str, Decimal]]:
    """Return Id, item Id and amount of the tax on every fourth item that is no discount."""
    for number, (item_id, amount, _) in enumerate(charges, 1):
        if number % 4 == 0 and amount > 0:
            yield f"8a90a0b4{number:024d}", item_id, (amount * _TAX_RATE).quantize(_CENT)


def _write(path: Path, header: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
