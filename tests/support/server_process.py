"""A real server in a process of its own; also the program that process runs."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from gateway.server import AddressInUseError, Limits, ServerFailedError, serve

Address: TypeAlias = tuple[str, int]

PATIENCE = 60
"""Seconds until a test gives up; none of them waits for it to pass."""


@contextlib.contextmanager
def running(limits: Limits, **options: Any) -> Iterator[tuple[subprocess.Popen[str], Address]]:
    """Yield (process, (host, port)) of a server that accepts connections; stop it in the end."""
    with started(limits, **options) as process:
        assert process.stdout, "a pipe"
        assert process.stderr, "a pipe"
        line = process.stdout.readline().strip()
        assert line.startswith("http://"), line + process.stderr.read()
        url = urlsplit(line)
        assert url.hostname, line
        assert url.port, line
        yield process, (url.hostname, url.port)


@contextlib.contextmanager
def started(limits: Limits, *, marks: str | None = None, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Yield a server process that may still fail to start; stop it in the end."""
    words = {"workers": 1, "port": 0} | options | {"arguments": [asdict(limits), marks]}
    command = [sys.executable, str(Path(__file__)), json.dumps(words)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)


def main() -> None:
    words = json.loads(sys.argv[1])
    limits, marks = words.pop("arguments")
    words["arguments"] = (Limits(**limits), marks)
    try:
        serve("support.server_app:front", on_ready=lambda url: print(url, flush=True), **words)  # noqa: T201
    except (AddressInUseError, ServerFailedError) as error:
        sys.exit(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
