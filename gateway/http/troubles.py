"""What the operator reads of a call that went wrong, and its caller does not."""

import logging

from gateway.http.messages import Environ
from gateway.service import Failure

_log = logging.getLogger(__name__)


def log_cause(failure: Failure, environ: Environ) -> None:
    """Log why the database could not do what was asked."""
    cause = failure.__cause__
    if cause is not None:
        # Its first argument says what happened; all of it would show the values of the statement.
        reason = next(iter(cause.args), type(cause).__name__)
        _log.warning("request %s: %s", environ.get("gateway.request_id", ""), reason)


def log_bug(environ: Environ) -> str:
    """Log the exception that is being handled, and return what its caller learns: the request's id."""
    request_id = environ.get("gateway.request_id", "")
    _log.exception("request %s failed", request_id)
    return f"An unexpected error occurred. Request id: {request_id}"
