"""gateway.client against a whole gateway, and against one that loses answers: nothing is ever done twice."""

import logging
import shutil
import ssl
import subprocess
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from gateway.client import (
    Adjustment,
    ApiFault,
    Busy,
    Client,
    ClientError,
    HttpRefused,
    KeysNotTaken,
    LoginRefused,
    MalformedQuery,
    NotReached,
    OutcomeUnknown,
    RecordRefused,
    Result,
    Retrying,
    Timeouts,
    quoted,
)
from gateway.client.calls import results_of
from gateway.client.connection import Answered
from gateway.client.parts import in_order
from gateway.contract.fields import WireType
from gateway.storage.tables import invoice_item_adjustments
from support.builders import an_invoice, an_item
from support.databases import DATABASES, database_url, put
from support.flaky import Trouble, a_flaky_server, through_http, through_wsgi
from support.gateways import PASSWORD, USER, a_gateway
from support.real_wsdls import real_wsdl
from support.served import a_served_gateway

LOSSES = (
    Trouble.DONE_LOST,
    Trouble.DONE_CUT,
    Trouble.DONE_502,
    Trouble.DONE_503,
    Trouble.DONE_GARBLED,
    Trouble.DONE_UNKNOWN,
)
ITEMS = [an_item("5.00", id=f"{number:032d}") for number in range(130)]


class Waits(list):
    """The seconds of every wait, none of which is waited."""

    def __call__(self, seconds):
        self.append(seconds)


@pytest.fixture
def waits():
    return Waits()


@pytest.fixture
def gateway(tmp_path):
    with a_gateway(f"sqlite:///{tmp_path / 'gateway.db'}") as gateway:
        put(gateway.store, an_invoice(amount="650.00"), *ITEMS)
        yield gateway


@pytest.fixture
def server(gateway):
    with a_flaky_server(through_wsgi(gateway)) as server:
        yield server


@pytest.fixture
def legacy(gateway):
    with a_flaky_server(through_wsgi(gateway), legacy=True) as server:
        yield server


def a_client(server, waits=None, **options):
    retrying = Retrying(sleep=Waits() if waits is None else waits, draw=lambda: 1.0, attempts=4)
    options = {"retrying": retrying, "calls_in_flight": 2} | options
    return Client(server.endpoint, USER, PASSWORD, **options)


def credits_of(items, **others):
    return [
        Adjustment(
            invoice_id=an_invoice().id,
            source_id=item.id,
            type="Credit",
            amount=Decimal("1.00"),
            adjustment_date=date(2024, 3, 15),
            reference_id=f"ticket {number}",
            **others,
        )
        for number, item in enumerate(items)
    ]


def made(gateway):
    """How often each item was credited, by its Id."""
    with gateway.store.reading() as connection:
        return Counter(connection.execute(select(invoice_item_adjustments.c.source_id)).scalars())


def once(items=ITEMS):
    return Counter(item.id for item in items)


# Creating


@pytest.mark.parametrize("database", DATABASES)
def test_any_number_of_adjustments_is_made_in_order_through_a_served_gateway(tmp_path, database):
    url = database_url(database, tmp_path)
    with a_gateway(url) as gateway:
        put(gateway.store, an_invoice(amount="650.00"), *ITEMS)
    told = []
    with (
        a_served_gateway(url, tmp_path) as served,
        Client(served.endpoint, USER, PASSWORD, calls_in_flight=3) as client,
    ):
        results = client.create(credits_of(ITEMS), progress=lambda *done: told.append(done))
        rows = {row.id: row for row in client.adjustments(batch_size=40)}
        assert client.takes_keys
    assert [result.index for result in results] == list(range(130))
    assert [rows[result.made()].source_id for result in results] == [item.id for item in ITEMS]
    assert [rows[result.made()].reference_id for result in results] == [f"ticket {n}" for n in range(130)]
    assert told == [(50, 130), (100, 130), (130, 130)]


