"""Importing what accountants keep: periods, the chart of accounts, reason codes.

Each row goes through the functions that the commands go through (``gateway.service.masterdata``), and what
changes is written down as theirs is: one entry for a chunk, with all that changed as it was and as it is.
"""

import json
from collections import ChainMap
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from gateway.engine.periods import AccountingPeriod, Periods, PeriodStatus
from gateway.service.failures import InvalidArgument
from gateway.service.imports.kinds import ACCOUNTING_CODES, ACTIVE, INACTIVE, PERIODS, REASON_CODES, FileKind
from gateway.service.imports.results import ChunkOutcome
from gateway.service.imports.rows import Problem, Row
from gateway.service.masterdata import (
    add_accounting_code,
    add_period,
    add_reason_code,
    change_period,
    checked_name,
    choose_default_reason_code,
    close_accounting_code,
    retire_reason_code,
)
from gateway.service.ports import Transaction
from gateway.service.tenant import AccountingCode, Configuration, ReasonCode

_WHO = "import"
_Kept = AccountingPeriod | AccountingCode | ReasonCode


@dataclass(slots=True)
class _Decided:
    """What a chunk's rows come to: what is kept, by name, before and as it becomes."""

    before: dict[str, Any]
    after: dict[str, Any] = field(default_factory=dict)
    problems: dict[int, tuple[Problem, ...]] = field(default_factory=dict)

    def changed(self) -> dict[str, Any]:
        """What was added or changed, by name."""
        return {name: kept for name, kept in self.after.items() if self.before.get(name) != kept}

    def refuse(self, row: Row, error: InvalidArgument) -> None:
        """Refuse a row in the words that a command would have."""
        self.problems[row.line] = (Problem("", error.message.rstrip(".")),)


def load_kept(tx: Transaction, kind: FileKind, rows: Sequence[Row], now: datetime) -> ChunkOutcome:
    """Load a chunk; of periods all rows or none.

    Calls that adjust wait from here to the end of the transaction, unless nothing changes.
    """
    decide = _DECIDE[kind.name]
    decided = decide(tx.configuration(), rows)
    if not (kind.all_or_nothing and decided.problems) and decided.changed():
        tx.count_revision()
        # Read again behind the lock: a command may have changed it meanwhile.
        decided = decide(tx.configuration(), rows)
    outcome = ChunkOutcome(problems=decided.problems)
    if kind.all_or_nothing and decided.problems:
        return outcome
    if changed := decided.changed():
        _save(tx, kind, list(changed.values()))
        detail = [
            {"before": _told(decided.before.get(name)), "after": _told(changed[name])} for name in changed
        ]
        text = json.dumps(detail, ensure_ascii=False, default=str)
        tx.add_configuration_entry(now, _WHO, f"{kind.name} import", text)
    loaded = [_name(row) for row in rows if row.line not in decided.problems]
    outcome.updated = sum(name in decided.before for name in loaded)
    outcome.added = len(loaded) - outcome.updated
    return outcome


def _save(tx: Transaction, kind: FileKind, changed: list[Any]) -> None:
    if kind == PERIODS:
        tx.save_periods(changed)
    elif kind == ACCOUNTING_CODES:
        tx.save_accounting_codes(changed)
    else:
        tx.save_reason_codes(changed)


def _told(kept: _Kept | None) -> dict[str, Any] | None:
    return None if kept is None else asdict(kept)


def _name(row: Row) -> str:
    name: str = row.values["name"].strip()
    return name


# Accounting periods


def _decide_periods(configuration: Configuration, rows: Sequence[Row]) -> _Decided:
    """Add and move periods in an order that the rules allow, if there is one; stop at what they forbid."""
    periods = configuration.periods
    decided = _Decided({period.name: period for period in periods})
    for row, step in _steps(periods, rows):
        try:
            periods = step(periods, row)
        except InvalidArgument as error:
            # What is wrong with later ones may be only a consequence.
            decided.refuse(row, error)
            return decided
    decided.after = {period.name: period for period in periods}
    return decided


_Step = Callable[[Periods, Row], Periods]


