"""Throwaway database servers: a PostgreSQL and a MariaDB on free ports, their data in temporary folders.

Missing servers are installed with apt-get when we are root, without starting them. Unless a server is to be
durable, durability is switched off; buffers are small; isolation, locks, timeouts and limits are those of a
real server, but for 200 connections. The default collations are deliberately not by code point, as they
would not be in production.
"""

from __future__ import annotations

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
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

START_DEADLINE_S = 90  # a cold two-core machine takes about 5
GRACE_S = 20  # for a server after a signal; then it is killed
POLICY = Path("/usr/sbin/policy-rc.d")  # Debian asks it before a package starts its service
NO_SERVICES = b"#!/bin/sh\nexit 101\n"


class CannotRunError(Exception):
    """What is missing and what to do, in words for the person at the terminal."""


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


class Server:
    """A running server, which can be killed and started again on what it had written.

    Attributes:
        url: Of an empty database, and of an account that may create more.
        process: The server itself, or the first of its processes.
    """

    def __init__(self, url: str, start: Callable[[], subprocess.Popen[bytes]]) -> None:
        self.url = url
        self.process = start()
        self._start = start

    def kill(self) -> None:
        """End all of its processes with SIGKILL (on Linux), as a power cut would."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        pids = [self.process.pid, *map(int, children)]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        deadline = time.monotonic() + GRACE_S
        while any(map(_runs, pids)) and time.monotonic() < deadline:
            time.sleep(0.01)

    def start_again(self) -> None:
        """Start it on its data, and return when it answers."""
        self.process = self._start()


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


@contextlib.contextmanager
def postgresql(place: Place, tools: list[str], *, durable: bool = False) -> Iterator[Server]:
    """Run a PostgreSQL with an empty database and a role that may create more."""
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
    }
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    options = [f"--{name}={value}" for name, value in settings.items()]
    address = ["--host", str(place.folder), "--port", str(place.port), "--username", "postgres"]

    def ready() -> bool:
        asked = [pg_isready, "--quiet", "--dbname", "postgres", *address]
        return subprocess.run(asked, check=False).returncode == 0

    def start() -> subprocess.Popen[bytes]:
        started = place.start(postgres, "-D", place.folder / "data", *options)
        return wait_until(ready, started, place)

    url = f"postgresql+psycopg://gateway:{place.password}@127.0.0.1:{place.port}/gateway"
    with ended(Server(url, start), signal.SIGQUIT) as server:  # at once: nothing of it is kept
        for statement in (
            f"CREATE ROLE gateway LOGIN CREATEDB PASSWORD '{place.password}'",
            "CREATE DATABASE gateway OWNER gateway",
        ):
            place.run(psql, "--quiet", "--no-psqlrc", *address, "--command", statement)
        yield server


@contextlib.contextmanager
def mariadb(place: Place, tools: list[str], *, durable: bool = False) -> Iterator[Server]:
    """Run a MariaDB with an empty database and a user who may create more (gateway...)."""
    install_db, mariadbd = tools
    place.run(
        install_db, "--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db",
        f"--datadir={place.folder}/data", f"--tmpdir={place.folder}",
    )  # fmt: skip
    first = place.folder / "first.sql"
    first.write_text(  # the "normal" method leaves root without a password: nobody may use it
        "CREATE DATABASE IF NOT EXISTS gateway CHARACTER SET utf8mb4;\n"
        f"CREATE USER IF NOT EXISTS gateway@'127.0.0.1' IDENTIFIED BY '{place.password}';\n"
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
        "performance-schema": "OFF",
    }
    if not durable:
        settings |= {"innodb-flush-log-at-trx-commit": 0, "innodb-doublewrite": "OFF"}
    options = [f"--{name}={value}" for name, value in settings.items()]

    def ready() -> bool:
        # The server greets a caller only when the init file is through.
        with socket.socket(socket.AF_UNIX) as caller, contextlib.suppress(OSError):
            caller.settimeout(1)
            caller.connect(str(door))
            return bool(caller.recv(1))
        return False

    def start() -> subprocess.Popen[bytes]:
        return wait_until(ready, place.start(mariadbd, "--no-defaults", *options), place)

    url = f"mariadb+pymysql://gateway:{place.password}@127.0.0.1:{place.port}/gateway?charset=utf8mb4"
    with ended(Server(url, start), signal.SIGKILL) as server:  # one process, and nothing of it is kept
        yield server


class Runs(Protocol):
    """Runs one kind of server."""

    def __call__(
        self, place: Place, tools: list[str], *, durable: bool = False
    ) -> contextlib.AbstractContextManager[Server]:
        """Run a server at a place until the block is left; a durable one keeps what it committed."""


@dataclass(frozen=True)
class Kind:
    """One kind of server: what names it to the command, its Debian package, programs and account."""

    variable: str
    package: str
    programs: tuple[str, ...]
    account: str
    runs: Runs


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
def running(name: str, *, durable: bool = False) -> Iterator[Server]:
    """Run a server of one of KINDS at a place of its own until the block is left."""
    kind = KINDS[name]
    tools = find_tools(kind.package, kind.programs)
    with a_place(name, kind.account) as place, kind.runs(place, tools, durable=durable) as server:
        yield server


@contextlib.contextmanager
def ended(server: Server, how: signal.Signals) -> Iterator[Server]:
    """See that the server is gone when the block is left."""
    try:
        yield server
    finally:
        server.process.send_signal(how)
        try:
            server.process.wait(timeout=GRACE_S)
        except subprocess.TimeoutExpired:
            server.process.kill()
            server.process.wait()


def wait_until(
    ready: Callable[[], bool], server: subprocess.Popen[bytes], place: Place
) -> subprocess.Popen[bytes]:
    """Return the server when it answers; raise with its own words when it ends or the deadline passes."""
    deadline = time.monotonic() + START_DEADLINE_S
    with contextlib.ExitStack() as stack:
        stack.callback(server.wait)
        stack.callback(server.kill)
        while not ready():
            if server.poll() is not None or time.monotonic() > deadline:
                name = place.folder.name
                raise CannotRunError(f"{name} did not start; its log ends with:\n{place.log_tail()}")
            time.sleep(0.05)
        stack.pop_all()
    return server


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
