"""Records as a door hands them over, and reading them into what the engine decides on.

Checks 1 and 2 of the rule book happen here, for every door alike: required values, then well-formed ones.
What a caller sends is text; the contract table knows each field's type.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import tzinfo
from decimal import Decimal
from typing import Any

from gateway.contract.fields import Field, WireType
from gateway.contract.lexical import read, read_id
from gateway.contract.objects import INVOICE_ITEM_ADJUSTMENT, ObjectType
from gateway.engine import (
    AdjustmentStatus,
    AdjustmentType,
    Change,
    Draft,
    Refusal,
    Reversal,
    SourceType,
)
from gateway.engine.allocation import Allocation, Strategy, Terms
from gateway.engine.money import check_digits
from gateway.engine.refusals import (
    AmbiguousValue,
    FieldNotCreatable,
    MalformedId,
    MalformedValue,
    MissingId,
    MissingValue,
    UnknownField,
    ValueTooLong,
)


@dataclass(slots=True)
class Record:
    """One zObject as sent.

    Attributes:
        values: Text by the field's name as sent, which may be none of the object's; a field that is nil,
            empty or blank is left out.
        fields_to_null: Names of fields to empty.
        ambiguous: Names of fields that were given twice or with markup inside.
        foreign: Names of elements in another namespace or in none.
    """

    values: dict[str, str] = field(default_factory=dict)
    fields_to_null: list[str] = field(default_factory=list)
    ambiguous: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def unknown(self, object_type: ObjectType) -> list[str]:
        """The names that the object does not have; they are ignored, as the legacy does."""
        names = (*self.values, *self.ambiguous)
        return [*(name for name in names if name not in object_type.by_name), *self.foreign]


def read_value(field_: Field, text: str, zone: tzinfo) -> Any | Refusal:
    """Read one field's text into its value, or say why it has none.

    Returns a str, Decimal, int, bool, date or datetime by the field's type.
    """
    if field_.type is WireType.STRING and not field_.is_id:
        return _read_string(field_, text)
    try:
        value = read_id(text) if field_.is_id else read(field_.type, text, zone)
        if field_.custom and isinstance(value, Decimal):
            # The engine judges amounts; nobody else looks at these.
            check_digits(value)
    except ValueError:
        is_id = field_.is_id or field_.type is WireType.ID
        return (MalformedId if is_id else MalformedValue)(field_.attribute, text)
    return value


def _read_string(field_: Field, text: str) -> str | Refusal:
    if field_.values:
        return text.strip() if text.strip() in field_.values else MalformedValue(field_.attribute, text)
    if field_.length is not None and len(text) > field_.length:
        return ValueTooLong(field_.attribute, len(text), field_.length)
    return text


def read_draft(
    record: Record,
    zone: tzinfo,
    object_type: ObjectType = INVOICE_ITEM_ADJUSTMENT,
    *,
    strict: bool = False,
) -> Draft | tuple[Refusal, ...]:
    """Read a record of ``create``: checks 1 and 2, all that fail, missing values first.

    ``strict`` refuses fields that the object does not have or that cannot be given; otherwise they are
    ignored.
    """
    given = {*record.values, *record.ambiguous}
    missing: list[Refusal] = [
        MissingValue(f.attribute)
        for f in object_type.creatable_fields
        if f.name not in given and (f.required or (f.name == "InvoiceId" and "InvoiceNumber" not in given))
    ]
    values, malformed = _read_values(record, object_type.creatable_fields, zone)
    if strict:
        malformed += [
            *(
                FieldNotCreatable(f.attribute)
                for f in object_type.fields
                if f.name in given and not f.creatable
            ),
            *_unknown_fields(record, object_type),
        ]
    if missing or malformed:
        return (*missing, *malformed)
    source_type = values.pop("source_type", None)
    custom = _take_custom(values, object_type)
    return Draft(
        type=AdjustmentType(values.pop("type")),
        source_type=SourceType(source_type) if source_type else None,
        custom=custom,
        **values,
    )


def read_change(
    record: Record,
    zone: tzinfo,
    object_type: ObjectType = INVOICE_ITEM_ADJUSTMENT,
    *,
    strict: bool = False,
) -> Change | tuple[Refusal, ...]:
    """Read a record of ``update``: an Id, then the fields that can change; the others are ignored.

    ``strict`` refuses fields that the object does not have; otherwise they are ignored.
    """
    if "Id" in record.ambiguous:
        return (AmbiguousValue("id"),)
    id_ = read_adjustment_id(record.values.get("Id"), "update")
    if isinstance(id_, tuple):
        return id_
    values, malformed = _read_values(record, object_type.updatable_fields, zone)
    unchangeable: dict[str, Any] = {}
    if strict:
        unchangeable, more = _read_values(record, object_type.unchangeable_fields, zone)
        malformed += [*more, *_unknown_fields(record, object_type)]
    if malformed:
        return tuple(malformed)
    status = values.pop("status", None)
    custom = _take_custom(values, object_type)
    by_name = object_type.by_name
    return Change(
        id=id_,
        status=AdjustmentStatus(status) if status else None,
        fields_to_null=frozenset(
            by_name[name].attribute for name in record.fields_to_null if name in by_name
        ),
        unchangeable=unchangeable,
        custom=custom,
        **values,
    )


OF_A_REVERSAL = ("AdjustmentDate", "ReasonCode", "ReferenceId", "Comment", "Comments")
"""What a reversal may have of its own, by the names of both objects."""


def read_reversal(
    record: Record, zone: tzinfo, object_type: ObjectType = INVOICE_ITEM_ADJUSTMENT
) -> Reversal | tuple[Refusal, ...]:
    """Read a record of ``reverse``: the Id of what to reverse, and what the reversal may have of its own."""
    id_ = read_adjustment_id(record.values.get("Id"), "reverse")
    if isinstance(id_, tuple):
        return id_
    fields = [object_type.by_name[name] for name in OF_A_REVERSAL if name in object_type.by_name]
    values, malformed = _read_values(record, fields, zone)
    return tuple(malformed) or Reversal(id_, **values)


_OF_AN_ALLOCATION = (
    "InvoiceId",
    "InvoiceNumber",
    "Amount",
    "Type",
    "AdjustmentDate",
    "ReasonCode",
    "ReferenceId",
    "Comment",
)


def read_allocation(
    record: Record, zone: tzinfo, object_type: ObjectType, strategy: Strategy | None
) -> Allocation | tuple[Refusal, ...]:
    """Read what to allocate: the invoice, the amount and its Type, and what the adjustments share.

    Without a strategy it is a write-off, which has no amount.
    """
    fields = [object_type.by_name[name] for name in _OF_AN_ALLOCATION]
    names = {field.name for field in fields}
    needed = ["InvoiceId"] if "InvoiceNumber" not in record.values else []
    if strategy is None:
        names -= {"Amount", "Type"}
    else:
        needed += ["Amount", "Type"]
    missing = [
        MissingValue(object_type.by_name[name].attribute) for name in needed if name not in record.values
    ]
    values, malformed = _read_values(record, [field for field in fields if field.name in names], zone)
    unknown = [UnknownField(name) for name in (*record.values, *record.foreign) if name not in names]
    if missing or malformed or unknown:
        return (*missing, *malformed, *unknown)
    place = {name: values.pop(name, None) for name in ("invoice_id", "invoice_number", "amount")}
    type_ = values.pop("type", None)
    return Allocation(
        **place,
        type=AdjustmentType(type_) if type_ else None,
        strategy=strategy or Strategy.PROPORTIONAL,
        terms=Terms(**values),
    )


def _take_custom(values: dict[str, Any], object_type: ObjectType) -> dict[str, Any]:
    """Take the tenant's own fields out of values, by name."""
    names = [f.attribute for f in object_type.custom_fields if f.attribute in values]
    return {name: values.pop(name) for name in names}


def _unknown_fields(record: Record, object_type: ObjectType) -> tuple[Refusal, ...]:
    """Return a refusal for each name, given or to be emptied, that the object does not have."""
    not_there = [name for name in record.fields_to_null if name not in object_type.by_name]
    return tuple(UnknownField(name) for name in (*record.unknown(object_type), *not_there))


def read_adjustment_id(text: str | None, action: str) -> str | tuple[Refusal, ...]:
    """Read the Id that an update or a delete names."""
    if text is None or not text.strip():
        return (MissingId(action),)
    try:
        return read_id(text)
    except ValueError:
        return (MalformedId("id", text),)


def _read_values(
    record: Record, fields: Iterable[Field], zone: tzinfo
) -> tuple[dict[str, Any], list[Refusal]]:
    """Read these fields of a record; the refusals are in the contract's order of fields."""
    values: dict[str, Any] = {}
    refusals: list[Refusal] = []
    for f in fields:
        if f.name in record.ambiguous:
            refusals.append(AmbiguousValue(f.attribute))
            continue
        text = record.values.get(f.name)
        if text is None:
            continue
        value = read_value(f, text, zone)
        if isinstance(value, Refusal):
            refusals.append(value)
        else:
            values[f.attribute] = value
    return values, refusals
