"""Clients that are no part of us: each a small program in tests/interop/clients/ that runs one scenario.

A program logs in, reads an invoice's items page by page, creates adjustments (the second one asks for too
much), reads them back, sends a bad query, uses a session that has ended and logs in again, cancels the first
adjustment, deletes it, tries to delete a live one, and looks at what is left. It prints what it saw as lines
``key=value``; ``expected`` says what that must be. How long the scenario is depends on the invoice alone.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.storage.store import SqlStore
from gateway.storage.tables import invoice_item_adjustments
from support.builders import an_invoice, an_item
from support.databases import put
from support.gateways import PASSWORD, USER, a_gateway
from support.served import a_served_gateway

FOLDER = Path(__file__).resolve().parents[1] / "interop" / "clients"
TEXT = "<b>&</b> \"double\" 'single' ]]> é Ωμέγα 東京 🚀"
REFUSED = 1  # the number of the record that asks for too much
WITHIN_S = 120  # a build takes about 15 seconds, a run 2

_JAXWS_JAR = Path("/usr/share/jaxws/lib/jaxws-rt.jar")

# Read when this is imported: the tests' environment has no GATEWAY_* once they run.
REQUIRED = os.environ.get("GATEWAY_REQUIRE_ALL") == "1"


@dataclass(frozen=True)
class Client:
    """One client.

    Args:
        needs: What must be installed, by the words in which its absence is reported.
        build: Makes the program from a WSDL in an empty folder and returns the command that runs it.
        not_shown: Keys that the client has no way to show its caller.
        reads_a_wsdl: Whether the program is made from a WSDL at all.
    """

    needs: dict[str, Callable[[], object]]
    build: Callable[[Path, Path], list[str]]
    not_shown: frozenset[str] = frozenset()
    reads_a_wsdl: bool = True


def _command(name: str) -> Callable[[], object]:
    return lambda: shutil.which(name)


def _succeeds(*command: str) -> Callable[[], object]:
    def succeeds() -> bool:
        if not shutil.which(command[0]):
            return False
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    return succeeds


def _done(*command: str | Path, cwd: Path) -> None:
    finished = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=WITHIN_S, check=False)
    assert finished.returncode == 0, f"{command[0]} failed:\n{finished.stdout}\n{finished.stderr}"


def _php(_wsdl: Path, _folder: Path) -> list[str]:
    return ["php", "-d", "display_errors=stderr", str(FOLDER / "php/scenario.php")]


def _jaxws(wsdl: Path, folder: Path) -> list[str]:
    sources, classes = folder / "sources", folder / "classes"
    sources.mkdir()
    classes.mkdir()
    bindings = FOLDER / "jaxws/bindings.xml"
    flags = ("-quiet", "-Xnocompile", "-XadditionalHeaders", "-b", bindings)
    _done("wsimport", *flags, "-s", sources, wsdl, cwd=folder)
    generated = sorted(sources.rglob("*.java"))
    # The jar's manifest names the others.
    on_path = ("-cp", f"{_JAXWS_JAR}:{classes}")
    _done("javac", "-nowarn", *on_path, "-d", classes, FOLDER / "jaxws/Scenario.java", *generated, cwd=folder)
    return ["java", "-XX:TieredStopAtLevel=1", *on_path, "Scenario"]


def _gsoap(wsdl: Path, folder: Path) -> list[str]:
    _done("wsdl2h", "-t", FOLDER / "gsoap/typemap.dat", "-o", "contract.h", wsdl, cwd=folder)
    _done("soapcpp2", "-j", "-C", "-L", "-x", "-I/usr/share/gsoap/import", "contract.h", cwd=folder)
    sources = (FOLDER / "gsoap/scenario.cpp", "soapC.cpp", "soapSoapBindingProxy.cpp")
    _done("g++", "-O0", "-I.", *sources, "-lgsoap++", "-o", "scenario", cwd=folder)
    return [str(folder / "scenario")]


def _python(name: str) -> Callable[[Path, Path], list[str]]:
    return lambda _wsdl, _folder: [sys.executable, "-W", "error", str(FOLDER / name / "scenario.py")]


CLIENTS = {
    "zeep": Client({"zeep": lambda: find_spec("zeep")}, _python("zeep")),
    "suds": Client({"suds-community": lambda: find_spec("suds")}, _python("suds")),
    "php": Client(
        {"php with its soap extension": _succeeds("php", "-r", "exit((int) !class_exists('SoapClient'));")},
        _php,
    ),
    "jaxws": Client(
        {
            "wsimport": _command("wsimport"),
            "javac": _command("javac"),
            "the JAX-WS runtime": _JAXWS_JAR.is_file,
        },
        _jaxws,
        # A typed exception has its detail and not the code of the fault around it.
        not_shown=frozenset({"bad_query.faultcode", "expired.faultcode"}),
    ),
    "gsoap": Client(
        {
            "gsoap (wsdl2h)": _command("wsdl2h"),
            "g++": _command("g++"),
            "libgsoap-dev": Path("/usr/include/stdsoap2.h").is_file,
        },
        _gsoap,
    ),
    "perl": Client(
        {"SOAP::Lite": _succeeds("perl", "-MSOAP::Lite", "-e", "1")},
        lambda _wsdl, _folder: ["perl", str(FOLDER / "perl/scenario.pl")],
        reads_a_wsdl=False,
    ),
    "node": Client(
        {
            "node": _command("node"),
            "npm's soap (npm ci in tests/interop/clients/node)": (FOLDER / "node/node_modules/soap").is_dir,
        },
        lambda _wsdl, _folder: ["node", str(FOLDER / "node/scenario.js")],
    ),
}
"""The clients by name, which is that of their folder too."""


def require(name: str) -> None:
    """Skip the running test, or fail it when GATEWAY_REQUIRE_ALL is 1, unless the client is installed."""
    missing = _missing(name)
    if missing:
        (pytest.fail if REQUIRED else pytest.skip)(f"{missing} is not installed")


@cache
def _missing(name: str) -> str | None:
    """Return the first thing that a client needs and that is not there."""
    needs = CLIENTS[name].needs.items()
    return next((need for need, is_there in needs if not is_there()), None)


@dataclass(frozen=True)
class Billed:
    """An invoice for one run of the scenario."""

    invoice_id: str
    item_ids: tuple[str, ...]
    creates: int
    batch_size: int


class Programs:
    """Programs built from WSDLs in a folder, each once, and the served gateway that they talk to."""

    def __init__(self, folder: Path, store: SqlStore, endpoint: str, ended_session: str) -> None:
        self.endpoint = endpoint
        self._folder = folder
        self._store = store
        self._ended_session = ended_session
        self._commands: dict[tuple[str, Path], list[str]] = {}
        self._numbers = count(1)

    def bill(self, items: int = 1200, creates: int = 50, batch_size: int = 500) -> Billed:
        """Write another invoice of so many items."""
        number = next(self._numbers)
        invoice_id = f"inv{number:029d}"
        account_id = f"acc{number:029d}"
        ids = tuple(f"item{number:014d}{index:014d}" for index in range(items))
        amount = f"{items * 10}.00"
        invoice = an_invoice(amount, id=invoice_id, number=f"INV{number:08d}", account_id=account_id)
        put(self._store, invoice, *(an_item("10.00", id=id_, invoice_id=invoice_id) for id_ in ids))
        return Billed(invoice_id, ids, creates, batch_size)

    def run(self, name: str, wsdl: Path, billed: Billed, endpoint: str = "") -> dict[str, str]:
        """Run a client's program and return what it saw; a program that ends badly saw ``failed``."""
        if (name, wsdl) not in self._commands:
            folder = self._folder / f"{name}-{wsdl.stem}"
            folder.mkdir()
            self._commands[name, wsdl] = CLIENTS[name].build(wsdl, folder)
        arguments = [
            str(wsdl),
            endpoint or self.endpoint,
            USER,
            PASSWORD,
            self._ended_session,
            billed.invoice_id,
            str(billed.creates),
            str(billed.batch_size),
            TEXT,
        ]
        finished = subprocess.run(
            [*self._commands[name, wsdl], *arguments],
            capture_output=True,
            encoding="utf-8",
            errors="backslashreplace",
            timeout=WITHIN_S,
            env=os.environ | {"LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"},
            check=False,
        )
        lines = (line.partition("=") for line in finished.stdout.splitlines())
        saw = {key: value for key, _, value in lines}
        if finished.returncode:
            saw["failed"] = f"exit {finished.returncode}: {finished.stderr[-2000:]}"
        return saw

    def comments(self, billed: Billed) -> set[str]:
        """Return the comments of an invoice's adjustments, as they are stored."""
        with self._store.reading() as connection:
            table = invoice_item_adjustments
            wanted = select(table.c.comment).where(table.c.invoice_id == billed.invoice_id)
            return set(connection.scalars(wanted))


