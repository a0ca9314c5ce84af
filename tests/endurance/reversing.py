"""The service called in this process, on the same database as a served gateway: the door that reverses."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from endurance.calls import Call, Outcome, rule_of
from gateway.bootstrap import Gateway, open_gateway
from gateway.service import Record
from gateway.service.calls import CallOptions
from gateway.service.failures import Failure
from gateway.settings import Settings
from support.gateways import PASSWORD, USER


class Service:
    """The service in this process, on the same database: the door by which adjustments are reversed."""

    def __init__(self, gateway: Gateway, session: str) -> None:
        self._gateway = gateway
        self.session = session

    def send(self, call: Call) -> None:
        """Reverse what a call names, and keep the answer in it."""
        call.began = call.began or time.monotonic()
        call.sent += 1
        caller = self._gateway.sessions.caller(self.session, door="endurance", request_id=call.key)
        values = [{"Id": w.id, "AdjustmentDate": str(w.day), "ReferenceId": w.reference} for w in call.wishes]
        options = CallOptions(idempotency_key=call.key)
        try:
            saved = self._gateway.adjusting.reverse(caller, [Record(each) for each in values], options)
        except Failure as failure:
            call.fault = str(failure.code)
        else:
            call.replayed = saved.replayed
            call.outcomes = [
                Outcome(o.id, str(o.errors[0].code), rule_of(str(o.errors[0].code), o.errors[0].message))
                if o.errors
                else Outcome(o.id)
                for o in saved
            ]
        call.ended = time.monotonic()


@contextmanager
def a_service(url: str, folder: Path, threads: int, lock_wait_s: int) -> Iterator[Service]:
    """Open the service in this process; it logs beside the served gateway."""
    settings = Settings(database_url=url, threads=threads, lock_wait_seconds=lock_wait_s)
    handler = logging.FileHandler(folder / "service.log")
    logging.getLogger("gateway").addHandler(handler)
    try:
        with open_gateway(settings) as gateway:
            yield Service(gateway, gateway.sessions.log_in(USER, PASSWORD))
    finally:
        logging.getLogger("gateway").removeHandler(handler)
        handler.close()
