"""Records per second through SOAP with gateway.client, beside a plain zeep loop, in one run.

A gateway is served with two workers on SQLite or, with --url, on another database, which must be empty. Both
callers create the same number of records, 50 in a call, on invoices of their own; the plain loop is what
docs/soap-caller.md shows. They take turns in rounds, so that a busy machine slows both alike. CPU is the
caller's own: what it leaves to the gateway is the rest.

    python benchmarks/client.py [--records 20000] [--rounds 4] [--in-flight 4] [--workers 2] [--url URL]
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import zeep

from gateway.bootstrap import open_gateway, prepare_database
from gateway.client import Adjustment, Client
from gateway.settings import Settings
from gateway.testing import BillingData

USER, PASSWORD = "bench", "correct horse"  # of a throwaway database
PER_CALL = 50
ITEMS_PER_INVOICE = 500


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        url = options.url or f"sqlite:///{Path(folder, 'gateway.db')}"
        share = options.records // options.rounds
        work = _bring_in(url, options.rounds * 2, share)
        with _served(url, options.workers, Path(folder)) as endpoint:
            spent = {"gateway.client": (0.0, 0.0), "plain zeep loop": (0.0, 0.0)}
            with Client(endpoint, USER, PASSWORD, calls_in_flight=options.in_flight) as client:
                plain = _Plain(endpoint)
                client.create(work[0][:PER_CALL])  # connections and sessions
                for round_ in range(options.rounds):
                    creates = {"gateway.client": client.create, "plain zeep loop": plain.create}
                    for turn, (name, create) in enumerate(creates.items()):
                        seconds, cpu = _timed(create, work[2 * round_ + turn])
                        spent[name] = spent[name][0] + seconds, spent[name][1] + cpu
    done = share * options.rounds
    database = url.partition(":")[0]
    print(f"{done:,} records each, {PER_CALL} in a call, {database}, {os.cpu_count()} cores")
    print(f"{options.workers} workers, {options.in_flight} calls of gateway.client in flight")
    for name, (seconds, cpu) in spent.items():
        print(f"{name:16} {done / seconds:8,.0f} records/s, {cpu / done * 1000:.3f} ms of CPU a record")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--records", type=int, default=20_000, help="of each caller")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--in-flight", type=int, default=4)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--url", help="a SQLAlchemy URL of an empty, initialized database")
    return parser.parse_args()


def _bring_in(url: str, lots: int, size: int) -> list[list[Adjustment]]:
    """Bring invoices in, and return lots of credits, each on invoices of its own."""
    settings = Settings(database_url=url)
    prepare_database(settings)
    with open_gateway(settings) as gateway:
        gateway.sessions.add_user(USER, PASSWORD)
        billing = BillingData(gateway)
        account = billing.account()
        found = []
        for _ in range(lots):
            lot: list[Adjustment] = []
            while len(lot) < size:
                amounts = ["10.00"] * min(ITEMS_PER_INVOICE, size - len(lot))
                invoice = billing.invoice(amounts, invoice_date=date(2026, 1, 1), account_id=account)
                lot += [item.credit("1.00") for item in invoice.items]
            named = enumerate(lot)
            found.append([replace(credit, reference_id=f"bench {number}") for number, credit in named])
        return found


class _Plain:
    """One call after the other, as a first program does it."""

    def __init__(self, endpoint: str) -> None:
        client = zeep.Client(f"{endpoint}?wsdl")
        self._service: Any = client.create_service("{http://api.zuora.com/}SoapBinding", endpoint)
        self._adjustment: Any = client.get_type("{http://object.api.zuora.com/}InvoiceItemAdjustment")
        session = self._service.login(USER, PASSWORD).Session
        self._headers = {"SessionHeader": {"session": session}}

    def create(self, adjustments: list[Adjustment]) -> list[Any]:
        saved = []
        for first in range(0, len(adjustments), PER_CALL):
            objects = [
                self._adjustment(
                    AdjustmentDate=credit.adjustment_date,
                    Amount=credit.amount,
                    InvoiceId=credit.invoice_id,
                    ReferenceId=credit.reference_id,
                    SourceId=credit.source_id,
                    SourceType=credit.source_type,
                    Type=credit.type,
                )
                for credit in adjustments[first : first + PER_CALL]
            ]
            saved += self._service.create(objects, _soapheaders=self._headers)
        return [outcome.Id for outcome in saved if outcome.Success]


def _timed(create: Callable[[list[Adjustment]], list[Any]], lot: list[Adjustment]) -> tuple[float, float]:
    """Return the seconds and this process's CPU seconds of creating a lot."""
    began, cpu_began = time.perf_counter(), time.process_time()
    made = create(lot)
    spent = time.perf_counter() - began, time.process_time() - cpu_began
    assert len(made) == len(lot), "all of them are made"
    return spent


@contextlib.contextmanager
def _served(url: str, workers: int, folder: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "gateway", "serve", "--port", "0", "--workers", str(workers)]
    environment = os.environ | {
        "GATEWAY_DATABASE_URL": url,
        "PYTHONUNBUFFERED": "1",
        "GATEWAY_LOG_LEVEL": "ERROR",
    }
    with (folder / "serve.log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
        assert process.stdout is not None
        try:
            yield next(line.split()[1] for line in process.stdout if line.startswith("Endpoint"))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()
            process.stdout.close()


if __name__ == "__main__":
    main()
