"""Creating, updating, reversing, deleting adjustments: load and lock, let the engine decide, write in bulk.

The number of SQL statements of a call does not depend on how many records it carries. The tenant's
configuration is held while a call decides: a period does not close in the middle of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from gateway.contract.objects import INVOICE_ITEM_ADJUSTMENT, ObjectType
from gateway.engine import (
    Adjustment,
    Books,
    Decision,
    Draft,
    Stamp,
    decide_creates,
    decide_deletes,
    decide_reversals,
    decide_updates,
    number_adjustments,
)
from gateway.service.auditing import entry_of_change, entry_of_deletion, entry_of_new
from gateway.service.callers import Caller
from gateway.service.calls import AS_THE_LEGACY, Call, CallOptions
from gateway.service.configuration import Configurations
from gateway.service.errors import to_error
from gateway.service.failures import TooManyRecords
from gateway.service.idempotency import Answers
from gateway.service.ignored import IgnoredFields
from gateway.service.outcomes import Saved, SaveOutcome
from gateway.service.ports import Store, Transaction
from gateway.service.records import (
    Record,
    read_adjustment_id,
    read_change,
    read_draft,
    read_reversal,
)
from gateway.service.tenant import Configuration


class Adjusting:
    """The use cases of adjustments.

    Args:
        store: Where everything is kept.
        clock: Gives the present moment, aware.
        new_ids: Gives that many fresh Ids, ascending, of a moment.
        configurations: What the tenant keeps.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        new_ids: Callable[[int, datetime], Iterator[str]],
        configurations: Configurations,
    ) -> None:
        self._store = store
        self._clock = clock
        self._new_ids = new_ids
        self._configurations = configurations
        self._answers = Answers(clock)
        self._ignored = IgnoredFields(store, clock)

    def create(
        self,
        caller: Caller,
        records: Sequence[Record],
        options: CallOptions = AS_THE_LEGACY,
        *,
        object_type: ObjectType = INVOICE_ITEM_ADJUSTMENT,
    ) -> Saved:
        """Create adjustments of one object type; one outcome for each record, in order.

        Raises:
            TooManyRecords: More than one call may carry; nothing was done.
            KeyReused: The idempotency key was used for another call; nothing was done.
        """
        call = self._begin(caller, "create", records, options, object_type)
        drafts = [read_draft(record, call.zone, call.object_type, strict=call.strict) for record in records]
        readable = [draft for draft in drafts if isinstance(draft, Draft)]
        amounts_sent = [record.values.get("Amount", "") for record in records]

        def work(tx: Transaction, configuration: Configuration) -> Decision:
            books = tx.lock_books(
                {draft.invoice_id for draft in readable if draft.invoice_id},
                {draft.invoice_number for draft in readable if draft.invoice_number},
                {draft.source_id for draft in readable if draft.source_id},
            )
            stamp = call.stamp(self._clock(), configuration)
            supplied = {draft.adjustment_number for draft in readable if draft.adjustment_number}
            if supplied:
                books = replace(books, used_numbers=tx.used_numbers(supplied))
            decision = decide_creates(
                drafts,
                replace(books, master=configuration.master),
                call.policy(configuration),
                stamp,
                self._new_ids(len(drafts), stamp.at),
                single_transaction=options.single_transaction,
            )
            return self._write_new(tx, call, decision, stamp, supplied, amounts_sent)

        return self._save(call, work)

    def reverse(
        self,
        caller: Caller,
        records: Sequence[Record],
        options: CallOptions = AS_THE_LEGACY,
        *,
        object_type: ObjectType = INVOICE_ITEM_ADJUSTMENT,
    ) -> Saved:
        """Reverse adjustments of one object type; one outcome for each record, with the reversal's Id.

        A record has the Id of what to reverse, and may have the reversal's AdjustmentDate, ReasonCode,
        ReferenceId and Comment.

        Raises:
            TooManyRecords: More than one call may carry; nothing was done.
            KeyReused: The idempotency key was used for another call; nothing was done.
        """
        call = self._begin(caller, "reverse", records, options, object_type)
        reversals = [read_reversal(record, call.zone, call.object_type) for record in records]

        def work(tx: Transaction, configuration: Configuration) -> Decision:
            ids = {reversal.id for reversal in reversals if not isinstance(reversal, tuple)}
            books = tx.lock_adjustments(call.kind, ids)
            stamp = call.stamp(self._clock(), configuration)
            decision = decide_reversals(
                reversals,
                replace(books, master=configuration.master),
                call.policy(configuration),
                stamp,
                self._new_ids(len(reversals), stamp.at),
            )
            return self._write_new(tx, call, decision, stamp, (), [""] * len(records))

        return self._save(call, work)

    def update(
        self,
        caller: Caller,
        records: Sequence[Record],
        options: CallOptions = AS_THE_LEGACY,
        *,
        object_type: ObjectType = INVOICE_ITEM_ADJUSTMENT,
    ) -> Saved:
        """Update adjustments of one object type, canceling among them; one outcome for each record, in order.

        Raises:
            TooManyRecords: More than one call may carry; nothing was done.
            KeyReused: The idempotency key was used for another call; nothing was done.
        """
        call = self._begin(caller, "update", records, options, object_type)
        custom_fields = call.object_type.custom_fields
        changes = [read_change(record, call.zone, call.object_type, strict=call.strict) for record in records]

        def work(tx: Transaction, configuration: Configuration) -> Decision:
            ids = {change.id for change in changes if not isinstance(change, tuple)}
            books = tx.lock_adjustments(call.kind, ids, custom_fields)
            stamp = call.stamp(self._clock(), configuration)
            decision = decide_updates(
                changes,
                replace(books, master=configuration.master),
                call.policy(configuration),
                stamp,
                single_transaction=options.single_transaction,
            )
            changed = _changed(decision, books)
            if changed and not options.dry_run:
                before = {adjustment.id: adjustment for adjustment in books.adjustments}
                tx.change(changed, custom_fields)
                tx.save_balances(decision.invoices, decision.sources, stamp)
                tx.audit([entry_of_change(call, stamp, before[a.id], a) for a in changed])
            return decision

        return self._save(call, work)

    def delete(
        self,
        caller: Caller,
        ids: Sequence[str],
        options: CallOptions = AS_THE_LEGACY,
        *,
        object_type: ObjectType = INVOICE_ITEM_ADJUSTMENT,
    ) -> Saved:
        """Delete canceled adjustments of one object type; one outcome for each Id, in order.

        Raises:
            TooManyRecords: More than one call may carry; nothing was done.
            KeyReused: The idempotency key was used for another call; nothing was done.
        """
        call = self._begin(caller, "delete", [Record({"Id": id_}) for id_ in ids], options, object_type)
        read = [read_adjustment_id(id_, "delete") for id_ in ids]

        def work(tx: Transaction, configuration: Configuration) -> Decision:
            named = {id_ for id_ in read if isinstance(id_, str)}
            books = tx.lock_adjustments(call.kind, named, call.object_type.custom_fields)
            stamp = call.stamp(self._clock(), configuration)
            policy = call.policy(configuration)
            decision = decide_deletes(read, books, policy, single_transaction=options.single_transaction)
            if decision.accepted and not options.dry_run:
                tx.remove(decision.accepted)
                tx.audit([entry_of_deletion(call, stamp, a) for a in decision.accepted])
            return decision

        return self._save(call, work)

    def check_count(self, caller: Caller, count: int) -> None:
        """Refuse a call with more records than it may carry.

        Raises:
            TooManyRecords: Nothing was done.
        """
        limit = caller.configuration.settings.max_records
        if count > limit:
            raise TooManyRecords(
                f"The call has {count} objects, the most it may have is {limit}. Nothing was done."
            )

    def _begin(
        self,
        caller: Caller,
        operation: str,
        records: Sequence[Record],
        options: CallOptions,
        object_type: ObjectType,
    ) -> Call:
        self.check_count(caller, len(records))
        # As the tenant has it: with the fields that it declared.
        object_type = caller.configuration.catalog.by_name[object_type.name]
        return Call(caller, operation, records, options, object_type)

    def _save(self, call: Call, work: Callable[[Transaction, Configuration], Decision]) -> Saved:
        """Run a call in one transaction: decided once, whatever its key says of how often it is sent."""

        def decide(tx: Transaction) -> Saved:
            configuration = self._configurations.held(tx)
            all_errors = call.options.all_errors or configuration.settings.all_errors
            decision = work(tx, configuration)
            return Saved(_outcome(outcome, call, all_errors=all_errors) for outcome in decision.outcomes)

        key = call.options.idempotency_key
        if key is None or call.options.dry_run:
            saved = self._store.write(decide)
        else:
            saved = self._store.write(
                lambda tx: self._answers.once(
                    tx, call.caller, call.operation, key, call.content_hash(), lambda: decide(tx)
                )
            )
        self._ignored.note(call.caller, call.object_type, call.records)
        return saved

    def _write_new(
        self,
        tx: Transaction,
        call: Call,
        decision: Decision,
        stamp: Stamp,
        supplied: Collection[str],
        amounts_sent: Sequence[str],
    ) -> Decision:
        """Number and write accepted adjustments, unless only the decision was asked for."""
        if call.options.dry_run or not decision.accepted:
            return decision
        unnumbered = sum(not adjustment.adjustment_number for adjustment in decision.accepted)
        if unnumbered:
            numbers = tx.next_numbers(call.kind, unnumbered, besides=supplied)
            decision = number_adjustments(decision, numbers)
        tx.add(decision.accepted, call.object_type.custom_fields)
        tx.save_balances(decision.invoices, decision.sources, stamp)
        tx.audit(
            [
                entry_of_new(call, stamp, outcome, amount)
                for outcome, amount in zip(decision.outcomes, amounts_sent, strict=True)
                if isinstance(outcome, Adjustment)
            ]
        )
        return decision


def _changed(decision: Decision, books: Books) -> list[Adjustment]:
    """Return what an update changed; the last outcome of one that is named twice is what it becomes."""
    before = {adjustment.id: adjustment for adjustment in books.adjustments}
    last = {adjustment.id: adjustment for adjustment in decision.accepted}
    return [adjustment for adjustment in last.values() if adjustment != before[adjustment.id]]


def _outcome(outcome: Adjustment | tuple[Any, ...], call: Call, *, all_errors: bool) -> SaveOutcome:
    """Return what a record's caller learns: the first refusal alone, unless all are asked for."""
    if isinstance(outcome, Adjustment):
        return SaveOutcome(id=None if call.options.dry_run else outcome.id)
    told = outcome if all_errors else outcome[:1]
    return SaveOutcome(errors=tuple(to_error(refusal, call.object_type) for refusal in told))
