"""A server on loopback that does what it is asked and then spoils the answer, or does not do it at all.

Behind it is a whole gateway, in process or served. As *the legacy* it knows nothing of keys: it passes none
on and says nothing of them. It serves as a proxy too: whatever host is asked for, it answers for it.
"""

import os
import re
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from lxml import etree

from support.gateways import InProcess

_API = "{http://api.zuora.com/}"
_LOCKED = (
    "<ns1:result><ns1:Errors><ns1:Code>LOCK_COMPETITION</ns1:Code><ns1:Message>Operation failed due to a "
    "lock competition, please retry later.</ns1:Message></ns1:Errors>"
    "<ns1:Success>false</ns1:Success></ns1:result>"
)


class Trouble(StrEnum):
    """What happens to a call."""

    NOT_DONE_LOST = "not done, and the connection breaks"
    DONE_LOST = "done, and the connection breaks"
    DONE_CUT = "done, and the connection breaks in the middle of the answer"
    DONE_TLS_BROKEN = "done, and over TLS something else comes than an answer"
    DONE_502 = "done, and a page of a proxy is the answer"
    DONE_GARBLED = "done, and the answer is no XML"
    DONE_UNKNOWN = "done, and UNKNOWN_ERROR is the answer"
    DONE_503 = "done, and a page of a proxy with 503 and Retry-After is the answer"
    BUSY = "429 with Retry-After, not done"
    SESSION_ENDED = "the session ends before it"
    LAST_LOCKED = "all but the last record are done, which is refused for the moment"
    LOCKED = "LOCK_COMPETITION, not done"
    INVALID = "INVALID_TYPE, not done"


