"""Adjustments made elsewhere in SQL: what is remembered of them, and writing them in bulk."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, union

from gateway.contract.fields import Field
from gateway.engine import Adjustment, Invoice, Source, SourceType
from gateway.service.auditing import IMPORT
from gateway.service.import_ports import ImportedAdjustment, SourceKey, Unstated
from gateway.storage.bulk import among
from gateway.storage.imports import update_by_id
from gateway.storage.ledger import SOURCE_TABLES, TABLES_OF_KIND, SqlLedger, shallow
from gateway.storage.tables import (
    adjustment_numbers,
    audit_entries,
    imported_adjustments,
    invoice_items,
    invoices,
    taxation_items,
)
from gateway.storage.types import exact_sum


class SqlHistory(SqlLedger):
    """The HistoryStore of one transaction."""

    connection: Connection

    def imported_adjustments(self, ids: Collection[str]) -> dict[str, ImportedAdjustment]:
        """Return what is remembered of these adjustments, by Id."""
        table = imported_adjustments
        rows = self.connection.execute(select(table).where(table.c.adjustment_id.in_(ids)))
        return {
            id_: ImportedAdjustment(
                id_, name, invoice_id, SourceType(type_) if type_ else None, source_id, impact
            )
            for id_, name, invoice_id, type_, source_id, impact in rows
        }

    def imported_impacts(self, invoice_ids: Collection[str]) -> dict[str, Decimal]:
        """Return what the balances of these invoices hold of the history, where they hold anything."""
        table = imported_adjustments
        statement = (
            select(table.c.invoice_id, exact_sum(table.c.impact))
            .where(table.c.invoice_id.in_(invoice_ids))
            .group_by(table.c.invoice_id)
        )
        return dict(self.connection.execute(statement).all())

    def imported_impacts_of_sources(self, source_ids: Collection[str]) -> dict[SourceKey, Decimal]:
        """Return what the balances of these sources hold of the history, where they hold anything."""
        table = imported_adjustments
        statement = (
            select(table.c.source_type, table.c.source_id, exact_sum(table.c.impact))
            .where(table.c.source_id.in_(source_ids))
            .group_by(table.c.source_type, table.c.source_id)
        )
        return {(SourceType(type_), id_): sum_ for type_, id_, sum_ in self.connection.execute(statement)}

    def unstated(self, invoice_ids: Collection[str], source_ids: Collection[str]) -> Unstated:
        """Return which of these invoices' and sources' balances no file has given."""

        def unstated_in(table: Table, name: str, ids: Collection[str]) -> frozenset[str]:
            return frozenset(
                id_
                for condition in among(self.connection, table.c.id, ids)
                for id_ in self.connection.scalars(
                    select(table.c.id).where(condition, table.c[name].is_(False))
                )
            )

        items = unstated_in(invoice_items, "balance_stated", source_ids)
        taxes = unstated_in(taxation_items, "balance_stated", source_ids)
        return Unstated(
            unstated_in(invoices, "balance_stated", invoice_ids),
            unstated_in(invoices, "adjustment_amount_stated", invoice_ids),
            frozenset(
                [
                    *((SourceType.INVOICE_DETAIL, id_) for id_ in items),
                    *((SourceType.TAX, id_) for id_ in taxes),
                ]
            ),
        )

    def used_ids(self, ids: Collection[str]) -> frozenset[str]:
        """Return which of these Ids an adjustment ever had."""
        columns = [
            *(table.c.id for table in TABLES_OF_KIND.values()),
            imported_adjustments.c.adjustment_id,
            # What was deleted is still told of.
            audit_entries.c.adjustment_id,
        ]
        return frozenset(
            self.connection.scalars(union(*(select(column).where(column.in_(ids)) for column in columns)))
        )

    def changed_here(self, ids: Collection[str]) -> frozenset[str]:
        """Return which of these adjustments were changed by more than imports."""
        id_ = audit_entries.c.adjustment_id
        statement = select(id_).where(id_.in_(ids), audit_entries.c.action != IMPORT).distinct()
        return frozenset(self.connection.scalars(statement))

    def owners_of_numbers(self, numbers: Collection[str]) -> dict[str, str]:
        """Return the Id of the adjustment that had each of these numbers, where one had."""
        table = adjustment_numbers
        statement = select(table.c.number, table.c.adjustment_id).where(table.c.number.in_(numbers))
        return dict(self.connection.execute(statement).all())

    def add_history(
        self,
        adjustments: Sequence[Adjustment],
        remembered: Sequence[ImportedAdjustment],
        custom_fields: Sequence[Field] = (),
    ) -> None:
        """Write new adjustments, all of one kind, with their numbers and what is remembered of each."""
        if adjustments:
            self.add(adjustments, custom_fields)
            self._remember(remembered)

    def replace_history(
        self,
        adjustments: Sequence[Adjustment],
        remembered: Sequence[ImportedAdjustment],
        custom_fields: Sequence[Field] = (),
    ) -> None:
        """Write adjustments, all of one kind, in place of those with the same Ids and numbers."""
        if adjustments:
            self.remove(adjustments)
            numbers = adjustment_numbers.c.number.in_([a.adjustment_number for a in adjustments])
            self.connection.execute(delete(adjustment_numbers).where(numbers))
            ids = imported_adjustments.c.adjustment_id.in_([a.id for a in adjustments])
            self.connection.execute(delete(imported_adjustments).where(ids))
            self.add_history(adjustments, remembered, custom_fields)

    def save_imported_balances(self, invoices_: Sequence[Invoice], sources: Sequence[Source]) -> None:
        """Write balances whose imported part moved; who changed the rows and when stays."""
        self._save_imported(
            invoices,
            [
                {
                    "id": invoice.id,
                    "balance": invoice.balance,
                    "imported_balance": invoice.balance - invoice.adjusted,
                    "adjustment_amount": invoice.adjustment_amount,
                    "imported_adjustment_amount": invoice.adjustment_amount + invoice.adjusted,
                }
                for invoice in invoices_
            ],
        )
        for type_, table in SOURCE_TABLES.items():
            self._save_imported(
                table,
                [
                    {
                        "id": source.id,
                        "balance": source.balance,
                        "imported_balance": source.balance - source.adjusted,
                        "taken": source.taken,
                    }
                    for source in sources
                    if source.type is type_
                ],
            )

    def _save_imported(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows and self.connection.dialect.name in ("mysql", "mariadb"):
            names = [name for name in rows[0] if name != "id"]
            self._update(table, names, [SimpleNamespace(**row) for row in rows])
        elif rows:
            update_by_id(self.connection, table, rows)

    def _remember(self, remembered: Sequence[ImportedAdjustment]) -> None:
        self.connection.execute(insert(imported_adjustments), [shallow(each) for each in remembered])
