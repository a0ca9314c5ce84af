"""From a free address to the last answer: the life of the processes."""

import json
import os
import signal
import socket
from pathlib import Path

import pytest

from gateway.server import AddressInUseError, Limits, serve
from server.with_defaults import OPTIONS, running, started
from support.server_client import ask, eventually, peer
from support.server_process import PATIENCE, Address

LIMITS = Limits(max_body_bytes=100_000, body_seconds=600, threads=1, max_waiting=10)


def test_stopping_is_silent_however_the_workers_race() -> None:
    for _ in range(5):
        with running(LIMITS, workers=2) as (process, _):
            process.terminate()
            assert process.wait(PATIENCE) == 0
            assert process.stderr.read() == ""


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_request_in_flight_is_finished_before_the_server_stops(
    sign: signal.Signals, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with running(LIMITS) as (process, address), peer(address) as client:
        client.send(f"GET /hold?pipe={pipe} HTTP/1.1\r\nHost: h\r\n\r\n")
        with pipe.open("w") as writer:  # opens when the request is in flight
            process.send_signal(sign)
            eventually(lambda: not accepts(address))
            assert process.poll() is None
            writer.write("finished")
        assert client.answer()[2] == b"finished"
        assert process.wait(PATIENCE) == 0
        assert process.stderr.read() == ""


def test_idle_and_slow_connections_do_not_hold_up_the_stop() -> None:
    with running(LIMITS, stop_seconds=1) as (process, address), peer(address) as idle, peer(address) as slow:
        idle.send("GET /quick HTTP/1.1\r\nHost: h\r\n\r\n").answer()
        slow.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc")
        process.terminate()
        assert process.wait(PATIENCE) == 0


def test_every_worker_answers() -> None:
    with running(LIMITS, workers=2) as (_, address):
        seen = set()
        eventually(lambda: seen.add(pid(address)) or len(seen) == 2)


def test_an_address_in_use_is_one_clear_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(
            AddressInUseError, match=rf"cannot listen on 127\.0\.0\.1:{port}: Address already"
        ):
            serve("support.server_app:front", workers=1, port=port, **OPTIONS)


def test_a_second_server_on_the_address_of_a_first_one_is_refused() -> None:
    with running(LIMITS) as (_, (host, port)), started(LIMITS, port=port) as second:
        assert second.wait(PATIENCE) == 1
        assert f"AddressInUseError: [Errno 98] cannot listen on {host}:{port}" in second.stderr.read()
        assert ask((host, port), "/quick")[2] == b"quick"


def test_a_name_that_is_not_ours_is_the_same_error() -> None:
    with pytest.raises(AddressInUseError, match=r"cannot listen on 192\.0\.2\.1:0"):
        serve("support.server_app:front", workers=1, port=0, **OPTIONS | {"host": "192.0.2.1"})


def test_a_name_is_resolved() -> None:
    with running(LIMITS, host="localhost") as (_, (host, port)):
        assert host == "localhost"
        assert ask((host, port), "/quick")[2] == b"quick"


def test_a_worker_that_cannot_start_ends_the_server_with_an_error(tmp_path: Path) -> None:
    with started(LIMITS, marks=str(tmp_path / "missing")) as process:
        out, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "the worker cannot start" in said
    assert "ServerFailedError" in said
    assert out == ""


def test_a_worker_that_dies_is_replaced() -> None:
    with running(LIMITS) as (_, address):
        before = pid(address)
        with peer(address) as unlucky:
            assert unlucky.send("GET /die HTTP/1.1\r\nHost: h\r\n\r\n").raw_answer() == b""
        eventually(lambda: pid(address) not in {before, None})


def test_workers_stop_when_their_parent_is_killed() -> None:
    with running(LIMITS) as (process, address):
        process.kill()
        eventually(lambda: not accepts(address))


def accepts(address: Address) -> bool:
    try:
        socket.create_connection(address, timeout=PATIENCE).close()
    except OSError:
        return False
    return True


def pid(address: Address) -> int | None:
    """Return the process that answers, or None while there is none."""
    try:
        return json.loads(ask(address, "/echo")[2])["pid"]
    except OSError:
        return None
