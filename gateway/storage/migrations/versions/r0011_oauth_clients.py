"""OAuth clients, and of which client a session is."""

import sqlalchemy as sa
from alembic import op

from gateway.storage.types import UtcDateTime, plain_string

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Create the table; the sessions that there are were opened with a password."""
    op.create_table(
        "oauth_clients",
        sa.Column("id", plain_string(36), nullable=False),
        sa.Column("user_id", plain_string(32), nullable=False),
        sa.Column("label", plain_string(255), nullable=False),
        sa.Column("secret_hash", plain_string(64), nullable=False),
        sa.Column("created_date", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_oauth_clients_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_oauth_clients"),
    )
    op.add_column("sessions", sa.Column("client_id", plain_string(36)))
    op.create_index("ix_sessions_client_id", "sessions", ["client_id"])
