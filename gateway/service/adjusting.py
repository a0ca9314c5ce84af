"""Creating, updating, reversing, deleting adjustments: load and lock, let the engine decide, write in bulk.

The number of SQL statements of a call does not depend on how many records it carries.
"""

from collections.abc import Sequence
from dataclasses import replace

from gateway.contract.objects import INVOICE_ITEM_ADJUSTMENT, ObjectType
from gateway.engine import (
    Adjustment,
    Books,
    Decision,
    Draft,
    decide_creates,
    decide_deletes,
    decide_reversals,
    decide_updates,
)
from gateway.service.auditing import entry_of_change, entry_of_deletion
from gateway.service.callers import Caller
from gateway.service.calls import AS_THE_LEGACY, Call, CallOptions, a_call
from gateway.service.failures import TooManyRecords
from gateway.service.outcomes import Saved
from gateway.service.ports import Transaction
from gateway.service.records import (
    DraftReader,
    Record,
    read_adjustment_id,
    read_change,
    read_reversal,
)
from gateway.service.saving import Saving, Work, told
from gateway.service.tenant import Configuration


class Adjusting:
    """The use cases of adjustments.

    Args:
        saving: Runs their transactions.
    """

    def __init__(self, saving: Saving) -> None:
        self._saving = saving

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
        return self._saving.run(call, self.creating(call))

    def creating(self, call: Call) -> Work:
        """Return what decides a call's creates one by one, in whichever transaction."""
        read = DraftReader(call.zone, call.object_type, strict=call.strict).read
        drafts = [read(record) for record in call.records]
        readable = [draft for draft in drafts if isinstance(draft, Draft)]
        amounts_sent = [record.values.get("Amount", "") for record in call.records]

        def work(tx: Transaction, configuration: Configuration) -> Saved:
            books = tx.lock_books(
                {draft.invoice_id for draft in readable if draft.invoice_id},
                {draft.invoice_number for draft in readable if draft.invoice_number},
                {draft.source_id for draft in readable if draft.source_id},
                with_taxes=call.policy(configuration).tax_follows_line,
            )
            stamp = self._saving.stamp(call, configuration)
            supplied = {draft.adjustment_number for draft in readable if draft.adjustment_number}
            if supplied:
                books = replace(books, used_numbers=tx.used_numbers(supplied))
            decision = decide_creates(
                drafts,
                replace(books, master=configuration.master),
                call.policy(configuration),
                stamp,
                self._saving.ids(len(drafts), books, stamp),
                single_transaction=call.options.single_transaction,
            )
            decision = self._saving.write_new(tx, call, decision, stamp, supplied, amounts_sent)
            return told(call, configuration, decision)

        return work

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
        return self._saving.run(call, self.reversing(call))

    def reversing(self, call: Call, *, together: bool = False) -> Work:
        """Return what decides a call's reversals, in whichever transaction; see ``decide_reversals``."""
        reversals = [read_reversal(record, call.zone, call.object_type) for record in call.records]

        def work(tx: Transaction, configuration: Configuration) -> Saved:
            ids = {reversal.id for reversal in reversals if not isinstance(reversal, tuple)}
            books = tx.lock_adjustments(call.kind, ids)
            stamp = self._saving.stamp(call, configuration)
            decision = decide_reversals(
                reversals,
                replace(books, master=configuration.master),
                call.policy(configuration),
                stamp,
                self._saving.ids(len(reversals), books, stamp),
                together=together,
            )
            decision = self._saving.write_new(tx, call, decision, stamp)
            return told(call, configuration, decision)

        return work

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
        return self._saving.run(call, self.changing(call))

    def changing(self, call: Call, *, together: bool = False) -> Work:
        """Return what decides a call's updates, in whichever transaction; see ``decide_updates``."""
        custom_fields = call.object_type.custom_fields
        changes = [
            read_change(record, call.zone, call.object_type, strict=call.strict) for record in call.records
        ]

        def work(tx: Transaction, configuration: Configuration) -> Saved:
            ids = {change.id for change in changes if not isinstance(change, tuple)}
            books = tx.lock_adjustments(call.kind, ids, custom_fields)
            stamp = self._saving.stamp(call, configuration)
            decision = decide_updates(
                changes,
                replace(books, master=configuration.master),
                call.policy(configuration),
                stamp,
                single_transaction=call.options.single_transaction,
                together=together,
            )
            changed = _changed(decision, books)
            if changed and not call.options.dry_run:
                before = {adjustment.id: adjustment for adjustment in books.adjustments}
                tx.change(changed, custom_fields)
                tx.save_balances(decision.invoices, decision.sources, stamp)
                tx.audit([entry_of_change(call, stamp, before[a.id], a) for a in changed])
            return told(call, configuration, decision)

        return work

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

        def work(tx: Transaction, configuration: Configuration) -> Saved:
            named = {id_ for id_ in read if isinstance(id_, str)}
            books = tx.lock_adjustments(call.kind, named, call.object_type.custom_fields)
            stamp = self._saving.stamp(call, configuration)
            policy = call.policy(configuration)
            decision = decide_deletes(read, books, policy, single_transaction=options.single_transaction)
            if decision.accepted and not options.dry_run:
                tx.remove(decision.accepted)
                tx.audit([entry_of_deletion(call, stamp, a) for a in decision.accepted])
            return told(call, configuration, decision)

        return self._saving.run(call, work)

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
        return a_call(caller, operation, records, options, object_type)


def _changed(decision: Decision, books: Books) -> list[Adjustment]:
    """Return what an update changed; the last outcome of one that is named twice is what it becomes."""
    before = {adjustment.id: adjustment for adjustment in books.adjustments}
    last = {adjustment.id: adjustment for adjustment in decision.accepted}
    return [adjustment for adjustment in last.values() if adjustment != before[adjustment.id]]
