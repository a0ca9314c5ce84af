"""Fresh Ids: 32 hexadecimal digits, as the legacy's look, and ascending in time.

Rows written together lie together in the index, and a query's order by Id is nearly that of creation.
"""

import secrets
from collections.abc import Iterator
from datetime import datetime

_RANDOM_BITS = 80


def new_ids(count: int, at: datetime) -> Iterator[str]:
    """Return that many Ids of a moment, ascending: its milliseconds, then random digits counted up."""
    milliseconds = int(at.timestamp() * 1000)
    # The highest bit stays clear, so that counting up never overflows.
    first = secrets.randbits(_RANDOM_BITS - 1)
    return (f"{milliseconds:012x}{first + i:020x}" for i in range(count))
