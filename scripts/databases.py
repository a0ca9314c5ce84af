"""Run a command beside a throwaway PostgreSQL and MariaDB: ``databases.py [--only NAME] -- COMMAND...``.

Each server listens on a free port of 127.0.0.1, keeps its data in a temporary folder and is named to the
command by ``GATEWAY_TEST_POSTGRESQL_URL`` or ``GATEWAY_TEST_MARIADB_URL``. Where a variable is already set,
it is left as it is and that server is not started. The command's exit code becomes ours. The servers are
ended and the folder is removed whatever happens, SIGINT, SIGTERM and SIGHUP included; after SIGKILL the
servers still end (on Linux), but the folder stays. How a server is run: ``database_servers.py``.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urlsplit

from database_servers import GRACE_S, KINDS, CannotRunError, running

if TYPE_CHECKING:
    from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):  # no error: somebody asked us to end
    """A signal asked us to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def stop(number: int, _frame: FrameType | None) -> NoReturn:
    """Unwind once; a second signal must not interrupt the cleaning up."""
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise Stopped(number)


def run_command(command: list[str], environment: dict[str, str]) -> int:
    """Run the command to its end and return its exit code; end it, and what it left behind, with us."""
    # At a terminal it shares our group, so that it can read and gets Ctrl-C by itself; otherwise it has a
    # group of its own, through which all of its children are reached.
    own_group = not os.isatty(0)
    child = subprocess.Popen(command, env=environment, process_group=0 if own_group else None)
    try:
        code = child.wait()
    except Stopped as stopped:
        if own_group:
            os.killpg(child.pid, stopped.number)
        elif stopped.number != signal.SIGINT:
            child.send_signal(stopped.number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=GRACE_S)
        raise
    finally:
        if own_group:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
        child.kill()
        child.wait()
    return code if code >= 0 else 128 - code


def run_beside_databases(kinds: list[str], command: list[str]) -> int:
    """Start the servers that no variable names, and run the command beside them."""
    environment = dict(os.environ)
    with contextlib.ExitStack() as stack:
        for name in kinds:
            kind = KINDS[name]
            if environment.get(kind.variable):
                print(f"databases: {name}: using {kind.variable}", flush=True)
                continue
            began = time.monotonic()
            server = stack.enter_context(running(name))
            environment[kind.variable] = server.url
            took = time.monotonic() - began
            port = urlsplit(server.url).port
            print(f"databases: {name}: port {port}, started in {took:.1f} s", flush=True)
        return run_command(command, environment)


def main() -> int:
    """Read the arguments; return the exit code."""
    parser = argparse.ArgumentParser(
        usage="databases.py [--only NAME] -- COMMAND...", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--only", choices=list(KINDS), help="start just this one")
    parser.add_argument("command", nargs="+", help="what to run beside the databases")
    chosen = parser.parse_args()
    for each in SIGNALS:
        if signal.getsignal(each) != signal.SIG_IGN:  # nohup stays nohup
            signal.signal(each, stop)
    try:
        return run_beside_databases([chosen.only] if chosen.only else list(KINDS), chosen.command)
    except CannotRunError as error:
        print(f"databases: {error}", file=sys.stderr)
        return 1
    except Stopped as stopped:
        return 128 + stopped.number


if __name__ == "__main__":
    sys.exit(main())
