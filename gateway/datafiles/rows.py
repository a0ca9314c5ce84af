"""What every reader gives: rows of text, one by one, and how far it is."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, NamedTuple, Self

from gateway.datafiles.formats import UnreadableFile

MAX_CELL_CHARACTERS = 131_072
"""The most characters of one cell, which is also what Python's csv module allows: no field of ours holds
more, and a file of one endless cell cannot fill the memory."""

MAX_ROW_CHARACTERS = 1_048_576
"""The most characters of one row of text (bytes, in JSON Lines): a wide warehouse table has some thousands.
What is compressed may be a million times as long as its file, so an end to a line is not waited for."""


class Row(NamedTuple):
    """One row of a file.

    Attributes:
        position: From 1: the line on which it begins (CSV, JSON Lines) or the number of the row (Parquet).
        values: Text by column, without nulls and empty cells. With trouble, what could be read.
        trouble: Why the row, or one cell of it, cannot be read; "" when all can.
        column: The column of that cell; "" when it is the whole row.
    """

    position: int
    values: dict[str, str]
    trouble: str = ""
    column: str = ""


class Rows(ABC):
    """The rows of one open file, a context manager; iterate over it once.

    Attributes:
        names: The columns in order, none twice; of JSON Lines those of the first row, others may come.
        bytes_total: The size of the file.
    """

    names: tuple[str, ...]

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: frozenset[str] | None = None
        self._passed_over: Callable[[str], bool] = lambda _: False
        try:
            self._file: IO[bytes] = path.open("rb")
            self.bytes_total = path.stat().st_size
        except OSError as error:
            raise UnreadableFile(f"{path} cannot be read: {error.strerror}.") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    @property
    def bytes_done(self) -> int:
        """How far the file has been read, in bytes."""
        return self._file.tell()

    def keep(self, names: Collection[str]) -> None:
        """Read these columns alone, before the first row is read; trouble in others is none."""
        self._kept = frozenset(names)

    def cells(self, names: Sequence[str]) -> Iterator[Sequence[str]]:
        """Read the cells of these columns alone, "" where a row has none or cannot be read.

        It takes the place of iterating, and there is a sequence for each row that that would give.
        """
        self.keep(names)
        return (tuple([row.values.get(name, "") for name in names]) for row in self)

    def pass_over(self, names: Callable[[str], bool]) -> None:
        """Let the cells of these names be unreadable, where a later row may have others than the first."""
        self._passed_over = names

    @abstractmethod
    def __iter__(self) -> Iterator[Row]:
        """Read the rows.

        Raises:
            UnreadableFile: The file breaks off, or is damaged.
        """

    def _broken(self, error: Exception) -> UnreadableFile:
        reason = " ".join(str(error).split())
        return UnreadableFile(f"{self._path} cannot be read to its end: {reason}.")