def _steps(periods: Periods, rows: Sequence[Row]) -> Iterator[tuple[Row, _Step]]:
    by_day = sorted(rows, key=lambda row: row.values["start_date"])
    first = periods[0].start_date if periods else None
    earlier = [row for row in by_day if first is not None and row.values["start_date"] < first]
    for row in (*reversed(earlier), *by_day[len(earlier) :]):
        yield row, _added
    for row in reversed(by_day):
        yield row, _reopened
    for row in by_day:
        yield row, _moved


def _added(periods: Periods, row: Row) -> Periods:
    name, start, end = (
        checked_name("period", row.values["name"]),
        row.values["start_date"],
        row.values["end_date"],
    )
    known = _period(periods, name)
    if known is None:
        return add_period(periods, AccountingPeriod(name, start, end))
    if (known.start_date, known.end_date) != (start, end):
        raise InvalidArgument(
            f"{name!r} runs from {known.start_date} to {known.end_date}: the days of a period stay"
        )
    return periods


def _reopened(periods: Periods, row: Row) -> Periods:
    """Move a closed period, the last one first, as reopening asks for."""
    known = _period(periods, _name(row))
    return _moved(periods, row) if known and known.status is PeriodStatus.CLOSED else periods


def _moved(periods: Periods, row: Row) -> Periods:
    known = _period(periods, _name(row))
    text = row.values.get("status")
    status = PeriodStatus(text.replace(" ", "")) if text else None
    if known is None or status is None or known.status is status:
        return periods
    return change_period(periods, known.name, status)


def _period(periods: Periods, name: str) -> AccountingPeriod | None:
    return next((period for period in periods if period.name == name), None)


# The chart of accounts


def _decide_accounting_codes(configuration: Configuration, rows: Sequence[Row]) -> _Decided:
    decided = _Decided(configuration.accounting_codes_by_name)
    known = decided.after = dict(decided.before)
    for row in rows:
        name, status = _name(row), row.values.get("status")
        becomes = ChainMap[str, AccountingCode]({}, known)
        try:
            if name not in known or (status == ACTIVE and not known[name].active):
                added = add_accounting_code(becomes, name, known[name].type if name in known else None)
                becomes[added.code] = added
            if "type" in row.values:
                becomes[name] = replace(becomes[name], type=row.values["type"])
            if status == INACTIVE and becomes[name].active:
                becomes[name] = close_accounting_code(becomes, name)
        except InvalidArgument as error:
            decided.refuse(row, error)
        else:
            known |= becomes.maps[0]
    return decided


# Reason codes


def _decide_reason_codes(configuration: Configuration, rows: Sequence[Row]) -> _Decided:
    """Retire codes behind all others: the default one can go once there is another."""
    decided = _Decided(configuration.reason_codes_by_name)
    known = decided.after = dict(decided.before)
    default_line = 0
    for row in sorted(rows, key=lambda row: row.values.get("status") == INACTIVE):
        if row.values.get("is_default"):
            if default_line:
                decided.problems[row.line] = (Problem("is_default", f"line {default_line} is it already"),)
                continue
            default_line = row.line
        becomes = ChainMap[str, ReasonCode]({}, known)
        try:
            _apply_reason(becomes, row)
        except InvalidArgument as error:
            decided.refuse(row, error)
        else:
            known |= becomes.maps[0]
    return decided


def _apply_reason(known: MutableMapping[str, ReasonCode], row: Row) -> None:
    name, status, is_default = _name(row), row.values.get("status"), bool(row.values.get("is_default"))
    if name not in known or (status == ACTIVE and not known[name].active):
        _put(known, add_reason_code(known, name, is_default=is_default))
    elif is_default and not known[name].is_default:
        _put(known, choose_default_reason_code(known, name))
    if status == INACTIVE and known[name].active:
        _put(known, retire_reason_code(known, name))


def _put(known: MutableMapping[str, ReasonCode], codes: Sequence[ReasonCode]) -> None:
    known.update((code.code, code) for code in codes)


_DECIDE: dict[str, Callable[[Configuration, Sequence[Row]], _Decided]] = {
    PERIODS.name: _decide_periods,
    ACCOUNTING_CODES.name: _decide_accounting_codes,
    REASON_CODES.name: _decide_reason_codes,
}
