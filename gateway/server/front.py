"""The asynchronous front: a request takes a thread when its body is complete, and not before.

Slow peers therefore hold a socket and some memory, never a thread: headers wait in granian, bodies wait
here under one deadline, and a reply is handed over in one piece for granian to send as slowly as the peer
reads. Limits: bodies and replies are in memory as a whole, so a process can hold up to its connections
times `max_body_bytes`.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple, Protocol

from gateway.server.wsgi import BODILESS, Headers, Reply, Scope, WsgiApp, call, environ_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

LINGER_SECONDS = 5.0
"""How long a refused body is still read and dropped.

Closing at once would reset the connection under a client that is still sending, and it would never read
why. Five seconds is nginx's `lingering_timeout`.
"""

RETRY_SECONDS = 1
"""The Retry-After of a 503: the queue of waiting requests moves within a second."""

# Decoration that browsers and libraries fill with whatever they like; nobody decides by it.
UNREAD_HEADERS = frozenset({"referer", "user-agent"})

log = logging.getLogger(__name__)


class Transport(Protocol):
    """The part of an RSGI HTTP protocol that we use."""

    async def __call__(self) -> bytes:
        """Return the whole body; RuntimeError when it ends early."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the body's parts; see `_collect_chunks`."""

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        """Answer without a body."""

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Answer with a body."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one worker process takes on.

    Attributes:
        max_body_bytes: The longest request body, as sent (before any gzip is undone).
        body_seconds: From the end of the headers to the end of the body, however steadily it trickles.
        threads: WSGI calls that run at the same time.
        max_waiting: Complete requests that may wait for a thread; the next one is answered 503.
    """

    max_body_bytes: int
    body_seconds: float
    threads: int
    max_waiting: int


class Refused(NamedTuple):
    """Why a request does not reach the application.

    `closes`: no further request can follow on the connection. `rest`: what the client may still be sending.
    """

    status: HTTPStatus
    reason: str
    closes: bool = True
    rest: AsyncIterator[bytes] | None = None


class Front:
    """An RSGI application that runs a WSGI one.

    Args:
        app: The WSGI application; it is called from `limits.threads` threads.
        limits: See `Limits`.
        refuse: Renders a path, a status and a plain reason. Called for 400 (a body that ended early, a header
            that is not ASCII), 408, 413, 503, and 500 when the application raised. Must not block.
    """

    def __init__(self, app: WsgiApp, limits: Limits, refuse: Callable[[str, int, str], Reply]) -> None:
        self._app = app
        self._limits = limits
        self._refuse = refuse
        self._pool = ThreadPoolExecutor(limits.threads, thread_name_prefix="wsgi")
        self._taken = 0  # running or waiting; only the event loop's thread touches it

    async def __rsgi__(self, scope: Scope, transport: Transport) -> None:
        lost = _lost_header(scope.headers)
        if lost is not None:
            body: bytes | Refused = Refused(HTTPStatus.BAD_REQUEST, f"Not ASCII: the header {lost}.")
        else:
            body = await self._receive(scope.headers, transport)
        if isinstance(body, Refused):
            self._send_refusal(scope, transport, body)
            if body.rest is not None:
                await _drop(body.rest)
        elif self._taken >= self._limits.threads + self._limits.max_waiting:
            self._send_refusal(scope, transport, _BUSY)
        else:
            _send(scope, transport, await self._answer(scope, body))

    def __rsgi_del__(self, _loop: asyncio.AbstractEventLoop) -> None:
        self._pool.shutdown(wait=True)

    async def _receive(self, headers: Headers, transport: Transport) -> bytes | Refused:
        limit = self._limits.max_body_bytes
        declared = None if "transfer-encoding" in headers else int(headers.get("content-length", 0))
        if declared == 0:
            return b""
        if declared is not None and declared > limit:
            return _too_large(limit, None if "expect" in headers else _parts(transport))
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                if declared is None:
                    return await _collect_chunks(_parts(transport), limit)
                return await transport()
        except TimeoutError:
            return Refused(HTTPStatus.REQUEST_TIMEOUT, "The request body did not arrive in time.")
        except RuntimeError:  # what granian raises when the client has gone
            return _CUT_SHORT

    async def _answer(self, scope: Scope, body: bytes) -> Reply:
        self._taken += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, self._run, scope, body)
        finally:
            self._taken -= 1

    def _run(self, scope: Scope, body: bytes) -> Reply:
        try:
            return call(self._app, environ_of(scope, body))
        except BaseException:  # SystemExit from a request must not end the worker either
            log.exception("the application raised in %s %r", scope.method, scope.path)
            return self._refuse(scope.path, HTTPStatus.INTERNAL_SERVER_ERROR, "The server failed.")

    def _send_refusal(self, scope: Scope, transport: Transport, refused: Refused) -> None:
        log.info("refused %s %r: %d %s", scope.method, scope.path, refused.status, refused.reason)
        status, headers, body = self._refuse(scope.path, refused.status, refused.reason)
        headers = list(headers)
        if refused.closes:
            headers.append(("Connection", "close"))
        if refused.status is HTTPStatus.SERVICE_UNAVAILABLE:
            headers.append(("Retry-After", str(RETRY_SECONDS)))
        _send(scope, transport, (status, headers, body))


_BUSY = Refused(HTTPStatus.SERVICE_UNAVAILABLE, "The server is busy.", closes=False)
_CUT_SHORT = Refused(HTTPStatus.BAD_REQUEST, "The request body ended early or is not well formed.")


def _too_large(limit: int, rest: AsyncIterator[bytes] | None) -> Refused:
    reason = f"The request body is longer than {limit} bytes."
    return Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, reason, rest=rest)


def _lost_header(headers: Headers) -> str | None:
    """Return the name of a header that granian lists without its value, for want of ASCII.

    Leaving it out in silence could leave out an Idempotency-Key.
    """
    lost = set(headers.keys()) - {name for name, _ in headers.items()} - UNREAD_HEADERS
    return min(lost, default=None)


async def _parts(transport: Transport) -> AsyncIterator[bytes]:
    """Iterate granian's way, which allows one loop: leaving it and going on in another one raises."""
    async for part in transport:
        yield part


async def _collect_chunks(rest: AsyncIterator[bytes], limit: int) -> bytes | Refused:
    """Return a chunked body, at most `limit` bytes of it.

    granian yields one empty part at the end, and another one before it where reading failed. Trailers
    look the same as a failure; no client we know of sends any.
    """
    parts: list[bytes] = []
    size = empty = 0
    async for part in rest:
        size += len(part)
        empty += not part
        if size > limit:
            return _too_large(limit, rest)
        parts.append(part)
    return b"".join(parts) if empty == 1 else _CUT_SHORT


async def _drop(rest: AsyncIterator[bytes]) -> None:
    try:
        async with asyncio.timeout(LINGER_SECONDS):
            async for _ in rest:
                pass
    except (TimeoutError, RuntimeError):
        return


def _send(scope: Scope, transport: Transport, reply: Reply) -> None:
    status, headers, body = reply
    if scope.method != "HEAD" and status not in BODILESS:
        transport.response_bytes(status, headers, body)
        return
    if status not in BODILESS and not any(name.lower() == "content-length" for name, _ in headers):
        headers = [*headers, ("Content-Length", str(len(body)))]
    transport.response_empty(status, headers)