@contextmanager
def served_programs(folder: Path) -> Iterator[Programs]:
    """Serve an empty gateway with one user and an ended session, for programs built in this folder."""
    url = f"sqlite:///{folder / 'gateway.db'}"
    with a_gateway(url) as gateway:
        # The clock of this one stands still in the past, so the served one finds the session ended.
        ended = gateway.gateway.sessions.log_in(USER, PASSWORD)
        with a_served_gateway(url, folder) as served:
            yield Programs(folder, gateway.store, served.endpoint, ended)


def expected(name: str, billed: Billed, server_url: str, day: str = "2024-03-02") -> dict[str, str]:
    """Return what a client must see; an amount may be written in other ways.

    Args:
        name: The client.
        billed: The invoice of its run.
        server_url: The endpoint's address as the gateway itself names it.
        day: How the client shows an AdjustmentDate.
    """
    made = [number for number in range(billed.creates) if number != REFUSED]
    wanted = {
        "server_url": server_url,
        "username": USER,
        "items": ",".join(billed.item_ids),
        "pages": str(-(-len(billed.item_ids) // billed.batch_size)),
        "size": str(len(billed.item_ids)),
        "saved": ",".join(
            "false:INVALID_VALUE" if number == REFUSED else "true:" for number in range(billed.creates)
        ),
        "refused": "Adjustment amount is out of range. Please change the amount.",
        "rows": str(len(made)),
        **{
            f"read.{number}": f"{billed.item_ids[number]}|1.{number:02d}|{day}|Processed|{TEXT}"
            for number in made
        },
        "bad_query.faultcode": "fns:INVALID_FIELD",
        "bad_query.detail": "MalformedQueryFault",
        "bad_query.code": "INVALID_FIELD",
        "bad_query.message": "invalid field for query: Invoice.nonsense",
        "expired.faultcode": "fns:INVALID_SESSION",
        "expired.code": "INVALID_SESSION",
        "canceled": "true:",
        "status": "Canceled",
        "deleted": "true:",
        "deleted_the_first": "true",
        "kept": "false:CANNOT_DELETE",
        "rows_after": str(len(made) - 1),
        "empty": "0:0",
    }
    return {key: value for key, value in wanted.items() if key not in CLIENTS[name].not_shown}


def differences(wanted: dict[str, str], saw: dict[str, str]) -> list[str]:
    """Return where what a client saw is not what it must see, a line for each."""
    return [
        f"{key}: expected {wanted.get(key)!r}, saw {saw.get(key)!r}"
        for key in wanted | saw
        if _plain(wanted.get(key)) != _plain(saw.get(key))
    ]


def _plain(value: str | None) -> list[str | Decimal | None]:
    """Return the parts of a value, an amount as the number that it is: 1.50 and 1.5 are one."""
    return [_number(part) for part in value.split("|")] if value else [value]


def _number(text: str) -> str | Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return text
