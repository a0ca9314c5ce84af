"""Invoices, sources and adjustments in SQL: loaded and locked together, written in bulk."""

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    RowMapping,
    Select,
    Table,
    case,
    delete,
    insert,
    literal,
    select,
    update,
)

from gateway.contract.fields import Field
from gateway.contract.objects import INVOICE_ADJUSTMENT, INVOICE_ITEM_ADJUSTMENT
from gateway.engine import (
    Adjustment,
    AdjustmentKind,
    AdjustmentStatus,
    AdjustmentType,
    Books,
    Invoice,
    Source,
    SourceType,
    Stamp,
)
from gateway.engine.invoices import InvoiceStatus
from gateway.service.auditing import Head, chain
from gateway.service.pages import in_pages
from gateway.service.ports import AuditEntry
from gateway.storage.bulk import MANY, Columns, among, columns_of, insert_pages, update_columns
from gateway.storage.custom import delete_custom, read_custom, write_custom
from gateway.storage.numbers import SqlNumbers
from gateway.storage.tables import (
    adjustment_numbers,
    audit_entries,
    invoice_adjustments,
    invoice_item_adjustments,
    invoice_items,
    invoices,
    taxation_items,
)
from gateway.storage.types import exact_sum

TABLES_OF_KIND = {
    AdjustmentKind.ITEM: invoice_item_adjustments,
    AdjustmentKind.INVOICE: invoice_adjustments,
}
OBJECT_NAMES = {
    AdjustmentKind.ITEM: INVOICE_ITEM_ADJUSTMENT.name,
    AdjustmentKind.INVOICE: INVOICE_ADJUSTMENT.name,
}
_ROWS_IN_AN_UPDATE = 500
"""PostgreSQL takes 65,535 values in a statement; a row has up to 15 here."""

SOURCE_TABLES = {SourceType.INVOICE_DETAIL: invoice_items, SourceType.TAX: taxation_items}

_INVOICE = select(
    invoices.c.id,
    invoices.c.invoice_number,
    invoices.c.account_id,
    invoices.c.invoice_date,
    invoices.c.currency,
    invoices.c.minor_unit_digits,
    invoices.c.status,
    invoices.c.amount,
    invoices.c.balance,
    invoices.c.adjustment_amount,
    invoices.c.adjusted,
    invoices.c.audit_seq,
    invoices.c.audit_hash,
)
_ITEM = select(
    invoice_items.c.id,
    invoice_items.c.invoice_id,
    invoice_items.c.charge_amount,
    invoice_items.c.balance,
    invoice_items.c.taken,
    invoice_items.c.adjusted,
    invoice_items.c.charge_name,
    invoice_items.c.accounting_code,
    invoice_items.c.service_start_date,
    invoice_items.c.service_end_date,
)
# A taxation item lends its invoice item's name and service period.
_TAX = select(
    taxation_items.c.id,
    taxation_items.c.invoice_id,
    taxation_items.c.tax_amount,
    taxation_items.c.balance,
    taxation_items.c.taken,
    taxation_items.c.adjusted,
    invoice_items.c.charge_name,
    taxation_items.c.accounting_code,
    invoice_items.c.service_start_date,
    invoice_items.c.service_end_date,
    taxation_items.c.invoice_item_id,
).join_from(taxation_items, invoice_items, taxation_items.c.invoice_item_id == invoice_items.c.id)

_READ_COLUMNS = {
    kind: [column for column in table.c if column.key in Adjustment.__dataclass_fields__]
    for kind, table in TABLES_OF_KIND.items()
}
_CHANGING_NAMES = (
    "status",
    "reason_code",
    "transferred_to_accounting",
    "exclude_item_billing_from_revenue_accounting",
    "cancelled_by_id",
    "cancelled_date",
    "updated_by_id",
    "updated_date",
)


