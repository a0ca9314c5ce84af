"""How the amounts of imported adjustments fit their sources, whatever the order of their rows."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.engine import AdjustmentStatus, Source, SourceType
from gateway.service.import_ports import Unstated
from gateway.service.imports.history_rules import Balances, Brought
from gateway.service.imports.postponed import Postponed
from gateway.service.imports.rows import Row
from support.builders import CHARGE, CREDIT, INVOICE_ID, ITEM_ID, an_adjustment, an_invoice, an_item, books

KEY = (SourceType.INVOICE_DETAIL, ITEM_ID)
NO_FILE_GAVE_ANY = Unstated(frozenset({INVOICE_ID}), frozenset({INVOICE_ID}), frozenset({KEY}))
ALL_GIVEN = Unstated()

amounts = st.sampled_from(["0.01", "1", "10", "30", "80", "80.01"])
row_lists = st.lists(
    st.tuples(amounts, st.sampled_from([CREDIT, CHARGE]), st.sampled_from(AdjustmentStatus)), max_size=12
)


def brought(line: int, amount: str, type_=CREDIT, status=AdjustmentStatus.PROCESSED, held="0") -> Brought:
    adjustment = an_adjustment(amount, id=str(line), type=type_, status=status)
    return Brought(Row(line, {}), adjustment, held=Decimal(held))


def balances_of(item: Source, unstated: Unstated) -> Balances:
    return Balances(books(an_invoice(), item), unstated, {})


def imported_sum(rows: Sequence[Brought]) -> Decimal:
    return sum((row.impact for row in rows), Decimal(0))


@given(
    rows=row_lists,
    order=st.randoms(use_true_random=False),
    original=st.sampled_from(["80.00", "-80.00", "0"]),
    is_given=st.booleans(),
)
def test_no_source_leaves_its_range_and_nothing_is_given_back_that_was_not_taken(
    rows, order, original, is_given
) -> None:
    numbered = [brought(line, *row) for line, row in enumerate(rows, 1)]
    order.shuffle(numbered)
    item = an_item(original, str(Decimal(original) / 2) if is_given else None)
    balances = balances_of(item, ALL_GIVEN if is_given else NO_FILE_GAVE_ANY)
    fitting, problems = balances.settle(numbered)
    assert sorted([*(row.row.line for row in fitting), *problems]) == sorted(row.row.line for row in numbered)
    after, invoice = balances.sources[KEY], balances.invoices[INVOICE_ID]
    impact = imported_sum(fitting)
    assert after.taken == (-impact if Decimal(original) > 0 else impact)
    assert after.taken >= 0
    assert after.balance == item.balance + (0 if is_given else impact)
    assert 0 <= abs(after.balance) <= abs(after.original)
    assert after.balance * after.original >= 0
    assert abs(after.balance) + after.taken <= abs(after.original)
    assert invoice.balance == 100 + (0 if is_given else impact)
    assert invoice.adjustment_amount == (0 if is_given else -impact)
    assert after.adjusted == invoice.adjusted == 0


@given(rows=row_lists, order=st.randoms(use_true_random=False))
def test_rows_that_fit_together_are_all_loaded_in_any_order(rows, order) -> None:
    numbered = [brought(line, *row) for line, row in enumerate(rows, 1)]
    total = imported_sum(numbered)
    if not -80 <= total <= 0:
        numbered.append(brought(99, str(abs(total)), CREDIT if total > 0 else CHARGE))
    order.shuffle(numbered)
    fitting, problems = balances_of(an_item(), NO_FILE_GAVE_ANY).settle(numbered)
    assert not problems
    assert [row.row.line for row in fitting] == sorted(row.row.line for row in numbered)


def test_a_row_that_was_imported_before_counts_with_what_it_changes() -> None:
    item = replace(an_item(balance="50", taken="30"), adjusted=Decimal(0))
    balances = Balances(books(an_invoice(), item), ALL_GIVEN, {KEY: Decimal(-30)})
    fitting, _ = balances.settle([brought(1, "20", held="-30")])
    assert len(fitting) == 1
    assert (balances.sources[KEY].taken, balances.sources[KEY].balance) == (20, 50)
    fitting, problems = balances.settle([brought(2, "31", held="-20")])
    assert not fitting
    assert problems[2].reason == "its source has 50 left of 80, which does not fit"


def test_an_invoice_cannot_grow_beyond_what_a_balance_holds() -> None:
    balances = balances_of(an_item(), NO_FILE_GAVE_ANY)
    header = replace(
        brought(1, "9" * 16, CHARGE),
        adjustment=an_adjustment("9" * 16, source_type=None, source_id=None, type=CHARGE),
    )
    fitting, problems = balances.settle([header])
    assert not fitting
    assert problems[1].reason == "the invoice's balance would have more than 16 digits"


@pytest.mark.parametrize(
    ("size", "chunks"),
    [(1, [[1], [4], [2], [3]]), (2, [[1, 4], [2, 3]]), (3, [[1, 4], [2, 3]]), (4, [[1, 4, 2, 3]])],
)
def test_rows_that_wait_come_back_source_by_source(size: int, chunks: list[list[int]]) -> None:
    waiting = Postponed()
    rows = {line: Row(line, {"invoice_id": "1", "source_id": "ba"[line in (1, 4)]}) for line in range(1, 5)}
    waiting.put([rows[2], rows[1]])
    waiting.put([rows[4], rows[3]])
    found = list(waiting.chunks(size))
    waiting.close()
    assert [[row.line for row in chunk] for chunk in found] == chunks
    assert found[0][0] == rows[1]
