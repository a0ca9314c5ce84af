"""Let clients fight over invoices, on PostgreSQL and MariaDB, and say what came about and what it cost.

    make concurrency [CONCURRENCY="--calls 1000 --only mariadb"]

Clients call a served gateway of several processes by SOAP, and the service itself to reverse. A watcher looks
at consistent snapshots all the while; at the end every answer is held against the database. Then the same
calls run without conflicts, each client on invoices of its own. Exits with 1 when a rule was broken, an
answer was not true, or something that the run is to show did not come about.
"""

import argparse
import os
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from endurance import world
from endurance.calls import Call, SoapCaller
from endurance.history import History, read
from endurance.reversing import Service, a_service
from endurance.rivals import Rival
from endurance.telling import say, tell, tell_counts, tell_problems
from endurance.watching import Watcher
from endurance.workload import Client, Known
from support.served import Served, a_served_gateway

WORKERS, THREADS = 4, 8
OWN_INVOICES = 2
"""How many invoices a client has to itself in the run without conflicts."""

AGAIN_EVERY = 25
"""One call in so many is sent twice, with its key."""

BROKEN_OFF = re.compile("a transaction was broken off and is run again: (.*)")
GIVEN_UP = re.compile("(gave a transaction up) after")

EXPECTED = [
    "create: INVALID_VALUE, amount zero",
    "create: INVALID_VALUE, date before the invoice's",
    "create: ACCOUNTING_PERIOD_CLOSED, period closed",
    "create: INVALID_VALUE, toward zero",
    "create: INVALID_VALUE, range",
    "create: INVALID_VALUE, window: across zero",
    "create: INVALID_VALUE, window: away from zero",
    "create: DUPLICATE_VALUE, number in use",
    "create: TRANSACTION_FAILED, single transaction",
    "create: fault LOCK_COMPETITION",
    "cancel: INVALID_VALUE, reversal linked",
    "cancel: INVALID_VALUE, source leaves its range",
    "cancel: INVALID_ID, unknown adjustment",
    "delete: CANNOT_DELETE, not canceled",
    "delete: INVALID_ID, unknown adjustment",
    "reverse: INVALID_VALUE, nothing to reverse",
    "reverse: INVALID_ID, unknown adjustment",
]


@dataclass
class Fight:
    """One run of all clients.

    Attributes:
        seconds: Of the clients' calls, without what rivals did behind them.
    """

    calls: list[Call]
    seconds: float
    problems: list[str]
    samples: Counter[str]
    log: Counter[str]
    replayed: int


class Arena:
    """The clients of one run, and what they share."""

    def __init__(self, served: Served, service: Service) -> None:
        self.known = Known()
        self.calls: list[Call] = []
        self.problems: list[str] = []
        self.replayed: list[str] = []
        self._served = served
        self.service = service

    def play(self, client: Client, calls: int, start: threading.Barrier) -> None:
        """Make one client's calls, one after the other."""
        caller = SoapCaller(self._served.endpoint, self.service.session)
        start.wait()
        try:
            for number in range(calls):
                call = client.next()
                self.send(caller, call)
                # A fault did nothing and is kept for no key: sent again, the call would be done now.
                if number % AGAIN_EVERY == 0 and not call.fault:
                    self._send_again(caller, call)
        except Exception as error:  # noqa: BLE001  # a thread's own end would go unseen
            self.problems.append(f"a client failed: {error!r}")
        finally:
            caller.close()

    def send(self, caller: SoapCaller, call: Call) -> None:
        """Send a call to whom it is for, and remember what came of it."""
        (self.service if call.operation == "reverse" else caller).send(call)
        self.calls.append(call)
        self.known.note(call)

    def _send_again(self, caller: SoapCaller, call: Call) -> None:
        again = Call(call.operation, call.wishes, call.key, call.single)
        (self.service if call.operation == "reverse" else caller).send(again)
        if again.replayed:
            self.replayed.append(call.key)
        if not again.replayed or again.outcomes != call.outcomes:
            self.problems.append(f"sent again, {call} was answered {again}")


def fight(name: str, url: str, options: argparse.Namespace, *, conflicts: bool) -> Fight:
    """Run all clients against each other, or each on invoices of its own."""
    count = options.invoices if conflicts else options.clients * OWN_INVOICES
    world.fill(url, count)
    with tempfile.TemporaryDirectory() as temporary, Watcher(name, url) as watcher:
        folder = Path(temporary)
        variables = {"GATEWAY_THREADS": THREADS, "GATEWAY_LOCK_WAIT_SECONDS": options.lock_wait}
        with (
            a_served_gateway(url, folder, WORKERS, **variables) as served,
            a_service(url, folder, THREADS, options.lock_wait) as service,
        ):
            arena = Arena(served, service)
            clients = []
            for number in range(options.clients):
                own = range(number * OWN_INVOICES, (number + 1) * OWN_INVOICES)
                invoices = range(count) if conflicts else own
                clients.append(Client(f"c{number}", options.seed, invoices, arena.known))
            seconds = play_all(arena, clients, options.calls)
            if conflicts:
                bring_rivals(url, arena, served, options)
        log = Counter[str]()
        for file in folder.glob("*.log"):
            text = file.read_text()
            log.update(f"retry: {reason}" for reason in BROKEN_OFF.findall(text))
            log["given up"] += len(GIVEN_UP.findall(text))
            if "Traceback" in text:
                arena.problems.append(f"a traceback in {file.name}: {text[text.index('Traceback') :][:2000]}")
    return Fight(
        arena.calls, seconds, arena.problems + watcher.problems, watcher.samples, log, len(arena.replayed)
    )