class SqlLedger(SqlNumbers):
    """The LedgerStore of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._heads: dict[str, Head] = {}

    def lock_books(
        self,
        invoice_ids: Collection[str],
        invoice_numbers: Collection[str],
        source_ids: Collection[str],
        *,
        with_taxes: bool = False,
    ) -> Books:
        """Lock the invoices that exist, in the order of their Ids, and read them and the sources.

        ``with_taxes`` reads the taxation items of the sources that are invoice items, too.
        """
        ids = set(invoice_ids)
        for condition in among(self.connection, invoices.c.invoice_number, invoice_numbers):
            ids.update(self.connection.scalars(select(invoices.c.id).where(condition)))
        locked = self._lock_invoices(ids)
        sources = {(source.type, source.id): source for source in self._sources(source_ids, source_ids)}
        if with_taxes:
            taxes = self._read(_TAX, taxation_items.c.invoice_item_id, source_ids, SourceType.TAX)
            sources |= {(tax.type, tax.id): tax for tax in taxes}
        return Books(locked, tuple(sources.values()))

    def sources_of(self, invoice_ids: Collection[str]) -> tuple[Source, ...]:
        """Read all sources of invoices that this transaction has locked."""
        items = self._read(_ITEM, invoice_items.c.invoice_id, invoice_ids, SourceType.INVOICE_DETAIL)
        return (*items, *self._read(_TAX, taxation_items.c.invoice_id, invoice_ids, SourceType.TAX))

    def lock_adjustments(
        self, kind: AdjustmentKind, ids: Collection[str], custom_fields: Sequence[Field] = ()
    ) -> Books:
        """Lock the invoices of these adjustments and read the adjustments, their sources and invoices."""
        if not ids:
            return Books((), ())
        table = TABLES_OF_KIND[kind]
        their_invoices = {
            id_
            for condition in among(self.connection, table.c.id, ids)
            for id_ in self.connection.scalars(select(table.c.invoice_id).where(condition).distinct())
        }
        locked = self._lock_invoices(their_invoices)
        # Read behind the lock: another call may have changed them meanwhile.
        adjustments = self.adjustments(kind, ids, custom_fields)
        ids_by_type = {
            type_: [a.source_id for a in adjustments if a.source_type is type_ and a.source_id]
            for type_ in SourceType
        }
        sources = self._sources(ids_by_type[SourceType.INVOICE_DETAIL], ids_by_type[SourceType.TAX])
        return Books(locked, sources, adjustments=adjustments, reversed=self._reversed(table, ids))

    def adjustments(
        self, kind: AdjustmentKind, ids: Collection[str], custom_fields: Sequence[Field] = ()
    ) -> tuple[Adjustment, ...]:
        """Read those of these adjustments that exist; their invoices are locked."""
        custom = read_custom(self.connection, OBJECT_NAMES[kind], ids, custom_fields)
        found = select(*_READ_COLUMNS[kind])
        return tuple(
            _adjustment(row, custom.get(row["id"], {}))
            for condition in among(self.connection, TABLES_OF_KIND[kind].c.id, ids)
            for row in self.connection.execute(found.where(condition)).mappings()
        )

    def _reversed(self, table: Table, ids: Collection[str]) -> dict[str, Decimal]:
        """Return what live adjustments reverse of each of these."""
        reversed_ = (
            select(table.c.reverses_id, exact_sum(table.c.amount))
            .where(table.c.status == AdjustmentStatus.PROCESSED.value)
            .group_by(table.c.reverses_id)
        )
        found: dict[str, Decimal] = {}
        for condition in among(self.connection, table.c.reverses_id, ids):
            found.update(self.connection.execute(reversed_.where(condition)).all())
        return found

    def _lock_invoices(self, ids: Collection[str]) -> tuple[Invoice, ...]:
        if not ids:
            return ()
        rows: list[Any] = []
        for condition in among(self.connection, invoices.c.id, sorted(ids)):
            statement = _INVOICE.where(condition).order_by(invoices.c.id)
            rows += self.connection.execute(statement.with_for_update()).all()
        # Of the last lock alone: an import locks every invoice there is, chunk by chunk.
        self._heads = {row.id: Head(row.id, row.audit_seq, row.audit_hash or "") for row in rows}
        return tuple(_invoice(row) for row in rows)

    def _sources(self, item_ids: Collection[str], tax_ids: Collection[str]) -> tuple[Source, ...]:
        items = self._read(_ITEM, invoice_items.c.id, item_ids, SourceType.INVOICE_DETAIL)
        return (*items, *self._read(_TAX, taxation_items.c.id, tax_ids, SourceType.TAX))

    def _read(
        self, statement: Select[Any], key: Column[str], values: Collection[str], source_type: SourceType
    ) -> Iterator[Source]:
        for condition in among(self.connection, key, values):
            for row in self.connection.execute(statement.where(condition)):
                yield _source(row, source_type)

    def add(self, adjustments: Sequence[Adjustment], custom_fields: Sequence[Field] = ()) -> None:
        """Write new adjustments, all of one kind, and their numbers."""
        kind = adjustments[0].kind
        table = TABLES_OF_KIND[kind]
        names = [column.key for column in table.c]
        if len(adjustments) >= MANY:
            # Of a set most have a third of the columns empty. A few are a statement that is known already.
            names = [name for name in names if _has_any(adjustments, name)]
        self._insert(table, (columns_of(page, names) for page in in_pages(adjustments)))
        self._insert(adjustment_numbers, map(_numbers, in_pages(adjustments)))
        write_custom(self.connection, OBJECT_NAMES[kind], adjustments, custom_fields)

    def change(self, adjustments: Sequence[Adjustment], custom_fields: Sequence[Field] = ()) -> None:
        """Write what updates changed; all are of one kind."""
        kind = adjustments[0].kind
        table = TABLES_OF_KIND[kind]
        if custom_fields:
            delete_custom(self.connection, OBJECT_NAMES[kind], [a.id for a in adjustments])
            write_custom(self.connection, OBJECT_NAMES[kind], adjustments, custom_fields)
        self._update(table, [name for name in _CHANGING_NAMES if name in table.c], adjustments)

    def remove(self, adjustments: Sequence[Adjustment]) -> None:
        """Take deleted adjustments, all of one kind, from sight; their numbers stay used."""
        kind = adjustments[0].kind
        table, ids = TABLES_OF_KIND[kind], [a.id for a in adjustments]
        self.connection.execute(delete(table).where(table.c.id.in_(ids)))
        delete_custom(self.connection, OBJECT_NAMES[kind], ids)

    def save_balances(
        self, moved_invoices: Iterable[Invoice], moved_sources: Iterable[Source], stamp: Stamp
    ) -> None:
        """Write the balances that moved."""
        stamped = {"updated_by_id": stamp.user_id, "updated_date": stamp.at}
        balances = ("balance", "adjustment_amount", "adjusted")
        self._update(invoices, balances, list(moved_invoices), stamped)
        by_type: dict[SourceType, list[Source]] = {}
        for source in moved_sources:
            by_type.setdefault(source.type, []).append(source)
        for source_type, sources in by_type.items():
            self._update(SOURCE_TABLES[source_type], ("balance", "taken", "adjusted"), sources, stamped)

    def _insert(self, table: Table, pages: Iterator[Columns]) -> None:
        """Write new rows, given page by page and column by column."""
        for page in pages:
            rows = list(zip(*page.values(), strict=True))
            if len(rows) >= MANY:
                insert_pages(self.connection, table, itertools.chain([page], pages))
            else:
                # It is the only page: all but the last one are full.
                self.connection.execute(insert(table), [dict(zip(page, row, strict=True)) for row in rows])

    def _update(
        self,
        table: Table,
        columns: Sequence[str],
        rows: Sequence[Any],
        same_for_all: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        """Update rows by Id in one statement: drivers send an UPDATE with many parameters row by row."""
        if len(rows) >= MANY:
            update_columns(self.connection, table, columns_of(rows, ("id", *columns)), same_for_all)
            return
        for first in range(0, len(rows), _ROWS_IN_AN_UPDATE):
            chunk = rows[first : first + _ROWS_IN_AN_UPDATE]
            values = {
                name: case(
                    {row.id: literal(getattr(row, name), table.c[name].type) for row in chunk},
                    value=table.c.id,
                    # Never taken: it tells PostgreSQL the type when every value is null.
                    else_=table.c[name],
                )
                for name in columns
            }
            ids = [row.id for row in chunk]
            self.connection.execute(
                update(table).where(table.c.id.in_(ids)).values({**values, **same_for_all})
            )

    def audit(self, entries: Iterable[AuditEntry]) -> None:
        """Append to the chains of the entries' invoices, which this transaction has locked last."""
        moved: dict[str, Head] = {}
        self._insert(audit_entries, (self._linked(page, moved) for page in in_pages(entries)))
        self._update(invoices, ("audit_seq", "audit_hash"), list(moved.values()))

    def _linked(self, entries: Sequence[AuditEntry], moved: dict[str, Head]) -> Columns:
        """Return entries in their places, column by column; ``moved`` gets the heads that they move."""
        links, heads = chain(entries, self._heads)
        for head in heads:
            self._heads[head.id] = moved[head.id] = head
        told = columns_of([link.entry for link in links], AuditEntry.__dataclass_fields__)
        return {**told, **columns_of(links, ("seq", "hash"))}


def shallow(value: Any) -> dict[str, Any]:
    """Return a dataclass's values by name; ``asdict`` takes ten times as long, for it copies them."""
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def _has_any(rows: Iterable[Any], name: str) -> bool:
    return any(value is not None for value in map(attrgetter(name), rows))


def _numbers(adjustments: Sequence[Adjustment]) -> Columns:
    of_adjustments = columns_of(adjustments, ("adjustment_number", "id"))
    return {"number": of_adjustments["adjustment_number"], "adjustment_id": of_adjustments["id"]}


def _invoice(row: Sequence[Any]) -> Invoice:
    *values, _, _ = row
    values[6] = InvoiceStatus(values[6])
    return Invoice(*values)


def _source(row: Sequence[Any], source_type: SourceType) -> Source:
    id_, *values = row
    return Source(id_, source_type, *values)


def _adjustment(row: RowMapping, custom: Mapping[str, Any]) -> Adjustment:
    return Adjustment(
        **{
            **row,
            "custom": custom,
            "status": AdjustmentStatus(row["status"]),
            "type": AdjustmentType(row["type"]),
            **({"source_type": SourceType(row["source_type"])} if "source_type" in row else {}),
        }
    )
