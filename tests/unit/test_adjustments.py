"""Creating item adjustments, in the rule book's order: checks 0 to 6 and 10 to 13, then whole calls."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from gateway.engine.adjustments import decide_creates, decide_together, number_adjustments
from gateway.engine.books import (
    Adjustment,
    AdjustmentStatus,
    Books,
    Decision,
    Draft,
    MasterData,
    Policy,
    ReasonCodes,
    Refused,
)
from gateway.engine.invoices import InvoiceStatus, SourceType
from gateway.engine.refusals import (
    AmountNotPositive,
    AmountOutOfRange,
    AmountTooFine,
    AmountTooLong,
    DateBeforeInvoice,
    InvoiceAwayFromZero,
    InvoiceCrossesZero,
    InvoiceMismatch,
    InvoiceNotPosted,
    MalformedValue,
    MissingValue,
    NotPermitted,
    NumberInUse,
    OnlyTowardZero,
    Refusal,
    RevenueNotIntegrated,
    SourceOfOtherInvoice,
    SourceOfOtherType,
    TransactionRolledBack,
    UnknownAccountingCode,
    UnknownInvoiceId,
    UnknownInvoiceNumber,
    UnknownReasonCode,
    UnknownSource,
)
from support.builders import (
    ACCOUNT_ID,
    CHARGE,
    CREDIT,
    INVOICE_ID,
    ITEM_ID,
    OTHER_INVOICE_ID,
    STAMP,
    TAX_ITEM_ID,
    a_draft,
    a_tax_item,
    an_adjustment,
    an_invoice,
    an_item,
    books,
    fresh_ids,
)

NOBODY = "0" * 32


def decide(
    *drafts: Draft | Refused,
    on: Books | None = None,
    policy: Policy = Policy(),  # noqa: B008 - frozen
    together: bool = False,
) -> Decision:
    return decide_creates(drafts, on or books(), policy, STAMP, fresh_ids(), single_transaction=together)


def created(draft: Draft, on: Books | None = None) -> Adjustment:
    """Return the adjustment of an accepted draft."""
    (outcome,) = decide(draft, on=on).outcomes
    assert isinstance(outcome, Adjustment), outcome
    return outcome


def refusal_of(draft: Draft, on: Books | None = None, **policy: Any) -> Refusal:
    """Return the one refusal of a draft, and see that nothing moved."""
    decision = decide(draft, on=on, policy=Policy(**policy))
    assert (decision.invoices, decision.sources, decision.accepted) == ((), (), ())
    ((refusal,),) = decision.outcomes
    assert not isinstance(refusal, Adjustment)
    return refusal


# What an accepted record becomes


def test_an_accepted_record_becomes_a_live_adjustment_stamped_with_who_and_when() -> None:
    draft = a_draft("10.00", reason_code="Write-off", reference_id="T-1", comment="Sorry")
    assert created(draft) == Adjustment(
        id="1".rjust(32, "0"),
        adjustment_number="",
        account_id=ACCOUNT_ID,
        invoice_id=INVOICE_ID,
        source_type=SourceType.INVOICE_DETAIL,
        source_id=ITEM_ID,
        type=CREDIT,
        amount=Decimal("10.00"),
        adjustment_date=date(2024, 3, 15),
        accounting_date=date(2024, 3, 15),
        created_by_id=STAMP.user_id,
        created_date=STAMP.at,
        updated_by_id=STAMP.user_id,
        updated_date=STAMP.at,
        status=AdjustmentStatus.PROCESSED,
        cancelled_by_id=None,
        cancelled_date=None,
        accounting_code="4000",
        reason_code="Write-off",
        reference_id="T-1",
        comment="Sorry",
        transferred_to_accounting=None,
        invoice_item_name="Monthly fee",
        service_start_date=date(2024, 2, 1),
        service_end_date=date(2024, 2, 29),
        exclude_item_billing_from_revenue_accounting=False,
    )


def test_an_accepted_record_moves_the_balances_of_its_source_and_invoice() -> None:
    decision = decide(a_draft("30.00"))
    assert decision.sources == (an_item("80.00", "50.00", taken="30.00"),)
    assert decision.invoices == (an_invoice("100.00", "70.00", adjustment_amount="30.00"),)


def test_a_tax_item_is_adjusted_as_a_source_of_its_own() -> None:
    decision = decide(a_draft("5.00", source_type=SourceType.TAX, source_id=TAX_ITEM_ID))
    assert decision.accepted[0].source_type is SourceType.TAX
    assert decision.sources == (a_tax_item("20.00", "15.00", taken="5.00"),)


def test_an_accounting_code_that_is_left_out_is_inherited_from_the_source() -> None:
    assert created(a_draft()).accounting_code == "4000"
    assert created(a_draft(accounting_code="4711")).accounting_code == "4711"


# Check 0: permission


def test_without_the_permission_every_record_is_refused() -> None:
    unread: Refused = (MissingValue("amount"),)
    decision = decide(a_draft(), unread, a_draft("-1"), policy=Policy(may_create=False))
    assert decision.outcomes == ((NotPermitted("create"),),) * 3


# Checks 1 and 2: what reading found


def test_a_record_that_could_not_be_read_answers_what_reading_found() -> None:
    unread: Refused = (MissingValue("amount"), MalformedValue("adjustment_date", "soon"))
    decision = decide(unread, a_draft())
    assert decision.outcomes[0] == unread
    assert isinstance(decision.outcomes[1], Adjustment)


# Check 3: the amount


@pytest.mark.parametrize("amount", ["0", "0.00", "-0", "-0.01", "-80.00"])
def test_an_amount_of_zero_or_less_is_refused(amount: str) -> None:
    assert refusal_of(a_draft(amount)) == AmountNotPositive()


# Check 4: the invoice


def test_an_invoice_is_named_by_id_by_number_or_by_both() -> None:
    by_number = a_draft(invoice_id=None, invoice_number="INV00000001")
    assert created(a_draft()).invoice_id == INVOICE_ID
    assert created(by_number).invoice_id == INVOICE_ID
    assert created(replace(by_number, invoice_id=INVOICE_ID)).invoice_id == INVOICE_ID


def test_an_unknown_invoice_id_is_refused() -> None:
    assert refusal_of(a_draft(invoice_id=NOBODY)) == UnknownInvoiceId(NOBODY)


def test_an_unknown_invoice_number_is_refused() -> None:
    draft = a_draft(invoice_id=None, invoice_number="INV404")
    assert refusal_of(draft) == UnknownInvoiceNumber("INV404")


@pytest.mark.parametrize("number", ["INV404", "INV00000002"])
def test_an_invoice_number_that_differs_from_the_ids_is_refused(number: str) -> None:
    two = books(an_invoice(), an_invoice(id=OTHER_INVOICE_ID, number="INV00000002"), an_item())
    assert refusal_of(a_draft(invoice_number=number), two) == InvoiceMismatch(INVOICE_ID, number)


@pytest.mark.parametrize("status", [InvoiceStatus.DRAFT, InvoiceStatus.CANCELED, InvoiceStatus.ERROR])
def test_only_a_posted_invoice_can_be_adjusted(status: InvoiceStatus) -> None:
    assert refusal_of(a_draft(), books(an_invoice(status=status))) == InvoiceNotPosted(status)


def test_a_finer_amount_is_rounded_half_up_to_the_currency() -> None:
    assert str(created(a_draft("9.989999999999997")).amount) == "9.99"
    assert str(created(a_draft("10.005")).amount) == "10.01"


def test_an_amount_takes_the_minor_unit_of_the_invoices_currency() -> None:
    yen = books(an_invoice(currency="JPY", minor_unit_digits=0))
    dinar = books(an_invoice(currency="KWD", minor_unit_digits=3))
    assert str(created(a_draft("9.5"), yen).amount) == "10"
    assert str(created(a_draft("9.9995"), dinar).amount) == "10.000"


def test_balances_move_by_the_rounded_amount() -> None:
    decision = decide(a_draft("9.989999999999997"))
    assert decision.sources[0].balance == Decimal("70.01")
    assert decision.invoices[0].balance == Decimal("90.01")


def test_an_amount_that_becomes_zero_is_refused_as_zero() -> None:
    assert refusal_of(a_draft("0.0049")) == AmountNotPositive()


def test_an_amount_has_at_most_sixteen_digits_once_rounded() -> None:
    huge = "99999999999999.99"
    rich = books(an_invoice(huge), an_item(huge))
    assert created(a_draft("99999999999999.9899999"), rich).amount == Decimal(huge)
    too_long = Decimal("100000000000000.00")
    assert refusal_of(a_draft("99999999999999.995"), rich) == AmountOutOfRange(Decimal(huge))
    assert refusal_of(a_draft("100000000000000.01"), rich) == AmountTooLong(too_long + Decimal("0.01"), 16)


@pytest.mark.parametrize("amount", ["9" * 17, "9" * 60])
def test_a_longer_amount_is_refused_however_long(amount: str) -> None:
    assert refusal_of(a_draft(amount)) == AmountTooLong(Decimal(amount), 16)


# Check 5: the source


@pytest.mark.parametrize("source_type", SourceType)
def test_an_unknown_source_is_refused(source_type: SourceType) -> None:
    assert refusal_of(a_draft(source_id=NOBODY, source_type=source_type)) == UnknownSource(NOBODY)


@pytest.mark.parametrize(
    ("source_type", "source_id"), [(SourceType.TAX, ITEM_ID), (SourceType.INVOICE_DETAIL, TAX_ITEM_ID)]
)
def test_a_source_of_the_other_type_is_refused(source_type: SourceType, source_id: str) -> None:
    draft = a_draft(source_type=source_type, source_id=source_id)
    assert refusal_of(draft) == SourceOfOtherType(source_id, source_type)


def test_a_source_of_another_invoice_is_refused() -> None:
    two = books(an_invoice(), an_invoice(id=OTHER_INVOICE_ID), an_item(invoice_id=OTHER_INVOICE_ID))
    assert refusal_of(a_draft(), two) == SourceOfOtherInvoice(ITEM_ID, "INV00000001")


# Check 6: the date


def test_an_adjustment_is_not_dated_before_its_invoice() -> None:
    draft = a_draft(adjustment_date=date(2024, 2, 29))
    assert refusal_of(draft) == DateBeforeInvoice(date(2024, 2, 29), date(2024, 3, 1))


@pytest.mark.parametrize("day", [date(2024, 3, 1), date(2034, 3, 1)])
def test_an_adjustment_is_dated_on_its_invoices_day_or_any_later_one(day: date) -> None:
    assert created(a_draft(adjustment_date=day)).adjustment_date == day


# Checks 10 and 11: toward zero, and in range (test_ledger.py has every case)


def test_a_positive_item_is_credited_and_not_charged() -> None:
    assert created(a_draft("80.00")).type is CREDIT
    assert refusal_of(a_draft("0.01", type=CHARGE)) == OnlyTowardZero()


def test_a_discount_line_is_charged_and_not_credited() -> None:
    discounted = books(an_invoice("100.00", "40.00"), an_item("-30.00"))
    assert created(a_draft("30.00", type=CHARGE), discounted).type is CHARGE
    assert refusal_of(a_draft("0.01"), discounted) == OnlyTowardZero()


def test_a_credit_beyond_the_items_balance_is_refused() -> None:
    assert refusal_of(a_draft("80.01")) == AmountOutOfRange(Decimal("80.00"))


def test_an_item_of_zero_cannot_be_adjusted() -> None:
    assert refusal_of(a_draft("0.01"), books(an_item("0.00"))) == AmountOutOfRange(Decimal(0))


def test_a_counter_adjustment_gives_back_an_earlier_credit() -> None:
    credited = books(an_invoice("100.00", "70.00"), an_item("80.00", "50.00", taken="30.00"))
    assert created(a_draft("30.00", type=CHARGE), credited).type is CHARGE
    assert refusal_of(a_draft("30.01", type=CHARGE), credited) == AmountOutOfRange(Decimal("30.00"))


def test_a_tenant_without_counter_adjustments_gives_nothing_back() -> None:
    credited = books(an_invoice("100.00", "70.00"), an_item("80.00", "50.00", taken="30.00"))
    refusal = refusal_of(a_draft("1.00", type=CHARGE), credited, counter_adjustments=False)
    assert refusal == OnlyTowardZero()


def test_the_rounded_amount_is_what_must_be_in_range() -> None:
    assert created(a_draft("80.004")).amount == Decimal("80.00")
    assert refusal_of(a_draft("80.005")) == AmountOutOfRange(Decimal("80.00"))


# Check 12: the invoice's window


def test_a_credit_does_not_bring_a_positive_invoice_below_zero() -> None:
    partly_paid = books(an_invoice("100.00", "30.00"))
    assert created(a_draft("30.00"), partly_paid)
    assert refusal_of(a_draft("30.01"), partly_paid) == InvoiceCrossesZero(was_positive=True)


def test_a_charge_does_not_bring_a_negative_invoice_above_zero() -> None:
    credit_invoice = books(an_invoice("-50.00", "-20.00"), an_item("-50.00"))
    assert created(a_draft("20.00", type=CHARGE), credit_invoice)
    refusal = refusal_of(a_draft("20.01", type=CHARGE), credit_invoice)
    assert refusal == InvoiceCrossesZero(was_positive=False)


def test_a_charge_on_a_discount_line_does_not_bring_an_invoice_above_its_amount() -> None:
    unpaid = books(an_invoice("100.00"), an_item("-30.00"))
    assert refusal_of(a_draft("0.01", type=CHARGE), unpaid) == InvoiceAwayFromZero()


def test_a_fully_paid_invoice_takes_no_credit() -> None:
    assert refusal_of(a_draft("0.01"), books(an_invoice("100.00", "0.00"))) == InvoiceCrossesZero(
        was_positive=True
    )


def test_a_fully_paid_invoice_takes_back_a_credit_given_before() -> None:
    paid = books(an_invoice("100.00", "0.00"), an_item("80.00", "50.00", taken="30.00"))
    assert created(a_draft("30.00", type=CHARGE), paid)


def test_an_overpaid_invoice_may_come_back_toward_its_window() -> None:
    overpaid = books(an_invoice("100.00", "-40.00"), an_item("80.00", "50.00", taken="30.00"))
    assert created(a_draft("30.00", type=CHARGE), overpaid)


# Check 13: the number


def test_a_strict_call_refuses_an_amount_finer_than_its_currency() -> None:
    decision = decide(a_draft("9.999"), a_draft("1.10000"), policy=Policy(strict=True))
    assert decision.outcomes[0] == (AmountTooFine(Decimal("9.999"), 2),)
    assert [row.amount for row in decision.accepted] == [Decimal("1.10")]


def test_a_supplied_number_is_kept() -> None:
    assert created(a_draft(adjustment_number="MINE-1")).adjustment_number == "MINE-1"


def test_a_number_that_any_adjustment_ever_had_is_refused() -> None:
    draft = a_draft(adjustment_number="MINE-1")
    assert refusal_of(draft, books(used_numbers=["MINE-1"])) == NumberInUse("MINE-1")


def test_a_number_cannot_be_supplied_twice_in_a_call() -> None:
    draft = a_draft(adjustment_number="MINE-1")
    first, second = decide(draft, draft).outcomes
    assert isinstance(first, Adjustment)
    assert second == (NumberInUse("MINE-1"),)


def test_a_refused_record_uses_no_number() -> None:
    refused, accepted = decide(
        a_draft("999", adjustment_number="MINE-1"), a_draft(adjustment_number="MINE-1")
    ).outcomes
    assert refused == (AmountOutOfRange(Decimal("80.00")),)
    assert isinstance(accepted, Adjustment)


@pytest.mark.parametrize("number", [None, ""])
def test_an_empty_number_is_generated(number: str | None) -> None:
    decision = decide(a_draft("1.00", adjustment_number=number), a_draft("2.00", adjustment_number=number))
    numbered = number_adjustments(decision, ["IIA-00000007", "IIA-00000008"])
    assert [row.adjustment_number for row in numbered.accepted] == ["IIA-00000007", "IIA-00000008"]
    assert [row.id for row in numbered.accepted] == [row.id for row in decision.accepted]


def test_refused_and_numbered_records_draw_no_generated_number() -> None:
    decision = decide(a_draft("999"), a_draft(adjustment_number="MINE-1"), a_draft())
    numbered = number_adjustments(decision, ["IIA-00000007"])
    assert numbered.outcomes[0] == decision.outcomes[0]
    assert [row.adjustment_number for row in numbered.accepted] == ["MINE-1", "IIA-00000007"]
    assert (numbered.invoices, numbered.sources) == (decision.invoices, decision.sources)


# The order of the checks

_DRAFT_ID = OTHER_INVOICE_ID
_ORDER: list[tuple[Refusal, dict[str, Any]]] = [
    (AmountNotPositive(), {"amount": Decimal(-1)}),
    (UnknownInvoiceId(NOBODY), {"invoice_id": NOBODY}),
    (InvoiceNotPosted(InvoiceStatus.DRAFT), {"invoice_id": _DRAFT_ID}),
    (AmountTooLong(Decimal("9" * 17), 16), {"amount": Decimal("9" * 17)}),
    (UnknownSource(NOBODY), {"source_id": NOBODY}),
    (DateBeforeInvoice(date(2024, 2, 29), date(2024, 3, 1)), {"adjustment_date": date(2024, 2, 29)}),
    (RevenueNotIntegrated(), {"exclude_item_billing_from_revenue_accounting": True}),
    (OnlyTowardZero(), {"type": CHARGE}),
    (AmountOutOfRange(Decimal("80.00")), {"amount": Decimal("80.01")}),
    (InvoiceCrossesZero(was_positive=True), {"amount": Decimal("50.01")}),
    (NumberInUse("MINE-1"), {"adjustment_number": "MINE-1"}),
]


@pytest.mark.parametrize("position", range(len(_ORDER)))
def test_the_first_refusal_in_the_order_of_the_checks_is_the_answer(position: int) -> None:
    on = books(
        an_invoice("100.00", "50.00"),
        an_invoice(id=_DRAFT_ID, number="INV00000002", status=InvoiceStatus.DRAFT),
        an_item(),
        used_numbers=["MINE-1"],
    )
    wrong: dict[str, Any] = {}
    for _, values in reversed(_ORDER[position:]):
        wrong |= values
    (outcome,) = decide(replace(a_draft(), **wrong), on=on).outcomes
    assert isinstance(outcome, tuple)
    assert outcome[0] == _ORDER[position][0]


def test_what_else_is_wrong_with_a_record_follows_in_the_order_of_the_checks() -> None:
    draft = a_draft(
        "80.01",
        adjustment_date=date(2024, 2, 29),
        exclude_item_billing_from_revenue_accounting=True,
        adjustment_number="MINE-1",
    )
    (outcome,) = decide(draft, on=books(used_numbers=["MINE-1"])).outcomes
    assert outcome == (
        DateBeforeInvoice(date(2024, 2, 29), date(2024, 3, 1)),
        RevenueNotIntegrated(),
        AmountOutOfRange(Decimal("80.00")),
        NumberInUse("MINE-1"),
    )


def test_what_follows_only_from_an_earlier_refusal_is_not_told() -> None:
    draft = a_draft("-1", invoice_id=NOBODY, source_id=NOBODY, adjustment_date=date(2024, 2, 29))
    (outcome,) = decide(draft).outcomes
    assert outcome == (AmountNotPositive(), UnknownInvoiceId(NOBODY), UnknownSource(NOBODY))


# Codes

MASTER = MasterData(
    reason_codes=ReasonCodes(frozenset({"Other", "Standard Adjustment"}), "Standard Adjustment"),
    accounting_codes=frozenset({"4000", "4711"}),
)


def with_master(master: MasterData = MASTER) -> Books:
    return replace(books(), master=master)


def test_a_reason_code_that_is_left_out_is_the_tenants_default() -> None:
    assert created(a_draft(), on=with_master()).reason_code == "Standard Adjustment"
    assert created(a_draft(reason_code="Other"), on=with_master()).reason_code == "Other"
    no_default = MasterData(reason_codes=ReasonCodes(frozenset({"Other"})))
    assert created(a_draft(), on=with_master(no_default)).reason_code is None


def test_a_reason_code_that_is_given_exists_and_is_active() -> None:
    assert refusal_of(a_draft(reason_code="Whim"), with_master()) == UnknownReasonCode("Whim")
    assert created(a_draft(reason_code="Whim")).reason_code == "Whim"


def test_an_accounting_code_is_inherited_or_one_of_the_chart() -> None:
    assert created(a_draft(), on=with_master()).accounting_code == "4000"
    assert created(a_draft(accounting_code="4711"), on=with_master()).accounting_code == "4711"
    assert refusal_of(a_draft(accounting_code="9"), with_master()) == UnknownAccountingCode("9")
    assert created(a_draft(accounting_code="9")).accounting_code == "9"


# Together


def decide_set(*drafts: Draft | Refused, on: Books | None = None) -> Decision:
    return decide_together(drafts, on or books(), Policy(), STAMP, fresh_ids())


def test_a_set_stands_when_its_sum_does_whatever_the_order() -> None:
    discount = an_item("-99.00", id="d".rjust(32, "0"))
    on = books(an_invoice("1.00"), an_item("100.00"), discount)
    on_item, on_discount = (
        a_draft("100.00"),
        a_draft("99.00", source_id=discount.id, type=CHARGE),
    )
    for drafts in ((on_item, on_discount), (on_discount, on_item)):
        decision = decide_set(*drafts, on=on)
        assert len(decision.accepted) == 2
        assert [invoice.balance for invoice in decision.invoices] == [0]


def test_a_record_that_fails_a_check_of_its_own_falls_out_of_a_set() -> None:
    decision = decide_set(a_draft("-1"), a_draft("10.00"), (MissingValue("type"),))
    assert decision.outcomes[0] == (AmountNotPositive(),)
    assert decision.outcomes[2] == (MissingValue("type"),)
    assert [row.amount for row in decision.accepted] == [Decimal("10.00")]


def test_a_set_whose_sum_leaves_the_window_falls_as_a_whole() -> None:
    on = books(an_invoice("100.00", "50.00"), an_item())
    decision = decide_set(a_draft("30.00"), a_draft("-1"), a_draft("20.01"), on=on)
    crossed = (InvoiceCrossesZero(was_positive=True),)
    assert decision == Decision((crossed, (AmountNotPositive(),), crossed), (), ())


# Revenue accounting


def test_billing_is_kept_out_of_revenue_accounting_where_the_two_are_integrated() -> None:
    draft = a_draft(exclude_item_billing_from_revenue_accounting=True)
    (outcome,) = decide(draft, policy=Policy(revenue_integration=True)).outcomes
    assert isinstance(outcome, Adjustment)
    assert outcome.exclude_item_billing_from_revenue_accounting is True


def test_a_draft_may_say_that_billing_is_not_kept_out_whatever_the_tenant_has() -> None:
    adjustment = created(a_draft(exclude_item_billing_from_revenue_accounting=False))
    assert adjustment.exclude_item_billing_from_revenue_accounting is False


def test_revenue_accounts_and_custom_fields_are_kept_as_given() -> None:
    draft = a_draft(
        deferred_revenue_account="2400", recognized_revenue_account="4100", custom={"Region__c": "EMEA"}
    )
    adjustment = created(draft)
    assert adjustment.deferred_revenue_account == "2400"
    assert adjustment.recognized_revenue_account == "4100"
    assert adjustment.custom == {"Region__c": "EMEA"}


# Several records in a call


def test_records_are_decided_in_order_against_what_their_predecessors_left() -> None:
    first, second, third = decide(a_draft("50.00"), a_draft("30.01"), a_draft("30.00")).outcomes
    assert isinstance(first, Adjustment)
    assert second == (AmountOutOfRange(Decimal("30.00")),)
    assert isinstance(third, Adjustment)


def test_a_credit_can_be_given_back_within_the_same_call() -> None:
    decision = decide(a_draft("50.00"), a_draft("50.00", type=CHARGE))
    assert [row.type for row in decision.accepted] == [CREDIT, CHARGE]
    assert decision.sources == (an_item(),)
    assert decision.invoices == (an_invoice(),)


def test_a_refused_record_leaves_the_others_alone() -> None:
    decision = decide(a_draft("-1"), a_draft("10.00"))
    assert decision.outcomes[0] == (AmountNotPositive(),)
    assert [row.amount for row in decision.accepted] == [Decimal("10.00")]


def test_accepted_records_have_ascending_ids_and_refused_ones_draw_none() -> None:
    decision = decide(a_draft("1.00"), a_draft("-1"), a_draft("2.00"))
    assert [row.id for row in decision.accepted] == ["1".rjust(32, "0"), "2".rjust(32, "0")]


def test_an_empty_call_decides_nothing() -> None:
    assert decide() == Decision((), (), ())
    assert decide(together=True) == Decision((), (), ())


def test_each_invoice_of_a_call_has_a_window_of_its_own() -> None:
    two = books(
        an_invoice("100.00", "10.00"),
        an_invoice(id=OTHER_INVOICE_ID, number="INV00000002"),
        an_item(),
        an_item(id="other", invoice_id=OTHER_INVOICE_ID),
    )
    on_other = {"invoice_id": OTHER_INVOICE_ID, "source_id": "other"}
    first, second = decide(a_draft("20.00"), a_draft("20.00", **on_other), on=two).outcomes
    assert first == (InvoiceCrossesZero(was_positive=True),)
    assert isinstance(second, Adjustment)


# useSingleTransaction

MIXED_SIGNS = books(an_invoice("1.00"), an_item("100.00"), an_item("-99.00", id="discount"))
"""An invoice of 1.00 with a line of +100.00 and one of -99.00."""

CREDIT_LINE = a_draft("100.00")
CHARGE_DISCOUNT = a_draft("99.00", type=CHARGE, source_id="discount")


@pytest.mark.parametrize("pair", [(CREDIT_LINE, CHARGE_DISCOUNT), (CHARGE_DISCOUNT, CREDIT_LINE)])
def test_a_mixed_sign_pair_that_no_order_allows_passes_in_a_single_transaction(
    pair: tuple[Draft, Draft],
) -> None:
    assert isinstance(decide(*pair, on=MIXED_SIGNS).outcomes[0], tuple)
    together = decide(*pair, on=MIXED_SIGNS, together=True)
    assert len(together.accepted) == 2
    assert together.invoices[0].balance == 0
    assert [row.balance for row in together.sources] == [0, 0]


def test_in_a_single_transaction_one_refusal_rolls_all_others_back() -> None:
    unread: Refused = (MissingValue("amount"),)
    decision = decide(a_draft("10.00"), a_draft("999"), unread, a_draft("5.00"), together=True)
    assert decision == Decision(
        (
            (TransactionRolledBack(),),
            (AmountOutOfRange(Decimal("70.00")),),
            unread,
            (TransactionRolledBack(),),
        ),
        (),
        (),
    )


def test_where_only_the_window_fails_each_record_of_that_invoice_says_so() -> None:
    two = books(
        an_invoice("100.00", "15.00"),
        an_invoice(id=OTHER_INVOICE_ID, number="INV00000002"),
        an_item(),
        an_item(id="other", invoice_id=OTHER_INVOICE_ID),
    )
    on_other = a_draft("10.00", invoice_id=OTHER_INVOICE_ID, source_id="other")
    decision = decide(a_draft("10.00"), on_other, a_draft("10.00"), on=two, together=True)
    crossed = InvoiceCrossesZero(was_positive=True)
    assert decision == Decision(((crossed,), (TransactionRolledBack(),), (crossed,)), (), ())


def test_a_record_refused_for_itself_comes_before_the_window_of_the_others() -> None:
    nearly_paid = books(an_invoice("100.00", "5.00"))
    decision = decide(a_draft("10.00"), a_draft("-1"), on=nearly_paid, together=True)
    assert decision.outcomes == ((TransactionRolledBack(),), (AmountNotPositive(),))


def test_in_a_single_transaction_a_source_still_keeps_its_range_record_by_record() -> None:
    decision = decide(a_draft("80.00"), a_draft("0.01"), together=True)
    assert decision.outcomes == ((TransactionRolledBack(),), (AmountOutOfRange(Decimal("0.00")),))


def test_in_a_single_transaction_a_number_is_still_supplied_once() -> None:
    draft = a_draft(adjustment_number="MINE-1")
    decision = decide(draft, draft, together=True)
    assert decision.outcomes == ((TransactionRolledBack(),), (NumberInUse("MINE-1"),))


def test_without_the_permission_a_single_transaction_is_refused_record_by_record() -> None:
    decision = decide(a_draft(), a_draft(), policy=Policy(may_create=False), together=True)
    assert decision.outcomes == ((NotPermitted("create"),),) * 2


# Values


def test_accepted_tells_adjustments_from_refusals() -> None:
    adjustment = an_adjustment()
    decision = Decision(((AmountNotPositive(),), adjustment), (), ())
    assert decision.accepted == (adjustment,)


def test_a_plain_user_may_do_what_the_rule_book_lists_and_no_more() -> None:
    plain = Policy()
    assert (plain.may_create, plain.may_cancel, plain.may_delete, plain.may_change_reason_code) == (True,) * 4
    assert (plain.may_cancel_without_validation, plain.may_override_transferred) == (False, False)


def test_counter_adjustments_are_on_by_default() -> None:
    assert Policy().counter_adjustments
