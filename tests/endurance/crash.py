"""Kill the gateway, and the database server, again and again under load, and say what was lost: nothing.

    make crash [CRASH="--kills 5 --only mariadb"]

Clients send each call with an Idempotency-Key, again until it is answered. At random moments every process
of the gateway, or of its database server, gets SIGKILL and is started again. Behind each kill the laws are
held against one snapshot and `gateway verify` must find nothing; at the end every answer is held against the
database. Exits with 1 when something was lost, done twice or broken, or when fewer than half of the kills
hit a transaction that had written something.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from database_servers import KINDS, CannotRunError, Server, running
from databases import SIGNALS, Stopped, stop
from sqlalchemy import Engine, create_engine, text

from endurance import world
from endurance.history import History, read
from endurance.load import Load
from endurance.telling import say, tell, tell_counts, tell_problems
from endurance.watching import Watcher
from gateway.storage.migrating import migrate
from gateway.storage.store import open_store
from support.served import Served, descendants, start_serving

CLIENTS, INVOICES, WORKERS = 8, 6, 2
LOAD_S = (0.1, 1.2)
"""How long the clients call between two kills."""

LOOK_S = 0.12
"""MariaDB tells anew of its transactions every 0.1 s."""

MOST_LOOKS = 10
BLIND = 0.25
"""The share of kills for which nobody waits until a transaction is open."""

OPEN = {
    "postgresql": "select count(*) from pg_stat_activity where backend_xid is not null",
    "mariadb": "select count(*) from information_schema.innodb_trx where trx_rows_modified > 0",
}


class Victims:
    """A gateway over a database server, either of which can be killed and comes back."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self._folder = folder
        self.served = self._serve(0)

    def _serve(self, port: int) -> Served:
        return start_serving(
            self.server.url, self._folder, workers=WORKERS, port=port, GATEWAY_LOCK_WAIT_SECONDS=3
        )

    def kill_gateway(self) -> None:
        """Kill every process of the gateway, and start it on its address again."""
        process = self.served.process
        pids = [process.pid, *descendants(process.pid)]
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        port = int(self.served.endpoint.split(":")[2].split("/")[0])
        self.served = self._serve(port)

    def kill_database(self) -> None:
        """Kill every process of the database server, and start it on its data again."""
        self.server.kill()
        self.server.start_again()

    def close(self) -> None:
        """End the gateway."""
        self.served.process.send_signal(signal.SIGTERM)
        self.served.process.wait(timeout=60)
        self.served.process.stdout.close()


def open_transactions(engine: Engine, name: str, chance: random.Random) -> int:
    """Return how many transactions have written something now; mostly wait a little for there to be one."""
    looks = 1 if chance.random() < BLIND else MOST_LOOKS
    with engine.connect() as connection:
        for _ in range(looks):
            found: int = connection.scalar(text(OPEN[name])) or 0
            connection.rollback()
            if found:
                break
            time.sleep(LOOK_S)
    return found


def kill_often(
    name: str, what: str, victims: Victims, kill: Callable[[], None], options: argparse.Namespace
) -> list[str]:
    """Kill under load, look behind each kill, and tell what it came to; return the problems."""
    url = victims.server.url
    world.fill(url, INVOICES)
    chance = random.Random(f"{options.seed}/{name}/{what}")
    hits, problems = 0, []
    looking = Watcher(name, url)
    began = time.monotonic()
    with Load(victims.served.endpoint, CLIENTS, INVOICES, options.seed) as load:
        for number in range(1, options.kills + 1):
            load.go()
            time.sleep(chance.uniform(*LOAD_S))
            engine = create_engine(url)
            hits += open_transactions(engine, name, chance) > 0
            kill()
            engine.dispose()
            load.pause()
            looking.look_once()
            problems += looking.problems + load.problems + world.verified(url)
            if problems:
                break
            if number % 10 == 0 or number == options.kills:
                say(f"crash: {name}: {what} killed {number} of {options.kills} times")
    history = History(load.calls, read(url), INVOICES)
    problems += history.judge()
    again = [call for call in load.calls if call.sent > 1]
    replayed = sum(call.replayed for call in again)
    tell(f"\n{name}: {what} killed {number} times in {time.monotonic() - began:.0f} s")
    tell_counts(
        "kills and calls",
        Counter(
            {
                "kills that hit an open transaction with changes": hits,
                "calls answered": len(load.calls),
                "calls that were sent again": len(again),
                "of them committed before and answered from the key": replayed,
                "of them undone and done by a later try": len(again) - replayed,
            }
        ),
    )
    tell_counts("what callers met before their answer", load.met)
    tell_counts("changes", history.transitions)
    if hits * 2 < number:
        problems.append(f"only {hits} of {number} kills hit an open transaction")
    if len(again) == replayed:
        problems.append("no call was undone by a kill")
    # A database server dies within the commit itself, which is over in an instant; a gateway also behind it.
    if what == "gateway" and not replayed and not options.some:
        problems.append("no call was committed and not answered")
    tell_problems(problems)
    tell(f"{name}: {what}: {len(problems)} problems")
    return problems


def run(name: str, options: argparse.Namespace) -> bool:
    """Run one database's share; say whether all was well."""
    with running(name, durable=True) as server, tempfile.TemporaryDirectory() as folder:
        prepare(server.url)
        victims = Victims(server, Path(folder))
        try:
            problems = []
            if options.what in (None, "gateway"):
                problems += kill_often(name, "gateway", victims, victims.kill_gateway, options)
            if options.what in (None, "database"):
                problems += kill_often(name, "database server", victims, victims.kill_database, options)
        finally:
            victims.close()
    return not problems


def prepare(url: str) -> None:
    """Give the new database its schema: a gateway does not start on one without it."""
    store = open_store(url)
    try:
        migrate(store)
    finally:
        store.close()


def main() -> int:
    """Read the arguments; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=50, help="of the gateway, and of the database server")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--only", choices=KINDS)
    parser.add_argument("--what", choices=("gateway", "database"))
    parser.add_argument("--some", action="store_true", help="a short run: not all comes about")
    options = parser.parse_args()
    for each in SIGNALS:
        if signal.getsignal(each) != signal.SIG_IGN:
            signal.signal(each, stop)
    try:
        done = [run(name, options) for name in ([options.only] if options.only else KINDS)]
    except CannotRunError as error:
        say(f"crash: {error}")
        return 1
    except Stopped as stopped:
        return 128 + stopped.number
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
