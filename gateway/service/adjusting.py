"""Creating, updating and deleting adjustments: load and lock, let the engine decide, write in bulk.

The number of SQL statements of a call does not depend on how many records it carries.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from gateway.contract.objects import INVOICE_ADJUSTMENT, INVOICE_ITEM_ADJUSTMENT, ObjectType
from gateway.engine import (
    Adjustment,
    AdjustmentKind,
    Decision,
    Draft,
    Policy,
    Stamp,
    decide_creates,
    decide_deletes,
    decide_updates,
    number_adjustments,
)
from gateway.service.callers import Caller, Permission
from gateway.service.errors import RecordError, to_error
from gateway.service.failures import TooManyRecords
from gateway.service.ignored import IgnoredFields
from gateway.service.ports import AuditEntry, Store, Transaction
from gateway.service.records import Record, read_adjustment_id, read_change, read_draft

_KINDS = {
    INVOICE_ITEM_ADJUSTMENT.name: AdjustmentKind.ITEM,
    INVOICE_ADJUSTMENT.name: AdjustmentKind.INVOICE,
}


@dataclass(frozen=True, slots=True)
class CallOptions:
    """What a caller asks of a whole call.

    Attributes:
        strict: Unknown fields and amounts finer than their currency are refused. The tenant's setting can
            ask for it too.
    """

    single_transaction: bool = False
    strict: bool = False


@dataclass(frozen=True, slots=True)
class SaveOutcome:
    """What became of one record: its Id, or its errors in the order of the checks."""

    id: str | None = None
    errors: tuple[RecordError, ...] = ()


class Adjusting:
    """The use cases of adjustments.

    Args:
        store: Where everything is kept.
        clock: Gives the present moment, aware.
        new_ids: Gives that many fresh Ids, ascending, of a moment.
        zone: The tenant's time zone, which gives dateTimes their day.
        max_records: The most records one call may carry.
        counter_adjustments: The tenant setting of that name.
        revenue_integration: The tenant's billing is integrated with revenue accounting.
        strict: Every call is strict, whatever it asks for.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        new_ids: Callable[[int, datetime], Iterator[str]],
        *,
        zone: tzinfo,
        max_records: int,
        counter_adjustments: bool = True,
        revenue_integration: bool = False,
        strict: bool = False,
    ) -> None:
        self._store = store
        self._clock = clock
        self._new_ids = new_ids
        self._ignored = IgnoredFields(store, clock)
        self._zone = zone
        self._max_records = max_records
        self._counter_adjustments = counter_adjustments
        self._revenue_integration = revenue_integration
        self._strict = strict

    def create(
        self,
        caller: Caller,
        records: Sequence[Record],
        options: CallOptions = CallOptions(),
        *,
        object_type: ObjectType = INVOICE_ITEM_ADJUSTMENT,
    ) -> list[SaveOutcome]:
        """Create adjustments of one object type; one outcome for each record, in order.

        Raises:
            TooManyRecords: More than one call may carry; nothing was done.
        """
        self._check_count(records)
        object_type = caller.catalog.by_name[object_type.name]
        strict = self._strict or options.strict
        drafts = [read_draft(record, self._zone, object_type, strict=strict) for record in records]
        readable = [draft for draft in drafts if isinstance(draft, Draft)]
        amounts_sent = [record.values.get("Amount", "") for record in records]

        def work(tx: Transaction) -> Decision:
            books = tx.lock_books(
                {draft.invoice_id for draft in readable if draft.invoice_id},
                {draft.invoice_number for draft in readable if draft.invoice_number},
                {draft.source_id for draft in readable if draft.source_id},
            )
            stamp = self._stamp(caller)
            supplied = {draft.adjustment_number for draft in readable if draft.adjustment_number}
            if supplied:
                books = replace(books, used_numbers=tx.used_numbers(supplied))
            decision = decide_creates(
                drafts,
                books,
                self._policy(caller, strict=strict),
                stamp,
                self._new_ids(len(drafts), stamp.at),
                single_transaction=options.single_transaction,
            )
            unnumbered = sum(not adjustment.adjustment_number for adjustment in decision.accepted)
            if unnumbered:
                numbers = tx.next_numbers(_KINDS[object_type.name], unnumbered, besides=supplied)
                decision = number_adjustments(decision, numbers)
            if decision.accepted:
                tx.add(decision.accepted, object_type.custom_fields)
                tx.save_balances(decision.invoices, decision.sources, stamp)
                tx.audit(
                    [
                        _entry(caller, stamp, "create", outcome.id, {"AmountAsSent": amount})
                        for outcome, amount in zip(decision.outcomes, amounts_sent, strict=True)
                        if isinstance(outcome, Adjustment)
                    ]
                )
            return decision

        decision = self._store.write(work)
        self._ignored.note(caller, object_type, records)
        return _outcomes(decision, object_type)

    def update(
        self,
        caller: Caller,
        records: Sequence[Record],
        options: CallOptions = CallOptions(),
        *,
        object_type: ObjectType = INVOICE_ITEM_ADJUSTMENT,
    ) -> list[SaveOutcome]:
        """Update adjustments of one object type, canceling among them; one outcome for each record, in order.

        Raises:
            TooManyRecords: More than one call may carry; nothing was done.
        """
        self._check_count(records)
        object_type = caller.catalog.by_name[object_type.name]
        custom_fields = object_type.custom_fields
        strict = self._strict or options.strict
        changes = [read_change(record, self._zone, object_type, strict=strict) for record in records]
        kind = _KINDS[object_type.name]

        def work(tx: Transaction) -> Decision:
            ids = {change.id for change in changes if not isinstance(change, tuple)}
            books = tx.lock_adjustments(kind, ids, custom_fields)
            stamp = self._stamp(caller)
            decision = decide_updates(
                changes,
                books,
                self._policy(caller, strict=strict),
                stamp,
                single_transaction=options.single_transaction,
            )
            before = {adjustment.id: adjustment for adjustment in books.adjustments}
            # The last outcome of an adjustment that a call names twice is what it becomes.
            changed = [
                adjustment
                for adjustment in {a.id: a for a in decision.accepted}.values()
                if adjustment != before[adjustment.id]
            ]
            if changed:
                tx.change(changed, custom_fields)
                tx.save_balances(decision.invoices, decision.sources, stamp)
                tx.audit(
                    [_entry(caller, stamp, "update", a.id, _differences(before[a.id], a)) for a in changed]
                )
            return decision

        decision = self._store.write(work)
        self._ignored.note(caller, object_type, records)
        return _outcomes(decision, object_type)

    def delete(
        self,
        caller: Caller,
        ids: Sequence[str],
        options: CallOptions = CallOptions(),
        *,
        object_type: ObjectType = INVOICE_ITEM_ADJUSTMENT,
    ) -> list[SaveOutcome]:
        """Delete canceled adjustments of one object type; one outcome for each Id, in order.

        Raises:
            TooManyRecords: More than one call may carry; nothing was done.
        """
        self._check_count(ids)
        read = [read_adjustment_id(id_, "delete") for id_ in ids]
        kind = _KINDS[object_type.name]

        def work(tx: Transaction) -> Decision:
            books = tx.lock_adjustments(kind, {id_ for id_ in read if isinstance(id_, str)})
            stamp = self._stamp(caller)
            decision = decide_deletes(
                read, books, self._policy(caller), single_transaction=options.single_transaction
            )
            if decision.accepted:
                tx.remove(decision.accepted)
                tx.audit(
                    [
                        _entry(caller, stamp, "delete", a.id, {"AdjustmentNumber": a.adjustment_number})
                        for a in decision.accepted
                    ]
                )
            return decision

        return _outcomes(self._store.write(work), object_type)

    def _stamp(self, caller: Caller) -> Stamp:
        """Say who acts and when: taken behind the locks, so that later stamps are of later changes."""
        at = self._clock()
        return Stamp(caller.user_id, at, at.astimezone(self._zone).date())

    def _check_count(self, records: Sequence[object]) -> None:
        if len(records) > self._max_records:
            raise TooManyRecords(
                f"The call has {len(records)} objects, the most it may have is {self._max_records}. "
                "Nothing was done."
            )

    def _policy(self, caller: Caller, *, strict: bool = False) -> Policy:
        may = caller.permissions
        return Policy(
            may_create=Permission.CREATE in may,
            may_cancel=Permission.CANCEL in may,
            may_delete=Permission.DELETE_CANCELED in may,
            may_change_reason_code=Permission.CHANGE_REASON_CODE in may,
            may_cancel_without_validation=Permission.CANCEL_WITHOUT_VALIDATION in may,
            may_override_transferred=Permission.OVERRIDE_TRANSFERRED in may,
            counter_adjustments=self._counter_adjustments,
            revenue_integration=self._revenue_integration,
            strict=strict,
        )


