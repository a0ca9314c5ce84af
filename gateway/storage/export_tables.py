"""The table of export marks."""

from sqlalchemy import BigInteger, Column, Table

from gateway.storage.tables import metadata
from gateway.storage.types import UtcDateTime, plain_string, plain_text

export_marks = Table(
    "export_marks",
    metadata,
    Column("name", plain_string(64), primary_key=True),
    # The audit entry up to which everything was exported.
    Column("position", BigInteger, nullable=False),
    Column("moved_at", UtcDateTime, nullable=False),
    # Paths of an output that is complete and may not have its name yet; null otherwise.
    Column("part", plain_text()),
    Column("file", plain_text()),
)
