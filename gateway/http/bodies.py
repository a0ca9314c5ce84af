"""Reading a request's body: whole, unpacked, and never larger than allowed, as sent and as unpacked."""

import re
import zlib

from gateway.http.messages import Environ, Refused

_LENGTH = re.compile(r"[0-9]{1,18}")


def read_body(environ: Environ, max_bytes: int) -> bytes:
    """Return the body, unpacked as its Content-Encoding says; empty when there is none.

    Raises:
        Refused: It is too large, cut short, or not packed as it says.
    """
    return _unpack(_read(environ, max_bytes), environ.get("HTTP_CONTENT_ENCODING", ""), max_bytes)


def _read(environ: Environ, max_bytes: int) -> bytes:
    text = environ.get("CONTENT_LENGTH") or ""
    if text and not _LENGTH.fullmatch(text):
        raise Refused(400, "The Content-Length is no number of bytes.")
    length = int(text) if text else max_bytes + 1
    if length > max_bytes + (0 if text else 1):
        raise _too_large(max_bytes)
    body: bytes = environ["wsgi.input"].read(length)
    if len(body) > max_bytes:
        raise _too_large(max_bytes)
    if text and len(body) < length:
        raise Refused(400, "The body ends before its Content-Length.")
    return body


def _unpack(body: bytes, encoding: str, max_bytes: int) -> bytes:
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return body
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise Refused(415, f"'{encoding[:60]}' is no encoding that is known here; gzip is.")
    unpacker = zlib.decompressobj(47)
    try:
        unpacked = unpacker.decompress(body, max_bytes + 1)
    except zlib.error:
        raise Refused(400, "The body is not packed as its Content-Encoding says.") from None
    if len(unpacked) > max_bytes:
        raise _too_large(max_bytes)
    if not unpacker.eof or unpacker.unused_data:
        raise Refused(400, "The packed body is cut short, or something follows it.")
    return unpacked


def _too_large(max_bytes: int) -> Refused:
    return Refused(413, f"The body is larger than {max_bytes} bytes.")
