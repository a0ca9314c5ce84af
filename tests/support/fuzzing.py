"""Fuzzing: seeded requests to real gateways in process, what must hold of each answer, and what was reached.

A case is a seed and an index. The data is made anew at the beginning of each block of cases, so that a case
can be had again by running its block up to it.
"""

import logging
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from argon2 import PasswordHasher
from sqlalchemy import event

from gateway.engine.invoices import Invoice, InvoiceStatus, Source
from gateway.engine.ledger import AdjustmentType
from gateway.engine.periods import PeriodStatus
from gateway.storage.tables import accounts, invoices
from support.builders import CHARGE, CREDIT, INVOICE_ID, OTHER_INVOICE_ID, a_tax_item, an_invoice, an_item
from support.databases import put
from support.fuzz_answers import Escape, Log, Reached, check, environ_of
from support.fuzz_requests import VERSIONS, Request, a_request
from support.fuzz_values import DECLARED, REASON_CODES, Known
from support.gateways import InProcess, a_gateway

GATEWAYS: tuple[dict[str, object], ...] = (
    {"time_zone": "UTC"},
    {"time_zone": "America/Los_Angeles", "counter_adjustments": False, "max_records": 5},
    {"time_zone": "Pacific/Apia", "max_body_bytes": 15_000},
)
"""Their settings; the third meets bodies too large."""

BLOCK = 500
"""Cases between two beginnings from the same data."""

_KEPT = 20
"""Ids and locators that a caller remembers."""

_SLOWEST = 3


@dataclass
class Problem:
    """A case that did not end as it must, and why."""

    index: int
    request: Request
    why: str

    @property
    def name(self) -> str:
        """What it is, without what differs from case to case: most problems are one, met often."""
        lines = [line.strip() for line in self.why.splitlines() if line.strip()]
        place = next((line for line in reversed(lines) if line.startswith("File ")), "")
        return f"{place} {lines[-1][:100]}".strip()


class Took(NamedTuple):
    """How long a case took, and how much of that this process worked: a busy machine shows in the first."""

    seconds: float
    working_seconds: float


