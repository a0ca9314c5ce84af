"""What fails a whole call: it is raised, and every door turns it into its own kind of fault.

Failure
  InvalidLogin           user name and password do not match
  InvalidSession         no session, or one that has ended
  InvalidClient          the id and the secret of an OAuth client do not match
  InvalidType            a record's type is missing, unknown, mixed or not of this operation
  InvalidArgument        an argument of the call is no value it may have
  KeyReused              an idempotency key came with another call
  MalformedQuery         the query cannot be run as written
  InvalidQueryLocator    unknown, expired or another user's
  TooManyRecords         more records than one call may carry
  LockCompetition        other calls held the same invoices for too long
  TemporaryTrouble       the database cannot be reached, or is out of connections
  OutcomeUnknown         the connection was lost while the change was being committed
  FileBreaksOff          a file that is imported is damaged behind its beginning
  MarkMoved              another export moved the mark meanwhile
  NotTransferred         an exported adjustment could not be marked as transferred
  DatabaseNotReady       the database is missing, or of another version of the gateway
  ProcessLost            a process that did a part of the work was killed
  DiskFull               a file that a job needs cannot be written to its end
  PlanChanged            a job that goes on would have other chunks than it had
"""

from typing import Any

from gateway.contract.errors import ErrorCode


class Failure(Exception):  # noqa: N818  # house style: failures, refusals, bugs
    """A call that failed as a whole. Nothing of it was done, but for OutcomeUnknown.

    Attributes:
        code: The code of the contract.
        message: A sentence for the caller.
    """

    code = ErrorCode.UNKNOWN_ERROR

    def __init__(self, message: str, code: ErrorCode | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code

    def __reduce__(self) -> tuple[Any, ...]:
        """Let a process tell another of it, whatever arguments a kind is made with."""
        return _told, (type(self), self.message, self.code)


def _told(kind: type[Failure], message: str, code: ErrorCode) -> Failure:
    failure = kind.__new__(kind, message)
    Failure.__init__(failure, message, code)
    return failure


class InvalidLogin(Failure):
    """The legacy answers INVALID_VALUE here, not INVALID_LOGIN (recorded answers of three clients)."""

    code = ErrorCode.INVALID_VALUE


class InvalidSession(Failure):
    """The caller must log in again."""

    code = ErrorCode.INVALID_SESSION


class InvalidClient(Failure):
    """The id and the secret of an OAuth client do not match."""

    code = ErrorCode.INVALID_VALUE

    def __init__(self) -> None:
        super().__init__("The client id and the client secret do not match.")


class InvalidType(Failure):
    """A record's type is missing, unknown, mixed or not of this operation."""

    code = ErrorCode.INVALID_TYPE


class InvalidArgument(Failure):
    """An argument of the call, not of a record, is no value that it may have."""

    code = ErrorCode.INVALID_VALUE


class KeyReused(Failure):
    """The idempotency key was used for a call with another content."""

    code = ErrorCode.INVALID_VALUE

    def __init__(self) -> None:
        super().__init__(
            "The Idempotency-Key was used for another call. Nothing was done: a new call needs a new key."
        )


class MalformedQuery(Failure):
    """The query cannot be run as written."""

    code = ErrorCode.MALFORMED_QUERY


class InvalidQueryLocator(Failure):
    """The locator is unknown, expired or another user's."""

    code = ErrorCode.INVALID_VALUE


class TooManyRecords(Failure):
    """The call carries more records than it may."""

    code = ErrorCode.MAX_RECORDS_EXCEEDED


class LockCompetition(Failure):
    """Other calls held the same rows for too long."""

    code = ErrorCode.LOCK_COMPETITION

    def __init__(self) -> None:
        # The legacy's words: clients match them to retry.
        super().__init__("Operation failed due to a lock competition, please retry later.")


class TemporaryTrouble(Failure):
    """The database cannot be reached now."""

    code = ErrorCode.TEMPORARY_ERROR

    def __init__(self) -> None:
        super().__init__("The gateway cannot reach its database now. Please retry later.")


class OutcomeUnknown(Failure):
    """The connection was lost in the middle of a commit: nobody can say whether the change was made."""

    # The code whose documentation says: do not retry.
    code = ErrorCode.TRANSACTION_TERMINATED

    def __init__(self) -> None:
        super().__init__(
            "The connection to the database was lost while the change was being written. It may have been "
            "made or not: look it up before you try again."
        )


class FileBreaksOff(Failure):
    """A file that is read as a stream is damaged: it was opened, and cannot be read to its end."""

    code = ErrorCode.INVALID_VALUE


class MarkMoved(Failure):
    """Another export of the same mark was quicker."""

    code = ErrorCode.LOCK_COMPETITION

    def __init__(self, name: str) -> None:
        super().__init__(f"Another export moved the mark {name} meanwhile. Nothing was exported.")


class NotTransferred(Failure):
    """The rules do not let an exported adjustment be marked as transferred."""

    code = ErrorCode.INVALID_VALUE

    def __init__(self, adjustment_id: str, reason: str) -> None:
        super().__init__(
            f"The adjustment {adjustment_id} cannot be marked as transferred: {reason} Nothing was exported."
        )


class DatabaseNotReady(Failure):
    """The database is missing, or was made by another version of the gateway."""

    code = ErrorCode.SERVER_UNAVAILABLE


class ProcessLost(Failure):
    """A process that did a part of the work was killed: by the system for want of memory, mostly."""

    def __init__(self) -> None:
        super().__init__("A process of the job was killed. The result file says what is done.")


class PlanChanged(Failure):
    """Another release plans the same rows in another way; a row might be done twice or not at all."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"The chunk {number} of the job has other rows than when it was done, by another release of the "
            "gateway. Go on with that one."
        )


class DiskFull(Failure):
    """A file that a job needs cannot be written to its end: there is no room left, mostly."""

    def __init__(self, place: object, error: OSError) -> None:
        super().__init__(f"{place} cannot be written: {error.strerror}.")
