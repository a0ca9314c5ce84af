"""Each refusal's code, field and words. The legacy's own sentences are kept to the letter."""

from datetime import date
from decimal import Decimal
from typing import get_args

import pytest

from gateway.contract.errors import ErrorCode, code_at, codes_at
from gateway.contract.objects import INVOICE_ITEM_ADJUSTMENT
from gateway.engine import Refusal
from gateway.engine import refusals as r
from gateway.service import failures
from gateway.service.errors import RecordError, to_error

ID = "2c92c0f8000000000000000000000001"

LEGACY = [
    (r.MissingValue("amount"), "MISSING_REQUIRED_VALUE", "Amount", "Missing required value: Amount"),
    (r.MissingId("update"), "INVALID_ID", "Id", "invalid id for update"),
    (
        r.AmountNotPositive(),
        "INVALID_VALUE",
        "Amount",
        "Adjustment amount cannot be negative or zero.",
    ),
    (
        r.OnlyTowardZero(),
        "INVALID_VALUE",
        "Type",
        "The Invoice Item can only be adjusted toward zero.",
    ),
    (
        r.AmountOutOfRange(Decimal(1)),
        "INVALID_VALUE",
        "Amount",
        "Adjustment amount is out of range. Please change the amount.",
    ),
    (
        r.InvoiceCrossesZero(was_positive=True),
        "INVALID_VALUE",
        None,
        "You can not adjust the invoice balance from a positive amount to a negative amount.",
    ),
    (
        r.InvoiceCrossesZero(was_positive=False),
        "INVALID_VALUE",
        None,
        "You can not adjust the invoice balance from a negative amount to a positive amount.",
    ),
    (
        r.InvoiceAwayFromZero(),
        "INVALID_VALUE",
        None,
        "The Invoice balance can only be adjusted toward zero.",
    ),
]
OURS = [
    (
        r.MoreThanInvoiceBalance(Decimal("90.00"), Decimal("80.00")),
        "INVALID_VALUE",
        "Amount",
        "90 cannot be allocated: the invoice has 80 left in that direction.",
    ),
    (
        r.TooLittleOnSources(Decimal("90.00"), Decimal("80.00")),
        "INVALID_VALUE",
        "Amount",
        "90 cannot be allocated: the invoice's items and taxes have 80 left together in that direction.",
    ),
    (
        r.NothingToWriteOff("INV00000001"),
        "INVALID_VALUE",
        "InvoiceId",
        "The balance of invoice 'INV00000001' is zero: there is nothing to write off.",
    ),
    (
        r.NotPermitted("create"),
        "NO_PERMISSION",
        None,
        "The user's role does not include the permission: create.",
    ),
    (
        r.MalformedValue("adjustment_date", "never"),
        "INVALID_VALUE",
        "AdjustmentDate",
        "'never' is not a value of AdjustmentDate.",
    ),
    (r.MalformedId("invoice_id", "?"), "INVALID_ID", "InvoiceId", "'?' is not an Id."),
    (
        r.ValueTooLong("comment", 256, 255),
        "INVALID_VALUE",
        "Comment",
        "Comment has 256 characters, the most it may have is 255.",
    ),
    (
        r.AmbiguousValue("amount"),
        "INVALID_VALUE",
        "Amount",
        "Amount must be given once, as plain text.",
    ),
    (
        r.UnknownField("Comments"),
        "INVALID_FIELD",
        "Comments",
        "InvoiceItemAdjustment has no field 'Comments'.",
    ),
    (r.FieldNotUpdatable("amount"), "INVALID_FIELD", "Amount", "Amount cannot be updated."),
    (r.FieldNotCreatable("status"), "INVALID_FIELD", "Status", "Status cannot be given."),
    (
        r.PeriodClosed(date(2024, 3, 15), "Mar '24"),
        "ACCOUNTING_PERIOD_CLOSED",
        None,
        "2024-03-15 is in the accounting period 'Mar '24', which is closed.",
    ),
    (
        r.UnknownReasonCode("Whim"),
        "INVALID_VALUE",
        "ReasonCode",
        "'Whim' must be an existing reason code or empty.",
    ),
    (
        r.UnknownAccountingCode("9999"),
        "INVALID_VALUE",
        "AccountingCode",
        "'9999' is not an active accounting code of the chart of accounts.",
    ),
    (
        r.ReversalLinked(ID),
        "INVALID_VALUE",
        "Status",
        f"A live adjustment reverses {ID}; cancel that one first.",
    ),
    (r.NothingToReverse(ID), "INVALID_VALUE", "Id", f"There is nothing left of {ID} to reverse."),
    (
        r.RevenueNotIntegrated(),
        "INVALID_FIELD",
        "ExcludeItemBillingFromRevenueAccounting",
        "Billing cannot be excluded from revenue accounting: it is not integrated with it.",
    ),
    (
        r.AmountTooFine(Decimal("9.999"), 2),
        "INVALID_VALUE",
        "Amount",
        "9.999 is finer than its currency, which has 2 decimals.",
    ),
    (
        r.AmountTooLong(Decimal(12345678901234567), 16),
        "INVALID_VALUE",
        "Amount",
        "12345678901234567 has more digits than an amount may have (16).",
    ),
    (r.UnknownInvoiceId(ID), "INVALID_ID", "InvoiceId", f"There is no invoice with the Id {ID}."),
    (
        r.UnknownInvoiceNumber("INV1"),
        "INVALID_VALUE",
        "InvoiceNumber",
        "There is no invoice with the number 'INV1'.",
    ),
    (
        r.InvoiceMismatch(ID, "INV1"),
        "INVALID_VALUE",
        "InvoiceNumber",
        f"'INV1' is not the number of invoice {ID}.",
    ),
    (
        r.InvoiceNotPosted("Draft"),
        "INVALID_VALUE",
        "InvoiceId",
        "Invoice Item Adjustments cannot be created for invoices with Draft status.",
    ),
    (
        r.UnknownSource(ID),
        "INVALID_ID",
        "SourceId",
        f"There is no invoice item or taxation item with the Id {ID}.",
    ),
    (
        r.SourceOfOtherType(ID, "Tax"),
        "INVALID_VALUE",
        "SourceId",
        f"{ID} is not a source of the type Tax.",
    ),
    (r.SourceOfOtherInvoice(ID, "INV1"), "INVALID_VALUE", "SourceId", f"{ID} is not on invoice INV1."),
    (
        r.DateBeforeInvoice(date(2024, 2, 29), date(2024, 3, 1)),
        "INVALID_VALUE",
        "AdjustmentDate",
        "The adjustment date 2024-02-29 is before the invoice's date 2024-03-01.",
    ),
    (
        r.NumberInUse("MINE-1"),
        "DUPLICATE_VALUE",
        "AdjustmentNumber",
        "The adjustment number 'MINE-1' is in use.",
    ),
    (
        r.TransactionRolledBack(),
        "TRANSACTION_FAILED",
        None,
        "Nothing was done: another record of the single transaction was refused.",
    ),
    (r.MissingId("delete"), "INVALID_ID", "Id", "invalid id for delete"),
    (
        r.UnknownAdjustment(ID),
        "INVALID_ID",
        "Id",
        f"There is no invoice item adjustment with the Id {ID}.",
    ),
    (
        r.CannotUncancel(),
        "INVALID_VALUE",
        "Status",
        "A canceled adjustment cannot be processed again.",
    ),
    (
        r.TransferredAlready(),
        "INVALID_VALUE",
        "Status",
        "The adjustment is transferred to accounting and cannot be canceled.",
    ),
    (
        r.SourceLeavesRange(Decimal("110.00"), Decimal("80.50")),
        "INVALID_VALUE",
        "Status",
        "Canceling would bring the source's balance to 110, outside 0 to 80.5.",
    ),
    (r.NotCanceled(), "CANNOT_DELETE", None, "Only a canceled adjustment can be deleted."),
]


