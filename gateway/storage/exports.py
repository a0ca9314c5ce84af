"""Exports in SQL: the audit trail in the order of its places, and the marks."""

from collections.abc import Collection
from dataclasses import asdict

from sqlalchemy import Connection, and_, exists, func, insert, or_, select, update

from gateway.engine import AdjustmentKind, AdjustmentStatus
from gateway.service.auditing import IMPORT
from gateway.service.export_ports import Bearings, Mark, PlacedEntry
from gateway.storage.configuration import REVISION
from gateway.storage.export_tables import export_marks
from gateway.storage.ledger import TABLES_OF_KIND
from gateway.storage.tables import accounts, audit_entries, invoices, users


class SqlExports:
    """The ExportStore of one transaction."""

    connection: Connection

    def last_place(self) -> int:
        """Return the place of the last audit entry, once no call that may write one is under way."""
        # Whoever decides holds this row in share mode, from before the first entry until the commit.
        self.connection.execute(REVISION.with_for_update())
        return self.connection.scalar(select(func.max(audit_entries.c.id))) or 0

    def placed_entries(self, after: int, until: int, limit: int) -> list[PlacedEntry]:
        """Read entries behind a place up to another, in order; those of imports are left out."""
        entry = audit_entries.c
        statement = (
            select(
                entry.id, entry.at, entry.user_id, func.coalesce(users.c.name, entry.user_id), entry.door,
                entry.request_id, entry.action, entry.invoice_id, entry.adjustment_id, entry.detail,
            )
            .join_from(audit_entries, users, entry.user_id == users.c.id, isouter=True)
            .where(entry.id > after, entry.id <= until, entry.action != IMPORT)
            .order_by(entry.id)
            .limit(limit)
        )  # fmt: skip
        return [PlacedEntry(place, *values) for place, *values in self.connection.execute(statement)]

    def told_before(self, adjustment_ids: Collection[str], place: int) -> dict[str, list[tuple[int, str]]]:
        """Return the places and details of all earlier entries of adjustments, by Id and in order."""
        entry = audit_entries.c
        statement = (
            select(entry.adjustment_id, entry.id, entry.detail)
            .where(entry.adjustment_id.in_(adjustment_ids), entry.id < place)
            .order_by(entry.id)
        )
        found: dict[str, list[tuple[int, str]]] = {}
        for id_, at, detail in self.connection.execute(statement):
            found.setdefault(id_, []).append((at, detail))
        return found

    def bearings(self, invoice_ids: Collection[str]) -> dict[str, Bearings]:
        """Return what invoices and their accounts are called, by the invoice's Id."""
        statement = (
            select(
                invoices.c.id, invoices.c.invoice_number, invoices.c.currency, accounts.c.account_number,
                accounts.c.name,
            )
            .join_from(invoices, accounts, invoices.c.account_id == accounts.c.id)
            .where(invoices.c.id.in_(invoice_ids))
        )  # fmt: skip
        return {id_: Bearings(*names) for id_, *names in self.connection.execute(statement)}

    def made_between(
        self,
        kind: AdjustmentKind,
        span: tuple[int, int],
        settled: Collection[str],
        behind: tuple[str, str],
        limit: int,
    ) -> list[tuple[str, str]]:
        """Return live adjustments that entries between two places made and that are not transferred yet."""
        after, until = span
        table, entry, earlier = TABLES_OF_KIND[kind], audit_entries.c, audit_entries.alias().c
        invoice_id, id_ = behind
        transferred = table.c.transferred_to_accounting
        # An adjustment's first entry is the one that made it.
        made = exists().where(
            entry.adjustment_id == table.c.id,
            entry.id > after,
            entry.id <= until,
            entry.action != IMPORT,
            ~exists().where(earlier.adjustment_id == entry.adjustment_id, earlier.id < entry.id),
        )
        statement = (
            select(table.c.invoice_id, table.c.id)
            .where(
                table.c.status == AdjustmentStatus.PROCESSED.value,
                or_(transferred.is_(None), transferred.not_in(settled)),
                or_(
                    table.c.invoice_id > invoice_id,
                    and_(table.c.invoice_id == invoice_id, table.c.id > id_),
                ),
                made,
            )
            .order_by(table.c.invoice_id, table.c.id)
            .limit(limit)
        )
        return [(row[0], row[1]) for row in self.connection.execute(statement)]

    def mark(self, name: str) -> Mark | None:
        """Return a mark, locked until the transaction ends where it can be."""
        statement = select(export_marks).where(export_marks.c.name == name).with_for_update()
        row = self.connection.execute(statement).one_or_none()
        return None if row is None else Mark(*row)

    def save_mark(self, mark: Mark) -> None:
        """Write a mark, new or changed."""
        values = asdict(mark)
        changed = self.connection.execute(
            update(export_marks).where(export_marks.c.name == mark.name).values(values)
        )
        if not changed.rowcount:
            self.connection.execute(insert(export_marks).values(values))
