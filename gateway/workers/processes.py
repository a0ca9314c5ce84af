"""Doing chunks in processes of this machine, while this one reads, plans and writes the result file.

A process is started anew (not forked), builds what it needs once, and ends with the one that started it.
Signals are the parent's to answer: Ctrl-C reaches every process of a terminal.
"""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, nullcontext
from multiprocessing.connection import wait as wait_for_end
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Self

from gateway.service.failures import Failure, ProcessLost
from gateway.service.job_ports import Job, StoredChunk
from gateway.service.jobs import Chunk

_FIRST_PAUSE_S, _QUICK_S = 0.5, 60.0
"""How long a process waits that is started for one that died, at first and at most."""

DoChunk = Callable[[Job, Chunk], StoredChunk]
Turn = AbstractContextManager[object]
"""What a process holds while it writes, where one alone can."""

Opening = Callable[[Turn], AbstractContextManager[DoChunk]]
"""Builds, in the process that calls it, what does chunks. It is sent there, so it is no lambda."""


class Processes:
    """So many processes that do chunks; a context manager.

    Args:
        count: How many.
        opening: Builds what does chunks, once in each process.
        take_turns: One alone can write. Who waits is woken at once by the one before; a database would have
            it look again and again.
    """

    def __init__(self, count: int, opening: Opening, *, take_turns: bool = False) -> None:
        self._count = count
        context = multiprocessing.get_context("spawn")
        turn = context.Lock() if take_turns else nullcontext()
        self._pool = ProcessPoolExecutor(count, context, _begin, (opening, turn))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def start(self) -> None:
        """Let them start while this one has something else to do: it takes them a second."""
        self._pool.submit(_be_there)

    def do(self, job: Job, chunks: Iterator[Chunk]) -> Iterator[StoredChunk]:
        """Do chunks of a job: one for each process, and one that waits, so that memory stays flat.

        Raises:
            ProcessLost: A process was killed.
            Failure: A chunk failed.
        """
        in_hand: dict[Future[StoredChunk], str] = {}
        try:
            while True:
                if len(in_hand) > self._count:
                    yield from _finished(in_hand)
                    continue
                chunk = next(chunks, None)
                if chunk is None:
                    break
                while chunk.lane and chunk.lane in in_hand.values():
                    yield from _finished(in_hand)
                in_hand[self._pool.submit(_do, job, chunk)] = chunk.lane
            while in_hand:
                yield from _finished(in_hand)
        except BrokenProcessPool as error:
            # The others' outcomes are read by nobody, and would be waited for.
            for process in multiprocessing.active_children():
                process.kill()
            raise ProcessLost from error
        except Failure:
            # What is in hand is finished and told of all the same; what waits is not begun.
            yield from _finished_last(in_hand)
            raise


def _finished(in_hand: dict[Future[StoredChunk], str]) -> Iterator[StoredChunk]:
    """Wait for one chunk at least, and give those that are done."""
    for future in wait(in_hand, return_when=FIRST_COMPLETED).done:
        del in_hand[future]
        yield future.result()


def _finished_last(in_hand: dict[Future[StoredChunk], str]) -> Iterator[StoredChunk]:
    """Begin no chunk any more, and give those that are finished yet."""
    for future in [future for future in in_hand if future.cancel()]:
        del in_hand[future]
    for future in in_hand:
        if future.exception() is None:
            yield future.result()


def work_in_processes(count: int, work: Callable[[], None]) -> None:
    """Run what works in so many processes, until a signal ends them; one that dies is started anew.

    After each that ends within a minute the next waits longer, up to that: the database may be away.

    Args:
        count: How many.
        work: Is sent to the processes, so it is no lambda.
    """
    context = multiprocessing.get_context("spawn")
    stopping: list[int] = []
    processes: list[BaseProcess] = []

    def stop(number: int, _: Any) -> None:
        stopping.append(number)
        for process in processes:
            process.terminate()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    pause_s, began = 0.0, time.monotonic()
    while not stopping or processes:
        while len(processes) < count and not stopping:
            process = context.Process(target=_work, args=(work,))
            process.start()
            processes.append(process)
        wait_for_end([process.sentinel for process in processes])
        processes[:] = [process for process in processes if process.is_alive()]
        now = time.monotonic()
        pause_s = pause_after(pause_s, now - began)
        until = now + pause_s
        while not stopping and time.monotonic() < until:
            # In short pieces: a signal does not end a sleep, and whoever stops us is not to wait a minute.
            time.sleep(_FIRST_PAUSE_S)
        began = time.monotonic()


def pause_after(pause_s: float, lived_s: float) -> float:
    """Return how long to wait before a process is started for one that lived so long, after such a pause."""
    return 0.0 if lived_s >= _QUICK_S else min(pause_s * 2 or _FIRST_PAUSE_S, _QUICK_S)


# In a process of its own

_doing: list[DoChunk] = []


def _begin(opening: Opening, turn: Turn) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    end_with_parent()
    # It stays open as long as the process lives.
    _doing.append(opening(turn).__enter__())


def end_with_parent() -> None:
    """End at once when the process that started this one is gone: its chunk is undone by the database."""
    threading.Thread(target=_watch_parent, name="end with parent", daemon=True).start()


def _watch_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None, "it was started by another"
    wait_for_end([parent.sentinel])
    os._exit(1)


def _be_there() -> None:
    pass


def _do(job: Job, chunk: Chunk) -> StoredChunk:
    return _doing[0](job, chunk)


def _work(work: Callable[[], None]) -> None:
    end_with_parent()
    # Ctrl-C would reach it beside the parent's signal, and the second one breaks the chunk in hand off.
    os.setpgrp()
    work()
