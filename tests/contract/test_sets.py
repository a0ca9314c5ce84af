"""Sets of adjustments over a real store, on every database: together, allocated, written off."""

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.contract.errors import ErrorCode
from gateway.engine.allocation import Strategy
from gateway.service.adjusting import Adjusting
from gateway.service.callers import Caller
from gateway.service.calls import CallOptions
from gateway.service.configuration import Configurations
from gateway.service.failures import KeyReused
from gateway.service.ids import new_ids
from gateway.service.outcomes import Line, Saved
from gateway.service.records import Record
from gateway.service.saving import Saving
from gateway.service.sets import Sets
from gateway.service.tenant import Configuration, TenantSettings
from gateway.storage.store import SqlStore
from gateway.storage.tables import audit_entries, invoice_item_adjustments, invoice_items, invoices
from support.builders import INVOICE_ID, ITEM_ID, STAMP, TAX_ITEM_ID, a_tax_item, an_invoice, an_item
from support.databases import DATABASES, an_empty_store, database_url, put, statements

MORE_IDS = [f"item{n}".rjust(32, "0") for n in range(2, 7)]


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    """An invoice of 150.00: the dull item and its tax, and five items of 10.00."""
    with an_empty_store(database_url(request.param, tmp_path)) as store:
        put(store, an_invoice("150.00"), an_item(), a_tax_item(), *(an_item("10.00", id=i) for i in MORE_IDS))
        yield store


class World:
    """The use cases over a store whose tenant has these settings, called by a bulk job."""

    def __init__(self, store: SqlStore, **settings: object) -> None:
        self.store = store
        configurations = Configurations(store)
        for name, value in TenantSettings(**settings).texts().items():
            store.write(lambda tx, n=name, v=value: tx.save_setting(n, v))
        saving = Saving(store, lambda: STAMP.at, new_ids, configurations)
        self.sets, self.adjusting = Sets(saving), Adjusting(saving)
        configuration = Configuration(settings=TenantSettings(**settings))
        self.job = Caller(STAMP.user_id, door="bulk", request_id="job-1", configuration=configuration)

    def balances(self) -> dict[str, str]:
        with self.store.engine.connect() as connection:
            rows = connection.execute(select(invoices.c.id, invoices.c.balance)).all()
            rows += connection.execute(select(invoice_items.c.id, invoice_items.c.balance)).all()
        return {id_: f"{balance:.2f}" for id_, balance in rows}

    def written(self) -> list[tuple[str, str, str]]:
        table = invoice_item_adjustments
        columns = (table.c.adjustment_number, table.c.source_id, table.c.amount)
        with self.store.engine.connect() as connection:
            rows = connection.execute(select(*columns).order_by(table.c.adjustment_number)).all()
        return [(number, source_id, f"{amount:.2f}") for number, source_id, amount in rows]


def record(amount: str = "1.00", source_id: str = ITEM_ID, **others: str) -> Record:
    return Record(
        {
            "Amount": amount,
            "InvoiceId": INVOICE_ID,
            "SourceId": source_id,
            "SourceType": "InvoiceDetail",
            "Type": "Credit",
            "AdjustmentDate": "2024-03-15",
        }
        | others
    )


def an_allocation(amount: str = "15.00", **others: str) -> Record:
    return Record({"InvoiceNumber": "INV00000001", "Amount": amount, "Type": "Credit"} | others)


def codes(saved: Saved) -> list[str | None]:
    return [outcome.errors[0].code if outcome.errors else None for outcome in saved]


def test_records_that_fail_fall_out_and_the_window_is_judged_on_the_sum(store):
    world = World(store)
    world.adjusting.create(world.job, [record("70.00")])
    saved = world.sets.create(
        world.job,
        # The charge gives back what the first call took; alone the last credit would pass the balance.
        [record("500.00"), record("70.00", Type="Charge"), record("80.00"), record("0.001")],
    )
    assert codes(saved) == [ErrorCode.INVALID_VALUE, None, None, ErrorCode.INVALID_VALUE]
    assert (saved.sets, saved.replayed) == (1, False)
    assert world.balances()[ITEM_ID] == "0.00"


def test_a_set_above_the_limit_is_judged_piece_by_piece_and_says_so(store):
    world = World(store, max_set=2)
    options = CallOptions(idempotency_key="job 1")
    records = [record("1.00", source_id) for source_id in MORE_IDS]
    first = world.sets.create(world.job, records, options)
    assert (first.sets, len(first), codes(first)) == (3, 5, [None] * 5)
    again = world.sets.create(world.job, records, options)
    assert (again.sets, again.replayed, list(again)) == (3, True, list(first))
    assert world.balances()[INVOICE_ID] == "145.00"
    with pytest.raises(KeyReused):
        world.sets.create(world.job, [record("2.00"), *records[1:]], options)


def test_tax_follows_its_line_at_our_doors_and_not_at_the_legacys(store):
    world = World(store, tax_follows_line=True)
    (outcome,) = world.adjusting.create(world.job, [record("40.00")], CallOptions(idempotency_key="k"))
    (tax,) = outcome.brought
    assert tax == Line("Tax", TAX_ITEM_ID, "Credit", Decimal("10.00"), tax.id, "IIA-00000002")
    (again,) = world.adjusting.create(world.job, [record("40.00")], CallOptions(idempotency_key="k"))
    assert again == outcome
    (soap,) = world.adjusting.create(replace(world.job, door="soap"), [record("20.00")])
    assert soap.brought == ()
    # The set brings what the call through the other door had left out.
    (last,) = world.sets.create(world.job, [record("20.00")])
    assert [line.amount for line in last.brought] == [Decimal("10.00")]
    assert world.balances()[INVOICE_ID] == "50.00"
    with store.engine.connect() as connection:
        audited = set(connection.scalars(select(audit_entries.c.adjustment_id)))
    assert {tax.id, outcome.id} < audited


