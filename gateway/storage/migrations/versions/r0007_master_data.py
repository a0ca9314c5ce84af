"""What accountants keep (periods, reason codes, accounting codes), tenant settings, idempotency keys.

Adjustments get the day on which they count in the books, and the link to what they reverse.
"""

import sqlalchemy as sa
from alembic import op

from gateway.storage.types import UtcDateTime, plain_string, plain_text

revision = "0007"
down_revision = "0006"

_REASON_CODES = (
    "Standard Adjustment",
    "Customer Satisfaction",
    "Incorrect Charge",
    "Write-off",
    "Other",
)


def upgrade() -> None:
    """Create the tables; adjustments made before count on their own day."""
    for name in ("invoice_item_adjustments", "invoice_adjustments"):
        op.add_column(name, sa.Column("accounting_date", sa.Date()))
        op.add_column(name, sa.Column("reverses_id", plain_string(32)))
        op.create_index(f"ix_{name}_reverses_id", name, ["reverses_id"])
        table = sa.table(name, sa.column("accounting_date"), sa.column("adjustment_date"))
        op.execute(table.update().values(accounting_date=table.c.adjustment_date))
    op.add_column("users", sa.Column("permissions", plain_string(255)))
    op.create_table(
        "accounting_periods",
        sa.Column("name", plain_string(100), nullable=False),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=False),
        sa.Column("status", plain_string(16), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_accounting_periods"),
    )
    op.create_table(
        "reason_codes",
        sa.Column("code", plain_string(32), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_reason_codes"),
    )
    op.create_table(
        "accounting_codes",
        sa.Column("code", plain_string(100), nullable=False),
        sa.Column("type", plain_string(50)),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_accounting_codes"),
    )
    op.create_table(
        "tenant_settings",
        sa.Column("name", plain_string(64), nullable=False),
        sa.Column("value", plain_string(255), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_tenant_settings"),
    )
    op.create_table(
        "configuration_entries",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            autoincrement=True,
        ),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("who", plain_string(255), nullable=False),
        sa.Column("action", plain_string(64), nullable=False),
        sa.Column("detail", plain_text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_configuration_entries"),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("user_id", plain_string(32), nullable=False),
        sa.Column("operation", plain_string(32), nullable=False),
        sa.Column("key", plain_string(255), nullable=False),
        sa.Column("hash", plain_string(64), nullable=False),
        sa.Column("answer", plain_text(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "operation", "key", name="pk_idempotency_keys"),
    )
    op.create_index("ix_idempotency_keys_expires_at", "idempotency_keys", ["expires_at"])
    codes = sa.table("reason_codes", sa.column("code"), sa.column("active"), sa.column("is_default"))
    op.bulk_insert(
        codes,
        [{"code": code, "active": True, "is_default": code == _REASON_CODES[0]} for code in _REASON_CODES],
    )
