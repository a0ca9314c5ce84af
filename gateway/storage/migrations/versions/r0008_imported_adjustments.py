"""What files brought of adjustments made elsewhere, and which balances a file gave."""

import sqlalchemy as sa
from alembic import op

from gateway.storage.types import ExactDecimal, plain_string

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create the table; nobody knows which balances were given before, so all count as given."""
    op.create_table(
        "imported_adjustments",
        sa.Column("adjustment_id", plain_string(32), nullable=False),
        sa.Column("object_name", plain_string(64), nullable=False),
        sa.Column("invoice_id", plain_string(32), nullable=False),
        sa.Column("source_type", plain_string(13)),
        sa.Column("source_id", plain_string(32)),
        sa.Column("impact", ExactDecimal(), nullable=False),
        sa.PrimaryKeyConstraint("adjustment_id", name="pk_imported_adjustments"),
    )
    for name in ("invoice_id", "source_id"):
        op.create_index(f"ix_imported_adjustments_{name}", "imported_adjustments", [name])
    for table, name in (
        ("invoices", "balance_stated"),
        ("invoices", "adjustment_amount_stated"),
        ("invoice_items", "balance_stated"),
        ("taxation_items", "balance_stated"),
    ):
        op.add_column(table, sa.Column(name, sa.Boolean(), nullable=False, server_default="1"))
