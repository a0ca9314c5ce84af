"""Queries in an order of their own, and without regard to case: what their pages must remember."""

import sqlalchemy as sa
from alembic import op

from gateway.storage.types import plain_text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns; queries whose pages are being read go on as they began."""
    op.add_column(
        "query_locators", sa.Column("case_sensitive", sa.Boolean(), nullable=False, server_default="1")
    )
    op.add_column("query_pages", sa.Column("after_values", plain_text()))
