"""Each refusal's code, field and words: the one place, for every door.

Sentences in the legacy's own words are kept to the letter, because callers match them (recorded answers and
public client code; ``docs/rules.md`` names each source). The others are ours: they name the value, the
limit and what is left.
"""

from dataclasses import dataclass
from typing import assert_never

from gateway.contract.errors import ErrorCode
from gateway.contract.lexical import write_decimal
from gateway.contract.objects import INVOICE_ITEM_ADJUSTMENT, ObjectType
from gateway.engine import Refusal, periods
from gateway.engine import refusals as r

_QUOTED_CHARACTERS = 60
"""How much of a caller's value a message repeats."""


@dataclass(frozen=True, slots=True)
class RecordError:
    """One error of one record, as every door shows it; ``field`` is the contract's name or None."""

    code: ErrorCode
    message: str
    field: str | None = None


def to_error(  # noqa: C901, PLR0911, PLR0912  # one case for each refusal
    refusal: Refusal, object_type: ObjectType = INVOICE_ITEM_ADJUSTMENT
) -> RecordError:
    """Return one refusal's code, message and field, in the words of the object that was asked for."""

    def wire(attribute: str) -> str:
        return object_type.by_attribute[attribute].name

    def invalid(message: str, attribute: str) -> RecordError:
        return RecordError(ErrorCode.INVALID_VALUE, message, wire(attribute))

    def invalid_id(message: str, attribute: str) -> RecordError:
        return RecordError(ErrorCode.INVALID_ID, message, wire(attribute))

    match refusal:
        case r.NotPermitted(permission=permission):
            return RecordError(
                ErrorCode.NO_PERMISSION, f"The user's role does not include the permission: {permission}."
            )
        case r.MissingValue(field=field):
            name = wire(field)
            return RecordError(ErrorCode.MISSING_REQUIRED_VALUE, f"Missing required value: {name}", name)
        case r.MalformedValue(field=field, text=text):
            return invalid(f"{_quote(text)} is not a value of {wire(field)}.", field)
        case r.MalformedId(field=field, text=text):
            return invalid_id(f"{_quote(text)} is not an Id.", field)
        case r.ValueTooLong(field=field, length=length, limit=limit):
            return invalid(f"{wire(field)} has {length} characters, the most it may have is {limit}.", field)
        case r.AmbiguousValue(field=field):
            return invalid(f"{wire(field)} must be given once, as plain text.", field)
        case r.UnknownField(name=name):
            quoted = name[:_QUOTED_CHARACTERS]
            return RecordError(
                ErrorCode.INVALID_FIELD,
                f"{object_type.name} has no field {_quote(name)}.",
                quoted,
            )
        case r.FieldNotCreatable(field=field):
            return RecordError(ErrorCode.INVALID_FIELD, f"{wire(field)} cannot be given.", wire(field))
        case r.AmountTooFine(amount=amount, digits=digits):
            return invalid(
                f"{write_decimal(amount)} is finer than its currency, which has {digits} decimals.",
                "amount",
            )
        case r.AmountNotPositive():
            return invalid("Adjustment amount cannot be negative or zero.", "amount")
        case r.AmountTooLong(amount=amount, limit=limit):
            return invalid(
                f"{write_decimal(amount)} has more digits than an amount may have ({limit}).", "amount"
            )
        case r.UnknownInvoiceId(id=id_):
            return invalid_id(f"There is no invoice with the Id {id_}.", "invoice_id")
        case r.UnknownInvoiceNumber(number=number):
            return invalid(f"There is no invoice with the number {_quote(number)}.", "invoice_number")
        case r.InvoiceMismatch(id=id_, number=number):
            return invalid(f"{_quote(number)} is not the number of invoice {id_}.", "invoice_number")
        case r.InvoiceNotPosted(status=status):
            return invalid(
                f"{object_type.label}s cannot be created for invoices with {status} status.",
                "invoice_id",
            )
        case r.UnknownSource(id=id_):
            return invalid_id(f"There is no invoice item or taxation item with the Id {id_}.", "source_id")
        case r.SourceOfOtherType(id=id_, type=type_):
            return invalid(f"{id_} is not a source of the type {type_}.", "source_id")
        case r.SourceOfOtherInvoice(id=id_, invoice_number=number):
            return invalid(f"{id_} is not on invoice {number}.", "source_id")
        case r.DateBeforeInvoice(adjustment_date=adjusted, invoice_date=billed):
            return invalid(
                f"The adjustment date {adjusted} is before the invoice's date {billed}.",
                "adjustment_date",
            )
        case r.PeriodClosed(day=day, period=period):
            return RecordError(
                ErrorCode.ACCOUNTING_PERIOD_CLOSED,
                f"{day} is in the accounting period {_quote(period)}, which is closed.",
            )
        case r.UnknownReasonCode(code=code):
            # The legacy's field description: "must be an existing reason code or empty".
            return invalid(f"{_quote(code)} must be an existing reason code or empty.", "reason_code")
        case r.UnknownAccountingCode(code=code):
            return invalid(
                f"{_quote(code)} is not an active accounting code of the chart of accounts.",
                "accounting_code",
            )
        case r.RevenueNotIntegrated():
            return RecordError(
                ErrorCode.INVALID_FIELD,
                "Billing cannot be excluded from revenue accounting: it is not integrated with it.",
                wire("exclude_item_billing_from_revenue_accounting"),
            )
        case r.OnlyTowardZero():
            return invalid("The Invoice Item can only be adjusted toward zero.", "type")
        case r.AmountOutOfRange():
            return invalid("Adjustment amount is out of range. Please change the amount.", "amount")
        case r.MoreThanInvoiceBalance(amount=amount, balance=balance):
            return invalid(
                f"{write_decimal(amount)} cannot be allocated: the invoice has {write_decimal(balance)} left "
                "in that direction.",
                "amount",
            )
        case r.TooLittleOnSources(amount=amount, available=available):
            return invalid(
                f"{write_decimal(amount)} cannot be allocated: the invoice's items and taxes have "
                f"{write_decimal(available)} left together in that direction.",
                "amount",
            )
        case r.NothingToWriteOff(number=number):
            return invalid(
                f"The balance of invoice {_quote(number)} is zero: there is nothing to write off.",
                "invoice_id",
            )
        case r.InvoiceCrossesZero(was_positive=True):
            return RecordError(
                ErrorCode.INVALID_VALUE,
                "You can not adjust the invoice balance from a positive amount to a negative amount.",
            )
        case r.InvoiceCrossesZero():
            return RecordError(
                ErrorCode.INVALID_VALUE,
                "You can not adjust the invoice balance from a negative amount to a positive amount.",
            )
        case r.InvoiceAwayFromZero():
            return RecordError(
                ErrorCode.INVALID_VALUE, "The Invoice balance can only be adjusted toward zero."
            )
        case r.NumberInUse(number=number):
            return RecordError(
                ErrorCode.DUPLICATE_VALUE,
                f"The adjustment number {_quote(number)} is in use.",
                "AdjustmentNumber",
            )
        case r.TransactionRolledBack():
            return RecordError(
                ErrorCode.TRANSACTION_FAILED,
                "Nothing was done: another record of the single transaction was refused.",
            )
        case r.MissingId(action=action):
            return invalid_id(f"invalid id for {action}", "id")
        case r.UnknownAdjustment(id=id_):
            return invalid_id(f"There is no {object_type.label.lower()} with the Id {id_}.", "id")
        case r.FieldNotUpdatable(field=field):
            return RecordError(ErrorCode.INVALID_FIELD, f"{wire(field)} cannot be updated.", wire(field))
        case r.CannotUncancel():
            return invalid("A canceled adjustment cannot be processed again.", "status")
        case r.TransferredAlready():
            return invalid("The adjustment is transferred to accounting and cannot be canceled.", "status")
        case r.ReversalLinked(id=id_):
            return invalid(f"A live adjustment reverses {id_}; cancel that one first.", "status")
        case r.NothingToReverse(id=id_):
            return invalid(f"There is nothing left of {id_} to reverse.", "id")
        case r.SourceLeavesRange(balance=balance, original=original):
            return invalid(
                f"Canceling would bring the source's balance to {write_decimal(balance)}, outside 0 to "
                f"{write_decimal(original)}.",
                "status",
            )
        case r.NotCanceled():
            return RecordError(ErrorCode.CANNOT_DELETE, "Only a canceled adjustment can be deleted.")
    assert_never(refusal)


def to_period_words(refusal: periods.PeriodRefusal) -> str:  # noqa: PLR0911  # one case for each refusal
    """Return why a change of the accounting periods is refused, in a sentence."""
    match refusal:
        case periods.UnknownPeriod(name=name):
            return f"There is no accounting period {_quote(name)}."
        case periods.PeriodNameInUse(name=name):
            return f"There is an accounting period {_quote(name)} already."
        case periods.PeriodGap(first=first, last=last):
            if last < first:
                return f"A period ends on or after its first day: {first} to {last} is none."
            return f"A period follows or precedes the others without a gap; they run from {first} to {last}."
        case periods.PeriodStatusAlready(name=name, status=status):
            return f"The accounting period {_quote(name)} is {status} already."
        case periods.EarlierPeriodOpen(name=name, earlier=earlier):
            return f"{_quote(name)} cannot be closed before {_quote(earlier)}, which comes earlier."
        case periods.LaterPeriodClosed(name=name, later=later):
            return f"{_quote(name)} cannot be reopened before {_quote(later)}, which is later and closed."
    assert_never(refusal)


def _quote(text: str) -> str:
    return f"'{text[:_QUOTED_CHARACTERS]}{'...' if len(text) > _QUOTED_CHARACTERS else ''}'"
