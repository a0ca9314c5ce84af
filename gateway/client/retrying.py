"""When a call is sent again, and after how long.

What an answer says of the call decides. *Nothing was done*: it is always sent again. *In doubt*: only a call
that may be done twice, or whose key keeps it from being done twice. Everything else is final.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.client.failures import AnswerLost, ApiFault, ClientError, NotReached, SessionEnded

__all__ = ["Retrying"]

COME_BACK: frozenset[str] = frozenset(
    {
        "LOCK_COMPETITION",
        "REQUEST_EXCEEDED_LIMIT",
        "REQUEST_EXCEEDED_RATE",
        "SERVER_UNAVAILABLE",
        "TEMPORARY_ERROR",
    }
)
"""Codes whose documentation says: retry later."""

_DOUBTFUL = frozenset(
    {"", "BATCH_FAIL_ERROR", "TRANSACTION_TERMINATED", "TRANSACTION_TIMEOUT", "UNKNOWN_ERROR"}
)
"""Codes that leave open what was done. Versions below 61 have UNKNOWN_ERROR for the newer codes too."""

_LOCK_WORDS = ("lock competition", "number of concurrent requests has exceeded")
"""What the legacy writes beside UNKNOWN_ERROR on the versions that lack the code."""


@dataclass(frozen=True)
class Retrying:
    """How patient a client is.

    Attributes:
        attempts: How often a call is sent at most.
        first_wait_s: The longest first wait; the next is twice as long, and so on. Each is drawn between half
            of that and all of it, so that clients that failed together do not come back together.
        longest_wait_s: No wait is longer, unless Retry-After asks for it.
        longest_retry_after_s: What a Retry-After may ask for.
        sleep: Waits so many seconds; tests bring their own.
        draw: Gives a number from 0 to 1; tests bring their own.
    """

    attempts: int = 8
    first_wait_s: float = 0.5
    longest_wait_s: float = 30.0
    longest_retry_after_s: float = 300.0
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)
    draw: Callable[[], float] = field(default=random.random, repr=False)

    def wait(self, attempt: int, error: ClientError | None = None) -> None:
        """Wait after an attempt (from 1) that failed."""
        longest = min(self.first_wait_s * 2.0 ** (attempt - 1), self.longest_wait_s)
        asked = min((error and error.retry_after_s) or 0.0, self.longest_retry_after_s)
        self.sleep(max(longest * (1 + self.draw()) / 2, asked))


def nothing_was_done(error: ClientError) -> bool:
    """Say whether a call may be sent again whatever it does."""
    if isinstance(error, ApiFault):
        ended = isinstance(error, SessionEnded)
        return ended or error.code in COME_BACK or any(words in error.message for words in _LOCK_WORDS)
    return isinstance(error, NotReached)


def is_in_doubt(error: ClientError) -> bool:
    """Say whether the call may have been done."""
    if isinstance(error, ApiFault):
        return error.code in _DOUBTFUL and not nothing_was_done(error)
    return isinstance(error, AnswerLost)
