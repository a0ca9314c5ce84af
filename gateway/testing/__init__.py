"""Pytest fixtures that give a caller's own tests a real gateway: no stand-in, no recorded answers.

pytest_plugins = ["gateway.testing"]    # in the conftest.py of the tests

def test_what_we_do(local_gateway, billing_data):
invoice = billing_data.invoice(items=["80.00", "20.00"], number="INV1")
...
assert local_gateway.balance_of("INV1") == 70
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.testing.billing import BillingData, Invoice, InvoiceItem, TaxationItem
from gateway.testing.local import Clock, InProcessTransport, LocalGateway, open_local_gateway
from gateway.testing.loopback import on_loopback

__all__ = [
    "BillingData",
    "Clock",
    "InProcessTransport",
    "Invoice",
    "InvoiceItem",
    "LocalGateway",
    "TaxationItem",
    "billing_data",
    "gateway_clock",
    "gateway_settings",
    "local_gateway",
    "on_loopback",
    "open_local_gateway",
    "served_gateway",
]


@pytest.fixture
def gateway_clock() -> Clock:
    """The gateway's clock; a test module that wants it to stand still has a fixture of this name."""
    return Clock()


@pytest.fixture
def gateway_settings() -> dict[str, str]:
    """The tenant's settings that are not the defaults; a test module may have a fixture of this name."""
    return {}


@pytest.fixture
def local_gateway(
    tmp_path_factory: pytest.TempPathFactory, gateway_clock: Clock, gateway_settings: dict[str, str]
) -> Iterator[LocalGateway]:
    """A gateway in process, without invoices: no socket, nothing to start."""
    folder: Path = tmp_path_factory.mktemp("gateway")
    with open_local_gateway(folder, gateway_clock, gateway_settings) as local:
        yield local


@pytest.fixture
def served_gateway(local_gateway: LocalGateway) -> Iterator[LocalGateway]:
    """The same gateway on a loopback port, for callers that know HTTP alone."""
    with on_loopback(local_gateway) as served:
        yield served


@pytest.fixture
def billing_data(local_gateway: LocalGateway) -> BillingData:
    """What brings invoices into the gateway."""
    return local_gateway.billing_data
