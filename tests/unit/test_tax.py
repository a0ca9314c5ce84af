"""Tax that follows its line, to the exact cent."""

from dataclasses import replace
from decimal import Decimal

import pytest

from gateway.engine.adjustments import decide_creates, decide_together, number_adjustments
from gateway.engine.books import Adjustment, Books, Decision, Draft, Policy
from gateway.engine.invoices import Source, SourceType
from gateway.engine.refusals import (
    AmountOutOfRange,
    InvoiceCrossesZero,
    NumberInUse,
    TransactionRolledBack,
    UnknownAccountingCode,
)
from gateway.engine.tax import amount_along
from support.builders import (
    CHARGE,
    CREDIT,
    ITEM_ID,
    OTHER_INVOICE_ID,
    STAMP,
    TAX_ITEM_ID,
    a_draft,
    a_tax_item,
    an_invoice,
    an_item,
    books,
    carried_forward,
    fresh_ids,
)

FOLLOWS = Policy(tax_follows_line=True)
THE_DULL_ONES = books(an_invoice(), an_item(), a_tax_item())


def create(*drafts: Draft, on: Books = THE_DULL_ONES, policy: Policy = FOLLOWS, **options: bool) -> Decision:
    return decide_creates(drafts, on, policy, STAMP, fresh_ids(), **options)


def balances(decision: Decision) -> dict[str, str]:
    return {source.id: str(source.balance) for source in decision.sources}


def test_an_adjustment_of_an_item_brings_its_taxes_in_proportion():
    decision = create(a_draft("10.00", reason_code="Other", reference_id="r", comment="c"))
    line, tax = decision.accepted
    assert decision.outcomes == (line,)
    assert decision.brought_along == ((tax,),)
    assert (tax.source_type, tax.source_id) == (SourceType.TAX, TAX_ITEM_ID)
    assert (tax.type, tax.amount) == (CREDIT, Decimal("2.50"))
    assert (tax.adjustment_date, tax.accounting_date) == (line.adjustment_date, line.accounting_date)
    assert (tax.reason_code, tax.reference_id, tax.comment) == ("Other", "r", "c")
    assert tax.accounting_code == "4700"
    assert decision.invoices[0].balance == Decimal("87.50")


def test_without_the_setting_callers_send_tax_records_themselves():
    assert len(create(a_draft(), policy=Policy()).accepted) == 1


def test_an_adjustment_of_a_tax_brings_nothing():
    draft = a_draft("1.00", source_type=SourceType.TAX, source_id=TAX_ITEM_ID)
    assert len(create(draft).accepted) == 1


def test_the_parts_add_up_to_the_rounded_share_and_the_last_one_leaves_no_cent():
    on = books(an_invoice("11.00"), an_item("10.00"), a_tax_item("1.00"))
    taxes, credited = [], Decimal(0)
    for part in ("3.33", "3.33", "3.34"):
        decision = create(a_draft(part), on=on)
        on = carried_forward(on, decision)
        credited += Decimal(part)
        taxes.append(str(decision.accepted[1].amount))
    assert taxes == ["0.33", "0.34", "0.33"]
    assert {source.balance for source in on.sources} == {Decimal("0.00")}


def test_several_records_of_a_call_follow_one_another():
    on = books(an_invoice("10.03"), an_item("10.00"), a_tax_item("0.03"))
    decision = create(a_draft("5.00"), a_draft("5.00"), on=on)
    assert [str(a.amount) for a in decision.accepted] == ["5.00", "0.02", "5.00", "0.01"]


def test_a_share_that_is_no_cent_brings_no_adjustment():
    on = books(an_invoice("10.01"), an_item("10.00"), a_tax_item("0.01"))
    assert len(create(a_draft("4.99"), on=on).accepted) == 1
    assert len(create(a_draft("5.00"), on=on).accepted) == 2


def test_every_tax_of_the_item_follows_and_no_other():
    on = books(
        an_invoice("111.00"),
        an_item(),
        a_tax_item("8.00", id="t2"),
        a_tax_item("4.00", id="t1"),
        a_tax_item("8.00", id="t3", item_id="another"),
    )
    decision = create(a_draft("40.00"), on=on)
    assert [(a.source_id, str(a.amount)) for a in decision.accepted] == [
        (ITEM_ID, "40.00"),
        ("t1", "2.00"),
        ("t2", "4.00"),
    ]


def test_a_counter_adjustment_brings_the_tax_back_by_what_it_had_taken():
    on = books(
        an_invoice("100.00", "50.00", adjustment_amount="50.00"),
        an_item("80.00", "40.00", taken="40.00"),
        a_tax_item("20.00", "10.00", taken="3.00"),
    )
    decision = create(a_draft("40.00", type=CHARGE), on=on)
    # The rest of the tax was imported as gone: nobody here can give it back.
    assert balances(decision) == {ITEM_ID: "80.00", TAX_ITEM_ID: "13.00"}


def test_a_tax_that_is_ahead_of_its_item_waits_and_is_not_charged_again():
    on = books(an_invoice("100.00", "85.00"), an_item(), a_tax_item("20.00", "5.00", taken="15.00"))
    on = carried_forward(on, create(a_draft("40.00"), on=on))
    assert [str(source.balance) for source in on.sources] == ["40.00", "5.00"]
    on = carried_forward(on, create(a_draft("40.00"), on=on))
    assert [str(source.balance) for source in on.sources] == ["0.00", "0.00"]


def test_a_discount_line_and_its_negative_tax_are_charged():
    on = books(an_invoice("-100.00"), an_item("-80.00"), a_tax_item("-20.00"))
    decision = create(a_draft("8.00", type=CHARGE), on=on)
    assert [(a.type, str(a.amount)) for a in decision.accepted] == [(CHARGE, "8.00"), (CHARGE, "2.00")]