def test_a_refused_record_is_a_result_and_the_others_are_made(server):
    asked = credits_of(ITEMS[:3])
    asked[1] = replace(asked[1], amount=Decimal("6.00"))
    with a_client(server) as client:
        results = client.create(asked)
    assert [result.success for result in results] == [True, False, True]
    (error,) = results[1].errors
    assert error.code == "INVALID_VALUE"
    assert "out of range" in error.message
    with pytest.raises(RecordRefused, match=r"INVALID_VALUE: .*out of range") as raised:
        results[1].made()
    assert raised.value.result is results[1]


def test_results_come_while_a_stream_of_adjustments_is_read(gateway, server):
    read = []

    def stream():
        for number, adjustment in enumerate(credits_of(ITEMS)):
            read.append(number)
            yield adjustment

    with a_client(server, calls_in_flight=1, records_per_call=10) as client:
        results = client.create_each(stream())
        assert next(results).index == 0
        # Two calls ahead, and not to the end.
        assert len(read) == 20
        assert len(list(results)) == 129
    assert made(gateway) == once()


def test_what_a_stream_raises_comes_behind_the_results_of_what_it_gave(gateway, server):
    def stream():
        yield from credits_of(ITEMS[:15])
        raise LookupError("the file ends here")

    results = []
    with a_client(server, records_per_call=10) as client, pytest.raises(LookupError):
        results.extend(client.create_each(stream()))
    assert [result.index for result in results] == list(range(10))
    assert sum(made(gateway).values()) == 10


def test_a_caller_who_stops_listening_begins_nothing_more(gateway, server):
    with a_client(server, calls_in_flight=1, records_per_call=10) as client:
        results = client.create_each(credits_of(ITEMS))
        next(results)
        results.close()
    assert sum(made(gateway).values()) <= 20


def test_what_cannot_be_sent_shows_before_anything_is_sent(server):
    with a_client(server) as client:
        with pytest.raises(ValueError, match="has no field"):
            client.create([*credits_of(ITEMS[:1]), Adjustment(custom={"Project__c": "x"})])
        with pytest.raises(ValueError, match="a key has"):
            client.create(credits_of(ITEMS[:1]), key="a\nkey")
        with pytest.raises(ValueError, match="has no field"):
            client.update([Adjustment(id="0" * 32, custom={"Project__c": "x"})])
        assert server.asked["create"] == server.asked["update"] == 0
    with pytest.raises(ValueError, match="Project__c has a character"):
        Adjustment(custom={"Project__c": "a\x00b"})
    with pytest.raises(TypeError, match="Decimal"):
        Adjustment(amount=1.5)
    with pytest.raises(ValueError, match="number"):
        Adjustment(amount=Decimal("NaN"))
    with pytest.raises(ValueError, match="comment has a character"):
        Adjustment(comment="a\x00b")
    with pytest.raises(TypeError, match="is a date"):
        Adjustment(adjustment_date="2024-03-15")


@pytest.mark.parametrize("version", ["38.0", "78.0"])
def test_the_legacys_own_wsdl_from_a_file_serves_as_well(server, version):
    server.endpoint = server.endpoint.replace("78.0", version)
    with a_client(server, wsdl=str(real_wsdl(version))) as client:
        (result,) = client.create(credits_of(ITEMS[:1]))
        (row,) = client.adjustments(f"Id = {quoted(result.made())}")
    assert (row.adjustment_date, row.amount, row.status) == (date(2024, 3, 15), Decimal(1), "Processed")


def test_custom_fields_go_out_and_come_back(gateway, server):
    gateway.gateway.administering.add_field("InvoiceItemAdjustment", "Project__c", WireType.STRING)
    with a_client(server) as client:
        client.create(credits_of(ITEMS[:1], custom={"Project__c": "Apollo"}))
        (row,) = client.adjustments()
    assert row.custom == {"Project__c": "Apollo"}


# Lost answers


@pytest.mark.parametrize("loss", [*LOSSES, Trouble.NOT_DONE_LOST])
def test_with_keys_a_lost_answer_is_asked_for_again_and_nothing_is_done_twice(gateway, server, loss):
    server.troubles["create"] = [loss, None, loss, loss]
    with a_client(server) as client:
        results = client.create(credits_of(ITEMS))
    assert all(result.success for result in results)
    assert made(gateway) == once()
    assert server.asked["create"] == 6
    # A key for each of three calls, the same one over its repetitions.
    assert len(set(server.keys)) == 3


