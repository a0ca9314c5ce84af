"""Slow peers hold sockets, never the one thread; every server here has one worker and one thread."""

import http.client
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from gateway.server import Limits
from server.with_defaults import running
from support.server_app import BIG
from support.server_client import ask, eventually, peer
from support.server_process import Address

SLOW = 64


@pytest.fixture(scope="module")
def patient() -> Iterator[Address]:
    limits = Limits(max_body_bytes=100_000, body_seconds=600, threads=1, max_waiting=200)
    with running(limits, header_seconds=600) as (_, address):
        yield address


@pytest.fixture(scope="module")
def strict() -> Iterator[Address]:
    limits = Limits(max_body_bytes=1000, body_seconds=0.2, threads=1, max_waiting=0)
    with running(limits, header_seconds=0.2) as (_, address):
        yield address


def test_128_slow_senders_do_not_keep_a_quick_client_waiting(patient: Address) -> None:
    with ExitStack() as stack:
        in_headers = [stack.enter_context(peer(patient)) for _ in range(SLOW)]
        in_bodies = [stack.enter_context(peer(patient)) for _ in range(SLOW)]
        for slow in in_headers:
            slow.send("GET /quick HTTP/1.1\r\nHost: here\r\nX-Slow")
        for slow in in_bodies:
            slow.send("POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 6\r\n\r\nabc")

        assert [ask(patient, "/quick")[2] for _ in range(50)] == [b"quick"] * 50
        assert ask(patient, "/echo", method="POST", body=b"b")[0] == 200
        assert not any(slow.has_something_to_read() for slow in in_headers + in_bodies)

        answers = [slow.send(": 1\r\n\r\n").answer()[0] for slow in in_headers]
        answers += [slow.send("def").answer()[0] for slow in in_bodies]
        assert answers == [200] * 2 * SLOW


def test_a_client_that_reads_slowly_does_not_hold_the_only_thread(patient: Address) -> None:
    with peer(patient, receive_buffer=4096) as slow:
        slow.send("GET /big HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
        eventually(slow.has_something_to_read)
        assert ask(patient, "/quick")[2] == b"quick"
        assert slow.raw_answer().endswith(bytes(BIG))


@pytest.mark.parametrize(
    "framing", ["Content-Length: 6\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"]
)
def test_a_body_past_its_deadline_is_answered_408_and_the_connection_closed(
    strict: Address, framing: str
) -> None:
    with peer(strict) as slow:
        status, headers, body = slow.send(f"POST /echo HTTP/1.1\r\nHost: here\r\n{framing}").answer()
        assert (status, headers["Connection"]) == (408, "close")
        assert body == b"refused: The request body did not arrive in time."
        assert slow.is_closed_by_server()


def test_headers_past_their_deadline_close_the_connection(strict: Address) -> None:
    with peer(strict) as slow:
        assert slow.send("GET /quick HTTP/1.1\r\nX-Slow").raw_answer() == b""


def test_the_server_goes_on_after_a_408(strict: Address) -> None:
    with peer(strict) as slow:
        slow.send("POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 6\r\n\r\nabc").answer()
    assert ask(strict, "/echo", method="POST", body=b"whole")[0] == 200


def test_a_client_that_hangs_up_in_the_body_starts_nothing(strict: Address) -> None:
    with peer(strict) as half:
        half.send("POST /fail HTTP/1.1\r\nHost: here\r\nContent-Length: 6\r\n\r\nabc")
        half.stop_sending()
        assert half.answer()[0] == 400  # /fail itself would have made it 500


def test_a_chunked_body_that_is_cut_short_starts_nothing(strict: Address) -> None:
    with peer(strict) as half:
        half.send("POST /fail HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
        half.stop_sending()
        assert half.answer()[0] == 400


def test_a_malformed_chunk_is_refused(strict: Address) -> None:
    with peer(strict) as wrong:
        wrong.send("POST /fail HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
        assert wrong.answer()[0] == 400


def test_a_declared_body_that_is_too_large_is_refused_before_it_is_sent(strict: Address) -> None:
    with peer(strict) as large:
        status, headers, _ = large.send(
            "POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 1001\r\n\r\n"
        ).answer()
        assert (status, headers["Connection"]) == (413, "close")


@pytest.mark.parametrize("chunked", [False, True])
def test_a_client_that_sends_a_far_too_large_body_first_still_reads_why_it_is_refused(
    strict: Address, *, chunked: bool
) -> None:
    body = iter([b"x" * 1_000_000] * 20) if chunked else b"x" * 20_000_000
    status, _, said = ask(strict, "/echo", method="POST", body=body)
    assert (status, said) == (413, b"refused: The request body is longer than 1000 bytes.")


def test_a_client_that_asks_before_sending_too_much_is_told_at_once(strict: Address) -> None:
    with peer(strict) as asking:
        asking.send("POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n")
        assert asking.answer()[0] == http.client.REQUEST_ENTITY_TOO_LARGE
        assert asking.is_closed_by_server()


def test_a_body_of_exactly_the_limit_is_taken(strict: Address) -> None:
    assert ask(strict, "/echo", method="POST", body=b"x" * 1000)[0] == 200
    body = iter([b"x" * 500] * 2)  # http.client sends an iterator in chunks
    assert ask(strict, "/echo", method="POST", body=body)[0] == 200
