"""The same import from CSV, gzip and Parquet, and many rows of it at once, on every database."""

import gzip
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from gateway.cli import gateway as gateway_command
from gateway.service.failures import FileBreaksOff
from gateway.service.imports import importing
from gateway.service.imports.importing import OnError
from gateway.storage.store import SqlStore
from gateway.storage.tables import accounts, invoice_items
from support.databases import DATABASES, an_empty_store, database_url
from support.imports import ACCOUNT_FILE, CREDIT, INVOICE_FILE, World

MANY = 250
SYNCED = "2023-02-20 09:33:15.662000"
CREATED = datetime(2024, 3, 1, 12, 30, tzinfo=UTC)
ODD_NAME = 'tab\t, \\N, \\., "quoted"\nline, Zoë \U0001f600'


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    with an_empty_store(database_url(request.param, tmp_path)) as store:
        yield store


@pytest.fixture
def world(store: SqlStore, tmp_path: Path) -> World:
    folder = tmp_path / "files"
    folder.mkdir()
    return World(store, folder)


def csv_of(table: pa.Table) -> bytes:
    lines = [",".join(table.column_names)]
    for row in table.to_pylist():
        cells = ("" if cell is None else str(cell).removesuffix("+00:00") for cell in row.values())
        lines.append(",".join('"' + cell.replace('"', '""') + '"' for cell in cells))
    return "\n".join(lines).encode()


def write(folder: Path, stem: str, format_: str, table: pa.Table) -> Path:
    path = folder / f"{stem}.{format_}"
    if format_ == "parquet":
        pq.write_table(table, path)
    else:
        data = csv_of(table)
        path.write_bytes(gzip.compress(data) if format_ == "csv.gz" else data)
    return path


def items_of_a_warehouse(amount: str = "80.00") -> pa.Table:
    return pa.table(
        {
            "id": ["21", "22"],
            "_fivetran_deleted": [False, True],
            "_fivetran_synced": [datetime(2023, 2, 20, 9, 33, tzinfo=UTC)] * 2,
            "invoice_id": ["11", None],
            "charge_amount": pa.array([Decimal(amount), None], pa.decimal128(38, 9)),
            "balance": pa.array([Decimal(amount), None], pa.decimal128(38, 9)),
            "charge_name": [ODD_NAME, None],
            "quantity": pa.array([2.5, None], pa.float64()),
            "service_start_date": pa.array([date(2024, 3, 1), None]),
            "created_date": pa.array([CREATED, None], pa.timestamp("us", "UTC")),
            "tags": pa.array([["not", "ours"], None]),
        }
    )  # fmt: skip


@pytest.mark.parametrize("format_", ["csv", "csv.gz", "parquet"])
def test_a_warehouse_export_is_read_whatever_its_format(world: World, format_: str) -> None:
    world.load_files(Account=ACCOUNT_FILE, Invoice=INVOICE_FILE)
    world.write()
    write(world.folder, "invoice_item", format_, items_of_a_warehouse())
    result = world.load()
    assert result.bad_rows == ()
    [file] = result.files
    assert (file.read, file.added, file.deleted) == (2, 1, 1)
    assert set(file.ignored_columns) == {"_fivetran_synced", "tags"}
    row = world.row(invoice_items, "21")
    assert (row.charge_name, row.charge_amount, row.quantity) == (ODD_NAME, Decimal(80), Decimal("2.5"))
    assert row.service_start_date == date(2024, 3, 1)
    assert row.created_date == CREATED


def test_parts_of_several_formats_are_one_import(world: World) -> None:
    world.write(Account=ACCOUNT_FILE, Invoice=INVOICE_FILE)
    table = items_of_a_warehouse().slice(0, 1)
    write(world.folder, "InvoiceItem", "csv.gz", table)
    other = table.set_column(0, "id", pa.array(["23"]))
    write(world.folder, "InvoiceItem-2", "parquet", other)
    assert world.load().bad_rows == ()
    assert world.count(invoice_items) == 2


def test_a_bad_row_of_a_parquet_file_is_named_by_its_number_and_column(world: World) -> None:
    world.load_files(Account=ACCOUNT_FILE, Invoice=INVOICE_FILE)
    world.write()
    ids, invoice = pa.array(["21", "22", "23"]), pa.array(["11"] * 3)
    amounts = pa.array([80.0, 0.1 + 0.2, 1.999])
    write(
        world.folder,
        "InvoiceItem",
        "parquet",
        pa.table({"Id": ids, "InvoiceId": invoice, "ChargeAmount": amounts}),
    )
    result = world.load(on_error=OnError.SKIP)
    assert result.files[0].added == 1
    assert [(bad.line, bad.column, bad.reason.split(" (")[0]) for bad in result.bad_rows] == [
        (2, "ChargeAmount", "is a float that stands for no certain decimal"),
        (3, "ChargeAmount", result.bad_rows[1].reason),
    ]


