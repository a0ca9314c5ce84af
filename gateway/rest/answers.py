"""Answers of the JSON doors, and how each says no.

The legacy has another form of "no" on each of its doors. Sources: the API reference
(ProxyUnauthorizedResponse, ProxyNoDataResponse and the 400 of Object_POSTInvoiceItemAdjustment) and its guide
to error codes (https://developer.zuora.com/docs/guides/error-codes), both read 2026-01-02; RFC 6749 (5.2) for
tokens; public client code for the actions' ``FaultCode``.
"""

from collections.abc import Sequence
from enum import Enum
from typing import Any

from gateway.contract.errors import ErrorCode
from gateway.contract.lexical import clean_text
from gateway.http import Environ, Refused, Reply
from gateway.rest.writing import document
from gateway.service import Failure, failures

JSON = "application/json; charset=utf-8"
Header = tuple[str, str]


class Form(Enum):
    """How a door says no."""

    ACTION = "FaultCode and FaultMessage"
    OBJECT = "Success, and Errors with Code and Message"
    TOKEN = "error and error_description, as RFC 6749 has them"  # noqa: S105  # not a password
    OTHER = "success, processId, and reasons with code and message"


def form_of(path: str) -> Form:
    """Return how the door of a path says no."""
    if path.startswith("/v1/action/"):
        return Form.ACTION
    if path.startswith("/v1/object/"):
        return Form.OBJECT
    return Form.TOKEN if path.startswith("/oauth/") else Form.OTHER


_STATUSES: dict[type[Failure], int] = {
    failures.InvalidLogin: 401,
    failures.InvalidSession: 401,
    failures.InvalidClient: 401,
    failures.KeyReused: 409,
    # What the legacy answers while another call with the same key is still running.
    failures.LockCompetition: 409,
    failures.TemporaryTrouble: 503,
    failures.DatabaseNotReady: 503,
    failures.OutcomeUnknown: 500,
}
_CODES = {500: ErrorCode.UNKNOWN_ERROR, 503: ErrorCode.SERVER_UNAVAILABLE}
_OAUTH_ERRORS = {401: "invalid_client", 500: "server_error", 503: "temporarily_unavailable"}

# An unknown object and field (500000), or authentication (900000), and what is wrong with it: the guide says.
_REASON_CODES = {401: 90000011, 404: 50000040, 409: 50000050, 500: 50000060, 503: 50000061}
_MALFORMED_REQUEST = 50000090

_CHALLENGE = ("WWW-Authenticate", 'Bearer realm="gateway", Basic realm="gateway", charset="UTF-8"')
RETRY_SECONDS = 1


def answer(body: bytes, status: int = 200, headers: Sequence[Header] = ()) -> Reply:
    """Return a JSON document as an answer."""
    return status, [("Content-Type", JSON), *headers], body


def failed(failure: Failure, environ: Environ) -> Reply:
    """Return the failure of a whole call."""
    status = _STATUSES.get(type(failure), 400)
    if isinstance(failure, failures.LockCompetition) and form_of(environ["PATH_INFO"]) is Form.TOKEN:
        # RFC 6749 has no word for it but this one; libraries take any other for final.
        status = 503
    answered, headers, body = say_no(environ, status, failure.message, failure.code)
    if status == 503 or failure.code is ErrorCode.LOCK_COMPETITION:
        headers.append(("Retry-After", str(RETRY_SECONDS)))
    return answered, headers, body


def refused(environ: Environ, request: Refused) -> Reply:
    """Return what a request learns that never becomes a call."""
    return say_no(environ, request.status, request.reason, request.code)


def say_no(environ: Environ, status: int, message: str, code: ErrorCode | None = None) -> Reply:
    """Return a no in the form of the request's door."""
    message = clean_text(message)
    code = code or _CODES.get(status, ErrorCode.INVALID_VALUE)
    form = form_of(environ["PATH_INFO"])
    headers = [_CHALLENGE] if status == 401 else []
    return answer(document(_no(environ, status, message, code, form)), status, headers)


def _no(environ: Environ, status: int, message: str, code: ErrorCode, form: Form) -> dict[str, Any]:
    if form is Form.TOKEN:
        return {"error": _OAUTH_ERRORS.get(status, "invalid_request"), "error_description": _ascii(message)}
    reasons = {
        "success": False,
        "processId": environ.get("gateway.request_id", ""),
        "reasons": [{"code": _REASON_CODES.get(status, _MALFORMED_REQUEST), "message": message}],
    }
    if status == 401:
        # Clients of the actions and objects read the message alone, those of other paths the reasons.
        return {"message": "Authentication error", **reasons}
    if form is Form.ACTION:
        return {"FaultCode": code, "FaultMessage": message}
    if form is Form.OBJECT:
        return {"Success": False, "Errors": [{"Code": code, "Message": message}]}
    return reasons


def _ascii(message: str) -> str:
    """Return a text of the characters that RFC 6749 allows in error_description."""
    return "".join(c if " " <= c <= "~" and c not in '"\\' else "'" for c in message)
