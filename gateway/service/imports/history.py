"""One chunk of adjustments made elsewhere: lock and load what they refer to, decide, write in bulk."""

from collections.abc import Sequence
from datetime import datetime

from gateway.engine import Stamp
from gateway.service.auditing import IMPORT, entries_of_new, entry_of_change
from gateway.service.callers import Caller
from gateway.service.calls import AS_THE_LEGACY, Call
from gateway.service.import_ports import ImportedAdjustment
from gateway.service.imports.history_rules import Balances, Brought, Known, decide_adjustment
from gateway.service.imports.kinds import FileKind
from gateway.service.imports.results import ChunkOutcome
from gateway.service.imports.rows import Row
from gateway.service.imports.rules import Terms
from gateway.service.ports import Transaction

NOBODY = "0" * 32
"""The user of what an import does: nobody logged in for it."""


def load_history(
    tx: Transaction, kind: FileKind, rows: Sequence[Row], terms: Terms, now: datetime, *, is_last: bool
) -> ChunkOutcome:
    """Load a chunk of InvoiceItemAdjustment or InvoiceAdjustment.

    A row whose effect does not fit its source is postponed, because a later row may make room; with
    ``is_last`` there is none, and it is refused.
    """
    call = Call(
        Caller(NOBODY, door=IMPORT, request_id=terms.request_id), IMPORT, (), AS_THE_LEGACY, kind.object_type
    )
    stamp = Stamp(NOBODY, now, now.astimezone(terms.zone).date())
    known, balances = _read(tx, call, rows)
    outcome = ChunkOutcome()
    brought: list[Brought] = []
    for row in rows:
        decided = decide_adjustment(row, kind, known, stamp)
        if isinstance(decided, tuple):
            outcome.problems[row.line] = decided
        else:
            brought.append(decided)
    fitting, problems = balances.settle(brought)
    if is_last:
        outcome.problems |= {line: (problem,) for line, problem in problems.items()}
    else:
        outcome.postponed = [each.row for each in brought if each.row.line in problems]
    outcome.updated = sum(each.before is not None for each in fitting)
    outcome.added = len(fitting) - outcome.updated
    outcome.highest_count = _write(tx, call, stamp, fitting, balances)
    return outcome


def _read(tx: Transaction, call: Call, rows: Sequence[Row]) -> tuple[Known, Balances]:
    ids = {row.values["id"] for row in rows}
    invoice_ids = {row.values["invoice_id"] for row in rows}
    source_ids = {row.values["source_id"] for row in rows if "source_id" in row.values}
    books = tx.lock_books(invoice_ids, (), source_ids)
    before = tx.adjustments(call.kind, ids, call.object_type.custom_fields)
    balances = Balances(
        books,
        tx.unstated(invoice_ids, source_ids),
        tx.imported_impacts_of_sources(source_ids) if source_ids else {},
    )
    known = Known(
        dict(balances.invoices),
        dict(balances.sources),
        {adjustment.id: adjustment for adjustment in before},
        tx.imported_adjustments(ids),
        tx.used_ids(ids),
        tx.changed_here(ids),
        tx.owners_of_numbers({row.values["adjustment_number"] for row in rows}),
    )
    return known, balances


def _write(tx: Transaction, call: Call, stamp: Stamp, fitting: Sequence[Brought], balances: Balances) -> int:
    """Write what fits; return the highest count in the numbers of what is new."""
    new = [each for each in fitting if each.before is None]
    changed = [each for each in fitting if each.before is not None and each.adjustment != each.before]
    custom_fields = call.object_type.custom_fields
    name = call.object_type.name
    tx.add_history(
        [each.adjustment for each in new], [_remembered(each, name) for each in new], custom_fields
    )
    tx.replace_history(
        [each.adjustment for each in changed], [_remembered(each, name) for each in changed], custom_fields
    )
    tx.save_imported_balances(balances.moved_invoices(), balances.moved_sources())
    entries_of_these = entries_of_new(call, stamp, ((each.adjustment, "") for each in new))
    entries = [
        next(entries_of_these)
        if each.before is None
        else entry_of_change(call, stamp, each.before, each.adjustment)
        for each in fitting
        if each.before is None or each.adjustment != each.before
    ]
    if entries:
        tx.audit(entries)
    return tx.highest_count(call.kind, [each.adjustment.adjustment_number for each in new])


def _remembered(brought: Brought, object_name: str) -> ImportedAdjustment:
    adjustment = brought.adjustment
    return ImportedAdjustment(
        adjustment.id,
        object_name,
        adjustment.invoice_id,
        adjustment.source_type,
        adjustment.source_id,
        brought.impact,
    )
