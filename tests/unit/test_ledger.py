"""The running balances, and the three rules that guard them: direction, range, invoice window."""

from decimal import Decimal

import pytest

from gateway.engine.invoices import Source
from gateway.engine.ledger import (
    AdjustmentType,
    Ledger,
    is_toward_zero,
    refuse_give_back,
    refuse_source,
    refuse_window,
    signed,
)
from gateway.engine.refusals import (
    AmountOutOfRange,
    InvoiceAwayFromZero,
    InvoiceCrossesZero,
    OnlyTowardZero,
    SourceLeavesRange,
)
from support.builders import (
    CHARGE,
    CREDIT,
    INVOICE_ID,
    OTHER_INVOICE_ID,
    a_tax_item,
    an_invoice,
    an_item,
)


def refusal_of(
    source: Source, adjustment_type: AdjustmentType, amount: str, *, counter_adjustments: bool = True
) -> object:
    return refuse_source(source, adjustment_type, Decimal(amount), counter_adjustments=counter_adjustments)


def window(amount: str, before: str, after: str) -> object:
    return refuse_window(Decimal(amount), Decimal(before), Decimal(after))


# The sign


def test_a_credit_lowers_a_balance() -> None:
    assert signed(CREDIT, Decimal(10)) == -10


def test_a_charge_raises_a_balance() -> None:
    assert signed(CHARGE, Decimal(10)) == 10


@pytest.mark.parametrize(
    ("adjustment_type", "original", "toward"),
    [
        (CREDIT, "80", True),
        (CHARGE, "80", False),
        (CREDIT, "-80", False),
        (CHARGE, "-80", True),
        (CREDIT, "0", False),
        (CHARGE, "0", False),
    ],
)
def test_a_positive_source_is_credited_toward_zero_and_a_negative_one_charged(
    adjustment_type: AdjustmentType, original: str, *, toward: bool
) -> None:
    assert is_toward_zero(adjustment_type, Decimal(original)) is toward


# The balances


def test_a_credit_moves_its_source_and_its_invoice() -> None:
    item = an_item("80.00")
    ledger = Ledger([an_invoice("100.00")], [item])
    ledger.post(item, CREDIT, Decimal("30.00"))
    assert ledger.moved_sources() == (an_item("80.00", "50.00", taken="30.00"),)
    assert ledger.moved_invoices() == (an_invoice("100.00", "70.00", adjustment_amount="30.00"),)


def test_a_charge_moves_a_discount_line_and_its_invoice() -> None:
    discount = an_item("-80.00")
    ledger = Ledger([an_invoice("100.00", "40.00")], [discount])
    ledger.post(discount, CHARGE, Decimal("30.00"))
    assert ledger.moved_sources() == (an_item("-80.00", "-50.00", taken="30.00"),)
    assert ledger.moved_invoices() == (an_invoice("100.00", "70.00", adjustment_amount="-30.00"),)


def test_a_counter_adjustment_takes_less_from_its_source() -> None:
    item = an_item("80.00", "50.00", taken="30.00")
    ledger = Ledger([an_invoice("100.00", "70.00", adjustment_amount="30.00")], [item])
    ledger.post(item, CHARGE, Decimal("10.00"))
    assert ledger.moved_sources() == (an_item("80.00", "60.00", taken="20.00"),)
    assert ledger.moved_invoices() == (an_invoice("100.00", "80.00", adjustment_amount="20.00"),)


@pytest.mark.parametrize("adjustment_type", [CREDIT, CHARGE])
@pytest.mark.parametrize("amount", ["80.00", "-80.00"])
def test_what_is_given_back_is_what_was_posted(adjustment_type: AdjustmentType, amount: str) -> None:
    item = an_item(amount, taken="40.00")
    invoice = an_invoice("100.00", "50.00")
    ledger = Ledger([invoice], [item])
    ledger.post(item, adjustment_type, Decimal("30.00"))
    ledger.give_back(ledger.sources[item.type, item.id], adjustment_type, Decimal("30.00"))
    assert ledger.moved_sources() == (item,)
    assert ledger.moved_invoices() == (invoice,)


def test_only_rows_that_moved_are_written_and_in_the_order_of_their_ids() -> None:
    items = [
        an_item(id="c", invoice_id=OTHER_INVOICE_ID),
        an_item(id="a", invoice_id=INVOICE_ID),
        an_item(id="b", invoice_id=INVOICE_ID),
        a_tax_item(id="0", invoice_id=INVOICE_ID),
    ]
    invoices = [an_invoice(id=OTHER_INVOICE_ID), an_invoice(id=INVOICE_ID), an_invoice(id="untouched")]
    ledger = Ledger(invoices, items)
    for item in (items[0], items[1], items[3]):
        ledger.post(item, CREDIT, Decimal("1.00"))
    assert [row.id for row in ledger.moved_sources()] == ["a", "c", "0"]
    assert [row.id for row in ledger.moved_invoices()] == [INVOICE_ID, OTHER_INVOICE_ID]