@pytest.mark.parametrize("loss", LOSSES)
def test_without_keys_lost_records_are_found_by_their_reference_and_never_sent_again(gateway, legacy, loss):
    legacy.troubles["create"] = [None, loss]
    with a_client(legacy) as client:
        assert not client.takes_keys
        results = client.create(credits_of(ITEMS))
        rows = {row.id: row.source_id for row in client.adjustments()}
    assert [rows[result.made()] for result in results] == [item.id for item in ITEMS]
    assert sum(result.found for result in results) in {30, 50}
    assert made(gateway) == once()
    assert (legacy.asked["create"], legacy.keys) == (3, [])


def test_without_keys_and_references_a_lost_answer_is_an_unknown_outcome_with_its_records(gateway, legacy):
    legacy.troubles["create"] = [None, Trouble.DONE_LOST]
    asked = [replace(adjustment, reference_id=None) for adjustment in credits_of(ITEMS)]
    with a_client(legacy, calls_in_flight=1) as client, pytest.raises(OutcomeUnknown) as raised:
        client.create(asked)
    assert [result.index for result in raised.value.unknown] == list(range(50, 100))
    assert [result.adjustment for result in raised.value.unknown] == asked[50:100]
    known = [result.index for result in raised.value.results]
    # The third call was under way already, or was never begun.
    assert known in (list(range(50)), [*range(50), *range(100, 130)])
    assert all(result.success for result in raised.value.results)
    assert set(made(gateway).values()) == {1}


def test_records_that_are_not_found_are_unknown_and_are_not_sent_again(gateway, legacy, waits):
    legacy.troubles["create"] = [Trouble.NOT_DONE_LOST]
    with a_client(legacy, waits) as client, pytest.raises(OutcomeUnknown) as raised:
        client.create(credits_of(ITEMS[:3]))
    assert len(raised.value.unknown) == 3
    assert legacy.asked["create"] == 1
    assert made(gateway) == Counter()
    # The lost call may have been under way: they are looked for more than once.
    assert waits == [0.5, 1.0]


def test_a_reference_that_several_records_share_tells_nothing(legacy):
    legacy.troubles["create"] = [Trouble.DONE_LOST]
    asked = [replace(adjustment, reference_id="the same") for adjustment in credits_of(ITEMS[:2])]
    with a_client(legacy) as client, pytest.raises(OutcomeUnknown) as raised:
        client.create([*asked, *credits_of(ITEMS[2:3])])
    assert [result.index for result in raised.value.unknown] == [0, 1]
    assert [result.index for result in raised.value.results] == [2]


def test_a_reference_that_comes_again_while_it_is_looked_for_tells_nothing(gateway):
    first_is_lost, second_is_made = threading.Event(), threading.Event()
    ask = through_wsgi(gateway)

    def together(request):
        if b":query>" in request.body:
            # The look-up is answered when the other record with the reference is there.
            first_is_lost.set()
            second_is_made.wait(60)
        answer = ask(request)
        if b":create>" in request.body:
            second_is_made.set()
        return answer

    def asked():
        one, other = credits_of([ITEMS[0], ITEMS[0]])
        yield one
        first_is_lost.wait(60)
        yield replace(other, reference_id=one.reference_id)

    with a_flaky_server(together, legacy=True) as legacy:
        legacy.troubles["create"] = [Trouble.NOT_DONE_LOST]
        with a_client(legacy, records_per_call=1) as client:
            results = list(client.create_each(asked(), raise_unknown=False))
    assert [result.unknown for result in results] == [True, False]


def test_another_adjustment_with_the_reference_is_not_taken_for_the_lost_one(legacy):
    (asked,) = credits_of(ITEMS[:1])
    with a_client(legacy) as client:
        client.create([replace(asked, amount=Decimal("0.50"))])
        legacy.troubles["create"] = [Trouble.NOT_DONE_LOST]
        with pytest.raises(OutcomeUnknown):
            client.create([asked])


