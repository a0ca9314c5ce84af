"""A file that is there as a whole or not at all, through every crash.

It is written under a name of its own (the part), forced to the disk, and gets its right name only after the
mark has moved. A part that a mark remembers is complete; it disappears by being renamed and in no other way,
so whoever comes after a crash can tell what is left to do.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.service.failures import InvalidArgument


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep other exports out of a folder until the end; the system forgets it when this process dies.

    Raises:
        InvalidArgument: Another one is under way, or the folder is none.
    """
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise InvalidArgument(f"{folder} cannot be written to: {error.strerror}.") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InvalidArgument(f"Another export is writing to {folder}. Wait for it.") from None
        yield
    finally:
        os.close(handle)


def part_of(file: Path, mark: str) -> Path:
    """Return the name that a mark's output has while it is written."""
    return file.with_name(f"{file.name}.{mark}.part")


def force_to_disk(path: Path) -> None:
    """Return when a file or a folder is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def give_name(part: Path, file: Path) -> None:
    """Give a part its right name, for good."""
    part.replace(file)
    force_to_disk(file.parent)
