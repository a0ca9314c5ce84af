"""What a client raises. A refused record is no failure: it is a `Result` with errors.

ClientError
  NotReached             nothing was sent, or the answer says that nothing was done
    Busy                 HTTP 429, or 503 for the WSDL
  AnswerLost             sent, and no answer came that could be read
  HttpRefused            an answer of HTTP alone that stays: a wrong address, a closed door
  ApiFault               the whole call was refused by the contract's fault
    LoginRefused         user and password do not match
    SessionEnded         INVALID_SESSION, again after each login
    MalformedQuery       the query cannot be run as written
    InvalidQueryLocator  unknown, expired or another user's
    InvalidType          a record's type is none of this operation
  KeysNotTaken           a key was given, and the server takes none: nothing was sent
  OutcomeUnknown         of these records nobody can say whether they were made
RecordRefused            raised by `Result.made()` alone
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.client.adjustments import Result

__all__ = [
    "AnswerLost",
    "ApiFault",
    "Busy",
    "ClientError",
    "HttpRefused",
    "InvalidQueryLocator",
    "InvalidType",
    "KeysNotTaken",
    "LoginRefused",
    "MalformedQuery",
    "NotReached",
    "OutcomeUnknown",
    "RecordRefused",
    "SessionEnded",
    "fault_of",
]


class ClientError(Exception):
    """What ended a call.

    Attributes:
        results: Of the calls beside it: what had been answered and not been handed out, in order. So nothing
            that was done is lost with the error.
        retry_after_s: What the server's Retry-After asks for, in seconds.
    """

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.results: tuple[Result, ...] = ()
        self.retry_after_s = retry_after_s


class NotReached(ClientError):  # noqa: N818  # the words of the house: failures
    """Nothing was sent, or the answer says that nothing was done."""


class Busy(NotReached):
    """The server asks to come back later."""


class AnswerLost(ClientError):  # noqa: N818  # as above
    """The call was sent and no answer came that could be read: it may have been done or not."""


class HttpRefused(ClientError):  # noqa: N818  # as above
    """An answer of HTTP alone.

    Attributes:
        status: Such as 404.
    """

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class ApiFault(ClientError):  # noqa: N818  # the contract's own word
    """A fault of the contract.

    Attributes:
        code: Of the contract, such as LOCK_COMPETITION; empty when the server names none.
        message: The server's sentence.
        kind: The element in the fault's detail, such as UnexpectedErrorFault.
    """

    def __init__(self, code: str, message: str, kind: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(f"{code or kind or 'fault'}: {message}", retry_after_s)
        self.code = code
        self.message = message
        self.kind = kind


class LoginRefused(ApiFault):
    """User and password do not match, or the user may not log in."""


class SessionEnded(ApiFault):
    """The session is no longer good, again and again: the client logs in by itself."""


class MalformedQuery(ApiFault):
    """The query cannot be run as written."""


class InvalidQueryLocator(ApiFault):
    """The rest of a query is no longer kept: ask again."""


class InvalidType(ApiFault):
    """A record's type is none of this operation."""


class KeysNotTaken(ClientError):  # noqa: N818  # as above
    """A key was given, and the server does not say that it takes keys: nothing was sent."""


class OutcomeUnknown(ClientError):  # noqa: N818  # as above
    """Of some records nobody can say whether they were made: look them up before sending them again.

    Attributes:
        unknown: Those records' results, in order; ``results`` has the known ones.
    """

    def __init__(self, unknown: tuple[Result, ...]) -> None:
        first = unknown[0].index
        super().__init__(f"The outcome of {len(unknown)} records is unknown, the first of them at {first}.")
        self.unknown = unknown


class RecordRefused(Exception):  # noqa: N818  # as above
    """A record was refused, and its caller asked for an exception.

    Attributes:
        result: With the errors as data.
    """

    def __init__(self, result: Result) -> None:
        super().__init__("; ".join(str(error) for error in result.errors))
        self.result = result


_KINDS: dict[str, type[ApiFault]] = {
    "LoginFault": LoginRefused,
    "MalformedQueryFault": MalformedQuery,
    "InvalidQueryLocatorFault": InvalidQueryLocator,
    "InvalidTypeFault": InvalidType,
}


def fault_of(code: str, message: str, kind: str, retry_after_s: float | None) -> ApiFault:
    """Return a fault as the class that its callers would catch."""
    made = SessionEnded if code == "INVALID_SESSION" else _KINDS.get(kind, ApiFault)
    return made(code, message, kind, retry_after_s)
