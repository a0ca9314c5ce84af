"""What is stored, read for a proof: every table in pages by key, sums made by the database.

Pages are asked for by the key behind the last one, which all three databases answer from an index; a cursor
that stays open would be another thing on each of them.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    and_,
    exists,
    func,
    null,
    or_,
    select,
)

from gateway.contract.objects import INVOICE_ADJUSTMENT, INVOICE_ITEM_ADJUSTMENT
from gateway.engine import AdjustmentStatus, SourceType
from gateway.service.auditing import TOLD, Head
from gateway.service.evidence import (
    ChainedEntry,
    Counts,
    InvoiceBalances,
    SourceBalances,
    StoredAdjustment,
    StoredEntry,
    Story,
)
from gateway.service.ports import AuditEntry
from gateway.storage.configuration import SqlConfiguration
from gateway.storage.custom import read_custom
from gateway.storage.tables import (
    adjustment_numbers,
    audit_entries,
    invoice_adjustments,
    invoice_item_adjustments,
    invoice_items,
    invoices,
    taxation_items,
    users,
)
from gateway.storage.types import exact_sum

PAGE_ROWS = 2_000
"""Rows in memory at a time: enough that questions are few."""

_ADJUSTMENTS = {
    INVOICE_ITEM_ADJUSTMENT.name: invoice_item_adjustments,
    INVOICE_ADJUSTMENT.name: invoice_adjustments,
}
_ORIGINALS = {
    SourceType.INVOICE_DETAIL: invoice_items.c.charge_amount,
    SourceType.TAX: taxation_items.c.tax_amount,
}
_CHAINED = audit_entries.c.invoice_id.is_not(None) & audit_entries.c.seq.is_not(None)
_UNCHAINED = audit_entries.c.invoice_id.is_(None) | audit_entries.c.seq.is_(None)

_Live = dict[str, dict[str, Decimal]]
"""Sums of live amounts by owner, then by type."""


def _with_what_it_refers_to(table: Table) -> Select[Any]:
    """Select adjustments with what other tables say of them, whether they are there or not."""
    joined = table.outerjoin(invoices, invoices.c.id == table.c.invoice_id).outerjoin(
        adjustment_numbers, adjustment_numbers.c.number == table.c.adjustment_number
    )
    source_invoice_id: ColumnElement[Any] = null()
    impact: ColumnElement[Any] = null()
    if table is invoice_item_adjustments:
        for type_, source in zip(SourceType, (invoice_items, taxation_items), strict=True):
            of_type = and_(source.c.id == table.c.source_id, table.c.source_type == type_.value)
            joined = joined.outerjoin(source, of_type)
        source_invoice_id = func.coalesce(invoice_items.c.invoice_id, taxation_items.c.invoice_id)
    else:
        impact = table.c.impact_amount
    return select(
        *(column for column in table.c if column.key in TOLD),
        impact.label("_impact_amount"),
        invoices.c.account_id.label("_account_id"),
        invoices.c.minor_unit_digits.label("_minor_unit_digits"),
        source_invoice_id.label("_source_invoice_id"),
        adjustment_numbers.c.adjustment_id.label("_numbered_id"),
    ).select_from(joined)


_STORED = {name: _with_what_it_refers_to(table) for name, table in _ADJUSTMENTS.items()}


class SqlEvidence:
    """The Evidence of one transaction that sees one moment."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def counts(self) -> Counts:
        """Count the rows."""
        return Counts(
            self._count(invoices),
            self._count(invoice_items) + self._count(taxation_items),
            sum(self._count(table) for table in _ADJUSTMENTS.values()),
            self._count(audit_entries),
            self._count(audit_entries, _UNCHAINED),
        )

    def _count(self, table: Table, *where: ColumnElement[bool]) -> int:
        return self.connection.scalar(select(func.count()).select_from(table).where(*where)) or 0

    def _pages(self, statement: Select[Any], key: ColumnElement[Any]) -> Iterator[list[Row[Any]]]:
        """Return the rows of a statement whose first column is ``key``, which no two rows share."""
        statement = statement.order_by(key).limit(PAGE_ROWS)
        rows = list(self.connection.execute(statement))
        while rows:
            yield rows
            rows = list(self.connection.execute(statement.where(key > rows[-1][0])))

    def invoices(self) -> Iterator[list[InvoiceBalances]]:
        """Read all invoices by Id."""
        c = invoices.c
        statement = select(
            c.id,
            c.invoice_number,
            c.balance,
            c.adjustment_amount,
            c.adjusted,
            c.imported_balance,
            c.imported_adjustment_amount,
        )
        for rows in self._pages(statement, c.id):
            live: _Live = {}
            for table in _ADJUSTMENTS.values():
                self._add_live(live, table, table.c.invoice_id, rows)
            yield [InvoiceBalances(*row, live.get(row.id, {})) for row in rows]

    def _add_live(
        self,
        live: _Live,
        table: Table,
        owner: ColumnElement[Any],
        rows: list[Row[Any]],
        *where: ColumnElement[bool],
    ) -> None:
        """Add up the live adjustments of a page's rows."""
        statement = (
            select(owner, table.c.type, exact_sum(table.c.amount))
            .where(
                owner.between(rows[0][0], rows[-1][0]),
                table.c.status == AdjustmentStatus.PROCESSED.value,
                *where,
            )
            .group_by(owner, table.c.type)
        )
        for id_, type_, amount in self.connection.execute(statement):
            sums = live.setdefault(id_, {})
            sums[type_] = sums.get(type_, Decimal(0)) + amount

    def sources(self) -> Iterator[list[SourceBalances]]:
        """Read all invoice items by Id, then all taxation items."""
        adjustments = invoice_item_adjustments
        for type_, original in _ORIGINALS.items():
            c = original.table.c
            of_type = adjustments.c.source_type == type_.value
            statement = select(c.id, original, c.balance, c.taken, c.adjusted, c.imported_balance)
            for rows in self._pages(statement, c.id):
                live: _Live = {}
                self._add_live(live, adjustments, adjustments.c.source_id, rows, of_type)
                yield [SourceBalances(type_, *row, live.get(row.id, {})) for row in rows]

    def stories(self) -> Iterator[list[Story]]:
        """Read all adjustments and all that the audit trail tells of, by Id."""
        keys = (*(table.c.id for table in _ADJUSTMENTS.values()), audit_entries.c.adjustment_id)
        after: str | None = None
        while True:
            found = {id_ for key in keys for id_ in self._next_ids(key, after)}
            # The first of all of them are among the first of each.
            ids = sorted(found)[:PAGE_ROWS]
            if not ids:
                return
            yield self._stories(ids)
            after = ids[-1]

    def _next_ids(self, key: ColumnElement[Any], after: str | None) -> Iterable[str]:
        statement = select(key).distinct().order_by(key).limit(PAGE_ROWS)
        return self.connection.scalars(statement if after is None else statement.where(key > after))

    def _stories(self, ids: list[str]) -> list[Story]:
        """Read the stories of all Ids from the first to the last of these."""
        adjustments = {
            row.values["id"]: row for name in _ADJUSTMENTS for row in self._stored_adjustments(name, ids)
        }
        of_these = audit_entries.c.adjustment_id.between(ids[0], ids[-1])
        statement = select(audit_entries).where(of_these)
        rows = self.connection.execute(
            statement.order_by(audit_entries.c.adjustment_id, audit_entries.c.id)
        )
        entries = {
            id_: tuple(_stored_entry(row) for row in its)
            for id_, its in groupby(rows, key=lambda row: row.adjustment_id)
        }
        return [Story(id_, adjustments.get(id_), entries.get(id_, ())) for id_ in ids]

    def _stored_adjustments(self, name: str, ids: list[str]) -> Iterator[StoredAdjustment]:
        table = _ADJUSTMENTS[name]
        of_these = table.c.id.between(ids[0], ids[-1])
        rows = self.connection.execute(_STORED[name].where(of_these)).mappings().all()
        custom = read_custom(self.connection, name, [row["id"] for row in rows], self._custom_fields(name))
        for row in rows:
            values = {key: value for key, value in row.items() if not key.startswith("_")}
            yield StoredAdjustment(
                name,
                values | {"custom": custom.get(row["id"], {})},
                row["_impact_amount"],
                row["_account_id"],
                row["_minor_unit_digits"] or 0,
                row["_source_invoice_id"],
                row["_numbered_id"],
            )

    def chains(self) -> Iterator[list[ChainedEntry]]:
        """Read the entries of all chains, by invoice and place."""
        c = audit_entries.c
        statement = (
            select(audit_entries, invoices.c.invoice_number, invoices.c.audit_seq, invoices.c.audit_hash)
            .join_from(audit_entries, invoices, invoices.c.id == c.invoice_id, isouter=True)
            .where(_CHAINED)
            .order_by(c.invoice_id, c.seq)
            .limit(PAGE_ROWS)
        )
        rows = list(self.connection.execute(statement))
        while rows:
            yield [_chained_entry(row) for row in rows]
            last = rows[-1]
            # In two questions: PostgreSQL and MariaDB answer one with "or" from the beginning of the table.
            same = statement.where(c.invoice_id == last.invoice_id, c.seq > last.seq)
            rows = list(self.connection.execute(same)) or list(
                self.connection.execute(statement.where(c.invoice_id > last.invoice_id))
            )

    def heads_of_nothing(self) -> Iterator[list[tuple[str, Head]]]:
        """Read the number and head of invoices whose chain should have entries and has none."""
        c = invoices.c
        entries = exists().where(audit_entries.c.invoice_id == c.id, audit_entries.c.seq.is_not(None))
        statement = select(c.id, c.invoice_number, c.audit_seq, c.audit_hash)
        statement = statement.where(or_(c.audit_seq != 0, c.audit_hash != ""), ~entries)
        for rows in self._pages(statement, c.id):
            yield [(row.invoice_number, Head(row.id, row.audit_seq, row.audit_hash)) for row in rows]

    def late_unchained(self) -> Iterator[list[StoredEntry]]:
        """Read the entries that stand in no chain though others before them do."""
        first = select(func.min(audit_entries.c.id)).where(_CHAINED)
        start = self.connection.scalar(first)
        if start is None:
            return
        late = select(audit_entries).where(_UNCHAINED, audit_entries.c.id > start)
        for rows in self._pages(late, audit_entries.c.id):
            yield [_stored_entry(row) for row in rows]

    def story_of(self, name: str) -> Story | None:
        """Return the story of the adjustment with this number, or this Id."""
        numbers = adjustment_numbers.c
        found = self.connection.scalar(select(numbers.adjustment_id).where(numbers.number == name))
        (story,) = self._stories([found or name])
        known = found or story.adjustment or story.entries
        return story if known else None

    def user_names(self) -> dict[str, str]:
        """Return the users' names by Id."""
        return dict(self.connection.execute(select(users.c.id, users.c.name)).all())


def _stored_entry(row: Row[Any]) -> StoredEntry:
    entry = AuditEntry(
        at=row.at,
        user_id=row.user_id,
        door=row.door,
        request_id=row.request_id,
        action=row.action,
        invoice_id=row.invoice_id or "",
        adjustment_id=row.adjustment_id,
        detail=row.detail,
    )
    return StoredEntry(row.id, row.seq, row.hash, entry)


def _chained_entry(row: Row[Any]) -> ChainedEntry:
    head = Head(row.invoice_id, row.audit_seq or 0, row.audit_hash or "")
    return ChainedEntry(_stored_entry(row), row.invoice_number, head)
