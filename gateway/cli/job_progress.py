"""How a job shows how far it is, and how it is told to stop."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Self

import click
from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as ProgressBar

from gateway.service.jobs import Tally
from gateway.service.jobs.rows import Reading

BETWEEN_LINES_S = 5
"""How long plain lines are apart: often enough to see it move, seldom enough for a log."""


class Stop:
    """Whether somebody wants the job to stop; true once a signal came.

    Attributes:
        number: The signal's.
    """

    def __init__(self) -> None:
        self.number = 0

    def __call__(self) -> bool:
        """Say whether to stop."""
        return bool(self.number)

    def remember(self, number: int, _: FrameType | None) -> None:
        """Take note of a signal; a second one ends the process as it usually does."""
        self.number = number
        signal.signal(number, signal.SIG_DFL)
        click.echo("Stopping behind the chunk in hand; once more stops at once.", err=True)


@contextmanager
def stopped_by_signals() -> Iterator[Stop]:
    """Let Ctrl-C and SIGTERM stop a job behind the chunk in hand."""
    stop = Stop()
    before = {number: signal.signal(number, stop.remember) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class JobProgress:
    """Shows how far a job is: a bar on a terminal, elsewhere a line now and then; a context manager."""

    def __init__(self, console: Console) -> None:
        self._bar = (
            ProgressBar(
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                TaskProgressColumn(),
                TextColumn("{task.fields[rate]}", markup=False),
                TimeRemainingColumn(),
                console=console,
                transient=True,
            )
            if console.is_terminal
            else None
        )
        self._began: float | None = None
        self._before = 0
        self._last = time.monotonic()
        self._file = ""

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
            self._task = self._bar.add_task("Reading", total=None, rate="")
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()

    def reading(self, reading: Reading) -> None:
        """Show how far the files are read."""
        if self._bar:
            self._bar.update(
                self._task,
                description="Reading",
                total=reading.bytes_total,
                completed=reading.bytes_done,
                rate=f"{reading.rows:,} rows",
            )
        elif reading.file != self._file:
            click.echo(f"Reading {reading.file}", err=True)
        self._file = reading.file

    def doing(self, tally: Tally) -> None:
        """Show how far the rows are done."""
        now = time.monotonic()
        if self._began is None:
            self._began, self._before, self._last = now, tally.done, now
            if self._bar:
                self._bar.reset(self._task, description="Rows", total=tally.rows, rate="")
            return
        rate = (tally.done - self._before) / max(now - self._began, 0.001)
        if self._bar:
            self._bar.update(self._task, completed=tally.done, rate=f"{rate:,.0f} rows/s")
        elif now - self._last >= BETWEEN_LINES_S and rate:
            self._last = now
            left_s = (tally.rows - tally.done) / rate
            click.echo(
                f"{tally.done:,} of {tally.rows:,} rows, {rate:,.0f} rows/s, {left_s:,.0f} s left", err=True
            )
