"""Fields that some versions of the contract show and 78.0 does not."""

import sqlalchemy as sa
from alembic import op

from gateway.storage.types import ExactDecimal, plain_string

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns; they are null until they are imported."""
    op.add_column("accounts", sa.Column("credit_balance", ExactDecimal()))
    op.add_column("accounts", sa.Column("parent_id", plain_string(32)))
    op.add_column("accounts", sa.Column("total_invoice_balance", ExactDecimal()))
    op.add_column("invoice_items", sa.Column("applied_to_charge_number", plain_string(50)))
