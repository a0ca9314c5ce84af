"""What all use cases that change adjustments share: one transaction, one key, one trail.

The tenant's configuration is held while a call decides: a period does not close in the middle of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from gateway.engine import Adjustment, Books, Decision, SourceType, Stamp, number_adjustments
from gateway.service.auditing import entries_of_new
from gateway.service.calls import Call
from gateway.service.configuration import Configurations
from gateway.service.errors import to_error
from gateway.service.idempotency import Answers
from gateway.service.ignored import IgnoredFields
from gateway.service.outcomes import Line, Saved, SaveOutcome
from gateway.service.ports import Store, Transaction
from gateway.service.tenant import Configuration

Work = Callable[[Transaction, Configuration], Saved]
"""What a call does in its transaction, given what the tenant keeps."""


class Saving:
    """Runs the transactions of calls that change adjustments.

    Args:
        store: Where everything is kept.
        clock: Gives the present moment, aware.
        new_ids: Gives up to that many fresh Ids, ascending, of a moment.
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

    def run(self, call: Call, work: Work) -> Saved:
        """Run a call in one transaction: decided once, whatever its key says of how often it is sent."""

        def decide(tx: Transaction) -> Saved:
            return work(tx, self._configurations.held(tx))

        key = call.options.idempotency_key
        if key is None or call.options.dry_run:
            saved = self._store.write(decide)
        else:
            saved = self._store.write(
                lambda tx: self._answers.once(
                    tx, call.caller, call.claimed_as, key, call.content_hash(), lambda: decide(tx)
                )
            )
        self._ignored.note(call.caller, call.object_type, call.records)
        return saved

    def stamp(self, call: Call, configuration: Configuration) -> Stamp:
        """Say who acts and when; to be asked behind the locks, so that later stamps are of later changes."""
        at = self._clock()
        return Stamp(call.caller.user_id, at, at.astimezone(configuration.settings.zone).date())

    def ids(self, records: int, books: Books, stamp: Stamp) -> Iterator[str]:
        """Return fresh Ids for records and for all the taxes that they may bring along."""
        taxes = sum(source.type is SourceType.TAX for source in books.sources)
        return self._new_ids(records * (1 + taxes), stamp.at)

    def write_new(
        self,
        tx: Transaction,
        call: Call,
        decision: Decision,
        stamp: Stamp,
        supplied: Collection[str] = (),
        amounts_sent: Sequence[str] = (),
    ) -> Decision:
        """Number and write accepted adjustments, unless only the decision was asked for."""
        accepted = decision.accepted
        if call.options.dry_run or not accepted:
            return decision
        unnumbered = sum(not adjustment.adjustment_number for adjustment in accepted)
        if unnumbered:
            numbers = tx.next_numbers(call.kind, unnumbered, besides=supplied)
            decision = number_adjustments(decision, numbers)
        tx.add(decision.accepted, call.object_type.custom_fields)
        tx.save_balances(decision.invoices, decision.sources, stamp)
        amounts = amounts_sent or [""] * len(decision.outcomes)
        made = (
            each
            for (outcome, brought), amount in zip(decision.with_brought(), amounts, strict=True)
            if isinstance(outcome, Adjustment)
            for each in ((outcome, amount), *((tax, "") for tax in brought))
        )
        tx.audit(entries_of_new(call, stamp, made))
        return decision


def told(call: Call, configuration: Configuration, decision: Decision) -> Saved:
    """Return what a call's caller learns of a decision."""
    all_errors = call.all_errors or configuration.settings.all_errors
    return Saved(
        _outcome(outcome, brought, call, all_errors=all_errors)
        for outcome, brought in decision.with_brought()
    )


def _outcome(
    outcome: Adjustment | tuple[Any, ...], brought: Sequence[Adjustment], call: Call, *, all_errors: bool
) -> SaveOutcome:
    """Return what a record's caller learns: the first refusal alone, unless all are asked for."""
    if isinstance(outcome, Adjustment):
        written = not call.options.dry_run
        lines = tuple(line_of(tax, written=written) for tax in brought) if brought else ()
        if not written:
            return SaveOutcome(brought=lines)
        return SaveOutcome(outcome.id, brought=lines, number=outcome.adjustment_number)
    told = outcome if all_errors else outcome[:1]
    return SaveOutcome(errors=tuple(to_error(refusal, call.object_type) for refusal in told))


def line_of(adjustment: Adjustment, *, written: bool) -> Line:
    """Return an adjustment of a source as a line."""
    return Line(
        source_type=adjustment.source_type or "",
        source_id=adjustment.source_id or "",
        type=adjustment.type,
        amount=adjustment.amount,
        id=adjustment.id if written else None,
        number=adjustment.adjustment_number if written else None,
    )
