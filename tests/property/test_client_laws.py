"""Whatever the sizes, the splits and the troubles: results in order, and each record once."""

from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from gateway.client import Adjustment, Client, Retrying
from gateway.storage.tables import invoice_item_adjustments
from support.builders import an_invoice, an_item
from support.databases import put
from support.flaky import Trouble, a_flaky_server, through_wsgi
from support.gateways import PASSWORD, USER, a_gateway

# Of the gateway's keys: a call that comes again with a record less would be another call.
COMES_BACK = [trouble for trouble in Trouble if trouble not in {Trouble.INVALID, Trouble.DONE_TLS_BROKEN}]
WITH_KEYS = [trouble for trouble in COMES_BACK if trouble is not Trouble.LAST_LOCKED]
NUMBERS = count(1)


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    with a_gateway(f"sqlite:///{tmp_path_factory.mktemp('laws') / 'gateway.db'}") as gateway:
        yield gateway


def made(gateway, ids):
    """The sources of the adjustments that were made of these."""
    query = select(invoice_item_adjustments.c.id, invoice_item_adjustments.c.source_id)
    with gateway.store.reading() as connection:
        return {id_: source for id_, source in connection.execute(query) if source in ids}


def bring_in(gateway, size):
    """Bring in an invoice with so many items and return credits of them all."""
    number = next(NUMBERS)
    of_its_own = {"id": f"inv{number:029d}", "number": f"INV{number}", "account_id": f"acc{number:029d}"}
    invoice = an_invoice(amount=str(size or 1), **of_its_own)
    items = [an_item("1.00", id=f"itm{next(NUMBERS):029d}", invoice_id=invoice.id) for _ in range(size)]
    put(gateway.store, invoice, *items)
    return [
        Adjustment(
            invoice_id=invoice.id,
            source_id=item.id,
            type="Credit",
            amount=Decimal(1),
            adjustment_date=date(2024, 3, 15),
            reference_id=f"{invoice.id} {number}",
        )
        for number, item in enumerate(items)
    ]


sizes, splits, flights = st.integers(0, 40), st.integers(1, 15), st.integers(1, 4)


def troubles_of(kinds):
    return st.lists(st.none() | st.sampled_from(list(kinds)), max_size=8)


def results_of(server, asked, split, flight, troubles):
    server.troubles["create"] = list(troubles)
    # More attempts than there are troubles: nothing is given up.
    retrying = Retrying(attempts=12, sleep=lambda _: None)
    options = {"records_per_call": split, "calls_in_flight": flight, "retrying": retrying}
    with Client(server.endpoint, USER, PASSWORD, **options) as client:
        return list(client.create_each(iter(asked), raise_unknown=False))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=sizes, split=splits, flight=flights, troubles=troubles_of(WITH_KEYS))
def test_with_keys_every_record_is_made_once_and_its_result_is_in_its_place(
    gateway, size, split, flight, troubles
):
    asked = bring_in(gateway, size)
    with a_flaky_server(through_wsgi(gateway)) as server:
        results = results_of(server, asked, split, flight, troubles)
    rows = made(gateway, {adjustment.source_id for adjustment in asked})
    assert [result.adjustment for result in results] == asked
    assert [rows[result.made()] for result in results] == [adjustment.source_id for adjustment in asked]
    assert len(rows) == size


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=sizes, split=splits, flight=flights, troubles=troubles_of(COMES_BACK))
def test_without_keys_every_record_is_made_once_or_is_unknown(gateway, size, split, flight, troubles):
    asked = bring_in(gateway, size)
    with a_flaky_server(through_wsgi(gateway), legacy=True) as server:
        results = results_of(server, asked, split, flight, troubles)
    rows = made(gateway, {adjustment.source_id for adjustment in asked})
    assert [result.adjustment for result in results] == asked
    assert all(result.success or result.unknown for result in results)
    assert all(rows[result.id] == result.adjustment.source_id for result in results if result.success)
    assert set(Counter(rows.values()).values()) <= {1}
    # What was lost before it was done is all that is unknown, and none of it is there.
    assert len(rows) == sum(result.success for result in results)
    if Trouble.NOT_DONE_LOST not in troubles:
        assert not any(result.unknown for result in results)
