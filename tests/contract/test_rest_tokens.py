"""Who may call the JSON doors: tokens, passwords, the legacy's old headers, and how each comes to its end."""

import base64
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from gateway.service.administering import Administering
from gateway.service.failures import InvalidArgument, InvalidLogin
from gateway.service.passwords import MOST_REMEMBERED, Passwords
from gateway.storage.client_tables import oauth_clients
from gateway.storage.tables import sessions, users
from support.databases import DATABASES, database_url
from support.gateways import PASSWORD, USER, a_gateway
from support.json_calls import JsonCaller, basic, read

FORM = "application/x-www-form-urlencoded"
QUERY = {"queryString": "select Id from Invoice"}
UNKNOWN_CLIENT = "00000000-0000-0000-0000-000000000000"


@pytest.fixture(params=DATABASES)
def gateway(request, tmp_path):
    with a_gateway(database_url(request.param, tmp_path)) as gateway:
        yield gateway


@pytest.fixture
def here(tmp_path):
    with a_gateway(f"sqlite:///{tmp_path / 'gateway.db'}") as gateway:
        yield gateway


def ask_for_token(gateway, authorization="", content_type=FORM, **form):
    body = urlencode(form).encode()
    headers = {"AUTHORIZATION": authorization} if authorization else {}
    return gateway.request("POST", "/oauth/token", body, CONTENT_TYPE=content_type, **headers)


def a_token(gateway, client_id, secret):
    answer = ask_for_token(
        gateway, client_id=client_id, client_secret=secret, grant_type="client_credentials"
    )
    assert answer.status == 200, answer.text
    return read(answer)["access_token"]


def status_with(gateway, token):
    return JsonCaller(gateway, token).call("POST", "/v1/action/query", QUERY)[0]


def query_with(gateway, **headers):
    return JsonCaller(gateway, "").send("POST", "/v1/action/query", QUERY, **headers)


def test_a_client_gets_a_token_of_an_hour(gateway):
    client_id, secret = gateway.gateway.clients.add(USER, "nightly")
    assert (len(client_id), len(secret)) == (36, 40)
    answer = ask_for_token(
        gateway, client_id=client_id, client_secret=secret, grant_type="client_credentials"
    )
    told = read(answer)
    assert (told["token_type"], told["expires_in"]) == ("bearer", 3600)
    assert set(told) == {"access_token", "token_type", "expires_in", "scope", "jti"}
    assert status_with(gateway, told["access_token"]) == 200
    gateway.clock.advance(minutes=59)
    assert status_with(gateway, told["access_token"]) == 200
    gateway.clock.advance(minutes=1)
    assert status_with(gateway, told["access_token"]) == 401


def test_neither_secrets_nor_tokens_are_kept(gateway):
    client_id, secret = gateway.gateway.clients.add(USER, "nightly")
    token = a_token(gateway, client_id, secret)
    with gateway.store.reading() as connection:
        rows = [*connection.execute(select(oauth_clients)), *connection.execute(select(sessions))]
    assert len(rows) == 2
    assert secret not in repr(rows)
    assert token not in repr(rows)


def test_a_token_ends_with_its_client(gateway):
    first, second = (gateway.gateway.clients.add(USER, label) for label in ("a", "b"))
    ended, kept = a_token(gateway, *first), a_token(gateway, *second)
    gateway.gateway.clients.remove(first[0])
    assert [client.label for client in gateway.gateway.clients.all()] == ["b"]
    assert (status_with(gateway, ended), status_with(gateway, kept)) == (401, 200)
    with pytest.raises(InvalidArgument):
        gateway.gateway.clients.remove(first[0])


def test_a_token_ends_with_its_user(gateway):
    client_id, secret = gateway.gateway.clients.add(USER, "")
    token = a_token(gateway, client_id, secret)
    Administering(gateway.store, gateway.clock).change_user(USER, active=False)
    assert status_with(gateway, token) == 401
    answer = ask_for_token(
        gateway, client_id=client_id, client_secret=secret, grant_type="client_credentials"
    )
    assert (answer.status, read(answer)["error"]) == (401, "invalid_client")
    with pytest.raises(InvalidArgument):
        gateway.gateway.clients.add(USER, "")


def test_a_session_and_a_token_are_the_same_to_both_doors(here):
    assert status_with(here, here.log_in()) == 200
    token = a_token(here, *here.gateway.clients.add(USER, ""))
    assert here.call("<ns1:getUserInfo/>", token).status == 200


def test_a_client_may_name_itself_in_basic_credentials(here):
    client_id, secret = here.gateway.clients.add(USER, "")
    answer = ask_for_token(here, basic(client_id, secret), grant_type="client_credentials")
    assert answer.status == 200


