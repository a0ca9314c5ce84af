"""Records as a door hands them over, and reading them into what the engine decides on.

Checks 1 and 2 of the rule book happen here, for every door alike: required values, then well-formed ones.
What a caller sends is text; the contract table knows each field's type.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import tzinfo
from functools import lru_cache
from typing import Any

from gateway.contract.fields import Field
from gateway.contract.lexical import read_id
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
from gateway.engine.refusals import (
    AmbiguousValue,
    FieldNotCreatable,
    MalformedId,
    MissingId,
    MissingValue,
    UnknownField,
)
from gateway.service.values import FieldReader, NotAValue, reader_of


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


@dataclass(frozen=True, slots=True)
class _Plan:
    """How records with the same names are read.

    Attributes:
        missing: What they lack.
        steps: Each field to read: its name, what reads it, and its place among a draft's values.
        unwanted: What they have and must not have.
    """

    missing: tuple[Refusal, ...]
    steps: tuple[tuple[str, FieldReader, int], ...]
    unwanted: tuple[Refusal, ...]


_DRAFT_NAMES = tuple(f.name for f in fields(Draft))
_MEMBERS: dict[str, type[AdjustmentType | SourceType]] = {
    "type": AdjustmentType,
    "source_type": SourceType,
}
_CUSTOM = _DRAFT_NAMES.index("custom")


class DraftReader:
    """Reads records of ``create`` into drafts: checks 1 and 2, all that fail, missing values first.

    Args:
        zone: The tenant's.
        object_type: The records' own, with the tenant's fields.
        strict: Refuse fields that the object does not have or that cannot be given; otherwise they are
            ignored.
    """

    def __init__(self, zone: tzinfo, object_type: ObjectType, *, strict: bool) -> None:
        self._object_type = object_type
        self._strict = strict
        self._zone = zone
        self._readers: dict[str, FieldReader] = {}
        self._plans: dict[tuple[tuple[str, ...], ...], _Plan] = {}

    def read(self, record: Record) -> Draft | tuple[Refusal, ...]:
        """Read one record."""
        names = (*record.values,), (*record.ambiguous,), (*record.foreign,), (*record.fields_to_null,)
        plan = self._plans.get(names)
        if plan is None:
            plan = self._plans[names] = self._plan(record)
        texts = record.values
        values: list[Any] = [None] * _CUSTOM
        custom: dict[str, Any] = {}
        malformed: list[Refusal] = []
        for name, read, place in plan.steps:
            try:
                value = read(texts.get(name, ""))
            except NotAValue as no:
                malformed.append(no.refusal)
                continue
            if place < _CUSTOM:
                values[place] = value
            else:
                custom[name] = value
        if malformed or plan.missing or plan.unwanted:
            return (*plan.missing, *malformed, *plan.unwanted)
        values.append(custom)
        return Draft(*values)

    def _reader(self, field_: Field) -> FieldReader:
        """Return what reads a field into a draft's value; it is made when the field is met first."""
        reader = self._readers.get(field_.name)
        if reader is None:
            members = None if field_.custom else _MEMBERS.get(field_.attribute)
            reader = self._readers[field_.name] = (
                _member_reader(field_, self._zone, members) if members else reader_of(field_, self._zone)
            )
        return reader

    def _plan(self, record: Record) -> _Plan:
        """Return how records with this one's names are read, in the contract's order of fields."""
        given = {*record.values, *record.ambiguous}
        creatable = self._object_type.creatable_fields
        unwanted: tuple[Refusal, ...] = ()
        if self._strict:
            unwanted = (
                *(
                    FieldNotCreatable(f.attribute)
                    for f in self._object_type.fields
                    if f.name in given and not f.creatable
                ),
                *_unknown_fields(record, self._object_type),
            )
        return _Plan(
            tuple(
                MissingValue(f.attribute)
                for f in creatable
                if f.name not in given
                and (f.required or (f.name == "InvoiceId" and "InvoiceNumber" not in given))
            ),
            tuple(
                (
                    f.name,
                    _ambiguous(f) if f.name in record.ambiguous else self._reader(f),
                    _CUSTOM if f.custom else _DRAFT_NAMES.index(f.attribute),
                )
                for f in creatable
                if f.name in given
            ),
            unwanted,
        )


def _member_reader(field_: Field, zone: tzinfo, members: type[AdjustmentType | SourceType]) -> FieldReader:
    """Return what reads a field whose values the engine has as an Enum."""
    reader = reader_of(field_, zone)
    return lru_cache(lambda text: members(reader(text)))


def _ambiguous(field_: Field) -> FieldReader:
    """Return what reads a field that was given twice or with markup inside."""

    def ambiguous(_: str) -> Any:
        raise NotAValue(AmbiguousValue(field_.attribute))

    return ambiguous


def read_draft(
    record: Record,
    zone: tzinfo,
    object_type: ObjectType = INVOICE_ITEM_ADJUSTMENT,
    *,
    strict: bool = False,
) -> Draft | tuple[Refusal, ...]:
    """Read one record of ``create``, as a DraftReader reads many."""
    return DraftReader(zone, object_type, strict=strict).read(record)


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
        try:
            values[f.attribute] = reader_of(f, zone)(text)
        except NotAValue as no:
            refusals.append(no.refusal)
    return values, refusals