def play_all(arena: Arena, clients: list[Client], calls: int) -> float:
    """Let all clients make their share of the calls at once; return how long they took."""
    start = threading.Barrier(len(clients) + 1)
    threads = []
    for share, client in zip(shares(calls, len(clients)), clients, strict=True):
        threads.append(threading.Thread(target=arena.play, args=(client, share, start)))
    for thread in threads:
        thread.start()
    start.wait()
    began = time.monotonic()
    for thread in threads:
        thread.join()
    return time.monotonic() - began


def bring_rivals(url: str, arena: Arena, served: Served, options: argparse.Namespace) -> None:
    """Provoke deadlocks, and locks that are held for longer than a call waits."""
    client = Client("rivals", options.seed, range(options.invoices), arena.known)
    caller = SoapCaller(served.endpoint, arena.service.session)
    rival = Rival(url)
    try:
        for number in range(options.deadlocks):
            first = number % (options.invoices - 1)
            call = client.on([first, first + 1])
            rival.deadlock(first, first + 1, lambda call=call: arena.send(caller, call))
            if call.fault:
                arena.problems.append(f"a deadlock reached its caller: {call}")
        call = client.on([0])
        rival.hold(0, lambda: arena.send(caller, call))
        if call.fault != "LOCK_COMPETITION":
            arena.problems.append(f"its invoice was held all the while: {call}")
    finally:
        rival.close()
        caller.close()


def run(name: str, url: str, options: argparse.Namespace) -> bool:
    """Run one database's share and tell what it came to; say whether all was well."""
    say(f"concurrency: {name}: {options.calls:,} calls of {options.clients} clients in conflict ...")
    against = fight(name, url, options, conflicts=True)
    history = History(against.calls, read(url), options.invoices)
    problems = against.problems + history.judge() + world.verified(url)
    tell(f"\n{name}: {len(against.calls):,} calls, {options.clients} clients, {options.invoices} invoices")
    shown = tables(against, history)
    for title, counts in shown.items():
        tell_counts(title, counts)
    if not options.some:
        never = [what for counts in shown.values() for what, times in counts.items() if times == 0]
        problems += [f"never came about: {what}" for what in never]
        problems += compare(name, url, options, against)
    tell_problems(problems)
    tell(f"{name}: each answer held against the database: {len(problems)} problems")
    return not problems


def compare(name: str, url: str, options: argparse.Namespace, against: Fight) -> list[str]:
    """Run the same calls without conflicts, tell what conflicts cost, and return the problems."""
    say(f"concurrency: {name}: the same, each client on invoices of its own ...")
    alone = fight(name, url, options, conflicts=False)
    fought, free = options.calls / against.seconds, options.calls / alone.seconds
    tell(f"  {fought:.0f} calls a second with conflicts, {free:.0f} without ({fought / free:.0%})")
    history = History(alone.calls, read(url), options.clients * OWN_INVOICES)
    return alone.problems + history.judge() + world.verified(url)


def tables(against: Fight, history: History) -> dict[str, Counter[str]]:
    """Return how often everything came about that a run is to show, and whatever else did."""
    transitions = Counter(dict.fromkeys(("create", "counter", "cancel", "reverse", "delete"), 0))
    transitions.update(history.transitions)
    transitions["counter"] += sum(
        a.outcome.done and a.wish.source is not None and a.wish.signed * a.wish.source.original > 0
        for a in history.asked
    )
    refusals = Counter(dict.fromkeys(EXPECTED, 0))
    refusals.update(history.refusals)
    locks = Counter({"snapshots": 0, "lock waits seen": 0, "retry: deadlock": 0, "given up": 0})
    locks.update(against.samples)
    locks.update(against.log)
    locks["retries in all"] = sum(n for what, n in against.log.items() if what.startswith("retry"))
    locks["answers replayed for a key"] = against.replayed
    return {
        "transitions (a counter-adjustment is a create)": transitions,
        "refusals": refusals,
        "locks": locks,
    }


def shares(calls: int, clients: int) -> list[int]:
    """Return how many calls each client makes."""
    whole, rest = divmod(calls, clients)
    return [whole + (number < rest) for number in range(clients)]


def main() -> int:
    """Read the arguments; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--calls", type=int, default=12_800)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--invoices", type=int, default=20)
    parser.add_argument("--deadlocks", type=int, default=5)
    parser.add_argument("--lock-wait", type=int, default=2, metavar="SECONDS")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--only", choices=world.VARIABLES)
    parser.add_argument(
        "--some", action="store_true", help="a short run: nothing is compared or must come about"
    )
    options = parser.parse_args()
    names = [options.only] if options.only else list(world.VARIABLES)
    urls = {name: os.environ.get(world.VARIABLES[name], "") for name in names}
    missing = [world.VARIABLES[name] for name, url in urls.items() if not url]
    if missing:
        parser.error(f"{' and '.join(missing)} must name a database: `make concurrency` starts them")
    # Each database is run, whatever the one before it came to.
    done = [run(name, url, options) for name, url in urls.items()]
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
