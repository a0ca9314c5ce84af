"""Where a command's rows go, and how it shows how far it is."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as ProgressBar

from gateway.datafiles import Column, Format, RowWriter, open_writer
from gateway.service.failures import InvalidArgument


@contextmanager
def opened_output(output: Path | None, columns: Sequence[Column], format_: str | None) -> Iterator[RowWriter]:
    """Open a new file for rows, or standard output; a file is there when it is complete, and not before.

    Raises:
        InvalidArgument: The file is there already.
        UnreadableFile, UnwritableFile: It cannot be, or has no format.
    """
    if output is None:
        with open_writer(sys.stdout.buffer, columns, format_ or Format.CSV) as writer:
            yield writer
        return
    if output.exists():
        raise InvalidArgument(f"{output} is there already.")
    part = output.with_name(f"{output.name}.part")
    try:
        with open_writer(part, columns, format_, named=output) as writer:
            yield writer
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def shown_progress(*, to_file: bool) -> Iterator[Callable[[int, int], None]]:
    """Give what shows how many rows of how many are done: a bar on a terminal, nothing elsewhere.

    When the rows go to standard output, which is the terminal too, a bar would be among them.
    """
    console = Console(stderr=True)
    if not console.is_terminal or (not to_file and sys.stdout.isatty()):
        yield lambda *_: None
        return
    columns = (
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.completed:,}", markup=False),
    )
    with ProgressBar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
