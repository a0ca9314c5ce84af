"""What adjusting a record costs on invoices of 10 to 1,000,000 items: statements and CPU, in one run.

Each size has a database of its own with one invoice of that many items. A call creates 50 adjustments on
items spread over the invoice, the next cancels them; both go through the whole wire path in process, bytes in
and bytes out. An invoice of 10 items has fewer balances to write than records. The sizes take turns, so that
a busy machine slows all alike. CPU is this process's; where the database is a server, its own work is not in
it, so the server's rows are told by the plans (tests/contract/test_plans.py).

    python benchmarks/growth.py [--sizes 10,1000,100000,1000000] [--rounds 20] [--url SQLALCHEMY_URL]

Without a URL the databases are SQLite files in a temporary folder; with one, its tables are dropped first.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
import time
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import event, insert, inspect, text

from gateway.bootstrap import Gateway, build, now
from gateway.settings import Settings
from gateway.storage import open_store
from gateway.storage.migrating import migrate
from gateway.storage.tables import accounts, invoice_items, invoices, metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

RECORDS = 50
CHUNK = 10_000
USER, PASSWORD = "growth", "correct horse"  # of a throwaway database
INVOICE_ID, ACCOUNT_ID = "1" * 32, "2" * 32
NAMESPACES = (
    'xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:a="http://api.zuora.com/"'
    ' xmlns:o="http://object.api.zuora.com/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)


@dataclass
class World:
    """One invoice of a size, and what its calls have cost."""

    items: int
    gateway: Gateway
    session: str = ""
    calls: int = 0
    statements: int = 0
    cpu_s: float = 0.0
    longest_s: float = 0.0

    def call(self, operation: str) -> bytes:
        """Post an operation and return the answer."""
        header = f"<a:SessionHeader><a:session>{self.session}</a:session></a:SessionHeader>"
        body = (
            f"<e:Envelope {NAMESPACES}><e:Header>{header}</e:Header><e:Body>{operation}</e:Body></e:Envelope>"
        ).encode()
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "POST",
            "SCRIPT_NAME": "",
            "PATH_INFO": "/apps/services/a/78.0",
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "text/xml",
        }
        return b"".join(self.gateway.wsgi(environ, lambda *_: None))

    def measure(self, round_: int) -> None:
        """Create 50 adjustments and cancel them."""
        step = max(1, self.items // RECORDS)
        positions = [(round_ + number * step) % self.items for number in range(RECORDS)]
        creating = "".join(_credit(position) for position in positions)
        statements, cpu, began = self.statements, time.process_time(), time.perf_counter()
        answer = self.call(f"<a:create>{creating}</a:create>")
        ids = [part.split(b"<")[0].decode() for part in answer.split(b"<ns1:Id>")[1:]]
        if len(ids) != RECORDS:
            sys.exit(f"the call was not answered as it should be: {answer[:2000]!r}")
        canceling = "".join(
            f'<a:zObjects xsi:type="o:InvoiceItemAdjustment"><o:Id>{id_}</o:Id>'
            "<o:Status>Canceled</o:Status></a:zObjects>"
            for id_ in ids
        )
        self.call(f"<a:update>{canceling}</a:update>")
        if round_ < 0:  # the first round reads what every process reads once
            self.statements = statements
            return
        self.cpu_s += time.process_time() - cpu
        self.longest_s = max(self.longest_s, time.perf_counter() - began)
        self.calls += 2


def _credit(position: int) -> str:
    return (
        '<a:zObjects xsi:type="o:InvoiceItemAdjustment"><o:AdjustmentDate>2026-02-01</o:AdjustmentDate>'
        f"<o:Amount>0.01</o:Amount><o:InvoiceId>{INVOICE_ID}</o:InvoiceId>"
        f"<o:SourceId>{_item_id(position)}</o:SourceId><o:SourceType>InvoiceDetail</o:SourceType>"
        "<o:Type>Credit</o:Type></a:zObjects>"
    )


def _item_id(position: int) -> str:
    return f"3{position:031d}"


def open_world(items: int, url: str) -> World:
    """Make a database with one invoice of so many items of 10.00."""
    store = open_store(url)
    if store.engine.dialect.name != "sqlite":
        with store.writing() as connection, connection.begin():
            metadata.drop_all(connection)
            if inspect(connection).has_table("alembic_version"):
                connection.execute(text("DROP TABLE alembic_version"))
    migrate(store)
    gateway = build(Settings(public_url="http://localhost"), store)
    gateway.sessions.add_user(USER, PASSWORD)
    ten, total, zero = Decimal(10), Decimal(10) * items, Decimal(0)
    with store.writing() as connection, connection.begin():
        connection.execute(insert(accounts).values(id=ACCOUNT_ID))
        connection.execute(
            insert(invoices).values(
                id=INVOICE_ID,
                account_id=ACCOUNT_ID,
                invoice_number="INV00000001",
                invoice_date=now().date().replace(month=1, day=1),
                currency="EUR",
                minor_unit_digits=2,
                status="Posted",
                amount=total,
                balance=total,
                adjustment_amount=zero,
                adjusted=zero,
            )
        )
        for first in range(0, items, CHUNK):
            connection.execute(
                insert(invoice_items),
                [
                    {
                        "id": _item_id(position),
                        "invoice_id": INVOICE_ID,
                        "charge_amount": ten,
                        "balance": ten,
                        "taken": zero,
                        "adjusted": zero,
                    }
                    for position in range(first, min(items, first + CHUNK))
                ],
            )
    if store.engine.dialect.name != "sqlite":
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(
                text(
                    "ANALYZE" if store.engine.dialect.name == "postgresql" else "ANALYZE TABLE invoice_items"
                )
            )
    world = World(items, gateway, gateway.sessions.log_in(USER, PASSWORD))

    def count(*_: Any) -> None:
        world.statements += 1

    event.listen(store.engine, "before_cursor_execute", count)
    return world


def worlds(sizes: list[int], rounds: int, url: str | None) -> Iterator[World]:
    """Measure every size and yield it."""
    if url is not None:  # one database: the sizes come one after the other
        for size in sizes:
            world = open_world(size, url)
            for round_ in range(-1, rounds):
                world.measure(round_)
            yield world
            world.gateway.store.close()
        return
    with tempfile.TemporaryDirectory() as folder:
        opened = [open_world(size, f"sqlite:///{Path(folder, f'{size}.db')}") for size in sizes]
        for round_ in range(-1, rounds):
            for world in opened:
                world.measure(round_)
        yield from opened


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", default="10,1000,100000,1000000")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--url")
    asked = parser.parse_args()
    sizes = [int(size) for size in asked.sizes.split(",")]
    print(f"{asked.rounds} rounds of 50 creates and 50 cancels; {asked.url or 'SQLite'}")
    print(
        f"{'items':>10} {'statements/call':>16} {'CPU ms/record':>14} {'to the first':>13} {'longest s':>10}"
    )
    first = 0.0
    for world in worlds(sizes, asked.rounds, asked.url):
        cpu_ms = world.cpu_s * 1000 / (world.calls * RECORDS)
        first = first or cpu_ms
        print(
            f"{world.items:>10,} {world.statements / world.calls:>16.1f} {cpu_ms:>14.3f} "
            f"{cpu_ms / first:>12.2f}x {world.longest_s:>10.3f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
