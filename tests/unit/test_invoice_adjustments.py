"""Adjustments of an invoice alone: the checks that they share, and where their window is another."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from gateway.engine.adjustments import decide_creates, number_adjustments
from gateway.engine.books import (
    Adjustment,
    AdjustmentKind,
    AdjustmentStatus,
    Books,
    Decision,
    Draft,
    Policy,
    Refused,
)
from gateway.engine.changes import Change, decide_deletes, decide_updates
from gateway.engine.invoices import InvoiceStatus
from gateway.engine.refusals import (
    AmountNotPositive,
    AmountTooFine,
    DateBeforeInvoice,
    InvoiceAwayFromZero,
    InvoiceCrossesZero,
    InvoiceNotPosted,
    NotPermitted,
    TransactionRolledBack,
    UnknownInvoiceId,
)
from support.builders import (
    ADJUSTMENT_ID,
    CHARGE,
    CREDIT,
    INVOICE_ID,
    STAMP,
    an_adjustment,
    an_invoice,
    books,
    fresh_ids,
)


def a_draft(amount: str = "10.00", **others: Any) -> Draft:
    """Return what a caller asks for: a credit on the dull invoice."""
    values: dict[str, Any] = {"type": CREDIT, "invoice_id": INVOICE_ID} | others
    return Draft(amount=Decimal(amount), **values)


def decide(
    *drafts: Draft | Refused,
    on: Books | None = None,
    policy: Policy = Policy(),  # noqa: B008 - frozen
    together: bool = False,
) -> Decision:
    return decide_creates(drafts, on or books(), policy, STAMP, fresh_ids(), single_transaction=together)


def an_invoice_adjustment(amount: str = "10.00", **others: Any) -> Adjustment:
    return an_adjustment(amount, adjustment_number="IA-00000001", source_type=None, source_id=None, **others)


def test_it_moves_the_invoice_and_no_source() -> None:
    decision = decide(a_draft("30.00"))
    (adjustment,) = decision.accepted
    assert adjustment.kind is AdjustmentKind.INVOICE
    assert adjustment.impact_amount == Decimal("-30.00")
    assert decision.invoices == (an_invoice("100.00", "70.00", adjustment_amount="30.00"),)
    assert decision.sources == ()


def test_without_a_date_it_is_of_today() -> None:
    (adjustment,) = decide(a_draft()).accepted
    assert (adjustment.adjustment_date, adjustment.accounting_date) == (STAMP.today, STAMP.today)
    assert adjustment.id == next(fresh_ids())


def test_its_number_is_generated() -> None:
    (adjustment,) = number_adjustments(decide(a_draft()), ["IA-00000007"]).accepted
    assert adjustment.adjustment_number == "IA-00000007"


def test_several_may_stand_on_one_invoice() -> None:
    decision = decide(a_draft("60.00"), a_draft("40.00"), a_draft("0.01"))
    assert [isinstance(outcome, Adjustment) for outcome in decision.outcomes] == [True, True, False]
    assert decision.outcomes[2] == (InvoiceCrossesZero(was_positive=True),)


@pytest.mark.parametrize(
    ("draft", "refusal"),
    [
        (a_draft("0"), AmountNotPositive()),
        (a_draft(invoice_id="0" * 32), UnknownInvoiceId("0" * 32)),
        (
            a_draft(adjustment_date=date(2024, 2, 29)),
            DateBeforeInvoice(date(2024, 2, 29), date(2024, 3, 1)),
        ),
    ],
)
def test_it_is_refused_as_an_item_adjustment_would_be(draft: Draft, refusal: object) -> None:
    assert decide(draft).outcomes == ((refusal,),)


def test_its_invoice_must_be_posted() -> None:
    on = books(an_invoice(status=InvoiceStatus.CANCELED))
    assert decide(a_draft(), on=on).outcomes == ((InvoiceNotPosted("Canceled"),),)


def test_a_finer_amount_than_the_currency_is_rounded_or_refused() -> None:
    assert decide(a_draft("9.995")).accepted[0].amount == Decimal("10.00")
    strict = decide(a_draft("9.995"), policy=Policy(strict=True))
    assert strict.outcomes == ((AmountTooFine(Decimal("9.995"), 2),),)


def test_who_may_not_create_creates_none() -> None:
    assert decide(a_draft(), policy=Policy(may_create=False)).outcomes == ((NotPermitted("create"),),)


# The window


@pytest.mark.parametrize(("amount", "type_"), [("100.00", CHARGE), ("-100.00", CREDIT)])
def test_a_move_away_from_zero_is_free(amount: str, type_: Any) -> None:
    decision = decide(a_draft("999.00", type=type_), on=books(an_invoice(amount)))
    assert [invoice.balance.copy_abs() for invoice in decision.invoices] == [Decimal("1099.00")]


@pytest.mark.parametrize(("amount", "type_"), [("100.00", CREDIT), ("-100.00", CHARGE)])
def test_a_move_toward_zero_reaches_it_and_never_crosses_it(amount: str, type_: Any) -> None:
    on = books(an_invoice(amount))
    assert decide(a_draft("100.00", type=type_), on=on).invoices[0].balance == 0
    assert decide(a_draft("100.01", type=type_), on=on).outcomes == (
        (InvoiceCrossesZero(was_positive=amount == "100.00"),),
    )


def test_a_single_transaction_counts_the_sum() -> None:
    fee, credit = a_draft("50.00", type=CHARGE), a_draft("150.00")
    assert len(decide(credit, fee).accepted) == 1
    assert len(decide(credit, fee, together=True).accepted) == 2
    too_much = decide(a_draft("150.01"), fee, together=True)
    assert too_much.outcomes == ((InvoiceCrossesZero(was_positive=True),),) * 2


def test_a_single_transaction_may_raise_the_invoice_above_its_amount() -> None:
    assert len(decide(a_draft("50.00", type=CHARGE), a_draft("1.00"), together=True).accepted) == 2


def test_a_refused_record_rolls_its_single_transaction_back() -> None:
    outcomes = decide(a_draft("0"), a_draft(), together=True).outcomes
    assert outcomes == ((AmountNotPositive(),), (TransactionRolledBack(),))


# Update, cancel, delete

CANCEL = Change(ADJUSTMENT_ID, status=AdjustmentStatus.CANCELED)


def update(on: Books, policy: Policy = Policy(), *, together: bool = False) -> Decision:  # noqa: B008 - frozen
    return decide_updates([CANCEL], on, policy, STAMP, single_transaction=together)


def test_canceling_gives_the_amount_back_to_the_invoice() -> None:
    on = books(an_invoice("100.00", "90.00", adjustment_amount="10.00"), an_invoice_adjustment())
    decision = update(on)
    assert decision.accepted[0].status is AdjustmentStatus.CANCELED
    assert decision.invoices == (an_invoice(),)
    assert decision.sources == ()


@pytest.mark.parametrize("together", [False, True])
def test_canceling_a_fee_that_was_paid_would_cross_zero(together: bool) -> None:  # noqa: FBT001 - a case
    on = books(an_invoice("100.00", "5.00", adjustment_amount="-10.00"), an_invoice_adjustment(type=CHARGE))
    assert update(on, together=together).outcomes == ((InvoiceCrossesZero(was_positive=True),),)
    allowed = Policy(may_cancel_without_validation=True)
    assert update(on, allowed, together=together).invoices[0].balance == Decimal("-5.00")


@pytest.mark.parametrize("together", [False, True])
def test_canceling_a_credit_never_raises_the_invoice_further_above_its_amount(together: bool) -> None:  # noqa: FBT001 - a case
    on = books(an_invoice("100.00", "105.00"), an_invoice_adjustment())
    assert update(on, together=together).outcomes == ((InvoiceAwayFromZero(),),)


def test_a_canceled_one_can_be_deleted() -> None:
    canceled = an_invoice_adjustment(status=AdjustmentStatus.CANCELED)
    assert decide_deletes([ADJUSTMENT_ID], books(canceled), Policy()).accepted == (canceled,)
