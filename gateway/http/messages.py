"""A request, an answer, and a request that never becomes a call."""

from collections.abc import Iterable
from typing import Any

from gateway.contract.errors import ErrorCode

Environ = dict[str, Any]
"""A request, as PEP 3333 describes it."""

Reply = tuple[int, list[tuple[str, str]], bytes]
"""Status, headers and body."""


class Refused(Exception):  # noqa: N818  # what is refused is the request
    """A request that never becomes a call: its address, method, media type or bytes are wrong.

    Attributes:
        code: The contract's, where the status does not say enough.
    """

    def __init__(
        self,
        status: int,
        reason: str,
        headers: Iterable[tuple[str, str]] = (),
        code: ErrorCode | None = None,
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.headers = list(headers)
        self.code = code


def media_type(environ: Environ) -> str:
    """Return the media type of a request's body, in lower case and without parameters."""
    text: str = environ.get("CONTENT_TYPE", "")
    return text.partition(";")[0].strip().lower()


def reads_only(environ: Environ) -> bool:
    """Say whether a request only reads."""
    return environ["REQUEST_METHOD"] in ("GET", "HEAD")
