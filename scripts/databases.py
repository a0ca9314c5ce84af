"""Run a command beside a throwaway PostgreSQL and MariaDB: ``databases.py [--only NAME] -- COMMAND...``.

Each server listens on a free port of 127.0.0.1, keeps its data in a temporary folder and is named to the
command by ``GATEWAY_TEST_POSTGRESQL_URL`` or ``GATEWAY_TEST_MARIADB_URL``. Where a variable is already set,
it is left as it is and that server is not started. The command's exit code becomes ours. The servers are
ended and the folder is removed whatever happens, SIGINT, SIGTERM and SIGHUP included; after SIGKILL the
servers still end (on Linux), but the folder stays.

Missing servers are installed with apt-get when we are root, without starting them. Durability is switched
off and buffers are small; isolation, locks, timeouts and limits are those of a real server, but for 200
connections. The default collations are deliberately not by code point, as they would not be in production.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

START_DEADLINE_S = 90  # a cold two-core machine takes about 5
GRACE_S = 20  # for the command after a signal; then it is killed
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
POLICY = Path("/usr/sbin/policy-rc.d")  # Debian asks it before a package starts its service
NO_SERVICES = b"#!/bin/sh\nexit 101\n"


class CannotRunError(Exception):
    """What is missing and what to do, in words for the person at the terminal."""


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


@dataclass(frozen=True)
class Place:
    """Where one server lives: its own folder, port, account (None: ours) and password."""

    folder: Path
    port: int
    account: str | None
    password: str

    def start(self, *command: str | Path) -> subprocess.Popen[bytes]:
        """Start a command as this place's account, in a session that a terminal's Ctrl-C does not reach."""
        # Should we be killed, the kernel ends the child.
        setpriv = shutil.which("setpriv") if sys.platform == "linux" else None
        bound = [setpriv, "--pdeathsig", "QUIT"] if setpriv else []
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [*bound, *command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                user=self.account,
                group=pwd.getpwnam(self.account).pw_gid if self.account else None,
                extra_groups=[] if self.account else None,
                start_new_session=True,
            )

    def run(self, *command: str | Path) -> None:
        """Run a command of the preparation to its end."""
        child = self.start(*command)
        try:
            code = child.wait(timeout=START_DEADLINE_S)
        except BaseException:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            raise
        if code:
            raise CannotRunError(f"{Path(command[0]).name} failed:\n{self.log_tail()}")

    def log_tail(self) -> str:
        """The last lines of the log, which say why a server did not start."""
        lines = (self.folder / "log").read_text(errors="replace").splitlines()
        return "\n".join(f"    {line}" for line in lines[-20:])


@contextlib.contextmanager
def postgresql(place: Place, tools: list[str]) -> Iterator[str]:
    """Run a PostgreSQL; yield the URL of an empty database and of a role that may create more."""
    initdb, postgres, psql, pg_isready = tools
    version = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=True).stdout
    modern = int(re.findall(r"\d+", version)[0]) >= 15
    icu = ["--locale-provider=icu", "--icu-locale=en-US"] if modern else []
    place.run(
        initdb, "--no-sync", "--username=postgres", "--encoding=UTF8", "--locale=C", *icu,
        "--auth-local=trust", "--auth-host=scram-sha-256", "--pgdata", place.folder / "data",
    )  # fmt: skip
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": place.port,
        "unix_socket_directories": place.folder,
        "max_connections": 200,
        "shared_buffers": "64MB",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
    }
    options = [f"--{name}={value}" for name, value in settings.items()]
    server = place.start(postgres, "-D", place.folder / "data", *options)
    address = ["--host", str(place.folder), "--port", str(place.port), "--username", "postgres"]

    def ready() -> bool:
        asked = [pg_isready, "--quiet", "--dbname", "postgres", *address]
        return subprocess.run(asked, check=False).returncode == 0

    with ended(server, signal.SIGQUIT):  # at once: nothing of it is kept
        wait_until(ready, server, place)
        for statement in (
            f"CREATE ROLE gateway LOGIN CREATEDB PASSWORD '{place.password}'",
            "CREATE DATABASE gateway OWNER gateway",
        ):
            place.run(psql, "--quiet", "--no-psqlrc", *address, "--command", statement)
        yield f"postgresql+psycopg://gateway:{place.password}@127.0.0.1:{place.port}/gateway"


@contextlib.contextmanager
def mariadb(place: Place, tools: list[str]) -> Iterator[str]:
    """Run a MariaDB; yield the URL of an empty database and of a user who may create more (gateway...)."""
    install_db, mariadbd = tools
    place.run(
        install_db, "--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db",
        f"--datadir={place.folder}/data", f"--tmpdir={place.folder}",
    )  # fmt: skip
    first = place.folder / "first.sql"
    first.write_text(  # the "normal" method leaves root without a password: nobody may use it
        "CREATE DATABASE gateway CHARACTER SET utf8mb4;\n"
        f"CREATE USER gateway@'127.0.0.1' IDENTIFIED BY '{place.password}';\n"
        "GRANT ALL ON `gateway%`.* TO gateway@'127.0.0.1';\n"
        "GRANT PROCESS ON *.* TO gateway@'127.0.0.1';\n"  # to see who waits for whom
        "DELETE FROM mysql.global_priv WHERE User = 'root';\n"
        "FLUSH PRIVILEGES;\n"
    )
    door = place.folder / "socket"
    settings = {
        "datadir": place.folder / "data",
        "tmpdir": place.folder,
        "init-file": first,
        "bind-address": "127.0.0.1",
        "port": place.port,
        "socket": door,
        "pid-file": place.folder / "pid",
        "character-set-server": "utf8mb4",
        "max-connections": 200,
        "innodb-buffer-pool-size": "64M",
        "innodb-log-file-size": "32M",
        "innodb-flush-log-at-trx-commit": 0,
        "innodb-doublewrite": "OFF",
        "performance-schema": "OFF",
    }
    options = [f"--{name}={value}" for name, value in settings.items()]
    server = place.start(mariadbd, "--no-defaults", *options)

    def ready() -> bool:
        # The server greets a caller only when the init file is through.
        with socket.socket(socket.AF_UNIX) as caller, contextlib.suppress(OSError):
            caller.settimeout(1)
            caller.connect(str(door))
            return bool(caller.recv(1))
        return False

    with ended(server, signal.SIGKILL):  # one process, and nothing of it is kept
        wait_until(ready, server, place)
        yield f"mariadb+pymysql://gateway:{place.password}@127.0.0.1:{place.port}/gateway?charset=utf8mb4"


@dataclass(frozen=True)
class Kind:
    """One kind of server: what names it to the command, its Debian package, programs and account."""

    variable: str
    package: str
    programs: tuple[str, ...]
    account: str
    runs: Callable[[Place, list[str]], contextlib.AbstractContextManager[str]]


KINDS = {
    "postgresql": Kind(
        variable="GATEWAY_TEST_POSTGRESQL_URL",
        package="postgresql",
        programs=("initdb", "postgres", "psql", "pg_isready"),
        account="postgres",
        runs=postgresql,
    ),
    "mariadb": Kind(
        variable="GATEWAY_TEST_MARIADB_URL",
        package="mariadb-server",
        programs=("mariadb-install-db", "mariadbd"),
        account="mysql",
        runs=mariadb,
    ),
}


@contextlib.contextmanager
def ended(server: subprocess.Popen[bytes], how: signal.Signals) -> Iterator[None]:
    """See that the server is gone when the block is left."""
    try:
        yield
    finally:
        server.send_signal(how)
        try:
            server.wait(timeout=GRACE_S)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def wait_until(ready: Callable[[], bool], server: subprocess.Popen[bytes], place: Place) -> None:
    """Return when the server answers; raise with its own words when it ends or the deadline passes."""
    deadline = time.monotonic() + START_DEADLINE_S
    while not ready():
        if server.poll() is not None or time.monotonic() > deadline:
            name = place.folder.name
            raise CannotRunError(f"{name} did not start; its log ends with:\n{place.log_tail()}")
        time.sleep(0.05)


def find_tools(package: str, names: tuple[str, ...]) -> list[str]:
    """Return the full paths of a server's programs, installing its Debian package when one is missing."""
    tools = [find(name) for name in names]
    if not all(tools):
        install(package)
        tools = [find(name) for name in names]
    found = [tool for tool in tools if tool]
    if len(found) < len(names):
        raise CannotRunError(f"{package} is installed, yet not all of these were found: {', '.join(names)}")
    return found


