"""Requests per second of our front beside granian's own WSGI interface, side by side in one run.

Both serve the same application with one worker and 4 threads; 8 clients keep their connections. Each
round measures both, so that a busy machine slows both.

    python benchmarks/server_front.py [seconds per measurement]
"""

from __future__ import annotations

import http.client
import multiprocessing
import socket
import sys
import time
from typing import TYPE_CHECKING, Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces

from gateway.server import Front, Limits, Reply, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

CLIENTS = 8
THREADS = 4
ROUNDS = 3
REQUEST = b"<request/>" * 50
REPLIES = {"/5k": b"x" * 5_000, "/1500k": b"x" * 1_500_000}


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/xml")])
    return [REPLIES[environ["PATH_INFO"]]]


def refuse(_path: str, status: int, reason: str) -> Reply:
    return status, [], reason.encode()


def front() -> Front:
    limits = Limits(max_body_bytes=50_000_000, body_seconds=60, threads=THREADS, max_waiting=100)
    return Front(application, limits, refuse)


def serve_front(port: int) -> None:
    serve(
        "server_front:front",
        host="127.0.0.1",
        port=port,
        workers=1,
        connections=512,
        header_seconds=30,
        stop_seconds=30,
    )


def serve_granian(port: int) -> None:
    Granian(
        "server_front:application",
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        blocking_threads=THREADS,
        log_enabled=False,
    ).serve()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(port)


def load(port: int, path: str, seconds: float, counts: Any) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    done, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        connection.request("POST", path, body=REQUEST)
        assert len(connection.getresponse().read()) == len(REPLIES[path])
        done += 1
    counts.put(done)


def rate(port: int, path: str, seconds: float) -> float:
    counts: Any = multiprocessing.get_context("spawn").Queue()
    clients = [
        multiprocessing.get_context("spawn").Process(target=load, args=(port, path, seconds, counts))
        for _ in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    total = sum(counts.get() for _ in clients)
    for client in clients:
        client.join()
    return total / seconds


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    servers = {"front": serve_front, "granian WSGI": serve_granian}
    ports = {name: free_port() for name in servers}
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=server, args=(ports[name],)) for name, server in servers.items()]
    for process in processes:
        process.start()
    for port in ports.values():
        wait_for(port)
    print(f"{CLIENTS} clients, {THREADS} threads, {ROUNDS} rounds of {seconds:g} s; requests per second")
    for path in REPLIES:
        for _ in range(ROUNDS):
            rates = [f"{name} {rate(port, path, seconds):.0f}" for name, port in ports.items()]
            print(f"{path:8}", *rates, sep="  ", flush=True)
    for process in processes:
        process.terminate()
        process.join()


if __name__ == "__main__":
    main()
