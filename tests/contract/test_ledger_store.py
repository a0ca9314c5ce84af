"""The books on every database: read and locked together, written as decided."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from decimal import Decimal
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from gateway.engine import AdjustmentKind, AdjustmentStatus, Books, SourceType
from gateway.engine.invoices import InvoiceStatus
from gateway.service.auditing import Head, chain
from gateway.service.failures import LockCompetition
from gateway.service.ports import AuditEntry, Transaction
from gateway.storage.store import SqlStore, StoreLimits, open_store
from gateway.storage.tables import (
    adjustment_numbers,
    audit_entries,
    invoice_item_adjustments,
    invoice_items,
    invoices,
    taxation_items,
)
from support.builders import (
    EARLIER,
    INVOICE_ID,
    ITEM_ID,
    OTHER_INVOICE_ID,
    STAMP,
    TAX_ITEM_ID,
    a_tax_item,
    an_adjustment,
    an_invoice,
    an_item,
)
from support.databases import DATABASES, an_empty_store, database_url, put

WAIT_S = 30
"""How long a thread waits for another before the test fails."""

OTHER_INVOICE = an_invoice(id=OTHER_INVOICE_ID, number="INV00000002", balance="42.42")
CANCELED = InvoiceStatus.CANCELED


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return database_url(request.param, tmp_path)


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    with an_empty_store(url) as store:
        yield store


def lock(store: SqlStore, **named: set[str]) -> Books:
    nothing: dict[str, set[str]] = {"invoice_ids": set(), "invoice_numbers": set(), "source_ids": set()}
    found = store.write(lambda tx: tx.lock_books(**nothing | named))
    return replace(found, sources=tuple(sorted(found.sources, key=lambda source: (source.type, source.id))))


def lock_dull_invoice(tx: Transaction) -> Decimal:
    (invoice,) = tx.lock_books({INVOICE_ID}, (), ()).invoices
    return invoice.balance


def test_the_books_are_what_exists_of_what_is_named(store: SqlStore) -> None:
    item = an_item(balance="70.00", taken="10.00")
    tax = a_tax_item(accounting_code=None)
    canceled = replace(OTHER_INVOICE, status=CANCELED, currency="JPY", minor_unit_digits=0)
    put(store, an_invoice(), canceled, item, tax)
    found = lock(store, invoice_ids={INVOICE_ID, "nobody"}, source_ids={ITEM_ID, TAX_ITEM_ID, "none"})
    assert found == Books((an_invoice(),), (item, tax))
    found = lock(
        store, invoice_ids={OTHER_INVOICE_ID}, invoice_numbers={"INV00000001", "INV00000002", "INV3"}
    )
    assert found == Books((an_invoice(), canceled), ())
    assert lock(store) == Books((), ())


def test_names_of_invoices_count_case_and_blanks(store: SqlStore) -> None:
    put(store, an_invoice())
    names = {"inv00000001", "INV00000001 ", " INV00000001"}
    assert lock(store, invoice_numbers=names, invoice_ids={INVOICE_ID.upper()}) == Books((), ())


def test_an_item_and_a_taxation_item_may_have_the_same_id(store: SqlStore) -> None:
    item, tax = an_item(), a_tax_item(id=ITEM_ID)
    put(store, an_invoice(), item, tax)
    assert lock(store, source_ids={ITEM_ID}).sources == (item, tax)


def test_adjustments_come_with_their_sources_and_invoices(store: SqlStore) -> None:
    credit = an_adjustment("0.01", comment="Größe \U0001f600 'x' \\", reason_code="r", reference_id="ref")
    of_tax = an_adjustment(
        "99999999999999.99",
        id="a2",
        adjustment_number="n2",
        source_type=SourceType.TAX,
        source_id=TAX_ITEM_ID,
        status=AdjustmentStatus.CANCELED,
        cancelled_by_id="user",
        cancelled_date=STAMP.at,
    )
    elsewhere = an_adjustment(id="a3", adjustment_number="n3", invoice_id=OTHER_INVOICE_ID)
    put(store, an_invoice(), OTHER_INVOICE, an_item(), a_tax_item(), credit, of_tax, elsewhere)
    found = store.write(lambda tx: tx.lock_adjustments(AdjustmentKind.ITEM, {credit.id, "a2", "nothing"}))
    assert found.invoices == (an_invoice(),)
    assert {source.id for source in found.sources} == {ITEM_ID, TAX_ITEM_ID}
    assert sorted(found.adjustments, key=lambda a: a.id) == sorted([credit, of_tax], key=lambda a: a.id)
    assert store.write(lambda tx: tx.lock_adjustments(AdjustmentKind.ITEM, {"nothing"})) == Books((), ())
    assert store.write(lambda tx: tx.lock_adjustments(AdjustmentKind.ITEM, ())) == Books((), ())


def test_numbers_count_up_and_are_used_once_written(store: SqlStore) -> None:
    put(store, an_invoice(), an_item())
    assert store.write(lambda tx: tx.next_numbers(AdjustmentKind.ITEM, 2)) == ["IIA-00000001", "IIA-00000002"]
    assert store.write(lambda tx: tx.next_numbers(AdjustmentKind.ITEM, 1)) == ["IIA-00000003"]
    store.write(lambda tx: tx.add([an_adjustment(adjustment_number="Own 1")]))
    asked = {"Own 1", "own 1", "Own 1 ", "IIA-00000001"}
    assert store.read(lambda tx: tx.used_numbers(asked)) == {"Own 1"}
    assert store.read(lambda tx: tx.used_numbers(())) == frozenset()


def test_fresh_numbers_skip_supplied_ones_that_lie_ahead(store: SqlStore) -> None:
    ahead = (2, 3, 5, 6, 7)
    supplied = [an_adjustment(id=f"a{n}", adjustment_number=f"IIA-{n:08d}") for n in ahead]
    put(store, an_invoice(), an_item(), *supplied)
    assert store.write(lambda tx: tx.next_numbers(AdjustmentKind.ITEM, 3)) == [
        "IIA-00000001",
        "IIA-00000004",
        "IIA-00000008",
    ]
    following = store.write(lambda tx: tx.next_numbers(AdjustmentKind.ITEM, 2))
    assert following == sorted(following)
    assert following[0] > "IIA-00000008"


def test_numbers_go_on_behind_their_eight_digits(store: SqlStore) -> None:
    taken = an_adjustment(adjustment_number="IIA-100000000")
    put(store, an_invoice(), an_item(), taken)
    store.write(lambda tx: tx.count_beyond(AdjustmentKind.ITEM, 99_999_998))
    assert store.write(lambda tx: tx.next_numbers(AdjustmentKind.ITEM, 2)) == [
        "IIA-99999999",
        "IIA-100000001",
    ]


def test_a_number_is_not_drawn_when_its_transaction_fails(store: SqlStore) -> None:
    def work(tx: Transaction) -> None:
        tx.next_numbers(AdjustmentKind.ITEM, 5)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.write(work)
    assert store.write(lambda tx: tx.next_numbers(AdjustmentKind.ITEM, 1)) == ["IIA-00000001"]


def test_balances_are_saved_with_who_and_when(store: SqlStore) -> None:
    put(store, an_invoice(), OTHER_INVOICE, an_item(), a_tax_item())
    invoice = replace(
        an_invoice(),
        balance=Decimal("-99999999999999.99"),
        adjustment_amount=Decimal(7),
        adjusted=Decimal(-7),
    )
    item = replace(an_item(), balance=Decimal("73.01"), taken=Decimal("6.99"), adjusted=Decimal("-6.99"))
    tax = replace(a_tax_item(), balance=Decimal("19.99"), taken=Decimal("0.01"), adjusted=Decimal("-0.01"))
    store.write(lambda tx: tx.save_balances([invoice], [tax, item], STAMP))
    found = lock(store, invoice_ids={INVOICE_ID, OTHER_INVOICE_ID}, source_ids={ITEM_ID, TAX_ITEM_ID})
    assert found == Books((invoice, OTHER_INVOICE), (item, tax))
    with store.engine.connect() as connection:
        for table in (invoices, invoice_items, taxation_items):
            stamp = select(table.c.updated_by_id, table.c.updated_date)
            written = {tuple(row) for row in connection.execute(stamp)}
            assert written - {(None, None)} == {(STAMP.user_id, STAMP.at)}, table.name


def test_nothing_to_save_is_no_statement(store: SqlStore) -> None:
    store.write(lambda tx: tx.save_balances([], [], STAMP))


def test_a_change_writes_what_an_update_may_change(store: SqlStore) -> None:
    before = an_adjustment(reason_code="old", comment="kept")
    untouched = an_adjustment(id="a2", adjustment_number="n2")
    put(store, an_invoice(), an_item(), before, untouched)
    after = replace(
        before,
        status=AdjustmentStatus.CANCELED,
        reason_code=None,
        transferred_to_accounting="No",
        cancelled_by_id=STAMP.user_id,
        cancelled_date=STAMP.at,
        updated_by_id=STAMP.user_id,
        updated_date=STAMP.at,
    )
    store.write(lambda tx: tx.change([after]))
    found = store.write(lambda tx: tx.lock_adjustments(AdjustmentKind.ITEM, {before.id, "a2"})).adjustments
    assert sorted(found, key=lambda a: a.id) == sorted([after, untouched], key=lambda a: a.id)


def test_a_removed_adjustment_keeps_its_number_used(store: SqlStore) -> None:
    put(store, an_invoice(), an_item(), an_adjustment())
    store.write(lambda tx: tx.remove([an_adjustment()]))
    assert store.write(lambda tx: tx.lock_adjustments(AdjustmentKind.ITEM, {an_adjustment().id})) == Books(
        (), ()
    )
    assert store.read(lambda tx: tx.used_numbers({"IIA-00000001"})) == {"IIA-00000001"}
    assert store.write(lambda tx: tx.next_numbers(AdjustmentKind.ITEM, 1)) == ["IIA-00000002"]


def test_the_audit_trail_grows_in_order(store: SqlStore) -> None:
    put(store, an_invoice())
    who = (EARLIER.at, EARLIER.user_id, "soap", "r1", "create", INVOICE_ID)
    entries = [AuditEntry(*who, f"a{n}", f'{{"ü": {n}}}') for n in (2, 1, 3)]

    def append(some: list[AuditEntry]) -> None:
        def work(tx: Transaction) -> None:
            tx.lock_books({INVOICE_ID}, (), ())
            tx.audit(some)

        store.write(work)

    append(entries[:2])
    append(entries[2:])
    with store.engine.connect() as connection:
        rows = [
            dict(row)
            for row in connection.execute(audit_entries.select().order_by(audit_entries.c.id)).mappings()
        ]
    links, (head,) = chain(entries, {INVOICE_ID: Head(INVOICE_ID)})
    for row, link in zip(rows, links, strict=True):
        del row["id"]
        assert row == asdict(link.entry) | {"seq": link.seq, "hash": link.hash}
    assert [row["seq"] for row in rows] == [1, 2, 3]
    with store.engine.connect() as connection:
        stored = connection.execute(select(invoices.c.id, invoices.c.audit_seq, invoices.c.audit_hash))
        assert Head(*stored.one()) == head


def test_work_that_fails_leaves_nothing(store: SqlStore) -> None:
    put(store, an_invoice(), an_item())

    def work(tx: Transaction) -> None:
        tx.add([an_adjustment()])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.write(work)
    with store.engine.connect() as connection:
        for table in (invoice_item_adjustments, adjustment_numbers):
            assert connection.scalar(select(func.count()).select_from(table)) == 0


def test_a_row_that_breaks_a_rule_of_the_schema_is_a_bug_not_a_competition(store: SqlStore) -> None:
    tries = []

    def work(tx: Transaction) -> None:
        tries.append(tx)
        tx.add([an_adjustment(invoice_id="none")])

    with pytest.raises(IntegrityError):
        store.write(work)
    assert len(tries) > 1, "it might have been another transaction's number"


class Holder:
    """A transaction in its own thread that holds the dull invoice until it is released."""

    def __init__(self, store: SqlStore, pool: ThreadPoolExecutor, then: Callable[[Transaction], Any]) -> None:
        self._holds, self._released = Event(), Event()

        def work(tx: Transaction) -> None:
            lock_dull_invoice(tx)
            self._holds.set()
            assert self._released.wait(WAIT_S)
            then(tx)

        self._done = pool.submit(store.write, work)
        assert self._holds.wait(WAIT_S)

    def release(self) -> None:
        self._released.set()
        self._done.result(WAIT_S)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def save_balance(balance: str) -> Callable[[Transaction], None]:
    return lambda tx: tx.save_balances([an_invoice(balance=balance)], [], STAMP)


def test_who_wants_an_invoice_that_is_held_waits_and_sees_what_was_written(
    store: SqlStore, pool: ThreadPoolExecutor
) -> None:
    put(store, an_invoice(), an_item())
    holder = Holder(store, pool, then=save_balance("12.34"))
    asks = Event()

    def work(tx: Transaction) -> Decimal:
        asks.set()
        return lock_dull_invoice(tx)

    waiting = [pool.submit(store.write, work) for _ in range(3)]
    if store.engine.dialect.name != "sqlite":  # there, a second writer does not even begin
        assert asks.wait(WAIT_S)
    assert not any(each.done() for each in waiting)
    holder.release()
    assert [each.result(WAIT_S) for each in waiting] == [Decimal("12.34")] * 3


def test_who_may_not_wait_learns_of_the_competition(
    store: SqlStore, url: str, pool: ThreadPoolExecutor, caplog: pytest.LogCaptureFixture
) -> None:
    put(store, an_invoice(), an_item())
    holder = Holder(store, pool, then=save_balance("12.34"))
    impatient = open_store(url, StoreLimits(lock_wait_s=0))
    try:
        with pytest.raises(LockCompetition):
            impatient.write(lock_dull_invoice)
        *again, given_up = caplog.messages
        assert again == ["a transaction was broken off and is run again: lock wait over its limit"] * 4
        assert given_up == "gave a transaction up after 5 tries: lock wait over its limit"
        holder.release()
        assert impatient.write(lock_dull_invoice) == Decimal("12.34")
    finally:
        impatient.close()


def test_readers_do_not_wait_for_a_writer(store: SqlStore, pool: ThreadPoolExecutor) -> None:
    put(store, an_invoice(), an_item(), an_adjustment())
    holder = Holder(store, pool, then=save_balance("12.34"))
    assert store.read(lambda tx: tx.used_numbers({"IIA-00000001"})) == {"IIA-00000001"}
    with store.engine.connect() as connection:
        assert connection.scalar(select(invoices.c.balance)) == Decimal("100.00")
    holder.release()


def test_other_invoices_are_free_except_on_sqlite(
    store: SqlStore, url: str, pool: ThreadPoolExecutor
) -> None:
    put(store, an_invoice(), OTHER_INVOICE)
    holder = Holder(store, pool, then=save_balance("12.34"))
    impatient = open_store(url, StoreLimits(lock_wait_s=0))

    def lock_other_invoice() -> Books:
        return impatient.write(lambda tx: tx.lock_books({OTHER_INVOICE_ID}, (), ()))

    try:
        if store.engine.dialect.name == "sqlite":  # one writer at a time
            with pytest.raises(LockCompetition):
                lock_other_invoice()
        else:
            assert lock_other_invoice().invoices == (OTHER_INVOICE,)
    finally:
        impatient.close()
        holder.release()


def test_calls_that_name_invoices_in_different_orders_do_not_deadlock(
    store: SqlStore, pool: ThreadPoolExecutor
) -> None:
    put(store, an_invoice(), OTHER_INVOICE)
    tries = []

    def work(order: list[str]) -> int:
        def locking(tx: Transaction) -> int:
            tries.append(order)
            return len(tx.lock_books(order, (), ()).invoices)

        return store.write(locking)

    orders = [[INVOICE_ID, OTHER_INVOICE_ID], [OTHER_INVOICE_ID, INVOICE_ID]] * 20
    assert list(pool.map(work, orders)) == [2] * len(orders)
    assert len(tries) == len(orders), "nobody had to try again"
