"""Idempotency keys in SQL."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from gateway.service.ports import Claim
from gateway.storage.tables import idempotency_keys


class SqlAnswers:
    """The AnswerStore of one transaction."""

    connection: Connection

    def answer_of(self, claim: Claim, now: datetime) -> tuple[str, str] | None:
        """Return the hash and the answer of a key; one that has expired is forgotten."""
        table = idempotency_keys
        row = self.connection.execute(
            select(table.c.hash, table.c.answer, table.c.expires_at).where(_this(claim))
        ).one_or_none()
        if row is None:
            return None
        if row.expires_at <= now:
            self.connection.execute(delete(table).where(_this(claim)))
            return None
        return row.hash, row.answer

    def claim(self, claim: Claim, hash_: str, expires_at: datetime) -> None:
        """Write a key without its answer: another call with it waits until this transaction ends."""
        self.connection.execute(
            insert(idempotency_keys).values(
                user_id=claim.user_id,
                operation=claim.operation,
                key=claim.key,
                hash=hash_,
                answer="",
                expires_at=expires_at,
            )
        )

    def keep_answer(self, claim: Claim, answer: str) -> None:
        """Write the answer of a key."""
        self.connection.execute(update(idempotency_keys).where(_this(claim)).values(answer=answer))


def _this(claim: Claim) -> ColumnElement[bool]:
    table = idempotency_keys
    return (
        (table.c.user_id == claim.user_id)
        & (table.c.operation == claim.operation)
        & (table.c.key == claim.key)
    )
