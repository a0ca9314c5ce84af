"""The tables of bulk jobs."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, Table
from sqlalchemy.dialects.mysql import LONGBLOB

from gateway.storage.tables import ID_LENGTH, metadata
from gateway.storage.types import UtcDateTime, plain_string, plain_text

PACKED = LargeBinary().with_variant(LONGBLOB(), "mysql", "mariadb")
"""Compressed JSON; MariaDB's BLOB would hold 65,535 bytes."""

jobs = Table(
    "jobs",
    metadata,
    Column("id", plain_string(ID_LENGTH), primary_key=True),
    Column("kind", plain_string(16), nullable=False),
    Column("user_id", plain_string(ID_LENGTH), nullable=False),
    Column("door", plain_string(16), nullable=False),
    # JSON: an object, and a list of paths.
    Column("options", plain_text(), nullable=False),
    Column("sources", plain_text(), nullable=False),
    Column("fingerprint", plain_string(64), nullable=False),
    Column("state", plain_string(16), nullable=False),
    Column("staged", Boolean, nullable=False),
    Column("rows_read", BigInteger, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
)
Index(None, jobs.c.fingerprint)
Index(None, jobs.c.started_at)

# Without a foreign key: on MariaDB a chunk would hold its job's row, and canceling would wait for it.
job_chunks = Table(
    "job_chunks",
    metadata,
    Column("job_id", plain_string(ID_LENGTH), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("rows_read", Integer, nullable=False),
    # The rows, where no file has them.
    Column("content", PACKED),
    # Null until the chunk is done.
    Column("outcomes", PACKED),
    Column("made", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("done_at", UtcDateTime),
)
