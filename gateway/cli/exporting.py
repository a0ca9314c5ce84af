"""``gateway export``: what was done to adjustments, for the accounting system."""

import uuid
from pathlib import Path

import click

from gateway.bootstrap import Gateway, open_gateway, require_current_database
from gateway.cli.outputs import opened_output, shown_progress
from gateway.datafiles import Format, UnreadableFile, UnwritableFile
from gateway.service.callers import Caller
from gateway.service.exports import EXPORT_COLUMNS, Exported
from gateway.service.exports.exporting import check_mark, read_position
from gateway.service.failures import InvalidArgument
from gateway.settings import Settings


@click.command("export")
@click.option("--since", metavar="MARK", help="Begin behind this position, or where this mark stands.")
@click.option("--mark", metavar="NAME", help="Go on where this mark stands, and move it; a new one is made.")
@click.option(
    "--format",
    "format_",
    type=click.Choice([str(each) for each in Format]),
    help="Of the rows.  [default: by the name of --output, else csv]",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A new file; standard output without it. --mark needs it.",
)
@click.option(
    "--mark-transferred",
    is_flag=True,
    help="With --mark: set TransferredToAccounting to Yes on the exported live adjustments.",
)
@click.option("--user", help="In whose name --mark-transferred does so; needed where there are several.")
@click.option("--taken", is_flag=True, help="With --mark: the file that is missing was taken away already.")
@click.pass_obj
def export_command(
    settings: Settings,
    *,
    since: str | None,
    mark: str | None,
    format_: str | None,
    output: Path | None,
    mark_transferred: bool,
    user: str | None,
    taken: bool,
) -> None:
    """Write every adjustment that was created, canceled or deleted since a mark, one row for each event.

    MARK is a position, which each export prints, or the name of a stored mark; without --since and --mark all
    events are written. With --mark the file is there as a whole or not at all, and the mark moves with it:
    what was exported once is not exported again, and nothing is left out, whatever is killed in between.
    docs/exporting.md has the columns.

    Exit codes: 0 exported, 1 the work failed (the mark stands where it stood, unless the message says that
    nobody knows; the next run finds out), 2 wrong usage, which includes a file that is there already.

    \b
    Examples:
      gateway export --mark nightly --mark-transferred --output books-2026-11-29.csv
      gateway export --since 0 --format parquet --output all.parquet
      gateway export --since nightly
    """  # noqa: D301  # \b keeps click from filling the example
    if mark is None and (mark_transferred or taken):
        raise click.UsageError("--mark-transferred and --taken need --mark.")
    if mark is not None and output is None:
        raise click.UsageError("--mark needs --output: only what is on the disk has been exported.")
    require_current_database(settings)
    with open_gateway(settings) as gateway:
        try:
            if mark is None or output is None:
                exported = _write(gateway, since, format_, output)
            else:
                begin = read_position(since or "0")
                if begin.mark:
                    raise click.UsageError("--since takes a position beside --mark.")
                check_mark(mark)
                caller = _caller(gateway, user) if mark_transferred else None
                with shown_progress(to_file=True) as progress:
                    exported = gateway.exporting.advance(
                        mark, output, format_, caller, begin=begin.place, taken=taken, progress=progress
                    )
        except (InvalidArgument, UnreadableFile, UnwritableFile) as failure:
            raise click.UsageError(str(failure)) from failure
        except BrokenPipeError:
            raise  # click ends quietly when nobody reads on
        except OSError as error:
            raise click.ClickException(f"{error.filename or 'The output'}: {error.strerror}.") from error
    _report(exported, transfers=mark_transferred)


def _caller(gateway: Gateway, user: str | None) -> Caller:
    return gateway.sessions.caller_named(user, door="export", request_id=uuid.uuid4().hex)


def _write(gateway: Gateway, since: str | None, format_: str | None, output: Path | None) -> Exported:
    """Write the events since a position; no mark moves."""
    after = gateway.exporting.place_of(read_position(since or "0"))
    columns = [each.column for each in EXPORT_COLUMNS]
    with (
        shown_progress(to_file=output is not None) as progress,
        opened_output(output, columns, format_) as writer,
    ):
        return gateway.exporting.write(after, writer, progress)


def _report(exported: Exported, *, transfers: bool) -> None:
    if exported.completed:
        click.echo(f"An earlier export was killed; its file is complete now: {exported.completed}", err=True)
    said = f"Exported {exported.events:,} event{'s' if exported.events != 1 else ''}."
    if transfers:
        said += f" Marked {exported.transferred:,} as transferred."
    click.echo(f"{said} The next one begins at --since {exported.position}", err=True)
