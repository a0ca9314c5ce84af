"""Rows a page at a time: one is written while what is made of the next is made."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

ROWS_IN_A_PAGE = 1_000
"""Few enough to be held twice, so many that what is done once for each page is nothing for each row."""


def in_pages(rows: Iterable[T]) -> Iterator[list[T]]:
    """Give rows a page at a time; all but the last page are full."""
    rows = iter(rows)
    while page := list(islice(rows, ROWS_IN_A_PAGE)):
        yield page
