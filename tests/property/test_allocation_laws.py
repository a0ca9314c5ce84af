"""The laws of allocation and of tax that follows its line, on amounts that nobody thought of."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.engine.adjustments import decide_creates, decide_together
from gateway.engine.allocation import Strategy, allocate, write_off
from gateway.engine.books import Books, Policy
from gateway.engine.invoices import Source
from gateway.engine.money import round_to_minor_unit
from gateway.engine.shares import share_out
from support.builders import (
    CHARGE,
    CREDIT,
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

CENTS = st.integers(0, 2000).map(lambda cents: Decimal(cents).scaleb(-2))


@st.composite
def sources(draw: st.DrawFn) -> list[Source]:
    """Draw items and taxes in any order, some with a negative amount."""
    made = []
    for number, balance in enumerate(draw(st.lists(CENTS, min_size=1, max_size=8))):
        sign = draw(st.sampled_from([1, 1, 1, -1]))
        make = draw(st.sampled_from([an_item, a_tax_item]))
        made.append(make(str(sign * 20), str(sign * balance), id=f"source{number}"))
    return draw(st.permutations(made))


def open_invoice(of: list[Source], paid: Decimal = Decimal(0)) -> Books:
    billed = sum((source.original for source in of), Decimal(0))
    left = sum((source.balance for source in of), Decimal(0)) - paid
    return books(an_invoice(str(billed), str(left)), *of)


@given(st.data(), st.lists(CENTS, min_size=1, max_size=9))
def test_shares_are_the_amount_and_each_is_within_a_cent_of_its_part(data, weights):
    whole = sum(weights, Decimal(0))
    amount = Decimal(data.draw(st.integers(0, int(whole * 100)))).scaleb(-2)
    shares = share_out(amount, weights, 2)
    assert sum(shares) == (amount if whole else 0)
    for share, weight in zip(shares, weights, strict=True):
        assert 0 <= share <= weight
        assert not whole or abs(share - amount * weight / whole) < Decimal("0.01")


@given(sources(), st.data(), st.sampled_from(Strategy))
def test_an_allocation_is_the_amount_and_all_of_it_is_accepted_as_a_set(of, data, strategy):
    on = open_invoice(of)
    (invoice,) = on.invoices
    type_ = CREDIT if invoice.balance >= 0 else CHARGE
    amount = Decimal(data.draw(st.integers(1, max(1, int(abs(invoice.balance) * 100))))).scaleb(-2)
    drafts = allocate(invoice, on.sources, amount, type_, strategy)
    if isinstance(drafts, tuple):
        assert amount > abs(invoice.balance)
        return
    assert sum(draft.amount for draft in drafts) == amount
    decision = decide_together(drafts, on, Policy(strict=True), STAMP, fresh_ids())
    assert len(decision.accepted) == len(drafts)
    assert abs(decision.invoices[0].balance) == abs(invoice.balance) - amount


@given(sources())
def test_a_write_off_leaves_the_invoice_and_all_its_sources_at_zero(of):
    on = open_invoice(of)
    drafts = write_off(on.invoices[0], on.sources)
    if on.invoices[0].balance == 0:
        assert isinstance(drafts, tuple)
        return
    on = carried_forward(on, decide_together(drafts, on, Policy(strict=True), STAMP, fresh_ids()))
    assert {row.balance for row in (*on.invoices, *on.sources)} == {Decimal(0)}


@given(st.lists(CENTS, min_size=1, max_size=8), CENTS, st.data())
def test_whatever_the_series_of_credits_the_tax_gone_is_the_rounded_share_of_the_line(parts, tax, data):
    line = sum(parts, Decimal(0)) + Decimal("0.01")
    on = books(an_invoice(str(line + tax)), an_item(str(line)), a_tax_item(str(tax)))
    gone = Decimal(0)
    for part in (*data.draw(st.permutations(parts)), Decimal("0.01")):
        decision = decide_creates([a_draft(str(part))], on, Policy(tax_follows_line=True), STAMP, fresh_ids())
        on = carried_forward(on, decision)
        gone += part if decision.accepted else 0
        left = {source.type: source.balance for source in on.sources}
        assert tax - left["Tax"] == round_to_minor_unit(tax * gone / line, 2)
    assert set(left.values()) == {Decimal(0)}
