"""What accountants keep: which change of periods, reason codes and the chart of accounts is allowed.

Plain functions from what is kept to what changes, for the commands and for the import alike. Each raises
InvalidArgument, in words for whoever asked, when a change is not allowed.
"""

from collections.abc import Mapping
from dataclasses import replace

from gateway.contract.lexical import clean_text
from gateway.contract.objects import INVOICE_ITEM_ADJUSTMENT
from gateway.engine import periods as engine
from gateway.engine.periods import AccountingPeriod, PeriodRefusal, Periods, PeriodStatus
from gateway.service.errors import to_period_words
from gateway.service.failures import InvalidArgument
from gateway.service.tenant import AccountingCode, ReasonCode

MAX_CODE_CHARACTERS = 100
"""Of an accounting code, and of a period's name."""

MAX_REASON_CHARACTERS = INVOICE_ITEM_ADJUSTMENT.by_name["ReasonCode"].length or 0
"""Of a reason code: the contract's field."""


def checked_name(what: str, text: str, longest: int = MAX_CODE_CHARACTERS) -> str:
    """Return a name without the blanks around it, or refuse it."""
    text = text.strip()
    if not 1 <= len(text) <= longest or clean_text(text) != text:
        raise InvalidArgument(f"A {what} has 1 to {longest} characters.")
    return text


# Accounting periods


def add_period(periods: Periods, period: AccountingPeriod) -> Periods:
    """Return the periods with one more, before the first or behind the last."""
    return _allowed(engine.add_period(periods, period))


def change_period(periods: Periods, name: str, status: PeriodStatus) -> Periods:
    """Return the periods with one in another status."""
    return _allowed(engine.change_period(periods, name, status))


def _allowed(periods: Periods | PeriodRefusal) -> Periods:
    if isinstance(periods, PeriodRefusal):
        raise InvalidArgument(to_period_words(periods))
    return periods


# Reason codes: each function returns the codes that change, given all of them by name.


def add_reason_code(
    known: Mapping[str, ReasonCode], code: str, *, is_default: bool = False
) -> list[ReasonCode]:
    """Add a reason code, or take a retired one back into use."""
    code = checked_name("reason code", code, MAX_REASON_CHARACTERS)
    if code in known and known[code].active:
        raise InvalidArgument(f"There is a reason code {code!r} already.")
    return [ReasonCode(code, is_default=is_default), *(_others_default(known, code) if is_default else ())]


def retire_reason_code(known: Mapping[str, ReasonCode], code: str) -> list[ReasonCode]:
    """Let no new adjustment have a reason code; the default one stays."""
    reason = _reason_code(known, code)
    if reason.is_default:
        raise InvalidArgument(f"{code!r} is the default; choose another default first.")
    return [replace(reason, active=False)]


def choose_default_reason_code(known: Mapping[str, ReasonCode], code: str) -> list[ReasonCode]:
    """Make an active reason code the default, and the only one."""
    if not _reason_code(known, code).active:
        raise InvalidArgument(f"The reason code {code!r} is retired.")
    return [ReasonCode(code, is_default=True), *_others_default(known, code)]


def _reason_code(known: Mapping[str, ReasonCode], code: str) -> ReasonCode:
    if code not in known:
        raise InvalidArgument(f"There is no reason code {code[:80]!r}.")
    return known[code]


def _others_default(known: Mapping[str, ReasonCode], code: str) -> list[ReasonCode]:
    """Return the default codes beside this one, as they become."""
    return [replace(r, is_default=False) for r in known.values() if r.is_default and r.code != code]


# The chart of accounts


def add_accounting_code(
    known: Mapping[str, AccountingCode], code: str, type_: str | None = None
) -> AccountingCode:
    """Add an account to the chart, or take an inactive one back into use."""
    code = checked_name("accounting code", code)
    if code in known and known[code].active:
        raise InvalidArgument(f"There is an accounting code {code!r} already.")
    return AccountingCode(code, type_)


def close_accounting_code(known: Mapping[str, AccountingCode], code: str) -> AccountingCode:
    """Let no new adjustment name an account."""
    if code not in known or not known[code].active:
        raise InvalidArgument(f"There is no active accounting code {code[:80]!r}.")
    return replace(known[code], active=False)
