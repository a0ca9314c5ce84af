"""The use cases of adjustments over a real store, on every database."""

import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import count, repeat
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import pytest
from sqlalchemy import event, select

from gateway.contract.errors import ErrorCode
from gateway.engine import AdjustmentKind, Books
from gateway.engine.ledger import AdjustmentType, signed
from gateway.service.adjusting import Adjusting
from gateway.service.callers import PLAIN_USER, Caller, Permission
from gateway.service.calls import CallOptions
from gateway.service.configuration import Configurations
from gateway.service.failures import TooManyRecords
from gateway.service.outcomes import SaveOutcome
from gateway.service.ports import Transaction
from gateway.service.records import Record
from gateway.service.saving import Saving
from gateway.service.tenant import Configuration, TenantSettings
from gateway.storage.store import SqlStore
from gateway.storage.tables import audit_entries, invoice_item_adjustments
from support.builders import (
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
from support.databases import DATABASES, an_empty_store, database_url, put, statements

A_HUNDRED = Configuration(settings=TenantSettings(max_records=100))
CALLER = Caller(STAMP.user_id, door="soap", request_id="request-1", configuration=A_HUNDRED)
TOGETHER = CallOptions(single_transaction=True)
OTHER_ITEM_ID = "item2".rjust(32, "0")
WAIT_S = 30


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    with an_empty_store(database_url(request.param, tmp_path)) as store:
        put(
            store,
            an_invoice(),
            an_invoice("1000.00", id=OTHER_INVOICE_ID, number="INV00000002"),
            an_item(),
            a_tax_item(),
            an_item("1000.00", id=OTHER_ITEM_ID, invoice_id=OTHER_INVOICE_ID),
        )
        yield store


@pytest.fixture
def adjusting(store: SqlStore) -> Adjusting:
    """The use cases with a clock that stands still and Ids that count up."""
    number = count(1)

    def new_ids(wanted: int, _: datetime) -> Iterator[str]:
        return (f"{next(number):032x}" for _ in range(wanted))

    return Adjusting(Saving(store, lambda: STAMP.at, new_ids, Configurations(store)))


def record(amount: str = "1.00", **others: str) -> Record:
    return Record(
        {
            "AdjustmentDate": "2024-03-15",
            "Amount": amount,
            "InvoiceId": INVOICE_ID,
            "SourceId": ITEM_ID,
            "SourceType": "InvoiceDetail",
            "Type": "Credit",
        }
        | others
    )


def on_other_invoice(amount: str = "1.00", **others: str) -> Record:
    return record(amount, InvoiceId=OTHER_INVOICE_ID, SourceId=OTHER_ITEM_ID, **others)


def canceling(outcome: SaveOutcome) -> Record:
    return Record({"Id": id_of(outcome), "Status": "Canceled"})


def id_of(outcome: SaveOutcome) -> str:
    assert outcome.id is not None, outcome.errors
    return outcome.id


def code_of(outcome: SaveOutcome) -> ErrorCode | None:
    return outcome.errors[0].code if outcome.errors else None


def books(store: SqlStore) -> Books:
    both, all_three = {INVOICE_ID, OTHER_INVOICE_ID}, {ITEM_ID, TAX_ITEM_ID, OTHER_ITEM_ID}
    found = store.write(lambda tx: tx.lock_books(both, (), all_three))
    return replace(found, sources=tuple(sorted(found.sources, key=lambda source: source.id)))


def balances(store: SqlStore) -> dict[str, Decimal]:
    found = books(store)
    return {row.id: row.balance for row in (*found.invoices, *found.sources)}


def rows(store: SqlStore, *columns: Any) -> list[tuple[Any, ...]]:
    with store.engine.connect() as connection:
        statement = select(*columns).order_by(columns[0].table.c.id)
        return [tuple(row) for row in connection.execute(statement)]


def assert_balances_are_the_sums_of_live_adjustments(store: SqlStore) -> None:
    """Every stored balance is what was billed and the live adjustments, to the cent."""
    table = invoice_item_adjustments
    columns = (table.c.invoice_id, table.c.source_type, table.c.source_id, table.c.type, table.c.amount)
    with store.engine.connect() as connection:
        live = connection.execute(select(*columns).where(table.c.status == "Processed")).all()
    found = books(store)
    for invoice in found.invoices:
        total = sum(
            (signed(AdjustmentType(r.type), r.amount) for r in live if r.invoice_id == invoice.id), Decimal(0)
        )
        assert invoice.balance == invoice.amount + total
        assert (invoice.adjusted, invoice.adjustment_amount) == (total, -total)
    for source in found.sources:
        its = [r for r in live if (r.source_type, r.source_id) == (source.type, source.id)]
        total = sum((signed(AdjustmentType(r.type), r.amount) for r in its), Decimal(0))
        assert source.balance == source.original + total
        assert (source.adjusted, source.taken) == (total, -total)


def test_one_refused_record_of_fifty_leaves_the_others_done_in_order(
    store: SqlStore, adjusting: Adjusting
) -> None:
    records = [record(f"0.{number:02d}", Comment=f"record {number}") for number in range(1, 51)]
    records[20].values["Amount"] = "500.00"
    outcomes = adjusting.create(CALLER, records)
    assert [number for number, outcome in enumerate(outcomes) if outcome.errors] == [20]
    assert code_of(outcomes[20]) is ErrorCode.INVALID_VALUE
    done = [outcome.id for outcome in outcomes if outcome.id]
    assert len(done) == 49
    table = invoice_item_adjustments
    written = rows(store, table.c.id, table.c.comment, table.c.adjustment_number)
    assert [row[0] for row in written] == done
    assert [row[1] for row in written] == [f"record {number}" for number in range(1, 51) if number != 21]
    assert [row[2] for row in written] == [f"IIA-{number:08d}" for number in range(1, 50)]
    assert balances(store)[ITEM_ID] == Decimal("80.00") - Decimal("12.75") + Decimal("0.21")
    assert_balances_are_the_sums_of_live_adjustments(store)


def test_records_of_several_invoices_and_of_taxes_go_together(store: SqlStore, adjusting: Adjusting) -> None:
    outcomes = adjusting.create(
        CALLER,
        [
            on_other_invoice("999.99"),
            record("20.00", SourceType="Tax", SourceId=TAX_ITEM_ID),
            record("80.00"),
            record("0.01"),
            Record({**record("0.01").values, "InvoiceNumber": "INV00000001"}),
            record("5.00", Type="Charge"),
        ],
    )
    assert [outcome.id is not None for outcome in outcomes] == [True, True, True, False, False, True]
    assert balances(store) == {
        INVOICE_ID: Decimal("5.00"),
        ITEM_ID: Decimal("5.00"),
        TAX_ITEM_ID: Decimal(0),
        OTHER_INVOICE_ID: Decimal("0.01"),
        OTHER_ITEM_ID: Decimal("0.01"),
    }
    assert_balances_are_the_sums_of_live_adjustments(store)


def test_a_created_adjustment_is_written_whole(store: SqlStore, adjusting: Adjusting) -> None:
    sent = record("9.989999999999997", Comment="Größe \U0001f600", ReasonCode="Other", ReferenceId="r-1")
    (outcome,) = adjusting.create(CALLER, [sent])
    (written,) = store.write(
        lambda tx: tx.lock_adjustments(AdjustmentKind.ITEM, {id_of(outcome)})
    ).adjustments
    assert written == an_adjustment(
        "9.99",
        id=id_of(outcome),
        created_by_id=STAMP.user_id,
        created_date=STAMP.at,
        updated_by_id=STAMP.user_id,
        updated_date=STAMP.at,
        comment="Größe \U0001f600",
        reason_code="Other",
        reference_id="r-1",
        accounting_code="4000",
        invoice_item_name="Monthly fee",
        service_start_date=an_item().service_start_date,
        service_end_date=an_item().service_end_date,
        exclude_item_billing_from_revenue_accounting=False,
    )


@pytest.mark.parametrize("action", ["create", "create with numbers", "update", "delete"])
def test_fifty_records_take_as_many_statements_as_one(
    store: SqlStore, adjusting: Adjusting, action: str
) -> None:
    # What the tenant keeps is read once and then when it changes.
    adjusting.create(CALLER, [])

    def run(records: int) -> int:
        number = {"AdjustmentNumber": f"Own {records}-"} if action == "create with numbers" else {}
        # Each on a source of its own: as many balances move as there are records.
        sources = [f"{records:04d}{n:028d}" for n in range(records)]
        put(store, *(an_item("1.00", id=id_, invoice_id=OTHER_INVOICE_ID) for id_ in sources))
        drafts = [
            record(
                "0.01",
                InvoiceId=OTHER_INVOICE_ID,
                SourceId=id_,
                **{key: f"{value}{n}" for key, value in number.items()},
            )
            for n, id_ in enumerate(sources)
        ]
        if action.startswith("create"):
            with statements(store) as sent:
                outcomes = adjusting.create(CALLER, drafts)
        else:
            created = adjusting.create(CALLER, drafts)
            changes = [canceling(outcome) for outcome in created]
            if action == "delete":
                adjusting.update(CALLER, changes)
            with statements(store) as sent:
                if action == "delete":
                    outcomes = adjusting.delete(CALLER, [id_of(outcome) for outcome in created])
                else:
                    outcomes = adjusting.update(CALLER, changes)
        assert all(outcome.id for outcome in outcomes)
        assert 3 <= len(sent) <= 14
        return len(sent)

    assert run(1) == run(50)


@pytest.mark.parametrize("refused", ["500.00", "0", "1.2.3"])
def test_a_single_transaction_is_all_or_nothing(store: SqlStore, adjusting: Adjusting, refused: str) -> None:
    before = books(store)
    outcomes = adjusting.create(CALLER, [record("1.00"), record(refused), on_other_invoice("1.00")], TOGETHER)
    assert [outcome.id for outcome in outcomes] == [None] * 3
    assert [code_of(outcome) for outcome in outcomes] == [
        ErrorCode.TRANSACTION_FAILED if number != 1 else ErrorCode.INVALID_VALUE for number in range(3)
    ]
    assert books(store) == before
    assert rows(store, invoice_item_adjustments.c.id) == []
    assert rows(store, audit_entries.c.id) == []
    outcomes = adjusting.create(CALLER, [record("1.00"), on_other_invoice("1.00")], TOGETHER)
    assert all(outcome.id for outcome in outcomes)
    assert rows(store, invoice_item_adjustments.c.adjustment_number) == [("IIA-00000001",), ("IIA-00000002",)]
    assert_balances_are_the_sums_of_live_adjustments(store)


def test_nobody_adjusts_an_invoice_below_zero_however_many_try_at_once(
    store: SqlStore, adjusting: Adjusting
) -> None:
    barrier = Barrier(4)

    def one_caller(_: int) -> int:
        barrier.wait(WAIT_S)
        calls = [adjusting.create(CALLER, [record("7.00")]) for _ in range(5)]
        return sum(outcome.id is not None for (outcome,) in calls)

    with ThreadPoolExecutor(4) as pool:
        done = sum(pool.map(one_caller, range(4)))
    assert done == 11, "80.00 holds 7.00 eleven times"
    assert balances(store)[ITEM_ID] == Decimal("3.00")
    assert balances(store)[INVOICE_ID] == Decimal("23.00")
    assert len(rows(store, invoice_item_adjustments.c.id)) == 11
    assert_balances_are_the_sums_of_live_adjustments(store)


def test_a_number_that_many_supply_at_once_is_taken_once(store: SqlStore, adjusting: Adjusting) -> None:
    barrier = Barrier(4)

    def one_caller(number: int) -> SaveOutcome:
        draft = (record, on_other_invoice)[number % 2]  # invoices that do not wait for each other
        barrier.wait(WAIT_S)
        (outcome,) = adjusting.create(CALLER, [draft("1.00", AdjustmentNumber="Own 1")])
        return outcome

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(one_caller, range(4)))
    assert sorted(code_of(outcome) or "" for outcome in outcomes) == [
        "",
        *repeat(ErrorCode.DUPLICATE_VALUE, 3),
    ]
    assert rows(store, invoice_item_adjustments.c.adjustment_number) == [("Own 1",)]
    assert_balances_are_the_sums_of_live_adjustments(store)


