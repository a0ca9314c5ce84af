"""Rows of a file that wait until the rest of it is loaded, kept outside the memory."""

import pickle
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from gateway.service.imports.rows import Row


class Postponed:
    """The rows of one file that wait, in a temporary database; close it after use."""

    def __init__(self) -> None:
        # An empty name is SQLite's for a temporary file, which goes with the connection.
        self._rows = sqlite3.connect("", isolation_level=None)
        self._rows.execute("PRAGMA journal_mode=OFF")
        self._rows.execute(
            "CREATE TABLE postponed (source, line, row, PRIMARY KEY (source, line)) WITHOUT ROWID"
        )
        self._rows.execute("BEGIN")

    def close(self) -> None:
        """Forget everything."""
        self._rows.close()

    def put(self, rows: Iterable[Row]) -> None:
        """Let rows wait."""
        kept = ((_source_of(row), row.line, pickle.dumps(row.values)) for row in rows)
        self._rows.executemany("INSERT INTO postponed VALUES (?, ?, ?)", kept)

    def chunks(self, size: int) -> Iterator[list[Row]]:
        """Return the rows that wait, so many at a time, those of a source together unless they are more."""
        chunk: list[Row] = []
        found = self._rows.execute("SELECT source, line, row FROM postponed ORDER BY source, line")
        for _, group in groupby(found, key=itemgetter(0)):
            of_source: list[Row] = []
            for _, line, values in group:
                # Nobody but this process can have written them.
                of_source.append(Row(line, pickle.loads(values)))  # noqa: S301
                if len(of_source) == size:
                    yield of_source
                    of_source = []
            if len(chunk) + len(of_source) > size:
                yield chunk
                chunk = []
            chunk += of_source
        if chunk:
            yield chunk


def _source_of(row: Row) -> str:
    return f"{row.values.get('source_type')} {row.values.get('source_id')} {row.values['invoice_id']}"
