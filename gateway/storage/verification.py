"""Reading the books for a proof: page by page, with the sums of the adjustments beside each stored amount."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, exists, or_, select

from gateway.contract.fields import Field
from gateway.contract.lexical import write_decimal
from gateway.engine import AdjustmentKind, AdjustmentStatus, AdjustmentType, SourceType
from gateway.engine.ledger import signed
from gateway.service.auditing import Head, Link
from gateway.service.evidence import (
    ChainedEntry,
    InvoiceEvidence,
    Life,
    Reversing,
    SourceEvidence,
    StoryEntry,
    Stray,
    ToldEntry,
)
from gateway.service.ports import AuditEntry
from gateway.storage.ledger import OBJECT_NAMES, TABLES_OF_KIND, SqlLedger
from gateway.storage.tables import (
    adjustment_numbers,
    audit_entries,
    imported_adjustments,
    invoice_item_adjustments,
    invoice_items,
    invoices,
    taxation_items,
    users,
)
from gateway.storage.types import exact_sum

_SOURCES: dict[SourceType, tuple[Table, Column[Any], str]] = {
    SourceType.INVOICE_DETAIL: (invoice_items, invoice_items.c.charge_amount, "an invoice item"),
    SourceType.TAX: (taxation_items, taxation_items.c.tax_amount, "a taxation item"),
}
_ENTRY = [
    audit_entries.c[name]
    for name in (
        "at",
        "user_id",
        "door",
        "request_id",
        "action",
        "invoice_id",
        "adjustment_id",
        "detail",
        "seq",
        "hash",
    )
]

Span = tuple[str, str]
"""The first and the last key of a page."""


class SqlEvidence(SqlLedger):
    """The EvidenceStore of one transaction that sees a snapshot."""

    def invoice_evidence(self, after: str, limit: int) -> list[InvoiceEvidence]:
        """Read invoices behind an Id."""
        names = ("balance", "imported_balance", "adjustment_amount", "imported_adjustment_amount", "adjusted")
        rows = self._page(invoices, [invoices.c.id, *(invoices.c[name] for name in names)], after, limit)
        if not rows:
            return []
        span = rows[0].id, rows[-1].id
        live: dict[str, Decimal] = {}
        for table in TABLES_OF_KIND.values():
            for id_, amount in self._live(table, table.c.invoice_id, span).items():
                live[id_] = live.get(id_, Decimal(0)) + amount
        impact = self._impacts(imported_adjustments.c.invoice_id, span)
        nothing = Decimal(0)
        return [
            InvoiceEvidence(*(*row, live.get(row.id, nothing), impact.get(row.id, nothing))) for row in rows
        ]

    def source_evidence(self, type_: SourceType, after: str, limit: int) -> list[SourceEvidence]:
        """Read sources of a type behind an Id."""
        table, original, _ = _SOURCES[type_]
        names = ("balance", "imported_balance", "taken", "adjusted")
        rows = self._page(table, [table.c.id, original, *(table.c[name] for name in names)], after, limit)
        if not rows:
            return []
        span = rows[0].id, rows[-1].id
        adjustments = invoice_item_adjustments
        of_type = adjustments.c.source_type == type_.value
        live = self._live(adjustments, adjustments.c.source_id, span, of_type)
        brought = imported_adjustments
        impact = self._impacts(brought.c.source_id, span, brought.c.source_type == type_.value)
        nothing = Decimal(0)
        return [
            SourceEvidence(type_, *(*row, live.get(row.id, nothing), impact.get(row.id, nothing)))
            for row in rows
        ]

    def chained_entries(self, after: tuple[str, int], limit: int) -> list[ChainedEntry]:
        """Read entries behind an invoice's Id and a place in its chain."""
        place = (audit_entries.c.invoice_id, audit_entries.c.seq)
        invoice_id, seq = after
        statement = (
            select(*_ENTRY, invoices.c.id, invoices.c.audit_seq, invoices.c.audit_hash)
            .join_from(audit_entries, invoices, audit_entries.c.invoice_id == invoices.c.id, isouter=True)
            .where(
                or_(
                    audit_entries.c.invoice_id > invoice_id,
                    and_(audit_entries.c.invoice_id == invoice_id, audit_entries.c.seq > seq),
                )
            )
            .order_by(*place)
            .limit(limit)
        )
        return [
            ChainedEntry(_link(row), Head(row[-3], row[-2], row[-1]) if row[-3] is not None else None)
            for row in self.connection.execute(statement)
        ]

    def lives(self, after: str, limit: int, custom_fields: Mapping[str, Sequence[Field]]) -> list[Life]:
        """Read adjustments behind a number."""
        numbers = adjustment_numbers
        used = self.connection.execute(
            select(numbers.c.number, numbers.c.adjustment_id)
            .where(numbers.c.number > after)
            .order_by(numbers.c.number)
            .limit(limit)
        ).all()
        ids = [id_ for _, id_ in used]
        if not ids:
            return []
        there = {
            adjustment.id: adjustment
            for kind in AdjustmentKind
            for adjustment in self.adjustments(kind, ids, custom_fields[OBJECT_NAMES[kind]])
        }
        entries: dict[str, list[ToldEntry]] = {}
        columns = [audit_entries.c[name] for name in ("adjustment_id", "action", "seq", "detail")]
        told = select(*columns).where(audit_entries.c.adjustment_id.in_(ids)).order_by(audit_entries.c.id)
        for id_, *entry in self.connection.execute(told):
            entries.setdefault(id_, []).append(ToldEntry(*entry))
        return [Life(id_, number, there.get(id_), tuple(entries.get(id_, ()))) for number, id_ in used]

    def strays(self) -> list[Stray]:
        """Find what points nowhere, by a statement for each kind."""
        found: list[Stray] = []
        for kind, table in TABLES_OF_KIND.items():
            name = OBJECT_NAMES[kind]
            used = exists().where(
                adjustment_numbers.c.number == table.c.adjustment_number,
                adjustment_numbers.c.adjustment_id == table.c.id,
            )
            found += self._stray(
                name, "adjustment_number", table, table.c.adjustment_number, ~used, "among the used numbers"
            )
            found += self._reversed_too_much(name, table)
        adjustments = invoice_item_adjustments
        for type_, (sources, _, noun) in _SOURCES.items():
            is_there = exists().where(
                sources.c.id == adjustments.c.source_id, sources.c.invoice_id == adjustments.c.invoice_id
            )
            wrong = and_(adjustments.c.source_type == type_.value, ~is_there)
            found += self._stray(
                OBJECT_NAMES[AdjustmentKind.ITEM],
                "source_id",
                adjustments,
                adjustments.c.source_id,
                wrong,
                f"{noun} of its invoice",
            )
        told = select(audit_entries.c.invoice_id).where(audit_entries.c.invoice_id.is_not(None))
        untold = and_(invoices.c.audit_seq > 0, invoices.c.id.not_in(told))
        found += self._stray(
            "Invoice", "audit_seq", invoices, invoices.c.audit_seq, untold, "0: it has no entries"
        )
        return found

    def adjustment_ids(self, named: str) -> list[str]:
        """Return the Ids of the adjustments that ever had this Id or number."""
        numbers = adjustment_numbers.c
        statement = select(numbers.adjustment_id).where(
            or_(numbers.number == named, numbers.adjustment_id == named)
        )
        return list(self.connection.scalars(statement))

    def story(self, adjustment_id: str) -> list[StoryEntry]:
        """Read all that the trail tells of an adjustment, in the order in which it was written."""
        before = audit_entries.alias()
        statement = (
            select(*_ENTRY, users.c.name, before.c.hash)
            .join_from(audit_entries, users, audit_entries.c.user_id == users.c.id, isouter=True)
            .join(
                before,
                and_(
                    before.c.invoice_id == audit_entries.c.invoice_id,
                    before.c.seq == audit_entries.c.seq - 1,
                ),
                isouter=True,
            )
            .where(audit_entries.c.adjustment_id == adjustment_id)
            .order_by(audit_entries.c.id)
        )
        story = []
        for *entry, name, previous in self.connection.execute(statement):
            link = _link(entry)
            is_chained = entry[-2] is not None
            first = "" if link.seq == 1 else None
            story.append(
                StoryEntry(
                    link.entry,
                    name or link.entry.user_id,
                    link if is_chained else None,
                    previous if previous is not None else first,
                )
            )
        return story

    def reversals(self, adjustment_id: str) -> list[Reversing]:
        """Read the adjustments that reverse one, in the order of their numbers."""
        found = []
        for table in TABLES_OF_KIND.values():
            columns = (table.c.id, table.c.adjustment_number, table.c.amount, table.c.status)
            statement = select(*columns).where(table.c.reverses_id == adjustment_id)
            found += [
                Reversing(*row)
                for row in self.connection.execute(statement.order_by(table.c.adjustment_number))
            ]
        return found

    def _page(
        self, table: Table, columns: Sequence[ColumnElement[Any]], after: str, limit: int
    ) -> Sequence[Any]:
        statement = select(*columns).where(table.c.id > after).order_by(table.c.id).limit(limit)
        return self.connection.execute(statement).all()

    def _live(
        self, table: Table, key: Column[Any], span: Span, *conditions: ColumnElement[bool]
    ) -> dict[str, Decimal]:
        """Return the signed sums of live adjustments by a key, for the keys of a page."""
        live = table.c.status == AdjustmentStatus.PROCESSED.value
        statement = (
            select(key, table.c.type, exact_sum(table.c.amount))
            .where(key.between(*span), live, *conditions)
            .group_by(key, table.c.type)
        )
        sums: dict[str, Decimal] = {}
        for id_, type_, amount in self.connection.execute(statement):
            sums[id_] = sums.get(id_, Decimal(0)) + signed(AdjustmentType(type_), amount)
        return sums

    def _impacts(self, key: Column[Any], span: Span, *conditions: ColumnElement[bool]) -> dict[str, Decimal]:
        """Return what imported balances hold of imported adjustments, for the keys of a page."""
        impact = exact_sum(imported_adjustments.c.impact)
        statement = select(key, impact).where(key.between(*span), *conditions).group_by(key)
        return dict(self.connection.execute(statement).all())

    def _stray(
        self,
        name: str,
        field: str,
        table: Table,
        column: Column[Any],
        condition: ColumnElement[bool],
        expected: str,
    ) -> list[Stray]:
        statement = select(table.c.id, column).where(condition).order_by(table.c.id)
        return [
            Stray(name, id_, field, str(value), expected) for id_, value in self.connection.execute(statement)
        ]

    def _reversed_too_much(self, name: str, table: Table) -> list[Stray]:
        """Find adjustments of which live ones reverse more than they are, or which are not there."""
        reversals = table.alias()
        live = reversals.c.status == AdjustmentStatus.PROCESSED.value
        total = exact_sum(reversals.c.amount)
        statement = (
            select(reversals.c.reverses_id, table.c.amount, table.c.status, total)
            .join_from(reversals, table, table.c.id == reversals.c.reverses_id, isouter=True)
            .where(live, reversals.c.reverses_id.is_not(None))
            .group_by(reversals.c.reverses_id, table.c.amount, table.c.status)
        )
        found = []
        for id_, amount, status, reversed_ in self.connection.execute(statement):
            if status != AdjustmentStatus.PROCESSED.value:
                found.append(
                    Stray(name, id_, "status", status or "none", "Processed: a live one reverses it")
                )
            elif reversed_ > amount:
                found.append(
                    Stray(
                        name,
                        id_,
                        "amount",
                        write_decimal(amount),
                        f"{write_decimal(reversed_)} or more: so much is reversed",
                    )
                )
        return found


def _link(row: Sequence[Any]) -> Link:
    return Link(AuditEntry(*row[:8]), row[8], row[9])
