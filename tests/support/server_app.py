"""A tiny WSGI application that shows what the server did, and its factory for the workers."""

import json
import logging
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from gateway.server import Front, Limits, Reply

BIG = 16 * 1024 * 1024


def front(limits: Limits, marks: str | None = None) -> Front:
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    if marks is not None and not Path(marks).is_dir():
        raise RuntimeError("the worker cannot start")
    return Front(application, limits, refuse)


def refuse(_path: str, status: int, reason: str) -> Reply:
    return status, [("Content-Type", "text/plain")], f"refused: {reason}".encode()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer by the first part of the path; an unknown one says what was asked."""
    _, name, *_ = environ["PATH_INFO"].split("/")
    answer = {"quick": quick, "big": big, "hold": hold, "fail": fail, "exit": leave, "die": die}.get(
        name, echo
    )
    return answer(environ, start_response)


def quick(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"quick"]


def big(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Length", str(BIG))])
    return [bytes(BIG // 16)] * 16


def hold(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Hold a thread until somebody writes to the pipe that the query names, and answer what was written."""
    path = Path(parse_qs(environ["QUERY_STRING"])["pipe"][0])
    written = path.read_bytes()
    start_response("200 OK", [])
    return [written]


def fail(_environ: dict[str, Any], _start_response: Callable[..., Any]) -> Iterable[bytes]:
    raise LookupError("a bug")


def leave(_environ: dict[str, Any], _start_response: Callable[..., Any]) -> Iterable[bytes]:
    sys.exit(3)


def die(_environ: dict[str, Any], _start_response: Callable[..., Any]) -> Iterable[bytes]:
    os._exit(9)


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    body = environ["wsgi.input"].read()
    shown = {key: value for key, value in environ.items() if isinstance(value, str)}
    text = json.dumps({"environ": shown, "body": body.decode("latin-1"), "pid": os.getpid()}).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("X-Two", "1"), ("X-Two", "2")])
    return iter([text[:10], b"", text[10:]])
