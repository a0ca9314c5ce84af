"""Transactions of the run's own that get into the gateway's way: a deadlock each, or a lock held too long."""

import threading
import time
from collections.abc import Callable

from sqlalchemy import Connection, create_engine, text

from endurance.world import invoice_id

FIRST_LOCK_S = 0.4
"""Time for a call to get its first lock and ask for the second; PostgreSQL looks for deadlocks after 1 s."""

LOCK = text("select id from invoices where id = :id for update")
WEIGHT = 200
"""Rows that the rival writes: MariaDB breaks off whoever wrote less."""


class Rival:
    """A user of the same database who follows no rule of ours."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url)
        with self._engine.begin() as connection:
            connection.execute(text("drop table if exists endurance_rival"))
            connection.execute(text("create table endurance_rival (id integer primary key)"))

    def close(self) -> None:
        with self._engine.begin() as connection:
            connection.execute(text("drop table endurance_rival"))
        self._engine.dispose()

    def deadlock(self, first: int, second: int, send: Callable[[], None]) -> None:
        """Lock two invoices in the opposite order of a call that is sent meanwhile.

        Args:
            first: The number of the invoice that the call locks first.
            second: The number of the other.
            send: Sends the call, and returns when it is answered.
        """
        caller = threading.Thread(target=send)
        with self._engine.connect() as connection:
            transaction = connection.begin()
            rows = [{"id": number} for number in range(WEIGHT)]
            connection.execute(text("insert into endurance_rival values (:id)"), rows)
            self._lock(connection, second)
            caller.start()
            time.sleep(FIRST_LOCK_S)
            self._lock(connection, first)
            transaction.rollback()
        caller.join()

    def hold(self, number: int, send: Callable[[], None]) -> None:
        """Hold an invoice's row until a call on it is answered."""
        with self._engine.connect() as connection, connection.begin():
            self._lock(connection, number)
            send()

    def _lock(self, connection: Connection, number: int) -> None:
        connection.execute(LOCK, {"id": invoice_id(number)})
