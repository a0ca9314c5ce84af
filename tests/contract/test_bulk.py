"""Very many rows at once, on every database: they are written and found as a few are."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from gateway.engine import Adjustment, AdjustmentKind, Invoice, Source, SourceType
from gateway.service.ports import AuditEntry, Transaction
from gateway.storage.bulk import MANY
from gateway.storage.store import SqlStore
from gateway.storage.tables import (
    adjustment_numbers,
    audit_entries,
    invoice_adjustments,
    invoice_item_adjustments,
    invoice_items,
    invoices,
    taxation_items,
)
from support.builders import ITEM_ID, STAMP, TAX_ITEM_ID, a_tax_item, an_adjustment, an_invoice, an_item
from support.databases import DATABASES, an_empty_store, database_url, put, statements

SOME = MANY + 23
FEW = 50
HOSTILE = [
    "",
    " ",
    "\\",
    "\\N",
    "\\.",
    "NULL",
    "null",
    '"',
    "{}",
    "a\tb",
    "a\nb",
    "a\r\nb",
    "'; --",
    "%s ? :x",
]
HOSTILE += ["Größe \U0001f600", ",", "\\t", '\\"', "\x7f"]
TABLES = (invoice_item_adjustments, invoice_adjustments, adjustment_numbers, audit_entries)
TABLES += (invoices, invoice_items, taxation_items)


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    with an_empty_store(database_url(request.param, tmp_path)) as store:
        put(store, *INVOICES, *SOURCES)
        yield store


INVOICES = [
    an_invoice("100.00", id=f"{n:032d}", number=f"INV{n:08d}", account_id=f"{n:032d}") for n in range(SOME)
]
ITEMS = [an_item(id=f"1{n:031d}", invoice_id=f"{n:032d}") for n in range(SOME)]
TAXES = [
    a_tax_item(id=f"2{n:031d}", item_id=f"1{n:031d}", invoice_id=f"{n:032d}", accounting_code=None)
    for n in range(SOME)
]
SOURCES = [*ITEMS, *TAXES]


def adjustments(kind: AdjustmentKind = AdjustmentKind.ITEM) -> list[Adjustment]:
    """Return many adjustments that differ in every way."""
    made = []
    for n in range(SOME):
        text = HOSTILE[n % len(HOSTILE)]
        of_tax = n % 3 == 0
        source = (
            {"source_type": None, "source_id": None}
            if kind is AdjustmentKind.INVOICE
            else {
                "source_type": SourceType.TAX if of_tax else SourceType.INVOICE_DETAIL,
                "source_id": (TAXES if of_tax else ITEMS)[n].id,
                "exclude_item_billing_from_revenue_accounting": n % 2 == 0,
                "service_start_date": STAMP.today if n % 4 else None,
            }
        )
        made.append(
            an_adjustment(
                ["0.01", "99999999999999.99", "10"][n % 3],
                id=f"3{n:031d}",
                adjustment_number=f"{n} {text}",
                invoice_id=f"{n:032d}",
                comment=text if n % 5 else None,
                reference_id=text[:60],
                **source,
            )
        )
    return made


def moved() -> tuple[list[Invoice], list[Source]]:
    penny = Decimal("0.01")
    return (
        [
            replace(i, balance=i.balance - n * penny, adjusted=-n * penny, adjustment_amount=n * penny)
            for n, i in enumerate(INVOICES)
        ],
        [
            replace(s, balance=s.balance - n * penny, taken=n * penny, adjusted=-n * penny)
            for n, s in enumerate(SOURCES)
        ],
    )


def written(store: SqlStore) -> list[list[dict[str, Any]]]:
    """Return all rows of the tables, without what counts entries."""
    with store.engine.connect() as connection:
        tables = [connection.execute(select(table)).mappings().all() for table in TABLES]
    rows = [
        [
            {key: value for key, value in row.items() if key != "id" or table is not audit_entries}
            for row in all_
        ]
        for table, all_ in zip(TABLES, tables, strict=True)
    ]
    return [sorted(rows_, key=str) for rows_ in rows]


def write(store: SqlStore, size: int) -> None:
    """Write all that a set writes, so many rows at a time."""
    moved_invoices, moved_sources = moved()

    def work(tx: Transaction) -> None:
        for first in range(0, SOME, size):
            some = slice(first, first + size)
            tx.lock_books({invoice.id for invoice in INVOICES[some]}, (), ())
            tx.add(adjustments()[some])
            tx.save_balances(moved_invoices[some], [], STAMP)
            tx.save_balances([], moved_sources[:SOME][some], STAMP)
            tx.save_balances([], moved_sources[SOME:][some], STAMP)
            tx.audit(
                [
                    AuditEntry(
                        STAMP.at,
                        STAMP.user_id,
                        "bulk",
                        "r\t1",
                        "create",
                        a.invoice_id,
                        a.id,
                        f'{{"x": "{a.comment}"}}',
                    )
                    for a in adjustments()[some]
                ]
            )

    store.write(work)


def test_many_rows_are_written_as_a_few_are(store: SqlStore, tmp_path: Path) -> None:
    with statements(store) as sent:
        write(store, SOME)
    many = written(store)
    assert len(sent) < 15
    with an_empty_store(f"sqlite:///{tmp_path / 'few.db'}") as other:
        put(other, *INVOICES, *SOURCES)
        write(other, FEW)
        assert many == written(other)


def test_many_adjustments_of_invoices_are_written(store: SqlStore) -> None:
    made = adjustments(AdjustmentKind.INVOICE)
    store.write(lambda tx: tx.add(made))
    found = store.write(lambda tx: tx.lock_adjustments(AdjustmentKind.INVOICE, {a.id for a in made}))
    assert sorted(found.adjustments, key=lambda a: a.id) == made


def test_many_names_are_found(store: SqlStore) -> None:
    def ids(rows: Any) -> list[str]:
        return sorted(row.id for row in rows)

    books = store.write(
        lambda tx: tx.lock_books(
            {"nobody"}, {*HOSTILE, *(i.number for i in INVOICES)}, {*HOSTILE, *(s.id for s in SOURCES)}
        )
    )
    assert [invoice.id for invoice in books.invoices] == ids(INVOICES)
    assert ids(books.sources) == ids(SOURCES)
    items = {item.id for item in ITEMS}
    with_taxes = store.write(lambda tx: tx.lock_books((), (), items, with_taxes=True))
    assert ids(with_taxes.sources) == ids(SOURCES)
    store.write(lambda tx: tx.add(adjustments()))
    numbers = {a.adjustment_number for a in adjustments()}
    assert store.read(lambda tx: tx.used_numbers({*numbers, *HOSTILE, "0 \\"})) == numbers


def test_many_rows_that_break_a_rule_are_told_as_a_few_are_and_leave_nothing(store: SqlStore) -> None:
    twice = [*adjustments(), replace(adjustments()[0], id="4" * 32)]
    before = written(store)
    with pytest.raises(IntegrityError) as told:
        store.write(lambda tx: tx.add(twice), patient=False)
    assert twice[0].comment is None or twice[0].comment not in str(told.value)
    assert written(store) == before


def test_many_balances_that_no_column_holds_are_refused(store: SqlStore) -> None:
    beyond = [replace(item, balance=Decimal(10) ** 26) for item in ITEMS]
    with pytest.raises(ValueError, match="more than 26 digits"):
        store.write(lambda tx: tx.save_balances([], beyond, STAMP))


def test_an_item_that_is_not_moved_stays(store: SqlStore) -> None:
    put(store, an_invoice(account_id="other", number="other"), an_item(), a_tax_item())
    store.write(lambda tx: tx.save_balances([], moved()[1], STAMP))
    books = store.write(lambda tx: tx.lock_books((), (), {ITEM_ID, TAX_ITEM_ID}))
    assert {s.balance for s in books.sources} == {an_item().balance, a_tax_item().balance}
