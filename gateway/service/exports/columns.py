"""The columns of an export file: this table writes the files and their description in ``schemas/``."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gateway.contract.objects import INVOICE_ADJUSTMENT, INVOICE_ITEM_ADJUSTMENT
from gateway.datafiles import Column, ColumnType, Value
from gateway.service.exports.events import Event


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """One column: its name and type, what it means, and what an event has there."""

    column: Column
    meaning: str
    value: Callable[[Event], Value]


def _of_entry(name: str, attribute: str, meaning: str, type_: ColumnType = ColumnType.TEXT) -> ExportColumn:
    def value(event: Event) -> Any:
        return getattr(event.entry, attribute)

    return ExportColumn(Column(name, type_), meaning, value)


def _of_state(name: str, attribute: str, meaning: str, type_: ColumnType = ColumnType.TEXT) -> ExportColumn:
    return ExportColumn(Column(name, type_), meaning, lambda event: event.state.get(attribute))


def _of_bearings(name: str, attribute: str, meaning: str) -> ExportColumn:
    return ExportColumn(Column(name), meaning, lambda event: getattr(event.bearings, attribute, None))


_DATE, _DECIMAL, _TIMESTAMP = ColumnType.DATE, ColumnType.DECIMAL, ColumnType.TIMESTAMP

EXPORT_COLUMNS = (
    _of_entry("Position", "place", "Ascending, none twice, with gaps; --since takes it", ColumnType.INTEGER),
    ExportColumn(Column("Event"), "created, canceled or deleted", lambda event: str(event.kind)),
    _of_entry("EventDate", "at", "When", _TIMESTAMP),
    _of_entry("EventByName", "user", "The name of the user who did it, as it is now"),
    _of_entry("EventById", "user_id", "That user's Id"),
    _of_entry("Door", "door", "Through which door: soap, command, a JSON door, ..."),
    _of_entry("RequestId", "request_id", "The request, as the log names it"),
    ExportColumn(
        Column("Object"),
        "InvoiceItemAdjustment or InvoiceAdjustment",
        lambda event: (INVOICE_ITEM_ADJUSTMENT if "source_id" in event.state else INVOICE_ADJUSTMENT).name,
    ),
    ExportColumn(Column("Id"), "The adjustment", lambda event: event.entry.adjustment_id),
    _of_state("AdjustmentNumber", "adjustment_number", "Its number"),
    _of_state("Type", "type", "Credit or Charge"),
    _of_state("Amount", "amount", "Positive", _DECIMAL),
    ExportColumn(
        Column("SignedAmount", _DECIMAL),
        "What it added to the invoice's balance: a credit is negative, canceling it positive, deleting it 0",
        lambda event: event.impact,
    ),
    _of_bearings("Currency", "currency", "The invoice's"),
    _of_state("AdjustmentDate", "adjustment_date", "The business day", _DATE),
    _of_state("AccountingDate", "accounting_date", "The day on which it counts in the books", _DATE),
    _of_state("AccountingCode", "accounting_code", "The account of the chart"),
    _of_state("ReasonCode", "reason_code", "Why"),
    _of_state("ReferenceId", "reference_id", "The caller's own reference"),
    _of_state("Comment", "comment", "The caller's own words"),
    _of_state("AccountId", "account_id", "The customer's account"),
    _of_bearings("AccountNumber", "account_number", "Its number, as it is now"),
    _of_bearings("AccountName", "account_name", "Its name, as it is now"),
    _of_state("InvoiceId", "invoice_id", "The invoice"),
    _of_bearings("InvoiceNumber", "invoice_number", "Its number, as it is now"),
    _of_state("SourceType", "source_type", "InvoiceDetail or Tax; empty for an adjustment of the invoice"),
    _of_state("SourceId", "source_id", "The invoice item or taxation item"),
    _of_state("InvoiceItemName", "invoice_item_name", "The item's name"),
    _of_state("ServiceStartDate", "service_start_date", "The item's service period", _DATE),
    _of_state("ServiceEndDate", "service_end_date", "The item's service period", _DATE),
    _of_state("DeferredRevenueAccount", "deferred_revenue_account", "As it was sent"),
    _of_state("RecognizedRevenueAccount", "recognized_revenue_account", "As it was sent"),
    _of_state("Status", "status", "Processed or Canceled, behind the event"),
    _of_state("TransferredToAccounting", "transferred_to_accounting", "Behind the event"),
    _of_state("ReversesId", "reverses_id", "The adjustment that this one reverses"),
    _of_state("CreatedById", "created_by_id", "Who created the adjustment"),
    _of_state("CreatedDate", "created_date", "When it was created", _TIMESTAMP),
)  # fmt: skip