@pytest.mark.parametrize(
    ("item", "tax", "type_", "along"),
    [
        (an_item("80.00", "40.00"), a_tax_item("20.00"), CREDIT, (CREDIT, Decimal("10.00"))),
        (an_item("80.00", "40.00"), a_tax_item("20.00", "10.00"), CREDIT, None),
        (an_item("0.00"), a_tax_item("20.00"), CREDIT, None),
        (an_item("80.00", "40.00"), a_tax_item("0.00"), CREDIT, None),
        # The tax of the other sign moves the other way, toward its own zero.
        (an_item("80.00", "40.00"), a_tax_item("-20.00"), CREDIT, (CHARGE, Decimal("10.00"))),
        # An imported item balance below zero takes no more than the tax has.
        (an_item("80.00", "-40.00"), a_tax_item("20.00"), CREDIT, (CREDIT, Decimal("20.00"))),
        (an_item("80.00", "80.00"), a_tax_item("20.00", "10.00"), CHARGE, None),
        (
            an_item("80.00", "80.00"),
            a_tax_item("20.00", "10.00", taken="10.00"),
            CHARGE,
            (CHARGE, Decimal("10.00")),
        ),
    ],
)
def test_what_a_tax_needs_to_come_to_its_items_share(item: Source, tax: Source, type_, along):
    assert amount_along(item, tax, type_, 2) == along


def test_a_record_falls_with_the_tax_that_is_refused_and_nothing_of_it_stays():
    on = books(an_invoice("100.00", "11.00"), an_item(), a_tax_item())
    draft = a_draft("10.00", adjustment_number="A-1")
    decision = create(draft, replace(draft, amount=Decimal("8.00")), on=on)
    refused, line = decision.outcomes
    assert refused == (InvoiceCrossesZero(was_positive=True),)
    assert isinstance(line, Adjustment)
    assert [str(a.amount) for a in decision.accepted] == ["8.00", "2.00"]
    assert decision.invoices[0].balance == Decimal("1.00")
    assert balances(decision) == {ITEM_ID: "72.00", TAX_ITEM_ID: "18.00"}


def test_a_tax_is_held_to_every_check():
    master = replace(THE_DULL_ONES.master, accounting_codes=frozenset({"4000"}))
    on = replace(THE_DULL_ONES, sources=(an_item(), a_tax_item()), master=master)
    assert len(create(a_draft(), on=on).accepted) == 2, "an inherited code is not looked up"
    assert create(a_draft(accounting_code="1"), on=on).outcomes == ((UnknownAccountingCode("1"),),)


def test_a_number_that_is_supplied_is_the_records_and_its_taxes_get_fresh_ones():
    decision = create(a_draft(adjustment_number="A-1"), a_draft(adjustment_number="A-1"))
    assert decision.outcomes[1] == (NumberInUse("A-1"),)
    numbered = number_adjustments(decision, ["N-1"])
    assert [a.adjustment_number for a in numbered.accepted] == ["A-1", "N-1"]
    assert numbered.brought_along[1] == ()


def test_a_single_transaction_that_falls_takes_the_taxes_with_it():
    decision = create(a_draft("10.00"), a_draft("90.00"), single_transaction=True)
    assert decision == Decision(((TransactionRolledBack(),), (AmountOutOfRange(Decimal("70.00")),)), (), ())
    stands = create(a_draft("10.00"), a_draft("10.00"), single_transaction=True)
    assert [str(a.amount) for a in stands.accepted] == ["10.00", "2.50", "10.00", "2.50"]


def test_a_set_brings_taxes_along_and_is_judged_on_the_sum_of_all():
    on = books(an_invoice("100.00", "12.50"), an_item(), a_tax_item())
    decision = decide_together([a_draft("10.00")], on, FOLLOWS, STAMP, fresh_ids())
    assert decision.invoices[0].balance == Decimal("0.00")
    assert [str(made.amount) for made in decision.accepted] == ["10.00", "2.50"]
    too_much = decide_together([a_draft("10.01")], on, FOLLOWS, STAMP, fresh_ids())
    assert too_much == Decision(((InvoiceCrossesZero(was_positive=True),),), (), ())


def test_a_tax_that_is_there_already_keeps_no_other_from_following():
    on = books(
        an_invoice("110.00", "100.00"),
        an_item(),
        a_tax_item("20.00", "10.00", id="t1"),
        a_tax_item("10.00", id="t2"),
    )
    decision = create(a_draft("40.00"), on=on)
    assert [(a.source_id, str(a.amount)) for a in decision.accepted[1:]] == [("t2", "5.00")]


def test_a_set_that_falls_for_one_invoice_leaves_the_other_done():
    on = books(
        an_invoice("100.00", "5.00"),
        an_item(),
        a_tax_item(),
        an_invoice(id=OTHER_INVOICE_ID, number="INV00000002"),
        an_item(id="other", invoice_id=OTHER_INVOICE_ID),
        a_tax_item(id="other tax", item_id="other", invoice_id=OTHER_INVOICE_ID),
    )
    drafts = [a_draft("10.00"), a_draft("10.00", invoice_id=OTHER_INVOICE_ID, source_id="other")]
    decision = decide_together(drafts, on, FOLLOWS, STAMP, fresh_ids())
    assert decision.outcomes[0] == (InvoiceCrossesZero(was_positive=True),)
    assert [(a.source_id, str(a.amount)) for a in decision.accepted] == [
        ("other", "10.00"),
        ("other tax", "2.50"),
    ]
    assert [invoice.id for invoice in decision.invoices] == [OTHER_INVOICE_ID]
    assert [source.id for source in decision.sources] == ["other", "other tax"]
    assert decision.brought_along[0] == ()
