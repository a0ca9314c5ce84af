"""Creating adjustments: record by record, as a single transaction, or as a set.

``checks.py`` is the one place where a new adjustment is accepted or refused, whichever door it came through;
here is in which company. Checks 1 and 2 (required and well-formed values) need the contract's table of
fields, so whoever reads a record makes them: a record arrives here as a ``Draft`` or as the refusals that
reading found.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, replace
from decimal import Decimal
from operator import attrgetter

from gateway.engine.books import Adjustment, Books, Decision, Draft, Policy, Refused, Stamp
from gateway.engine.checks import Deciding
from gateway.engine.invoices import Invoice
from gateway.engine.ledger import Ledger, refuse_crossing, refuse_window
from gateway.engine.refusals import Refusal, TransactionRolledBack
from gateway.engine.tax import TaxLines

Judge = Callable[[Decimal, Decimal, Decimal], Refusal | None]
"""Check 12, given what an invoice billed and its balance before and after."""


def decide_creates(
    drafts: Sequence[Draft | Refused],
    books: Books,
    policy: Policy,
    stamp: Stamp,
    ids: Iterator[str],
    *,
    single_transaction: bool = False,
) -> Decision:
    """Decide new adjustments in order, each against the balances that its accepted predecessors left.

    Args:
        drafts: In the caller's order; a record that could not be read is its refusals.
        books: Every invoice and source that a draft names and that exists, and every number in use; with
            each item its taxation items, when tax follows its line.
        policy: What the tenant and the user's role allow.
        stamp: Who creates, and when.
        ids: Fresh 32-character Ids, ascending; one is drawn for each accepted record, and for each tax
            adjustment that it brings.
        single_transaction: All or nothing; the invoice window counts once, on the sum.

    Returns each record's adjustment or refusals. Adjustments without a supplied number have an empty one;
    ``number_adjustments`` fills it in.
    """
    ledger = Ledger(books.invoices, books.sources)
    deciding = Deciding(ledger, books, policy, each_in_window=not single_transaction)
    outcomes, brought = _decide_each(drafts, deciding, books, stamp, ids)
    if single_transaction:
        return settle_together(outcomes, books.invoices, ledger, _judge(drafts), brought)
    return Decision(outcomes, ledger.moved_invoices(), ledger.moved_sources(), brought)


def decide_together(
    drafts: Sequence[Draft | Refused],
    books: Books,
    policy: Policy,
    stamp: Stamp,
    ids: Iterator[str],
) -> Decision:
    """Decide the drafts of each invoice as a set, in any order that they may have.

    Those that fail a check of their own fall out with their reason; check 12 is judged once for each invoice,
    on the sum of the others, which stand or fall together. This is what the legacy's page does. The arguments
    are those of ``decide_creates``.
    """
    ledger = Ledger(books.invoices, books.sources)
    deciding = Deciding(ledger, books, policy, each_in_window=False)
    outcomes, brought = _decide_each(drafts, deciding, books, stamp, ids)
    return settle_by_invoice(outcomes, books.invoices, ledger, _judge(drafts), brought)


def settle_by_invoice(
    outcomes: Sequence[Adjustment | Refused],
    before: Iterable[Invoice],
    ledger: Ledger,
    judge: Judge = refuse_window,
    brought: tuple[tuple[Adjustment, ...], ...] = (),
) -> Decision:
    """Judge check 12 once for each invoice, on the sum of its accepted records, which stand or fall together.

    The arguments are those of ``settle_together``.
    """
    crossed = _crossed(before, ledger, judge)
    if not crossed:
        return Decision(tuple(outcomes), ledger.moved_invoices(), ledger.moved_sources(), brought)
    return Decision(
        tuple(
            (crossed[outcome.invoice_id],)
            if isinstance(outcome, Adjustment) and outcome.invoice_id in crossed
            else outcome
            for outcome in outcomes
        ),
        tuple(invoice for invoice in ledger.moved_invoices() if invoice.id not in crossed),
        tuple(source for source in ledger.moved_sources() if source.invoice_id not in crossed),
        _if_any([tuple(tax for tax in taxes if tax.invoice_id not in crossed) for taxes in brought]),
    )


def _decide_each(
    drafts: Sequence[Draft | Refused], deciding: Deciding, books: Books, stamp: Stamp, ids: Iterator[str]
) -> tuple[tuple[Adjustment | Refused, ...], tuple[tuple[Adjustment, ...], ...]]:
    """Decide drafts in order; return their outcomes and the tax adjustments that each brought along."""
    lines = TaxLines(books.sources) if deciding.policy.tax_follows_line else None
    outcomes: list[Adjustment | Refused] = []
    brought: list[tuple[Adjustment, ...]] = []
    for draft in drafts:
        taxes: tuple[Adjustment, ...] = ()
        if isinstance(draft, tuple) and deciding.policy.may_create:
            outcome: Adjustment | Refused = draft
        elif lines is None:
            outcome = deciding.decide(draft, stamp, ids)
        else:
            outcome, taxes = lines.decide(draft, deciding, stamp, ids)
        outcomes.append(outcome)
        brought.append(taxes)
    return tuple(outcomes), _if_any(brought)


def _if_any(brought: Sequence[tuple[Adjustment, ...]]) -> tuple[tuple[Adjustment, ...], ...]:
    return tuple(brought) if any(brought) else ()


def _judge(drafts: Iterable[Draft | Refused]) -> Judge:
    """Return check 12 as it counts for these drafts, which are of one kind."""
    of_sources = any(isinstance(draft, Draft) and draft.source_id is not None for draft in drafts)
    return refuse_window if of_sources else refuse_crossing


def _crossed(before: Iterable[Invoice], ledger: Ledger, judge: Judge) -> dict[str, Refusal]:
    """Return why check 12 refuses what became of invoices, by the Id of each that it refuses."""
    refusals = ((was.id, judge(was.amount, was.balance, ledger.invoices[was.id].balance)) for was in before)
    return {id_: refusal for id_, refusal in refusals if refusal is not None}


def number_adjustments(decision: Decision, numbers: Iterable[str]) -> Decision:
    """Give each accepted adjustment without a number the next of these, which no adjustment has."""
    fresh = iter(numbers)

    def numbered(adjustment: Adjustment) -> Adjustment:
        return adjustment if adjustment.adjustment_number else _with_number(adjustment, next(fresh))

    outcomes: list[Adjustment | Refused] = []
    brought: list[tuple[Adjustment, ...]] = []
    for outcome, taxes in decision.with_brought():
        outcomes.append(outcome if isinstance(outcome, tuple) else numbered(outcome))
        brought.append(tuple(numbered(tax) for tax in taxes))
    return replace(decision, outcomes=tuple(outcomes), brought_along=_if_any(brought))


_values = attrgetter(*(field.name for field in fields(Adjustment)))


def _with_number(adjustment: Adjustment, number: str) -> Adjustment:
    """Return an adjustment with its number; ``replace`` takes ten times as long."""
    id_, _, *others = _values(adjustment)
    return Adjustment(id_, number, *others)


def settle_together(
    outcomes: Sequence[Adjustment | Refused],
    before: Iterable[Invoice],
    ledger: Ledger,
    judge: Judge = refuse_window,
    brought: tuple[tuple[Adjustment, ...], ...] = (),
) -> Decision:
    """Judge a single transaction: check 12 once for each invoice on the sum, and all or nothing.

    Args:
        outcomes: As each record's own checks left them.
        before: The invoices to judge, as they were.
        ledger: As the accepted records leave it.
        judge: Check 12 for records of this kind.
        brought: The tax adjustments that each record brought along.

    Returns the outcomes as they are when all stand. Otherwise nothing moves: a refused record keeps its own
    reason, the records of an invoice that leaves its window carry that, all others are rolled back.
    """
    window = _crossed(before, ledger, judge)
    refused_already = any(isinstance(outcome, tuple) for outcome in outcomes)
    if not window and not refused_already:
        return Decision(tuple(outcomes), ledger.moved_invoices(), ledger.moved_sources(), brought)
    rolled_back: list[Adjustment | Refused] = [
        outcome
        if isinstance(outcome, tuple)
        else (
            (TransactionRolledBack(),)
            if refused_already
            else (window.get(outcome.invoice_id, TransactionRolledBack()),)
        )
        for outcome in outcomes
    ]
    return Decision(tuple(rolled_back), (), ())
