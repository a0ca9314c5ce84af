"""Fields that the tenant declares, their values, and a count of the fields that nobody declared."""

import sqlalchemy as sa
from alembic import op

from gateway.storage.types import ExactDecimal, UtcDateTime, plain_string

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables, and the counter of the configuration's changes."""
    op.create_table(
        "custom_fields",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("object_name", plain_string(64), nullable=False),
        sa.Column("name", plain_string(64), nullable=False),
        sa.Column("type", plain_string(16), nullable=False),
        sa.Column("length", sa.Integer()),
        sa.Column("created_date", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_custom_fields"),
    )
    op.create_index("uq_custom_fields_name", "custom_fields", ["object_name", "name"], unique=True)
    op.create_table(
        "custom_values",
        sa.Column("field_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("record_id", plain_string(32), nullable=False),
        sa.Column("text", plain_string(255)),
        sa.Column("number", ExactDecimal()),
        sa.Column("flag", sa.Boolean()),
        sa.Column("day", sa.Date()),
        sa.Column("moment", UtcDateTime()),
        sa.PrimaryKeyConstraint("field_id", "record_id", name="pk_custom_values"),
        sa.ForeignKeyConstraint(["field_id"], ["custom_fields.id"], name="fk_custom_values_field_id"),
    )
    op.create_index("ix_custom_values_record_id", "custom_values", ["record_id"])
    op.create_index("ix_custom_values_field_id_text", "custom_values", ["field_id", "text"])
    op.create_table(
        "ignored_fields",
        sa.Column("object_name", plain_string(64), nullable=False),
        sa.Column("name", plain_string(64), nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("object_name", "name", name="pk_ignored_fields"),
    )
    counters = sa.table("counters", sa.column("name"), sa.column("last"))
    op.bulk_insert(counters, [{"name": "configuration", "last": 0}])
