"""How far exports to the books have come."""

import sqlalchemy as sa
from alembic import op

from gateway.storage.types import UtcDateTime, plain_string, plain_text

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "export_marks",
        sa.Column("name", plain_string(64), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("moved_at", UtcDateTime(), nullable=False),
        sa.Column("part", plain_text()),
        sa.Column("file", plain_text()),
        sa.PrimaryKeyConstraint("name", name="pk_export_marks"),
    )
