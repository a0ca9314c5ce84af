"""The kinds of import file: one for each object, with its columns and what they must hold."""

from dataclasses import dataclass
from functools import cached_property

from gateway.contract.fields import Field, WireType
from gateway.contract.objects import (
    ACCOUNT,
    INVOICE,
    INVOICE_ADJUSTMENT,
    INVOICE_ITEM,
    INVOICE_ITEM_ADJUSTMENT,
    TAXATION_ITEM,
    ObjectType,
)
from gateway.engine.periods import PeriodStatus
from gateway.service.masterdata import MAX_CODE_CHARACTERS, MAX_REASON_CHARACTERS

DELETED = Field("Deleted", WireType.BOOLEAN)
"""Says that a row is gone at its source."""

_DELETED_HEADERS = ("Deleted", "deleted", "_fivetran_deleted")


@dataclass(frozen=True)
class FileKind:
    """What files of one object are like.

    Attributes:
        object_type: The object, of the contract or of the product's exports.
        required: The attributes that every record must have.
        extras: Columns that a file may have beyond the object's fields.
        unique: The attributes that no two records of a file share.
        all_or_nothing: A bad record keeps the others of its file out.
    """

    object_type: ObjectType
    required: tuple[str, ...]
    extras: tuple[Field, ...] = ()
    unique: tuple[str, ...] = ("id",)
    all_or_nothing: bool = False

    @property
    def name(self) -> str:
        """The object's name, which is also the file's."""
        return self.object_type.name

    @cached_property
    def by_header(self) -> dict[str, Field]:
        """The fields by the contract's names, bare and with the object before them."""
        fields = (*(f for f in self.object_type.output_fields if f.held), *self.extras)
        by_name = {field.name: field for field in fields}
        return {
            **by_name,
            **{f"{self.name}.{name}": field for name, field in by_name.items()},
            **dict.fromkeys(_DELETED_HEADERS, DELETED),
        }

    @cached_property
    def by_connector_header(self) -> dict[str, Field]:
        """The fields by the connectors' names without underscores: VATId is ``vatid`` to one of them."""
        return {header.lower(): field for header, field in self.by_header.items() if "." not in header}

    def label(self, attribute: str) -> str:
        """Return the contract's name of an attribute."""
        return next(f.name for f in self.by_header.values() if f.attribute == attribute)


def _kept(
    name: str, *fields: Field, required: tuple[str, ...] = (), all_or_nothing: bool = False
) -> FileKind:
    """Return the kind of a file of what accountants keep; a record is known by its name."""
    object_type = ObjectType(name, fields)
    return FileKind(object_type, ("name", *required), unique=("name",), all_or_nothing=all_or_nothing)


ACTIVE, INACTIVE = "Active", "Inactive"
_ACTIVITY = Field("Status", length=8, values=(ACTIVE, INACTIVE))

# Columns as the product's exports of accounting periods and accounting codes call them; reason codes have no
# export, so theirs are our choice.
PERIODS = _kept(
    "AccountingPeriod",
    Field("Name", length=MAX_CODE_CHARACTERS),
    Field("StartDate", WireType.DATE),
    Field("EndDate", WireType.DATE),
    Field("Status", length=13, values=(*PeriodStatus, "Pending Close")),
    required=("start_date", "end_date"),
    all_or_nothing=True,
)
ACCOUNTING_CODES = _kept(
    "AccountingCode", Field("Name", length=MAX_CODE_CHARACTERS), _ACTIVITY, Field("Type", length=50)
)
REASON_CODES = _kept(
    "ReasonCode",
    Field("Name", length=MAX_REASON_CHARACTERS),
    _ACTIVITY,
    Field("Default", WireType.BOOLEAN, attribute="is_default"),
)
ACCOUNTS = FileKind(ACCOUNT, ("id",))
INVOICES = FileKind(
    INVOICE,
    ("id", "account_id", "invoice_number", "invoice_date", "amount", "status"),
    (Field("Currency", length=3), Field("TransactionCurrency", length=3)),
    unique=("id", "invoice_number"),
)
ITEMS = FileKind(INVOICE_ITEM, ("id", "invoice_id", "charge_amount"))
TAXES = FileKind(TAXATION_ITEM, ("id", "invoice_id", "invoice_item_id", "tax_amount"))

# A counter-adjustment in a closed period counts in a later one; no export of the product says so.
_ACCOUNTING_DATE = Field("AccountingDate", WireType.DATE)
_ADJUSTMENT = ("id", "adjustment_number", "invoice_id", "type", "amount", "adjustment_date")
ITEM_HISTORY = FileKind(
    INVOICE_ITEM_ADJUSTMENT,
    (*_ADJUSTMENT, "source_type", "source_id"),
    (_ACCOUNTING_DATE,),
    unique=("id", "adjustment_number"),
)
INVOICE_HISTORY = FileKind(
    INVOICE_ADJUSTMENT, _ADJUSTMENT, (_ACCOUNTING_DATE,), unique=("id", "adjustment_number")
)

KEPT = (PERIODS, ACCOUNTING_CODES, REASON_CODES)
"""What accountants keep."""

HISTORY = (ITEM_HISTORY.name, INVOICE_HISTORY.name)
"""Names of objects that are created here too, so that the tenant may have declared fields of theirs."""

KINDS = (*KEPT, ACCOUNTS, INVOICES, ITEMS, TAXES, ITEM_HISTORY, INVOICE_HISTORY)
"""In the order in which they are loaded: each refers to those before it."""
