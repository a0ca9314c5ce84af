"""Reversing adjustments, and how a reversal and what it reverses hold each other."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from gateway.engine.books import Adjustment, AdjustmentStatus, Books, Decision, Policy, Refused
from gateway.engine.changes import Change, decide_updates
from gateway.engine.refusals import (
    DateBeforeInvoice,
    InvoiceAwayFromZero,
    InvoiceCrossesZero,
    MissingId,
    NothingToReverse,
    NotPermitted,
    OnlyTowardZero,
    ReversalLinked,
    UnknownAdjustment,
)
from gateway.engine.reversals import Reversal, decide_reversals
from support.builders import (
    ADJUSTMENT_ID,
    CHARGE,
    CREDIT,
    OTHER_INVOICE_ID,
    STAMP,
    an_adjustment,
    an_invoice,
    an_item,
    books,
    fresh_ids,
)

REVERSAL_ID = "rev1".rjust(32, "0")
CANCELED = AdjustmentStatus.CANCELED


def credited(amount: str = "10.00", *adjustments: Adjustment, reversed_: str = "0") -> Books:
    """Return the dull books with a live credit of this amount, and what is reversed of it already."""
    left = Decimal("80.00") - Decimal(amount) + Decimal(reversed_)
    taken = Decimal(amount) - Decimal(reversed_)
    on = books(
        an_invoice("100.00", str(left + 20), adjustment_amount=str(taken)),
        an_item("80.00", str(left), taken=str(taken)),
        *(adjustments or (an_adjustment(amount),)),
    )
    return replace(on, reversed={ADJUSTMENT_ID: Decimal(reversed_)} if reversed_ != "0" else {})


def reverse(*asked: Reversal | Refused, on: Books, policy: Policy = Policy()) -> Decision:  # noqa: B008 - frozen
    return decide_reversals(asked, on, policy, STAMP, fresh_ids())


ALL = Reversal(ADJUSTMENT_ID)


def test_a_reversal_is_the_opposite_linked_and_dated_today() -> None:
    asked = Reversal(ADJUSTMENT_ID, reason_code="Other", reference_id="r", comment="sorry")
    decision = reverse(asked, on=credited())
    (reversal,) = decision.accepted
    assert (reversal.type, reversal.amount) == (CHARGE, Decimal("10.00"))
    assert (reversal.reverses_id, reversal.source_id) == (ADJUSTMENT_ID, an_item().id)
    assert reversal.adjustment_date == STAMP.today
    assert (reversal.reason_code, reversal.reference_id, reversal.comment) == ("Other", "r", "sorry")
    assert decision.sources == (an_item(),)
    assert decision.invoices == (an_invoice(),)


def test_a_reversal_keeps_the_accounting_code_and_takes_a_date() -> None:
    on = credited("10.00", an_adjustment("10.00", accounting_code="4711"))
    (reversal,) = reverse(Reversal(ADJUSTMENT_ID, date(2024, 3, 2)), on=on).accepted
    assert (reversal.accounting_code, reversal.adjustment_date) == ("4711", date(2024, 3, 2))


def test_what_is_reversed_already_is_not_reversed_again() -> None:
    (reversal,) = reverse(ALL, on=credited("10.00", reversed_="4.00")).accepted
    assert reversal.amount == Decimal("6.00")
    assert reverse(ALL, on=credited("10.00", reversed_="10.00")).outcomes == (
        (NothingToReverse(ADJUSTMENT_ID),),
    )


def test_no_more_is_reversed_than_the_source_has_left_to_give_back() -> None:
    # Another counter-adjustment, not linked to it, has given 7.00 back.
    on = replace(credited(), sources=(an_item("80.00", "77.00", taken="3.00"),))
    assert reverse(ALL, on=on).accepted[0].amount == Decimal("3.00")


def test_reversing_twice_in_a_call_reverses_once() -> None:
    first, second = reverse(ALL, ALL, on=credited()).outcomes
    assert isinstance(first, Adjustment)
    assert second == (NothingToReverse(ADJUSTMENT_ID),)


def test_a_counter_adjustment_is_reversed_by_a_credit() -> None:
    on = books(an_invoice(), an_item("80.00", "80.00"), an_adjustment("10.00", type=CHARGE))
    assert reverse(ALL, on=on).accepted[0].type is CREDIT


def test_an_invoice_adjustment_is_reversed_for_its_whole_amount() -> None:
    late_fee = an_adjustment("10.00", type=CHARGE, source_type=None, source_id=None)
    decision = reverse(ALL, on=books(an_invoice("100.00", "110.00", adjustment_amount="-10.00"), late_fee))
    assert decision.accepted[0].impact_amount == Decimal("-10.00")
    assert decision.invoices == (an_invoice(),)


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        (Reversal("0" * 32), UnknownAdjustment("0" * 32)),
        (
            Reversal(ADJUSTMENT_ID, date(2024, 2, 29)),
            DateBeforeInvoice(date(2024, 2, 29), date(2024, 3, 1)),
        ),
        ((MissingId("reverse"),), MissingId("reverse")),
    ],
)
def test_a_reversal_is_refused(asked: Any, refusal: object) -> None:
    decision = reverse(asked, on=credited())
    assert decision == Decision(((refusal,),), (), ())


def test_a_canceled_adjustment_has_nothing_to_reverse() -> None:
    on = credited("10.00", an_adjustment("10.00", status=CANCELED))
    assert reverse(ALL, on=on).outcomes == ((NothingToReverse(ADJUSTMENT_ID),),)


def test_who_may_not_create_reverses_none() -> None:
    refused = reverse(ALL, (MissingId("reverse"),), on=credited(), policy=Policy(may_create=False))
    assert refused.outcomes == ((NotPermitted("create"),),) * 2


def test_without_counter_adjustments_there_are_no_reversals_of_credits() -> None:
    refused = reverse(ALL, on=credited(), policy=Policy(counter_adjustments=False))
    assert refused.outcomes == ((OnlyTowardZero(),),)


# Canceling


def cancel(*ids: str, on: Books) -> Decision:
    return decide_updates([Change(id_, status=CANCELED) for id_ in ids], on, Policy(), STAMP)


def reversed_books() -> Books:
    """Return a credit of 10.00 and the live reversal of it."""
    reversal = an_adjustment("10.00", id=REVERSAL_ID, type=CHARGE, reverses_id=ADJUSTMENT_ID)
    on = books(an_invoice(), an_item(), an_adjustment("10.00"), reversal)
    return replace(on, reversed={ADJUSTMENT_ID: Decimal("10.00")})


def test_what_is_reversed_cannot_be_canceled_before_its_reversal() -> None:
    first, second, third = cancel(ADJUSTMENT_ID, REVERSAL_ID, ADJUSTMENT_ID, on=reversed_books()).outcomes
    assert first == (ReversalLinked(ADJUSTMENT_ID),)
    assert isinstance(second, Adjustment)
    assert isinstance(third, Adjustment)


def test_canceling_both_leaves_the_books_as_they_were() -> None:
    decision = cancel(REVERSAL_ID, ADJUSTMENT_ID, on=reversed_books())
    assert decision.sources == (an_item(),)
    assert decision.invoices == (an_invoice(),)


def test_a_reversal_keeps_to_the_invoices_window_as_any_adjustment_does() -> None:
    paid = replace(credited(), invoices=(an_invoice("100.00", "95.00", adjustment_amount="10.00"),))
    assert reverse(ALL, on=paid).outcomes == ((InvoiceAwayFromZero(),),)


def test_reversals_in_a_call_leave_what_is_left_for_the_next() -> None:
    # The source has 4.00 to give back now, and the rest once it is credited again.
    on = replace(credited(), sources=(an_item("80.00", "76.00", taken="4.00"),))
    first, second = reverse(ALL, ALL, on=on).outcomes
    assert isinstance(first, Adjustment)
    assert first.amount == Decimal("4.00")
    assert second == (NothingToReverse(ADJUSTMENT_ID),)


def test_an_invoice_adjustment_is_reversed_in_a_call_once_and_no_more_than_is_left() -> None:
    late_fee = an_adjustment("10.00", type=CHARGE, source_type=None, source_id=None)
    on = books(an_invoice("100.00", "104.00", adjustment_amount="-4.00"), late_fee)
    on = replace(on, reversed={ADJUSTMENT_ID: Decimal("6.00")})
    first, second = reverse(ALL, ALL, on=on).outcomes
    assert isinstance(first, Adjustment)
    assert first.amount == Decimal("4.00")
    assert second == (NothingToReverse(ADJUSTMENT_ID),)


def test_less_than_one_is_reversed() -> None:
    (reversal,) = reverse(ALL, on=credited("0.50")).accepted
    assert reversal.amount == Decimal("0.50")


PAID = books(
    an_invoice("100.00", "5.00", adjustment_amount="5.00"),
    an_item("150.00", "120.00", taken="30.00"),
    an_item("-50.00", "-25.00", taken="25.00", id="discount"),
    an_adjustment("30.00", id="credit"),
    an_adjustment("25.00", id="charge", type=CHARGE, source_id="discount"),
)
"""An invoice that owed 10.00 when a credit of 30.00 and a charge of 25.00 were made together."""


def by_invoice(*ids: str, on: Books) -> Decision:
    return decide_reversals([Reversal(id_) for id_ in ids], on, Policy(), STAMP, fresh_ids(), together=True)


def test_a_pair_of_which_one_alone_is_refused_is_reversed_together() -> None:
    alone = reverse(Reversal("charge"), on=PAID)
    assert alone.outcomes == ((InvoiceCrossesZero(was_positive=True),),)
    decision = by_invoice("charge", "credit", on=PAID)
    assert [(row.type, row.amount) for row in decision.accepted] == [
        (CREDIT, Decimal("25.00")),
        (CHARGE, Decimal("30.00")),
    ]
    assert [invoice.balance for invoice in decision.invoices] == [Decimal("10.00")]


def test_reversals_of_an_invoice_that_leaves_its_window_fall_together_and_no_others() -> None:
    elsewhere = an_invoice("100.00", "90.00", id=OTHER_INVOICE_ID, number="INV00000002")
    on = books(
        *PAID.invoices, elsewhere, *PAID.sources,
        an_item("80.00", "70.00", taken="10.00", id="other", invoice_id=OTHER_INVOICE_ID),
        *PAID.adjustments, an_adjustment(id="elsewhere", invoice_id=OTHER_INVOICE_ID, source_id="other"),
    )  # fmt: skip
    on = replace(on, invoices=(replace(on.invoices[0], balance=Decimal("98.00")), elsewhere))
    charge, nobody, credit, other = by_invoice("charge", "nobody", "credit", "elsewhere", on=on).outcomes
    assert charge == credit == (InvoiceAwayFromZero(),)
    assert nobody == (UnknownAdjustment("nobody"),)
    assert isinstance(other, Adjustment)
