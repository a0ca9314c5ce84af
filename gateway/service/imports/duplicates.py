"""Values that a file may have once, remembered outside the memory so that a file can have any size."""

import sqlite3

from gateway.service.imports.kinds import FileKind
from gateway.service.imports.rows import Problem, Row, shown


class Duplicates:
    """What no two records of a file share, kept in a temporary database; close it after use."""

    def __init__(self, kind: FileKind) -> None:
        self._attributes = kind.unique
        # An empty name is SQLite's for a temporary file, which goes with the connection.
        self._seen = sqlite3.connect("", isolation_level=None)
        self._seen.execute("PRAGMA journal_mode=OFF")
        self._seen.execute(
            "CREATE TABLE seen (attribute, value, line, PRIMARY KEY (attribute, value)) WITHOUT ROWID"
        )
        self._seen.execute("BEGIN")

    def close(self) -> None:
        """Forget everything."""
        self._seen.close()

    def find(self, row: Row) -> tuple[Problem, ...]:
        """Remember a row, or name the values that an earlier row has."""
        return tuple(
            Problem(name, f"{shown(row.values[name])} is on line {line} already")
            for name in self._attributes
            if (line := self._line_of(name, row)) is not None
        )

    def _line_of(self, attribute: str, row: Row) -> int | None:
        """Return the line of an earlier row with this value; when there is none, this is the first."""
        key = (attribute, row.values[attribute])
        if self._seen.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", (*key, row.line)).rowcount:
            return None
        found = self._seen.execute("SELECT line FROM seen WHERE attribute = ? AND value = ?", key)
        line: int = found.fetchone()[0]
        return line
