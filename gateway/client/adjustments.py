"""Adjustments as plain values: what a caller sends, and what comes back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

from gateway.client.failures import RecordRefused

__all__ = ["Adjustment", "RecordError", "Result"]

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Adjustment:
    """An invoice item adjustment: the contract's InvoiceItemAdjustment.

    To create one, set the fields up to ``custom`` that it needs: invoice, source, type, amount and date. The
    others are the server's, and are there on what was read.

    Attributes:
        invoice_id: Or ``invoice_number``; one of them is needed.
        source_id: The Id of the invoice item, or of the taxation item, that it moves.
        source_type: ``InvoiceDetail`` for an invoice item, ``Tax`` for a taxation item.
        type: ``Credit`` lowers a balance, ``Charge`` raises it.
        amount: Positive, in the invoice's currency.
        adjustment_date: A business day.
        reference_id: The caller's own reference. One that no other adjustment has lets an adjustment be found
            again after a lost answer.
        custom: Fields that the tenant declared, by their names on the wire.

    Raises:
        TypeError: A value is of another type: a float is no amount, a datetime no date.
        ValueError: A text has a character that XML cannot carry.
    """

    invoice_id: str | None = None
    invoice_number: str | None = None
    source_id: str | None = None
    source_type: str | None = "InvoiceDetail"
    type: str | None = None
    amount: Decimal | None = None
    adjustment_date: date | None = None
    reference_id: str | None = None
    reason_code: str | None = None
    comment: str | None = None
    accounting_code: str | None = None
    adjustment_number: str | None = None
    deferred_revenue_account: str | None = None
    recognized_revenue_account: str | None = None
    exclude_item_billing_from_revenue_accounting: bool | None = None
    custom: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}), hash=False)

    id: str | None = None
    account_id: str | None = None
    status: str | None = None
    transferred_to_accounting: str | None = None
    invoice_item_name: str | None = None
    service_start_date: date | None = None
    service_end_date: date | None = None
    cancelled_by_id: str | None = None
    cancelled_date: datetime | None = None
    created_by_id: str | None = None
    created_date: datetime | None = None
    updated_by_id: str | None = None
    updated_date: datetime | None = None

    def __repr__(self) -> str:
        """Only what is there."""
        there = {f.name: getattr(self, f.name) for f in fields(self)}
        shown = (f"{name}={value!r}" for name, value in there.items() if value not in (None, {}))
        return f"Adjustment({', '.join(shown)})"

    def __post_init__(self) -> None:
        if self.amount is not None and not isinstance(self.amount, Decimal):
            raise TypeError(f"an amount is a Decimal, not {self.amount!r}")
        if self.amount is not None and not self.amount.is_finite():
            raise ValueError(f"an amount is a number, not {self.amount}")
        if isinstance(self.adjustment_date, datetime) or not isinstance(self.adjustment_date, date | None):
            raise TypeError(f"an adjustment_date is a date, not {self.adjustment_date!r}")
        for name in TEXTS:
            text = getattr(self, name)
            if text is not None and not isinstance(text, str):
                raise TypeError(f"{name} is text, not {text!r}")
            if text is not None and _NOT_XML.search(text):
                raise ValueError(f"{name} has a character that XML cannot carry")
        for name, value in self.custom.items():
            if isinstance(value, str) and _NOT_XML.search(value):
                raise ValueError(f"{name} has a character that XML cannot carry")


CREATABLE = tuple(f.name for f in fields(Adjustment))[
    : tuple(f.name for f in fields(Adjustment)).index("custom")
]
"""What ``create`` sends."""

UPDATABLE = (
    "reason_code",
    "status",
    "transferred_to_accounting",
    "exclude_item_billing_from_revenue_accounting",
)
"""What ``update`` sends."""

TEXTS = tuple(f.name for f in fields(Adjustment) if f.type == "str | None")


def wire_name(name: str) -> str:
    """Return a field's name as the contract spells it: ``invoice_id`` is InvoiceId."""
    return "".join(part.capitalize() for part in name.split("_"))


FIELDS = {wire_name(f.name): f.name for f in fields(Adjustment) if f.name != "custom"}
"""The fields by their names on the wire."""


def from_row(row: Mapping[str, object]) -> Adjustment:
    """Return a row of a query as an adjustment; names with ``__`` are custom fields."""
    values = {name: row.get(wire) for wire, name in FIELDS.items()}
    for name in ("adjustment_date", "service_start_date", "service_end_date"):
        value = values[name]
        # Up to version 68 they are midnight in the tenant's zone.
        values[name] = value.date() if isinstance(value, datetime) else value
    custom = {name: value for name, value in row.items() if "__" in name}
    return Adjustment(**values, custom=custom)  # type: ignore[arg-type]  # the WSDL gives the types


@dataclass(frozen=True, slots=True)
class RecordError:
    """Why a record was refused.

    Attributes:
        code: Of the contract, such as INVALID_VALUE.
        field: Which field is wrong, where the server says so.
    """

    code: str
    message: str
    field: str | None = None

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one record.

    Attributes:
        index: Its place in what was given, from 0.
        adjustment: As it was given.
        id: Of the adjustment that was made or changed; None when it was refused or nobody knows.
        errors: Why it was refused.
        unknown: The answer was lost, and the record could not be looked up.
        found: The answer was lost, and the record was found by its ReferenceId.
        replayed: The server had done it under this key before.
    """

    index: int
    adjustment: Adjustment
    id: str | None = None
    errors: tuple[RecordError, ...] = ()
    unknown: bool = False
    found: bool = False
    replayed: bool = False

    @property
    def success(self) -> bool:
        """Whether it was done."""
        return self.id is not None

    def made(self) -> str:
        """Return the Id of what was done.

        Raises:
            RecordRefused: It was refused, or nobody knows.
        """
        if self.id is None:
            raise RecordRefused(self)
        return self.id
