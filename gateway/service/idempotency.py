"""Idempotency keys: a call that is sent again is answered as it was, and nothing is done twice.

A key counts per user and operation. It is written in the transaction of the call, before anything else, so
that a second call with the key waits for the first; the answer, refusals included, is kept beside it. A call
that ended in a fault keeps nothing. Source: the product's REST reference (Idempotency-Key); for SOAP it is
ours.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from gateway.contract.errors import ErrorCode
from gateway.service.callers import Caller
from gateway.service.errors import RecordError
from gateway.service.failures import InvalidArgument, KeyReused
from gateway.service.outcomes import Line, Saved, SaveOutcome
from gateway.service.ports import Claim, Transaction

MAX_KEY_CHARACTERS = 255


def read_key(text: str) -> str | None:
    """Return the key of a header's text, or None for an empty one.

    Raises:
        InvalidArgument: It is longer than 255 characters, or not of printable ASCII.
    """
    key = text.strip()
    if len(key) > MAX_KEY_CHARACTERS or not (key.isascii() and key.isprintable()):
        raise InvalidArgument(f"An Idempotency-Key has 1 to {MAX_KEY_CHARACTERS} printable ASCII characters.")
    return key or None


def content_hash(content: Any) -> str:
    """Return what tells one content from another."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


class Answers:
    """The answers that keys have.

    Args:
        clock: Gives the present moment, aware.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def once(
        self, tx: Transaction, caller: Caller, operation: str, key: str, hash_: str, work: Callable[[], Saved]
    ) -> Saved:
        """Run the work of a key, unless its answer is there.

        Raises:
            KeyReused: The key is that of a call with another content.
        """
        claim = Claim(caller.user_id, operation, key)
        now = self._clock()
        known = tx.answer_of(claim, now)
        if known is None:
            tx.claim(claim, hash_, now + caller.configuration.settings.idempotency_life)
            saved = work()
            tx.keep_answer(claim, _write(saved))
            return saved
        if known[0] != hash_:
            raise KeyReused
        return _read(known[1])


def _write(saved: Saved) -> str:
    # The parts behind the errors are written only when there are any: most answers have none.
    outcomes = [
        [o.id, [[e.code, e.message, e.field] for e in o.errors]]
        + (
            [o.line and _write_line(o.line), [_write_line(tax) for tax in o.brought], o.number]
            if o.line or o.brought or o.number
            else []
        )
        for o in saved
    ]
    return json.dumps([saved.sets, outcomes] if saved.sets else outcomes, ensure_ascii=False)


def _write_line(line: Line) -> list[str | None]:
    return [line.source_type, line.source_id, line.type, str(line.amount), line.id, line.number]


def _read(text: str) -> Saved:
    written = json.loads(text)
    sets, outcomes = written if written and isinstance(written[0], int) else (0, written)
    return Saved((_read_outcome(*outcome) for outcome in outcomes), replayed=True, sets=sets)


def _read_outcome(
    id_: str | None,
    errors: list[list[Any]],
    line: list[Any] | None = None,
    brought: Sequence[list[Any]] = (),
    number: str | None = None,
) -> SaveOutcome:
    return SaveOutcome(
        id_,
        tuple(RecordError(ErrorCode(code), message, field) for code, message, field in errors),
        _read_line(*line) if line else None,
        tuple(_read_line(*tax) for tax in brought),
        number,
    )


def _read_line(
    source_type: str, source_id: str, type_: str, amount: str, id_: str | None, number: str | None
) -> Line:
    return Line(source_type, source_id, type_, Decimal(amount), id_, number)