@pytest.mark.parametrize(("refusal", "code", "field", "message"), LEGACY + OURS)
def test_a_refusal_has_its_code_its_field_and_its_words(refusal, code, field, message):
    assert to_error(refusal) == RecordError(ErrorCode(code), message, field)


def test_no_refusal_is_left_out_above():
    assert {type(refusal) for refusal, *_ in LEGACY + OURS} == set(get_args(Refusal))


@pytest.mark.parametrize(
    "field", [f for f in INVOICE_ITEM_ADJUSTMENT.fields if f.creatable], ids=lambda f: f.name
)
def test_a_missing_value_is_named_as_the_contract_spells_it(field):
    error = to_error(r.MissingValue(field.attribute))
    assert (error.field, error.message) == (field.name, f"Missing required value: {field.name}")


def test_a_long_value_is_repeated_in_part():
    error = to_error(r.MalformedValue("amount", "9" * 61))
    assert error.message == f"'{'9' * 60}...' is not a value of Amount."
    assert "..." not in to_error(r.MalformedValue("amount", "9" * 60)).message


@pytest.mark.parametrize("version", [34, 45, 63, 78, 81])
def test_every_refusals_code_is_one_that_every_version_can_read(version):
    for refusal, code, *_ in LEGACY + OURS:
        assert code_at(to_error(refusal).code, version) == code
        assert code in codes_at(version)


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (failures.InvalidLogin("x"), "INVALID_VALUE"),
        (failures.InvalidSession("x"), "INVALID_SESSION"),
        (failures.InvalidType("x"), "INVALID_TYPE"),
        (failures.InvalidArgument("x"), "INVALID_VALUE"),
        (failures.MalformedQuery("x"), "MALFORMED_QUERY"),
        (failures.MalformedQuery("x", ErrorCode.INVALID_FIELD), "INVALID_FIELD"),
        (failures.InvalidQueryLocator("x"), "INVALID_VALUE"),
        (failures.TooManyRecords("x"), "MAX_RECORDS_EXCEEDED"),
        (failures.LockCompetition(), "LOCK_COMPETITION"),
        (failures.TemporaryTrouble(), "TEMPORARY_ERROR"),
        (failures.DatabaseNotReady("x"), "SERVER_UNAVAILABLE"),
    ],
)
def test_a_failure_has_its_code(failure, code):
    assert failure.code == code
    assert failure.message == str(failure)


def test_lock_competition_is_told_in_the_words_that_clients_match():
    assert (
        failures.LockCompetition().message
        == "Operation failed due to a lock competition, please retry later."
    )
