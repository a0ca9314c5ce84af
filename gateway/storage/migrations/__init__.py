"""The schema's history: Alembic revisions, each frozen, run by ``gateway.storage.migrating``."""

__all__: list[str] = []
