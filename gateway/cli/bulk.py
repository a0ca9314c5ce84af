"""``gateway adjust``, ``reverse`` and ``cancel``: many adjustments at once, straight onto the database."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from gateway.cli.job_running import Asked, run_job
from gateway.cli.remote import Address, AskedOfAddress, run_through_soap
from gateway.service.job_ports import JobKind
from gateway.service.jobs.starting import CHUNK_ROWS, MOST_CHUNK_ROWS
from gateway.settings import Settings

_FORMATS = ("csv", "jsonl", "parquet", "soap")
_OF_A_JOB = (
    click.option(
        "--user", help="In whose name, with that user's permissions; needed where there are several."
    ),
    click.option("--dry-run", is_flag=True, help="Decide everything, write nothing but the result file."),
    click.option(
        "--results",
        type=click.Path(dir_okay=False, path_type=Path),
        help="The result file.  [default: beside the first file: see docs/jobs.md]",
    ),
    click.option("--resume", is_flag=True, help="Go on with a job that ended early; FILE may be its Id."),
    click.option("--again", is_flag=True, help="Do rows once more that a job did already."),
    click.option(
        "--format",
        "format_",
        type=click.Choice(_FORMATS),
        help="Of all files.  [default: by each one's name]",
    ),
    click.option(
        "--chunk-rows",
        type=click.IntRange(1, MOST_CHUNK_ROWS),
        default=CHUNK_ROWS,
        show_default=True,
        help="Rows in a transaction, unless one invoice has more.",
    ),
)
_WITH_RESUME = {"files", "resume", "results", "processes", "no_wait"}
"""What may be said anew of a job that goes on."""

_SELECTING = (
    click.option("--query", metavar="ZOQL", help="The adjustments that a query finds, in its order."),
    click.option("--job", metavar="ID", help="All adjustments of a job, the last first."),
)
_PROCESSES = click.option(
    "--processes",
    type=click.IntRange(0, 64),
    help="Processes that decide and write beside the one that reads; 0 is none.  [default: 2]",
)


_OF_AN_ADDRESS = (
    click.option("--url", metavar="ADDRESS", help="Send the rows through SOAP to this endpoint."),
    click.option("--wsdl", metavar="FILE", help="With --url: the WSDL, where the endpoint has none."),
    click.option(
        "--keys/--no-keys",
        default=None,
        help="With --url: whether it takes idempotency keys.  [default: what it says itself]",
    ),
    click.option(
        "--in-flight",
        type=click.IntRange(1, 64),
        default=4,
        show_default=True,
        help="With --url: calls at once.",
    ),
)


def _with(options: tuple[Callable[..., Any], ...]) -> Callable[..., Any]:
    def add(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(options):
            command = option(command)
        return command

    return add


@click.command("adjust")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--one-by-one", is_flag=True, help="Decide row by row, in the order of the file.")
@click.option(
    "--distribute",
    is_flag=True,
    help="Let `gateway worker` processes do it, on any machine; PostgreSQL alone.",
)
@click.option("--no-wait", is_flag=True, help="With --distribute: end once the workers have the rows.")
@_with((*_OF_A_JOB, _PROCESSES, *_OF_AN_ADDRESS))
@click.pass_obj
def adjust_command(
    settings: Settings,
    /,
    files: tuple[str, ...],
    *,
    one_by_one: bool,
    processes: int | None,
    distribute: bool,
    no_wait: bool,
    **options: Any,
) -> None:
    """Create the invoice item adjustments of files: CSV, JSON Lines, Parquet, saved SOAP create envelopes.

    The rows of an invoice are judged together, as one set. Every chunk of rows is one transaction: what is
    killed or stopped goes on with --resume, and no row is done twice. What became of each row is in the
    result file. docs/jobs.md has the columns and the rules.

    Exit codes: 0 all were made, 1 something was refused or the work failed, 2 wrong usage, which includes
    files and columns that cannot be read, 130 and 143 stopped by Ctrl-C and SIGTERM.

    \b
    Examples:
      gateway adjust credits.csv --user ann --dry-run
      gateway adjust credits.csv --user ann
      gateway adjust --resume credits.csv
      gateway adjust credits.csv --distribute
      gateway adjust credits.csv --url https://billing.example.com/apps/services/a/78.0 --user ann
    """  # noqa: D301  # \b keeps click from filling the example
    address = _address(options)
    if address is not None:
        if one_by_one or distribute or processes is not None or options["dry_run"]:
            raise click.UsageError("--url takes no --one-by-one, --processes, --distribute and --dry-run.")
        run_through_soap(_asked_of(address, files, options))
        return
    if distribute and options["dry_run"]:
        raise click.UsageError("Workers write what they do: --dry-run is for one machine.")
    more = {"one_by_one": one_by_one, "distribute": distribute}
    asked = replace(_asked(JobKind.ADJUST, files, options, more), wait=not no_wait)
    run_job(settings, asked, processes)


@click.command("reverse")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@_with(_SELECTING)
@click.option("--date", "AdjustmentDate", metavar="YYYY-MM-DD", help="AdjustmentDate; today by default.")
@click.option("--reason-code", "ReasonCode", help="ReasonCode; the default one when left out.")
@click.option("--reference-id", "ReferenceId", help="ReferenceId, such as a case number.")
@click.option("--comment", "Comment", help="Comment.")
@_with(_OF_A_JOB)
@click.pass_obj
def reverse_command(settings: Settings, /, files: tuple[str, ...], **options: Any) -> None:
    """Reverse adjustments by new ones in the other direction: those of files, of a query or of a whole job.

    A file has a column Id, and may have AdjustmentDate, ReasonCode, ReferenceId and Comment; the options are
    for rows without. A reversal whose day is in a closed accounting period counts on the first day of the
    next open one. Rows are done in order, and otherwise as `gateway adjust` does them.

    Exit codes: as of `gateway adjust`.

    \b
    Examples:
      gateway reverse --job 8a90a0b3000000000000000000000007 --comment "wrong file" --user ann
      gateway reverse --query "select Id from InvoiceItemAdjustment where ReferenceId = 'case 7'"
    """  # noqa: D301  # \b keeps click from filling the example
    names = ("AdjustmentDate", "ReasonCode", "ReferenceId", "Comment")
    terms = {name: value for name in names if (value := options.pop(name)) is not None}
    run_job(settings, _asked(JobKind.REVERSE, files, options, {"terms": terms}))


@click.command("cancel")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@_with((*_SELECTING, *_OF_A_JOB))
@click.pass_obj
def cancel_command(settings: Settings, /, files: tuple[str, ...], **options: Any) -> None:
    """Cancel adjustments: those of files with a column Id, of a query or of a whole job.

    Their amounts are given back, the records stay. Rows are done in order, and otherwise as `gateway adjust`
    does them.

    Exit codes: as of `gateway adjust`.

    \b
    Examples:
      gateway cancel wrong.csv --user ann
      gateway cancel --job 8a90a0b3000000000000000000000007
    """  # noqa: D301  # \b keeps click from filling the example
    run_job(settings, _asked(JobKind.CANCEL, files, options, {}))


def _address(options: dict[str, Any]) -> Address | None:
    """Return where to send the rows; None for the database. Takes its options out."""
    url, wsdl, keys, in_flight = (options.pop(name) for name in ("url", "wsdl", "keys", "in_flight"))
    if url is None:
        if wsdl is not None or keys is not None:
            raise click.UsageError("--wsdl, --keys and --no-keys go with --url.")
        return None
    if not options["user"]:
        raise click.UsageError("--url needs --user.")
    return Address(url, options["user"], wsdl, keys, in_flight)


def _asked_of(address: Address, files: tuple[str, ...], options: dict[str, Any]) -> AskedOfAddress:
    return AskedOfAddress(
        address,
        tuple(Path(file) for file in files),
        format=options["format_"],
        results=options["results"],
        resume=options["resume"],
        again=options["again"],
    )


def _refuse_kept_options() -> None:
    """Refuse what a job that goes on keeps from its beginning, rather than pass it over."""
    context = click.get_current_context()
    for option in context.command.params:
        given = context.get_parameter_source(option.name or "") is ParameterSource.COMMANDLINE
        if given and option.name not in _WITH_RESUME:
            raise click.UsageError(
                f"--resume takes no {option.opts[0]}: the job keeps the options that it began with."
            )


def _asked(kind: JobKind, files: tuple[str, ...], options: dict[str, Any], more: dict[str, Any]) -> Asked:
    query, job = options.get("query"), options.get("job")
    if sum((bool(files), query is not None, job is not None)) != 1:
        raise click.UsageError("Name files, or one --query, or one --job.")
    if options["resume"]:
        if not files:
            raise click.UsageError(
                "--resume goes on with the job of files, or with the job whose Id is named."
            )
        _refuse_kept_options()
    kept = {
        "chunk_rows": options["chunk_rows"],
        "format": options["format_"],
        "dry_run": options["dry_run"],
        **more,
    }
    return Asked(
        kind,
        files,
        query=query,
        job=job,
        user=options["user"],
        options={name: value for name, value in kept.items() if value},
        results=options["results"],
        resume=options["resume"],
        again=options["again"],
    )
