"""Bulk jobs and their chunks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.mysql import LONGBLOB

from gateway.storage.types import UtcDateTime, plain_string, plain_text

revision = "0009"
down_revision = "0008"

_PACKED = sa.LargeBinary().with_variant(LONGBLOB(), "mysql", "mariadb")


def upgrade() -> None:
    """Create both tables, and the row that beginnings of jobs wait for."""
    op.create_table(
        "jobs",
        sa.Column("id", plain_string(32), nullable=False),
        sa.Column("kind", plain_string(16), nullable=False),
        sa.Column("user_id", plain_string(32), nullable=False),
        sa.Column("door", plain_string(16), nullable=False),
        sa.Column("options", plain_text(), nullable=False),
        sa.Column("sources", plain_text(), nullable=False),
        sa.Column("fingerprint", plain_string(64), nullable=False),
        sa.Column("state", plain_string(16), nullable=False),
        sa.Column("staged", sa.Boolean(), nullable=False),
        sa.Column("rows_read", sa.BigInteger(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    for name in ("fingerprint", "started_at"):
        op.create_index(f"ix_jobs_{name}", "jobs", [name])
    op.create_table(
        "job_chunks",
        sa.Column("job_id", plain_string(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("content", _PACKED),
        sa.Column("outcomes", _PACKED),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("done_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("job_id", "number", name="pk_job_chunks"),
    )
    counters = sa.table("counters", sa.column("name"), sa.column("last"))
    op.bulk_insert(counters, [{"name": "jobs", "last": 0}])
