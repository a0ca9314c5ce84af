"""One chunk of an import file: load and lock what its rows refer to, decide on each, write in bulk.

The number of SQL statements of a chunk does not depend on how many rows it has.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from gateway.engine import SourceType
from gateway.service.imports.history import load_history
from gateway.service.imports.kept import load_kept
from gateway.service.imports.kinds import ACCOUNTS, HISTORY, INVOICES, ITEMS, KEPT, FileKind
from gateway.service.imports.results import ChunkOutcome
from gateway.service.imports.rows import Problem, Row
from gateway.service.imports.rules import (
    ZERO,
    Decided,
    Terms,
    decide_account,
    decide_invoice,
    decide_source,
    is_outside_window,
)
from gateway.service.ports import Transaction


def load_chunk(
    tx: Transaction,
    kind: FileKind,
    rows: Sequence[Row],
    terms: Terms,
    now: datetime,
    *,
    is_last: bool = False,
) -> ChunkOutcome:
    """Load a chunk; the rows with problems are left out.

    Args:
        tx: All that is read and written.
        kind: What the rows are.
        rows: Each Id once, all with the same attributes.
        terms: What holds for the import.
        now: CreatedDate and UpdatedDate of rows that the file gives none.
        is_last: The rows were postponed before, and the rest of their file is loaded.
    """
    if not rows:
        return ChunkOutcome()
    if kind in KEPT:
        return load_kept(tx, kind, rows, now)
    if kind.name in HISTORY:
        return load_history(tx, kind, rows, terms, now, is_last=is_last)
    if kind == ACCOUNTS:
        existing, decide = _accounts(tx, rows, terms)
    elif kind == INVOICES:
        existing, decide = _invoices(tx, rows, terms)
    else:
        existing, decide = _sources(tx, kind, rows, terms)
    outcome = ChunkOutcome()
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for row in rows:
        decided = decide(row.values)
        if isinstance(decided, tuple):
            outcome.problems[row.line] = decided
            continue
        decided.pop("deleted", None)
        outcome.outside_window += kind == INVOICES and is_outside_window(decided)
        (changed if decided["id"] in existing else new).append(decided)
    tx.insert_rows(kind.object_type, [_dated(row, now, is_new=True) for row in new])
    tx.update_rows(kind.object_type, [_dated(row, now, is_new=False) for row in changed])
    outcome.added, outcome.updated = len(new), len(changed)
    return outcome


def _dated(row: dict[str, Any], now: datetime, *, is_new: bool) -> dict[str, Any]:
    """Fill in when a row came and changed, so that readers of what is new since a moment find it."""
    row["updated_date"] = row.get("updated_date") or now
    if is_new or "created_date" in row:
        row["created_date"] = row.get("created_date") or now
    return row


_Decide = Callable[[dict[str, Any]], Decided]


def _accounts(tx: Transaction, rows: Sequence[Row], terms: Terms) -> tuple[set[str], _Decide]:
    ids = [row.values["id"] for row in rows]
    # The balance of an account is stored without what was adjusted here; queries add that.
    ours = tx.adjusted_by_account(ids) if terms.includes_ours else {}

    def decide(values: dict[str, Any]) -> Decided:
        return decide_account(values, ours.get(values["id"], ZERO))

    return set(tx.account_currencies(ids)), decide


def _invoices(tx: Transaction, rows: Sequence[Row], terms: Terms) -> tuple[set[str], _Decide]:
    ids = {row.values["id"] for row in rows}
    before = {invoice.id: invoice for invoice in tx.lock_books(ids, (), ()).invoices}
    live = tx.live_invoices(ids)
    accounts = tx.account_currencies({row.values["account_id"] for row in rows})
    numbered = tx.invoices_numbered({row.values["invoice_number"] for row in rows})
    unstated, impacts = tx.unstated(ids, ()), tx.imported_impacts(ids)

    def decide(values: dict[str, Any]) -> Decided:
        owner = numbered.get(values["invoice_number"])
        return decide_invoice(
            values,
            before.get(values["id"]),
            accounts=accounts,
            is_live=values["id"] in live,
            number_taken_by=None if owner == values["id"] else owner,
            terms=terms,
            unstated=unstated,
            impact=impacts.get(values["id"], ZERO),
        )

    return set(before), decide


def _sources(tx: Transaction, kind: FileKind, rows: Sequence[Row], terms: Terms) -> tuple[set[str], _Decide]:
    is_item = kind == ITEMS
    type_ = SourceType.INVOICE_DETAIL if is_item else SourceType.TAX
    ids = {row.values["id"] for row in rows}
    taxed = set() if is_item else {row.values["invoice_item_id"] for row in rows}
    books = tx.lock_books({row.values["invoice_id"] for row in rows}, (), ids | taxed)
    invoices = {invoice.id: invoice for invoice in books.invoices}
    before = {source.id: source for source in books.sources if source.type is type_}
    items = {source.id: source for source in books.sources if source.type is SourceType.INVOICE_DETAIL}
    unstated = tx.unstated((), ids)
    given: dict[str, Any] = {"invoices": invoices, "terms": terms, "unstated": unstated}

    def decide(values: dict[str, Any]) -> Decided:
        if is_item:
            return decide_source(values, "charge_amount", before.get(values["id"]), **given)
        item_id = values["invoice_item_id"]
        if item_id not in items:
            return (Problem("invoice_item_id", f"there is no invoice item {item_id}"),)
        if items[item_id].invoice_id != values["invoice_id"]:
            reason = f"invoice item {item_id} is on invoice {items[item_id].invoice_id}"
            return (Problem("invoice_item_id", reason),)
        return decide_source(values, "tax_amount", before.get(values["id"]), **given)

    return set(before), decide