def test_nothing_has_moved_before_the_first_adjustment() -> None:
    ledger = Ledger([an_invoice()], [an_item()])
    assert (ledger.moved_invoices(), ledger.moved_sources()) == ((), ())


def test_an_item_and_a_tax_item_of_one_id_have_balances_of_their_own() -> None:
    item, tax = an_item("80.00", id="same"), a_tax_item("20.00", id="same")
    ledger = Ledger([an_invoice()], [item, tax])
    ledger.post(tax, CREDIT, Decimal("5.00"))
    assert ledger.sources[item.type, "same"] == item
    assert ledger.sources[tax.type, "same"].balance == Decimal("15.00")


# Checks 10 and 11: direction and range


@pytest.mark.parametrize(("original", "toward"), [("80.00", CREDIT), ("-80.00", CHARGE)])
@pytest.mark.parametrize("amount", ["0.01", "79.99", "80.00"])
def test_a_source_can_be_adjusted_toward_zero_down_to_zero(
    original: str, toward: AdjustmentType, amount: str
) -> None:
    assert refusal_of(an_item(original), toward, amount) is None


@pytest.mark.parametrize(("original", "toward"), [("80.00", CREDIT), ("-80.00", CHARGE)])
def test_a_source_cannot_be_adjusted_across_zero(original: str, toward: AdjustmentType) -> None:
    assert refusal_of(an_item(original), toward, "80.01") == AmountOutOfRange(Decimal("80.00"))


@pytest.mark.parametrize(
    ("original", "balance", "toward"), [("80.00", "30.00", CREDIT), ("-80.00", "-30.00", CHARGE)]
)
def test_the_running_balance_is_the_limit_not_the_original_amount(
    original: str, balance: str, toward: AdjustmentType
) -> None:
    item = an_item(original, balance, taken="50.00")
    assert refusal_of(item, toward, "30.00") is None
    assert refusal_of(item, toward, "30.01") == AmountOutOfRange(Decimal("30.00"))


@pytest.mark.parametrize(
    ("original", "balance", "toward"), [("80.00", "-5.00", CREDIT), ("-80.00", "5.00", CHARGE)]
)
def test_a_source_imported_beyond_zero_has_nothing_left_to_take(
    original: str, balance: str, toward: AdjustmentType
) -> None:
    assert refusal_of(an_item(original, balance), toward, "1.00") == AmountOutOfRange(Decimal(0))


@pytest.mark.parametrize("adjustment_type", [CREDIT, CHARGE])
def test_nothing_is_possible_on_a_source_of_zero(adjustment_type: AdjustmentType) -> None:
    assert refusal_of(an_item("0.00"), adjustment_type, "0.01") == AmountOutOfRange(Decimal(0))


@pytest.mark.parametrize(("original", "away"), [("80.00", CHARGE), ("-80.00", CREDIT)])
def test_an_untouched_source_can_only_be_adjusted_toward_zero(original: str, away: AdjustmentType) -> None:
    assert refusal_of(an_item(original), away, "0.01") == OnlyTowardZero()


@pytest.mark.parametrize(
    ("original", "balance", "away"), [("80.00", "50.00", CHARGE), ("-80.00", "-50.00", CREDIT)]
)
def test_a_counter_adjustment_gives_back_at_most_what_was_taken(
    original: str, balance: str, away: AdjustmentType
) -> None:
    item = an_item(original, balance, taken="30.00")
    assert refusal_of(item, away, "30.00") is None
    assert refusal_of(item, away, "30.01") == AmountOutOfRange(Decimal("30.00"))


def test_a_balance_imported_without_its_adjustments_gives_nothing_back() -> None:
    assert refusal_of(an_item("80.00", "50.00", taken="0"), CHARGE, "0.01") == OnlyTowardZero()


def test_of_a_balance_imported_low_only_what_was_taken_here_can_be_given_back() -> None:
    item = an_item("80.00", "40.00", taken="10.00")
    assert refusal_of(item, CHARGE, "10.00") is None
    assert refusal_of(item, CHARGE, "10.01") == AmountOutOfRange(Decimal("10.00"))


@pytest.mark.parametrize(
    ("original", "balance", "away"), [("80.00", "75.00", CHARGE), ("-80.00", "-75.00", CREDIT)]
)
def test_a_counter_adjustment_never_brings_a_source_beyond_its_original_amount(
    original: str, balance: str, away: AdjustmentType
) -> None:
    item = an_item(original, balance, taken="30.00")
    assert refusal_of(item, away, "5.00") is None
    assert refusal_of(item, away, "5.01") == AmountOutOfRange(Decimal("5.00"))


