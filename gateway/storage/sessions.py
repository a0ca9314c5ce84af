"""Users and sessions in SQL."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from gateway.service.callers import Permission, User
from gateway.service.ports import UserSession
from gateway.storage.configuration import REVISION
from gateway.storage.tables import idempotency_keys, query_locators, query_pages, sessions, users

USER_COLUMNS = (
    users.c.id,
    users.c.name,
    users.c.email,
    users.c.full_name,
    users.c.password_hash,
    users.c.active,
    users.c.permissions,
)


class SqlSessions:
    """The SessionStore of one transaction."""

    connection: Connection

    def user_named(self, name: str) -> User | None:
        """Return the user of this name, active or not."""
        row = self.connection.execute(select(*USER_COLUMNS).where(users.c.name == name)).one_or_none()
        return None if row is None else a_user(row)

    def user_of_session(self, token_hash: str, now: datetime) -> UserSession | None:
        """Return a live session of an active user."""
        statement = (
            select(*USER_COLUMNS, sessions.c.expires_at, sessions.c.ends_at, REVISION.scalar_subquery())
            .join_from(sessions, users, sessions.c.user_id == users.c.id)
            .where(sessions.c.token_hash == token_hash, sessions.c.expires_at > now, users.c.active)
        )
        row = self.connection.execute(statement).one_or_none()
        return None if row is None else UserSession(a_user(row[:-3]), *row[-3:])

    def add_user(self, user: User, created: datetime) -> None:
        """Write a new user; the name must be free."""
        self.connection.execute(
            insert(users).values(
                id=user.id,
                name=user.name,
                email=user.email,
                full_name=user.full_name,
                password_hash=user.password_hash,
                active=user.active,
                permissions=_permissions_text(user.permissions),
                created_date=created,
            )
        )

    def add_session(
        self, token_hash: str, user_id: str, expires_at: datetime, ends_at: datetime, client_id: str = ""
    ) -> None:
        """Write a new session, of a client if one is named."""
        self.connection.execute(
            insert(sessions).values(
                token_hash=token_hash,
                user_id=user_id,
                expires_at=expires_at,
                ends_at=ends_at,
                client_id=client_id or None,
            )
        )

    def extend_session(self, token_hash: str, expires_at: datetime) -> None:
        """Move a session's expiry."""
        self.connection.execute(
            update(sessions).where(sessions.c.token_hash == token_hash).values(expires_at=expires_at)
        )

    def forget_expired(self, now: datetime) -> None:
        """Delete sessions, locators and idempotency keys that have expired."""
        expired = select(query_locators.c.id).where(query_locators.c.expires_at <= now)
        for statement in (
            delete(sessions).where(sessions.c.expires_at <= now),
            delete(query_pages).where(query_pages.c.locator_id.in_(expired)),
            delete(query_locators).where(query_locators.c.expires_at <= now),
            delete(idempotency_keys).where(idempotency_keys.c.expires_at <= now),
        ):
            self.connection.execute(statement)

    def users(self) -> list[User]:
        """Return all users by name."""
        return [a_user(row) for row in self.connection.execute(select(*USER_COLUMNS).order_by(users.c.name))]

    def save_user(self, user: User) -> None:
        """Write what a user may do, and whether the user may log in."""
        self.connection.execute(
            update(users)
            .where(users.c.id == user.id)
            .values(active=user.active, permissions=_permissions_text(user.permissions))
        )


def a_user(row: Sequence[Any]) -> User:
    """Return the user of a row of ``USER_COLUMNS``."""
    *values, permissions = row
    if permissions is None:
        return User(*values)
    allowed = frozenset(Permission(text) for text in permissions.split(",") if text)
    return replace(User(*values), permissions=allowed)


def _permissions_text(permissions: frozenset[Permission]) -> str:
    return ",".join(sorted(permissions))