@pytest.mark.parametrize("loss", [Trouble.DONE_LOST, Trouble.NOT_DONE_LOST])
def test_a_canceled_adjustment_is_not_taken_for_the_lost_one(legacy, loss):
    asked = credits_of(ITEMS[:1])
    with a_client(legacy) as client:
        (old,) = client.create(asked)
        client.cancel([old.made()])
        legacy.troubles["create"] = [loss]
        (result,) = client.create_each(asked, raise_unknown=False)
    assert result.found == (loss is Trouble.DONE_LOST)
    assert result.id != old.id


def test_unknown_outcomes_can_be_listed_and_the_rest_goes_on(gateway, legacy):
    legacy.troubles["create"] = [Trouble.NOT_DONE_LOST]
    with a_client(legacy, calls_in_flight=1) as client:
        results = list(client.create_each(credits_of(ITEMS), raise_unknown=False))
    assert [result.index for result in results] == list(range(130))
    assert [result.unknown for result in results] == [True] * 50 + [False] * 80
    assert made(gateway) == once(ITEMS[50:])


def test_with_the_same_key_the_same_adjustments_are_answered_and_not_made_again(gateway, server):
    with a_client(server) as client:
        first = client.create(credits_of(ITEMS), key="job 7")
    with a_client(server, calls_in_flight=4) as client:
        second = client.create(credits_of(ITEMS), key="job 7")
    assert [result.id for result in second] == [result.id for result in first]
    assert all(result.replayed for result in second)
    assert made(gateway) == once()


def test_a_success_without_an_id_is_unknown():
    saved = SimpleNamespace(Success=True, Id=None, Errors=None)
    (result,) = results_of([(0, Adjustment())], Answered([saved]))
    assert (result.id, result.unknown) == (None, True)


def test_other_adjustments_under_a_used_key_are_refused_as_a_whole(server):
    with a_client(server) as client:
        client.create(credits_of(ITEMS[:2]), key="job 7")
        with pytest.raises(ApiFault, match="Idempotency-Key"):
            client.create(credits_of(ITEMS[2:4]), key="job 7")


def test_a_key_of_ones_own_is_never_dropped_in_silence(legacy):
    with a_client(legacy) as client, pytest.raises(KeysNotTaken, match="does not say that it takes keys"):
        client.create(credits_of(ITEMS[:2]), key="job 7")
    assert legacy.asked["create"] == 0


def test_a_killed_program_goes_on_behind_what_it_did_with_the_same_calls(server):
    begun = []
    with a_client(server, calls_in_flight=1) as client:
        results = client.create_each(credits_of(ITEMS), key="job 8", begun=begun.append)
        done = [next(results) for _ in range(50)]
        results.close()
    assert begun in ([0, 50], [0])
    with a_client(server) as client:
        rest = list(client.create_each(credits_of(ITEMS)[50:], key="job 8", first=50))
    assert [result.index for result in [*done, *rest]] == list(range(130))
    assert rest[0].replayed == (begun == [0, 50])


def test_without_keys_a_killed_program_looks_up_what_it_sent(gateway, legacy):
    asked = credits_of(ITEMS[:60])
    with a_client(legacy) as client:
        client.create(asked[:55])
    with a_client(legacy) as client:
        results = client.look_up(asked, first=100)
    assert [(result.index, result.success) for result in results] == [(100 + n, n < 55) for n in range(60)]
    assert all(result.unknown != result.found for result in results)
    assert made(gateway) == once(ITEMS[:55])


@pytest.mark.parametrize("key", [None, "job 9"])
def test_what_stays_lost_is_found_by_its_reference_or_is_left_to_the_callers_own_key(server, key):
    server.troubles["create"] = [Trouble.DONE_LOST] * 4
    with a_client(server) as client:
        results = list(client.create_each(credits_of(ITEMS[:2]), key=key, raise_unknown=False))
        assert [(result.found, result.unknown) for result in results] == [(key is None, key is not None)] * 2


