"""``gateway import``: billing data, its history and what accountants keep, from CSV files."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as ProgressBar

from gateway.bootstrap import open_gateway, require_current_database
from gateway.service.failures import Failure, InvalidArgument
from gateway.service.imports import ImportResult, OnError, Progress
from gateway.settings import Settings

_COUNTS = ("read", "added", "updated", "deleted", "bad", "outside_window")


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--on-error",
    type=click.Choice([choice.value for choice in OnError]),
    default=OnError.ABORT.value,
    show_default=True,
    help="A bad row: load nothing at all (abort), or the other rows (skip).",
)
@click.option(
    "--balances",
    type=click.Choice(["without-ours", "include-ours"]),
    default="without-ours",
    show_default=True,
    help="Whether the files' balances already hold the adjustments made here.",
)
@click.pass_obj
def import_command(settings: Settings, paths: tuple[Path, ...], on_error: str, balances: str) -> None:
    """Load billing data, adjustments made elsewhere, periods and codes from CSV or Parquet files, or folders.

    A file's name says what it holds: AccountingPeriod.csv, AccountingCode.csv, ReasonCode.csv, Account.csv,
    Invoice.csv, InvoiceItem.csv, TaxationItem.csv, InvoiceItemAdjustment.csv, InvoiceAdjustment.csv, or a
    connector's zuora_invoice_item_data.csv; each with .csv.gz or .parquet too. Rows that are there already
    are updated. Bad rows are named on standard error by file, line, column and reason. docs/importing.md has
    the columns and the rules.

    Exit codes: 0 every row was loaded (or is deleted at its source), 1 a row was refused or the work
    failed, 2 wrong usage, which includes files and headers that cannot be read.

    \b
    Examples:
      gateway import billing-data/
      gateway import --on-error skip Account.csv Invoice.csv InvoiceItem.csv
      gateway import --balances include-ours nightly/
    """  # noqa: D301  # \b keeps click from filling the example
    require_current_database(settings)
    with open_gateway(settings) as gateway, _shown_progress(Console(stderr=True)) as progress:
        try:
            result = gateway.importing.load(
                paths,
                on_error=OnError(on_error),
                balances_include_ours=balances == "include-ours",
                progress=progress,
            )
        except InvalidArgument as failure:
            raise click.UsageError(failure.message) from failure
        except Failure as failure:
            raise click.ClickException(f"{failure.message} {_what_stays(on_error)}") from failure
    report(result)
    if result.bad:
        sys.exit(1)


def _what_stays(on_error: str) -> str:
    if on_error == OnError.ABORT:
        return "Nothing was loaded."
    return "What was loaded before stays; loading the same files again is safe."


@contextmanager
def _shown_progress(console: Console) -> Iterator[Callable[[Progress], None]]:
    """Give what shows progress: a bar on a terminal, elsewhere a line for every file."""
    if not console.is_terminal:
        yield _file_by_file()
        return
    columns = (
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[rows]:,} rows  {task.description}", markup=False),
    )
    with ProgressBar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None, rows=0)
        yield lambda progress: bar.update(
            task,
            description=progress.file,
            total=progress.bytes_total,
            completed=progress.bytes_done,
            rows=progress.rows,
        )


def _file_by_file() -> Callable[[Progress], None]:
    last = ""

    def show(progress: Progress) -> None:
        nonlocal last
        if progress.file != last:
            click.echo(f"Reading {progress.file}", err=True)
            last = progress.file

    return show


def report(result: ImportResult) -> None:
    """Write the counts of every file to standard output, and what was refused to standard error."""
    for bad in result.bad_rows:
        column = f" {bad.column}:" if bad.column else ""
        click.echo(f"{bad.file}:{bad.line}:{column} {bad.reason}", err=True)
    if result.unnamed:
        click.echo(f"... and {result.unnamed:,} more", err=True)
    for file in result.files:
        if file.ignored_columns:
            click.echo(f"{file.file}: columns not used: {', '.join(file.ignored_columns)}", err=True)
    rows = [
        (file.object_name, *(f"{getattr(file, name):,}" for name in _COUNTS), file.file)
        for file in result.files
    ]
    for line in _aligned([("object", *(name.replace("_", " ") for name in _COUNTS), "file"), *rows]):
        click.echo(line)
    if result.aborted:
        click.echo("Nothing was loaded: a row is bad. --on-error skip loads the others.", err=True)
    outside = sum(file.outside_window for file in result.files)
    if outside:
        click.echo(f"{outside:,} invoices have a balance that is not between 0 and their amount.", err=True)


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """Return rows as lines: the first and last column to the left, the counts to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            [
                first.ljust(widths[0]),
                *(count.rjust(width) for count, width in zip(counts, widths[1:-1], strict=True)),
                last,
            ]
        )
        for first, *counts, last in rows
    ]
