"""Send seeded requests, whole, odd and broken, to gateways in process, and say what they reached.

    python scripts/fuzz.py [--cases N] [--seed N] [--processes N]
    python scripts/fuzz.py --seed N --only CASE    # one case again, as it stood in its run

Exits with 1 when an exception escaped or an answer was malformed. What is made is in
``tests/support/fuzz_requests.py``, what must hold of each answer in ``tests/support/fuzz_answers.py``.
"""

from __future__ import annotations

import argparse
import faulthandler
import importlib
import logging
import multiprocessing
import os
import secrets
import sys
import tempfile
import time
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

import coverage

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

ROOT = Path(__file__).resolve().parent.parent
MEASURED = ("gateway/http", "gateway/soap", "gateway/zoql")
SECONDS_FOR_A_BLOCK = 300
"""A block takes some seconds; a process that hangs in one says where it does, and ends."""

SHOWN_PROBLEMS = 5
SHOWN_CHARACTERS = 3000

sys.path[:0] = [str(ROOT), str(ROOT / "tests")]


def fuzzing() -> Any:
    """Import the tests' support: late, so that what is imported is measured from its first line."""
    return importlib.import_module("support.fuzzing")


def quiet() -> None:
    """Let nothing that the gateway logs reach the terminal: the support reads it."""
    logging.getLogger("gateway").propagate = False


def measure(folder: str, name: str) -> coverage.Coverage:
    """Return a measurement of branches, in a file of its own."""
    include = [f"{ROOT}/{each}/*" for each in MEASURED]
    return coverage.Coverage(f"{folder}/{name}", branch=True, config_file=False, include=include)


def work(folder: str, number: int, options: argparse.Namespace, answers: Connection) -> None:
    """Run every block that is this process's turn, and send the tally of each."""
    quiet()
    measured = measure(folder, f"coverage.{number}")
    measured.start()
    support = fuzzing()
    with tempfile.TemporaryDirectory() as data, support.a_world(Path(data)) as world:
        turns = range(number * support.BLOCK, options.cases, options.processes * support.BLOCK)
        for first in turns:
            faulthandler.dump_traceback_later(SECONDS_FOR_A_BLOCK, exit=True)
            tally = support.Tally()
            support.run(world, options.seed, range(first, min(first + support.BLOCK, options.cases)), tally)
            answers.send(tally)
    faulthandler.cancel_dump_traceback_later()
    measured.stop()
    measured.save()