def find(name: str) -> str | None:
    """Find a program where servers are kept (newest version first), then on PATH."""
    versions = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    newest = sorted(versions, key=lambda path: [int(part) for part in re.findall(r"\d+", str(path))])
    folders = [*map(str, reversed(newest)), os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"]
    return shutil.which(name, path=os.pathsep.join(folders))


def install(package: str) -> None:
    """Install a Debian package with apt-get, keeping its service from being started."""
    apt_get = shutil.which("apt-get")
    if os.geteuid() != 0 or apt_get is None:
        variables = " and ".join(kind.variable for kind in KINDS.values())
        raise CannotRunError(
            f"{package} is missing. Debian, Ubuntu: apt-get install {package} (as root this is done for you)."
            f" Or name running servers in {variables}."
        )
    print(f"databases: installing {package} ...", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with no_services_started():
        for arguments in (["update"], ["install", "-y", "--no-install-recommends", package]):
            done = subprocess.run(
                [apt_get, "-qq", *arguments], env=environment, stdin=subprocess.DEVNULL, check=False
            )
    if done.returncode:
        raise CannotRunError(f"apt-get could not install {package}; its message is above.")


@contextlib.contextmanager
def no_services_started() -> Iterator[None]:
    """Answer Debian's question "may this service start?" with no for a while."""
    before = (POLICY.read_bytes(), POLICY.stat().st_mode) if POLICY.exists() else None
    try:
        POLICY.write_bytes(NO_SERVICES)
        POLICY.chmod(0o755)
        yield
    finally:
        if before is None:
            POLICY.unlink(missing_ok=True)
        else:
            POLICY.write_bytes(before[0])
            POLICY.chmod(before[1])


@contextlib.contextmanager
def a_place(name: str, account: str) -> Iterator[Place]:
    """Make a temporary folder that the server's account owns and can reach; remove it at the end."""
    candidates = [Path(tempfile.gettempdir()).resolve(), Path("/tmp"), Path("/var/tmp")]  # noqa: S108  # mkdtemp below
    reachable = [
        path for path in candidates if all(each.stat().st_mode & 1 for each in (path, *path.parents))
    ]
    outer = Path(tempfile.mkdtemp(prefix="gateway-databases-", dir=next(iter(reachable), None)))
    try:
        outer.chmod(0o711)
        folder = outer / name
        folder.mkdir(mode=0o700)
        root = os.geteuid() == 0  # these servers refuse to run as root
        if root:
            shutil.chown(folder, account)
        yield Place(folder, free_port(), account if root else None, secrets.token_hex(12))
    finally:
        # Children of an interrupted preparation may need a moment to be gone.
        deadline = time.monotonic() + GRACE_S
        while outer.exists() and time.monotonic() < deadline:
            shutil.rmtree(outer, ignore_errors=True)


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


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
            tools = find_tools(kind.package, kind.programs)
            place = stack.enter_context(a_place(name, kind.account))
            environment[kind.variable] = stack.enter_context(kind.runs(place, tools))
            took = time.monotonic() - began
            print(f"databases: {name}: port {place.port}, started in {took:.1f} s", flush=True)
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
