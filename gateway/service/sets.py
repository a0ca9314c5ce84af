"""Adjustments that are decided as a set: a page's, a bulk job's, an allocation's, a write-off's.

A set has no limit of records. One above the tenant's ``max_set`` is judged piece by piece, and the answer
says in how many.
"""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

from gateway.contract.objects import INVOICE_ITEM_ADJUSTMENT
from gateway.engine import Adjustment, Books, Decision, Draft, decide_together
from gateway.engine.allocation import Strategy, plan_allocation
from gateway.service.callers import Caller
from gateway.service.calls import AS_THE_LEGACY, Call, CallOptions, a_call
from gateway.service.outcomes import Line, Saved
from gateway.service.ports import Transaction
from gateway.service.records import DraftReader, Record, read_allocation
from gateway.service.saving import Saving, Work, line_of, told
from gateway.service.tenant import Configuration

T = TypeVar("T")


class Sets:
    """The use cases of sets of adjustments.

    Args:
        saving: Runs their transactions.
    """

    def __init__(self, saving: Saving) -> None:
        self._saving = saving

    def create(
        self, caller: Caller, records: Sequence[Record], options: CallOptions = AS_THE_LEGACY
    ) -> Saved:
        """Create adjustments of items as a set; one outcome for each record, in order.

        Records that fail a check of their own fall out; the invoice window is judged once for each invoice,
        on the sum of the others. Each piece is a transaction of its own, with the key's answer for itself: a
        call that broke off is sent again with its key, and goes on where it was.

        Raises:
            KeyReused: The idempotency key was used for another call; nothing more was done.
        """
        pieces = list(_pieces(records, caller.configuration.settings.max_set))
        saved, replayed = Saved(sets=len(pieces)), bool(pieces)
        for number, piece in enumerate(pieces, 1):
            call = a_call(caller, "create", piece, options, INVOICE_ITEM_ADJUSTMENT, part=number)
            answer = self._saving.run(call, self.deciding(call))
            saved += answer
            replayed = replayed and answer.replayed
        saved.replayed = replayed
        return saved

    def deciding(self, call: Call) -> Work:
        """Return what decides a call's records as one set, in whichever transaction."""
        read = DraftReader(call.zone, call.object_type, strict=call.strict).read
        drafts = [read(record) for record in call.records]
        readable = [draft for draft in drafts if isinstance(draft, Draft)]
        amounts_sent = [record.values.get("Amount", "") for record in call.records]

        @uncollected()
        def work(tx: Transaction, configuration: Configuration) -> Saved:
            policy = call.policy(configuration)
            books = tx.lock_books(
                {draft.invoice_id for draft in readable if draft.invoice_id},
                {draft.invoice_number for draft in readable if draft.invoice_number},
                {draft.source_id for draft in readable if draft.source_id},
                with_taxes=policy.tax_follows_line,
            )
            stamp = self._saving.stamp(call, configuration)
            supplied = {draft.adjustment_number for draft in readable if draft.adjustment_number}
            if supplied:
                books = replace(books, used_numbers=tx.used_numbers(supplied))
            books = replace(books, master=configuration.master)
            ids = self._saving.ids(len(drafts), books, stamp)
            decision = decide_together(drafts, books, policy, stamp, ids)
            decision = self._saving.write_new(tx, call, decision, stamp, supplied, amounts_sent)
            return told(call, configuration, decision)

        return work

    def allocate(
        self, caller: Caller, record: Record, strategy: Strategy, options: CallOptions = AS_THE_LEGACY
    ) -> Saved:
        """Spread an amount over an invoice's items and taxes, and create the adjustments as a set.

        Args:
            caller: Who asks.
            record: InvoiceId or InvoiceNumber, Amount, Type, and what the adjustments share: AdjustmentDate
                (today when left out), ReasonCode, ReferenceId, Comment.
            strategy: How the amount is spread.
            options: Of the call.

        Returns an outcome with its line for each adjustment, in the order of the strategy; or one outcome
        with the errors of an allocation that was refused. All pieces of it are one transaction.

        Raises:
            KeyReused: The idempotency key was used for another call; nothing was done.
        """
        return self._allocate(
            a_call(caller, "allocate", [record], options, INVOICE_ITEM_ADJUSTMENT), strategy
        )

    def write_off(self, caller: Caller, record: Record, options: CallOptions = AS_THE_LEGACY) -> Saved:
        """Bring an invoice to zero by adjustments of its items and taxes; ``allocate`` without an amount."""
        return self._allocate(a_call(caller, "write off", [record], options, INVOICE_ITEM_ADJUSTMENT), None)

    def _allocate(self, call: Call, strategy: Strategy | None) -> Saved:
        (record,) = call.records
        asked = read_allocation(record, call.zone, call.object_type, strategy)
        amount_sent = record.values.get("Amount", "")

        def work(tx: Transaction, configuration: Configuration) -> Saved:
            if isinstance(asked, tuple):
                return told(call, configuration, Decision((asked,), (), ()))
            # The taxes have their own shares.
            policy = replace(call.policy(configuration), tax_follows_line=False)
            ids = {asked.invoice_id} if asked.invoice_id else set()
            books = tx.lock_books(ids, {asked.invoice_number} if asked.invoice_number else (), ())
            sources = {(s.type, s.id): s for s in tx.sources_of([invoice.id for invoice in books.invoices])}
            drafts = plan_allocation(asked, replace(books, sources=tuple(sources.values())), policy)
            if isinstance(drafts, tuple):
                return told(call, configuration, Decision((drafts,), (), ()))
            stamp = self._saving.stamp(call, configuration)
            fresh = self._saving.ids(len(drafts), books, stamp)
            saved = Saved()
            for piece in _pieces(drafts, configuration.settings.max_set):
                moved = tuple(
                    sources[d.source_type, d.source_id] for d in piece if d.source_type and d.source_id
                )
                books = Books(books.invoices, moved, master=configuration.master)
                decision = decide_together(piece, books, policy, stamp, fresh)
                decision = self._saving.write_new(
                    tx, call, decision, stamp, amounts_sent=[amount_sent] * len(piece)
                )
                books = replace(books, invoices=decision.invoices or books.invoices)
                saved += _with_lines(told(call, configuration, decision), piece, decision, call)
                saved.sets += 1
            return saved

        return self._saving.run(call, work)


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep Python's garbage collector from walking over a set again and again while it grows.

    The values of a set refer to each other in no circle; they go when nobody refers to them any more.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _pieces(rows: Sequence[T], most: int) -> Iterator[Sequence[T]]:
    for first in range(0, len(rows), most):
        yield rows[first : first + most]


def _with_lines(saved: Saved, drafts: Sequence[Draft], decision: Decision, call: Call) -> Saved:
    """Return outcomes with what each one is: as decided, or as planned where it was refused."""
    written = not call.options.dry_run
    lines = (
        line_of(outcome, written=written)
        if isinstance(outcome, Adjustment)
        else Line(draft.source_type or "", draft.source_id or "", draft.type, draft.amount)
        for draft, outcome in zip(drafts, decision.outcomes, strict=True)
    )
    return Saved(replace(outcome, line=line) for outcome, line in zip(saved, lines, strict=True))
