"""Logging in, and who a session belongs to.

A session lives 15 minutes after its last use and at most 8 hours (the product's documentation says 15
minutes to 8 hours and leaves open whether use puts the end off; here it does).
"""

import hashlib
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.service.callers import Caller, User
from gateway.service.configuration import Configurations
from gateway.service.failures import (
    InvalidArgument,
    InvalidLogin,
    InvalidSession,
    LockCompetition,
    OutcomeUnknown,
    TemporaryTrouble,
)
from gateway.service.passwords import Passwords
from gateway.service.ports import Store, Transaction, UserSession

_EXTENSION_STEP = timedelta(minutes=1)
"""A session's expiry is written at most this often: not every call becomes a write."""

MAX_TOKEN_CHARACTERS = 512
"""The longest session token that the contract allows."""


@dataclass(frozen=True, slots=True)
class UserInfo:
    """What getUserInfo answers."""

    tenant_id: str
    tenant_name: str
    user_email: str
    user_full_name: str
    user_id: str
    username: str


@dataclass(frozen=True, slots=True)
class Tenant:
    """The one tenant whose data the database holds."""

    id: str
    name: str


class Sessions:
    """The use cases of users and sessions.

    Args:
        store: Where everything is kept.
        clock: Gives the present moment, aware.
        configurations: What the tenant has declared.
        tenant: Whose gateway this is.
        idle: How long a session lives after its last use.
        longest: How long a session lives at most.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        configurations: Configurations,
        *,
        tenant: Tenant,
        idle: timedelta,
        longest: timedelta,
    ) -> None:
        self._store = store
        self._clock = clock
        self._configurations = configurations
        self._tenant = tenant
        self._idle = idle
        self._longest = longest
        self._passwords = Passwords(clock)

    def add_user(self, name: str, password: str, *, email: str = "", full_name: str = "") -> User | None:
        """Add a user with the permissions of a plain one; None if the name is taken."""
        user = User(secrets.token_hex(16), name, email, full_name or name, self._passwords.hash(password))
        now = self._clock()

        def work(tx: Transaction) -> User | None:
            if tx.user_named(name) is not None:
                return None
            tx.add_user(user, now)
            return user

        return self._store.write(work)

    def users(self) -> list[User]:
        """Return all users by name."""
        return self._store.read(lambda tx: tx.users())

    def log_in(self, name: str, password: str, *, entity_id: str = "", entity_name: str = "") -> str:
        """Return the token of a new session.

        Args:
            name: The user's.
            password: The user's.
            entity_id: Empty, or the tenant's id.
            entity_name: Empty, or the tenant's name; not both.

        Raises:
            InvalidLogin: Unknown or inactive user, or another password (the message does not say which), or
                another entity than the one tenant of this gateway.
        """
        user = self._store.read(lambda tx: tx.user_named(name))
        user = self._passwords.verified(user, password)
        if entity_id and entity_name:
            raise InvalidLogin("Name the entity by entityId or by entityName, not by both.")
        if entity_id not in ("", self._tenant.id) or entity_name not in ("", self._tenant.name):
            raise InvalidLogin("There is no such entity here.")
        token = secrets.token_urlsafe(48)
        now = self._clock()
        user_id = user.id

        def work(tx: Transaction) -> None:
            tx.forget_expired(now)
            ends_at = now + self._longest
            tx.add_session(token_hash(token), user_id, min(now + self._idle, ends_at), ends_at)

        self._store.write(work)
        return token

    def caller(self, token: str, *, door: str, request_id: str) -> Caller:
        """Return who calls with this session, and put its expiry off.

        Raises:
            InvalidSession: There is no such session, or it has ended.
        """
        session = self._session(token)
        return Caller(
            session.user.id,
            session.user.permissions,
            door=door,
            request_id=request_id,
            configuration=self._configurations.at(session.revision),
        )

    def caller_with_password(self, name: str, password: str, *, door: str, request_id: str) -> Caller:
        """Return who calls with a name and a password instead of a session.

        Raises:
            InvalidLogin: Unknown or inactive user, or another password.
        """
        found, revision = self._store.read(lambda tx: (tx.user_named(name), tx.revision()))
        user = self._passwords.verified_lately(found, password)
        return Caller(
            user.id,
            user.permissions,
            door=door,
            request_id=request_id,
            configuration=self._configurations.at(revision),
        )

    def caller_named(self, name: str | None, *, door: str, request_id: str) -> Caller:
        """Return who calls where no session is needed: on the machine that holds the database.

        Args:
            name: The user's; None is the only one.
            door: Through which door.
            request_id: What the log and the audit trail carry.

        Raises:
            InvalidArgument: There is no such active user, or none is named and there are several.
        """
        active = [user for user in self.users() if user.active and name in {None, user.name}]
        if not active:
            named = f"active user {name[:60]!r}" if name else "active user; `gateway users add` makes one"
            raise InvalidArgument(f"There is no {named}.")
        if len(active) > 1:
            raise InvalidArgument("There are several users: say which of them acts.")
        (user,) = active
        return Caller(
            user.id,
            user.permissions,
            door=door,
            request_id=request_id,
            configuration=self._configurations.current(),
        )

    def caller_known(self, user_id: str, *, door: str, request_id: str) -> Caller:
        """Return who goes on with what a user began, as the user's role and the tenant are now.

        Raises:
            InvalidArgument: The user is not active any more.
        """
        user = next((user for user in self.users() if user.id == user_id and user.active), None)
        if user is None:
            raise InvalidArgument("The user who began this is not active any more.")
        configuration = self._configurations.current()
        return Caller(user.id, user.permissions, door, request_id, configuration)

    def user_info(self, token: str) -> UserInfo:
        """Return what getUserInfo answers.

        Raises:
            InvalidSession: There is no such session, or it has ended.
        """
        user = self._session(token).user
        return UserInfo(self._tenant.id, self._tenant.name, user.email, user.full_name, user.id, user.name)

    def _session(self, token: str) -> UserSession:
        token = token.strip()
        now = self._clock()
        found = None
        if token and len(token) <= MAX_TOKEN_CHARACTERS:
            hash_ = token_hash(token)
            found = self._store.read(lambda tx: tx.user_of_session(hash_, now))
        if found is None:
            raise InvalidSession("The session is invalid or has expired. Please log in again.")
        extended = min(now + self._idle, found.ends_at)
        if extended - found.expires_at >= _EXTENSION_STEP:
            # A call must not fail because its session could not be put off: the next one tries again.
            with suppress(LockCompetition, TemporaryTrouble, OutcomeUnknown):
                self._store.write(lambda tx: tx.extend_session(hash_, extended), patient=False)
        return found


def token_hash(token: str) -> str:
    """Return what is kept of a token: long and random as it is, one round of hashing hides it."""
    return hashlib.sha256(token.encode("utf-8")).hexdigest()
