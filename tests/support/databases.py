"""An empty store on every database: SQLite always, the servers where a variable names one.

    @pytest.fixture(params=DATABASES)
    def url(request, tmp_path):
        return database_url(request.param, tmp_path)

    @pytest.fixture
    def store(url):
        with an_empty_store(url) as store:
            yield store

What a server's variable names is for tests alone: their tables in it are dropped and emptied.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, inspect, text

from gateway.engine import Adjustment, Invoice, Source, SourceType
from gateway.storage.migrating import migrate
from gateway.storage.store import SqlStore, database_file, open_store
from gateway.storage.tables import (
    accounts,
    counters,
    invoice_items,
    invoices,
    metadata,
    reason_codes,
    taxation_items,
)

_VARIABLES = {"postgresql": "GATEWAY_TEST_POSTGRESQL_URL", "mariadb": "GATEWAY_TEST_MARIADB_URL"}
DATABASES = ("sqlite", *_VARIABLES)

# Read when this is imported: the tests' environment has no GATEWAY_* once they run.
_URLS = {name: os.environ.get(variable, "") for name, variable in _VARIABLES.items()}
_REQUIRED = os.environ.get("GATEWAY_REQUIRE_ALL") == "1"


def database_url(name: str, folder: Path) -> str:
    """Return the URL of one of DATABASES; skip the test, or fail it, when there is no such server."""
    if name == "sqlite":
        return f"sqlite:///{folder / 'gateway.db'}"
    if not _URLS[name]:
        (pytest.fail if _REQUIRED else pytest.skip)(f"{_VARIABLES[name]} names no server")
    return _URLS[name]


@contextmanager
def an_empty_store(url: str) -> Iterator[SqlStore]:
    """Open a store with the schema of today and nothing in it."""
    file = database_file(url)
    if file:
        file.write_bytes(_migrated_file())
    else:
        _migrate_server(url)
    store = open_store(url)
    try:
        if not file:
            empty(store)
        yield store
    finally:
        store.close()


def empty(store: SqlStore) -> None:
    """Delete every row and count from the beginning."""
    with store.writing() as connection, connection.begin():
        for table in reversed(metadata.sorted_tables):
            if table is not counters:
                connection.execute(table.delete())
        connection.execute(reason_codes.insert(), _seeded_reason_codes())
        connection.execute(counters.update().values(last=0))


def drop_all(store: SqlStore) -> None:
    """Drop our tables, whatever release made them."""
    with store.writing() as connection, connection.begin():
        metadata.drop_all(connection)
        if inspect(connection).has_table("alembic_version"):
            connection.execute(text("DROP TABLE alembic_version"))


@cache
def _migrated_file() -> bytes:
    """Return an SQLite database with the schema: copied, it is quicker than migrated."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "template.db")
        store = open_store(f"sqlite:///{file}")
        migrate(store)
        store.close()
        return file.read_bytes()


@cache
def _seeded_reason_codes() -> list[dict[str, object]]:
    """Return the reason codes that a migration writes."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "template.db")
        file.write_bytes(_migrated_file())
        store = open_store(f"sqlite:///{file}")
        with store.reading() as connection:
            seeds = [dict(row) for row in connection.execute(reason_codes.select()).mappings()]
        store.close()
        return seeds


@cache
def _migrate_server(url: str) -> None:
    """Bring a server's database to the schema of today, once."""
    store = open_store(url)
    try:
        drop_all(store)
        migrate(store)
    finally:
        store.close()


def put(store: SqlStore, *rows: Invoice | Source | Adjustment) -> None:
    """Write rows of the engine as an import would have left them, with the accounts of the invoices."""
    billed = [row for row in rows if isinstance(row, Invoice)]
    sources = [row for row in rows if isinstance(row, Source)]
    with store.writing() as connection, connection.begin():
        for account_id in {invoice.account_id for invoice in billed}:
            connection.execute(accounts.insert().values(id=account_id))
        for invoice in billed:
            values = asdict(invoice)
            values |= {"invoice_number": values.pop("number"), "invoice_date": values.pop("date")}
            values["imported_balance"] = invoice.balance - invoice.adjusted
            values["imported_adjustment_amount"] = invoice.adjustment_amount + invoice.adjusted
            connection.execute(invoices.insert().values(values))
        for source in sorted(sources, key=lambda source: source.type):
            values = asdict(source)
            original, name = values.pop("original"), values.pop("item_name")
            item_id = values.pop("item_id")
            values["imported_balance"] = source.balance - source.adjusted
            if values.pop("type") is SourceType.TAX:
                values = {key: value for key, value in values.items() if not key.startswith("service_")}
                values |= {"tax_amount": original, "invoice_item_id": item_id}
                connection.execute(taxation_items.insert().values(values))
            else:
                values |= {"charge_amount": original, "charge_name": name}
                connection.execute(invoice_items.insert().values(values))
    written = [row for row in rows if isinstance(row, Adjustment)]
    if written:
        store.write(lambda tx: tx.add(written))


@contextmanager
def statements(store: SqlStore) -> Iterator[list[str]]:
    """Collect the statements that are sent."""
    sent: list[str] = []

    def remember(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(store.engine, "before_cursor_execute", remember)
    yield sent
    event.remove(store.engine, "before_cursor_execute", remember)
