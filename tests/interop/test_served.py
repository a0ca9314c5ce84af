"""The gateway as a service: processes, sockets, a large invoice, and callers at the same time."""

import re
import threading
from decimal import Decimal

import pytest

from support.builders import an_invoice, an_item
from support.databases import put
from support.gateways import a_gateway, a_z_object
from support.served import a_served_gateway

ITEMS = 20_000
MEGABYTE = 1_000_000


def a_credit(source_id, amount="1.00"):
    return a_z_object(
        AdjustmentDate="2024-03-02",
        Amount=amount,
        InvoiceId=an_invoice().id,
        SourceId=source_id,
        SourceType="InvoiceDetail",
        Type="Credit",
    )


def a_create(items, amount="1.00"):
    return f"<ns1:create>{''.join(a_credit(item.id, amount) for item in items)}</ns1:create>"


def a_page(answer):
    """Return a page's Ids, its size and its locator."""
    locator = re.search("<ns1:queryLocator>(.*?)</ns1:queryLocator>", answer)
    return (
        re.findall("<ns2:Id>(.*?)</ns2:Id>", answer),
        int(re.search("<ns1:size>(.*?)</ns1:size>", answer)[1]),
        locator and locator[1],
    )


def read_all(served, query, batch_size):
    """Return the Ids of a whole query, page by page, and the size that its first page named."""
    options = f"<ns1:QueryOptions><ns1:batchSize>{batch_size}</ns1:batchSize></ns1:QueryOptions>"
    ids, size, locator = a_page(
        served.post(f"<ns1:query><ns1:queryString>{query}</ns1:queryString></ns1:query>", options)
    )
    while locator:
        more, _, locator = a_page(
            served.post(
                f"<ns1:queryMore><ns1:queryLocator>{locator}</ns1:queryLocator></ns1:queryMore>", options
            )
        )
        ids += more
    return ids, size


def balance(served):
    answer = served.post(
        "<ns1:query><ns1:queryString>select Balance from Invoice</ns1:queryString></ns1:query>"
    )
    return Decimal(re.search("<ns2:Balance>(.*?)</ns2:Balance>", answer)[1])


def test_every_item_of_a_20000_item_invoice_is_adjusted_while_others_read_it_in_flat_memory(tmp_path):
    url = f"sqlite:///{tmp_path / 'gateway.db'}"
    items = [an_item("2.00", id=f"{number:032d}") for number in range(ITEMS)]
    with a_gateway(url) as gateway:
        put(gateway.store, an_invoice(amount=f"{ITEMS * 2}.00"), *items)
    with a_served_gateway(url, tmp_path) as served:
        first, rest = items[:5_000], items[5_000:]
        for start in range(0, len(first), 50):
            assert served.post(a_create(first[start : start + 50])).count("<ns1:Success>true") == 50
        made_before, _ = read_all(served, "select Id from InvoiceItemAdjustment", 2000)
        assert len(made_before) == len(first)
        memory = served.memory()
        failed = []

        def adjust_the_rest():
            writer = served.another()
            for start in range(0, len(rest), 50):
                saved = writer.post(a_create(rest[start : start + 50]))
                failed.extend(re.findall("<ns1:Errors>.*?</ns1:Errors>", saved))
            writer.close()

        writing = threading.Thread(target=adjust_the_rest)
        writing.start()
        pages_read = 0
        while writing.is_alive() or not pages_read:
            made, _ = read_all(served, "select Id from InvoiceItemAdjustment", 1000)
            assert len(set(made)) == len(made)
            assert set(made_before) <= set(made)
            listed, size = read_all(served, "select Id, ChargeAmount from InvoiceItem", 2000)
            assert size == len(listed) == ITEMS
            assert set(listed) == {item.id for item in items}
            pages_read += 1
        writing.join()
        assert not failed
        made, size = read_all(served, "select Id from InvoiceItemAdjustment", 2000)
        assert size == len(set(made)) == ITEMS
        assert balance(served) == Decimal(ITEMS)
        assert served.memory() - memory < 40 * MEGABYTE


@pytest.mark.parametrize("amount", ["1.00", "0.70"])
def test_two_callers_of_one_invoice_never_take_it_below_zero(tmp_path, amount):
    url = f"sqlite:///{tmp_path / 'gateway.db'}"
    items = [an_item("1.00", id=f"{number:032d}") for number in range(100)]
    with a_gateway(url) as gateway:
        # Paid in part: the items would allow more credit than the invoice has left.
        put(gateway.store, an_invoice(amount="100.00", balance="50.00"), *items)
    with a_served_gateway(url, tmp_path) as served:
        answers = []

        def adjust():
            caller = served.another()
            answers.extend(caller.post(a_create([item], amount)) for item in items)
            caller.close()

        callers = [threading.Thread(target=adjust) for _ in range(2)]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
        accepted = sum(answer.count("<ns1:Success>true") for answer in answers)
        left = Decimal(50) - accepted * Decimal(amount)
        assert 0 <= left < Decimal(amount)
        assert balance(served) == left
        refused = [answer for answer in answers if "<ns1:Success>false" in answer]
        assert len(refused) == len(answers) - accepted
        assert all(
            "from a positive amount to a negative amount" in answer or "out of range" in answer
            for answer in refused
        )
