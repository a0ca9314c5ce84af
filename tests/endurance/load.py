"""Clients that call without a pause and send each call again, with its key, until it is answered."""

import http.client
import random
import threading
import time
from collections import Counter
from typing import Self

from endurance.calls import Call, SoapCaller
from endurance.workload import Client, Known

PAUSE_S = (0.02, 0.2)
"""Between a call that was not answered and its next try."""

PATIENCE_S = 90
TRY_AGAIN = {"TEMPORARY_ERROR", "LOCK_COMPETITION", "SERVER_UNAVAILABLE", "TRANSACTION_TERMINATED"}
"""Faults after which a caller who has a key may send the call again; no answer at all is another reason."""

KINDS = {"create": 45, "create several": 15, "counter": 15, "cancel": 17, "delete": 8}


class Load:
    """Clients at work, who can be told to pause.

    Attributes:
        calls: Every call that was answered.
        problems: What no caller should meet.
        met: How often a call was not answered, or with which fault.
    """

    def __init__(self, endpoint: str, clients: int, invoices: int, seed: str) -> None:
        self.calls: list[Call] = []
        self.problems: list[str] = []
        self.met: Counter[str] = Counter()
        self._endpoint = endpoint
        self._session = SoapCaller(endpoint).session
        self._may_call = threading.Event()
        self._ends = False
        self._resting = threading.Semaphore(0)
        known = Known()
        self._threads = [
            threading.Thread(
                target=self._play, args=(Client(f"k{seed}-{n}", seed, range(invoices), known, KINDS), known)
            )
            for n in range(clients)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        self._all_rest()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends = True
        self._may_call.set()
        for thread in self._threads:
            thread.join()

    def go(self) -> None:
        """Let the clients call."""
        self._may_call.set()

    def pause(self) -> None:
        """Return when every call that was begun is answered, and none begins."""
        self._may_call.clear()
        self._all_rest()

    def _all_rest(self) -> None:
        for thread in self._threads:
            while not self._resting.acquire(timeout=1):
                assert thread.is_alive() or self.problems, "a client ended without a word"
                if self.problems:
                    return

    def _play(self, client: Client, known: Known) -> None:
        caller = SoapCaller(self._endpoint, self._session)
        call = None
        try:
            while True:
                if not self._may_call.is_set():
                    if call is not None:
                        self._ask_again(caller, call)
                    self._resting.release()
                    self._may_call.wait()
                if self._ends:
                    return
                call = client.next()
                self._until_answered(caller, call)
                self.calls.append(call)
                known.note(call)
        except Exception as error:  # noqa: BLE001  # a thread's own end would go unseen
            self.problems.append(f"a client failed: {error!r}")
        finally:
            caller.close()

    def _ask_again(self, caller: SoapCaller, call: Call) -> None:
        """What was answered before a kill, or behind it, is answered alike from its key."""
        again = Call(call.operation, call.wishes, call.key, call.single)
        self._until_answered(caller, again)
        if not again.replayed or again.outcomes != call.outcomes:
            self.problems.append(f"asked again, {call} was answered {again}")

    def _until_answered(self, caller: SoapCaller, call: Call) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                caller.send(call)
            except (OSError, http.client.HTTPException) as error:
                met = type(error).__name__
            else:
                met = call.fault
                if met not in TRY_AGAIN:
                    if met:
                        self.problems.append(f"answered {met}: {call}")
                    return
            if self._ends:
                return
            self.met[met] += 1
            assert time.monotonic() < deadline, f"no answer in {PATIENCE_S} s, only {met}"
            time.sleep(random.uniform(*PAUSE_S))
