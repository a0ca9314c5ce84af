"""Accounting periods: which day may be booked, and how the books are closed."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.engine.adjustments import decide_creates
from gateway.engine.books import Adjustment, AdjustmentStatus, MasterData, Policy
from gateway.engine.changes import Change, decide_updates
from gateway.engine.periods import (
    AccountingPeriod,
    EarlierPeriodOpen,
    LaterPeriodClosed,
    PeriodGap,
    PeriodNameInUse,
    Periods,
    PeriodStatus,
    PeriodStatusAlready,
    UnknownPeriod,
    accounting_date,
    add_period,
    change_period,
    period_of,
)
from gateway.engine.refusals import PeriodClosed
from support.builders import (
    ADJUSTMENT_ID,
    CHARGE,
    STAMP,
    a_draft,
    an_adjustment,
    an_invoice,
    an_item,
    books,
    fresh_ids,
)

OPEN, PENDING, CLOSED = PeriodStatus.OPEN, PeriodStatus.PENDING_CLOSE, PeriodStatus.CLOSED
JANUARY = AccountingPeriod("Jan '24", date(2024, 1, 1), date(2024, 1, 31))
FEBRUARY = AccountingPeriod("Feb '24", date(2024, 2, 1), date(2024, 2, 29))
MARCH = AccountingPeriod("Mar '24", date(2024, 3, 1), date(2024, 3, 31))
APRIL = AccountingPeriod("Apr '24", date(2024, 4, 1), date(2024, 4, 30))


def the_year(*statuses: PeriodStatus) -> Periods:
    """Return the four periods with these statuses; the others are open."""
    four = (JANUARY, FEBRUARY, MARCH, APRIL)
    given_ = (*statuses, *[OPEN] * (4 - len(statuses)))
    return tuple(
        AccountingPeriod(p.name, p.start_date, p.end_date, status)
        for p, status in zip(four, given_, strict=True)
    )


# Which period holds a day


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2023, 12, 31), None),
        (date(2024, 1, 1), "Jan '24"),
        (date(2024, 1, 31), "Jan '24"),
        (date(2024, 2, 1), "Feb '24"),
        (date(2024, 4, 30), "Apr '24"),
        (date(2024, 5, 1), None),
    ],
)
def test_a_period_holds_both_its_ends(day: date, name: str | None) -> None:
    found = period_of(the_year(), day)
    assert (found.name if found else None) == name


def test_without_periods_no_day_is_held() -> None:
    assert period_of((), date(2024, 1, 1)) is None


# Check 7


def booked(periods: Periods, day: date, *, manages: bool = False, gives_back: bool = False) -> Any:
    return accounting_date(periods, day, may_manage_close=manages, gives_back=gives_back)


def test_an_adjustment_counts_on_its_day_where_that_is_open_or_in_no_period() -> None:
    for day in (date(2023, 6, 1), date(2024, 2, 1), date(2025, 1, 1)):
        assert booked(the_year(CLOSED), day) == day
        assert booked((), day) == day


def test_a_closed_period_takes_no_adjustment() -> None:
    assert booked(the_year(CLOSED), date(2024, 1, 31)) == PeriodClosed(date(2024, 1, 31), "Jan '24")
    assert booked(the_year(CLOSED), date(2024, 1, 31), manages=True) == PeriodClosed(
        date(2024, 1, 31), "Jan '24"
    )


def test_a_period_that_is_pending_close_is_open_to_whoever_manages_the_close() -> None:
    day = date(2024, 1, 15)
    assert booked(the_year(PENDING), day) == PeriodClosed(day, "Jan '24")
    assert booked(the_year(PENDING), day, manages=True) == day


def test_a_counter_adjustment_counts_in_the_earliest_open_period_after_a_closed_one() -> None:
    day = date(2024, 1, 15)
    assert booked(the_year(CLOSED), day, gives_back=True) == date(2024, 2, 1)
    assert booked(the_year(CLOSED, CLOSED, PENDING), day, gives_back=True) == date(2024, 4, 1)
    assert booked(the_year(CLOSED), date(2024, 2, 9), gives_back=True) == date(2024, 2, 9)


def test_without_an_open_period_after_it_a_counter_adjustment_is_refused_too() -> None:
    day = date(2024, 4, 1)
    assert booked(the_year(*[CLOSED] * 4), day, gives_back=True) == PeriodClosed(day, "Apr '24")


# In the checks of an adjustment


def master(*statuses: PeriodStatus) -> MasterData:
    return MasterData(periods=the_year(*statuses))


def test_a_draft_in_a_closed_period_is_refused_and_a_counter_adjustment_is_not() -> None:
    on = replace(
        books(
            an_invoice("100.00", "90.00", adjustment_amount="10.00"),
            an_item("80.00", "70.00", taken="10.00"),
        ),
        master=master(CLOSED, CLOSED, CLOSED),
    )
    drafts = [a_draft("1.00"), a_draft("1.00", type=CHARGE)]
    refused, given_back = decide_creates(drafts, on, Policy(), STAMP, fresh_ids()).outcomes
    assert refused == (PeriodClosed(date(2024, 3, 15), "Mar '24"),)
    assert isinstance(given_back, Adjustment)
    assert given_back.adjustment_date == date(2024, 3, 15)
    assert given_back.accounting_date == date(2024, 4, 1)


@pytest.mark.parametrize("booked_on", [date(2024, 2, 10), date(2024, 3, 31)])
def test_what_counts_in_a_closed_period_cannot_be_canceled(booked_on: date) -> None:
    on = books(
        an_invoice("100.00", "90.00", adjustment_amount="10.00"),
        an_item("80.00", "70.00", taken="10.00"),
        an_adjustment(adjustment_date=date(2024, 2, 10), accounting_date=booked_on),
    )
    cancel = Change(ADJUSTMENT_ID, status=AdjustmentStatus.CANCELED)
    closed = replace(on, master=master(CLOSED, CLOSED))
    (outcome,) = decide_updates([cancel], closed, Policy(), STAMP).outcomes
    if booked_on == date(2024, 2, 10):
        assert outcome == (PeriodClosed(booked_on, "Feb '24"),)
    else:
        assert isinstance(outcome, Adjustment)


# Adding periods


def test_a_period_follows_or_precedes_the_others() -> None:
    assert add_period((), JANUARY) == (JANUARY,)
    assert add_period((JANUARY,), FEBRUARY) == (JANUARY, FEBRUARY)
    assert add_period((FEBRUARY,), JANUARY) == (JANUARY, FEBRUARY)


@pytest.mark.parametrize(
    "period",
    [
        MARCH,
        AccountingPeriod("x", date(2024, 1, 31), date(2024, 2, 29)),
        AccountingPeriod("x", date(2024, 2, 2), date(2024, 2, 29)),
        AccountingPeriod("x", date(2023, 12, 1), date(2024, 1, 1)),
        AccountingPeriod("x", date(2023, 12, 1), date(2023, 12, 30)),
    ],
)
def test_a_gap_or_an_overlap_is_refused(period: AccountingPeriod) -> None:
    assert add_period((JANUARY,), period) == PeriodGap(JANUARY.start_date, JANUARY.end_date)


def test_a_period_ends_on_or_after_its_first_day() -> None:
    backward = AccountingPeriod("x", date(2024, 2, 2), date(2024, 2, 1))
    assert add_period((), backward) == PeriodGap(date(2024, 2, 2), date(2024, 2, 1))
    one_day = AccountingPeriod("x", date(2024, 2, 1), date(2024, 2, 1))
    assert add_period((JANUARY,), one_day) == (JANUARY, one_day)


def test_a_name_is_given_once() -> None:
    again = AccountingPeriod("Jan '24", date(2024, 2, 1), date(2024, 2, 29))
    assert add_period((JANUARY,), again) == PeriodNameInUse("Jan '24")


# Closing and reopening


def test_periods_close_in_order() -> None:
    assert change_period(the_year(), "Jan '24", CLOSED) == the_year(CLOSED)
    assert change_period(the_year(CLOSED), "Feb '24", CLOSED) == the_year(CLOSED, CLOSED)
    assert change_period(the_year(), "Feb '24", CLOSED) == EarlierPeriodOpen("Feb '24", "Jan '24")
    assert change_period(the_year(PENDING), "Feb '24", CLOSED) == EarlierPeriodOpen("Feb '24", "Jan '24")


def test_only_the_last_closed_period_reopens() -> None:
    two = the_year(CLOSED, CLOSED)
    assert change_period(two, "Feb '24", OPEN) == the_year(CLOSED)
    assert change_period(two, "Jan '24", OPEN) == LaterPeriodClosed("Jan '24", "Feb '24")
    assert change_period(two, "Jan '24", PENDING) == LaterPeriodClosed("Jan '24", "Feb '24")


def test_pending_close_comes_and_goes_and_closes() -> None:
    assert change_period(the_year(), "Mar '24", PENDING) == the_year(OPEN, OPEN, PENDING)
    assert change_period(the_year(OPEN, OPEN, PENDING), "Mar '24", OPEN) == the_year()
    assert change_period(the_year(PENDING), "Jan '24", CLOSED) == the_year(CLOSED)


def test_a_status_that_is_there_and_a_name_that_is_not_are_told() -> None:
    assert change_period(the_year(CLOSED), "Jan '24", CLOSED) == PeriodStatusAlready("Jan '24", "Closed")
    assert change_period(the_year(), "May '24", CLOSED) == UnknownPeriod("May '24")


NAMES = st.sampled_from([period.name for period in the_year()])
STEPS = st.lists(st.tuples(NAMES, st.sampled_from(PeriodStatus)))


@settings(derandomize=True, deadline=None, database=None)
@given(STEPS)
def test_the_closed_periods_are_always_the_first_ones(steps: list[tuple[str, PeriodStatus]]) -> None:
    periods = the_year()
    for name, status in steps:
        changed = change_period(periods, name, status)
        periods = changed if isinstance(changed, tuple) else periods
        closed = [period.status is CLOSED for period in periods]
        assert closed == sorted(closed, reverse=True)
