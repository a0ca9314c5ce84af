"""The invoices that the long runs fight over, with one user and two accounting periods, the first closed."""

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gateway.bootstrap import build
from gateway.engine import SourceType
from gateway.engine.periods import PeriodStatus
from gateway.settings import Settings
from gateway.storage.store import SqlStore
from support.builders import ITEM_ID, a_tax_item, an_invoice, an_item
from support.databases import an_empty_store, put
from support.gateways import PASSWORD, USER

BILLED, HALF_PAID, NEARLY_PAID = Decimal("90.00"), Decimal("45.00"), Decimal("89.50")
BILLED_ON, CLOSED_UNTIL = date(2024, 3, 1), date(2024, 3, 31)
TOO_EARLY, CLOSED_DAY, OPEN_DAY = date(2024, 2, 29), date(2024, 3, 15), date(2024, 4, 2)

VARIABLES = {"postgresql": "GATEWAY_TEST_POSTGRESQL_URL", "mariadb": "GATEWAY_TEST_MARIADB_URL"}


@dataclass(frozen=True)
class Billed:
    """One source as it was billed."""

    id: str
    type: SourceType
    original: Decimal


def invoice_id(number: int) -> str:
    return f"invoice{number}".rjust(32, "0")


def sources_of(number: int) -> tuple[Billed, ...]:
    """Return an item, a discount, a tax and an item that nobody credits: together what the invoice billed."""
    item = ITEM_ID if number == 0 else f"line{number}".rjust(32, "0")
    return (
        Billed(item, SourceType.INVOICE_DETAIL, Decimal("100.00")),
        Billed(f"discount{number}".rjust(32, "0"), SourceType.INVOICE_DETAIL, Decimal("-40.00")),
        Billed(f"tax{number}".rjust(32, "0"), SourceType.TAX, Decimal("20.00")),
        Billed(f"untouched{number}".rjust(32, "0"), SourceType.INVOICE_DETAIL, Decimal("10.00")),
    )


def owed(number: int) -> Decimal:
    """Return an invoice's balance: both ends of their windows are near."""
    if is_nearly_paid(number):
        return BILLED - NEARLY_PAID
    return BILLED - HALF_PAID if number % 2 else BILLED


def is_nearly_paid(number: int) -> bool:
    """Say whether an invoice owes next to nothing: one in five does, and is moved in small steps."""
    return number % 5 == 3  # the first five have one


def fill(url: str, invoices: int) -> None:
    """Empty a database and put the world into it."""
    with an_empty_store(url) as store:
        bill(store, invoices)
        gateway = build(Settings(), store)
        gateway.administering.add_period("march", BILLED_ON, CLOSED_UNTIL)
        gateway.administering.add_period("april", date(2024, 4, 1), date(2024, 4, 30))
        gateway.administering.change_period("march", PeriodStatus.CLOSED)
        gateway.sessions.add_user(USER, PASSWORD)


def bill(store: SqlStore, invoices: int) -> None:
    rows = []
    for number in range(invoices):
        id_ = invoice_id(number)
        rows.append(an_invoice(str(BILLED), str(owed(number)), id=id_, number=f"INV{number:08d}"))
        for billed in sources_of(number):
            make = a_tax_item if billed.type is SourceType.TAX else an_item
            rows.append(make(str(billed.original), id=billed.id, invoice_id=id_))
    put(store, *rows)


def verified(url: str) -> list[str]:
    """Return what ``gateway verify`` finds wrong with a database, as problems of a run."""
    done = _run_gateway(url, "verify")
    return [] if done.returncode == 0 else [f"gateway verify: {done.stdout}{done.stderr}"]


def _run_gateway(url: str, *words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"GATEWAY_DATABASE_URL": url}
    command = [sys.executable, "-m", "gateway", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