def test_a_source_imported_above_its_original_amount_has_no_room_to_give_back() -> None:
    item = an_item("80.00", "90.00", taken="30.00")
    assert refusal_of(item, CHARGE, "1.00") == AmountOutOfRange(Decimal(0))


def test_counter_adjustments_can_be_switched_off() -> None:
    item = an_item("80.00", "50.00", taken="30.00")
    assert refusal_of(item, CHARGE, "1.00", counter_adjustments=False) == OnlyTowardZero()


def test_without_counter_adjustments_a_source_is_still_adjusted_toward_zero() -> None:
    item = an_item("80.00", "50.00", taken="30.00")
    assert refusal_of(item, CREDIT, "50.00", counter_adjustments=False) is None


# Check 12: the invoice's window


@pytest.mark.parametrize(
    ("amount", "before", "after"),
    [
        ("100", "100", "0"),
        ("100", "0", "100"),
        ("100", "60", "60"),
        ("0", "0", "0"),
        ("-100", "-100", "0"),
        ("-100", "0", "-100"),
    ],
)
def test_an_invoices_balance_may_move_between_zero_and_its_amount(
    amount: str, before: str, after: str
) -> None:
    assert window(amount, before, after) is None


@pytest.mark.parametrize(("amount", "before"), [("100", "60"), ("100", "0"), ("100", "120"), ("0", "0")])
def test_a_positive_invoice_does_not_become_negative(amount: str, before: str) -> None:
    assert window(amount, before, "-0.01") == InvoiceCrossesZero(was_positive=True)


@pytest.mark.parametrize("before", ["-60", "0", "-120"])
def test_a_negative_invoice_does_not_become_positive(before: str) -> None:
    assert window("-100", before, "0.01") == InvoiceCrossesZero(was_positive=False)


@pytest.mark.parametrize(
    ("amount", "before", "after"),
    [("100", "60", "100.01"), ("-100", "-60", "-100.01"), ("0", "0", "0.01"), ("100", "-5", "100.01")],
)
def test_an_invoices_balance_does_not_move_beyond_its_amount(amount: str, before: str, after: str) -> None:
    assert window(amount, before, after) == InvoiceAwayFromZero()


@pytest.mark.parametrize(
    ("amount", "before", "after"),
    [
        ("100", "120", "110"),
        ("100", "120", "100"),
        ("100", "-20", "-10"),
        ("100", "-20", "0"),
        ("-100", "-120", "-110"),
        ("-100", "20", "10"),
    ],
)
def test_a_step_back_toward_the_window_is_always_allowed(amount: str, before: str, after: str) -> None:
    assert window(amount, before, after) is None


@pytest.mark.parametrize(
    ("amount", "before", "after", "refusal"),
    [
        ("100", "120", "121", InvoiceAwayFromZero()),
        ("100", "-20", "-21", InvoiceCrossesZero(was_positive=True)),
        ("-100", "-120", "-121", InvoiceAwayFromZero()),
        ("-100", "20", "21", InvoiceCrossesZero(was_positive=False)),
    ],
)
def test_an_invoice_outside_its_window_does_not_move_further_out(
    amount: str, before: str, after: str, refusal: object
) -> None:
    assert window(amount, before, after) == refusal


def test_as_little_as_was_taken_can_be_given_back() -> None:
    source = an_item("80.00", "79.50", taken="0.50")
    assert refuse_source(source, CHARGE, Decimal("0.50"), counter_adjustments=True) is None


def test_moves_since_a_mark_can_be_taken_back() -> None:
    ledger = Ledger([an_invoice()], [an_item(), a_tax_item()])
    ledger.post(an_item(), CREDIT, Decimal(1))
    after_one = dict(ledger.invoices), dict(ledger.sources)
    mark = ledger.mark()
    ledger.post(next(iter(ledger.sources.values())), CREDIT, Decimal(2))
    ledger.post(a_tax_item(), CREDIT, Decimal(3))
    ledger.return_to(mark)
    assert (ledger.invoices, ledger.sources) == after_one
    assert [source.id for source in ledger.moved_sources()] == [an_item().id]


def test_what_a_live_counter_adjustment_gave_back_names_what_is_left() -> None:
    countered = an_item("80.00", "50.00", taken="4.00")
    refusal = refuse_give_back(countered, CREDIT, Decimal("5.00"))
    assert refusal == SourceLeavesRange(Decimal("55.00"), Decimal("54.00"))
