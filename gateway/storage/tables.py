"""The tables. The columns of the contract's objects come from the contract table.

Beside a contract object's own columns stand the few that the engine needs: running balances (``balance``),
the part of them that adjustments made here account for (``adjusted``), and what can still be given back
(``taken``).
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    text,
)
from sqlalchemy.types import TypeEngine

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
from gateway.storage.types import ExactDecimal, UtcDateTime, plain_string, plain_text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID_LENGTH = 32


def column_type(field: Field) -> TypeEngine[Any]:
    """Return the column type of a contract field."""
    match field.type:
        case WireType.ID | WireType.STRING:
            return plain_text() if field.length is None else plain_string(field.length)
        case WireType.DECIMAL:
            return ExactDecimal()
        case WireType.INT:
            return Integer()
        case WireType.BOOLEAN:
            return Boolean()
        case WireType.DATE:
            return Date()
        case WireType.DATE_TIME:
            return UtcDateTime()


def _columns(
    object_type: ObjectType, *, without: tuple[str, ...] = (), not_null: tuple[str, ...] = ()
) -> list[Column[Any]]:
    """Return the columns of an object's held fields; ``id`` is the primary key."""
    return [
        Column(
            field.attribute,
            column_type(field),
            primary_key=field.attribute == "id",
            nullable=field.attribute not in ("id", *not_null),
        )
        for field in object_type.output_fields
        if field.held and field.attribute not in without
    ]


def _id(name: str, *more: Any, **options: Any) -> Column[Any]:
    return Column(name, plain_string(ID_LENGTH), *more, **options)


def _stated(name: str) -> Column[Any]:
    """Return the column that says whether a file gave a value; one that none gave follows the history."""
    # In quotes, '1' is true on every database and compares as it was declared.
    return Column(name, Boolean, nullable=False, server_default="1")


accounts = Table("accounts", metadata, *_columns(ACCOUNT))
Index(None, accounts.c.account_number)

invoices = Table(
    "invoices",
    metadata,
    *_columns(
        INVOICE,
        not_null=(
            "account_id",
            "invoice_number",
            "invoice_date",
            "status",
            "amount",
            "balance",
            "adjustment_amount",
        ),
    ),
    Column("currency", plain_string(3), nullable=False),
    Column("minor_unit_digits", Integer, nullable=False),
    Column("adjusted", ExactDecimal, nullable=False),
    # What was imported, for the proof: balance = imported_balance + adjusted, adjustment_amount =
    # imported_adjustment_amount - adjusted.
    Column("imported_balance", ExactDecimal),
    Column("imported_adjustment_amount", ExactDecimal),
    _stated("balance_stated"),
    _stated("adjustment_amount_stated"),
    # The end of the invoice's chain of audit entries.
    Column("audit_seq", BigInteger, nullable=False, server_default="0"),
    Column("audit_hash", plain_string(64), nullable=False, server_default=text("''")),
)
Index("uq_invoices_invoice_number", invoices.c.invoice_number, unique=True)
Index(None, invoices.c.account_id, invoices.c.id)

invoice_items = Table(
    "invoice_items",
    metadata,
    *_columns(INVOICE_ITEM, not_null=("invoice_id", "charge_amount", "balance")),
    Column("taken", ExactDecimal, nullable=False),
    Column("adjusted", ExactDecimal, nullable=False),
    Column("imported_balance", ExactDecimal),
    _stated("balance_stated"),
)
Index(None, invoice_items.c.invoice_id, invoice_items.c.id)

taxation_items = Table(
    "taxation_items",
    metadata,
    *_columns(TAXATION_ITEM, not_null=("invoice_id", "invoice_item_id", "tax_amount", "balance")),
    Column("taken", ExactDecimal, nullable=False),
    Column("adjusted", ExactDecimal, nullable=False),
    Column("imported_balance", ExactDecimal),
    _stated("balance_stated"),
)
Index(None, taxation_items.c.invoice_id, taxation_items.c.id)
Index(None, taxation_items.c.invoice_item_id, taxation_items.c.id)