def test_a_wrong_request_for_a_token_is_told_as_rfc_6749_says(here):
    client_id, secret = here.gateway.clients.add(USER, "")
    good = {"client_id": client_id, "client_secret": secret, "grant_type": "client_credentials"}
    wrong = [
        (good | {"client_secret": "other"}, 401, "invalid_client"),
        (good | {"client_id": UNKNOWN_CLIENT}, 401, "invalid_client"),
        (good | {"client_id": "\0"}, 401, "invalid_client"),
        (good | {"grant_type": "password"}, 400, "unsupported_grant_type"),
        (good | {"grant_type": ""}, 400, "invalid_request"),
        ({"grant_type": "client_credentials"}, 400, "invalid_request"),
        (good | {f"p{number}": "" for number in range(20)}, 400, "invalid_request"),
    ]
    for form, status, error in wrong:
        answer = ask_for_token(here, **form)
        assert (answer.status, read(answer)["error"]) == (status, error), form
        assert ("WWW-Authenticate" in answer.headers) == (status == 401)
    for headers in ({"authorization": basic(client_id, secret)}, {"authorization": "Bearer x"}):
        answer = ask_for_token(here, **headers, **good)
        assert (answer.status, read(answer)["error"]) == (400, "invalid_request")
    answer = ask_for_token(here, **good, more="x" * 10_000)
    assert (answer.status, read(answer)["error"]) == (413, "invalid_request")
    answer = ask_for_token(here, content_type="application/json", **good)
    assert (answer.status, read(answer)["error"]) == (415, "invalid_request")
    twice = urlencode([*good.items(), ("grant_type", "client_credentials")]).encode()
    for body in (twice, b"\xff=\xff", b"a=%ff", b""):
        answer = here.request("POST", "/oauth/token", body, CONTENT_TYPE=FORM)
        assert (answer.status, read(answer)["error"]) == (400, "invalid_request")


def test_a_name_and_a_password_do_for_one_call(gateway):
    assert query_with(gateway, AUTHORIZATION=basic()).status == 200
    assert query_with(gateway, AUTHORIZATION=basic().replace("Basic", "bAsIc")).status == 200
    old = {"APIACCESSKEYID": USER, "APISECRETACCESSKEY": PASSWORD}
    assert query_with(gateway, AUTHORIZATION="", **old).status == 200
    with gateway.store.reading() as connection:
        assert connection.execute(select(sessions)).all() == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"AUTHORIZATION": ""},
        {"AUTHORIZATION": "Bearer"},
        {"AUTHORIZATION": "Bearer nothing"},
        {"AUTHORIZATION": f"Bearer {'x' * 5000}"},
        {"AUTHORIZATION": "Basic"},
        {"AUTHORIZATION": "Basic !!"},
        {"AUTHORIZATION": "Basic " + base64.b64encode(b"no colon").decode()},
        {"AUTHORIZATION": "Basic " + base64.b64encode(b"\xff\xfe:x").decode()},
        {"AUTHORIZATION": basic(password="another password")},
        {"AUTHORIZATION": basic("nobody")},
        {"AUTHORIZATION": basic("\0")},
        {"AUTHORIZATION": "Digest x"},
        {"AUTHORIZATION": "", "APIACCESSKEYID": USER},
        {"AUTHORIZATION": "", "APIACCESSKEYID": USER, "APISECRETACCESSKEY": "another password"},
    ],
    ids=str,
)
def test_nobody_else_may_call(here, headers):
    answer = query_with(here, **headers)
    told = read(answer)
    assert answer.status == 401
    assert (told["message"], told["success"]) == ("Authentication error", False)
    assert told["reasons"][0]["code"] == 90000011
    assert told["processId"] == answer.headers["X-Request-Id"]
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_password_is_remembered_for_a_minute_and_no_longer_than_it_is_right(here):
    passwords = Passwords(here.clock)
    user = here.store.read(lambda tx: tx.user_named(USER))
    assert passwords.verified_lately(user, PASSWORD) == user
    kept = dict(passwords._until)  # noqa: SLF001
    assert len(kept) == 1
    assert PASSWORD.encode() not in b"".join(kept)
    here.clock.advance(seconds=30)
    passwords.verified_lately(user, PASSWORD)
    assert passwords._until == kept, "it was not hashed again"  # noqa: SLF001
    here.clock.advance(seconds=30)
    passwords.verified_lately(user, PASSWORD)
    assert passwords._until != kept, "it was hashed again"  # noqa: SLF001
    with pytest.raises(InvalidLogin):
        passwords.verified_lately(user, "another password")
    assert len(passwords._until) == 1  # noqa: SLF001
    assert MOST_REMEMBERED == 1000


def test_a_remembered_password_ends_when_it_is_changed_or_its_user_closed(here):
    assert query_with(here, AUTHORIZATION=basic()).status == 200
    changed = here.gateway.sessions.add_user("other", "another password").password_hash
    with here.store.writing() as connection, connection.begin():
        connection.execute(users.update().where(users.c.name == USER).values(password_hash=changed))
    assert query_with(here, AUTHORIZATION=basic()).status == 401
    assert query_with(here, AUTHORIZATION=basic(password="another password")).status == 200
    Administering(here.store, here.clock).change_user(USER, active=False)
    assert query_with(here, AUTHORIZATION=basic(password="another password")).status == 401


def test_no_secret_reaches_the_log(here, caplog):
    caplog.set_level("DEBUG")
    client_id, secret = here.gateway.clients.add(USER, "")
    token = a_token(here, client_id, secret)
    query_with(here, AUTHORIZATION=f"Bearer {token}")
    query_with(here, AUTHORIZATION=basic())
    query_with(here, AUTHORIZATION="", APIACCESSKEYID=USER, APISECRETACCESSKEY=PASSWORD)
    query_with(here, AUTHORIZATION=basic(password="a wrong password"))
    ask_for_token(here, client_id=client_id, client_secret="a wrong secret", grant_type="client_credentials")
    assert "/oauth/token" in caplog.text
    for hidden in (secret, token, PASSWORD, "a wrong password", "a wrong secret", basic()):
        assert hidden not in caplog.text
