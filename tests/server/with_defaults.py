"""Servers of `support.server_process` with what every one of them must be told."""

from contextlib import AbstractContextManager
from subprocess import Popen
from typing import Any

from gateway.server import Limits
from support import server_process
from support.server_process import Address

OPTIONS: dict[str, Any] = {
    "host": "127.0.0.1",
    "connections": 512,
    "header_seconds": 30,
    "stop_seconds": 30,
}


def running(limits: Limits, **options: Any) -> AbstractContextManager[tuple[Popen[str], Address]]:
    return server_process.running(limits, **OPTIONS | options)


def started(limits: Limits, **options: Any) -> AbstractContextManager[Popen[str]]:
    return server_process.started(limits, **OPTIONS | options)