def test_an_allocation_is_written_as_one_set_with_its_lines(store):
    world = World(store)
    terms = {"AdjustmentDate": "2024-03-09", "Comment": "goodwill", "ReferenceId": "case 7"}
    saved = world.sets.allocate(world.job, an_allocation(**terms), Strategy.PROPORTIONAL)
    assert [(o.line.source_type, o.line.source_id, f"{o.line.amount:.2f}") for o in saved] == [
        ("Tax", TAX_ITEM_ID, "2.00"),
        ("InvoiceDetail", ITEM_ID, "8.00"),
        *(("InvoiceDetail", id_, "1.00") for id_ in MORE_IDS),
    ]
    assert sum(o.line.amount for o in saved) == Decimal("15.00")
    assert world.balances()[INVOICE_ID] == "135.00"
    assert next((o.line.id, o.line.number) for o in saved) == (saved[0].id, "IIA-00000001")
    with store.engine.connect() as connection:
        entries = connection.execute(select(audit_entries.c.action, audit_entries.c.detail)).all()
        comments = set(connection.scalars(select(invoice_item_adjustments.c.comment)))
    assert {entry.action for entry in entries} == {"allocate"}
    assert {json.loads(entry.detail)["amount_as_sent"] for entry in entries} == {"15.00"}
    assert comments == {"goodwill"}


def test_a_try_of_an_allocation_shows_its_lines_and_writes_nothing(store):
    world = World(store)
    saved = world.sets.allocate(
        world.job, an_allocation("85.00"), Strategy.LARGEST_FIRST, CallOptions(dry_run=True)
    )
    assert [(o.id, o.line.id, o.line.source_id, f"{o.line.amount:.2f}") for o in saved] == [
        (None, None, ITEM_ID, "80.00"),
        (None, None, TAX_ITEM_ID, "5.00"),
    ]
    assert world.written() == []


def test_an_allocation_in_pieces_is_one_transaction_and_one_answer(store):
    world = World(store, max_set=3)
    options = CallOptions(idempotency_key="a")
    saved = world.sets.allocate(world.job, an_allocation("150.00"), Strategy.OLDEST_FIRST, options)
    assert (saved.sets, len(saved), codes(saved)) == (3, 7, [None] * 7)
    assert set(world.balances().values()) == {"0.00"}
    assert [number for number, *_ in world.written()] == [f"IIA-{n:08d}" for n in range(1, 8)]
    again = world.sets.allocate(world.job, an_allocation("150.00"), Strategy.OLDEST_FIRST, options)
    assert (again.replayed, again.sets, list(again)) == (True, 3, list(saved))


def test_a_write_off_brings_the_invoice_to_zero_and_then_there_is_nothing_left(store):
    world = World(store)
    world.adjusting.create(world.job, [record("30.00")])
    saved = world.sets.write_off(world.job, Record({"InvoiceId": INVOICE_ID, "Comment": "uncollectable"}))
    assert codes(saved) == [None] * 7
    assert set(world.balances().values()) == {"0.00"}
    (refused,) = world.sets.write_off(world.job, Record({"InvoiceId": INVOICE_ID}))
    assert "there is nothing to write off" in refused.errors[0].message


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (Record({}), ["MISSING_REQUIRED_VALUE"] * 3),
        (an_allocation("1.2.3"), ["INVALID_VALUE"]),
        (an_allocation(InvoiceNumber="INV9"), ["INVALID_VALUE"]),
        (an_allocation(SourceId=ITEM_ID), ["INVALID_FIELD"]),
        (an_allocation("150.01"), ["INVALID_VALUE", "INVALID_VALUE"]),
        (an_allocation("-1"), ["INVALID_VALUE"]),
    ],
)
def test_an_allocation_is_refused_with_all_that_is_wrong_with_it(tmp_path, asked, expected):
    with an_empty_store(database_url("sqlite", tmp_path)) as store:
        put(store, an_invoice("150.00"), an_item())
        world = World(store)
        (refused,) = world.sets.allocate(world.job, asked, Strategy.PROPORTIONAL)
        assert [error.code for error in refused.errors] == expected
        assert refused.line is None


def test_the_drafts_that_a_check_refuses_fall_out_of_an_allocation_with_their_lines(store):
    world = World(store)
    early = an_allocation("100.00", AdjustmentDate="2024-02-29")
    saved = world.sets.allocate(world.job, early, Strategy.LARGEST_FIRST)
    assert codes(saved) == ["INVALID_VALUE", "INVALID_VALUE"]
    assert [f"{o.line.amount:.2f}" for o in saved] == ["80.00", "20.00"]
    assert world.written() == []


def test_nobody_without_the_permission_allocates(store):
    world = World(store)
    reader = replace(world.job, permissions=frozenset())
    (refused,) = world.sets.allocate(reader, an_allocation(), Strategy.PROPORTIONAL)
    assert refused.errors[0].code is ErrorCode.NO_PERMISSION


def test_an_allocation_takes_a_handful_of_statements_whatever_it_is_spread_over(store):
    world = World(store)
    world.adjusting.create(world.job, [])
    with statements(store) as few:
        world.sets.allocate(world.job, an_allocation("81.00"), Strategy.LARGEST_FIRST)
    with statements(store) as many:
        world.sets.allocate(world.job, an_allocation("60.00"), Strategy.PROPORTIONAL)
    assert len(many) == len(few) <= 16
