"""Many records as calls of a few: several in flight, their answers in the order of the records."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, wait
from itertools import islice
from typing import Generic, TypeVar

from gateway.client.adjustments import Result
from gateway.client.failures import ClientError, OutcomeUnknown

__all__ = ["in_order", "split"]

Item = TypeVar("Item")
Part = TypeVar("Part")


def split(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield the items in lists of that many; the last may be shorter, none is empty."""
    iterator = iter(items)
    while part := list(islice(iterator, size)):
        yield part


def in_order(
    work: Callable[[Part], list[Result]],
    parts: Iterable[Part],
    executor: Executor,
    ahead: int,
    *,
    raise_unknown: bool = True,
) -> Iterator[list[Result]]:
    """Yield each part's results in the order of the parts.

    Args:
        work: Is called in the executor's threads.
        parts: Are read as they are needed. What reading them raises comes behind the results.
        executor: Its threads are the calls in flight.
        ahead: Parts that are given to the executor before the first one's results are asked for.
        raise_unknown: Results that nobody knows end it.

    Raises:
        OutcomeUnknown: Of some results nobody knows.
        ClientError: A part failed, and of none beside it the outcome is unknown. In both cases no more parts
            are begun, those in flight are waited for, and the error has their results.
    """
    waiting: deque[Future[list[Result]]] = deque()
    unread = _Unread(parts)
    try:
        while True:
            while len(waiting) < ahead and (part := unread.next()) is not None:
                waiting.append(executor.submit(work, part))
            if not waiting:
                break
            results = waiting.popleft().result()
            if raise_unknown:
                _require_known(results, waiting)
            yield results
    except Exception as error:
        failed = _failure(error, _known(waiting), raise_unknown=raise_unknown)
        if failed is error:
            raise
        raise failed from error
    finally:
        _known(waiting)
    if unread.trouble is not None:
        raise unread.trouble


def _require_known(results: list[Result], waiting: deque[Future[list[Result]]]) -> None:
    if any(result.unknown for result in results):
        raise _outcome_unknown([*results, *_known(waiting)])


def _failure(error: Exception, results: Iterable[Result], *, raise_unknown: bool) -> ClientError:
    """Return what ends it, with the results of the calls beside the one that failed."""
    failed = error if isinstance(error, ClientError) else _not_made(error)
    failed.results = (*failed.results, *results)
    if raise_unknown and any(result.unknown for result in failed.results):
        return _outcome_unknown(failed.results)
    return failed


def _not_made(error: Exception) -> ClientError:
    return ClientError(f"A call could not be made: {type(error).__name__}.")


def _outcome_unknown(results: Iterable[Result]) -> OutcomeUnknown:
    results = tuple(results)
    error = OutcomeUnknown(tuple(result for result in results if result.unknown))
    error.results = tuple(result for result in results if not result.unknown)
    return error


class _Unread(Generic[Part]):
    """The parts that are left, up to the end or to what went wrong in reading them."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self._parts: Iterator[Part] = iter(parts)
        self.trouble: Exception | None = None

    def next(self) -> Part | None:
        """Return the next part, or None when there is none that can be read."""
        if self.trouble is not None:
            return None
        try:
            return next(self._parts, None)
        except Exception as error:  # noqa: BLE001  # raised again behind the results
            self.trouble = error
            return None


def _known(waiting: deque[Future[list[Result]]]) -> list[Result]:
    """Begin no further part, wait for those in flight, and return their results in order."""
    begun = [future for future in waiting if not future.cancel()]
    waiting.clear()
    wait(begun)
    return [result for future in begun if future.exception() is None for result in future.result()]
