"""Exporting: events behind a position, and marks that remember one.

A position is the place of an audit entry. Places are drawn before their transactions commit, so a plain
"greater than the last one seen" would skip what commits late. Every export therefore ends at a horizon: the
last place at a moment when no call that writes entries was under way.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import merge
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from gateway.datafiles import RowWriter, UnreadableFile, UnwritableFile, Value, open_writer
from gateway.engine.changes import TRANSFERRED
from gateway.service.adjusting import Adjusting
from gateway.service.callers import Caller
from gateway.service.calls import ADJUSTMENT_KINDS, AS_THE_LEGACY, a_call
from gateway.service.configuration import Configurations
from gateway.service.export_ports import Mark
from gateway.service.exports.columns import EXPORT_COLUMNS
from gateway.service.exports.events import read_events
from gateway.service.exports.outputs import alone_in, force_to_disk, give_name, part_of
from gateway.service.failures import (
    InvalidArgument,
    LockCompetition,
    MarkMoved,
    NotTransferred,
    TemporaryTrouble,
)
from gateway.service.ports import Store, Transaction
from gateway.service.records import Record
from gateway.service.tenant import Configuration

PAGE_ENTRIES = 2_000
"""Entries that are here at a time."""

PAGE_TRANSFERRED = 1_000
"""Adjustments that are marked as transferred at a time, all in one transaction."""

SETTLED = (TRANSFERRED, "Ignore")
"""Values of TransferredToAccounting that an export leaves alone: it is so, or it is not to be."""

_MARK = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")

Progress = Callable[[int, int], None]
"""Is told how many entries were read and how many there are at most."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where an export begins: behind a place, or where a mark stands."""

    place: int = 0
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did.

    Attributes:
        events: How many.
        position: Behind which the next one begins.
        transferred: How many adjustments are marked as transferred now that were not before.
        completed: The output of an earlier export that was killed; it has its name now.
    """

    events: int
    position: int
    transferred: int = 0
    completed: str | None = None


class Exporting:
    """The use cases of exports.

    Args:
        store: Where everything is kept.
        clock: Gives the present moment, aware.
        configurations: What the tenant keeps.
        adjusting: Marks as transferred.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        configurations: Configurations,
        adjusting: Adjusting,
    ) -> None:
        self._store = store
        self._clock = clock
        self._configurations = configurations
        self._adjusting = adjusting

    def place_of(self, since: Position) -> int:
        """Return the place of a position.

        Raises:
            InvalidArgument: There is no such mark.
        """
        if not since.mark:
            return since.place
        mark = self._store.write(lambda tx: tx.mark(since.mark))
        if mark is None:
            raise InvalidArgument(f"There is no mark {since.mark}.")
        return mark.position

    def write(self, after: int, writer: RowWriter, progress: Progress = lambda *_: None) -> Exported:
        """Write all events behind a place, and move no mark.

        Raises:
            LockCompetition: Calls were under way all the time; nothing was written.
        """
        until = self._horizon()
        return Exported(self._write(writer, after, until, progress), max(until, after))

    def advance(
        self,
        name: str,
        file: Path,
        format_: str | None = None,
        transferring: Caller | None = None,
        *,
        begin: int = 0,
        taken: bool = False,
        progress: Progress = lambda *_: None,
    ) -> Exported:
        """Write the events behind a mark into a new file, and move the mark when they are on the disk.

        A file of an earlier export of this mark that was killed gets its name first.

        Args:
            name: The mark's; a new one begins behind ``begin``.
            file: Must not be there yet.
            format_: Of the file; None is what its name says.
            transferring: Who sets TransferredToAccounting of the exported live adjustments together with the
                mark; None is nobody.
            begin: A place.
            taken: The file of an earlier export that is nowhere was taken away already.
            progress: Is told how far it is.

        Raises:
            InvalidArgument: The file is there, or cannot be; another export is under way. Nothing was done.
            MarkMoved: Another export moved the mark meanwhile; the file is not there.
            NotTransferred: An adjustment could not be marked; the mark stands where it stood.
        """
        file = file.absolute()
        with alone_in(file.parent):
            completed = self._complete(name, file.parent, taken=taken)
            if file.exists():
                told = f" An export that was killed has its file now: {completed}." if completed else ""
                raise InvalidArgument(
                    f"{file} is there already. Every export of a mark has a file of its own.{told}"
                )
            before = self._store.write(lambda tx: tx.mark(name))
            if before is not None and begin:
                raise InvalidArgument(f"The mark {name} stands at {before.position}. Leave --since out.")
            after = before.position if before else begin
            until = max(self._horizon(), after)
            part = part_of(file, name)
            events = self._write_part(part, file, format_, (after, until), progress)
            moved = Mark(name, until, self._clock(), str(part), str(file))
            try:
                transferred = self._store.write(lambda tx: self._move(tx, before, moved, transferring, after))
            except (MarkMoved, NotTransferred, LockCompetition, TemporaryTrouble):
                # The mark stands where it stood; after an unknown outcome the part must stay.
                part.unlink()
                raise
            give_name(part, file)
            self._forget_part(moved)
        return Exported(events, until, transferred, completed)

    def _write_part(
        self, part: Path, file: Path, format_: str | None, span: tuple[int, int], progress: Progress
    ) -> int:
        """Write the part of a file and force it to the disk; return how many events it has."""
        columns = [each.column for each in EXPORT_COLUMNS]
        try:
            with open_writer(part, columns, format_, named=file) as writer:
                events = self._write(writer, *span, progress)
            force_to_disk(part)
            force_to_disk(part.parent)
        except (UnreadableFile, UnwritableFile) as error:
            raise InvalidArgument(str(error)) from error
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        return events

    def _horizon(self) -> int:
        return self._store.write(lambda tx: tx.last_place())

    def _write(self, writer: RowWriter, after: int, until: int, progress: Progress) -> int:
        written = 0
        for place, rows in self._pages(after, until):
            writer.write(rows)
            written += len(rows)
            progress(place - after, until - after)
        return written

    def _pages(self, after: int, until: int) -> Iterator[tuple[int, list[list[Value]]]]:
        """Give the rows page by page, each with the place of its last entry."""
        while True:
            behind = after

            def read(tx: Transaction, behind: int = behind) -> tuple[int, list[list[Value]]]:
                entries = tx.placed_entries(behind, until, PAGE_ENTRIES)
                if not entries:
                    return 0, []
                events = read_events(tx, entries)
                return entries[-1].place, [[each.value(event) for each in EXPORT_COLUMNS] for event in events]

            after, rows = self._store.read(read)
            if not after:
                return
            yield after, rows

    def _move(
        self, tx: Transaction, before: Mark | None, moved: Mark, caller: Caller | None, after: int
    ) -> int:
        """Move a mark, and mark as transferred what was exported, from behind a place on; return how many."""
        if tx.mark(moved.name) != before:
            raise MarkMoved(moved.name)
        transferred = 0
        if caller is not None:
            configuration = self._configurations.held(tx)
            transferred = self._transfer(tx, configuration, caller, (after, moved.position))
        tx.save_mark(moved)
        return transferred

    def _transfer(
        self, tx: Transaction, configuration: Configuration, caller: Caller, span: tuple[int, int]
    ) -> int:
        """Mark adjustments as transferred, in the order of their invoices, as all who lock them do."""
        count = 0
        found = merge(*(_made(tx, name, span) for name in ADJUSTMENT_KINDS))
        while some := list(islice(found, PAGE_TRANSFERRED)):
            # Both kinds' invoices at once: one kind behind the other would turn the order round.
            tx.lock_books({each.invoice_id for each in some}, (), ())
            for name in ADJUSTMENT_KINDS:
                ids = [each.id for each in some if each.object_name == name]
                self._mark_transferred(tx, configuration, caller, name, ids)
            count += len(some)
        return count

    def _mark_transferred(
        self, tx: Transaction, configuration: Configuration, caller: Caller, name: str, ids: Sequence[str]
    ) -> None:
        records = [Record({"Id": id_, "TransferredToAccounting": TRANSFERRED}) for id_ in ids]
        object_type = caller.configuration.catalog.by_name[name]
        call = a_call(caller, "update", records, AS_THE_LEGACY, object_type)
        for id_, outcome in zip(ids, self._adjusting.changing(call)(tx, configuration), strict=True):
            if outcome.errors:
                raise NotTransferred(id_, outcome.errors[0].message)

    def _complete(self, name: str, held: Path, *, taken: bool) -> str | None:
        """Finish what an export of this mark left when it was killed behind the moving of its mark."""
        mark = self._store.write(lambda tx: tx.mark(name))
        if mark is None or mark.part is None or mark.file is None:
            return None
        part, file = Path(mark.part), Path(mark.file)
        with nullcontext() if part.parent == held else alone_in(part.parent):
            if part.exists():
                if file.exists():
                    raise InvalidArgument(
                        f"{part} is complete, but {file} is there already. Move that one away."
                    )
                give_name(part, file)
            elif not file.exists() and not taken:
                raise InvalidArgument(
                    f"The last export of {name} was killed. Its file is neither {file} nor {part}: go on "
                    "where they are, or say --taken if somebody has taken it away."
                )
        self._forget_part(mark)
        return mark.file

    def _forget_part(self, mark: Mark) -> None:
        def work(tx: Transaction) -> None:
            if tx.mark(mark.name) == mark:
                tx.save_mark(replace(mark, part=None, file=None))

        self._store.write(work)


class _Made(NamedTuple):
    """An adjustment that is to be marked, in the order of its invoice."""

    invoice_id: str
    id: str
    object_name: str


def _made(tx: Transaction, name: str, span: tuple[int, int]) -> Iterator[_Made]:
    """Give the adjustments of an object that were made in a span and are not transferred, page by page."""
    behind = ("", "")
    while found := tx.made_between(ADJUSTMENT_KINDS[name], span, SETTLED, behind, PAGE_TRANSFERRED):
        yield from (_Made(invoice_id, id_, name) for invoice_id, id_ in found)
        behind = found[-1]


def read_position(text: str) -> Position:
    """Read a position: a place, or the name of a mark.

    Raises:
        InvalidArgument: It is neither.
    """
    if re.fullmatch(r"[0-9]{1,18}", text, re.ASCII):
        return Position(int(text))
    check_mark(text)
    return Position(mark=text)


def check_mark(name: str) -> None:
    """Refuse a name that no mark can have.

    Raises:
        InvalidArgument: It has other characters, or begins with none of the alphabet.
    """
    if not _MARK.fullmatch(name):
        raise InvalidArgument(f"{name[:60]!r} is no mark: letters, digits, _ and -, a letter first.")
