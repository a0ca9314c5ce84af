"""What the long runs hold answers against sees an answer that is not true."""

from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import pytest

from endurance.calls import Call, Outcome, Wish
from endurance.history import Event, Found, History
from endurance.world import OPEN_DAY, invoice_id, owed, sources_of

INVOICE = invoice_id(0)
ITEM, *OTHERS = sources_of(0)


def a_credit(amount: str = "5.00", reference: str = "r1") -> Wish:
    return Wish(INVOICE, ITEM, -Decimal(amount), OPEN_DAY, reference=reference)


def a_call(wish: Wish, outcome: Outcome, at: float, operation: str = "create") -> Call:
    return Call(operation, [wish], f"key-{at}", began=at, ended=at + 0.5, outcomes=[outcome])


CREATED = a_call(a_credit(), Outcome("a1"), 1.0)
TOO_MUCH = a_call(a_credit("96.00", "r2"), Outcome(None, "INVALID_VALUE", "range"), 2.0)
IN_PART = replace(
    CREATED,
    wishes=[*CREATED.wishes, *TOO_MUCH.wishes],
    outcomes=[*CREATED.outcomes, *TOO_MUCH.outcomes],
    single=True,
)


def found(**others: object) -> Found:
    """Return the database after CREATED."""
    row = SimpleNamespace(
        invoice_id=INVOICE,
        amount=Decimal("5.00"),
        type="Credit",
        status="Processed",
        source_id=ITEM.id,
        reference_id="r1",
    )
    return replace(
        Found(
            trails={INVOICE: [Event(1, "create", "a1", {})]},
            rows={"a1": row},
            balances={
                INVOICE: owed(0) - 5,
                ITEM.id: ITEM.original - 5,
            }
            | {source.id: source.original for source in OTHERS},
            audit_seqs={INVOICE: 1},
            numbers={"a1": "IIA-00000001"},
            last_number=1,
            answered_keys={"key-1.0", "key-2.0"},
        ),
        **others,
    )


def test_true_answers_are_found_true() -> None:
    history = History([CREATED, TOO_MUCH], found(), 1)
    assert history.judge() == []
    assert history.transitions == {"create": 1}
    assert history.refusals == {"create: INVALID_VALUE, range": 1}


@pytest.mark.parametrize(
    ("calls", "database", "words"),
    [
        ([CREATED, TOO_MUCH], found(trails={INVOICE: []}, audit_seqs={INVOICE: 0}), "its trail comes to"),
        ([CREATED, TOO_MUCH], found(rows={}), "other adjustments than its trail"),
        ([CREATED, TOO_MUCH], found(audit_seqs={INVOICE: 2}), "has a gap"),
        ([CREATED, TOO_MUCH], found(last_number=2), "2 are counted"),
        ([CREATED, TOO_MUCH], found(answered_keys={"key-1.0"}), "the keys kept"),
        ([TOO_MUCH], found(answered_keys={"key-2.0"}), "what no answer did"),
        ([CREATED, replace(TOO_MUCH, wishes=[a_credit("80.00", "r2")])], found(), "at no moment"),
        ([CREATED, replace(TOO_MUCH, wishes=[a_credit("96.00", "r1")])], found(), "refused, and there"),
        ([replace(CREATED, wishes=[a_credit("100.01")]), TOO_MUCH], found(), "done against the rule 'range'"),
        ([IN_PART], found(answered_keys={"key-1.0"}), "in part"),
    ],
)  # fmt: skip
def test_an_answer_that_is_not_true_is_found(calls: list[Call], database: Found, words: str) -> None:
    assert any(words in problem for problem in History(calls, database, 1).judge())


def test_a_refusal_that_was_true_while_its_call_lasted_is_true() -> None:
    at_once = replace(TOO_MUCH, began=0.5, ended=1.2)
    before = replace(TOO_MUCH, began=0.1, ended=0.9)
    assert History([CREATED, at_once], found(), 1).judge() == []
    assert any("at no moment" in problem for problem in History([CREATED, before], found(), 1).judge())
