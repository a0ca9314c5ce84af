"""What an import may do to an invoice or a source: values in, values or problems out.

The rules are the rule book's *Import beside live adjustments*: the file has the imported part of a balance,
adjustments made here have the other (``adjusted``), and what they were decided on must not change. A file
that has no column for a balance says nothing of it: what was imported before is kept. A balance that no file
ever gave (``balance_stated``) is the amount less the imported live adjustments.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from decimal import Decimal
from typing import Any

from gateway.contract.lexical import write_decimal
from gateway.engine import Invoice, Source
from gateway.engine.invoices import InvoiceStatus
from gateway.engine.money import MAX_DIGITS, count_digits, is_at_minor_unit, minor_unit_digits
from gateway.service.import_ports import Unstated
from gateway.service.imports.rows import Problem, shown

ZERO = Decimal(0)
NOTHING_UNSTATED = Unstated()

Decided = dict[str, Any] | tuple[Problem, ...]
"""The row to store, or why it is refused: at least one problem."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for a whole import.

    Attributes:
        includes_ours: The file's balances already hold the adjustments made here.
        currencies: The tenant's own currencies with their decimals.
        zone: The tenant's.
        request_id: What the audit entries of this import have in common.
    """

    includes_ours: bool
    currencies: Mapping[str, int]
    zone: tzinfo = UTC
    request_id: str = ""


_ACCOUNT_BALANCES = ("balance", "total_invoice_balance")


def decide_account(values: Mapping[str, Any], ours: Decimal) -> Decided:
    """Decide on one account of a file; ``ours`` is what its balance holds of adjustments made here."""
    balances = {name: values[name] for name in _ACCOUNT_BALANCES if values.get(name) is not None}
    problems = [_too_long(name, held) for name, held in balances.items() if count_digits(held) > MAX_DIGITS]
    if problems:
        return tuple(problems)
    return {**values, **{name: held - ours for name, held in balances.items()}}


def decide_invoice(
    values: Mapping[str, Any],
    before: Invoice | None,
    *,
    accounts: Mapping[str, str | None],
    is_live: bool,
    number_taken_by: str | None,
    terms: Terms,
    unstated: Unstated = NOTHING_UNSTATED,
    impact: Decimal = ZERO,
) -> Decided:
    """Decide on one invoice of a file.

    Args:
        values: Its row, read.
        before: The invoice as stored, if it is.
        accounts: The currency of each account that exists, by Id.
        is_live: It has live adjustments.
        number_taken_by: The Id of another invoice that has its number.
        terms: What holds for the import.
        unstated: Whose balances no file has given.
        impact: What its balance holds of adjustments that were imported, if no file gave it.
    """
    if values["account_id"] not in accounts:
        return (Problem("account_id", f"there is no account {values['account_id']}"),)
    currency = (
        values.get("currency")
        or values.get("transaction_currency")
        or (before.currency if before else accounts[values["account_id"]])
    )
    if currency is None:
        return (Problem("currency", "neither the invoice nor its account has a currency"),)
    digits = minor_unit_digits(currency, terms.currencies)
    if digits is None:
        return (Problem("currency", f"{shown(currency)} is no currency known here"),)
    row = {key: value for key, value in values.items() if key != "transaction_currency"}
    row |= {"currency": currency, "minor_unit_digits": digits}
    problems = [
        *_check_status(row["status"]),
        *check_money(row, ("amount", "balance", "adjustment_amount"), currency, digits),
    ]
    if number_taken_by is not None:
        problems.append(
            Problem("invoice_number", f"{shown(row['invoice_number'])} is invoice {number_taken_by}'s")
        )
    if before is not None and is_live:
        problems += _changes_under_adjustments(row, before)
    elif before is not None and before.adjusted and before.currency != currency:
        reason = f"{currency} instead of {before.currency}: imported adjustments were canceled here"
        problems.append(Problem("currency", reason))
    return tuple(problems) or row | _invoice_balances(row, before, terms, unstated, impact)


def _check_status(status: str) -> list[Problem]:
    if status in {known.value for known in InvoiceStatus}:
        return []
    return [Problem("status", f"{shown(status)} is none of {', '.join(InvoiceStatus)}")]


def check_money(
    row: Mapping[str, Any], attributes: tuple[str, ...], currency: str, digits: int
) -> list[Problem]:
    """Name the amounts that are finer than their currency or longer than any balance."""
    problems = []
    for attribute in attributes:
        amount = row.get(attribute)
        if amount is None:
            continue
        if not is_at_minor_unit(amount, digits):
            problems.append(
                Problem(attribute, f"{write_decimal(amount)} is finer than {currency}: {digits} decimals")
            )
        elif count_digits(amount) > MAX_DIGITS:
            problems.append(_too_long(attribute, amount))
    return problems


def _too_long(attribute: str, amount: Decimal) -> Problem:
    return Problem(attribute, f"{write_decimal(amount)} has more than {MAX_DIGITS} digits")


def _changes_under_adjustments(row: Mapping[str, Any], before: Invoice) -> list[Problem]:
    """Name what live adjustments were decided on and a file would change."""
    decided_on = {
        "account_id": before.account_id,
        "currency": before.currency,
        "amount": before.amount,
        "invoice_date": before.date,
        "status": InvoiceStatus.POSTED,
    }
    return [
        Problem(
            attribute,
            f"{_written(row[attribute])} instead of {_written(value)}: the invoice has live adjustments",
        )
        for attribute, value in decided_on.items()
        if row[attribute] != value
    ]


def _written(value: Any) -> str:
    return write_decimal(value) if isinstance(value, Decimal) else str(value)


def _invoice_balances(
    row: Mapping[str, Any], before: Invoice | None, terms: Terms, unstated: Unstated, impact: Decimal
) -> dict[str, Any]:
    """Return the running balances: the imported part and the adjustments made here."""
    adjusted = before.adjusted if before else ZERO
    ours = adjusted if terms.includes_ours else ZERO
    # Money of another currency cannot be kept.
    kept = before if before and before.currency == row["currency"] else None
    file_adjustments, file_balance = row.get("adjustment_amount"), row.get("balance")
    if file_adjustments is not None:
        imported_adjustments = file_adjustments + ours
    elif kept and "adjustment_amount" not in row:
        imported_adjustments = kept.adjustment_amount + adjusted
    else:
        imported_adjustments = -impact
    if file_balance is not None:
        imported = file_balance - ours
    else:
        paid = _paid(kept) if kept and "balance" not in row else ZERO
        imported = row["amount"] - imported_adjustments - paid
    return {
        "balance": imported + adjusted,
        "adjustment_amount": imported_adjustments - adjusted,
        "adjusted": adjusted,
        "imported_balance": imported,
        "imported_adjustment_amount": imported_adjustments,
        "balance_stated": _is_stated("balance", row, kept, unstated.balances),
        "adjustment_amount_stated": _is_stated("adjustment_amount", row, kept, unstated.adjustment_amounts),
    }


def _is_stated(
    attribute: str, row: Mapping[str, Any], kept: Invoice | None, unstated: Collection[str]
) -> bool:
    """Say whether a file gave a value, this one or an earlier one whose value is kept."""
    if attribute in row or kept is None:
        return row.get(attribute) is not None
    return kept.id not in unstated


def _paid(invoice: Invoice) -> Decimal:
    """Return what its balance lacks beyond its adjustments, whoever made them."""
    return invoice.amount - invoice.adjustment_amount - invoice.balance


def is_outside_window(row: Mapping[str, Any]) -> bool:
    """Say whether an invoice's balance is not between zero and its amount: payments may bring it there."""
    return not is_between(ZERO, row["balance"], row["amount"])


