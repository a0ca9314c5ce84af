"""Update, cancel and delete."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from gateway.engine.books import (
    Adjustment,
    AdjustmentStatus,
    Books,
    Decision,
    MasterData,
    Policy,
    ReasonCodes,
    Refused,
)
from gateway.engine.changes import Change, decide_deletes, decide_updates
from gateway.engine.invoices import SourceType
from gateway.engine.periods import AccountingPeriod, PeriodStatus
from gateway.engine.refusals import (
    CannotUncancel,
    FieldNotUpdatable,
    InvoiceAwayFromZero,
    InvoiceCrossesZero,
    MissingId,
    NotCanceled,
    NotPermitted,
    PeriodClosed,
    Refusal,
    RevenueNotIntegrated,
    ReversalLinked,
    SourceLeavesRange,
    TransactionRolledBack,
    TransferredAlready,
    UnknownAdjustment,
    UnknownReasonCode,
)
from support.builders import (
    ADJUSTMENT_ID,
    CHARGE,
    EARLIER,
    OTHER_INVOICE_ID,
    STAMP,
    a_tax_item,
    an_adjustment,
    an_invoice,
    an_item,
    books,
)

CANCELED, PROCESSED = AdjustmentStatus.CANCELED, AdjustmentStatus.PROCESSED
NOBODY = "0" * 32


def a_change(id_: str = ADJUSTMENT_ID, **asked: Any) -> Change:
    return Change(id_, **asked)


CANCEL = a_change(status=CANCELED)


def credited(*adjustments: Adjustment) -> Books:
    """Return the dull books with a live credit of 10.00 on the item, or with these adjustments instead."""
    return books(
        an_invoice("100.00", "90.00", adjustment_amount="10.00"),
        an_item("80.00", "70.00", taken="10.00"),
        *(adjustments or (an_adjustment("10.00"),)),
    )


def a_canceled_adjustment(**others: Any) -> Adjustment:
    return an_adjustment(
        status=CANCELED, cancelled_by_id=EARLIER.user_id, cancelled_date=EARLIER.at, **others
    )


def update(
    *changes: Change | Refused, on: Books | None = None, together: bool = False, **policy: Any
) -> Decision:
    return decide_updates(changes, on or credited(), Policy(**policy), STAMP, single_transaction=together)


def updated(change: Change, on: Books | None = None, **policy: Any) -> Adjustment:
    (outcome,) = update(change, on=on, **policy).outcomes
    assert isinstance(outcome, Adjustment), outcome
    return outcome


def refusal_of(change: Change, on: Books | None = None, **policy: Any) -> Refusal:
    """Return the one refusal of a change, and see that nothing moved."""
    decision = update(change, on=on, **policy)
    assert (decision.invoices, decision.sources, decision.accepted) == ((), (), ())
    ((refusal,),) = decision.outcomes
    assert not isinstance(refusal, Adjustment)
    return refusal


# Update


def test_a_reason_code_is_changed_and_who_and_when_is_kept() -> None:
    assert updated(a_change(reason_code="Write-off")) == an_adjustment(
        reason_code="Write-off", updated_by_id=STAMP.user_id, updated_date=STAMP.at
    )


def test_the_transfer_state_is_changed() -> None:
    assert updated(a_change(transferred_to_accounting="Yes")).transferred_to_accounting == "Yes"


def test_a_canceled_adjustment_can_still_change_its_reason_code() -> None:
    becomes = updated(a_change(reason_code="Other"), credited(a_canceled_adjustment()))
    assert (becomes.reason_code, becomes.status) == ("Other", CANCELED)


def test_a_plain_update_moves_no_balance() -> None:
    decision = update(a_change(reason_code="Write-off"))
    assert (decision.invoices, decision.sources) == ((), ())


def test_what_is_left_out_stays_as_it_is() -> None:
    was = an_adjustment(reason_code="Write-off", transferred_to_accounting="Ignore")
    assert updated(a_change(), credited(was)) == was


def test_an_update_that_changes_nothing_leaves_no_trace() -> None:
    was = an_adjustment(reason_code="Write-off")
    change = a_change(reason_code="Write-off", status=PROCESSED)
    assert updated(change, credited(was)) == was


def test_fields_to_null_empties_what_can_be_empty() -> None:
    was = an_adjustment(reason_code="Write-off", transferred_to_accounting="Ignore")
    fields = frozenset({"reason_code", "transferred_to_accounting"})
    becomes = updated(a_change(fields_to_null=fields), credited(was))
    assert (becomes.reason_code, becomes.transferred_to_accounting) == (None, None)


@pytest.mark.parametrize("field", ["status", "amount", "adjustment_number", "nonsense"])
def test_fields_to_null_ignores_what_cannot_be_emptied(field: str) -> None:
    assert updated(a_change(fields_to_null=frozenset({field}))) == an_adjustment()


def test_a_value_comes_before_its_name_in_fields_to_null() -> None:
    change = a_change(reason_code="Other", fields_to_null=frozenset({"reason_code"}))
    assert updated(change).reason_code == "Other"


def test_an_unknown_id_is_refused() -> None:
    assert refusal_of(a_change(NOBODY, reason_code="Other")) == UnknownAdjustment(NOBODY)


def test_a_record_that_could_not_be_read_answers_what_reading_found() -> None:
    unread: Refused = (MissingId("update"),)
    decision = update(unread, a_change(reason_code="Other"))
    assert decision.outcomes[0] == unread
    assert len(decision.accepted) == 1


def test_a_reason_code_is_changed_only_by_those_who_may() -> None:
    change = a_change(reason_code="Other")
    assert refusal_of(change, may_change_reason_code=False) == NotPermitted("change reason code")


@pytest.mark.parametrize("fields", [{}, {"reason_code": "Other"}])
def test_sending_the_reason_code_as_it_is_needs_no_permission(fields: dict[str, str]) -> None:
    was = an_adjustment(reason_code="Other")
    assert updated(a_change(**fields), credited(was), may_change_reason_code=False) == was


@pytest.mark.parametrize(
    "asked",
    [{"transferred_to_accounting": "No"}, {"fields_to_null": frozenset({"transferred_to_accounting"})}],
)
def test_the_transfer_state_leaves_yes_only_with_a_permission(asked: dict[str, Any]) -> None:
    transferred = credited(an_adjustment(transferred_to_accounting="Yes"))
    change = a_change(**asked)
    assert refusal_of(change, transferred) == NotPermitted("override transferred to accounting")
    becomes = updated(change, transferred, may_override_transferred=True)
    assert becomes.transferred_to_accounting == asked.get("transferred_to_accounting")


def test_the_transfer_state_sent_as_it_is_needs_no_permission() -> None:
    was = an_adjustment(transferred_to_accounting="Yes")
    assert updated(a_change(transferred_to_accounting="Yes"), credited(was)) == was


def test_an_update_does_all_its_changes_or_none() -> None:
    decision = update(
        a_change(reason_code="Other", status=CANCELED),
        a_change(),
        on=credited(),
        may_cancel=False,
    )
    assert decision.outcomes == ((NotPermitted("cancel"),), an_adjustment())


def test_the_permission_to_change_a_reason_code_is_judged_before_the_cancel() -> None:
    change = a_change(reason_code="Other", status=CANCELED)
    assert refusal_of(change, may_change_reason_code=False) == NotPermitted("change reason code")


# Cancel


def test_a_cancel_sets_who_and_when_and_keeps_the_rest() -> None:
    assert updated(CANCEL) == an_adjustment(
        status=CANCELED,
        cancelled_by_id=STAMP.user_id,
        cancelled_date=STAMP.at,
        updated_by_id=STAMP.user_id,
        updated_date=STAMP.at,
    )


def test_a_cancel_gives_the_balances_back() -> None:
    decision = update(CANCEL)
    assert decision.sources == (an_item("80.00"),)
    assert decision.invoices == (an_invoice("100.00"),)


def test_a_cancel_of_a_charge_on_a_discount_line_gives_back_too() -> None:
    charged = books(
        an_invoice("100.00", adjustment_amount="-10.00"),
        an_item("-80.00", "-70.00", taken="10.00"),
        an_adjustment("10.00", type=CHARGE),
    )
    decision = update(CANCEL, on=charged)
    assert decision.sources == (an_item("-80.00"),)
    assert decision.invoices == (an_invoice("100.00", "90.00"),)


def test_a_cancel_of_a_tax_adjustment_gives_back_to_the_tax_item() -> None:
    tax = a_tax_item("20.00", "10.00", taken="10.00")
    adjustment = an_adjustment(source_type=SourceType.TAX, source_id=tax.id)
    decision = update(CANCEL, on=books(an_invoice("100.00", "90.00"), an_item(), tax, adjustment))
    assert decision.sources == (a_tax_item("20.00"),)


def test_a_cancel_can_bring_other_changes_along() -> None:
    becomes = updated(a_change(status=CANCELED, reason_code="Other"))
    assert (becomes.status, becomes.reason_code) == (CANCELED, "Other")


def test_a_cancel_needs_its_permission() -> None:
    assert refusal_of(CANCEL, may_cancel=False) == NotPermitted("cancel")


def test_a_canceled_adjustment_canceled_again_is_a_success_that_changes_nothing() -> None:
    was = a_canceled_adjustment()
    decision = update(CANCEL, on=credited(was), may_cancel=False)
    assert decision == Decision((was,), (), ())


def test_an_adjustment_canceled_twice_in_a_call_gives_back_once() -> None:
    decision = update(CANCEL, CANCEL)
    assert decision.outcomes[0] == decision.outcomes[1]
    assert decision.sources == (an_item("80.00"),)


def test_there_is_no_uncancel() -> None:
    change = a_change(status=PROCESSED)
    assert refusal_of(change, credited(a_canceled_adjustment())) == CannotUncancel()


def test_an_adjustment_transferred_to_accounting_is_not_canceled() -> None:
    transferred = credited(an_adjustment(transferred_to_accounting="Yes"))
    assert refusal_of(CANCEL, transferred) == TransferredAlready()
    assert refusal_of(CANCEL, transferred, may_override_transferred=True) == TransferredAlready()


@pytest.mark.parametrize("state", [None, "Processing", "Error", "Ignore", "No"])
def test_an_adjustment_in_any_other_transfer_state_is_canceled(state: str | None) -> None:
    on = credited(an_adjustment(transferred_to_accounting=state))
    assert updated(CANCEL, on).status is CANCELED


def test_a_cancel_that_takes_the_transfer_back_as_well_needs_only_that_permission() -> None:
    transferred = credited(an_adjustment(transferred_to_accounting="Yes"))
    change = a_change(status=CANCELED, transferred_to_accounting="No")
    assert refusal_of(change, transferred) == NotPermitted("override transferred to accounting")
    assert updated(change, transferred, may_override_transferred=True).status is CANCELED


def test_a_cancel_that_marks_the_adjustment_as_transferred_is_refused() -> None:
    assert refusal_of(a_change(status=CANCELED, transferred_to_accounting="Yes")) == TransferredAlready()


# Cancel: the source's range


@pytest.mark.parametrize("without_validation", [False, True])
def test_a_cancel_never_brings_a_source_beyond_its_original_amount(*, without_validation: bool) -> None:
    countered = books(an_invoice(), an_item("80.00", "75.00", taken="5.00"), an_adjustment("10.00"))
    refusal = refusal_of(CANCEL, countered, may_cancel_without_validation=without_validation)
    assert refusal == SourceLeavesRange(Decimal("85.00"), Decimal("80.00"))


@pytest.mark.parametrize("without_validation", [False, True])
def test_a_cancel_never_brings_a_source_across_zero(*, without_validation: bool) -> None:
    spent = books(
        an_invoice("100.00", "50.00"),
        an_item("80.00", "5.00", taken="75.00"),
        an_adjustment("10.00", type=CHARGE),
    )
    refusal = refusal_of(CANCEL, spent, may_cancel_without_validation=without_validation)
    assert refusal == SourceLeavesRange(Decimal("-5.00"), Decimal("80.00"))


@pytest.mark.parametrize(
    ("adjustment", "balance"),
    [(an_adjustment("10.00", type=CHARGE), "-75.00"), (an_adjustment("10.00"), "-5.00")],
)
def test_the_range_of_a_discount_line_is_the_mirror(adjustment: Adjustment, balance: str) -> None:
    on = books(an_invoice("100.00", "50.00"), an_item("-80.00", balance, taken="10.00"), adjustment)
    assert isinstance(refusal_of(CANCEL, on), SourceLeavesRange)


@pytest.mark.parametrize(("sign", "away"), [("", CHARGE), ("-", an_adjustment().type)])
def test_an_adjustment_that_was_countered_is_not_canceled_onto_an_imported_balance(
    sign: str, away: Any
) -> None:
    """Its item came in at 40.00 of 80.00: a cancel would give back what was taken elsewhere."""
    toward = an_adjustment().type if away is CHARGE else CHARGE
    item = an_item(f"{sign}80.00", f"{sign}40.00", taken="0")
    on = books(
        an_invoice("100.00", "50.00"),
        item,
        an_adjustment("10.00", type=toward),
        an_adjustment("10.00", id="counter", type=away),
    )
    assert refusal_of(CANCEL, on) == SourceLeavesRange(Decimal(f"{sign}50.00"), Decimal(f"{sign}40.00"))
    counter_first = update(a_change("counter", status=CANCELED), CANCEL, on=on)
    assert len(counter_first.accepted) == 2
    assert counter_first.sources == (item,)


# Cancel: the invoice's window


def test_a_cancel_of_a_credit_does_not_bring_an_invoice_above_its_amount() -> None:
    full = books(an_invoice("100.00", "95.00"), an_item("80.00", "70.00", taken="10.00"), an_adjustment())
    assert refusal_of(CANCEL, full) == InvoiceAwayFromZero()


def test_a_cancel_of_a_charge_does_not_bring_an_invoice_below_zero() -> None:
    paid = books(
        an_invoice("100.00", "5.00"),
        an_item("-80.00", "-70.00", taken="10.00"),
        an_adjustment("10.00", type=CHARGE),
    )
    assert refusal_of(CANCEL, paid) == InvoiceCrossesZero(was_positive=True)


def test_a_cancel_without_validation_passes_over_the_window() -> None:
    full = books(an_invoice("100.00", "95.00"), an_item("80.00", "70.00", taken="10.00"), an_adjustment())
    decision = update(CANCEL, on=full, may_cancel_without_validation=True)
    assert decision.invoices[0].balance == Decimal("105.00")


# Several updates in a call


def test_updates_are_decided_in_order_against_what_their_predecessors_left() -> None:
    decision = update(CANCEL, a_change(reason_code="Other"), a_change(status=PROCESSED))
    assert isinstance(decision.outcomes[0], Adjustment)
    second = decision.outcomes[1]
    assert isinstance(second, Adjustment)
    assert (second.status, second.reason_code) == (CANCELED, "Other")
    assert decision.outcomes[2] == (CannotUncancel(),)


MIXED_SIGNS = books(
    an_invoice("1.00", "0.00", adjustment_amount="1.00"),
    an_item("100.00", "0.00", taken="100.00"),
    an_item("-99.00", "0.00", taken="99.00", id="discount"),
    an_adjustment("100.00", id="credit"),
    an_adjustment("99.00", id="charge", type=CHARGE, source_id="discount"),
)
"""An invoice of 1.00, its lines of +100.00 and -99.00 brought to zero together."""

CANCEL_CREDIT = a_change("credit", status=CANCELED)
CANCEL_CHARGE = a_change("charge", status=CANCELED)


def test_a_pair_that_no_order_can_cancel_is_canceled_in_a_single_transaction() -> None:
    one_by_one = update(CANCEL_CREDIT, CANCEL_CHARGE, on=MIXED_SIGNS)
    assert one_by_one.outcomes == ((InvoiceAwayFromZero(),), (InvoiceCrossesZero(was_positive=True),))
    together = update(CANCEL_CREDIT, CANCEL_CHARGE, on=MIXED_SIGNS, together=True)
    assert [row.status for row in together.accepted] == [CANCELED, CANCELED]
    assert together.invoices == (an_invoice("1.00"),)


def test_in_a_single_transaction_one_refused_update_rolls_all_others_back() -> None:
    decision = update(CANCEL, a_change(NOBODY), together=True)
    assert decision == Decision(((TransactionRolledBack(),), (UnknownAdjustment(NOBODY),)), (), ())


def test_in_a_single_transaction_each_update_of_an_invoice_that_leaves_its_window_says_so() -> None:
    elsewhere = an_adjustment(id="elsewhere", invoice_id=OTHER_INVOICE_ID, source_id="other")
    on = books(
        *MIXED_SIGNS.invoices,
        an_invoice("100.00", "90.00", id=OTHER_INVOICE_ID, number="INV00000002"),
        *MIXED_SIGNS.sources,
        an_item("80.00", "70.00", taken="10.00", id="other", invoice_id=OTHER_INVOICE_ID),
        *MIXED_SIGNS.adjustments,
        elsewhere,
    )
    decision = update(
        CANCEL_CREDIT, a_change("charge", reason_code="Other"), a_change("elsewhere", status=CANCELED),
        on=on, together=True,
    )  # fmt: skip
    away = InvoiceAwayFromZero()
    assert decision == Decision(((away,), (away,), (TransactionRolledBack(),)), (), ())


def test_in_a_single_transaction_a_cancel_without_validation_passes_over_the_window() -> None:
    decision = update(CANCEL_CREDIT, on=MIXED_SIGNS, together=True, may_cancel_without_validation=True)
    assert decision.invoices[0].balance == Decimal("100.00")


def test_in_a_single_transaction_a_source_still_keeps_its_range() -> None:
    countered = books(an_invoice(), an_item("80.00", "75.00", taken="5.00"), an_adjustment("10.00"))
    decision = update(CANCEL, on=countered, together=True)
    assert decision.outcomes == ((SourceLeavesRange(Decimal("85.00"), Decimal("80.00")),),)


# Updates that are judged together, invoice by invoice


def by_invoice(*changes: Change | Refused, on: Books, **policy: Any) -> Decision:
    return decide_updates(changes, on, Policy(**policy), STAMP, together=True)


ELSEWHERE = (
    an_invoice("100.00", "90.00", id=OTHER_INVOICE_ID, number="INV00000002"),
    an_item("80.00", "70.00", taken="10.00", id="other", invoice_id=OTHER_INVOICE_ID),
    an_adjustment(id="elsewhere", invoice_id=OTHER_INVOICE_ID, source_id="other"),
)


def test_a_pair_that_no_order_can_cancel_is_canceled_together() -> None:
    decision = by_invoice(CANCEL_CREDIT, CANCEL_CHARGE, on=MIXED_SIGNS)
    assert [row.status for row in decision.accepted] == [CANCELED, CANCELED]
    assert decision.invoices == (an_invoice("1.00"),)


def test_updates_of_an_invoice_that_leaves_its_window_fall_together_and_no_others() -> None:
    on = books(
        *MIXED_SIGNS.invoices, *MIXED_SIGNS.sources, *MIXED_SIGNS.adjustments, *ELSEWHERE
    )  # fmt: skip
    decision = by_invoice(
        a_change(NOBODY), CANCEL_CREDIT, a_change("charge", reason_code="Other"),
        a_change("elsewhere", status=CANCELED), on=on,
    )  # fmt: skip
    unknown, credit, charge, elsewhere = decision.outcomes
    assert unknown == (UnknownAdjustment(NOBODY),)
    assert (credit, charge) == ((InvoiceAwayFromZero(),), (InvoiceAwayFromZero(),))
    assert isinstance(elsewhere, Adjustment)
    assert [invoice.id for invoice in decision.invoices] == [OTHER_INVOICE_ID]
    assert [source.id for source in decision.sources] == ["other"]


def test_together_a_cancel_without_validation_passes_over_the_window() -> None:
    decision = by_invoice(CANCEL_CREDIT, on=MIXED_SIGNS, may_cancel_without_validation=True)
    assert decision.invoices[0].balance == Decimal("100.00")


# Delete


def delete(*ids: str | Refused, on: Books, together: bool = False, **policy: Any) -> Decision:
    return decide_deletes(ids, on, Policy(**policy), single_transaction=together)


def test_a_canceled_adjustment_is_deleted_and_answered_as_it_was() -> None:
    canceled = a_canceled_adjustment()
    assert delete(ADJUSTMENT_ID, on=books(canceled)) == Decision((canceled,), (), ())


def test_a_live_adjustment_is_not_deleted() -> None:
    assert delete(ADJUSTMENT_ID, on=credited()).outcomes == ((NotCanceled(),),)


def test_an_unknown_adjustment_is_not_deleted() -> None:
    assert delete(NOBODY, on=credited()).outcomes == ((UnknownAdjustment(NOBODY),),)


def test_an_adjustment_is_deleted_once_in_a_call() -> None:
    decision = delete(ADJUSTMENT_ID, ADJUSTMENT_ID, on=books(a_canceled_adjustment()))
    assert decision.outcomes[1] == (UnknownAdjustment(ADJUSTMENT_ID),)


def test_a_delete_needs_its_permission() -> None:
    decision = delete(ADJUSTMENT_ID, NOBODY, on=books(a_canceled_adjustment()), may_delete=False)
    assert decision.outcomes == ((NotPermitted("delete canceled"),),) * 2


def test_an_id_that_could_not_be_read_answers_what_reading_found() -> None:
    unread: Refused = (MissingId("delete"),)
    decision = delete(unread, ADJUSTMENT_ID, on=books(a_canceled_adjustment()))
    assert decision.outcomes == (unread, a_canceled_adjustment())


def test_a_delete_moves_no_balance() -> None:
    decision = delete(ADJUSTMENT_ID, on=credited(a_canceled_adjustment()))
    assert (decision.invoices, decision.sources) == ((), ())


def test_in_a_single_transaction_all_are_deleted_or_none() -> None:
    first, second = a_canceled_adjustment(), replace(a_canceled_adjustment(), id="second")
    live = an_adjustment(id="live")
    on = books(first, second, live)
    assert delete(ADJUSTMENT_ID, "second", on=on, together=True).accepted == (first, second)
    assert delete(ADJUSTMENT_ID, "live", on=on, together=True) == Decision(
        ((TransactionRolledBack(),), (NotCanceled(),)), (), ()
    )


# Reason codes


def test_a_reason_code_is_changed_to_one_that_exists_or_back_to_the_default() -> None:
    codes = ReasonCodes(frozenset({"Other", "Standard Adjustment"}), "Standard Adjustment")
    on = replace(credited(an_adjustment(reason_code="Other")), master=MasterData(reason_codes=codes))
    unknown = a_change(reason_code="Whim")
    emptied = a_change(fields_to_null=frozenset({"reason_code"}))
    (refused,) = decide_updates([unknown], on, Policy(), STAMP).outcomes
    assert refused == (UnknownReasonCode("Whim"),)
    (becomes,) = decide_updates([emptied], on, Policy(), STAMP).accepted
    assert becomes.reason_code == "Standard Adjustment"


def test_a_reason_code_that_was_retired_stays_where_it_is() -> None:
    on = credited(an_adjustment(reason_code="Retired"))
    on = replace(on, master=MasterData(reason_codes=ReasonCodes(frozenset({"Other"}))))
    (becomes,) = decide_updates(
        [a_change(reason_code="Retired", status=CANCELED)], on, Policy(), STAMP
    ).accepted
    assert (becomes.reason_code, becomes.status) == ("Retired", CANCELED)


# Strict


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"unchangeable": {"amount": Decimal("11.00")}}, "amount"),
        ({"unchangeable": {"comment": "another"}}, "comment"),
        ({"fields_to_null": frozenset({"accounting_code", "amount"})}, "amount"),
    ],
)
def test_in_strict_mode_a_field_that_stays_as_it_is_is_refused_where_it_differs(
    asked: dict[str, Any], field: str
) -> None:
    change = a_change(reason_code="Other", **asked)
    assert refusal_of(change, strict=True) == FieldNotUpdatable(field)
    assert updated(change).amount == Decimal("10.00"), "the legacy ignores it"


def test_in_strict_mode_a_field_may_be_sent_as_it_is() -> None:
    sent = {"amount": Decimal("10.0"), "comment": None, "no_field_of_the_engine": "x"}
    nothing = frozenset({"comment", "reason_code", "no_field_of_the_engine"})
    change = a_change(transferred_to_accounting="No", unchangeable=sent, fields_to_null=nothing)
    assert updated(change, strict=True).transferred_to_accounting == "No"


# Revenue accounting


@pytest.mark.parametrize(
    ("was", "asked", "integrated", "is_refused"),
    [
        (False, True, False, True),
        (False, True, True, False),
        (True, True, False, False),
        (True, False, False, False),
        (False, False, False, False),
    ],
)
def test_billing_is_newly_excluded_from_revenue_accounting_only_where_they_are_integrated(
    *, was: bool, asked: bool, integrated: bool, is_refused: bool
) -> None:
    on = credited(an_adjustment("10.00", exclude_item_billing_from_revenue_accounting=was))
    change = a_change(exclude_item_billing_from_revenue_accounting=asked)
    if is_refused:
        assert refusal_of(change, on, revenue_integration=integrated) == RevenueNotIntegrated()
    else:
        becomes = updated(change, on, revenue_integration=integrated)
        assert becomes.exclude_item_billing_from_revenue_accounting is asked


# Fields of the tenant's own


def test_the_tenants_own_fields_are_changed_kept_and_emptied() -> None:
    on = credited(an_adjustment("10.00", custom={"A__c": "a", "B__c": "b", "C__c": "c"}))
    change = a_change(custom={"A__c": "new", "D__c": "d"}, fields_to_null=frozenset({"B__c"}))
    assert updated(change, on).custom == {"A__c": "new", "C__c": "c", "D__c": "d"}
    assert updated(change, on, strict=True).custom == {"A__c": "new", "C__c": "c", "D__c": "d"}


# Periods and reversals

MARCH = AccountingPeriod("March", date(2024, 3, 1), date(2024, 3, 31), PeriodStatus.PENDING_CLOSE)
APRIL = AccountingPeriod("April", date(2024, 4, 1), date(2024, 4, 30))


def test_a_cancel_in_a_period_that_is_pending_close_is_for_those_who_manage_the_close() -> None:
    on = replace(credited(), master=MasterData(periods=(MARCH, APRIL)))
    assert refusal_of(CANCEL, on) == PeriodClosed(date(2024, 3, 15), "March")
    assert updated(CANCEL, on, may_manage_close=True).status is CANCELED


def test_a_cancel_of_a_charge_in_a_closed_period_is_refused_too() -> None:
    march = replace(MARCH, status=PeriodStatus.CLOSED)
    counter = an_adjustment("10.00", type=CHARGE)
    on = books(an_invoice(), an_item(), counter)
    on = replace(on, master=MasterData(periods=(march, APRIL)))
    assert refusal_of(CANCEL, on) == PeriodClosed(date(2024, 3, 15), "March")


@pytest.mark.parametrize("amount", ["0.01", "1.00"])
def test_the_smallest_live_reversal_keeps_an_adjustment_from_being_canceled(amount: str) -> None:
    on = replace(credited(), reversed={ADJUSTMENT_ID: Decimal(amount)})
    assert refusal_of(CANCEL, on) == ReversalLinked(ADJUSTMENT_ID)


def test_of_two_reversals_both_are_canceled_before_what_they_reverse() -> None:
    ids = ["rev1".rjust(32, "0"), "rev2".rjust(32, "0")]
    reversals = [an_adjustment("2.00", id=id_, type=CHARGE, reverses_id=ADJUSTMENT_ID) for id_ in ids]
    on = books(
        an_invoice("100.00", "94.00", adjustment_amount="6.00"),
        an_item("80.00", "74.00", taken="6.00"),
        an_adjustment("10.00"),
        *reversals,
    )
    on = replace(on, reversed={ADJUSTMENT_ID: Decimal("4.00")})
    one, both = [a_change(id_, status=CANCELED) for id_ in ids], a_change(status=CANCELED)
    decision = update(one[0], both, one[1], both, on=on)
    assert [isinstance(outcome, Adjustment) for outcome in decision.outcomes] == [True, False, True, True]
    assert decision.outcomes[1] == (ReversalLinked(ADJUSTMENT_ID),)
