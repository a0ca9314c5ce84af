"""What holds for every test: no settings from outside, no sockets beyond this machine."""

import ipaddress
import os
import socket
from collections import Counter

import pytest


def pytest_terminal_summary(terminalreporter):
    """Say what was left out and why, one line for each reason."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in skipped)
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"LEFT OUT: {count} tests, because {reason}", yellow=True)


@pytest.fixture(autouse=True, scope="session")
def no_settings_from_outside():
    """The environment of whoever runs the tests must not decide what they see.

    Runs after collection: the modules of tests/support have read GATEWAY_TEST_* by then.
    """
    kept = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("GATEWAY_")}
    yield
    os.environ.update(kept)


@pytest.fixture(autouse=True, scope="session")
def no_sockets_beyond_this_machine():
    connect = socket.socket.connect

    def connect_on_loopback(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = address[0]
            if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
                raise AssertionError(f"a test tried to reach {host}")
        return connect(self, address)

    socket.socket.connect = connect_on_loopback
    yield
    socket.socket.connect = connect
