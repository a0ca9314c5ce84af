"""How fast invoice items are imported, and in how much memory: rows a second and the peak, size by size.

Each size has a database of its own and a process of its own, so that the peak is that import's. The items are
those of a warehouse's export, in a connector's snake case with columns that nobody reads, 100 on an invoice;
their invoices and accounts are loaded before, unmeasured. ``--again`` loads the same items a second time with
other amounts, which changes every row.

    python benchmarks/importing.py [--sizes 100000,1000000] [--format csv|csv.gz|parquet] [--again]
        [--on-error abort|skip] [--url SQLALCHEMY_URL]

Without a URL the databases are SQLite files in a temporary folder; with one, its tables are dropped first.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, text

from gateway.bootstrap import build
from gateway.datafiles import Column, ColumnType, write_rows
from gateway.service.imports import OnError
from gateway.settings import Settings
from gateway.storage import open_store
from gateway.storage.migrating import migrate
from gateway.storage.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

ITEMS_OF_AN_INVOICE = 100
INVOICES_OF_AN_ACCOUNT = 1_000
DAY, MOMENT = date(2026, 2, 1), datetime(2026, 2, 1, 12, 30, tzinfo=UTC)
ITEM_COLUMNS = [
    Column("id"),
    Column("_fivetran_deleted", ColumnType.BOOLEAN),
    Column("_fivetran_synced", ColumnType.TIMESTAMP),
    Column("invoice_id"),
    Column("charge_amount", ColumnType.DECIMAL),
    Column("balance", ColumnType.DECIMAL),
    Column("charge_name"),
    Column("accounting_code"),
    Column("service_start_date", ColumnType.DATE),
    Column("created_date", ColumnType.TIMESTAMP),
    Column("subscription_id"),
    Column("journal_run_id"),
    Column("quantity", ColumnType.DECIMAL),
]


def hex_id(kind: int, number: int) -> str:
    return f"{kind}{number * 2654435761 % 2**32:08x}{number:023x}"


def items(size: int, more: Decimal) -> Iterator[tuple[Any, ...]]:
    """Make the items: no two amounts beside each other are alike."""
    for number in range(size):
        amount = Decimal(number % 9_000 + 100).scaleb(-2) + more
        invoice = hex_id(2, number // ITEMS_OF_AN_INVOICE)
        yield (
            hex_id(3, number), False, MOMENT, invoice, amount, amount, f"Seats {number % 50}", "Revenue", DAY,
            MOMENT, hex_id(4, number // 3), hex_id(5, number // 7), Decimal(1),
        )  # fmt: skip


def write_masters(folder: Path, size: int) -> None:
    """Write the invoices of so many items, and their accounts."""
    invoices = -(-size // ITEMS_OF_AN_INVOICE)
    accounts = -(-invoices // INVOICES_OF_AN_ACCOUNT)
    account_rows = ((hex_id(1, number), "EUR") for number in range(accounts))
    write_rows(folder / "account.csv", [Column("id"), Column("currency")], account_rows)
    names = "id account_id invoice_number invoice_date amount balance status".split()
    write_rows(
        folder / "invoice.csv",
        [Column(name) for name in names],
        (
            (
                hex_id(2, number), hex_id(1, number // INVOICES_OF_AN_ACCOUNT), f"INV{number:08}", DAY,
                Decimal(5_000), Decimal(5_000), "Posted",
            )
            for number in range(invoices)
        ),
    )  # fmt: skip


def load(url: str, paths: list[Path], on_error: str, answers: Any) -> None:
    """Import in this process; answer the rows, the seconds, those of CPU, and the peak of memory in MB."""
    store = open_store(url)
    began = time.perf_counter()
    result = build(Settings(), store).importing.load(paths, on_error=OnError(on_error))
    seconds = time.perf_counter() - began
    store.close()
    if result.bad:
        sys.exit(f"rows were refused: {result.bad_rows[:3]}")
    changed = sum(file.added + file.updated for file in result.files)
    used = resource.getrusage(resource.RUSAGE_SELF)
    answers.put((changed, seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024))


def apart(url: str, paths: list[Path], on_error: str) -> tuple[int, float, float, float]:
    """Import in a process of its own."""
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    process = context.Process(target=load, args=(url, paths, on_error, answers))
    process.start()
    process.join()
    if process.exitcode:
        sys.exit("the import failed")
    return answers.get()


def prepare(url: str) -> None:
    """Leave a database with the tables and nothing in them."""
    store = open_store(url)
    if store.engine.dialect.name != "sqlite":
        with store.writing() as connection, connection.begin():
            metadata.drop_all(connection)
            if inspect(connection).has_table("alembic_version"):
                connection.execute(text("DROP TABLE alembic_version"))
    migrate(store)
    store.close()


def measure(size: int, asked: argparse.Namespace) -> None:
    """Measure one size and print a line for each load."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = asked.url or f"sqlite:///{folder / 'gateway.db'}"
        prepare(url)
        write_masters(folder, size)
        apart(url, [folder / "account.csv", folder / "invoice.csv"], asked.on_error)
        for load_number in range(2 if asked.again else 1):
            path = folder / f"invoice_item.{asked.format}"
            write_rows(path, ITEM_COLUMNS, items(size, Decimal(load_number)))
            rows, seconds, cpu_s, peak_mb = apart(url, [path], asked.on_error)
            what = "changed" if load_number else "new"
            file_mb = path.stat().st_size / 1e6
            figures = (
                f"{file_mb:>9,.0f} {seconds:>9.1f} {cpu_s:>9.1f} {rows / seconds:>9,.0f} {peak_mb:>9.0f}"
            )
            print(f"{rows:>10,} {what:>8} {figures}", flush=True)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", default="100000,1000000")
    parser.add_argument("--format", default="csv", choices=["csv", "csv.gz", "parquet"])
    parser.add_argument("--on-error", default="abort", choices=["abort", "skip"])
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--url")
    asked = parser.parse_args()
    print(f"{asked.format}, --on-error {asked.on_error}; {(asked.url or 'SQLite').partition(':')[0]}")
    print(
        f"{'items':>10} {'rows':>8} {'file MB':>9} {'seconds':>9} {'CPU s':>9} {'rows/s':>9} {'peak MB':>9}"
    )
    for size in asked.sizes.split(","):
        measure(int(size), asked)


if __name__ == "__main__":
    main()
