"""A peer that controls every byte it sends and when."""

import contextlib
import http.client
import select
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any, Self, TypeAlias

from support.server_process import PATIENCE, Address

Answer: TypeAlias = tuple[int, http.client.HTTPMessage, bytes]


class Peer:
    """One raw connection."""

    def __init__(self, address: Address, *, receive_buffer: int = 0) -> None:
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(address)

    def send(self, text: str) -> Self:
        self.socket.sendall(text.encode("latin-1"))
        return self

    def stop_sending(self) -> None:
        self.socket.shutdown(socket.SHUT_WR)

    def read(self, size: int) -> bytes:
        return self.socket.recv(size, socket.MSG_WAITALL)

    def has_something_to_read(self) -> bool:
        return bool(select.select([self.socket], [], [], 0)[0])

    def answer(self) -> Answer:
        """Return (status, headers, body) of one answer; the connection stays open."""
        response = http.client.HTTPResponse(self.socket)
        response.begin()
        return response.status, response.headers, response.read()

    def raw_answer(self) -> bytes:
        """Return every byte until the server closes."""
        return b"".join(iter(lambda: self.socket.recv(65536), b""))

    def is_closed_by_server(self) -> bool:
        return self.socket.recv(1) == b""


@contextlib.contextmanager
def peer(address: Address, **options: int) -> Iterator[Peer]:
    connected = Peer(address, **options)
    with connected.socket:
        yield connected


def ask(
    address: Address, path: str, method: str = "GET", body: Any = None, headers: dict[str, str] | None = None
) -> Answer:
    """Make one ordinary request; return (status, headers, body)."""
    with contextlib.closing(http.client.HTTPConnection(*address, timeout=PATIENCE)) as connection:
        connection.request(method, path, body=body, headers=headers or {})
        response = connection.getresponse()
        return response.status, response.headers, response.read()


def eventually(happens: Callable[[], object]) -> None:
    """Wait until a condition that another process brings about holds."""
    deadline = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < deadline, "it did not happen"
        select.select([], [], [], 0.01)
