"""Spreading one amount over the items and taxes of an invoice, and writing an invoice off."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from gateway.engine.allocation import Allocation, Strategy, Terms, allocate, plan_allocation, write_off
from gateway.engine.books import Draft, Policy
from gateway.engine.invoices import InvoiceStatus, Source, SourceType
from gateway.engine.refusals import (
    AmountNotPositive,
    AmountTooFine,
    InvoiceMismatch,
    InvoiceNotPosted,
    MoreThanInvoiceBalance,
    NothingToWriteOff,
    NotPermitted,
    TooLittleOnSources,
    UnknownInvoiceId,
    UnknownInvoiceNumber,
)
from gateway.engine.shares import fill_up, share_out
from support.builders import (
    CHARGE,
    CREDIT,
    INVOICE_ID,
    ITEM_ID,
    TAX_ITEM_ID,
    a_tax_item,
    an_invoice,
    an_item,
    books,
)


def decimals(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


def spread(drafts: object) -> list[tuple[str, str, str]]:
    assert isinstance(drafts, list), drafts
    return [(draft.source_id, draft.type.value, str(draft.amount)) for draft in drafts]


def items(**balances: str) -> list[Source]:
    return [an_item(balance, id=id_) for id_, balance in balances.items()]


# Shares


@pytest.mark.parametrize(
    ("amount", "weights", "digits", "shares"),
    [
        ("10.00", ("10.00", "10.00", "10.00"), 2, ("3.34", "3.33", "3.33")),
        ("0.02", ("0.01", "0.01", "0.01"), 2, ("0.01", "0.01", "0.00")),
        ("1.00", ("1.00", "2.00"), 2, ("0.33", "0.67")),
        ("30.00", ("10.00", "20.00"), 2, ("10.00", "20.00")),
        ("0.00", ("0.00", "0.00"), 2, ("0", "0")),
        ("7", ("10", "10"), 0, ("4", "3")),
        ("0.010", ("0.005", "0.006"), 3, ("0.005", "0.005")),
    ],
)
def test_an_amount_is_shared_out_to_the_minor_unit_the_rest_by_largest_remainder(
    amount, weights, digits, shares
):
    assert share_out(Decimal(amount), decimals(*weights), digits) == decimals(*shares)


def test_weights_are_filled_up_in_their_order():
    assert fill_up(Decimal(25), decimals("10", "20", "30")) == decimals("10", "15", "0")


# Allocation


def test_in_proportion_to_the_balances_of_items_and_taxes():
    sources = [an_item("80.00"), a_tax_item("20.00")]
    drafts = allocate(an_invoice("100.00"), sources, Decimal("10.00"), CREDIT)
    assert [(d.source_type, str(d.amount)) for d in drafts] == [
        (SourceType.TAX, "2.00"),
        (SourceType.INVOICE_DETAIL, "8.00"),
    ]


def test_of_equal_remainders_the_lower_id_comes_first_whatever_the_order_given():
    drafts = allocate(an_invoice("30.00"), items(c="10.00", a="10.00", b="10.00"), Decimal("10.00"), CREDIT)
    assert spread(drafts) == [("a", "Credit", "3.34"), ("b", "Credit", "3.33"), ("c", "Credit", "3.33")]


def test_nothing_of_zero_is_drafted():
    drafts = allocate(an_invoice("1.00"), items(a="0.98", b="0.01", c="0.01"), Decimal("0.01"), CREDIT)
    assert spread(drafts) == [("a", "Credit", "0.01")]


def test_what_all_adjustments_share_is_in_each_draft():
    terms = Terms(date(2024, 3, 9), reason_code="Write-off", reference_id="case 7", comment="agreed")
    (draft,) = allocate(an_invoice("80.00"), [an_item()], Decimal(1), CREDIT, terms=terms)
    assert draft == Draft(
        amount=Decimal(1),
        type=CREDIT,
        adjustment_date=date(2024, 3, 9),
        source_type=SourceType.INVOICE_DETAIL,
        source_id=an_item().id,
        invoice_id=INVOICE_ID,
        reason_code="Write-off",
        reference_id="case 7",
        comment="agreed",
    )


def test_the_largest_balances_first_of_equal_ones_the_lower_id():
    drafts = allocate(
        an_invoice("70.00"),
        items(a="10.00", d="20.00", b="20.00", c="20.00"),
        Decimal("50.00"),
        CREDIT,
        Strategy.LARGEST_FIRST,
    )
    assert spread(drafts) == [("b", "Credit", "20.00"), ("c", "Credit", "20.00"), ("d", "Credit", "10.00")]


def test_the_oldest_service_first_a_tax_behind_its_item_and_those_without_a_period_last():
    sources = [
        an_item("1.00", id="a", service_start_date=None),
        an_item("1.00", id="c", service_start_date=date(2024, 2, 2)),
        an_item("1.00", id="d", service_start_date=date(2024, 2, 1)),
        an_item("1.00", id="b", service_start_date=date(2024, 2, 2)),
        a_tax_item("1.00", id="0", item_id="d", service_start_date=date(2024, 2, 1)),
        a_tax_item("1.00", id="z", item_id="b", service_start_date=date(2024, 2, 2)),
    ]
    drafts = allocate(an_invoice("6.00"), sources, Decimal("5.50"), CREDIT, Strategy.OLDEST_FIRST)
    assert [draft.source_id for draft in drafts] == ["d", "0", "b", "z", "c", "a"]
    assert drafts[-1].amount == Decimal("0.50")


def test_credits_go_to_positive_balances_and_charges_to_negative_ones():
    sources = [an_item("80.00", id="a"), an_item("-30.00", id="b")]
    assert spread(allocate(an_invoice("50.00"), sources, Decimal("40.00"), CREDIT)) == [
        ("a", "Credit", "40.00")
    ]
    owed_to_the_customer = an_invoice("50.00", "-10.00")
    assert spread(allocate(owed_to_the_customer, sources, Decimal("10.00"), CHARGE)) == [
        ("b", "Charge", "10.00")
    ]


def test_a_source_never_takes_more_than_its_balance():
    sources = [an_item("80.00", "5.00", id="a"), an_item("80.00", "0.00", id="b"), an_item("5.00", id="c")]
    assert spread(allocate(an_invoice("165.00", "10.00"), sources, Decimal("10.00"), CREDIT)) == [
        ("a", "Credit", "5.00"),
        ("c", "Credit", "5.00"),
    ]


@pytest.mark.parametrize(
    ("invoice", "amount", "type_", "refusals"),
    [
        (an_invoice("80.00"), "0", CREDIT, (AmountNotPositive(),)),
        (an_invoice("80.00"), "-1", CREDIT, (AmountNotPositive(),)),
        (an_invoice("80.00"), "0.001", CREDIT, (AmountTooFine(Decimal("0.001"), 2),)),
        (
            an_invoice("80.00", status=InvoiceStatus.CANCELED),
            "1",
            CREDIT,
            (InvoiceNotPosted(InvoiceStatus.CANCELED),),
        ),
        (
            an_invoice("80.00", "7.00"),
            "7.01",
            CREDIT,
            (MoreThanInvoiceBalance(Decimal("7.01"), Decimal("7.00")),),
        ),
        (
            an_invoice("80.00", "-7.00"),
            "1.00",
            CREDIT,
            (MoreThanInvoiceBalance(Decimal("1.00"), Decimal(0)),),
        ),
        (
            an_invoice("100.00", "90.00"),
            "80.01",
            CREDIT,
            (TooLittleOnSources(Decimal("80.01"), Decimal("80.00")),),
        ),
        (
            an_invoice("80.00"),
            "1.00",
            CHARGE,
            (
                MoreThanInvoiceBalance(Decimal("1.00"), Decimal(0)),
                TooLittleOnSources(Decimal("1.00"), Decimal(0)),
            ),
        ),
    ],
)
def test_an_allocation_is_refused_for_all_that_is_wrong_with_it(invoice, amount, type_, refusals):
    assert allocate(invoice, [an_item("80.00")], Decimal(amount), type_) == refusals


def test_all_that_the_sources_have_can_be_allocated():
    drafts = allocate(an_invoice("80.00"), items(a="50.00", b="30.00"), Decimal("80.00"), CREDIT)
    assert spread(drafts) == [("a", "Credit", "50.00"), ("b", "Credit", "30.00")]


# Write-off


def test_a_write_off_brings_every_source_to_zero_when_they_add_up_to_the_invoice():
    sources = [an_item("80.00", "70.00", id="b"), a_tax_item("20.00", id="c"), an_item("-30.00", id="a")]
    assert spread(write_off(an_invoice("70.00", "60.00"), sources)) == [
        ("a", "Charge", "30.00"),
        ("b", "Credit", "70.00"),
        ("c", "Credit", "20.00"),
    ]


def test_a_write_off_of_an_invoice_that_is_paid_in_part_is_in_proportion():
    terms = Terms(comment="uncollectable")
    drafts = write_off(an_invoice("100.00", "50.00"), [an_item(), a_tax_item()], terms)
    assert spread(drafts) == [(a_tax_item().id, "Credit", "10.00"), (an_item().id, "Credit", "40.00")]
    assert {draft.comment for draft in drafts} == {"uncollectable"}


def test_a_write_off_of_a_credit_balance_is_a_charge():
    drafts = write_off(an_invoice("-80.00", "-20.00"), [an_item("-80.00")])
    assert spread(drafts) == [(an_item().id, "Charge", "20.00")]


@pytest.mark.parametrize(
    ("invoice", "refusal"),
    [
        (an_invoice("80.00", "0.00"), NothingToWriteOff("INV00000001")),
        (an_invoice("80.00", status=InvoiceStatus.DRAFT), InvoiceNotPosted(InvoiceStatus.DRAFT)),
        (an_invoice("100.00", "90.00"), TooLittleOnSources(Decimal("90.00"), Decimal("80.00"))),
    ],
)
def test_a_write_off_is_refused(invoice, refusal):
    assert write_off(invoice, [an_item("80.00")]) == (refusal,)


# As a caller asks for it

ASKED = Allocation(invoice_id=INVOICE_ID, amount=Decimal(10), type=CREDIT)
THE_DULL_ONES = books(an_invoice(), an_item(), a_tax_item(), an_item(id="z", invoice_id="another"))


def test_an_allocation_is_spread_over_the_sources_of_the_invoice_that_it_names():
    by_id = plan_allocation(ASKED, THE_DULL_ONES, Policy())
    assert spread(by_id) == [(TAX_ITEM_ID, "Credit", "2.00"), (ITEM_ID, "Credit", "8.00")]
    by_number = replace(ASKED, invoice_id=None, invoice_number="INV00000001")
    assert plan_allocation(by_number, THE_DULL_ONES, Policy()) == by_id
    assert plan_allocation(replace(ASKED, invoice_number="INV00000001"), THE_DULL_ONES, Policy()) == by_id


def test_the_strategy_and_what_the_adjustments_share_reach_the_drafts():
    asked = replace(ASKED, strategy=Strategy.LARGEST_FIRST, terms=Terms(comment="goodwill"))
    (draft,) = plan_allocation(asked, THE_DULL_ONES, Policy())
    assert (draft.source_id, draft.comment) == (ITEM_ID, "goodwill")


def test_without_an_amount_it_is_a_write_off():
    asked = Allocation(invoice_id=INVOICE_ID, terms=Terms(comment="lost"))
    drafts = plan_allocation(asked, THE_DULL_ONES, Policy())
    assert spread(drafts) == [(TAX_ITEM_ID, "Credit", "20.00"), (ITEM_ID, "Credit", "80.00")]
    assert {draft.comment for draft in drafts} == {"lost"}


@pytest.mark.parametrize(
    ("change", "policy", "refusal"),
    [
        ({}, Policy(may_create=False), NotPermitted("create")),
        ({"invoice_id": "nothing"}, Policy(), UnknownInvoiceId("nothing")),
        ({"invoice_id": None, "invoice_number": "INV9"}, Policy(), UnknownInvoiceNumber("INV9")),
        ({"invoice_number": "INV9"}, Policy(), InvoiceMismatch(INVOICE_ID, "INV9")),
        ({"amount": Decimal(0)}, Policy(), AmountNotPositive()),
    ],
)
def test_an_allocation_that_cannot_be_is_refused(change, policy, refusal):
    assert plan_allocation(replace(ASKED, **change), THE_DULL_ONES, policy) == (refusal,)


def test_an_imported_balance_on_the_wrong_side_of_zero_takes_nothing():
    sources = [an_item("10.00", "-5.00", id="a"), an_item("10.00", "0.00", id="b"), an_item("10.00", id="c")]
    drafts = allocate(an_invoice("30.00", "10.00"), sources, Decimal(10), CREDIT)
    assert spread(drafts) == [("c", "Credit", "10.00")]


def test_what_can_be_given_back_is_no_place_for_a_credit():
    discount = an_item("-10.00", "-4.00", id="a", taken="6.00")
    drafts = allocate(an_invoice("20.00"), [discount, an_item("20.00", id="b")], Decimal("1.00"), CREDIT)
    assert spread(drafts) == [("b", "Credit", "1.00")]


def test_a_write_off_of_less_than_one_is_a_credit():
    drafts = write_off(an_invoice("80.00", "0.50"), [an_item()])
    assert spread(drafts) == [(ITEM_ID, "Credit", "0.50")]
