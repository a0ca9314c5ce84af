"""Accounting periods: which day may still be booked, and closing the books month by month.

No periods, or a day that none holds, is open. A period that is pending close is open to whoever manages the
close process. Sources: the product's pages on accounting periods (read 2025-12-24) for the three statuses;
that periods are contiguous, closed in order and reopened from the last is our reading of them.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from gateway.engine.refusals import PeriodClosed


class PeriodStatus(StrEnum):
    """Whether a period still takes adjustments."""

    OPEN = "Open"
    PENDING_CLOSE = "PendingClose"
    CLOSED = "Closed"


@dataclass(frozen=True, slots=True)
class AccountingPeriod:
    """A span of days, both ends included."""

    name: str
    start_date: date
    end_date: date
    status: PeriodStatus = PeriodStatus.OPEN

    def takes(self, *, may_manage_close: bool) -> bool:
        """Whether it takes adjustments of a user."""
        if self.status is PeriodStatus.PENDING_CLOSE:
            return may_manage_close
        return self.status is PeriodStatus.OPEN


Periods = tuple[AccountingPeriod, ...]
"""Contiguous, in the order of their days."""


def period_of(periods: Periods, day: date) -> AccountingPeriod | None:
    """Return the period that holds a day."""
    position = bisect_right(periods, day, key=lambda period: period.start_date) - 1
    if position < 0 or periods[position].end_date < day:
        return None
    return periods[position]


def accounting_date(
    periods: Periods, day: date, *, may_manage_close: bool, gives_back: bool
) -> date | PeriodClosed:
    """Check 7: the day on which an adjustment dated ``day`` counts in the books.

    Args:
        periods: The tenant's.
        day: The adjustment's own date.
        may_manage_close: Whether the user may book into a period that is pending close.
        gives_back: The adjustment is a counter-adjustment: it passes whatever its date, but counts on the
            first day of the earliest open period after a closed one. A closed period never changes.
    """
    period = period_of(periods, day)
    if period is None or period.takes(may_manage_close=may_manage_close):
        return day
    if gives_back:
        for later in periods:
            if later.start_date > day and later.status is PeriodStatus.OPEN:
                return later.start_date
    return PeriodClosed(day, period.name)


# Changing periods


@dataclass(frozen=True, slots=True)
class UnknownPeriod:
    """No period has this name."""

    name: str


@dataclass(frozen=True, slots=True)
class PeriodNameInUse:
    """A period has this name."""

    name: str


@dataclass(frozen=True, slots=True)
class PeriodGap:
    """A period does not follow or precede the others without a gap; ``first`` and ``last`` are their ends."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class PeriodStatusAlready:
    """The period has this status."""

    name: str
    status: str


@dataclass(frozen=True, slots=True)
class EarlierPeriodOpen:
    """A period closes behind closed ones alone."""

    name: str
    earlier: str


@dataclass(frozen=True, slots=True)
class LaterPeriodClosed:
    """Only the last closed period reopens."""

    name: str
    later: str


PeriodRefusal = (
    UnknownPeriod | PeriodNameInUse | PeriodGap | PeriodStatusAlready | EarlierPeriodOpen | LaterPeriodClosed
)
"""Why a change of the accounting periods is refused."""


def add_period(periods: Periods, period: AccountingPeriod) -> Periods | PeriodNameInUse | PeriodGap:
    """Add a period before the first or behind the last, without a gap or an overlap."""
    if any(other.name == period.name for other in periods):
        return PeriodNameInUse(period.name)
    if period.end_date < period.start_date:
        return PeriodGap(period.start_date, period.end_date)
    if not periods or period.start_date == periods[-1].end_date + timedelta(days=1):
        return (*periods, period)
    if period.end_date == periods[0].start_date - timedelta(days=1):
        return (period, *periods)
    return PeriodGap(periods[0].start_date, periods[-1].end_date)


def change_period(
    periods: Periods, name: str, status: PeriodStatus
) -> Periods | UnknownPeriod | PeriodStatusAlready | EarlierPeriodOpen | LaterPeriodClosed:
    """Move a period to another status.

    A period closes only behind closed ones, and only the last closed one reopens, so that the closed periods
    are always the first ones. Pending close may be set and taken back at any open period.
    """
    position = next((i for i, period in enumerate(periods) if period.name == name), None)
    if position is None:
        return UnknownPeriod(name)
    period = periods[position]
    if period.status is status:
        return PeriodStatusAlready(name, status)
    if status is PeriodStatus.CLOSED:
        earlier = _first(periods[:position], closed=False)
        if earlier is not None:
            return EarlierPeriodOpen(name, earlier.name)
    if period.status is PeriodStatus.CLOSED:
        later = _first(periods[position + 1 :], closed=True)
        if later is not None:
            return LaterPeriodClosed(name, later.name)
    return (*periods[:position], replace(period, status=status), *periods[position + 1 :])


def _first(periods: Sequence[AccountingPeriod], *, closed: bool) -> AccountingPeriod | None:
    return next((p for p in periods if (p.status is PeriodStatus.CLOSED) is closed), None)