def _outcomes(decision: Decision, object_type: ObjectType) -> list[SaveOutcome]:
    """Return what each record's caller learns: the first refusal alone, as the legacy's doors answer."""
    return [
        SaveOutcome(id=outcome.id)
        if isinstance(outcome, Adjustment)
        else SaveOutcome(errors=(to_error(outcome[0], object_type),))
        for outcome in decision.outcomes
    ]


def _entry(
    caller: Caller, stamp: Stamp, action: str, adjustment_id: str, detail: dict[str, object]
) -> AuditEntry:
    return AuditEntry(
        stamp,
        caller.door,
        caller.request_id,
        action,
        adjustment_id,
        json.dumps(detail, ensure_ascii=False, default=str),
    )


def _differences(before: Adjustment, after: Adjustment) -> dict[str, object]:
    """Return what an update changed, as ``{field: [before, after]}``."""
    fields = (
        "status",
        "reason_code",
        "transferred_to_accounting",
        "exclude_item_billing_from_revenue_accounting",
    )
    changed = {name: [getattr(before, name), getattr(after, name)] for name in fields}
    for name in {*before.custom, *after.custom}:
        changed[name] = [before.custom.get(name), after.custom.get(name)]
    return {name: [was, becomes] for name, (was, becomes) in sorted(changed.items()) if was != becomes}
