"""Loading adjustments from a CSV file: ``gateway adjust`` beside a bare load of the same file.

Contenders take turns in one run, each in processes of its own, so that a busy machine slows both and each
shows its own peak of memory. The bare load is what a database does at best: the file into a temporary table,
joined with items and invoices to validate it, INSERT ... SELECT into a table with the columns and indexes of
the real one, and one grouped UPDATE of the balances. It has no accounting periods, codes, running limits,
refusals, numbers to be kept, audit trail or configuration; on SQLite it counts in whole cents. The job is
the command as a user runs it, with its result file, and its wall time is that of the command: it starts
Python, and with ``--processes`` others, within it. What a command takes to start is printed by itself.

    python benchmarks/bulk.py [--rows 50000] [--items 5000] [--invoices 500] [--rounds 3] [--scattered]
                              [--processes N] [--chunk-rows N] [--url SQLALCHEMY_URL]

The rows of an invoice stand together, as in most exports; ``--scattered`` makes neighbours strangers. CPU is
that of the process and those that it starts, peak MB that of the largest of them; what a PostgreSQL server on
this machine used meanwhile, for whomever, stands beside it. Without a URL the database is SQLite in a
temporary folder; with a PostgreSQL URL its tables are dropped first. Every round loads the file once more.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import insert, inspect, text

from gateway.bootstrap import build, now
from gateway.settings import Settings
from gateway.storage import open_store
from gateway.storage.migrating import migrate
from gateway.storage.tables import (
    accounts,
    invoice_item_adjustments,
    invoice_items,
    invoices,
    metadata,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy import Connection

    from gateway.storage.store import SqlStore

ACCOUNT_ID = "2" * 32
CHUNK = 10_000
HEADER = ("InvoiceNumber", "SourceType", "SourceId", "Type", "Amount", "AdjustmentDate", "Comment")
BARE = {"bare_adjustments": "invoice_item_adjustments", "bare_items": "invoice_items"}
BARE |= {"bare_invoices": "invoices"}


@dataclass(frozen=True)
class Job:
    """What a contender has to do.

    Attributes:
        round: Counted from 0: the Ids and numbers of the bare load count on.
        options: Of the command.
    """

    store: SqlStore
    url: str
    file: Path
    rows: int
    round: int
    options: list[str]


def the_job(job: Job) -> None:
    """Run the command, and look that its result file tells of every row."""
    _gateway(job.url, "adjust", str(job.file), "--again", *job.options)
    with job.file.with_name(f"{job.file.name}.results.csv").open(newline="") as lines:
        done = sum(row["outcome"] == "done" for row in csv.DictReader(lines))
    if done != job.rows:
        sys.exit(f"the result file tells of {done} rows that were done, of {job.rows}")


def the_start(job: Job) -> None:
    """Run a command that has nothing to do but to look at the database."""
    _gateway(job.url, "jobs", "list")


def _gateway(url: str, *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "gateway", *arguments],
        check=True,
        env=os.environ | {"GATEWAY_DATABASE_URL": url},
        stdout=subprocess.DEVNULL,
    )


def the_bare_load_postgresql(job: Job) -> None:
    """COPY, join, INSERT ... SELECT, one grouped UPDATE, one commit."""
    with job.store.writing() as connection, connection.begin():
        columns = ", ".join(f'"{name}" text' for name in HEADER)
        connection.exec_driver_sql(f"CREATE TEMPORARY TABLE given ({columns}, line bigserial) ON COMMIT DROP")
        driver = connection.connection.dbapi_connection
        names = ", ".join(f'"{name}"' for name in HEADER)
        with (
            job.file.open("rb") as file,
            driver.cursor() as cursor,
            cursor.copy(f"COPY given ({names}) FROM STDIN WITH (FORMAT csv, HEADER true)") as copy,
        ):
            while block := file.read(1 << 16):
                copy.write(block)
        connection.exec_driver_sql("ANALYZE given")
        _write_bare(
            connection, job, number="'B-' || lpad({n}::text, 10, '0')", id_="lpad({n}::text, 32, '0')"
        )


def the_bare_load_sqlite(job: Job) -> None:
    """The same, with executemany in place of COPY."""
    with job.store.writing() as connection, connection.begin():
        columns = ", ".join(f'"{name}" text' for name in HEADER)
        connection.exec_driver_sql(f"CREATE TEMPORARY TABLE given ({columns}, line INTEGER PRIMARY KEY)")
        names, marks = ", ".join(f'"{name}"' for name in HEADER), ", ".join("?" * len(HEADER))
        with job.file.open(newline="") as lines:
            reader = csv.reader(lines)
            next(reader)
            while rows := [tuple(row) for row in islice(reader, CHUNK)]:
                connection.exec_driver_sql(f"INSERT INTO given ({names}) VALUES ({marks})", rows)
        _write_bare(connection, job, number="printf('B-%010d', {n})", id_="printf('%032d', {n})")
        connection.exec_driver_sql("DROP TABLE given")


def _write_bare(connection: object, job: Job, *, number: str, id_: str) -> None:
    n = f"({job.round * job.rows} + given.line)"
    is_sqlite = job.store.engine.dialect.name == "sqlite"
    amount = 'CAST(round(given."Amount" * 100) AS INTEGER)' if is_sqlite else 'given."Amount"::numeric'
    day = 'given."AdjustmentDate"' + ("" if is_sqlite else "::date")
    connection.exec_driver_sql(
        "INSERT INTO bare_adjustments (id, adjustment_number, account_id, invoice_id, type, amount,"
        " adjustment_date, accounting_date, created_by_id, created_date, updated_by_id, updated_date,"
        " source_type, source_id, status, accounting_code, comment, invoice_item_name, service_start_date,"
        " service_end_date, exclude_item_billing_from_revenue_accounting)"
        f" SELECT {id_.format(n=n)}, {number.format(n=n)}, invoice.account_id, invoice.id,"
        f" given.\"Type\", {amount}, {day}, {day}, '9', CURRENT_TIMESTAMP, '9', CURRENT_TIMESTAMP,"
        ' given."SourceType", item.id, \'Processed\', item.accounting_code, given."Comment",'
        " item.charge_name, item.service_start_date, item.service_end_date, FALSE"
        ' FROM given JOIN bare_items item ON item.id = given."SourceId"'
        ' JOIN bare_invoices invoice ON invoice.invoice_number = given."InvoiceNumber"'
        " AND invoice.id = item.invoice_id AND invoice.status = 'Posted'"
        f" WHERE {amount} > 0 AND {day} >= invoice.invoice_date"
    )
    for table, key, column in (
        ("bare_items", "id", 'given."SourceId"'),
        ("bare_invoices", "invoice_number", 'given."InvoiceNumber"'),
    ):
        extra = ", taken = taken + sum.amount" if table == "bare_items" else ""
        connection.exec_driver_sql(
            f"UPDATE {table} SET balance = balance - sum.amount, adjusted = adjusted - sum.amount{extra}"
            f" FROM (SELECT {column} AS key, sum({amount}) AS amount FROM given GROUP BY 1) AS sum"
            f" WHERE {table}.{key} = sum.key"
        )


CONTENDERS: dict[str, Callable[[Job], None]] = {
    "bare load": the_bare_load_postgresql,
    "bare load on sqlite": the_bare_load_sqlite,
    "gateway adjust": the_job,
    "start of a command": the_start,
}


def prepare(store: SqlStore, items: int, invoice_count: int) -> None:
    """Make the schema, posted invoices with their items, and the tables of the bare load."""
    is_sqlite = store.engine.dialect.name == "sqlite"
    if not is_sqlite:
        with store.writing() as connection, connection.begin():
            for table in BARE:
                connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}")
            metadata.drop_all(connection)
            if inspect(connection).has_table("alembic_version"):
                connection.execute(text("DROP TABLE alembic_version"))
    migrate(store)
    zero = Decimal(0)
    per_invoice = -(-items // invoice_count)
    with store.writing() as connection, connection.begin():
        connection.execute(insert(accounts).values(id=ACCOUNT_ID))
        connection.execute(
            insert(invoices),
            [
                {
                    "id": f"1{n:031d}",
                    "account_id": ACCOUNT_ID,
                    "invoice_number": f"INV{n:08d}",
                    "invoice_date": now().date().replace(month=1, day=1),
                    "currency": "EUR",
                    "minor_unit_digits": 2,
                    "status": "Posted",
                    "amount": Decimal(1000) * per_invoice,
                    "balance": Decimal(1000) * per_invoice,
                    "adjustment_amount": zero,
                    "adjusted": zero,
                }
                for n in range(invoice_count)
            ],
        )
        for first in range(0, items, CHUNK):
            connection.execute(
                insert(invoice_items),
                [
                    {
                        "id": _item_id(n),
                        "invoice_id": f"1{n // per_invoice:031d}",
                        "charge_amount": Decimal(1000),
                        "balance": Decimal(1000),
                        "taken": zero,
                        "adjusted": zero,
                        "charge_name": "Monthly fee",
                        "accounting_code": None,
                    }
                    for n in range(first, min(items, first + CHUNK))
                ],
            )
        _copy_tables(connection, is_sqlite=is_sqlite)
    if not is_sqlite:
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))


def _copy_tables(connection: object, *, is_sqlite: bool) -> None:
    """Make the tables of the bare load: the real ones' columns, indexes and rows."""
    for bare, real in BARE.items():
        if not is_sqlite:
            connection.exec_driver_sql(f"CREATE TABLE {bare} (LIKE {real} INCLUDING ALL)")
            connection.exec_driver_sql(f"INSERT INTO {bare} SELECT * FROM {real}")
            continue
        catalog = connection.exec_driver_sql(
            "SELECT sql, type, name FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL"
            " ORDER BY type DESC",
            (real,),
        )
        for sql, type_, name in catalog.all():
            again = sql.replace(real, bare, 1) if type_ == "table" else sql.replace(name, f"bare_{name}", 1)
            connection.exec_driver_sql(
                again if type_ == "table" else again.replace(f"ON {real}", f"ON {bare}")
            )
        connection.exec_driver_sql(f"INSERT INTO {bare} SELECT * FROM {real}")
        if bare != "bare_adjustments":
            taken = ", taken = 0" if bare == "bare_items" else ""
            connection.exec_driver_sql(f"UPDATE {bare} SET balance = 0, adjusted = 0{taken}")


