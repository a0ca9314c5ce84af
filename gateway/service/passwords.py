"""Passwords: hashed with argon2, and remembered for a moment as verified where each call brings one.

Hashing a password is meant to take long, some 50 ms and 64 MB, which a caller who sends it with every call
pays every time. What is remembered of a password that was right is a keyed hash over it and the stored hash:
the key is random, of this process alone, and nowhere else. So nothing that is kept tells the password; a
changed password is another entry; and whether the user is active is read anew with each call.
"""

import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from gateway.service.callers import User
from gateway.service.failures import InvalidLogin

REMEMBERED_FOR = timedelta(minutes=1)
MOST_REMEMBERED = 1000

NOBODYS_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4$0fCWJjW1UemubD242Yflww$sa9xu3t++hyr2+f5w2dGRA3Op6tkqoSGLo79x6yd7bE"
)
"""Verified when no such user exists, so that both answers take as long; of a password that nobody knows."""


class Passwords:
    """Hashes passwords and verifies them.

    Args:
        clock: Gives the present moment, aware.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._hasher = PasswordHasher()
        self._key = secrets.token_bytes(32)
        self._until: OrderedDict[bytes, datetime] = OrderedDict()
        self._changing = Lock()

    def hash(self, password: str) -> str:
        """Return what is stored of a password."""
        return self._hasher.hash(password)

    def verified(self, user: User | None, password: str) -> User:
        """Return the user, whose password this is.

        Raises:
            InvalidLogin: There is no such user, or an inactive one, or the password is another.
        """
        try:
            self._hasher.verify(user.password_hash if user else NOBODYS_HASH, password)
        except VerificationError:
            user = None
        if user is None or not user.active:
            # The legacy's words (recorded answers of three clients).
            raise InvalidLogin("Invalid login. User name and password do not match.")
        return user

    def verified_lately(self, user: User | None, password: str) -> User:
        """Return the user, whose password this is, or was found to be a moment ago.

        Raises:
            InvalidLogin: As above.
        """
        mark = self._mark(user, password)
        if user is not None and user.active and self._is_remembered(mark):
            return user
        user = self.verified(user, password)
        self._remember(mark)
        return user

    def _mark(self, user: User | None, password: str) -> bytes:
        stored = user.password_hash if user else NOBODYS_HASH
        return hmac.digest(self._key, f"{stored}\0{password}".encode(), "sha256")

    def _is_remembered(self, mark: bytes) -> bool:
        with self._changing:
            until = self._until.get(mark)
        return until is not None and self._clock() < until

    def _remember(self, mark: bytes) -> None:
        with self._changing:
            self._until.pop(mark, None)
            self._until[mark] = self._clock() + REMEMBERED_FOR
            while len(self._until) > MOST_REMEMBERED:
                self._until.popitem(last=False)
