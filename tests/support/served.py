"""A gateway as its users run it: `gateway serve` in processes of its own, on a free loopback port."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import requests

from support.gateways import PASSWORD, USER, an_envelope


class Served:
    """A running gateway and a caller who posts envelopes to it."""

    def __init__(self, process: subprocess.Popen, endpoint: str) -> None:
        self.process = process
        self.endpoint = endpoint
        self._http = requests.Session()
        self._session = ""

    def post(self, operation: str, header: str = "") -> str:
        """Post an operation's element and return the answer's text."""
        if not self._session:
            login = f"<ns1:username>{USER}</ns1:username><ns1:password>{PASSWORD}</ns1:password>"
            login = f"<ns1:login>{login}</ns1:login>"
            self._session = re.search("<ns1:Session>(.*)</ns1:Session>", self._send(an_envelope(login)))[1]
        return self._send(an_envelope(operation, self._session, header))

    def _send(self, envelope: str) -> str:
        answer = self._http.post(
            self.endpoint, envelope.encode(), headers={"Content-Type": "text/xml; charset=utf-8"}, timeout=60
        )
        return answer.content.decode("utf-8")

    def another(self) -> "Served":
        """Return another caller of the same gateway, with a connection and a session of its own."""
        return Served(self.process, self.endpoint)

    def close(self) -> None:
        self._http.close()

    def memory(self) -> int:
        """Return the bytes that all processes of the gateway hold."""
        pids = [self.process.pid, *descendants(self.process.pid)]
        return sum(_resident(pid) for pid in pids)


def start_serving(url: str, folder: Path, *, workers: int = 2, port: int = 0, **variables: object) -> Served:
    """Start a gateway on the database of this URL, which has the schema and the user already.

    Its log lines go behind those in the folder's serve.log; ``variables`` are more of its environment.
    """
    command = [sys.executable, "-m", "gateway", "serve", "--port", str(port), "--workers", str(workers)]
    environment = os.environ | {"GATEWAY_DATABASE_URL": url, "PYTHONUNBUFFERED": "1"}
    environment |= {name: str(value) for name, value in variables.items()}
    with (folder / "serve.log").open("a") as log:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
    with ExitStack() as stack:
        stack.callback(process.stdout.close)
        stack.callback(process.wait)
        stack.callback(process.kill)
        lines = iter(process.stdout.readline, "")
        endpoint = next((line.split()[1] for line in lines if line.startswith("Endpoint")), None)
        assert endpoint, (folder / "serve.log").read_text()
        stack.pop_all()
    return Served(process, endpoint)


@contextmanager
def a_served_gateway(url: str, folder: Path, workers: int = 2, **variables: object) -> Iterator[Served]:
    """Serve the database of this URL until the test ends."""
    served = start_serving(url, folder, workers=workers, **variables)
    try:
        yield served
    finally:
        served.close()
        served.process.send_signal(signal.SIGTERM)
        code = served.process.wait(timeout=60)
        served.process.stdout.close()
    assert code == 0, (folder / "serve.log").read_text()


def descendants(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [found for child in map(int, children) for found in (child, *descendants(child))]


def _resident(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0
