"""The WSGI application in front of the doors: request ids, compression, the log line, the last resort.

Whatever is sent gets a well-formed answer of the right kind; nothing escapes as a server's own page.
"""

import gzip
import logging
import re
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from gateway.http.messages import Environ, Refused, Reply, reads_only

StartResponse = Callable[..., Any]

_log = logging.getLogger(__name__)

_HEALTH_PATH = "/health"

_REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    409: "Conflict",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
_PACKED_FROM = 1000
"""Bytes of the smallest answer worth packing (what the legacy's REST documentation says)."""

_PACKING_LEVEL = 1
"""The quickest: a page of 2,000 records shrinks twenty-fold already."""

_TRACK_ID = re.compile(r"""[^\x00-\x1f\x7f-\U0010ffff:;"']{1,64}""")
"""What Zuora-Track-Id may be: up to 64 characters of US-ASCII, without colon, semicolon and quotes.

Source: https://developer.zuora.com/v1-api-reference/api/operation/Action_POSTcreate/ (read 2026-01-02).
"""


class Door(Protocol):
    """A way in over HTTP."""

    def answer(self, environ: Environ) -> Reply:
        """Answer one request.

        Raises:
            Refused: It is none that this door knows.
        """

    def refuse(self, environ: Environ, refused: Refused) -> Reply:
        """Return a refusal as this door writes it. Of the request, the path alone is sure to be there."""

    def fail(self, environ: Environ) -> Reply:
        """Log the exception that is being handled, and return what tells the caller its request id alone."""


class Guard:
    """The WSGI application.

    Args:
        otherwise: The door of all paths that are no other's.
        doors: The others, by what their paths begin with.
    """

    def __init__(self, otherwise: Door, doors: Mapping[str, Door] | None = None) -> None:
        self._otherwise = otherwise
        self._doors = dict(doors or {})

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        environ["gateway.request_id"] = request_id = uuid.uuid4().hex
        track_id = _track_id(environ)
        path = environ.get("PATH_INFO", "")
        began = time.perf_counter()
        status, headers, body = self._answer(path, environ)
        size = len(body)
        if size >= _PACKED_FROM and _accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
            body = gzip.compress(body, _PACKING_LEVEL, mtime=0)
            headers = [*headers, ("Content-Encoding", "gzip")]
        headers = [
            *(header for header in headers if header[0] != "Content-Length"),
            # Answers hold sessions and billing data.
            ("Cache-Control", "max-age=0, no-cache, no-store"),
            ("Vary", "Accept-Encoding"),
            ("Content-Length", str(len(body))),
            ("X-Request-Id", request_id),
            # A client that knows it may send a call again after a lost answer (gateway.client).
            ("X-Gateway-Accepts", "Idempotency-Key"),
            *([("Zuora-Track-Id", track_id)] if track_id else []),
        ]
        _log.log(
            logging.DEBUG if path == _HEALTH_PATH else logging.INFO,
            "%s %s %s %d %d bytes %.1f ms%s",
            request_id,
            environ["REQUEST_METHOD"],
            path.encode("unicode_escape").decode("ascii"),
            status,
            size,
            (time.perf_counter() - began) * 1000,
            f" track {track_id}" if track_id else "",
        )
        start_response(f"{status} {_REASONS.get(status, 'Unknown')}", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def refuse(self, path: str, status: int, reason: str) -> Reply:
        """Return a refusal as the door of a path writes it: what the server's front answers by itself."""
        return self._door(path).refuse({"PATH_INFO": path}, Refused(status, reason))

    def _answer(self, path: str, environ: Environ) -> Reply:
        if path == _HEALTH_PATH and reads_only(environ):
            return 200, [("Content-Type", "text/plain; charset=utf-8")], b"ok\n"
        door = self._door(path)
        try:
            return door.answer(environ)
        except Refused as refused:
            status, headers, body = door.refuse(environ, refused)
            return status, [*headers, *refused.headers], body
        except Exception:  # noqa: BLE001  # the last resort: whatever it is, the caller gets an answer
            return door.fail(environ)

    def _door(self, path: str) -> Door:
        for beginning, door in self._doors.items():
            if path.startswith(beginning):
                return door
        return self._otherwise


def _track_id(environ: Environ) -> str:
    """Return the caller's own name for the request; what is none is passed over, it decides nothing."""
    text: str = environ.get("HTTP_ZUORA_TRACK_ID", "").strip()
    return text if _TRACK_ID.fullmatch(text) else ""


def _accepts_gzip(header: str) -> bool:
    """Say whether an Accept-Encoding asks for gzip: named, and not with a quality of zero."""
    for part in header.lower().split(","):
        name, _, quality = part.replace(" ", "").partition(";q=")
        if name in ("gzip", "x-gzip"):
            return quality.strip("0.") != "" or not quality
    return False
