"""Sabotage the gateway one line at a time and see whether the long runs notice.

    make sabotage [SABOTAGE="--only 'range off by one'"]

A copy of the tree in a temporary folder is sabotaged; short runs of what must notice are made in it. The
whole gateway comes first: it must pass them all. Exits with 1 when one of them fails then, or passes later.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from endurance.telling import say, tell
from sabotage.sabotages import CONCURRENCY, CRASH, DATABASE_CRASH, MACHINE, SABOTAGES, Sabotage

ROOT = Path(__file__).parents[2]
NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "node_modules", "*.egg-info")
RUN_S, GRACE_S = 900, 60

SHORT = ("--some", "--only", "postgresql")
FIGHT = ("--calls", "600", "--clients", "16", "--invoices", "5", "--deadlocks", "1", "--lock-wait", "1")
RUNS = {
    MACHINE: ("pytest", "-q", "-x", "-k", "sqlite", "tests/property/test_machine.py"),
    CONCURRENCY: ("endurance.concurrency", *SHORT, *FIGHT),
    CRASH: ("endurance.crash", *SHORT, "--what", "gateway", "--kills", "2"),
    DATABASE_CRASH: ("endurance.crash", *SHORT, "--what", "database", "--kills", "3"),
}
EXAMPLES = "20"
"""Of 50 steps, for the state machine."""


def notice(copy: Path, run: str) -> tuple[bool, str]:
    """Make a short run in a copy of the tree; say whether it failed, and with which words."""
    environment = os.environ | {
        "PYTHONPATH": "tests:scripts",
        "GATEWAY_MACHINE_EXAMPLES": EXAMPLES,
        "GATEWAY_MACHINE_SHRINKS": "0",
    }
    command = [sys.executable, "-m", *RUNS[run]]
    with (copy / "run.log").open("w+") as log:
        process = subprocess.Popen(command, cwd=copy, env=environment, stdout=log, stderr=log)
        try:
            code = process.wait(timeout=RUN_S)
        except subprocess.TimeoutExpired:
            return True, f"did not end in {RUN_S} s"
        finally:
            if process.poll() is None:
                # So that it ends what it started.
                process.send_signal(signal.SIGINT)
                try:
                    process.wait(timeout=GRACE_S)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        log.seek(0)
        lines = log.read().splitlines()
    told = [line for line in lines if line.startswith(("PROBLEM", "E  "))] or lines[-1:]
    return code != 0, told[0] if told else ""


def whole_gateway_passes(copy: Path, runs: list[str]) -> bool:
    """Make every run of the gateway as it is."""
    passes = True
    for run in runs:
        began = time.monotonic()
        failed, words = notice(copy, run)
        tell(f"the whole gateway, {run}: {words if failed else 'passed'} ({time.monotonic() - began:.0f} s)")
        passes = passes and not failed
    return passes


def judge(copy: Path, sabotage: Sabotage) -> bool:
    """Sabotage the copy, make the runs that must notice, and mend it; say whether all noticed."""
    path = copy / sabotage.file
    before = sabotage.apply(copy)
    try:
        noticed = True
        for run in sabotage.noticed_by:
            failed, words = notice(copy, run)
            noticed = noticed and failed
            tell(f"{'noticed  ' if failed else 'UNNOTICED'}  {sabotage.name}, {run}: {words[:150]}")
    finally:
        path.write_text(before)
    return noticed


def main() -> int:
    """Read the arguments; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", action="append", choices=[each.name for each in SABOTAGES], metavar="NAME")
    options = parser.parse_args()
    chosen = [each for each in SABOTAGES if not options.only or each.name in options.only]
    runs = [run for run in RUNS if any(run in each.noticed_by for each in chosen)]
    # What Python compiles may be as old as the line that replaces it, and as long.
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "tree")
        shutil.copytree(ROOT, copy, ignore=NOT_COPIED)
        if not whole_gateway_passes(copy, runs):
            say("sabotage: the runs fail without a sabotage; mend that first")
            return 1
        unnoticed = [each.name for each in chosen if not judge(copy, each)]
    tell(f"{len(chosen)} sabotages, {len(chosen) - len(unnoticed)} noticed by every run that must notice")
    for name in unnoticed:
        tell(f"UNNOTICED {name}")
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
