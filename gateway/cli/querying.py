"""``gateway query``: the rows of a ZOQL query, as a table or a file, as many as there are."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, tzinfo
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any

import click
from rich.cells import cell_len, set_cell_size

from gateway.bootstrap import open_gateway, require_current_database
from gateway.cli.outputs import opened_output, shown_progress
from gateway.contract.fields import Field, WireType
from gateway.contract.lexical import write_date_time, write_decimal
from gateway.datafiles import Column, ColumnType, Format, UnreadableFile, UnwritableFile, Value
from gateway.service.callers import Caller
from gateway.service.failures import InvalidArgument, MalformedQuery
from gateway.settings import Settings

_TABLE = "table"
_TYPES = {
    WireType.DECIMAL: ColumnType.DECIMAL,
    WireType.INT: ColumnType.INTEGER,
    WireType.BOOLEAN: ColumnType.BOOLEAN,
    WireType.DATE: ColumnType.DATE,
    WireType.DATE_TIME: ColumnType.TIMESTAMP,
}
_NUMBERS = (WireType.DECIMAL, WireType.INT)

MAX_CELL_WIDTH = 60
"""Columns of a table are no wider: a comment of 4,000 characters would push all others off the screen."""

Pages = Iterator[list[tuple[Any, ...]]]


@click.command("query")
@click.argument("zoql")
@click.option(
    "--format",
    "format_",
    type=click.Choice([_TABLE, *(str(each) for each in Format)]),
    help="Of the rows.  [default: by the name of --output, else table]",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A new file; standard output without it.",
)
@click.option(
    "--case-sensitive/--ignore-case",
    default=True,
    show_default=True,
    help="Whether =, != and like tell the cases of a string apart.",
)
@click.pass_obj
def query_command(
    settings: Settings, *, zoql: str, format_: str | None, output: Path | None, case_sensitive: bool
) -> None:
    """Print the rows of the query ZOQL, of which there may be any number.

    It is the query of the SOAP door, with the Id first and the fields in the contract's order. Rows are read
    page by page: each one that was there throughout is printed once. Decimals are exact in every format, and
    strings in JSON Lines; a table's times are the tenant's.

    Exit codes: 0 printed, 1 the work failed, 2 wrong usage, which includes a query that is none.

    \b
    Examples:
      gateway query "select Id, Balance from Invoice where Balance > 0"
      gateway query "select Amount, Comment from InvoiceItemAdjustment" --output adjustments.parquet
    """  # noqa: D301  # \b keeps click from filling the example
    if format_ == _TABLE and output is not None:
        raise click.UsageError("A table is for reading: --output takes csv, jsonl or parquet.")
    require_current_database(settings)
    with open_gateway(settings) as gateway, shown_progress(to_file=output is not None) as progress:
        configuration = gateway.configurations.current()
        # Whoever can run commands can read the database; no user is asked for.
        caller = Caller("", door="command", request_id=uuid.uuid4().hex, configuration=configuration)
        try:
            selection, size, pages = gateway.querying.stream(caller, zoql, case_sensitive=case_sensitive)
            pages = _counted(pages, size, progress)
            if output is None and format_ in {None, _TABLE}:
                _print_table(selection.fields, pages, configuration.settings.zone)
                return
            columns = [
                Column(field.name, _TYPES.get(field.type, ColumnType.TEXT)) for field in selection.fields
            ]
            with opened_output(output, columns, format_) as writer:
                for page in pages:
                    writer.write(map(_plain, page))
        except (MalformedQuery, InvalidArgument) as failure:
            raise click.UsageError(failure.message) from failure
        except (UnreadableFile, UnwritableFile) as error:
            raise click.UsageError(str(error)) from error
        except BrokenPipeError:
            raise  # click ends quietly when nobody reads on
        except OSError as error:
            raise click.ClickException(f"{error.filename or 'The output'}: {error.strerror}.") from error


def _counted(pages: Pages, size: int, progress: Callable[[int, int], None]) -> Pages:
    done = 0
    for page in pages:
        yield page
        done += len(page)
        progress(done, max(size, done))


def _plain(row: Sequence[Any]) -> list[Value]:
    """Return a row without the zeros that a database adds to its decimals."""
    return [write_decimal(value) if isinstance(value, Decimal) else value for value in row]


def _print_table(fields: Sequence[Field], pages: Pages, zone: tzinfo) -> None:
    """Print rows with their columns below each other, as wide as the first page needs.

    A later cell that is wider is shortened, as all are that are very wide: rows come as a stream.
    """
    first = [_cells(row, zone) for row in next(pages, [])]
    head = [field.name for field in fields]
    widths = [min(max(map(cell_len, column)), MAX_CELL_WIDTH) for column in zip(head, *first, strict=True)]
    right = [field.type in _NUMBERS for field in fields]
    click.echo(_line(head, widths, right))
    click.echo("  ".join("-" * width for width in widths))
    rest = (_cells(row, zone) for page in pages for row in page)
    count = 0
    for cells in chain(first, rest):
        click.echo(_line(cells, widths, right))
        count += 1
    click.echo(f"{count:,} row{'s' if count != 1 else ''}", err=True)


def _cells(row: Sequence[Any], zone: tzinfo) -> list[str]:
    return [_text(value, zone) for value in row]


def _text(value: Any, zone: tzinfo) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return write_decimal(value)
    if isinstance(value, datetime):
        return write_date_time(value, zone)
    # What would move the terminal's cursor is shown and not done.
    return "" if value is None else "".join(each if each.isprintable() else "\ufffd" for each in str(value))


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    fitted = []
    for cell, width, is_right in zip(cells, widths, right, strict=True):
        left = width - cell_len(cell)
        if left < 0:
            fitted.append(set_cell_size(cell, width - 1) + "\u2026")
        else:
            fitted.append(" " * left + cell if is_right else cell + " " * left)
    return "  ".join(fitted).rstrip()
