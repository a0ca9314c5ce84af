"""gateway.client where nothing of the server is installed: what `pip install adjustment-gateway` brings."""

import os
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from gateway.testing import Clock, on_loopback, open_local_gateway

ROOT = Path(__file__).parents[2]


def needed(name, found):
    """Collect the distributions that one needs without any of its extras."""
    for line in distribution(name).requires or ():
        wanted = Requirement(line)
        if wanted.name not in found and (wanted.marker is None or wanted.marker.evaluate({"extra": ""})):
            found.append(wanted.name)
            needed(wanted.name, found)
    return found


@pytest.fixture
def run_alone(tmp_path):
    """Run Python with the standard library, the core's dependencies and the package itself."""
    packages = tmp_path / "packages"
    packages.mkdir()
    (packages / "gateway").symlink_to(ROOT / "gateway")
    for name in needed("adjustment-gateway", []):
        files = distribution(name).files
        for top in {file.parts[0] for file in files if file.parts[0] not in ("..", "__pycache__")}:
            (packages / top).symlink_to(distribution(name).locate_file(top))

    def run(*arguments, **variables):
        return subprocess.run(
            # Without site: no other package is in reach.
            [sys.executable, "-S", *arguments],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(packages)} | variables,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def test_the_core_is_zeep_and_lxml_and_what_they_need():
    found = set(needed("adjustment-gateway", []))
    assert {"zeep", "lxml", "requests"} <= found
    assert not found & {"spyne", "sqlalchemy", "click", "rich", "granian", "lark", "alembic", "pytest"}


def test_the_client_alone_drives_a_gateway(run_alone, tmp_path):
    program = """
import os, sys
from decimal import Decimal
from datetime import date
from gateway.client import Adjustment, Client
with Client(os.environ["URL"], os.environ["NAME"], os.environ["PASS"]) as client:
    (invoice,) = client.query("select Id from Invoice")
    (item,) = client.query("select Id from InvoiceItem")
    credit = Adjustment(invoice_id=invoice["Id"], source_id=item["Id"], type="Credit",
                        amount=Decimal("1.50"), adjustment_date=date(2026, 1, 2))
    print([result.success for result in client.create([credit])])
print(sorted({name.split(".")[0] for name in sys.modules} & {"spyne", "sqlalchemy", "click", "granian"}))
"""
    folder = tmp_path / "gateway"
    folder.mkdir()
    with open_local_gateway(folder, Clock()) as local, on_loopback(local) as served:
        served.billing_data.invoice(["80.00"])
        finished = run_alone("-c", program, URL=served.url, NAME=served.user, PASS=served.password)
    assert (finished.stdout, finished.stderr) == ("[True]\n[]\n", "")


def test_the_command_says_in_a_line_what_is_not_installed(run_alone):
    finished = run_alone("-m", "gateway", "serve")
    assert (finished.returncode, finished.stdout) == (1, "")
    assert finished.stderr == "install adjustment-gateway[server]\n"
