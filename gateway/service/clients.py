"""OAuth clients: an id and a secret of a user's, and the bearer tokens that they are exchanged for.

A token is a session that use does not prolong: it is kept as a hash like one, ends with its user's closing
like one, and ends when its client is removed. Source of forms and lifetime:
https://developer.zuora.com/v1-api-reference/api/operation/createToken/ (read 2026-01-02): an id of 36
characters, a secret of up to 42 that is shown once, tokens of an hour.
"""

import hmac
import re
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.service.failures import InvalidArgument, InvalidClient
from gateway.service.ports import OAuthClient, Store, Transaction
from gateway.service.sessions import token_hash

TOKEN_LIFE = timedelta(hours=1)

_CLIENT_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.ASCII)
_SECRET_BYTES = 30


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token, as it is told once."""

    text: str
    life: timedelta
    user_id: str


class Clients:
    """The use cases of OAuth clients.

    Args:
        store: Where they are kept.
        clock: Gives the present moment, aware.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def add(self, user_name: str, label: str) -> tuple[str, str]:
        """Make a client that acts for a user, and return its id and its secret, which nobody can read again.

        Raises:
            InvalidArgument: There is no such active user.
        """
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        client_id = str(uuid.uuid4())

        def work(tx: Transaction) -> None:
            user = tx.user_named(user_name)
            if user is None or not user.active:
                raise InvalidArgument(f"There is no active user {user_name[:60]!r}.")
            tx.add_client(OAuthClient(client_id, user, label, token_hash(secret)), self._clock())

        self._store.write(work)
        return client_id, secret

    def all(self) -> list[OAuthClient]:
        """Return all clients, by the names of their users and then by id."""
        return self._store.read(lambda tx: tx.clients())

    def remove(self, client_id: str) -> None:
        """Remove a client; its tokens end with it.

        Raises:
            InvalidArgument: There is no such client.
        """
        if not self._store.write(lambda tx: tx.remove_client(client_id)):
            raise InvalidArgument(f"There is no client {client_id[:60]!r}.")

    def token(self, client_id: str, secret: str) -> Token:
        """Exchange an id and its secret for a new bearer token.

        Raises:
            InvalidClient: There is no such client of an active user, or the secret is another.
        """
        known = None
        if _CLIENT_ID.fullmatch(client_id):
            known = self._store.read(lambda tx: tx.client(client_id))
        kept = known.secret_hash if known else ""
        # The secret is long and random: one round of hashing hides it, and nobody can try them all.
        if not hmac.compare_digest(kept, token_hash(secret)) or known is None or not known.user.active:
            raise InvalidClient
        user_id = known.user.id
        text = secrets.token_urlsafe(48)
        now = self._clock()
        ends_at = now + TOKEN_LIFE

        def work(tx: Transaction) -> None:
            tx.forget_expired(now)
            if tx.client(client_id) is None:
                # It was removed since it was read, and its tokens with it.
                raise InvalidClient
            tx.add_session(token_hash(text), user_id, ends_at, ends_at, client_id)

        self._store.write(work)
        return Token(text, TOKEN_LIFE, user_id)
