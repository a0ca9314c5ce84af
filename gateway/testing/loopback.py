"""The gateway of a test on a loopback port: for callers that are processes of their own, in any language."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from gateway.bootstrap import build
from gateway.client import HttpTransport, Timeouts
from gateway.server import WsgiApp, call
from gateway.testing.local import PATH, LocalGateway, environ_of

__all__ = ["on_loopback"]


@contextmanager
def on_loopback(local: LocalGateway) -> Iterator[LocalGateway]:
    """Serve a gateway on a free port of 127.0.0.1, from threads of this process.

    The same data, the same clock; its WSDL names the loopback address.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    # A client that keeps its connection must not keep the test from ending.
    server.daemon_threads = True
    address = f"http://127.0.0.1:{server.server_port}"
    under = local.gateway
    gateway = build(replace(under.settings, public_url=address), under.store, local.clock)
    server.RequestHandlerClass = type("Handler", (_Handler,), {"wsgi": gateway.wsgi, "address": address})
    serving = threading.Thread(target=server.serve_forever, name="gateway")
    serving.start()
    try:
        yield replace(
            local, url=f"{address}{PATH}", gateway=gateway, transport=lambda: HttpTransport(Timeouts())
        )
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    wsgi: WsgiApp
    address: str
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave together

    def __getattr__(self, name: str) -> Any:
        """Give what http.server calls for a method: whatever it is, the gateway answers it."""
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def _answer(self) -> None:
        body = self._body()
        url = f"{self.address}{self.path}"
        environ = environ_of(self.command, url, body, dict(self.headers.items()))
        status, headers, content = call(type(self).wsgi, environ)
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", "").lower():
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            """What comes behind the last chunk says nothing to us."""
        return b"".join(parts)

    def log_message(self, *_: Any) -> None:
        """Say nothing: the endpoint has lines of its own."""
