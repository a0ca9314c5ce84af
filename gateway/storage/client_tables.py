"""The table of OAuth clients."""

from sqlalchemy import Column, ForeignKey, Table

from gateway.storage.tables import metadata, users
from gateway.storage.types import UtcDateTime, plain_string

oauth_clients = Table(
    "oauth_clients",
    metadata,
    Column("id", plain_string(36), primary_key=True),
    Column("user_id", plain_string(32), ForeignKey(users.c.id), nullable=False),
    Column("label", plain_string(255), nullable=False),
    # Only a hash of the secret: who reads the database cannot act as the client.
    Column("secret_hash", plain_string(64), nullable=False),
    Column("created_date", UtcDateTime, nullable=False),
)
