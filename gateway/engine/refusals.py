"""Why a record is refused: one frozen value for each reason, carrying facts, not sentences.

A refused record is an ordinary answer. ``gateway.service.errors`` has the words and codes of each.
Field names here are Python names; the contract table knows how the wire spells them.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class NotPermitted:
    """The user lacks the permission for this action."""

    permission: str


@dataclass(frozen=True, slots=True)
class MissingValue:
    """A required field was left out, empty or nil."""

    field: str


@dataclass(frozen=True, slots=True)
class MalformedValue:
    """The text of a field is no value of its type, or none that the field may have."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class MalformedId:
    """The text of an ID field has not the form of an ID."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class ValueTooLong:
    """A string has more characters than its field holds."""

    field: str
    length: int
    limit: int


@dataclass(frozen=True, slots=True)
class AmbiguousValue:
    """A field was given twice, or with markup inside: nobody can say which value was meant."""

    field: str


@dataclass(frozen=True, slots=True)
class UnknownField:
    """The object has no such field, and the caller or the tenant wants to be told. ``name`` is as sent."""

    name: str


@dataclass(frozen=True, slots=True)
class FieldNotCreatable:
    """A field that only the gateway sets was given, and the caller or the tenant wants to be told."""

    field: str


@dataclass(frozen=True, slots=True)
class AmountTooFine:
    """The amount is finer than its currency, and the caller or the tenant wants no rounding."""

    amount: Decimal
    digits: int


@dataclass(frozen=True, slots=True)
class AmountNotPositive:
    """The amount is zero or negative, as sent or once rounded to the currency's minor unit."""


@dataclass(frozen=True, slots=True)
class AmountTooLong:
    """The amount has more digits than any balance can."""

    amount: Decimal
    limit: int


@dataclass(frozen=True, slots=True)
class UnknownInvoiceId:
    """No invoice has this Id."""

    id: str


@dataclass(frozen=True, slots=True)
class UnknownInvoiceNumber:
    """No invoice has this number."""

    number: str


@dataclass(frozen=True, slots=True)
class InvoiceMismatch:
    """InvoiceId and InvoiceNumber name different invoices."""

    id: str
    number: str


@dataclass(frozen=True, slots=True)
class InvoiceNotPosted:
    """The invoice is not posted: canceled, a draft, or in error."""

    status: str


@dataclass(frozen=True, slots=True)
class UnknownSource:
    """No invoice item or taxation item has this Id."""

    id: str


@dataclass(frozen=True, slots=True)
class SourceOfOtherType:
    """The source exists, but is of the other type than the record says."""

    id: str
    type: str


@dataclass(frozen=True, slots=True)
class SourceOfOtherInvoice:
    """The source exists, but on another invoice."""

    id: str
    invoice_number: str


@dataclass(frozen=True, slots=True)
class DateBeforeInvoice:
    """The adjustment date is before the invoice's date."""

    adjustment_date: date
    invoice_date: date


@dataclass(frozen=True, slots=True)
class PeriodClosed:
    """The accounting period of a day is closed, to this user at least."""

    day: date
    period: str


@dataclass(frozen=True, slots=True)
class UnknownReasonCode:
    """The reason code does not exist, or is not active any more."""

    code: str


@dataclass(frozen=True, slots=True)
class UnknownAccountingCode:
    """The accounting code is not an active one of the chart of accounts."""

    code: str


@dataclass(frozen=True, slots=True)
class RevenueNotIntegrated:
    """Billing was to be kept out of revenue accounting, with which the tenant's billing is not integrated."""


@dataclass(frozen=True, slots=True)
class OnlyTowardZero:
    """The adjustment moves the source away from zero and there is nothing to give back."""


@dataclass(frozen=True, slots=True)
class AmountOutOfRange:
    """The amount is more than the source's balance, or than is left to give back."""

    available: Decimal


@dataclass(frozen=True, slots=True)
class MoreThanInvoiceBalance:
    """More is to be allocated than is left of the invoice's balance in that direction."""

    amount: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class TooLittleOnSources:
    """More is to be allocated than the invoice's items and taxes have left together in that direction."""

    amount: Decimal
    available: Decimal


@dataclass(frozen=True, slots=True)
class NothingToWriteOff:
    """The invoice's balance is zero."""

    number: str


@dataclass(frozen=True, slots=True)
class InvoiceCrossesZero:
    """The invoice's balance would change its sign: ``was_positive`` tells from which."""

    was_positive: bool


@dataclass(frozen=True, slots=True)
class InvoiceAwayFromZero:
    """The invoice's balance would move beyond the amount that was billed."""


@dataclass(frozen=True, slots=True)
class NumberInUse:
    """An adjustment, live, canceled or deleted, or an earlier record of the call, has this number."""

    number: str


@dataclass(frozen=True, slots=True)
class TransactionRolledBack:
    """Nothing was wrong with this record, but another of its single transaction was refused."""


@dataclass(frozen=True, slots=True)
class MissingId:
    """The record names no adjustment to act on. ``action`` is update or delete."""

    action: str


@dataclass(frozen=True, slots=True)
class UnknownAdjustment:
    """No adjustment has this Id."""

    id: str


@dataclass(frozen=True, slots=True)
class FieldNotUpdatable:
    """An update would change a field that stays as it is, and the caller or the tenant wants to be told."""

    field: str


@dataclass(frozen=True, slots=True)
class CannotUncancel:
    """A canceled adjustment stays canceled."""


@dataclass(frozen=True, slots=True)
class TransferredAlready:
    """The adjustment is transferred to accounting: it cannot be canceled, only reversed."""


@dataclass(frozen=True, slots=True)
class ReversalLinked:
    """A live adjustment reverses this one: that one must be canceled first."""

    id: str


@dataclass(frozen=True, slots=True)
class NothingToReverse:
    """The adjustment is canceled, reversed in full, or its source has nothing left to give back."""

    id: str


@dataclass(frozen=True, slots=True)
class SourceLeavesRange:
    """Canceling would bring the source's balance outside zero to its original amount.

    ``original`` is less where the source was imported with a lower balance and a live counter-adjustment
    has given this adjustment's amount back already.
    """

    balance: Decimal
    original: Decimal


@dataclass(frozen=True, slots=True)
class NotCanceled:
    """Only a canceled adjustment can be deleted."""


Refusal = (
    NotPermitted
    | MissingValue
    | MalformedValue
    | MalformedId
    | ValueTooLong
    | AmbiguousValue
    | UnknownField
    | FieldNotCreatable
    | AmountTooFine
    | AmountNotPositive
    | AmountTooLong
    | UnknownInvoiceId
    | UnknownInvoiceNumber
    | InvoiceMismatch
    | InvoiceNotPosted
    | UnknownSource
    | SourceOfOtherType
    | SourceOfOtherInvoice
    | DateBeforeInvoice
    | PeriodClosed
    | UnknownReasonCode
    | UnknownAccountingCode
    | RevenueNotIntegrated
    | OnlyTowardZero
    | AmountOutOfRange
    | MoreThanInvoiceBalance
    | TooLittleOnSources
    | NothingToWriteOff
    | InvoiceCrossesZero
    | InvoiceAwayFromZero
    | NumberInUse
    | TransactionRolledBack
    | MissingId
    | UnknownAdjustment
    | FieldNotUpdatable
    | CannotUncancel
    | TransferredAlready
    | ReversalLinked
    | NothingToReverse
    | SourceLeavesRange
    | NotCanceled
)
"""Why a record is refused."""
