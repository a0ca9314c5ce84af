"""Imported rows in SQL: what a chunk of a file refers to is read at once, and written in bulk."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Table, bindparam, exists, insert, or_, select, update
from sqlalchemy.dialects.mysql import insert as mysql_insert

from gateway.contract.objects import ACCOUNT, INVOICE, INVOICE_ITEM, TAXATION_ITEM, ObjectType
from gateway.engine import AdjustmentStatus
from gateway.service.pages import in_pages
from gateway.storage.bulk import MANY, Columns, among, insert_pages, update_columns
from gateway.storage.tables import (
    accounts,
    invoice_adjustments,
    invoice_item_adjustments,
    invoice_items,
    invoices,
    taxation_items,
)
from gateway.storage.types import exact_sum

_TABLES: dict[ObjectType, Table] = {
    ACCOUNT: accounts,
    INVOICE: invoices,
    INVOICE_ITEM: invoice_items,
    TAXATION_ITEM: taxation_items,
}
# A second unique key would let MariaDB's INSERT ... ON DUPLICATE KEY UPDATE change another row.
_KEYED_BY_ID_ALONE = (INVOICE_ITEM, TAXATION_ITEM)


class SqlImports:
    """The ImportStore of one transaction."""

    connection: Connection

    def account_currencies(self, ids: Collection[str]) -> dict[str, str | None]:
        """Return the currency of each of these accounts that exists, by Id."""
        found: dict[str, str | None] = {}
        for condition in among(self.connection, accounts.c.id, ids):
            statement = select(accounts.c.id, accounts.c.currency).where(condition)
            found |= dict(self.connection.execute(statement).all())
        return found

    def adjusted_by_account(self, ids: Collection[str]) -> dict[str, Decimal]:
        """Return the signed sum of live adjustments made here on these accounts' invoices."""
        statement = (
            select(invoices.c.account_id, exact_sum(invoices.c.adjusted))
            .where(invoices.c.account_id.in_(ids))
            .group_by(invoices.c.account_id)
        )
        return dict(self.connection.execute(statement).all())

    def live_invoices(self, ids: Collection[str]) -> frozenset[str]:
        """Return which of these invoices have live adjustments."""
        live = [
            exists().where(
                table.c.invoice_id == invoices.c.id, table.c.status == AdjustmentStatus.PROCESSED.value
            )
            for table in (invoice_item_adjustments, invoice_adjustments)
        ]
        return frozenset(
            id_
            for condition in among(self.connection, invoices.c.id, ids)
            for id_ in self.connection.scalars(select(invoices.c.id).where(condition, or_(*live)))
        )

    def invoices_numbered(self, numbers: Collection[str]) -> dict[str, str]:
        """Return the Id of the invoice that has each of these numbers, where one has."""
        found: dict[str, str] = {}
        for condition in among(self.connection, invoices.c.invoice_number, numbers):
            statement = select(invoices.c.invoice_number, invoices.c.id).where(condition)
            found |= dict(self.connection.execute(statement).all())
        return found

    def insert_rows(self, object_type: ObjectType, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write new rows of an object; all have the same attributes."""
        table = _TABLES[object_type]
        if len(rows) >= MANY:
            insert_pages(self.connection, table, map(_columns, in_pages(rows)))
        elif rows:
            self.connection.execute(insert(table), rows)

    def update_rows(self, object_type: ObjectType, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write attributes of rows that exist, found by ``id``; all have the same attributes."""
        if not rows:
            return
        table = _TABLES[object_type]
        if self.connection.dialect.name in ("mysql", "mariadb") and object_type in _KEYED_BY_ID_ALONE:
            self._overwrite(table, rows)
            return
        update_by_id(self.connection, table, rows)

    def _overwrite(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Update rows through INSERT, which PyMySQL sends many rows at a time; an UPDATE goes one by one."""
        statement = mysql_insert(table)
        changed = {name: statement.inserted[name] for name in rows[0] if name != "id"}
        self.connection.execute(statement.on_duplicate_key_update(changed), rows)


def update_by_id(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write attributes of rows that exist; of the drivers, PyMySQL alone sends this row by row."""
    if len(rows) >= MANY and connection.dialect.name == "postgresql":
        update_columns(connection, table, _columns(rows), {})
        return
    # A parameter may not be called as the column it sets is.
    changed = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in rows[0] if name != "id"}
    statement = update(table).where(table.c.id == bindparam("new_id")).values(changed)
    connection.execute(statement, [{f"new_{name}": row[name] for name in row} for row in rows])


def _columns(rows: Sequence[Mapping[str, Any]]) -> Columns:
    return {name: [row[name] for row in rows] for name in rows[0]}