# Live from the account and the invoice, joined when they are queried.
_JOINED = ("customer_name", "customer_number", "invoice_number")
_ALWAYS = (
    "account_id",
    "adjustment_date",
    "adjustment_number",
    "amount",
    "created_by_id",
    "created_date",
    "invoice_id",
    "status",
    "type",
    "updated_by_id",
    "updated_date",
)

invoice_item_adjustments = Table(
    "invoice_item_adjustments",
    metadata,
    *_columns(INVOICE_ITEM_ADJUSTMENT, without=_JOINED, not_null=(*_ALWAYS, "source_id", "source_type")),
)
Index("uq_adjustments_number", invoice_item_adjustments.c.adjustment_number, unique=True)
for _name in ("account_id", "invoice_id", "source_id", "reference_id", "created_date", "updated_date"):
    Index(None, invoice_item_adjustments.c[_name], invoice_item_adjustments.c.id)

invoice_adjustments = Table(
    "invoice_adjustments",
    metadata,
    *_columns(INVOICE_ADJUSTMENT, without=_JOINED, not_null=(*_ALWAYS, "impact_amount")),
)
Index("uq_invoice_adjustments_number", invoice_adjustments.c.adjustment_number, unique=True)
for _name in ("account_id", "invoice_id", "reference_id", "created_date", "updated_date"):
    Index(None, invoice_adjustments.c[_name], invoice_adjustments.c.id)

for _child, _column, _parent in (
    (invoices, "account_id", accounts),
    (invoice_items, "invoice_id", invoices),
    (taxation_items, "invoice_id", invoices),
    (taxation_items, "invoice_item_id", invoice_items),
    (invoice_item_adjustments, "invoice_id", invoices),
    (invoice_adjustments, "invoice_id", invoices),
):
    _child.c[_column].append_foreign_key(ForeignKey(_parent.c.id))

