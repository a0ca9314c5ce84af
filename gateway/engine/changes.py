"""Changing adjustments that exist: update, cancel, delete.

Canceling gives the balances back; nothing recorded is edited away. Rules: *Update, cancel, delete* in
``docs/rules.md``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from gateway.engine.adjustments import settle_together
from gateway.engine.books import (
    Adjustment,
    AdjustmentStatus,
    Books,
    Decision,
    Policy,
    Refused,
    Stamp,
)
from gateway.engine.invoices import Invoice, Source
from gateway.engine.ledger import Ledger, refuse_give_back, refuse_window, signed
from gateway.engine.refusals import (
    CannotUncancel,
    FieldNotUpdatable,
    NotCanceled,
    NotPermitted,
    Refusal,
    RevenueNotIntegrated,
    TransferredAlready,
    UnknownAdjustment,
)

_PLAIN = ("reason_code", "transferred_to_accounting", "exclude_item_billing_from_revenue_accounting")
"""Fields that an update sets to any value that they may have, or empties."""

TRANSFERRED = "Yes"
"""The TransferredToAccounting of an adjustment that is in the accounting system."""


@dataclass(frozen=True, slots=True)
class Change:
    """An update as a caller asks for it; None leaves a field as it is.

    Attributes:
        custom: Values of the tenant's own fields by name.
        fields_to_null: Python names of fields to empty; those that cannot be are ignored, as unknown
            fields are.
        unchangeable: Values by Python name of fields that no update changes. A strict policy refuses those
            that differ from what is there, any other ignores them, as the legacy does.
    """

    id: str
    status: AdjustmentStatus | None = None
    reason_code: str | None = None
    transferred_to_accounting: str | None = None
    exclude_item_billing_from_revenue_accounting: bool | None = None
    custom: Mapping[str, Any] = field(default_factory=dict)
    fields_to_null: frozenset[str] = frozenset()
    unchangeable: Mapping[str, Any] = field(default_factory=dict)


def decide_updates(
    changes: Sequence[Change | Refused],
    books: Books,
    policy: Policy,
    stamp: Stamp,
    *,
    single_transaction: bool = False,
) -> Decision:
    """Decide updates in order, each against what its accepted predecessors left.

    Args:
        changes: In the caller's order; a record that could not be read is its refusals.
        books: Every adjustment that a change names and that exists, with their sources and invoices.
        policy: What the user's role allows.
        stamp: Who updates, and when.
        single_transaction: All or nothing; the invoice window counts once, on the sum.

    Returns each record's adjustment as it becomes, or its refusals. An update that changes nothing answers
    the adjustment as it is.
    """
    ledger = Ledger(books.invoices, books.sources)
    current = {adjustment.id: adjustment for adjustment in books.adjustments}
    outcomes: list[Adjustment | Refused] = []
    for change in changes:
        outcome: Adjustment | Refused
        if isinstance(change, tuple):
            outcome = change
        else:
            outcome = _decide_update(
                change, current, ledger, policy, stamp, each_in_window=not single_transaction
            )
        if isinstance(outcome, Adjustment):
            current[outcome.id] = outcome
        outcomes.append(outcome)
    if single_transaction:
        judged = () if policy.may_cancel_without_validation else books.invoices
        return settle_together(outcomes, judged, ledger)
    return Decision(tuple(outcomes), ledger.moved_invoices(), ledger.moved_sources())


def decide_deletes(
    ids: Sequence[str | Refused], books: Books, policy: Policy, *, single_transaction: bool = False
) -> Decision:
    """Decide deletions: only a canceled adjustment can go. Each one accepted is returned as it was."""
    current = {adjustment.id: adjustment for adjustment in books.adjustments}
    outcomes: list[Adjustment | Refused] = []
    for id_ in ids:
        if not policy.may_delete:
            outcomes.append((NotPermitted("delete canceled"),))
            continue
        if isinstance(id_, tuple):
            outcomes.append(id_)
            continue
        adjustment = current.get(id_)
        if adjustment is None:
            outcomes.append((UnknownAdjustment(id_),))
        elif adjustment.status is not AdjustmentStatus.CANCELED:
            outcomes.append((NotCanceled(),))
        else:
            del current[id_]
            outcomes.append(adjustment)
    if single_transaction:
        return settle_together(outcomes, (), Ledger((), ()))
    return Decision(tuple(outcomes), (), ())


def _decide_update(
    change: Change,
    current: dict[str, Adjustment],
    ledger: Ledger,
    policy: Policy,
    stamp: Stamp,
    *,
    each_in_window: bool,
) -> Adjustment | Refused:
    """An update does all its changes or none."""
    adjustment = current.get(change.id)
    if adjustment is None:
        return (UnknownAdjustment(change.id),)
    becomes = _with_plain_changes(adjustment, change)
    refusal = (
        (_refuse_unchangeable(adjustment, change, becomes) if policy.strict else None)
        or _refuse_plain_changes(adjustment, becomes, policy)
        or _refuse_status(adjustment, becomes, change.status, policy)
    )
    if refusal is not None:
        return (refusal,)
    if change.status is AdjustmentStatus.CANCELED and adjustment.status is AdjustmentStatus.PROCESSED:
        refusal = _give_back(adjustment, ledger, policy, each_in_window=each_in_window)
        if refusal is not None:
            return (refusal,)
        becomes = replace(
            becomes,
            status=AdjustmentStatus.CANCELED,
            cancelled_by_id=stamp.user_id,
            cancelled_date=stamp.at,
        )
    if becomes == adjustment:
        return adjustment
    return replace(becomes, updated_by_id=stamp.user_id, updated_date=stamp.at)


def _refuse_unchangeable(adjustment: Adjustment, change: Change, becomes: Adjustment) -> Refusal | None:
    """Find the first field that is sent, cannot be updated and differs from what is there."""
    for name in sorted(change.fields_to_null.difference(_PLAIN, adjustment.custom)):
        if getattr(becomes, name, None) is not None:
            return FieldNotUpdatable(name)
    for name, value in change.unchangeable.items():
        if getattr(adjustment, name, value) != value:
            return FieldNotUpdatable(name)
    return None


def _with_plain_changes(adjustment: Adjustment, change: Change) -> Adjustment:
    """Return the adjustment with all as the change asks that moves no balance."""
    plain: dict[str, Any] = {name: None for name in _PLAIN if name in change.fields_to_null}
    plain |= {name: getattr(change, name) for name in _PLAIN if getattr(change, name) is not None}
    kept = {name: value for name, value in adjustment.custom.items() if name not in change.fields_to_null}
    return replace(adjustment, **plain, custom={**kept, **change.custom})


def _refuse_plain_changes(was: Adjustment, becomes: Adjustment, policy: Policy) -> Refusal | None:
    if becomes.reason_code != was.reason_code and not policy.may_change_reason_code:
        return NotPermitted("change reason code")
    leaves_transferred = (
        was.transferred_to_accounting == TRANSFERRED and becomes.transferred_to_accounting != TRANSFERRED
    )
    if leaves_transferred and not policy.may_override_transferred:
        return NotPermitted("override transferred to accounting")
    excludes = becomes.exclude_item_billing_from_revenue_accounting
    if excludes and excludes != was.exclude_item_billing_from_revenue_accounting:
        # Check 9 of creating.
        return None if policy.revenue_integration else RevenueNotIntegrated()
    return None


def _refuse_status(
    was: Adjustment, becomes: Adjustment, status: AdjustmentStatus | None, policy: Policy
) -> Refusal | None:
    """Status sent as it already is changes nothing and is no fault."""
    if status is None or status is was.status:
        return None
    if status is AdjustmentStatus.PROCESSED:
        return CannotUncancel()
    if not policy.may_cancel:
        return NotPermitted("cancel")
    if becomes.transferred_to_accounting == TRANSFERRED:
        return TransferredAlready()
    return None


def _give_back(
    adjustment: Adjustment, ledger: Ledger, policy: Policy, *, each_in_window: bool
) -> Refusal | None:
    """Give a canceled adjustment's amount back to its source and invoice, or say why not."""
    invoice = ledger.invoices[adjustment.invoice_id]
    moved: Source | Invoice = invoice
    if adjustment.source_type is not None and adjustment.source_id is not None:
        moved = ledger.sources[adjustment.source_type, adjustment.source_id]
        out_of_range = refuse_give_back(moved, adjustment.type, adjustment.amount)
        if out_of_range is not None:
            return out_of_range
    if each_in_window and not policy.may_cancel_without_validation:
        after = invoice.balance - signed(adjustment.type, adjustment.amount)
        crossed = refuse_window(invoice.amount, invoice.balance, after)
        if crossed is not None:
            return crossed
    ledger.give_back(moved, adjustment.type, adjustment.amount)
    return None
