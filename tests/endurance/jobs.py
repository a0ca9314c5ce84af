"""Kill a bulk job again and again, resume it each time, and say what was lost or done twice: nothing.

    make jobs-crash [JOBS="--kills 5 --only mariadb"]

One file of rows over many invoices, every tenth of them to be refused. At random moments the command, mostly
with the processes that decide and write, gets SIGKILL and is started again with --resume. At the end every
row must be in the result file once, every adjustment in the database be one of a row, and `gateway verify`
find nothing. Exits with 1 when that is not so, or when fewer than half of the kills hit a transaction that
had written something.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from database_servers import KINDS, CannotRunError, running
from databases import SIGNALS, Stopped, stop
from sqlalchemy import create_engine, func, select, text

from endurance import world
from endurance.crash import BLIND, LOOK_S, OPEN, prepare
from endurance.telling import say, tell, tell_counts, tell_problems
from gateway.storage.job_tables import job_chunks
from gateway.storage.tables import invoice_item_adjustments
from support.gateways import a_gateway
from support.jobs import HEADER, bill, read_results, row

INVOICES, CHUNK_ROWS = 200, 250
MOST_LOOKS = 8
AFTER_S = (0.0, 0.8)
"""How long a job that has begun to write goes on before it is killed."""

PARENT_ALONE = 0.3
"""The share of kills that hit the command alone; its processes must end by themselves."""


def write_rows(path: Path, rows: int) -> None:
    """Write the file; the rows of an invoice are scattered all over it."""
    with path.open("w") as file:
        file.write(HEADER + "\n")
        for number in range(rows):
            amount = "99999.00" if number % 10 == 3 else "0.01"
            file.write(row(number % INVOICES + 1, amount) + "\n")


class Victim:
    """The command that does the job, in a session of its own."""

    def __init__(self, url: str, path: Path, *, resume: bool) -> None:
        words = ["adjust", str(path), *(["--resume"] if resume else ["--chunk-rows", str(CHUNK_ROWS)])]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gateway", *words],
            env=os.environ | {"GATEWAY_DATABASE_URL": url},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill(self, *, alone: bool) -> bool:
        """Kill the command, and its processes too unless it is to die alone; say whether it still ran."""
        ran = self.process.poll() is None
        if ran:
            (os.kill if alone else os.killpg)(self.process.pid, signal.SIGKILL)
        self.process.wait()
        return ran


def hit(name: str, url: str, victim: Victim, chance: random.Random) -> bool:
    """Wait for a moment to kill; say whether a transaction has written something then."""
    engine = create_engine(url)
    looks = 1 if chance.random() < BLIND else MOST_LOOKS
    try:
        with engine.connect() as connection:

            def is_open() -> bool:
                found = connection.scalar(text(OPEN[name])) or 0
                connection.rollback()
                return bool(found)

            while victim.process.poll() is None and not is_open():
                time.sleep(LOOK_S)
            time.sleep(chance.uniform(*AFTER_S))
            for _ in range(looks):
                if is_open():
                    return True
                time.sleep(LOOK_S)
            return False
    finally:
        engine.dispose()


def judge(url: str, path: Path, rows: int) -> list[str]:
    """Return what is wrong with the result file and the database."""
    problems = world.verified(url)
    results = path.with_name(f"{path.name}.results.csv")
    told = read_results(results)
    if Counter(int(each["row"]) for each in told) != Counter(range(2, rows + 2)):
        problems.append(f"the result file has {len(told)} lines for {rows} rows, or not one for each")
    outcomes = Counter(each["outcome"] for each in told)
    refused = sum(number % 10 == 3 for number in range(rows))
    if outcomes != Counter({"done": rows - refused, "refused": refused}):
        problems.append(f"outcomes: {dict(outcomes)}")
    engine = create_engine(url)
    with engine.connect() as connection:
        made = Counter(connection.scalars(select(invoice_item_adjustments.c.id)))
        chunks = connection.scalar(select(func.count()).where(job_chunks.c.done_at.is_not(None)))
    engine.dispose()
    if made != Counter(each["Id"] for each in told if each["Id"]):
        problems.append(f"{made.total()} adjustments are in the database, not those of the result file")
    tell_counts("in the end", Counter(outcomes) | Counter({"chunks": chunks, "adjustments": made.total()}))
    return problems


def run(name: str, options: argparse.Namespace) -> bool:
    """Run one database's share; say whether all was well."""
    chance = random.Random(f"{options.seed}/{name}")
    met: Counter[str] = Counter()
    began = time.monotonic()
    with running(name, durable=True) as server, tempfile.TemporaryDirectory() as folder:
        prepare(server.url)
        with a_gateway(server.url) as in_process:
            bill(in_process, INVOICES, "10000.00")
        path = Path(folder, "rows.csv")
        write_rows(path, options.rows)
        while met["kills"] < options.kills:
            victim = Victim(server.url, path, resume=met["kills"] > 0)
            was_open = hit(name, server.url, victim, chance)
            alone = chance.random() < PARENT_ALONE
            if not victim.kill(alone=alone):
                break
            met["kills"] += 1
            met["kills that hit an open transaction with changes"] += was_open
            met["kills of the command alone"] += alone
            say(f"jobs: {name}: killed {met['kills']} of {options.kills} times")
        last = Victim(server.url, path, resume=True)
        last.process.wait()
        tell(f"\n{name}: a job of {options.rows:,} rows, {time.monotonic() - began:.0f} s")
        tell_counts("kills", met)
        problems = judge(server.url, path, options.rows)
    if met["kills"] < options.kills:
        problems.append(f"the job ended before it was killed {options.kills} times: give it more --rows")
    if met["kills that hit an open transaction with changes"] * 2 < met["kills"]:
        problems.append("fewer than half of the kills hit an open transaction")
    tell_problems(problems)
    tell(f"{name}: {len(problems)} problems")
    return not problems


def main() -> int:
    """Read the arguments; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--only", choices=KINDS)
    options = parser.parse_args()
    for each in SIGNALS:
        if signal.getsignal(each) != signal.SIG_IGN:
            signal.signal(each, stop)
    try:
        done = [run(name, options) for name in ([options.only] if options.only else KINDS)]
    except CannotRunError as error:
        say(f"jobs: {error}")
        return 1
    except Stopped as stopped:
        return 128 + stopped.number
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
