"""Importing files into a real store, on every database, beside adjustments that are made here."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from threading import Event

import pytest
from click.testing import CliRunner, Result

from gateway.cli import gateway as gateway_command
from gateway.contract.objects import ACCOUNT
from gateway.service.imports import importing
from gateway.service.imports.importing import OnError
from gateway.service.imports.results import Progress
from gateway.service.ports import Transaction
from gateway.service.selection import Selection
from gateway.storage import types
from gateway.storage.store import SqlStore
from gateway.storage.tables import accounts, invoice_items, invoices, taxation_items
from support.databases import DATABASES, an_empty_store, database_url
from support.imports import (
    ACCOUNT_FILE,
    CHARGE,
    CREDIT,
    INVOICE_FILE,
    ITEM_FILE,
    NOW,
    TAX_FILE,
    World,
    with_,
    without,
)

TAKEN = "adjustments have taken 30 of it"
WAIT_S = 30


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    with an_empty_store(database_url(request.param, tmp_path)) as store:
        yield store


@pytest.fixture
def world(store: SqlStore, tmp_path: Path) -> World:
    folder = tmp_path / "files"
    folder.mkdir()
    return World(store, folder)


# What is loaded


def test_a_folder_is_loaded_and_loaded_again(world: World) -> None:
    world.load_the_dull_world()
    result = world.load()
    assert [(file.object_name, file.read, file.added, file.updated) for file in result.files] == [
        (name, 1, 0, 1) for name in ("Account", "Invoice", "InvoiceItem", "TaxationItem")
    ]
    invoice = world.row(invoices, "11")
    assert (invoice.currency, invoice.minor_unit_digits, invoice.balance) == ("EUR", 2, Decimal(100))
    assert (invoice.adjusted, invoice.adjustment_amount) == (0, 0)
    assert (invoice.created_date, invoice.updated_date) == (NOW, NOW)
    item, tax = world.row(invoice_items, "21"), world.row(taxation_items, "31")
    assert (item.charge_name, item.balance, item.taken, item.adjusted) == ("Seats", 80, 0, 0)
    assert (tax.invoice_item_id, tax.balance, tax.taken, tax.adjusted) == ("21", 20, 0, 0)


def test_a_file_loaded_again_changes_its_columns_and_leaves_the_others(world: World) -> None:
    world.load_the_dull_world()
    world.load_files(Account=["Id,AccountNumber,CreatedDate", "1,A2,2020-01-01"])
    account = world.row(accounts, "1")
    assert (account.name, account.account_number) == ("Ann", "A2")
    assert account.created_date == datetime(2020, 1, 1, tzinfo=UTC)


def test_the_layout_of_a_warehouse_connector_is_read(world: World) -> None:
    synced = "2023-02-20 09:33:15.662000"
    world.load_files(
        zuora_account_data=["id,_fivetran_deleted,_fivetran_synced,currency,vatid", f"1,FALSE,{synced},,DE1"],
        zuora_invoice_data=[
            "id,account_id,amount,balance,created_date,invoice_date,invoice_number,status,transaction_currency",
            "11,1,70,0,2016-01-15 22:30:00.000000,2015-10-15,INV1,Posted,JPY",
        ],
        zuora_invoice_item_data=[
            "id,_fivetran_deleted,_fivetran_synced,balance,charge_amount,invoice_id,service_start_date",
            f"21,FALSE,{synced},65,65,11,2015-08-01",
            f"22,TRUE,{synced},,,,",
        ],
        zuora_taxation_item_data=[
            "id,_fivetran_deleted,_fivetran_synced,balance,invoice_id,invoice_item_id,tax_amount,tax_date",
            f"31,FALSE,{synced},5,11,21,5,2015-03-01 00:00:00.000000",
        ],
    )
    invoice = world.row(invoices, "11")
    assert (invoice.currency, invoice.minor_unit_digits) == ("JPY", 0)
    assert invoice.created_date == datetime(2016, 1, 15, 22, 30, tzinfo=UTC)
    assert world.row(accounts, "1").vat_id == "DE1"
    assert world.count(invoice_items) == 1
    assert world.row(taxation_items, "31").tax_date.isoformat() == "2015-03-01"


def test_deleted_rows_and_unknown_columns_are_reported(world: World) -> None:
    result = world.load_files(Account=["Id,Deleted,Shoe", "1,false,42", "2,true,43"])
    [report] = result.files
    assert (report.read, report.added, report.deleted, report.ignored_columns) == (2, 1, 1, ("Shoe",))


def test_several_columns_may_say_that_a_row_is_deleted(world: World) -> None:
    cells = ["1,FALSE,", "2,TRUE,false", "3,FALSE,true", "4,,maybe", "5,TRUE,maybe", "6,,"]
    result = world.load_files(
        options={"on_error": OnError.SKIP}, expect_bad=1, Account=["id,_fivetran_deleted,deleted", *cells]
    )
    [report] = result.files
    assert (report.read, report.added, report.deleted) == (6, 2, 3)
    assert world.reasons(result) == [
        ("Account.csv", 5, "_fivetran_deleted, deleted", "'maybe' is not true or false")
    ]


@pytest.mark.parametrize(
    ("columns", "cells", "currency"),
    [
        ("Currency,TransactionCurrency", "USD,JPY", "USD"),
        ("Currency,TransactionCurrency", ",JPY", "JPY"),
        ("Currency,TransactionCurrency", ",", "EUR"),
        ("Currency", "XTS", "XTS"),
    ],
)
def test_an_invoices_currency_is_its_own_or_its_accounts(
    world: World, columns: str, cells: str, currency: str
) -> None:
    invoice = [f"{INVOICE_FILE[0]},{columns}", f"{INVOICE_FILE[1]},{cells}"]
    world.load_files(Account=ACCOUNT_FILE, Invoice=invoice)
    assert world.row(invoices, "11").currency == currency


def test_an_invoice_keeps_its_currency_when_a_file_gives_none(world: World) -> None:
    world.load_files(Account=ACCOUNT_FILE, Invoice=with_(INVOICE_FILE, "Currency", "USD"))
    for file in (INVOICE_FILE, with_(INVOICE_FILE, "Currency", ""), with_(INVOICE_FILE, "DueDate", "")):
        world.load_files(Invoice=file)
        assert world.row(invoices, "11").currency == "USD"
    world.load_files(Invoice=with_(INVOICE_FILE, "TransactionCurrency", "JPY"))
    assert world.row(invoices, "11").currency == "JPY"


def test_items_need_not_add_up_to_the_invoice(world: World) -> None:
    world.load_files(
        Account=ACCOUNT_FILE, Invoice=INVOICE_FILE, InvoiceItem=with_(ITEM_FILE, "ChargeAmount", "900")
    )


def test_several_files_of_one_kind_are_loaded(world: World) -> None:
    world.write(Account=["Id", "1"])
    (world.folder / "Account-2.csv").write_text("Id\n2\n")
    world.load()
    assert world.count(accounts) == 2


# Balances


def test_missing_balances_are_the_amounts(world: World) -> None:
    world.load_files(
        Account=ACCOUNT_FILE,
        Invoice=with_(without(INVOICE_FILE, "Balance"), "AdjustmentAmount", "30"),
        InvoiceItem=with_(ITEM_FILE, "Balance", ""),
        TaxationItem=without(TAX_FILE, "Balance"),
    )
    invoice = world.row(invoices, "11")
    assert (invoice.balance, invoice.adjustment_amount) == (70, 30)
    assert (world.row(invoice_items, "21").balance, world.row(taxation_items, "31").balance) == (80, 20)


@pytest.mark.parametrize("file_balances", [True, False])
def test_a_balance_is_the_imported_part_and_the_adjustments_made_here(
    world: World, *, file_balances: bool
) -> None:
    world.load_the_dull_world()
    world.adjust(CREDIT, "30.00")
    world.adjust(CHARGE, "10.00")
    world.adjust(CREDIT, "5.00", "31")
    files = [ACCOUNT_FILE, INVOICE_FILE, ITEM_FILE, TAX_FILE]
    if not file_balances:
        files = [without(file, "Balance") for file in files]
    world.load_files(Account=files[0], Invoice=files[1], InvoiceItem=files[2], TaxationItem=files[3])
    invoice, item, tax = (
        world.row(invoices, "11"),
        world.row(invoice_items, "21"),
        world.row(taxation_items, "31"),
    )
    assert (invoice.balance, invoice.adjustment_amount, invoice.adjusted) == (75, 25, -25)
    assert (item.balance, item.taken, item.adjusted) == (60, 20, -20)
    assert (tax.balance, tax.taken, tax.adjusted) == (15, 5, -5)


def load_partly_paid(world: World) -> None:
    world.load_files(
        Account=ACCOUNT_FILE,
        Invoice=with_(with_(INVOICE_FILE, "Balance", "40"), "AdjustmentAmount", "20"),
        InvoiceItem=with_(ITEM_FILE, "Balance", "30"),
        TaxationItem=with_(TAX_FILE, "Balance", "7"),
    )


@pytest.mark.parametrize("include_ours", [True, False])
@pytest.mark.parametrize("credited", ["0", "10.00"])
def test_a_file_without_balances_keeps_those_imported_before(
    world: World, *, credited: str, include_ours: bool
) -> None:
    load_partly_paid(world)
    ours = Decimal(credited)
    if ours:
        world.adjust(CREDIT, credited)
    world.load_files(
        options={"balances_include_ours": include_ours},
        Account=without(ACCOUNT_FILE, "Balance"),
        Invoice=with_(without(INVOICE_FILE, "Balance"), "DueDate", "2024-04-01"),
        InvoiceItem=with_(without(ITEM_FILE, "Balance"), "SKU", "S1"),
        TaxationItem=without(TAX_FILE, "Balance"),
    )
    invoice, item = world.row(invoices, "11"), world.row(invoice_items, "21")
    assert (invoice.balance, invoice.adjustment_amount, invoice.adjusted) == (40 - ours, 20 + ours, -ours)
    assert (item.balance, item.taken, item.adjusted, item.sku) == (30 - ours, ours, -ours, "S1")
    assert world.row(taxation_items, "31").balance == 7
    assert world.row(accounts, "1").balance == 100


def test_an_empty_balance_is_told_from_one_without_a_column(world: World) -> None:
    load_partly_paid(world)
    world.load_files(
        Invoice=with_(with_(INVOICE_FILE, "Balance", ""), "AdjustmentAmount", ""),
        InvoiceItem=with_(ITEM_FILE, "Balance", ""),
        TaxationItem=with_(TAX_FILE, "Balance", ""),
    )
    invoice = world.row(invoices, "11")
    assert (invoice.balance, invoice.adjustment_amount) == (100, 0)
    assert (world.row(invoice_items, "21").balance, world.row(taxation_items, "31").balance) == (80, 20)


@pytest.mark.parametrize(
    ("changes", "balance", "adjustment_amount"),
    [
        ({"Amount": "90"}, 30, 20),
        ({"AdjustmentAmount": "35"}, 25, 35),
        ({"AdjustmentAmount": ""}, 60, 0),
        ({"Currency": "JPY"}, 100, 0),
    ],
)
def test_an_invoice_without_a_balance_column_keeps_what_was_paid(
    world: World, changes: dict[str, str], balance: int, adjustment_amount: int
) -> None:
    load_partly_paid(world)
    file = without(INVOICE_FILE, "Balance")
    for name, value in changes.items():
        file = with_(file, name, value)
    world.load_files(Invoice=file)
    invoice = world.row(invoices, "11")
    assert (invoice.balance, invoice.adjustment_amount) == (balance, adjustment_amount)


def test_an_item_without_a_balance_column_keeps_what_is_gone_of_it(world: World) -> None:
    load_partly_paid(world)
    file = without(ITEM_FILE, "Balance")
    world.load_files(InvoiceItem=with_(file, "ChargeAmount", "60"))
    assert world.row(invoice_items, "21").balance == 10
    result = world.load_files(InvoiceItem=with_(file, "ChargeAmount", "49"), expect_bad=1)
    assert world.reasons(result) == [("InvoiceItem.csv", 2, "Balance", "-1 is not between 0 and 49")]


def test_a_kept_balance_is_no_finer_than_a_currency_that_changed(world: World) -> None:
    world.load_the_dull_world()
    world.load_files(InvoiceItem=with_(ITEM_FILE, "Balance", "30.55"))
    world.load_files(Invoice=with_(INVOICE_FILE, "Currency", "JPY"))
    result = world.load_files(InvoiceItem=without(ITEM_FILE, "Balance"), expect_bad=1)
    assert world.reasons(result) == [("InvoiceItem.csv", 2, "Balance", "30.55 is finer than JPY: 0 decimals")]


def test_a_file_may_already_hold_the_adjustments_made_here(world: World) -> None:
    world.load_the_dull_world()
    world.adjust(CREDIT, "30.00")
    world.load_files(
        options={"balances_include_ours": True},
        Account=with_(ACCOUNT_FILE, "Balance", "50"),
        Invoice=with_(with_(INVOICE_FILE, "Balance", "50"), "AdjustmentAmount", "30"),
        InvoiceItem=with_(ITEM_FILE, "Balance", "50"),
        TaxationItem=TAX_FILE,
    )
    invoice, item = world.row(invoices, "11"), world.row(invoice_items, "21")
    assert (invoice.balance, invoice.adjustment_amount, invoice.adjusted) == (50, 30, -30)
    assert (item.balance, item.taken, item.adjusted) == (50, 30, -30)
    # Stored without ours; what a query answers has them.
    assert world.row(accounts, "1").balance == 80
    fields = tuple(ACCOUNT.by_name[name] for name in ("Id", "Balance"))
    selection = Selection(ACCOUNT, fields, None)
    assert world.store.read(lambda tx: tx.rows(selection, (), 2)) == [("1", Decimal(50))]


def test_a_payment_may_move_an_invoice_out_of_its_window_and_is_reported(world: World) -> None:
    world.load_the_dull_world()
    world.adjust(CREDIT, "30.00")
    result = world.load_files(Account=ACCOUNT_FILE, Invoice=with_(INVOICE_FILE, "Balance", "0"))
    assert [file.outside_window for file in result.files] == [0, 1]
    assert world.row(invoices, "11").balance == -30


def test_an_items_balance_may_go_on_falling_at_its_source(world: World) -> None:
    world.load_the_dull_world()
    world.adjust(CREDIT, "30.00")
    world.load_files(InvoiceItem=with_(ITEM_FILE, "Balance", "40.00"))
    item = world.row(invoice_items, "21")
    assert (item.balance, item.taken) == (10, 30)


# What live adjustments hold


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("AccountId", "2", "2 instead of 1: the invoice has live adjustments"),
        ("Currency", "USD", "USD instead of EUR: the invoice has live adjustments"),
        ("InvoiceDate", "2024-03-02", "2024-03-02 instead of 2024-03-01: the invoice has live adjustments"),
        ("Amount", "90", "90 instead of 100: the invoice has live adjustments"),
        ("Status", "Canceled", "Canceled instead of Posted: the invoice has live adjustments"),
    ],
)
def test_what_live_adjustments_were_decided_on_cannot_change(
    world: World, column: str, value: str, reason: str
) -> None:
    world.load_the_dull_world()
    changed = with_(INVOICE_FILE, column, value)
    world.load_files(Account=["Id,Currency", "2,EUR"])
    world.load_files(Invoice=changed)
    world.load_files(Invoice=with_(INVOICE_FILE, "Currency", "EUR"))
    # They cancel out, but live on.
    world.adjust(CREDIT, "30.00")
    world.adjust(CHARGE, "30.00")
    result = world.load_files(Invoice=changed, expect_bad=1)
    assert world.reasons(result) == [("Invoice.csv", 2, column, reason)]


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"ChargeAmount": "20", "Balance": ""}, "ChargeAmount", f"{TAKEN}, which leaves -10 of 20"),
        ({"ChargeAmount": "-80", "Balance": "-80"}, "ChargeAmount", f"-80: {TAKEN}"),
        ({"Balance": "20"}, "Balance", f"{TAKEN}, which leaves -10 of 80"),
        ({"Balance": "90"}, "Balance", f"{TAKEN}, which leaves 60 of 80"),
    ],
)
def test_an_item_cannot_change_below_what_was_taken(
    world: World, changes: dict[str, str], column: str, reason: str
) -> None:
    world.load_the_dull_world()
    world.adjust(CREDIT, "30.00")
    file = ITEM_FILE
    for name, value in changes.items():
        file = with_(file, name, value)
    result = world.load_files(InvoiceItem=file, expect_bad=1)
    assert world.reasons(result) == [("InvoiceItem.csv", 2, column, reason)]


def test_an_import_waits_for_a_call_that_adjusts_the_invoice(world: World) -> None:
    world.load_the_dull_world()
    locked, go_on = Event(), Event()

    def adjust_slowly(tx: Transaction) -> None:
        tx.lock_books({"11"}, (), ())
        locked.set()
        # The import has either begun to wait by then, or come too early, which the balance shows.
        go_on.wait(0.5)
        for table, column in ((invoices, "id"), (invoice_items, "invoice_id")):
            tx.connection.execute(  # type: ignore[attr-defined]
                table.update()
                .where(table.c[column] == "11")
                .values(adjusted=Decimal(-30), balance=Decimal(50))
            )
        tx.connection.execute(invoice_items.update().values(taken=Decimal(30)))  # type: ignore[attr-defined]

    with ThreadPoolExecutor(1) as threads:
        adjusting = threads.submit(world.store.write, adjust_slowly)
        assert locked.wait(WAIT_S)
        world.load_files(InvoiceItem=ITEM_FILE)
        adjusting.result(WAIT_S)
    item = world.row(invoice_items, "21")
    assert (item.balance, item.adjusted) == (50, -30)


# Bad rows


@pytest.mark.parametrize(
    ("file", "column", "value", "reason"),
    [
        ("Invoice", "AccountId", "7", "there is no account 7"),
        ("Invoice", "Status", "posted", "'posted' is none of Draft, Posted, Canceled, Error"),
        ("Invoice", "Currency", "XAU", "'XAU' is no currency known here"),
        ("Invoice", "Amount", "1.005", "1.005 is finer than EUR: 2 decimals"),
        ("Invoice", "Balance", "123456789012345.67", "123456789012345.67 has more than 16 digits"),
        ("InvoiceItem", "InvoiceId", "7", "there is no invoice 7"),
        ("InvoiceItem", "ChargeAmount", "1.005", "1.005 is finer than EUR: 2 decimals"),
        ("InvoiceItem", "Balance", "80.01", "80.01 is not between 0 and 80"),
        ("InvoiceItem", "Balance", "-0.01", "-0.01 is not between 0 and 80"),
        ("TaxationItem", "InvoiceId", "7", "invoice item 21 is on invoice 11"),
        ("TaxationItem", "InvoiceItemId", "7", "there is no invoice item 7"),
        ("TaxationItem", "TaxAmount", "0.001", "0.001 is finer than EUR: 2 decimals"),
        ("TaxationItem", "TaxAmount", "", "is empty"),
    ],
)
def test_a_bad_row_is_named_by_file_line_column_and_reason(
    world: World, file: str, column: str, value: str, reason: str
) -> None:
    files = {
        "Account": ACCOUNT_FILE,
        "Invoice": INVOICE_FILE,
        "InvoiceItem": ITEM_FILE,
        "TaxationItem": TAX_FILE,
    }
    result = world.load_files(expect_bad=1, **files | {file: with_(files[file], column, value)})
    if column == "InvoiceId" and file == "TaxationItem":
        column = "InvoiceItemId"
    assert world.reasons(result) == [(f"{file}.csv", 2, column, reason)]
    assert result.aborted


def test_an_invoice_without_any_currency_is_refused(world: World) -> None:
    result = world.load_files(Account=["Id", "1"], Invoice=INVOICE_FILE, expect_bad=1)
    assert world.reasons(result) == [
        ("Invoice.csv", 2, "Currency", "neither the invoice nor its account has a currency")
    ]


def test_an_item_stays_on_its_invoice(world: World) -> None:
    world.load_the_dull_world()
    second = INVOICE_FILE[1].replace("11,1,INV1", "12,1,INV2")
    result = world.load_files(
        Invoice=[*INVOICE_FILE, second], InvoiceItem=with_(ITEM_FILE, "InvoiceId", "12"), expect_bad=1
    )
    assert world.reasons(result) == [("InvoiceItem.csv", 2, "InvoiceId", "it is on invoice 11 already")]


def test_duplicates_within_a_file_and_numbers_of_other_invoices_are_refused(world: World) -> None:
    world.load_the_dull_world()
    result = world.load_files(
        options={"on_error": OnError.SKIP},
        expect_bad=3,
        Invoice=[
            INVOICE_FILE[0],
            "12,1,INV2,2024-03-01,1,1,Posted",
            "12,1,INV3,2024-03-01,1,1,Posted",
            "13,1,INV2,2024-03-01,1,1,Posted",
            "14,1,INV1,2024-03-01,1,1,Posted",
        ],
    )
    assert world.reasons(result) == [
        ("Invoice.csv", 3, "Id", "'12' is on line 2 already"),
        ("Invoice.csv", 4, "InvoiceNumber", "'INV2' is on line 2 already"),
        ("Invoice.csv", 5, "InvoiceNumber", "'INV1' is invoice 11's"),
    ]
    assert world.count(invoices) == 2


def test_abort_loads_nothing_and_names_the_bad_rows_of_the_first_bad_file(world: World) -> None:
    result = world.load_files(
        expect_bad=2,
        Account=[*ACCOUNT_FILE, "2,Bob,B1,EUR,x", "3,Cid,C1,EUR,0", "?,Dan,D1,EUR,y"],
        Invoice=INVOICE_FILE,
    )
    assert result.aborted
    assert world.reasons(result) == [
        ("Account.csv", 3, "Balance", "'x' is not a decimal"),
        ("Account.csv", 5, "Id", "'?' is not an Id (32 letters and digits, or a number)"),
        ("Account.csv", 5, "Balance", "'y' is not a decimal"),
    ]
    [report] = result.files
    assert (report.read, report.added, report.bad) == (4, 0, 2)
    assert world.count(accounts) == 0


def test_skip_loads_the_rest_and_names_what_depends_on_a_bad_row(world: World) -> None:
    result = world.load_files(
        options={"on_error": OnError.SKIP},
        expect_bad=2,
        Account=[*ACCOUNT_FILE, "2,Bob,B1,EUR,x"],
        Invoice=[*INVOICE_FILE, "12,2,INV2,2024-03-01,1,1,Posted"],
    )
    assert not result.aborted
    assert [bad.reason for bad in result.bad_rows] == ["'x' is not a decimal", "there is no account 2"]
    assert (world.count(accounts), world.count(invoices)) == (1, 1)


@pytest.mark.parametrize("on_error", OnError)
def test_a_file_is_loaded_in_chunks(world: World, monkeypatch: pytest.MonkeyPatch, on_error: OnError) -> None:
    monkeypatch.setattr(importing, "CHUNK_ROWS", 2)
    seen: list[Progress] = []
    world.load_files(
        options={"on_error": on_error, "progress": seen.append},
        Account=["Id", *(str(number) for number in range(1, 6))],
    )
    assert world.count(accounts) == 5
    assert [progress.rows for progress in seen] == [2, 4, 5]
    assert seen[-1].bytes_done == seen[-1].bytes_total == len("Id\n1\n2\n3\n4\n5\n")


def test_abort_stops_looking_when_it_has_seen_enough_and_skip_keeps_so_many_reasons(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK_ROWS", 3)
    monkeypatch.setattr(importing, "ABORT_AFTER", 2)
    monkeypatch.setattr(importing, "MAX_KEPT_REASONS", 4)
    world.write(Account=["Id", *"?" * 7])
    stopped = world.load()
    assert (stopped.files[0].read, stopped.bad, len(stopped.bad_rows), stopped.unnamed) == (3, 3, 2, 1)
    skipped = world.load(on_error=OnError.SKIP)
    assert (skipped.files[0].read, skipped.bad, len(skipped.bad_rows), skipped.unnamed) == (7, 7, 4, 3)


def test_the_highest_and_lowest_values_are_stored_as_they_are(world: World) -> None:
    most = "9" * types.MAX_WHOLE_DIGITS + "." + "9" * types.MAX_DECIMALS
    name = "Zoë \U0001f600 " + "x" * 249
    world.load_the_dull_world()
    item = with_(with_(with_(ITEM_FILE, "ChargeName", name), "UnitPrice", f"-{most}"), "Quantity", most)
    world.load_files(InvoiceItem=with_(item, "ServiceEndDate", "9999-12-31"))
    row = world.row(invoice_items, "21")
    assert (row.charge_name, row.unit_price, row.quantity) == (name, Decimal(f"-{most}"), Decimal(most))
    assert row.service_end_date == date.max


def test_the_balance_of_an_account_is_money(world: World) -> None:
    result = world.load_files(Account=["Id,Balance", "1,123456789012345.67"], expect_bad=1)
    assert world.reasons(result) == [
        ("Account.csv", 2, "Balance", "123456789012345.67 has more than 16 digits")
    ]


# The command


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "command"
    folder.mkdir()
    return folder


def run_command(tmp_path: Path, *arguments: str) -> Result:
    environment = {"GATEWAY_DATABASE_URL": f"sqlite:///{tmp_path / 'command.db'}"}
    runner = CliRunner()
    if arguments != ("init",):
        assert runner.invoke(gateway_command, ["init"], env=environment).exit_code == 0
    return runner.invoke(gateway_command, ["import", *arguments], env=environment)


def test_the_command_counts_what_it_loaded(tmp_path: Path, files: Path) -> None:
    (files / "Account.csv").write_text("\n".join([*ACCOUNT_FILE, ""]))
    (files / "Invoice.csv").write_text("\n".join([*with_(INVOICE_FILE, "Balance", "101"), ""]))
    result = run_command(tmp_path, str(files))
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "object   read  added  updated  deleted  bad  outside window  file",
        f"Account     1      1        0        0    0               0  {files / 'Account.csv'}",
        f"Invoice     1      1        0        0    0               1  {files / 'Invoice.csv'}",
    ]
    assert f"Reading {files / 'Invoice.csv'}\n" in result.stderr
    assert "1 invoices have a balance that is not between 0 and their amount" in result.stderr


@pytest.mark.parametrize(("on_error", "added"), [("abort", 0), ("skip", 1)])
def test_the_command_names_bad_rows_and_fails(tmp_path: Path, files: Path, on_error: str, added: int) -> None:
    file = files / "Account.csv"
    file.write_text("Id,Balance,Shoe\n1,x,\n2,3,\n")
    result = run_command(tmp_path, "--on-error", on_error, str(file))
    assert result.exit_code == 1
    assert f"{file}:2: Balance: 'x' is not a decimal\n" in result.stderr
    assert f"{file}: columns not used: Shoe\n" in result.stderr
    assert ("Nothing was loaded" in result.stderr) == (on_error == "abort")
    with sqlite3.connect(tmp_path / "command.db") as connection:
        assert connection.execute("SELECT count(*) FROM accounts").fetchone() == (added,)
    connection.close()


def test_the_command_takes_unreadable_files_for_wrong_usage(tmp_path: Path, files: Path) -> None:
    (files / "Account.csv").write_text("Name\nAnn\n")
    result = run_command(tmp_path, str(files))
    assert result.exit_code == 2
    assert "the header lacks Id" in result.stderr