def _item_id(number: int) -> str:
    return f"3{number:031d}"


def write_file(path: Path, rows: int, items: int, invoice_count: int, *, scattered: bool) -> None:
    """Write the rows: the items in turn, again and again, invoice by invoice or as strangers."""
    per_invoice = -(-items // invoice_count)
    day = now().date().isoformat()
    with path.open("w", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(HEADER)
        for row in range(rows):
            # A stride that is no divisor of the items, or the items in order.
            item = row * 7_919 % items if scattered else row * items // rows
            amount = f"0.{1 + row % 97:02d}"
            number = f"INV{item // per_invoice:08d}"
            writer.writerow((number, "InvoiceDetail", _item_id(item), "Credit", amount, day, f"case {row}"))


def run_one(name: str, job: Job) -> None:
    """Run a contender and print what it took."""
    is_bare = name.startswith("bare")
    table = "bare_adjustments" if is_bare else invoice_item_adjustments.name
    count = text(f"SELECT count(*) FROM {table}")
    with job.store.reading() as connection:
        before = connection.execute(count).scalar_one()
        server = server_of(connection)
    # The server's processes of connections that are closed have been counted.
    job.store.engine.dispose()
    usages = (resource.RUSAGE_SELF,) if is_bare else (resource.RUSAGE_CHILDREN,)
    server_s, cpu_s, wall = server_cpu_s(server), cpu_of(usages), time.perf_counter()
    CONTENDERS[name](job)
    took = {"wall_s": time.perf_counter() - wall, "cpu_s": cpu_of(usages) - cpu_s}
    job.store.engine.dispose()
    took["server_s"] = server_cpu_s(server) - server_s
    with job.store.reading() as connection:
        made = connection.execute(count).scalar_one() - before
    if made != (0 if name == "start of a command" else job.rows):
        sys.exit(f"{name} made {made} rows of {job.rows}")
    took["peak_mb"] = max(resource.getrusage(usage).ru_maxrss for usage in usages) / 1024
    print(json.dumps(took))


def cpu_of(usages: Iterable[int]) -> float:
    """Return the seconds of CPU that this process used, or its children that have ended."""
    return sum(sum(resource.getrusage(usage)[:2]) for usage in usages)


def server_of(connection: Connection) -> Path | None:
    """Return where a PostgreSQL server on this machine tells of itself; None for any other database."""
    if connection.dialect.name != "postgresql":
        return None
    stat = Path(f"/proc/{connection.execute(text('SELECT pg_backend_pid()')).scalar_one()}/stat")
    if not stat.exists() or "(postgres)" not in stat.read_text():
        return None
    parent = stat.read_text().rpartition(")")[2].split()[1]
    return Path(f"/proc/{parent}/stat")


def server_cpu_s(server: Path | None) -> float:
    """Return the CPU that the server's processes used which have ended, one for each connection."""
    if server is None:
        return 0.0
    time.sleep(0.5)  # the last connection is closed, its process ends in a moment
    user, system = server.read_text().rpartition(")")[2].split()[13:15]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def turns(asked: argparse.Namespace, url: str, folder: Path) -> Iterator[tuple[str, list[dict[str, float]]]]:
    """Let the contenders take turns and yield what each took, round by round."""
    store = open_store(url)
    is_sqlite = store.engine.dialect.name == "sqlite"
    prepare(store, asked.items, asked.invoices)
    gateway = build(Settings(public_url="http://localhost"), store)
    gateway.sessions.add_user("ann", "a password of the benchmark")
    store.close()
    file = folder / "adjustments.csv"
    write_file(file, asked.rows, asked.items, asked.invoices, scattered=asked.scattered)
    names = ("bare load on sqlite" if is_sqlite else "bare load", "gateway adjust", "start of a command")
    took: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    options = [f"--chunk-rows={asked.chunk_rows}"] if asked.chunk_rows else []
    options += [] if asked.processes is None else [f"--processes={asked.processes}"]
    for round_ in range(asked.rounds):
        for name in names:
            command = [sys.executable, __file__, "--contender", name, "--round", str(round_), "--url", url]
            command += ["--file", str(file), "--rows", str(asked.rows), f"--options={' '.join(options)}"]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            took[name].append(json.loads(done.stdout.splitlines()[-1]))
    yield from took.items()


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--items", type=int, default=5_000)
    parser.add_argument("--invoices", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scattered", action="store_true")
    parser.add_argument("--processes", type=int)
    parser.add_argument("--chunk-rows", type=int)
    parser.add_argument("--url")
    # Of the processes that this one starts.
    parser.add_argument("--contender", help=argparse.SUPPRESS)
    parser.add_argument("--round", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--options", default="", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.contender:
        store = open_store(asked.url)
        options = asked.options.split()
        run_one(asked.contender, Job(store, asked.url, asked.file, asked.rows, asked.round, options))
        return
    with tempfile.TemporaryDirectory() as name:
        url = asked.url or f"sqlite:///{Path(name, 'bulk.db')}"
        print(
            f"{asked.rounds} rounds of {asked.rows:,} rows over {asked.items:,} items of"
            f" {asked.invoices:,} invoices, {'scattered' if asked.scattered else 'invoice by invoice'};"
            f" {url.partition(':')[0]}; medians"
        )
        print(
            f"{'':>20} {'rows/s':>10} {'to bare':>8} {'wall s':>8} {'CPU s':>8} {'us/row':>8}"
            f" {'server s':>9} {'peak MB':>8}"
        )
        bare_s = 0.0
        for contender, took in turns(asked, url, Path(name)):
            wall_s, cpu_s, server_s, peak = (
                statistics.median(each[key] for each in took)
                for key in ("wall_s", "cpu_s", "server_s", "peak_mb")
            )
            bare_s = bare_s or wall_s
            per_row = f"{asked.rows / wall_s:>10,.0f} {bare_s / wall_s:>8.2f}"
            if contender == "start of a command":
                per_row = f"{'':>10} {'':>8}"
            print(
                f"{contender:>20} {per_row} {wall_s:>8.2f} {cpu_s:>8.2f} {cpu_s / asked.rows * 1e6:>8.1f}"
                f" {server_s:>9.2f} {peak:>8.0f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
