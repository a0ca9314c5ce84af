"""PEP 3333's rules for applications, one call at a time; a server would show all of them as 500."""

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from gateway.server.wsgi import call

Start = Callable[..., Any]
GET = {"REQUEST_METHOD": "GET"}


class Parts:
    """An iterable that remembers that it was closed."""

    def __init__(self, *parts: bytes | Exception) -> None:
        self.parts = parts
        self.is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        for part in self.parts:
            if isinstance(part, Exception):
                raise part
            yield part

    def close(self) -> None:
        self.is_closed = True


def answering(*headers: tuple[str, str], status: str = "200 OK", parts: Iterable[bytes] = ()) -> Any:
    def app(_environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        start_response(status, list(headers))
        return parts

    return app


def test_the_iterable_is_closed_after_the_last_part() -> None:
    parts = Parts(b"a", b"b")
    assert call(answering(parts=parts), GET) == (200, [], b"ab")
    assert parts.is_closed


def test_the_iterable_is_closed_after_an_exception() -> None:
    parts = Parts(b"a", LookupError())
    with pytest.raises(LookupError):
        call(answering(parts=parts), GET)
    assert parts.is_closed


def test_what_write_was_given_comes_before_the_parts() -> None:
    def app(_environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        start_response("200 OK", [])(b"written ")
        return [b"returned"]

    assert call(app, GET) == (200, [], b"written returned")


def test_a_generator_may_start_the_response_at_its_first_part() -> None:
    def app(_environ: dict[str, Any], start_response: Start) -> Iterator[bytes]:
        start_response("404 Not Found", [("X-A", "1")])
        yield b"late"

    assert call(app, GET) == (404, [("X-A", "1")], b"late")


def test_exc_info_replaces_a_response_that_has_no_body_yet() -> None:
    def app(_environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        start_response("200 OK", [("X-First", "1")])
        try:
            [].pop()
        except LookupError:
            start_response("500 Failed", [], sys.exc_info())
        return [b"sorry"]

    assert call(app, GET) == (500, [], b"sorry")


def test_exc_info_after_the_first_byte_raises_that_exception() -> None:
    def app(_environ: dict[str, Any], start_response: Start) -> Iterator[bytes]:
        start_response("200 OK", [])
        yield b"first"
        try:
            [].pop()
        except LookupError:
            start_response("500 Failed", [], sys.exc_info())

    with pytest.raises(LookupError):
        call(app, GET)


def test_a_second_start_response_is_a_bug() -> None:
    def app(_environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        start_response("200 OK", [])
        start_response("200 OK", [])
        return []

    with pytest.raises(RuntimeError, match="twice"):
        call(app, GET)


@pytest.mark.parametrize("parts", [[], [b"body"]])
def test_no_start_response_is_a_bug(parts: list[bytes]) -> None:
    with pytest.raises(RuntimeError, match="start_response was"):
        call(lambda _environ, _start: parts, GET)


@pytest.mark.parametrize(
    "header",
    [("X-A", "a\r\nX-B: b"), ("X A", "a"), ("X-A", "M\xfcller"), ("", "a"), ("Connection", "close")],
)
def test_a_header_that_granian_cannot_send_is_a_bug(header: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match=r"header|PEP 3333"):
        call(answering(header), GET)


@pytest.mark.parametrize("status", ["100 Continue", "OK", "999 Odd"])
def test_a_status_that_ends_no_request_is_a_bug(status: str) -> None:
    with pytest.raises(ValueError, match=r"status|invalid literal"):
        call(answering(status=status), GET)


def test_a_content_length_that_is_not_the_length_is_a_bug() -> None:
    with pytest.raises(ValueError, match="Content-Length"):
        call(answering(("Content-Length", "5"), parts=[b"four"]), GET)


def test_head_may_declare_the_length_of_a_body_it_leaves_out() -> None:
    headers = [("Content-Length", "5")]
    assert call(answering(*headers), {"REQUEST_METHOD": "HEAD"}) == (200, headers, b"")
