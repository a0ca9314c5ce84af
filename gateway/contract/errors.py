"""The error codes of the contract, in the order of its enumeration.

Typed clients (Axis, .NET, gSOAP) cannot read an answer whose code their WSDL does not list, so a code is
answered only to versions that know it. Source: the ErrorCode enumerations of the real WSDLs 1 to 81.
"""

from enum import StrEnum


class ErrorCode(StrEnum):
    """A code of ``SaveResult.Errors.Code`` and of ``ApiFault.FaultCode``."""

    API_DISABLED = "API_DISABLED"
    CANNOT_DELETE = "CANNOT_DELETE"
    CREDIT_CARD_PROCESSING_FAILURE = "CREDIT_CARD_PROCESSING_FAILURE"
    DUPLICATE_VALUE = "DUPLICATE_VALUE"
    INVALID_FIELD = "INVALID_FIELD"
    INVALID_LOGIN = "INVALID_LOGIN"
    INVALID_SESSION = "INVALID_SESSION"
    INVALID_TYPE = "INVALID_TYPE"
    INVALID_ID = "INVALID_ID"
    INVALID_VALUE = "INVALID_VALUE"
    INVALID_VERSION = "INVALID_VERSION"
    LOCK_COMPETITION = "LOCK_COMPETITION"
    MALFORMED_QUERY = "MALFORMED_QUERY"
    MAX_RECORDS_EXCEEDED = "MAX_RECORDS_EXCEEDED"
    MISSING_REQUIRED_VALUE = "MISSING_REQUIRED_VALUE"
    NO_PERMISSION = "NO_PERMISSION"
    SERVER_UNAVAILABLE = "SERVER_UNAVAILABLE"
    UNKNOWN_ERROR = "UNKNOWN_ERROR"
    TRANSACTION_FAILED = "TRANSACTION_FAILED"
    INVALID_TEMPLATE = "INVALID_TEMPLATE"
    ACCOUNTING_PERIOD_CLOSED = "ACCOUNTING_PERIOD_CLOSED"
    BATCH_FAIL_ERROR = "BATCH_FAIL_ERROR"
    PDF_QUERY_ERROR = "PDF_QUERY_ERROR"
    REQUEST_EXCEEDED_LIMIT = "REQUEST_EXCEEDED_LIMIT"
    REQUEST_EXCEEDED_RATE = "REQUEST_EXCEEDED_RATE"
    REQUEST_REJECTED = "REQUEST_REJECTED"
    TEMPORARY_ERROR = "TEMPORARY_ERROR"
    TRANSACTION_TERMINATED = "TRANSACTION_TERMINATED"
    TRANSACTION_TIMEOUT = "TRANSACTION_TIMEOUT"


_FIRST_VERSION = {
    ErrorCode.PDF_QUERY_ERROR: 45,
    ErrorCode.REQUEST_EXCEEDED_LIMIT: 51,
    ErrorCode.LOCK_COMPETITION: 61,
    ErrorCode.REQUEST_EXCEEDED_RATE: 61,
    ErrorCode.REQUEST_REJECTED: 61,
    ErrorCode.TEMPORARY_ERROR: 61,
    ErrorCode.TRANSACTION_TERMINATED: 61,
    ErrorCode.TRANSACTION_TIMEOUT: 61,
}


def codes_at(version: int) -> tuple[ErrorCode, ...]:
    """Return the codes that a version's WSDL lists, in its order."""
    return tuple(code for code in ErrorCode if version >= _FIRST_VERSION.get(code, 0))


def code_at(code: ErrorCode, version: int) -> ErrorCode:
    """Return the code as a client of this version can read it: UNKNOWN_ERROR for one it does not know."""
    return code if version >= _FIRST_VERSION.get(code, 0) else ErrorCode.UNKNOWN_ERROR
