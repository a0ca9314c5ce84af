"""The laws of the rule book, each tried on histories that nobody thought of.

A history starts from books with imported balances and applies small steps to them: creates, cancels, reason
codes. Amounts are few and small, so that they meet at the limits often.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.engine.adjustments import decide_creates, decide_together, number_adjustments
from gateway.engine.books import (
    Adjustment,
    AdjustmentStatus,
    Books,
    Decision,
    Draft,
    Policy,
    Refused,
)
from gateway.engine.changes import Change, decide_updates
from gateway.engine.invoices import Invoice, Source
from gateway.engine.refusals import MissingValue, TransactionRolledBack
from gateway.engine.reversals import Reversal, decide_reversals
from support.builders import (
    CHARGE,
    CREDIT,
    EARLIER,
    INVOICE_ID,
    OTHER_INVOICE_ID,
    STAMP,
    a_draft,
    a_tax_item,
    an_invoice,
    an_item,
    books,
    carried_forward,
    fresh_ids,
)

settings.register_profile("ci", max_examples=200, derandomize=True, deadline=None, database=None)
settings.load_profile("ci")

LENIENT = Policy(may_cancel_without_validation=True)
ZERO = Decimal(0)
AMOUNTS = [Decimal(amount) for amount in ("0.5", 1, 1, 2, 2, 3, 3, 5, 0)]


# What histories are made of


def money(least: int, most: int) -> st.SearchStrategy[Decimal]:
    """Draw halves of a unit."""
    return st.integers(2 * least, 2 * most).map(lambda halves: Decimal(halves) / 2)


@st.composite
def sources_of(draw: st.DrawFn, invoice_id: str, name: str) -> list[Source]:
    """Draw one or two sources with balances between zero and their original amounts."""
    sources = []
    for number in range(draw(st.integers(1, 2))):
        original = draw(money(-10, 20))
        gone = min(abs(original), draw(money(0, 10)))
        left = (abs(original) - gone).copy_sign(original)
        taken = min(gone, draw(money(0, 10)))
        make = draw(st.sampled_from([an_item, a_tax_item]))
        sources.append(
            make(str(original), str(left), taken=str(taken), id=f"{name}{number}", invoice_id=invoice_id)
        )
    return sources


@st.composite
def imported_books(draw: st.DrawFn, *, in_window: bool = False) -> Books:
    """Draw two invoices with their sources; payments may have moved a balance out of its window."""
    sources = [*draw(sources_of(INVOICE_ID, "first")), *draw(sources_of(OTHER_INVOICE_ID, "second"))]
    invoices = []
    for invoice_id in (INVOICE_ID, OTHER_INVOICE_ID):
        # Sources need not add up to their invoice, but often do.
        amount = sum((row.original for row in sources if row.invoice_id == invoice_id), ZERO)
        amount += draw(st.sampled_from([ZERO, ZERO, Decimal(-5), Decimal(5)]))
        balance = amount - draw(st.one_of(st.just(amount / 2), money(-10, 20)))
        if in_window:
            low, high = sorted((ZERO, amount))
            balance = min(max(balance, low), high)
        invoices.append(an_invoice(str(amount), str(balance), id=invoice_id, number=f"INV-{invoice_id}"))
    return books(*invoices, *sources)


@dataclass(frozen=True)
class Wish:
    """A step that tries a create on the n-th source, counted round; some name the wrong invoice."""

    n: int
    amount: Decimal
    toward_zero: bool
    right_invoice: bool
    number: str | None

    def on(self, start: Books) -> Draft:
        """Return the record to send."""
        source = start.sources[self.n % len(start.sources)]
        return a_draft(
            str(self.amount),
            type=CREDIT if self.toward_zero is (source.original > 0) else CHARGE,
            source_type=source.type,
            source_id=source.id,
            invoice_id=source.invoice_id if self.right_invoice else INVOICE_ID,
            adjustment_number=self.number,
        )


@dataclass(frozen=True)
class CancelNth:
    """A step that cancels the n-th adjustment made so far, counted round."""

    n: int


def wishes(numbers: Sequence[str | None] = (None,)) -> st.SearchStrategy[Wish]:
    """Draw creates: most on the first source, where they meet, and two of three toward zero."""
    return st.builds(
        Wish,
        st.sampled_from([0, 0, 0, 0, 1, 2, 3]),
        st.sampled_from(AMOUNTS),
        toward_zero=st.sampled_from([True, True, False]),
        right_invoice=st.sampled_from([True] * 9 + [False]),
        number=st.sampled_from(numbers),
    )


Step = Wish | CancelNth
NUMBERS = [f"IIA-{number:08d}" for number in range(1, 30)]

start_books, books_in_window = imported_books(), imported_books(in_window=True)
steps = st.lists(
    st.one_of(wishes(), wishes(), st.builds(CancelNth, st.sampled_from([0, 0, 1, 2, 3]))),
    min_size=4,
    max_size=10,
)
policies = st.sampled_from([Policy(), LENIENT])


def create(on: Books, *drafts: Draft | Refused, single_transaction: bool = False) -> Decision:
    """Decide creates with Ids that continue those in the books."""
    ids = fresh_ids(len(on.adjustments) + 1)
    return decide_creates(drafts, on, Policy(), STAMP, ids, single_transaction=single_transaction)


def cancel(on: Books, *ids: str, policy: Policy = LENIENT, single_transaction: bool = False) -> Decision:
    """Decide cancels."""
    changes = [Change(id_, status=AdjustmentStatus.CANCELED) for id_ in ids]
    return decide_updates(changes, on, policy, EARLIER, single_transaction=single_transaction)


def states(start: Books, tried: list[Step], policy: Policy) -> Iterator[Books]:
    """Apply each step in a call of its own and give the books after each."""
    on = start
    for step in tried:
        if isinstance(step, Wish):
            on = carried_forward(on, create(on, step.on(on)))
        elif on.adjustments:
            on = carried_forward(
                on, cancel(on, on.adjustments[step.n % len(on.adjustments)].id, policy=policy)
            )
        yield on


def sum_of_live(rows: Sequence[Adjustment]) -> Decimal:
    """The model: credits lower, charges raise, canceled ones do neither."""
    live = [row for row in rows if row.status is AdjustmentStatus.PROCESSED]
    charges = sum((row.amount for row in live if row.type is CHARGE), ZERO)
    return charges - sum((row.amount for row in live if row.type is CREDIT), ZERO)


def distance(invoice: Invoice) -> Decimal:
    """How far a balance lies outside its window."""
    low, high = sorted((ZERO, invoice.amount))
    return max(low - invoice.balance, invoice.balance - high, ZERO)


def balances(on: Books) -> tuple[dict[str, Invoice], dict[tuple[str, str], Source]]:
    """Return the rows by what identifies them."""
    invoices = {invoice.id: invoice for invoice in on.invoices}
    return invoices, {(source.type, source.id): source for source in on.sources}


# The laws


@given(start_books, steps, policies)
def test_money_is_conserved_at_every_moment_and_nothing_else_changes(
    start: Books, tried: list[Step], policy: Policy
) -> None:
    imported_invoices, imported_sources = balances(start)
    for on in states(start, tried, policy):
        for invoice in on.invoices:
            imported = imported_invoices[invoice.id]
            moved = sum_of_live([row for row in on.adjustments if row.invoice_id == invoice.id])
            assert invoice == replace(
                imported,
                balance=imported.balance + moved,
                adjustment_amount=imported.adjustment_amount - moved,
                adjusted=imported.adjusted + moved,
            )
        for source in on.sources:
            key = (source.type, source.id)
            was = imported_sources[key]
            moved = sum_of_live([row for row in on.adjustments if (row.source_type, row.source_id) == key])
            assert source == replace(
                was, balance=was.balance + moved, adjusted=was.adjusted + moved, taken=source.taken
            )


@given(start_books, steps, policies)
def test_no_source_ever_leaves_the_range_from_zero_to_its_original_amount(
    start: Books, tried: list[Step], policy: Policy
) -> None:
    for on in states(start, tried, policy):
        for source in on.sources:
            low, high = sorted((ZERO, source.original))
            assert low <= source.balance <= high


@given(start_books, steps, policies)
def test_no_source_ever_gives_back_more_than_was_taken_from_it(
    start: Books, tried: list[Step], policy: Policy
) -> None:
    _, imported = balances(start)
    for on in states(start, tried, policy):
        for source in on.sources:
            was = imported[source.type, source.id]
            assert source.taken == was.taken + abs(was.balance) - abs(source.balance)
            assert source.taken >= 0


@given(start_books, steps)
def test_no_accepted_step_moves_an_invoice_further_outside_its_window(
    before: Books, tried: list[Step]
) -> None:
    for on in states(before, tried, Policy()):
        earlier, _ = balances(before)
        for invoice in on.invoices:
            assert distance(invoice) <= distance(earlier[invoice.id])
        before = on


@given(start_books, steps)
def test_a_cancel_undoes_its_create(before: Books, tried: list[Step]) -> None:
    for on in states(before, tried, Policy()):
        if len(on.adjustments) > len(before.adjustments):
            undone = carried_forward(on, cancel(on, on.adjustments[-1].id))
            assert undone.adjustments[-1].status is AdjustmentStatus.CANCELED
            assert balances(undone) == balances(before)
        before = on


@given(books_in_window, steps)
def test_within_the_window_a_create_can_always_be_canceled_at_once(before: Books, tried: list[Step]) -> None:
    for on in states(before, tried, Policy()):
        if len(on.adjustments) > len(before.adjustments):
            assert cancel(on, on.adjustments[-1].id, policy=Policy()).accepted
        before = on


@given(books_in_window, st.lists(wishes(), max_size=8), st.booleans())
def test_a_set_that_was_made_together_can_always_be_undone_together_the_last_first(
    start: Books,
    wished: list[Wish],
    by_canceling: bool,  # noqa: FBT001  # drawn
) -> None:
    made = decide_together([wish.on(start) for wish in wished], start, Policy(), STAMP, fresh_ids())
    on = carried_forward(start, made)
    ids = [row.id for row in reversed(made.accepted)]
    if by_canceling:
        canceled = [Change(id_, status=AdjustmentStatus.CANCELED) for id_ in ids]
        undone = decide_updates(canceled, on, Policy(), EARLIER, together=True)
    else:
        reversals = [Reversal(id_) for id_ in ids]
        undone = decide_reversals(reversals, on, Policy(), STAMP, fresh_ids(len(ids) + 1), together=True)
    assert len(undone.accepted) == len(ids)
    assert balances(carried_forward(on, undone)) == balances(start)


# Numbers are supplied here. A generated one is drawn when all of a call is decided, so in one call a later
# record may still supply the number that an earlier one would have drawn in a call of its own.
@given(start_books, st.lists(st.none() | wishes("ABCDE"), max_size=8))
def test_n_creates_in_one_call_are_n_calls_in_that_order(start: Books, wished: list[Wish | None]) -> None:
    drafts = [(MissingValue("amount"),) if wish is None else wish.on(start) for wish in wished]
    at_once = create(start, *drafts)
    on, outcomes = start, []
    for draft in drafts:
        decision = create(on, draft)
        outcomes += decision.outcomes
        on = carried_forward(on, decision)
    assert tuple(outcomes) == at_once.outcomes
    assert carried_forward(start, at_once) == on


changes = st.builds(
    Change,
    st.sampled_from([f"{n:032x}" for n in range(1, 5)]),
    status=st.sampled_from([None, *AdjustmentStatus]),
    reason_code=st.sampled_from([None, "Write-off", "Other"]),
    transferred_to_accounting=st.sampled_from([None, None, "Yes", "No"]),
)


@given(start_books, steps, st.lists(changes, max_size=8), policies)
def test_n_updates_in_one_call_are_n_calls_in_that_order(
    start: Books, tried: list[Step], asked: list[Change], policy: Policy
) -> None:
    *_, on = states(start, tried, policy)
    at_once = decide_updates(asked, on, policy, STAMP)
    one_by_one, outcomes = on, []
    for change in asked:
        decision = decide_updates([change], one_by_one, policy, STAMP)
        outcomes += decision.outcomes
        one_by_one = carried_forward(one_by_one, decision)
    assert tuple(outcomes) == at_once.outcomes
    assert carried_forward(on, at_once) == one_by_one


@given(
    start_books,
    st.sets(st.sampled_from(NUMBERS[:6])),
    st.lists(st.lists(wishes([None, *NUMBERS[:6]]), max_size=5), max_size=3),
)
def test_a_number_is_never_used_twice(start: Books, used: set[str], calls: list[list[Wish]]) -> None:
    on, given_out, last = replace(start, used_numbers=frozenset(used)), list(used), 0
    for wished in calls:
        drafts = [wish.on(on) for wish in wished]
        # The counter only grows and skips what is in use or supplied in the call, as the store's does.
        taken = on.used_numbers | {draft.adjustment_number for draft in drafts}
        unused = [number for number in NUMBERS[last:] if number not in taken]
        decision = number_adjustments(create(on, *drafts), unused)
        generated = [
            NUMBERS.index(outcome.adjustment_number) + 1
            for outcome, draft in zip(decision.outcomes, drafts, strict=True)
            if isinstance(outcome, Adjustment) and draft.adjustment_number is None
        ]
        assert generated == sorted(generated)
        last = max([last, *generated])
        given_out += [row.adjustment_number for row in decision.accepted]
        on = carried_forward(on, decision)
    assert len(given_out) == len(set(given_out))


@given(start_books, st.lists(wishes([None, None, "A"]), max_size=5))
def test_a_single_transaction_of_creates_is_all_or_nothing(start: Books, wished: list[Wish]) -> None:
    drafts = [wish.on(start) for wish in wished]
    together = create(start, *drafts, single_transaction=True)
    assert_all_or_nothing(start, together, len(drafts))
    one_by_one = create(start, *drafts)
    if len(one_by_one.accepted) == len(drafts):
        assert together == one_by_one


@given(start_books, steps, st.lists(st.integers(1, 4), max_size=5), policies)
def test_a_single_transaction_of_cancels_is_all_or_nothing(
    start: Books, tried: list[Step], canceled: list[int], policy: Policy
) -> None:
    *_, on = states(start, tried, policy)
    ids = [f"{n:032x}" for n in canceled]
    together = cancel(on, *ids, policy=policy, single_transaction=True)
    assert_all_or_nothing(on, together, len(ids), in_window=not policy.may_cancel_without_validation)
    one_by_one = cancel(on, *ids, policy=policy)
    if len(one_by_one.accepted) == len(ids):
        assert together == one_by_one


def assert_all_or_nothing(before: Books, decision: Decision, count: int, *, in_window: bool = True) -> None:
    """All records stand and the sum keeps the window, or none does, nothing moves and one says why."""
    assert len(decision.outcomes) == count
    after = carried_forward(before, decision)
    if len(decision.accepted) == count:
        was, _ = balances(before)
        for invoice in after.invoices if in_window else ():
            assert distance(invoice) <= distance(was[invoice.id])
        return
    assert after == before
    reasons = {type(outcome[0]) for outcome in decision.outcomes if isinstance(outcome, tuple)}
    assert reasons - {TransactionRolledBack}
