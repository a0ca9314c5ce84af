"""The formats, the endings of file names that say them, and what goes wrong with whole files."""

from enum import StrEnum
from pathlib import Path


class Format(StrEnum):
    """How a file holds its rows."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


ENDINGS = {
    ".csv": Format.CSV,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".parquet": Format.PARQUET,
}
"""In small letters. Behind those of text, ``.gz`` says that the file is compressed by gzip."""

GZIP_ENDING = ".gz"


class UnreadableFile(ValueError):  # noqa: N818  # as the failures of the use cases, it says what is so
    """A file cannot be read as a table; the message is a sentence that names it."""


class UnwritableFile(ValueError):  # noqa: N818
    """A file cannot be written; the message is a sentence."""


def format_of(path: Path, format: str | None = None) -> tuple[Format, bool]:  # noqa: A002  # as the option
    """Return the format of a file and whether gzip compresses it.

    Args:
        path: Its ending says both, in any case.
        format: Says the format in place of the ending.

    Raises:
        UnreadableFile: Neither says it, or the format is none of ours.
    """
    name = path.name.lower()
    is_gzip = name.endswith(GZIP_ENDING)
    ending = Path(name.removesuffix(GZIP_ENDING)).suffix
    try:
        found = ENDINGS[ending] if format is None else Format(format)
    except KeyError:
        known = ", ".join(ENDINGS)
        raise UnreadableFile(
            f"{path}: its ending does not say how it holds rows. Known are {known}, and .csv.gz, .jsonl.gz."
        ) from None
    except ValueError:
        raise UnreadableFile(f"{path}: {format} is none of {', '.join(Format)}.") from None
    if is_gzip and found is Format.PARQUET:
        raise UnreadableFile(f"{path}: Parquet compresses by itself; write it without gzip.")
    return found, is_gzip


def missing_pyarrow(path: object, error: type[ValueError]) -> ValueError:
    """Return what to raise where Parquet is wanted and pyarrow is not installed."""
    return error(f"{path}: Parquet needs pyarrow. Install it with: pip install 'adjustment-gateway[parquet]'")
