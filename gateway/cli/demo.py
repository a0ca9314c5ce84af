"""``gateway demo``: the main job on sample data, from an empty folder to the balances, and how to go on."""

import contextlib
import fcntl
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from zeep import Client, Transport

from gateway.bootstrap import open_gateway, prepare_database
from gateway.cli import sample
from gateway.cli.serving import announce, run_server
from gateway.client.calls import RECORDS_PER_CALL
from gateway.settings import Settings

ITEMS = 1200
PAGE_SIZE = 500
"""Below the 2,000 that a page may have, so that the demo reads more than one."""

USER = "demo@example.com"

_API = "{http://api.zuora.com/}"
_OBJECT = "{http://object.api.zuora.com/}"
_BALANCE = f"select Balance from Invoice where Id = '{sample.INVOICE_ID}'"  # noqa: S608  # ZOQL of our own
_ITEMS = f"select Id, ChargeAmount, ChargeName from InvoiceItem where InvoiceId = '{sample.INVOICE_ID}'"  # noqa: S608  # the same


@click.command("demo")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo"),
    show_default=True,
    help="Where the sample data, the database and the log are kept.",
)
@click.option("--serve", "serves", is_flag=True, help="Serve the demo's data until stopped.")
@click.pass_obj
def demo_command(settings: Settings, folder: Path, *, serves: bool) -> None:
    """Adjust a 1,200-item invoice through SOAP with a zeep client, and show what happened.

    Starts from nothing each time: an SQLite database in the folder, sample data, a gateway on a free
    loopback port, which ends with the demo.

    \b
    Examples:
      gateway demo
      gateway demo --serve
    """  # noqa: D301  # \b keeps click from filling the example
    console = Console(highlight=False)
    demo = Demo(folder, settings)
    with demo.alone():
        if serves:
            if demo.is_complete:
                prepare_database(demo.settings)  # an older release may have made it
            else:
                demo.prepare(console)
            run_server(demo.settings, demo.announce)
            return
        demo.prepare(console)
        with demo.server() as url:
            result = adjust_every_item(url, demo.password, console)
        _show(result, console)
        console.print(
            "\nTo keep a gateway on this data running:  make serve\n"
            "(it prints its address, the WSDL's address, the user and the password)"
        )


class Demo:
    """The demo's folder: the sample files, the database, the password and the server's log."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.folder = folder
        self.database = folder / "gateway.db"
        self._password_file = folder / "password"
        self.settings = replace(settings, database_url=f"sqlite:///{self.database}")

    @property
    def is_complete(self) -> bool:
        """Whether the last preparation came to its end, which is the password."""
        return self._password_file.exists() and self.database.exists()

    @property
    def password(self) -> str:
        """The demo user's password, another one in each new database."""
        return self._password_file.read_text("utf-8")

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Keep a second demo from replacing the database under a gateway that serves it."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise click.ClickException(f"Cannot make the folder {self.folder}: {error.strerror}.") from error
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise click.ClickException(
                    f"Another demo, or `make serve`, is using {self.folder}/. Stop it first."
                ) from error
            yield

    def prepare(self, console: Console) -> None:
        """Make an empty database, import the sample and add the user.

        The password's file comes last and whole: it marks a demo that is complete.
        """
        self._password_file.unlink(missing_ok=True)
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self.database}{suffix}").unlink(missing_ok=True)
        data = self.folder / "data"
        shutil.rmtree(data, ignore_errors=True)
        with console.status("Preparing the sample data ..."):
            sample.write_sample(data, ITEMS)
            # The sample is made for the defaults.
            settings = Settings(database_url=self.settings.database_url)
            prepare_database(settings)
            with open_gateway(settings) as gateway:
                imported = gateway.importing.load([data])
                assert not imported.bad, "the sample is good"
                password = secrets.token_urlsafe(12)
                gateway.sessions.add_user(USER, password, email=USER, full_name="Demo User")
        unfinished = self.folder / "password.new"
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(password)
        unfinished.replace(self._password_file)
        console.print(
            f"Imported account A00000001 and invoice {sample.INVOICE_NUMBER} with {ITEMS:,} items "
            f"into {self.database}.",
            soft_wrap=True,
        )

    @contextlib.contextmanager
    def server(self) -> Iterator[str]:
        """Run ``gateway serve`` on a free loopback port, and end it."""
        command = [sys.executable, "-m", "gateway", "serve", "--host", "127.0.0.1", "--port", "0"]
        # With the defaults: the demo counts on them, whatever this shell sets for another gateway.
        others = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}
        environment = others | {
            "GATEWAY_DATABASE_URL": self.settings.database_url,
            "PYTHONUNBUFFERED": "1",
        }
        log_path = self.folder / "serve.log"
        with log_path.open("w") as log:
            process = subprocess.Popen(  # noqa: S603  # our own command line
                command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True
            )
            try:
                yield _address(process.stdout, log_path)
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait()
                assert process.stdout is not None, "it is a pipe"
                process.stdout.close()

    def announce(self, settings: Settings, listening: str) -> None:
        """Say where the gateway is, and as whom to log in."""
        announce(settings, listening)
        click.echo(f"User      {USER}")
        click.echo(f"Password  {self.password}")


def _address(output: IO[str] | None, log_path: Path) -> str:
    """Read the server's announcement and return the address of its endpoint."""
    assert output is not None, "it is a pipe"
    for line in output:
        name, _, address = line.strip().partition(" ")
        if name == "Endpoint":
            return address.strip()
    raise click.ClickException(f"The gateway did not start. {log_path} says why.")