adjustment_numbers = Table(
    "adjustment_numbers",
    metadata,
    # A number is never used twice: its row stays when the adjustment is deleted.
    Column("number", plain_string(255), primary_key=True),
    _id("adjustment_id", nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("name", plain_string(32), primary_key=True),
    Column("last", BigInteger, nullable=False),
)

# Not fields of the contract: the day on which an adjustment counts in the books, and what it reverses.
for _table in (invoice_item_adjustments, invoice_adjustments):
    _table.append_column(Column("accounting_date", Date))
    _table.append_column(_id("reverses_id"))
    Index(None, _table.c.reverses_id)

# What files brought of adjustments made elsewhere; a row stays when its adjustment is canceled or deleted
# here, for the proof: balance = imported_balance + signed live adjustments - sum of impact.
imported_adjustments = Table(
    "imported_adjustments",
    metadata,
    _id("adjustment_id", primary_key=True),
    Column("object_name", plain_string(64), nullable=False),
    _id("invoice_id", nullable=False),
    Column("source_type", plain_string(13)),
    _id("source_id"),
    # With its sign, what the imported balances hold of it already: 0 when it came canceled.
    Column("impact", ExactDecimal, nullable=False),
)
Index(None, imported_adjustments.c.invoice_id)
Index(None, imported_adjustments.c.source_id)

accounting_periods = Table(
    "accounting_periods",
    metadata,
    Column("name", plain_string(100), primary_key=True),
    Column("start_date", Date, nullable=False),
    Column("end_date", Date, nullable=False),
    Column("status", plain_string(16), nullable=False),
)

reason_codes = Table(
    "reason_codes",
    metadata,
    Column("code", plain_string(32), primary_key=True),
    Column("active", Boolean, nullable=False),
    Column("is_default", Boolean, nullable=False),
)

accounting_codes = Table(
    "accounting_codes",
    metadata,
    Column("code", plain_string(100), primary_key=True),
    Column("type", plain_string(50)),
    Column("active", Boolean, nullable=False),
)

tenant_settings = Table(
    "tenant_settings",
    metadata,
    Column("name", plain_string(64), primary_key=True),
    Column("value", plain_string(255), nullable=False),
)

configuration_entries = Table(
    "configuration_entries",
    metadata,
    Column(
        "id",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=True,
    ),
    Column("at", UtcDateTime, nullable=False),
    Column("who", plain_string(255), nullable=False),
    Column("action", plain_string(64), nullable=False),
    # JSON: what was there before and what is there now.
    Column("detail", plain_text(), nullable=False),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    _id("user_id", primary_key=True),
    Column("operation", plain_string(32), primary_key=True),
    Column("key", plain_string(255), primary_key=True),
    Column("hash", plain_string(64), nullable=False),
    # JSON: what the call answered; empty while it is running.
    Column("answer", plain_text(), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)
Index(None, idempotency_keys.c.expires_at)

custom_fields = Table(
    "custom_fields",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("object_name", plain_string(64), nullable=False),
    Column("name", plain_string(64), nullable=False),
    Column("type", plain_string(16), nullable=False),
    Column("length", Integer),
    Column("created_date", UtcDateTime, nullable=False),
)
Index("uq_custom_fields_name", custom_fields.c.object_name, custom_fields.c.name, unique=True)

# One of the last five columns is not null: that of the field's type.
custom_values = Table(
    "custom_values",
    metadata,
    Column("field_id", Integer, ForeignKey(custom_fields.c.id), primary_key=True, autoincrement=False),
    _id("record_id", primary_key=True),
    Column("text", plain_string(255)),
    Column("number", ExactDecimal),
    Column("flag", Boolean),
    Column("day", Date),
    Column("moment", UtcDateTime),
)
Index(None, custom_values.c.record_id)
Index(None, custom_values.c.field_id, custom_values.c.text)

ignored_fields = Table(
    "ignored_fields",
    metadata,
    Column("object_name", plain_string(64), primary_key=True),
    Column("name", plain_string(64), primary_key=True),
    Column("calls", BigInteger, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
)

users = Table(
    "users",
    metadata,
    _id("id", primary_key=True),
    Column("name", plain_string(255), nullable=False),
    Column("email", plain_string(255), nullable=False),
    Column("full_name", plain_string(255), nullable=False),
    Column("password_hash", plain_string(255), nullable=False),
    # With commas between; null are those of a plain user.
    Column("permissions", plain_string(255)),
    Column("active", Boolean, nullable=False),
    Column("created_date", UtcDateTime, nullable=False),
)
Index("uq_users_name", users.c.name, unique=True)

sessions = Table(
    "sessions",
    metadata,
    # Only a hash of the token: who reads the database cannot use a session.
    Column("token_hash", plain_string(64), primary_key=True),
    _id("user_id", ForeignKey(users.c.id), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("client_id", plain_string(36), index=True),  # null: opened with a password
)
Index(None, sessions.c.expires_at)

query_locators = Table(
    "query_locators",
    metadata,
    _id("id", primary_key=True),
    _id("user_id", nullable=False),
    Column("query", plain_text(), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    # In quotes, '1' is true on every database and compares as it was declared.
    Column("case_sensitive", Boolean, nullable=False, server_default="1"),
)
Index(None, query_locators.c.expires_at)

query_pages = Table(
    "query_pages",
    metadata,
    _id("locator_id", primary_key=True),
    # "offset" is a keyword of SQL; the page begins behind this many rows.
    Column("rows_before", BigInteger, primary_key=True, autoincrement=False),
    _id("after_id", nullable=False),
    # JSON: what stands before the Id in the place where the page begins; null in the order of Ids.
    Column("after_values", plain_text()),
)

audit_entries = Table(
    "audit_entries",
    metadata,
    Column(
        "id",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=True,
    ),
    Column("at", UtcDateTime, nullable=False),
    _id("user_id", nullable=False),
    Column("door", plain_string(16), nullable=False),
    Column("request_id", plain_string(64), nullable=False),
    Column("action", plain_string(16), nullable=False),
    _id("adjustment_id", nullable=False),
    # JSON: the fields that changed, and the amount as sent.
    Column("detail", plain_text(), nullable=False),
    # The place in the invoice's chain; null in entries of the first releases.
    _id("invoice_id"),
    Column("seq", BigInteger),
    Column("hash", plain_string(64)),
)
Index(None, audit_entries.c.adjustment_id)
Index("uq_audit_entries_seq", audit_entries.c.invoice_id, audit_entries.c.seq, unique=True)