@dataclass(frozen=True)
class Exchange:
    """One request and what is answered."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""
    status: int = 0


Upstream = Callable[[Exchange], Exchange]


def through_wsgi(gateway: InProcess) -> Upstream:
    """Return what asks a gateway in process."""

    def ask(request: Exchange) -> Exchange:
        headers = {name.replace("-", "_"): value for name, value in request.headers.items()}
        answer = gateway.request(request.method, request.path, request.body, **headers)
        return replace(request, headers=answer.headers, body=answer.body, status=answer.status)

    return ask


def through_http(endpoint: str) -> Upstream:
    """Return what asks a served gateway."""

    def ask(request: Exchange) -> Exchange:
        connection = HTTPConnection(urlsplit(endpoint).netloc, timeout=60)
        try:
            connection.request(request.method, request.path, request.body, request.headers)
            answer = connection.getresponse()
            return replace(request, headers=dict(answer.headers), body=answer.read(), status=answer.status)
        finally:
            connection.close()

    return ask


class FlakyServer:
    """Where clients connect.

    Attributes:
        endpoint: The address for a client.
        troubles: By operation, what happens to its next calls, in order; None is nothing.
        asked: How often each operation was asked for.
        keys: The idempotency keys that came, in order.
        upstream: What is asked.
    """

    def __init__(
        self, upstream: Upstream, *, legacy: bool = False, tls: ssl.SSLContext | None = None
    ) -> None:
        self.troubles: dict[str, list[Trouble | None]] = {}
        self.asked: Counter[str] = Counter()
        self.keys: list[str] = []
        self.upstream = upstream
        self._legacy = legacy
        self._lock = threading.Lock()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"flaky": self}))
        if tls is not None:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.endpoint = f"http{'s' if tls else ''}://127.0.0.1:{self.server.server_port}/apps/services/a/78.0"

    def next_trouble(self, request: Exchange) -> Trouble | None:
        """Count a call and return what is to happen to it."""
        found = re.search(rb"Body>\s*<(?:\w+:)?(\w+)", request.body)
        operation = found[1].decode() if found else request.method
        with self._lock:
            self.asked[operation] += 1
            if "idempotency-key" in request.headers:
                self.keys.append(request.headers["idempotency-key"])
            waiting = self.troubles.get(operation, [])
            return waiting.pop(0) if waiting else None

    def ask(self, request: Exchange) -> Exchange:
        """Pass a request on."""
        headers = {
            name: value
            for name, value in request.headers.items()
            if name == "content-type" or (name == "idempotency-key" and not self._legacy)
        }
        answer = self.upstream(replace(request, headers=headers))
        kept = {
            "content-type",
            "retry-after",
            *(() if self._legacy else ("x-gateway-accepts", "idempotent-replayed")),
        }
        headers = {name: value for name, value in answer.headers.items() if name.lower() in kept}
        return replace(answer, headers=headers)


class _Handler(BaseHTTPRequestHandler):
    flaky: FlakyServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_CONNECT(self) -> None:
        """Open no tunnel."""
        self.send_error(403)

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = urlsplit(self.path)  # whole, where a proxy is asked
        path = f"{asked.path}?{asked.query}" if asked.query else asked.path
        request = Exchange(self.command, path, headers, body)
        trouble = self.flaky.next_trouble(request)
        if trouble in _NOT_DONE:
            answer = _NOT_DONE[trouble](request)
        else:
            answer = _SPOILED.get(trouble, _as_it_is)(self.flaky, request)
        if trouble is Trouble.DONE_TLS_BROKEN:
            os.write(self.connection.fileno(), b"\x17\x03\x03\x00\x20" + bytes(32))
        if answer is None:
            self.close_connection = True
        else:
            self._send(answer, cut=trouble is Trouble.DONE_CUT)

    def _send(self, answer: Exchange, *, cut: bool = False) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        with suppress(ConnectionError):  # the client has waited long enough
            self.wfile.write(answer.body[: len(answer.body) // 2] if cut else answer.body)
            self.wfile.flush()
        self.close_connection = self.close_connection or cut

    def log_message(self, *_: object) -> None:
        """Say nothing: the gateway behind has a log."""


def _page(request: Exchange, status: int, text: str) -> Exchange:
    return replace(request, status=status, headers={"Content-Type": "text/html"}, body=text.encode())


def _fault(request: Exchange, code: str, message: str) -> Exchange:
    body = (
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>'
        '<soapenv:Fault xmlns:fns="http://fault.api.zuora.com/">'
        f"<faultcode>fns:{code}</faultcode><faultstring>{message}</faultstring><detail>"
        f"<fns:UnexpectedErrorFault><fns:FaultCode>{code}</fns:FaultCode><fns:FaultMessage>{message}"
        "</fns:FaultMessage></fns:UnexpectedErrorFault></detail></soapenv:Fault></soapenv:Body></soapenv:Envelope>"
    )
    headers = {"Content-Type": "text/xml;charset=UTF-8"}
    return replace(request, status=500, headers=headers, body=body.encode())


def _last_locked(flaky: FlakyServer, request: Exchange) -> Exchange:
    envelope = etree.fromstring(request.body)
    objects = envelope.findall(f".//{_API}zObjects")
    if len(objects) == 1:
        return _locked(request)
    objects[-1].getparent().remove(objects[-1])
    answer = flaky.ask(replace(request, body=etree.tostring(envelope)))
    body = answer.body.replace(b"</ns1:createResponse>", _LOCKED.encode() + b"</ns1:createResponse>")
    return replace(answer, body=body)


def _as_it_is(flaky: FlakyServer, request: Exchange) -> Exchange:
    return flaky.ask(request)


def _lost(flaky: FlakyServer, request: Exchange) -> None:
    flaky.ask(request)


def _behind_a_page(flaky: FlakyServer, request: Exchange) -> Exchange:
    flaky.ask(request)
    return _page(request, 502, "<html>Bad gateway</html>")


def _behind_a_busy_page(flaky: FlakyServer, request: Exchange) -> Exchange:
    flaky.ask(request)
    return replace(_busy(request), status=503)


def _garbled(flaky: FlakyServer, request: Exchange) -> Exchange:
    answer = flaky.ask(request)
    return replace(answer, body=answer.body[: len(answer.body) // 2])


def _unknown(flaky: FlakyServer, request: Exchange) -> Exchange:
    flaky.ask(request)
    return _fault(request, "UNKNOWN_ERROR", "An unexpected error occurred.")


def _session_ended(flaky: FlakyServer, request: Exchange) -> Exchange:
    return flaky.ask(replace(request, body=re.sub(rb"(:session>)[^<]+", rb"\1no-longer-good", request.body)))


def _busy(request: Exchange) -> Exchange:
    page = _page(request, 429, "<html>Come back later</html>")
    return replace(page, headers=page.headers | {"Retry-After": "7"})


def _locked(request: Exchange) -> Exchange:
    words = "Operation failed due to a lock competition, please retry later."
    return _fault(request, "LOCK_COMPETITION", words)


_NOT_DONE: dict[Trouble | None, Callable[[Exchange], Exchange | None]] = {
    Trouble.NOT_DONE_LOST: lambda _: None,
    Trouble.BUSY: _busy,
    Trouble.LOCKED: _locked,
    Trouble.INVALID: lambda request: _fault(request, "INVALID_TYPE", "Objects of this type are not taken."),
}

_SPOILED: dict[Trouble | None, Callable[[FlakyServer, Exchange], Exchange | None]] = {
    Trouble.DONE_LOST: _lost,
    Trouble.DONE_TLS_BROKEN: _lost,
    Trouble.DONE_502: _behind_a_page,
    Trouble.DONE_503: _behind_a_busy_page,
    Trouble.DONE_GARBLED: _garbled,
    Trouble.DONE_UNKNOWN: _unknown,
    Trouble.SESSION_ENDED: _session_ended,
    Trouble.LAST_LOCKED: _last_locked,
}


@contextmanager
def a_flaky_server(
    upstream: Upstream, *, legacy: bool = False, tls: ssl.SSLContext | None = None
) -> Iterator[FlakyServer]:
    """Serve from threads of our own until the test ends."""
    flaky = FlakyServer(upstream, legacy=legacy, tls=tls)
    # A client that keeps its connection must not keep us from closing.
    flaky.server.daemon_threads = True
    serving = threading.Thread(target=flaky.server.serve_forever)
    serving.start()
    try:
        yield flaky
    finally:
        flaky.server.shutdown()
        serving.join()
        flaky.server.server_close()