def test_many_rows_are_written_and_changed_at_once_as_one_by_one(world: World) -> None:
    world.load_files(Account=ACCOUNT_FILE, Invoice=INVOICE_FILE)
    header = "Id,InvoiceId,ChargeAmount,Balance,ChargeName,ServiceStartDate"
    rows = [f"2{number:03},11,{number}.25,{number}.25,item {number},2024-03-01" for number in range(MANY)]
    world.load_files(InvoiceItem=[header, *rows])
    credited = world.adjust(CREDIT, "3.00", "2009")
    changed = [f"2{number:03},11,{number}.50,{number}.50," for number in range(MANY + 250)]
    result = world.load_files(InvoiceItem=["Id,InvoiceId,ChargeAmount,Balance,ChargeName", *changed])
    assert (result.files[0].added, result.files[0].updated) == (250, MANY)
    with world.store.reading() as connection:
        found = connection.execute(select(invoice_items).order_by(invoice_items.c.id)).all()
    assert [row.charge_amount for row in found] == [Decimal(number) + Decimal("0.5") for number in range(500)]
    assert {row.charge_name for row in found} == {None}
    assert [row.service_start_date for row in found] == [date(2024, 3, 1)] * MANY + [None] * 250
    balances = {row.id: (row.balance, row.adjusted, row.taken) for row in found}
    assert balances["2009"] == (Decimal("6.50"), Decimal("-3.00"), Decimal("3.00"))
    assert balances["2010"] == (Decimal("10.50"), 0, 0)
    assert credited


def test_rows_that_another_writer_added_meanwhile_make_the_chunk_run_again(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if store.engine.dialect.name == "sqlite":
        pytest.skip("one writer at a time")
    folder = tmp_path / "files"
    folder.mkdir()
    world, real, tries = World(store, folder), importing.load_chunk, []

    def load_after_another(tx, kind, rows, *more, **options):
        if not tries:
            tries.append(1)
            outcome = real(tx, kind, [], *more, **options)
            tx.account_currencies({"1"})
            with store.writing() as connection, connection.begin():
                connection.execute(accounts.insert().values(id="1"))
            tx.insert_rows(kind.object_type, [{"id": "1", "name": "mine"}])
            return outcome
        tries.append(2)
        return real(tx, kind, rows, *more, **options)

    monkeypatch.setattr(importing, "load_chunk", load_after_another)
    world.load_files(Account=["Id,Name", "1,Ann"])
    assert tries == [1, 2]
    assert world.row(accounts, "1").name == "Ann"


@pytest.mark.parametrize(("on_error", "stays"), [(OnError.ABORT, 0), (OnError.SKIP, 4_000)])
def test_a_file_that_breaks_off_is_a_failure_and_abort_loads_nothing_of_it(
    world: World, on_error: OnError, stays: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK_ROWS", 2_000)
    path = write(world.folder, "Account", "csv.gz", pa.table({"Id": [str(n * n) for n in range(1, 6_000)]}))
    path.write_bytes(path.read_bytes()[:-5_000])
    with pytest.raises(FileBreaksOff, match=r"Account\.csv\.gz cannot be read to its end"):
        world.load(on_error=on_error)
    assert world.count(accounts) == stays


def test_the_command_says_what_stays_when_a_file_breaks_off(tmp_path: Path) -> None:
    environment = {"GATEWAY_DATABASE_URL": f"sqlite:///{tmp_path / 'command.db'}"}
    path = tmp_path / "Account.csv.gz"
    path.write_bytes(gzip.compress(b"Id\n" + b"".join(b"%d\n" % (n * n) for n in range(1, 9_000)))[:-3_000])
    runner = CliRunner()
    runner.invoke(gateway_command, ["init"], env=environment)
    result = runner.invoke(gateway_command, ["import", str(path)], env=environment)
    assert result.exit_code == 1
    assert "cannot be read to its end" in result.stderr
    assert "Nothing was loaded." in result.stderr
    with sqlite3.connect(tmp_path / "command.db") as connection:
        assert connection.execute("SELECT count(*) FROM accounts").fetchone() == (0,)
    connection.close()
