"""Serving: granian's processes around a `Front`, from a free address to the last answer.

The workers are spawned, not forked: nothing of the parent (threads, locks, database connections) leaks
into them. On Linux each worker listens for itself (SO_REUSEPORT), which by itself would let a second
server share the address silently; we hold the address in the parent, so that it is refused.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
from functools import partial
from typing import TYPE_CHECKING, Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection

    from gateway.server.front import Front


class AddressInUseError(OSError):
    """The address to listen on is taken, or is not ours to take."""


class ServerFailedError(RuntimeError):
    """The workers ended by themselves; the log says why."""


def serve(
    target: str,
    *,
    arguments: Sequence[object] = (),
    host: str,
    port: int,
    workers: int,
    connections: int,
    header_seconds: float,
    stop_seconds: int,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT, then finish the requests in flight and return.

    Must be called from the main thread. A worker that dies is replaced, unless it dies again at once.

    Args:
        target: "package.module:function". Each worker process calls it, with `arguments`, for its own
            `Front`; it is also the place to configure logging, since a worker inherits none.
        arguments: Picklable.
        host: An address or a name of this machine.
        port: 0 takes any free one.
        workers: Processes.
        connections: Open connections per worker; further ones wait in the kernel.
        header_seconds: From a connection's first byte, or its last answer, to the end of the headers;
            then it is closed without an answer.
        stop_seconds: What is still unanswered so long after the signal is cut off.
        on_ready: Gets the listening URL, once every worker accepts connections, in a thread of its own.

    Raises:
        AddressInUseError: Before any worker starts.
        ServerFailedError: The workers could not start or kept dying.
    """
    with _holding(host, port) as (address, bound_port), _spawning():
        server = Granian(
            target,
            address=address,
            port=bound_port,
            interface=Interfaces.RSGI,
            workers=workers,
            loop=Loops.asyncio,
            http=HTTPModes.http1,
            websockets=False,
            backpressure=connections,
            http1_settings=HTTP1Settings(header_read_timeout=round(header_seconds * 1000)),
            # Only levels are set: granian's warnings go wherever our own logging goes.
            log_dictconfig={"incremental": True, "handlers": {}, "loggers": {"_granian": {}}},
            log_level=LogLevels.warning,
            respawn_failed_workers=True,
            workers_kill_timeout=stop_seconds,
        )
        with _announcing(workers, partial(on_ready or str, _url(host, bound_port))) as up:
            load = partial(_load, target, tuple(arguments), up)
            try:
                server.serve(target_loader=load, wrap_loader=False)
            except SystemExit as failure:
                # Also raised when a worker got the signal itself and was gone before the parent looked.
                if not server.interrupt_signal:
                    raise ServerFailedError("The worker processes ended; the log says why.") from failure


def free_address(host: str, port: int) -> tuple[str, int]:
    """Return the numeric address and the port that `serve` would listen on, now; port 0 takes any free one.

    Raises:
        AddressInUseError: The address is taken or is not ours to take.
    """
    with _bind(host, port) as held:
        address, bound_port = held.getsockname()[:2]
        return str(address), int(bound_port)


@contextlib.contextmanager
def _holding(host: str, port: int) -> Iterator[tuple[str, int]]:
    """Bind the address alone, then let only sockets that share it (the workers') in beside us."""
    with _bind(host, port) as held:
        address, bound_port = held.getsockname()[:2]
        if sys.platform == "linux":
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        else:  # the workers share one socket there, which needs the address for itself
            held.close()
        yield address, bound_port


def _bind(host: str, port: int) -> socket.socket:
    try:
        family, kind, proto, _, found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        held = socket.socket(family, kind, proto)
        try:
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            held.bind(found)
        except OSError:
            held.close()
            raise
    except OSError as error:
        raise AddressInUseError(error.errno, f"cannot listen on {host}:{port}: {error.strerror}") from error
    except UnicodeError as error:  # longer than a name may be
        raise AddressInUseError(errno.EINVAL, f"cannot listen on {host}:{port}: not a host's name") from error
    return held


@contextlib.contextmanager
def _spawning() -> Iterator[None]:
    """Granian asks multiprocessing for the start method; this is the only way to tell it."""
    before = multiprocessing.get_start_method(allow_none=True)
    multiprocessing.set_start_method("spawn", force=True)
    try:
        yield
    finally:
        multiprocessing.set_start_method(before, force=True)


@contextlib.contextmanager
def _announcing(workers: int, announce: Callable[[], object]) -> Iterator[Connection]:
    """Yield a pipe on which each worker says that it is up; announce when all have."""
    heard, up = multiprocessing.Pipe(duplex=False)

    def listen() -> None:
        try:
            for _ in range(workers):
                heard.recv_bytes()
        except EOFError:
            return
        announce()

    thread = threading.Thread(target=listen, name="ready", daemon=True)
    thread.start()
    try:
        yield up
    finally:
        up.close()
        thread.join()
        heard.close()


class _Announced:
    """A `Front` whose worker says when its event loop runs (granian listens before that), and leaves."""

    def __init__(self, front: Front, up: Connection) -> None:
        self.__rsgi__ = front.__rsgi__
        self._front = front
        self._up = up

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.call_soon(self._up.send_bytes, b"up")

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._front.__rsgi_del__(loop)
        # Every request is answered. Ending the interpreter as usual would race with granian's signal
        # thread, which panics when it loses (9 of 15 stops of two workers); forked workers leave this way.
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def _load(target: str, arguments: tuple[Any, ...], up: Connection) -> Any:
    """Run in a worker process: call the factory and watch the parent."""
    module, _, function = target.partition(":")
    front = getattr(importlib.import_module(module), function)(*arguments)
    threading.Thread(target=_follow_parent, name="parent", daemon=True).start()
    return _Announced(front, up)


def _follow_parent() -> None:
    """Stop this worker when its parent was killed; it would keep the address and its old code."""
    parent = multiprocessing.parent_process()
    assert parent is not None, "this is a worker"
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
