"""The rows of a job through SOAP as what is sent, and what is answered as what became of a row."""

import re
from collections.abc import Callable
from datetime import UTC
from hashlib import sha256
from typing import Any

from gateway.client import Adjustment, Result
from gateway.contract.errors import ErrorCode
from gateway.contract.fields import WireType
from gateway.contract.lexical import read
from gateway.contract.objects import ObjectType
from gateway.service.errors import RecordError
from gateway.service.jobs import JobFiles, JobRow
from gateway.service.jobs.outcomes import RowOutcome, unreadable
from gateway.service.jobs.rows import Reading

_WITH_AN_OFFSET = re.compile(r":.*(?:Z|[+-]\d\d:?\d\d)\s*$", re.ASCII | re.DOTALL)


def counted(files: JobFiles, progress: Callable[[Reading], None]) -> tuple[int, str]:
    """Return how many rows there are, and what tells the adjustments that they are from any others.

    Which rows can be sent decides on the call and the key of each, and depends on more than on the files.
    """
    rows, calls = 0, sha256()
    for row in files.rows(progress):
        rows += 1
        asked = asked_of(row, files.columns.object_type)
        if isinstance(asked, Adjustment):
            calls.update(repr(asked).encode())
    return rows, calls.hexdigest()


def asked_of(row: JobRow, object_type: ObjectType) -> Adjustment | RowOutcome:
    """Return a row as what is sent, or why it cannot be."""
    if row.trouble:
        return unreadable(row)
    values: dict[str, Any] = {"source_type": None}
    custom: dict[str, object] = {}
    for name in (*row.foreign, *row.ambiguous, *row.values):
        known = object_type.by_name.get(name)
        if known is None or not known.creatable or name in row.foreign or name in row.ambiguous:
            return unreadable(row._replace(trouble="is no field that can be sent", column=name))
        text = row.values[name]
        if known.type is WireType.DATE and _WITH_AN_OFFSET.search(text):
            # Its day is that of the tenant's zone, which nobody can see from here.
            said = f"is {text[:60]!r}: give the day alone, whose zone is sure"
            return unreadable(row._replace(trouble=said, column=name))
        try:
            value = read(known.type, text, UTC)
        except ValueError:
            said = f"is {text[:60]!r}, which is no {known.type.value}"
            return unreadable(row._replace(trouble=said, column=name))
        (custom if known.custom else values)[name if known.custom else known.attribute] = value
    return Adjustment(**values, custom=custom)


def errors_of(result: Result) -> tuple[RecordError, ...]:
    """Return a result's errors; a code that the contract does not have is kept in the message."""
    return tuple(
        RecordError(ErrorCode(error.code), error.message, error.field)
        if error.code in ErrorCode.__members__
        else RecordError(ErrorCode.UNKNOWN_ERROR, f"{error.code}: {error.message}", error.field)
        for error in result.errors
    )
