"""What our own HTTP headers ask of a call, on every door alike."""

from gateway.contract.lexical import read_boolean
from gateway.http.messages import Environ
from gateway.service import CallOptions
from gateway.service.failures import InvalidArgument
from gateway.service.idempotency import read_key


def call_options(environ: Environ, *, single_transaction: bool = False) -> CallOptions:
    """Return what the headers ask for: ``Idempotency-Key`` and ``X-Gateway-...: true``.

    Raises:
        InvalidArgument: The key is none, or a header is neither true nor false.
    """
    return CallOptions(
        single_transaction=single_transaction,
        strict=asks(environ, "STRICT"),
        all_errors=asks(environ, "ALL_ERRORS"),
        dry_run=asks(environ, "DRY_RUN"),
        idempotency_key=read_key(environ.get("HTTP_IDEMPOTENCY_KEY", "")),
    )


def asks(environ: Environ, name: str) -> bool:
    """Say whether one of our HTTP headers asks for what it is named after.

    Raises:
        InvalidArgument: It is neither true nor false. Passed over, a misspelt dry run would be a real one.
    """
    text: str = environ.get(f"HTTP_X_GATEWAY_{name}", "").strip().lower()
    try:
        return bool(text) and read_boolean(text)
    except ValueError:
        header = f"X-Gateway-{name.replace('_', '-').title()}"
        raise InvalidArgument(f"{header} must be true or false. Nothing was done.") from None
