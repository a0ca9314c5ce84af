"""gateway.testing: one gateway for a test, however it is reached and whatever a killed test has left."""

import subprocess
import sys

import pytest
import requests

from gateway.testing import Clock, on_loopback, open_local_gateway


@pytest.fixture
def local(tmp_path):
    with open_local_gateway(tmp_path, Clock()) as local:
        yield local


def test_invoices_that_are_brought_in_one_by_one_are_different_ones(local):
    local.billing_data.invoice(["80.00"], number="A")
    local.billing_data.invoice(["20.00"], number="B")
    with on_loopback(local) as served:
        served.billing_data.invoice(["5.00"], number="C")
    assert [local.balance_of(number) for number in "ABC"] == [80, 20, 5]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "POST"])
def test_every_method_is_answered_by_the_gateway_itself(local, method):
    with on_loopback(local) as served:
        address = served.url.replace("/apps/services/a/78.0", "/v1/object/invoice-item-adjustment/nothing")
        answer = requests.request(method, address, auth=(served.user, served.password), timeout=60)
    assert answer.headers["content-type"].startswith("application/json")
    assert "x-request-id" in answer.headers


def test_what_a_killed_test_has_left_is_not_in_the_next_ones_gateway(tmp_path):
    script = """
import os, sys
from pathlib import Path
from gateway.testing import Clock, open_local_gateway

with open_local_gateway(Path(sys.argv[1]), Clock()) as local:
    local.billing_data.invoice(["1.00"], number="OLD")
    os._exit(9)
"""
    command = [sys.executable, "-c", script, str(tmp_path)]
    assert subprocess.run(command, check=False).returncode == 9
    assert (tmp_path / "gateway.db-wal").exists()
    with open_local_gateway(tmp_path, Clock()) as local, local.client() as client:
        assert list(client.query("select Id from Invoice")) == []