def test_a_number_that_another_call_is_just_writing_is_waited_for_and_refused(
    store: SqlStore, adjusting: Adjusting
) -> None:
    written, asked, released = Event(), Event(), Event()

    def other_call(tx: Transaction) -> None:
        tx.add([an_adjustment(adjustment_number="Own 1")])
        written.set()
        assert released.wait(WAIT_S)

    # By its INSERT a call has looked for the number and not seen it; SQLite lets it begin only afterwards.
    telling = "BEGIN" if store.engine.dialect.name == "sqlite" else "INSERT"

    def tell(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(telling):
            asked.set()

    with ThreadPoolExecutor(2) as pool:
        other = pool.submit(store.write, other_call)
        assert written.wait(WAIT_S)
        event.listen(store.engine, "before_cursor_execute", tell)
        ours = pool.submit(adjusting.create, CALLER, [on_other_invoice(AdjustmentNumber="Own 1")])
        assert asked.wait(WAIT_S)
        released.set()
        other.result(WAIT_S)
        (outcome,) = ours.result(WAIT_S)
    assert code_of(outcome) is ErrorCode.DUPLICATE_VALUE
    assert balances(store)[OTHER_INVOICE_ID] == Decimal("1000.00")


def test_drawn_numbers_are_never_drawn_twice_by_calls_at_once(store: SqlStore, adjusting: Adjusting) -> None:
    barrier = Barrier(4)

    def one_caller(number: int) -> list[SaveOutcome]:
        draft = (record, on_other_invoice)[number % 2]
        barrier.wait(WAIT_S)
        return adjusting.create(CALLER, [draft("0.01")] * 10)

    with ThreadPoolExecutor(4) as pool:
        outcomes = [outcome for outcomes in pool.map(one_caller, range(4)) for outcome in outcomes]
    assert all(outcome.id for outcome in outcomes)
    numbers = sorted(number for (number,) in rows(store, invoice_item_adjustments.c.adjustment_number))
    assert numbers == [f"IIA-{number:08d}" for number in range(1, 41)]
    assert_balances_are_the_sums_of_live_adjustments(store)


def test_canceling_gives_back_what_was_taken(store: SqlStore, adjusting: Adjusting) -> None:
    before = books(store)
    outcomes = adjusting.create(CALLER, [record("30.00"), record("50.00"), on_other_invoice("1.00")])
    again = adjusting.update(CALLER, [canceling(outcome) for outcome in outcomes])
    assert [outcome.id for outcome in again] == [outcome.id for outcome in outcomes]
    assert books(store) == before
    table = invoice_item_adjustments
    written = rows(store, table.c.status, table.c.cancelled_by_id, table.c.cancelled_date)
    assert written == [("Canceled", STAMP.user_id, STAMP.at)] * 3
    # Sent again it changes nothing.
    assert adjusting.update(CALLER, [canceling(outcomes[0])])[0].id == outcomes[0].id
    assert books(store) == before
    assert_balances_are_the_sums_of_live_adjustments(store)


def test_an_adjustment_that_two_cancel_at_once_is_given_back_once(
    store: SqlStore, adjusting: Adjusting
) -> None:
    outcome, _ = adjusting.create(CALLER, [record("30.00"), record("30.00")])
    barrier = Barrier(3)

    def one_caller(_: int) -> SaveOutcome:
        barrier.wait(WAIT_S)
        return adjusting.update(CALLER, [canceling(outcome)])[0]

    with ThreadPoolExecutor(3) as pool:
        assert [each.id for each in pool.map(one_caller, range(3))] == [outcome.id] * 3
    assert balances(store)[ITEM_ID] == Decimal("50.00")
    assert_balances_are_the_sums_of_live_adjustments(store)


def test_only_a_canceled_adjustment_can_be_deleted_and_its_number_stays_used(
    store: SqlStore, adjusting: Adjusting
) -> None:
    live, canceled = adjusting.create(
        CALLER, [record(AdjustmentNumber="Own 1"), record(AdjustmentNumber="Own 2")]
    )
    adjusting.update(CALLER, [canceling(canceled)])
    outcomes = adjusting.delete(CALLER, [id_of(live), id_of(canceled), id_of(canceled), "9" * 32, "?", ""])
    assert [outcome.id for outcome in outcomes] == [None, canceled.id, None, None, None, None]
    assert rows(store, invoice_item_adjustments.c.id) == [(live.id,)]
    (again,) = adjusting.create(CALLER, [record(AdjustmentNumber="Own 2")])
    assert again.errors
    assert again.errors[0].field == "AdjustmentNumber"
    assert_balances_are_the_sums_of_live_adjustments(store)


def test_every_change_is_in_the_audit_trail(store: SqlStore, adjusting: Adjusting) -> None:
    (created,) = adjusting.create(CALLER, [record("9.989999999999997")])
    adjusting.update(CALLER, [Record({"Id": id_of(created), "ReasonCode": "Other"})])
    adjusting.update(CALLER, [canceling(created)])
    adjusting.update(CALLER, [canceling(created)])  # it changes nothing and leaves no trace
    adjusting.delete(CALLER, [id_of(created)])
    columns = audit_entries.c
    trail = rows(store, columns.action, columns.adjustment_id, columns.user_id, columns.at, columns.door)
    assert trail == [
        (action, created.id, STAMP.user_id, STAMP.at, "soap")
        for action in ("create", "update", "update", "delete")
    ]
    made, recoded, canceled, deleted = [json.loads(detail) for (detail,) in rows(store, columns.detail)]
    assert made["amount_as_sent"] == "9.989999999999997"
    assert made["after"]["amount"] == "9.99"
    assert made["after"]["adjustment_number"] == "IIA-00000001"
    assert made["after"]["reason_code"] == "Standard Adjustment"
    assert recoded == {"before": {"reason_code": "Standard Adjustment"}, "after": {"reason_code": "Other"}}
    assert canceled == {
        "before": {"status": "Processed", "cancelled_by_id": None, "cancelled_date": None},
        "after": {
            "status": "Canceled",
            "cancelled_by_id": STAMP.user_id,
            "cancelled_date": "2024-03-20T12:00:00.000+00:00",
        },
    }
    assert deleted == {"before": {**made["after"], **recoded["after"], **canceled["after"]}}
    assert {row for (row,) in rows(store, columns.request_id)} == {"request-1"}


def test_what_the_role_does_not_allow_changes_nothing(store: SqlStore, adjusting: Adjusting) -> None:
    (created,) = adjusting.create(CALLER, [record()])
    nobody = Caller(STAMP.user_id, permissions=PLAIN_USER - {Permission.CREATE, Permission.CANCEL})
    before = books(store)
    assert code_of(adjusting.create(nobody, [record()])[0]) is ErrorCode.NO_PERMISSION
    assert code_of(adjusting.update(nobody, [canceling(created)])[0]) is ErrorCode.NO_PERMISSION
    assert books(store) == before


def test_a_call_with_too_many_records_does_nothing(store: SqlStore, adjusting: Adjusting) -> None:
    with pytest.raises(TooManyRecords, match="101 objects, the most it may have is 100"):
        adjusting.create(CALLER, [record("0.01")] * 101)
    assert rows(store, invoice_item_adjustments.c.id) == []


def test_a_call_of_nothing_answers_nothing(adjusting: Adjusting) -> None:
    assert adjusting.create(CALLER, []) == []
    assert adjusting.update(CALLER, []) == []
    assert adjusting.delete(CALLER, []) == []


def test_unknown_fields_are_ignored_and_logged(
    adjusting: Adjusting, caplog: pytest.LogCaptureFixture
) -> None:
    sent = record()
    sent.values["Amuont"] = "1"
    with caplog.at_level(logging.WARNING):
        (outcome,) = adjusting.create(CALLER, [sent])
    assert outcome.id
    assert "Amuont" in caplog.text
