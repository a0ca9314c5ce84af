"""OAuth clients in SQL."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select

from gateway.service.ports import OAuthClient
from gateway.storage.client_tables import oauth_clients
from gateway.storage.sessions import USER_COLUMNS, a_user
from gateway.storage.tables import sessions, users


class SqlClients:
    """The ClientStore of one transaction."""

    connection: Connection

    def add_client(self, client: OAuthClient, created: datetime) -> None:
        """Write a new client."""
        self.connection.execute(
            insert(oauth_clients).values(
                id=client.id,
                user_id=client.user.id,
                label=client.label,
                secret_hash=client.secret_hash,
                created_date=created,
            )
        )

    def client(self, client_id: str) -> OAuthClient | None:
        """Return the client of this id, whether its user is active or not."""
        found = self._clients(_SELECT.where(oauth_clients.c.id == client_id))
        return found[0] if found else None

    def clients(self) -> list[OAuthClient]:
        """Return all clients, by the names of their users and then by id."""
        return self._clients(_SELECT.order_by(users.c.name, oauth_clients.c.id))

    def remove_client(self, client_id: str) -> bool:
        """Delete a client and its sessions; False if there is none."""
        self.connection.execute(delete(sessions).where(sessions.c.client_id == client_id))
        return (
            self.connection.execute(delete(oauth_clients).where(oauth_clients.c.id == client_id)).rowcount > 0
        )

    def _clients(self, statement: Select[Any]) -> list[OAuthClient]:
        return [
            OAuthClient(id_, a_user(user), label, secret_hash)
            for id_, label, secret_hash, *user in self.connection.execute(statement)
        ]


_SELECT = select(
    oauth_clients.c.id, oauth_clients.c.label, oauth_clients.c.secret_hash, *USER_COLUMNS
).join_from(oauth_clients, users, oauth_clients.c.user_id == users.c.id)