def decide_source(
    values: Mapping[str, Any],
    amount_attribute: str,
    before: Source | None,
    *,
    invoices: Mapping[str, Invoice],
    terms: Terms,
    unstated: Unstated = NOTHING_UNSTATED,
) -> Decided:
    """Decide on one invoice item or taxation item of a file.

    Args:
        values: Its row, read.
        amount_attribute: Where its original amount is: ``charge_amount`` or ``tax_amount``.
        before: The source as stored, if it is.
        invoices: The locked invoices by Id.
        terms: What holds for the import.
        unstated: Whose balances no file has given.
    """
    invoice = invoices.get(values["invoice_id"])
    if invoice is None:
        return (Problem("invoice_id", f"there is no invoice {values['invoice_id']}"),)
    if before is not None and before.invoice_id != invoice.id:
        return (Problem("invoice_id", f"it is on invoice {before.invoice_id} already"),)
    attributes = (amount_attribute, "balance")
    problems = check_money(values, attributes, invoice.currency, invoice.minor_unit_digits)
    if problems:
        return tuple(problems)
    original = values[amount_attribute]
    balance = _source_balance(values, original, before, terms)
    # A balance that was kept may be from before the invoice's currency changed.
    problems = check_money(
        {"balance": balance}, ("balance",), invoice.currency, invoice.minor_unit_digits
    ) or _check_range(amount_attribute, original, balance, before)
    if problems:
        return tuple(problems)
    adjusted = before.adjusted if before else ZERO
    return {
        **values,
        "balance": balance,
        "taken": before.taken if before else ZERO,
        "adjusted": adjusted,
        "imported_balance": balance - adjusted,
        "balance_stated": values["balance"] is not None
        if "balance" in values
        else before is not None and (before.type, before.id) not in unstated.sources,
    }


def _source_balance(
    values: Mapping[str, Any], original: Decimal, before: Source | None, terms: Terms
) -> Decimal:
    file_balance: Decimal | None = values.get("balance")
    if file_balance is not None:
        return file_balance if before is None or terms.includes_ours else file_balance + before.adjusted
    if before is None:
        return original
    if "balance" in values:
        # All that adjustments known here, made or imported, have left of it.
        return original - before.taken.copy_sign(original)
    # What is gone of it, wherever it went, stays gone.
    return original - (before.original - before.balance)


def _check_range(
    amount_attribute: str, original: Decimal, balance: Decimal, before: Source | None
) -> list[Problem]:
    """A balance lies between zero and the original amount, with the adjustments made here and without.

    What imported adjustments have taken counts as they are at their source, whose news of them follow.
    """
    taken = before.taken if before else ZERO
    if before is not None and taken > 0 and original * before.original <= 0:
        return [Problem(amount_attribute, f"{write_decimal(original)}: {_what_was_taken(taken)}")]
    imported = balance - (before.adjusted if before else ZERO)
    if taken <= abs(original) and all(is_between(ZERO, held, original) for held in (balance, imported)):
        return []
    if taken == 0:
        span = f"not between 0 and {write_decimal(original)}"
        return [Problem("balance", f"{write_decimal(balance)} is {span}")]
    attribute = amount_attribute if abs(original) < taken else "balance"
    return [
        Problem(
            attribute,
            f"{_what_was_taken(taken)}, which leaves {write_decimal(balance)} of {write_decimal(original)}",
        )
    ]


def is_between(start: Decimal, held: Decimal, end: Decimal) -> bool:
    """Say whether an amount lies between two others, whichever is the larger."""
    return min(start, end) <= held <= max(start, end)


def _what_was_taken(taken: Decimal) -> str:
    return f"adjustments have taken {write_decimal(taken)} of it"
