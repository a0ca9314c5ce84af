"""One WSGI call (PEP 3333): a complete request in, a complete reply out.

Both bodies are whole, so nothing here waits for a peer. Limits: the reply has the standard reason phrase
of its status, and headers are ASCII (granian accepts no others).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from http import HTTPStatus
from io import BytesIO
from types import TracebackType
from typing import Any, Protocol, TypeAlias

Reply: TypeAlias = tuple[int, list[tuple[str, str]], bytes]
"""Status, headers and body."""

WsgiApp: TypeAlias = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_ExcInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType]

HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
HEADER_VALUE = re.compile(r"[\t\x20-\x7e]*")
HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
)
BODILESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})
# The body is complete, so what described its way here is no longer true.
CONSUMED = frozenset({"content-length", "transfer-encoding", "expect"})


class Headers(Protocol):
    """Request headers as RSGI gives them: lower-case names, values that are ASCII."""

    def keys(self) -> list[str]:
        """Return each name once, also where the value is missing because it is not ASCII."""

    def items(self) -> list[tuple[str, str]]:
        """Return every header, several of one name too."""

    def get(self, key: str, default: Any = None) -> Any:
        """Return the first value of one name."""

    def __contains__(self, key: str) -> bool: ...


class Scope(Protocol):
    """The part of an RSGI scope that we read."""

    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str

    @property
    def headers(self) -> Headers:
        """See `Headers`."""


def environ_of(scope: Scope, body: bytes) -> dict[str, Any]:
    """Describe one request as PEP 3333 asks.

    Several headers of one name are joined by commas, cookies by semicolons. Names with an underscore are
    left out: they would pass for the name with a hyphen. Octets of the path that are not UTF-8 arrive as
    U+FFFD, since granian decodes it.
    """
    server_name, server_port = split_address(scope.server)
    environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": _native(scope.path),
        "QUERY_STRING": _native(scope.query_string),
        "SERVER_NAME": server_name,
        "SERVER_PORT": server_port,
        "SERVER_PROTOCOL": "HTTP/1.0" if scope.http_version == "1" else f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": split_address(scope.client)[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if body or "content-length" in scope.headers:
        environ["CONTENT_LENGTH"] = str(len(body))
    for name, value in scope.headers.items():
        if name == "content-type":
            environ["CONTENT_TYPE"] = value
        elif name not in CONSUMED and "_" not in name:
            key = "HTTP_" + name.upper().replace("-", "_")
            joint = "; " if name == "cookie" else ","
            environ[key] = f"{environ[key]}{joint}{value}" if key in environ else value
    return environ


def call(app: WsgiApp, environ: dict[str, Any]) -> Reply:
    """Run the application to its end and return what it answered.

    Raises what the application raises, and RuntimeError or ValueError when it breaks PEP 3333. The
    iterable is closed either way.
    """
    answer = _Answer()
    parts = app(environ, answer.start)
    try:
        for part in parts:
            answer.write(part)
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()
    return answer.finish(is_head=environ["REQUEST_METHOD"] == "HEAD")


def split_address(address: str) -> tuple[str, str]:
    """Split "127.0.0.1:80" or "[::1]:80" into host and port."""
    host, _, port = address.rpartition(":")
    return host.strip("[]"), port


class _Answer:
    """What the application has said so far."""

    def __init__(self) -> None:
        self.status: int | None = None
        self.headers: list[tuple[str, str]] = []
        self.parts: list[bytes] = []

    def start(
        self, status: str, headers: list[tuple[str, str]], exc_info: _ExcInfo | None = None
    ) -> Callable[[bytes], None]:
        """PEP 3333's start_response; after the first byte of body it is too late for another one."""
        if exc_info is not None and self.parts:
            raise exc_info[1].with_traceback(exc_info[2])
        if exc_info is None and self.status is not None:
            raise RuntimeError("start_response was called twice without exc_info")
        code = int(status[:3])
        if not 200 <= code <= 599:
            raise ValueError(f"not a final status: {status!r}")
        for name, value in headers:
            _check_header(name, value)
        self.status, self.headers = code, list(headers)
        return self.write

    def write(self, part: bytes) -> None:
        if not part:
            return
        if self.status is None:
            raise RuntimeError("the body began before start_response was called")
        self.parts.append(part)

    def finish(self, *, is_head: bool) -> Reply:
        if self.status is None:
            raise RuntimeError("start_response was not called")
        body = b"".join(self.parts)
        declared = [value for name, value in self.headers if name.lower() == "content-length"]
        if declared and declared != [str(len(body))] and not (is_head and not body):
            raise ValueError(f"Content-Length says {declared} of a body of {len(body)} bytes")
        return self.status, self.headers, body


def _check_header(name: str, value: str) -> None:
    # granian panics on these, and the client would get an empty 500 that no log explains.
    if not HEADER_NAME.fullmatch(name) or not HEADER_VALUE.fullmatch(value):
        raise ValueError(f"not a header: {name!r}: {value!r}")
    if name.lower() in HOP_BY_HOP:
        raise ValueError(f"PEP 3333 leaves {name} to the server")


def _native(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("latin-1")
