"""Changing adjustments that exist: update, cancel, delete.

Canceling gives the balances back; nothing recorded is edited away. Rules: *Update, cancel, delete* in
``docs/rules.md``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from gateway.engine.adjustments import settle_by_invoice, settle_together
from gateway.engine.books import (
    Adjustment,
    AdjustmentStatus,
    Books,
    Decision,
    MasterData,
    Policy,
    Refused,
    Stamp,
)
from gateway.engine.checks import refuse_reason_code
from gateway.engine.invoices import Invoice, Source
from gateway.engine.ledger import ZERO, Ledger, refuse_give_back, refuse_window, signed
from gateway.engine.periods import accounting_date
from gateway.engine.refusals import (
    CannotUncancel,
    FieldNotUpdatable,
    NotCanceled,
    NotPermitted,
    PeriodClosed,
    Refusal,
    RevenueNotIntegrated,
    ReversalLinked,
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
    together: bool = False,
) -> Decision:
    """Decide updates in order, each against what its accepted predecessors left.

    Args:
        changes: In the caller's order; a record that could not be read is its refusals.
        books: Every adjustment that a change names and that exists, with their sources and invoices.
        policy: What the user's role allows.
        stamp: Who updates, and when.
        single_transaction: All or nothing; the invoice window counts once, on the sum.
        together: The invoice window counts once for each invoice, on the sum of its updates that pass
            their own checks; those stand or fall together.

    Returns each record's adjustment as it becomes, or its refusals. An update that changes nothing answers
    the adjustment as it is.
    """
    ledger = Ledger(books.invoices, books.sources)
    changing = _Changing(ledger, books, policy, stamp, each_in_window=not (single_transaction or together))
    outcomes = [change if isinstance(change, tuple) else changing.decide(change) for change in changes]
    judged = () if policy.may_cancel_without_validation else books.invoices
    if single_transaction:
        return settle_together(outcomes, judged, ledger)
    if together:
        return settle_by_invoice(outcomes, judged, ledger)
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


class _Changing:
    """The updates of one call, with what its earlier records changed."""

    def __init__(
        self, ledger: Ledger, books: Books, policy: Policy, stamp: Stamp, *, each_in_window: bool
    ) -> None:
        self.ledger = ledger
        self.master = books.master
        self.policy = policy
        self.stamp = stamp
        self.each_in_window = each_in_window
        self.current = {adjustment.id: adjustment for adjustment in books.adjustments}
        self.reversed = dict(books.reversed)

    def decide(self, change: Change) -> Adjustment | Refused:
        """An update does all its changes or none."""
        was = self.current.get(change.id)
        if was is None:
            return (UnknownAdjustment(change.id),)
        becomes = _with_plain_changes(was, change, self.master)
        refusal = (
            (_refuse_unchangeable(was, change, becomes) if self.policy.strict else None)
            or self._refuse_plain_changes(was, becomes)
            or self._refuse_status(was, becomes, change.status)
        )
        if refusal is not None:
            return (refusal,)
        if change.status is AdjustmentStatus.CANCELED and was.status is AdjustmentStatus.PROCESSED:
            refusal = self._give_back(was)
            if refusal is not None:
                return (refusal,)
            becomes = replace(
                becomes,
                status=AdjustmentStatus.CANCELED,
                cancelled_by_id=self.stamp.user_id,
                cancelled_date=self.stamp.at,
            )
        if becomes == was:
            return was
        becomes = replace(becomes, updated_by_id=self.stamp.user_id, updated_date=self.stamp.at)
        self.current[becomes.id] = becomes
        return becomes

    def _refuse_plain_changes(self, was: Adjustment, becomes: Adjustment) -> Refusal | None:
        if becomes.reason_code != was.reason_code:
            if not self.policy.may_change_reason_code:
                return NotPermitted("change reason code")
            unknown = refuse_reason_code(becomes.reason_code, self.master)
            if unknown is not None:
                return unknown
        leaves_transferred = (
            was.transferred_to_accounting == TRANSFERRED and becomes.transferred_to_accounting != TRANSFERRED
        )
        if leaves_transferred and not self.policy.may_override_transferred:
            return NotPermitted("override transferred to accounting")
        excludes = becomes.exclude_item_billing_from_revenue_accounting
        newly = excludes and excludes != was.exclude_item_billing_from_revenue_accounting
        # Check 9 of creating.
        return RevenueNotIntegrated() if newly and not self.policy.revenue_integration else None

    def _refuse_status(
        self, was: Adjustment, becomes: Adjustment, status: AdjustmentStatus | None
    ) -> Refusal | None:
        """Status sent as it already is changes nothing and is no fault."""
        if status is None or status is was.status:
            return None
        if status is AdjustmentStatus.PROCESSED:
            return CannotUncancel()
        if not self.policy.may_cancel:
            return NotPermitted("cancel")
        if self.reversed.get(was.id, ZERO) > 0:
            return ReversalLinked(was.id)
        if becomes.transferred_to_accounting == TRANSFERRED:
            return TransferredAlready()
        booked = accounting_date(
            self.master.periods,
            was.accounting_date,
            may_manage_close=self.policy.may_manage_close,
            gives_back=False,
        )
        return booked if isinstance(booked, PeriodClosed) else None

    def _give_back(self, adjustment: Adjustment) -> Refusal | None:
        """Give a canceled adjustment's amount back to its source and invoice, or say why not."""
        invoice = self.ledger.invoices[adjustment.invoice_id]
        moved: Source | Invoice = invoice
        if adjustment.source_type is not None and adjustment.source_id is not None:
            moved = self.ledger.sources[adjustment.source_type, adjustment.source_id]
            out_of_range = refuse_give_back(moved, adjustment.type, adjustment.amount)
            if out_of_range is not None:
                return out_of_range
        if self.each_in_window and not self.policy.may_cancel_without_validation:
            after = invoice.balance - signed(adjustment.type, adjustment.amount)
            crossed = refuse_window(invoice.amount, invoice.balance, after)
            if crossed is not None:
                return crossed
        self.ledger.give_back(moved, adjustment.type, adjustment.amount)
        if adjustment.reverses_id is not None:
            # What it reversed can be canceled, or reversed, again.
            left = self.reversed.get(adjustment.reverses_id, ZERO) - adjustment.amount
            self.reversed[adjustment.reverses_id] = left
        return None


def _refuse_unchangeable(adjustment: Adjustment, change: Change, becomes: Adjustment) -> Refusal | None:
    """Find the first field that is sent, cannot be updated and differs from what is there."""
    for name in sorted(change.fields_to_null.difference(_PLAIN, adjustment.custom)):
        if getattr(becomes, name, None) is not None:
            return FieldNotUpdatable(name)
    for name, value in change.unchangeable.items():
        if getattr(adjustment, name, value) != value:
            return FieldNotUpdatable(name)
    return None


def _with_plain_changes(adjustment: Adjustment, change: Change, master: MasterData) -> Adjustment:
    """Return the adjustment with all as the change asks that moves no balance."""
    plain: dict[str, Any] = {name: None for name in _PLAIN if name in change.fields_to_null}
    if "reason_code" in plain and master.reason_codes is not None:
        plain["reason_code"] = master.reason_codes.default
    plain |= {name: getattr(change, name) for name in _PLAIN if getattr(change, name) is not None}
    kept = {name: value for name, value in adjustment.custom.items() if name not in change.fields_to_null}
    return replace(adjustment, **plain, custom={**kept, **change.custom})