@dataclass
class Result:
    """What the demo did."""

    items: int = 0
    calls: int = 0
    seconds: float = 0.0
    created: int = 0
    before: Decimal = Decimal(0)
    after: Decimal = Decimal(0)
    after_cancel: Decimal = Decimal(0)
    refused: list[tuple[str, str, str]] = field(default_factory=list)


class Caller:
    """A zeep client as a caller of the legacy writes it; every call is counted."""

    def __init__(self, url: str, password: str) -> None:
        self.calls = 0
        transport = Transport()
        # The gateway is on this machine: no proxy of the environment is asked for it.
        transport.session.trust_env = False
        client = Client(f"{url}?wsdl", transport=transport)
        self._service = client.create_service(f"{_API}SoapBinding", url)
        self.adjustment = client.get_type(f"{_OBJECT}InvoiceItemAdjustment")
        self._headers: dict[str, Any] = {}
        login = self.call("login", USER, password)
        self._headers = {"SessionHeader": {"session": login.Session}}

    def call(self, operation: str, *arguments: Any, **headers: Any) -> Any:
        """Call one operation."""
        self.calls += 1
        return self._service[operation](*arguments, _soapheaders=self._headers | headers)

    def query(self, text: str) -> Iterator[Any]:
        """Return every record of a query, page by page."""
        options = {"QueryOptions": {"batchSize": PAGE_SIZE}}
        page = self.call("query", text, **options)
        while True:
            yield from page.records
            if page.done:
                return
            page = self.call("queryMore", page.queryLocator, **options)

    def balance(self) -> Decimal:
        """Return the sample invoice's balance."""
        (invoice,) = self.query(_BALANCE)
        balance: Decimal = invoice.Balance
        return balance


def adjust_every_item(url: str, password: str, console: Console) -> Result:
    """Adjust every item of the sample invoice by a tenth, cancel one adjustment, try what is refused."""
    result = Result()
    caller = Caller(url, password)
    result.before = caller.balance()
    began = time.monotonic()
    items = list(caller.query(_ITEMS))
    result.items = len(items)
    ids: list[str] = []
    with Progress(console=console) as progress:
        task = progress.add_task("Adjusting through SOAP", total=len(items))
        for first in range(0, len(items), RECORDS_PER_CALL):
            batch = items[first : first + RECORDS_PER_CALL]
            saved = caller.call("create", [_adjustment(caller, item) for item in batch])
            ids += [outcome.Id for outcome in saved if outcome.Success]
            _note_refusals(result, saved, [item.ChargeName for item in batch])
            progress.advance(task, len(batch))
    result.created = len(ids)
    result.seconds = time.monotonic() - began
    result.after = caller.balance()
    (canceled,) = caller.call("update", [caller.adjustment(Id=ids[0], Status="Canceled")])
    _note_refusals(result, [canceled], ["cancel"])
    result.after_cancel = caller.balance()
    _try_what_is_refused(caller, items[0], result)
    result.calls = caller.calls
    return result


def _adjustment(caller: Caller, item: Any, **other: Any) -> Any:
    """Return an adjustment of a tenth of an item toward zero: discounts are charged, all else credited."""
    values = {
        "AdjustmentDate": "2026-11-01",
        "Amount": (abs(item.ChargeAmount) / 10).quantize(Decimal("0.01")),
        "Comment": f"Goodwill for {item.ChargeName}",
        "InvoiceId": sample.INVOICE_ID,
        "ReasonCode": "Customer Satisfaction",
        "SourceId": item.Id,
        "SourceType": "InvoiceDetail",
        "Type": "Credit" if item.ChargeAmount > 0 else "Charge",
    }
    return caller.adjustment(**values | other)


def _try_what_is_refused(caller: Caller, item: Any, result: Result) -> None:
    """Send three records that break a rule, to show what a refusal looks like."""
    tries = {
        "more than the item's balance": _adjustment(caller, item, Amount=Decimal(1_000_000)),
        "dated before the invoice": _adjustment(caller, item, AdjustmentDate="2026-09-30"),
        "without an amount": _adjustment(caller, item, Amount=None),
    }
    _note_refusals(result, caller.call("create", list(tries.values())), list(tries))


def _note_refusals(result: Result, saved: list[Any], names: list[str]) -> None:
    for outcome, name in zip(saved, names, strict=True):
        result.refused += [(name, error.Code, error.Message) for error in outcome.Errors]


def _show(result: Result, console: Console) -> None:
    table = Table(title="What happened", show_header=False, title_justify="left")
    for name, value in (
        ("Items on the invoice", f"{result.items:,}"),
        ("Adjustments created", f"{result.created:,}"),
        ("SOAP calls", f"{result.calls:,}"),
        ("Seconds for queries and creates", f"{result.seconds:.1f}"),
        ("Invoice balance before", f"{result.before:,.2f} EUR"),
        ("Invoice balance after", f"{result.after:,.2f} EUR"),
        ("... after one was canceled", f"{result.after_cancel:,.2f} EUR"),
        ("Records refused", f"{len(result.refused):,}"),
    ):
        table.add_row(name, value)
    console.print(table)
    console.print("\nRefused, on purpose:")
    for name, code, message in result.refused:
        # One line each, however narrow the terminal: messages are what callers match.
        console.print(f"  {name}: {code}: {message}", soft_wrap=True, markup=False)
