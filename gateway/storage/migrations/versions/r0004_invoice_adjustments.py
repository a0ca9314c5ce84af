"""Adjustments of an invoice alone, and the revenue fields of item adjustments."""

import sqlalchemy as sa
from alembic import op

from gateway.storage.types import ExactDecimal, UtcDateTime, plain_string

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the table and its counter; add the columns, null for adjustments made before."""
    op.add_column("invoice_item_adjustments", sa.Column("deferred_revenue_account", plain_string(100)))
    op.add_column("invoice_item_adjustments", sa.Column("recognized_revenue_account", plain_string(100)))
    op.add_column(
        "invoice_item_adjustments",
        sa.Column("exclude_item_billing_from_revenue_accounting", sa.Boolean()),
    )
    op.create_table(
        "invoice_adjustments",
        sa.Column("id", plain_string(32), nullable=False),
        sa.Column("account_id", plain_string(32), nullable=False),
        sa.Column("accounting_code", plain_string(100)),
        sa.Column("adjustment_date", sa.Date(), nullable=False),
        sa.Column("adjustment_number", plain_string(255), nullable=False),
        sa.Column("amount", ExactDecimal(), nullable=False),
        sa.Column("cancelled_by_id", plain_string(32)),
        sa.Column("cancelled_date", UtcDateTime()),
        sa.Column("comment", plain_string(255)),
        sa.Column("created_by_id", plain_string(32), nullable=False),
        sa.Column("created_date", UtcDateTime(), nullable=False),
        sa.Column("impact_amount", ExactDecimal(), nullable=False),
        sa.Column("invoice_id", plain_string(32), nullable=False),
        sa.Column("reason_code", plain_string(32)),
        sa.Column("reference_id", plain_string(60)),
        sa.Column("status", plain_string(9), nullable=False),
        sa.Column("transferred_to_accounting", plain_string(10)),
        sa.Column("type", plain_string(6), nullable=False),
        sa.Column("updated_by_id", plain_string(32), nullable=False),
        sa.Column("updated_date", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_invoice_adjustments"),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name="fk_invoice_adjustments_invoice_id"),
    )
    op.create_index(
        "uq_invoice_adjustments_number", "invoice_adjustments", ["adjustment_number"], unique=True
    )
    for name in ("account_id", "invoice_id", "reference_id", "created_date", "updated_date"):
        op.create_index(f"ix_invoice_adjustments_{name}_id", "invoice_adjustments", [name, "id"])
    counters = sa.table("counters", sa.column("name"), sa.column("last"))
    op.bulk_insert(counters, [{"name": "invoice_adjustment_number", "last": 0}])
