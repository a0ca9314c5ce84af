"""Failures as the contract's faults."""

from typing import Any

from spyne import Fault

from gateway.contract.errors import ErrorCode
from gateway.http.troubles import log_bug
from gateway.service import failures
from gateway.service.failures import Failure

_KINDS: dict[type[Failure], str] = {
    failures.InvalidLogin: "LoginFault",
    failures.InvalidType: "InvalidTypeFault",
    failures.MalformedQuery: "MalformedQueryFault",
    failures.InvalidQueryLocator: "InvalidQueryLocatorFault",
}


class ApiFault(Fault):  # type: ignore[misc]  # Spyne is untyped
    """A fault of the contract: ``kind`` is the element in its detail.

    An ended session is an UnexpectedErrorFault with INVALID_SESSION: there is no session fault (public
    client code tests for exactly this).

    Attributes:
        soap_code: One of SOAP's own fault codes, which it then has in the place of the contract's.
    """

    def __init__(
        self, code: ErrorCode, message: str, kind: str = "UnexpectedErrorFault", soap_code: str = ""
    ) -> None:
        super().__init__(faultcode=f"Server.{code}", faultstring=message)
        self.code = code
        self.kind = kind
        self.soap_code = soap_code


def unexpected(environ: dict[str, Any]) -> ApiFault:
    """Log the exception that is being handled and return the fault that tells its request id."""
    return ApiFault(ErrorCode.UNKNOWN_ERROR, log_bug(environ))


def to_fault(failure: Failure) -> ApiFault:
    """Return a failure as the fault that the contract has for it."""
    return ApiFault(failure.code, failure.message, _KINDS.get(type(failure), "UnexpectedErrorFault"))