def test_an_answer_that_stays_lost_is_an_unknown_outcome(server):
    server.troubles["create"] = [Trouble.DONE_LOST] * 4
    asked = [replace(adjustment, reference_id=None) for adjustment in credits_of(ITEMS[:2])]
    with a_client(server) as client, pytest.raises(OutcomeUnknown):
        client.create(asked)
    assert server.asked["create"] == 4


# Behind a proxy


@pytest.fixture
def behind_a_proxy(monkeypatch):
    """Make the servers of a test proxies of hosts that are not there."""

    def use(server, scheme="http"):
        address = server.endpoint.removesuffix("/apps/services/a/78.0")
        for name in ("no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, "")
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, address)
        server.endpoint = f"{scheme}://legacy.example.test/apps/services/a/78.0"

    return use


@pytest.mark.parametrize("loss", LOSSES)
def test_behind_a_proxy_a_lost_answer_is_lost_and_never_taken_for_a_call_that_was_not_sent(
    gateway, legacy, behind_a_proxy, loss
):
    behind_a_proxy(legacy)
    legacy.troubles["create"] = [loss]
    with a_client(legacy) as client:
        results = client.create(credits_of(ITEMS[:3]))
    assert [result.found for result in results] == [True] * 3
    assert legacy.asked["create"] == 1
    assert made(gateway) == once(ITEMS[:3])


def test_a_proxy_that_is_not_there_or_opens_no_tunnel_is_not_reached(server, behind_a_proxy):
    behind_a_proxy(server, "https")
    with pytest.raises(NotReached, match="cannot be reached"):
        a_client(server)
    server.server.server_close()
    server.endpoint = server.endpoint.replace("https", "http")
    with pytest.raises(NotReached, match="cannot be reached"):
        a_client(server)


# Over TLS


