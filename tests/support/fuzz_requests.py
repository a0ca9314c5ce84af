"""Requests from a seed: whole calls, and calls with something odd at any level from a value to the bytes."""

import gzip
import zlib
from collections import Counter
from dataclasses import dataclass, field

from support.fuzz_headers import a_block, session_block
from support.fuzz_records import odd_operation, queried, the_same_operation, whole_operation
from support.fuzz_values import BATCH_SIZES, BOOLEANS, HOSTILE, SOAP_1_1, SOAP_1_2, Dice, Known
from support.gateways import an_envelope

VERSIONS = (23, 45, 62, 69, 78, 153)

_PREFIXES = [("ns1:", "zns:"), ("ns2:", "ons:"), ("soapenv:", "SOAP-ENV:"), ("xsi:", "i:"), ("ns2:", "ns1x:")]
PIECES = [
    *(
        b"<",
        b">",
        b"&",
        b"'",
        b'"',
        b"/",
        b":",
        b"=",
        b" ",
        b"\n",
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf",
        b"%",
        b"",
    ),
    *(b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?xml?>", b"<!DOCTYPE x>", b"&#0;", b"&#xD800;", b"&lt;"),
    *(b"<a/>", b'xsi:nil="1"', b"xmlns=''", b"ns2:", b"null", b" and ", b"-", b"9" * 70, b"\\", b"\xc3\xa9"),
    *(
        b'soapenv:mustUnderstand="1"',
        b"</ns1:create>",
        b"<soapenv:Header/>",
        b"xmlns:ns2='urn:x'",
        b"\xf0\x9f",
    ),
]
_ODD_ENVELOPES = [
    ("<soapenv:Header>", "<soapenv:Header/><soapenv:Header>"),
    ("</soapenv:Body>", "<a/></soapenv:Body>"),
    ("soapenv:Header", "ns1:Header"),
    ("soapenv:Body>", "soapenv:Corpus>"),
    ("/soap/envelope/", "/soap/letter/"),
    ("<soapenv:Body>", "<!-- x --><?y z?><soapenv:Body> text "),
    ("<soapenv:Body>", "<soapenv:Body " + " ".join(f"xmlns:n{n}='urn:{n}'" for n in range(1000)) + ">"),
    ("<soapenv:Envelope ", '<!DOCTYPE x [<!ENTITY e "Invoice">]><soapenv:Envelope '),
    ("<soapenv:Envelope ", '<!DOCTYPE x SYSTEM "file:///dev/null"><soapenv:Envelope '),
]
"""What is replaced in a whole envelope, and by what."""

_MEDIA_TYPES = [
    *(
        "text/xml",
        "text/xml; charset=utf-8",
        "TEXT/XML;charset=UTF-8",
        "application/xml",
        "application/soap+xml",
    ),
    *("", 'application/soap+xml; charset=utf-8; action="x"', 'text/xml; charset="utf-8"', "text/xml;"),
]
_ODD_MEDIA_TYPES = [
    *("application/json", "a\x01b", "multipart/related; boundary=x", "text/xml; charset=klingon", "text"),
    *("text/xml; charset=", "text/xml; charset=utf-16", "text/xml; charset=rot13", "text/xml; charset=idna"),
    *(
        "text/xml; charset=\xe9",
        "text/xml; charset=utf-7",
        "text/xml; charset=hex",
        "text/xml; charset=utf_8_sig",
    ),
    *(
        "multipart/related; type=text/xml",
        "x" * 5000,
        "text/xml; charset=undefined",
        "/",
        ";",
        "text/xml; a=b; c",
    ),
]
_CHARSETS = [
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "latin-1",
    "ascii",
    "cp1252",
    "utf-32",
    "cp037",
    "utf-8-sig",
]
_ENCODINGS = [
    "gzip",
    "x-gzip",
    "deflate",
    "GZIP",
    " gzip ",
    "identity",
    "br",
    "\x01b",
    "gzip, gzip",
    "",
    "\xe9",
]
_ACCEPTED = [
    "gzip",
    "deflate, gzip;q=0.5",
    "gzip;q=0",
    "*",
    "x-gzip",
    "identity",
    "gzip;q=x",
    ",;,",
    "br, gzip ",
]
_OPTIONS = {
    "HTTP_X_GATEWAY_STRICT": (0.3, ["true", "TRUE ", "false", "x"]),
    "HTTP_X_GATEWAY_ALL_ERRORS": (0.3, ["true", "1"]),
    "HTTP_X_GATEWAY_DRY_RUN": (0.1, ["true", "false"]),
    "HTTP_IDEMPOTENCY_KEY": (
        0.1,
        ["again", "again", "again", "b", "", " d ", "\xe9", "x" * 255, "x" * 256, "a\x01"],
    ),
    "HTTP_ACCEPT_ENCODING": (0.1, _ACCEPTED),
}
"""Headers that any request may have: how likely, and with which values."""

_METHODS = ["GET", "HEAD", "PUT", "OPTIONS", "DELETE", "TRACE", "get", "X"]
_PATHS = [
    *(
        "/",
        "/health",
        "/nowhere",
        "",
        "/apps/servlet/GenerateWsdl",
        "/apps/services/a/78.0/",
        "/apps/services/a",
    ),
    *(
        "/apps/services/a/78",
        "/apps/services/a/22.0",
        "/apps/services/a/154.0",
        "/apps/services/a/78.5",
        "/apps/services/a/\x01",
    ),
    *(
        "/apps/services/a/\u0667\u0668",
        "/apps/services/a/../a/78.0",
        "/\r\nX: y",
        "/apps/services/a/" + "9" * 999,
    ),
]
_QUERY_STRINGS = [
    "",
    "wsdl",
    "WSDL=1",
    "version=78.0",
    "version=",
    "version=x&version=78",
    "%00",
    "wsdl=\xe9",
]


@dataclass
class Request:
    """One request as a WSGI server would hand it over.

    Attributes:
        zone: Which of the gateways gets it.
        headers: More of the environment: CONTENT_TYPE, HTTP_...
        made: What it was made of, by kind.
    """

    kind: str
    zone: int
    path: str
    body: bytes
    method: str = "POST"
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    made: Counter[str] = field(default_factory=Counter)


def a_request(seed: str, knowns: list[Known]) -> Request:
    """Return the request of a seed; ``knowns`` are what is known of each gateway."""
    dice = Dice(seed)
    zone = dice.randrange(len(knowns))
    kind = dice.choices(list(_KINDS), weights=[weight for weight, _ in _KINDS.values()])[0]
    request = Request(kind, zone, f"/apps/services/a/{dice.choice(VERSIONS)}.0", b"")
    request.headers["CONTENT_TYPE"] = dice.choice(_MEDIA_TYPES)
    for name, (probability, values) in _OPTIONS.items():
        if dice.chance(probability):
            request.headers[name] = dice.make(f"HTTP: {name}", values)
    _KINDS[kind][1](dice, knowns[zone], request)
    request.made = dice.made
    return request


def disturbed(body: bytes, disturbances) -> bytes:
    """Put a piece in the place of some bytes, at each of these relative positions."""
    for position, length, piece in disturbances:
        start = int(position * len(body))
        body = body[:start] + piece + body[start + length :]
    return body


def _enveloped(dice: Dice, operation: str, header: str = "", session: str = "") -> str:
    """Return an envelope of SOAP 1.1 or 1.2, with the prefixes of one client or another."""
    envelope = an_envelope(operation, session, header)
    if dice.chance(0.35):
        dice.made["envelope: SOAP 1.2"] += 1
        envelope = envelope.replace(SOAP_1_1, SOAP_1_2, 1)
    for ours, theirs in dice.sample(_PREFIXES, 2) if dice.chance(0.3) else ():
        envelope = envelope.replace(ours, theirs).replace(f"xmlns:{ours[:-1]}=", f"xmlns:{theirs[:-1]}=")
    return envelope


def _options(dice: Dice) -> str:
    if dice.chance(0.5):
        return ""
    sizes = f"<ns1:batchSize>{dice.choice(BATCH_SIZES)}</ns1:batchSize>"
    single = f"<ns1:useSingleTransaction>{dice.choice(BOOLEANS)}</ns1:useSingleTransaction>"
    return f"<ns1:QueryOptions>{sizes}</ns1:QueryOptions><ns1:CallOptions>{single}</ns1:CallOptions>"


def _some_operation(dice: Dice, known: Known) -> str:
    return dice.choices([whole_operation, odd_operation, queried], weights=[6, 2, 2])[0](dice, known)


def _whole(dice: Dice, known: Known, request: Request) -> None:
    operation = whole_operation(dice, known)
    if request.headers.get("HTTP_IDEMPOTENCY_KEY") == "again":
        operation = the_same_operation(known)
    request.body = _enveloped(dice, operation, _options(dice), known.session).encode()


def _records(dice: Dice, known: Known, request: Request) -> None:
    request.body = _enveloped(dice, odd_operation(dice, known), _options(dice), known.session).encode()


def _queries(dice: Dice, known: Known, request: Request) -> None:
    request.body = _enveloped(dice, queried(dice, known), _options(dice), known.session).encode()


def _headers(dice: Dice, known: Known, request: Request) -> None:
    blocks = [a_block(dice, known) for _ in range(dice.randint(1, 4))]
    if dice.chance(0.85):
        blocks.insert(dice.randint(0, len(blocks)), session_block(known))
    if dice.chance(0.02):
        dice.made["header: many blocks"] += 1
        blocks *= 500
    envelope = _enveloped(dice, _some_operation(dice, known), "".join(blocks))
    if dice.chance(0.08):
        envelope = envelope.replace(*dice.make("envelope: odd", _ODD_ENVELOPES))
    request.body = envelope.encode()


def _http(dice: Dice, known: Known, request: Request) -> None:
    text = _enveloped(dice, _some_operation(dice, known), "", known.session)
    request.body = text.encode()
    match dice.make(
        "HTTP", ["media type", "charset", "charset", "packed", "packed", "length", "method", "path"]
    ):
        case "media type":
            request.headers["CONTENT_TYPE"] = dice.choice(_ODD_MEDIA_TYPES)
        case "charset":
            _recode(dice, request, text)
        case "packed":
            _pack(dice, request)
        case "length":
            size = len(request.body)
            lengths = ["", "0", "-1", "x", str(size + 1), str(size // 2), "9" * 30, "\u0663"]
            request.headers["CONTENT_LENGTH"] = dice.choice(lengths)
        case "method":
            request.method = dice.choice(_METHODS)
            request.path = dice.choice([request.path, *_PATHS])
            request.query = dice.choice(_QUERY_STRINGS)
        case _:
            request.path, request.query = dice.choice(_PATHS), dice.choice(_QUERY_STRINGS)


def _recode(dice: Dice, request: Request, text: str) -> None:
    charset, told = dice.choice(_CHARSETS), dice.choice(_CHARSETS)
    if dice.chance(0.6):
        told = charset
    if dice.chance(0.4):
        text = f'<?xml version="1.0" encoding="{told}"?>{text}'
    elif dice.chance(0.7):
        request.headers["CONTENT_TYPE"] = f"text/xml; charset={told}"
    request.body = text.encode(charset, "xmlcharrefreplace" if "utf" not in charset else "replace")


def _pack(dice: Dice, request: Request) -> None:
    body, encoding = request.body, dice.choice(_ENCODINGS)
    raw = zlib.compressobj(wbits=-15)
    packed = dice.choice(
        [gzip.compress(body, 1, mtime=0), zlib.compress(body, 1), raw.compress(body) + raw.flush()]
    )
    match dice.make("HTTP: packing", ["right", "right", "any", "cut", "disturbed", "more"]):
        case "right":
            packed, encoding = gzip.compress(body, 1, mtime=0), dice.choice(["gzip", "x-gzip", "GZIP"])
        case "cut":
            packed = packed[: dice.randint(0, len(packed))]
        case "disturbed":
            packed = disturbed(packed, [_disturbance(dice)])
        case "more":
            packed += dice.choice([b"\0", packed, b"x" * 100])
    request.body = packed
    request.headers["HTTP_CONTENT_ENCODING"] = encoding


def _disturbance(dice: Dice) -> tuple[float, int, bytes]:
    piece = dice.randbytes(dice.randint(1, 4)) if dice.chance(0.2) else dice.make("bytes: piece", PIECES)
    return dice.random(), dice.choice([0, 0, 1, 1, 2, 5, 40]), piece


def _bytes(dice: Dice, known: Known, request: Request) -> None:
    body = _enveloped(dice, _some_operation(dice, known), _options(dice), known.session).encode()
    request.body = disturbed(body, [_disturbance(dice) for _ in range(dice.randint(1, 3))])


def _texts(dice: Dice, known: Known, request: Request) -> None:
    """Disturb an operation's element alone: what stands around it stays whole."""
    operation = _some_operation(dice, known).encode()
    operation = disturbed(operation, [_disturbance(dice) for _ in range(dice.randint(1, 2))])
    text = operation.decode("utf-8", "replace")
    request.body = _enveloped(dice, text, _options(dice), known.session).encode()


def _garbage(dice: Dice, _: Known, request: Request) -> None:
    request.body = dice.randbytes(dice.randint(0, 300)) if dice.chance(0.5) else dice.choice(HOSTILE).encode()
    if dice.chance(0.3):
        request.headers["CONTENT_TYPE"] = "text/xml; " + "".join(chr(dice.randint(1, 255)) for _ in range(9))
    dice.made["bytes: garbage"] += 1


_KINDS = {
    "whole calls": (16, _whole),
    "records": (22, _records),
    "queries": (24, _queries),
    "header blocks": (11, _headers),
    "HTTP": (10, _http),
    "bytes": (10, _bytes),
    "texts": (5, _texts),
    "garbage": (2, _garbage),
}
"""The kinds of request: how often each is made, and how."""
