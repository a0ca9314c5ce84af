"""The store: SQLAlchemy Core on SQLite, PostgreSQL and MariaDB behind the ports that the service declares."""

from gateway.storage.store import SqlStore, open_store

__all__ = ["SqlStore", "open_store"]
