"""What the application is given, and what becomes of its answer, through a real server."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.server import Limits
from server.with_defaults import running
from support.server_client import Answer, Peer, ask, eventually, peer
from support.server_process import Address


@pytest.fixture(scope="module")
def address() -> Iterator[Address]:
    limits = Limits(max_body_bytes=100_000, body_seconds=600, threads=1, max_waiting=1)
    with running(limits) as (_, bound):
        yield bound


def environ(answer: Answer) -> dict[str, str]:
    status, _, body = answer
    assert status == 200
    return json.loads(body)["environ"]


def test_the_application_sees_the_request_as_pep_3333_describes_it(address: Address) -> None:
    headers = {"Content-Type": "text/xml", "SOAPAction": '"create"'}
    answer = ask(address, "/caf%C3%A9/a%20b?q=%20&r", method="POST", body=b"\x00\xff", headers=headers)
    seen = environ(answer)
    assert json.loads(answer[2])["body"] == "\x00\xff"
    assert seen["PATH_INFO"] == "/café/a b".encode().decode("latin-1")
    assert seen["QUERY_STRING"] == "q=%20&r"
    assert (seen["REQUEST_METHOD"], seen["SCRIPT_NAME"]) == ("POST", "")
    assert (seen["CONTENT_TYPE"], seen["CONTENT_LENGTH"]) == ("text/xml", "2")
    assert seen["HTTP_SOAPACTION"] == '"create"'
    assert (seen["SERVER_PROTOCOL"], seen["wsgi.url_scheme"]) == ("HTTP/1.1", "http")
    assert (seen["SERVER_NAME"], seen["SERVER_PORT"]) == ("127.0.0.1", str(address[1]))
    assert seen["REMOTE_ADDR"] == "127.0.0.1"


def test_an_http_1_0_request_is_answered_whole_and_closed(address: Address) -> None:
    with peer(address) as old:
        answer = old.send("GET /quick HTTP/1.0\r\n\r\n").raw_answer()
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.0 200 OK\r\n")
    assert b"content-length: 5" in head
    assert b"transfer-encoding" not in head
    assert body == b"quick"


def test_an_http_1_0_client_may_keep_its_connection(address: Address) -> None:
    with peer(address) as old:
        for _ in range(2):
            old.send("GET /quick HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            assert old.answer()[2] == b"quick"


def test_a_chunked_body_arrives_joined_with_its_length(address: Address) -> None:
    with peer(address) as chunked:
        chunked.send("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
        answer = chunked.send("2\r\nde\r\n0\r\n\r\n").answer()
    assert json.loads(answer[2])["body"] == "abcde"
    assert environ(answer)["CONTENT_LENGTH"] == "5"
    assert "HTTP_TRANSFER_ENCODING" not in environ(answer)


def test_a_client_that_expects_100_continue_gets_it_before_it_sends_the_body(address: Address) -> None:
    with peer(address) as careful:
        careful.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        interim = b"HTTP/1.1 100 Continue\r\n\r\n"
        assert careful.read(len(interim)) == interim
        assert json.loads(careful.send("ab").answer()[2])["body"] == "ab"


def test_two_headers_of_one_name_are_joined(address: Address) -> None:
    with peer(address) as twice:
        twice.send("GET /echo HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nx-a: 2\r\nCookie: a=1\r\nCookie: b=2\r\n\r\n")
        seen = environ(twice.answer())
    assert (seen["HTTP_X_A"], seen["HTTP_COOKIE"]) == ("1,2", "a=1; b=2")


def test_two_headers_of_one_name_are_sent(address: Address) -> None:
    assert ask(address, "/echo")[1].get_all("X-Two") == ["1", "2"]


def test_a_header_with_an_underscore_does_not_pass_for_one_with_a_hyphen(address: Address) -> None:
    assert "HTTP_X_A" not in environ(ask(address, "/echo", headers={"X_A": "forged"}))


def test_a_header_that_is_not_ascii_is_refused_rather_than_lost(address: Address) -> None:
    status, _, said = ask(address, "/quick", headers={"Idempotency-Key": "M\xfcller"})
    assert (status, said) == (400, b"refused: Not ASCII: the header idempotency-key.")
    assert ask(address, "/quick", headers={"User-Agent": "M\xfcller"})[0] == 200


def test_head_is_answered_with_the_length_and_no_body(address: Address) -> None:
    with peer(address) as head:
        answer = head.send("HEAD /quick HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").raw_answer()
    assert b"content-length: 5\r\n" in answer
    assert answer.endswith(b"\r\n\r\n")


def test_an_exception_of_the_application_is_answered_500_and_the_worker_goes_on(address: Address) -> None:
    assert ask(address, "/fail")[::2] == (500, b"refused: The server failed.")
    assert ask(address, "/exit")[::2] == (500, b"refused: The server failed.")
    assert ask(address, "/quick")[2] == b"quick"


def test_one_complete_request_too_many_is_answered_503_while_the_others_are_kept(
    address: Address, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with peer(address) as running_, peer(address) as first, peer(address) as second:
        running_.send(f"GET /hold?pipe={pipe} HTTP/1.1\r\nHost: h\r\n\r\n")
        with pipe.open("w") as writer:  # opens when the application holds the only thread
            for waiting in (first, second):
                waiting.send("GET /quick HTTP/1.1\r\nHost: h\r\n\r\n")
            refused, kept = one_that_is_answered(first, second)
            status, headers, _ = refused.answer()
            assert (status, headers["Retry-After"]) == (503, "1")
            writer.write("released")
        assert running_.answer()[2] == b"released"
        assert kept.answer()[2] == b"quick"


def one_that_is_answered(*peers: Peer) -> list[Peer]:
    """Return (the first of two peers with an answer, the other one)."""
    eventually(lambda: any(candidate.has_something_to_read() for candidate in peers))
    return sorted(peers, key=lambda candidate: not candidate.has_something_to_read())