@dataclass
class Tally:
    """What a number of cases came to; tallies add up."""

    kinds: Counter[str] = field(default_factory=Counter)
    made: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    succeeded: Counter[str] = field(default_factory=Counter)
    records_saved: int = 0
    use_cases: int = 0
    milliseconds: Counter[int] = field(default_factory=Counter)
    slowest: list[tuple[Took, int, str]] = field(default_factory=list)
    escapes: Counter[str] = field(default_factory=Counter)
    malformed: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)

    @property
    def cases(self) -> int:
        return self.kinds.total()

    def add(self, other: "Tally") -> None:
        """Add another tally to this one."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))
        self.slowest = sorted(self.slowest, reverse=True)[:_SLOWEST]
        self.problems = list({problem.name: problem for problem in reversed(self.problems)}.values())[::-1]

    def count(self, index: int, request: Request, status: str, took: Took, reached: Reached) -> None:
        """Count one case that ended as it must."""
        self.statuses[status] += 1
        self.use_cases += reached.use_case
        self.records_saved += reached.succeeded
        self.errors.update(reached.errors)
        (self.faults if reached.fault else self.succeeded)[
            reached.fault or reached.operation or "no SOAP: a page, or HEAD"
        ] += 1
        self.milliseconds[int(took.seconds * 1000)] += 1
        self.slowest = sorted([*self.slowest, (took, index, request.kind)], reverse=True)[:_SLOWEST]


class World:
    """Gateways with several settings over the same data, and what their callers know."""

    def __init__(self, gateways: list[InProcess], log: Log) -> None:
        self.gateways = gateways
        self.log = log
        self.knowns = [Known() for _ in gateways]
        for gateway in gateways:
            gateway.store.engine.dispose()
        self._beginnings = [_file(gateway).read_bytes() for gateway in gateways]

    def begin_again(self) -> None:
        """Put the data back to its beginning, with new sessions."""
        for gateway, beginning in zip(self.gateways, self._beginnings, strict=True):
            # The last connection takes SQLite's other files with it.
            gateway.store.engine.dispose()
            _file(gateway).write_bytes(beginning)
        self.knowns = [Known(gateway.log_in(), _sources()) for gateway in self.gateways]

    def request(self, seed: int, index: int) -> Request:
        """Return the request of a case, as it stands at this point of its block."""
        return a_request(f"{seed}/{index}", self.knowns)

    def send(self, request: Request) -> tuple[str, list[tuple[str, str]], bytes, Took]:
        """Return status, headers and body, and how long they took.

        Raises:
            Escape: An exception left the application, or was logged by it.
        """
        started: list = []
        began, began_work = time.perf_counter(), time.process_time()
        try:
            parts = self.gateways[request.zone].gateway.wsgi(
                environ_of(request), lambda status, headers: started.extend((status, headers))
            )
            body = b"".join(parts)
        except Exception as error:
            raise Escape(f"left the application:\n{traceback.format_exc()}") from error
        took = Took(time.perf_counter() - began, time.process_time() - began_work)
        if logged := self.log.taken():
            raise Escape(logged)
        return started[0], started[1], body, took

    def learn(self, request: Request, reached: Reached) -> None:
        """Remember what an answer told its caller."""
        known = self.knowns[request.zone]
        kind = "InvoiceAdjustment" if b":InvoiceAdjustment" in request.body else "InvoiceItemAdjustment"
        known.adjustments[kind] = [*known.adjustments.get(kind, []), *reached.ids][-_KEPT:]
        known.locators = [*known.locators, *reached.locators][-_KEPT:]


def run(world: World, seed: int, indices: Iterable[int], tally: Tally) -> None:
    """Run these cases in order."""
    for index in indices:
        if index % BLOCK == 0:
            world.begin_again()
        run_case(world, world.request(seed, index), index, tally)


def run_case(world: World, request: Request, index: int, tally: Tally) -> None:
    """Send one request and count what became of it."""
    tally.kinds[request.kind] += 1
    tally.made.update(request.made)
    try:
        status, headers, body, took = world.send(request)
        reached = check(request, status, headers, body)
    except Escape as escape:
        tally.problems.append(Problem(index, request, str(escape)))
        tally.escapes[tally.problems[-1].name] += 1
    except Exception:  # noqa: BLE001  # whatever an answer does to its reader
        tally.problems.append(Problem(index, request, traceback.format_exc()))
        tally.malformed[tally.problems[-1].name] += 1
    else:
        tally.count(index, request, status, took, reached)
        world.learn(request, reached)


@contextmanager
def a_world(folder: Path) -> Iterator[World]:
    """Open the gateways, without what makes passwords and commits slow on purpose."""
    quick = partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
    log = Log()
    logger = logging.getLogger("gateway")
    logger.addHandler(log)
    with ExitStack() as stack:
        stack.callback(logger.removeHandler, log)
        stack.enter_context(patch("gateway.service.passwords.PasswordHasher", quick))
        gateways = [
            stack.enter_context(a_gateway(f"sqlite:///{folder / str(number)}.db", **chosen))
            for number, chosen in enumerate(GATEWAYS)
        ]
        for number, gateway in enumerate(gateways):
            _prepare(gateway, number)
            event.listen(gateway.store.engine, "connect", _hurry)
        world = World(gateways, log)
        world.begin_again()
        yield world


def _file(gateway: InProcess) -> Path:
    return Path(str(gateway.store.engine.url.database))


def _hurry(connection, _) -> None:
    connection.execute("PRAGMA synchronous=OFF").close()


def _prepare(gateway: InProcess, number: int) -> None:
    """Declare fields and codes, close a period in one of the gateways, and put the data there."""
    administering = gateway.gateway.administering
    for declared in DECLARED:
        administering.add_field(*declared)
    for code in REASON_CODES:
        administering.add_reason_code(code)
    if number == 1:
        administering.add_period("March", date(2024, 3, 1), date(2024, 3, 31))
        administering.change_period("March", PeriodStatus.CLOSED)
    put(gateway.store, *_data())
    with gateway.store.writing() as connection, connection.begin():
        connection.execute(invoices.update().values(_MOMENTS))
        connection.execute(accounts.update().values(name="é🚀<&>]]>\u2028", notes="x" * 3000, auto_pay=True))
    for version in VERSIONS:
        # The first call of a version makes its application: not what a case costs.
        gateway.request("GET", f"/apps/services/a/{version}.0?wsdl")


def _sources() -> list[tuple[str, str, str, str, str]]:
    """Return what a caller knows of the sources."""
    rows = _data()
    numbers = {row.id: row.number for row in rows if isinstance(row, Invoice)}
    return [
        (row.invoice_id, numbers[row.invoice_id], row.id, str(row.type), str(_toward_zero(row)))
        for row in rows
        if isinstance(row, Source)
    ]


def _toward_zero(source: Source) -> AdjustmentType:
    return CREDIT if source.original > 0 else CHARGE


_MOMENTS = {
    "posted_date": datetime(1, 1, 1, tzinfo=UTC),
    "last_email_sent_date": datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
}


def _data() -> list:
    """Return four invoices, then their sources: a common one, a credit, one without cents, a draft."""
    first, last = date(1, 1, 1), date(9999, 12, 31)
    return [
        an_invoice("5000000.00", id=INVOICE_ID),
        an_invoice("-300000.00", id=OTHER_INVOICE_ID, number="INV00000002", account_id="a" * 32, date=first),
        an_invoice("900000", id="3" * 32, number="INV <3> & é🚀", currency="JPY", minor_unit_digits=0),
        an_invoice("1000.00", id="4" * 32, number="INV00000004", status=InvoiceStatus.DRAFT),
        *(
            an_item("800000.00", id=f"{n:032d}", service_start_date=first, service_end_date=last)
            for n in range(5)
        ),
        an_item("100000.00"),
        a_tax_item("200000.00"),
        an_item("-100000.00", id="5" * 32, invoice_id=OTHER_INVOICE_ID, item_name="<b>&]]>\u2028'"),
        an_item("900000", id="6" * 32, invoice_id="3" * 32, accounting_code=None),
        an_item("3.00", id="7" * 32),
        an_item("1000.00", id="8" * 32, invoice_id="4" * 32),
    ]