def run(folder: str, options: argparse.Namespace) -> tuple[Any, list[str]]:
    """Run all cases; return their tally, and a sentence for each process that did not come to its end."""
    context = multiprocessing.get_context("spawn")
    processes, readers = [], []
    for number in range(options.processes):
        reader, writer = context.Pipe(duplex=False)
        process = context.Process(target=work, args=(folder, number, options, writer), daemon=True)
        process.start()
        writer.close()
        processes.append(process)
        readers.append(reader)
    total = fuzzing().Tally()
    for tally in received(readers):
        total.add(tally)
        if sys.stderr.isatty():
            print(f"\rfuzz: {total.cases:,} of {options.cases:,} cases", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    for process in processes:
        process.join()
    return total, [f"a process ended with {each.exitcode}" for each in processes if each.exitcode]


def received(readers: list[Connection[Any, Any]]) -> Iterator[Any]:
    """Return what the processes send, as it comes, until each is gone."""
    while readers:
        for reader in wait(readers):
            assert reader in readers, "nothing else was waited for"
            try:
                yield reader.recv()
            except EOFError:
                readers.remove(reader)


def report(total: Any, ended: list[str], options: argparse.Namespace, seconds: float) -> None:
    """Print what a run came to."""
    rate = total.cases / seconds
    print(f"fuzz: {total.cases:,} cases, seed {options.seed}, {options.processes} processes, ", end="")
    print(f"{seconds:.0f} s ({rate:.0f} cases a second)")
    print_counts("cases by kind", total.kinds)
    print_counts("made for them", total.made)
    print_counts("answers by status", total.statuses)
    print_counts("calls that succeeded", total.succeeded)
    print_counts("faults", total.faults)
    print_counts("errors of records", total.errors)
    print(f"\nA use case answered {share(total.use_cases, total.cases)}; ", end="")
    print(
        f"{share(total.statuses['200 OK'], total.cases)} succeeded; records saved: {total.records_saved:,}."
    )
    print(f"Half took under {under(total.milliseconds, 0.5)} ms, 99.9 % under ", end="")
    print(f"{under(total.milliseconds, 0.999)} ms. The slowest:")
    for took, index, kind in total.slowest:
        print(f"    {milliseconds(took)}: case {index} ({kind}); {again(options.seed, index)}")
    for problem in total.problems[:SHOWN_PROBLEMS]:
        print(f"\nPROBLEM in case {problem.index}; {again(options.seed, problem.index)}")
        print_request(problem.request)
        print(problem.why[-SHOWN_CHARACTERS:])
    for name, found in (("Escapes", total.escapes), ("Malformed answers", total.malformed)):
        print(f"\n{name}: {found.total()}")
        print_counts("", found)
    print("\n".join(ended))


def print_counts(title: str, counts: Counter[str]) -> None:
    """Print counts, the largest first, as a block of their own."""
    if title:
        print(f"\n{title}")
    for name, count in counts.most_common():
        print(f"    {count:>11,}  {name}")


def share(part: int, whole: int) -> str:
    """Return a number of cases with its share of all."""
    return f"{part:,} ({part / max(whole, 1):.0%})"


def milliseconds(took: Any) -> str:
    """Return how long a case took by the clock, and how much of it was work: others use the machine too."""
    return f"{took.seconds * 1000:.0f} ms, of which {took.working_seconds * 1000:.0f} ms of work"


def under(counts: Counter[int], part: float) -> int:
    """Return the whole milliseconds that this part of the cases took less than."""
    seen = 0
    for whole in sorted(counts):
        seen += counts[whole]
        if seen >= part * counts.total():
            return whole + 1
    return 0


def again(seed: int, index: int) -> str:
    """Return the command that runs one case again."""
    return f"again: .venv/bin/python scripts/fuzz.py --seed {seed} --only {index}"


def print_request(request: Any) -> None:
    """Print a request as it was sent."""
    print(f"{request.kind}: {request.method} {request.path} ?{request.query} in zone {request.zone}")
    print(request.headers)
    print(request.body[:SHOWN_CHARACTERS])


def report_coverage(folder: str) -> None:
    """Print the branch coverage of what is measured, with the lines and jumps that were missed."""
    whole = measure(folder, "coverage")
    whole.combine([folder])
    print(f"\nBranch coverage of {' and '.join(MEASURED)} (12->14: the jump from line 12 to 14 was missed)")
    whole.report(show_missing=True, file=sys.stdout)


def run_again(seed: int, index: int) -> int:
    """Run one case after those of its block before it, and print it with its answer."""
    quiet()
    support = fuzzing()
    first = index - index % support.BLOCK
    with tempfile.TemporaryDirectory() as data, support.a_world(Path(data)) as world:
        support.run(world, seed, range(first, index), support.Tally())
        if first == index:
            world.begin_again()
        request = world.request(seed, index)
        print_request(request)
        tally = support.Tally()
        support.run_case(world, request, index, tally)
    for problem in tally.problems:
        print(problem.why)
    for took, _, _ in tally.slowest:
        print(f"{milliseconds(took)}: {dict(tally.statuses)} {dict(tally.faults or tally.succeeded)}")
    return 1 if tally.problems else 0


def main() -> int:
    """Read the arguments; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32), help="any, unless given")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", type=int, metavar="CASE", help="run one case of a seed again")
    options = parser.parse_args()
    if options.only is not None:
        return run_again(options.seed, options.only)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        total, ended = run(folder, options)
        report(total, ended, options, time.monotonic() - began)
        if any(Path(folder).iterdir()):
            report_coverage(folder)
    return 1 if total.problems or ended or total.cases != options.cases else 0


if __name__ == "__main__":
    sys.exit(main())
