"""What a job through SOAP has begun and done, written beside its result file as it happens.

A line of JSON for each thing, each written whole before the next: a killed job leaves at most one line that
is torn, which is not read. A call is noted before it is sent and when its answer is there. What lies between
is what nobody knows of a killed job: it is sent again under its key, or looked up where keys are not taken.
"""

import fcntl
import json
import os
import threading
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from gateway.client import Adjustment, RecordError, Result

JOURNAL = ".journal"
"""Behind the name of the result file."""


class InUse(Exception):  # noqa: N818  # not an error of the job: another process does it
    """Another process does this job now."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a job was begun with.

    Attributes:
        id: What the keys of its calls begin with.
        url: Where its calls go; without a user and a password that stand in it.
        user: Whose calls they are: a server keeps the keys of each user apart.
        fingerprint: Of the content of its files.
        calls: Of what is sent of them, in order.
        started: When, as ISO 8601 in UTC.
    """

    id: str
    url: str
    user: str
    fingerprint: str
    calls: str
    started: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A call that may have been sent.

    Attributes:
        keyed: It had a key.
        at: When it was sent first: that is when its key's time began.
    """

    keyed: bool
    at: datetime


class Journal:
    """The journal of one job, a context manager that keeps other processes out.

    Attributes:
        head: What the job was begun with; None in a new file.
        begun: The calls that earlier runs may have sent, by the index of their first record.
        is_finished: Every row has its outcome.

    Raises:
        InUse: Another process has it.
    """

    def __init__(self, path: Path) -> None:
        self.head: Head | None = None
        self.begun: dict[int, Begun] = {}
        self.is_finished = False
        self._done: dict[int, int] = {}
        self._writing = threading.Lock()
        self._path = path
        self._file = path.open("ab", buffering=0)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise InUse from None
        self._read()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.head is None:
            self._path.unlink()  # nothing was begun
        self._file.close()

    @property
    def last(self) -> int:
        """The highest index at which a call was begun or done; -1 when there is none."""
        return max((*self.begun, *self._done), default=-1)

    def forget(self) -> None:
        """Forget all that is there."""
        self._file.truncate(0)
        self.head, self.begun, self._done, self.is_finished = None, {}, {}, False

    def start(self, head: Head) -> None:
        """Begin a job in an empty journal."""
        self.head = head
        self._write({"job": asdict(head)})

    def begin(self, first: int, *, keyed: bool, at: datetime) -> None:
        """Note that a call is about to be sent."""
        self._write({"begun": first, "keyed": keyed, "at": at.isoformat()})

    def settle(self, first: int, results: Sequence[Result]) -> None:
        """Note what became of the records of a call."""
        kept = [[r.id, r.unknown, [[e.code, e.message, e.field] for e in r.errors]] for r in results]
        self._write({"done": first, "results": kept})

    def withdraw(self, first: int) -> None:
        """Note that nothing was done of a call that was begun."""
        self._write({"withdrawn": first})

    def finish(self) -> None:
        """Note that every row has its outcome."""
        self._write({"finished": True})

    def results(self, first: int, asked: Iterable[Adjustment]) -> list[Result]:
        """Return what became of the records of a call; nothing when that is not there."""
        offset = self._done.get(first)
        if offset is None:
            return []
        with self._path.open("rb") as file:
            file.seek(offset)
            kept = json.loads(file.readline())["results"]
        return [
            Result(first + place, adjustment, id_, tuple(RecordError(*e) for e in errors), unknown)
            for place, (adjustment, (id_, unknown, errors)) in enumerate(zip(asked, kept, strict=True))
        ]

    def _write(self, line: dict[str, Any]) -> None:
        with self._writing:
            end = os.fstat(self._file.fileno()).st_size
            rest = json.dumps(line).encode() + b"\n"
            try:
                while rest:
                    rest = rest[self._file.write(rest) :]
                os.fsync(self._file.fileno())
            except OSError:
                # A full disk takes a part of a line; what is written behind it would be lost with it.
                self._file.truncate(end)
                raise

    def _read(self) -> None:
        offset = 0
        with self._path.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._take(json.loads(line), offset)
                offset += len(line)
        self._file.truncate(offset)

    def _take(self, line: dict[str, Any], offset: int) -> None:
        if "job" in line:
            self.head = Head(**line["job"])
        elif "begun" in line:
            begun = Begun(line["keyed"], datetime.fromisoformat(line["at"]))
            self.begun.setdefault(line["begun"], begun)
        elif "withdrawn" in line:
            self.begun.pop(line["withdrawn"], None)
        elif "done" in line:
            self._done[line["done"]] = offset
        else:
            self.is_finished = True