@pytest.fixture
def certificate(tmp_path):
    """A certificate of 127.0.0.1 that signs itself, with its key behind it."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate")
    file, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext"
    to_files = ["subjectAltName=IP:127.0.0.1", "-out", str(file), "-keyout", str(key)]
    subprocess.run([*command.split(), *to_files], check=True, capture_output=True)
    file.write_bytes(file.read_bytes() + key.read_bytes())
    return file


@pytest.fixture
def over_tls(gateway, certificate):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with a_flaky_server(through_wsgi(gateway), legacy=True, tls=tls) as server:
        yield server


def test_over_tls_an_answer_that_breaks_is_lost_and_no_certificate(
    gateway, over_tls, certificate, monkeypatch
):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    over_tls.troubles["create"] = [Trouble.DONE_TLS_BROKEN]
    with a_client(over_tls) as client:
        results = client.create(credits_of(ITEMS[:2]))
    assert [result.found for result in results] == [True, True]
    assert made(gateway) == once(ITEMS[:2])


def test_a_certificate_that_nobody_trusts_is_refused_at_once(over_tls, waits):
    with pytest.raises(HttpRefused, match="no certificate that is trusted"):
        a_client(over_tls, waits)
    assert waits == []


# Coming back


def test_a_busy_server_is_asked_again_when_it_wants_to_be(server, waits):
    server.troubles["create"] = [Trouble.BUSY, Trouble.LOCKED]
    with a_client(server, waits) as client:
        results = client.create(credits_of(ITEMS[:2]))
    assert all(result.success for result in results)
    # Retry-After of seven seconds, then the second wait of our own.
    assert waits == [7.0, 1.0]


def test_waits_grow_to_a_bound_and_are_drawn():
    waits = Waits()
    draws = iter([1.0, 0.0, 0.5, 1.0, 1.0])
    retrying = Retrying(first_wait_s=1, longest_wait_s=6, sleep=waits, draw=lambda: next(draws))
    for attempt in range(1, 6):
        retrying.wait(attempt)
    assert waits == [1.0, 1.0, 3.0, 6.0, 6.0]


def test_a_server_that_stays_busy_ends_the_call_with_nothing_done(gateway, server):
    server.troubles["create"] = [Trouble.BUSY] * 4
    with a_client(server) as client, pytest.raises(Busy, match="429"):
        client.create(credits_of(ITEMS[:2]))
    assert made(gateway) == Counter()


@pytest.mark.parametrize("kind", ["gateway", "legacy"])
def test_a_record_that_is_refused_for_the_moment_alone_is_sent_again_alone(gateway, kind):
    with a_flaky_server(through_wsgi(gateway), legacy=kind == "legacy") as server:
        server.troubles["create"] = [Trouble.LAST_LOCKED, Trouble.LOCKED]
        with a_client(server) as client:
            results = client.create(credits_of(ITEMS[:5]))
        assert [(result.index, result.success) for result in results] == [(n, True) for n in range(5)]
        assert made(gateway) == once(ITEMS[:5])


def test_a_session_that_ends_is_followed_by_one_login(server):
    server.troubles["create"] = [None, Trouble.SESSION_ENDED]
    server.troubles["query"] = [Trouble.SESSION_ENDED]
    with a_client(server, calls_in_flight=1) as client:
        assert all(result.success for result in client.create(credits_of(ITEMS)))
        assert len(list(client.adjustments())) == 130
    # Each of the two ended sessions was the only one: one login at first, and one for each.
    assert server.asked["login"] == 3


def test_a_session_that_has_really_ended_is_followed_by_another(gateway, server):
    with a_client(server) as client:
        client.create(credits_of(ITEMS[:1]))
        gateway.clock.advance(hours=9)
        client.create(credits_of(ITEMS[1:2]))
    assert server.asked["login"] == 2


def test_a_login_that_is_not_answered_is_tried_again(server):
    server.troubles["login"] = [Trouble.DONE_LOST, Trouble.BUSY, Trouble.DONE_502]
    with a_client(server) as client:
        assert all(result.success for result in client.create(credits_of(ITEMS[:2])))


def test_a_wrong_password_is_refused_at_once_and_shown_nowhere(server, caplog):
    caplog.set_level(logging.DEBUG)
    client = Client(server.endpoint, USER, "wrong pass phrase")
    with client, pytest.raises(LoginRefused, match="do not match") as raised:
        next(client.query("select Id from Invoice"))
    assert raised.value.code == "INVALID_VALUE"
    assert server.asked["login"] == 1
    assert "wrong pass phrase" not in f"{client!r} {vars(client)!r} {raised.value!r} {caplog.text}"


@pytest.mark.parametrize("keys", [None, False, True])
def test_a_wrong_password_is_tried_once_whatever_is_in_flight(server, keys):
    options = {"calls_in_flight": 4, "keys": keys}
    client = Client(server.endpoint, USER, "wrong pass phrase", **options)
    with client, pytest.raises(LoginRefused):
        client.create(credits_of(ITEMS))
    assert server.asked["login"] == 1


def test_a_session_is_logged_nowhere(server, caplog):
    caplog.set_level(logging.DEBUG)
    with a_client(server) as client:
        client.create(credits_of(ITEMS[:1]))
        session = client.soap_headers()["SessionHeader"]["session"]
    assert len(session) > 20
    assert session not in caplog.text
    assert PASSWORD not in caplog.text
    assert "ticket 0" not in caplog.text


def test_an_address_without_anybody_is_not_reached(server, waits):
    endpoint = server.endpoint
    server.server.server_close()
    with pytest.raises(NotReached, match="cannot be reached"):
        Client(endpoint, USER, PASSWORD, wsdl=f"{endpoint}?wsdl", retrying=Retrying(sleep=waits, attempts=3))
    assert len(waits) == 2


@pytest.mark.parametrize(
    ("path", "says"), [("/nothing", "no WSDL at .*/nothing: HTTP 404"), ("/apps/services/a/9.0", "HTTP 500")]
)
def test_an_address_without_a_wsdl_is_refused_at_once(server, path, says):
    server.endpoint = server.endpoint.replace("/apps/services/a/78.0", path)
    with pytest.raises(HttpRefused, match=says):
        a_client(server)


class Silent:
    """What asks a gateway and says nothing of its first create until it is released."""

    def __init__(self, gateway):
        self._ask = through_wsgi(gateway)
        self._silent = threading.Lock()
        self.released = threading.Event()

    def __call__(self, request):
        answer = self._ask(request)
        if b":create>" in request.body and self._silent.acquire(blocking=False):
            self.released.wait(60)
        return answer


def test_a_server_that_does_not_answer_in_time_is_a_lost_answer(gateway):
    silent = Silent(gateway)
    with a_flaky_server(silent, legacy=True) as server:
        try:
            with a_client(server, timeouts=Timeouts(answer_s=3)) as client:
                (result,) = client.create(credits_of(ITEMS[:1]))
        finally:
            silent.released.set()
    assert result.found


# Queries and changes


def test_a_query_is_read_to_its_end_whatever_its_pages_hold(server):
    with a_client(server) as client:
        rows = list(client.query("select Id, ChargeAmount from InvoiceItem", batch_size=7))
        assert [row["Id"] for row in rows] == [item.id for item in ITEMS]
        assert rows[0]["ChargeAmount"] == Decimal(5)
        assert server.asked["queryMore"] == 18
        assert list(client.query("select Id from Invoice where InvoiceNumber = 'none'")) == []
        with pytest.raises(MalformedQuery):
            next(client.query("select nothing"))


def test_lost_pages_are_asked_for_again(server):
    server.troubles |= {"query": [Trouble.DONE_CUT, Trouble.BUSY], "queryMore": [None, Trouble.DONE_502]}
    with a_client(server) as client:
        assert len(list(client.query("select Id from InvoiceItem", batch_size=50))) == 130


def test_a_text_is_quoted_so_that_it_cannot_leave_its_quotes(server):
    nasty = "it's \\ 'quoted' \" or Id != 'x"
    with a_client(server) as client:
        client.create([replace(credits_of(ITEMS[:1])[0], reference_id=nasty), *credits_of(ITEMS[1:2])])
        (row,) = client.adjustments(f"ReferenceId = {quoted(nasty)}")
    assert row.reference_id == nasty


@pytest.mark.parametrize("kind", ["gateway", "legacy"])
@pytest.mark.parametrize("loss", [None, *LOSSES, Trouble.NOT_DONE_LOST, Trouble.BUSY])
def test_adjustments_are_canceled_and_deleted_whatever_becomes_of_the_answers(gateway, kind, loss):
    with a_flaky_server(through_wsgi(gateway), legacy=kind == "legacy") as server, a_client(server) as client:
        ids = [result.made() for result in client.create(credits_of(ITEMS[:3]))]
        server.troubles |= {"update": [loss], "delete": [loss]}
        canceled = client.cancel([*ids[:2], "0" * 32])
        assert [result.success for result in canceled] == [True, True, False]
        assert canceled[2].errors[0].code == "INVALID_ID"
        deleted = client.delete(ids)
        assert [result.success for result in deleted] == [True, True, False]
        assert deleted[2].errors[0].code == "CANNOT_DELETE"
        assert [row.id for row in client.adjustments()] == ids[2:]


def test_a_change_that_cannot_be_looked_at_is_unknown(legacy):
    with a_client(legacy) as client:
        ids = [result.made() for result in client.create(credits_of(ITEMS[:3]))]
        client.cancel(ids)
        legacy.troubles |= {"delete": [Trouble.DONE_LOST], "query": [Trouble.BUSY] * 4}
        with pytest.raises(OutcomeUnknown) as raised:
            client.delete(ids)
    assert [result.index for result in raised.value.unknown] == [0, 1, 2]


def test_what_may_be_changed_is_changed_and_the_rest_stays(server):
    with a_client(server) as client:
        (created,) = client.create(credits_of(ITEMS[:1], comment="as agreed"))
        (row,) = client.adjustments()
        (updated,) = client.update([replace(row, reason_code="Write-off")])
        assert updated.id == created.id
        (row,) = client.adjustments()
    assert (row.reason_code, row.comment, row.status) == ("Write-off", "as agreed", "Processed")


def test_adjustments_are_reversed_by_their_opposites(server):
    with a_client(server) as client:
        ids = [result.made() for result in client.create(credits_of(ITEMS[:3]))]
        client.cancel(ids[:1])
        results = client.reverse(
            [ids[1], ids[0], "0" * 32, ids[2]],
            adjustment_date=date(2024, 3, 18),
            reference_id=lambda original: f"back {original.reference_id}",
        )
        rows = {row.id: row for row in client.adjustments()}
        (invoice,) = client.query("select Balance from Invoice")
    assert [result.index for result in results] == [0, 1, 2, 3]
    assert [result.success for result in results] == [True, False, False, True]
    assert [error.code for result in results for error in result.errors] == ["INVALID_VALUE", "INVALID_ID"]
    back = rows[results[0].made()]
    assert (back.type, back.amount, back.source_id) == ("Charge", Decimal(1), ITEMS[1].id)
    assert (back.adjustment_date, back.reference_id) == (date(2024, 3, 18), "back ticket 1")
    assert invoice["Balance"] == Decimal(650)


def test_a_reversal_is_booked_to_the_account_of_what_it_takes_back(gateway, server):
    gateway.gateway.administering.add_accounting_code("4711")
    with a_client(server) as client:
        (credit,) = client.create(credits_of(ITEMS[:1], accounting_code="4711"))
        (back,) = client.reverse([credit.made()], adjustment_date=date(2024, 3, 18))
        rows = {row.id: row.accounting_code for row in client.adjustments()}
    assert rows == {credit.id: "4711", back.made(): "4711"}


def test_zeep_is_within_reach_for_all_else(server):
    with a_client(server) as client:
        info = client.service.getUserInfo(_soapheaders=client.soap_headers())
        assert info["Username"] == USER
        assert client.zeep.get_type("{http://object.api.zuora.com/}Invoice") is not None


def test_an_error_on_the_way_has_all_that_was_done_before_it(gateway, server):
    server.troubles["create"] = [None, *[Trouble.BUSY] * 4]
    with a_client(server, calls_in_flight=1) as client, pytest.raises(ClientError) as raised:
        client.create(credits_of(ITEMS))
    done = {result.adjustment.source_id for result in raised.value.results}
    assert {ITEMS[0].id, ITEMS[49].id} <= done
    assert made(gateway) == Counter(done)


def test_an_unknown_outcome_beside_a_failed_call_is_raised_as_one():
    together = threading.Barrier(3, timeout=60)

    def work(number):
        together.wait()
        if number == 0:
            raise HttpRefused("There is nobody.", 404)
        return [Result(number, Adjustment(), id=None if number == 1 else "made", unknown=number == 1)]

    with ThreadPoolExecutor(3) as threads:
        with pytest.raises(OutcomeUnknown) as raised:
            list(in_order(work, range(3), threads, 3))
        with pytest.raises(HttpRefused) as asked_for:
            list(in_order(work, range(3), threads, 3, raise_unknown=False))
    assert isinstance(raised.value.__cause__, HttpRefused)
    assert [result.index for result in raised.value.unknown] == [1]
    assert [result.index for result in raised.value.results] == [2]
    assert [result.unknown for result in asked_for.value.results] == [True, False]


def test_a_served_gateway_behind_a_flaky_way_does_nothing_twice(tmp_path):
    url = f"sqlite:///{tmp_path / 'gateway.db'}"
    with a_gateway(url) as gateway:
        put(gateway.store, an_invoice(amount="650.00"), *ITEMS)
    with (
        a_served_gateway(url, tmp_path) as served,
        a_flaky_server(through_http(served.endpoint)) as server,
        a_client(server, records_per_call=10, calls_in_flight=4) as client,
    ):
        server.troubles["create"] = [None, *LOSSES, None, Trouble.BUSY, Trouble.NOT_DONE_LOST]
        assert all(result.success for result in client.create(credits_of(ITEMS)))
        assert Counter(row.source_id for row in client.adjustments()) == once()
